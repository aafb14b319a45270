// SPDX-License-Identifier: Apache-2.0
#include "core/throttle/throttle.hpp"

#include <algorithm>

namespace cardea {
namespace {

constexpr std::uint8_t alert_levels[] = {100, 50, 20, 5};

/// Seconds since `then`. A moment that lies ahead (a lost clock resumed a little early) is no age at all.
std::uint64_t age_s(RunSeconds then, RunSeconds run) { return run > then ? run.value - then.value : 0; }

bool counts_to_month(const Throttle& throttle, const Failure& failure, RunSeconds run) {
  return failure.number != 0 && failure.number >= throttle.released_before && age_s(failure.at, run) < failure_month_s;
}
bool counts_to_day(const Failure& failure, RunSeconds run) {
  return failure.number != 0 && age_s(failure.at, run) < failure_day_s;
}

const Failure* newest_failure(const Throttle& throttle) {
  const auto& newest = *std::max_element(throttle.failures.begin(), throttle.failures.end(),
                                         [](const Failure& a, const Failure& b) { return a.number < b.number; });
  return newest.number == 0 ? nullptr : &newest;
}

std::uint32_t next_number(const Throttle& throttle) {
  const Failure* newest = newest_failure(throttle);
  const std::uint32_t after = newest == nullptr ? 1 : newest->number + 1;
  return std::min(std::max(after, throttle.released_before), failure_number_max);
}

/// A place whose failure counts to nothing any more.
std::optional<std::uint8_t> free_place(const Throttle& throttle, RunSeconds run) {
  for (std::size_t place = 0; place < throttle.failures.size(); ++place) {
    const Failure& failure = throttle.failures[place];
    if (!counts_to_month(throttle, failure, run) && !counts_to_day(failure, run)) return static_cast<std::uint8_t>(place);
  }
  return std::nullopt;
}

std::uint32_t wait_length(const Throttle& throttle, const Failure& failure, RunSeconds run, bool only_keypad) {
  if (only_keypad && failures_of_month(throttle, run) >= keypad_off_failures) return only_keypad_wait_s;
  return wait_after(failure.number_of_day);
}

std::uint8_t level_of(std::uint32_t failures) {
  for (const std::uint8_t level : alert_levels)
    if (failures >= level) return level;
  return 0;
}

void set_head(Throttle& throttle, std::uint8_t alert_level, bool off, ItemChanges& changes) {
  if (throttle.alert_level == alert_level && throttle.off == off) return;
  throttle.alert_level = alert_level;
  throttle.off = off;
  changes.add({item_throttle, 0});
}

/// The count after an entry: an alert when it rose to a level, and silence when it fell below one.
std::uint8_t settle_alert(Throttle& throttle, RunSeconds run, ItemChanges& changes) {
  const std::uint8_t before = throttle.alert_level;
  const std::uint8_t after = level_of(failures_of_month(throttle, run));
  set_head(throttle, after, throttle.off, changes);
  return after > before ? after : std::uint8_t{0};
}

void forget_failure(Throttle& throttle, std::uint8_t place, ItemChanges& changes) {
  throttle.failures[place] = {};
  changes.add({item_failure, place});
}

void mark_compared(Throttle& throttle, std::uint8_t place, ItemChanges& changes) {
  throttle.failures[place].compared = true;
  changes.add({item_failure, place});
}

/// A refund of the last 24 hours takes a place of the 20; false when none is left.
template <std::size_t N>
bool take_place(std::array<RunMark, N>& marks, std::uint8_t kind, RunSeconds run, ItemChanges& changes) {
  for (std::size_t place = 0; place < N; ++place) {
    if (marks[place].set && age_s(marks[place].at, run) < failure_day_s) continue;
    marks[place] = {true, moment_of(run)};
    changes.add({kind, static_cast<std::uint8_t>(place)});
    return true;
  }
  return false;
}

/// The failures just before a hit that opens, the newest first.
void refund_chain(Throttle& throttle, RunSeconds run, ItemChanges& changes) {
  for (std::uint8_t i = throttle.chain_count; i > 0; --i) {
    const std::uint8_t place = throttle.chain[i - 1];
    if (age_s(throttle.failures[place].at, run) >= refund_age_s) return;  // and the one before it is older still
    if (!take_place(throttle.refunds, item_refund, run, changes)) return;
    forget_failure(throttle, place, changes);
  }
}

}  // namespace

std::uint32_t failures_of_month(const Throttle& throttle, RunSeconds run) {
  return static_cast<std::uint32_t>(std::ranges::count_if(
      throttle.failures, [&](const Failure& failure) { return counts_to_month(throttle, failure, run); }));
}

std::uint32_t failures_of_day(const Throttle& throttle, RunSeconds run) {
  return static_cast<std::uint32_t>(
      std::ranges::count_if(throttle.failures, [&](const Failure& failure) { return counts_to_day(failure, run); }));
}

std::uint32_t wait_of(const Throttle& throttle, RunSeconds run, bool only_keypad) {
  if (throttle.off && !only_keypad) return wait_off_s;
  if (!free_place(throttle, run)) return wait_off_s;  // cannot happen by R15's own counts; then nothing is compared
  const Failure* newest = newest_failure(throttle);
  if (newest == nullptr) return 0;
  const std::uint32_t length = wait_length(throttle, *newest, run, only_keypad);
  const std::uint64_t passed = age_s(newest->wait_from, run);
  return passed < length ? static_cast<std::uint32_t>(length - passed) : 0;
}

void charge(Throttle& throttle, RunSeconds run, ItemChanges& changes) {
  const std::optional<std::uint8_t> place = free_place(throttle, run);
  CARDEA_ASSERT(place.has_value());
  const std::uint8_t level_before = level_of(failures_of_month(throttle, run));
  const auto number_of_day = static_cast<std::uint8_t>(failures_of_day(throttle, run) + 1);
  const RunMoment now = moment_of(run);
  throttle.failures[*place] = {now, now, next_number(throttle) & failure_number_max, number_of_day, false};
  throttle.charged = place;
  changes.add({item_failure, *place});
  const bool off = failures_of_month(throttle, run) >= keypad_off_failures;
  set_head(throttle, std::min(throttle.alert_level, level_before), off, changes);
}

std::uint8_t keep_charge(Throttle& throttle, RunSeconds run, ItemChanges& changes) {
  CARDEA_ASSERT(throttle.charged.has_value());
  if (throttle.chain_count == refund_chain_max) {
    std::rotate(throttle.chain.begin(), throttle.chain.begin() + 1, throttle.chain.end());
    --throttle.chain_count;
  }
  throttle.chain[throttle.chain_count++] = *throttle.charged;
  mark_compared(throttle, *throttle.charged, changes);
  throttle.charged.reset();
  return settle_alert(throttle, run, changes);
}

std::uint8_t refund(Throttle& throttle, RunSeconds run, bool opens, ItemChanges& changes) {
  CARDEA_ASSERT(throttle.charged.has_value());
  forget_failure(throttle, *throttle.charged, changes);
  throttle.charged.reset();
  if (opens) refund_chain(throttle, run, changes);
  end_chain(throttle);
  const bool off = throttle.off && failures_of_month(throttle, run) >= keypad_off_failures;
  set_head(throttle, throttle.alert_level, off, changes);
  return settle_alert(throttle, run, changes);
}

void end_chain(Throttle& throttle) { throttle.chain_count = 0; }

bool take_release_decode(Throttle& throttle, RunSeconds run, ItemChanges& changes) {
  return take_place(throttle.decodes, item_decode, run, changes);
}

void release(Throttle& throttle, ItemChanges& changes) {
  throttle.released_before = next_number(throttle);
  throttle.alert_level = 0;
  throttle.off = false;
  changes.add({item_throttle, 0});
}

RestartFinding restart(Throttle& throttle, RunSeconds run, ItemChanges& changes) {
  throttle.charged.reset();
  end_chain(throttle);
  RestartFinding finding;
  for (std::size_t place = 0; place < throttle.failures.size(); ++place) {
    const Failure& failure = throttle.failures[place];
    if (failure.number == 0 || failure.compared) continue;
    finding.entry_cut_short = true;
    mark_compared(throttle, static_cast<std::uint8_t>(place), changes);
  }
  finding.alert = settle_alert(throttle, run, changes);
  return finding;
}

void clock_lost(Throttle& throttle, RunSeconds run, bool only_keypad, ItemChanges& changes) {
  end_chain(throttle);
  const Failure* newest = newest_failure(throttle);
  if (newest == nullptr || age_s(newest->wait_from, run) >= wait_length(throttle, *newest, run, only_keypad)) return;
  const auto place = static_cast<std::uint8_t>(newest - throttle.failures.data());
  throttle.failures[place].wait_from = moment_of(run);
  changes.add({item_failure, place});
}

RunSeconds newest_moment(const Throttle& throttle) {
  RunSeconds newest;
  for (const Failure& failure : throttle.failures)
    if (failure.number != 0) newest = std::max<RunSeconds>({newest, failure.at, failure.wait_from});
  for (const RunMark& mark : throttle.refunds)
    if (mark.set) newest = std::max<RunSeconds>(newest, mark.at);
  for (const RunMark& mark : throttle.decodes)
    if (mark.set) newest = std::max<RunSeconds>(newest, mark.at);
  return newest;
}

}  // namespace cardea
