// SPDX-License-Identifier: Apache-2.0
// AES-CCM with a nonce of 13 bytes and a tag of 8 (RFC 3610), which WebCrypto does not have, out of its CBC and CTR. The browser
// does all arithmetic with the key, so that it takes no other time for another key.
import { join, type Bytes } from "../bytes.ts";

export const tagSize = 8;
const blockSize = 16;
const lengthSize = 2; // of the counter: what 15 bytes leave beside the nonce
const flags = 0x40 | (((tagSize - 2) / 2) << 3) | (lengthSize - 1);

/** The same key, as both modes want it. */
export interface CcmKey {
  mac: CryptoKey;
  stream: CryptoKey;
}

/** `bytes`: 16 or 32. */
export async function ccmKey(bytes: Bytes): Promise<CcmKey> {
  const [mac, stream] = await Promise.all([
    crypto.subtle.importKey("raw", bytes, "AES-CBC", false, ["encrypt"]),
    crypto.subtle.importKey("raw", bytes, "AES-CTR", false, ["encrypt"]),
  ]);
  return { mac, stream };
}

function u16(value: number): Bytes {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function padded(...parts: Uint8Array[]): Bytes {
  const whole = join(...parts);
  return join(whole, new Uint8Array((blockSize - (whole.length % blockSize)) % blockSize));
}

/** CBC-MAC over everything; a block of padding, which WebCrypto adds, stands behind the block that counts. */
async function macOf(key: CcmKey, nonce: Bytes, about: Bytes, plain: Bytes): Promise<Bytes> {
  const blocks = join(Uint8Array.of(flags), nonce, u16(plain.length), padded(u16(about.length), about), padded(plain));
  const chained = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CBC", iv: new Uint8Array(blockSize) }, key.mac, blocks));
  return chained.slice(blocks.length - blockSize, blocks.length - blockSize + tagSize);
}

/** The tag takes the first block of the key stream, the text those after it. */
async function withStream(key: CcmKey, nonce: Bytes, tag: Bytes, text: Bytes): Promise<{ tag: Bytes; text: Bytes }> {
  const counter = join(Uint8Array.of(lengthSize - 1), nonce, new Uint8Array(lengthSize));
  const algorithm = { name: "AES-CTR", counter, length: 8 * lengthSize };
  const out = new Uint8Array(await crypto.subtle.encrypt(algorithm, key.stream, join(padded(tag), text)));
  return { tag: out.slice(0, tagSize), text: out.slice(blockSize) };
}

/** Its text and the tag behind it. `about`: what is authenticated beside it, at least one byte. */
export async function seal(key: CcmKey, nonce: Bytes, about: Bytes, plain: Bytes): Promise<Bytes> {
  const sealed = await withStream(key, nonce, await macOf(key, nonce, about, plain), plain);
  return join(sealed.text, sealed.tag);
}

/** Without a branch on what differs. */
export function isEqual(one: Bytes, other: Bytes): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at++) difference |= (one[at] as number) ^ (other[at] ?? 0);
  return difference === 0;
}

/** Throws when it was not sealed with this key, nonce and `about`. */
export async function open(key: CcmKey, nonce: Bytes, about: Bytes, sealed: Bytes): Promise<Bytes> {
  if (sealed.length < tagSize) throw new Error("there is less than a tag");
  const { tag, text } = await withStream(key, nonce, sealed.slice(-tagSize), sealed.slice(0, -tagSize));
  if (!isEqual(tag, await macOf(key, nonce, about, text))) throw new Error("the tag is wrong");
  return text;
}
