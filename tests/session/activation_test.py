#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""spec/vectors/activation_v2.json against a second implementation of spec/activation.md, which shares no code with core/activation. With
--write it makes the file anew."""

import hashlib
import hmac
import json
import struct
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

import reference as ref

FILE = Path(__file__).parents[2] / "spec/vectors/activation_v2.json"
UNPROTECTED, PROTECTED = 0, 1


def pair(name):
    return ec.derive_private_key(int.from_bytes(ref.made_up("activation " + name), "big"), ec.SECP256R1())


def point(of_pair):
    numbers = of_pair.public_key().public_numbers()
    return numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")


def snapshot(name, lock_class):
    """link.md §5, format 1, without slots."""
    out = struct.pack(">BBBHIBIHB", 1, 8, 10, 3, 259_200, 0, 86_400, 3_000, 0)
    hours = [ref.made_up(name + " hour")] if lock_class == UNPROTECTED else []
    return out + struct.pack(">IB", 500_000 if hours else 0, len(hours)) + b"".join(hours)


def activation(name, lock_class):
    def made(what, size=32):
        return ref.made_up(f"activation {name} {what}", size)

    lock, workspace, secret, k_claim = made("lock", 16), made("workspace", 16), made("secret", 16), made("secret", 16) + bytes(16)
    e_l, e_p = pair(name + " E_L"), pair(name + " E_P")
    covered = b"\x60\x02" + lock + made("N_L", 16) + point(e_l) + point(pair(name + " I_L")) + bytes([lock_class, 32])
    ask = covered + hmac.digest(ref.kdf(k_claim, "claim.ask", lock), covered, "sha256")[:16]
    head = b"\x61" + made("N_P", 16) + point(e_p)
    t = hashlib.sha256(ask + head).digest()
    z = e_l.exchange(ec.ECDH(), e_p.public_key())
    k_give = ref.kdf(k_claim, "claim.give", ref.kdf(z, "claim.mix", t) + t)
    key, key_id, desired = made("key"), made("key_id", 4), snapshot(name, lock_class)
    gift = (b"\x02" + workspace + made("door", 16) + point(pair(name + " platform")) + key + made("A(1)") + key_id + made("C(0)") +
            struct.pack(">QII", 1_800_000_000, 250, 7) + desired)
    answer = head + AESCCM(k_give, tag_length=8).encrypt(bytes(13), gift, t)
    k_session = ref.kdf(key, "session", lock + b"\0\0") if lock_class == PROTECTED else key
    k_auth = ref.Key(int.from_bytes(key_id, "big"), lock, workspace, k_session).auth
    done = b"\x62" + hmac.digest(k_auth, b"\xe2" + t, "sha256")[:16]
    return {"name": name, "claim_secret": secret.hex(), "lock_id": lock.hex(), "nonce": made("N_L", 16).hex(),
            "ephemeral_private": e_l.private_numbers().private_value.to_bytes(32, "big").hex(), "identity": point(pair(name + " I_L")).hex(),
            "class": lock_class, "slots": 32, "ask": ask.hex(), "answer": answer.hex(), "done": done.hex(),
            "gift": {"workspace": workspace.hex(), "door": made("door", 16).hex(), "platform_identity": point(pair(name + " platform")).hex(),
                     "key": key.hex(), "audit_seed": made("A(1)").hex(), "key_id": int.from_bytes(key_id, "big"), "session_chain": made("C(0)").hex(),
                     "time": 1_800_000_000, "time_uncertainty_ms": 250, "desired_version": 7, "snapshot": desired.hex()}}


def main():
    made = {"activations": [activation("protected", PROTECTED), activation("unprotected", UNPROTECTED)]}
    if sys.argv[1:] == ["--write"]:
        FILE.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        return 0
    if json.loads(FILE.read_text(encoding="utf-8")) != made:
        print(f"{FILE.name} is not what the second implementation makes")
        return 1
    print(f"{len(made['activations'])} activations")
    return 0


if __name__ == "__main__":
    sys.exit(main())
