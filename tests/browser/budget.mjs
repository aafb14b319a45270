// SPDX-License-Identifier: Apache-2.0
// What people come for, and how many clicks or taps it may take them from the app's first screen; typing is not counted.
import assert from "node:assert/strict";

export const tasks = {
  1: ["open my door, online", 1],
  2: ["get a code offline", 0],
  3: ["from an invitation's link to the first code", 2],
  4: ["share a key", 4],
  5: ["see who opened my door", 1],
  6: ["stop a share", 3],
  7: ["invite a guest", 4],
  8: ["end all access of a person", 3],
  9: ["answer a lost phone", 3],
  10: ["who opened this door at that time", 3],
  11: ["install a lock", 6],
  12: ["see to a low battery", 3],
  13: ["save what happened as a file", 3],
  14: ["open a door from the console", 2],
  15: ["add a lock of one's own, until its key is shown", 4],
};

/** Says what a task took, and fails beyond its budget. */
export function within(task, { clicks }) {
  const [name, most] = tasks[task];
  console.log(`task ${task}, ${name}: ${clicks} of ${most} clicks`);
  assert.ok(clicks <= most, `${name}: ${clicks} clicks, and ${most} were to be enough`);
}
