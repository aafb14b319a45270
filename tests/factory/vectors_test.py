#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""spec/vectors/factory_v1.json against a second reading of spec/factory.md §1, which shares no code with core/factory. With --write it makes
the file anew."""

import hashlib
import json
import struct
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

FILE = Path(__file__).parents[2] / "spec/vectors/factory_v1.json"
SCHEMA = {"maker": "hex; the public key X | Y that signs, and vendor and device_class of every batch", "batches": "hex; status: of opening it; entries when that is ok"}
VENDOR, DEVICE_CLASS = bytes.fromhex("11111111222233334444555555555555"), bytes.fromhex("aaaaaaaabbbbccccddddeeeeeeeeeeee")
KEY = ec.derive_private_key(0x1234567890ABCDEF, ec.SECP256R1())
OTHER_KEY = ec.derive_private_key(0xFEDCBA0987654321, ec.SECP256R1())
CLASSES = ["unprotected", "protected"]


class Refused(Exception):
    pass


def point(key) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)[1:]


def entry(number: int, lock_class: int = 1, identity: int | None = None) -> bytes:
    lock = hashlib.sha256(b"lock %d" % number).digest()[:15]
    device = ec.derive_private_key(1000 + (number if identity is None else identity), ec.SECP256R1())
    return bytes([number]) + lock + struct.pack(">B", lock_class) + point(device) + struct.pack(">Q", 1_795_219_200 + 60 * number)


def made(entries: list[bytes], key=KEY, magic: bytes = b"CFB1", count: int | None = None, behind: bytes = b"") -> bytes:
    batch = magic + VENDOR + DEVICE_CLASS + struct.pack(">I", len(entries) if count is None else count) + b"".join(entries)
    r, s = utils.decode_dss_signature(key.sign(b"cardea.batch.v1" + hashlib.sha256(batch).digest(), ec.ECDSA(hashes.SHA256())))
    return batch + r.to_bytes(32, "big") + s.to_bytes(32, "big") + behind


def read(data: bytes) -> list[dict]:
    if len(data) < 40:
        raise Refused("too_short")
    count, = struct.unpack_from(">I", data, 36)
    if data[:4] != b"CFB1" or not 1 <= count <= 10_000:
        raise Refused("malformed")
    end = 40 + 89 * count
    if len(data) < end + 64:
        raise Refused("too_short")
    if len(data) > end + 64:
        raise Refused("malformed")
    r, s = (int.from_bytes(data[at:at + 32], "big") for at in (end, end + 32))
    try:
        KEY.public_key().verify(utils.encode_dss_signature(r, s), b"cardea.batch.v1" + hashlib.sha256(data[:end]).digest(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise Refused("forged") from None
    found = [struct.unpack_from(">16sB64sQ", data, 40 + 89 * i) for i in range(count)]
    locks = [lock for lock, *_ in found]
    if locks != sorted(set(locks)) or any(lock_class > 1 for _, lock_class, *_ in found) or len({identity for _, _, identity, _ in found}) < count:
        raise Refused("malformed")
    return [{"lock": lock.hex(), "class": CLASSES[lock_class], "identity": identity.hex(), "made_at": at} for lock, lock_class, identity, at in found]


def case(name: str, batch: bytes) -> dict:
    out = {"name": name}
    try:
        out |= {"status": "ok", "entries": read(batch)}
    except Refused as refused:
        out["status"] = str(refused)
    return out | {"batch": batch.hex()}


def with_byte(batch: bytes, offset: int) -> bytes:
    return batch[:offset] + bytes([batch[offset] ^ 1]) + batch[offset + 1:]


def make() -> list[dict]:
    good = made([entry(1), entry(2, lock_class=0), entry(3)])
    return [
        case("good", good),
        case("good, of one lock", made([entry(9)])),
        case("signed by a stranger", made([entry(1)], key=OTHER_KEY)),
        case("a vendor changed", with_byte(good, 4)),
        case("a device class changed", with_byte(good, 20)),
        case("an identity changed", with_byte(good, 40 + 17)),
        case("a time changed", with_byte(good, 40 + 88)),
        case("a signature changed", with_byte(good, len(good) - 1)),
        case("no entries", made([])),
        case("more entries than there may be", made([], count=10_001)),
        case("fewer entries than it says", made([entry(1)], count=2)),
        case("more entries than it says", made([entry(1), entry(2)], count=1)),
        case("locks that do not ascend", made([entry(2), entry(1)])),
        case("a lock twice", made([entry(1), entry(1, identity=2)])),
        case("an identity twice", made([entry(1), entry(2), entry(3, identity=1)])),
        case("a class that nobody knows", made([entry(1, lock_class=2)])),
        case("another magic", made([entry(1)], magic=b"CFB2")),
        case("a byte behind it", made([entry(1)], behind=b"\0")),
        case("nothing behind the entries", good[:-64]),
    ]


def main() -> int:
    if "--write" in sys.argv:
        about = {"maker": point(KEY).hex(), "vendor": VENDOR.hex(), "device_class": DEVICE_CLASS.hex()}
        FILE.write_text(json.dumps({"schema": SCHEMA} | about | {"batches": make()}, indent=1) + "\n")
        return 0
    known, failed = json.loads(FILE.read_text())["batches"], 0
    for item in known:
        if case(item["name"], bytes.fromhex(item["batch"])) != item:
            failed += 1
            print(f"{item['name']}: the file says {item['status']}, a second reading something else")
    print(f"{len(known) - failed} passed, {failed} failed")
    return 1 if failed or not known else 0


if __name__ == "__main__":
    sys.exit(main())
