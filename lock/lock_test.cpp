// SPDX-License-Identifier: Apache-2.0
#include "lock/lock.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "lock/testing/hand_over.hpp"
#include "lock/testing/platform/sim_lock.hpp"
#include "lock/testing/platform/wear.hpp"

namespace cardea {
namespace {

using link::LockClass;
using testing::code_of;
using testing::SimDoor;

class LockTest : public ::testing::Test {
 protected:
  void make(LockClass lock_class) { door = std::make_unique<SimDoor>(lock_class); }
  void make_claimed(LockClass lock_class = LockClass::kProtected) {
    make(lock_class);
    door->activate();
  }
  KeypadResult type(const Digits& digits) { return door->lock->enter(digits); }

  std::unique_ptr<SimDoor> door;
};

TEST_F(LockTest, IsNoLockUntilAFactoryHasMadeIt) {
  OpensslProvider provider{64};
  testing::World world = testing::blank_world();
  Lock lock(testing::port_of(world, provider));
  EXPECT_EQ(lock.boot(), Status::kNotFound);
  EXPECT_EQ(lock.enter(Digits::parse("00000000")).verdict, Verdict::kRefused);
  EXPECT_EQ(world.motor.open_count, 0u);
}

// ./dev bench plays more days of it.
TEST(LockWear, TenYearsOf100EventsADayAreAtMost1000CyclesASector) {
  const testing::Wear wear = testing::wear_of_ten_years(20);
  EXPECT_LE(wear.journal, 1'000);
  EXPECT_LE(wear.audit, 1'000);
  EXPECT_GT(wear.audit, 100) << "it was not played";
}

// Held exactly when compiled for 32 bits; here pointers are twice as large, and nearly all else is the same.
TEST(LockSize, StaysWithinItsBudgets) {
  EXPECT_LE(sizeof(Lock), lock_size_bytes_max);
  EXPECT_LE(sizeof(Link), link_size_bytes_max);
}

// [rule: A9]
TEST_F(LockTest, RefusesEveryEntryAsMalformedWhileUnclaimedAndOpensForItsButton) {
  make(LockClass::kProtected);
  for (const char* entry : {"00000000", "1234567890", "1", ""}) {
    const KeypadResult result = type(Digits::parse(entry));
    EXPECT_EQ(result.verdict, Verdict::kRefused);
    EXPECT_EQ(result.reason, code_of(Reason::kMalformed));
  }
  EXPECT_EQ(door->world.motor.open_count, 0u);
  EXPECT_TRUE(door->lock->press().opened);
  EXPECT_EQ(door->world.motor.open_count, 1u);
}

TEST_F(LockTest, RefusesAWrongCodeAndSaysWhyOnlyInItsRecord) {
  make_claimed();
  const KeypadResult result = door->type_wrong();
  EXPECT_EQ(result.verdict, Verdict::kRefused);
  EXPECT_EQ(result.reason, code_of(Reason::kUnknownCode));
  EXPECT_EQ(door->world.motor.open_count, 0u);
  EXPECT_EQ(door->newest().kind, audit::Kind::kEntryRefused);
  EXPECT_EQ(door->newest().reason, code_of(Reason::kUnknownCode));
  EXPECT_EQ(door->newest().method, audit::Method::kApp);
}

TEST_F(LockTest, OpensOnceForAOneTimeCodeAndRefusesItAsReplayedAlsoAfterARestart) {
  make_claimed();
  const Digits code = door->platform.app_code(door->now());
  EXPECT_EQ(type(code).verdict, Verdict::kGranted);
  EXPECT_EQ(door->world.motor.open_count, 1u);
  EXPECT_EQ(type(code).reason, code_of(Reason::kReplayed));
  door->restart();
  EXPECT_EQ(type(code).reason, code_of(Reason::kReplayed));
  EXPECT_EQ(door->world.motor.open_count, 1u);
}

TEST_F(LockTest, OpensForFixedSmsAndOfflineCodes) {
  make_claimed();
  EXPECT_EQ(type(door->platform.fixed_code(door->now(), 7, 3)).verdict, Verdict::kGranted);
  EXPECT_EQ(type(door->platform.sms_code(door->now())).verdict, Verdict::kGranted);
  EXPECT_EQ(type(door->platform.offline_code(pool_code(0))).verdict, Verdict::kGranted);
  EXPECT_EQ(type(door->platform.offline_code(pool_code(0))).reason, code_of(Reason::kUsed));
}

// [rule: P5] [rule: P8]
TEST_F(LockTest, OpensForItsPinsAlsoAfterARestartUntilTheSlotEnds) {
  make(LockClass::kProtected);
  door->platform.set_pin(5, 2, "314159");
  door->platform.set_pin(6, 0, "271828");
  door->activate();
  EXPECT_EQ(type(Digits::parse("314158")).reason, code_of(Reason::kUnknownCode));
  EXPECT_EQ(door->newest().method, audit::Method::kPin) << "its length says what it was meant to be";
  EXPECT_FALSE(audit::decode_pin_use(ByteSpan(door->newest().detail).first(audit::what_size_bytes))->known);
  EXPECT_EQ(type(Digits::parse("314159")).verdict, Verdict::kGranted);
  const auto use = audit::decode_pin_use(ByteSpan(door->newest().detail).first(audit::what_size_bytes));
  EXPECT_TRUE(use->known);
  EXPECT_EQ(use->slot, 5);
  EXPECT_EQ(use->generation, 2);
  door->restart();
  EXPECT_EQ(type(Digits::parse("314159")).verdict, Verdict::kGranted);
  EXPECT_EQ(type(Digits::parse("271828")).verdict, Verdict::kGranted);

  link::Snapshot& snapshot = door->platform.record().snapshot;
  snapshot.slot_count = 0;
  door->platform.set_slot(0, 0);
  door->platform.set_pin(6, 0, "271828");
  EXPECT_EQ(testing::apply(*door->lock, 2, snapshot), Status::kOk);
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(type(Digits::parse("314159")).reason, code_of(Reason::kUnknownCode));
    EXPECT_EQ(type(Digits::parse("271828")).verdict, Verdict::kGranted);
    door->restart();
  }
  snapshot.slot_count = 1;
  snapshot.settings.codes.pin_digits = 0;
  EXPECT_EQ(testing::apply(*door->lock, 3, snapshot), Status::kOk);
  EXPECT_EQ(type(Digits::parse("271828")).reason, code_of(Reason::kMalformed)) << "a lock without PINs knows no such length";
}

TEST_F(LockTest, OpensAnUnprotectedLockByItsScheduleUntilThatEnds) {
  make_claimed(LockClass::kUnprotected);
  EXPECT_EQ(type(door->platform.app_code(door->now())).verdict, Verdict::kGranted);
  EXPECT_EQ(type(door->platform.fixed_code(door->now(), 7, 3)).verdict, Verdict::kGranted);
  door->restart();
  door->world.counter.advance(47 * 3'600);
  EXPECT_EQ(type(door->platform.app_code(door->now())).verdict, Verdict::kGranted);
  EXPECT_EQ(type(door->platform.fixed_code(door->now(), 7, 3)).verdict, Verdict::kGranted);
  door->world.counter.advance(3'600);
  EXPECT_EQ(type(door->platform.app_code(door->now())).reason, code_of(Reason::kScheduleExpired));
  EXPECT_EQ(type(door->platform.fixed_code(door->now(), 7, 3)).reason, code_of(Reason::kScheduleExpired));
  EXPECT_EQ(type(door->platform.offline_code(pool_code(0))).reason, code_of(Reason::kMalformed));
}

TEST_F(LockTest, StillWaitsAfterThePowerWasPulled) {
  make_claimed();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(door->type_wrong().reason, code_of(Reason::kUnknownCode));
  EXPECT_EQ(door->lock->wait_s(), 30u);
  door->restart();
  const KeypadResult result = type(door->platform.app_code(door->now()));
  EXPECT_EQ(result.reason, code_of(Reason::kLockedOut));
  EXPECT_EQ(result.wait_s, 30u);
  door->world.counter.advance(30);
  EXPECT_EQ(type(door->platform.app_code(door->now())).verdict, Verdict::kGranted);
}

// [rule: R12]
TEST_F(LockTest, TakesATimeFromAClockCodeOnlyWhileItsClockIsLost) {
  make_claimed();
  const auto tick = tick_of({door->now().value + 1'200});
  const Digits code = door->platform.offline_code(clock_code(*tick));
  EXPECT_EQ(type(code).reason, code_of(Reason::kClockGood));
  door->restart(false);
  const KeypadResult result = type(code);
  EXPECT_EQ(result.verdict, Verdict::kClockSet);
  EXPECT_EQ(door->world.motor.open_count, 0u);
  EXPECT_EQ(door->newest().kind, audit::Kind::kClockSet);
  EXPECT_EQ(door->newest().method, audit::Method::kOffline);
  door->restart();
  EXPECT_EQ(use_of(door->lock->clock()), ClockUse::kCoarse);
  EXPECT_EQ(type(door->platform.app_code(door->now())).reason, code_of(Reason::kClockLost));
}

// [rule: R13] [rule: R19]
TEST_F(LockTest, ClearsAndReleasesDurablyAndRecordsBoth) {
  make_claimed();
  const auto tick = tick_of(door->now());
  const Digits pool = door->platform.offline_code(pool_code(3));
  EXPECT_EQ(type(door->platform.offline_code(clear_pool_code(3))).verdict, Verdict::kCleared);
  EXPECT_EQ(door->newest().kind, audit::Kind::kCleared);
  door->restart();
  EXPECT_EQ(type(pool).reason, code_of(Reason::kCleared));
  for (int i = 0; i < 3; ++i) door->type_wrong();
  EXPECT_GT(door->lock->wait_s(), 0u);
  EXPECT_EQ(type(door->platform.offline_code(release_code(*tick))).verdict, Verdict::kReleased);
  EXPECT_EQ(door->newest().kind, audit::Kind::kReleased);
  EXPECT_EQ(door->world.motor.open_count, 0u);
}

// --- records -----------------------------------------------------------------------------------------------------------------

// [rule: E3]
TEST_F(LockTest, WritesTheIntentionBeforeAndExactlyOneOutcomeAfterTheMotor) {
  make_claimed();
  ASSERT_EQ(type(door->platform.app_code(door->now())).verdict, Verdict::kGranted);
  door->lock->press();
  door->world.motor.fails = true;
  const KeypadResult jammed = type(door->platform.fixed_code(door->now(), 7, 3));
  EXPECT_EQ(jammed.verdict, Verdict::kRefused);
  EXPECT_EQ(jammed.reason, audit::reason_motor_failed);
  const auto openings = door->records_of(audit::Kind::kOpening);
  const auto opened = door->records_of(audit::Kind::kOpened);
  const auto failed = door->records_of(audit::Kind::kOpenFailed);
  ASSERT_EQ(openings.size(), 3u);
  ASSERT_EQ(opened.size(), 2u);
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(opened[1].method, audit::Method::kInside);
  EXPECT_EQ(failed[0].reason, audit::reason_motor_failed);
  EXPECT_EQ(load_be<std::uint32_t>(ByteSpan(failed[0].detail).subspan(audit::what_size_bytes)), openings[2].seq);
}

/// A motor in front of which the power goes.
class CutInFrontOfMotor final : public Motor {
 public:
  explicit CutInFrontOfMotor(testing::SimFlash& flash) : flash_(&flash) {}
  Status open_for(std::uint32_t) override {
    flash_->cut_at(1, testing::TornPattern::kNothing);
    return Status::kOk;
  }

 private:
  testing::SimFlash* flash_;
};

// [rule: E3]
TEST_F(LockTest, AfterAPowerCutTheFirstThingItWritesIsOpenFailed) {
  make_claimed();
  CutInFrontOfMotor motor(door->world.flash);
  const LockPort port = testing::port_of(door->world, door->provider);
  {
    Lock lock({port.flash, port.journal, port.audit, port.counter, motor, port.sensors, port.provider});
    ASSERT_EQ(lock.boot(), Status::kOk);
    static_cast<void>(lock.enter(door->platform.app_code(door->now())));
  }
  const std::uint32_t intention = [&] {
    AuditRegion region(door->world.flash, port.audit);
    door->world.flash.restore_power();
    EXPECT_EQ(region.mount(), Status::kOk);
    return region.state(0).last_seq;
  }();
  door->restart();
  const auto failed = door->records_of(audit::Kind::kOpenFailed);
  ASSERT_EQ(failed.size(), 1u);
  EXPECT_EQ(failed[0].seq, intention + 1);
  EXPECT_EQ(load_be<std::uint32_t>(ByteSpan(failed[0].detail).subspan(audit::what_size_bytes)), intention);
  EXPECT_EQ(door->newest().kind, audit::Kind::kRestarted);
}

// [rule: E4]
TEST_F(LockTest, GoesOnWithItsChainAfterEveryRestart) {
  make_claimed();
  for (int i = 0; i < 70; ++i) {
    door->lock->refuse_command(1, audit::reason_command_unknown);
    if (i % 7 == 0) door->restart();
  }
  EXPECT_EQ(door->platform.take_records(*door->lock), Status::kOk);
}

// [rule: E2]
TEST_F(LockTest, NoRecordHoldsTheDigitsThatWereTyped) {
  make_claimed();
  static_cast<void>(type(Digits::parse("13572468")));
  static_cast<void>(type(Digits::parse("1357246801")));
  for (const audit::Record& record : door->records_of(audit::Kind::kEntryRefused)) {
    const audit::What unknown =
        record.method == audit::Method::kOffline ? audit::encode(audit::OfflineUse{}) : audit::encode(audit::TokenUse{});
    EXPECT_TRUE(std::equal(unknown.begin(), unknown.end(), record.detail.begin()));
  }
}

// [rule: E12]
TEST_F(LockTest, TypingOnDuringAWaitDoesNotPushTheLogOut) {
  make_claimed();
  for (int i = 0; i < 4; ++i) door->type_wrong();
  for (int i = 0; i < 50; ++i) door->type_wrong();
  EXPECT_EQ(door->records_of(audit::Kind::kEntryRefused).size(), 5u);
  EXPECT_EQ(door->newest().reason, code_of(Reason::kLockedOut));
}

TEST_F(LockTest, RaisesAnAlertWithTheFifthFailure) {
  make_claimed();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(door->type_wrong().alert, 0);
  door->world.counter.advance(30);
  EXPECT_EQ(door->type_wrong().alert, 5);
  EXPECT_EQ(door->newest().detail[audit::what_size_bytes + 2], 5);
}

TEST_F(LockTest, MovesTheMotorForAGrantedVerdictAndNoOther) {
  make_claimed();
  for (const Verdict verdict : {Verdict::kRefused, Verdict::kClockSet, Verdict::kCleared, Verdict::kReleased, Verdict{}}) {
    EXPECT_FALSE(door->lock->unlock(1, verdict).opened);
    EXPECT_FALSE(door->lock->press(verdict).opened);
  }
  EXPECT_EQ(door->world.motor.open_count, 0u);
  EXPECT_TRUE(door->lock->unlock(2, Verdict::kGranted).opened);
}

class FullLogTest : public ::testing::Test {
 protected:
  void make(bool refuses) {
    door = std::make_unique<SimDoor>(LockClass::kProtected, 2 * flash_sector_size_bytes);
    door->platform.record().snapshot.settings.refuse_when_log_full = refuses;
    door->activate();
  }
  void fill() {
    for (int i = 0; i < 200; ++i) door->lock->refuse_command(1, audit::reason_command_unknown);
  }
  std::unique_ptr<SimDoor> door;
};

// [rule: E7]
TEST_F(FullLogTest, KeepsTheNewestAndSaysWhatIsLost) {
  make(false);
  fill();
  EXPECT_EQ(door->lock->enter(door->platform.app_code(door->now())).verdict, Verdict::kGranted);
  const auto lost = door->records_of(audit::Kind::kRecordsLost);
  ASSERT_FALSE(lost.empty());
  const std::uint32_t first_held = door->lock->log().state().first_seq;
  EXPECT_EQ(load_be<std::uint32_t>(ByteSpan(lost.back().detail).subspan(4)), first_held - 1);
}

// [rule: E7]
TEST_F(FullLogTest, RefusesToOpenButForTheInsideButtonUntilAReceiptMakesRoom) {
  make(true);
  fill();
  const Digits code = door->platform.app_code(door->now());
  EXPECT_EQ(door->lock->enter(code).reason, audit::reason_log_full);
  EXPECT_EQ(door->lock->unlock(1, Verdict::kGranted).reason, audit::reason_log_full);
  EXPECT_EQ(door->world.motor.open_count, 0u);
  EXPECT_TRUE(door->lock->press().opened);
  EXPECT_EQ(door->lock->log().state().first_seq, 1u);
  door->restart();
  EXPECT_EQ(door->lock->enter(code).reason, audit::reason_log_full);
  ASSERT_EQ(door->platform.take_records(*door->lock), Status::kOk);
  ASSERT_EQ(door->lock->take_receipt(door->platform.receipt(door->lock->log().state().last_seq)), Status::kOk);
  EXPECT_EQ(door->lock->enter(code).verdict, Verdict::kGranted);
}

// --- when parts fail -------------------------------------------------------------------------------------------------------

TEST_F(LockTest, RefusesWithFaultAndNeverMovesTheMotorWhenAnyWriteFails) {
  make_claimed();
  const Digits code = door->platform.app_code(door->now());
  const testing::SimFlash before = door->world.flash;
  for (std::uint64_t operation = 1;; ++operation) {
    door->world.flash = before;
    door->restart();
    door->world.flash.cut_at(operation, testing::TornPattern::kNothing);
    const std::uint32_t opened = door->world.motor.open_count;
    const KeypadResult result = door->lock->enter(code);
    if (!door->world.flash.power_was_cut()) break;
    if (result.verdict == Verdict::kGranted) {  // only the outcome's record was lost
      EXPECT_EQ(door->world.motor.open_count, opened + 1);
      continue;
    }
    EXPECT_EQ(result.reason, code_of(Reason::kFault));
    EXPECT_EQ(door->world.motor.open_count, opened);
    EXPECT_EQ(door->lock->enter(code).reason, code_of(Reason::kFault)) << "the flash is still dead";
    EXPECT_TRUE(door->lock->press().opened) << "leaving is mechanical";
  }
}

// [rule: R14]
TEST_F(LockTest, ChargesBeforeItComparesSoThatACutEntryStandsAsAFailure) {
  make_claimed();
  const Digits code = door->platform.app_code(door->now());
  const testing::SimFlash before = door->world.flash;
  unsigned cut_short_count = 0;
  for (std::uint64_t operation = 1;; ++operation) {
    door->world.flash = before;
    door->restart();
    door->world.flash.cut_at(operation, testing::TornPattern::kAll);
    static_cast<void>(door->lock->enter(code));
    if (!door->world.flash.power_was_cut()) break;
    door->world.flash.restore_power();
    door->restart();
    if (door->newest().detail[9] == 0) continue;  // of restarted: an entry was charged and never judged
    ++cut_short_count;
    EXPECT_EQ(door->lock->status().failures, 1u);
    const auto refused = door->records_of(audit::Kind::kEntryRefused);
    ASSERT_EQ(refused.size(), 1u);
    EXPECT_EQ(refused[0].reason, code_of(Reason::kFault));
    EXPECT_EQ(type(code).verdict, Verdict::kGranted) << "it was never compared, so it is not burnt";
  }
  EXPECT_GE(cut_short_count, 1u);
}

TEST_F(LockTest, TakesOverAgainOnceTheFlashWorks) {
  make_claimed();
  const Digits code = door->platform.app_code(door->now());
  door->world.flash.cut_at(1, testing::TornPattern::kNothing);
  EXPECT_EQ(door->lock->enter(code).reason, code_of(Reason::kFault));
  door->world.flash.restore_power();
  EXPECT_EQ(door->lock->enter(code).verdict, Verdict::kGranted);
}

TEST_F(LockTest, KeepsItsRunningTimeThroughAPowerCutThatLosesItsClock) {
  make_claimed();
  for (int i = 0; i < 4; ++i) door->type_wrong();
  door->world.counter.advance(29);
  door->lock->poll();
  door->restart(false);
  EXPECT_EQ(door->lock->wait_s(), 30u) << "R16: the wait starts again in full";
}

}  // namespace
}  // namespace cardea
