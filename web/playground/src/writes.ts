// SPDX-License-Identifier: Apache-2.0
// What flash operations mean: journal records and audit records in them (spec/journal.md §1 and §3; keys: core/decide/README.md, lock/items.hpp).
import { flashSize, type Happening } from "./board.ts";

/** What an entry of a journal record is about. */
export type Meaning =
  | "charge" | "keep" | "refund" | "burn" | "slot" | "codes" | "throttle" | "settings" | "seen" | "clock" | "factory" | "owner" | "chain" | "desired" | "keys"
  | "door" | "turn";

/** Flash operations that make one write, or the motor between them. `first`, `last`: counted from 1 within the step. */
export interface Write {
  kind: "journal" | "header" | "record" | "erase" | "motor";
  first: number;
  last: number;
  meanings: Meaning[];
  seq: number;
  bytes: number;
  torn: boolean;
}

const auditOffset = flashSize / 2;
const erased = 0xffff;
const headSize = 4;
const crcSize = 4;

const plain: Record<number, Meaning> = {
  0x00: "turn", 0x01: "settings", 0x03: "slot", 0x11: "throttle", 0x12: "throttle", 0x13: "throttle", 0x41: "factory", 0x42: "owner", 0x43: "chain", 0x44: "desired",
  0x45: "factory", 0x46: "keys", 0x47: "keys", 0x48: "keys", 0x49: "door", 0x4a: "keys", 0x4b: "keys", 0x4c: "keys",
};

function meaningOf(kind: number, index: number, value: Uint8Array | undefined, charged: boolean): Meaning {
  if (kind === 0x10) return value === undefined ? "refund" : (value.at(-1) ?? 0) % 2 === 1 ? "keep" : "charge";
  if (kind === 0x02) return charged ? "burn" : "slot"; // what an entry changes of a slot is which of its codes are used up
  if (kind === 0x40) return index === 1 ? "seen" : "clock";
  return plain[kind] ?? "codes";
}

/** How many bytes a record takes that begins so; 0: this begins none. */
function recordSize(bytes: Uint8Array): number {
  if (bytes.length < headSize) return 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const size = view.getUint16(0);
  if ((size ^ view.getUint16(2)) !== 0xffff) return 0;
  return Math.ceil((headSize + size + crcSize) / 8) * 8;
}

/** The meanings of a record's entries, each once; what is cut off is left out. `charged`: it belongs to an entry that was charged. */
function meaningsOf(record: Uint8Array, charged: boolean): Meaning[] {
  const view = new DataView(record.buffer, record.byteOffset, record.length);
  const entries: [number, number, Uint8Array | undefined][] = [];
  const end = Math.min(headSize + view.getUint16(0), record.length);
  for (let at = headSize; at + headSize <= end; ) {
    const size = view.getUint16(at + 2);
    const valueSize = size === erased ? 0 : size;
    entries.push([view.getUint8(at), view.getUint8(at + 1), size === erased ? undefined : record.subarray(at + headSize, at + headSize + valueSize)]);
    at += headSize + valueSize;
  }
  return [...new Set(entries.map(([kind, index, value]) => meaningOf(kind, index, value, charged)))];
}

const joined = (a: Uint8Array, b: Uint8Array): Uint8Array => Uint8Array.from([...a, ...b]);

/** What happened in a step, as writes in their order. */
export function writesOf(happenings: Happening[]): Write[] {
  const writes: Write[] = [];
  let number = 0;
  const isCharged = (): boolean => writes.some(({ meanings }) => meanings.includes("charge"));
  let record: Uint8Array = new Uint8Array(); // what has come of one that takes several operations
  for (const happening of happenings) {
    const write: Write = { kind: "motor", first: number + 1, last: number + 1, meanings: [], seq: 0, bytes: 0, torn: false };
    if (happening.kind === "motor") {
      writes.push({ ...write, first: 0, last: 0 });
      continue;
    }
    number++;
    write.torn = happening.torn;
    if (happening.kind === "erase") {
      const before = writes.at(-1);
      if (before?.kind === "erase") Object.assign(before, { last: number, torn: happening.torn });
      else writes.push({ ...write, kind: "erase" });
      continue;
    }
    write.bytes = happening.bytes.length;
    if (happening.offset >= auditOffset) {
      const isHeader = happening.offset % 4_096 === 0;
      writes.push({ ...write, kind: isHeader ? "header" : "record", seq: new DataView(happening.bytes.buffer, happening.bytes.byteOffset).getUint32(0) });
      continue;
    }
    const before = writes.at(-1);
    if (before?.kind === "journal" && record.length < recordSize(record)) {
      record = joined(record, happening.bytes);
      Object.assign(before, { last: number, bytes: before.bytes + write.bytes, torn: write.torn, meanings: meaningsOf(record, isCharged()) });
    } else if (recordSize(happening.bytes) > 0) {
      record = happening.bytes;
      writes.push({ ...write, kind: "journal", meanings: meaningsOf(record, isCharged()) });
    } else writes.push({ ...write, kind: "header" });
  }
  return writes;
}
