// SPDX-License-Identifier: Apache-2.0
#include "server/shadow/shadow.hpp"

#include <gtest/gtest.h>

#include "core/codes/windows.hpp"
#include "server/shadow/trace.hpp"

namespace cardea::server {
namespace {

constexpr UnixSeconds noon{1'795'262'400};  // 2026-11-21T12:00:00Z

ShadowFacts facts_of(link::LockClass lock_class = link::LockClass::kProtected) {
  ShadowFacts facts;
  facts.lock.value[0] = 7;
  facts.lock_class = lock_class;
  facts.last_hour = hour_of(noon).value + 24;
  facts.slots.push_back({{3, 2}, false, true, {}});
  return facts;
}
ShadowCode token(SlotGeneration slot = {3, 2}) { return {CredentialType::kToken, slot, std::nullopt, 0, 10}; }
ShadowCode offline(Family family, UnixSeconds from, UnixSeconds to) {
  const auto picked = pick_window({family, from, to, std::nullopt}, [](const Descriptor&) { return true; });
  return {CredentialType::kOffline, {}, picked->descriptor, 0, 10};
}
audit::Record opening(const ShadowCode& code, UnixSeconds at) {
  audit::Record record;
  record.seq = 1;
  record.time = static_cast<std::uint32_t>(at.value);
  record.kind = audit::Kind::kOpening;
  if (code.descriptor) {
    record.method = audit::Method::kOffline;
    const Descriptor& used = *code.descriptor;
    record.detail = audit::detail_of(audit::encode(
        audit::OfflineUse{static_cast<std::uint8_t>(used.family), used.klass, code.code_epoch, used.start, used.index}));
  } else {
    record.method = audit::Method::kApp;
    record.detail = audit::detail_of(
        audit::encode(audit::TokenUse{code.slot.slot, code.slot.generation, false, step_at(OtpPurpose::kApp, at).value}));
  }
  return record;
}
Reason reason_of(const ShadowFacts& facts, const ShadowCode& code, UnixSeconds at = noon) {
  Shadow shadow(facts);
  const auto said = shadow.judge(code, at);
  EXPECT_EQ(said.verdict == Verdict::kGranted, said.reason == Reason::kNone);
  return said.reason;
}

TEST(Shadow, RefusesWhatTheLockHasNotAcknowledged) {
  EXPECT_EQ(reason_of(facts_of(), token({4, 0})), Reason::kUnknownCode);
  EXPECT_EQ(reason_of(facts_of(), token({3, 1})), Reason::kUnknownCode);
  EXPECT_EQ(reason_of(facts_of(), token({3, 3})), Reason::kUnknownCode);
  EXPECT_EQ(reason_of(facts_of(), token()), Reason::kNone);
}

TEST(Shadow, KnowsHowFarTheHourKeysOfAnUnprotectedLockReach) {
  const ShadowFacts facts = facts_of(link::LockClass::kUnprotected);
  EXPECT_EQ(reason_of(facts, token()), Reason::kNone);
  EXPECT_EQ(reason_of(facts, token(), {noon.value + 26 * seconds_per_hour}), Reason::kScheduleExpired);
  EXPECT_EQ(reason_of(facts_of(), token(), {noon.value + 26 * seconds_per_hour}), Reason::kNone)
      << "a protected one has K_lock";
}

TEST(Shadow, CountsTheOpeningsThatItsRecordsTellOf) {
  ShadowFacts facts = facts_of();
  facts.slots.front().rule.use_count_max = 2;
  facts.records = {opening(token(), {noon.value - 7'200})};
  EXPECT_EQ(reason_of(facts, token()), Reason::kNone);
  facts.records.push_back(opening(token(), {noon.value - 3'600}));
  EXPECT_EQ(reason_of(facts, token()), Reason::kUsesSpent);
  facts.slots.front().rule = {0, 0, 3'600};
  EXPECT_EQ(reason_of(facts, token()), Reason::kExpired) << "an hour after the first one";
}

TEST(Shadow, RefusesAOneTimeCodeWhoseStepWasUsed) {
  ShadowFacts facts = facts_of();
  facts.records = {opening(token(), noon)};
  EXPECT_EQ(reason_of(facts, token()), Reason::kReplayed);
  EXPECT_EQ(reason_of(facts, token(), {noon.value + 30}), Reason::kNone);
}

TEST(Shadow, RefusesOutsideTheSchedule) {
  ShadowFacts facts = facts_of();
  const std::uint32_t now_min = static_cast<std::uint32_t>(noon.value / 60);
  const std::uint32_t changes[] = {now_min - 60, now_min + 60};
  Bytes<64> bytes{};
  ByteWriter out(bytes);
  out.u8(1);
  ASSERT_EQ(encode(ScheduleChanges{now_min - 600, false, changes, now_min + 600}, out), Status::kOk);
  ASSERT_EQ(facts.schedules.assign(out.written()), Status::kOk);
  facts.slots.front().rule.schedule = 1;
  EXPECT_EQ(reason_of(facts, token()), Reason::kNone);
  EXPECT_EQ(reason_of(facts, token(), {noon.value + 3'601}), Reason::kOutsideSchedule);
  EXPECT_EQ(reason_of(facts, token(), {noon.value + 36'001}), Reason::kScheduleExpired);
}

TEST(Shadow, JudgesOfflineCodesByTheirWindowTheirFirstUseAndTheirEpoch) {
  ShadowFacts facts = facts_of();
  const ShadowCode timed = offline(Family::kTimed, {noon.value - seconds_per_hour}, {noon.value + 200 * seconds_per_hour});
  EXPECT_EQ(reason_of(facts, timed, {noon.value - 2 * seconds_per_hour}), Reason::kNotYetValid);
  EXPECT_EQ(reason_of(facts, timed), Reason::kNone);
  EXPECT_EQ(reason_of(facts, timed, {noon.value + 100 * seconds_per_hour}), Reason::kNotActivated);
  facts.records = {opening(timed, noon)};
  EXPECT_EQ(reason_of(facts, timed, {noon.value + 100 * seconds_per_hour}), Reason::kNone) << "it was used in time";
  facts.settings.code_epoch = 1;
  EXPECT_NE(reason_of(facts, timed), Reason::kNone);
}

TEST(Shadow, RefusesAOnceCodeAfterItsUse) {
  ShadowFacts facts = facts_of();
  const ShadowCode once = offline(Family::kOnce, noon, {noon.value + 2 * seconds_per_hour});
  EXPECT_EQ(reason_of(facts, once), Reason::kNone);
  facts.records = {opening(once, noon)};
  EXPECT_EQ(reason_of(facts, once), Reason::kUsed);
}

TEST(Shadow, RefusesWhileTheClockIsLost) {
  ShadowFacts facts = facts_of();
  facts.status.emplace();
  facts.status->quality = ClockQuality::kLost;
  EXPECT_EQ(reason_of(facts, token()), Reason::kClockLost);
}

TEST(Trace, ShowsEveryCheckUpToTheOneThatFailed) {
  const auto checks = trace_of(CredentialType::kToken, std::nullopt, Reason::kReplayed);
  ASSERT_FALSE(checks.empty());
  EXPECT_EQ(checks.front().name, "locked_out");
  bool failed = false;
  for (const Check& check : checks) {
    if (check.name == "replayed") {
      EXPECT_EQ(check.result, CheckResult::kFailed);
      failed = true;
    } else {
      EXPECT_EQ(check.result, failed ? CheckResult::kNotReached : CheckResult::kPassed) << check.name;
    }
    EXPECT_NE(check.name, "cancelled") << "is for exclusive codes";
  }
  EXPECT_TRUE(failed);
}

TEST(Trace, PassesEveryCheckOfACodeThatOpens) {
  for (const Check& check : trace_of(CredentialType::kOffline, Family::kTimed, Reason::kNone))
    EXPECT_EQ(check.result, CheckResult::kPassed) << check.name;
}

TEST(Trace, HasAWordOfAdviceForEveryReason) {
  for (int reason = 1; reason < reason_count; ++reason) EXPECT_FALSE(advice_on(static_cast<Reason>(reason)).empty()) << reason;
  EXPECT_TRUE(advice_on(Reason::kNone).empty());
}

TEST(Trace, StandsInTheOrderOfPrecedence) {
  for (int reason = 1; reason < reason_count; ++reason) {
    const auto checks = trace_of(CredentialType::kOffline, Family::kTimed, static_cast<Reason>(reason));
    const auto failed = std::ranges::count(checks, CheckResult::kFailed, &Check::result);
    EXPECT_EQ(failed, 1) << reason;
  }
}

}  // namespace
}  // namespace cardea::server
