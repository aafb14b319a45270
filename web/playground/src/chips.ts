// SPDX-License-Identifier: Apache-2.0
// The two WebAssembly modules as objects: the lock's chip, and what a platform computes. firmware/wasm has their other side.
import type { Board } from "./board.ts";

export interface Modules {
  lock: WebAssembly.Module;
  platform: WebAssembly.Module;
}

type Call = (...numbers: number[]) => number;
interface Exports {
  memory: WebAssembly.Memory;
  calls: Record<string, Call>;
}

/** A module with its buffer. */
class Chip {
  protected readonly memory: WebAssembly.Memory;
  readonly #calls: Record<string, Call>;

  constructor(module: WebAssembly.Module, wires: Record<string, WebAssembly.ImportValue>) {
    const { exports } = new WebAssembly.Instance(module, { board: wires });
    this.memory = exports["memory"] as Exports["memory"];
    this.#calls = exports as Exports["calls"];
  }
  protected call(name: string, ...numbers: number[]): number {
    const call = this.#calls[name];
    if (call === undefined) throw new Error(`the module has no ${name}`);
    return call(...numbers);
  }
  protected put(...parts: Uint8Array[]): number {
    let at = this.call("buffer");
    const begin = at;
    for (const part of parts) {
      new Uint8Array(this.memory.buffer, at, part.length).set(part);
      at += part.length;
    }
    return at - begin;
  }
  protected take(size: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, this.call("buffer"), size).slice();
  }
  protected view(): DataView {
    return new DataView(this.memory.buffer, this.call("buffer"));
  }
}

/** core/base/result.hpp. */
export const statusOk = 0;

export type Verdict = "refused" | "granted" | "clock_set" | "cleared" | "released";
const verdicts: Record<number, Verdict> = { 0xc5a3691e: "granted", 0x355399ee: "clock_set", 0x096fa5d2: "cleared", 0x6f09c3b4: "released" };

/** `waitS`: wait_off for a keypad that is off. */
export interface KeypadResult {
  verdict: Verdict;
  reason: number;
  alert: number;
  waitS: number;
}
export const waitOff = 0xffffffff;
export const errorUnknown = 0xffffffff;

export type Quality = "synced" | "kept" | "coarse" | "lost";
const qualities: Quality[] = ["synced", "kept", "coarse", "lost"];
export const qualityOf = (number: number): Quality => qualities[number] ?? "lost";

export interface LockState {
  ready: boolean;
  claimed: boolean;
  quality: Quality;
  off: boolean;
  time: number;
  errorS: number;
  waitS: number;
  failuresOfDay: number;
  failuresOfMonth: number;
  firstSeq: number;
  lastSeq: number;
}

/** What the factory gives a lock. */
export interface Factory {
  id: Uint8Array;
  claimSecret: Uint8Array;
  isProtected: boolean;
}

/** A lock that has power. Each call may throw PlugPulled, and then this is no more. */
export class LockChip extends Chip {
  constructor(module: WebAssembly.Module, board: Board) {
    super(module, board.wires);
    board.connect(this.memory);
  }
  make({ id, claimSecret, isProtected }: Factory): number {
    this.put(id, claimSecret);
    return this.call("make", isProtected ? 1 : 0);
  }
  boot(): number {
    return this.call("boot");
  }
  poll(): void {
    this.call("poll");
  }
  enter(typed: string): KeypadResult {
    this.call("enter", this.put(new TextEncoder().encode(typed)));
    const view = this.view();
    return { verdict: verdicts[view.getUint32(0)] ?? "refused", reason: view.getUint8(4), alert: view.getUint8(5), waitS: view.getUint32(6) };
  }
  press(): boolean {
    this.call("press");
    return this.view().getUint8(0) === 1;
  }
  ask(): Uint8Array {
    return this.take(this.call("ask"));
  }
  answer(answer: Uint8Array): number {
    return this.call("answer", this.put(answer));
  }
  apply(version: number, snapshot: Uint8Array): number {
    return this.call("apply", version, this.put(snapshot));
  }
  hearTime(time: number, uncertaintyMs: number): number {
    return this.call("hear_time", time, uncertaintyMs);
  }
  releaseKeypad(): number {
    return this.call("release_keypad");
  }
  loseClock(): number {
    return this.call("lose_clock");
  }
  state(): LockState {
    this.call("state");
    const view = this.view();
    return {
      ready: view.getUint8(0) === 1,
      claimed: view.getUint8(1) === 1,
      quality: qualityOf(view.getUint8(2)),
      off: view.getUint8(3) === 1,
      time: view.getUint32(4),
      errorS: view.getUint32(8),
      waitS: view.getUint32(12),
      failuresOfDay: view.getUint32(16),
      failuresOfMonth: view.getUint32(20),
      firstSeq: view.getUint32(24),
      lastSeq: view.getUint32(28),
    };
  }
  record(seq: number): Uint8Array | undefined {
    return this.call("record", seq) === statusOk ? this.take(44) : undefined;
  }
}

export interface CodeSettings {
  otpDigits: number;
  codeDigits: number;
  epoch: number;
  windowS: number;
  onlyKeypad: boolean;
}

const digitsOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The platform of one lock, and a phone: it knows the lock's key and never sees its memory. */
export class PlatformChip extends Chip {
  constructor(module: WebAssembly.Module, random: (bytes: Uint8Array) => void) {
    const noise = (out: number, size: number): number => {
      random(new Uint8Array(this.memory.buffer, out, size));
      return 0;
    };
    super(module, { noise });
  }
  begin({ id, claimSecret, isProtected }: Factory, key: Uint8Array): number {
    this.put(id, claimSecret, key);
    return this.call("begin", isProtected ? 1 : 0);
  }
  setCodes({ otpDigits, codeDigits, epoch, windowS, onlyKeypad }: CodeSettings): void {
    this.call("set_codes", otpDigits, codeDigits, epoch, windowS, onlyKeypad ? 1 : 0);
  }
  setSlot(number: number, generation: number, { fixed = false, sms = false } = {}): number {
    return this.call("set_slot", number, generation, fixed ? 1 : 0, sms ? 1 : 0);
  }
  setPin(number: number, generation: number, pin: string): number {
    return this.call("set_pin", number, generation, this.put(new TextEncoder().encode(pin)));
  }
  removeSlot(number: number): void {
    this.call("remove_slot", number);
  }
  setHours(first: number, count: number): number {
    return this.call("set_hours", first, count);
  }
  snapshot(): Uint8Array {
    return this.take(this.call("snapshot"));
  }
  answer(ask: Uint8Array, time: number): Uint8Array {
    return this.take(this.call("answer", this.put(ask), time));
  }
  appCode(slot: number, generation: number, time: number, fixed = false): string {
    return digitsOf(this.take(this.call("app_code", slot, generation, fixed ? 1 : 0, time)));
  }
  smsCode(slot: number, generation: number, time: number): string {
    return digitsOf(this.take(this.call("sms_code", slot, generation, time)));
  }
  offlineCode(family: number, klass: number, start: number, index: number): string {
    return digitsOf(this.take(this.call("offline_code", family, klass, start, index)));
  }
  /** Whether this is the lock's next record, unchanged. */
  takeRecord(record: Uint8Array): boolean {
    this.put(record);
    return this.call("take_record") === statusOk;
  }
}
