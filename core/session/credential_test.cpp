// SPDX-License-Identifier: Apache-2.0
#include "core/session/credential.hpp"

#include <gtest/gtest.h>

#include "core/base/testing/vectors.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::session {
namespace {

using Buffer = std::vector<std::uint8_t>;

/// A workspace that issues, an issuer with its right from the workspace, and somebody with a key.
struct Issuing {
  Issuing() {
    workspace = provider.p256_generate(KeyKind::kSign, workspace_key).value();
    issuer = provider.p256_generate(KeyKind::kSign, issuer_key).value();
    (void)provider.p256_generate(KeyKind::kAgree, somebody_key).value();
    trust.workspace = workspace_key;
    trust.now = UnixSeconds{1'500};
  }
  Buffer issue(KeyHandle signer, const Buffer& by, const NewCredential& credential) {
    Buffer out(credential_size_bytes_max);
    cbor::Writer writer(out);
    EXPECT_EQ(write_cwt(provider, signer, by, credential, writer), Status::kOk);
    out.resize(writer.size());
    return out;
  }
  [[nodiscard]] NewCredential of_issuer() const {
    return {issuer_name, UnixSeconds{1'000}, UnixSeconds{2'000}, true, issuer_kid, issuer_key};
  }
  [[nodiscard]] NewCredential of_somebody() const {
    return {somebody_name, UnixSeconds{1'400}, UnixSeconds{1'600}, false, somebody_kid, somebody_key};
  }
  Status verified(const Buffer& cwt) { return verify_cwt(provider, trust, decode_cwt(cwt).value()); }

  OpensslProvider provider;
  KeyHandle workspace;
  KeyHandle issuer;
  P256Point workspace_key{};
  P256Point issuer_key{};
  P256Point somebody_key{};
  Bytes<6> issuer_name = ascii("issuer");
  Bytes<3> somebody_name = ascii("Ana");
  Bytes<1> issuer_kid{1};
  Bytes<2> somebody_kid{2, 3};
  Trust trust;
};

// [rule: SE18]
TEST(Credential, AChainIsGoodWithTheWorkspaceAtItsEndAndTheRightToIssueInBetween) {
  Issuing issuing;
  const Buffer right = issuing.issue(issuing.workspace, {}, issuing.of_issuer());
  EXPECT_EQ(issuing.verified(issuing.issue(issuing.workspace, {}, issuing.of_somebody())), Status::kOk);
  EXPECT_EQ(issuing.verified(issuing.issue(issuing.issuer, right, issuing.of_somebody())), Status::kOk);

  EXPECT_EQ(issuing.verified(issuing.issue(issuing.issuer, {}, issuing.of_somebody())), Status::kForged) << "without the right";
  EXPECT_EQ(issuing.verified(issuing.issue(issuing.workspace, right, issuing.of_somebody())), Status::kForged)
      << "not the issuer's";
  const Buffer own_right = issuing.issue(issuing.issuer, {}, issuing.of_issuer());
  EXPECT_EQ(issuing.verified(issuing.issue(issuing.issuer, own_right, issuing.of_somebody())), Status::kForged)
      << "a right that nobody gave";
  NewCredential guest = issuing.of_issuer();
  guest.may_issue = false;
  const Buffer no_right = issuing.issue(issuing.workspace, {}, guest);
  EXPECT_EQ(issuing.verified(issuing.issue(issuing.issuer, no_right, issuing.of_somebody())), Status::kForged)
      << "a guest's key";
  NewCredential greedy = issuing.of_somebody();
  greedy.may_issue = true;
  EXPECT_EQ(issuing.verified(issuing.issue(issuing.issuer, right, greedy)), Status::kForged) << "a right passed on";
}

// [rule: SE18]
TEST(Credential, IsGoodWhileItAndItsIssuerAre) {
  Issuing issuing;
  const Buffer right = issuing.issue(issuing.workspace, {}, issuing.of_issuer());
  NewCredential longer = issuing.of_somebody();
  longer.from = UnixSeconds{500};
  longer.to = UnixSeconds{3'000};
  const Buffer cwt = issuing.issue(issuing.issuer, right, longer);
  const auto status_at = [&](std::uint64_t now) {
    issuing.trust.now = UnixSeconds{now};
    return issuing.verified(cwt);
  };
  EXPECT_EQ(status_at(999), Status::kStale) << "the issuer has not begun";
  EXPECT_EQ(status_at(1'000), Status::kOk);
  EXPECT_EQ(status_at(1'999), Status::kOk);
  EXPECT_EQ(status_at(2'000), Status::kStale) << "the issuer has ended";
  issuing.trust.now.reset();
  EXPECT_EQ(issuing.verified(cwt), Status::kNotReady);
  issuing.trust.workspace.reset();
  EXPECT_EQ(issuing.verified(cwt), Status::kNotFound);
}

// [rule: SE18]
TEST(Credential, AChainOfThreeDoesNotExist) {
  Issuing issuing;
  const Buffer right = issuing.issue(issuing.workspace, {}, issuing.of_issuer());
  NewCredential second = issuing.of_issuer();
  const Buffer two = issuing.issue(issuing.issuer, right, second);
  Buffer three(1'024);
  cbor::Writer writer(three);
  ASSERT_EQ(write_cwt(issuing.provider, issuing.issuer, two, issuing.of_somebody(), writer), Status::kOk);
  three.resize(writer.size());
  EXPECT_EQ(decode_cwt(three).status(), Status::kMalformed);
}

// [rule: SE18]
TEST(Credential, RefusesEveryFlippedBitAndTruncation) {
  Issuing issuing;
  const Buffer right = issuing.issue(issuing.workspace, {}, issuing.of_issuer());
  const Buffer cwt = issuing.issue(issuing.issuer, right, issuing.of_somebody());
  EXPECT_LE(cwt.size(), credential_size_bytes_max);
  for (std::size_t bit = 0; bit < cwt.size() * 8; ++bit) {
    Buffer bent = cwt;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    const Result<Cwt> decoded = decode_cwt(bent);
    EXPECT_TRUE(!decoded.ok() || verify_cwt(issuing.provider, issuing.trust, *decoded) != Status::kOk) << bit;
  }
  for (std::size_t size = 0; size < cwt.size(); ++size) EXPECT_FALSE(decode_cwt(ByteSpan(cwt).first(size)).ok()) << size;
}

TEST(Credential, ACcsIsReadAsItWasWrittenAndInNoOtherForm) {
  Issuing issuing;
  Bytes<128> buffer;
  cbor::Writer writer(buffer);
  write_ccs(writer, issuing.of_somebody());
  ASSERT_EQ(writer.status(), Status::kOk);
  const Buffer ccs(writer.written().begin(), writer.written().end());
  const Claims claims = decode_ccs(ccs).value();
  EXPECT_TRUE(std::ranges::equal(claims.subject, issuing.somebody_name));
  EXPECT_TRUE(std::ranges::equal(claims.kid, issuing.somebody_kid));
  EXPECT_EQ(claims.key, issuing.somebody_key);
  for (std::size_t size = 0; size < ccs.size(); ++size) EXPECT_FALSE(decode_ccs(ByteSpan(ccs).first(size)).ok());
  const std::vector<ByteSpan> known{ccs};
  issuing.trust.known = known;
  EXPECT_EQ(verify_ccs(issuing.trust, ccs), Status::kOk);
  EXPECT_EQ(find_known(issuing.trust, issuing.somebody_kid).status(), Status::kOk);
  EXPECT_EQ(find_known(issuing.trust, issuing.issuer_kid).status(), Status::kNotFound);
  for (std::size_t bit = 0; bit < ccs.size() * 8; ++bit) {
    Buffer bent = ccs;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(verify_ccs(issuing.trust, bent), Status::kNotFound);
  }
}

}  // namespace
}  // namespace cardea::session
