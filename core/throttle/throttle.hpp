// SPDX-License-Identifier: Apache-2.0
#pragma once
// What guessing costs: failures, waits, refunds, alerts (codes.md R14, R15, R16, and the counting of R19).
// All ages are in the lock's running time, which no clock setting moves. Pure: the caller makes the changed items durable.
//
// An entry goes through it like this:
//   wait_of() == 0 -> charge() -> [changes durable] -> compare -> refund() or keep_charge() -> [changes durable]
// A power cut after the first write leaves the failure standing.

#include <array>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/base/items.hpp"
#include "core/base/time.hpp"

namespace cardea {

inline constexpr std::uint32_t failure_day_s = seconds_per_day;
inline constexpr std::uint32_t failure_month_s = 30 * seconds_per_day;
inline constexpr std::uint32_t wait_first_failure = 4;  ///< the fourth failure of 24 hours starts the first wait
inline constexpr std::uint32_t wait_first_s = 30;
inline constexpr std::uint32_t wait_max_s = 3'600;
inline constexpr std::uint32_t keypad_off_failures = 100;
inline constexpr std::uint32_t only_keypad_wait_s = seconds_per_day;
inline constexpr std::uint32_t refund_age_s = 120;
inline constexpr std::size_t refund_count_max = 20;
inline constexpr std::size_t refund_chain_max = 2;
inline constexpr std::size_t release_decode_count_max = 4;
/// Places for failures that still count: at most 130 of the last 30 days (100, and one a day at a lock without another way
/// in) and, after releases, 33 of the last 24 hours.
inline constexpr std::size_t failure_place_count = 192;

/// `wait_s` of a keypad that is off: no time ends it.
inline constexpr std::uint32_t wait_off_s = 0xFFFFFFFF;

/// wait(k) of R15: how long the k-th failure of 24 hours makes the keypad wait.
constexpr std::uint32_t wait_after(std::uint32_t failures_of_day) {
  if (failures_of_day < wait_first_failure) return 0;
  const std::uint32_t doublings = failures_of_day - wait_first_failure;
  if (doublings >= 7) return wait_max_s;
  return wait_first_s << doublings;
}
static_assert(wait_after(3) == 0 && wait_after(4) == 30 && wait_after(10) == 1'920 && wait_after(11) == 3'600);

/// A moment of running time as it is remembered: 32 bits are 136 years.
struct RunMoment {
  std::uint32_t value = 0;
  constexpr operator RunSeconds() const { return {value}; }  // NOLINT(google-explicit-constructor): it is one
};
/// The last moment there is for any later one.
constexpr RunMoment moment_of(RunSeconds run) {
  return {static_cast<std::uint32_t>(run.value < UINT32_MAX ? run.value : UINT32_MAX)};
}

/// One failed entry, in 12 bytes. `number` rises by one a failure and is 0 in an empty place.
struct Failure {
  RunMoment at;
  RunMoment wait_from;  ///< `at`, or the moment when the clock was lost during its wait
  std::uint32_t number : 23 = 0;
  std::uint32_t number_of_day : 8 = 0;  ///< its k: the failures of the 24 hours that ended with it
  bool compared : 1 = false;            ///< false between charge and verdict: power that goes then leaves it so
};
static_assert(sizeof(Failure) == 12);
/// Numbers stay there: 53 failures a day, the most there can be, take 430 years.
inline constexpr std::uint32_t failure_number_max = (1u << 23) - 1;

/// A moment, or none.
struct RunMark {
  bool set = false;
  RunMoment at;
};

struct Throttle {
  // Durable, one item a failure, refund and decode, and one for the three values after them.
  std::array<Failure, failure_place_count> failures{};
  std::array<RunMark, refund_count_max> refunds{};
  std::array<RunMark, release_decode_count_max> decodes{};
  std::uint32_t released_before = 0;  ///< failures with a lower number no longer count to the 30 days
  std::uint8_t alert_level = 0;       ///< the highest of 0, 5, 20, 50, 100 that the count has reached and was told of
  bool off = false;                   ///< 100 failures of 30 days were reached and nobody has released the keypad

  // Gone with the power, which is what R14 asks for: a restart ends the chain.
  std::array<std::uint8_t, refund_chain_max> chain{};  ///< places of the failures just before, the newest last
  std::uint8_t chain_count = 0;
  std::optional<std::uint8_t> charged;  ///< place of the entry that is being compared
};

/// Item kinds. Index: the place in the array; 0 for kThrottle.
inline constexpr std::uint8_t item_failure = 0x10;
inline constexpr std::uint8_t item_refund = 0x11;
inline constexpr std::uint8_t item_decode = 0x12;
inline constexpr std::uint8_t item_throttle = 0x13;

/// The failures of the last 30 days that stand.
std::uint32_t failures_of_month(const Throttle& throttle, RunSeconds run);
/// Those of the last 24 hours, released or not.
std::uint32_t failures_of_day(const Throttle& throttle, RunSeconds run);

/// Seconds until the next entry is looked at; 0: now; wait_off_s: the keypad is off. `only_keypad`: this lock has no other
/// way in, so it is never off and waits 24 hours instead.
std::uint32_t wait_of(const Throttle& throttle, RunSeconds run, bool only_keypad);

/// Counts the entry that is about to be compared as a failure; wait_of() is 0. An earlier charge that was never judged, because
/// it could not be made durable, stands.
void charge(Throttle& throttle, RunSeconds run, ItemChanges& changes);
/// The charged entry was refused: the failure stands. Returns the alert that it raises: 0, 5, 20, 50 or 100.
std::uint8_t keep_charge(Throttle& throttle, RunSeconds run, ItemChanges& changes);
/// The charged entry was a hit: it refunds itself and, when it `opens`, the failures just before it as R14 allows. Returns
/// as keep_charge.
std::uint8_t refund(Throttle& throttle, RunSeconds run, bool opens, ItemChanges& changes);
/// A release code was accepted during a wait, uncharged: a hit like others, so no refund reaches past it.
void end_chain(Throttle& throttle);

/// R19: takes one of the four decodes of 24 hours; false when they are used up.
[[nodiscard]] bool take_release_decode(Throttle& throttle, RunSeconds run, ItemChanges& changes);
/// A strong credential, a release code or the server releases the keypad: the 30-day count becomes 0.
void release(Throttle& throttle, ItemChanges& changes);
/// What a restart finds.
struct RestartFinding {
  bool entry_cut_short = false;  ///< an entry was charged and never judged: its failure stands
  std::uint8_t alert = 0;        ///< the alert that this failure raises
};
/// The power came back: refund chains end.
RestartFinding restart(Throttle& throttle, RunSeconds run, ItemChanges& changes);
/// The clock was lost: a wait that runs starts again in full, and no refund reaches past this moment.
void clock_lost(Throttle& throttle, RunSeconds run, bool only_keypad, ItemChanges& changes);

/// The newest moment in it. After a restart running time goes on from this or later.
RunSeconds newest_moment(const Throttle& throttle);

}  // namespace cardea
