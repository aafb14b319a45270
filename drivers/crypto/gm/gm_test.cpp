// SPDX-License-Identifier: Apache-2.0
// SM3 and SM4 against the vectors of their standards, and against OpenSSL on random input. OpenSSL 3.0 has no SM4-CCM: the one
// here is put together from its single blocks, as RFC 3610 says.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <rapidcheck.h>

#include <memory>
#include <string_view>

#include "drivers/crypto/gm/sm3.hpp"
#include "drivers/crypto/gm/sm4.hpp"

namespace cardea::gm {
namespace {

using Text = std::vector<std::uint8_t>;
using Digest = Bytes<sm3_size_bytes>;
using Key = Bytes<sm4_key_size_bytes>;

Text from_hex(std::string_view hex) {
  Text out;
  for (std::size_t i = 0; i < hex.size(); i += 2)
    out.push_back(static_cast<std::uint8_t>(std::stoul(std::string(hex.substr(i, 2)), nullptr, 16)));
  return out;
}
template <std::size_t N>
Bytes<N> bytes_of(std::string_view hex) {
  Bytes<N> out{};
  std::ranges::copy(from_hex(hex), out.begin());
  return out;
}
Digest sm3_of(ByteSpan message) {
  Digest out;
  sm3(message, out);
  return out;
}

// GM/T 0004-2012, annex A.
TEST(Sm3, HashesTheExamplesOfItsStandard) {
  EXPECT_EQ(sm3_of(ascii("abc")), bytes_of<32>("66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"));
  Text repeated;
  for (int i = 0; i < 16; ++i) std::ranges::copy(ascii("abcd"), std::back_inserter(repeated));
  EXPECT_EQ(sm3_of(repeated), bytes_of<32>("debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"));
}

TEST(Sm3, HashesLikeOpensslWhateverThePieces) {
  for (std::size_t size = 0; size < 200; ++size) {
    Text message(size);
    for (std::size_t i = 0; i < size; ++i) message[i] = static_cast<std::uint8_t>(31 * i + size);
    Digest expected;
    ASSERT_EQ(EVP_Digest(message.data(), size, expected.data(), nullptr, EVP_sm3(), nullptr), 1);
    Sm3 hash;
    hash.update(ByteSpan(message).first(size / 3));
    hash.update(ByteSpan(message).subspan(size / 3));
    Digest out;
    hash.finish(out);
    EXPECT_EQ(out, expected) << size;
  }
}

TEST(Sm3, MacsLikeOpensslUnderKeysOfAnySize) {
  EXPECT_TRUE(rc::check([] {
    const auto key = *rc::gen::container<Text>(*rc::gen::inRange(0, 130), rc::gen::arbitrary<std::uint8_t>());
    const auto message = *rc::gen::arbitrary<Text>();
    Digest ours;
    Digest theirs;
    hmac_sm3(key, message, ours);
    const std::uint8_t none = 0;
    RC_ASSERT(HMAC(EVP_sm3(), key.empty() ? &none : key.data(), static_cast<int>(key.size()), message.data(), message.size(),
                   theirs.data(), nullptr) != nullptr);
    RC_ASSERT(ours == theirs);
  }));
}

// GM/T 0002-2012, annex A: one block, and that block a million times.
TEST(Sm4, EncryptsTheExamplesOfItsStandard) {
  const auto key = bytes_of<16>("0123456789abcdeffedcba9876543210");
  const Sm4 cipher(key);
  Sm4Block once = key;
  cipher.encrypt(once);
  EXPECT_EQ(once, bytes_of<16>("681edf34d206965e86b3e94f536e4246"));
  Sm4Block often = key;
  Sm4Block beside = key;
  for (int i = 0; i < 1'000'000; ++i) cipher.encrypt(often, beside);
  EXPECT_EQ(often, bytes_of<16>("595298c7c6fd271f0402f804c33d3f66"));
  EXPECT_EQ(beside, often);
}

Sm4Block openssl_block(const Key& key, const Sm4Block& in) {
  const std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  Sm4Block out;
  int size = 0;
  RC_ASSERT(EVP_EncryptInit_ex(context.get(), EVP_sm4_ecb(), nullptr, key.data(), nullptr) == 1);
  RC_ASSERT(EVP_EncryptUpdate(context.get(), out.data(), &size, in.data(), static_cast<int>(in.size())) == 1);
  return out;
}

/// RFC 3610, nonces of 13 bytes and tags of 8, from single blocks.
Text openssl_ccm(const Key& key, const Bytes<13>& nonce, const Text& aad, const Text& plain) {
  const auto block_with = [&](std::uint8_t flags, std::size_t number) {
    Sm4Block block{};
    block[0] = flags;
    std::ranges::copy(nonce, block.begin() + 1);
    store_be(static_cast<std::uint16_t>(number), MutableByteSpan(block).subspan(14));
    return block;
  };
  Text input;
  std::ranges::copy(block_with(static_cast<std::uint8_t>((aad.empty() ? 0 : 0x40) | 0x19), plain.size()),
                    std::back_inserter(input));
  if (!aad.empty()) {
    input.push_back(static_cast<std::uint8_t>(aad.size() >> 8));
    input.push_back(static_cast<std::uint8_t>(aad.size()));
    std::ranges::copy(aad, std::back_inserter(input));
    input.resize((input.size() + 15) / 16 * 16);
  }
  std::ranges::copy(plain, std::back_inserter(input));
  input.resize((input.size() + 15) / 16 * 16);
  Sm4Block mac{};
  for (std::size_t at = 0; at < input.size(); at += 16) {
    for (std::size_t i = 0; i < 16; ++i) mac[i] ^= input[at + i];
    mac = openssl_block(key, mac);
  }
  Text sealed(plain);
  for (std::size_t i = 0; i < sealed.size(); ++i) sealed[i] ^= openssl_block(key, block_with(1, i / 16 + 1))[i % 16];
  const Sm4Block first = openssl_block(key, block_with(1, 0));
  for (std::size_t i = 0; i < 8; ++i) sealed.push_back(mac[i] ^ first[i]);
  return sealed;
}

TEST(Sm4, EncryptsLikeOpenssl) {
  EXPECT_TRUE(rc::check([] {
    const auto key = *rc::gen::arbitrary<Key>();
    auto first = *rc::gen::arbitrary<Sm4Block>();
    auto second = *rc::gen::arbitrary<Sm4Block>();
    const Sm4Block expected_first = openssl_block(key, first);
    const Sm4Block expected_second = openssl_block(key, second);
    const Sm4 cipher(key);
    cipher.encrypt(first, second);
    RC_ASSERT(first == expected_first);
    RC_ASSERT(second == expected_second);
  }));
}

TEST(Sm4Ccm, RefusesSizesThatCcmDoesNotHave) {
  const Sm4 key(Key{});
  Bytes<100> buffer{};
  const MutableByteSpan bytes(buffer);
  for (const std::size_t nonce_size : {0, 6, 14}) {
    EXPECT_EQ(sm4_ccm_seal(key, bytes.first(nonce_size), {}, bytes.first(10), bytes.first(18)), Status::kOutOfRange)
        << nonce_size;
    EXPECT_EQ(sm4_ccm_open(key, bytes.first(nonce_size), {}, bytes.first(18), bytes.first(10)), Status::kOutOfRange)
        << nonce_size;
  }
  for (const std::size_t sealed_size : {0, 9, 10, 12, 13, 17, 27, 28}) {
    EXPECT_EQ(sm4_ccm_seal(key, bytes.first(13), {}, bytes.first(10), bytes.first(sealed_size)), Status::kOutOfRange)
        << sealed_size;
    EXPECT_EQ(sm4_ccm_open(key, bytes.first(13), {}, bytes.first(sealed_size), bytes.first(10)), Status::kOutOfRange)
        << sealed_size;
  }
  Text long_text(65'536 + 8);
  EXPECT_EQ(sm4_ccm_seal(key, bytes.first(13), {}, ByteSpan(long_text).first(65'536), long_text), Status::kOutOfRange);
  EXPECT_EQ(sm4_ccm_seal(key, bytes.first(13), ByteSpan(long_text).first(0xff00), {}, bytes.first(8)), Status::kOutOfRange);
}

TEST(Sm4Ccm, OpensNothingWithAFlippedBitAndLeavesNothing) {
  const Sm4 key(Key{7});
  const Bytes<13> nonce{1};
  const Bytes<5> plain{1, 2, 3, 4, 5};
  Bytes<13> sealed;
  ASSERT_EQ(sm4_ccm_seal(key, nonce, ascii("header"), plain, sealed), Status::kOk);
  Bytes<5> opened;
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes<13> bent = sealed;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    opened.fill(0xee);
    EXPECT_EQ(sm4_ccm_open(key, nonce, ascii("header"), bent, opened), Status::kForged) << bit;
    EXPECT_EQ(opened, Bytes<5>{}) << bit;
  }
  EXPECT_EQ(sm4_ccm_open(key, nonce, ascii("heaver"), sealed, opened), Status::kForged);
  EXPECT_EQ(sm4_ccm_open(key, Bytes<13>{2}, ascii("header"), sealed, opened), Status::kForged);
  EXPECT_EQ(sm4_ccm_open(key, nonce, ascii("header"), sealed, opened), Status::kOk);
  EXPECT_EQ(opened, plain);
}

// RFC 8998, appendix A.2.
TEST(Sm4Ccm, SealsTheExampleOfItsRfcAlsoInPlace) {
  const Sm4 key(bytes_of<16>("0123456789abcdeffedcba9876543210"));
  const Text nonce = from_hex("00001234567800000000abcd");
  const Text aad = from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
  const Text plain = from_hex(
      "aaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbccccccccccccccccdddddddddddddddd"
      "eeeeeeeeeeeeeeeeffffffffffffffffeeeeeeeeeeeeeeeeaaaaaaaaaaaaaaaa");
  const Text expected = from_hex(
      "48af93501fa62adbcd414cce6034d895dda1bf8f132f042098661572e7483094"
      "fd12e518ce062c98acee28d95df4416bed31a2f04476c18bb40c84a74b97dc5b"
      "16842d4fa186f56ab33256971fa110f4");
  Text buffer(plain);
  buffer.resize(expected.size());
  ASSERT_EQ(sm4_ccm_seal(key, nonce, aad, ByteSpan(buffer).first(plain.size()), buffer), Status::kOk);
  EXPECT_EQ(buffer, expected);
  ASSERT_EQ(sm4_ccm_open(key, nonce, aad, buffer, MutableByteSpan(buffer).first(plain.size())), Status::kOk);
  EXPECT_TRUE(std::equal(plain.begin(), plain.end(), buffer.begin()));
}

TEST(Sm4Ccm, SealsLikeOpensslsBlocksAndOpensAgain) {
  EXPECT_TRUE(rc::check([] {
    const auto key = *rc::gen::arbitrary<Key>();
    const auto nonce = *rc::gen::arbitrary<Bytes<13>>();
    const auto aad = *rc::gen::arbitrary<Text>();
    const auto plain = *rc::gen::arbitrary<Text>();
    const Sm4 cipher(key);
    Text sealed(plain.size() + 8);
    RC_ASSERT(sm4_ccm_seal(cipher, nonce, aad, plain, sealed) == Status::kOk);
    RC_ASSERT(sealed == openssl_ccm(key, nonce, aad, plain));
    Text opened(plain.size());
    RC_ASSERT(sm4_ccm_open(cipher, nonce, aad, sealed, opened) == Status::kOk);
    RC_ASSERT(opened == plain);
  }));
}

}  // namespace
}  // namespace cardea::gm
