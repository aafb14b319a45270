#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""spec/vectors/grant_v1.json against a second implementation of spec/grant.md, which shares no code with core/grant. With --write it makes the file anew. ECDSA takes chance:
signatures that the file has stay, as long as they are good."""

import json
import struct
import sys
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESCCM

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests/session"))

import edhoc  # noqa: E402
import reference as ref  # noqa: E402

FILE = ROOT / "spec/vectors/grant_v1.json"
NOW = 1_795_219_200
LOCK = ref.made_up("lock", 16)


def private(name):
    return ref.made_up("private key of " + name)


class Signatures:
    def __init__(self, known):
        self.known = known

    def sign(self, name, scalar, message):
        signature = bytes.fromhex(self.known.get(name, ""))
        if not signature:
            signature = edhoc.sign(scalar, message)
            self.known[name] = signature.hex()
        edhoc.verify(scalar, message, signature)
        return signature


def grant(serial, epoch=0, uses=0, after_first=0, ends=0, schedule=b"", lock=LOCK, version=1):
    return struct.pack(">B16sIHHII", version, lock, serial, epoch, uses, after_first, ends) + schedule


def schedule(known_from_min, is_open, gaps):
    return struct.pack(">IBB", known_from_min, is_open, len(gaps)) + b"".join(struct.pack(">H", gap) for gap in gaps)


def list_body(number, epoch, serials):
    return struct.pack(">IHB", number, epoch, len(serials)) + b"".join(struct.pack(">I", serial) for serial in serials)


def signed_list(signatures, name, lock, body, signer="grant key"):
    return lock + body + signatures.sign(name, private(signer), b"cardea.denials.v1" + lock + body)


def virtual_key(signatures, name, subject, begins, ends, kid, scalar, claim):
    payload = edhoc.cbor({2: subject, 4: ends, 5: begins, 8: edhoc.cose_key(edhoc.Intl, kid, scalar), -65538: claim})
    assert len(payload) <= 256
    out = edhoc.cwt(edhoc.Intl, payload, signatures.sign(name, private("grant key"), edhoc.to_be_signed(edhoc.Intl, payload)))
    assert len(out) <= 400
    return out


def grants():
    hours = schedule(NOW // 60, 1, [60, 120, 600])
    longest = schedule(NOW // 60, 0, list(range(1, 37)))
    cases = {"at any time": {"serial": 1}, "everything": {"serial": 0x01020304, "epoch": 5, "uses": 3, "after_first": 3_600, "ends": NOW + 86_400, "schedule": hours},
             "longest schedule": {"serial": 2**32 - 1, "epoch": 65_535, "uses": 65_535, "after_first": 2**32 - 1, "ends": 2**32 - 1, "schedule": longest}}
    return [{"name": name, "lock_id": LOCK.hex(), "serial": case["serial"], "epoch": case.get("epoch", 0), "uses": case.get("uses", 0),
             "after_first": case.get("after_first", 0), "ends": case.get("ends", 0), "schedule": case.get("schedule", b"").hex(),
             "bytes": grant(**case).hex()} for name, case in cases.items()]


def invalid_grants():
    good = grant(1)
    cases = {"empty": b"", "another version": grant(1, version=2), "version 0": grant(1, version=0), "serial 0": grant(0), "one byte short": good[:-1],
             "one byte more": good + b"\x00", "a schedule without gaps": good + schedule(1, 1, []), "a gap of 0": good + schedule(1, 1, [0]),
             "an unknown flag": good + schedule(1, 2, [5]), "a last gap that goes on": good + schedule(1, 1, [0xFFFF]),
             "bytes behind the schedule": good + schedule(1, 1, [5]) + b"\x00", "37 gaps": good + schedule(1, 1, [5] * 37)}
    return [{"name": name, "bytes": data.hex()} for name, data in cases.items()]


def lists(signatures):
    cases = {"none": (1, 0, []), "three": (0x01020304, 7, [1, 2, 2**32 - 1]), "full": (9, 65_535, list(range(1, 33)))}
    return [{"name": name, "lock_id": LOCK.hex(), "number": number, "epoch": epoch, "serials": serials, "body": list_body(number, epoch, serials).hex(),
             "list": signed_list(signatures, "list: " + name, LOCK, list_body(number, epoch, serials)).hex()} for name, (number, epoch, serials) in cases.items()]


def invalid_lists(signatures):
    body = list_body(2, 0, [1, 2])
    good = signed_list(signatures, "list: good", LOCK, body)
    other = ref.made_up("another lock", 16)
    cases = {"of another lock": signed_list(signatures, "list: of another lock", other, body), "another signer": signed_list(signatures, "list: another signer", LOCK, body, "somebody"),
             "another number": LOCK + list_body(3, 0, [1, 2]) + good[-64:], "another lock_id": other + good[16:],
             "descending": signed_list(signatures, "list: descending", LOCK, list_body(2, 0, [2, 1])), "twice": signed_list(signatures, "list: twice", LOCK, list_body(2, 0, [2, 2])),
             "serial 0": signed_list(signatures, "list: serial 0", LOCK, list_body(2, 0, [0])), "33": signed_list(signatures, "list: 33", LOCK, list_body(2, 0, list(range(1, 34)))),
             "bytes left over": good + b"\x00", "without its label": LOCK + body + signatures.sign("list: without its label", private("grant key"), LOCK + body)}
    return [{"name": name, "list": data.hex()} for name, data in cases.items()]


def sealed(secret, number, message):
    head = bytes([0xC0]) + number.to_bytes(3, "big")
    return head + AESCCM(ref.kdf(secret, "session.key", b"\x00"), tag_length=8).encrypt(bytes(9) + head, message, head)


def visit(signatures):
    """One phone opens one lock: every byte on the way."""
    claim = grant(7, 3, 2, 0, NOW + 86_400, schedule(NOW // 60, 1, [60, 120, 600]))
    credential = virtual_key(signatures, "virtual key", "phone", NOW - 60, NOW + 3_600, b"\x00\x00\x00\x07", private("phone"), claim)
    lock = edhoc.ccs(edhoc.Intl, LOCK.hex(), LOCK[:8], private("lock"))
    x, y = ref.made_up("x"), ref.made_up("y")
    t = edhoc.run(x, y, private("phone"), private("lock"), b"\x00", b"\x00", edhoc.names("cwt", b"", credential), edhoc.names("kid", LOCK[:8], lock), credential, lock)
    out = edhoc.exported(t["prk_exporter"])
    the_list = signed_list(signatures, "list: brought", LOCK, list_body(12, 3, [5, 9]))
    fields = {"lock_id": LOCK, "sk_phone": private("phone"), "sk_lock": private("lock"), "x": x, "y": y, "grant": claim, "credential": credential, "lock_credential": lock, "list": the_list,
              **{name: t[name] for name in ("message_1", "message_2", "message_3")},
              "ready": sealed(out["s_ba"], 0, struct.pack(">BIH", 0x60, 11, 3)), "brought": sealed(out["s_ab"], 0, b"\x61" + the_list),
              "listed": sealed(out["s_ba"], 1, struct.pack(">BIB", 0x62, 12, 0)), "open": sealed(out["s_ab"], 1, b"\x63"), "verdict": sealed(out["s_ba"], 2, b"\x64\x00\x00")}
    return {"now": NOW, "from": NOW - 60, "to": NOW + 3_600, "serial": 7} | {name: value.hex() for name, value in fields.items()}


def make(known):
    signatures = Signatures(dict(known.get("signatures", {})))
    return {"comment": "Made with Python's cryptography by tests/grant; spec/grant.md says what every field means.",
            "grant_key": b"".join(edhoc.point(private("grant key"))).hex(), "grants": grants(), "invalid_grants": invalid_grants(), "lists": lists(signatures),
            "invalid_lists": invalid_lists(signatures), "visit": visit(signatures), "signatures": signatures.known}


def main():
    known = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    made = make(known)
    if sys.argv[1:] == ["--write"]:
        FILE.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        return 0
    if known != made:
        print(f"{FILE.name} is not what the second implementation makes")
        return 1
    print(f"{len(made['grants'])} grants, {len(made['lists'])} lists, {len(made['invalid_grants']) + len(made['invalid_lists'])} invalid ones, one visit")
    return 0


if __name__ == "__main__":
    sys.exit(main())
