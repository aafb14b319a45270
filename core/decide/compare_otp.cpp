// SPDX-License-Identifier: Apache-2.0
#include "core/decide/internal/finding.hpp"
#include "core/decide/items.hpp"

namespace cardea {
namespace {

constexpr std::uint64_t step_reach = 1;  // R3: the step of the clock and one on either side
constexpr std::size_t candidate_count = 2 * step_reach + 1;
constexpr std::int16_t drift_step_s = app_step_s;

/// The candidates of one slot and purpose: steps first .. first + 2, and a bit for each whose code is the entry.
struct Candidates {
  Step first;
  std::uint32_t matches = 0;
};
using PlaceCandidates = std::array<Candidates, otp_purpose_count>;

std::uint64_t corrected(UnixSeconds now, OtpPurpose purpose, const SlotState& slot) {
  if (purpose == OtpPurpose::kSms) return now.value;  // R5: SMS codes do not use the drift
  return now.value + static_cast<std::uint64_t>(std::int64_t{slot.drift_s});
}

bool accepts(const SlotState& slot, OtpPurpose purpose) {
  if (!slot.active || slot.pin) return false;
  return purpose == OtpPurpose::kApp || (slot.sms && !slot.fixed);
}

/// One candidate. R17: what takes time here depends on the keys and the clock, never on the entry, and nothing leaves early.
Status compare_step(std::size_t place, const SlotState& slot, OtpPurpose purpose, Step step, const Digits& entry,
                    CodeKeys& keys, std::uint32_t& matches) {
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
  matches = (matches << 1) | match;
  return Status::kOk;
}

Status compare_place(std::size_t place, const SlotState& slot, UnixSeconds now, const Digits& entry, CodeKeys& keys,
                     PlaceCandidates& found) {
  for (const OtpPurpose purpose : {OtpPurpose::kApp, OtpPurpose::kSms}) {
    if (!accepts(slot, purpose)) continue;
    Candidates& candidates = found[static_cast<std::size_t>(purpose)];
    const Step at = step_at(purpose, {corrected(now, purpose, slot)});
    if (at.value < step_reach) continue;  // the first minutes of 1970
    candidates.first = {at.value - step_reach};
    for (std::size_t i = 0; i < candidate_count; ++i)
      CARDEA_TRY(compare_step(place, slot, purpose, {candidates.first.value + i}, entry, keys, candidates.matches));
  }
  return Status::kOk;
}

/// The newest step that matched. The bits run from the oldest candidate (highest bit) to the newest (lowest).
Step newest_match(const Candidates& candidates) {
  std::uint64_t after = candidate_count - 1;
  for (std::uint32_t bits = candidates.matches; (bits & 1) == 0; bits >>= 1) --after;
  return {candidates.first.value + after};
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

/// R4, R5: the step is burned, and the drift of an app code follows it.
void burn(SlotState& slot, OtpPurpose purpose, const Candidates& candidates, Step step) {
  slot.newest_step[static_cast<std::size_t>(purpose)] = step;
  if (purpose == OtpPurpose::kSms) return;
  const auto off = static_cast<std::int16_t>(static_cast<std::int64_t>(step.value - candidates.first.value) -
                                             static_cast<std::int64_t>(step_reach));
  const int moved = slot.drift_s + off * drift_step_s;
  slot.drift_s = static_cast<std::int16_t>(std::clamp(moved, -int{drift_max_s}, int{drift_max_s}));
}

/// What the candidates of one slot mean. R6: a code that opens is burned in every slot where it is good.
void settle_place(LockState& state, std::size_t place, const PlaceCandidates& found, UnixSeconds now, Finding& finding,
                  ItemChanges& changes) {
  SlotState& slot = state.slots[place];
  bool used = false;
  for (const OtpPurpose purpose : {OtpPurpose::kApp, OtpPurpose::kSms}) {
    const Candidates& candidates = found[static_cast<std::size_t>(purpose)];
    if (candidates.matches == 0) continue;
    const Step step = newest_match(candidates);
    const Reason reason = reason_against(state, slot, purpose, step, now);
    if (reason == Reason::kNone) {
      if (finding.check != Check::kAccepted) describe(slot, purpose, step, finding.detail);
      finding.accept();
      burn(slot, purpose, candidates, step);
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
  std::array<PlaceCandidates, slot_count_max> found{};
  keys.enter_hour(hour_of(now));
  for (std::size_t place = 0; place < slot_count_max; ++place)
    if (compare_place(place, state.slots[place], now, entry, keys, found[place]) != Status::kOk) return {};

  Finding finding;
  finding.refuse(Reason::kUnknownCode);
  for (std::size_t place = 0; place < slot_count_max; ++place) settle_place(state, place, found[place], now, finding, changes);
  return finding;
}

}  // namespace cardea
