// SPDX-License-Identifier: Apache-2.0
// Claims of this telephone and their schedules, between the platform, the store and whoever shows them.
import { bytesOf, hexOf, idBytes } from "./bytes.ts";
import { deriveKeys, isConfirmed, makePair, openSchedule, orderMac, requestMac, type PhoneKeys } from "./keys.ts";
import { makeWrapping, unwrap, wrap } from "./passkey.ts";
import { platform, Refused, type Schemas } from "./platform.ts";
import { keysUntil, readSchedule, type Entry } from "./schedule.ts";
import { changePhone, readPhones, removePhone, writePhone, type DoorFacts, type KnownDoor, type StoredPhone } from "./store.ts";

/** One door that this telephone has a key to. */
export interface Key extends KnownDoor {
  phone: StoredPhone;
  facts: DoorFacts | undefined; // nothing: the platform has not said yet
  entry?: Entry; // none: its keys are wrapped, and not brought out yet
}

export const hasBluetooth = "bluetooth" in navigator;

const endedKeptSeconds = 30 * 86_400;
/** A platform that refuses the clock does so at five minutes; a lock takes one step, half a minute, either way. */
export const clockApartSeconds = 45;

export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** What the operator reads when a phone has to be ended: kind of device and browser, no more than the page is told anyway. */
export function deviceName(agent: string = navigator.userAgent): string {
  const device = /iPhone|iPad|Android|Windows|Macintosh|CrOS|Linux/.exec(agent)?.[0] ?? "Phone";
  const browser = /Edg|SamsungBrowser|Firefox|FxiOS|CriOS|Chrome|Safari/.exec(agent)?.[0] ?? "browser";
  const names: Record<string, string> = { Macintosh: "Mac", CrOS: "Chromebook", Edg: "Edge", SamsungBrowser: "Samsung Internet", FxiOS: "Firefox", CriOS: "Chrome" };
  return `${names[device] ?? device} · ${names[browser] ?? browser}`;
}

/** Keys that a passkey brought out, for as long as the app is open. */
const broughtOut = new Map<string, PhoneKeys>();

export function keysOf(phone: StoredPhone): PhoneKeys | undefined {
  return phone.keys ?? broughtOut.get(phone.id);
}

/** Asks for the finger or the face. */
export async function bringOut(phone: StoredPhone): Promise<void> {
  if (phone.wrapped !== undefined) broughtOut.set(phone.id, await unwrap(phone.wrapped));
}

/** With `guarded` a passkey is made first, so that an invitation is not used for keys that then cannot be wrapped. */
export async function claim(token: string, opened: Schemas["OpenedInvitation"], guarded: boolean): Promise<StoredPhone> {
  const wrapping = guarded ? await makeWrapping(opened.person) : undefined;
  if (guarded && wrapping === undefined) throw new Error("no_prf");
  const pair = await makePair();
  const answer = await platform.claim({ invitation: token, name: deviceName(), public_key: hexOf(pair.point) });
  const bound = { invitation: idBytes(answer.invitation_id), phone: idBytes(answer.phone_id), phoneKey: pair.point, platformKey: bytesOf(answer.public_key, 64) };
  const keys = await deriveKeys(token, pair.privateKey, bound, wrapping !== undefined);
  if (!(await isConfirmed(keys, bound, bytesOf(answer.confirmation, 32)))) throw new Error("unconfirmed");
  const phone: StoredPhone = {
    id: answer.phone_id, workspace: opened.workspace, person: opened.person, claimedAt: nowSeconds(), askedAt: 0, fetchedAt: 0, renewAt: 0,
    clockAheadSeconds: 0, doors: [], facts: [], others: [], shareSecondsMax: 0, ended: [], endedAt: 0,
  };
  if (wrapping === undefined) {
    phone.keys = keys;
  } else {
    phone.wrapped = await wrap(keys, wrapping);
    broughtOut.set(phone.id, await deriveKeys(token, pair.privateKey, bound));
  }
  await writePhone(phone);
  return phone;
}

function zoneOf(phone: StoredPhone, { credential }: KnownDoor): string | undefined {
  return phone.facts.find((fact) => fact.credential === credential)?.zone;
}

/** The keys go, what they were for stays to be told (PH7). */
async function end(id: string): Promise<void> {
  const at = nowSeconds();
  broughtOut.delete(id);
  await changePhone(id, (phone) => {
    phone.ended = [...phone.doors.map((door) => ({ door: door.door, at, zone: zoneOf(phone, door) })), ...phone.ended];
    phone.endedAt = at;
    phone.doors = [];
    phone.facts = [];
    delete phone.keys;
    delete phone.wrapped;
    delete phone.schedule;
    delete phone.virtualKey;
    delete phone.leases;
  });
}

