// SPDX-License-Identifier: Apache-2.0
// What somebody should know of a lock, or do, as sentences for people.
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Schemas } from "../../api.ts";

export const adviceWords: Record<Schemas["LockAdvice"], MessageDescriptor> = {
  nobodys: msg`This lock belongs to nobody here any more.`,
  written_off: msg`This lock was written off. Where it still stands, it may open for the keys that were issued for it.`,
  release_unheard: msg`It is not known whether this lock has let go of its owner. Press the button on its inside: it says so as soon as it is heard.`,
  press_button: msg`The lock waits for its installer: press the button on its inside.`,
  unprotected: msg`This lock does not protect its keys: whoever takes it apart can open this door. Do not let it be the door's only lock.`,
  chain_broken: msg`The records of this lock contradict themselves. Nothing more of it is taken in until somebody has looked.`,
  settings_refused: msg`The lock refused its newest settings: the old ones stand.`,
  clock_lost: msg`The lock does not know the time, so it refuses one-time codes. Bring it online, or type a clock code.`,
  keypad_off: msg`The keypad is off after too many wrong codes.`,
  battery_low: msg`The battery is low. Change it.`,
};
