// SPDX-License-Identifier: Apache-2.0
// A lock on its board, its platform, a person's phone, and the time: everything that the page shows, without the page.
import { Board, PlugPulled, type Happening } from "./board.ts";
import { LockChip, PlatformChip, statusOk, type Factory, type KeypadResult, type LockState, type Modules } from "./chips.ts";
import { readRecord, type AuditRecord } from "./records.ts";
import { writesOf, type Write } from "./writes.ts";

const appSlot = 0;
const smsSlot = 1;
const pinSlot = 2;
const generation = 1;
const appStepS = 30;
const smsStepS = 150;

export type What = "made" | "entered" | "pressed" | "started" | "time" | "heard" | "released";

/** What the lock did last. `cut`: the power went in the middle of it. */
export interface Step {
  what: What;
  writes: Write[];
  happenings: Happening[];
  cut: boolean;
}

export interface Codes {
  app: string;
  appLeftS: number;
  sms: string;
  smsLeftS: number;
  pin: string;
}

/** A power cut at one flash operation of an entry, on a copy of the lock. `moved`: before the cut; `again`: the same code, after power came back. */
export interface CutTrial {
  operation: number;
  write: Write;
  moved: boolean;
  again: KeypadResult;
  /** How often the bolt moved in all. */
  openings: number;
  /** Failed tries that stood after the restart. */
  charged: number;
}

function randomDigits(count: number, random: (bytes: Uint8Array) => void): string {
  const bytes = new Uint8Array(count);
  do random(bytes);
  while (bytes.some((byte) => byte >= 250));
  return Array.from(bytes, (byte) => byte % 10).join("");
}

export class World {
  board: Board;
  lock: LockChip | undefined;
  /** What is on the wall clock, in whole unix seconds. */
  time: number;
  state: LockState | undefined;
  last: Step | undefined;
  result: KeypadResult | undefined;
  records: AuditRecord[] = [];
  /** How often the bolt has moved. */
  openings = 0;
  #boltUntil = 0;
  readonly pin: string;
  readonly #modules: Modules;
  readonly #platform: PlatformChip;
  readonly #random: (bytes: Uint8Array) => void;

