// SPDX-License-Identifier: Apache-2.0
// The WebAssembly modules decide as the host does: what spec/vectors/codes_v1.json says of codes, of keys and of whole locks.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Board, flashSize, PlugPulled } from "./board.ts";
import { LockChip, PlatformChip, statusOk, waitOff, type Factory } from "./chips.ts";

const root = new URL("../../../", import.meta.url);
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const moduleOf = (name: string) => readFileSync(new URL(`build/wasm/bin/${name}.wasm`, root));
const lockModule = new WebAssembly.Module(moduleOf("lock"));
const platformModule = new WebAssembly.Module(moduleOf("platform"));
const vectors = JSON.parse(readFileSync(new URL("spec/vectors/codes_v1.json", root), "utf8"));
const random = (bytes: Uint8Array): void => void crypto.getRandomValues(bytes);

const reasons = ["none", "locked_out", "malformed", "unknown_code", "clock_lost", "clock_good", "schedule_expired", "not_yet_valid", "expired", "cleared",
  "cancelled", "not_activated", "replayed", "used", "code_memory_full", "outside_schedule", "uses_spent", "door_state", "fault"];
const families = ["timed", "exclusive", "once", "pool", "clock", "clear", "release"];
const expectOf = { granted: "open", clock_set: "clock_set", cleared: "clear", released: "release", refused: "refused" };
/** A clock that never hears the time is good for so long. */
const goodForS = 10 * 86_400;

interface Slot {
  slot: number;
  generation: number;
  fixed?: boolean;
  sms?: boolean;
}
interface Hours {
  first_hour: number;
  last_hour: number;
}
interface ScenarioLock {
  lock_id: string;
  k_lock: string;
  otp_digits: number;
  code_digits: number;
  code_epoch: number;
  slots: Slot[];
  schedule: Hours | null;
  activation_window_s: number;
  only_keypad: boolean;
  clock: "good" | "lost";
  newest_seen: number | null;
}
interface Step extends Slot, Hours {
  time: number;
  op?: string;
  clock?: "kept" | "lost";
  epoch?: number;
  typed?: string;
  cut?: "charge" | "burn";
  expect?: string;
  reason?: string | null;
  wait?: number;
  failures?: number;
  alert?: number | null;
}

function platformOf(factory: Factory, key: string): PlatformChip {
  const platform = new PlatformChip(platformModule, random);
  assert.equal(platform.begin(factory, bytesOf(key)), statusOk);
  return platform;
}

/** A lock of a scenario, and its platform. */
class Scene {
  readonly board = new Board(random);
  readonly platform: PlatformChip;
  lock: LockChip;
  #version = 1;
  #time: number;
  #heardAt: number;
  #good: boolean;
  #settings;

