// SPDX-License-Identifier: Apache-2.0
#include "core/decide/items.hpp"

namespace cardea {
namespace {

struct KindRange {
  std::uint8_t kind;
  std::size_t count;
};
// In the order of item_key().
constexpr KindRange ranges[] = {
    {item_settings, 1},
    {item_slot, slot_count_max},
    {item_evicted, 1},
    {item_remembered, remembered_count_max},
    {item_used_once, used_once_count_max},
    {item_pool_used, pool_piece_count},
    {item_pool_cleared, pool_piece_count},
    {item_marks, 1},
    {item_failure, failure_place_count},
    {item_refund, refund_count_max},
    {item_decode, release_decode_count_max},
    {item_throttle, 1},
};
constexpr std::size_t total() {
  std::size_t count = 0;
  for (const KindRange& range : ranges) count += range.count;
  return count;
}
static_assert(total() == item_key_count);

bool known(ItemKey key) {
  for (const KindRange& range : ranges)
    if (range.kind == key.kind) return key.index < range.count;
  return false;
}

std::uint8_t flag(bool set, unsigned bit) { return static_cast<std::uint8_t>(static_cast<unsigned>(set) << bit); }

// Settings: digits u8 · n u8 · epoch u16 · activation window u32 · flags u8 (bit 0: only a keypad, 1: PINs); with PINs their
// digits u8
void encode(const Settings& settings, ByteWriter& out) {
  out.u8(settings.otp_digits);
  out.u8(settings.code_digits);
  out.u16(settings.code_epoch);
  out.u32(settings.activation_window_s);
  out.u8(static_cast<std::uint8_t>(flag(settings.only_keypad, 0) | flag(settings.pin_digits != 0, 1)));
  if (settings.pin_digits != 0) out.u8(settings.pin_digits);
}
Status decode(ByteReader& in, Settings& settings) {
  settings.otp_digits = in.u8();
  settings.code_digits = in.u8();
  settings.code_epoch = in.u16();
  settings.activation_window_s = in.u32();
  const std::uint8_t flags = in.u8();
  const bool with_pins = (flags & 2) != 0;
  if (with_pins) settings.pin_digits = in.u8();
  CARDEA_TRY(in.finish());
  if (flags > 3 || (with_pins && settings.pin_digits == 0)) return Status::kMalformed;
  settings.only_keypad = (flags & 1) != 0;
  return check_settings(settings);
}

using RememberedSteps = std::array<RememberedStep, otp_purpose_count>;
void encode_steps(const RememberedSteps& steps, ByteWriter& out) {
  for (const Step step : steps) out.u64(step.value);
}
/// kOutOfRange: later than a slot remembers.
Status decode_steps(ByteReader& in, RememberedSteps& steps) {
  Status status = Status::kOk;
  for (RememberedStep& each : steps) {
    const Step step{in.u64()};
    each = remembered(step);
    if (step > remembered_step_max) status = Status::kOutOfRange;
  }
  return status;
}

// Slot: number u8 · generation u16 · flags u8 (bit 0 active, 1 fixed, 2 SMS, 3 rule, 4 PIN) · drift i16 · newest app step u64 ·
// newest SMS step u64; with a rule also: rule 11 · openings u16 · first one at u64. The digest of a PIN is the lock's to keep
// (state.hpp)
void encode(const SlotState& slot, ByteWriter& out) {
  if (!slot.present) return;
  out.u8(slot.id.slot);
  out.u16(slot.id.generation);
  out.u8(static_cast<std::uint8_t>(flag(slot.active, 0) | flag(slot.fixed, 1) | flag(slot.sms, 2) |
                                   flag(slot.rule.says_anything(), 3) | flag(slot.pin, 4)));
  out.u16(static_cast<std::uint16_t>(slot.drift_s));
  encode_steps(slot.newest_step, out);
  if (slot.rule.says_anything()) {
    encode(slot.rule, out);
    out.u16(slot.use_count);
    out.u64(slot.first_used_at.value);
  }
}
Status decode(ByteReader& in, SlotState& slot) {
  slot.present = true;
  slot.id.slot = in.u8();
  slot.id.generation = in.u16();
  const std::uint8_t flags = in.u8();
  slot.drift_s = static_cast<std::int16_t>(in.u16());
  const Status steps = decode_steps(in, slot.newest_step);
  UnixSeconds first_used_at;
  if ((flags & 8) != 0) {
    CARDEA_TRY(decode(in, slot.rule));
    slot.use_count = in.u16();
    first_used_at = {in.u64()};
  }
  slot.pin = (flags & 16) != 0;
  CARDEA_TRY(in.finish());
  if (flags > 31 || (flags & 6) == 6 || (slot.pin && (flags & 6) != 0)) return Status::kMalformed;
  if (slot.drift_s < -drift_max_s || slot.drift_s > drift_max_s || slot.drift_s % int{app_step_s} != 0)
    return Status::kOutOfRange;
  slot.first_used_at = remembered(first_used_at);
  if (UnixSeconds(slot.first_used_at) != first_used_at) return Status::kOutOfRange;
  slot.active = (flags & 1) != 0;
  slot.fixed = (flags & 2) != 0;
  slot.sms = (flags & 4) != 0;
  return steps;
}

// Evicted steps: app u64 · SMS u64
void encode(const RememberedSteps& steps, ByteWriter& out) {
  if (steps != RememberedSteps{}) encode_steps(steps, out);
}
Status decode(ByteReader& in, RememberedSteps& steps) {
  const Status status = decode_steps(in, steps);
  CARDEA_TRY(in.finish());
  return status;
}

/// What belongs to a code epoch begins with it.
Status check_epoch(ByteReader& in, const LockState& state) {
  const std::uint16_t epoch = in.u16();
  CARDEA_TRY(in.status());
  return epoch == state.settings.code_epoch ? Status::kOk : Status::kStale;
}

// Remembered code: epoch u16 · family u8 · class u8 · start u32 · index u8
void encode(const LockState& state, const RememberedCode& code, ByteWriter& out) {
  if (!code.present()) return;
  const Descriptor descriptor = code.descriptor();
  out.u16(state.settings.code_epoch);
  out.u8(static_cast<std::uint8_t>(descriptor.family));
  out.u8(descriptor.klass);
  out.u32(descriptor.start);
  out.u8(static_cast<std::uint8_t>(descriptor.index));
}
Status decode(ByteReader& in, const LockState& state, bool once, RememberedCode& code) {
  const Status epoch = check_epoch(in, state);
  const std::uint8_t family = in.u8();
  Descriptor descriptor;
  descriptor.klass = in.u8();
  descriptor.start = in.u32();
  descriptor.index = in.u8();
  CARDEA_TRY(in.finish());
  CARDEA_TRY(epoch);
  if (family > static_cast<std::uint8_t>(Family::kOnce)) return Status::kOutOfRange;
  descriptor.family = static_cast<Family>(family);
  if ((descriptor.family == Family::kOnce) != once) return Status::kOutOfRange;
  CARDEA_TRY(check(descriptor, code_digits_max));  // every family is in 12 digits
  code = RememberedCode(descriptor);
  return Status::kOk;
}

// Pool piece: epoch u16 · 32 bytes, the lowest index in the lowest bit of the first
void encode(const LockState& state, const std::bitset<pool_count>& pool, std::uint8_t piece, ByteWriter& out) {
  Bytes<pool_piece_bits / 8> bytes{};
  for (std::size_t bit = 0; bit < pool_piece_bits; ++bit)
    if (pool[piece * pool_piece_bits + bit]) bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] | 1u << (bit % 8));
  if (bytes == Bytes<pool_piece_bits / 8>{}) return;
  out.u16(state.settings.code_epoch);
  out.bytes(bytes);
}
Status decode(ByteReader& in, const LockState& state, std::uint8_t piece, std::bitset<pool_count>& pool) {
  const Status epoch = check_epoch(in, state);
  const auto bytes = in.array<pool_piece_bits / 8>();
  CARDEA_TRY(in.finish());
  CARDEA_TRY(epoch);
  for (std::size_t bit = 0; bit < pool_piece_bits; ++bit)
    pool[piece * pool_piece_bits + bit] = (bytes[bit / 8] >> (bit % 8) & 1) != 0;
  return Status::kOk;
}

