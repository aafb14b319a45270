// SPDX-License-Identifier: Apache-2.0
// Audit records of a lock: spec/event.md §1 to §3.
import { qualityOf, type Quality } from "./chips.ts";

const kinds = ["", "entry_refused", "opening", "opened", "open_failed", "clock_set", "time_refused", "cleared", "released", "restarted", "activated", "configured",
  "records_lost", "command_refused", "battery", "door_forced", "door_left_open", "door_closed", "tampered", "tamper_ended", "giving_up"] as const;
export type Kind = Exclude<(typeof kinds)[number], "">;

const methods = ["none", "app", "sms", "offline", "inside", "platform", "file", "pin", "virtual_key"] as const;
export type Method = (typeof methods)[number];

const reasons = ["none", "locked_out", "malformed", "unknown_code", "clock_lost", "clock_good", "schedule_expired", "not_yet_valid", "expired", "cleared", "cancelled",
  "not_activated", "replayed", "used", "code_memory_full", "outside_schedule", "uses_spent", "door_state", "fault"] as const;
export type Reason = (typeof reasons)[number];
/** Those of the lock rather than of the keypad (32 and above) do not come up here, but for a motor that failed. */
export const reasonOf = (number: number): Reason | "motor_failed" => (number === 35 ? "motor_failed" : (reasons[number] ?? "fault"));

/** `time`: 0 when the lock did not know it. `good`: the platform found that it follows the one before, unchanged. */
export interface AuditRecord {
  seq: number;
  time: number;
  quality: Quality;
  kind: Kind;
  reason: Reason | "motor_failed";
  method: Method;
  clockKept: boolean;
  cutShort: boolean;
  step: number;
  good: boolean;
}

export function readRecord(bytes: Uint8Array, good: boolean): AuditRecord {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const kind = kinds[view.getUint8(9)];
  if (!kind) throw new Error(`a record of kind ${view.getUint8(9)}`);
  return {
    seq: view.getUint32(0),
    time: view.getUint32(4),
    quality: qualityOf(view.getUint8(8)),
    kind,
    reason: reasonOf(view.getUint8(10)),
    method: methods[view.getUint8(11)] ?? "none",
    clockKept: view.getUint8(20) === 1,
    cutShort: view.getUint8(21) === 1,
    step: view.getUint32(20),
    good,
  };
}
