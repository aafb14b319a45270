// SPDX-License-Identifier: Apache-2.0
#include "core/session/handshake.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/crypto/testing/counting_provider.hpp"
#include "core/session/records.hpp"
#include "drivers/crypto/gm/testing/host_gm.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::session {
namespace {

using Buffer = std::vector<std::uint8_t>;

Ratchet first_place() { return {0, KeyBytes(Bytes<32>{9})}; }

SharedKey some_key(Provider& provider, std::uint32_t key_id = 7, std::uint8_t secret = 1) {
  SharedKey key{key_id, provider.suite(), Id{0xA}, Id{0xB}, {}};
  const KeyHandle root = provider.import_key(KeyKind::kMac, KeyBytes(Bytes<32>{secret})).value();
  key.k_auth = derive_auth_key(provider, root, key).value();
  return key;
}

Result<Agreement> finished(Initiator& initiator, ByteSpan m2, M3& m3) {
  Agreement agreement;
  CARDEA_TRY(initiator.finish(m2, m3, agreement));
  return agreement;
}
Result<Agreement> finished(Responder& responder, ByteSpan m3) {
  Agreement agreement;
  CARDEA_TRY(responder.finish(m3, agreement));
  return agreement;
}

/// One side as a device has it: a durable place on the chain, which a test loses power around.
struct Side {
  Ratchet durable = first_place();
};

bool same(const KeyBytes& a, const KeyBytes& b) { return equal_constant_time(a.bytes(), b.bytes()); }

/// Two sides with one key, and a handshake whose steps a test takes one by one.
struct Pair {
  explicit Pair(Provider& with) : provider(&with), key(some_key(with)) {}

  /// M1 to M3 with nothing lost, each place durable where the rules say; also what A does once it has heard B.
  void whole() {
    Initiator initiator(*provider, key, a.durable);
    Responder responder(*provider, key, b.durable);
    const M2 m2 = responder.answer(initiator.start().value()).value();
    M3 m3{};
    const Agreement of_a = finished(initiator, m2, m3).value();
    a.durable = of_a.ratchet;
    const Agreement of_b = finished(responder, m3).value();
    b.durable = of_b.ratchet;
    a.durable = of_a.once_heard;
    EXPECT_TRUE(same(of_a.out, of_b.in));
    EXPECT_TRUE(same(of_a.in, of_b.out));
    EXPECT_FALSE(same(of_a.out, of_a.in));
    EXPECT_TRUE(same(of_a.export_key, of_b.export_key));
    last_out = of_a.out;
  }
  /// The same, but M3 never arrives.
  void lose_m3() {
    Initiator initiator(*provider, key, a.durable);
    Responder responder(*provider, key, b.durable);
    const M2 m2 = responder.answer(initiator.start().value()).value();
    M3 m3{};
    a.durable = finished(initiator, m2, m3).value().ratchet;
  }
  [[nodiscard]] std::int64_t distance() const { return std::int64_t{a.durable.generation} - b.durable.generation; }

  Provider* provider;
  SharedKey key;
  Side a;
  Side b;
  KeyBytes last_out;
};

template <std::size_t N>
Bytes<N> flipped(Bytes<N> bytes, std::size_t bit) {
  bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1u << (bit % 8)));
  return bytes;
}

void refuses_every_flipped_bit_and_truncation(Provider& provider) {
  Pair pair(provider);
  Initiator a(provider, pair.key, pair.a.durable);
  const M1 m1 = a.start().value();
  Responder b(provider, pair.key, pair.b.durable);
  M3 m3{};
  for (std::size_t bit = 0; bit < m1.size() * 8; ++bit) {  // answered or not: A never takes what comes of it
    const auto m2 = b.answer(flipped(m1, bit));
    EXPECT_TRUE(!m2.ok() || finished(a, *m2, m3).status() == Status::kForged) << "bit " << bit;
  }
  for (std::size_t size = 0; size < m1.size(); ++size)
    EXPECT_EQ(b.answer(ByteSpan(m1).first(size)).status(), Status::kTooShort);
  const M2 m2 = b.answer(m1).value();
  for (std::size_t bit = 0; bit < m2.size() * 8; ++bit) EXPECT_FALSE(finished(a, flipped(m2, bit), m3).ok()) << "bit " << bit;
  for (std::size_t size = 0; size < m2.size(); ++size)
    EXPECT_EQ(finished(a, ByteSpan(m2).first(size), m3).status(), Status::kTooShort);
  ASSERT_TRUE(finished(a, m2, m3).ok()) << "the true one still counts";
  for (std::size_t bit = 0; bit < m3.size() * 8; ++bit) EXPECT_FALSE(finished(b, flipped(m3, bit)).ok()) << "bit " << bit;
  for (std::size_t size = 0; size < m3.size(); ++size)
    EXPECT_EQ(finished(b, ByteSpan(m3).first(size)).status(), Status::kTooShort);
  Buffer longer(m3.begin(), m3.end());
  longer.push_back(0);
  EXPECT_EQ(finished(b, longer).status(), Status::kMalformed);
  EXPECT_TRUE(finished(b, m3).ok());
}

