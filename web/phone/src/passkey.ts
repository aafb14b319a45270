// SPDX-License-Identifier: Apache-2.0
// Keys that only a passkey brings out: K_auth and K_seal wrapped under what the authenticator computes (WebAuthn's PRF), so that
// nothing on the disk of the telephone is worth anything without its owner's finger or face.
import { ascii, type Bytes } from "./bytes.ts";
import type { PhoneKeys } from "./keys.ts";

export interface Wrapped {
  credential: Bytes; // of the passkey
  salt: Bytes;
  auth: Bytes;
  seal: Bytes;
}

const label = ascii("cardea.phone.wrap.v1");

/** Whether this telephone can be asked for a finger or a face. Whether it has PRF shows only when a passkey is made. */
export async function hasPasskeys(): Promise<boolean> {
  return typeof PublicKeyCredential !== "undefined" && (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable());
}

function random(size: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(size));
}

async function wrappingKey(output: BufferSource): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey("raw", output, "HKDF", false, ["deriveKey"]);
  const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: label };
  return crypto.subtle.deriveKey(hkdf, base, { name: "AES-KW", length: 256 }, false, ["wrapKey", "unwrapKey"]);
}

async function ask(credential: Bytes, salt: Bytes): Promise<BufferSource> {
  const found = (await navigator.credentials.get({
    publicKey: {
      challenge: random(32),
      allowCredentials: [{ type: "public-key", id: credential }],
      userVerification: "required",
      extensions: { prf: { eval: { first: salt } } },
    },
  })) as PublicKeyCredential | null;
  const output = found?.getClientExtensionResults().prf?.results?.first;
  if (output === undefined) throw new Error("the passkey computes nothing");
  return output;
}

/** A passkey that is good for wrapping; nothing when this telephone's cannot. */
export async function makeWrapping(name: string): Promise<{ credential: Bytes; salt: Bytes; key: CryptoKey } | undefined> {
  const salt = random(32);
  const made = (await navigator.credentials.create({
    publicKey: {
      rp: { name: "Cardea" },
      user: { id: random(16), name, displayName: name },
      challenge: random(32),
      pubKeyCredParams: [{ type: "public-key", alg: -7 }, { type: "public-key", alg: -257 }],
      authenticatorSelection: { authenticatorAttachment: "platform", residentKey: "preferred", userVerification: "required" },
      extensions: { prf: { eval: { first: salt } } },
    },
  })) as PublicKeyCredential | null;
  const told = made?.getClientExtensionResults().prf;
  if (made === null || told === undefined || (told.results === undefined && told.enabled !== true)) return undefined;
  const credential = new Uint8Array(made.rawId);
  const output = told.results?.first ?? (await ask(credential, salt));
  return { credential, salt, key: await wrappingKey(output) };
}

/** `keys` must be extractable; the caller drops them. */
export async function wrap(keys: PhoneKeys, with_: { credential: Bytes; salt: Bytes; key: CryptoKey }): Promise<Wrapped> {
  const [auth, seal] = await Promise.all([
    crypto.subtle.wrapKey("raw", keys.auth, with_.key, "AES-KW"),
    crypto.subtle.wrapKey("raw", keys.seal, with_.key, "AES-KW"),
  ]);
  return { credential: with_.credential, salt: with_.salt, auth: new Uint8Array(auth), seal: new Uint8Array(seal) };
}

/** Asks for the finger or the face; the keys cannot be read by scripts, and are to be kept in memory only. */
export async function unwrap(wrapped: Wrapped): Promise<PhoneKeys> {
  const key = await wrappingKey(await ask(wrapped.credential, wrapped.salt));
  const [auth, seal] = await Promise.all([
    crypto.subtle.unwrapKey("raw", wrapped.auth, key, "AES-KW", { name: "HMAC", hash: "SHA-256" }, false, ["sign", "verify"]),
    crypto.subtle.unwrapKey("raw", wrapped.seal, key, "AES-KW", "AES-GCM", false, ["decrypt"]),
  ]);
  return { auth, seal };
}
