# SPDX-License-Identifier: Apache-2.0
"""Makes and signs firmware images (spec/update.md §1): MCUboot's container, which imgtool makes too.

  python3 tools/firmware/image.py key FILE                       a new signing key, PEM, for you alone to read
  python3 tools/firmware/image.py sign BODY IMAGE --key FILE --version 1.2.3+4 --counter 7 --vendor UUID --class UUID
  python3 tools/firmware/image.py anchor FILE                    the public half, as the start program holds it"""

import argparse
import hashlib
import os
import re
import struct
import sys
import uuid
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

MAGIC = 0x96F3B83D
FLAG_LOADS_TO_MEMORY = 0x20
PROTECTED, FIELDS = 0x6908, 0x6907
SIGNER, DIGEST, SIGNATURE, COUNTER, VENDOR, DEVICE_CLASS = 0x01, 0x10, 0x22, 0x50, 0x74, 0x75


def field_list(magic: int, fields: list[tuple[int, bytes]]) -> bytes:
    content = b"".join(struct.pack("<HH", kind, len(value)) + value for kind, value in fields)
    return struct.pack("<HH", magic, 4 + len(content)) + content


def public_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def anchor(key: ec.EllipticCurvePrivateKey) -> bytes:
    """X | Y."""
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)[1:]


def make(body: bytes, key: ec.EllipticCurvePrivateKey, version: tuple[int, int, int, int], counter: int, vendor: bytes, device_class: bytes,
         header_size: int = 32, load_address: int = 0) -> bytes:
    protected = field_list(PROTECTED, [(COUNTER, struct.pack("<I", counter)), (VENDOR, vendor), (DEVICE_CLASS, device_class)])
    header = struct.pack("<IIHHIIBBHII", MAGIC, load_address, header_size, len(protected), len(body), FLAG_LOADS_TO_MEMORY if load_address else 0,
                         *version, 0)
    signed = header.ljust(header_size, b"\0") + body + protected
    digest = hashlib.sha256(signed).digest()
    signature = key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    return signed + field_list(FIELDS, [(DIGEST, digest), (SIGNER, hashlib.sha256(public_der(key)).digest()), (SIGNATURE, signature)])


def read_version(text: str) -> tuple[int, int, int, int]:
    found = re.fullmatch(r"(\d+)\.(\d+)\.(\d+)(?:\+(\d+))?", text)
    if not found:
        raise argparse.ArgumentTypeError(f"'{text}' is no version: write it as 1.2.3 or 1.2.3+4")
    version = tuple(int(part or 0) for part in found.groups())
    if any(part > most for part, most in zip(version, (0xFF, 0xFF, 0xFFFF, 0xFFFFFFFF))):
        raise argparse.ArgumentTypeError(f"'{text}': at most 255.255.65535+4294967295")
    return version


def read_uuid(text: str) -> bytes:
    try:
        return uuid.UUID(text).bytes
    except ValueError:
        raise argparse.ArgumentTypeError(f"'{text}' is no UUID") from None


def read_key(file: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), None)
    except FileNotFoundError:
        sys.exit(f"{file}: no such key; make one with: python3 tools/firmware/image.py key {file}")
    except (ValueError, TypeError) as wrong:
        sys.exit(f"{file}: no PEM key without a passphrase: {wrong}")
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        sys.exit(f"{file}: not a P-256 key")
    return key


def make_key(file: Path) -> None:
    content = ec.generate_private_key(ec.SECP256R1()).private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                                                    serialization.NoEncryption())
    try:
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(content)
    except FileExistsError:
        sys.exit(f"{file}: is there already; a signing key is never overwritten")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("key").add_argument("file", type=Path)
    commands.add_parser("anchor").add_argument("file", type=Path)
    sign = commands.add_parser("sign")
    sign.add_argument("body", type=Path)
    sign.add_argument("image", type=Path)
    sign.add_argument("--key", type=Path, required=True)
    sign.add_argument("--version", type=read_version, required=True)
    sign.add_argument("--counter", type=int, required=True)
    sign.add_argument("--vendor", type=read_uuid, required=True)
    sign.add_argument("--class", dest="device_class", type=read_uuid, required=True)
    sign.add_argument("--header-size", type=int, default=32)
    sign.add_argument("--load-address", type=lambda text: int(text, 0), default=0)
    args = parser.parse_args()
    if args.command == "key":
        make_key(args.file)
    elif args.command == "anchor":
        print(anchor(read_key(args.file)).hex())
    else:
        args.image.write_bytes(make(args.body.read_bytes(), read_key(args.key), args.version, args.counter, args.vendor, args.device_class,
                                    args.header_size, args.load_address))


if __name__ == "__main__":
    main()