// [rule: SE1]
TEST(SessionHandshake, RefusesEveryFlippedBitAndTruncation) {
  OpensslProvider provider;
  refuses_every_flipped_bit_and_truncation(provider);
}

// [rule: SE1]
TEST(SessionHandshake, RefusesEveryFlippedBitAndTruncationInSuiteGmToo) {
  HostGm gm;
  refuses_every_flipped_bit_and_truncation(gm.provider);
}

// [rule: SE2]
TEST(SessionHandshake, AnswersNoOtherKeyVersionOrSuite) {
  OpensslProvider provider;
  Pair pair(provider);
  Initiator a(provider, pair.key, pair.a.durable);
  M1 m1 = a.start().value();
  Responder b(provider, pair.key, pair.b.durable);
  for (int other = 0; other < 256; ++other) {
    M1 bent = m1;
    bent[1] = static_cast<std::uint8_t>(other);
    EXPECT_EQ(b.answer(bent).status(), bent == m1 ? Status::kOk : Status::kUnsupported) << other;
  }
  m1[5] ^= 1;
  EXPECT_EQ(b.answer(m1).status(), Status::kNotFound);
  SharedKey of_gm = pair.key;
  of_gm.suite = Suite::kGm;
  EXPECT_EQ(Initiator(provider, of_gm, pair.a.durable).start().status(), Status::kUnsupported);
}

// [rule: SE2]
TEST(SessionHandshake, AKeyOfOneSuiteIsNeverUsedInTheOtherWhicheverWasMeant) {
  OpensslProvider intl;
  HostGm gm;
  Provider* const providers[] = {&intl, &gm.provider};
  for (const int meant : {0, 1}) {
    Pair pair(*providers[meant]);
    Pair same_bytes(*providers[1 - meant]);
    Initiator a(*providers[meant], pair.key, pair.a.durable);
    const M1 m1 = a.start().value();
    EXPECT_EQ(m1[1], meant == 0 ? 0x11 : 0x12);
    M1 bent = m1;
    bent[1] = meant == 0 ? 0x12 : 0x11;
    Responder other(*providers[1 - meant], same_bytes.key, same_bytes.b.durable);
    Responder mistaken(*providers[1 - meant], pair.key, pair.b.durable);
    EXPECT_EQ(other.answer(m1).status(), Status::kUnsupported);
    EXPECT_EQ(mistaken.answer(m1).status(), Status::kUnsupported) << "the key's suite, but not the provider's";
    M3 m3{};
    EXPECT_EQ(finished(a, other.answer(bent).value(), m3).status(), Status::kForged) << "the suite is under every MAC";
  }
}

// [rule: SE2]
TEST(SessionHandshake, WhoDoesNotHoldTheKeyOrIsSomebodyElseIsRefused) {
  OpensslProvider provider;
  Pair pair(provider);
  SharedKey other_secret = some_key(provider, pair.key.key_id, 2);
  SharedKey other_initiator = pair.key;
  other_initiator.initiator = Id{0xC};
  SharedKey other_responder = pair.key;
  other_responder.responder = Id{0xC};
  SharedKey swapped = pair.key;
  std::swap(swapped.initiator, swapped.responder);
  for (const SharedKey& theirs : {other_secret, other_initiator, other_responder, swapped}) {
    Initiator a(provider, pair.key, pair.a.durable);
    M3 m3{};
    const M2 m2 = Responder(provider, theirs, pair.b.durable).answer(a.start().value()).value();
    EXPECT_EQ(finished(a, m2, m3).status(), Status::kForged);
    Initiator stranger(provider, theirs, pair.a.durable);
    Responder b(provider, pair.key, pair.b.durable);
    (void)b.answer(stranger.start().value());
    EXPECT_EQ(finished(b, m3).status(), Status::kMalformed);
    m3[0] = m3_type;
    EXPECT_EQ(finished(b, m3).status(), Status::kForged);
  }
}