// Marks: epoch u16 · newest exclusive start u64 · cleared before u64 · released at u64 · pool cleared to i16 (-1: none)
void encode(const LockState& state, const CodeMarks& marks, ByteWriter& out) {
  if (marks.exclusive_start.value == 0 && marks.cleared_before.value == 0 && marks.released_at.value == 0) return;
  out.u16(state.settings.code_epoch);
  out.u64(marks.exclusive_start.value);
  out.u64(marks.cleared_before.value);
  out.u64(marks.released_at.value);
  out.u16(static_cast<std::uint16_t>(marks.pool_cleared_to));
}
Status decode(ByteReader& in, const LockState& state, CodeMarks& marks) {
  const Status epoch = check_epoch(in, state);
  marks.exclusive_start = {in.u64()};
  marks.cleared_before = {in.u64()};
  marks.released_at = {in.u64()};
  marks.pool_cleared_to = static_cast<std::int16_t>(in.u16());
  CARDEA_TRY(in.finish());
  CARDEA_TRY(epoch);
  return marks.pool_cleared_to >= -1 && marks.pool_cleared_to < std::int16_t{pool_count} ? Status::kOk : Status::kOutOfRange;
}

/// kOutOfRange: later than a lock gets to be.
Status take_moment(RunSeconds run, RunMoment& out) {
  out = moment_of(run);
  return RunSeconds(out) == run ? Status::kOk : Status::kOutOfRange;
}

