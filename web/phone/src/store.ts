// SPDX-License-Identifier: Apache-2.0
// What this phone keeps: in IndexedDB, so that keys are stored as objects that no script can read. A schedule is kept as it came,
// sealed under K_seal, and opened only in memory.
import type { Bytes } from "./bytes.ts";
import type { PhoneKeys } from "./keys.ts";
import type { Wrapped } from "./passkey.ts";

/** A door as the last schedule had it: enough to show it without opening the schedule. */
export interface KnownDoor {
  credential: string;
  lock: string;
  door: string;
  from: number;
  to: number; // 0: no end
  keysUntil: number;
}

/** What the platform says of a door beside its codes. */
export interface DoorFacts {
  id: string; // door_…
  credential: string | null; // none yet
  name: string;
  zone: string;
  grant: string;
  own: boolean; // its person lives behind it, and sees who came in
  mayShare: boolean;
  unlockReason: string | null; // why it would not be opened from afar; null: it would
}

/** A pair for virtual keys: V, and its private half, which a passkey guards where it guards the rest. */
export interface VirtualKey {
  point: Bytes;
  key?: CryptoKey;
  wrapped?: { iv: Bytes; bytes: Bytes };
}

/** Leases as they came, sealed, and what is shown of them. */
export interface StoredLeases {
  at: number;
  sealed: Bytes;
  fetchedAt: number;
  renewAt: number;
  doors: { credential: string; until: number }[];
}

/** A phone of the same person, as its platform has it. */
export interface OwnPhone {
  id: string;
  name: string;
  createdAt: number;
}

/** One claim of an invitation. A person with keys of two workspaces has two of these on one telephone. */
export interface StoredPhone {
  id: string; // phone_…
  workspace: string;
  person: string;
  claimedAt: number;
  keys?: PhoneKeys; // none: wrapped, or erased with the end of the phone
  wrapped?: Wrapped;
  askedAt: number; // t of the newest request
  fetchedAt: number; // by this phone's clock; 0: never
  renewAt: number;
  clockAheadSeconds: number; // of this phone before the platform, when it was asked last
  schedule?: { at: number; sealed: Bytes };
  virtualKey?: VirtualKey; // made once, and never another one
  leases?: StoredLeases;
  doors: KnownDoor[];
  facts: DoorFacts[];
  others: OwnPhone[];
  shareSecondsMax: number;
  ended: { door: string; at: number; zone?: string }[];
  endedAt: number; // 0: it goes on
}

export interface Settings {
  language: string;
  chosen: string; // the credential whose code was looked at last
  stopping: { phone: string; share: string; at: number }[]; // shares that are stopped then, unless their giver thinks better of it
}

const stores = { phones: "phones", settings: "settings" };

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

let opened: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  return (opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("cardea", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(stores.phones, { keyPath: "id" });
      request.result.createObjectStore(stores.settings);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  }));
}

/** Resolves once it is on the disk: a claim must not be lost with the battery. */
async function write(name: string, change: (store: IDBObjectStore) => void): Promise<void> {
  const transaction = (await database()).transaction(name, "readwrite", { durability: "strict" });
  change(transaction.objectStore(name));
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export async function readPhones(): Promise<StoredPhone[]> {
  const found = await done<StoredPhone[]>((await database()).transaction(stores.phones).objectStore(stores.phones).getAll());
  return found.sort((one, other) => one.claimedAt - other.claimedAt);
}

export function writePhone(phone: StoredPhone): Promise<void> {
  return write(stores.phones, (store) => store.put(phone));
}

/** Changes what is kept now, whoever else changes it; nothing when it was removed. */
export async function changePhone(id: string, change: (phone: StoredPhone) => void): Promise<StoredPhone | undefined> {
  let changed: StoredPhone | undefined;
  await write(stores.phones, (store) => {
    const request: IDBRequest<StoredPhone | undefined> = store.get(id);
    request.onsuccess = () => {
      if (request.result === undefined) return;
      changed = request.result;
      change(changed);
      store.put(changed);
    };
  });
  return changed;
}

export function removePhone(id: string): Promise<void> {
  return write(stores.phones, (store) => store.delete(id));
}

export async function readSetting<K extends keyof Settings>(name: K): Promise<Settings[K] | undefined> {
  return done((await database()).transaction(stores.settings).objectStore(stores.settings).get(name));
}

export function writeSetting<K extends keyof Settings>(name: K, value: Settings[K]): Promise<void> {
  return write(stores.settings, (store) => store.put(value, name));
}