TEST(SessionHandshake, AMessageThatIsReflectedProvesNothing) {
  OpensslProvider provider;
  Pair pair(provider);
  Initiator a(provider, pair.key, pair.a.durable);
  Responder b(provider, pair.key, pair.b.durable);
  const M2 m2 = b.answer(a.start().value()).value();
  M3 m3{};
  ASSERT_TRUE(finished(a, m2, m3).ok());
  M3 of_m2{m3_type};
  std::copy(m2.end() - mac_size_bytes, m2.end(), of_m2.begin() + 1);
  EXPECT_EQ(finished(b, of_m2).status(), Status::kForged) << "the MAC of M2 as that of M3";
  Initiator again(provider, pair.key, pair.a.durable);
  (void)again.start().value();
  M2 of_m3 = m2;
  std::copy(m3.begin() + 1, m3.end(), of_m3.end() - mac_size_bytes);
  EXPECT_EQ(finished(again, of_m3, m3).status(), Status::kForged);
}

// [rule: SE3]
TEST(SessionHandshake, ARepeatedMessageGetsTheSameAnswer) {
  OpensslProvider provider;
  Pair pair(provider);
  Initiator a(provider, pair.key, pair.a.durable);
  Responder b(provider, pair.key, pair.b.durable);
  const M1 m1 = a.start().value();
  const M2 m2 = b.answer(m1).value();
  EXPECT_EQ(b.answer(m1).value(), m2);
  M3 m3{};
  ASSERT_TRUE(finished(a, m2, m3).ok());
  EXPECT_EQ(finished(a, m2, m3).status(), Status::kStale) << "send M3 again";
  EXPECT_TRUE(finished(b, m3).ok());
  EXPECT_NE(a.start().value(), m1);
  EXPECT_NE(b.answer(m1).value(), m2) << "a new handshake has a new nonce";
}

// [rule: SE4]
TEST(SessionHandshake, AForgedMessageDoesNotEndAHandshakeThatWaits) {
  OpensslProvider provider;
  Pair pair(provider);
  Initiator a(provider, pair.key, pair.a.durable);
  Responder b(provider, pair.key, pair.b.durable);
  const M2 m2 = b.answer(a.start().value()).value();
  M3 m3{};
  for (int i = 0; i < 3; ++i) EXPECT_EQ(finished(a, flipped(m2, 200), m3).status(), Status::kForged);
  ASSERT_TRUE(finished(a, m2, m3).ok());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(finished(b, flipped(m3, 100)).status(), Status::kForged);
  EXPECT_TRUE(finished(b, m3).ok());
}

// [rule: SE5]
TEST(SessionHandshake, EachMessageIsTakenOnceAndNeverInAnotherHandshake) {
  OpensslProvider provider;
  Pair pair(provider);
  Initiator a(provider, pair.key, pair.a.durable);
  Responder b(provider, pair.key, pair.b.durable);
  M3 m3{};
  const M1 m1 = a.start().value();
  const M2 m2 = b.answer(m1).value();
  ASSERT_TRUE(finished(a, m2, m3).ok());
  ASSERT_TRUE(finished(b, m3).ok());
  EXPECT_EQ(finished(b, m3).status(), Status::kNotReady);
  (void)b.answer(m1).value();
  EXPECT_EQ(finished(b, m3).status(), Status::kForged) << "M1 and M3 replayed against a new nonce";
  (void)a.start().value();
  EXPECT_EQ(finished(a, m2, m3).status(), Status::kForged) << "M2 replayed against a new nonce";
  Initiator idle(provider, pair.key, pair.a.durable);
  EXPECT_EQ(finished(idle, m2, m3).status(), Status::kNotReady);
}

// [rule: SE6] [rule: SE7]
TEST(SessionChain, GivesEachSessionKeysThatNoLaterPlaceOnItKnows) {
  OpensslProvider provider;
  Pair pair(provider);
  std::vector<KeyBytes> seen;
  for (std::uint32_t n = 1; n <= 5; ++n) {
    const KeyBytes before = pair.a.durable.chain;
    pair.whole();
    EXPECT_EQ(pair.a.durable.generation, n);
    EXPECT_EQ(pair.b.durable.generation, n);
    EXPECT_TRUE(same(pair.a.durable.chain, pair.b.durable.chain));
    EXPECT_FALSE(same(pair.a.durable.chain, before));
    for (const KeyBytes& earlier : seen) EXPECT_FALSE(same(earlier, pair.last_out));
    seen.push_back(pair.last_out);
  }
}

// [rule: SE6] [rule: SE8]
TEST(SessionChain, NoNumberOfLostM3LeadsTheSidesMoreThanAStepApart) {
  OpensslProvider provider;
  Pair pair(provider);
  for (int round = 0; round < 20; ++round) {
    pair.lose_m3();
    EXPECT_EQ(pair.distance(), 1);
  }
  pair.whole();
  EXPECT_EQ(pair.distance(), 0);
}

