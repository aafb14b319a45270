// SPDX-License-Identifier: Apache-2.0
#include "lock/link/link.hpp"

#include <gtest/gtest.h>

#include "lock/testing/platform/sim_lock.hpp"

namespace cardea {
namespace {

using link::LockClass;
using link::MessageType;
using testing::SimDoor;
using testing::SimPeer;

constexpr std::uint64_t second_ms = 1'000;

class LinkTest : public ::testing::TestWithParam<LockClass> {
 protected:
  LinkTest() {
    door.activate();
    EXPECT_TRUE(peer.greet());
  }
  std::uint32_t newest_seq() const { return door.lock->log().state().last_seq; }
  /// Takes the lock's records off the wire, as the platform does; how many came.
  std::size_t take_records() {
    std::size_t count = 0;
    while (const auto message = peer.heard(MessageType::kRecords)) {
      const Result<link::Records> records = link::decode_records(*message);
      EXPECT_TRUE(records.ok());
      for (std::size_t i = 0; i < records->count(); ++i, ++count)
        EXPECT_EQ(door.platform.take_record(records->record(i)), Status::kOk);
    }
    return count;
  }
  /// Types wrong codes until the newest record is `seq`.
  void fill_log_to(std::uint32_t seq) {
    while (newest_seq() < seq) door.lock->refuse_command(1, audit::reason_command_unknown);
  }
  link::Nonce challenge(std::uint64_t command, link::Action action) {
    peer.say(link::Command{command, action});
    const auto message = peer.heard(MessageType::kChallenge);
    EXPECT_TRUE(message.has_value());
    const Result<link::Challenge> challenge = link::decode_challenge(*message);
    EXPECT_EQ(challenge->command, command);
    return challenge->nonce;
  }
  link::CommandResult result() {
    const auto message = peer.heard(MessageType::kResult);
    EXPECT_TRUE(message.has_value());
    return *link::decode_result(*message);
  }
  std::optional<link::Applied> applied() {
    const auto message = peer.heard(MessageType::kApplied);
    if (!message) return std::nullopt;
    return *link::decode_applied(*message);
  }
  void desire(std::uint32_t version) {
    Bytes<link::snapshot_size_bytes_max> bytes{};
    ByteWriter out(bytes);
    ASSERT_EQ(encode(door.platform.record().snapshot, door.lock->lock_class(), out), Status::kOk);
    peer.say(link::Desired{version, out.written()});
  }

