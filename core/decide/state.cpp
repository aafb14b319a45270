// SPDX-License-Identifier: Apache-2.0
#include "core/decide/state.hpp"

namespace cardea {

Status check_settings(const Settings& settings) {
  if (settings.otp_digits < otp_digits_min || settings.otp_digits > otp_digits_max) return Status::kOutOfRange;
  if (settings.code_digits < code_digits_min || settings.code_digits > code_digits_max) return Status::kOutOfRange;
  if (settings.pin_digits != 0 && !is_pin_length(settings.pin_digits, settings.otp_digits, settings.code_digits))
    return Status::kOutOfRange;
  if (settings.activation_window_s == 0 || settings.activation_window_s > activation_window_max_s) return Status::kOutOfRange;
  return Status::kOk;
}

RememberedCode::RememberedCode(const Descriptor& code)
    : packed_(1u << 31 | std::uint32_t{static_cast<std::uint8_t>(code.family)} << 29 | std::uint32_t{code.klass} << 22 |
              code.start << 2 | code.index) {
  CARDEA_ASSERT(has_window(code.family) && code.klass < class_count && code.start < start_count && code.index < index_count);
}

Descriptor RememberedCode::descriptor() const {
  return {static_cast<Family>(packed_ >> 29 & 3), static_cast<std::uint8_t>(packed_ >> 22 & 0x7F),
          packed_ >> 2 & (start_count - 1), packed_ & (index_count - 1)};
}

void encode(const SlotRule& rule, ByteWriter& out) {
  out.u8(rule.schedule);
  out.u16(rule.use_count_max);
  out.u32(rule.after_first_use_s);
  out.u32(rule.ends_at_s);
}

Status decode(ByteReader& in, SlotRule& out) {
  out.schedule = in.u8();
  out.use_count_max = in.u16();
  out.after_first_use_s = in.u32();
  out.ends_at_s = in.u32();
  CARDEA_TRY(in.status());
  if (!out.says_anything()) return Status::kMalformed;
  return out.schedule <= schedule_count_max ? Status::kOk : Status::kOutOfRange;
}

namespace {

template <class Places>
void clear_places(Places& places) {
  for (auto& place : places) place = {};
}

void clear(Throttle& throttle) {
  clear_places(throttle.failures);
  clear_places(throttle.refunds);
  clear_places(throttle.decodes);
  throttle.released_before = 0;
  throttle.alert_level = 0;
  throttle.off = false;
  throttle.chain = {};
  throttle.chain_count = 0;
  throttle.charged.reset();
}

void clear(CodeMemory& codes) {
  clear_places(codes.remembered);
  clear_places(codes.used_once);
  codes.pool_used.reset();
  codes.pool_cleared.reset();
  codes.marks = {};
}

}  // namespace

void clear(LockState& state) {
  state.settings = {};
  clear_places(state.slots);
  state.evicted_step = {};
  clear(state.codes);
  clear(state.throttle);
  state.schedules = {};
}

std::int16_t newest_pool_used(const CodeMemory& codes) {
  for (std::int16_t index = pool_count - 1; index >= 0; --index)
    if (codes.pool_used[static_cast<std::size_t>(index)]) return index;
  return -1;
}

ClockUse use_of(const ClockReading& clock) {
  switch (clock.quality) {
    case ClockQuality::kSynced: return ClockUse::kGood;
    case ClockQuality::kKept: return clock.error_bound_s > kept_error_max_s ? ClockUse::kCoarse : ClockUse::kGood;
    case ClockQuality::kCoarse: return ClockUse::kCoarse;
    case ClockQuality::kLost: return ClockUse::kLost;
  }
  return ClockUse::kLost;
}

}  // namespace cardea