// [rule: SE6] [rule: SE7] [rule: SE8]
TEST(SessionChain, ComesTogetherAfterACutAtEveryStepOfEitherSide) {
  // Where a handshake ends: after A's place is durable, M3 sent, B's place durable, B heard. Every history of four of them.
  constexpr int endings = 4;
  for (int history = 0; history < endings * endings * endings * endings; ++history) {
    OpensslProvider provider;
    Pair pair(provider);
    for (int rest = history, step = 0; step < 4; ++step, rest /= endings) {
      const int ending = rest % endings;
      Initiator initiator(provider, pair.key, pair.a.durable);
      Responder responder(provider, pair.key, pair.b.durable);
      const M2 m2 = responder.answer(initiator.start().value()).value();
      M3 m3{};
      const Agreement of_a = finished(initiator, m2, m3).value();
      if (ending >= 1) pair.a.durable = of_a.ratchet;
      if (ending >= 2) pair.b.durable = finished(responder, m3).value().ratchet;
      if (ending >= 3) pair.a.durable = of_a.once_heard;
      ASSERT_LE(std::abs(pair.distance()), 1) << "history " << history;
    }
    pair.whole();
    ASSERT_EQ(pair.distance(), 0) << "history " << history;
  }
}

// [rule: SE7]
TEST(SessionChain, AnM3OfAHandshakeThatAnotherOvertookIsRefused) {
  OpensslProvider provider;
  Pair pair(provider);
  Initiator a(provider, pair.key, pair.a.durable);
  Responder slow(provider, pair.key, pair.b.durable);
  const M2 m2 = slow.answer(a.start().value()).value();
  M3 m3{};
  ASSERT_TRUE(finished(a, m2, m3).ok());
  pair.whole();  // over another bearer
  EXPECT_EQ(finished(slow, m3).status(), Status::kStale);
}

// [rule: SE8]
TEST(SessionChain, BringsASideThatWasSetBackAlongAndNoFurtherThanItsBound) {
  OpensslProvider provider;
  for (const bool is_a : {true, false}) {
    Pair pair(provider);
    const Ratchet old = first_place();
    for (int i = 0; i < 50; ++i) pair.whole();
    (is_a ? pair.a : pair.b).durable = old;
    pair.whole();
    EXPECT_EQ(pair.distance(), 0);
    EXPECT_EQ(pair.a.durable.generation, 51u);
    (is_a ? pair.a : pair.b).durable.generation += catch_up_steps_max + 1;
    Initiator a(provider, pair.key, pair.a.durable);
    EXPECT_EQ(Responder(provider, pair.key, pair.b.durable).answer(a.start().value()).status(), Status::kOutOfRange);
  }
  Pair pair(provider);
  pair.a.durable.generation = UINT32_MAX;
  EXPECT_EQ(Initiator(provider, pair.key, pair.a.durable).start().status(), Status::kFull);
}

TEST(SessionChain, IsReadBackAsItWasWritten) {
  Bytes<ratchet_size_bytes> bytes{};
  encode({0x01020304, KeyBytes(Bytes<32>{5, 6})}, bytes);
  const Ratchet read = decode_ratchet(bytes).value();
  EXPECT_EQ(read.generation, 0x01020304u);
  EXPECT_TRUE(same(read.chain, KeyBytes(Bytes<32>{5, 6})));
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(decode_ratchet(ByteSpan(bytes).first(size)).status(), Status::kTooShort);
}

TEST(SessionHandshake, IsSeventyTwoBytesAndLeavesNoKeyBehind) {
  static_assert(m1_size_bytes + m2_size_bytes + m3_size_bytes == 72);
  OpensslProvider openssl;
  CountingProvider provider(openssl);
  Pair pair(provider);
  const std::int64_t held = provider.keys_held();
  Initiator a(provider, pair.key, pair.a.durable);
  Responder b(provider, pair.key, pair.b.durable);
  const M1 m1 = a.start().value();
  const std::uint64_t before = provider.compressions();
  const M2 m2 = b.answer(m1).value();
  const std::uint64_t answered = provider.compressions() - before;
  M3 m3{};
  ASSERT_TRUE(finished(a, m2, m3).ok());
  const std::uint64_t between = provider.compressions();
  const Agreement agreed = finished(b, m3).value();
  RecordState state;
  state.out_secret = agreed.out;
  state.in_secret = agreed.in;
  const std::uint64_t compressions = answered + provider.compressions() - between;
  EXPECT_EQ(provider.keys_held(), held);
  EXPECT_LE(compressions, 32u) << "a Cortex-M3 takes some 3,050 instructions for each";
  const Records records = Records::open(provider, state).value();
  EXPECT_EQ(provider.keys_held(), held + 2);
}

}  // namespace
}  // namespace cardea::session
