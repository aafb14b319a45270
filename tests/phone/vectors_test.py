#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""spec/vectors/phone_v1.json against a second implementation of spec/phone.md, which shares no code with core/phone. With --write
it makes the file anew."""

import json
import sys
from pathlib import Path

import reference as ref

FILE = Path(__file__).parents[2] / "spec/vectors/phone_v1.json"


def claim(name):
    token, scalar, own = (ref.made_up(f"{name} {what}") for what in ("token", "phone", "platform"))
    invitation, phone = (ref.made_up(f"{name} {what}", 16) for what in ("invitation id", "phone id"))
    phone_point, platform_point = ref.point(ref.private_key(scalar)), ref.point(ref.private_key(own))
    shared = ref.agree(scalar, platform_point)
    assert shared == ref.agree(own, phone_point)
    keys = ref.Keys(token, invitation, phone, phone_point, platform_point, shared)
    at = 1_795_161_648
    return keys, {
        "token": token.hex(), "phone_private": scalar.hex(), "platform_private": own.hex(), "invitation_id": invitation.hex(), "phone_id": phone.hex(),
        "phone_public": phone_point.hex(), "platform_public": platform_point.hex(), "shared": shared.hex(), "auth": keys.auth.hex(), "seal": keys.seal.hex(),
        "confirmation": keys.confirmation().hex(), "at": at, "mac": keys.mac(at).hex()}


def entry(name, door, count, begins, ends, digits):
    return {"credential": ref.made_up(name + " credential", 16).hex(), "lock_id": ref.made_up(name + " lock", 16).hex(), "digits": digits, "from": begins,
            "to": ends, "door": door, "first_hour": 498_656, "keys": [ref.made_up(f"{name} key {i}").hex() for i in range(count)]}


def schedule(keys, at, entries):
    content = {"time": at + 1, "renew_at": at + 86_400, "entries": entries}
    bytes_of = ref.encode(content)
    assert ref.decode(bytes_of) == content
    nonce = ref.made_up(f"nonce {len(entries)}", 12)
    sealed = keys.sealed(at, nonce, bytes_of)
    assert keys.opened(at, sealed) == bytes_of
    moments = [498_656 * 3600 + offset for offset in (-1, 0, 29, 30, 3_599, 3_600, 86_399, 172_799, 172_800)]
    codes = [{"entry": i, "at": moment, "code": ref.code(one, moment)} for i, one in enumerate(entries) for moment in moments]
    return {"at": at, "content": content, "bytes": bytes_of.hex(), "sealed": sealed.hex(), "codes": codes}


def lease(name, door, key_size, list_size):
    return {"credential": ref.made_up(name + " credential", 16).hex(), "lock_id": ref.made_up(name + " lock", 16).hex(),
            "lock_identity": (ref.made_up(name + " x") + ref.made_up(name + " y")).hex(), "door": door,
            "key": (ref.made_up(name + " key") * 13)[:key_size].hex(), "list": (ref.made_up(name + " list") * 10)[:list_size].hex()}


def leases(keys, at, virtual_key, entries):
    content = {"time": at + 1, "renew_at": at + 43_200, "entries": entries}
    bytes_of = ref.encode_leases(content)
    return {"at": at, "virtual_key": virtual_key.hex(), "mac": keys.lease_mac(at, virtual_key).hex(), "content": content, "bytes": bytes_of.hex(),
            "sealed": keys.sealed_leases(at, ref.made_up(f"lease nonce {len(entries)}", 12), bytes_of).hex()}


def order(keys, path, body):
    return {"path": path, "body": body, "mac": keys.order_mac(path.encode(), body.encode()).hex()}


def make():
    begin = 498_656 * 3600
    keys, first = claim("first")
    _, second = claim("second")
    full = entry("front", "Front door", 48, begin - 100, 0, 8)
    short = entry("side", "Seiteneingang Süd 南门", 3, begin + 30, begin + 3_600, 6)
    none = entry("late", "x" * 200, 0, begin + 10**6, begin + 2 * 10**6, 7)
    return {"comment": "Made with Python's cryptography by tests/phone; spec/phone.md says what every field means. Schedules are under the keys of claims[0].",
            "claims": [first, second], "schedules": [schedule(keys, first["at"], entries) for entries in ([], [full], [full, short, none])],
            "leases": [leases(keys, first["at"], ref.point(ref.private_key(ref.made_up("virtual key"))), entries)
                       for entries in ([], [lease("front", "Front door", 330, 87), lease("side", "南门" * 10, 400, 300), lease("late", "x" * 200, 0, 0)])],
            "orders": [order(keys, "/v1/phones/unlock", '{"phone_id":"phone_0","at":1}'), order(keys, "/v1/phones/shares", '{"name":"南门"}'), order(keys, "/" + "x" * 63, "")]}


def main():
    made = make()
    if sys.argv[1:] == ["--write"]:
        FILE.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        return 0
    if json.loads(FILE.read_text(encoding="utf-8")) != made:
        print(f"{FILE.name} is not what the second implementation makes")
        return 1
    print(f"{len(made['claims'])} claims, {len(made['schedules'])} schedules, {len(made['orders'])} orders")
    return 0


if __name__ == "__main__":
    sys.exit(main())
