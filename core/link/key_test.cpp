// SPDX-License-Identifier: Apache-2.0
#include "core/link/key.hpp"

#include <gtest/gtest.h>

#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::link {
namespace {

/// What a lock proves itself with.
Digest proof(OpensslProvider& provider, std::uint8_t lock, std::uint8_t workspace, std::uint32_t key_id) {
  const KeyHandle k_session = provider.import_key(KeyKind::kMac, KeyBytes()).value();
  const session::SharedKey key = share_key(provider, k_session, {{lock}}, {workspace}, key_id).value();
  EXPECT_EQ(key.initiator, session::Id{lock});
  EXPECT_EQ(key.responder, session::Id{workspace});
  Digest out;
  EXPECT_EQ(provider.hmac_sha256(key.k_auth, ascii("M1"), out), Status::kOk);
  return out;
}

TEST(LinkKey, IsOfOneLockOneWorkspaceAndOneNumber) {
  OpensslProvider provider;
  const Digest own = proof(provider, 1, 2, 3);
  EXPECT_NE(proof(provider, 4, 2, 3), own);
  EXPECT_NE(proof(provider, 1, 4, 3), own);
  EXPECT_NE(proof(provider, 1, 2, 4), own);
  EXPECT_EQ(proof(provider, 1, 2, 3), own);
}

}  // namespace
}  // namespace cardea::link
