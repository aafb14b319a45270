# SPDX-License-Identifier: Apache-2.0
"""SM2, SM3 and SM4-CCM a second time, with Python's integers, OpenSSL's SM3 and python3-cryptography's SM4; shares no code with drivers/crypto/gm."""

import hashlib
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, modes
try:
    from cryptography.hazmat.primitives.ciphers.algorithms import SM4
except ImportError:
    from cryptography.hazmat.decrepit.ciphers.algorithms import SM4

P = 2**256 - 2**224 - 2**96 + 2**64 - 1
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7, 0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0)
ID = b"1234567812345678"


def sm3(data):
    return hashlib.new("sm3", data).digest()


# --- SM2 ---

def to_bytes(*numbers):
    return b"".join(number.to_bytes(32, "big") for number in numbers)


def add(p, q):
    """Affine, as a schoolbook has it. None is the neutral one."""
    if p is None or q is None:
        return p or q
    if p[0] == q[0]:
        if (p[1] + q[1]) % P == 0:
            return None
        slope = (3 * p[0] * p[0] + A) * pow(2 * p[1], -1, P)
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, P)
    x = (slope * slope - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P


def multiply(scalar, point):
    out = None
    for bit in bin(scalar)[2:]:
        out = add(out, out)
        if bit == "1":
            out = add(out, point)
    return out


def is_on_curve(x, y):
    return x < P and y < P and (y * y - x**3 - A * x - B) % P == 0


def decompress(x):
    """The point with the even Y, or None."""
    square = (x**3 + A * x + B) % P
    y = pow(square, (P + 1) // 4, P)
    if x >= P or y * y % P != square:
        return None
    return x, P - y if y & 1 else y


def point(scalar):
    x, y = multiply(int.from_bytes(scalar, "big"), G)
    return to_bytes(x), to_bytes(y)


def agree(scalar, x):
    """Diffie-Hellman with a point that is known by its X alone."""
    return to_bytes(multiply(int.from_bytes(scalar, "big"), decompress(int.from_bytes(x, "big")))[0])


def digest_to_sign(scalar, message):
    z = sm3(struct.pack(">H", 8 * len(ID)) + ID + to_bytes(A, B, *G) + b"".join(point(scalar)))
    return int.from_bytes(sm3(z + message), "big")


def sign(scalar, message, nonce=None):
    d, e = int.from_bytes(scalar, "big"), digest_to_sign(scalar, message)
    k = nonce or int.from_bytes(hashlib.shake_128(scalar + message).digest(40), "big") % N
    r = (e + multiply(k, G)[0]) % N
    return to_bytes(r, pow(1 + d, -1, N) * (k - r * d) % N)


def verify(scalar, message, signature):
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    own = tuple(int.from_bytes(half, "big") for half in point(scalar))
    found = add(multiply(s, G), multiply((r + s) % N, own))
    if (digest_to_sign(scalar, message) + found[0]) % N != r:
        raise ValueError("not a signature of this message")


# --- SM4-CCM, RFC 3610 with nonces of 13 bytes and tags of 8 ---

def block(key, data):
    encryptor = Cipher(SM4(key), modes.ECB()).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def seal(key, nonce, plain, aad):
    padded = lambda data: data + bytes(-len(data) % 16)
    head = bytes([(0x40 if aad else 0) | 0x19]) + nonce + struct.pack(">H", len(plain))
    mac = bytes(16)
    text = head + (padded(struct.pack(">H", len(aad)) + aad) if aad else b"") + padded(plain)
    for at in range(0, len(text), 16):
        mac = block(key[:16], xor(mac, text[at:at + 16]))
    stream = b"".join(block(key[:16], b"\1" + nonce + struct.pack(">H", i)) for i in range(len(plain) // 16 + 2))
    return xor(plain, stream[16:]) + xor(mac, stream)[:8]
