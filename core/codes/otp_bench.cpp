// SPDX-License-Identifier: Apache-2.0
// What a code costs on a server. The reference of issue_otp is what any implementation needs at least: three one-shot HMACs of
// OpenSSL over messages of the same lengths. Both run in one process, so that their ratio means something.
#include <benchmark/benchmark.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "core/codes/bound.hpp"
#include "core/codes/ff1.hpp"
#include "core/codes/otp.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea {
namespace {

constexpr std::size_t hour_message_size = 4 + 8 + 1 + 20 + 4;  // kdf's input for "otp.hour"
constexpr std::size_t slot_message_size = 4 + 8 + 1 + 3 + 4;   // and for "otp.slot"
constexpr std::size_t step_message_size = 8;

void issue_otp(benchmark::State& state) {
  OpensslProvider provider;
  const KeyHandle lock_key = provider.import_key(KeyKind::kMac, KeyBytes{}).value();
  OtpRequest request{OtpPurpose::kApp, {3, 1}, false, {1'800'000'000}, 8};
  for (auto _ : state) {
    request.time.value += 30;
    benchmark::DoNotOptimize(cardea::issue_otp(provider, lock_key, LockId{}, request));
  }
}
BENCHMARK(issue_otp);

void three_one_shot_hmacs(benchmark::State& state) {
  Bytes<32> key{};
  Bytes<hour_message_size> message{};
  for (auto _ : state) {
    for (const std::size_t size : {hour_message_size, slot_message_size, step_message_size}) {
      unsigned int written = 0;
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), size, key.data(), &written);
    }
    benchmark::DoNotOptimize(key);
  }
}
BENCHMARK(three_one_shot_hmacs);

void issue_offline_code(benchmark::State& state) {
  OpensslProvider provider;
  const KeyHandle lock_key = provider.import_key(KeyKind::kMac, KeyBytes{}).value();
  const KeyHandle code_key = derive_code_key(provider, lock_key, LockId{}, 0).value();
  std::uint64_t number = 0;
  for (auto _ : state) benchmark::DoNotOptimize(encrypt_number(provider, code_key, number++, 10));
}
BENCHMARK(issue_offline_code);

void bound_of_a_policy(benchmark::State& state) {
  const BoundPolicy policy{.app_slots = 32, .sms_slots = 32};
  for (auto _ : state) benchmark::DoNotOptimize(bound_of(policy));
}
BENCHMARK(bound_of_a_policy);

}  // namespace
}  // namespace cardea

BENCHMARK_MAIN();
