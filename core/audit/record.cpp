// SPDX-License-Identifier: Apache-2.0
#include "core/audit/record.hpp"

namespace cardea::audit {
namespace {

bool known(ReasonCode reason) { return reason <= reason_keypad_last || name_of_lock_reason(reason) != nullptr; }

}  // namespace

RecordBytes encode(const Record& record) {
  RecordBytes out{};
  ByteWriter writer(out);
  writer.u32(record.seq);
  writer.u32(record.time);
  writer.u8(static_cast<std::uint8_t>(record.quality));
  writer.u8(static_cast<std::uint8_t>(record.kind));
  writer.u8(record.reason);
  writer.u8(static_cast<std::uint8_t>(record.method));
  writer.bytes(record.detail);
  writer.bytes(record.tag);
  return out;
}

Result<Record> decode(ByteSpan bytes) {
  ByteReader reader(bytes);
  Record record;
  record.seq = reader.u32();
  record.time = reader.u32();
  const std::uint8_t quality = reader.u8();
  const std::uint8_t kind = reader.u8();
  record.reason = reader.u8();
  const std::uint8_t method = reader.u8();
  record.detail = reader.array<detail_size_bytes>();
  record.tag = reader.array<tag_size_bytes>();
  CARDEA_TRY(reader.finish());
  if (record.seq == 0 || quality > static_cast<std::uint8_t>(ClockQuality::kLost)) return Status::kOutOfRange;
  if (kind < static_cast<std::uint8_t>(Kind::kEntryRefused) || kind > static_cast<std::uint8_t>(Kind::kGivingUp))
    return Status::kOutOfRange;
  if (method > static_cast<std::uint8_t>(Method::kVirtualKey) || !known(record.reason)) return Status::kOutOfRange;
  record.quality = static_cast<ClockQuality>(quality);
  record.kind = static_cast<Kind>(kind);
  record.method = static_cast<Method>(method);
  return record;
}

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::kEntryRefused: return "entry_refused";
    case Kind::kOpening: return "opening";
    case Kind::kOpened: return "opened";
    case Kind::kOpenFailed: return "open_failed";
    case Kind::kClockSet: return "clock_set";
    case Kind::kTimeRefused: return "time_refused";
    case Kind::kCleared: return "cleared";
    case Kind::kReleased: return "released";
    case Kind::kRestarted: return "restarted";
    case Kind::kActivated: return "activated";
    case Kind::kConfigured: return "configured";
    case Kind::kRecordsLost: return "records_lost";
    case Kind::kCommandRefused: return "command_refused";
    case Kind::kBattery: return "battery";
    case Kind::kDoorForced: return "door_forced";
    case Kind::kDoorLeftOpen: return "door_left_open";
    case Kind::kDoorClosed: return "door_closed";
    case Kind::kTampered: return "tampered";
    case Kind::kTamperEnded: return "tamper_ended";
    case Kind::kGivingUp: return "giving_up";
  }
  return "unknown";
}

const char* name_of(Method method) {
  switch (method) {
    case Method::kNone: return "none";
    case Method::kApp: return "app";
    case Method::kSms: return "sms";
    case Method::kOffline: return "offline";
    case Method::kInside: return "inside";
    case Method::kPlatform: return "platform";
    case Method::kFile: return "file";
    case Method::kPin: return "pin";
    case Method::kVirtualKey: return "virtual_key";
  }
  return "unknown";
}

const char* name_of_lock_reason(ReasonCode reason) {
  switch (reason) {
    case reason_command_stale: return "command_stale";
    case reason_command_unknown: return "command_unknown";
    case reason_log_full: return "log_full";
    case reason_motor_failed: return "motor_failed";
    case reason_not_pressed: return "not_pressed";
    case reason_records_unsent: return "records_unsent";
    default: return nullptr;
  }
}

What encode(const TokenUse& use) {
  What out{};
  ByteWriter writer(out);
  writer.u8(use.slot);
  writer.u16(use.generation);
  writer.u8(use.fixed ? 1 : 0);
  writer.u64(use.step);
  return out;
}

Result<TokenUse> decode_token_use(ByteSpan what) {
  ByteReader reader(what);
  TokenUse use;
  use.slot = reader.u8();
  use.generation = reader.u16();
  const std::uint8_t fixed = reader.u8();
  use.step = reader.u64();
  CARDEA_TRY(reader.finish());
  if (fixed > 1) return Status::kOutOfRange;
  use.fixed = fixed == 1;
  return use;
}

What encode(const PinUse& use) {
  What out{};
  ByteWriter writer(out);
  writer.u8(use.slot);
  writer.u16(use.generation);
  writer.u8(use.known ? 1 : 0);
  return out;
}

Result<PinUse> decode_pin_use(ByteSpan what) {
  ByteReader reader(what);
  PinUse use;
  use.slot = reader.u8();
  use.generation = reader.u16();
  const std::uint8_t known = reader.u8();
  reader.take(8);
  CARDEA_TRY(reader.finish());
  if (known > 1) return Status::kOutOfRange;
  use.known = known == 1;
  return use;
}

What encode(const KeyUse& use) {
  What out{};
  ByteWriter writer(out);
  writer.u32(use.serial);
  return out;
}

Result<KeyUse> decode_key_use(ByteSpan what) {
  ByteReader reader(what);
  const KeyUse use{reader.u32()};
  reader.take(8);
  CARDEA_TRY(reader.finish());
  return use;
}

What encode(const OfflineUse& use) {
  What out{};
  ByteWriter writer(out);
  writer.u8(use.family);
  writer.u8(use.code_class);
  writer.u16(use.epoch);
  writer.u32(use.start);
  writer.u32(use.index);
  return out;
}

Result<OfflineUse> decode_offline_use(ByteSpan what) {
  ByteReader reader(what);
  OfflineUse use;
  use.family = reader.u8();
  use.code_class = reader.u8();
  use.epoch = reader.u16();
  use.start = reader.u32();
  use.index = reader.u32();
  CARDEA_TRY(reader.finish());
  if (use.family > 6 && use.family != OfflineUse::family_unknown) return Status::kOutOfRange;
  return use;
}

Detail detail_of(const What& what, std::uint32_t last_four) {
  Detail out{};
  ByteWriter writer(out);
  writer.bytes(what);
  writer.u32(last_four);
  return out;
}

}  // namespace cardea::audit
