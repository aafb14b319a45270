# SPDX-License-Identifier: Apache-2.0
"""spec/session.md a second time, with Debian's python3-cryptography; shares no code with core/session."""

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives.ciphers.aead import AESCCM

import gm

INTL, GM = 1, 2
HASHES = {INTL: "sha256", GM: "sm3"}
STEPS_MAX = 4_096
NUMBERS = 1 << 20
WINDOW = 32


def made_up(name, size=32):
    """Bytes for a vector, the same in every run."""
    return hashlib.shake_128(b"cardea session v1 " + name.encode()).digest(size)


def kdf(key, label, context, suite=INTL):
    """codes.md §1: SP 800-108 in counter mode, one block."""
    return hmac.digest(key, b"\0\0\0\1" + label.encode() + b"\0" + context + struct.pack(">I", 256), HASHES[suite])


def seal(key, nonce, plain, aad, suite):
    return gm.seal(key, nonce, plain, aad) if suite == GM else AESCCM(key, tag_length=8).encrypt(nonce, plain, aad)


class Key:
    def __init__(self, key_id, initiator, responder, k_session, suite=INTL):
        self.key_id, self.initiator, self.responder, self.suite = key_id, initiator, responder, suite
        self.auth = kdf(k_session, "session.auth", struct.pack(">I", key_id) + initiator + responder, suite)

    def next(self, n, chain):
        return n + 1, kdf(chain, "session.next", struct.pack(">II", self.key_id, n), self.suite)

    def walk(self, n, chain, to):
        assert to - n <= STEPS_MAX
        while n < to:
            n, chain = self.next(n, chain)
        return n, chain

    def mac(self, place, seen):
        return hmac.digest(self.auth, bytes([place, 0]) + seen + self.initiator + self.responder, HASHES[self.suite])[:16]

    def m1(self, n, random):
        return b"\x81" + bytes([0x10 | self.suite]) + struct.pack(">II", self.key_id, n) + random

    def m2(self, m1, n, random):
        nonce = struct.pack(">I", n) + random
        return b"\x82" + nonce + self.mac(0x82, m1 + nonce)

    def m3(self, m1, m2):
        return b"\x83" + self.mac(0x83, m1 + m2)

    def secrets(self, chain, m1, m2):
        context = m1 + m2 + self.initiator + self.responder
        return {name: kdf(chain, "session." + name, context, self.suite) for name in ("ab", "ba", "export")}


def handshake(key, a, b, random_a, random_b):
    """`a` and `b`: (generation, chain) of each side. What is on the wire, and where both sides stand afterwards."""
    m1 = key.m1(a[0], random_a)
    m2 = key.m2(m1, b[0], random_b)
    m3 = key.m3(m1, m2)
    g = max(a[0], b[0])
    at = key.walk(*a, g)
    assert at == key.walk(*b, g)
    following = key.next(*at)
    behind = b[0] < a[0]
    return {"m1": m1, "m2": m2, "m3": m3, "secrets": key.secrets(at[1], m1, m2), "a_next": at if behind else following,
            "a_once_heard": following if behind else None, "b_next": following}


class Direction:
    """The sender of one direction."""

    def __init__(self, secret, suite=INTL):
        self.secret, self.epoch, self.number, self.suite = secret, 0, 0, suite

    def rekey(self):
        self.secret = kdf(self.secret, "session.rekey", bytes([self.epoch]), self.suite)
        self.epoch, self.number = self.epoch + 1, 0

    def seal(self, plain):
        head = struct.pack(">I", (0xC0 + self.epoch) << 24 | self.number)
        self.number += 1
        key = kdf(self.secret, "session.key", bytes([self.epoch]), self.suite)
        return head + seal(key, bytes(9) + head, plain, head, self.suite)


class Window:
    """What a receiver of one epoch has taken: a set, where core/session has 32 bits."""

    def __init__(self):
        self.taken = set()

    def take(self, number):
        newest = max(self.taken, default=-1)
        if number in self.taken or number + WINDOW <= newest or number >= NUMBERS:
            return False
        self.taken.add(number)
        return True


def cut(message, number, packet_size):
    piece = (packet_size - 2) // 2 * 2
    packets = []
    for offset in range(0, len(message), piece):
        last = offset + piece >= len(message)
        packets.append(struct.pack(">H", last << 15 | number << 12 | offset // 2) + message[offset:offset + piece])
    return packets
