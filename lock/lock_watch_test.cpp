// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "lock/testing/platform/sim_lock.hpp"

namespace cardea {
namespace {

using audit::Kind;
using testing::SimDoor;

class LockWatch : public ::testing::Test {
 protected:
  LockWatch() {
    door.activate();
    move(DoorState::kClosed);
  }
  void move(DoorState state) {
    door.world.sensors.door = state;
    door.lock->poll();
  }
  void pass(std::uint64_t seconds) {
    door.world.counter.advance(seconds);
    door.lock->poll();
  }
  void cover(bool off) {
    door.world.sensors.cover_off = off;
    door.lock->poll();
  }
  void charge(std::uint8_t percent) {
    door.world.sensors.battery = percent;
    door.lock->poll();
  }
  std::size_t count(Kind kind) const { return door.records_of(kind).size(); }
  std::uint32_t open_s(Kind kind) const { return load_be<std::uint32_t>(door.records_of(kind).back().detail); }

  SimDoor door{link::LockClass::kProtected};
};

// [rule: E16]
TEST_F(LockWatch, WritesNothingOfSomebodyWhoComesInAndShutsTheDoor) {
  const std::uint32_t before = door.lock->log().state().last_seq;
  ASSERT_EQ(door.lock->enter(door.platform.app_code(door.now())).verdict, Verdict::kGranted);
  pass(5);
  move(DoorState::kOpen);
  pass(29);
  move(DoorState::kClosed);
  EXPECT_EQ(door.lock->log().state().last_seq, before + 2) << "the opening and its outcome";
}

// [rule: E15]
TEST_F(LockWatch, DoesNotTakeALatePullForAForcedDoor) {
  ASSERT_EQ(door.lock->enter(door.platform.app_code(door.now())).verdict, Verdict::kGranted);
  pass(12);  // 3 s of the motor, and ten more
  move(DoorState::kOpen);
  EXPECT_EQ(count(Kind::kDoorForced), 0u);
}

// [rule: E15]
TEST_F(LockWatch, DoesNotTakeSomebodyWhoLeavesForAForcedDoor) {
  EXPECT_TRUE(door.lock->press().opened);
  move(DoorState::kOpen);
  move(DoorState::kClosed);
  pass(100);
  door.world.sensors.pressed = true;  // a handle that draws the bolt itself
  move(DoorState::kOpen);
  EXPECT_EQ(count(Kind::kDoorForced), 0u);
}

// [rule: E15]
TEST_F(LockWatch, SaysNothingOfForceWhereNotEveryWayOutIsFelt) {
  door.world.sensors.exits = false;
  pass(100);
  move(DoorState::kOpen);
  EXPECT_EQ(count(Kind::kDoorForced), 0u);
}

// [rule: E15]
TEST_F(LockWatch, DoesNotTakeADoorThatStoodOpenBeforeThePowerCameForAForcedOne) {
  door.world.sensors.door = DoorState::kOpen;
  door.restart();
  door.lock->poll();
  EXPECT_EQ(count(Kind::kDoorForced), 0u);
}

// [rule: E15]
TEST_F(LockWatch, SaysThatADoorWasForcedWhichNothingHadReleased) {
  door.type_wrong();
  pass(100);
  move(DoorState::kOpen);
  move(DoorState::kOpen);
  EXPECT_EQ(count(Kind::kDoorForced), 1u);
  pass(7);
  move(DoorState::kClosed);
  ASSERT_EQ(count(Kind::kDoorClosed), 1u);
  EXPECT_EQ(open_s(Kind::kDoorClosed), 7u);
}

// [rule: E15]
TEST_F(LockWatch, TakesADoorForForcedThatOpensAfterTheTimeOfAnOpening) {
  ASSERT_EQ(door.lock->enter(door.platform.app_code(door.now())).verdict, Verdict::kGranted);
  pass(15);
  move(DoorState::kOpen);
  EXPECT_EQ(count(Kind::kDoorForced), 1u);
}

// [rule: E16]
TEST_F(LockWatch, SaysOnceThatADoorWasLeftOpenAndThatItClosed) {
  EXPECT_TRUE(door.lock->press().opened);
  move(DoorState::kOpen);
  pass(30);
  pass(400);
  ASSERT_EQ(count(Kind::kDoorLeftOpen), 1u);
  EXPECT_EQ(open_s(Kind::kDoorLeftOpen), 30u);
  EXPECT_EQ(count(Kind::kDoorClosed), 0u);
  move(DoorState::kClosed);
  move(DoorState::kClosed);
  ASSERT_EQ(count(Kind::kDoorClosed), 1u);
  EXPECT_EQ(open_s(Kind::kDoorClosed), 430u);
}

// [rule: E17]
TEST_F(LockWatch, SaysThatADoorClosedAlsoWhenItDidSoWithoutPower) {
  pass(100);
  move(DoorState::kOpen);
  door.world.sensors.door = DoorState::kClosed;
  door.restart();
  door.lock->poll();
  ASSERT_EQ(count(Kind::kDoorClosed), 1u);
  EXPECT_EQ(open_s(Kind::kDoorClosed), 0u) << "nobody saw for how long";
  door.restart();
  door.lock->poll();
  EXPECT_EQ(count(Kind::kDoorClosed), 1u);
}

// [rule: E17]
TEST_F(LockWatch, SaysWhenItsCoverComesOffAndWhenItIsBackOverARestart) {
  cover(false);
  EXPECT_EQ(count(Kind::kTamperEnded), 0u);
  cover(true);
  cover(true);
  EXPECT_EQ(count(Kind::kTampered), 1u);
  door.restart();
  door.lock->poll();
  EXPECT_EQ(count(Kind::kTampered), 2u) << "it is off still";
  cover(false);
  EXPECT_EQ(count(Kind::kTamperEnded), 1u);
}

// [rule: E18]
TEST_F(LockWatch, SpeaksOfItsBatteryWhenItFallsBelowALevelAndWhenItIsChanged) {
  for (const std::uint8_t percent : Bytes<11>{60, 21, 20, 19, 22, 25, 10, 9, 15, 80, 79}) charge(percent);
  const auto records = door.records_of(Kind::kBattery);
  ASSERT_EQ(records.size(), 3u);
  EXPECT_EQ(records[0].detail[0], 20);
  EXPECT_EQ(records[1].detail[0], 10);
  EXPECT_EQ(records[2].detail[0], 80);
}

// [rule: E18]
TEST_F(LockWatch, SpeaksOfABatteryThatWasChangedWhileItHadNone) {
  charge(4);
  door.world.sensors.battery = 100;
  door.restart();
  door.lock->poll();
  door.lock->poll();
  ASSERT_EQ(count(Kind::kBattery), 2u);
  EXPECT_EQ(door.records_of(Kind::kBattery).back().detail[0], 100);
}

}  // namespace
}  // namespace cardea
