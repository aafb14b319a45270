// SPDX-License-Identifier: Apache-2.0
// The whole lock as the page plays with it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { reasonOf } from "./records.ts";
import { World } from "./world.ts";

const moduleOf = (name: string) => new WebAssembly.Module(readFileSync(new URL(`../../../build/wasm/bin/${name}.wasm`, import.meta.url)));
const modules = { lock: moduleOf("lock"), platform: moduleOf("platform") };
const begin = 1_795_219_210;
const day = 86_400;

test("A code opens once, and the burn is written before the bolt moves", () => {
  const world = new World(modules, begin);
  const [first, second] = world.replay();
  assert.equal(first?.verdict, "granted");
  assert.equal(reasonOf(second?.reason ?? 0), "replayed");
  assert.equal(world.openings, 1);
  const other = new World(modules, begin);
  other.enter(other.codes().app);
  const writes = other.last?.writes ?? [];
  assert.deepEqual(writes.map(({ kind }) => kind), ["journal", "journal", "record", "motor", "record"]);
  assert.deepEqual(writes[0]?.meanings, ["charge", "seen"]);
  assert.deepEqual(writes[1]?.meanings, ["burn", "refund"]);
});

test("A PIN and a code by SMS open, and a PIN opens again", () => {
  const world = new World(modules, begin);
  for (const typed of [world.codes().sms, world.pin, world.pin]) assert.equal(world.enter(typed)?.verdict, "granted");
});

test("Ten wrong codes make it wait, and a pulled plug does not shorten the wait", () => {
  const world = new World(modules, begin);
  assert.deepEqual(world.guess(10), [0, 0, 0, 30, 60, 120, 240, 480, 960, 1_920]);
  world.pullPlug();
  world.plugIn();
  assert.equal(world.state?.waitS, 1_920);
  assert.equal(reasonOf(world.enter(world.codes().app)?.reason ?? 0), "locked_out");
  world.withoutPowerFor(7 * day); // the clock is lost, and the wait begins anew
  assert.equal(world.state?.quality, "lost");
  assert.equal(world.state?.waitS, 1_920);
});

test("The power goes at any write of an entry, and no code opens twice", () => {
  const world = new World(modules, begin);
  for (let i = 0; i < 5; i++) {
    const trials = world.cutEverywhere();
    assert.ok(trials.length >= 4);
    for (const { operation, moved, again, openings, charged } of trials) {
      assert.ok(openings <= 1, `operation ${operation}`);
      if (moved) assert.equal(again.verdict, "refused");
      if (again.verdict === "refused") assert.ok(["replayed"].includes(reasonOf(again.reason)));
      if (!moved && again.verdict === "granted") assert.ok(charged <= 1);
    }
    assert.ok(trials.some(({ charged }) => charged === 1), "the try of a cut entry stands");
    world.enter(world.codes().app);
  }
});

test("The plug is pulled in the middle of an entry, and the lock says so afterwards", () => {
  const world = new World(modules, begin);
  world.arm(2);
  assert.equal(world.enter(world.codes().app), undefined);
  assert.equal(world.hasPower, false);
  assert.equal(world.last?.cut, true);
  assert.equal(world.last?.writes.at(-1)?.torn, true);
  assert.equal(world.openings, 0);
  world.plugIn();
  const restarted = world.records.find(({ kind, cutShort }) => kind === "restarted" && cutShort);
  assert.ok(restarted);
  assert.equal(world.state?.failuresOfDay, 1);
});

test("A day without power keeps the clock, a week loses it, and then no one-time code opens until the time was heard", () => {
  const world = new World(modules, begin);
  world.withoutPowerFor(day);
  assert.equal(world.state?.quality, "kept");
  assert.equal(world.enter(world.codes().app)?.verdict, "granted");
  world.withoutPowerFor(7 * day);
  assert.equal(world.state?.quality, "lost");
  assert.equal(reasonOf(world.enter(world.codes().app)?.reason ?? 0), "clock_lost");
  assert.equal(world.enter(world.pin)?.verdict, "granted");
  world.hearTime();
  assert.equal(world.state?.quality, "synced");
  assert.equal(world.enter(world.codes().app)?.verdict, "granted");
});

test("A crystal that is off moves the clock away by no more than the lock says", () => {
  const world = new World(modules, begin);
  world.board.driftPpm = 50;
  for (let i = 0; i < 10; i++) world.advance(day);
  const { time = 0, errorS = 0 } = world.state ?? {};
  assert.ok(time - world.time >= 40 && time - world.time <= errorS, `${time - world.time} s, said ${errorS} s`);
});

test("Every record is as the platform expects it, and one that was changed is not", () => {
  const world = new World(modules, begin);
  world.replay();
  world.withoutPowerFor(60);
  assert.ok(world.records.length >= 5);
  assert.ok(world.records.every(({ good }) => good));
  // A second lock's records under the first platform: the tag is another's.
  const other = new World(modules, begin);
  const { lock } = other;
  Object.assign(world, { lock, records: [] });
  world.advance(1);
  assert.ok(world.records.length > 0 && world.records.every(({ good }) => !good));
});
