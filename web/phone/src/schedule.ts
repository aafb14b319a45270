// SPDX-License-Identifier: Apache-2.0
// The schedule that a phone holds, and the code that it shows: spec/phone.md §3, codes.md §2.
import { Reader, hexOf, u64, type Bytes } from "./bytes.ts";

export interface Entry {
  credential: string; // credential_…
  lock: string; // lock_…
  digits: number;
  from: number;
  to: number; // 0: no end
  door: string;
  firstHour: number;
  keys: Bytes[];
}

export interface Schedule {
  time: number; // by the platform's clock
  renewAt: number;
  entries: Entry[];
}

export const stepSeconds = 30;
const hourSeconds = 3600;
const entryCountMax = 100;
const hourCountMax = 48;

function within(value: number, min: number, max: number): number {
  if (value < min || value > max) throw new Error("the schedule has a number that is out of range");
  return value;
}

function readEntry(reader: Reader): Entry {
  const credential = `credential_${hexOf(reader.take(16))}`;
  const lock = `lock_${hexOf(reader.take(16))}`;
  const digits = within(reader.u8(), 6, 8);
  const [from, to] = [reader.u64(), reader.u64()];
  const door = new TextDecoder().decode(reader.take(within(reader.u8(), 1, 200)));
  const firstHour = reader.u32();
  const keys = Array.from({ length: within(reader.u8(), 0, hourCountMax) }, () => reader.take(32));
  return { credential, lock, digits, from, to, door, firstHour, keys };
}

/** Throws on whatever is too long, too short or out of range. */
export function readSchedule(bytes: Bytes): Schedule {
  const reader = new Reader(bytes);
  within(reader.u8(), 1, 1);
  const [time, renewAt] = [reader.u64(), reader.u64()];
  const entries = Array.from({ length: within(reader.u16(), 0, entryCountMax) }, () => readEntry(reader));
  reader.finish();
  return { time, renewAt, entries };
}

/** When its last key ends; 0: it has none. */
export function keysUntil(entry: Entry): number {
  if (entry.keys.length === 0) return 0;
  const end = (entry.firstHour + entry.keys.length) * hourSeconds;
  return entry.to === 0 ? end : Math.min(end, entry.to);
}

/** The code at the second `now`; nothing when it is not the time or there is no key of this hour (PH10). */
export async function codeAt(entry: Entry, now: number): Promise<string | undefined> {
  if (now < entry.from || (entry.to !== 0 && now >= entry.to)) return undefined;
  const step = Math.floor(now / stepSeconds);
  const bytes = entry.keys[Math.floor((step * stepSeconds) / hourSeconds) - entry.firstHour];
  if (bytes === undefined) return undefined;
  const key = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, u64(step)));
  const view = new DataView(mac.buffer);
  const value = view.getUint32((mac[31] as number) & 15) & 0x7fffffff; // RFC 4226 §5.3
  return String(value % 10 ** entry.digits).padStart(entry.digits, "0");
}
