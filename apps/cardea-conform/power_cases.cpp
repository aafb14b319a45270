// SPDX-License-Identifier: Apache-2.0
// The power goes in the middle of a write: at each flash operation of what a lock does, one after the other, until it gets to
// its end. Whatever was acknowledged stands afterwards, and what was not has happened wholly or not at all.
#include <fmt/format.h>

#include "apps/cardea-conform/cases.hpp"
#include "apps/cardea/crypto.hpp"

namespace cardea::conform {
namespace {

constexpr std::uint8_t app_slot = 0;
constexpr std::uint8_t changing_slot = 9;
constexpr std::uint64_t day_s = 24 * 3'600;

/// Its clock is the kit's, and no wait is left: an entry that was cut short is a failure (R14). Its records are whole, or
/// Failed.
link::LockStatus be_ready(Subject& lock) {
  lock.bearer.hang_up();
  link::LockStatus status = lock.fresh_status("L4");
  const auto ask = lock.time_asked ? link::decode_time_ask(*lock.time_asked) : Result<link::TimeAsk>(Status::kNotFound);
  if (ask.ok()) lock.say(link::Time{ask->nonce, lock.now().value, 100});
  lock.settle();
  if (status.wait_s != 0) lock.advance(status.wait_s + 1);
  return status;
}

void expect_opens_once(std::uint32_t operation, std::size_t count) {
  if (count > 1)
    throw Failed("R4", fmt::format("a code opens once, also when the power goes at flash operation {}", operation),
                 fmt::format("{} openings", count));
}

/// True when the power went before it was done.
bool enters_with_a_cut(Subject& lock, std::uint32_t operation) {
  be_ready(lock);
  lock.advance(60);
  const Digits code = lock.platform.app_code(lock.now(), app_slot, 0);
  lock.bearer.hang_up();
  static_cast<void>(lock.hands.openings());
  lock.cut_at(operation);
  const std::optional<bool> opened = lock.hands.type_until_cut(code.reveal());
  const bool cut = !lock.hands.has_power();
  std::size_t count = lock.hands.openings().value_or(opened.value_or(false) ? 1 : 0);
  lock.restart();
  be_ready(lock);
  const bool again = lock.hands.type(code.reveal());
  count += lock.hands.openings().value_or(again ? 1 : 0);
  expect_opens_once(operation, count);
  return cut;
}

/// One flash operation after the other, until `does` gets to its end without a cut.
void cut_everywhere(Subject& lock, bool (*does_with_a_cut)(Subject&, std::uint32_t)) {
  if (lock.cuts_max == 0) throw Skipped("--cuts 0");
  for (std::uint32_t operation = 1; operation <= lock.cuts_max && does_with_a_cut(lock, operation); ++operation) {
  }
}

void opens_once_wherever_the_power_goes(Subject& lock) {
  lock.advance(day_s);  // the failures of the cases before are too old to make it wait
  cut_everywhere(lock, enters_with_a_cut);
}

void expect_generation(Subject& lock, std::uint16_t generation, bool counts, std::uint32_t operation) {
  lock.advance(60);
  if (lock.hands.type(lock.platform.app_code(lock.now(), changing_slot, generation).reveal()) == counts) return;
  throw Failed("L6", fmt::format("a state is applied as a whole, also when the power goes at flash operation {}", operation),
               fmt::format("a code of generation {} {}", generation, counts ? "is refused" : "opens"));
}

/// True when the power went before it was done.
bool applies_with_a_cut(Subject& lock, std::uint32_t operation) {
  const std::uint32_t before = be_ready(lock).applied_version;
  testing::PlatformRecord& record = lock.platform.record();
  const auto generation = static_cast<std::uint16_t>(100 + operation);
  lock.platform.set_slot(changing_slot, generation);
  Message bytes(link::snapshot_size_bytes_max);
  ByteWriter out(bytes);
  if (link::encode(record.snapshot, record.factory.lock_class, out) != Status::kOk)
    throw client::refused("the kit made a desired state that cannot be written.");
  ++record.version;
  lock.cut_at(operation);
  lock.say(link::Desired{record.version, out.written()});
  const bool said = lock.hear(link::MessageType::kApplied, lock.patience.answer).has_value();
  const bool cut = !lock.hands.has_power();
  lock.restart();
  const std::uint32_t after = be_ready(lock).applied_version;
  if (after != record.version && (said || after != before))
    throw Failed("L6",
                 said ? fmt::format("what was said to be applied is, also when the power goes at flash operation {}", operation)
                      : fmt::format("version {} or {}", before, record.version),
                 fmt::format("version {}", after));
  expect_generation(lock, generation, after == record.version, operation);
  return cut;
}

void applies_wholly_wherever_the_power_goes(Subject& lock) { cut_everywhere(lock, applies_with_a_cut); }

constexpr Case cases[] = {
    {"power: a code opens once, wherever it goes", "R4 R14 L4", opens_once_wherever_the_power_goes},
    {"power: a state is applied wholly, wherever it goes", "L6 L4", applies_wholly_wherever_the_power_goes},
};

}  // namespace

std::span<const Case> power_cases() { return cases; }

}  // namespace cardea::conform
