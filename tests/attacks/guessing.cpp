// SPDX-License-Identifier: Apache-2.0
// Group B: whoever guesses, over any channel, at any moment, with a hand on the power.

#include <fmt/format.h>

#include <deque>

#include "tests/attacks/attack.hpp"
#include "tests/attacks/issuer.hpp"
#include "tests/attacks/twin/secrets.hpp"

namespace cardea::attacks {
namespace {

constexpr std::uint32_t attempts_by_waits = 33;  // codes.md §4: 53 within a day, 20 of them refunded
constexpr std::uint32_t attempts_at_once = 3 + 1;
constexpr std::uint32_t guesses_of_day_max = attempts_by_waits + static_cast<std::uint32_t>(refund_count_max);
constexpr std::uint32_t guesses_of_month_max = keypad_off_failures + 30 * static_cast<std::uint32_t>(refund_count_max);

Report b01_every_channel(System& system, Trial& trial) {
  const LockSpec spec = usual_lock(trial.random, usual_time);
  const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
  constexpr std::uint64_t step_s = 15;
  std::uint32_t looked_at = 0;
  std::uint32_t round = 0;
  for (std::uint64_t elapsed = 0; elapsed < seconds_per_day; elapsed += step_s, ++round) {
    for (const std::size_t digits : {spec.snapshot.settings.codes.otp_digits, spec.snapshot.settings.codes.code_digits})
      looked_at += lock->type(wrong_code(trial.random, digits), {round}).compared ? 1 : 0;
    if (round % 97 == 0) lock->restart(ClockLoss::kKept);
    lock->advance(step_s);
  }
  const std::uint32_t bound = attempts_by_waits + static_cast<std::uint32_t>(release_decode_count_max);
  if (looked_at > bound) return opened(fmt::format("{} guesses looked at within a day, {} allowed", looked_at, bound));
  return stopped();
}

Report b02_parallel_visitors(System& system, Trial& trial) {
  const LockSpec spec = usual_lock(trial.random, usual_time);
  const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
  std::uint32_t looked_at = 0;
  for (std::uint32_t visitor = 0; visitor < 500 * trial.scale; ++visitor)
    looked_at += lock->type(wrong_code(trial.random, 8), {visitor}).compared ? 1 : 0;
  if (looked_at > attempts_at_once) return opened(fmt::format("{} guesses looked at in one moment", looked_at));
  lock->advance(lock->wait_s());
  if (lock->type(wrong_code(trial.random, 8)).alert != 5) return opened("five failures raised no alert");
  return stopped();
}

/// One order in which visitors arrive and finish: those who wait inside, and what is still to come.
class Interleaving {
 public:
  Interleaving(System& system, Trial& trial, std::size_t visitors) : system_(system), trial_(trial), visitors_(visitors) {}

  /// Tries every order; the most guesses that one of them had looked at.
  std::uint32_t worst() {
    extend({}, 0, {});
    return worst_;
  }

 private:
  static constexpr std::size_t arrival = 99;

  void extend(std::vector<std::size_t> order, std::size_t arrived, std::vector<std::size_t> inside) {
    if (arrived == visitors_ && inside.empty()) return play(order);
    if (arrived < visitors_) {
      std::vector<std::size_t> next = order;
      next.push_back(arrival);
      std::vector<std::size_t> more = inside;
      more.push_back(arrived);
      extend(std::move(next), arrived + 1, std::move(more));
    }
    for (std::size_t i = 0; i < inside.size(); ++i) {
      std::vector<std::size_t> next = order;
      next.push_back(inside[i]);
      std::vector<std::size_t> fewer = inside;
      fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
      extend(std::move(next), arrived, std::move(fewer));
    }
  }

  void play(const std::vector<std::size_t>& order) {
    const std::unique_ptr<LockTarget> lock = system_.make_lock(usual_lock(trial_.random, usual_time));
    for (std::uint32_t i = 1; i < wait_first_failure; ++i) static_cast<void>(lock->type(wrong_code(trial_.random, 8)));
    std::uint32_t looked_at = 0;
    std::vector<std::size_t> tickets;
    for (const std::size_t event : order) {
      if (event == arrival)
        tickets.push_back(lock->arrive(wrong_code(trial_.random, 8)));
      else
        looked_at += lock->finish(tickets.at(event)).compared ? 1 : 0;
    }
    worst_ = std::max(worst_, looked_at);
  }

