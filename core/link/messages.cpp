// SPDX-License-Identifier: Apache-2.0
#include "core/link/messages.hpp"

#include "core/link/message_body.hpp"

namespace cardea::link {
namespace {

/// The message when the reader has read all of it.
template <class T>
Result<T> finished(const ByteReader& in, const T& message) {
  CARDEA_TRY(in.finish());
  return message;
}

}  // namespace

Result<MessageType> type_of(ByteSpan message) {
  if (message.empty()) return Status::kTooShort;
  const std::uint8_t type = message[0];
  const bool from_lock =
      type >= static_cast<std::uint8_t>(MessageType::kStatus) && type <= static_cast<std::uint8_t>(MessageType::kImageReport);
  const bool from_platform =
      type >= static_cast<std::uint8_t>(MessageType::kReceipt) && type <= static_cast<std::uint8_t>(MessageType::kGiveUp);
  if (!from_lock && !from_platform) return Status::kUnsupported;
  return static_cast<MessageType>(type);
}

void encode(const LockStatus& m, ByteWriter& out) {
  begin(out, MessageType::kStatus);
  out.u8(static_cast<std::uint8_t>(m.quality));
  out.u64(m.time);
  out.u32(m.error_bound_s);
  out.u32(m.applied_version);
  out.u32(m.first_seq);
  out.u32(m.last_seq);
  out.u32(m.receipt_seq);
  out.bytes(m.last_tag);
  out.u8(static_cast<std::uint8_t>(m.lock_class));
  out.u8(m.slot_count_max);
  out.u16(m.failures);
  out.u32(m.wait_s);
  out.u32(m.last_hour);
  out.u16(m.windowed_codes);
  out.u16(m.once_codes);
  out.u16(m.pool_next);
  out.u8(m.battery_percent);
  out.u8(static_cast<std::uint8_t>(m.door));
  out.u8(m.firmware_size);
  out.bytes(ByteSpan(m.firmware).first(m.firmware_size));
}

Result<LockStatus> decode_status(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kStatus);
  LockStatus m;
  const std::uint8_t quality = in.u8();
  m.time = in.u64();
  m.error_bound_s = in.u32();
  m.applied_version = in.u32();
  m.first_seq = in.u32();
  m.last_seq = in.u32();
  m.receipt_seq = in.u32();
  m.last_tag = in.array<audit::tag_size_bytes>();
  const std::uint8_t lock_class = in.u8();
  m.slot_count_max = in.u8();
  m.failures = in.u16();
  m.wait_s = in.u32();
  m.last_hour = in.u32();
  m.windowed_codes = in.u16();
  m.once_codes = in.u16();
  m.pool_next = in.u16();
  m.battery_percent = in.u8();
  const std::uint8_t door = in.u8();
  m.firmware_size = in.u8();
  if (m.firmware_size > firmware_size_bytes_max) return Status::kOutOfRange;
  const ByteSpan firmware = in.take(m.firmware_size);
  CARDEA_TRY(in.finish());
  std::copy(firmware.begin(), firmware.end(), m.firmware.begin());
  if (quality > static_cast<std::uint8_t>(ClockQuality::kLost) || lock_class > 1 || door > 2) return Status::kOutOfRange;
  if (m.battery_percent > 100 && m.battery_percent != battery_unknown) return Status::kOutOfRange;
  m.quality = static_cast<ClockQuality>(quality);
  m.lock_class = static_cast<LockClass>(lock_class);
  m.door = static_cast<DoorState>(door);
  return m;
}

void encode(const Records& m, ByteWriter& out) {
  begin(out, MessageType::kRecords);
  out.u8(static_cast<std::uint8_t>(m.count()));
  out.bytes(m.bytes);
}

Result<Records> decode_records(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kRecords);
  const std::uint8_t count = in.u8();
  CARDEA_TRY(in.status());
  if (count == 0 || count > records_count_max) return Status::kOutOfRange;
  const Records records{in.take(count * audit::record_size_bytes)};
  CARDEA_TRY(in.finish());
  const auto first = load_be<std::uint32_t>(records.record(0));
  for (std::size_t i = 1; i < records.count(); ++i)
    if (load_be<std::uint32_t>(records.record(i)) != first + i) return Status::kOutOfRange;
  return records;
}

void encode(const Applied& m, ByteWriter& out) {
  begin(out, MessageType::kApplied);
  out.u32(m.version);
  out.u8(static_cast<std::uint8_t>(m.status));
}

Result<Applied> decode_applied(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kApplied);
  const std::uint32_t version = in.u32();
  const std::uint8_t status = in.u8();
  CARDEA_TRY(in.finish());
  if (status >= status_count) return Status::kOutOfRange;
  return Applied{version, static_cast<Status>(status)};
}

