// SPDX-License-Identifier: Apache-2.0
#include "lock/activation/activation.hpp"

#include <gtest/gtest.h>

#include "lock/testing/platform/sim_lock.hpp"

namespace cardea {
namespace {

using link::LockClass;
using testing::SimDoor;
using testing::SimPeer;

constexpr RunMillis t0{5'000};

class ActivationTest : public ::testing::TestWithParam<LockClass> {
 protected:
  std::vector<std::uint8_t> answer(ByteSpan ask) { return door.platform.answer(ask, testing::sim_start, expected_done); }
  bool is_claimed_after_restart() {
    door.restart();
    return door.lock->claimed();
  }

  SimDoor door{GetParam()};
  activation::DoneBytes done{};
  activation::DoneBytes expected_done{};
};
INSTANTIATE_TEST_SUITE_P(Classes, ActivationTest, ::testing::Values(LockClass::kUnprotected, LockClass::kProtected));

// [rule: A1]
TEST_P(ActivationTest, AsksOnlyWithin120SecondsOfAPressOfItsButton) {
  EXPECT_EQ(door.activation->ask(t0).status(), Status::kNotReady);
  EXPECT_EQ(door.activation->ask_file().status(), Status::kNotReady);
  EXPECT_TRUE(door.lock->press().opened);
  EXPECT_TRUE(door.activation->ask(t0).ok());
  door.world.counter.advance(120);
  EXPECT_TRUE(door.activation->ask(t0).ok());
  EXPECT_TRUE(door.activation->ask_file().ok());
  door.world.counter.advance(1);
  EXPECT_EQ(door.activation->ask(t0).status(), Status::kNotReady);
  EXPECT_EQ(door.activation->ask_file().status(), Status::kNotReady);
}

// [rule: A1]
TEST_P(ActivationTest, AClaimedLockAsksNobody) {
  door.activate();
  EXPECT_TRUE(door.lock->press().opened);
  EXPECT_EQ(door.activation->ask(t0).status(), Status::kNotReady);
  EXPECT_EQ(door.activation->ask_file().status(), Status::kNotReady);
}

// [rule: A6]
TEST_P(ActivationTest, AnAnswerThatDoesNotVerifyOrIsForAnotherAskChangesNothing) {
  door.lock->press();
  const auto first = door.activation->ask(t0);
  const auto to_first = answer(*first);
  const auto second = door.activation->ask(t0);
  const auto to_second = answer(*second);
  EXPECT_EQ(door.activation->answer(to_first, t0, done), Status::kForged);
  for (const std::size_t byte : {std::size_t{0}, std::size_t{5}, std::size_t{40}, to_second.size() - 1}) {
    auto changed = to_second;
    changed[byte] ^= 1;
    EXPECT_NE(door.activation->answer(changed, t0, done), Status::kOk) << byte;
  }
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{80}, to_second.size() - 1})
    EXPECT_NE(door.activation->answer(ByteSpan(to_second).first(size), t0, done), Status::kOk) << size;
  EXPECT_FALSE(is_claimed_after_restart());
}

// [rule: A6]
TEST_P(ActivationTest, AnAnswerToAClaimedLockChangesNothing) {
  door.lock->press();
  const auto ask = door.activation->ask(t0);
  const auto bytes = answer(*ask);
  EXPECT_EQ(door.activation->answer(bytes, t0, done), Status::kOk);
  EXPECT_EQ(door.activation->answer(bytes, t0, done), Status::kNotReady);
}

// [rule: A4] [rule: A7]
TEST_P(ActivationTest, IsClaimedWithAllOfTheGiftAndKnowsItsLabelNoMore) {
  door.lock->press();
  const auto ask = door.activation->ask(t0);
  ASSERT_EQ(door.activation->answer(answer(*ask), {t0.value + 4'000}, done), Status::kOk);
  EXPECT_EQ(done, expected_done);
  EXPECT_EQ(door.lock->clock().now.value, testing::sim_start.value + 2);  // the middle of a round trip of 4 s
  EXPECT_EQ(door.newest().kind, audit::Kind::kActivated);
  EXPECT_EQ(door.newest().seq, 1u);
  ASSERT_TRUE(is_claimed_after_restart());
  Secret<activation::claim_secret_size_bytes> secret;
  EXPECT_EQ(door.lock->claim_secret(secret), Status::kNotFound);
  EXPECT_EQ(door.lock->enter(door.platform.app_code(door.lock->clock().now)).verdict, Verdict::kGranted);
  EXPECT_EQ(door.platform.take_records(*door.lock), Status::kOk);
}

// [rule: A4]
TEST_P(ActivationTest, ASnapshotThatCannotBeAppliedLeavesTheLockUnclaimed) {
  door.platform.record().snapshot.settings.codes.otp_digits = 8;
  door.lock->press();
  activation::Gift gift = door.platform.gift(testing::sim_start);
  gift.snapshot.settings.codes.code_digits = 8;
  EXPECT_NE(door.lock->activate(gift, {}, audit::Method::kFile, nullptr), Status::kOk);
  EXPECT_FALSE(is_claimed_after_restart());
}

// [rule: A1] [rule: A4]
TEST_P(ActivationTest, GoesOverALinkAndConnectsAnewWithItsNewKey) {
  SimPeer peer(door);
  EXPECT_FALSE(peer.link().wants_connection());
  peer.link().connected(peer.now);
  EXPECT_TRUE(peer.closed);

  door.lock->press();
  ASSERT_TRUE(peer.link().wants_connection());
  peer.closed = false;
  peer.link().connected(peer.now);
  ASSERT_EQ(peer.raw.size(), 1u);
  const auto bytes = answer(peer.raw[0]);
  peer.link().received(bytes, peer.now);
  ASSERT_EQ(peer.raw.size(), 2u);
  EXPECT_EQ(peer.raw[1], std::vector<std::uint8_t>(expected_done.begin(), expected_done.end()));
  EXPECT_TRUE(peer.closed);
  EXPECT_TRUE(door.lock->claimed());
  EXPECT_TRUE(peer.greet());
}

// [rule: A1]
TEST_P(ActivationTest, EndsItsConnectionWhenNobodyAnswersInTime) {
  SimPeer peer(door);
  door.lock->press();
  peer.link().connected(peer.now);
  peer.advance(120'000);
  EXPECT_FALSE(peer.closed);
  peer.advance(1'000);
  EXPECT_TRUE(peer.closed);
}

TEST_P(ActivationTest, AnAskOverALinkDiesWithItsConnection) {
  SimPeer peer(door);
  door.lock->press();
  peer.link().connected(peer.now);
  const auto bytes = answer(peer.raw[0]);
  peer.link().closed();
  EXPECT_EQ(door.activation->answer(bytes, t0, done), Status::kNotReady);
}

// --- by file ---------------------------------------------------------------------------------------------------------------

// [rule: A1] [rule: A4]
TEST_P(ActivationTest, AnAskInAFileWaitsOverARestartForItsAnswer) {
  door.lock->press();
  const auto ask = door.activation->ask_file();
  ASSERT_TRUE(ask.ok());
  const auto file = answer(*ask);
  door.restart();
  EXPECT_EQ(door.activation->answer_file(file), Status::kOk);
  EXPECT_EQ(door.newest().kind, audit::Kind::kActivated);
  EXPECT_EQ(door.newest().method, audit::Method::kFile);
  ASSERT_TRUE(is_claimed_after_restart());
  EXPECT_EQ(door.activation->answer_file(file), Status::kNotReady);
}

// [rule: A1] [rule: A6]
TEST_P(ActivationTest, TheNextPressEndsAnAskInAFile) {
  door.lock->press();
  const auto ask = door.activation->ask_file();
  const auto file = answer(*ask);
  door.lock->press();
  EXPECT_EQ(door.activation->answer_file(file), Status::kNotReady);
  EXPECT_FALSE(is_claimed_after_restart());
}

// [rule: A6]
TEST_P(ActivationTest, AFileThatAnswersAnEarlierAskChangesNothing) {
  door.lock->press();
  const auto first = door.activation->ask_file();
  const auto file = answer(*first);
  const auto second = door.activation->ask_file();
  EXPECT_EQ(door.activation->answer_file(file), Status::kForged);
  EXPECT_EQ(door.activation->answer_file(answer(*second)), Status::kOk);
}

// [rule: A7] [rule: L11]
TEST_P(ActivationTest, WhoWalksTenMinutesGetsACoarseClock) {
  door.lock->press();
  const auto ask = door.activation->ask_file();
  door.world.counter.advance(600);
  ASSERT_EQ(door.activation->answer_file(answer(*ask)), Status::kOk);
  EXPECT_EQ(use_of(door.lock->clock()), ClockUse::kCoarse);
  EXPECT_GE(door.lock->clock().now.value, testing::sim_start.value + 300);
}

// [rule: A7]
TEST_P(ActivationTest, ATimeWhoseRoundTripBrokeOffIsNotUsed) {
  door.lock->press();
  const auto ask = door.activation->ask_file();
  door.restart(false);
  ASSERT_EQ(door.activation->answer_file(answer(*ask)), Status::kOk);
  EXPECT_EQ(use_of(door.lock->clock()), ClockUse::kLost);
}

}  // namespace
}  // namespace cardea
