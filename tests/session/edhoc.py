# SPDX-License-Identifier: Apache-2.0
"""RFC 9528 for method 3 and suites 2 and -24, and the credentials of spec/session.md §7, a second time, with Debian's python3-cryptography; shares no code
with core/session. Names are those of the RFC."""

import hashlib
import hmac

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

import gm

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B


# --- CBOR, RFC 8949 §4.2.1 ---

def head(major, value):
    for size, info in ((1, 24), (2, 25), (4, 26), (8, 27)):
        if value < 24:
            return bytes([major << 5 | value])
        if value < 1 << 8 * size:
            return bytes([major << 5 | info]) + value.to_bytes(size, "big")
    raise ValueError(value)


def cbor(value):
    """Integers, bytes, text, lists, and dicts in the order in which they are written."""
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(map(cbor, value))
    if isinstance(value, Raw):
        return value.data
    return head(5, len(value)) + b"".join(cbor(key) + cbor(item) for key, item in value.items())


class Raw:
    """What is encoded already."""

    def __init__(self, data):
        self.data = data


def one_byte_integer(data):
    return len(data) == 1 and (data[0] <= 0x17 or 0x20 <= data[0] <= 0x37)


# --- P-256 ---

def pair(scalar):
    return ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())


def point(scalar):
    numbers = pair(scalar).public_key().public_numbers()
    return numbers.x.to_bytes(32, "big"), numbers.y.to_bytes(32, "big")


