// SPDX-License-Identifier: Apache-2.0
#include "core/codes/pin.hpp"

#include <gtest/gtest.h>

#include "core/base/testing/vectors.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea {
namespace {

namespace json = boost::json;

// Made by tests/pin/vectors_test.py, which shares no code with core/codes.
const json::object& vectors() {
  static const json::object parsed = read_vector_file("pin_v1.json");
  return parsed;
}

Digits pin_of(const json::value& text) { return Digits::parse(std::string(text.as_string())); }

TEST(Pin, HasTheDigestsOfTheVectors) {
  ASSERT_GE(vectors().at("digests").as_array().size(), 12u);
  for (const json::value& test : vectors().at("digests").as_array()) {
    OpensslProvider provider(8);
    const KeyHandle lock_key = provider.import_key(KeyKind::kMac, KeyBytes(array_of_hex<32>(test.at("k_lock")))).value();
    const KeyHandle pin_key = derive_pin_key(provider, lock_key, LockId{array_of_hex<16>(test.at("lock_id"))}).value();
    const PinDigest digest = pin_digest(provider, pin_key, pin_of(test.at("pin"))).value();
    EXPECT_EQ(digest, array_of_hex<16>(test.at("digest"))) << test.at("pin");
  }
}

// [rule: P2]
TEST(Pin, IsWeakWhereTheVectorsSaySo) {
  ASSERT_GE(vectors().at("weak").as_array().size(), 20u);
  for (const json::value& test : vectors().at("weak").as_array())
    EXPECT_EQ(is_weak_pin(pin_of(test.at("pin"))), test.at("weak").as_bool()) << test.at("pin");
}

// [rule: P2]
TEST(Pin, IsWeakAsOftenAsTheVectorsCount) {
  for (const json::value& test : vectors().at("weak_counts").as_array()) {
    const auto digits = static_cast<std::size_t>(test.at("digits").as_int64());
    std::int64_t count = 0;
    for (std::uint64_t value = 0; value < power_of_ten(digits); ++value)
      if (is_weak_pin(Digits::of(value, digits))) ++count;
    EXPECT_EQ(count, test.at("count").as_int64());
  }
}

// [rule: P3]
TEST(Pin, HoldsTheNumberOfItsDoorWhereTheVectorsSaySo) {
  ASSERT_GE(vectors().at("door_numbers").as_array().size(), 10u);
  for (const json::value& test : vectors().at("door_numbers").as_array())
    EXPECT_EQ(holds_door_number(pin_of(test.at("pin")), std::string(test.at("name").as_string())), test.at("holds").as_bool())
        << test.at("name") << " " << test.at("pin");
}

// [rule: P1]
TEST(Pin, HasALengthOfItsOwn) {
  for (std::uint8_t otp = otp_digits_min; otp <= otp_digits_max; ++otp)
    for (std::uint8_t code = code_digits_min; code <= code_digits_max; ++code)
      for (std::uint8_t pin = 0; pin < 20; ++pin) {
        const bool in_range = pin >= 6 && pin <= 10;
        EXPECT_EQ(is_pin_length(pin, otp, code), in_range && pin != otp && pin != code);
      }
}

}  // namespace
}  // namespace cardea
