// SPDX-License-Identifier: Apache-2.0
#pragma once
// The audit record of a lock, as bytes and back. Format, kinds and details: spec/event.md §1 to §3.

#include "core/base/bytes.hpp"
#include "core/base/lock_id.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace cardea::audit {

inline constexpr std::size_t record_size_bytes = 44;
inline constexpr std::size_t covered_size_bytes = 28;  ///< what the tag covers: all before it
inline constexpr std::size_t tag_size_bytes = 16;
inline constexpr std::size_t detail_size_bytes = 16;
inline constexpr std::size_t what_size_bytes = 12;

using Tag = Bytes<tag_size_bytes>;
using Detail = Bytes<detail_size_bytes>;
using What = Bytes<what_size_bytes>;
using RecordBytes = Bytes<record_size_bytes>;

enum class Kind : std::uint8_t {
  kEntryRefused = 1,
  kOpening,
  kOpened,
  kOpenFailed,
  kClockSet,
  kTimeRefused,
  kCleared,
  kReleased,
  kRestarted,
  kActivated,
  kConfigured,
  kRecordsLost,
  kCommandRefused,
  kBattery,
  kDoorForced,
  kDoorLeftOpen,
  kDoorClosed,
  kTampered,
  kTamperEnded,
  kGivingUp,
};

enum class Method : std::uint8_t { kNone = 0, kApp, kSms, kOffline, kInside, kPlatform, kFile, kPin, kVirtualKey };

/// A refusal's reason as a number on the wire; 0 is none. 1..18 are the keypad's (core/decide/reason.hpp), these come after
/// them.
using ReasonCode = std::uint8_t;
inline constexpr ReasonCode reason_none = 0;
inline constexpr ReasonCode reason_keypad_last = 18;
inline constexpr ReasonCode reason_command_stale = 32;
inline constexpr ReasonCode reason_command_unknown = 33;
inline constexpr ReasonCode reason_log_full = 34;
inline constexpr ReasonCode reason_motor_failed = 35;
inline constexpr ReasonCode reason_not_pressed = 36;
inline constexpr ReasonCode reason_records_unsent = 37;

struct Record {
  std::uint32_t seq = 0;
  std::uint32_t time = 0;  ///< unix seconds, 0 when the clock is lost
  ClockQuality quality = ClockQuality::kLost;
  Kind kind = Kind::kRestarted;
  ReasonCode reason = reason_none;
  Method method = Method::kNone;
  Detail detail{};
  Tag tag{};
};

/// Writes a record's 44 bytes. Never fails: the type holds only what the format can say.
RecordBytes encode(const Record& record);

/// Reads a record. kTooShort or kMalformed for another length, kOutOfRange for seq 0 or an unknown quality, kind, reason or
/// method (event.md E1). The tag is not checked: that is Chain's.
Result<Record> decode(ByteSpan bytes);

/// "entry_refused", and so on, as event.md §2 has them.
const char* name_of(Kind kind);
/// "app", "sms", "offline", "inside", "platform", "file", "pin", "virtual_key", "none".
const char* name_of(Method method);
/// The names of the reasons after the keypad's: "command_stale" …; nullptr for any other.
const char* name_of_lock_reason(ReasonCode reason);

/// What was asked for with a one-time code; all zero when no slot matched.
struct TokenUse {
  std::uint8_t slot = 0;
  std::uint16_t generation = 0;
  bool fixed = false;
  std::uint64_t step = 0;
};
What encode(const TokenUse& use);
Result<TokenUse> decode_token_use(ByteSpan what);

/// What was asked for with a PIN. `known`: false when it was that of no slot.
struct PinUse {
  std::uint8_t slot = 0;
  std::uint16_t generation = 0;
  bool known = false;
};
What encode(const PinUse& use);
Result<PinUse> decode_pin_use(ByteSpan what);

/// What was asked for with a virtual key.
struct KeyUse {
  std::uint32_t serial = 0;
};
What encode(const KeyUse& use);
Result<KeyUse> decode_key_use(ByteSpan what);

/// What was asked for with an offline code. family 255: the number did not decode to a code.
struct OfflineUse {
  static constexpr std::uint8_t family_unknown = 255;
  std::uint8_t family = family_unknown;
  std::uint8_t code_class = 0;
  std::uint16_t epoch = 0;
  std::uint32_t start = 0;
  std::uint32_t index = 0;
};
What encode(const OfflineUse& use);
Result<OfflineUse> decode_offline_use(ByteSpan what);

/// `what` in front of the 4 bytes that the kind adds: failures and alert of a refusal, or the intention's number.
Detail detail_of(const What& what, std::uint32_t last_four = 0);
inline Detail detail_of_refusal(const What& what, std::uint16_t failures, std::uint8_t alert) {
  return detail_of(what, (static_cast<std::uint32_t>(failures) << 16) | (static_cast<std::uint32_t>(alert) << 8));
}

}  // namespace cardea::audit
