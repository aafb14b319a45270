// SPDX-License-Identifier: Apache-2.0
#include "core/decide/internal/finding.hpp"

namespace cardea {
namespace {

/// The end of the lease, of the credential, and of the time after its first opening.
bool is_over(const grant::Grant& key, const KeyShown& shown, const grant::Use* use) {
  const UnixSeconds now = shown.clock.now;
  if (now >= shown.until) return true;
  if (key.ends_at.value != 0 && now >= key.ends_at) return true;
  if (key.after_first_use_s == 0 || use == nullptr || use->first_at.value == 0) return false;
  return now.value >= use->first_at.value + key.after_first_use_s;
}

Reason reason_of_schedule(ByteSpan schedule, UnixSeconds now) {
  if (schedule.empty()) return Reason::kNone;
  const SingleSchedule single(schedule);
  if (now >= single.known_until()) return Reason::kScheduleExpired;
  return single.state_at(now) == ScheduleState::kOpen ? Reason::kNone : Reason::kOutsideSchedule;
}

/// spec/grant.md G3, in its order; kNone: nothing is against it.
Reason reason_against(const grant::Grant& key, const KeyShown& shown, const grant::Use* use) {
  if (key.lock != shown.lock) return Reason::kUnknownCode;
  if (use_of(shown.clock) != ClockUse::kGood) return Reason::kClockLost;
  if (is_over(key, shown, use)) return Reason::kExpired;
  const Reason of_schedule = reason_of_schedule(key.schedule, shown.clock.now);
  if (of_schedule == Reason::kScheduleExpired) return of_schedule;
  if (key.epoch < shown.denials.epoch || shown.denials.denies(key.serial)) return Reason::kCancelled;
  if (of_schedule != Reason::kNone) return of_schedule;
  if (key.counts() && use == nullptr) return Reason::kCodeMemoryFull;
  if (key.use_count_max != 0 && use->count >= key.use_count_max) return Reason::kUsesSpent;
  return Reason::kNone;
}

void count(grant::Use& use, UnixSeconds now) {
  if (use.count < UINT16_MAX) ++use.count;
  if (use.first_at.value == 0) use.first_at = now;
}

}  // namespace

Finding compare_key(const grant::Grant& key, const KeyShown& shown, grant::Uses& uses) {
  Finding finding;
  finding.detail.method = Method::kKey;
  finding.detail.serial = key.serial;
  grant::Use* const use = key.counts() ? uses.place_of(key, shown.denials, shown.clock.now) : nullptr;
  const Reason against = reason_against(key, shown, use);
  if (against != Reason::kNone) {
    finding.refuse(against);
    return finding;
  }
  finding.accept(against, static_cast<std::uint32_t>(reason_against(*anew(&key), shown, use)));
  if (use == nullptr) return finding;
  const std::uint16_t before = use->count;
  count(*use, shown.clock.now);
  object(finding.check, anew(use)->count != before || before == UINT16_MAX ? 0 : 1);
  return finding;
}

}  // namespace cardea
