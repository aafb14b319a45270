// SPDX-License-Identifier: Apache-2.0
#pragma once
// The messages inside a record or a file. Bytes: spec/link.md §3 and §4.
//
// Each message has encode(message, writer), which writes its type byte and body, and is read by dispatching on type_of() and
// calling the decoder of that type with the whole message. Decoders say kTooShort, kMalformed (bytes left over) or kOutOfRange;
// spans in a decoded message point into the input.

#include "core/audit/record.hpp"
#include "core/base/secret.hpp"
#include "core/link/key.hpp"
#include "core/link/snapshot.hpp"

namespace cardea::link {

enum class MessageType : std::uint8_t {
  kStatus = 0x20,
  kRecords = 0x21,
  kApplied = 0x22,
  kChallenge = 0x23,
  kResult = 0x24,
  kTimeAsk = 0x25,
  kImageWant = 0x26,  ///< this and the other three: core/update/messages.hpp
  kImageReport = 0x27,
  kReceipt = 0x40,
  kFetch = 0x41,
  kDesired = 0x42,
  kCommand = 0x43,
  kRun = 0x44,
  kTime = 0x45,
  kImageOffer = 0x46,
  kImagePiece = 0x47,
  kGiveUp = 0x48,
};
/// A message is the plain text of one record.
inline constexpr std::size_t message_size_bytes_max = session::record_plain_size_bytes_max;

/// kTooShort for an empty message, kUnsupported for a type that is not in the table.
Result<MessageType> type_of(ByteSpan message);

inline constexpr std::size_t firmware_size_bytes_max = 32;
inline constexpr std::size_t records_count_max = 64;
inline constexpr std::size_t records_in_flight_max = 256;  ///< L4
inline constexpr std::uint32_t keypad_off_wait_s = 0xffffffff;
inline constexpr std::uint8_t battery_unknown = 255;
inline constexpr std::uint8_t run_valid_s_max = 30;          ///< L7
inline constexpr std::uint32_t status_interval_s = 60;       ///< L9
inline constexpr std::uint32_t offline_after_s = 150;        ///< L9
inline constexpr std::uint32_t time_interval_s = 6 * 3'600;  ///< L8
inline constexpr std::uint32_t time_round_trip_s_max = 60;   ///< L8

enum class DoorState : std::uint8_t { kUnknown = 0, kClosed = 1, kOpen = 2 };

struct LockStatus {
  ClockQuality quality = ClockQuality::kLost;
  std::uint64_t time = 0;
  std::uint32_t error_bound_s = 0;
  std::uint32_t applied_version = 0;
  std::uint32_t first_seq = 0;
  std::uint32_t last_seq = 0;
  std::uint32_t receipt_seq = 0;
  audit::Tag last_tag{};
  LockClass lock_class = LockClass::kUnprotected;
  std::uint8_t slot_count_max = 0;
  std::uint16_t failures = 0;
  std::uint32_t wait_s = 0;
  std::uint32_t last_hour = 0;
  std::uint16_t windowed_codes = 0;  ///< timed and exclusive codes in memory
  std::uint16_t once_codes = 0;
  std::uint16_t pool_next = 0;  ///< newest used pool index + 1
  std::uint8_t battery_percent = battery_unknown;
  DoorState door = DoorState::kUnknown;
  std::uint8_t firmware_size = 0;
  Bytes<firmware_size_bytes_max> firmware{};
};
void encode(const LockStatus& message, ByteWriter& out);
Result<LockStatus> decode_status(ByteSpan message);

/// `bytes` is count × 44 bytes.
struct Records {
  ByteSpan bytes;
  [[nodiscard]] std::size_t count() const { return bytes.size() / audit::record_size_bytes; }
  [[nodiscard]] ByteSpan record(std::size_t i) const {
    return bytes.subspan(i * audit::record_size_bytes, audit::record_size_bytes);
  }
};
void encode(const Records& message, ByteWriter& out);
Result<Records> decode_records(ByteSpan message);

struct Applied {
  std::uint32_t version = 0;
  Status status = Status::kOk;
};
void encode(const Applied& message, ByteWriter& out);
Result<Applied> decode_applied(ByteSpan message);

struct Challenge {
  std::uint64_t command = 0;
  Nonce nonce{};
};
void encode(const Challenge& message, ByteWriter& out);
Result<Challenge> decode_challenge(ByteSpan message);

struct CommandResult {
  std::uint64_t command = 0;
  bool done = false;
  audit::ReasonCode reason = audit::reason_none;
};
void encode(const CommandResult& message, ByteWriter& out);
Result<CommandResult> decode_result(ByteSpan message);

struct TimeAsk {
  Nonce nonce{};
};
void encode(const TimeAsk& message, ByteWriter& out);
Result<TimeAsk> decode_time_ask(ByteSpan message);

struct Receipt {
  std::uint32_t seq = 0;
  P256Signature signature{};
};
void encode(const Receipt& message, ByteWriter& out);
Result<Receipt> decode_receipt(ByteSpan message);

/// What a receipt signs: "cardea.receipt.v1" | lock_id | u32 seq | tag (event.md §5).
inline constexpr std::size_t receipt_input_size_bytes = 17 + lock_id_size_bytes + 4 + audit::tag_size_bytes;
Bytes<receipt_input_size_bytes> receipt_input(const LockId& lock, std::uint32_t seq, const audit::Tag& tag);

struct Fetch {
  std::uint32_t from = 0;
};
void encode(const Fetch& message, ByteWriter& out);
Result<Fetch> decode_fetch(ByteSpan message);

/// `snapshot` is the encoded snapshot; decode(snapshot, lock_class, …) reads it.
struct Desired {
  std::uint32_t version = 0;
  ByteSpan snapshot;
};
void encode(const Desired& message, ByteWriter& out);
Result<Desired> decode_desired(ByteSpan message);

enum class Action : std::uint8_t { kUnlock = 1, kReleaseKeypad = 2, kGiveUp = 3 };
struct Command {
  std::uint64_t command = 0;
  Action action = Action::kUnlock;
};
void encode(const Command& message, ByteWriter& out);
Result<Command> decode_command(ByteSpan message);

struct Run {
  std::uint64_t command = 0;
  Nonce nonce{};
  std::uint8_t valid_s = 0;
};
void encode(const Run& message, ByteWriter& out);
Result<Run> decode_run(ByteSpan message);

/// What says *run* to a lock that is to give itself up (activation.md §4), with the claim secret that it is to have.
struct GiveUp {
  Run run;
  Secret<16> claim_secret;
};
void encode(const GiveUp& message, ByteWriter& out);
Result<GiveUp> decode_give_up(ByteSpan message);

struct Time {
  Nonce nonce{};
  std::uint64_t time = 0;
  std::uint32_t uncertainty_ms = 0;
};
void encode(const Time& message, ByteWriter& out);
Result<Time> decode_time(ByteSpan message);

}  // namespace cardea::link
