// SPDX-License-Identifier: Apache-2.0
#pragma once
// What core/crypto/provider.hpp promises, as one suite that every provider runs, with the vectors of
// spec/vectors/provider_v1.json (suite intl, all published) or provider_gm_v1.json. A provider's test says what it is and no
// more:
//
//   INSTANTIATE_TEST_SUITE_P(Openssl, ProviderContract, testing::Values(ProviderUnderTest{.name = "…", .make = …}));

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "core/base/testing/vectors.hpp"
#include "core/crypto/kdf.hpp"
#include "core/crypto/provider.hpp"

namespace cardea {

struct ProviderUnderTest {
  std::string name;
  /// A provider without keys. Every call makes another, with other random bytes.
  std::function<std::shared_ptr<Provider>()> make;
  /// How many keys it holds; at least 4.
  std::size_t key_count_max = 4;
  /// Signs as RFC 6979 says.
  bool signs_deterministically = false;

  friend void PrintTo(const ProviderUnderTest& provider, std::ostream* out) { *out << provider.name; }
};

class ProviderContract : public testing::TestWithParam<ProviderUnderTest> {
 protected:
  static KeyBytes filled(std::uint8_t value) {
    Bytes<32> out;
    out.fill(value);
    return KeyBytes(out);
  }
  /// 32 bytes; shorter hex is followed by zeros.
  static KeyBytes key_of(const boost::json::value& hex) {
    const std::vector<std::uint8_t> bytes = bytes_of_hex(hex);
    KeyBytes key;
    std::ranges::copy(bytes, key.mutable_bytes().begin());
    return key;
  }
  [[nodiscard]] static std::string source_of(const boost::json::value& vector) {
    return std::string(vector.at("source").as_string());
  }
  [[nodiscard]] const boost::json::array& vectors(std::string_view name) const { return file_.at(name).as_array(); }
  Provider& provider() { return *provider_; }
  [[nodiscard]] bool is_gm() const { return provider_->suite() == Suite::kGm; }
  /// Of the curve: `order` of its group, which no private scalar and no half of a signature reaches, the `last` private scalar,
  /// and `prime`, which no coordinate reaches.
  [[nodiscard]] Bytes<32> of_curve(std::string_view name) const { return array_of_hex<32>(file_.at("curve").at(name)); }
  ScopedKey held(Result<KeyHandle> key) { return {provider(), key.value()}; }
  ScopedKey import(KeyKind kind, const KeyBytes& key) { return held(provider().import_key(kind, key)); }
  ScopedKey import_private(KeyKind kind, const boost::json::value& scalar) {
    P256Point ignored;
    return held(provider().p256_import(kind, key_of(scalar), ignored));
  }
  Digest mac(const ScopedKey& key, ByteSpan message) {
    Digest out{};
    EXPECT_EQ(provider().hmac_sha256(key.handle(), message, out), Status::kOk);
    return out;
  }
  /// What a key that left nothing but its handle holds: two keys are one when they mac alike.
  Digest print_of(const ScopedKey& key) { return mac(key, ascii("which key is this?")); }

