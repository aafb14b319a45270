// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/bearssl/bearssl_provider.hpp"

#include <rapidcheck.h>

#include <algorithm>
#include <cstring>

#include "core/crypto/testing/provider_contract.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "drivers/crypto/testing/host_noise.hpp"

namespace cardea {
namespace {

struct Chip {
  explicit Chip(const BearsslCurve& curve) : provider(slots, noise, curve) {}
  HostNoise noise;
  std::array<BearsslKeySlot, 16> slots;
  BearsslProvider provider;
};

ProviderUnderTest under_test(std::string name, const BearsslCurve& curve) {
  return {.name = std::move(name),
          .make =
              [&curve] {
                const auto chip = std::make_shared<Chip>(curve);
                return std::shared_ptr<Provider>(chip, &chip->provider);
              },
          .key_count_max = 16,
          .signs_deterministically = true};
}

INSTANTIATE_TEST_SUITE_P(Bearssl, ProviderContract,
                         testing::Values(under_test("m15", bearssl_m15), under_test("m31", bearssl_m31)),
                         [](const auto& each) { return each.param.name; });

TEST(BearsslProvider, GivesNoRandomBytesWhileTheNoiseSourceFails) {
  Chip chip(bearssl_m15);
  chip.noise.broken = true;
  Bytes<16> bytes{};
  P256Point point;
  EXPECT_EQ(chip.provider.random(bytes), Status::kCryptoFailed);
  EXPECT_EQ(chip.provider.p256_generate(KeyKind::kAgree, point).status(), Status::kCryptoFailed);
  EXPECT_EQ(bytes, Bytes<16>{});
  chip.noise.broken = false;
  EXPECT_EQ(chip.provider.random(bytes), Status::kOk);
}

TEST(BearsslProvider, TakesNoiseInAgainAfterAThousandCallsAndStopsWhenThereIsNone) {
  Chip chip(bearssl_m15);
  Bytes<1> byte;
  for (std::uint32_t call = 0; call < bearssl_reseed_interval; ++call) ASSERT_EQ(chip.provider.random(byte), Status::kOk);
  EXPECT_EQ(chip.noise.gathered, 1);
  ASSERT_EQ(chip.provider.random(byte), Status::kOk);
  EXPECT_EQ(chip.noise.gathered, 2);
  chip.noise.broken = true;
  for (std::uint32_t call = 1; call < bearssl_reseed_interval; ++call) ASSERT_EQ(chip.provider.random(byte), Status::kOk);
  EXPECT_EQ(chip.provider.random(byte), Status::kCryptoFailed);
}

TEST(BearsslProvider, LeavesNothingOfAReleasedKey) {
  Chip chip(bearssl_m15);
  Bytes<32> bytes;
  bytes.fill(0x5a);
  P256Point point;
  for (const KeyKind kind : {KeyKind::kMac, KeyKind::kAead, KeyKind::kInput})
    chip.provider.release_key(chip.provider.import_key(kind, KeyBytes(bytes)).value());
  chip.provider.release_key(chip.provider.p256_import(KeyKind::kSign, KeyBytes(bytes), point).value());
  for (const BearsslKeySlot& slot : chip.slots) EXPECT_TRUE(equal_constant_time(slot.bytes.bytes(), Bytes<32>{}));
}

TEST(BearsslProvider, LeavesNothingBehindWhenItGoes) {
  std::array<BearsslKeySlot, 2> slots;
  HostNoise noise;
  Bytes<32> bytes;
  bytes.fill(0x5a);
  {
    BearsslProvider provider(slots, noise, bearssl_m15);
    ASSERT_TRUE(provider.import_key(KeyKind::kMac, KeyBytes(bytes)).ok());
    ASSERT_TRUE(provider.import_key(KeyKind::kBlock, KeyBytes(bytes)).ok());
  }
  for (const BearsslKeySlot& slot : slots) EXPECT_TRUE(equal_constant_time(slot.bytes.bytes(), Bytes<32>{}));
}

/// The hash states of a key whose bytes are all `byte`.
Bytes<64> states_of(std::uint8_t byte) {
  Bytes<32> key;
  key.fill(byte);
  const BearsslMac mac(key);
  static_assert(sizeof mac == 64);
  Bytes<64> states;
  std::memcpy(states.data(), static_cast<const void*>(&mac), states.size());
  return states;
}

class OneMac : public testing::Test {
 protected:
  KeyHandle key_of(std::uint8_t byte) {
    Bytes<32> key;
    key.fill(byte);
    return chip_.provider.import_key(KeyKind::kMac, KeyBytes(key)).value();
  }
  Digest mac_of(KeyHandle key) {
    Digest out;
    EXPECT_EQ(chip_.provider.hmac_sha256(key, ascii("text"), out), Status::kOk);
    return out;
  }
  /// Whether the provider has the states of such a key anywhere in it.
  bool holds_states_of(std::uint8_t byte) {
    Bytes<sizeof(BearsslProvider)> memory;
    std::memcpy(memory.data(), static_cast<const void*>(&chip_.provider), memory.size());
    return !std::ranges::search(memory, states_of(byte)).empty();
  }
  Chip chip_{bearssl_m15};
};

TEST_F(OneMac, HoldsTheHashStatesOfTheKeyThatItUsedLastUntilThatIsReleased) {
  const KeyHandle first = key_of(1);
  const KeyHandle second = key_of(2);
  EXPECT_FALSE(holds_states_of(1));
  mac_of(first);
  EXPECT_TRUE(holds_states_of(1));
  chip_.provider.release_key(second);
  EXPECT_TRUE(holds_states_of(1));
  chip_.provider.release_key(first);
  EXPECT_FALSE(holds_states_of(1));
}

TEST_F(OneMac, TellsKeysApartThatTakeTurnsAndKeysThatFollowEachOtherInAPlace) {
  const KeyHandle first = key_of(1);
  const KeyHandle second = key_of(2);
  const Digest of_first = mac_of(first);
  const Digest of_second = mac_of(second);
  EXPECT_NE(of_first, of_second);
  EXPECT_EQ(mac_of(first), of_first);
  EXPECT_EQ(mac_of(second), of_second);
  chip_.provider.release_key(second);
  const KeyHandle third = key_of(1);
  ASSERT_EQ(third, second) << "the same place";
  EXPECT_EQ(mac_of(third), of_first);
}

// --- Against OpenSSL, both ways, on what nobody chose
// ---------------------------------------------------------------------------

using Text = std::vector<std::uint8_t>;

KeyBytes any_key() {
  Bytes<32> out;
  for (std::uint8_t& byte : out) byte = *rc::gen::arbitrary<std::uint8_t>();
  return KeyBytes(out);
}

class AgainstOpenssl : public testing::TestWithParam<const BearsslCurve*> {
 protected:
  Chip chip{*GetParam()};
  OpensslProvider openssl;
};

INSTANTIATE_TEST_SUITE_P(Bearssl, AgainstOpenssl, testing::Values(&bearssl_m15, &bearssl_m31),
                         [](const auto& each) { return each.param == &bearssl_m15 ? "m15" : "m31"; });

TEST_P(AgainstOpenssl, HashesMacsAndDerivesTheSame) {
  EXPECT_TRUE(rc::check([&] {
    const KeyBytes key = any_key();
    const auto message = *rc::gen::arbitrary<Text>();
    const auto salt = *rc::gen::arbitrary<Text>();
    const auto digest_of = [&](Provider& provider) {
      Digest hash;
      Digest mac;
      RC_ASSERT(provider.sha256(message, hash) == Status::kOk);
      const ScopedKey input(provider, provider.import_key(KeyKind::kInput, key).value());
      const ScopedKey prk(provider, provider.hkdf_extract(salt, input.handle()).value());
      const ScopedKey child(provider, provider.derive_key(prk.handle(), message, KeyKind::kMac).value());
      RC_ASSERT(provider.hmac_sha256(child.handle(), hash, mac) == Status::kOk);
      return mac;
    };
    RC_ASSERT(digest_of(chip.provider) == digest_of(openssl));
  }));
}

// Around the ends of one and of two blocks nothing is left to chance.
TEST_P(AgainstOpenssl, MacsTextsAndKeysOfAllSizesTheSame) {
  const Text any(200, 0x5a);
  const auto mac_of = [&any](Provider& provider, std::size_t key_size, std::size_t size) {
    Digest mac;
    const ScopedKey input(provider, provider.import_key(KeyKind::kInput, KeyBytes(Bytes<32>{7})).value());
    const ScopedKey key(provider, provider.hkdf_extract(ByteSpan(any).first(key_size), input.handle()).value());
    EXPECT_EQ(provider.hmac_sha256(key.handle(), ByteSpan(any).first(size), mac), Status::kOk);
    return mac;
  };
  for (std::size_t size = 0; size <= any.size(); ++size)
    ASSERT_EQ(mac_of(chip.provider, size, size), mac_of(openssl, size, size)) << size;
}

TEST_P(AgainstOpenssl, EncryptsTheSameAndOpensWhatTheOtherSealed) {
  EXPECT_TRUE(rc::check([&] {
    const KeyBytes key = any_key();
    const KeyKind kind = *rc::gen::element(KeyKind::kAead, KeyKind::kAead128);
    const auto nonce = *rc::gen::arbitrary<CcmNonce>();
    const auto aad = *rc::gen::arbitrary<Text>();
    const auto plain = *rc::gen::arbitrary<Text>();
    Provider* providers[] = {&chip.provider, &openssl};
    Text sealed[2];
    for (int i = 0; i < 2; ++i) {
      const ScopedKey here(*providers[i], providers[i]->import_key(kind, key).value());
      const ScopedKey there(*providers[1 - i], providers[1 - i]->import_key(kind, key).value());
      sealed[i].resize(plain.size() + ccm_tag_size_bytes);
      RC_ASSERT(providers[i]->ccm_seal(here.handle(), nonce, aad, plain, sealed[i]) == Status::kOk);
      Text opened(plain.size());
      RC_ASSERT(providers[1 - i]->ccm_open(there.handle(), nonce, aad, sealed[i], opened) == Status::kOk);
      RC_ASSERT(opened == plain);
    }
    RC_ASSERT(sealed[0] == sealed[1]);
    const auto block = *rc::gen::arbitrary<Bytes<block_size_bytes>>();
    Bytes<block_size_bytes> blocks[2];
    for (int i = 0; i < 2; ++i) {
      const ScopedKey cipher(*providers[i], providers[i]->import_key(KeyKind::kBlock, key).value());
      RC_ASSERT(providers[i]->aes256_encrypt_block(cipher.handle(), block, blocks[i]) == Status::kOk);
    }
    RC_ASSERT(blocks[0] == blocks[1]);
  }));
}

TEST_P(AgainstOpenssl, AgreesSignsAndVerifiesBothWays) {
  EXPECT_TRUE(rc::check([&] {
    const KeyBytes scalar = any_key();
    const KeyBytes other = any_key();
    const auto message = *rc::gen::arbitrary<Text>();
    Provider* providers[] = {&chip.provider, &openssl};
    P256Point points[2];
    P256Point peers[2];
    Digest prints[2];
    for (int i = 0; i < 2; ++i) {
      Provider& here = *providers[i];
      const Result<KeyHandle> own = here.p256_import(KeyKind::kAgree, scalar, points[i]);
      RC_PRE(own.ok());
      const ScopedKey own_scoped(here, *own);
      const Result<KeyHandle> peer = here.p256_import(KeyKind::kSign, other, peers[i]);
      RC_PRE(peer.ok());
      const ScopedKey peer_scoped(here, *peer);
      const ScopedKey shared(here, here.p256_agree(*own, peers[i], KeyKind::kMac).value());
      RC_ASSERT(here.hmac_sha256(shared.handle(), message, prints[i]) == Status::kOk);
      P256Signature signature;
      RC_ASSERT(here.p256_sign(*peer, message, signature) == Status::kOk);
      RC_ASSERT(providers[1 - i]->p256_verify(peers[i], message, signature) == Status::kOk);
      signature[*rc::gen::inRange(0, 64)] ^= static_cast<std::uint8_t>(1 << *rc::gen::inRange(0, 8));
      RC_ASSERT(providers[1 - i]->p256_verify(peers[i], message, signature) == Status::kForged);
    }
    RC_ASSERT(points[0] == points[1]);
    RC_ASSERT(prints[0] == prints[1]);
  }));
}

TEST_P(AgainstOpenssl, FindsTheSamePointsByTheirX) {
  EXPECT_TRUE(rc::check([&] {
    const auto x = *rc::gen::arbitrary<P256X>();
    const Result<P256Point> here = chip.provider.p256_decompress(x);
    const Result<P256Point> there = openssl.p256_decompress(x);
    RC_ASSERT(here.status() == there.status());
    if (here.ok()) RC_ASSERT(*here == *there);
  }));
}

}  // namespace
}  // namespace cardea
