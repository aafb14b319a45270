#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""spec/vectors/edhoc_v1.json and edhoc_rfc9529.json against a second implementation of EDHOC, which shares no code with core/session. The chapter 3 of
RFC 9529 is computed from its private keys and must be what the RFC prints. With --write it makes edhoc_v1.json anew."""

import json
import sys
from pathlib import Path

import edhoc
import reference as ref

FOLDER = Path(__file__).parents[2] / "spec/vectors"
NOW = 1_795_161_648


def unhex(fields):
    return {name: bytes.fromhex(value) for name, value in fields.items()}


def differences_of_the_rfc(vectors):
    """What of the RFC's trace comes out otherwise."""
    given = unhex(vectors["trace"])
    computed = edhoc.run(given["x"], given["y"], given["sk_i"], given["sk_r"], given["c_i"], given["c_r"], edhoc.names("kid", b"\x2b", None),
                         edhoc.names("kid", b"\x32", None), given["cred_i"], given["cred_r"], (6,))
    wrong = [name for name, value in computed.items() if given[name] != value]
    return wrong + [name for name in set(given) - set(computed) if name not in ("x", "y", "sk_i", "sk_r", "c_i", "c_r")]


def hostile_message_2(trace, plaintext):
    """message_2 of the RFC's responder around a plaintext that it would not write."""
    t = unhex(trace)
    stream = edhoc.kdf(t["prk_2e"], 0, t["th_2"], len(plaintext))
    return edhoc.cbor(t["g_y"] + bytes(a ^ b for a, b in zip(plaintext, stream)))


class Signatures:
    """ECDSA takes chance: signatures that the file has stay, as long as they are good."""

    def __init__(self, known):
        self.known = known

    def sign(self, suite, name, scalar, message):
        signature = bytes.fromhex(self.known.get(name, ""))
        if not signature:
            signature = suite.sign(scalar, message)
            self.known[name] = signature.hex()
        suite.verify(scalar, message, signature)
        return signature


def private(name):
    return ref.made_up("private key of " + name)


def credential(signatures, suite, form, name, kid):
    """(form, kid, what the other side is shown or stores)."""
    if form in ("kid", "ccs"):
        return edhoc.ccs(suite, name, kid, private(name))

    def signed(payload, subject, signer, issuer=None):
        prefix = "" if suite is edhoc.Intl else "gm "
        return edhoc.cwt(suite, payload, signatures.sign(suite, prefix + subject, private(signer), edhoc.to_be_signed(suite, payload)), issuer)

    payload = edhoc.cwt_payload(suite, name, NOW - 1_000, NOW + 86_400, kid, private(name))
    if form == "cwt":
        return signed(payload, name, "workspace")
    issuer = edhoc.cwt_payload(suite, "issuer", NOW - 10_000, NOW + 10_000, b"\x05", private("issuer"), True)
    return signed(payload, name, "issuer", signed(issuer, "issuer", "workspace"))


def handshake(signatures, suite, form_i, form_r, kid_i, kid_r):
    name_i, name_r = f"phone {form_i}", f"lock {form_r}"
    cred_i, cred_r = credential(signatures, suite, form_i, name_i, kid_i), credential(signatures, suite, form_r, name_r, kid_r)
    shown = {"chain": "cwt"}
    x, y = (ref.made_up(f"{form_i} {form_r} {side}") for side in "xy")
    c_i, c_r = b"\x00", b"\x20"
    t = edhoc.run(x, y, private(name_i), private(name_r), c_i, c_r, edhoc.names(shown.get(form_i, form_i), kid_i, cred_i),
                  edhoc.names(shown.get(form_r, form_r), kid_r, cred_r), cred_i, cred_r, (), suite)
    out = {"form_i": shown.get(form_i, form_i), "form_r": shown.get(form_r, form_r), "subject_i": name_i, "subject_r": name_r, "now": NOW}
    fields = {"x": x, "y": y, "c_i": c_i, "c_r": c_r, "sk_i": private(name_i), "sk_r": private(name_r), "cred_i": cred_i, "cred_r": cred_r,
              "workspace": b"".join(suite.point(private("workspace"))), **{name: t[name] for name in ("message_1", "message_2", "message_3")},
              **edhoc.exported(t["prk_exporter"], suite)}
    return {"suite": suite.number} | out | {name: value.hex() for name, value in fields.items()}


def make(known):
    signatures = Signatures(dict(known.get("signatures", {})))
    rfc = json.loads((FOLDER / "edhoc_rfc9529.json").read_text(encoding="utf-8"))
    forms = [("kid", "kid", b"\x2b", b"\x32"), ("kid", "kid", b"\x99", b"\x01\x02\x03\x04\x05\x06\x07\x08"), ("cwt", "kid", b"\x00", b"\x17"),
             ("ccs", "ccs", b"\x18", b"\x37"), ("chain", "cwt", b"\x01\x02", b"\x03\x04"), ("kid", "chain", b"\x01", b"\x02")]
    return {"comment": "Made with Python's cryptography by tests/session; spec/session.md says what every field means.",
            "handshakes": [handshake(signatures, suite, *form) for suite in (edhoc.Intl, edhoc.Gm) for form in forms],
            "exported_rfc9529": {name: value.hex() for name, value in edhoc.exported(bytes.fromhex(rfc["trace"]["prk_exporter"])).items()},
            "invalid_message_2": [{"name": case["name"], "message_2": hostile_message_2(rfc["trace"], bytes.fromhex(case["bytes"])).hex()}
                                  for case in rfc["invalid"] if case["what"] == "PLAINTEXT_2"],
            "signatures": signatures.known}


def main():
    rfc = json.loads((FOLDER / "edhoc_rfc9529.json").read_text(encoding="utf-8"))
    wrong = differences_of_the_rfc(rfc)
    if wrong:
        print(f"RFC 9529 has it otherwise: {wrong}")
        return 1
    path = FOLDER / "edhoc_v1.json"
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    made = make(known)
    if sys.argv[1:] == ["--write"]:
        path.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        return 0
    if known != made:
        print(f"{path.name} is not what the second implementation makes")
        return 1
    print(f"RFC 9529 chapter 3: {len(rfc['trace'])} values; {len(made['handshakes'])} handshakes, {len(rfc['invalid'])} invalid messages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
