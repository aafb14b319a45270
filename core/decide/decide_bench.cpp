// SPDX-License-Identifier: Apache-2.0
// What verifying costs a lock with 32 active slots, app and SMS. The counters are exact counts of SHA-256 compressions and do
// not depend on the machine; keys_test.cpp holds them. The times are of this machine.
#include <benchmark/benchmark.h>

#include "core/crypto/testing/counting_provider.hpp"
#include "core/decide/decide.hpp"
#include "core/decide/hear.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea {
namespace {

constexpr std::uint64_t half_past_s = 500'000ull * 3'600 + 1'800;  // the middle of an hour: all steps lie in it
constexpr double slots_and_purposes = slot_count_max * otp_purpose_count;
constexpr double steps = 3;

struct LockOf32 {
  LockOf32() {
    keys.use_lock_key(counting.import_key(KeyKind::kMac, KeyBytes{}).value());
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
    benchmark::DoNotOptimize(judge(state, entry, admission, clock, keys));
    return counting.compressions() - before;
  }
  OpensslProvider openssl;
  CountingProvider counting{openssl};
  CodeKeys keys{counting, LockId{}};
  LockState state;
};

void verify_within_an_hour(benchmark::State& state) {
  LockOf32 lock;
  lock.type(half_past_s);
  std::uint64_t compressions = 0;
  for (auto _ : state) compressions = lock.type(half_past_s);
  state.counters["compressions_per_slot_purpose_step"] = static_cast<double>(compressions) / (slots_and_purposes * steps);
}
BENCHMARK(verify_within_an_hour);

void verify_first_in_an_hour(benchmark::State& state) {
  LockOf32 lock;
  std::uint64_t now_s = half_past_s;
  std::uint64_t compressions = 0;
  for (auto _ : state) compressions = lock.type(now_s += 3'600);
  // The hour's own part is what one derivation costs: an HMAC of one block, and the key that comes out.
  const double hour = 4;
  state.counters["compressions_for_the_hour"] = hour;
  state.counters["compressions_per_slot_purpose"] = (static_cast<double>(compressions) - hour) / slots_and_purposes;
}
BENCHMARK(verify_first_in_an_hour);

}  // namespace
}  // namespace cardea

BENCHMARK_MAIN();
