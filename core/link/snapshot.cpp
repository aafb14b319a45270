// SPDX-License-Identifier: Apache-2.0
#include "core/link/snapshot.hpp"

#include <algorithm>

namespace cardea::link {
namespace {

constexpr std::uint8_t format_plain = 1;
constexpr std::uint8_t format_with_rules = 2;
constexpr std::uint8_t format_with_pins = 3;
constexpr std::uint8_t format_with_keys = 4;
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

/// The lowest format that says it all.
std::uint8_t format_for(bool takes_keys, bool has_pins, bool has_rules) {
  if (takes_keys) return format_with_keys;
  if (has_pins) return format_with_pins;
  return has_rules ? format_with_rules : format_plain;
}

/// What the slots of a snapshot ask of the rest of it.
struct SlotNeeds {
  std::uint8_t schedule_max = 0;
  bool pins = false;
  bool rules = false;
};

/// Reads all of `slots`.
Status check_slots(SlotReader& slots, SlotNeeds& needs) {
  int number_before = -1;
  for (SnapshotSlot slot; !slots.at_end(); number_before = slot.number) {
    CARDEA_TRY(slots.next(slot));
    if (slot.number <= number_before || (slot.pin && (slot.fixed || slot.sms))) return Status::kMalformed;
    needs.schedule_max = std::max(needs.schedule_max, slot.rule.schedule);
    needs.pins = needs.pins || slot.pin;
    needs.rules = needs.rules || slot.rule.says_anything();
  }
  return Status::kOk;
}

/// pin.md P7: no two PINs are the same. What was read has passed decode_slot() once.
bool has_equal_pins(const SlotReader& slots) {
  SnapshotSlot slot;
  SnapshotSlot other;
  for (SlotReader left = slots; !left.at_end();) {
    if (left.next(slot) != Status::kOk || !slot.pin) continue;
    for (SlotReader others = left; !others.at_end();)
      if (others.next(other) == Status::kOk && other.pin && equal_constant_time(slot.pin_digest, other.pin_digest)) return true;
  }
  return false;
}

/// pin.md P1, P7.
Status check_pins(const SnapshotView& snapshot, bool has_pins, LockClass lock_class) {
  const cardea::Settings& codes = snapshot.settings.codes;
  const bool legal = is_pin_length(codes.pin_digits, codes.otp_digits, codes.code_digits);
  if (!has_pins) return codes.pin_digits == 0 || legal || !snapshot.takes_keys ? Status::kOk : Status::kOutOfRange;
  if (lock_class != LockClass::kProtected || !legal) return Status::kOutOfRange;
  return has_equal_pins(snapshot.slots) ? Status::kMalformed : Status::kOk;
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
  if (format >= format_with_pins) out.u8(s.codes.pin_digits);
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
  s.codes.pin_digits = format >= format_with_pins ? in.u8() : std::uint8_t{0};
  CARDEA_TRY(in.status());
  if (format < format_plain || format > format_with_keys) return Status::kUnsupported;
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
                    (format >= format_with_pins ? slot_flag_pin : 0);
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

Status SlotReader::next(SnapshotSlot& slot) {
  CARDEA_ASSERT(left_ > 0);
  ByteReader in(rest_);
  const Status status = decode_slot(in, format_, lock_class_, slot);
  left_ = status == Status::kOk ? static_cast<std::uint8_t>(left_ - 1) : std::uint8_t{0};
  rest_ = in.rest();
  return status;
}

Status encode(const Snapshot& snapshot, LockClass lock_class, ByteWriter& out) {
  if (snapshot.slot_count > snapshot_slot_count_max || snapshot.hour_count > snapshot_hour_count_max)
    return Status::kOutOfRange;
  const auto slots = std::span(snapshot.slots).first(snapshot.slot_count);
  const bool has_pins = std::ranges::any_of(slots, &SnapshotSlot::pin);
  const bool has_rules = snapshot.schedules.count() > 0 ||
                         std::ranges::any_of(slots, [](const SnapshotSlot& slot) { return slot.rule.says_anything(); });
  const std::uint8_t format = format_for(snapshot.takes_keys, has_pins, has_rules);
  const std::size_t begin = out.size();
  encode_settings(snapshot.settings, format, out);
  out.u8(snapshot.slot_count);
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (i > 0 && slots[i].number <= slots[i - 1].number) return Status::kOutOfRange;
    encode_slot(slots[i], lock_class, out);
  }
  out.u32(snapshot.first_hour);
  out.u8(snapshot.hour_count);
  for (std::size_t i = 0; i < snapshot.hour_count; ++i) out.bytes(snapshot.hours[i].bytes());
  if (format != format_plain) {
    out.u16(static_cast<std::uint16_t>(snapshot.schedules.bytes().size()));
    out.bytes(snapshot.schedules.bytes());
  }
  if (snapshot.takes_keys) {
    out.bytes(snapshot.grant_key);
    CARDEA_TRY(grant::encode(snapshot.denials, out));
  }
  CARDEA_TRY(out.status());
  return SnapshotView().read(out.written().subspan(begin), lock_class);  // what no lock would take is never sent
}

Status SnapshotView::read(ByteSpan bytes, LockClass lock_class) {
  ByteReader in(bytes);
  std::uint8_t format = 0;
  CARDEA_TRY(decode_settings(in, format, settings));
  const std::uint8_t slot_count = in.u8();
  if (slot_count > snapshot_slot_count_max) return Status::kOutOfRange;
  slots = SlotReader(in.rest(), slot_count, format, lock_class);
  SlotReader left = slots;
  SlotNeeds needs;
  CARDEA_TRY(check_slots(left, needs));
  in = ByteReader(left.rest());
  first_hour = in.u32();
  hour_count = in.u8();
  if (hour_count > snapshot_hour_count_max) return Status::kOutOfRange;
  if (lock_class == LockClass::kProtected && (hour_count != 0 || first_hour != 0)) return Status::kOutOfRange;
  hours = in.take(hour_count * KeyBytes::size_bytes);
  schedules = in.take(format != format_plain ? in.u16() : 0);
  takes_keys = format == format_with_keys;
  grant_key = in.take(takes_keys ? sizeof(P256Point) : 0);
  denials = {};
  if (takes_keys) CARDEA_TRY(grant::decode(in, denials));
  CARDEA_TRY(in.finish());
  CARDEA_TRY(ScheduleSet::check(schedules));
  const std::uint8_t schedule_count = schedules.empty() ? std::uint8_t{0} : schedules[0];
  if (format != format_for(takes_keys, needs.pins, needs.rules || schedule_count > 0)) return Status::kMalformed;
  CARDEA_TRY(check_pins(*this, needs.pins, lock_class));
  return needs.schedule_max <= schedule_count ? Status::kOk : Status::kOutOfRange;
}

Status decode(ByteSpan bytes, LockClass lock_class, Snapshot& out) {
  SnapshotView view;
  CARDEA_TRY(view.read(bytes, lock_class));
  return copy(view, out);
}

Status copy(const SnapshotView& view, Snapshot& out) {
  out.settings = view.settings;
  out.slot_count = 0;
  for (SlotReader slots = view.slots; !slots.at_end();) CARDEA_TRY(slots.next(out.slots[out.slot_count++]));
  out.first_hour = view.first_hour;
  out.hour_count = view.hour_count;
  ByteReader hours(view.hours);
  for (std::size_t i = 0; i < out.hour_count; ++i) out.hours[i] = KeyBytes(hours.array<KeyBytes::size_bytes>());
  CARDEA_TRY(out.schedules.assign(view.schedules));
  out.takes_keys = view.takes_keys;
  out.grant_key = {};
  std::ranges::copy(view.grant_key, out.grant_key.begin());
  out.denials = view.denials;
  return Status::kOk;
}

}  // namespace cardea::link
