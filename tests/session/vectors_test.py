#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""spec/vectors/session_v1.json against a second implementation of spec/session.md, which shares no code with core/session. With --write
it makes the file anew."""

import json
import random
import sys
from pathlib import Path

import reference as ref

FILE = Path(__file__).parents[2] / "spec/vectors/session_v1.json"


def place(at):
    return None if at is None else {"generation": at[0], "chain": at[1].hex()}


def handshake(name, n_a, n_b, suite=ref.INTL):
    k_session, c0 = ref.made_up(name + " k_session"), ref.made_up(name + " chain")
    initiator, responder = ref.made_up(name + " initiator", 16), ref.made_up(name + " responder", 16)
    key = ref.Key(int.from_bytes(ref.made_up(name + " key_id", 4), "big"), initiator, responder, k_session, suite)
    base = min(n_a, n_b)  # the chain begins at whoever is behind
    a, b = key.walk(base, c0, n_a), key.walk(base, c0, n_b)
    random_a, random_b = ref.made_up(name + " random of A", 12), ref.made_up(name + " random of B", 12)
    done = ref.handshake(key, a, b, random_a, random_b)
    return {"name": name, "key_id": key.key_id, "suite": key.suite, "initiator": initiator.hex(), "responder": responder.hex(), "k_session": k_session.hex(),
            "k_auth": key.auth.hex(), "a": place(a), "b": place(b), "random_a": random_a.hex(), "random_b": random_b.hex(),
            "m1": done["m1"].hex(), "m2": done["m2"].hex(), "m3": done["m3"].hex(),
            "s_ab": done["secrets"]["ab"].hex(), "s_ba": done["secrets"]["ba"].hex(), "k_export": done["secrets"]["export"].hex(),
            "a_next": place(done["a_next"]), "a_once_heard": place(done["a_once_heard"]), "b_next": place(done["b_next"])}


def records(name, plan, suite=ref.INTL):
    """`plan`: sizes of plain texts; None goes on to the next epoch."""
    secret = ref.made_up(name)
    direction, steps = ref.Direction(secret, suite), []
    for i, size in enumerate(plan):
        if size is None:
            direction.rekey()
            steps.append({"rekey": True, "secret": direction.secret.hex()})
        else:
            plain = ref.made_up(f"{name} {i}", size)
            steps.append({"rekey": False, "plain": plain.hex(), "record": direction.seal(plain).hex()})
    return {"suite": suite, "secret": secret.hex(), "steps": steps}


def window(name, numbers):
    seen = ref.Window()
    return {"name": name, "numbers": numbers, "taken": [seen.take(number) for number in numbers]}


def windows():
    draw = random.Random(9529)
    walk, newest = [], 0
    for _ in range(400):
        newest = max(0, newest + draw.randrange(-40, 45))
        walk.append(newest)
    return [window("in order, each twice", [n for n in range(40) for _ in range(2)]), window("backwards", list(range(63, -1, -1))),
            window("the edge of 32", [32, 1, 0, 33, 2, 1, 64, 33, 32, 31, 200, 168, 169, 168]), window("the last number", [2**20 - 1, 2**20 - 32, 2**20 - 33]),
            window("a walk", walk)]


def fragments(size, number, packet_size):
    message = ref.made_up(f"message of {size}", size)
    return {"message": message.hex(), "number": number, "packet_size": packet_size, "packets": [p.hex() for p in ref.cut(message, number, packet_size)]}


def make():
    steps = [("in step", 0, 0), ("later", 41, 41), ("A one ahead", 8, 7), ("B one ahead", 7, 8), ("A set back", 3, 90), ("B set back", 90, 3),
             ("near the end", 2**32 - 2, 2**32 - 2), ("gm: in step", 0, 0, ref.GM), ("gm: A one ahead", 8, 7, ref.GM), ("gm: B set back", 90, 3, ref.GM)]
    cuts = [(22, 0, 20), (33, 1, 20), (17, 2, 20), (22, 3, 51), (100, 4, 51), (300, 5, 20), (1, 6, 20), (16, 7, 4), (500, 0, 21)]
    return {"comment": "Made with Python's cryptography by tests/session; spec/session.md says what every field means.",
            "handshakes": [handshake(*step) for step in steps],
            "records": [records("records", [0, 1, 15, 16, 17, 200, None, 4, 4, None, 64]), records("epochs", [8] + [None, 8] * 15),
                        records("gm records", [0, 1, 15, 16, 17, 200, None, 4, 4, None, 64], ref.GM)],
            "windows": windows(), "fragments": [fragments(*one) for one in cuts]}


def main():
    made = make()
    if sys.argv[1:] == ["--write"]:
        FILE.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        return 0
    if json.loads(FILE.read_text(encoding="utf-8")) != made:
        print(f"{FILE.name} is not what the second implementation makes")
        return 1
    print(", ".join(f"{len(made[what])} {what}" for what in ("handshakes", "records", "windows", "fragments")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
