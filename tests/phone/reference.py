# SPDX-License-Identifier: Apache-2.0
"""spec/phone.md a second time, with Debian's python3-cryptography; shares no code with core/phone."""

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def private_key(scalar):
    return ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())


def point(key):
    numbers = key.public_key().public_numbers()
    return numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


def agree(scalar, peer):
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(peer[:32], "big"), int.from_bytes(peer[32:], "big"), ec.SECP256R1())
    return private_key(scalar).exchange(ec.ECDH(), numbers.public_key())


class Keys:
    def __init__(self, token, invitation, phone, phone_point, platform_point, shared):
        self.phone = phone
        self.context = invitation + phone + phone_point + platform_point
        derive = lambda label: HKDF(hashes.SHA256(), 32, token, label + self.context).derive(shared)
        self.auth = derive(b"cardea.phone.v1.auth")
        self.seal = derive(b"cardea.phone.v1.seal")

    def confirmation(self):
        return hmac.digest(self.auth, b"\x01" + self.context, "sha256")

    def mac(self, at):
        return hmac.digest(self.auth, b"\x02" + self.phone + struct.pack(">Q", at), "sha256")

    def sealed(self, at, nonce, schedule):
        return nonce + AESGCM(self.seal).encrypt(nonce, schedule, b"\x03" + self.phone + struct.pack(">Q", at))

    def opened(self, at, sealed):
        return AESGCM(self.seal).decrypt(sealed[:12], sealed[12:], b"\x03" + self.phone + struct.pack(">Q", at))

    def order_mac(self, path, body):
        return hmac.digest(self.auth, b"\x06" + struct.pack(">B", len(path)) + path + hashlib.sha256(body).digest(), "sha256")

    def lease_mac(self, at, virtual_key):
        return hmac.digest(self.auth, b"\x04" + self.phone + struct.pack(">Q", at) + virtual_key, "sha256")

    def sealed_leases(self, at, nonce, leases):
        return nonce + AESGCM(self.seal).encrypt(nonce, leases, b"\x05" + self.phone + struct.pack(">Q", at))


def encode_leases(leases):
    out = struct.pack(">BQQH", 1, leases["time"], leases["renew_at"], len(leases["entries"]))
    for entry in leases["entries"]:
        door, key, denials = entry["door"].encode(), bytes.fromhex(entry["key"]), bytes.fromhex(entry["list"])
        out += bytes.fromhex(entry["credential"] + entry["lock_id"] + entry["lock_identity"])
        out += struct.pack(">B", len(door)) + door + struct.pack(">H", len(key)) + key + struct.pack(">H", len(denials)) + denials
    return out


def encode(schedule):
    out = struct.pack(">BQQH", 1, schedule["time"], schedule["renew_at"], len(schedule["entries"]))
    for entry in schedule["entries"]:
        door = entry["door"].encode()
        out += bytes.fromhex(entry["credential"]) + bytes.fromhex(entry["lock_id"])
        out += struct.pack(">BQQB", entry["digits"], entry["from"], entry["to"], len(door)) + door
        out += struct.pack(">IB", entry["first_hour"], len(entry["keys"])) + b"".join(map(bytes.fromhex, entry["keys"]))
    return out


def decode(data):
    """The other way; strict."""
    def take(count):
        nonlocal data
        assert len(data) >= count
        head, data = data[:count], data[count:]
        return head
    version, now, renew_at, count = struct.unpack(">BQQH", take(19))
    assert version == 1 and count <= 100
    entries = []
    for _ in range(count):
        entry = {"credential": take(16).hex(), "lock_id": take(16).hex()}
        entry["digits"], entry["from"], entry["to"], size = struct.unpack(">BQQB", take(18))
        entry["door"] = take(size).decode()
        entry["first_hour"], hours = struct.unpack(">IB", take(5))
        entry["keys"] = [take(32).hex() for _ in range(hours)]
        entries.append(entry)
    assert not data
    return {"time": now, "renew_at": renew_at, "entries": entries}


def code(entry, at):
    """RFC 6238 with the key of the hour in which the step begins; None without one."""
    step = at // 30
    index = step * 30 // 3600 - entry["first_hour"]
    if not 0 <= index < len(entry["keys"]) or at < entry["from"] or (entry["to"] and at >= entry["to"]):
        return None
    mac = hmac.digest(bytes.fromhex(entry["keys"][index]), struct.pack(">Q", step), "sha256")
    number = struct.unpack(">I", mac[mac[31] & 15:][:4])[0] & 0x7FFFFFFF
    return f"{number % 10 ** entry['digits']:0{entry['digits']}}"


def made_up(label, size=32):
    """Bytes that are the same at every run."""
    return hashlib.sha512(label.encode()).digest()[:size]
