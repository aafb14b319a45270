// SPDX-License-Identifier: Apache-2.0
// What a phone and the platform agree, and what proves and seals their messages: spec/phone.md §2 to §4, by WebCrypto alone.
// No key that is kept here can be read by a script.
import { ascii, bytesOf, idBytes, join, u64, type Bytes } from "./bytes.ts";

/** K_auth and K_seal. */
export interface PhoneKeys {
  auth: CryptoKey;
  seal: CryptoKey;
}

/** What the keys are bound to. */
export interface Claim {
  invitation: Bytes;
  phone: Bytes;
  phoneKey: Bytes;
  platformKey: Bytes;
}

export const tokenPattern = /cardea_phone_[0-9a-f]{64}/;

const curve = { name: "ECDH", namedCurve: "P-256" };
const uncompressed = Uint8Array.of(4);
const nonceSize = 12;

const about = { confirmation: 1, request: 2, schedule: 3, leaseRequest: 4, leases: 5, order: 6 };

/** A pair for one claim, or for good: P or V as the platform wants it. `extractable`: only for one that is wrapped at once. */
export async function makePair(extractable = false): Promise<{ privateKey: CryptoKey; point: Bytes }> {
  const pair = await crypto.subtle.generateKey(curve, extractable, ["deriveBits"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { privateKey: pair.privateKey, point: raw.slice(1) };
}

function context(claim: Claim): Bytes {
  return join(claim.invitation, claim.phone, claim.phoneKey, claim.platformKey);
}

/** `extractable`: only for keys that a passkey wraps at once. */
export async function deriveKeys(token: string, privateKey: CryptoKey, claim: Claim, extractable = false): Promise<PhoneKeys> {
  const salt = bytesOf(token.slice("cardea_phone_".length), 32);
  const theirs = await crypto.subtle.importKey("raw", join(uncompressed, claim.platformKey), curve, false, []);
  const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: "ECDH", public: theirs }, privateKey, 256));
  const base = await crypto.subtle.importKey("raw", shared, "HKDF", false, ["deriveKey"]);
  shared.fill(0);
  const hkdf = (label: string): HkdfParams => ({ name: "HKDF", hash: "SHA-256", salt, info: join(ascii(label), context(claim)) });
  const [auth, seal] = await Promise.all([
    crypto.subtle.deriveKey(hkdf("cardea.phone.v1.auth"), base, { name: "HMAC", hash: "SHA-256", length: 256 }, extractable, ["sign", "verify"]),
    crypto.subtle.deriveKey(hkdf("cardea.phone.v1.seal"), base, { name: "AES-GCM", length: 256 }, extractable, ["decrypt"]),
  ]);
  return { auth, seal };
}

/** Whether the platform has the same keys (PH5). WebCrypto compares in constant time. */
export function isConfirmed(keys: PhoneKeys, claim: Claim, confirmation: Bytes): Promise<boolean> {
  return crypto.subtle.verify("HMAC", keys.auth, confirmation, join(Uint8Array.of(about.confirmation), context(claim)));
}

async function sign(key: CryptoKey, ...parts: Uint8Array[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, join(...parts)));
}

/** Proves a request for the schedule. */
export function requestMac(auth: CryptoKey, phone: string, at: number): Promise<Bytes> {
  return sign(auth, Uint8Array.of(about.request), idBytes(phone), u64(at));
}

/** Proves a request for leases of the virtual key V. */
export function leaseRequestMac(auth: CryptoKey, phone: string, at: number, virtualKey: Bytes): Promise<Bytes> {
  return sign(auth, Uint8Array.of(about.leaseRequest), idBytes(phone), u64(at), virtualKey);
}

/** Proves an order: a request whose body says which phone asks, and when (spec/phone.md §5). */
export async function orderMac(auth: CryptoKey, path: string, body: string): Promise<Bytes> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(body)));
  return sign(auth, Uint8Array.of(about.order, path.length), ascii(path), digest);
}

async function open(seal: CryptoKey, sealed: Bytes, additionalData: Bytes): Promise<Bytes> {
  const algorithm = { name: "AES-GCM", iv: sealed.subarray(0, nonceSize), additionalData };
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, seal, sealed.subarray(nonceSize)));
}

/** Opens an answer with the F and t that it was asked with (PH9); throws when it is another's. */
export function openSchedule(seal: CryptoKey, phone: string, at: number, sealed: Bytes): Promise<Bytes> {
  return open(seal, sealed, join(Uint8Array.of(about.schedule), idBytes(phone), u64(at)));
}

export function openLeases(seal: CryptoKey, phone: string, at: number, sealed: Bytes): Promise<Bytes> {
  return open(seal, sealed, join(Uint8Array.of(about.leases), idBytes(phone), u64(at)));
}
