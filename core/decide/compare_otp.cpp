// SPDX-License-Identifier: Apache-2.0
#include <optional>

#include "core/decide/internal/finding.hpp"
#include "core/decide/items.hpp"

namespace cardea {
namespace {

constexpr std::uint64_t step_reach = 1;  // R3: the step of the clock and one on either side
constexpr std::size_t candidate_count = 2 * step_reach + 1;
constexpr std::int16_t drift_step_s = app_step_s;

/// Of the candidates of one slot, by purpose: a bit for each whose code is the entry, the oldest candidate's the highest.
using Matches = std::array<std::uint8_t, otp_purpose_count>;
static_assert(candidate_count <= 8);

std::uint64_t corrected(UnixSeconds now, OtpPurpose purpose, const SlotState& slot) {
  if (purpose == OtpPurpose::kSms) return now.value;  // R5: SMS codes do not use the drift
  return now.value + static_cast<std::uint64_t>(std::int64_t{slot.drift_s});
}

/// The oldest candidate; none in the first minutes of 1970, nor where a slot could not remember all of them.
std::optional<Step> first_candidate(const SlotState& slot, OtpPurpose purpose, UnixSeconds now) {
  const Step at = step_at(purpose, {corrected(now, purpose, slot)});
  if (at.value < step_reach || at.value + step_reach > remembered_step_max.value) return std::nullopt;
  return Step{at.value - step_reach};
}

bool accepts(const SlotState& slot, OtpPurpose purpose) {
  if (!slot.active || slot.pin) return false;
  return purpose == OtpPurpose::kApp || (slot.sms && !slot.fixed);
}

/// One candidate. R17: what takes time here depends on the keys and the clock, never on the entry, and nothing leaves early.
Status compare_step(std::size_t place, const SlotState& slot, OtpPurpose purpose, Step step, const Digits& entry,
                    CodeKeys& keys, std::uint8_t& matches) {
  CARDEA_ASSIGN(const KeyHandle key, keys.slot_key(place, slot, purpose, key_hour(purpose, step, slot.fixed)));
  std::uint32_t match = 0;
  if (key) {
    const auto digits = static_cast<std::uint8_t>(entry.count());
    CARDEA_ASSIGN(const std::uint32_t expected, otp_value(keys.provider(), key, step, digits));
    Bytes<4> expected_bytes;
    Bytes<4> typed_bytes;
    store_be(expected, expected_bytes);
    store_be(static_cast<std::uint32_t>(entry.value()), typed_bytes);
    match = static_cast<std::uint32_t>(equal_constant_time(expected_bytes, typed_bytes));
    wipe(expected_bytes);
    wipe(typed_bytes);
  }
  matches = static_cast<std::uint8_t>(matches * 2u | match);
  return Status::kOk;
}

Status compare_place(std::size_t place, const SlotState& slot, UnixSeconds now, const Digits& entry, CodeKeys& keys,
                     Matches& found) {
  for (const OtpPurpose purpose : {OtpPurpose::kApp, OtpPurpose::kSms}) {
    if (!accepts(slot, purpose)) continue;
    const std::optional<Step> first = first_candidate(slot, purpose, now);
    if (!first) continue;
    std::uint8_t& matches = found[static_cast<std::size_t>(purpose)];
    for (std::size_t i = 0; i < candidate_count; ++i)
      CARDEA_TRY(compare_step(place, slot, purpose, {first->value + i}, entry, keys, matches));
  }
  return Status::kOk;
}

/// How many candidates after the oldest the newest match is; there is one.
std::uint8_t newest_match(std::uint8_t matches) {
  std::uint8_t after = candidate_count - 1;
  for (; (matches & 1) == 0; matches >>= 1) --after;
  return after;
}

void describe(const SlotState& slot, OtpPurpose purpose, Step step, Detail& detail) {
  detail.method = purpose == OtpPurpose::kApp ? Method::kToken : Method::kSms;
  detail.slot = slot.id;
  detail.fixed = slot.fixed;
  detail.step = step;
}

/// Why a code that matched does not open, in the order of codes.md §5; kNone: it does (schedule.md S8 to S10).
Reason reason_against(const LockState& state, const SlotState& slot, OtpPurpose purpose, Step step, UnixSeconds now) {
  const Reason late = reason_of_its_end(state, slot, now);
  if (late != Reason::kNone) return late;
  if (step <= slot.newest_step[static_cast<std::size_t>(purpose)]) return Reason::kReplayed;
  return reason_of_schedule_and_uses(state, slot, now);
}

/// What a second look has against a step that matched: its code, computed once more, and all that may stand against it and
/// against the slot.
std::uint32_t look_again(const LockState& state, std::size_t place, OtpPurpose purpose, Step step, UnixSeconds now,
                         const Digits& entry, CodeKeys& keys) {
  const SlotState& slot = state.slots[place];
  std::uint8_t match = 0;
  const Status compared = compare_step(place, slot, purpose, step, entry, keys, match);
  const Reason reason = reason_against(state, slot, purpose, step, now);
  const std::uint32_t of_slot = accepts(slot, purpose) ? 0 : 1;
  return static_cast<std::uint32_t>(compared) + (match ^ 1u) + static_cast<std::uint32_t>(reason) + of_slot;
}

/// R4, R5: the step is burned, and the drift of an app code follows it.
void burn(SlotState& slot, OtpPurpose purpose, Step step, std::uint8_t after_oldest) {
  slot.newest_step[static_cast<std::size_t>(purpose)] = remembered(step);
  if (purpose == OtpPurpose::kSms) return;
  const int moved = slot.drift_s + (after_oldest - static_cast<int>(step_reach)) * drift_step_s;
  slot.drift_s = static_cast<std::int16_t>(std::clamp(moved, -int{drift_max_s}, int{drift_max_s}));
}

/// What the candidates of one slot mean. R6: a code that opens is burned in every slot where it is good.
void settle_place(LockState& state, std::size_t place, const Matches& found, UnixSeconds now, const Digits& entry,
                  CodeKeys& keys, Finding& finding, ItemChanges& changes) {
  SlotState& slot = state.slots[place];
  bool used = false;
  for (const OtpPurpose purpose : {OtpPurpose::kApp, OtpPurpose::kSms}) {
    const std::uint8_t matches = found[static_cast<std::size_t>(purpose)];
    if (matches == 0) continue;
    const std::uint8_t after_oldest = newest_match(matches);
    const Step step{first_candidate(slot, purpose, now)->value + after_oldest};  // something matched, so there is one
    const Reason reason = reason_against(state, slot, purpose, step, now);
    if (reason == Reason::kNone) {
      if (finding.check != Check::kAccepted) describe(slot, purpose, step, finding.detail);
      finding.accept(reason, look_again(*anew(&state), place, purpose, step, now, entry, keys));
      burn(slot, purpose, step, after_oldest);
      used = true;
    } else if (finding.check != Check::kAccepted && (finding.detail.method == Method::kNone || reason < finding.reason)) {
      finding.refuse(reason);
      describe(slot, purpose, step, finding.detail);
    }
  }
  if (!used) return;
  count_use(slot, now);
  changes.add({item_slot, static_cast<std::uint8_t>(place)});
}

}  // namespace

Finding compare_otp(LockState& state, const Digits& entry, UnixSeconds now, CodeKeys& keys, ItemChanges& changes) {
  std::array<Matches, slot_count_max> found{};
  keys.enter_hour(hour_of(now));
  for (std::size_t place = 0; place < slot_count_max; ++place)
    if (compare_place(place, state.slots[place], now, entry, keys, found[place]) != Status::kOk) return {};

  Finding finding;
  finding.refuse(Reason::kUnknownCode);
  for (std::size_t place = 0; place < slot_count_max; ++place)
    settle_place(state, place, found[place], now, entry, keys, finding, changes);
  return finding;
}

}  // namespace cardea