function endedSince(phone: StoredPhone, doors: KnownDoor[], now: number): StoredPhone["ended"] {
  const left = phone.doors.filter((old) => !doors.some((door) => door.credential === old.credential));
  const ended = left.map((door) => ({ door: door.door, at: door.to !== 0 && door.to < now ? door.to : now, zone: zoneOf(phone, door) }));
  return [...ended, ...phone.ended].filter(({ at }) => at > now - endedKeptSeconds);
}

/** A moment that is later than any that this phone asked with (PH6); kept before it is used. */
async function takeMoment(id: string): Promise<number> {
  const phone = await changePhone(id, (kept) => {
    kept.askedAt = Math.max(nowSeconds(), kept.askedAt + 1);
  });
  if (phone === undefined) throw new Error("these keys were removed");
  return phone.askedAt;
}

/** The keys of this phone stay behind a face or a finger until they are brought out. */
export class Guarded extends Error {}

/** What `send` answers; a phone that was ended loses its keys here. */
export async function asking<T>(phone: StoredPhone, send: (keys: PhoneKeys, at: number) => Promise<T>): Promise<T> {
  const keys = keysOf(phone);
  if (keys === undefined) throw new Guarded();
  try {
    return await send(keys, await takeMoment(phone.id));
  } catch (error) {
    if (error instanceof Refused && error.code === "phone_ended") await end(phone.id);
    throw error;
  }
}

async function fetchSchedule(phone: StoredPhone): Promise<void> {
  await asking(phone, async ({ auth, seal }, at) => {
    const mac = hexOf(await requestMac(auth, phone.id, at));
    const sealed = bytesOf((await platform.schedule({ phone_id: phone.id, at, mac })).sealed);
    const schedule = readSchedule(await openSchedule(seal, phone.id, at, sealed));
    const now = nowSeconds();
    const doors = schedule.entries.map((entry) => {
      const { credential, lock, door, from, to } = entry;
      return { credential, lock, door, from, to, keysUntil: keysUntil(entry) };
    });
    await changePhone(phone.id, (kept) => {
      kept.ended = endedSince(kept, doors, now);
      kept.doors = doors;
      kept.schedule = { at, sealed };
      kept.fetchedAt = now;
      kept.renewAt = schedule.renewAt;
      kept.clockAheadSeconds = now - schedule.time;
    });
  });
}

/** An order of this phone: `body` without what every order says of itself. */
export function order<T>(phone: StoredPhone, path: string, body: object = {}): Promise<T> {
  return asking(phone, async ({ auth }, at) => {
    const text = JSON.stringify({ phone_id: phone.id, at, ...body });
    return platform.order<T>(path, text, hexOf(await orderMac(auth, path, text)));
  });
}

/** Virtual keys, where this browser can use them; a platform or a lock that has none yet takes nothing else away. */
async function fetchLeases(id: string): Promise<void> {
  const phone = (await readPhones()).find((one) => one.id === id);
  if (!hasBluetooth || phone === undefined) return;
  const { refreshLeases } = await import("./near/leases.ts");
  await refreshLeases(phone).catch(() => {});
}

async function fetchFacts(phone: StoredPhone): Promise<void> {
  const { keys, person, phones, share_s_max, workspace } = await order<Schemas["PhoneKeys"]>(phone, "/v1/phones/keys");
  await changePhone(phone.id, (kept) => {
    kept.person = person;
    kept.workspace = workspace;
    kept.facts = keys.map((key) => ({
      id: key.door_id, credential: key.credential_id, name: key.name, zone: key.zone, grant: key.grant_id, own: key.own, mayShare: key.may_share, unlockReason: key.unlock_reason,
    }));
    kept.others = phones.filter(({ id }) => id !== kept.id).map(({ id, name, created_at }) => ({ id, name, createdAt: Date.parse(created_at) / 1000 }));
    kept.shareSecondsMax = share_s_max;
  });
}

/** Brings the schedule of one phone, and what goes with it. Throws Guarded, Unreachable, and Refused for whatever is not about its end. */
export async function refreshPhone(phone: StoredPhone): Promise<void> {
  try {
    await fetchSchedule(phone);
    await fetchFacts(phone);
    await fetchLeases(phone.id);
  } catch (error) {
    if (!(error instanceof Refused) || error.code !== "phone_ended") throw error;
  }
}

async function keysOfPhone(phone: StoredPhone): Promise<Key[]> {
  const keys = keysOf(phone);
  const facts = (credential: string) => phone.facts.find((fact) => fact.credential === credential);
  const known = phone.doors.map((door) => ({ ...door, phone, facts: facts(door.credential) }));
  if (keys === undefined || phone.schedule === undefined) return known;
  const { at, sealed } = phone.schedule;
  const { entries } = readSchedule(await openSchedule(keys.seal, phone.id, at, sealed));
  return known.map((key) => ({ ...key, entry: entries.find((entry) => entry.credential === key.credential) }));
}

export async function readKeys(): Promise<{ phones: StoredPhone[]; keys: Key[] }> {
  const phones = await readPhones();
  return { phones, keys: (await Promise.all(phones.map(keysOfPhone))).flat() };
}

export { removePhone };
