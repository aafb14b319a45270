// SPDX-License-Identifier: Apache-2.0
#include "core/activation/activation.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/text.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::activation {
namespace {

using Buffer = std::vector<std::uint8_t>;

Label some_label() {
  Label label;
  for (std::size_t i = 0; i < 16; ++i) {
    label.lock.value[i] = static_cast<std::uint8_t>(i);
    label.secret.mutable_bytes()[i] = static_cast<std::uint8_t>(0xf0 + i);
  }
  return label;
}

std::string label_text(OpensslProvider& provider) {
  const auto text = encode(provider, some_label()).value();
  return {text.bytes().begin(), text.bytes().end()};
}

TEST(Label, ASlipOfOneLetterIsNoticed) {
  OpensslProvider provider;
  const std::string good = label_text(provider);
  ASSERT_EQ(good.size(), label_size_chars);
  int noticed = 0;
  for (std::size_t i = 8; i < good.size(); ++i) {
    std::string bent = good;
    bent[i] = bent[i] == 'A' ? 'B' : 'A';
    noticed += decode(provider, bytes_of(bent)).ok() ? 0 : 1;
  }
  EXPECT_EQ(noticed, 55);
}

TEST(Label, SaysWhatIsWrong) {
  OpensslProvider provider;
  const std::string good = label_text(provider);
  EXPECT_EQ(decode(provider, bytes_of("")).status(), Status::kTooShort);
  EXPECT_EQ(decode(provider, bytes_of("https://example.org")).status(), Status::kMalformed);
  EXPECT_EQ(decode(provider, bytes_of(good.substr(0, 40))).status(), Status::kTooShort);
  EXPECT_EQ(decode(provider, bytes_of(good + "A")).status(), Status::kMalformed);
  std::string slip = good;
  std::swap(slip[20], slip[21]);
  ASSERT_NE(slip, good);
  EXPECT_EQ(decode(provider, bytes_of(slip)).status(), Status::kCorrupt);
}

TEST(Label, ReadsWhatAPersonTypes) {
  OpensslProvider provider;
  std::string typed;
  for (const char c : label_text(provider)) {
    typed += static_cast<char>(std::tolower(c));
    if (typed.size() % 5 == 0) typed += "- ";
  }
  const Label label = decode(provider, bytes_of(typed)).value();
  EXPECT_EQ(label.lock, some_label().lock);
  EXPECT_TRUE(equal_constant_time(label.secret.bytes(), some_label().secret.bytes()));
}

/// A lock that asks and a platform that answers.
struct Exchange {
  explicit Exchange(link::LockClass lock_class = link::LockClass::kProtected) {
    Ask ask{.lock = some_label().lock,
            .nonce = {1, 2, 3},
            .ephemeral = {},
            .identity = {},
            .lock_class = lock_class,
            .slot_count_max = 32};
    ephemeral = provider.p256_generate(KeyKind::kAgree, ask.ephemeral).value();
    ask_bytes = encode_ask(provider, some_label().secret, ask).value();
    gift.key.mutable_bytes()[0] = 0x11;
    gift.audit_seed.mutable_bytes()[0] = 0x22;
    gift.key_id = 0x3344'5566;
    gift.session_chain.mutable_bytes()[0] = 0x77;
    gift.time = 1'800'000'000;
    gift.desired_version = 1;
    answer.resize(answer_size_bytes_max);
    answer.resize(seal_answer(provider, some_label().secret, ask_bytes, gift, answer, platform_done).value());
  }
  Status open(ByteSpan with_answer) {
    return open_answer(provider, some_label().secret, ephemeral, ask_bytes, with_answer, received, lock_done);
  }
  OpensslProvider provider;
  KeyHandle ephemeral;
  AskBytes ask_bytes{};
  Gift gift;
  Gift received;
  Buffer answer;
  DoneBytes platform_done{};
  DoneBytes lock_done{};
};

// [rule: A2]
TEST(Activation, AnAskWithAnotherSecretOrAnyFlippedBitIsRefused) {
  Exchange x;
  Secret<claim_secret_size_bytes> other;
  EXPECT_EQ(verify_ask(x.provider, other, x.ask_bytes), Status::kForged);
  for (std::size_t bit = 0; bit < ask_size_bytes * 8; ++bit) {
    AskBytes bent = x.ask_bytes;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(verify_ask(x.provider, some_label().secret, bent), Status::kForged) << bit;
  }
  for (std::size_t size = 0; size < ask_size_bytes; ++size) EXPECT_FALSE(decode_ask(ByteSpan(x.ask_bytes).first(size)).ok());
  EXPECT_EQ(verify_ask(x.provider, some_label().secret, x.ask_bytes), Status::kOk);
}

// [rule: A6]
TEST(Activation, AnAnswerWithAnyFlippedBitOrTruncationIsRefused) {
  Exchange x;
  for (std::size_t bit = 0; bit < x.answer.size() * 8; ++bit) {
    Buffer bent = x.answer;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_NE(x.open(bent), Status::kOk) << bit;
  }
  for (std::size_t size = 0; size < x.answer.size(); ++size)
    EXPECT_NE(x.open(ByteSpan(x.answer).first(size)), Status::kOk) << size;
  EXPECT_EQ(x.open(x.answer), Status::kOk);
}

// [rule: A6]
TEST(Activation, AnAnswerToAnotherAskIsRefused) {
  Exchange x;
  Exchange y;
  EXPECT_EQ(x.open(y.answer), Status::kForged);
}

// [rule: A3]
TEST(Activation, TwoAnswersToOneAskShareNothing) {
  Exchange x;
  Buffer again(answer_size_bytes_max);
  DoneBytes done{};
  again.resize(seal_answer(x.provider, some_label().secret, x.ask_bytes, x.gift, again, done).value());
  EXPECT_NE(again, x.answer);
  EXPECT_NE(done, x.platform_done);
}

TEST(Activation, BothSidesEndWithTheSameKeysAndProof) {
  for (const auto lock_class : {link::LockClass::kProtected, link::LockClass::kUnprotected}) {
    Exchange x(lock_class);
    ASSERT_EQ(x.open(x.answer), Status::kOk);
    EXPECT_TRUE(equal_constant_time(x.received.key.bytes(), x.gift.key.bytes()));
    EXPECT_TRUE(equal_constant_time(x.received.audit_seed.bytes(), x.gift.audit_seed.bytes()));
    EXPECT_EQ(x.received.key_id, x.gift.key_id);
    EXPECT_TRUE(equal_constant_time(x.received.session_chain.bytes(), x.gift.session_chain.bytes()));
    EXPECT_EQ(x.received.time, x.gift.time);
    EXPECT_EQ(x.received.snapshot.settings, x.gift.snapshot.settings);
    EXPECT_EQ(x.lock_done, x.platform_done);
  }
}

}  // namespace
}  // namespace cardea::activation
