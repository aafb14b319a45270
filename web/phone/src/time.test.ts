// SPDX-License-Identifier: Apache-2.0
// Wall times of a door's zone, around the days on which its clocks change.
import assert from "node:assert/strict";
import { test } from "node:test";
import { dayAt, fieldOf, ofField, secondsAt } from "./time.ts";

const zone = "Europe/Zurich";
const utc = (text: string) => Date.parse(`${text}Z`) / 1000;

test("A wall time is that of the door's zone, in summer and in winter", () => {
  assert.equal(secondsAt(zone, utc("2026-07-01T11:00")), utc("2026-07-01T09:00"));
  assert.equal(secondsAt(zone, utc("2026-12-01T11:00")), utc("2026-12-01T10:00"));
  assert.equal(secondsAt("Asia/Kathmandu", utc("2026-12-01T11:00")), utc("2026-12-01T05:15"));
});

test("A wall time just before and after the clocks change is right", () => {
  assert.equal(secondsAt(zone, utc("2026-03-29T01:30")), utc("2026-03-29T00:30"));
  assert.equal(secondsAt(zone, utc("2026-03-29T03:30")), utc("2026-03-29T01:30"));
  assert.equal(secondsAt(zone, utc("2026-10-25T04:00")), utc("2026-10-25T03:00"));
});

test("Tomorrow at eleven is eleven by the door's clock, also over a change of it", () => {
  assert.equal(dayAt(zone, 1, 11, utc("2026-03-28T12:00")), utc("2026-03-29T09:00"));
  assert.equal(dayAt(zone, 1, 11, utc("2026-10-24T23:30")), utc("2026-10-26T10:00")); // it is the 25th there already
});

test("A field shows what it was given", () => {
  for (const text of ["2026-01-31T23:59", "2026-06-30T00:00", "2026-10-25T12:15"]) assert.equal(fieldOf(zone, ofField(zone, text)), text);
});