// Failure: number u32 · at u64 · wait from u64 · number of the day u8 · flags u8 (bit 0: compared)
void encode(const Failure& failure, ByteWriter& out) {
  if (failure.number == 0) return;
  out.u32(failure.number);
  out.u64(failure.at.value);
  out.u64(failure.wait_from.value);
  out.u8(static_cast<std::uint8_t>(failure.number_of_day));
  out.u8(flag(failure.compared, 0));
}
Status decode(ByteReader& in, Failure& failure) {
  const std::uint32_t number = in.u32();
  const RunSeconds at{in.u64()};
  const RunSeconds wait_from{in.u64()};
  failure.number_of_day = in.u8();
  const std::uint8_t flags = in.u8();
  CARDEA_TRY(in.finish());
  if (flags > 1) return Status::kMalformed;
  failure.compared = flags == 1;
  if (number == 0 || number > failure_number_max) return Status::kOutOfRange;
  failure.number = number & failure_number_max;
  CARDEA_TRY(take_moment(at, failure.at));
  return take_moment(wait_from, failure.wait_from);
}

// Refund and decode: run seconds u64
void encode(const RunMark& mark, ByteWriter& out) {
  if (mark.set) out.u64(mark.at.value);
}
Status decode(ByteReader& in, RunMark& mark) {
  mark.set = true;
  const RunSeconds at{in.u64()};
  CARDEA_TRY(in.finish());
  return take_moment(at, mark.at);
}

// Throttle: failures below this number are released u32 · alert level u8 · flags u8 (bit 0: off)
void encode(const Throttle& throttle, ByteWriter& out) {
  if (throttle.released_before == 0 && throttle.alert_level == 0 && !throttle.off) return;
  out.u32(throttle.released_before);
  out.u8(throttle.alert_level);
  out.u8(flag(throttle.off, 0));
}
struct ThrottleHead {
  std::uint32_t released_before = 0;
  std::uint8_t alert_level = 0;
  bool off = false;
};
Status decode(ByteReader& in, ThrottleHead& head) {
  head.released_before = in.u32();
  head.alert_level = in.u8();
  const std::uint8_t flags = in.u8();
  CARDEA_TRY(in.finish());
  if (flags > 1) return Status::kMalformed;
  head.off = flags == 1;
  if (head.released_before > failure_number_max) return Status::kOutOfRange;
  const bool level = head.alert_level == 0 || head.alert_level == 5 || head.alert_level == 20 || head.alert_level == 50 ||
                     head.alert_level == 100;
  return level ? Status::kOk : Status::kOutOfRange;
}

