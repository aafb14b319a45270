// SPDX-License-Identifier: Apache-2.0
// A lock next to the phone, over Bluetooth Low Energy (spec/bearer-bluetooth.md), told honestly: "opened" is only the lock's own
// word, and the phone shows its key to the lock that it is for and to no other.
import { hexOf, idBytes, type Bytes } from "../bytes.ts";
import { nowSeconds, type Key } from "../phones.ts";
import { leaseOf } from "./leases.ts";
import { cut, Pieces } from "./session.ts";
import { Visit } from "./visit.ts";

export const service = "499f249e-4239-43a2-bd05-3077d60cad2b";
export const toLock = "499f249f-4239-43a2-bd05-3077d60cad2b";
export const fromLock = "499f24a0-4239-43a2-bd05-3077d60cad2b";
const packetSize = 20;
const answerMs = 10_000;
const connectMs = 15_000;

/** `gone`: nobody was chosen, or the lock is out of reach; `silent`: no word after it was asked to open; `untaken`: none before. */
export type Near =
  | { state: "looking" | "connected" | "asked" | "gone" | "silent" | "untaken" | "other" }
  | { state: "opened"; at: number }
  | { state: "refused"; reason: number };

// As much of Web Bluetooth as is used here.
interface Characteristic extends EventTarget {
  readonly value?: DataView<ArrayBuffer>;
  startNotifications(): Promise<unknown>;
  writeValueWithResponse(value: Bytes): Promise<void>;
}
interface Server {
  connect(): Promise<Server>;
  disconnect(): void;
  getPrimaryService(uuid: string): Promise<{ getCharacteristic(uuid: string): Promise<Characteristic> }>;
}
interface Device extends EventTarget {
  readonly gatt: Server;
}
interface Bluetooth {
  requestDevice(options: { filters: { services: string[]; name: string }[] }): Promise<Device>;
}

/** What the lock calls itself on the air. */
function nameOf(lock: string): string {
  return `Cardea ${hexOf(idBytes(lock).slice(0, 4))}`;
}

/** Chosen before, as long as the app is open: the browser asks once. */
const chosen = new Map<string, Device>();

async function choose(lock: string): Promise<Device> {
  const bluetooth = (navigator as unknown as { bluetooth: Bluetooth }).bluetooth;
  const device = chosen.get(lock) ?? (await bluetooth.requestDevice({ filters: [{ services: [service], name: nameOf(lock) }] }));
  chosen.set(lock, device);
  return device;
}

/** Nobody answered within the patience, or the connection ended. */
const silence = () => new Error("silence");

function within<T>(ms: number, work: Promise<T>): Promise<T> {
  return Promise.race([work, new Promise<T>((_, reject) => setTimeout(() => reject(silence()), ms))]);
}

/** A connection that carries whole messages, one each way at a time. */
class Connection {
  readonly #out: Characteristic;
  readonly #pieces = new Pieces();
  #number = 0;
  #heard: (message: Bytes) => void = () => {};
  #ended: (why: Error) => void = () => {};

  private constructor(device: Device, out: Characteristic, in_: Characteristic) {
    this.#out = out;
    in_.addEventListener("characteristicvaluechanged", () => {
      const { value } = in_;
      if (value === undefined) return;
      const message = this.#pieces.take(new Uint8Array(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength)));
      if (message !== undefined) this.#heard(message);
    });
    device.addEventListener("gattserverdisconnected", () => this.#ended(silence()));
  }

  static async begin(device: Device): Promise<Connection> {
    const found = await (await device.gatt.connect()).getPrimaryService(service);
    const [out, in_] = [await found.getCharacteristic(toLock), await found.getCharacteristic(fromLock)];
    const connection = new Connection(device, out, in_);
    await in_.startNotifications();
    return connection;
  }

  /** The lock's next message. */
  async exchange(message: Bytes): Promise<Bytes> {
    const answer = new Promise<Bytes>((resolve, reject) => {
      this.#heard = resolve;
      this.#ended = reject;
    });
    answer.catch(() => {}); // also when a write fails first
    for (const packet of cut(message, this.#number++, packetSize)) await this.#out.writeValueWithResponse(packet);
    return within(answerMs, answer);
  }
}

async function make(visit: Visit, connection: Connection, tell: (near: Near) => void): Promise<Near> {
  let message: Bytes | undefined = visit.first;
  while (message !== undefined) {
    const heard: Bytes | undefined = await connection.exchange(message).catch(() => undefined);
    if (heard === undefined) return { state: visit.step.state === "proved" ? "silent" : "untaken" };
    try {
      message = await visit.take(heard);
    } catch {
      return { state: visit.step.state === "proved" ? "silent" : visit.step.state === "shown" ? "untaken" : "other" };
    }
    if (visit.step.state === "proved") tell({ state: "asked" });
  }
  if (visit.step.state !== "answered") throw new Error("a visit ends with an answer");
  const { isOpened, reason } = visit.step.answer;
  return isOpened ? { state: "opened", at: nowSeconds() } : { state: "refused", reason };
}

/** Opens the door that the phone stands at; to be called from a tap, since the browser lets a person choose the lock. */
export async function openNear(key: Key, tell: (near: Near) => void): Promise<void> {
  tell({ state: "looking" });
  const held = await leaseOf(key).catch(() => undefined); // ended in another window
  if (held === undefined) return tell({ state: "untaken" });
  try {
    const device = await choose(key.lock);
    const connection = await within(connectMs, Connection.begin(device));
    tell({ state: "connected" });
    tell(await make(await Visit.begin(held.key, held.lease), connection, tell));
  } catch {
    tell({ state: "gone" });
  } finally {
    chosen.get(key.lock)?.gatt.disconnect();
  }
}
