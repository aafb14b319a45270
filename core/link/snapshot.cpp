// SPDX-License-Identifier: Apache-2.0
#include "core/link/snapshot.hpp"

#include <algorithm>

namespace cardea::link {
namespace {

constexpr std::uint8_t format_plain = 1;
constexpr std::uint8_t format_with_rules = 2;
constexpr std::uint8_t format_with_pins = 3;
constexpr std::uint8_t flag_only_keypad = 0x01;
constexpr std::uint8_t flag_refuse_when_log_full = 0x02;
constexpr std::uint8_t slot_flag_fixed = 0x01;
constexpr std::uint8_t slot_flag_sms = 0x02;
constexpr std::uint8_t slot_flag_rule = 0x04;
constexpr std::uint8_t slot_flag_pin = 0x08;
constexpr std::uint32_t year_s = 366u * 86'400u;

template <class T>
bool within(T value, T low, T high) {
  return value >= low && value <= high;
}

Status check(const Settings& s) {
  const bool good = within<std::uint8_t>(s.codes.otp_digits, 6, 8) && within<std::uint8_t>(s.codes.code_digits, 9, 12) &&
                    within<std::uint32_t>(s.codes.activation_window_s, 1, year_s) &&
                    within<std::uint32_t>(s.time_step_max_s, 60, year_s) && within<std::uint16_t>(s.open_ms, 100, 10'000);
  return good ? Status::kOk : Status::kOutOfRange;
}

bool needs_rules(const Snapshot& snapshot) {
  if (snapshot.schedules.count() > 0) return true;
  for (std::size_t i = 0; i < snapshot.slot_count; ++i)
    if (snapshot.slots[i].rule.says_anything()) return true;
  return false;
}

bool needs_pins(const Snapshot& snapshot) {
  const auto slots = std::span(snapshot.slots).first(snapshot.slot_count);
  return std::any_of(slots.begin(), slots.end(), [](const SnapshotSlot& slot) { return slot.pin; });
}

std::uint8_t format_of(const Snapshot& snapshot) {
  if (needs_pins(snapshot)) return format_with_pins;
  return needs_rules(snapshot) ? format_with_rules : format_plain;
}

/// pin.md P1, P7.
Status check_pins(const Snapshot& snapshot, LockClass lock_class) {
  if (!needs_pins(snapshot)) return Status::kOk;
  const cardea::Settings& codes = snapshot.settings.codes;
  if (lock_class != LockClass::kProtected) return Status::kOutOfRange;
  if (!is_pin_length(codes.pin_digits, codes.otp_digits, codes.code_digits)) return Status::kOutOfRange;
  for (std::size_t i = 0; i < snapshot.slot_count; ++i) {
    const SnapshotSlot& slot = snapshot.slots[i];
    if (slot.pin && (slot.fixed || slot.sms)) return Status::kMalformed;
    for (std::size_t j = 0; j < i; ++j)
      if (slot.pin && snapshot.slots[j].pin && equal_constant_time(slot.pin_digest, snapshot.slots[j].pin_digest))
        return Status::kMalformed;
  }
  return Status::kOk;
}

Status check_rule(const Snapshot& snapshot, const SlotRule& rule) {
  return rule.schedule <= snapshot.schedules.count() ? Status::kOk : Status::kOutOfRange;
}
Status check_rules(const Snapshot& snapshot) {
  for (std::size_t i = 0; i < snapshot.slot_count; ++i) CARDEA_TRY(check_rule(snapshot, snapshot.slots[i].rule));
  return Status::kOk;
}

void encode_settings(const Settings& s, std::uint8_t format, ByteWriter& out) {
  out.u8(format);
  out.u8(s.codes.otp_digits);
  out.u8(s.codes.code_digits);
  out.u16(s.codes.code_epoch);
  out.u32(s.codes.activation_window_s);
  out.u8(static_cast<std::uint8_t>((s.codes.only_keypad ? flag_only_keypad : 0) |
                                   (s.refuse_when_log_full ? flag_refuse_when_log_full : 0)));
  out.u32(s.time_step_max_s);
  out.u16(s.open_ms);
  if (format == format_with_pins) out.u8(s.codes.pin_digits);
}

Status decode_settings(ByteReader& in, std::uint8_t& format, Settings& s) {
  format = in.u8();
  s.codes.otp_digits = in.u8();
  s.codes.code_digits = in.u8();
  s.codes.code_epoch = in.u16();
  s.codes.activation_window_s = in.u32();
  const std::uint8_t flags = in.u8();
  s.time_step_max_s = in.u32();
  s.open_ms = in.u16();
  s.codes.pin_digits = format == format_with_pins ? in.u8() : std::uint8_t{0};
  CARDEA_TRY(in.status());
  if (format < format_plain || format > format_with_pins) return Status::kUnsupported;
  if ((flags & ~(flag_only_keypad | flag_refuse_when_log_full)) != 0) return Status::kMalformed;
  s.codes.only_keypad = (flags & flag_only_keypad) != 0;
  s.refuse_when_log_full = (flags & flag_refuse_when_log_full) != 0;
  return check(s);
}

void encode_slot(const SnapshotSlot& slot, LockClass lock_class, ByteWriter& out) {
  out.u8(slot.number);
  out.u16(slot.generation);
  out.u8(static_cast<std::uint8_t>((slot.fixed ? slot_flag_fixed : 0) | (slot.sms ? slot_flag_sms : 0) |
                                   (slot.rule.says_anything() ? slot_flag_rule : 0) | (slot.pin ? slot_flag_pin : 0)));
  if (slot.rule.says_anything()) encode(slot.rule, out);
  if (slot.fixed && lock_class == LockClass::kUnprotected) out.bytes(slot.fixed_key.bytes());
  if (slot.pin) out.bytes(slot.pin_digest);
}

Status decode_slot(ByteReader& in, std::uint8_t format, LockClass lock_class, SnapshotSlot& slot) {
  slot.number = in.u8();
  slot.generation = in.u16();
  const std::uint8_t flags = in.u8();
  const int known = slot_flag_fixed | slot_flag_sms | (format != format_plain ? slot_flag_rule : 0) |
                    (format == format_with_pins ? slot_flag_pin : 0);
  if ((flags & ~known) != 0) return Status::kMalformed;
  slot.rule = {};
  if ((flags & slot_flag_rule) != 0) CARDEA_TRY(decode(in, slot.rule));
  slot.fixed = (flags & slot_flag_fixed) != 0;
  slot.sms = (flags & slot_flag_sms) != 0;
  slot.pin = (flags & slot_flag_pin) != 0;
  slot.fixed_key = slot.fixed && lock_class == LockClass::kUnprotected ? KeyBytes(in.array<32>()) : KeyBytes();
  slot.pin_digest = slot.pin ? in.array<pin_digest_size_bytes>() : PinDigest{};
  return in.status();
}

}  // namespace

Status encode(const Snapshot& snapshot, LockClass lock_class, ByteWriter& out) {
  CARDEA_TRY(check(snapshot.settings));
  if (snapshot.slot_count > snapshot_slot_count_max || snapshot.hour_count > snapshot_hour_count_max)
    return Status::kOutOfRange;
  if (lock_class == LockClass::kProtected && (snapshot.hour_count != 0 || snapshot.first_hour != 0)) return Status::kOutOfRange;
  CARDEA_TRY(check_rules(snapshot));
  CARDEA_TRY(check_pins(snapshot, lock_class));
  const std::uint8_t format = format_of(snapshot);
  encode_settings(snapshot.settings, format, out);
  out.u8(snapshot.slot_count);
  for (std::size_t i = 0; i < snapshot.slot_count; ++i) {
    if (i > 0 && snapshot.slots[i].number <= snapshot.slots[i - 1].number) return Status::kOutOfRange;
    encode_slot(snapshot.slots[i], lock_class, out);
  }
  out.u32(snapshot.first_hour);
  out.u8(snapshot.hour_count);
  for (std::size_t i = 0; i < snapshot.hour_count; ++i) out.bytes(snapshot.hours[i].bytes());
  if (format != format_plain) {
    out.u16(static_cast<std::uint16_t>(snapshot.schedules.bytes().size()));
    out.bytes(snapshot.schedules.bytes());
  }
  return out.status();
}

Status decode(ByteSpan bytes, LockClass lock_class, Snapshot& out) {
  ByteReader in(bytes);
  std::uint8_t format = 0;
  CARDEA_TRY(decode_settings(in, format, out.settings));
  out.slot_count = in.u8();
  if (out.slot_count > snapshot_slot_count_max) return Status::kOutOfRange;
  for (std::size_t i = 0; i < out.slot_count; ++i) {
    CARDEA_TRY(decode_slot(in, format, lock_class, out.slots[i]));
    if (i > 0 && out.slots[i].number <= out.slots[i - 1].number) return Status::kMalformed;
  }
  out.first_hour = in.u32();
  out.hour_count = in.u8();
  if (out.hour_count > snapshot_hour_count_max) return Status::kOutOfRange;
  if (lock_class == LockClass::kProtected && (out.hour_count != 0 || out.first_hour != 0)) return Status::kOutOfRange;
  for (std::size_t i = 0; i < out.hour_count; ++i) out.hours[i] = KeyBytes(in.array<32>());
  const std::size_t schedules_size = format != format_plain ? in.u16() : 0;
  const ByteSpan schedules = in.take(schedules_size);
  CARDEA_TRY(in.finish());
  CARDEA_TRY(out.schedules.assign(schedules));
  if (format != format_of(out)) return Status::kMalformed;
  CARDEA_TRY(check_pins(out, lock_class));
  return check_rules(out);
}

}  // namespace cardea::link
