// SPDX-License-Identifier: Apache-2.0
// Groups D and E: restarts, resets, power cuts, clocks, and news that never comes.

#include <fmt/format.h>

#include "tests/attacks/attack.hpp"
#include "tests/attacks/issuer.hpp"

namespace cardea::attacks {
namespace {

UnixSeconds later(UnixSeconds time, std::int64_t seconds) { return {time.value + static_cast<std::uint64_t>(seconds)}; }

// --- D04 ------------------------------------------------------------------------------------------------------------------

/// The windows of a flash image that could be a key: 32 bytes, at whatever offset, not all the same.
std::vector<KeyBytes> keys_in(const std::vector<std::uint8_t>& image) {
  std::vector<KeyBytes> keys;
  for (std::size_t i = 0; i + 32 <= image.size(); ++i) {
    const std::span<const std::uint8_t, 32> window(image.data() + i, 32);
    const auto distinct = std::ranges::count_if(window, [&](std::uint8_t byte) { return byte != window[0] && byte != 0xFF; });
    if (distinct > 16) keys.emplace_back(window);
  }
  return keys;
}

Report d04_extracted_unit(System& system, Trial& trial) {
  const LockSpec mine = usual_lock(trial.random, usual_time);
  const LockSpec other = usual_lock(trial.random, usual_time);
  const Settings& settings = mine.snapshot.settings.codes;
  const std::unique_ptr<LockTarget> opened_up = system.make_lock(mine);
  const std::string known = Issuer(mine).app_code(usual_slot, usual_time);
  std::uint32_t found = 0;
  for (const KeyBytes& key : keys_in(opened_up->flash_image())) {
    if (Issuer(mine.id, key, settings).app_code(usual_slot, usual_time) != known) continue;
    ++found;
    for (const LockId& id : {other.id, mine.id}) {
      Issuer thief(id, key, settings);
      for (const std::string& code : {thief.app_code(usual_slot, usual_time), thief.sms_code(usual_slot, usual_time),
                                      thief.windowed_code(Family::kTimed, 23, usual_time), thief.offline_code(pool_code(0))})
        if (system.make_lock(other)->type(code).opened()) return opened("a key read out of one lock opens another");
    }
  }
  return found == 0 ? opened("the lock's own key was not found: nothing is proved") : stopped();
}

// --- D08, D09 -------------------------------------------------------------------------------------------------------------

Report d08_reset(System& system, Trial& trial) {
  const LockSpec spec = usual_lock(trial.random, usual_time);
  const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
  for (std::uint32_t i = 0; i < wait_first_failure; ++i) static_cast<void>(lock->type(wrong_code(trial.random, 8)));
  const std::uint32_t wait_s = lock->wait_s();
  for (std::uint32_t i = 0; i < 20 * trial.scale; ++i) {
    lock->restart(ClockLoss::kKept);
    if (lock->motor_pulses() != 0) return opened("a reset moves the bolt");
    if (!lock->claimed()) return opened("a reset makes the lock nobody's");
    if (lock->failures() < wait_first_failure || lock->wait_s() < wait_s) return opened("a reset forgets failures");
  }
  lock->advance(lock->wait_s());
  if (!lock->type(Issuer(spec).app_code(usual_slot, later(usual_time, wait_s))).opened())
    return opened("the owner's code was refused: nothing is proved");
  return stopped();
}

Report d09_random_resets(System& system, Trial& trial) {
  const LockSpec spec = usual_lock(trial.random, usual_time);
  const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
  for (std::uint32_t i = 0; i < 50 * trial.scale; ++i) {
    lock->cut_power_at(static_cast<std::uint32_t>(trial.random.below(8)));
    if (i % 3 == 0) static_cast<void>(lock->type(wrong_code(trial.random, 8)));
    lock->restart(trial.random.below(4) == 0 ? ClockLoss::kLost : ClockLoss::kKept);
    if (lock->motor_pulses() != 0) return opened(fmt::format("reset {} moves the bolt", i));
  }
  return lock->press_inside() ? stopped() : opened("nobody can leave: nothing is proved");
}

// --- E01 ------------------------------------------------------------------------------------------------------------------

Report e01_stays_offline(System& system, Trial& trial) {
  const LockSpec spec = unprotected_lock(trial.random, usual_time);
  const PhoneMemory stolen = Issuer(spec).phone(usual_slot, usual_time, spec.snapshot.hour_count);
  const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
  if (!lock->type(code_from_memory(stolen, usual_time, 8)).opened())
    return opened("the phone was refused before its end: nothing is proved");
  constexpr std::uint64_t step_s = 6 * 3'600;
  for (std::uint64_t elapsed = step_s; elapsed < 10 * seconds_per_day; elapsed += step_s) {
    lock->advance(step_s);
    const UnixSeconds now = later(usual_time, static_cast<std::int64_t>(elapsed));
    lock->hear_time(now);  // news of the time only
    const bool over = hour_of(now).value >= spec.snapshot.first_hour + spec.snapshot.hour_count;
    if (lock->type(code_from_memory(stolen, now, 8)).opened() && over)
      return opened(fmt::format("a revoked phone opens {} h after its schedule began", elapsed / 3'600));
  }
  return stopped();
}

// --- E04, E05, E06 --------------------------------------------------------------------------------------------------------

/// A code that is over, on a lock that knows it.
struct Expired {
  std::unique_ptr<LockTarget> lock;
  std::string code;
  UnixSeconds now;
  std::string next;  ///< a code that is good from `now` on
};

Expired expired_guest(System& system, Trial& trial, UnixSeconds& began) {
  LockSpec spec = usual_lock(trial.random, usual_time);
  spec.snapshot.settings.time_step_max_s = seconds_per_day;
  Issuer issuer(spec);
  began = usual_time;
  Expired expired{system.make_lock(spec), issuer.windowed_code(Family::kTimed, 11, usual_time), usual_time, {}};
  constexpr std::uint64_t half_day_s = seconds_per_day / 2;
  for (int i = 0; i < 6; ++i) {
    expired.lock->advance(half_day_s);
    expired.now.value += half_day_s;
    expired.lock->hear_time(expired.now);
  }
  expired.next = issuer.windowed_code(Family::kTimed, 11, expired.now);
  return expired;
}

Report must_not_open(Expired& expired, std::string_view after) {
  return expired.lock->type(expired.code).opened() ? opened(fmt::format("an expired code opens after {}", after)) : stopped();
}

std::vector<std::uint8_t> time_message(UnixSeconds time, const link::Nonce& nonce) {
  std::vector<std::uint8_t> bytes(64);
  ByteWriter writer(bytes);
  link::encode(link::Time{nonce, time.value, 0}, writer);
  bytes.resize(writer.size());
  return bytes;
}

Report e04_guest_sets_clock(System& system, Trial& trial) {
  constexpr std::int64_t year_s = std::int64_t{365} * seconds_per_day;
  for (const std::int64_t shift_s : {-std::int64_t{3} * seconds_per_day + 60, -std::int64_t{seconds_per_day}, 10 * year_s}) {
    UnixSeconds began;
    Expired expired = expired_guest(system, trial, began);
    const std::uint64_t before = expired.lock->clock().now.value;
    expired.lock->hear_stranger(time_message(later(expired.now, shift_s), link::Nonce(trial.random.bytes<16>())));
    if (expired.lock->clock().now.value != before) return opened(fmt::format("a stranger moves the clock by {} s", shift_s));
    if (const Report report = must_not_open(expired, "a stranger's time"); report.open) return report;
  }
  return stopped();
}

Report e05_spoofed_source(System& system, Trial& trial) {
  constexpr std::int64_t year_s = std::int64_t{365} * seconds_per_day;
  for (const std::int64_t shift_s : {std::int64_t{-47 * 60}, -std::int64_t{3} * seconds_per_day + 60, -year_s, year_s}) {
    UnixSeconds began;
    Expired expired = expired_guest(system, trial, began);
    expired.lock->hear_time(later(expired.now, shift_s));
    const std::uint64_t shown = expired.lock->clock().now.value;
    const std::uint64_t moved = shown > expired.now.value ? shown - expired.now.value : expired.now.value - shown;
    if (moved > 600) return opened(fmt::format("the clock follows a time that is {} s off", shift_s));
    if (const Report report = must_not_open(expired, "a spoofed time"); report.open) return report;
  }
  return stopped();
}

Report e06_battery_pull(System& system, Trial& trial) {
  for (std::uint32_t i = 0; i < 5 * trial.scale; ++i) {
    UnixSeconds began;
    Expired expired = expired_guest(system, trial, began);
    expired.lock->restart(ClockLoss::kLost);
    const std::uint64_t without_power_s = trial.random.below(30 * seconds_per_day);
    if (const Report report = must_not_open(expired, "a battery pull"); report.open) return report;
    expired.now.value += without_power_s;
    expired.lock->advance(trial.random.below(3'600));
    if (const Report report = must_not_open(expired, "a battery pull and a wait"); report.open) return report;
    expired.lock->hear_time(expired.now);
    if (expired.lock->clock().quality != ClockQuality::kSynced)
      return opened("authenticated time does not bring the clock back");
    if (const Report report = must_not_open(expired, "the time is back"); report.open) return report;
  }
  return stopped();
}

// --- E07 ------------------------------------------------------------------------------------------------------------------

/// Office hours that are asked for some days before the clocks change. The instants are those of Python's zoneinfo.
struct ClockChange {
  const char* zone;
  UnixSeconds asked;
  UnixSeconds opens;   ///< 09:00 on the first working day after
  UnixSeconds closes;  ///< 17:00
};
constexpr ClockChange clock_changes[] = {
    {"Europe/Berlin", {1'792'566'000}, {1'793'001'600}, {1'793'030'400}},        // 2026-10-26
    {"Europe/Berlin", {1'805'875'200}, {1'806'303'600}, {1'806'332'400}},        // 2027-03-29
    {"America/New_York", {1'793'192'400}, {1'793'628'000}, {1'793'656'800}},     // 2026-11-02
    {"America/New_York", {1'804'687'200}, {1'805'115'600}, {1'805'144'400}},     // 2027-03-15
    {"Australia/Lord_Howe", {1'806'444'000}, {1'806'877'800}, {1'806'906'600}},  // 2027-04-05: half an hour
    {"Africa/Casablanca", {1'801'728'000}, {1'802'163'600}, {1'802'192'400}},    // 2027-02-09: for Ramadan
    {"Pacific/Chatham", {1'821'557'700}, {1'821'986'100}, {1'822'014'900}},      // 2027-09-27
    {"Asia/Shanghai", {1'792'544'400}, {1'792'976'400}, {1'793'005'200}},        // 2026-10-26: no change at all
};

/// Time passes, and the lock hears of it.
void pass(LockTarget& lock, UnixSeconds& now, UnixSeconds until) {
  constexpr std::uint64_t step_s = 6 * 3'600;
  while (now < until) {
    const std::uint64_t seconds = std::min(step_s, until.value - now.value);
    lock.advance(seconds);
    now.value += seconds;
    lock.hear_time(now);
  }
}

Report e07_clocks_change(System& system, Trial& trial) {
  for (const ClockChange& change : clock_changes) {
    LockSpec spec = usual_lock(trial.random, change.asked);
    CARDEA_ASSERT(spec.snapshot.schedules.assign(system.office_hours(change.zone, change.asked)) == Status::kOk);
    spec.snapshot.slots[0].rule.schedule = 1;
    const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
    Issuer issuer(spec);
    UnixSeconds now = change.asked;
    const auto opens_at = [&](UnixSeconds moment) {
      pass(*lock, now, moment);
      return lock->type(issuer.app_code(usual_slot, now)).opened();
    };
    if (opens_at(later(change.opens, -60))) return opened(fmt::format("{}: it opens before its time", change.zone));
    if (!opens_at(change.opens)) return opened(fmt::format("{}: it does not open in its time", change.zone));
    if (!opens_at(later(change.closes, -60))) return opened(fmt::format("{}: it closes before its time", change.zone));
    if (opens_at(change.closes)) return opened(fmt::format("{}: it opens after its time", change.zone));
  }
  return stopped();
}

// --- E15 ------------------------------------------------------------------------------------------------------------------

/// What somebody types, one after the other, while the power may go at any flash operation.
struct Errand {
  std::string entry;
  bool opens;
};

std::vector<Errand> errands(Issuer& issuer, Trial& trial) {
  return {
      {wrong_code(trial.random, 8), false},
      {issuer.app_code(usual_slot, usual_time), true},
      {issuer.windowed_code(Family::kOnce, 5, usual_time), true},
      {wrong_code(trial.random, 10), false},
      {issuer.offline_code(pool_code(3)), true},
      {issuer.sms_code(usual_slot, usual_time), true},
  };
}

/// Types the errands with a cut at operation `cut`, then everything again: what opened may not open again, and what was
/// guessed is still counted. `reached`: the cut came.
Report cut_at(System& system, Trial& trial, std::uint32_t cut, bool& reached) {
  const LockSpec spec = usual_lock(trial.random, usual_time);
  const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
  Issuer issuer(spec);
  const std::vector<Errand> list = errands(issuer, trial);
  lock->cut_power_at(cut);
  std::vector<bool> done(list.size(), false);
  std::uint32_t guessed = 0;  // since the last code that was a hit: R14 lets it refund those before it
  std::size_t at = 0;
  for (; at < list.size() && !lock->power_is_off(); ++at) {
    const std::uint32_t pulses = lock->motor_pulses();
    const Typed typed = lock->type(list[at].entry);
    done[at] = lock->motor_pulses() > pulses;
    guessed = list[at].opens ? 0 : guessed + (typed.compared ? 1U : 0U);
  }
  reached = lock->power_is_off();
  lock->restart(ClockLoss::kKept);
  if (lock->failures() < guessed) return opened(fmt::format("power cut at operation {}: a failure is forgotten", cut));
  lock->restart(ClockLoss::kKept);
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!list[i].opens || lock->wait_s() != 0) continue;
    const std::uint32_t pulses = lock->motor_pulses();
    const Typed typed = lock->type(list[i].entry);
    const bool again = typed.opened() || lock->motor_pulses() > pulses;
    if (done[i] && again) return opened(fmt::format("power cut at operation {}: entry {} opens twice", cut, i));
    if (!done[i] && i >= at && !again) return opened(fmt::format("power cut at operation {}: entry {} is lost", cut, i));
  }
  return stopped();
}

Report e15_torn_writes(System& system, Trial& trial) {
  bool reached = true;
  for (std::uint32_t cut = 0; reached; ++cut)
    for (std::uint32_t i = 0; i < (trial.scale + 9) / 10; ++i)
      if (const Report report = cut_at(system, trial, cut, reached); report.open) return report;
  return stopped();
}

// --- E09 ------------------------------------------------------------------------------------------------------------------

/// Whoever owns the lock next, with other keys.
LockSpec next_owner(Random& random, const LockSpec& spec, UnixSeconds now) {
  LockSpec next = usual_lock(random, now);
  next.id = spec.id;
  next.claim_secret = Secret<activation::claim_secret_size_bytes>(random.bytes<activation::claim_secret_size_bytes>());
  next.session_chain = random.key();
  return next;
}

Report e09_previous_owner(System& system, Trial& trial) {
  const LockSpec spec = usual_lock(trial.random, usual_time);
  Issuer last(spec);
  std::unique_ptr<LockTarget> lock = system.make_lock(spec);
  if (!lock->type(last.app_code(usual_slot, usual_time)).opened()) return opened("the owner was refused: nothing is proved");
  UnixSeconds now = later(usual_time, 600);
  lock->advance(600);
  const LockSpec next = next_owner(trial.random, spec, now);
  lock = system.hand_on(std::move(lock), next, true);
  if (!lock) return opened("the owner may not hand the lock on: nothing is proved");
  if (lock->unlock_as_last_owner()) return opened("the last owner's platform still opens");
  if (lock->failures() != 0) return opened("the next owner sees what was guessed before");
  constexpr std::uint64_t apart_s = 3'600;
  const auto refuses = [&](const std::string& code) {
    lock->advance(apart_s);  // so that no wait answers for it
    now.value += apart_s;
    return !lock->type(code).opened();
  };
  for (std::uint32_t i = 0; i < trial.scale; ++i) {
    const UnixSeconds then = later(now, apart_s);
    if (!refuses(last.app_code(usual_slot, then))) return opened("a phone of the last owner's opens");
    if (!refuses(last.sms_code(usual_slot, later(now, apart_s)))) return opened("an SMS code of the last owner's opens");
    if (!refuses(last.windowed_code(Family::kTimed, 23, later(now, apart_s))))
      return opened("a code of the last owner's opens");
    if (!refuses(last.offline_code(pool_code(static_cast<std::uint16_t>(i))))) return opened("a kept code still opens");
  }
  lock->advance(apart_s);
  now.value += apart_s;
  return lock->type(Issuer(next).app_code(usual_slot, now)).opened() ? stopped()
                                                                     : opened("the next owner was refused: nothing is proved");
}

Report e09a_taken_from_afar(System& system, Trial& trial) {
  const LockSpec spec = usual_lock(trial.random, usual_time);
  const LockSpec next = next_owner(trial.random, spec, usual_time);
  if (system.hand_on(system.make_lock(spec), next, false)) return opened("a lock is taken from its owner without a hand at it");
  return system.hand_on(system.make_lock(spec), next, true) ? stopped() : opened("nobody can hand it on: nothing is proved");
}

constexpr Attack attacks[] = {
    {"D04", "One extracted unit opens the site", Flaw::kSharedKey, d04_extracted_unit},
    {"D08", "Reset from outside", Flaw::kResetClears, d08_reset},
    {"D09", "Random resets", Flaw::kOpensAtBoot, d09_random_resets},
    {"E01", "Revoked phone and lock that hear nothing", Flaw::kStaleSchedule, e01_stays_offline},
    {"E04", "Clock set by a guest", Flaw::kTimeFromAnyone, e04_guest_sets_clock},
    {"E05", "Spoofed source of time", Flaw::kTimeUnbounded, e05_spoofed_source},
    {"E06", "Battery pull", Flaw::kClockRestartsAtZero, e06_battery_pull},
    {"E07", "DST bug shifts schedules", Flaw::kOffsetOfTheDay, e07_clocks_change},
    {"E09", "Previous owner keeps access", Flaw::kKeepsKeyOverOwners, e09_previous_owner},
    {"E09a", "Lock taken from afar", Flaw::kGivesUpUnpressed, e09a_taken_from_afar},
    {"E15", "Power loss at any flash write", Flaw::kTornWrites, e15_torn_writes},
};

}  // namespace

std::span<const Attack> state_attacks() { return attacks; }

}  // namespace cardea::attacks
