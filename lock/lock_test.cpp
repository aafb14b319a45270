// SPDX-License-Identifier: Apache-2.0
#include "lock/lock.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "lock/testing/platform/sim_lock.hpp"

namespace cardea {
namespace {

using link::LockClass;
using testing::SimPlatform;

constexpr UnixSeconds t0{1'795'219'200};

constexpr audit::ReasonCode code_of(Reason reason) { return static_cast<audit::ReasonCode>(reason); }

class LockTest : public ::testing::Test {
 protected:
  void make(LockClass lock_class) {
    platform = std::make_unique<SimPlatform>(provider, lock_class);
    platform->set_slot(0, 0, false, true);
    platform->set_slot(7, 3, true);
    if (lock_class == LockClass::kUnprotected) platform->set_schedule(t0, 48);
    lock = std::make_unique<Lock>(testing::port_of(world, provider));
    ASSERT_EQ(lock->make(platform->record().factory), Status::kOk);
  }
  void activate() {
    ASSERT_EQ(lock->activate(platform->gift(t0), {t0.value, 100, 200}, audit::Method::kPlatform, nullptr), Status::kOk);
    counter_at_t0 = world.counter.seconds();
  }
  void make_claimed(LockClass lock_class = LockClass::kProtected) {
    make(lock_class);
    activate();
  }
  void restart() {
    lock.reset();
    lock = std::make_unique<Lock>(testing::port_of(world, provider));
    ASSERT_EQ(lock->boot(), Status::kOk);
  }
  UnixSeconds now() { return {t0.value + world.counter.seconds() - counter_at_t0}; }
  KeypadResult type(const Digits& digits) { return lock->enter(digits); }
  KeypadResult type_wrong() { return lock->enter(Digits::parse("00000000")); }
  audit::Record newest() { return *lock->log().newest(); }
  void sync_records() { ASSERT_EQ(platform->take_records(*lock), Status::kOk); }

  OpensslProvider provider{512};
  testing::World world = testing::blank_world();
  std::unique_ptr<SimPlatform> platform;
  std::unique_ptr<Lock> lock;
  std::uint64_t counter_at_t0 = 0;
};

TEST_F(LockTest, IsNoLockUntilAFactoryHasMadeIt) {
  lock = std::make_unique<Lock>(testing::port_of(world, provider));
  EXPECT_EQ(lock->boot(), Status::kNotFound);
  EXPECT_EQ(type_wrong().verdict, Verdict::kRefused);
  EXPECT_EQ(world.motor.open_count, 0u);
}

// [rule: A9]
TEST_F(LockTest, RefusesEveryEntryAsMalformedWhileUnclaimedAndOpensForItsButton) {
  make(LockClass::kProtected);
  for (const char* entry : {"00000000", "1234567890", "1", ""}) {
    const KeypadResult result = type(Digits::parse(entry));
    EXPECT_EQ(result.verdict, Verdict::kRefused);
    EXPECT_EQ(result.reason, code_of(Reason::kMalformed));
  }
  EXPECT_EQ(world.motor.open_count, 0u);
  EXPECT_TRUE(lock->press().opened);
  EXPECT_EQ(world.motor.open_count, 1u);
}

TEST_F(LockTest, RefusesAWrongCodeAndSaysWhyOnlyInItsRecord) {
  make_claimed();
  const KeypadResult result = type_wrong();
  EXPECT_EQ(result.verdict, Verdict::kRefused);
  EXPECT_EQ(result.reason, code_of(Reason::kUnknownCode));
  EXPECT_EQ(world.motor.open_count, 0u);
  EXPECT_EQ(newest().kind, audit::Kind::kEntryRefused);
  EXPECT_EQ(newest().reason, code_of(Reason::kUnknownCode));
  EXPECT_EQ(newest().method, audit::Method::kApp);
}

TEST_F(LockTest, OpensOnceForAOneTimeCodeAndRefusesItAsReplayedAlsoAfterARestart) {
  make_claimed();
  const Digits code = platform->app_code(now());
  EXPECT_EQ(type(code).verdict, Verdict::kGranted);
  EXPECT_EQ(world.motor.open_count, 1u);
  EXPECT_EQ(type(code).reason, code_of(Reason::kReplayed));
  restart();
  EXPECT_EQ(type(code).reason, code_of(Reason::kReplayed));
  EXPECT_EQ(world.motor.open_count, 1u);
}

TEST_F(LockTest, OpensForFixedSmsAndOfflineCodes) {
  make_claimed();
  EXPECT_EQ(type(platform->fixed_code(now(), 7, 3)).verdict, Verdict::kGranted);
  EXPECT_EQ(type(platform->sms_code(now())).verdict, Verdict::kGranted);
  EXPECT_EQ(type(platform->offline_code(pool_code(0))).verdict, Verdict::kGranted);
  EXPECT_EQ(type(platform->offline_code(pool_code(0))).reason, code_of(Reason::kUsed));
}

TEST_F(LockTest, OpensAnUnprotectedLockByItsScheduleUntilThatEnds) {
  make_claimed(LockClass::kUnprotected);
  EXPECT_EQ(type(platform->app_code(now())).verdict, Verdict::kGranted);
  EXPECT_EQ(type(platform->fixed_code(now(), 7, 3)).verdict, Verdict::kGranted);
  restart();
  world.counter.advance(47 * 3'600);
  EXPECT_EQ(type(platform->app_code(now())).verdict, Verdict::kGranted);
  EXPECT_EQ(type(platform->fixed_code(now(), 7, 3)).verdict, Verdict::kGranted);
  world.counter.advance(3'600);
  EXPECT_EQ(type(platform->app_code(now())).reason, code_of(Reason::kScheduleExpired));
  EXPECT_EQ(type(platform->fixed_code(now(), 7, 3)).reason, code_of(Reason::kScheduleExpired));
  EXPECT_EQ(type(platform->offline_code(pool_code(0))).reason, code_of(Reason::kMalformed));
}

TEST_F(LockTest, StillWaitsAfterThePowerWasPulled) {
  make_claimed();
  for (int i = 0; i < 4; ++i) EXPECT_EQ(type_wrong().reason, code_of(Reason::kUnknownCode));
  EXPECT_EQ(lock->wait_s(), 30u);
  restart();
  const KeypadResult result = type(platform->app_code(now()));
  EXPECT_EQ(result.reason, code_of(Reason::kLockedOut));
  EXPECT_EQ(result.wait_s, 30u);
  world.counter.advance(30);
  EXPECT_EQ(type(platform->app_code(now())).verdict, Verdict::kGranted);
}

}  // namespace
}  // namespace cardea