  constructor(modules: Modules, time: number, random: (bytes: Uint8Array) => void = (bytes) => void crypto.getRandomValues(bytes)) {
    this.#modules = modules;
    this.#random = random;
    this.time = time;
    this.board = new Board(random);
    this.#platform = new PlatformChip(modules.platform, random);
    const factory: Factory = { id: this.#bytes(16), claimSecret: this.#bytes(16), isProtected: true };
    this.pin = this.#makePin();
    this.#must(this.#platform.begin(factory, this.#bytes(32)));
    this.#must(this.#platform.setSlot(appSlot, generation));
    this.#must(this.#platform.setSlot(smsSlot, generation, { sms: true }));
    this.#must(this.#platform.setPin(pinSlot, generation, this.pin));
    this.lock = new LockChip(modules.lock, this.board);
    this.#do("made", (lock) => {
      this.#must(lock.make(factory));
      lock.press(); // the installer's: only then does a lock ask for an owner
      this.#must(lock.answer(this.#platform.answer(lock.ask(), this.time)));
    });
    this.openings = 0;
    this.#boltUntil = 0;
  }

  /** Whether the motor holds the bolt now; without power it rests. */
  get boltIsDrawn(): boolean {
    return this.time < this.#boltUntil;
  }
  get hasPower(): boolean {
    return this.lock !== undefined;
  }

  // --- what a person does

  enter(typed: string): KeypadResult | undefined {
    this.result = undefined;
    this.result = this.#do("entered", (lock) => lock.enter(typed));
    return this.result;
  }
  press(): void {
    this.result = undefined;
    this.#do("pressed", (lock) => lock.press());
  }
  setDoor(door: Board["door"]): void {
    this.board.door = door;
    this.#do("time", (lock) => lock.poll());
  }
  pullPlug(): void {
    this.lock = undefined;
    this.result = undefined;
    this.state = undefined;
    this.#boltUntil = 0;
  }
  plugIn(): void {
    if (this.lock) return;
    this.result = undefined;
    this.lock = new LockChip(this.#modules.lock, this.board);
    this.#do("started", (lock) => {
      this.#must(lock.boot());
      this.board.started();
    });
  }
  /** The power goes during the flash operation `operation` from now; 0: not at all. */
  arm(operation: number): void {
    if (this.lock) this.board.cutAt(operation);
  }

  // --- time

  advance(seconds: number): void {
    this.time += seconds;
    this.board.advance(seconds, this.hasPower);
    this.#do("time", (lock) => lock.poll());
  }
  letWaitPass(): void {
    if (this.state && !this.state.off) this.advance(this.state.waitS);
  }
  /** The plug is out for so long, and in again. */
  withoutPowerFor(seconds: number): void {
    this.pullPlug();
    this.advance(seconds);
    this.plugIn();
  }
  /** The platform says what time it is. */
  hearTime(): void {
    this.#do("heard", (lock) => lock.hearTime(this.time, 100));
  }
  release(): void {
    this.#do("released", (lock) => lock.releaseKeypad());
  }

  // --- codes

  codes(): Codes {
    return {
      app: this.#appCode(this.time),
      appLeftS: appStepS - (this.time % appStepS),
      sms: this.#platform.smsCode(smsSlot, generation, this.time),
      smsLeftS: smsStepS - (this.time % smsStepS),
      pin: this.pin,
    };
  }
  /** A code that nobody has, of the length of an app's. */
  wrongCode(): string {
    const near = [-2, -1, 0, 1, 2].flatMap((steps) => [
      ...[appSlot, smsSlot].map((slot) => this.#platform.appCode(slot, generation, this.time + steps * appStepS)),
      this.#platform.smsCode(smsSlot, generation, this.time + steps * smsStepS),
    ]);
    for (;;) {
      const code = randomDigits(8, this.#random);
      if (!near.includes(code)) return code;
    }
  }

  // --- lessons

  /** The same code, twice: what the lock says to each. Lets time pass until it takes an entry and the code is a new one. */
  replay(): [KeypadResult | undefined, KeypadResult | undefined] {
    this.#makeReady();
    const { app } = this.codes();
    return [this.enter(app), this.enter(app)];
  }
  /** `count` wrong codes, each as soon as the lock takes one: how long each made it wait. */
  guess(count: number): number[] {
    const waits: number[] = [];
    for (let i = 0; i < count; i++) {
      this.letWaitPass();
      waits.push(this.enter(this.wrongCode())?.waitS ?? 0);
    }
    return waits;
  }
  /** A right code, with the power cut at the first flash operation, the second, and so on to the last: each on a copy of this lock as it is now. */
  cutEverywhere(): CutTrial[] {
    this.#makeReady();
    const { app } = this.codes();
    const trials: CutTrial[] = [];
    for (let operation = 1; ; operation++) {
      const trial = this.#cutAt(operation, app);
      if (trial === undefined) return trials;
      trials.push(trial);
    }
  }

  #cutAt(operation: number, code: string): CutTrial | undefined {
    const board = this.board.copy();
    const start = (): LockChip => {
      const lock = new LockChip(this.#modules.lock, board);
      this.#must(lock.boot());
      return lock;
    };
    const first = start();
    board.takeHappenings();
    board.cutAt(operation);
    try {
      first.enter(code);
      return undefined; // it needs fewer operations
    } catch (error) {
      if (!(error instanceof PlugPulled)) throw error;
    }
    const happened = board.takeHappenings();
    const write = writesOf(happened).at(-1) as Write;
    const second = start();
    const { failuresOfMonth: charged } = second.state();
    const again = second.enter(code);
    const moves = (list: Happening[]): number => list.filter(({ kind }) => kind === "motor").length;
    const before = moves(happened);
    return { operation, write, moved: before > 0, again, openings: before + moves(board.takeHappenings()), charged };
  }

  /** Lets time pass until the lock takes an entry, with a code of the app that it has not had. */
  #makeReady(): void {
    if (!this.lock) this.plugIn();
    if (this.state?.quality === "lost") this.hearTime();
    if (this.state?.off) this.release();
    this.letWaitPass();
    const used = Math.max(0, ...this.records.filter(({ kind, method }) => kind === "opening" && method === "app").map(({ step }) => step));
    const next = (used + 1) * appStepS;
    if (next > this.time) this.advance(next - this.time);
  }

  // --- below

  #do<T>(what: What, action: (lock: LockChip) => T): T | undefined {
    if (!this.lock) return undefined;
    let cut = false;
    let result: T | undefined;
    try {
      result = action(this.lock);
    } catch (error) {
      if (!(error instanceof PlugPulled)) throw error;
      cut = true;
      this.pullPlug();
    }
    const happenings = this.board.takeHappenings();
    for (const happening of happenings) if (happening.kind === "motor") this.#move(happening.openMs);
    // What time alone does, and writes nothing, is nothing to show.
    if (what !== "time" || happenings.length > 0) this.last = { what, writes: writesOf(happenings), happenings, cut };
    this.#look();
    return result;
  }

  #move(openMs: number): void {
    this.openings++;
    if (this.lock) this.#boltUntil = this.time + Math.ceil(openMs / 1_000);
  }

  #look(): void {
    if (!this.lock) return;
    this.state = this.lock.state();
    for (let seq = (this.records.at(-1)?.seq ?? 0) + 1; seq <= this.state.lastSeq; seq++) {
      const bytes = this.lock.record(seq);
      if (bytes) this.records.push(readRecord(bytes, this.#platform.takeRecord(bytes)));
    }
  }

  #appCode(time: number): string {
    return this.#platform.appCode(appSlot, generation, time);
  }
  #makePin(): string {
    for (;;) {
      const pin = randomDigits(6, this.#random);
      if (new Set(pin).size >= 5) return pin;
    }
  }
  #bytes(count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    this.#random(bytes);
    return bytes;
  }
  #must(status: number): void {
    if (status !== statusOk) throw new Error(`a chip answered with status ${status}`);
  }
}
