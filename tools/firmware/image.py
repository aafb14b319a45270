# SPDX-License-Identifier: Apache-2.0
"""Makes and signs firmware images (spec/update.md §1): MCUboot's container, which imgtool makes too.

  python3 tools/firmware/image.py key FILE                       a new signing key, PEM, for you alone to read
  python3 tools/firmware/image.py sign BODY IMAGE --key FILE --version 1.2.3+4 --counter 7 --vendor UUID --class UUID
  python3 tools/firmware/image.py renew IMAGE OUT --key FILE --version 1.2.4
                                                                 the same image as another version
  python3 tools/firmware/image.py public FILE                    the public half, PEM, for a start program (CMake's CARDEA_MAKER)
  python3 tools/firmware/image.py anchor FILE                    the same as the start program holds it
  python3 tools/firmware/image.py identity OUT.cpp --anchor FILE --vendor UUID --class UUID --load-address N
                                                                 what makes a start program the maker's (firmware/start)"""

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


def public_half(key: ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) -> ec.EllipticCurvePublicKey:
    return key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey) else key


def public_der(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def public_pem(key: ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) -> str:
    return public_half(key).public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def anchor(key: ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey) -> bytes:
    """X | Y."""
    return public_half(key).public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)[1:]


def make(body: bytes, key: ec.EllipticCurvePrivateKey, version: tuple[int, int, int, int], counter: int, vendor: bytes, device_class: bytes,
         header_size: int = 32, load_address: int = 0) -> bytes:
    protected = field_list(PROTECTED, [(COUNTER, struct.pack("<I", counter)), (VENDOR, vendor), (DEVICE_CLASS, device_class)])
    header = struct.pack("<IIHHIIBBHII", MAGIC, load_address, header_size, len(protected), len(body), FLAG_LOADS_TO_MEMORY if load_address else 0,
                         *version, 0)
    signed = header.ljust(header_size, b"\0") + body + protected
    digest = hashlib.sha256(signed).digest()
    signature = key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    return signed + field_list(FIELDS, [(DIGEST, digest), (SIGNER, hashlib.sha256(public_der(key)).digest()), (SIGNATURE, signature)])


def renewed(image: bytes, key: ec.EllipticCurvePrivateKey, version: tuple[int, int, int, int]) -> bytes:
    """An image of make() as another version: the same body, hardware and security counter."""
    if len(image) < 32 or struct.unpack_from("<I", image)[0] != MAGIC:
        sys.exit("this is no image")
    _, load_address, header_size, protected_size, body_size = struct.unpack_from("<IIHHI", image)
    at, end, fields = header_size + body_size + 4, header_size + body_size + protected_size, {}
    while at < end:
        kind, size = struct.unpack_from("<HH", image, at)
        fields[kind] = image[at + 4:at + 4 + size]
        at += 4 + size
    counter = struct.unpack("<I", fields[COUNTER])[0]
    return make(image[header_size:header_size + body_size], key, version, counter, fields[VENDOR], fields[DEVICE_CLASS], header_size, load_address)


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


def read_public_key(file: Path) -> ec.EllipticCurvePublicKey:
    """Of a private key, its public half."""
    try:
        key = serialization.load_pem_public_key(file.read_bytes())
    except FileNotFoundError:
        sys.exit(f"{file}: no such key")
    except ValueError:
        return public_half(read_key(file))
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        sys.exit(f"{file}: not a P-256 key")
    return key


def cpp_bytes(content: bytes) -> str:
    return "{" + ", ".join(f"0x{byte:02x}" for byte in content) + "}"


def identity(anchors: list[bytes], vendor: bytes, device_class: bytes, load_address: int) -> str:
    """The source of a start program's identity."""
    hardware = f"{{{cpp_bytes(vendor)}, {cpp_bytes(device_class)}, {str(load_address != 0).lower()}, 0x{load_address:08x}}}"
    return ("// Made by tools/firmware/image.py: whose images this start program runs.\n"
            '#include "firmware/start/identity.hpp"\n\n'
            f"constinit const cardea::firmware::Identity cardea::firmware::identity{{\n    {hardware},\n"
            f"    {{{', '.join(cpp_bytes(each) for each in anchors)}}},\n    {len(anchors)}}};\n")


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
    key = commands.add_parser("key")
    key.add_argument("file", type=Path)
    key.add_argument("--keep", action="store_true", help="leave a key that is there as it is")
    commands.add_parser("public").add_argument("file", type=Path)
    commands.add_parser("anchor").add_argument("file", type=Path)
    start = commands.add_parser("identity")
    start.add_argument("out", type=Path)
    start.add_argument("--anchor", type=Path, action="append", required=True)
    sign = commands.add_parser("sign")
    sign.add_argument("body", type=Path)
    sign.add_argument("image", type=Path)
    sign.add_argument("--key", type=Path, required=True)
    sign.add_argument("--version", type=read_version, required=True)
    sign.add_argument("--counter", type=int, required=True)
    sign.add_argument("--header-size", type=int, default=32)
    renew = commands.add_parser("renew")
    renew.add_argument("image", type=Path)
    renew.add_argument("out", type=Path)
    renew.add_argument("--key", type=Path, required=True)
    renew.add_argument("--version", type=read_version, required=True)
    for command in (sign, start):
        command.add_argument("--vendor", type=read_uuid, required=True)
        command.add_argument("--class", dest="device_class", type=read_uuid, required=True)
        command.add_argument("--load-address", type=lambda text: int(text, 0), default=0)
    args = parser.parse_args()
    if args.command == "key":
        if not (args.keep and args.file.exists()):
            make_key(args.file)
    elif args.command == "anchor":
        print(anchor(read_public_key(args.file)).hex())
    elif args.command == "public":
        print(public_pem(read_public_key(args.file)), end="")
    elif args.command == "identity":
        if len(args.anchor) > 2:
            sys.exit("a start program holds the public keys of at most two signers")
        anchors = [anchor(read_public_key(file)) for file in args.anchor]
        args.out.write_text(identity(anchors, args.vendor, args.device_class, args.load_address))
    elif args.command == "renew":
        args.out.write_bytes(renewed(args.image.read_bytes(), read_key(args.key), args.version))
    else:
        args.image.write_bytes(make(args.body.read_bytes(), read_key(args.key), args.version, args.counter, args.vendor, args.device_class,
                                    args.header_size, args.load_address))


if __name__ == "__main__":
    main()