/// Decodes into a copy and takes it over only when it is whole. No bytes: the part as it is when it holds nothing.
template <class Part, class... Context>
Status take_in(Part& part, ByteSpan in, const Context&... context) {
  Part fresh{};
  if (!in.empty()) {
    ByteReader reader(in);
    CARDEA_TRY(decode(reader, context..., fresh));
  }
  part = fresh;
  return Status::kOk;
}

/// A piece of a bitmap: the rest of the map stays.
Status take_in_piece(std::bitset<pool_count>& pool, ByteSpan in, const LockState& state, std::uint8_t piece) {
  if (!in.empty()) {
    ByteReader reader(in);
    return decode(reader, state, piece, pool);
  }
  for (std::size_t bit = 0; bit < pool_piece_bits; ++bit) pool[piece * pool_piece_bits + bit] = false;
  return Status::kOk;
}

Status take_in_throttle(Throttle& throttle, ByteSpan in) {
  ThrottleHead head;
  CARDEA_TRY(take_in(head, in));
  throttle.released_before = head.released_before;
  throttle.alert_level = head.alert_level;
  throttle.off = head.off;
  return Status::kOk;
}

/// Two places never hold one slot: its newest steps would be known to one of them only.
Status take_in_slot(LockState& state, std::uint8_t place, ByteSpan in) {
  SlotState slot;
  CARDEA_TRY(take_in(slot, in));
  for (std::size_t other = 0; other < slot_count_max; ++other)
    if (slot.present && other != place && state.slots[other].present && state.slots[other].id.slot == slot.id.slot)
      return Status::kMalformed;
  state.slots[place] = slot;
  return Status::kOk;
}

}  // namespace

ItemKey item_key(std::size_t number) {
  for (const KindRange& range : ranges) {
    if (number < range.count) return {range.kind, static_cast<std::uint8_t>(number)};
    number -= range.count;
  }
  CARDEA_ASSERT(false);
  return {};
}

Status encode_item(const LockState& state, ItemKey key, ByteWriter& out) {
  if (!known(key)) return Status::kNotFound;
  switch (key.kind) {
    case item_settings: encode(state.settings, out); break;
    case item_slot: encode(state.slots[key.index], out); break;
    case item_evicted: encode(state.evicted_step, out); break;
    case item_remembered: encode(state, state.codes.remembered[key.index], out); break;
    case item_used_once: encode(state, state.codes.used_once[key.index], out); break;
    case item_pool_used: encode(state, state.codes.pool_used, key.index, out); break;
    case item_pool_cleared: encode(state, state.codes.pool_cleared, key.index, out); break;
    case item_marks: encode(state, state.codes.marks, out); break;
    case item_failure: encode(state.throttle.failures[key.index], out); break;
    case item_refund: encode(state.throttle.refunds[key.index], out); break;
    case item_decode: encode(state.throttle.decodes[key.index], out); break;
    case item_throttle: encode(state.throttle, out); break;
    default: return Status::kNotFound;
  }
  return out.status();
}

Status decode_item(LockState& state, ItemKey key, ByteSpan in) {
  if (!known(key)) return Status::kNotFound;
  switch (key.kind) {
    case item_settings: return take_in(state.settings, in);
    case item_slot: return take_in_slot(state, key.index, in);
    case item_evicted: return take_in(state.evicted_step, in);
    case item_remembered: return take_in(state.codes.remembered[key.index], in, state, false);
    case item_used_once: return take_in(state.codes.used_once[key.index], in, state, true);
    case item_pool_used: return take_in_piece(state.codes.pool_used, in, state, key.index);
    case item_pool_cleared: return take_in_piece(state.codes.pool_cleared, in, state, key.index);
    case item_marks: return take_in(state.codes.marks, in, state);
    case item_failure: return take_in(state.throttle.failures[key.index], in);
    case item_refund: return take_in(state.throttle.refunds[key.index], in);
    case item_decode: return take_in(state.throttle.decodes[key.index], in);
    case item_throttle: return take_in_throttle(state.throttle, in);
    default: return Status::kNotFound;
  }
}

}  // namespace cardea