void encode(const Challenge& m, ByteWriter& out) {
  begin(out, MessageType::kChallenge);
  out.u64(m.command);
  out.bytes(m.nonce);
}

Result<Challenge> decode_challenge(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kChallenge);
  const Challenge m{in.u64(), in.array<nonce_size_bytes>()};
  return finished(in, m);
}

void encode(const CommandResult& m, ByteWriter& out) {
  begin(out, MessageType::kResult);
  out.u64(m.command);
  out.u8(m.done ? 0 : 1);
  out.u8(m.reason);
}

Result<CommandResult> decode_result(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kResult);
  CommandResult m;
  m.command = in.u64();
  const std::uint8_t outcome = in.u8();
  m.reason = in.u8();
  CARDEA_TRY(in.finish());
  if (outcome > 1) return Status::kOutOfRange;
  m.done = outcome == 0;
  return m;
}

void encode(const TimeAsk& m, ByteWriter& out) {
  begin(out, MessageType::kTimeAsk);
  out.bytes(m.nonce);
}

Result<TimeAsk> decode_time_ask(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kTimeAsk);
  const TimeAsk m{in.array<nonce_size_bytes>()};
  return finished(in, m);
}

void encode(const Receipt& m, ByteWriter& out) {
  begin(out, MessageType::kReceipt);
  out.u32(m.seq);
  out.bytes(m.signature);
}

Result<Receipt> decode_receipt(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kReceipt);
  const Receipt m{in.u32(), in.array<64>()};
  return finished(in, m);
}

Bytes<receipt_input_size_bytes> receipt_input(const LockId& lock, std::uint32_t seq, const audit::Tag& tag) {
  Bytes<receipt_input_size_bytes> out{};
  ByteWriter writer(out);
  writer.bytes(ascii("cardea.receipt.v1"));
  writer.bytes(lock.value);
  writer.u32(seq);
  writer.bytes(tag);
  return out;
}

void encode(const Fetch& m, ByteWriter& out) {
  begin(out, MessageType::kFetch);
  out.u32(m.from);
}

Result<Fetch> decode_fetch(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kFetch);
  const Fetch m{in.u32()};
  return finished(in, m);
}

void encode(const Desired& m, ByteWriter& out) {
  begin(out, MessageType::kDesired);
  out.u32(m.version);
  out.bytes(m.snapshot);
}

Result<Desired> decode_desired(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kDesired);
  const std::uint32_t version = in.u32();
  CARDEA_TRY(in.status());
  return Desired{version, in.rest()};
}

void encode(const Command& m, ByteWriter& out) {
  begin(out, MessageType::kCommand);
  out.u64(m.command);
  out.u8(static_cast<std::uint8_t>(m.action));
}

Result<Command> decode_command(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kCommand);
  const std::uint64_t command = in.u64();
  const std::uint8_t action = in.u8();
  CARDEA_TRY(in.finish());
  if (action < static_cast<std::uint8_t>(Action::kUnlock) || action > static_cast<std::uint8_t>(Action::kGiveUp))
    return Status::kOutOfRange;
  return Command{command, static_cast<Action>(action)};
}

namespace {

void write(const Run& m, ByteWriter& out) {
  out.u64(m.command);
  out.bytes(m.nonce);
  out.u8(m.valid_s);
}

Run read_run(ByteReader& in) { return {in.u64(), in.array<nonce_size_bytes>(), in.u8()}; }

bool in_range(const Run& m) { return m.valid_s != 0 && m.valid_s <= run_valid_s_max; }

}  // namespace

void encode(const Run& m, ByteWriter& out) {
  begin(out, MessageType::kRun);
  write(m, out);
}

Result<Run> decode_run(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kRun);
  const Run m = read_run(in);
  CARDEA_TRY(in.finish());
  if (!in_range(m)) return Status::kOutOfRange;
  return m;
}

void encode(const GiveUp& m, ByteWriter& out) {
  begin(out, MessageType::kGiveUp);
  write(m.run, out);
  out.bytes(m.claim_secret.bytes());
}

Result<GiveUp> decode_give_up(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kGiveUp);
  GiveUp m{.run = read_run(in), .claim_secret = {}};
  m.claim_secret = Secret<16>(in.array<16>());
  CARDEA_TRY(in.finish());
  if (!in_range(m.run)) return Status::kOutOfRange;
  return m;
}

void encode(const Time& m, ByteWriter& out) {
  begin(out, MessageType::kTime);
  out.bytes(m.nonce);
  out.u64(m.time);
  out.u32(m.uncertainty_ms);
}

Result<Time> decode_time(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kTime);
  const Time m{in.array<nonce_size_bytes>(), in.u64(), in.u32()};
  return finished(in, m);
}

}  // namespace cardea::link
