#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""spec/vectors/provider_gm_v1.json against a second implementation of SM2, SM3 and SM4-CCM, which shares no code with drivers/crypto/gm. With --write it
makes the file anew. What the standards print is checked on the way."""

import hmac
import json
import sys
from pathlib import Path

import gm
import reference as ref

FILE = Path(__file__).parents[2] / "spec/vectors/provider_gm_v1.json"
HERE = "tests/session/gm.py"
ORDER, LAST, PRIME = gm.to_bytes(gm.N), gm.to_bytes(gm.N - 2), gm.to_bytes(gm.P)
# GB/T 32918.5-2017 A.2
EXAMPLE = {"private": "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8",
           "nonce": 0x59276E27D506861A16680F3AD9C02DCCEF3CC1FA3CDBE4CE6D54B80DEAC1BC21, "message": b"message digest",
           "point": "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13",
           "signature": "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa"}


def row(source, **fields):
    return {"source": source} | {name: value.hex() if isinstance(value, bytes) else value for name, value in fields.items()}


def private(i):
    return gm.to_bytes(int.from_bytes(ref.made_up(f"gm private {i}", 40), "big") % (gm.N - 2) + 1)


def expanded(prk, info, size):
    out = last = b""
    for i in range(1, 256):
        last = hmac.digest(prk, last + info + bytes([i]), "sm3")
        out += last
        if len(out) >= size:
            return out[:size]
    raise ValueError(size)


def hashes():
    rows = [row("GM/T 0004-2012 A.1", message=b"abc", digest="66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
            row("GM/T 0004-2012 A.2", message=b"abcd" * 16, digest="debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732")]
    assert all(gm.sm3(bytes.fromhex(one["message"])).hex() == one["digest"] for one in rows)
    return rows + [row(HERE, message=message, digest=gm.sm3(message)) for message in (b"", bytes(55), bytes(56), bytes(range(200)))]


def macs():
    cases = [(b"\x0b" * 32, b"Hi There"), (b"Jefe", b"what do ya want for nothing?"), (bytes(range(1, 33)), b""), (b"\xaa" * 20, b"\xdd" * 150)]
    return [row(HERE, key=key, message=message, mac=hmac.digest(key.ljust(32, b"\0"), message, "sm3")) for key, message in cases]


def ciphers():
    for i, (aad, plain) in enumerate([(0, 0), (0, 1), (5, 16), (32, 17), (14, 63), (15, 200), (300, 24)]):
        key, nonce = ref.made_up(f"gm ccm key {i}", 16), ref.made_up(f"gm nonce {i}", 13)
        beside, text = ref.made_up(f"gm aad {i}", aad), ref.made_up(f"gm text {i}", plain)
        yield row(HERE, key=key, nonce=nonce, aad=beside, plain=text, sealed=gm.seal(key, nonce, text, beside))


def agreements():
    for i in range(4):
        own, peer = private(i), private(10 + i)
        yield row(HERE, private=own, peer=b"".join(gm.point(peer)), on_curve=True, shared=gm.agree(own, gm.point(peer)[0]))
    x, y = gm.point(private(3))
    for name, peer in (("Y + 1", x + gm.to_bytes((int.from_bytes(y, "big") + 1) % gm.P)), ("of P-256", bytes.fromhex(
            "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5")), ("zero", bytes(64))):
        yield row(HERE + ": " + name, private=private(0), peer=peer, on_curve=False)


def signatures():
    rows = [row("GB/T 32918.5-2017 A.2", **{name: EXAMPLE[name] for name in ("private", "point", "message", "signature")})]
    scalar = bytes.fromhex(EXAMPLE["private"])
    assert gm.sign(scalar, EXAMPLE["message"], EXAMPLE["nonce"]).hex() == EXAMPLE["signature"]
    assert b"".join(gm.point(scalar)).hex() == EXAMPLE["point"]
    for i in range(3):
        message = ref.made_up(f"gm message {i}", 40 * i)
        rows.append(row(HERE, private=private(i), point=b"".join(gm.point(private(i))), message=message, signature=gm.sign(private(i), message)))
        gm.verify(private(i), message, gm.sign(private(i), message))
    return rows


def make():
    signed = signatures()
    points = [(b"".join(gm.point(private(i))), True) for i in range(3)] + [(b"".join(gm.point(private(0))[::-1]), False)]
    prk, salt = ref.made_up("gm prk"), ref.made_up("gm salt", 20)
    key = bytes.fromhex("0123456789abcdeffedcba9876543210")
    assert gm.block(key, key).hex() == "681edf34d206965e86b3e94f536e4246"
    return {"comment": "Suite gm behind the calls of core/crypto/provider.hpp; fields as provider_v1.json has them. Where a source is no standard, tests/session/gm.py made it.",
            "sha256": hashes(), "hmac": macs(),
            "hkdf_extract": [row(HERE, salt=salt, input=prk, prk=hmac.digest(salt, prk, "sm3"))],
            "hkdf_expand": [row(HERE, prk=prk, info=ref.made_up("gm info", size), okm=expanded(prk, ref.made_up("gm info", size), 40 + size)) for size in (0, 10, 80)],
            "aes256_block": [row("GM/T 0002-2012 A.1", key=key, plain=key, cipher="681edf34d206965e86b3e94f536e4246")],
            "ccm": list(ciphers()),
            "curve": row("GB/T 32918.5-2017", order=ORDER, last=LAST, prime=PRIME),
            "coordinates": [row("Euler's criterion", x=gm.to_bytes(x), on_curve=gm.decompress(x) is not None) for x in range(1, 8)],
            "key_pairs": [row(HERE, private=private(i), point=b"".join(gm.point(private(i)))) for i in range(6)]
            + [row(HERE, private=LAST, point=b"".join(gm.point(LAST)))],
            "points": [row(HERE, point=point, on_curve=good) for point, good in points],
            "agreements": list(agreements()),
            "agreements_by_x": [row(HERE, private=private(7), x=gm.point(private(8))[0], shared=gm.agree(private(7), gm.point(private(8))[0]))],
            "signatures": signed,
            "verifications": [row(one["source"], point=one["point"], message=one["message"], signature=one["signature"], good=True) for one in signed]
            + [row(HERE + ": of another message", point=one["point"], message=one["message"] + "00", signature=one["signature"], good=False) for one in signed]}


def main():
    made = make()
    if sys.argv[1:] == ["--write"]:
        FILE.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        return 0
    if json.loads(FILE.read_text(encoding="utf-8")) != made:
        print(f"{FILE.name} is not what the second implementation makes")
        return 1
    print(f"{sum(len(rows) for rows in made.values() if isinstance(rows, list))} vectors of suite gm")
    return 0


if __name__ == "__main__":
    sys.exit(main())
