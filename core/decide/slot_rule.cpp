// SPDX-License-Identifier: Apache-2.0
#include "core/decide/internal/finding.hpp"

namespace cardea {

Reason reason_of_its_end(const LockState& state, const SlotState& slot, UnixSeconds now) {
  const SlotRule& rule = slot.rule;
  const bool is_over = rule.ends_at_s != 0 && now.value >= rule.ends_at_s;
  const bool first_is_over = rule.after_first_use_s != 0 && slot.first_used_at.value != 0 &&
                             now.value >= UnixSeconds(slot.first_used_at).value + rule.after_first_use_s;
  if (rule.schedule != 0 && now >= state.schedules.known_until(rule.schedule)) return Reason::kScheduleExpired;
  return is_over || first_is_over ? Reason::kExpired : Reason::kNone;
}

Reason reason_of_schedule_and_uses(const LockState& state, const SlotState& slot, UnixSeconds now) {
  const SlotRule& rule = slot.rule;
  if (rule.schedule != 0 && state.schedules.state_at(rule.schedule, now) != ScheduleState::kOpen)
    return Reason::kOutsideSchedule;
  if (rule.use_count_max != 0 && slot.use_count >= rule.use_count_max) return Reason::kUsesSpent;
  return Reason::kNone;
}

void count_use(SlotState& slot, UnixSeconds now) {
  if (!slot.rule.says_anything()) return;
  if (slot.use_count < UINT16_MAX) ++slot.use_count;
  if (slot.first_used_at.value == 0) slot.first_used_at = remembered(now);
}

}  // namespace cardea
