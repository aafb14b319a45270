// SPDX-License-Identifier: Apache-2.0
// What an alert means and what to do about it, as the letters of server/alerts/words.cpp say it.
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Schemas } from "../../api.ts";

export const advice: Record<Schemas["AlertType"], MessageDescriptor> = {
  door_forced: msg`Nothing had released the door. Send somebody to look, then take the alert on.`,
  door_left_open: msg`Have it shut. The alert closes when it is.`,
  tamper: msg`The cover is off, or somebody pries. Send somebody to look, then take the alert on.`,
  battery_low: msg`Change it in the next weeks. The alert closes when the lock feels the new one.`,
  battery_critical: msg`Change it now: without it the door opens with its mechanical key only.`,
  clock_lost: msg`One-time codes do not open until it has the time again: connect it, or type a clock code.`,
  clock_uncertain: msg`Its clock is set by a code alone, and may be off by some minutes until the lock hears from the platform.`,
  clock_refused: msg`One of the two clocks is wrong, or somebody tries to move the lock's. Look at both.`,
  lock_jammed: msg`Its motor could not open. Have bolt and door looked at. The alert closes with the next opening.`,
  lock_offline: msg`Codes still open it; news does not reach it. Look at its network. The alert closes when it is back.`,
  lock_reset: msg`It was set back to its factory state, or somebody pretends to be it. Go and look before you install anything.`,
  guessing: msg`Look who stands at the keypad. It makes them wait by itself.`,
  undelivered: msg`New keys do not open yet, ended ones may. Connect the lock, or carry a file to it.`,
  records_lost: msg`Its log was full before anybody fetched it. What happened in that time is not known.`,
  chain_broken: msg`Somebody may have opened or copied the lock. Take it off the door and examine it.`,
  webhook_disabled: msg`Its address took nothing for three days. Mend it, then set the webhook to active again.`,
  rule_changed: msg`If you do not know why, ask whoever did it: the activity names them.`,
  insider_access: msg`If you do not know why, ask them, and end the access: the activity names both.`,
  certificate_ends: msg`Have it renewed: from then on no browser and no lock believes the platform. Codes open all the same. The alert closes with the new one.`,
  duress: msg`A duress PIN was typed. Do not call the person and do not go there alone: call the police. Nothing shows at the door.`,
  campaign_halted: msg`Too many locks did not take the image, or none did. Look at why, then resume the campaign or cancel it.`,
};