  System& system_;
  Trial& trial_;
  std::size_t visitors_;
  std::uint32_t worst_ = 0;
};

Report b03_race(System& system, Trial& trial) {
  const std::size_t visitors_max = trial.scale > 1 ? 5 : 3;
  for (std::size_t visitors = 2; visitors <= visitors_max; ++visitors) {
    const std::uint32_t looked_at = Interleaving(system, trial, visitors).worst();
    if (looked_at > 1) return opened(fmt::format("{} of {} visitors had a guess looked at, one was left", looked_at, visitors));
  }
  return stopped();
}

Report b04_power_cut(System& system, Trial& trial) {
  for (const std::size_t digits : {std::size_t{8}, std::size_t{10}}) {
    for (std::uint32_t cut = 0;; ++cut) {
      const std::unique_ptr<LockTarget> lock = system.make_lock(usual_lock(trial.random, usual_time));
      std::uint32_t looked_at = 0;
      bool reached = false;
      for (std::uint32_t i = 0; i < 10 * trial.scale; ++i) {
        lock->cut_power_at(cut);
        const Typed typed = lock->type(wrong_code(trial.random, digits));
        // While the keypad waits, four entries of n digits are looked at in case they are a release code (R19), uncharged.
        looked_at += typed.compared && typed.reason != Reason::kLockedOut ? 1 : 0;
        if (i == 0) reached = lock->power_is_off();
        lock->restart(ClockLoss::kKept);
      }
      if (looked_at > attempts_at_once || lock->failures() < looked_at)
        return opened(
            fmt::format("power cut at operation {}: {} guesses looked at, {} counted", cut, looked_at, lock->failures()));
      if (!reached) break;
    }
  }
  return stopped();
}

Report b07_sliding_window(System& system, Trial& trial) {
  for (std::size_t size = 9; size <= 40; ++size) {
    for (std::uint32_t i = 0; i < trial.scale; ++i) {
      const LockSpec spec = usual_lock(trial.random, usual_time);
      const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
      const std::string code = Issuer(spec).app_code(usual_slot, usual_time);
      std::string entry = random_digits(trial.random, size);
      entry.replace(trial.random.below(size - code.size() + 1), code.size(), code);
      const Typed typed = lock->type(entry);
      if (typed.opened()) return opened(fmt::format("a code within {} digits opens", size));
      const bool a_length_of_codes = size == spec.snapshot.settings.codes.code_digits;
      if (typed.compared != a_length_of_codes) return opened(fmt::format("an entry of {} digits is looked at", size));
      if (lock->failures() != (typed.compared ? 1U : 0U)) return opened("guesses and charges differ");
    }
  }
  return stopped();
}

Report b10_lock_out(System& system, Trial& trial) {
  const LockSpec spec = usual_lock(trial.random, usual_time);
  const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
  constexpr std::uint64_t step_s = 600;
  bool alert = false;
  const std::uint64_t days = trial.scale > 1 ? 30 : 3;
  for (std::uint64_t elapsed = 0; elapsed < days * seconds_per_day; elapsed += step_s) {
    for (int i = 0; i < 5; ++i) alert |= lock->type(wrong_code(trial.random, 8)).alert != 0;
    if (!lock->press_inside()) return opened("the inside button is locked out");
    if (!lock->unlock_remotely()) return opened("the platform is locked out");
    const std::uint32_t wait_s = lock->wait_s();
    if (wait_s > wait_max_s && (wait_s != wait_off_s || lock->failures() < keypad_off_failures))
      return opened(fmt::format("the keypad waits {} s", wait_s));
    lock->advance(step_s);
  }
  if (!alert) return opened("nobody was told");
  lock->release_keypad();
  if (lock->wait_s() > wait_max_s) return opened("the platform cannot release the keypad");
  return stopped();
}

/// Guesses within a sliding window of time.
class GuessWindow {
 public:
  explicit GuessWindow(std::uint64_t length_s) : length_s_(length_s) {}
  std::size_t add(std::uint64_t at) {
    while (!guesses_.empty() && at - guesses_.front() >= length_s_) guesses_.pop_front();
    guesses_.push_back(at);
    return guesses_.size();
  }

