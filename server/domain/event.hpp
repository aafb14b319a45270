// SPDX-License-Identifier: Apache-2.0
#pragma once
// Events of the platform (spec/event.md §6): the header as the exact text that is kept, and the leaf over header and body.
// Pure: server/usecases/events.hpp appends them.

#include <optional>
#include <string>
#include <string_view>

#include "core/audit/record.hpp"
#include "core/crypto/provider.hpp"
#include "server/domain/id.hpp"

namespace cardea::server {

enum class EventType : std::uint8_t {
  kAccessOpening,
  kAccessGranted,
  kAccessFailed,
  kAccessRefused,
  kAccessDuress,
  kKeypadCleared,
  kKeypadReleased,
  kKeypadAlert,
  kClockSet,
  kClockRefused,
  kLockRestarted,
  kLockActivated,
  kLockConfigured,
  kLockRecordsLost,
  kLockBattery,
  kDoorForced,
  kDoorLeftOpen,
  kDoorClosed,
  kLockTampered,
  kLockTamperEnded,
  kLockGivingUp,
  kCommandAsked,
  kCommandRefused,
  kLockChainBroken,
  kLockOnline,
  kLockOffline,
  kLockReset,
  kLockReleased,
  kLockWrittenOff,
  kLockIdentityRefused,
  kPlatformRestored,
  kPlatformCertificateEnding,
  kPlatformCertificateRenewed,
  kGrantCreated,
  kGrantChanged,
  kGrantRevoked,
  kCredentialIssued,
  kCredentialRevealed,
  kCredentialPinChanged,
  kCredentialChanged,
  kCredentialRevoked,
  kCredentialEnded,
  kOperatorCreated,
  kOperatorAccepted,
  kOperatorRoleChanged,
  kOperatorScopeChanged,
  kOperatorEnded,
  kOperatorPasswordSet,
  kOperatorSecondFactorSet,
  kOperatorSecondFactorRemoved,
  kOperatorPasskeyAdded,
  kOperatorPasskeyRemoved,
  kOperatorOidcLinked,
  kOperatorOidcUnlinked,
  kScheduleCreated,
  kScheduleChanged,
  kScheduleDeleted,
  kCalendarCreated,
  kCalendarChanged,
  kCalendarDeleted,
  kKeyCreated,
  kKeyRevoked,
  kSessionStarted,
  kSessionEnded,
  kRecoveryAsked,
  kRecoveryApproved,
  kRecoveryCancelled,
  kRecoveryCompleted,
  kInvitationCreated,
  kInvitationRenewed,
  kInvitationOpened,
  kInvitationCancelled,
  kPhoneEnrolled,
  kPhoneEnded,
  kWebhookCreated,
  kWebhookDeleted,
  kWebhookDisabled,
  kAlertOpened,
  kAlertAcknowledged,
  kAlertEscalated,
  kAlertClosed,
  kAlertRuleCreated,
  kAlertRuleChanged,
  kAlertRuleDeleted,
  kLockUpdated,
  kLockUpdateFailed,
  kFirmwareMakerAdded,
  kFirmwareMakerRemoved,
  kLockBatchAdded,
  kLockBatchRemoved,
  kFirmwareImageAdded,
  kFirmwareImageRemoved,
  kCampaignCreated,
  kCampaignResumed,
  kCampaignPaused,
  kCampaignRingBegun,
  kCampaignHalted,
  kCampaignCancelled,
  kCampaignDone,
};
inline constexpr std::size_t event_type_count = static_cast<std::size_t>(EventType::kCampaignDone) + 1;
/// "access.opening", and back.
std::string_view name_of(EventType type);
std::optional<EventType> event_type_of(std::string_view name);

/// What happened, before it has a place in the log. Text members hold names from spec/event.md only, "" for none.
struct EventFacts {
  EventType type = EventType::kLockOnline;
  std::optional<UnixSeconds> at;  ///< by the lock's clock, or the platform's own; nothing when the lock's was lost
  std::optional<SiteId> site;
  std::optional<DoorId> door;
  std::optional<LockRef> lock;
  std::optional<std::uint32_t> seq;
  std::string by;     ///< whoever asked for it through the API: an id, "" for a lock or time itself
  std::string trace;  ///< of the request that brought it about; append_event() knows
  std::string_view reason;
  std::string_view method;
  std::string_view quality;
  std::string detail;  ///< a JSON object, "" for none
};

/// Where it stands in the log.
struct EventPlace {
  std::int64_t position = 0;
  EventId id;
  UnixSeconds recorded_at;
  WorkspaceId workspace;
};

/// The header: JSON without white space, members in the order of spec/event.md §6, absent ones left out.
std::string header_of(const EventPlace& place, const EventFacts& facts);

/// SHA-256(0x00 | u32 length of header | header | u32 length of body | body).
Digest leaf_of(std::string_view header, ByteSpan body);

/// One record of a lock as an event; its place in the building is the caller's to add.
EventFacts facts_of(const audit::Record& record);
/// The second event of a refusal that carries an alert (event.md §6).
std::optional<EventFacts> alert_of(const audit::Record& record);

/// "synced", "kept", "coarse", "lost".
std::string_view name_of(ClockQuality quality);
/// The name of a record's reason (event.md §3), "" for none or an unknown one.
std::string_view name_of_reason(audit::ReasonCode reason);

}  // namespace cardea::server
