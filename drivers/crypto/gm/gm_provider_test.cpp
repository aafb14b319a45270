// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/gm/gm_provider.hpp"

#include "core/crypto/testing/provider_contract.hpp"
#include "drivers/crypto/gm/testing/host_gm.hpp"

namespace cardea {
namespace {

INSTANTIATE_TEST_SUITE_P(Gm, ProviderContract,
                         testing::Values(ProviderUnderTest{
                             .name = "gm",
                             .make =
                                 [] {
                                   const auto host = std::make_shared<HostGm>();
                                   return std::shared_ptr<Provider>(host, &host->provider);
                                 },
                             .key_count_max = HostGm::key_count_max,
                         }));

TEST(GmProvider, GivesNoRandomBytesAndSignsNothingWhileTheNoiseSourceFails) {
  HostGm chip;
  P256Point point;
  P256Signature signature{};
  const KeyHandle key = chip.provider.p256_import(KeyKind::kSign, KeyBytes(Bytes<32>{1}), point).value();
  chip.noise.broken = true;
  Bytes<16> bytes{};
  EXPECT_EQ(chip.provider.random(bytes), Status::kCryptoFailed);
  EXPECT_EQ(chip.provider.p256_generate(KeyKind::kAgree, point).status(), Status::kCryptoFailed);
  EXPECT_EQ(chip.provider.p256_sign(key, {}, signature), Status::kCryptoFailed);
  EXPECT_EQ(bytes, Bytes<16>{});
  chip.noise.broken = false;
  EXPECT_EQ(chip.provider.random(bytes), Status::kOk);
}

TEST(GmProvider, AsksTheNoiseSourceAgainAfterAThousandCalls) {
  HostGm chip;
  Bytes<4> bytes;
  for (std::uint32_t i = 0; i < gm_reseed_interval; ++i) ASSERT_EQ(chip.provider.random(bytes), Status::kOk);
  EXPECT_EQ(chip.noise.gathered, 1);
  ASSERT_EQ(chip.provider.random(bytes), Status::kOk);
  EXPECT_EQ(chip.noise.gathered, 2);
}

TEST(GmProvider, WipesEveryKeyThatItForgets) {
  HostNoise noise;
  std::array<GmKeySlot, 3> slots;
  {
    GmProvider provider(slots, noise);
    P256Point point;
    ASSERT_TRUE(provider.import_key(KeyKind::kMac, KeyBytes(Bytes<32>{7})).ok());
    ASSERT_TRUE(provider.p256_generate(KeyKind::kSign, point).ok());
    provider.release_key(provider.import_key(KeyKind::kBlock, KeyBytes(Bytes<32>{7})).value());
    EXPECT_TRUE(equal_constant_time(slots[2].bytes.bytes(), Bytes<64>{}));
  }
  for (const GmKeySlot& slot : slots) EXPECT_TRUE(equal_constant_time(slot.bytes.bytes(), Bytes<64>{}));
}

}  // namespace
}  // namespace cardea
