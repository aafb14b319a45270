// SPDX-License-Identifier: Apache-2.0
// Records and fragments of a session (spec/session.md §4 and §5), as far as a visit of a few seconds goes: one epoch, whole
// messages in order.
import { ascii, join, type Bytes } from "../bytes.ts";
import { ccmKey, open, seal, tagSize, type CcmKey } from "./ccm.ts";
import type { Secrets } from "./edhoc.ts";

const recordType = 0xc0;
const headSize = 4;
const nonceFront = new Uint8Array(9);

/** kdf of codes.md §1. */
async function derive(secret: Bytes, label: string, context: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const message = join(Uint8Array.of(0, 0, 0, 1), ascii(label), Uint8Array.of(0), context, Uint8Array.of(0, 0, 1, 0));
  return new Uint8Array(await crypto.subtle.sign("HMAC", key, message));
}

export class Records {
  readonly #out: CcmKey;
  readonly #in: CcmKey;
  #sent = 0;
  #taken = 0;

  private constructor(out: CcmKey, in_: CcmKey) {
    this.#out = out;
    this.#in = in_;
  }

  static async begin(secrets: Secrets): Promise<Records> {
    const key = async (secret: Bytes) => ccmKey(await derive(secret, "session.key", Uint8Array.of(0)));
    return new Records(await key(secrets.out), await key(secrets.in));
  }

  async seal(plain: Bytes): Promise<Bytes> {
    const head = Uint8Array.of(recordType, this.#sent >> 16, (this.#sent >> 8) & 0xff, this.#sent & 0xff);
    this.#sent++;
    return join(head, await seal(this.#out, join(nonceFront, head), head, plain));
  }

  /** Throws on whatever is not the lock's, or comes again. */
  async take(record: Bytes): Promise<Bytes> {
    if (record.length < headSize + tagSize || record[0] !== recordType) throw new Error("this is no record of a visit");
    const head = record.slice(0, headSize);
    const number = new DataView(head.buffer).getUint32(0) & 0xffffff;
    if (number < this.#taken) throw new Error("this record came before");
    const plain = await open(this.#in, join(nonceFront, head), head, record.slice(headSize));
    this.#taken = number + 1;
    return plain;
  }
}

const lastBit = 0x8000;
const numberShift = 12;
const numberMask = 7;
const offsetMask = 0x0fff;
const fragmentHeadSize = 2;
const messageSizeMax = 512;

/** A message in packets of at most `packetSize` bytes. */
export function cut(message: Bytes, number: number, packetSize: number): Bytes[] {
  const pieceSize = Math.floor((packetSize - fragmentHeadSize) / 2) * 2;
  const packets: Bytes[] = [];
  for (let at = 0; at < message.length; at += pieceSize) {
    const f = (at + pieceSize >= message.length ? lastBit : 0) | ((number & numberMask) << numberShift) | (at / 2);
    packets.push(join(Uint8Array.of(f >> 8, f & 0xff), message.slice(at, at + pieceSize)));
  }
  return packets;
}

/** Puts pieces together that come in order, as a connection of Bluetooth brings them; anything else is dropped. */
export class Pieces {
  #number = -1;
  #whole: Bytes = new Uint8Array();

  /** The message, when this was its last piece. */
  take(packet: Bytes): Bytes | undefined {
    if (packet.length <= fragmentHeadSize) return undefined;
    const f = new DataView(packet.buffer, packet.byteOffset).getUint16(0);
    const [number, offset] = [(f >> numberShift) & numberMask, (f & offsetMask) * 2];
    if (offset === 0) {
      this.#number = number;
      this.#whole = new Uint8Array();
    }
    if (number !== this.#number || offset !== this.#whole.length) return undefined;
    this.#whole = join(this.#whole, packet.slice(fragmentHeadSize));
    if (this.#whole.length > messageSizeMax) this.#number = -1;
    return this.#number === number && (f & lastBit) !== 0 ? this.#whole : undefined;
  }
}
