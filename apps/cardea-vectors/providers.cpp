// SPDX-License-Identifier: Apache-2.0
// The providers that the family `provider` is run on.
#include "core/crypto/testing/provider_contract.hpp"
#include "drivers/crypto/gm/testing/host_gm.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea {
namespace {

INSTANTIATE_TEST_SUITE_P(Openssl, ProviderContract,
                         testing::Values(ProviderUnderTest{
                             .name = "openssl",
                             .make = [] { return std::make_shared<OpensslProvider>(16); },
                             .key_count_max = 16,
                         }));

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

}  // namespace
}  // namespace cardea
