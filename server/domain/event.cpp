// SPDX-License-Identifier: Apache-2.0
#include "server/domain/event.hpp"

#include <fmt/compile.h>
#include <openssl/evp.h>

#include <algorithm>
#include <vector>

#include "core/codes/descriptor.hpp"
#include "core/decide/reason.hpp"
#include "server/domain/instant.hpp"

namespace cardea::server {

std::string_view name_of(EventType type) {
  switch (type) {  // no default: a new type does not compile until it is named
    case EventType::kAccessOpening: return "access.opening";
    case EventType::kAccessGranted: return "access.granted";
    case EventType::kAccessFailed: return "access.failed";
    case EventType::kAccessRefused: return "access.refused";
    case EventType::kAccessDuress: return "access.duress";
    case EventType::kKeypadCleared: return "keypad.cleared";
    case EventType::kKeypadReleased: return "keypad.released";
    case EventType::kKeypadAlert: return "keypad.alert";
    case EventType::kClockSet: return "clock.set";
    case EventType::kClockRefused: return "clock.refused";
    case EventType::kLockRestarted: return "lock.restarted";
    case EventType::kLockActivated: return "lock.activated";
    case EventType::kLockConfigured: return "lock.configured";
    case EventType::kLockRecordsLost: return "lock.records_lost";
    case EventType::kLockBattery: return "lock.battery";
    case EventType::kDoorForced: return "door.forced";
    case EventType::kDoorLeftOpen: return "door.left_open";
    case EventType::kDoorClosed: return "door.closed";
    case EventType::kLockTampered: return "lock.tampered";
    case EventType::kLockTamperEnded: return "lock.tamper_ended";
    case EventType::kLockGivingUp: return "lock.giving_up";
    case EventType::kCommandAsked: return "command.asked";
    case EventType::kCommandRefused: return "command.refused";
    case EventType::kLockChainBroken: return "lock.chain_broken";
    case EventType::kLockOnline: return "lock.online";
    case EventType::kLockOffline: return "lock.offline";
    case EventType::kLockReset: return "lock.reset";
    case EventType::kLockReleased: return "lock.released";
    case EventType::kLockWrittenOff: return "lock.written_off";
    case EventType::kLockIdentityRefused: return "lock.identity_refused";
    case EventType::kPlatformRestored: return "platform.restored";
    case EventType::kPlatformCertificateEnding: return "platform.certificate_ending";
    case EventType::kPlatformCertificateRenewed: return "platform.certificate_renewed";
    case EventType::kGrantCreated: return "grant.created";
    case EventType::kGrantChanged: return "grant.changed";
    case EventType::kGrantRevoked: return "grant.revoked";
    case EventType::kCredentialIssued: return "credential.issued";
    case EventType::kCredentialRevealed: return "credential.revealed";
    case EventType::kCredentialPinChanged: return "credential.pin_changed";
    case EventType::kCredentialChanged: return "credential.changed";
    case EventType::kCredentialRevoked: return "credential.revoked";
    case EventType::kCredentialEnded: return "credential.ended";
    case EventType::kOperatorCreated: return "operator.created";
    case EventType::kOperatorAccepted: return "operator.accepted";
    case EventType::kOperatorRoleChanged: return "operator.role_changed";
    case EventType::kOperatorScopeChanged: return "operator.scope_changed";
    case EventType::kOperatorEnded: return "operator.ended";
    case EventType::kOperatorPasswordSet: return "operator.password_set";
    case EventType::kOperatorSecondFactorSet: return "operator.second_factor_set";
    case EventType::kOperatorSecondFactorRemoved: return "operator.second_factor_removed";
    case EventType::kOperatorPasskeyAdded: return "operator.passkey_added";
    case EventType::kOperatorPasskeyRemoved: return "operator.passkey_removed";
    case EventType::kOperatorOidcLinked: return "operator.oidc_linked";
    case EventType::kOperatorOidcUnlinked: return "operator.oidc_unlinked";
    case EventType::kScheduleCreated: return "schedule.created";
    case EventType::kScheduleChanged: return "schedule.changed";
    case EventType::kScheduleDeleted: return "schedule.deleted";
    case EventType::kCalendarCreated: return "calendar.created";
    case EventType::kCalendarChanged: return "calendar.changed";
    case EventType::kCalendarDeleted: return "calendar.deleted";
    case EventType::kKeyCreated: return "key.created";
    case EventType::kKeyRevoked: return "key.revoked";
    case EventType::kSessionStarted: return "session.started";
    case EventType::kSessionEnded: return "session.ended";
    case EventType::kRecoveryAsked: return "recovery.asked";
    case EventType::kRecoveryApproved: return "recovery.approved";
    case EventType::kRecoveryCancelled: return "recovery.cancelled";
    case EventType::kRecoveryCompleted: return "recovery.completed";
    case EventType::kInvitationCreated: return "invitation.created";
    case EventType::kInvitationRenewed: return "invitation.renewed";
    case EventType::kInvitationOpened: return "invitation.opened";
    case EventType::kInvitationCancelled: return "invitation.cancelled";
    case EventType::kPhoneEnrolled: return "phone.enrolled";
    case EventType::kPhoneEnded: return "phone.ended";
    case EventType::kWebhookCreated: return "webhook.created";
    case EventType::kWebhookDeleted: return "webhook.deleted";
    case EventType::kWebhookDisabled: return "webhook.disabled";
    case EventType::kAlertOpened: return "alert.opened";
    case EventType::kAlertAcknowledged: return "alert.acknowledged";
    case EventType::kAlertEscalated: return "alert.escalated";
    case EventType::kAlertClosed: return "alert.closed";
    case EventType::kAlertRuleCreated: return "alert_rule.created";
    case EventType::kAlertRuleChanged: return "alert_rule.changed";
    case EventType::kAlertRuleDeleted: return "alert_rule.deleted";
    case EventType::kLockUpdated: return "lock.updated";
    case EventType::kLockUpdateFailed: return "lock.update_failed";
    case EventType::kFirmwareMakerAdded: return "firmware.maker_added";
    case EventType::kFirmwareMakerRemoved: return "firmware.maker_removed";
    case EventType::kLockBatchAdded: return "lock_batch.added";
    case EventType::kLockBatchRemoved: return "lock_batch.removed";
    case EventType::kFirmwareImageAdded: return "firmware.image_added";
    case EventType::kFirmwareImageRemoved: return "firmware.image_removed";
    case EventType::kCampaignCreated: return "campaign.created";
    case EventType::kCampaignResumed: return "campaign.resumed";
    case EventType::kCampaignPaused: return "campaign.paused";
    case EventType::kCampaignRingBegun: return "campaign.ring_begun";
    case EventType::kCampaignHalted: return "campaign.halted";
    case EventType::kCampaignCancelled: return "campaign.cancelled";
    case EventType::kCampaignDone: return "campaign.done";
  }
  return "";
}

std::optional<EventType> event_type_of(std::string_view name) {
  for (std::size_t i = 0; i < event_type_count; ++i)
    if (name_of(static_cast<EventType>(i)) == name) return static_cast<EventType>(i);
  return std::nullopt;
}

std::string header_of(const EventPlace& place, const EventFacts& facts) {
  // Every text here is an id, an instant or a name of ours: none holds a character that JSON escapes.
  std::string out = fmt::format(FMT_COMPILE(R"({{"position":{},"id":"{}","type":"{}")"), place.position, place.id.text(),
                                name_of(facts.type));
  const auto text = [&out](std::string_view name, std::string_view value) {
    if (!value.empty()) out.append(R"(,")").append(name).append(R"(":")").append(value).append(R"(")");
  };
  if (facts.at) text("at", text_of(*facts.at));
  text("recorded_at", text_of(place.recorded_at));
  text("workspace", place.workspace.text());
  if (facts.site) text("site", facts.site->text());
  if (facts.door) text("door", facts.door->text());
  if (facts.lock) text("lock", facts.lock->text());
  if (facts.seq) out += fmt::format(R"(,"seq":{})", *facts.seq);
  text("by", facts.by);
  text("trace", facts.trace);
  text("reason", facts.reason);
  text("method", facts.method);
  text("quality", facts.quality);
  if (!facts.detail.empty()) out += fmt::format(R"(,"detail":{})", facts.detail);
  return out + "}";
}

Digest leaf_of(std::string_view header, ByteSpan body) {
  std::vector<std::uint8_t> input(1 + 4 + header.size() + 4 + body.size());
  ByteWriter writer{input};
  writer.u8(0);
  writer.u32(static_cast<std::uint32_t>(header.size()));
  writer.bytes({reinterpret_cast<const std::uint8_t*>(header.data()), header.size()});
  writer.u32(static_cast<std::uint32_t>(body.size()));
  writer.bytes(body);
  Digest leaf;
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  CARDEA_ASSERT(EVP_Digest(input.data(), input.size(), leaf.data(), nullptr, sha256, nullptr) == 1);
  return leaf;
}

std::string_view name_of(ClockQuality quality) {
  switch (quality) {
    case ClockQuality::kSynced: return "synced";
    case ClockQuality::kKept: return "kept";
    case ClockQuality::kCoarse: return "coarse";
    case ClockQuality::kLost: return "lost";
  }
  return "";
}

std::string_view name_of_reason(audit::ReasonCode reason) {
  if (reason == audit::reason_none) return "";
  if (reason <= audit::reason_keypad_last) return name_of(static_cast<Reason>(reason));
  const char* name = audit::name_of_lock_reason(reason);
  return name == nullptr ? std::string_view{} : std::string_view{name};
}

namespace {

std::string detail_of_what(audit::Method method, ByteSpan what) {
  switch (method) {
    case audit::Method::kApp:
    case audit::Method::kSms: {
      const auto use = audit::decode_token_use(what);
      const bool none = std::all_of(what.begin(), what.end(), [](std::uint8_t byte) { return byte == 0; });
      if (!use || none) return {};
      return fmt::format(R"("slot":{},"generation":{},"fixed":{},"step":{})", use->slot, use->generation, use->fixed,
                         use->step);
    }
    case audit::Method::kOffline: {
      const auto use = audit::decode_offline_use(what);
      if (!use || use->family >= family_count) return {};
      return fmt::format(R"("family":"{}","class":{},"code_epoch":{},"start":{},"index":{})",
                         name_of(static_cast<Family>(use->family)), use->code_class, use->epoch, use->start, use->index);
    }
    case audit::Method::kPin: {
      const auto use = audit::decode_pin_use(what);
      if (!use || !use->known) return {};
      return fmt::format(R"("slot":{},"generation":{})", use->slot, use->generation);
    }
    case audit::Method::kPlatform: return fmt::format(R"("command":"{:016x}")", load_be<std::uint64_t>(what));
    case audit::Method::kVirtualKey: return fmt::format(R"("serial":{})", load_be<std::uint32_t>(what));
    case audit::Method::kNone:
    case audit::Method::kInside:
    case audit::Method::kFile: return {};
  }
  return {};
}

std::string object_of(std::string what, std::string rest) {
  if (!what.empty() && !rest.empty()) what += ",";
  what += rest;
  return what.empty() ? what : "{" + what + "}";
}

std::string instant_member(std::string_view name, std::uint64_t time) {
  return time == 0 ? fmt::format(R"("{}":null)", name) : fmt::format(R"("{}":"{}")", name, text_of(UnixSeconds{time}));
}

EventType type_of(audit::Kind kind) {
  switch (kind) {
    case audit::Kind::kEntryRefused: return EventType::kAccessRefused;
    case audit::Kind::kOpening: return EventType::kAccessOpening;
    case audit::Kind::kOpened: return EventType::kAccessGranted;
    case audit::Kind::kOpenFailed: return EventType::kAccessFailed;
    case audit::Kind::kClockSet: return EventType::kClockSet;
    case audit::Kind::kTimeRefused: return EventType::kClockRefused;
    case audit::Kind::kCleared: return EventType::kKeypadCleared;
    case audit::Kind::kReleased: return EventType::kKeypadReleased;
    case audit::Kind::kRestarted: return EventType::kLockRestarted;
    case audit::Kind::kActivated: return EventType::kLockActivated;
    case audit::Kind::kConfigured: return EventType::kLockConfigured;
    case audit::Kind::kRecordsLost: return EventType::kLockRecordsLost;
    case audit::Kind::kCommandRefused: return EventType::kCommandRefused;
    case audit::Kind::kBattery: return EventType::kLockBattery;
    case audit::Kind::kDoorForced: return EventType::kDoorForced;
    case audit::Kind::kDoorLeftOpen: return EventType::kDoorLeftOpen;
    case audit::Kind::kDoorClosed: return EventType::kDoorClosed;
    case audit::Kind::kTampered: return EventType::kLockTampered;
    case audit::Kind::kTamperEnded: return EventType::kLockTamperEnded;
    case audit::Kind::kGivingUp: return EventType::kLockGivingUp;
  }
  return EventType::kAccessRefused;
}

std::string detail_of_record(const audit::Record& record) {
  const ByteSpan detail{record.detail};
  const ByteSpan rest = detail.subspan(audit::what_size_bytes);
  const std::string what = detail_of_what(record.method, detail.first(audit::what_size_bytes));
  const std::uint64_t first = load_be<std::uint64_t>(detail);
  const std::uint64_t second = load_be<std::uint64_t>(detail.subspan(8));
  switch (record.kind) {
    case audit::Kind::kEntryRefused: return object_of(what, fmt::format(R"("failures":{})", load_be<std::uint16_t>(rest)));
    case audit::Kind::kOpening:
    case audit::Kind::kGivingUp:
    case audit::Kind::kCleared: return object_of(what, {});
    case audit::Kind::kOpened:
    case audit::Kind::kOpenFailed: return object_of(what, fmt::format(R"("opening":{})", load_be<std::uint32_t>(rest)));
    case audit::Kind::kClockSet: return object_of(instant_member("old", first), instant_member("new", second));
    case audit::Kind::kTimeRefused: return object_of(instant_member("clock", first), instant_member("offered", second));
    case audit::Kind::kReleased: return object_of(what, fmt::format(R"("failures":{})", load_be<std::uint16_t>(rest)));
    case audit::Kind::kRestarted:
      return fmt::format(R"({{"run_s":{},"clock_kept":{},"entry_unjudged":{}}})", first, detail[8] != 0, detail[9] != 0);
    case audit::Kind::kActivated: return fmt::format(R"({{"class":"{}"}})", detail[0] == 1 ? "protected" : "unprotected");
    case audit::Kind::kConfigured: return fmt::format(R"({{"version":{}}})", load_be<std::uint32_t>(detail));
    case audit::Kind::kRecordsLost:
      return fmt::format(R"({{"first":{},"last":{}}})", load_be<std::uint32_t>(detail),
                         load_be<std::uint32_t>(detail.subspan(4)));
    case audit::Kind::kCommandRefused: return fmt::format(R"({{"command":"{:016x}"}})", first);
    case audit::Kind::kBattery: return fmt::format(R"({{"percent":{}}})", detail[0]);
    case audit::Kind::kDoorLeftOpen:
    case audit::Kind::kDoorClosed: return fmt::format(R"({{"open_s":{}}})", load_be<std::uint32_t>(detail));
    case audit::Kind::kDoorForced:
    case audit::Kind::kTampered:
    case audit::Kind::kTamperEnded: return {};
  }
  return {};
}

}  // namespace

EventFacts facts_of(const audit::Record& record) {
  EventFacts facts;
  facts.type = type_of(record.kind);
  if (record.time != 0) facts.at = UnixSeconds{record.time};
  facts.seq = record.seq;
  facts.reason = name_of_reason(record.reason);
  if (record.method != audit::Method::kNone) facts.method = audit::name_of(record.method);
  facts.quality = name_of(record.quality);
  facts.detail = detail_of_record(record);
  return facts;
}

std::optional<EventFacts> alert_of(const audit::Record& record) {
  if (record.kind != audit::Kind::kEntryRefused) return std::nullopt;
  const ByteSpan rest = ByteSpan{record.detail}.subspan(audit::what_size_bytes);
  if (rest[2] == 0) return std::nullopt;
  EventFacts facts = facts_of(record);
  facts.type = EventType::kKeypadAlert;
  facts.reason = {};
  facts.method = {};
  facts.detail = fmt::format(R"({{"failures":{},"level":{}}})", load_be<std::uint16_t>(rest), rest[2]);
  return facts;
}

}  // namespace cardea::server
