// SPDX-License-Identifier: Apache-2.0
// Bytes of the formats of spec/phone.md: big-endian, read strictly.

export type Bytes = Uint8Array<ArrayBuffer>;

export function join(...parts: Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function ascii(text: string): Bytes {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export function u64(value: number): Bytes {
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value));
  return out;
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Exactly `size` bytes of lower-case hexadecimal; throws otherwise. */
export function bytesOf(hex: string, size = hex.length / 2): Bytes {
  if (hex.length !== 2 * size || !/^[0-9a-f]*$/.test(hex)) throw new Error("no hexadecimal digits of the right number");
  return Uint8Array.from({ length: size }, (_, at) => parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}

/** The 16 bytes of an id as the API writes it: `phone_…`. */
export function idBytes(id: string): Bytes {
  return bytesOf(id.slice(id.lastIndexOf("_") + 1), 16);
}

/** Takes what it is asked for from the front, or throws. */
export class Reader {
  readonly #view: DataView<ArrayBuffer>;
  #at = 0;

  constructor(bytes: Bytes) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  take(size: number): Bytes {
    const from = this.#advance(size);
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + from, size);
  }
  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }
  u16(): number {
    return this.#view.getUint16(this.#advance(2));
  }
  u32(): number {
    return this.#view.getUint32(this.#advance(4));
  }
  /** As a number: no moment that a platform names is past 2^53. */
  u64(): number {
    const value = Number(this.#view.getBigUint64(this.#advance(8)));
    if (!Number.isSafeInteger(value)) throw new Error("a number is out of range");
    return value;
  }
  /** Nothing may be left. */
  finish(): void {
    if (this.#at !== this.#view.byteLength) throw new Error("there is more than there should be");
  }

  #advance(size: number): number {
    const from = this.#at;
    if (from + size > this.#view.byteLength) throw new Error("there is less than there should be");
    this.#at += size;
    return from;
  }
}