 private:
  std::uint64_t length_s_;
  std::deque<std::uint64_t> guesses_;
};

Report b11_patient(System& system, Trial& trial) {
  const LockSpec spec = usual_lock(trial.random, usual_time);
  const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
  Issuer issuer(spec);
  GuessWindow day(seconds_per_day);
  GuessWindow month(failure_month_s);
  constexpr std::uint64_t visits_of_day = 50;
  constexpr std::uint64_t between_s = seconds_per_day / visits_of_day;
  bool alert = false;
  const std::uint64_t days = trial.scale > 1 ? 365 : 2;
  for (std::uint64_t visit = 0; visit < days * visits_of_day; ++visit) {
    const UnixSeconds now{usual_time.value + visit * between_s};
    if (visit % (visits_of_day / 4) == 0) lock->hear_time(now);
    for (std::uint32_t i = 1; i < wait_first_failure; ++i) {
      const Typed typed = lock->type(wrong_code(trial.random, 8));
      alert |= typed.alert != 0;
      if (!typed.compared) continue;
      if (const std::size_t guesses = day.add(now.value); guesses > guesses_of_day_max)
        return opened(fmt::format("{} guesses within a day", guesses));
      if (const std::size_t guesses = month.add(now.value); guesses > guesses_of_month_max)
        return opened(fmt::format("{} guesses within 30 days", guesses));
    }
    static_cast<void>(lock->type(issuer.app_code(usual_slot, now)));
    lock->advance(between_s);
  }
  return alert ? stopped() : opened("nobody was told");
}

/// PINs that locks have left the factory with: rows of one digit, runs up and down, halves repeated, years, and all of 4
/// digits.
std::vector<std::string> known_defaults() {
  std::vector<std::string> pins;
  for (std::uint64_t pin = 0; pin < 10'000; ++pin) pins.push_back(fmt::format("{:04}", pin));
  for (std::size_t digits = 6; digits <= 12; ++digits) {
    for (char digit = '0'; digit <= '9'; ++digit) pins.emplace_back(digits, digit);
    pins.push_back(std::string("123456789012").substr(0, digits));
    pins.push_back(std::string("987654321098").substr(0, digits));
    pins.push_back(std::string("012345678901").substr(0, digits));
    pins.push_back(std::string("121212121212").substr(0, digits));
    for (int year = 1990; year < 2030; ++year) pins.push_back(fmt::format("{}", year).append(digits - 4, '0'));
  }
  return pins;
}

Report b16_default_pin(System& system, Trial& trial) {
  LockSpec fresh = usual_lock(trial.random, usual_time);
  fresh.claimed = false;
  const std::unique_ptr<LockTarget> unclaimed = system.make_lock(fresh);
  for (const std::string& pin : known_defaults())
    if (unclaimed->type(pin).opened()) return opened("a factory-fresh lock opens for " + pin);
  std::unique_ptr<LockTarget> lock;
  std::size_t tried = 0;
  for (const std::string& pin : known_defaults()) {
    if (pin.size() < otp_digits_min) continue;
    if (tried++ % 3 == 0) lock = system.make_lock(usual_lock(trial.random, usual_time));  // before its first wait
    if (lock->type(pin).opened()) return opened("an activated lock opens for " + pin);
  }
  return stopped();
}

Report b17_master_code(System& system, Trial& trial) {
  for (std::uint32_t i = 0; i < 10 * trial.scale; ++i) {
    const LockSpec spec = usual_lock(trial.random, usual_time);
    const std::string master = master_code(spec.id);
    for (const std::size_t digits : {6, 8}) {
      if (system.make_lock(spec)->type(std::string_view(master).substr(0, digits)).opened())
        return opened("a code that the maker computes from the label opens");
    }
    Issuer makers(spec.id, KeyBytes{}, spec.snapshot.settings.codes);  // a key that was never set
    const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
    for (const std::string& code : {makers.app_code(usual_slot, usual_time), makers.offline_code(pool_code(0)),
                                    makers.windowed_code(Family::kTimed, 23, usual_time)})
      if (lock->type(code).opened()) return opened("a code of the all-zero key opens");
  }
  return stopped();
}

/// A lock full of PINs, any of which opens.
Report d13_fixed_codes(System& system, Trial& trial) {
  const LockSpec spec = lock_of_pins(trial.random, usual_time);
  const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
  constexpr std::uint64_t step_s = 15;
  std::uint32_t looked_at = 0;
  for (std::uint64_t elapsed = 0; elapsed < seconds_per_day; elapsed += step_s) {
    looked_at += lock->type("1" + random_digits(trial.random, pin_digits_min - 1u)).compared ? 1 : 0;
    lock->advance(step_s);
  }
  if (looked_at > attempts_by_waits) return opened(fmt::format("{} PINs looked at within a day", looked_at));
  return stopped();
}

constexpr Attack attacks[] = {
    {"B01", "Brute force over every channel", Flaw::kCounterPerKind, b01_every_channel},
    {"B02", "Brute force over parallel connections", Flaw::kCounterPerVisitor, b02_parallel_visitors},
    {"B03", "Check-then-charge race", Flaw::kCheckThenCharge, b03_race},
    {"B04", "Power cut before the failure is stored", Flaw::kChargeAfterCompare, b04_power_cut},
    {"B07", "Sliding-window keypad", Flaw::kSlidingWindow, b07_sliding_window},
    {"B10", "Lock-out of everybody", Flaw::kLockoutForAll, b10_lock_out},
    {"B11", "Patient attacker on a busy door", Flaw::kSuccessClearsFailures, b11_patient},
    {"B16", "Default PIN", Flaw::kDefaultPin, b16_default_pin},
    {"B17", "Maker's recovery code", Flaw::kMasterCode, b17_master_code},
    {"D13", "Brute force of a fixed code", Flaw::kPinsUncharged, d13_fixed_codes},
};

}  // namespace

std::span<const Attack> guessing_attacks() { return attacks; }

}  // namespace cardea::attacks
