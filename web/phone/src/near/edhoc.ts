// SPDX-License-Identifier: Apache-2.0
// The phone's side of EDHOC (RFC 9528), method 3, suite 2, as spec/session.md §7 has it: it begins, knows the one lock that may
// answer, and proves its own static key. Both private keys stay where no script can read them. Names are those of the RFC.
import { ascii, join, type Bytes } from "../bytes.ts";
import { ccmKey, isEqual, seal } from "./ccm.ts";

/** Who a side is: CRED_x, ID_CRED_x, and what of that stands in a plain text. */
export interface Credential {
  credential: Bytes;
  id: Bytes;
  compact: Bytes;
}

export interface Lock extends Credential {
  point: Bytes; // X | Y of its static key
}

export interface Phone extends Credential {
  key: CryptoKey; // ECDH, to derive bits
}

/** Of the records, phone to lock and lock to phone. */
export interface Secrets {
  out: Bytes;
  in: Bytes;
}

const curve = { name: "ECDH", namedCurve: "P-256" };
const hmac = { name: "HMAC", hash: "SHA-256" };
const macSize = 8;
const nonceSize = 13;
const labels = { keystream2: 0, salt3e2m: 1, mac2: 2, k3: 3, iv3: 4, salt4e3m: 5, mac3: 6, out: 7, exporter: 10, ab: 32_768, ba: 32_769 };

// --- CBOR, as far as it goes here: deterministic, RFC 8949 §4.2.1.

function head(major: number, value: number): Bytes {
  const type = major << 5;
  if (value < 24) return Uint8Array.of(type | value);
  return value < 256 ? Uint8Array.of(type | 24, value) : Uint8Array.of(type | 25, value >> 8, value & 0xff);
}

/** An integer from -65,536 to 65,535. */
export function integer(value: number): Bytes {
  return value < 0 ? head(1, -1 - value) : head(0, value);
}

export function bytes(value: Bytes): Bytes {
  return join(head(2, value.length), value);
}

export function text(value: string): Bytes {
  return join(head(3, value.length), ascii(value));
}

/** What a byte string holds that is all there is; throws otherwise. */
export function unwrapBytes(item: Bytes): Bytes {
  for (const size of [1, 2, 3]) {
    const content = item.slice(size);
    if (item.length >= size && isEqual(item.slice(0, size), head(2, content.length))) return content;
  }
  throw new Error("this is no byte string");
}

// --- P-256: a peer sends its X alone, and WebCrypto wants both coordinates. Y's sign makes no difference to what is agreed.

const p = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const b = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base, left = exponent; left > 0n; left >>= 1n, square = (square * square) % p) if (left & 1n) result = (result * square) % p;
  return result;
}

function number(value: Bytes): bigint {
  return value.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function ofNumber(value: bigint): Bytes {
  return Uint8Array.from({ length: 32 }, (_, at) => Number((value >> BigInt(8 * (31 - at))) & 0xffn));
}

/** X | Y of a point with this X; throws when there is none. */
export function pointOf(x: Bytes): Bytes {
  const at = number(x);
  const square = (((at * at - 3n) * at + b) % p + p) % p;
  const y = power(square, (p + 1n) / 4n);
  if (x.length !== 32 || at >= p || (y * y) % p !== square) throw new Error("no point of the curve has this X");
  return join(x, ofNumber(y));
}

async function agree(key: CryptoKey, point: Bytes): Promise<Bytes> {
  const theirs = await crypto.subtle.importKey("raw", join(Uint8Array.of(4), point), curve, false, []);
  return new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, key, 256));
}

// --- RFC 9528 §4.1

async function hash(...parts: Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
}

async function sign(key: Bytes, message: Bytes): Promise<Bytes> {
  const imported = await crypto.subtle.importKey("raw", key, hmac, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, message));
}

/** HKDF-Extract with the salt that is expanded from the key before, and what two static or ephemeral keys agree. */
async function extract(salt: Bytes, key: CryptoKey, point: Bytes): Promise<Bytes> {
  const shared = await agree(key, point);
  const prk = await sign(salt, shared);
  shared.fill(0);
  return prk;
}