  constructor({ lock_id, k_lock, slots, schedule, clock, newest_seen, ...settings }: ScenarioLock, time: number) {
    const factory = { id: bytesOf(lock_id), claimSecret: bytesOf("00".repeat(16)), isProtected: schedule === null };
    this.platform = platformOf(factory, k_lock);
    this.#settings = { otpDigits: settings.otp_digits, codeDigits: settings.code_digits, epoch: settings.code_epoch, windowS: settings.activation_window_s, onlyKeypad: settings.only_keypad };
    this.platform.setCodes(this.#settings);
    for (const slot of slots) this.platform.setSlot(slot.slot, slot.generation, slot);
    if (schedule) this.#hours(schedule);
    this.lock = new LockChip(lockModule, this.board);
    assert.equal(this.lock.make(factory), statusOk);
    this.lock.press();
    this.#time = this.#heardAt = newest_seen ?? time;
    assert.equal(this.lock.answer(this.platform.answer(this.lock.ask(), this.#time)), statusOk);
    this.#good = clock === "good";
    if (!this.#good) assert.equal(this.lock.loseClock(), statusOk);
  }

  advance(time: number): void {
    this.board.advance(time - this.#time, true);
    this.#time = time;
    this.lock.poll();
    if (this.#good && time - this.#heardAt > goodForS) this.#hear();
  }
  restart(kept: boolean): void {
    if (!kept) this.board.lose();
    this.#good = this.#good && kept;
    this.lock = new LockChip(lockModule, this.board);
    assert.equal(this.lock.boot(), statusOk);
    this.board.started();
  }
  /** The power goes when the failure is durable, or when the burn is and the intention is not yet recorded. */
  typeAndCut(typed: string, after: "charge" | "burn"): void {
    let records = 0;
    this.board.cutWhen((operation) => {
      if (operation.kind !== "program") return false;
      if (operation.offset >= flashSize / 2) return after === "burn";
      const [a, b, c, d] = operation.bytes as unknown as [number, number, number, number]; // a record's head: journal.md §1
      if ((a ^ c) === 0xff && (b ^ d) === 0xff) records++;
      return after === "charge" && records === 2;
    });
    assert.throws(() => this.lock.enter(typed), PlugPulled);
    this.restart(true);
  }
  obey(step: Step): void {
    switch (step.op) {
      case "restart": return this.restart(step.clock === "kept");
      case "set_slot": this.platform.setSlot(step.slot, step.generation, step); return this.#apply();
      case "remove_slot": this.platform.removeSlot(step.slot); return this.#apply();
      case "set_schedule": this.#hours(step); return this.#apply();
      case "set_epoch": this.platform.setCodes({ ...this.#settings, epoch: step.epoch as number }); return this.#apply();
      case "set_time": return this.#hear();
      case "release": assert.equal(this.lock.releaseKeypad(), statusOk); return;
      default: assert.fail(`an unknown op: ${step.op}`);
    }
  }
  #hours({ first_hour, last_hour }: Hours): void {
    const first = Math.max(first_hour, last_hour - 47); // as many as a lock holds
    assert.equal(this.platform.setHours(first, last_hour - first + 1), statusOk);
  }
  #apply(): void {
    assert.equal(this.lock.apply(++this.#version, this.platform.snapshot()), statusOk);
  }
  #hear(): void {
    assert.equal(this.lock.hearTime(this.#time, 0), statusOk);
    this.#heardAt = this.#time;
    this.#good = true;
  }
}

test("The modules import the board and nothing else, and are small", () => {
  const imports = [lockModule, platformModule].map((module) => WebAssembly.Module.imports(module));
  for (const { module, kind } of imports.flat()) assert.deepEqual([module, kind], ["board", "function"]);
  assert.deepEqual(imports[1]?.map(({ name }) => name), ["noise"]);
  const [lock, platform] = ["lock", "platform"].map((name) => gzipSync(moduleOf(name), { level: 9 }).length) as [number, number];
  console.log(`lock.wasm ${lock} bytes and platform.wasm ${platform} bytes as gzip sends them`);
  assert.ok(lock <= 64_000, `lock.wasm is ${lock} bytes; 64,000 are its budget`);
  assert.ok(platform <= 32_000, `platform.wasm is ${platform} bytes; 32,000 are its budget`);
});

test("Every code is the one of the vectors", () => {
  for (const { lock, purpose, slot, generation, fixed, digits, time, code } of vectors.otp) {
    const { lock_id, k_lock } = vectors.locks[lock];
    const platform = platformOf({ id: bytesOf(lock_id), claimSecret: new Uint8Array(16), isProtected: true }, k_lock);
    platform.setCodes({ otpDigits: digits, codeDigits: 10, epoch: 0, windowS: 3_600, onlyKeypad: false });
    assert.equal(purpose === "sms" ? platform.smsCode(slot, generation, time) : platform.appCode(slot, generation, time, fixed), code);
  }
  for (const { lock, n, epoch, family, start, index, code, ...other } of vectors.offline) {
    const { lock_id, k_lock } = vectors.locks[lock];
    const platform = platformOf({ id: bytesOf(lock_id), claimSecret: new Uint8Array(16), isProtected: true }, k_lock);
    platform.setCodes({ otpDigits: 8, codeDigits: n, epoch, windowS: 3_600, onlyKeypad: false });
    assert.equal(platform.offlineCode(families.indexOf(family), other.class ?? 0, start ?? 0, index ?? 0), code);
  }
});

for (const { name, lock, steps } of vectors.scenarios as { name: string; lock: ScenarioLock; steps: [Step, ...Step[]] }[])
  test(`A whole lock agrees with the scenario ${name}`, (context) => {
    if (steps.some((step) => step.op === "error_bound")) return context.skip("sets what a real clock cannot be told");
    const scene = new Scene(lock, steps[0].time);
    steps.forEach((step, i) => {
      scene.advance(step.time);
      if (step.typed === undefined) return scene.obey(step);
      if (step.cut !== undefined) return scene.typeAndCut(step.typed, step.cut);
      const result = scene.lock.enter(step.typed);
      const where = `step ${i}: ${JSON.stringify(step)}`;
      assert.equal(expectOf[result.verdict], step.expect, `${where}: ${reasons[result.reason]}`);
      if (step.reason) assert.equal(reasons[result.reason], step.reason, where);
      if (step.wait !== undefined) assert.equal(result.waitS === waitOff ? 0 : result.waitS, step.wait, where);
      if (step.alert !== undefined) assert.equal(result.alert, step.alert ?? 0, where);
      if (step.failures !== undefined) assert.equal(scene.lock.state().failuresOfMonth, step.failures, where);
    });
  });
