// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/secure_element/secure_element_provider.hpp"

#include "core/crypto/testing/provider_contract.hpp"
#include "drivers/crypto/secure_element/testing/emulated_element.hpp"

namespace cardea {
namespace {

using Buffer = std::vector<std::uint8_t>;

const KeyBytes pairing_key(Bytes<32>{4, 2});

/// A board: its microcontroller's software, the line, and the element at its end.
struct Board {
  explicit Board(const KeyBytes& of_element = pairing_key) : element(of_element) {}
  OpensslProvider software{4};
  KeyHandle pairing = software.import_key(KeyKind::kMac, pairing_key).value();
  EmulatedElement element;
  SecureElementProvider provider{element, software, pairing};
};

INSTANTIATE_TEST_SUITE_P(SecureElement, ProviderContract,
                         testing::Values(ProviderUnderTest{
                             .name = "secure_element",
                             .make =
                                 [] {
                                   const auto board = std::make_shared<Board>();
                                   return std::shared_ptr<Provider>(board, &board->provider);
                                 },
                             .key_count_max = 16,
                         }));

KeyHandle some_mac(Provider& provider) { return provider.import_key(KeyKind::kMac, KeyBytes(Bytes<32>{7})).value(); }
Result<Digest> mac_of(Provider& provider, KeyHandle key) {
  Digest out{};
  CARDEA_TRY(provider.hmac_sha256(key, ascii("a message"), out));
  return out;
}

// [rule: SEL3]
TEST(SecureElement, TakesNoAnswerThatIsMissingTornOrChangedAndGoesOnWithTheNextCall) {
  Board board;
  const KeyHandle key = some_mac(board.provider);
  const Digest expected = mac_of(board.provider, key).value();
  const Buffer whole = board.element.answers.back();
  const auto refuses = [&](const auto& bend, const std::string& what) {
    board.element.on_answer = bend;
    EXPECT_EQ(mac_of(board.provider, key).status(), Status::kCryptoFailed) << what;
    board.element.on_answer = nullptr;
    EXPECT_EQ(mac_of(board.provider, key).value(), expected) << what;
  };
  refuses([](const Buffer&) { return std::nullopt; }, "no answer");
  for (std::size_t size = 0; size < whole.size(); ++size)
    refuses(
        [size](const Buffer& answer) {
          return std::optional(
              Buffer(answer.begin(), answer.begin() + static_cast<std::ptrdiff_t>(std::min(size, answer.size()))));
        },
        "torn after " + std::to_string(size));
  for (std::size_t bit = 0; bit < whole.size() * 8; ++bit)
    refuses(
        [bit](Buffer answer) {
          if (bit / 8 < answer.size()) answer[bit / 8] = static_cast<std::uint8_t>(answer[bit / 8] ^ (1u << (bit % 8)));
          return std::optional(answer);
        },
        "bit " + std::to_string(bit));
  refuses([](const Buffer&) { return std::optional(Buffer{0x90, 0x00}); }, "nothing but success");
  refuses([](const Buffer&) { return std::optional(Buffer{0x6f, 0x00}); }, "an error");
  refuses([&whole](const Buffer&) { return std::optional(whole); }, "an answer of before");
}

// [rule: SEL1]
TEST(SecureElement, BelievesNoOtherElementInThePlaceOfItsOwn) {
  Board board(KeyBytes(Bytes<32>{6, 6, 6}));
  EXPECT_EQ(board.provider.import_key(KeyKind::kMac, KeyBytes()).status(), Status::kCryptoFailed);
  Bytes<16> bytes{};
  EXPECT_EQ(board.provider.random(bytes), Status::kCryptoFailed);
  EXPECT_EQ(bytes, Bytes<16>{});
  P256Point point{};
  EXPECT_EQ(board.provider.p256_generate(KeyKind::kSign, point).status(), Status::kCryptoFailed);
}

// [rule: SEL1]
TEST(SecureElement, AnAnswerToStartThatWasChangedOpensNothing) {
  for (std::size_t bit = 0; bit < (apdu::start_answer_size_bytes + 2) * 8; ++bit) {
    Board board;
    board.element.on_answer = [bit, is_start = true](Buffer answer) mutable {
      if (std::exchange(is_start, false)) answer[bit / 8] = static_cast<std::uint8_t>(answer[bit / 8] ^ (1u << (bit % 8)));
      return std::optional(answer);
    };
    EXPECT_FALSE(board.provider.import_key(KeyKind::kMac, KeyBytes()).ok()) << bit;
  }
}

// [rule: SEL1]
TEST(SecureElement, WhatIsSaidAgainIsAnotherConnectionAndSaysNothing) {
  Board board;
  const KeyHandle key = some_mac(board.provider);
  ASSERT_TRUE(mac_of(board.provider, key).ok());
  const std::vector<Buffer> before = board.element.heard;
  EXPECT_EQ(board.element.answer(before.back()), Buffer(apdu::not_secured.begin(), apdu::not_secured.end()));
  for (const Buffer& command : before) {  // START again, and then all that followed it
    const Buffer answer = board.element.answer(command);
    if (command[1] == apdu::start_head[1]) continue;
    EXPECT_EQ(answer, Buffer(apdu::not_secured.begin(), apdu::not_secured.end()));
  }
  EXPECT_FALSE(mac_of(board.provider, key).ok());
  EXPECT_TRUE(mac_of(board.provider, key).ok());
  Buffer other_version = before.front();
  other_version[2] = 2;
  EXPECT_EQ(board.element.answer(other_version), Buffer(apdu::wrong_version.begin(), apdu::wrong_version.end()));
}

// [rule: SEL2]
TEST(SecureElement, TheElementDoesNothingForACallThatWasChanged) {
  Board board;
  const KeyHandle key = some_mac(board.provider);
  ASSERT_TRUE(mac_of(board.provider, key).ok());
  const Buffer command = board.element.heard.back();
  for (std::size_t bit = 0; bit < command.size() * 8; ++bit) {
    Buffer bent = command;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(board.element.answer(bent).size(), 2u) << bit;
  }
  for (std::size_t size = 0; size < command.size(); ++size)
    EXPECT_EQ(board.element.answer(ByteSpan(command).first(size)).size(), 2u) << size;
}

// [rule: SEL4]
TEST(SecureElement, AnswersThatAreLostLeaveNoSlotTaken) {
  Board board;
  board.element.on_answer = [](const Buffer& answer) {
    return answer.size() == 2 + apdu::start_answer_size_bytes ? std::optional(answer) : std::nullopt;
  };
  for (int i = 0; i < 100; ++i) EXPECT_EQ(board.provider.import_key(KeyKind::kMac, KeyBytes()).status(), Status::kCryptoFailed);
  board.element.on_answer = nullptr;
  for (int i = 0; i < 16; ++i) EXPECT_TRUE(board.provider.import_key(KeyKind::kMac, KeyBytes()).ok());
  EXPECT_EQ(board.provider.import_key(KeyKind::kMac, KeyBytes()).status(), Status::kFull);
}

// [rule: SEL5]
TEST(SecureElement, ForgetsItsSlotsWithThePowerAndNothingStandsInForThem) {
  Board board;
  const KeyHandle key = some_mac(board.provider);
  board.element.lose_power();
  EXPECT_EQ(mac_of(board.provider, key).status(), Status::kCryptoFailed) << "the connection went too";
  EXPECT_EQ(mac_of(board.provider, key).status(), Status::kNotFound);
}

// [rule: SEL6]
TEST(SecureElement, WrapsKeysForItselfAlone) {
  Board board;
  Board other;
  const KeyHandle key = some_mac(board.provider);
  const Digest expected = mac_of(board.provider, key).value();
  SecureElementProvider::Blob blob{};
  ASSERT_EQ(board.provider.wrap_key(key, blob), Status::kOk);
  EXPECT_EQ(other.provider.unwrap_key(blob).status(), Status::kMalformed);
  for (std::size_t bit = 0; bit < blob.size() * 8; ++bit) {
    SecureElementProvider::Blob bent = blob;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(board.provider.unwrap_key(bent).status(), Status::kMalformed) << bit;
  }
  board.element.lose_power();
  (void)mac_of(board.provider, key);
  board.provider.release_key(key);
  EXPECT_EQ(mac_of(board.provider, board.provider.unwrap_key(blob).value()).value(), expected);

  P256Point mine{};
  P256Point again{};
  const KeyHandle pair = board.provider.p256_generate(KeyKind::kAgree, mine).value();
  ASSERT_EQ(board.provider.wrap_key(pair, blob), Status::kOk);
  const KeyHandle twin = board.provider.unwrap_key(blob).value();
  const KeyHandle peer = board.provider.p256_generate(KeyKind::kAgree, again).value();
  const KeyHandle shared = board.provider.p256_agree(twin, again, KeyKind::kMac).value();
  EXPECT_EQ(mac_of(board.provider, shared).value(),
            mac_of(board.provider, board.provider.p256_agree(peer, mine, KeyKind::kMac).value()).value());
  EXPECT_EQ(board.provider.wrap_key(shared, blob), Status::kUnsupported);
}

bool holds(const std::vector<Buffer>& all, ByteSpan secret) {
  return std::ranges::any_of(all, [&](const Buffer& one) { return !std::ranges::search(one, secret).empty(); });
}

// [rule: SEL6]
TEST(SecureElement, NothingOnTheLineTellsAKeyAMacOrAText) {
  Board board;
  const Bytes<32> secret{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  const KeyHandle key = board.provider.import_key(KeyKind::kMac, KeyBytes(secret)).value();
  const Digest mac = mac_of(board.provider, key).value();
  const auto message = ascii("a message");
  for (const ByteSpan hidden : {ByteSpan(secret), ByteSpan(mac), ByteSpan(message)}) {
    EXPECT_FALSE(holds(board.element.heard, hidden.first(8)));
    EXPECT_FALSE(holds(board.element.answers, hidden.first(8)));
  }
}

// [rule: SEL3] [rule: SEL7]
TEST(SecureElement, CarriesTextsOfAnySizeUpToTheBufferAndNothingOfAForgedOne) {
  Board board;
  const KeyHandle key = board.provider.import_key(KeyKind::kAead, KeyBytes(Bytes<32>{3})).value();
  const Bytes<30> aad{9};
  for (const std::size_t size : {0u, 1u, 200u, 201u, 229u, 230u, 247u, 248u, 500u, 2'000u, 4'050u}) {
    Buffer plain(size, 0xab);
    Buffer sealed(size + ccm_tag_size_bytes);
    ASSERT_EQ(board.provider.ccm_seal(key, {}, aad, plain, sealed), Status::kOk) << size;
    const KeyHandle twin = board.software.import_key(KeyKind::kAead, KeyBytes(Bytes<32>{3})).value();
    Buffer opened(size);
    EXPECT_EQ(board.software.ccm_open(twin, {}, aad, sealed, opened), Status::kOk) << size;
    board.software.release_key(twin);
    EXPECT_EQ(board.provider.ccm_open(key, {}, aad, sealed, opened), Status::kOk) << size;
    EXPECT_EQ(opened, plain) << size;
    sealed[size / 2] ^= 1;
    EXPECT_EQ(board.provider.ccm_open(key, {}, aad, sealed, opened), Status::kForged) << size;
    EXPECT_EQ(opened, Buffer(size)) << size;
  }
  Buffer plain(4'096 - aad.size() + 1);
  Buffer sealed(plain.size() + ccm_tag_size_bytes);
  EXPECT_EQ(board.provider.ccm_seal(key, {}, aad, plain, sealed), Status::kOutOfRange);
}

/// Seals bodies as the microcontroller does: what a hostile one could say.
struct Speaker {
  explicit Speaker(EmulatedElement& to) : element(&to) {
    Bytes<apdu::start_nonce_size_bytes + apdu::start_answer_size_bytes> context{};
    Buffer start{0x80, 0x10, 0x01, 0x00, 16};
    start.resize(start.size() + 17);
    const Buffer answer = element->answer(start);
    std::copy_n(answer.begin(), apdu::start_answer_size_bytes, context.begin() + apdu::start_nonce_size_bytes);
    const KeyHandle pairing = software.import_key(KeyKind::kMac, pairing_key).value();
    to_ = derive(software, pairing, ascii("se.to"), context, KeyKind::kAead).value();
    from_ = derive(software, pairing, ascii("se.from"), context, KeyKind::kAead).value();
  }
  /// The state, and what came with it.
  Buffer say(const Buffer& body) {
    Buffer command{0x84, 0x12, 0x00, 0x00, static_cast<std::uint8_t>(body.size() + ccm_tag_size_bytes)};
    command.resize(command.size() + body.size() + ccm_tag_size_bytes + 1);
    const CcmNonce nonce = apdu::nonce_of(number_++);
    EXPECT_EQ(software.ccm_seal(to_, nonce, apdu::call_head, body,
                                MutableByteSpan(command).subspan(5, body.size() + ccm_tag_size_bytes)),
              Status::kOk);
    const Buffer answer = element->answer(command);
    Buffer plain(answer.size() - 2 - ccm_tag_size_bytes);
    EXPECT_EQ(software.ccm_open(from_, nonce, apdu::done, ByteSpan(answer).first(answer.size() - 2), plain), Status::kOk);
    return plain;
  }
  OpensslProvider software;
  EmulatedElement* element;
  KeyHandle to_;
  KeyHandle from_;
  std::uint32_t number_ = 0;
};

// [rule: SEL8]
TEST(SecureElement, BodiesOfAnotherFormAreNotDone) {
  EmulatedElement element(pairing_key);
  Speaker speaker(element);
  Buffer import{0x01, 1, 1};
  import.resize(3 + 32);
  for (std::size_t size = 1; size < import.size(); ++size)
    EXPECT_EQ(speaker.say(Buffer(import.begin(), import.begin() + static_cast<std::ptrdiff_t>(size))), Buffer{7}) << size;
  Buffer longer = import;
  longer.push_back(0);
  EXPECT_EQ(speaker.say(longer), Buffer{7});
  EXPECT_EQ(speaker.say({0x05, 1}), Buffer{1}) << "nothing was imported";
  for (int op = 0; op < 256; ++op) {
    if (op == 0 || (op > 0x0f && op < 0x20) || op > 0x21) {
      EXPECT_EQ(speaker.say({static_cast<std::uint8_t>(op), 1, 1}), Buffer{7}) << op;
    }
  }
  EXPECT_EQ(speaker.say(import), Buffer{0});
  import[1] = 17;
  EXPECT_EQ(speaker.say(import), Buffer{3}) << "no such slot";
  EXPECT_EQ(speaker.say({0x09, 248}), Buffer{6});
  EXPECT_EQ(speaker.say({0x09, 2}).size(), 3u);
}

}  // namespace
}  // namespace cardea