/** EDHOC_KDF: HKDF-Expand, of one block. */
export async function expand(prk: Bytes, label: number, context: Bytes, size: number): Promise<Bytes> {
  if (size > 32) throw new Error("more than one block");
  return (await sign(prk, join(integer(label), bytes(context), integer(size), Uint8Array.of(1)))).slice(0, size);
}

/** The X of a key of this handshake's own. */
async function xOf(key: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.exportKey("raw", key)).slice(1, 33);
}

export class Initiator {
  readonly #phone: Phone;
  readonly #lock: Lock;
  readonly #ephemeral: CryptoKey;
  readonly message1: Bytes;

  private constructor(phone: Phone, lock: Lock, ephemeral: CryptoKey, message1: Bytes) {
    this.#phone = phone;
    this.#lock = lock;
    this.#ephemeral = ephemeral;
    this.message1 = message1;
  }

  /** `pair` and `front` (METHOD, SUITES_I and C_I): of a vector; its own otherwise. */
  static async begin(phone: Phone, lock: Lock, pair?: CryptoKeyPair, front = [Uint8Array.of(3, 2), Uint8Array.of(0)]): Promise<Initiator> {
    const { privateKey, publicKey } = pair ?? (await crypto.subtle.generateKey(curve, false, ["deriveBits"]));
    const [before = new Uint8Array(), after = new Uint8Array()] = front;
    return new Initiator(phone, lock, privateKey, join(before, bytes(await xOf(publicKey)), after));
  }

  /** Throws when it is not this lock that answers: then it has learned nothing of the phone. */
  async finish(message2: Bytes): Promise<{ message3: Bytes; secrets: Secrets; exporter: Bytes }> {
    const [phone, lock] = [this.#phone, this.#lock];
    const both = unwrapBytes(message2);
    const [gY, sealed] = [both.slice(0, 32), both.slice(32)];
    const theirs = pointOf(gY);
    const th2 = await hash(bytes(gY), bytes(await hash(this.message1)));
    const prk2e = await extract(th2, this.#ephemeral, theirs);
    const stream = await expand(prk2e, labels.keystream2, th2, sealed.length);
    const plain2 = sealed.map((byte, at) => byte ^ (stream[at] as number));
    const prk3e2m = await extract(await expand(prk2e, labels.salt3e2m, th2, 32), this.#ephemeral, lock.point);

    // C_R, one byte, then the name of the one lock that it may be, then its proof.
    const cR = plain2.slice(0, 1);
    const isInteger = ((cR[0] ?? 0xff) & 0xc0) === 0 && ((cR[0] as number) & 0x1f) < 24;
    const mac2 = await expand(prk3e2m, labels.mac2, join(cR, lock.id, bytes(th2), lock.credential), macSize);
    if (!isInteger || !isEqual(plain2.slice(1), join(lock.compact, bytes(mac2)))) throw new Error("this is another lock");

    const th3 = await hash(bytes(th2), plain2, lock.credential);
    const prk4e3m = await extract(await expand(prk3e2m, labels.salt4e3m, th3, 32), phone.key, theirs);
    const mac3 = await expand(prk4e3m, labels.mac3, join(phone.id, bytes(th3), phone.credential), macSize);
    const plain3 = join(phone.compact, bytes(mac3));
    const k3 = await ccmKey(await expand(prk3e2m, labels.k3, th3, 16));
    const about3 = join(Uint8Array.of(0x83), text("Encrypt0"), bytes(new Uint8Array()), bytes(th3));
    const message3 = bytes(await seal(k3, await expand(prk3e2m, labels.iv3, th3, nonceSize), about3, plain3));

    const th4 = await hash(bytes(th3), plain3, phone.credential);
    const exporter = await expand(await expand(prk4e3m, labels.out, th4, 32), labels.exporter, new Uint8Array(), 32);
    const [out, in_] = await Promise.all([labels.ab, labels.ba].map((label) => expand(exporter, label, new Uint8Array(), 32)));
    return { message3, secrets: { out: out as Bytes, in: in_ as Bytes }, exporter };
  }
}
