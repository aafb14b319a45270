// SPDX-License-Identifier: Apache-2.0
#include "core/codes/offline.hpp"
#include "core/decide/hear.hpp"
#include "core/decide/internal/finding.hpp"
#include "core/decide/items.hpp"

namespace cardea {
namespace {

// R12, R13
constexpr std::uint64_t clear_age_max_s = seconds_per_day;
constexpr std::uint64_t ahead_max_s = 600;
constexpr std::uint64_t clock_back_max_s = 600;
constexpr std::uint64_t clock_reach_s = 366ull * seconds_per_day;

// The functions named reason_… return kNone when nothing stands against the code.

bool cancelled(const CodeMemory& codes, const Descriptor& code) {
  return code.family == Family::kExclusive && interval_of(code).begins < codes.marks.exclusive_start;
}
bool cleared(const CodeMemory& codes, const Descriptor& code) { return interval_of(code).begins < codes.marks.cleared_before; }

/// R8: a code that is cleared, cancelled or over leaves the memory; its place is free although its bytes are still there.
bool stays_in_memory(const CodeMemory& codes, const RememberedCode& place, UnixSeconds now) {
  const Descriptor code = place.descriptor();
  if (!place.present() || cleared(codes, code) || cancelled(codes, code)) return false;
  return now < interval_of(code).ends;
}

std::span<RememberedCode> places_of(CodeMemory& codes, Family family) {
  if (family == Family::kOnce) return codes.used_once;
  return codes.remembered;
}

bool remembers(CodeMemory& codes, const Descriptor& code) {
  const std::span<const RememberedCode> places = places_of(codes, code.family);
  return std::ranges::find(places, RememberedCode(code)) != places.end();
}

/// The place for a new code: an empty one, else that of the code which left the memory and ended first, so that a clock which
/// is set back a little finds the younger ones still there. Null when the memory is full.
RememberedCode* free_place(CodeMemory& codes, Family family, UnixSeconds now) {
  RememberedCode* oldest = nullptr;
  for (RememberedCode& place : places_of(codes, family)) {
    if (!place.present()) return &place;
    if (stays_in_memory(codes, place, now)) continue;
    if (oldest == nullptr || interval_of(place.descriptor()).ends < interval_of(oldest->descriptor()).ends) oldest = &place;
  }
  return oldest;
}

/// R8 to R10, in the order of §5.
Reason reason_of_window(LockState& state, const ClockReading& clock, const Descriptor& code) {
  if (use_of(clock) == ClockUse::kLost) return Reason::kClockLost;
  const Interval interval = interval_of(code);
  if (clock.now < interval.begins) return Reason::kNotYetValid;
  if (clock.now >= interval.ends) return Reason::kExpired;
  if (cleared(state.codes, code)) return Reason::kCleared;
  if (cancelled(state.codes, code)) return Reason::kCancelled;
  const bool known = remembers(state.codes, code);
  if (code.family == Family::kOnce) {
    if (known) return Reason::kUsed;
  } else {
    if (known) return Reason::kNone;
    if (clock.now.value - interval.begins.value >= state.settings.activation_window_s) return Reason::kNotActivated;
  }
  return free_place(state.codes, code.family, clock.now) != nullptr ? Reason::kNone : Reason::kCodeMemoryFull;
}

/// R11.
Reason reason_of_pool(const CodeMemory& codes, const Descriptor& code) {
  const auto index = static_cast<std::int32_t>(code.index);
  const std::int32_t newest = newest_pool_used(codes);
  if (index > newest + pool_window) return Reason::kNotYetValid;
  if (index < newest - pool_window) return Reason::kExpired;
  if (codes.pool_cleared[code.index] || index <= codes.marks.pool_cleared_to) return Reason::kCleared;
  return codes.pool_used[code.index] ? Reason::kUsed : Reason::kNone;
}

/// R12: t against what is known of the time; also for release codes without a good clock.
Reason reason_without_good_clock(const ClockReading& clock, UnixSeconds t) {
  const bool lost = use_of(clock) == ClockUse::kLost;
  const std::uint64_t base = lost ? clock.newest_seen.value : clock.now.value;
  const std::uint64_t back = lost ? clock_back_max_s : 0;
  if (t.value > base + clock_reach_s) return Reason::kNotYetValid;
  return t.value + back > base ? Reason::kNone : Reason::kExpired;
}

/// R13: t against a good or, for clear codes, coarse clock.
Reason reason_against_clock(const ClockReading& clock, UnixSeconds t) {
  if (t.value > clock.now.value + ahead_max_s) return Reason::kNotYetValid;
  return t.value + clear_age_max_s < clock.now.value ? Reason::kExpired : Reason::kNone;
}

/// R12.
Reason reason_of_clock(const ClockReading& clock, const Descriptor& code) {
  if (use_of(clock) == ClockUse::kGood) return Reason::kClockGood;
  return reason_without_good_clock(clock, time_of(code));
}

/// R13.
Reason reason_of_clear(const CodeMemory& codes, const ClockReading& clock, const Descriptor& code) {
  if (clears_one_pool_code(code)) return Reason::kNone;
  if (use_of(clock) == ClockUse::kLost) return Reason::kClockLost;
  const Reason reason = reason_against_clock(clock, time_of(code));
  if (reason != Reason::kNone) return reason;
  return time_of(code) > codes.marks.cleared_before ? Reason::kNone : Reason::kUsed;
}

/// R19.
Reason reason_of_release(const CodeMemory& codes, const ClockReading& clock, const Descriptor& code) {
  const bool good = use_of(clock) == ClockUse::kGood;
  const UnixSeconds t = time_of(code);
  const Reason reason = good ? reason_against_clock(clock, t) : reason_without_good_clock(clock, t);
  if (reason != Reason::kNone) return reason;
  return t > codes.marks.released_at ? Reason::kNone : Reason::kUsed;
}

Reason reason_of(LockState& state, const ClockReading& clock, const Descriptor& code) {
  switch (code.family) {
    case Family::kTimed:
    case Family::kExclusive:
    case Family::kOnce: return reason_of_window(state, clock, code);
    case Family::kPool: return reason_of_pool(state.codes, code);
    case Family::kClock: return reason_of_clock(clock, code);
    case Family::kClear: return reason_of_clear(state.codes, clock, code);
    case Family::kRelease: return reason_of_release(state.codes, clock, code);
  }
  return Reason::kUnknownCode;
}

/// R8 to R10: the first use is remembered, and that of an exclusive code cancels the earlier ones.
void use_window(LockState& state, UnixSeconds now, const Descriptor& code, ItemChanges& changes) {
  if (remembers(state.codes, code)) return;
  RememberedCode* place = free_place(state.codes, code.family, now);
  CARDEA_ASSERT(place != nullptr);  // reason_of_window found one
  *place = RememberedCode(code);
  const auto index = static_cast<std::uint8_t>(place - places_of(state.codes, code.family).data());
  changes.add({code.family == Family::kOnce ? item_used_once : item_remembered, index});
  if (code.family != Family::kExclusive) return;
  state.codes.marks.exclusive_start = interval_of(code).begins;  // not earlier than before, or it were cancelled
  changes.add({item_marks, 0});
}

void clear(CodeMemory& codes, const Descriptor& code, ItemChanges& changes) {
  if (clears_one_pool_code(code)) {
    const std::uint32_t index = code.index - tick_count;
    if (codes.pool_cleared[index]) return;  // repeated: nothing new to write
    codes.pool_cleared[index] = true;
    changes.add({item_pool_cleared, static_cast<std::uint8_t>(index / pool_piece_bits)});
    return;
  }
  codes.marks.cleared_before = time_of(code);
  codes.marks.pool_cleared_to = std::max(codes.marks.pool_cleared_to, newest_pool_used(codes));
  changes.add({item_marks, 0});
}

/// R12: the clock becomes the later of t and the newest time seen; and R5: drifts are 0 whenever the clock is set.
void set_clock(LockState& state, const ClockReading& clock, UnixSeconds t, Finding& finding, ItemChanges& changes) {
  finding.new_clock = {true, std::max(t, clock.newest_seen)};
  set_time(state, changes);
}

void carry_out(LockState& state, const ClockReading& clock, Finding& finding, ItemChanges& changes) {
  const Descriptor& code = finding.detail.descriptor;
  switch (code.family) {
    case Family::kTimed:
    case Family::kExclusive:
    case Family::kOnce: return use_window(state, clock.now, code, changes);
    case Family::kPool:
      state.codes.pool_used[code.index] = true;
      return changes.add({item_pool_used, static_cast<std::uint8_t>(code.index / pool_piece_bits)});
    case Family::kClock: return set_clock(state, clock, time_of(code), finding, changes);
    case Family::kClear: return clear(state.codes, code, changes);
    case Family::kRelease:
      state.codes.marks.released_at = time_of(code);
      changes.add({item_marks, 0});
      return release(state.throttle, changes);
  }
}

}  // namespace

Finding decode_offline(const LockState& state, const Digits& entry, CodeKeys& keys) {
  Finding finding;
  const Result<KeyHandle> key = keys.code_key(state.settings.code_epoch);
  if (!key.ok()) return finding;
  const Result<Descriptor> descriptor = read_offline(keys.provider(), *key, entry);
  if (descriptor.status() == Status::kOutOfRange) finding.refuse(Reason::kUnknownCode);
  if (!descriptor.ok()) return finding;
  finding.detail.method = Method::kOffline;
  finding.detail.descriptor = *descriptor;
  return finding;
}

void judge_offline(LockState& state, const ClockReading& clock, Finding& finding, ItemChanges& changes) {
  const Reason reason = reason_of(state, clock, finding.detail.descriptor);
  if (reason != Reason::kNone) return finding.refuse(reason);
  finding.accept(reason, static_cast<std::uint32_t>(reason_of(*anew(&state), clock, finding.detail.descriptor)),
                 finding.detail.descriptor.family <= Family::kPool ? Check::kAccepted : Check::kServed);
  carry_out(state, clock, finding, changes);
}

UsedUp used_up_code(const LockState& state, const Descriptor& code) {
  if (code.family == Family::kPool) {
    const ItemKey item{item_pool_used, static_cast<std::uint8_t>(code.index / pool_piece_bits)};
    return {item, state.codes.pool_used[code.index] ? 0u : 1u};
  }
  if (code.family != Family::kOnce) return {};
  const auto place = std::ranges::find(state.codes.used_once, RememberedCode(code)) - state.codes.used_once.begin();
  if (place == static_cast<std::ptrdiff_t>(state.codes.used_once.size())) return {.doubt = 1};
  return {.item = {item_used_once, static_cast<std::uint8_t>(place)}};
}

}  // namespace cardea
