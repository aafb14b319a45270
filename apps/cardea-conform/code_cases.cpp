// SPDX-License-Identifier: Apache-2.0
// spec/codes.md at the keypad. The kit computes codes with core/codes, which spec/vectors/codes_v1.json holds.
#include <fmt/format.h>

#include "apps/cardea-conform/cases.hpp"
#include "apps/cardea/crypto.hpp"

namespace cardea::conform {
namespace {

constexpr std::uint8_t app_slot = 0;
constexpr std::uint8_t revoked_slot = 9;

bool type(Subject& lock, const Digits& code) { return lock.hands.type(code.reveal()); }

void expect(Subject& lock, const Digits& code, bool opens, const char* rule, const std::string& what) {
  if (type(lock, code) == opens) return;
  throw Failed(rule, fmt::format("{} {}", what, opens ? "opens" : "is refused"), opens ? "refused" : "opened");
}

/// Its clock is the kit's, and no wait is left from before.
void be_ready(Subject& lock) {
  lock.fresh_status("L9");
  const auto ask = lock.time_asked ? link::decode_time_ask(*lock.time_asked) : Result<link::TimeAsk>(Status::kNotFound);
  if (ask.ok()) lock.say(link::Time{ask->nonce, lock.now().value, 100});
  lock.settle();
}

/// A one-time code whose step nobody has used: the next one, for which time may have to pass.
Digits fresh_code(Subject& lock) {
  lock.advance(60);
  return lock.platform.app_code(lock.now(), app_slot, 0);
}

Digits other_than(const Digits& code) {
  return Digits::of((code.value() + 1'234'567) % power_of_ten(code.count()), code.count());
}

/// "once", for an hour from the last quarter of one on.
Descriptor once_code(Subject& lock, std::uint32_t index) {
  const auto start = static_cast<std::uint32_t>((lock.now().value - code_epoch_unix_s) / quarter_hour_s);
  return {.family = Family::kOnce, .klass = class_of_rank(0), .start = start, .index = index};
}

void opens_for_a_one_time_code_once(Subject& lock) {
  be_ready(lock);
  const Digits code = lock.platform.app_code(lock.now(), app_slot, 0);
  expect(lock, code, true, "R3", "the code of this step");
  if (const auto seen = lock.hands.openings(); seen && *seen != 1)
    throw Failed("E3", "the motor moves once", fmt::format("{} times", *seen));
  expect(lock, code, false, "R4", "a code that opened before");
}

void keeps_a_used_code_used(Subject& lock) {
  const Digits code = fresh_code(lock);
  expect(lock, code, true, "R3", "the code of this step");
  lock.restart();
  expect(lock, code, false, "R4", "a code that opened before a restart");
}

void refuses_codes_of_other_times(Subject& lock) {
  be_ready(lock);
  expect(lock, lock.platform.app_code({lock.now().value - 7'200}, app_slot, 0), false, "R3", "a code of two hours ago");
  expect(lock, lock.platform.app_code({lock.now().value + 7'200}, app_slot, 0), false, "R3", "a code of in two hours");
  expect(lock, fresh_code(lock), true, "R14", "a good code behind two wrong ones, at no wait,");
}

void refuses_an_older_step(Subject& lock) {
  const Digits older = fresh_code(lock);
  lock.advance(30);
  expect(lock, lock.platform.app_code(lock.now(), app_slot, 0), true, "R3", "the code of this step");
  expect(lock, older, false, "R4", "the code of the step before one that opened");
}

void opens_for_a_fixed_token(Subject& lock) {
  lock.advance(60);
  expect(lock, lock.platform.fixed_code(lock.now(), 7, 2), false, "R2", "a code of a fixed token of an earlier generation");
  expect(lock, lock.platform.fixed_code(lock.now(), 7, 3), true, "R3", "a code of a fixed token");
}

void knows_its_slots(Subject& lock) {
  lock.platform.set_slot(revoked_slot, 4);
  lock.apply("L6");
  lock.settle();
  lock.advance(60);
  expect(lock, lock.platform.app_code(lock.now(), revoked_slot, 4), true, "R3", "a code of a slot that was added");
  lock.platform.set_slot(revoked_slot, 5);
  lock.apply("L6");
  lock.settle();
  lock.advance(60);
  expect(lock, lock.platform.app_code(lock.now(), revoked_slot, 4), false, "R2", "a code of a generation that was revoked");
  expect(lock, lock.platform.app_code(lock.now(), revoked_slot, 5), true, "R2", "a code of the new generation");
}

void opens_for_an_offline_code_once(Subject& lock) {
  if (lock.platform.record().factory.lock_class == link::LockClass::kUnprotected)
    throw Skipped("an unprotected lock has no offline codes");
  be_ready(lock);
  const Digits code = lock.platform.offline_code(once_code(lock, 1));
  expect(lock, other_than(code), false, "R10", "a number that is nobody's code");
  expect(lock, code, true, "R10", "an offline code for once");
  expect(lock, code, false, "R10", "an offline code for once, a second time,");
  expect(lock, lock.platform.offline_code(once_code(lock, 2)), true, "R10", "another one of the same window");
}

void refuses_an_offline_code_of_another_window(Subject& lock) {
  if (lock.platform.record().factory.lock_class == link::LockClass::kUnprotected)
    throw Skipped("an unprotected lock has no offline codes");
  Descriptor past = once_code(lock, 0);
  past.start -= 8;
  expect(lock, lock.platform.offline_code(past), false, "R10", "an offline code whose window is over");
  Descriptor future = once_code(lock, 0);
  future.start += 8;
  expect(lock, lock.platform.offline_code(future), false, "R10", "an offline code whose window has not begun");
}

void release(Subject& lock) {
  if (!lock.end || !lock.bearer.open()) lock.greet("R15");
  lock.settle();
  const std::uint64_t command = lock.next_command++;
  lock.say(link::Command{command, link::Action::kReleaseKeypad});
  const auto said =
      link::decode_challenge(lock.must_hear(link::MessageType::kChallenge, "L7", "challenge, in answer to command"));
  if (!said.ok()) throw Failed("L7", "a challenge", "none");
  lock.say(link::Run{command, said->nonce, 30});
  const auto result = link::decode_result(lock.must_hear(link::MessageType::kResult, "L7", "result, in answer to run"));
  if (!result.ok() || !result->done) throw Failed("R15", "the keypad is released", "refused");
}

void counts_failures(Subject& lock) {
  release(lock);
  lock.bearer.hang_up();
  const std::uint16_t before = lock.fresh_status("R14").failures;
  expect(lock, other_than(fresh_code(lock)), false, "R3", "a number that is nobody's code");
  lock.bearer.hang_up();
  if (const std::uint16_t after = lock.fresh_status("R14").failures; after != before + 1)
    throw Failed("R14", fmt::format("{} failures after one more", before + 1), fmt::format("{}", after));
}

void waits_after_failures(Subject& lock) {
  for (int i = 0; i < 5; ++i) static_cast<void>(type(lock, other_than(fresh_code(lock))));
  for (int i = 0; i < 6; ++i) static_cast<void>(type(lock, other_than(lock.platform.app_code(lock.now(), app_slot, 0))));
  lock.bearer.hang_up();
  if (lock.fresh_status("R15").wait_s == 0) throw Failed("R15", "the keypad waits after so many failures", "it does not");
  expect(lock, lock.platform.app_code(lock.now(), app_slot, 0), false, "R15", "a good code, while the keypad waits,");
}

void waits_on_after_a_restart(Subject& lock) {
  lock.restart();
  if (lock.fresh_status("R16").wait_s == 0) throw Failed("R16", "the keypad waits on after a restart", "it does not");
  expect(lock, lock.platform.app_code(lock.now(), app_slot, 0), false, "R16", "a good code, while the keypad waits,");
}

/// R15: a release sets the count of 30 days to 0, and leaves the wait to the failures of the last 24 hours.
void ends_its_wait(Subject& lock) {
  release(lock);
  lock.bearer.hang_up();
  const link::LockStatus status = lock.fresh_status("R15");
  if (status.failures != 0)
    throw Failed("R15", "no failure of 30 days stands after a release", fmt::format("{}", status.failures));
  lock.advance(status.wait_s + 1);
  expect(lock, fresh_code(lock), true, "R15", "a good code, when the wait is over,");
}

/// event.md: what happened is on record, and an opening has exactly one outcome.
void records_what_happened(Subject& lock) {
  lock.bearer.hang_up();
  lock.fresh_status("E3");
  std::size_t refused = 0;
  std::size_t intentions = 0;
  std::size_t outcomes = 0;
  for (const audit::Record& record : lock.platform.record().records) {
    refused += record.kind == audit::Kind::kEntryRefused ? 1 : 0;
    intentions += record.kind == audit::Kind::kOpening ? 1 : 0;
    outcomes += record.kind == audit::Kind::kOpened || record.kind == audit::Kind::kOpenFailed ? 1 : 0;
  }
  if (refused == 0) throw Failed("E3", "the refused entries are on record", "none");
  if (intentions == 0 || intentions != outcomes)
    throw Failed("E3", "each opening has one outcome", fmt::format("{} intentions, {} outcomes", intentions, outcomes));
}

constexpr Case cases[] = {
    {"code: a one-time code opens once", "R3 R4 E3", opens_for_a_one_time_code_once},
    {"code: a used code stays used", "R4", keeps_a_used_code_used},
    {"code: refuses those of other times", "R3 R14", refuses_codes_of_other_times},
    {"code: refuses an older step", "R4", refuses_an_older_step},
    {"code: a fixed token opens in its generation", "R2 R3", opens_for_a_fixed_token},
    {"code: slots come and go", "R2 L6", knows_its_slots},
    {"code: an offline code opens once", "R10", opens_for_an_offline_code_once},
    {"code: refuses an offline code of another window", "R10", refuses_an_offline_code_of_another_window},
    {"wait: a failure is counted", "R14", counts_failures},
    {"wait: failures make it wait", "R15", waits_after_failures},
    {"wait: a restart does not end it", "R16", waits_on_after_a_restart},
    {"wait: a release clears the count, time ends it", "R15", ends_its_wait},
    {"records: what happened is in them", "E3 L4", records_what_happened},
};

}  // namespace

std::span<const Case> code_cases() { return cases; }

}  // namespace cardea::conform
