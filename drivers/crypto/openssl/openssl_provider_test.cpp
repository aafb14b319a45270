// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/openssl/openssl_provider.hpp"

#include <gtest/gtest.h>

namespace cardea {
namespace {

Bytes<32> filled(std::uint8_t value) {
  Bytes<32> out;
  out.fill(value);
  return out;
}

// RFC 4231 test case 1, its 20-byte key padded with zeros: HMAC pads it the same way.
TEST(OpensslProvider, MacsAsRfc4231) {
  OpensslProvider provider;
  KeyBytes key;
  std::fill_n(key.mutable_bytes().begin(), 20, std::uint8_t{0x0b});
  const KeyHandle handle = provider.import_key(KeyKind::kMac, key).value();
  Digest out;
  ASSERT_EQ(provider.hmac_sha256(handle, ascii("Hi There"), out), Status::kOk);
  const Digest expected{0xb0, 0x34, 0x4c, 0x61, 0xd8, 0xdb, 0x38, 0x53, 0x5c, 0xa8, 0xaf, 0xce, 0xaf, 0x0b, 0xf1, 0x2b,
                        0x88, 0x1d, 0xc2, 0x00, 0xc9, 0x83, 0x3d, 0xa7, 0x26, 0xe9, 0x37, 0x6c, 0x2e, 0x32, 0xcf, 0xf7};
  EXPECT_EQ(out, expected);
}

TEST(OpensslProvider, RefusesUnknownHandlesAndOtherKinds) {
  OpensslProvider provider(2);
  Digest out;
  EXPECT_EQ(provider.hmac_sha256(KeyHandle{}, {}, out), Status::kNotFound);
  EXPECT_EQ(provider.hmac_sha256(KeyHandle{9}, {}, out), Status::kNotFound);
  const KeyHandle block = provider.import_key(KeyKind::kBlock, KeyBytes(filled(1))).value();
  EXPECT_EQ(provider.hmac_sha256(block, {}, out), Status::kUnsupported);
  const KeyHandle mac = provider.import_key(KeyKind::kMac, KeyBytes(filled(2))).value();
  EXPECT_EQ(provider.import_key(KeyKind::kMac, KeyBytes(filled(3))).status(), Status::kFull);
  provider.release_key(mac);
  EXPECT_EQ(provider.hmac_sha256(mac, {}, out), Status::kNotFound);
  EXPECT_TRUE(provider.import_key(KeyKind::kMac, KeyBytes(filled(3))).ok());
}

TEST(OpensslProvider, CcmRefusesEveryFlippedBitAndLeavesNothing) {
  OpensslProvider provider;
  const KeyHandle key = provider.import_key(KeyKind::kAead, KeyBytes(filled(7))).value();
  const Bytes<5> plain{1, 2, 3, 4, 5};
  const auto aad = ascii("header");
  Bytes<13> sealed;
  ASSERT_EQ(provider.ccm_seal(key, CcmNonce{}, aad, plain, sealed), Status::kOk);
  Bytes<5> opened;
  ASSERT_EQ(provider.ccm_open(key, CcmNonce{}, aad, sealed, opened), Status::kOk);
  EXPECT_EQ(opened, plain);
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes<13> bent = sealed;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(provider.ccm_open(key, CcmNonce{}, aad, bent, opened), Status::kForged) << bit;
    EXPECT_EQ(opened, Bytes<5>{}) << bit;
  }
  EXPECT_EQ(provider.ccm_open(key, CcmNonce{}, ascii("heaver"), sealed, opened), Status::kForged);
}

TEST(OpensslProvider, CcmSealsAnEmptyMessage) {
  OpensslProvider provider;
  const KeyHandle key = provider.import_key(KeyKind::kAead, KeyBytes(filled(7))).value();
  Bytes<8> tag;
  ASSERT_EQ(provider.ccm_seal(key, CcmNonce{}, {}, {}, tag), Status::kOk);
  EXPECT_EQ(provider.ccm_open(key, CcmNonce{}, {}, tag, {}), Status::kOk);
  tag[0] ^= 1;
  EXPECT_EQ(provider.ccm_open(key, CcmNonce{}, {}, tag, {}), Status::kForged);
}

TEST(OpensslProvider, AgreesOnOneSecretAndRefusesPointsOffTheCurve) {
  OpensslProvider provider;
  P256Point a_public;
  P256Point b_public;
  const KeyHandle a = provider.p256_generate(KeyKind::kAgree, a_public).value();
  const KeyHandle b = provider.p256_generate(KeyKind::kAgree, b_public).value();
  Digest from_a;
  Digest from_b;
  ASSERT_EQ(provider.hmac_sha256(provider.p256_agree(a, b_public, KeyKind::kMac).value(), {}, from_a), Status::kOk);
  ASSERT_EQ(provider.hmac_sha256(provider.p256_agree(b, a_public, KeyKind::kMac).value(), {}, from_b), Status::kOk);
  EXPECT_EQ(from_a, from_b);
  P256Point off = b_public;
  off[63] ^= 1;
  EXPECT_EQ(provider.p256_agree(a, off, KeyKind::kMac).status(), Status::kMalformed);
  EXPECT_EQ(provider.p256_agree(a, P256Point{}, KeyKind::kMac).status(), Status::kMalformed);
}

TEST(OpensslProvider, VerifiesOnlyTheSignedMessage) {
  OpensslProvider provider;
  P256Point point;
  const KeyHandle key = provider.p256_generate(KeyKind::kSign, point).value();
  P256Signature signature;
  ASSERT_EQ(provider.p256_sign(key, ascii("head"), signature), Status::kOk);
  EXPECT_EQ(provider.p256_verify(point, ascii("head"), signature), Status::kOk);
  EXPECT_EQ(provider.p256_verify(point, ascii("heap"), signature), Status::kForged);
  EXPECT_EQ(provider.p256_verify(point, ascii("head"), P256Signature{}), Status::kForged);
  P256Signature bent = signature;
  bent[40] ^= 0x10;
  EXPECT_EQ(provider.p256_verify(point, ascii("head"), bent), Status::kForged);
  EXPECT_EQ(provider.p256_agree(key, point, KeyKind::kMac).status(), Status::kUnsupported);
}

/// Hands a message out in pieces of `size`, and fails after `good` of them.
class Pieces final : public ByteSource {
 public:
  Pieces(ByteSpan message, std::size_t size, std::size_t good = SIZE_MAX) : rest_(message), size_(size), good_(good) {}
  Result<ByteSpan> next() override {
    if (good_-- == 0) return Status::kCorrupt;
    const ByteSpan piece = rest_.first(std::min(size_, rest_.size()));
    rest_ = rest_.subspan(piece.size());
    return piece;
  }

 private:
  ByteSpan rest_;
  std::size_t size_;
  std::size_t good_;
};

TEST(OpensslProvider, HashesWhatComesInPiecesLikeTheWhole) {
  OpensslProvider provider;
  Bytes<1'000> message{};
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::uint8_t>(i * 7);
  Digest piecewise{};
  Pieces broken(message, 100, 3);
  EXPECT_EQ(provider.sha256_of(broken, piecewise), Status::kCorrupt);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{1'000}}) {
    Digest whole{};
    const ByteSpan part = ByteSpan(message).first(size);
    ASSERT_EQ(provider.sha256(part, whole), Status::kOk);
    Pieces pieces(part, 37);
    ASSERT_EQ(provider.sha256_of(pieces, piecewise), Status::kOk);
    EXPECT_EQ(piecewise, whole) << size;
  }
}

TEST(OpensslProvider, RefusesAPrivateKeyThatIsNoScalar) {
  OpensslProvider provider;
  P256Point point;
  EXPECT_EQ(provider.p256_import(KeyKind::kAgree, KeyBytes(), point).status(), Status::kMalformed);
  EXPECT_EQ(provider.p256_import(KeyKind::kAgree, KeyBytes(filled(0xff)), point).status(), Status::kMalformed);
}

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
