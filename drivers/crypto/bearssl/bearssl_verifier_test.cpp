// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/bearssl/bearssl_verifier.hpp"

#include <gtest/gtest.h>

#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea {
namespace {

constexpr std::uint8_t message[] = {'a', 'n', ' ', 'i', 'm', 'a', 'g', 'e'};

/// A key that signs, at OpenSSL's.
struct Signer {
  OpensslProvider provider{4};
  P256Point key{};
  KeyHandle handle = provider.p256_generate(KeyKind::kSign, key).value();
  P256Signature signature{};
  Digest digest{};
  Signer() {
    EXPECT_EQ(provider.p256_sign(handle, message, signature), Status::kOk);
    EXPECT_EQ(provider.sha256(message, digest), Status::kOk);
  }
};

TEST(BearsslVerifier, RefusesEveryFlippedBitOfKeyDigestAndSignature) {
  Signer signer;
  BearsslVerifier verifier;
  const auto refuses = [&](auto& bytes) {
    for (std::size_t bit = 0; bit < 8 * bytes.size(); bit += 7) {
      bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
      EXPECT_EQ(verifier.p256_verify_digest(signer.key, signer.digest, signer.signature), Status::kForged) << bit;
      bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    }
  };
  refuses(signer.key);
  refuses(signer.digest);
  refuses(signer.signature);
  signer.signature.fill(0);
  EXPECT_EQ(verifier.p256_verify_digest(signer.key, signer.digest, signer.signature), Status::kForged);
}

TEST(BearsslVerifier, BelievesWhatWasSigned) {
  for (int i = 0; i < 20; ++i) {
    const Signer signer;
    BearsslVerifier verifier;
    EXPECT_EQ(verifier.p256_verify(signer.key, message, signer.signature), Status::kOk);
  }
}

/// `total` bytes, `piece` at a time, and then perhaps no more.
class Pieces final : public ByteSource {
 public:
  Pieces(ByteSpan bytes, std::size_t piece, Status end) : left_(bytes), piece_(piece), end_(end) {}
  Result<ByteSpan> next() override {
    const ByteSpan out = left_.first(std::min(piece_, left_.size()));
    left_ = left_.subspan(out.size());
    if (out.empty() && end_ != Status::kOk) return end_;
    return out;
  }

 private:
  ByteSpan left_;
  std::size_t piece_;
  Status end_;
};

TEST(BearsslVerifier, HashesWhatComesInPiecesAndPassesAFailureOn) {
  Signer signer;
  BearsslVerifier verifier;
  for (const std::size_t piece : {1u, 3u, 8u}) {
    Pieces whole(message, piece, Status::kOk);
    Digest digest{};
    EXPECT_EQ(verifier.sha256_of(whole, digest), Status::kOk);
    EXPECT_EQ(digest, signer.digest);
    Pieces broken(message, piece, Status::kFlashFailed);
    EXPECT_EQ(verifier.sha256_of(broken, digest), Status::kFlashFailed);
  }
}

TEST(BearsslVerifier, DoesNothingElse) {
  BearsslVerifier verifier;
  const KeyBytes key{};
  Bytes<32> out{};
  P256Point point{};
  EXPECT_EQ(verifier.import_key(KeyKind::kMac, key).status(), Status::kUnsupported);
  EXPECT_EQ(verifier.random(out), Status::kUnsupported);
  EXPECT_EQ(verifier.p256_generate(KeyKind::kSign, point).status(), Status::kUnsupported);
  EXPECT_EQ(verifier.hmac_sha256(KeyHandle{1}, message, out), Status::kUnsupported);
}

}  // namespace
}  // namespace cardea
