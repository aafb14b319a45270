// SPDX-License-Identifier: Apache-2.0
// Virtual keys of this phone and their leases (spec/phone.md §4, grant.md): what it opens locks with itself, without a network.
import { ascii, bytesOf, hexOf, Reader, type Bytes } from "../bytes.ts";
import { leaseRequestMac, makePair, openLeases } from "../keys.ts";
import { asking, keysOf, nowSeconds, type Key } from "../phones.ts";
import { platform } from "../platform.ts";
import { changePhone, type StoredPhone, type VirtualKey } from "../store.ts";

export interface Lease {
  credential: string; // credential_…
  lock: string; // lock_…
  identity: Bytes; // X | Y by which the phone knows the lock
  door: string;
  key: Bytes; // the CWT
  list: Bytes; // of those that count no more, for the lock
}

const leaseCountMax = 100;
/** A lease lasts for hours; but the list that goes with it is news, and a door may be new. */
const askAgainSeconds = 3600;
const askForNewSeconds = 300;

function within(value: number, min: number, max: number): number {
  if (value < min || value > max) throw new Error("the leases have a number that is out of range");
  return value;
}

/** The end of a CWT: [protected, {}, << {2: subject, 4: to, … >>, … (session.md §7). */
export function endOf(key: Bytes): number {
  const reader = new Reader(key);
  const head = (major: number): number => {
    const first = reader.u8();
    if (first >> 5 !== major) throw new Error("this is no virtual key");
    const value = first & 31;
    if (value < 24) return value;
    if (value === 24) return reader.u8();
    return value === 25 ? reader.u16() : value === 26 ? reader.u32() : reader.u64();
  };
  head(4);
  reader.take(head(2));
  head(5);
  head(2);
  head(5);
  within(head(0), 2, 2);
  reader.take(head(3));
  within(head(0), 4, 4);
  return head(0);
}

function readLease(reader: Reader): Lease {
  const credential = `credential_${hexOf(reader.take(16))}`;
  const lock = `lock_${hexOf(reader.take(16))}`;
  const identity = reader.take(64);
  const door = new TextDecoder().decode(reader.take(within(reader.u8(), 1, 200)));
  const key = reader.take(within(reader.u16(), 0, 400));
  const list = reader.take(within(reader.u16(), 0, 300));
  return { credential, lock, identity, door, key, list };
}

/** Throws on whatever is too long, too short or out of range. */
export function readLeases(bytes: Bytes): { renewAt: number; leases: Lease[] } {
  const reader = new Reader(bytes);
  within(reader.u8(), 1, 1);
  reader.u64();
  const renewAt = reader.u64();
  const leases = Array.from({ length: within(reader.u16(), 0, leaseCountMax) }, () => readLease(reader));
  reader.finish();
  return { renewAt, leases };
}

// --- The private half. Where a passkey guards the phone's keys, it is wrapped under one of them.

const wrapLabel = ascii("cardea.phone.wrap.v1.virtual");
const curve = { name: "ECDH", namedCurve: "P-256" };

async function wrappingKey(auth: CryptoKey): Promise<CryptoKey> {
  const bytes = await crypto.subtle.sign("HMAC", auth, wrapLabel);
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["wrapKey", "unwrapKey"]);
}

async function makeVirtualKey(isGuarded: boolean, auth: CryptoKey): Promise<VirtualKey> {
  if (!isGuarded) {
    const { privateKey, point } = await makePair();
    return { point, key: privateKey };
  }
  const { privateKey, point } = await makePair(true);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const bytes = await crypto.subtle.wrapKey("pkcs8", privateKey, await wrappingKey(auth), { name: "AES-GCM", iv });
  return { point, wrapped: { iv, bytes: new Uint8Array(bytes) } };
}

async function privateHalf(kept: VirtualKey, auth: CryptoKey): Promise<CryptoKey> {
  if (kept.wrapped === undefined) return kept.key as CryptoKey;
  const { iv, bytes } = kept.wrapped;
  return crypto.subtle.unwrapKey("pkcs8", bytes, await wrappingKey(auth), { name: "AES-GCM", iv }, curve, false, ["deriveBits"]);
}

/** The same one for good (PH13), so it is on the disk before anybody hears of it. */
async function virtualKeyOf(phone: StoredPhone, auth: CryptoKey): Promise<VirtualKey> {
  const made = await makeVirtualKey(phone.wrapped !== undefined, auth);
  const kept = await changePhone(phone.id, (stored) => {
    stored.virtualKey ??= made;
  });
  if (kept?.virtualKey === undefined) throw new Error("these keys were removed");
  return kept.virtualKey;
}

function areDue(phone: StoredPhone): boolean {
  const { leases } = phone;
  const now = nowSeconds();
  if (leases === undefined || now >= leases.renewAt || now - leases.fetchedAt >= askAgainSeconds) return true;
  const isMissing = (credential: string) => !leases.doors.some((door) => door.credential === credential);
  return now - leases.fetchedAt >= askForNewSeconds && phone.doors.some((door) => door.from <= now + askForNewSeconds && isMissing(door.credential));
}

/** Brings leases when it is time for it. */
export async function refreshLeases(phone: StoredPhone): Promise<void> {
  if (!areDue(phone)) return;
  await asking(phone, async ({ auth, seal }, at) => {
    const { point } = phone.virtualKey ?? (await virtualKeyOf(phone, auth));
    const mac = hexOf(await leaseRequestMac(auth, phone.id, at, point));
    const sealed = bytesOf((await platform.leases({ phone_id: phone.id, at, virtual_key: hexOf(point), mac })).sealed);
    const { renewAt, leases } = readLeases(await openLeases(seal, phone.id, at, sealed));
    await changePhone(phone.id, (kept) => {
      kept.leases = { at, sealed, fetchedAt: nowSeconds(), renewAt, doors: leases.map(({ credential, key }) => ({ credential, until: endOf(key) })) };
    });
  });
}

/** The lease of this key, and the private half for it. */
export async function leaseOf({ credential, phone }: Key): Promise<{ lease: Lease; key: CryptoKey }> {
  const keys = keysOf(phone);
  if (keys === undefined || phone.leases === undefined || phone.virtualKey === undefined) throw new Error("there is no lease");
  const { at, sealed } = phone.leases;
  const { leases } = readLeases(await openLeases(keys.seal, phone.id, at, sealed));
  const lease = leases.find((one) => one.credential === credential);
  if (lease === undefined) throw new Error("there is no lease");
  return { lease, key: await privateHalf(phone.virtualKey, keys.auth) };
}
