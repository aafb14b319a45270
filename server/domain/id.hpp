// SPDX-License-Identifier: Apache-2.0
#pragma once
// Ids: 16 bytes in the store and on the link, a prefix and 32 hex digits everywhere a person may see them:
// "door_0193f0c27d1e7c3b9a550c0ffee0d00d". Made by the platform they are UUIDv7 (RFC 9562), so they sort by their time of
// making; a lock's is its public lock_id. One type a kind: a door's id is never taken for a person's.

#include <compare>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/lock_id.hpp"

namespace cardea::server {

/// 32 lower-case hex digits, and back: kMalformed for anything else.
std::string hex_of(ByteSpan bytes);
Status parse_hex(std::string_view text, MutableByteSpan out);

/// A new UUIDv7: 48 bits of milliseconds, 74 random bits.
Bytes<16> make_uuid_v7();

template <class Kind>
struct Id {
  Bytes<16> bytes{};
  auto operator<=>(const Id&) const = default;

  static Id make() { return {make_uuid_v7()}; }
  /// kMalformed unless `text` is this kind's prefix, "_" and 32 lower-case hex digits.
  static Result<Id> parse(std::string_view text) {
    constexpr std::string_view prefix = Kind::prefix;
    if (!text.starts_with(prefix) || text.size() != prefix.size() + 33 || text[prefix.size()] != '_') return Status::kMalformed;
    Id id;
    CARDEA_TRY(parse_hex(text.substr(prefix.size() + 1), id.bytes));
    return id;
  }
  [[nodiscard]] std::string text() const { return std::string(Kind::prefix) + "_" + hex_of(bytes); }
};

struct WorkspaceKind {
  static constexpr std::string_view prefix = "workspace";
};
struct ApiKeyKind {
  static constexpr std::string_view prefix = "key";
};
struct OperatorKind {
  static constexpr std::string_view prefix = "operator";
};
struct SessionKind {
  static constexpr std::string_view prefix = "session";
};
struct PasskeyKind {
  static constexpr std::string_view prefix = "passkey";
};
struct SiteKind {
  static constexpr std::string_view prefix = "site";
};
struct DoorKind {
  static constexpr std::string_view prefix = "door";
};
struct LockKind {
  static constexpr std::string_view prefix = "lock";
};
struct PersonKind {
  static constexpr std::string_view prefix = "person";
};
struct GrantKind {
  static constexpr std::string_view prefix = "grant";
};
struct CredentialKind {
  static constexpr std::string_view prefix = "credential";
};
struct CommandKind {
  static constexpr std::string_view prefix = "command";
};
struct EventKind {
  static constexpr std::string_view prefix = "event";
};
struct MessageKind {
  static constexpr std::string_view prefix = "message";
};  // of the outbox
struct ScheduleKind {
  static constexpr std::string_view prefix = "schedule";
};
struct CalendarKind {
  static constexpr std::string_view prefix = "calendar";
};
struct InvitationKind {
  static constexpr std::string_view prefix = "invitation";
};
struct PhoneKind {
  static constexpr std::string_view prefix = "phone";
};
struct WebhookKind {
  static constexpr std::string_view prefix = "webhook";
};
struct AlertKind {
  static constexpr std::string_view prefix = "alert";
};
struct AlertRuleKind {
  static constexpr std::string_view prefix = "rule";
};
struct FirmwareMakerKind {
  static constexpr std::string_view prefix = "maker";
};
struct FirmwareImageKind {
  static constexpr std::string_view prefix = "image";
};
struct LockBatchKind {
  static constexpr std::string_view prefix = "batch";
};
struct CampaignKind {
  static constexpr std::string_view prefix = "campaign";
};

using WorkspaceId = Id<WorkspaceKind>;
using ApiKeyId = Id<ApiKeyKind>;
using OperatorId = Id<OperatorKind>;
using SessionId = Id<SessionKind>;
using PasskeyId = Id<PasskeyKind>;
using SiteId = Id<SiteKind>;
using DoorId = Id<DoorKind>;
using LockRef = Id<LockKind>;  // core's LockId, in the server's clothes
using PersonId = Id<PersonKind>;
using GrantId = Id<GrantKind>;
using CredentialId = Id<CredentialKind>;
using CommandId = Id<CommandKind>;
using EventId = Id<EventKind>;
using MessageId = Id<MessageKind>;
using ScheduleId = Id<ScheduleKind>;
using CalendarId = Id<CalendarKind>;
using InvitationId = Id<InvitationKind>;
using PhoneId = Id<PhoneKind>;
using WebhookId = Id<WebhookKind>;
using AlertId = Id<AlertKind>;
using AlertRuleId = Id<AlertRuleKind>;
using FirmwareMakerId = Id<FirmwareMakerKind>;
using FirmwareImageId = Id<FirmwareImageKind>;
using LockBatchId = Id<LockBatchKind>;
using CampaignId = Id<CampaignKind>;

inline LockRef lock_ref(const LockId& id) { return {id.value}; }
inline LockId lock_id(const LockRef& ref) { return {ref.bytes}; }

}  // namespace cardea::server

template <class Kind>
struct std::hash<cardea::server::Id<Kind>> {
  std::size_t operator()(const cardea::server::Id<Kind>& id) const noexcept {
    // The low half of an id is random.
    return static_cast<std::size_t>(cardea::load_be<std::uint64_t>(cardea::ByteSpan(id.bytes).subspan(8)));
  }
};
