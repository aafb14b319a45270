// SPDX-License-Identifier: Apache-2.0
// Every case of spec/vectors/codes_v1.json but the scenarios, which core/decide runs. Made by an independent implementation.

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <memory>

#include "apps/vectors/vector_file.hpp"
#include "core/codes/bound.hpp"
#include "core/codes/internal/ff1.hpp"
#include "core/codes/offline.hpp"
#include "core/codes/windows.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea {
namespace {

const vectors::VectorFile& file() {
  static const auto parsed = vectors::read_vectors(CARDEA_SOURCE_DIR "/spec/vectors/codes_v1.json");
  return parsed.value();
}

class CodeVectors : public testing::Test {
 protected:
  KeyHandle import(const Bytes<32>& key, KeyKind kind = KeyKind::kMac) {
    return provider_.import_key(kind, KeyBytes(key)).value();
  }
  KeyHandle hour_key(const vectors::NamedLock& lock, Hour hour) {
    return derive_hour_key(provider_, import(lock.k_lock), lock.lock_id, hour).value();
  }
  KeyBytes derived(const vectors::KeyCase& test) {
    if (test.key == "kdf")
      return derive_bytes(provider_, import(test.k),
                          {reinterpret_cast<const std::uint8_t*>(test.label.data()), test.label.size()}, test.context)
          .value();
    const KeyHandle lock_key = import(test.lock.k_lock);
    if (test.key == "K_hour") return derive_hour_key_bytes(provider_, lock_key, test.lock.lock_id, test.hour).value();
    if (test.key == "K_code") return derive_code_key_bytes(provider_, lock_key, test.lock.lock_id, test.epoch).value();
    const OtpPurpose purpose = test.key == "K_sms" ? OtpPurpose::kSms : OtpPurpose::kApp;
    return derive_slot_key_bytes(provider_, hour_key(test.lock, test.hour), purpose, test.slot).value();
  }

  OpensslProvider provider_;
};

TEST_F(CodeVectors, EveryKeyDerivationAgrees) {
  for (const vectors::KeyCase& test : file().keys)
    EXPECT_TRUE(equal_constant_time(derived(test).bytes(), test.out)) << test.key << " " << test.hour.value;
}

TEST_F(CodeVectors, EveryOneTimeCodeAgrees) {
  for (const vectors::OtpCase& test : file().otp) {
    EXPECT_EQ(step_at(test.purpose, test.time), test.step);
    EXPECT_EQ(key_hour(test.purpose, test.step, test.fixed), test.hour);
    const KeyBytes key = derive_slot_key_bytes(provider_, hour_key(test.lock, test.hour), test.purpose, test.slot).value();
    EXPECT_TRUE(equal_constant_time(key.bytes(), test.k)) << test.code;
    const OtpRequest request{test.purpose, test.slot, test.fixed, test.time, test.digits};
    EXPECT_EQ(issue_otp(provider_, import(test.lock.k_lock), test.lock.lock_id, request)->reveal(), test.code);
  }
}

/// AES of any key size for NIST's samples: the provider, rightly, has AES-256 only.
class AnyAes {
 public:
  explicit AnyAes(const std::vector<std::uint8_t>& key) : context_(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free) {
    const EVP_CIPHER* cipher = key.size() == 16 ? EVP_aes_128_ecb() : key.size() == 24 ? EVP_aes_192_ecb() : EVP_aes_256_ecb();
    EVP_EncryptInit_ex(context_.get(), cipher, nullptr, key.data(), nullptr);
    EVP_CIPHER_CTX_set_padding(context_.get(), 0);
  }
  Status operator()(std::span<const std::uint8_t, 16> in, std::span<std::uint8_t, 16> out) const {
    int written = 0;
    const int done = EVP_EncryptUpdate(context_.get(), out.data(), &written, in.data(), 16);
    return done == 1 && written == 16 ? Status::kOk : Status::kCryptoFailed;
  }

