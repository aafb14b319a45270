#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""spec/vectors/update_v1.json against a second reading of spec/update.md §1, which shares no code with core/update. With --write it makes the file
anew, but for the images that imgtool made: --imgtool NAME FILE adds one of these."""

import hashlib
import json
import struct
import sys
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

ROOT = Path(__file__).parents[2]
sys.path.append(str(ROOT / "tools/firmware"))
import image as signer  # noqa: E402

FILE = ROOT / "spec/vectors/update_v1.json"
SCHEMA = {
    "hardware": "hex; whose images these are: vendor, device_class; anchor: the public key X | Y that signed them",
    "images": "hex; made_by; load_address: of the hardware; floor; status: of reading and verifying; version and counter when that is ok",
}
VENDOR, DEVICE_CLASS = bytes.fromhex("11111111222233334444555555555555"), bytes.fromhex("aaaaaaaabbbbccccddddeeeeeeeeeeee")
KEY = ec.derive_private_key(0x1234567890ABCDEF, ec.SECP256R1())
OTHER_KEY = ec.derive_private_key(0xFEDCBA0987654321, ec.SECP256R1())
BODY = bytes((i * 13 + 5) & 255 for i in range(301))
ROOM = 4096


class Refused(Exception):
    pass


def fields(data: bytes, offset: int, magic: int) -> tuple[list[tuple[int, bytes]], int]:
    if offset + 4 > len(data):
        raise Refused("too_short")
    found, size = struct.unpack_from("<HH", data, offset)
    if found != magic or size < 4:
        raise Refused("malformed")
    if offset + size > ROOM:
        raise Refused("too_short")
    out, at, end = [], offset + 4, offset + size
    while at < end:
        if end - at < 4:
            raise Refused("malformed")
        kind, length = struct.unpack_from("<HH", data, at)
        if at + 4 + length > end:
            raise Refused("malformed")
        if 0x30 <= kind <= 0x3F:
            raise Refused("unsupported")
        out.append((kind, data[at + 4:at + 4 + length]))
        at += 4 + length
    return out, end


def only(found: list[tuple[int, bytes]], kind: int, sizes: range) -> bytes:
    values = [value for k, value in found if k == kind]
    if len(values) != 1 or len(values[0]) not in sizes:
        raise Refused("malformed")
    return values[0]


def exactly(size: int) -> range:
    return range(size, size + 1)


def read(slot: bytes, anchor: bytes, load_address: int, floor: int) -> dict:
    """The slot is blank behind the image."""
    data = slot.ljust(ROOM, b"\xff")
    magic, address, header, protected_size, body, flags, major, minor, revision, build, pad = struct.unpack_from("<IIHHIIBBHII", data)
    if magic != 0x96F3B83D:
        raise Refused("malformed")
    if flags & 0x0C:
        raise Refused("unsupported")
    if flags != (0x20 if load_address else 0) or address != load_address or pad or not 32 <= header <= 1024 or not body:
        raise Refused("malformed")
    if header + body + protected_size > ROOM:
        raise Refused("too_short")
    protected, end = fields(data, header + body, 0x6908)
    if end != header + body + protected_size:
        raise Refused("malformed")
    counter, = struct.unpack("<I", only(protected, 0x50, exactly(4)))
    vendor, device_class = only(protected, 0x74, exactly(16)), only(protected, 0x75, exactly(16))
    if (vendor, device_class) != (VENDOR, DEVICE_CLASS):
        raise Refused("unsupported")
    open_fields, _ = fields(data, end, 0x6907)
    if any(kind not in (0x01, 0x10, 0x22) for kind, _ in open_fields):
        raise Refused("malformed")
    digest, by, signature = only(open_fields, 0x10, exactly(32)), only(open_fields, 0x01, exactly(32)), only(open_fields, 0x22, range(8, 73))
    if counter < floor:
        raise Refused("stale")
    if hashlib.sha256(data[:end]).digest() != digest:
        raise Refused("corrupt")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + anchor)
    if hashlib.sha256(key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)).digest() != by:
        raise Refused("forged")
    try:
        key.verify(signature, digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    except InvalidSignature:
        raise Refused("forged") from None
    return {"version": f"{major}.{minor}.{revision}+{build}", "counter": counter}


def case(name: str, image: bytes, made_by: str = "tools/firmware/image.py", load_address: int = 0, floor: int = 7) -> dict:
    out = {"name": name, "made_by": made_by, "load_address": load_address, "floor": floor}
    try:
        out |= {"status": "ok"} | read(image, signer.anchor(KEY), load_address, floor)
    except Refused as refused:
        out["status"] = str(refused)
    return out | {"image": image.hex()}


def made(**changes) -> bytes:
    settings = {"body": BODY, "key": KEY, "version": (1, 2, 3, 4), "counter": 7, "vendor": VENDOR, "device_class": DEVICE_CLASS}
    return signer.make(**(settings | changes))


def with_bytes(image: bytes, offset: int, change: bytes) -> bytes:
    return image[:offset] + change + image[offset + len(change):]


def make() -> list[dict]:
    good = made()
    signed = 32 + len(BODY) + 52
    return [
        case("good", good),
        case("good, above the floor", good, floor=3),
        case("good, with room behind its header", made(header_size=512)),
        case("good, loaded to memory", made(load_address=0x20040000), load_address=0x20040000),
        case("loaded to memory elsewhere", made(load_address=0x20040000), load_address=0x20050000),
        case("loaded to memory, for hardware that runs it in place", made(load_address=0x20040000)),
        case("below the floor", good, floor=8),
        case("signed by a stranger", made(key=OTHER_KEY)),
        case("signed by a stranger, under the name of the anchor", with_bytes(made(key=OTHER_KEY), signed + 44, good[signed + 44:signed + 76])),
        case("of another vendor", made(vendor=DEVICE_CLASS)),
        case("for other hardware", made(device_class=VENDOR)),
        case("another magic", with_bytes(good, 0, b"\x3e")),
        case("encrypted", with_bytes(good, 16, b"\x04")),
        case("a flag that nobody knows", with_bytes(good, 16, b"\x01")),
        case("no body", with_bytes(good, 12, struct.pack("<I", 0))),
        case("a body that ends behind the slot", with_bytes(good, 12, struct.pack("<I", 0xFFFFFFFF))),
        case("a body changed", with_bytes(good, 40, b"\x00")),
        case("a version changed", with_bytes(good, 20, b"\x09")),
        case("a counter changed", with_bytes(good, 32 + len(BODY) + 8, b"\x08")),
        case("a digest changed", with_bytes(good, signed + 8, b"\x00\x00")),
        case("a field twice", good[:signed] + struct.pack("<HH", 0x6907, struct.unpack_from("<H", good, signed + 2)[0] + 36) + good[signed + 4:signed + 40]
             + good[signed + 4:]),
        case("an open field that nobody knows", good[:signed] + struct.pack("<HH", 0x6907, struct.unpack_from("<H", good, signed + 2)[0] + 4)
             + good[signed + 4:] + struct.pack("<HH", 0xA0, 0)),
        case("no signature", good[:signed] + struct.pack("<HH", 0x6907, 76) + good[signed + 4:signed + 76]),
        case("nothing behind the body", good[:32 + len(BODY)]),
    ]


def main() -> int:
    known = json.loads(FILE.read_text()) if FILE.exists() else {"images": []}
    if "--write" in sys.argv:
        kept = [item for item in known["images"] if item["made_by"].startswith("imgtool")]
        if "--imgtool" in sys.argv:
            name, file, address = sys.argv[sys.argv.index("--imgtool") + 1:][:3]
            kept.append(case(name, Path(file).read_bytes(), "imgtool 2.4.0", int(address, 0)))
        hardware = {"vendor": VENDOR.hex(), "device_class": DEVICE_CLASS.hex(), "anchor": signer.anchor(KEY).hex()}
        FILE.write_text(json.dumps({"schema": SCHEMA, "room": ROOM, "hardware": hardware, "images": make() + kept}, indent=1) + "\n")
        return 0
    failed = 0
    for item in known["images"]:
        again = case(item["name"], bytes.fromhex(item["image"]), item["made_by"], item["load_address"], item["floor"])
        if again != item:
            failed += 1
            print(f"{item['name']}: the file says {item['status']}, a second reading {again['status']}")
    print(f"{len(known['images']) - failed} passed, {failed} failed")
    return 1 if failed or not known["images"] else 0


if __name__ == "__main__":
    sys.exit(main())
