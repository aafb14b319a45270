// SPDX-License-Identifier: Apache-2.0
// The names that the API gives to reasons, events and problems, as sentences for people.
import { type MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { explain } from "../../../shared/problems/problem.ts";
import { Refused, type Schemas } from "../api.ts";
import { i18n, problemTexts } from "../i18n.ts";
import type { Tone } from "./state.tsx";

type Reason = Schemas["AccessReason"];
const reasons: Record<Reason, MessageDescriptor> = {
  locked_out: msg`Too many wrong codes: the keypad makes everybody wait`,
  malformed: msg`What was typed is not a code`,
  unknown_code: msg`Nobody has this code`,
  clock_lost: msg`The lock has lost the time`,
  clock_good: msg`A clock code is not needed: the lock knows the time`,
  schedule_expired: msg`The lock was without the platform for too long, and has no codes left`,
  not_yet_valid: msg`Too early: access has not begun`,
  expired: msg`Too late: access has ended`,
  cleared: msg`Ended by a clear code`,
  cancelled: msg`Access was ended`,
  not_activated: msg`The code was not used in time for the first time`,
  replayed: msg`This one-time code was used before`,
  used: msg`The code was good once, and was used`,
  code_memory_full: msg`The lock cannot remember more codes`,
  outside_schedule: msg`Outside the agreed hours`,
  uses_spent: msg`All openings are used up`,
  door_state: msg`The door's state does not allow it`,
  fault: msg`The lock failed before it could decide`,
  command_stale: msg`The request came too late and was dropped`,
  command_unknown: msg`The lock was not waiting for this request`,
  log_full: msg`The lock's log is full, and it opens nothing until it was read`,
  motor_failed: msg`The motor did not move`,
  not_pressed: msg`Nobody pressed the button inside`,
  records_unsent: msg`Not all of the lock's records have arrived yet`,
  no_credential: msg`Nothing was issued for this door`,
  grant_not_begun: msg`Too early: access has not begun`,
  grant_ended: msg`Access has ended`,
  grant_revoked: msg`Access was ended`,
  credential_ended: msg`What was issued has ended`,
};

/** Why a lock refused, or would. */
export function reasonWords(reason: Reason): string {
  const words: MessageDescriptor | undefined = reasons[reason]; // a newer platform may have more
  return words ? i18n._(words) : reason.replaceAll("_", " ");
}

const methods: Record<string, MessageDescriptor> = {
  app: msg`One-time code`,
  token: msg`One-time code`,
  sms: msg`SMS code`,
  offline: msg`Offline code`,
  inside: msg`Button inside`,
  platform: msg`From the console`,
  file: msg`File`,
  pin: msg`PIN`,
  virtual_key: msg`Phone nearby`,
};

/** How somebody asked to be let in. */
export function methodWords(method: string): string {
  const words = methods[method];
  return words ? i18n._(words) : method.replaceAll("_", " ");
}

/** What kind of thing a credential is, as people call it. */
export function kindWords(credential: Pick<Schemas["Credential"], "kind" | "fixed" | "phone_id" | "duress">): string {
  if (credential.duress) return i18n._(msg`Duress PIN`);
  if (credential.phone_id) return i18n._(msg`Key on a phone`);
  return credential.fixed ? i18n._(msg`Authenticator app`) : methodWords(credential.kind);
}

type EventType = Schemas["EventType"];
const events: Record<EventType, MessageDescriptor> = {
  "access.opening": msg`About to open`,
  "access.granted": msg`Opened`,
  "access.failed": msg`Did not open`,
  "access.refused": msg`Refused`,
  "access.duress": msg`Forced to open`,
  "keypad.cleared": msg`Codes ended at the keypad`,
  "keypad.released": msg`Keypad works again`,
  "keypad.alert": msg`Many wrong codes`,
  "clock.set": msg`Clock was set`,
  "clock.refused": msg`Wrong time was refused`,
  "lock.restarted": msg`Lock restarted`,
  "lock.activated": msg`Lock installed`,
  "lock.configured": msg`Lock applied its settings`,
  "lock.records_lost": msg`Records were lost`,
  "lock.battery": msg`Battery`,
  "door.forced": msg`Door forced`,
  "door.left_open": msg`Door left open`,
  "door.closed": msg`Door closed again`,
  "lock.tampered": msg`Cover is off`,
  "lock.tamper_ended": msg`Cover is on again`,
  "lock.giving_up": msg`Lock forgets its owner`,
  "command.asked": msg`Asked to open`,
  "command.refused": msg`Request was refused`,
  "lock.chain_broken": msg`The log does not add up`,
  "lock.online": msg`Lock is online`,
  "lock.offline": msg`Lock is offline`,
  "lock.reset": msg`Lock was reset`,
  "lock.released": msg`Lock released`,
  "lock.written_off": msg`Lock written off`,
  "lock.identity_refused": msg`Copied label refused`,
  "platform.restored": msg`Platform was restored from a backup`,
  "platform.certificate_ending": msg`Certificate ends soon`,
  "platform.certificate_renewed": msg`Certificate was renewed`,
  "grant.created": msg`Access given`,
  "grant.changed": msg`Access changed`,
  "grant.revoked": msg`Access ended`,
  "credential.issued": msg`Key issued`,
  "credential.revealed": msg`Code shown again`,
  "credential.pin_changed": msg`PIN changed`,
  "credential.changed": msg`Key changed`,
  "credential.revoked": msg`Key ended`,
  "credential.ended": msg`Key opens nothing any more`,
  "operator.created": msg`Operator invited`,
  "operator.accepted": msg`Operator accepted`,
  "operator.role_changed": msg`Role changed`,
  "operator.scope_changed": msg`Places of an operator changed`,
  "operator.ended": msg`Operator removed`,
  "operator.password_set": msg`Password changed`,
  "operator.second_factor_set": msg`Authenticator app set up`,
  "operator.second_factor_removed": msg`Authenticator app removed`,
  "operator.passkey_added": msg`Passkey added`,
  "operator.passkey_removed": msg`Passkey removed`,
  "operator.oidc_linked": msg`Account at the provider linked`,
  "operator.oidc_unlinked": msg`Account at the provider unlinked`,
  "schedule.created": msg`Schedule added`,
  "schedule.changed": msg`Schedule changed`,
  "schedule.deleted": msg`Schedule deleted`,
  "calendar.created": msg`Calendar added`,
  "calendar.changed": msg`Calendar changed`,
  "calendar.deleted": msg`Calendar deleted`,
  "key.created": msg`API key added`,
  "key.revoked": msg`API key ended`,
  "session.started": msg`Signed in`,
  "session.ended": msg`Signed out`,
  "recovery.asked": msg`Recovery asked for`,
  "recovery.approved": msg`Recovery approved`,
  "recovery.cancelled": msg`Recovery stopped`,
  "recovery.completed": msg`Account recovered`,
  "invitation.created": msg`Invitation sent`,
  "invitation.renewed": msg`Invitation sent again`,
  "invitation.opened": msg`Invitation opened`,
  "invitation.cancelled": msg`Invitation withdrawn`,
  "phone.enrolled": msg`Phone added`,
  "phone.ended": msg`Phone removed`,
  "webhook.created": msg`Webhook added`,
  "webhook.deleted": msg`Webhook deleted`,
  "webhook.disabled": msg`Webhook switched off`,
  "alert.opened": msg`Alert`,
  "alert.acknowledged": msg`Alert taken on`,
  "alert.escalated": msg`Alert passed on`,
  "alert.closed": msg`Alert closed`,
  "alert_rule.created": msg`Alert rule added`,
  "alert_rule.changed": msg`Alert rule changed`,
  "alert_rule.deleted": msg`Alert rule deleted`,
  "lock.updated": msg`Firmware updated`,
  "lock.update_failed": msg`Firmware update failed`,
  "lock_batch.added": msg`List of locks added`,
  "lock_batch.removed": msg`List of locks removed`,
  "firmware.maker_added": msg`Firmware maker trusted`,
  "firmware.maker_removed": msg`Firmware maker no longer trusted`,
  "firmware.image_added": msg`Firmware uploaded`,
  "firmware.image_removed": msg`Firmware deleted`,
  "campaign.created": msg`Update campaign begun`,
  "campaign.resumed": msg`Update campaign resumed`,
  "campaign.paused": msg`Update campaign paused`,
  "campaign.ring_begun": msg`Update reaches more locks`,
  "campaign.halted": msg`Update campaign halted`,
  "campaign.cancelled": msg`Update campaign cancelled`,
  "campaign.done": msg`Update campaign done`,
};

export const eventTypes = Object.keys(events) as EventType[];

export function eventWords(type: EventType): string {
  const words = events[type];
  return words ? i18n._(words) : type;
}

/** Green is an opening that the lock has confirmed, and nothing else. */
export function eventTone(type: EventType): Tone {
  switch (type) {
    case "access.granted": return "ok";
    case "access.opening": case "command.asked": return "wait";
    case "access.refused": case "lock.offline": case "command.refused": case "keypad.alert": case "door.left_open": case "lock.reset": case "lock.update_failed": return "warn";
    case "access.failed": case "access.duress": case "door.forced": case "lock.tampered": case "lock.chain_broken": case "lock.records_lost": case "campaign.halted": return "bad";
    default: return "none";
  }
}

const alertNames: Record<Schemas["AlertType"], MessageDescriptor> = {
  door_forced: msg`Door forced`,
  door_left_open: msg`Door left open`,
  tamper: msg`Cover is off`,
  battery_low: msg`Battery is low`,
  battery_critical: msg`Battery is almost empty`,
  clock_lost: msg`Lock has lost the time`,
  clock_uncertain: msg`Lock is unsure of the time`,
  clock_refused: msg`Lock refused a wrong time`,
  lock_jammed: msg`Lock is jammed`,
  lock_offline: msg`Lock is offline`,
  lock_reset: msg`Lock was reset`,
  guessing: msg`Somebody is guessing codes`,
  undelivered: msg`Changes have not reached the lock`,
  records_lost: msg`Records were lost`,
  chain_broken: msg`The log does not add up`,
  webhook_disabled: msg`Webhook switched off`,
  rule_changed: msg`An alert rule was changed`,
  insider_access: msg`Somebody gave themselves access`,
  certificate_ends: msg`Certificate ends soon`,
  duress: msg`Forced to open`,
  campaign_halted: msg`Update campaign halted`,
};

export function alertWords(type: Schemas["AlertType"]): string {
  const words = alertNames[type];
  return words ? i18n._(words) : type;
}

/** What went wrong, for the person. */
export function problemWords(error: unknown): string {
  return explain(error, problemTexts());
}

/** What is wrong with one field of what was sent: "/name" for the name. */
export function fieldProblem(error: unknown, pointer: string): string | undefined {
  if (!(error instanceof Refused)) return undefined;
  return error.problem.errors?.find((found) => found.pointer === pointer)?.detail;
}
