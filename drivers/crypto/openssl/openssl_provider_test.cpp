// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/openssl/openssl_provider.hpp"

#include "core/crypto/testing/provider_contract.hpp"

namespace cardea {
namespace {

INSTANTIATE_TEST_SUITE_P(Openssl, ProviderContract,
                         testing::Values(ProviderUnderTest{
                             .name = "openssl",
                             .make = [] { return std::make_shared<OpensslProvider>(16); },
                             .key_count_max = 16,
                         }));

TEST(OpensslProvider, APrivateKeySurvivesExportAndImport) {
  OpensslProvider provider;
  P256Point point;
  const KeyHandle key = provider.p256_generate(KeyKind::kSign, point).value();
  P256Point again;
  const KeyHandle copy = provider.p256_import(KeyKind::kSign, provider.p256_export(key).value(), again).value();
  EXPECT_EQ(point, again);
  P256Signature signature;
  ASSERT_EQ(provider.p256_sign(copy, ascii("x"), signature), Status::kOk);
  EXPECT_EQ(provider.p256_verify(point, ascii("x"), signature), Status::kOk);
}

}  // namespace
}  // namespace cardea
