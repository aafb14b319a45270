// SPDX-License-Identifier: Apache-2.0
// What verifying costs a lock with 32 active slots, app and SMS. The counters are exact counts of SHA-256 compressions and do
// not depend on the machine; keys_test.cpp holds them. The times are of this machine.
#include "core/crypto/testing/counting_provider.hpp"
#include "core/decide/decide.hpp"
#include "core/decide/hear.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "tools/bench/report.hpp"

namespace cardea {
namespace {

constexpr std::uint64_t half_past_s = 500'000ull * 3'600 + 1'800;  // the middle of an hour: all steps lie in it
constexpr std::uint64_t slots_and_purposes = slot_count_max * otp_purpose_count;
constexpr std::uint64_t steps = 3;

struct LockOf32 {
  LockOf32() {
    keys.use_lock_key(counting.import_key(KeyKind::kMac, KeyBytes{}).value());
    key_compressions = counting.compressions();
    ItemChanges changes;
    for (std::uint8_t slot = 0; slot < slot_count_max; ++slot)
      CARDEA_ASSERT(set_slot(state, {{slot, 1}, false, true}, changes) == Status::kOk);
  }
  std::uint64_t type(std::uint64_t now_s) {
    const std::uint64_t before = counting.compressions();
    state.throttle = {};  // so that no wait keeps an entry from being compared
    const ClockReading clock{{now_s}, ClockQuality::kSynced, 0, {now_s}, {now_s}};
    const Digits entry = Digits::of(12'345'678, 8);
    const Admission admission = admit(state, entry, clock, keys);
    bench::keep(judge(state, entry, admission, clock, keys));
    return counting.compressions() - before;
  }
  OpensslProvider openssl;
  CountingProvider counting{openssl};
  CodeKeys keys{counting, LockId{}};
  LockState state;
  std::uint64_t key_compressions = 0;  ///< of preparing K_lock, which a lock does once after a restart
};

// The counts are exact: they divide without a rest, or the assertions say so.
CARDEA_BENCH(decide_verify) {
  LockOf32 lock;
  const std::uint64_t cold = lock.key_compressions + lock.type(half_past_s);
  const std::uint64_t warm = lock.type(half_past_s);
  const std::uint64_t each = cold / slots_and_purposes;
  CARDEA_ASSERT(warm % (slots_and_purposes * steps) == 0);
  report.count("decide/verify/32_slots/within_an_hour_per_slot_purpose_step", warm / (slots_and_purposes * steps),
               "compressions", bench::at_most_value(2));
  report.count("decide/verify/32_slots/first_of_an_hour_per_slot_purpose", each, "compressions", bench::at_most_value(10));
  report.count("decide/verify/32_slots/first_of_an_hour_for_the_hour", cold - each * slots_and_purposes, "compressions",
               bench::at_most_value(6));
  report.rate("decide/verify/32_slots/entries", "entries/s", [&] { bench::keep(lock.type(half_past_s)); });
}

}  // namespace
}  // namespace cardea