 private:
  std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context_;
};

TEST_F(CodeVectors, EveryFf1SampleOfNistAgreesInBothDirections) {
  for (const vectors::Ff1Case& test : file().ff1) {
    const AnyAes aes(test.key);
    std::vector<std::uint16_t> numerals = test.plain;
    ASSERT_EQ(ff1::crypt(aes, test.radix, test.tweak, ff1::Direction::kEncrypt, numerals), Status::kOk);
    EXPECT_EQ(numerals, test.cipher) << "sample " << test.sample;
    ASSERT_EQ(ff1::crypt(aes, test.radix, test.tweak, ff1::Direction::kDecrypt, numerals), Status::kOk);
    EXPECT_EQ(numerals, test.plain) << "sample " << test.sample;
  }
}

TEST_F(CodeVectors, EveryOfflineCodeAgreesInBothDirections) {
  for (const vectors::OfflineCase& test : file().offline) {
    SCOPED_TRACE(test.code);
    EXPECT_EQ(number_of(test.descriptor, test.digits).value(), test.number);
    EXPECT_EQ(descriptor_of(test.number, test.digits).value(), test.descriptor);
    const KeyHandle key = derive_code_key(provider_, import(test.lock.k_lock), test.lock.lock_id, test.epoch).value();
    EXPECT_EQ(issue_offline(provider_, key, test.descriptor, test.digits)->reveal(), test.code);
    EXPECT_EQ(read_offline(provider_, key, Digits::parse(test.code)).value(), test.descriptor);
    provider_.release_key(key);
  }
}

TEST_F(CodeVectors, EveryDescriptorMeansTheSameTimes) {
  for (const vectors::OfflineCase& test : file().offline) {
    SCOPED_TRACE(test.code);
    EXPECT_LT(test.number_in_family, count_of(test.descriptor.family));
    if (test.interval) {
      EXPECT_EQ(interval_of(test.descriptor), *test.interval);
      EXPECT_EQ(class_length_s(test.descriptor.klass), test.duration_s);
    }
    if (test.t) {
      EXPECT_EQ(time_of(test.descriptor), *test.t);
    }
    EXPECT_EQ(clears_one_pool_code(test.descriptor), test.clears_pool.has_value());
    if (test.clears_pool) {
      EXPECT_EQ(test.descriptor, clear_pool_code(static_cast<std::uint16_t>(*test.clears_pool)));
    }
  }
}

TEST_F(CodeVectors, EveryInvalidOfflineCodeIsNoDescriptor) {
  for (const vectors::OfflineInvalidCase& test : file().offline_invalid) {
    const Digits code = Digits::parse(test.code);
    if (!test.number) {
      EXPECT_NE(code.count(), test.digits) << test.code;
      continue;
    }
    const KeyHandle key = derive_code_key(provider_, import(test.lock.k_lock), test.lock.lock_id, test.epoch).value();
    EXPECT_EQ(decrypt_code(provider_, key, code).value(), *test.number);
    EXPECT_EQ(read_offline(provider_, key, code).status(), Status::kOutOfRange) << test.code;
  }
}

// [rule: R18]
TEST_F(CodeVectors, EveryWindowIsPickedAlike) {
  for (const vectors::WindowCase& test : file().windows) {
    const auto is_free = [&](const Descriptor& candidate) {
      return std::ranges::find(test.issued, std::pair{candidate.klass, candidate.start}) == test.issued.end();
    };
    const auto picked = pick_window({test.family, test.from, test.to, std::nullopt}, is_free);
    ASSERT_TRUE(picked.ok());
    EXPECT_EQ(picked->descriptor, (Descriptor{test.family, test.klass, test.start, 0})) << test.from.value;
    EXPECT_EQ(picked->interval, test.interval);
  }
}

TEST_F(CodeVectors, EveryBoundAgrees) {
  for (const vectors::BoundCase& test : file().bounds) {
    const FamilyBound bound = family_bound(test.digits, test.activation_window_s);
    EXPECT_EQ(bound.timed, test.timed);
    EXPECT_EQ(bound.exclusive, test.exclusive);
    EXPECT_EQ(bound.once, test.once);
    EXPECT_EQ(bound.pool, test.pool);
    EXPECT_EQ(bound.clear, test.clear);
    EXPECT_EQ(bound.release, test.release);
    EXPECT_EQ(bound.opening, test.opening);
    EXPECT_EQ(bound.all, test.all);
  }
}

}  // namespace
}  // namespace cardea