 private:
  std::shared_ptr<Provider> provider_ = GetParam().make();
  boost::json::object file_ = read_vector_file(is_gm() ? "provider_gm_v1.json" : "provider_v1.json");
};

/// Every kind that import_key() takes.
inline constexpr KeyKind imported_kinds[] = {KeyKind::kMac, KeyKind::kBlock, KeyKind::kAead, KeyKind::kAead128,
                                             KeyKind::kInput};

// --- Handles
// ------------------------------------------------------------------------------------------------------------------

TEST_P(ProviderContract, RefusesHandlesThatNameNoKey) {
  const ScopedKey gone = import(KeyKind::kMac, filled(1));
  provider().release_key(gone.handle());
  for (const KeyHandle none : {KeyHandle{}, KeyHandle{999}, KeyHandle{65'535}, gone.handle()}) {
    Digest digest;
    Bytes<block_size_bytes> block{};
    Bytes<ccm_tag_size_bytes> sealed{};
    P256Signature signature;
    EXPECT_EQ(provider().hmac_sha256(none, {}, digest), Status::kNotFound);
    EXPECT_EQ(provider().derive_key(none, {}, KeyKind::kMac).status(), Status::kNotFound);
    EXPECT_EQ(provider().hkdf_extract({}, none).status(), Status::kNotFound);
    EXPECT_EQ(provider().aes256_encrypt_block(none, block, block), Status::kNotFound);
    EXPECT_EQ(provider().ccm_seal(none, {}, {}, {}, sealed), Status::kNotFound);
    EXPECT_EQ(provider().ccm_open(none, {}, {}, sealed, {}), Status::kNotFound);
    EXPECT_EQ(provider().p256_agree(none, {}, KeyKind::kMac).status(), Status::kNotFound);
    EXPECT_EQ(provider().p256_sign(none, {}, signature), Status::kNotFound);
    provider().release_key(none);
  }
}

TEST_P(ProviderContract, RefusesAKeyForAnythingButItsPurpose) {
  P256Point ignored;
  const auto refuses_all_but = [&](KeyKind kind, KeyHandle key) {
    const auto expected = [kind](std::initializer_list<KeyKind> fit) {
      return std::ranges::find(fit, kind) != fit.end() ? Status::kOk : Status::kUnsupported;
    };
    Digest digest;
    Bytes<block_size_bytes> block{};
    Bytes<ccm_tag_size_bytes> sealed{};
    P256Signature signature;
    EXPECT_EQ(provider().hmac_sha256(key, {}, digest), expected({KeyKind::kMac}));
    EXPECT_EQ(provider().aes256_encrypt_block(key, block, block), expected({KeyKind::kBlock}));
    EXPECT_EQ(provider().ccm_seal(key, {}, {}, {}, sealed), expected({KeyKind::kAead, KeyKind::kAead128}));
    EXPECT_EQ(provider().ccm_open(key, {}, {}, sealed, {}), expected({KeyKind::kAead, KeyKind::kAead128}));
    EXPECT_EQ(provider().p256_sign(key, {}, signature), expected({KeyKind::kSign}));
    if (kind != KeyKind::kMac) {
      EXPECT_EQ(provider().derive_key(key, {}, KeyKind::kMac).status(), Status::kUnsupported);
    }
    if (kind != KeyKind::kInput) {
      EXPECT_EQ(provider().hkdf_extract({}, key).status(), Status::kUnsupported);
    }
    if (kind != KeyKind::kAgree) {
      EXPECT_EQ(provider().p256_agree(key, {}, KeyKind::kMac).status(), Status::kUnsupported);
    }
  };
  for (const KeyKind kind : imported_kinds) refuses_all_but(kind, import(kind, filled(1)).handle());
  for (const KeyKind kind : {KeyKind::kAgree, KeyKind::kSign})
    refuses_all_but(kind, held(provider().p256_import(kind, filled(1), ignored)).handle());
}

TEST_P(ProviderContract, RefusesToMakeAKeyOfAKindThatComesAnotherWay) {
  P256Point point;
  const ScopedKey parent = import(KeyKind::kMac, filled(1));
  for (const KeyKind kind : {KeyKind::kAgree, KeyKind::kSign}) {
    EXPECT_EQ(provider().import_key(kind, filled(1)).status(), Status::kUnsupported);
    EXPECT_EQ(provider().derive_key(parent.handle(), {}, kind).status(), Status::kUnsupported);
  }
  for (const KeyKind kind : imported_kinds) {
    EXPECT_EQ(provider().p256_generate(kind, point).status(), Status::kUnsupported);
    EXPECT_EQ(provider().p256_import(kind, filled(1), point).status(), Status::kUnsupported);
  }
  const ScopedKey own = held(provider().p256_import(KeyKind::kAgree, filled(1), point));
  for (const KeyKind kind : {KeyKind::kBlock, KeyKind::kAead, KeyKind::kAead128, KeyKind::kAgree, KeyKind::kSign})
    EXPECT_EQ(provider().p256_agree(own.handle(), point, kind).status(), Status::kUnsupported);
}

TEST_P(ProviderContract, IsFullWhenItsTableIs) {
  P256Point point;
  std::vector<ScopedKey> keys;
  keys.push_back(held(provider().p256_import(KeyKind::kAgree, filled(1), point)));
  keys.push_back(import(KeyKind::kMac, filled(1)));
  keys.push_back(import(KeyKind::kInput, filled(1)));
  while (keys.size() < GetParam().key_count_max) keys.push_back(import(KeyKind::kBlock, filled(1)));
  EXPECT_EQ(provider().import_key(KeyKind::kMac, filled(2)).status(), Status::kFull);
  EXPECT_EQ(provider().derive_key(keys[1].handle(), {}, KeyKind::kAead).status(), Status::kFull);
  EXPECT_EQ(provider().hkdf_extract({}, keys[2].handle()).status(), Status::kFull);
  EXPECT_EQ(provider().p256_agree(keys[0].handle(), point, KeyKind::kMac).status(), Status::kFull);
  EXPECT_EQ(provider().p256_generate(KeyKind::kAgree, point).status(), Status::kFull);
  EXPECT_EQ(provider().p256_import(KeyKind::kSign, filled(1), point).status(), Status::kFull);
  keys.pop_back();
  EXPECT_TRUE(provider().import_key(KeyKind::kMac, filled(2)).ok());
}

TEST_P(ProviderContract, KeepsOtherKeysWhenOneIsReleasedAndReplaced) {
  const ScopedKey first = import(KeyKind::kMac, filled(1));
  ScopedKey second = import(KeyKind::kMac, filled(2));
  const ScopedKey third = import(KeyKind::kMac, filled(3));
  const Digest before = print_of(third);
  provider().release_key(second.detach());
  const ScopedKey fourth = import(KeyKind::kBlock, filled(4));
  Digest digest;
  EXPECT_EQ(provider().hmac_sha256(fourth.handle(), {}, digest), Status::kUnsupported);
  EXPECT_EQ(print_of(third), before);
  EXPECT_NE(print_of(first), before);
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

// --- Hash, MAC, derivation
// ----------------------------------------------------------------------------------------------------

TEST_P(ProviderContract, HashesAsPublished) {
  for (const auto& vector : vectors("sha256")) {
    Digest digest;
    ASSERT_EQ(provider().sha256(bytes_of_hex(vector.at("message")), digest), Status::kOk);
    EXPECT_EQ(digest, array_of_hex<32>(vector.at("digest"))) << source_of(vector);
  }
}

TEST_P(ProviderContract, HashesWhatComesInPiecesLikeTheWhole) {
  Bytes<1'000> message{};
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<std::uint8_t>(i * 7);
  Digest piecewise{};
  Pieces broken(message, 100, 3);
  EXPECT_EQ(provider().sha256_of(broken, piecewise), Status::kCorrupt);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{63}, std::size_t{64}, std::size_t{1'000}}) {
    Digest whole{};
    const ByteSpan part = ByteSpan(message).first(size);
    ASSERT_EQ(provider().sha256(part, whole), Status::kOk);
    Pieces pieces(part, 37);
    ASSERT_EQ(provider().sha256_of(pieces, piecewise), Status::kOk);
    EXPECT_EQ(piecewise, whole) << size;
  }
}

TEST_P(ProviderContract, MacsAsPublished) {
  for (const auto& vector : vectors("hmac")) {
    const ScopedKey key = import(KeyKind::kMac, key_of(vector.at("key")));
    EXPECT_EQ(mac(key, bytes_of_hex(vector.at("message"))), array_of_hex<32>(vector.at("mac"))) << source_of(vector);
  }
}

TEST_P(ProviderContract, DerivesTheKeyThatItsMacWouldBe) {
  const ScopedKey parent = import(KeyKind::kMac, filled(1));
  const KeyBytes derived(mac(parent, ascii("input")));
  EXPECT_EQ(print_of(held(provider().derive_key(parent.handle(), ascii("input"), KeyKind::kMac))),
            print_of(import(KeyKind::kMac, derived)));
  const Bytes<3> plain{1, 2, 3};
  for (const KeyKind kind : {KeyKind::kAead, KeyKind::kAead128}) {
    const ScopedKey child = held(provider().derive_key(parent.handle(), ascii("input"), kind));
    const ScopedKey twin = import(kind, derived);
    Bytes<11> sealed;
    Bytes<3> opened;
    ASSERT_EQ(provider().ccm_seal(child.handle(), {}, {}, plain, sealed), Status::kOk);
    EXPECT_EQ(provider().ccm_open(twin.handle(), {}, {}, sealed, opened), Status::kOk);
  }
}

TEST_P(ProviderContract, ExtractsAsPublished) {
  for (const auto& vector : vectors("hkdf_extract")) {
    const ScopedKey input = import(KeyKind::kInput, key_of(vector.at("input")));
    const ScopedKey extracted = held(provider().hkdf_extract(bytes_of_hex(vector.at("salt")), input.handle()));
    EXPECT_EQ(print_of(extracted), print_of(import(KeyKind::kMac, key_of(vector.at("prk"))))) << source_of(vector);
  }
}

// RFC 2104: an HMAC key longer than a block of the hash stands for its digest; no salt stands for 32 zeros (RFC 5869 2.2).
TEST_P(ProviderContract, ExtractsUnderASaltOfAnySize) {
  const ScopedKey input = import(KeyKind::kInput, filled(7));
  const auto extracted = [&](ByteSpan salt) { return print_of(held(provider().hkdf_extract(salt, input.handle()))); };
  Bytes<65> salt;
  salt.fill(0xaa);
  Digest hashed;
  ASSERT_EQ(provider().sha256(salt, hashed), Status::kOk);
  EXPECT_EQ(extracted(salt), extracted(hashed));
  EXPECT_EQ(extracted({}), extracted(Bytes<32>{}));
  EXPECT_NE(extracted(ByteSpan(salt).first(64)), extracted(ByteSpan(salt).first(63)));
}

TEST_P(ProviderContract, ExpandsAsPublished) {
  for (const auto& vector : vectors("hkdf_expand")) {
    const ScopedKey prk = import(KeyKind::kMac, key_of(vector.at("prk")));
    const std::vector<std::uint8_t> info = bytes_of_hex(vector.at("info"));
    const std::vector<std::uint8_t> expected = bytes_of_hex(vector.at("okm"));
    std::vector<std::uint8_t> okm(expected.size());
    ASSERT_EQ(hkdf_expand_bytes(provider(), prk.handle(), info, okm), Status::kOk);
    EXPECT_EQ(okm, expected) << source_of(vector);
    const ScopedKey key = held(hkdf_expand(provider(), prk.handle(), info, KeyKind::kMac));
    const ByteSpan first = ByteSpan(expected).first(32);
    EXPECT_EQ(print_of(key), print_of(import(KeyKind::kMac, KeyBytes(first.first<32>())))) << source_of(vector);
  }
}

// --- Ciphers
// ------------------------------------------------------------------------------------------------------------------

TEST_P(ProviderContract, EncryptsABlockAsPublishedAlsoInPlace) {
  for (const auto& vector : vectors("aes256_block")) {
    const ScopedKey key = import(KeyKind::kBlock, key_of(vector.at("key")));
    auto block = array_of_hex<block_size_bytes>(vector.at("plain"));
    ASSERT_EQ(provider().aes256_encrypt_block(key.handle(), block, block), Status::kOk);
    EXPECT_EQ(block, array_of_hex<block_size_bytes>(vector.at("cipher"))) << source_of(vector);
  }
}

TEST_P(ProviderContract, SealsAndOpensAsPublishedAlsoInPlace) {
  for (const auto& vector : vectors("ccm")) {
    const bool short_key = vector.at("key").as_string().size() == 32;
    const ScopedKey key = import(short_key ? KeyKind::kAead128 : KeyKind::kAead, key_of(vector.at("key")));
    const auto nonce = array_of_hex<ccm_nonce_size_bytes>(vector.at("nonce"));
    const std::vector<std::uint8_t> aad = bytes_of_hex(vector.at("aad"));
    const std::vector<std::uint8_t> plain = bytes_of_hex(vector.at("plain"));
    const std::vector<std::uint8_t> expected = bytes_of_hex(vector.at("sealed"));
    std::vector<std::uint8_t> buffer(plain);
    buffer.resize(expected.size());
    const MutableByteSpan inside = MutableByteSpan(buffer).first(plain.size());
    ASSERT_EQ(provider().ccm_seal(key.handle(), nonce, aad, inside, buffer), Status::kOk);
    EXPECT_EQ(buffer, expected) << source_of(vector);
    std::vector<std::uint8_t> opened(plain.size());
    ASSERT_EQ(provider().ccm_open(key.handle(), nonce, aad, expected, opened), Status::kOk) << source_of(vector);
    EXPECT_EQ(opened, plain) << source_of(vector);
  }
}

TEST_P(ProviderContract, OpensNothingWithAFlippedBitAndLeavesNothing) {
  const Bytes<5> plain{1, 2, 3, 4, 5};
  const auto aad = ascii("header");
  for (const KeyKind kind : {KeyKind::kAead, KeyKind::kAead128}) {
    const ScopedKey key = import(kind, filled(7));
    Bytes<13> sealed;
    Bytes<5> opened;
    ASSERT_EQ(provider().ccm_seal(key.handle(), {}, aad, plain, sealed), Status::kOk);
    for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
      Bytes<13> bent = sealed;
      bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
      opened.fill(0xee);
      EXPECT_EQ(provider().ccm_open(key.handle(), {}, aad, bent, opened), Status::kForged) << bit;
      EXPECT_EQ(opened, Bytes<5>{}) << bit;
    }
    EXPECT_EQ(provider().ccm_open(key.handle(), {}, ascii("heaver"), sealed, opened), Status::kForged);
    EXPECT_EQ(provider().ccm_open(key.handle(), {}, {}, sealed, opened), Status::kForged);
    EXPECT_EQ(provider().ccm_open(key.handle(), CcmNonce{1}, aad, sealed, opened), Status::kForged);
    const ScopedKey other = import(kind == KeyKind::kAead ? KeyKind::kAead128 : KeyKind::kAead, filled(7));
    EXPECT_EQ(provider().ccm_open(other.handle(), {}, aad, sealed, opened), is_gm() ? Status::kOk : Status::kForged)
        << "SM4 has one size of keys";
  }
}

TEST_P(ProviderContract, RefusesBuffersThatDoNotFit) {
  const ScopedKey key = import(KeyKind::kAead, filled(7));
  std::vector<std::uint8_t> bytes(65'536 + ccm_tag_size_bytes);
  const MutableByteSpan all(bytes);
  EXPECT_EQ(provider().ccm_open(key.handle(), {}, {}, all.first(7), {}), Status::kTooShort);
  EXPECT_EQ(provider().ccm_open(key.handle(), {}, {}, all.first(9), all.first(2)), Status::kOutOfRange);
  EXPECT_EQ(provider().ccm_seal(key.handle(), {}, {}, all.first(3), all.first(3)), Status::kOutOfRange);
  EXPECT_EQ(provider().ccm_seal(key.handle(), {}, {}, all.first(65'536), all), Status::kOutOfRange);
  EXPECT_EQ(provider().ccm_open(key.handle(), {}, {}, all, all.first(65'536)), Status::kOutOfRange);
}

TEST_P(ProviderContract, SealsAnEmptyMessage) {
  const ScopedKey key = import(KeyKind::kAead128, filled(7));
  Bytes<ccm_tag_size_bytes> tag;
  ASSERT_EQ(provider().ccm_seal(key.handle(), {}, {}, {}, tag), Status::kOk);
  EXPECT_EQ(provider().ccm_open(key.handle(), {}, {}, tag, {}), Status::kOk);
  tag[0] ^= 1;
  EXPECT_EQ(provider().ccm_open(key.handle(), {}, {}, tag, {}), Status::kForged);
}

// --- Random
// -------------------------------------------------------------------------------------------------------------------

TEST_P(ProviderContract, GivesOtherRandomBytesEachTime) {
  const std::shared_ptr<Provider> another = GetParam().make();
  Bytes<32> first{};
  Bytes<32> second{};
  Bytes<32> third{};
  ASSERT_EQ(provider().random(first), Status::kOk);
  ASSERT_EQ(provider().random(second), Status::kOk);
  ASSERT_EQ(another->random(third), Status::kOk);
  EXPECT_NE(first, second);
  EXPECT_NE(first, third);
  EXPECT_EQ(provider().random({}), Status::kOk);
}

// --- P-256
// --------------------------------------------------------------------------------------------------------------------

TEST_P(ProviderContract, RefusesAPrivateKeyThatIsNoScalar) {
  const Bytes<32> last = of_curve("last");
  Bytes<32> beyond = last;
  beyond[31] += 1;
  P256Point point;
  for (const KeyKind kind : {KeyKind::kAgree, KeyKind::kSign}) {
    EXPECT_EQ(provider().p256_import(kind, KeyBytes(), point).status(), Status::kMalformed);
    EXPECT_EQ(provider().p256_import(kind, KeyBytes(of_curve("order")), point).status(), Status::kMalformed);
    EXPECT_EQ(provider().p256_import(kind, KeyBytes(beyond), point).status(), Status::kMalformed);
    EXPECT_EQ(provider().p256_import(kind, filled(0xff), point).status(), Status::kMalformed);
    EXPECT_TRUE(held(provider().p256_import(kind, KeyBytes(last), point)).handle());
  }
}

TEST_P(ProviderContract, RefusesToAgreeWithAPointOffTheCurve) {
  P256Point point;
  const ScopedKey own = held(provider().p256_generate(KeyKind::kAgree, point));
  const auto agreed = [&](const P256Point& peer) {
    return provider().p256_agree(own.handle(), peer, KeyKind::kInput).status();
  };
  EXPECT_EQ(agreed(P256Point{}), Status::kMalformed);
  for (std::size_t bit = 0; bit < 512; bit += 37) {
    P256Point bent = point;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(agreed(bent), Status::kMalformed) << bit;
  }
  for (const auto& vector : vectors("points")) {
    const Result<KeyHandle> key = provider().p256_agree(own.handle(), array_of_hex<64>(vector.at("point")), KeyKind::kInput);
    EXPECT_EQ(key.ok(), vector.at("on_curve").as_bool()) << source_of(vector);
    if (key.ok()) provider().release_key(*key);
  }
}

// A coordinate of p or more names no point, also where the same number less p does: here p + 0, whose point is (0, sqrt(b)).
TEST_P(ProviderContract, RefusesCoordinatesThatAreNoFieldElement) {
  P256Point ignored;
  P256Point point = provider().p256_decompress(P256X{}).value();
  const ScopedKey own = held(provider().p256_generate(KeyKind::kAgree, ignored));
  EXPECT_TRUE(held(provider().p256_agree(own.handle(), point, KeyKind::kInput)).handle());
  const P256X p = of_curve("prime");
  std::ranges::copy(p, point.begin());
  EXPECT_EQ(provider().p256_agree(own.handle(), point, KeyKind::kInput).status(), Status::kMalformed);
  EXPECT_EQ(provider().p256_verify(point, ascii("x"), P256Signature{}), Status::kForged);
  EXPECT_EQ(provider().p256_decompress(p).status(), Status::kMalformed);
  P256X all_ones;
  all_ones.fill(0xff);
  EXPECT_EQ(provider().p256_decompress(all_ones).status(), Status::kMalformed);
}

TEST_P(ProviderContract, MakesPublicKeysAsPublished) {
  for (const auto& vector : vectors("key_pairs")) {
    P256Point point;
    const ScopedKey key = held(provider().p256_import(KeyKind::kSign, key_of(vector.at("private")), point));
    EXPECT_EQ(point, array_of_hex<64>(vector.at("point"))) << source_of(vector);
  }
}

TEST_P(ProviderContract, AgreesAsPublished) {
  for (const auto& vector : vectors("agreements")) {
    const ScopedKey own = import_private(KeyKind::kAgree, vector.at("private"));
    const auto peer = array_of_hex<64>(vector.at("peer"));
    const Result<KeyHandle> agreed = provider().p256_agree(own.handle(), peer, KeyKind::kMac);
    ASSERT_EQ(agreed.ok(), vector.at("on_curve").as_bool()) << source_of(vector);
    if (!agreed.ok()) {
      EXPECT_EQ(agreed.error(), Status::kMalformed) << source_of(vector);
      continue;
    }
    const ScopedKey shared(provider(), *agreed);
    EXPECT_EQ(print_of(shared), print_of(import(KeyKind::kMac, key_of(vector.at("shared"))))) << source_of(vector);
  }
}

TEST_P(ProviderContract, AgreesWithAPointThatCameAsItsX) {
  for (const auto& vector : vectors("agreements_by_x")) {
    const ScopedKey own = import_private(KeyKind::kAgree, vector.at("private"));
    const P256Point peer = provider().p256_decompress(array_of_hex<32>(vector.at("x"))).value();
    const ScopedKey shared = held(provider().p256_agree(own.handle(), peer, KeyKind::kInput));
    const ScopedKey twin = import(KeyKind::kInput, key_of(vector.at("shared")));
    EXPECT_EQ(print_of(held(provider().hkdf_extract(ascii("salt"), shared.handle()))),
              print_of(held(provider().hkdf_extract(ascii("salt"), twin.handle()))))
        << source_of(vector);
  }
}

TEST_P(ProviderContract, DecompressesToTheEvenYAndRefusesAnXWithoutAPoint) {
  for (const auto& vector : vectors("key_pairs")) {
    const auto point = array_of_hex<64>(vector.at("point"));
    P256X x;
    std::copy_n(point.begin(), x.size(), x.begin());
    const P256Point found = provider().p256_decompress(x).value();
    EXPECT_TRUE(std::ranges::equal(x, ByteSpan(found).first(32)));
    EXPECT_EQ(found[63] & 1, 0);
    EXPECT_EQ(found == point, (point[63] & 1) == 0) << source_of(vector);
  }
  for (const auto& vector : vectors("coordinates"))
    EXPECT_EQ(provider().p256_decompress(array_of_hex<32>(vector.at("x"))).ok(), vector.at("on_curve").as_bool())
        << source_of(vector);
}

TEST_P(ProviderContract, TwoGeneratedPairsAgreeOnOneSecret) {
  P256Point a_public;
  P256Point b_public;
  const ScopedKey a = held(provider().p256_generate(KeyKind::kAgree, a_public));
  const ScopedKey b = held(provider().p256_generate(KeyKind::kAgree, b_public));
  EXPECT_NE(a_public, b_public);
  EXPECT_EQ(print_of(held(provider().p256_agree(a.handle(), b_public, KeyKind::kMac))),
            print_of(held(provider().p256_agree(b.handle(), a_public, KeyKind::kMac))));
}

TEST_P(ProviderContract, SignsWhatItVerifiesAndNothingElseVerifies) {
  P256Point point;
  const ScopedKey key = held(provider().p256_generate(KeyKind::kSign, point));
  P256Signature signature;
  ASSERT_EQ(provider().p256_sign(key.handle(), ascii("head"), signature), Status::kOk);
  EXPECT_EQ(provider().p256_verify(point, ascii("head"), signature), Status::kOk);
  EXPECT_EQ(provider().p256_verify(point, ascii("heap"), signature), Status::kForged);
  EXPECT_EQ(provider().p256_verify(P256Point{}, ascii("head"), signature), Status::kForged);
  for (std::size_t bit = 0; bit < 512; bit += 41) {
    P256Signature bent = signature;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(provider().p256_verify(point, ascii("head"), bent), Status::kForged) << bit;
  }
}

// r and s of zero or of the order and more (CVE-2022-21449 took zeros for a good signature of everything).
TEST_P(ProviderContract, VerifiesNoSignatureWhosePartsAreOutOfRange) {
  for (const auto& vector : vectors("signatures")) {
    const auto point = array_of_hex<64>(vector.at("point"));
    const std::vector<std::uint8_t> message = bytes_of_hex(vector.at("message"));
    const auto good = array_of_hex<64>(vector.at("signature"));
    for (const std::ptrdiff_t half : {0, 32}) {
      P256Signature bad = good;
      std::fill_n(bad.begin() + half, 32, std::uint8_t{0});
      EXPECT_EQ(provider().p256_verify(point, message, bad), Status::kForged);
      std::ranges::copy(of_curve("order"), bad.begin() + half);
      EXPECT_EQ(provider().p256_verify(point, message, bad), Status::kForged);
      std::fill_n(bad.begin() + half, 32, std::uint8_t{0xff});
      EXPECT_EQ(provider().p256_verify(point, message, bad), Status::kForged);
    }
    EXPECT_EQ(provider().p256_verify(point, message, P256Signature{}), Status::kForged);
  }
}

TEST_P(ProviderContract, VerifiesAsPublished) {
  for (const auto& vector : vectors("verifications")) {
    EXPECT_EQ(provider().p256_verify(array_of_hex<64>(vector.at("point")), bytes_of_hex(vector.at("message")),
                                     array_of_hex<64>(vector.at("signature"))),
              vector.at("good").as_bool() ? Status::kOk : Status::kForged)
        << source_of(vector);
  }
}

TEST_P(ProviderContract, TakesAndMakesTheSignaturesThatArePublished) {
  for (const auto& vector : vectors("signatures")) {
    const std::vector<std::uint8_t> message = bytes_of_hex(vector.at("message"));
    const auto published = array_of_hex<64>(vector.at("signature"));
    EXPECT_EQ(provider().p256_verify(array_of_hex<64>(vector.at("point")), message, published), Status::kOk);
    const ScopedKey key = import_private(KeyKind::kSign, vector.at("private"));
    P256Signature signature;
    ASSERT_EQ(provider().p256_sign(key.handle(), message, signature), Status::kOk);
    EXPECT_EQ(provider().p256_verify(array_of_hex<64>(vector.at("point")), message, signature), Status::kOk);
    if (GetParam().signs_deterministically) {
      EXPECT_EQ(signature, published) << source_of(vector);
    }
  }
}

}  // namespace cardea
