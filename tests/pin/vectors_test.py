#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""spec/vectors/pin_v1.json against a second implementation of spec/pin.md §1 and P2, P3, which shares no code with core/codes. With --write it makes
the file anew."""

import hashlib
import hmac
import itertools
import json
import re
import struct
import sys
from pathlib import Path

FILE = Path(__file__).parents[2] / "spec/vectors/pin_v1.json"
SCHEMA = {
    "digests": "hex; K_pin from k_lock and lock_id, and the digest of pin under it",
    "weak": "whether P2 refuses the PIN",
    "door_numbers": "whether P3 refuses the PIN at a door of that name",
    "weak_counts": "how many PINs of that many digits P2 refuses",
}
LOCKS = [(bytes(range(16)), bytes(range(32))), (b"\xff" * 16, bytes(range(32, 64)))]


def kdf(key, label, context):
    return hmac.new(key, struct.pack(">I", 1) + label + b"\0" + context + struct.pack(">I", 256), hashlib.sha256).digest()


def digest_case(lock_id, k_lock, pin):
    k_pin = kdf(k_lock, b"pin", lock_id + struct.pack(">H", 0))
    digest = hmac.new(k_pin, bytes([len(pin)]) + pin.encode(), hashlib.sha256).digest()[:16]
    return {"lock_id": lock_id.hex(), "k_lock": k_lock.hex(), "k_pin": k_pin.hex(), "pin": pin, "digest": digest.hex()}


def is_weak(pin):
    """Against the whole of what each rule describes, not digit by digit."""
    if len(set(pin)) < 3:
        return True
    wheel = "0123456789" * 3
    if pin in wheel or pin in wheel[::-1]:
        return True
    return any(pin == (pin[:size] * len(pin))[: len(pin)] for size in range(1, len(pin) // 2 + 1))


def holds_door_number(pin, name):
    runs = re.findall(r"[0-9]+", name)
    number = max(runs, key=len, default="")  # the first of the longest
    return len(number) >= 3 and number[-len(pin):] in pin


def weak_count(digits):
    return sum(is_weak("".join(pin)) for pin in itertools.product("0123456789", repeat=digits))


def make():
    pins = ["314159", "000000", "8420757", "99999999", "027182818", "1414213562"]
    weak = ["111111", "121212", "112211", "123456", "901234", "654321", "210987", "123123", "1231231", "12341234", "123412341", "1234512345", "7890123456",
            "314159", "102030", "135791", "123465", "246802", "112233", "1231232", "0918273", "1234512346"]
    doors = [("Flat 120", "412070"), ("Flat 120", "120412"), ("Flat 120", "412120"), ("Flat 12", "412127"), ("A1 B234 C567", "123497"),
             ("A1 B234 C567", "156789"), ("Gate 5550123456", "123456"), ("Gate 5550123456", "555012"), ("Cellar", "314159"), ("7", "777123")]
    return {
        "schema": SCHEMA,
        "digests": [digest_case(lock_id, k_lock, pin) for lock_id, k_lock in LOCKS for pin in pins],
        "weak": [{"pin": pin, "weak": is_weak(pin)} for pin in weak],
        "door_numbers": [{"name": name, "pin": pin, "holds": holds_door_number(pin, name)} for name, pin in doors],
        "weak_counts": [{"digits": 6, "count": weak_count(6)}],
    }


def main():
    if sys.argv[1:] == ["--write"]:
        FILE.write_text(json.dumps(make(), indent=1) + "\n")
        return 0
    stored = json.loads(FILE.read_text())
    made = make()
    for section in made:
        if stored.get(section) != made[section]:
            print(f"{FILE.name}: {section} differs from what spec/pin.md says")
            return 1
    # pin.md §5: beta is at most 1.01, also with the worst of door numbers.
    taken_away = stored["weak_counts"][0]["count"] + 4 * 10**3
    if 10**6 / (10**6 - taken_away) > 1.01:
        print("pin.md §5: more PINs are weak than beta says")
        return 1
    return 0 if stored.keys() == made.keys() else 1


if __name__ == "__main__":
    sys.exit(main())
