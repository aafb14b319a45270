// SPDX-License-Identifier: Apache-2.0
// The chain of a link's key (spec/session.md §3), over the real Link: whatever is lost, and wherever power goes, the two sides
// find each other again.
#include <gtest/gtest.h>

#include "lock/link/link.hpp"
#include "lock/testing/platform/sim_lock.hpp"

namespace cardea {
namespace {

using link::LockClass;
using testing::SimDoor;
using testing::SimPeer;

/// n of a lock, as its flash has it.
std::uint32_t place_of(const Lock& lock) {
  Secret<4 + session::ratchet_size_bytes> item;
  EXPECT_TRUE(lock.load(session_item, item.mutable_bytes()).ok());
  return load_be<std::uint32_t>(ByteSpan(item.bytes()).subspan(4));
}

class LinkSessionTest : public ::testing::Test {
 protected:
  LinkSessionTest() {
    door.activate();
    peer.emplace(door);
  }
  [[nodiscard]] std::uint32_t of_lock() const { return place_of(*door.lock); }
  [[nodiscard]] std::uint32_t of_platform() { return door.platform.record().session.generation; }
  /// The lock loses power, and with it everything that is not in its flash.
  void cut_power() {
    peer.reset();
    door.world.flash.restore_power();
    door.restart();
    peer.emplace(door);
  }
  /// A connection over which a message goes there, and another back.
  bool talks() {
    if (!peer->greet()) return false;
    peer->take_all();
    peer->say(link::Fetch{1});
    return !peer->closed && peer->heard(link::MessageType::kRecords).has_value();
  }

  SimDoor door{LockClass::kProtected};
  std::optional<SimPeer> peer;
};

// [rule: SE6]
TEST_F(LinkSessionTest, TheNextPlaceIsDurableBeforeM3Goes) {
  door.world.flash.cut_at(1, testing::TornPattern::kNothing);  // the write that keeps it
  EXPECT_FALSE(peer->greet()) << "nothing was sent";
  EXPECT_TRUE(peer->raw.empty());
  cut_power();
  EXPECT_TRUE(talks());
}

// [rule: SE6] [rule: SE8]
TEST_F(LinkSessionTest, FindsThePlatformAgainWhereverPowerGoesInAConnection) {
  for (const testing::TornPattern pattern : testing::torn_patterns) {
    for (const bool lost_before : {false, true}) {
      bool cut = true;
      for (std::uint64_t operation = 1; cut; ++operation) {
        if (lost_before) peer->greet_and_lose_m3();
        door.world.flash.cut_at(operation, pattern);
        static_cast<void>(talks());
        cut = door.world.flash.power_was_cut();
        cut_power();
        const std::int64_t ahead = std::int64_t{of_lock()} - of_platform();
        ASSERT_LE(std::abs(ahead), 1) << name_of(pattern) << operation;
        ASSERT_TRUE(talks()) << name_of(pattern) << operation;
        ASSERT_EQ(of_lock(), of_platform()) << name_of(pattern) << operation;
      }
    }
  }
}

// [rule: SE6] [rule: SE8]
TEST_F(LinkSessionTest, AnM3ThatIsLostAgainAndAgainDoesNotDriveTheTwoApart) {
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(peer->greet_and_lose_m3());
    ASSERT_EQ(of_lock(), 1u) << "it waits for the platform, which is at 0";
    if (i % 3 == 0) cut_power();
  }
  EXPECT_TRUE(talks());
  EXPECT_EQ(of_lock(), of_platform());
  EXPECT_EQ(of_lock(), 2u);
}

// [rule: SE6]
TEST_F(LinkSessionTest, AnswersAPlatformThatMissedAnM3OnlyWithTheChainThatBothHave) {
  ASSERT_TRUE(peer->greet_and_lose_m3());
  ASSERT_TRUE(peer->greet());
  EXPECT_EQ(of_lock(), 1u) << "nothing was heard yet";
  peer->say(link::Fetch{1});
  EXPECT_EQ(of_lock(), 2u) << "the first record has opened";
  peer->say(link::Fetch{1});
  EXPECT_EQ(of_lock(), 2u);
}

// [rule: SE8]
TEST_F(LinkSessionTest, APlatformFromAnOlderBackupCatchesUpAndOneFromTooFarBackIsLeftAlone) {
  const session::Ratchet first = door.platform.record().session;
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(talks());
  door.platform.record().session = first;
  EXPECT_TRUE(talks());
  EXPECT_EQ(of_lock(), of_platform());
  EXPECT_EQ(of_lock(), 11u);

  Secret<4 + session::ratchet_size_bytes> item;
  ASSERT_TRUE(door.lock->load(session_item, item.mutable_bytes()).ok());
  store_be(11 + session::catch_up_steps_max + 1, item.mutable_bytes().subspan<4>());
  ASSERT_EQ(door.lock->store(session_item, item.bytes()), Status::kOk);
  EXPECT_FALSE(talks());
}

// [rule: SE3]
TEST_F(LinkSessionTest, AnM2OfAnEarlierConnectionEndsTheNewOne) {
  link::PlatformEnd platform(door.provider, door.platform.shared_key(), door.platform.record().session);
  peer->link().connected(peer->now);
  const session::M2 recorded = *platform.answer(peer->raw.at(0));
  const std::uint32_t before = of_lock();
  peer->link().connected(peer->now);
  peer->link().received(recorded, peer->now);
  EXPECT_TRUE(peer->closed);
  EXPECT_EQ(of_lock(), before);
}

// [rule: SE3]
TEST_F(LinkSessionTest, AHandshakeThatNobodyAnswersEndsAfterTwoMinutes) {
  peer->link().connected(peer->now);
  peer->advance(119'000);
  EXPECT_FALSE(peer->closed);
  peer->advance(1'000);
  EXPECT_TRUE(peer->closed);
  EXPECT_TRUE(talks());
}

// [rule: SE9]
TEST_F(LinkSessionTest, GoesOnToTheNextEpochEachDayAndEndsTheConnectionAfterSixteen) {
  ASSERT_TRUE(peer->greet());
  for (unsigned day = 0; day < 15; ++day) {
    peer->take_all();
    peer->advance(24ull * 3'600'000);
    ASSERT_FALSE(peer->closed) << day;
    ASSERT_FALSE(peer->raw.empty());
    EXPECT_EQ(peer->raw.back()[0], session::record_type + day + 1);
  }
  peer->advance(24ull * 3'600'000);
  EXPECT_TRUE(peer->closed);
  EXPECT_TRUE(talks());
}

}  // namespace
}  // namespace cardea
