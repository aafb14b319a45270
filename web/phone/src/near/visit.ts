// SPDX-License-Identifier: Apache-2.0
// A phone in front of a lock: proves its virtual key, brings the list, asks to open (spec/grant.md §4). It knows no bearer:
// whoever has one carries whole messages.
import { hexOf, idBytes, join, Reader, type Bytes } from "../bytes.ts";
import { bytes, Initiator, integer, text, type Lock } from "./edhoc.ts";
import type { Lease } from "./leases.ts";
import { Records } from "./session.ts";

const type = { ready: 0x60, list: 0x61, listed: 0x62, open: 0x63, verdict: 0x64 };
const lockIdSize = 16;
const kidSize = 8;
const headerKid = 4;
const headerCwt = 13;

/** What the lock said of *open*. `reason`: spec/event.md §3; 0 when it opened. */
export interface Answer {
  isOpened: boolean;
  reason: number;
}

/** `shown`: the lock has proved itself, and gets the phone's credential; `proved`: it has taken that. */
export type Step = { state: "handshake" | "shown" | "proved" } | { state: "answered"; answer: Answer };

/** The lock's own credential, by which the phone knows it (grant.md §1). */
export function lockOf(id: string, point: Bytes): Lock {
  const lockId = idBytes(id);
  const kid = bytes(lockId.slice(0, kidSize));
  const key = join(Uint8Array.of(0xa5), integer(1), integer(2), integer(2), kid, integer(-1), integer(1), integer(-2), bytes(point.slice(0, 32)), integer(-3), bytes(point.slice(32)));
  const credential = join(Uint8Array.of(0xa2), integer(2), text(hexOf(lockId)), integer(8), Uint8Array.of(0xa1), integer(1), key);
  return { credential, id: join(Uint8Array.of(0xa1), integer(headerKid), kid), compact: kid, point };
}

export class Visit {
  readonly #lease: Lease;
  readonly #edhoc: Initiator;
  #records: Records | undefined;
  step: Step = { state: "handshake" };

  private constructor(lease: Lease, edhoc: Initiator) {
    this.#lease = lease;
    this.#edhoc = edhoc;
  }

  /** `pair`: of a vector. */
  static async begin(key: CryptoKey, lease: Lease, pair?: CryptoKeyPair): Promise<Visit> {
    const id = join(Uint8Array.of(0xa1), integer(headerCwt), lease.key);
    const phone = { key, credential: lease.key, id, compact: id };
    return new Visit(lease, await Initiator.begin(phone, lockOf(lease.lock, lease.identity), pair));
  }

  /** The message that begins it. */
  get first(): Bytes {
    return this.#edhoc.message1;
  }

  /** Takes a message of the lock; the next one for it, or nothing when it has answered. Any failure ends the visit. */
  async take(message: Bytes): Promise<Bytes | undefined> {
    if (this.#records === undefined) {
      const { message3, secrets } = await this.#edhoc.finish(message);
      this.#records = await Records.begin(secrets);
      this.step = { state: "shown" };
      return message3;
    }
    const reader = new Reader(await this.#records.take(message));
    const kind = reader.u8();
    if (kind === type.verdict) {
      const [verdict, reason] = [reader.u8(), reader.u8()];
      reader.finish();
      this.step = { state: "answered", answer: { isOpened: verdict === 0, reason } };
      return undefined;
    }
    if (kind === type.ready) return this.#afterReady(reader);
    if (kind !== type.listed) throw new Error("the lock says what no lock says");
    reader.u32();
    reader.u8(); // whether it took the list: it opens or not, all the same
    reader.finish();
    return this.#records.seal(Uint8Array.of(type.open));
  }

  /** G8: a newer list comes first. */
  #afterReady(reader: Reader): Promise<Bytes> {
    const records = this.#records as Records;
    const number = reader.u32();
    reader.u16();
    reader.finish();
    this.step = { state: "proved" };
    const { list } = this.#lease;
    const isNewer = list.length > lockIdSize + 4 && new Reader(list.slice(lockIdSize)).u32() > number;
    return records.seal(isNewer ? join(Uint8Array.of(type.list), list) : Uint8Array.of(type.open));
  }
}
