// SPDX-License-Identifier: Apache-2.0
// What a code costs a server. The reference of a one-time code that is issued is what any implementation needs at least: three
// one-shot HMACs of OpenSSL over messages of the same lengths. That of one whose key is ready, as a lock has it, is liboath.
#include <liboath/oath.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <string>

#include "core/codes/offline.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "tools/bench/report.hpp"

namespace cardea {
namespace {

constexpr std::size_t hour_message_size = 4 + 8 + 1 + 20 + 4;  // kdf's input for "otp.hour"
constexpr std::size_t slot_message_size = 4 + 8 + 1 + 3 + 4;   // and for "otp.slot"
constexpr std::size_t step_message_size = 8;

void three_one_shot_hmacs(Bytes<32>& key) {
  static constexpr Bytes<hour_message_size> message{};
  for (const std::size_t size : {hour_message_size, slot_message_size, step_message_size}) {
    unsigned int written = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), size, key.data(), &written);
  }
}

CARDEA_BENCH(codes_issue_one_time) {
  OpensslProvider provider;
  const KeyHandle lock_key = provider.import_key(KeyKind::kMac, KeyBytes{}).value();
  OtpRequest request{OtpPurpose::kApp, {3, 1}, false, {1'800'000'000}, 8};
  Bytes<32> key{};
  report.compare(
      "codes/issue_one_time", "codes/s", {"three one-shot OpenSSL HMACs", bench::at_least_ratio(0.5)},
      [&] {
        request.time.value += app_step_s;
        bench::keep(issue_otp(provider, lock_key, LockId{}, request));
      },
      [&] {
        three_one_shot_hmacs(key);
        bench::keep(key);
      });
}

/// The same digits from both, at every step.
CARDEA_BENCH(codes_one_time_value) {
  OpensslProvider provider;
  const KeyBytes key(Bytes<32>{1, 2, 3});
  const KeyHandle slot_key = provider.import_key(KeyKind::kMac, key).value();
  std::uint64_t step = 60'000'000;
  std::uint32_t mine = 0;
  char theirs[9] = {};
  const auto liboath = [&](std::uint64_t at) {
    CARDEA_ASSERT(oath_totp_generate2(reinterpret_cast<const char*>(key.bytes().data()), key.size_bytes,
                                      static_cast<time_t>(at * app_step_s), app_step_s, 0, 8, OATH_TOTP_HMAC_SHA256,
                                      theirs) == OATH_OK);
  };
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    mine = otp_value(provider, slot_key, {step + i}, 8).value();
    liboath(step + i);
    CARDEA_ASSERT(mine == static_cast<std::uint32_t>(std::stoul(theirs)));
  }
  report.compare(
      "codes/one_time_value", "codes/s", {"liboath", bench::at_least_ratio(0.5)},
      [&] { bench::keep(otp_value(provider, slot_key, {++step}, 8)); },
      [&] {
        liboath(++step);
        bench::keep(theirs);
      });
}

CARDEA_BENCH(codes_issue_offline) {
  OpensslProvider provider;
  const KeyHandle lock_key = provider.import_key(KeyKind::kMac, KeyBytes{}).value();
  const KeyHandle code_key = derive_code_key(provider, lock_key, LockId{}, 0).value();
  Descriptor code{Family::kTimed, 3, 0, 0};
  report.rate("codes/issue_offline", "codes/s", [&] {
    code.start = (code.start + 1) % start_count;
    bench::keep(issue_offline(provider, code_key, code, 10));
  });
}

}  // namespace
}  // namespace cardea
