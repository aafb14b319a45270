// SPDX-License-Identifier: Apache-2.0
// The board that a lock's chip sits on: NOR flash, a counter of seconds on a back-up, a motor, a door contact. What is here outlives
// the power; the chip's RAM is the memory of its WebAssembly instance and goes with it. lock/port/wasm/board.hpp has the other end.

export const sectorSize = 4_096;
export const sectorCount = 32;
export const granuleSize = 8;
export const flashSize = sectorSize * sectorCount;

/** The power went in the middle of a call, which therefore never returns. */
export class PlugPulled extends Error {}

/** What the chip did, in the order in which it did it. `torn`: the power went during it, so that part of it was done. */
export type Happening =
  | { kind: "program"; offset: number; bytes: Uint8Array; torn: boolean }
  | { kind: "erase"; offset: number; torn: boolean }
  | { kind: "motor"; openMs: number };

export type Door = "closed" | "open";

/** How long the capacitor behind the counter lasts without power. */
export const backupSeconds = 3 * 86_400;

export class Board {
  readonly flash = new Uint8Array(flashSize).fill(0xff);
  door: Door = "closed";
  motorBlocked = false;
  /** How fast the crystal is, in parts per million. */
  driftPpm = 0;
  happenings: Happening[] = [];
  #counter = 1_000_000;
  #fraction = 0;
  #kept = true;
  #withoutPower = 0;
  #operations = 0;
  #cutAt = 0;
  #cutWhen: ((operation: Happening) => boolean) | undefined;
  #memory: WebAssembly.Memory | undefined;

  readonly #random: (bytes: Uint8Array) => void;

  constructor(random: (bytes: Uint8Array) => void) {
    this.#random = random;
  }

  /** The same, as it is now. */
  copy(): Board {
    const copy = new Board(this.#random);
    copy.flash.set(this.flash);
    copy.door = this.door;
    copy.#counter = this.#counter;
    copy.#kept = this.#kept;
    return copy;
  }

  /** The power goes during flash operation `operation` from now, 1 being the next; 0: it stays. */
  cutAt(operation: number): void {
    this.#cutAt = operation === 0 ? 0 : this.#operations + operation;
  }
  /** The power goes during the first flash operation of which this is true. */
  cutWhen(isIt: (operation: Happening) => boolean): void {
    this.#cutWhen = isIt;
  }
  /** How many flash operations are left before the power goes; 0: it stays. */
  get untilCut(): number {
    return this.#cutAt === 0 ? 0 : this.#cutAt - this.#operations;
  }

  takeHappenings(): Happening[] {
    const happened = this.happenings;
    this.happenings = [];
    return happened;
  }

  /** Time passes. Without power the counter runs until its back-up is empty. */
  advance(seconds: number, powered: boolean): void {
    this.#withoutPower = powered ? 0 : this.#withoutPower + seconds;
    if (this.#withoutPower > backupSeconds) this.lose();
    if (!powered && !this.#kept) return;
    const counted = seconds * (1 + this.driftPpm / 1e6) + this.#fraction;
    this.#counter += Math.floor(counted);
    this.#fraction = counted - Math.floor(counted);
  }
  /** The back-up was empty: the counter starts from 0, and says so until the chip has started once. */
  lose(): void {
    this.#counter = 0;
    this.#fraction = 0;
    this.#kept = false;
  }

  /** A chip with this memory is soldered in, and has power. */
  connect(memory: WebAssembly.Memory): void {
    this.#memory = memory;
    this.#cutAt = 0;
    this.#cutWhen = undefined;
  }
  /** The chip has started, and has heard whether its counter was kept. */
  started(): void {
    this.#kept = true;
  }

  get wires(): Record<string, WebAssembly.ImportValue> {
    return {
      flash_read: (offset: number, out: number, size: number) => {
        this.#bytes(out, size).set(this.flash.subarray(offset, offset + size));
        return 0;
      },
      flash_program: (offset: number, at: number, size: number) => this.#program(offset, this.#bytes(at, size).slice()),
      flash_erase: (offset: number) => this.#erase(offset),
      counter_seconds: () => this.#counter,
      counter_kept: () => (this.#kept ? 1 : 0),
      motor_open: (openMs: number) => this.#move(openMs),
      door_state: () => (this.door === "closed" ? 1 : 2),
      battery_percent: () => 100,
      tampered: () => 0,
      noise: (out: number, size: number) => {
        this.#random(this.#bytes(out, size));
        return 0;
      },
    };
  }

  #bytes(at: number, size: number): Uint8Array {
    if (this.#memory === undefined) throw new Error("a chip that is not soldered in");
    return new Uint8Array(this.#memory.buffer, at, size);
  }

  /** Notes the operation that begins now; true when the power goes during it. */
  #begins(operation: Exclude<Happening, { kind: "motor" }>): boolean {
    this.#operations++;
    operation.torn = this.#operations === this.#cutAt || this.#cutWhen?.(operation) === true;
    this.happenings.push(operation);
    return operation.torn;
  }

  #program(offset: number, bytes: Uint8Array): number {
    const cells = this.flash.subarray(offset, offset + bytes.length);
    if (cells.some((cell) => cell !== 0xff)) return 1; // as chips with ECC do
    const torn = this.#begins({ kind: "program", offset, bytes, torn: false });
    const noise = new Uint8Array(bytes.length);
    if (torn) this.#random(noise); // any of the bits
    bytes.forEach((byte, i) => (cells[i] = byte | (noise[i] as number)));
    if (torn) throw new PlugPulled();
    return 0;
  }

  #erase(offset: number): number {
    const torn = this.#begins({ kind: "erase", offset, torn: false });
    this.flash.fill(0xff, offset, offset + (torn ? sectorSize / 2 : sectorSize));
    if (torn) throw new PlugPulled();
    return 0;
  }

  #move(openMs: number): number {
    if (this.motorBlocked) return 1;
    this.happenings.push({ kind: "motor", openMs });
    return 0;
  }
}