def agree(scalar, x):
    """ECDH with a point that is known by its X alone."""
    x = int.from_bytes(x, "big")
    y = pow((x**3 - 3 * x + B) % P, (P + 1) // 4, P)
    return pair(scalar).exchange(ec.ECDH(), ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key())


def sign(scalar, message):
    r, s = decode_dss_signature(pair(scalar).sign(message, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def verify(scalar, message, signature):
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    pair(scalar).public_key().verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))


class Intl:
    """Suite 2."""
    number, hash_name, crv, alg = 2, "sha256", 1, -7
    point, agree, sign, verify = map(staticmethod, (point, agree, sign, verify))

    @staticmethod
    def seal(key, nonce, plain, aad):
        return AESCCM(key, tag_length=8).encrypt(nonce, plain, aad)


class Gm:
    """Suite -24."""
    number, hash_name, crv, alg = -24, "sm3", -65537, -65537
    point, agree, sign, verify, seal = map(staticmethod, (gm.point, gm.agree, gm.sign, gm.verify, gm.seal))


# --- Credentials ---

def cose_key(suite, kid, scalar):
    x, y = suite.point(scalar)
    return {1: {1: 2, 2: kid, -1: suite.crv, -2: x, -3: y}}


def ccs(suite, subject, kid, scalar):
    return cbor({2: subject, 8: cose_key(suite, kid, scalar)})


def cwt_payload(suite, subject, begins, ends, kid, scalar, may_issue=False):
    claims = {2: subject, 4: ends, 5: begins, 8: cose_key(suite, kid, scalar)}
    if may_issue:
        claims[-65537] = 1
    return cbor(claims)


def protected(suite):
    return cbor({1: suite.alg})


def to_be_signed(suite, payload):
    return cbor(["Signature1", protected(suite), b"", payload])


def cwt(suite, payload, signature, issuer=None):
    return cbor([protected(suite), {13: Raw(issuer)} if issuer else {}, payload, signature])


# --- EDHOC ---

def kdf(prk, label, context, length, suite=Intl):
    info, out, block = cbor(label) + cbor(context) + cbor(length), b"", b""
    for i in range(1, 256):
        if len(out) >= length:
            return out[:length]
        block = hmac.digest(prk, block + info + bytes([i]), suite.hash_name)
        out += block


def names(form, kid, credential):
    """ID_CRED_x, and how it stands in a plaintext."""
    if form == "kid":
        return cbor({4: kid}), kid if one_byte_integer(kid) else cbor(kid)
    whole = cbor({{"cwt": 13, "ccs": 14}[form]: Raw(credential)})
    return whole, whole


def run(x, y, sk_i, sk_r, c_i, c_r, id_i, id_r, cred_i, cred_r, suites=(), suite=Intl):
    """`id_i`, `id_r`: names(). Everything of both sides, named as in the RFC's traces. `suites`: what is offered in front."""
    def digest(data):
        return hashlib.new(suite.hash_name, data).digest()

    def extract(salt, ikm):
        return hmac.digest(salt, ikm, suite.hash_name)

    def expand(*args):
        return kdf(*args, suite)

    t = {"g_x": suite.point(x)[0], "g_y": suite.point(y)[0]}
    t["message_1"] = cbor(3) + cbor([*suites, suite.number] if suites else suite.number) + cbor(t["g_x"]) + c_i
    t["h_message_1"] = digest(t["message_1"])
    t["th_2"] = digest(cbor(t["g_y"]) + cbor(t["h_message_1"]))
    t["g_xy"] = suite.agree(x, t["g_y"])
    t["prk_2e"] = extract(t["th_2"], t["g_xy"])
    t["salt_3e2m"] = expand(t["prk_2e"], 1, t["th_2"], 32)
    t["g_rx"] = suite.agree(sk_r, t["g_x"])
    t["prk_3e2m"] = extract(t["salt_3e2m"], t["g_rx"])
    t["id_cred_r"], t["cred_r"] = id_r[0], cred_r
    t["context_2"] = c_r + id_r[0] + cbor(t["th_2"]) + cred_r
    t["mac_2"] = expand(t["prk_3e2m"], 2, t["context_2"], 8)
    t["plaintext_2"] = c_r + id_r[1] + cbor(t["mac_2"])
    t["keystream_2"] = expand(t["prk_2e"], 0, t["th_2"], len(t["plaintext_2"]))
    t["ciphertext_2"] = bytes(a ^ b for a, b in zip(t["plaintext_2"], t["keystream_2"]))
    t["message_2"] = cbor(t["g_y"] + t["ciphertext_2"])
    t["th_3"] = digest(cbor(t["th_2"]) + t["plaintext_2"] + cred_r)
    t["salt_4e3m"] = expand(t["prk_3e2m"], 5, t["th_3"], 32)
    t["g_iy"] = suite.agree(sk_i, t["g_y"])
    t["prk_4e3m"] = extract(t["salt_4e3m"], t["g_iy"])
    t["id_cred_i"], t["cred_i"] = id_i[0], cred_i
    t["context_3"] = id_i[0] + cbor(t["th_3"]) + cred_i
    t["mac_3"] = expand(t["prk_4e3m"], 6, t["context_3"], 8)
    t["plaintext_3"] = id_i[1] + cbor(t["mac_3"])
    t["k_3"], t["iv_3"] = expand(t["prk_3e2m"], 3, t["th_3"], 16), expand(t["prk_3e2m"], 4, t["th_3"], 13)
    t["ciphertext_3"] = suite.seal(t["k_3"], t["iv_3"], t["plaintext_3"], cbor(["Encrypt0", b"", t["th_3"]]))
    t["message_3"] = cbor(t["ciphertext_3"])
    t["th_4"] = digest(cbor(t["th_3"]) + t["plaintext_3"] + cred_i)
    t["k_4"], t["iv_4"] = expand(t["prk_4e3m"], 8, t["th_4"], 16), expand(t["prk_4e3m"], 9, t["th_4"], 13)
    t["message_4"] = cbor(suite.seal(t["k_4"], t["iv_4"], b"", cbor(["Encrypt0", b"", t["th_4"]])))
    t["prk_out"] = expand(t["prk_4e3m"], 7, t["th_4"], 32)
    t["prk_exporter"] = expand(t["prk_out"], 10, b"", 32)
    t["oscore_secret"], t["oscore_salt"] = expand(t["prk_exporter"], 0, b"", 16), expand(t["prk_exporter"], 1, b"", 8)
    return t


def exported(prk_exporter, suite=Intl):
    """What spec/session.md takes."""
    return {name: kdf(prk_exporter, 32768 + i, b"", 32, suite) for i, name in enumerate(("s_ab", "s_ba", "k_export"))}