  SimDoor door{GetParam()};
  SimPeer peer{door};
};
INSTANTIATE_TEST_SUITE_P(Classes, LinkTest, ::testing::Values(LockClass::kUnprotected, LockClass::kProtected));

// --- connection --------------------------------------------------------------------------------------------------------------

// [rule: L1]
TEST_P(LinkTest, EndsTheConnectionAtWhateverIsOutOfPlace) {
  const std::vector<std::vector<std::uint8_t>> intruders = {
      {}, {0xc0}, {0x82, 1, 2, 3}, std::vector<std::uint8_t>(64, 0xc0), std::vector<std::uint8_t>(20'000, 0xc0)};
  for (const auto& intruder : intruders) {
    ASSERT_TRUE(peer.greet());
    peer.link().received(intruder, peer.now);
    EXPECT_TRUE(peer.closed) << intruder.size();
    EXPECT_FALSE(peer.link().open());
  }
  ASSERT_TRUE(peer.greet());
  peer.say(link::TimeAsk{});  // the lock's own message
  EXPECT_TRUE(peer.closed);
  ASSERT_TRUE(peer.greet());
  const std::uint8_t half_a_fetch[] = {0x41, 0, 0};
  peer.say_bytes(half_a_fetch);
  EXPECT_TRUE(peer.closed);
}

// [rule: L1]
TEST_P(LinkTest, EndsTheConnectionWhenTheOtherSideDoesNotKnowItsKey) {
  peer.link().connected(peer.now);
  peer.closed = false;
  peer.link().received(session::M2{session::m2_type}, peer.now);
  EXPECT_TRUE(peer.closed);
}

TEST_P(LinkTest, SaysNothingAndDoesNothingWithoutAConnection) {
  peer.link().closed();
  peer.raw.clear();
  peer.link().received(Bytes<40>{0xc0}, peer.now);
  peer.link().poll(peer.now);
  EXPECT_TRUE(peer.raw.empty());
}

// --- status and records -----------------------------------------------------------------------------------------------------

// [rule: L4] [rule: L9]
TEST_P(LinkTest, SendsItsStatusFirstAndThenItsRecordsFromTheFirstWithoutAReceipt) {
  const auto messages = peer.take_all();
  ASSERT_GE(messages.size(), 3u);
  EXPECT_EQ(messages[0][0], static_cast<std::uint8_t>(MessageType::kStatus));
  const Result<link::LockStatus> status = link::decode_status(messages[0]);
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status->quality, ClockQuality::kSynced);
  EXPECT_EQ(status->lock_class, GetParam());
  EXPECT_EQ(status->applied_version, 1u);
  EXPECT_EQ(status->first_seq, 1u);
  EXPECT_EQ(status->last_seq, newest_seq());
  EXPECT_EQ(status->slot_count_max, 32);
  const std::uint32_t last_hour = hour_of(testing::sim_start).value + 47;
  EXPECT_EQ(status->last_hour, GetParam() == LockClass::kProtected ? 0 : last_hour);

  ASSERT_TRUE(peer.greet());
  EXPECT_EQ(take_records(), newest_seq());
}

// [rule: L9]
TEST_P(LinkTest, SendsItsStatusWhenSomethingInItChangesAndEverySixtySeconds) {
  peer.take_all();
  peer.advance(10 * second_ms);
  EXPECT_FALSE(peer.heard(MessageType::kStatus));
  door.world.sensors.door = DoorState::kOpen;
  peer.advance(0);
  const auto changed = peer.heard(MessageType::kStatus);
  ASSERT_TRUE(changed);
  EXPECT_EQ(link::decode_status(*changed)->door, link::DoorState::kOpen);
  peer.advance(59 * second_ms);
  EXPECT_FALSE(peer.heard(MessageType::kStatus));
  peer.advance(1 * second_ms);
  EXPECT_TRUE(peer.heard(MessageType::kStatus));
}

// [rule: L4]
TEST_P(LinkTest, HasAtMost256RecordsOnTheirWayAndGoesOnWithEachReceipt) {
  fill_log_to(400);
  ASSERT_TRUE(peer.greet());
  EXPECT_EQ(take_records(), 256u);
  peer.advance(second_ms);
  EXPECT_EQ(take_records(), 0u);
  peer.say(door.platform.receipt(100));
  EXPECT_EQ(take_records(), 100u);
  peer.say(door.platform.receipt(356));
  EXPECT_EQ(take_records(), 44u);
  EXPECT_EQ(door.lock->log().state().receipt_seq, 356u);
}

// [rule: L4]
TEST_P(LinkTest, SendsRecordsAgainFromWhereThePlatformFetches) {
  fill_log_to(20);
  ASSERT_TRUE(peer.greet());
  ASSERT_EQ(take_records(), 20u);
  peer.say(door.platform.receipt(20));
  peer.say(link::Fetch{13});
  const auto message = peer.heard(MessageType::kRecords);
  ASSERT_TRUE(message);
  const Result<link::Records> records = link::decode_records(*message);
  EXPECT_EQ(records->count(), 8u);
  EXPECT_EQ(load_be<std::uint32_t>(records->record(0)), 13u);
}

// [rule: E8]
TEST_P(LinkTest, AcceptsAReceiptOnlyFromItsPlatformForItsOwnRecord) {
  fill_log_to(10);
  ASSERT_TRUE(peer.greet());
  take_records();
  const link::Receipt good = door.platform.receipt(8);
  link::Receipt forged = good;
  forged.signature[10] ^= 1;
  link::Receipt moved = good;
  moved.seq = 9;
  link::Receipt beyond = good;
  beyond.seq = 11;
  for (const link::Receipt& bad : {forged, moved, beyond}) {
    peer.say(bad);
    EXPECT_FALSE(peer.closed);
    EXPECT_EQ(door.lock->log().state().receipt_seq, 0u);
  }
  peer.say(good);
  EXPECT_EQ(door.lock->log().state().receipt_seq, 8u);
  peer.say(door.platform.receipt(3));  // an older one
  EXPECT_EQ(door.lock->log().state().receipt_seq, 8u);
  door.restart();
  EXPECT_EQ(door.lock->log().state().receipt_seq, 8u);
}

// --- desired state -----------------------------------------------------------------------------------------------------------

// [rule: L6]
TEST_P(LinkTest, IgnoresADesiredStateThatIsNotNewer) {
  door.platform.set_slot(9, 0);
  desire(1);
  desire(0);
  EXPECT_FALSE(applied());
  EXPECT_EQ(door.lock->enter(door.platform.app_code(door.now(), 9)).reason, testing::code_of(Reason::kUnknownCode));
}

// [rule: L6]
TEST_P(LinkTest, RefusesADesiredStateAsAWholeWhenAnythingInItIsWrong) {
  door.platform.set_slot(9, 0);
  door.platform.set_slot(7, 2, true);  // a generation below the one that it has
  desire(2);
  const std::optional<link::Applied> answer = applied();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->version, 2u);
  EXPECT_EQ(answer->status, Status::kStale);
  EXPECT_EQ(door.lock->applied_version(), 1u);
  EXPECT_EQ(door.lock->enter(door.platform.app_code(door.now(), 9)).reason, testing::code_of(Reason::kUnknownCode));
  EXPECT_EQ(door.lock->enter(door.platform.fixed_code(door.now(), 7, 3)).verdict, Verdict::kGranted);
}

// [rule: L6] [rule: R2]
TEST_P(LinkTest, AppliesADesiredStateDurablyAndOnlyThenSaysSo) {
  door.platform.set_slot(0, 1, false, true);
  door.platform.set_slot(200, 0, true);
  door.platform.record().snapshot.settings.open_ms = 1'500;
  desire(2);
  const std::optional<link::Applied> answer = applied();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, Status::kOk);
  EXPECT_EQ(door.newest().kind, audit::Kind::kConfigured);
  door.restart();
  EXPECT_EQ(door.lock->applied_version(), 2u);
  EXPECT_EQ(door.lock->enter(door.platform.app_code(door.now(), 0, 0)).reason, testing::code_of(Reason::kUnknownCode));
  EXPECT_EQ(door.lock->enter(door.platform.app_code(door.now(), 0, 1)).verdict, Verdict::kGranted);
  EXPECT_EQ(door.lock->enter(door.platform.fixed_code(door.now(), 200, 0)).verdict, Verdict::kGranted);
  EXPECT_EQ(door.world.motor.last_open_ms, 1'500u);
}

// [rule: L6] [rule: R1]
TEST_P(LinkTest, AnEmptyScheduleEndsTheOneTimeCodesOfAnUnprotectedLockOnly) {
  door.platform.record().snapshot.hour_count = 0;
  door.platform.record().snapshot.first_hour = 0;
  desire(2);
  ASSERT_EQ(applied()->status, Status::kOk);
  const KeypadResult result = door.lock->enter(door.platform.app_code(door.now()));
  EXPECT_EQ(result.verdict, GetParam() == LockClass::kProtected ? Verdict::kGranted : Verdict::kRefused);
}

// --- momentary commands ----------------------------------------------------------------------------------------------------

// [rule: L7]
TEST_P(LinkTest, RunsACommandOnceAgainstItsOwnChallenge) {
  const link::Nonce nonce = challenge(77, link::Action::kUnlock);
  EXPECT_EQ(door.world.motor.open_count, 0u);
  peer.say(link::Run{77, nonce, 30});
  EXPECT_TRUE(result().done);
  EXPECT_EQ(door.world.motor.open_count, 1u);
  EXPECT_EQ(door.newest().kind, audit::Kind::kOpened);
  EXPECT_EQ(door.newest().method, audit::Method::kPlatform);
  EXPECT_EQ(load_be<std::uint64_t>(door.newest().detail), 77u);
  peer.say(link::Run{77, nonce, 30});  // again
  const link::CommandResult again = result();
  EXPECT_FALSE(again.done);
  EXPECT_EQ(again.reason, audit::reason_command_unknown);
  EXPECT_EQ(door.world.motor.open_count, 1u);
  EXPECT_EQ(door.newest().kind, audit::Kind::kCommandRefused);
}

// [rule: L7]
TEST_P(LinkTest, RefusesARunThatIsLateOrForAnotherChallenge) {
  link::Nonce nonce = challenge(1, link::Action::kUnlock);
  peer.advance(5 * second_ms + 1);
  peer.say(link::Run{1, nonce, 5});
  EXPECT_EQ(result().reason, audit::reason_command_stale);

  nonce = challenge(2, link::Action::kUnlock);
  nonce[0] ^= 1;
  peer.say(link::Run{2, nonce, 30});
  EXPECT_EQ(result().reason, audit::reason_command_unknown);

  nonce = challenge(3, link::Action::kUnlock);
  static_cast<void>(challenge(4, link::Action::kUnlock));  // cancels the one before
  peer.say(link::Run{3, nonce, 30});
  EXPECT_EQ(result().reason, audit::reason_command_unknown);

  nonce = challenge(5, link::Action::kUnlock);
  ASSERT_TRUE(peer.greet());  // never after a reconnect
  peer.say(link::Run{5, nonce, 30});
  EXPECT_EQ(result().reason, audit::reason_command_unknown);
  EXPECT_EQ(door.world.motor.open_count, 0u);
}

// [rule: L7] [rule: R15]
TEST_P(LinkTest, ReleasesTheKeypadByCommand) {
  for (int i = 0; i < 4; ++i) door.type_wrong();
  EXPECT_EQ(door.lock->wait_s(), 30u);
  const link::Nonce nonce = challenge(1, link::Action::kReleaseKeypad);
  peer.say(link::Run{1, nonce, 30});
  EXPECT_TRUE(result().done);
  EXPECT_EQ(door.newest().kind, audit::Kind::kReleased);
  EXPECT_EQ(door.world.motor.open_count, 0u);
}

// --- time --------------------------------------------------------------------------------------------------------------------

class LinkTimeTest : public LinkTest {
 protected:
  link::Nonce asked() {
    const auto message = peer.heard(MessageType::kTimeAsk);
    EXPECT_TRUE(message.has_value());
    return link::decode_time_ask(*message)->nonce;
  }
  std::uint64_t shown() { return door.lock->clock().now.value; }
};
INSTANTIATE_TEST_SUITE_P(Classes, LinkTimeTest, ::testing::Values(LockClass::kProtected));

// [rule: L8]
TEST_P(LinkTimeTest, IgnoresATimeWithAnotherNonceOrAfterAMinute) {
  link::Nonce nonce = asked();
  const std::uint64_t before = shown();
  nonce[3] ^= 1;
  peer.say(link::Time{nonce, before + 500, 10});
  EXPECT_EQ(shown(), before);
  nonce[3] ^= 1;
  peer.advance(60 * second_ms + 1);
  peer.say(link::Time{nonce, before + 500, 10});
  EXPECT_EQ(shown(), before + 60);
  EXPECT_FALSE(peer.closed);
}

// [rule: L8]
TEST_P(LinkTimeTest, TakesTheMiddleOfItsRoundTripOnceAndAsksAgainEverySixHours) {
  const link::Nonce nonce = asked();
  const std::uint64_t before = shown();
  peer.advance(10 * second_ms);
  peer.say(link::Time{nonce, before + 500, 100});
  EXPECT_EQ(shown(), before + 505);
  EXPECT_EQ(door.newest().kind, audit::Kind::kClockSet);
  peer.say(link::Time{nonce, before + 900, 100});  // again
  EXPECT_EQ(shown(), before + 505);
  peer.advance(6 * 3'600 * second_ms - 11 * second_ms);
  EXPECT_FALSE(peer.heard(MessageType::kTimeAsk));
  peer.advance(second_ms);
  EXPECT_TRUE(peer.heard(MessageType::kTimeAsk));
}

// [rule: E13]
TEST_P(LinkTimeTest, WritesNoRecordWhenAGoodClockHardlyMoved) {
  const link::Nonce nonce = asked();
  const std::uint32_t newest = newest_seq();
  peer.say(link::Time{nonce, shown() + 1, 10});
  EXPECT_EQ(newest_seq(), newest);
}

TEST_P(LinkTimeTest, RecordsATimeThatItRefuses) {
  const link::Nonce nonce = asked();
  const std::uint64_t before = shown();
  peer.say(link::Time{nonce, before - 3'600, 10});
  EXPECT_EQ(shown(), before);
  EXPECT_EQ(door.newest().kind, audit::Kind::kTimeRefused);
  EXPECT_EQ(load_be<std::uint64_t>(ByteSpan(door.newest().detail).subspan(8)), before - 3'600);
}

}  // namespace
}  // namespace cardea
