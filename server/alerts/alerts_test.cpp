// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "server/alerts/life.hpp"
#include "server/alerts/signal.hpp"
#include "server/alerts/words.hpp"

namespace cardea::server::alerts {
namespace {

constexpr UnixSeconds noon{1'800'000'000};
UnixSeconds later(std::uint64_t minutes) { return {noon.value + 60 * minutes}; }

Rule rule_of(AlertType type) { return default_rule(type); }
LoggedEvent event_of(EventType type, std::uint32_t value = 0) {
  return {.type = type, .at = noon, .recorded_at = noon, .reason = {}, .quality = "synced", .value = value};
}
std::string code_of(const Outcome<Done>& outcome) { return outcome ? "" : outcome.error().code; }
std::string pointer_of(const Outcome<Done>& outcome) {
  return outcome || outcome.error().errors.empty() ? "" : outcome.error().errors[0].pointer;
}
/// What the rule of a type makes of an event.
Reaction reaction_to(const Rule& rule, const LoggedEvent& event) {
  for (const Signal& signal : signals_of(event))
    if (const Reaction found = reaction(rule, signal); found != Reaction::kNone) return found;
  return Reaction::kNone;
}

TEST(AlertRule, EveryTypeHasANameAndAGoodRuleToBeginWith) {
  for (std::size_t i = 0; i < alert_type_count; ++i) {
    const auto type = static_cast<AlertType>(i);
    EXPECT_EQ(alert_type_of(name_of(type)), type);
    EXPECT_EQ(code_of(check(rule_of(type))), "") << name_of(type);
  }
  EXPECT_FALSE(alert_type_of("nonsense"));
}

TEST(AlertRule, RefusesThresholdsStepsAndPlacesOutOfTheirLimits) {
  Rule rule = rule_of(AlertType::kLockOffline);
  rule.threshold = 59;
  EXPECT_EQ(pointer_of(check(rule)), "/threshold");
  rule = rule_of(AlertType::kDoorForced);
  rule.threshold = 1;
  EXPECT_EQ(pointer_of(check(rule)), "/threshold");
  rule = rule_of(AlertType::kDoorForced);
  rule.steps.clear();
  EXPECT_EQ(pointer_of(check(rule)), "/steps");
  rule.steps = {{5, {Role::kOwner}}};
  EXPECT_EQ(pointer_of(check(rule)), "/steps/0/after_min") << "the first step is at once";
  rule.steps = {{0, {}}, {10, {}}, {10, {}}};
  EXPECT_EQ(pointer_of(check(rule)), "/steps/2/after_min");
  rule.steps = {{0, std::vector<Recipient>(21, Role::kOwner)}};
  EXPECT_EQ(pointer_of(check(rule)), "/steps/0/tell");
  rule = rule_of(AlertType::kDoorForced);
  rule.doors.resize(501);
  EXPECT_EQ(pointer_of(check(rule)), "/door_ids");
}

TEST(AlertRule, AGuardIsNeitherSwitchedOffNorNarrowedNorKeptFromTheOwners) {
  for (const AlertType type : {AlertType::kRuleChanged, AlertType::kInsiderAccess}) {
    Rule rule = rule_of(type);
    rule.is_enabled = false;
    EXPECT_EQ(code_of(check(rule)), "rule_is_guard");
    rule = rule_of(type);
    rule.doors = {DoorId::make()};
    EXPECT_EQ(code_of(check(rule)), "rule_is_guard");
    rule = rule_of(type);
    rule.steps[0].tell = {Role::kAuditor};
    EXPECT_EQ(code_of(check(rule)), "rule_is_guard");
    rule.steps[0].tell = {Role::kAuditor, Role::kOwner};
    EXPECT_EQ(code_of(check(rule)), "");
  }
}

TEST(AlertRule, ReadsRolesOperatorsAndAddressesAndNothingElse) {
  const OperatorId who = OperatorId::make();
  EXPECT_EQ(recipient_of("owner"), Recipient{Role::kOwner});
  EXPECT_EQ(recipient_of(who.text()), Recipient{who});
  EXPECT_EQ(text_of(*recipient_of("night@example.org")), "night@example.org");
  for (const char* text :
       {"", "boss", "a@", "@b", "a@b@c", "a b@c", "a@b\r\nBcc: x@y", "a,b@c", "door_0193f0c27d1e7c3b9a550c0ffee0d00d"})
    EXPECT_FALSE(recipient_of(text)) << text;
}

TEST(AlertRule, ConcernsItsPlacesAlone) {
  Rule rule;
  const SiteId site = SiteId::make();
  const DoorId door = DoorId::make();
  EXPECT_TRUE(rule.concerns(std::nullopt, std::nullopt)) << "everywhere";
  rule.sites = {site};
  EXPECT_TRUE(rule.concerns(site, DoorId::make()));
  EXPECT_FALSE(rule.concerns(SiteId::make(), door));
  EXPECT_FALSE(rule.concerns(std::nullopt, std::nullopt));
  rule.doors = {door};
  EXPECT_TRUE(rule.concerns(SiteId::make(), door));
}

TEST(AlertSignal, MostEventsMeanNothing) {
  for (const EventType type :
       {EventType::kAccessOpening, EventType::kAccessRefused, EventType::kGrantCreated, EventType::kSessionStarted,
        EventType::kAlertOpened, EventType::kAlertClosed, EventType::kAlertRuleCreated})
    EXPECT_TRUE(signals_of(event_of(type)).empty()) << server::name_of(type);
}

TEST(AlertSignal, ADisabledRuleOpensNothingAndStillHearsOfTheEnd) {
  Rule rule = rule_of(AlertType::kDoorForced);
  rule.is_enabled = false;
  EXPECT_EQ(reaction_to(rule, event_of(EventType::kDoorForced)), Reaction::kNone);
  EXPECT_EQ(reaction_to(rule, event_of(EventType::kDoorClosed)), Reaction::kEnd);
}

TEST(AlertSignal, EachEventBeginsOrEndsWhatItTellsOf) {
  struct Case {
    AlertType type;
    EventType begins;
    std::uint32_t value;
    Reaction reaction;
    std::optional<EventType> ends;
  };
  for (const Case& row : {
           Case{AlertType::kDoorForced, EventType::kDoorForced, 0, Reaction::kOpen, EventType::kDoorClosed},
           Case{AlertType::kDoorLeftOpen, EventType::kDoorLeftOpen, 30, Reaction::kWait, EventType::kDoorClosed},
           Case{AlertType::kTamper, EventType::kLockTampered, 0, Reaction::kOpen, EventType::kLockTamperEnded},
           Case{AlertType::kLockOffline, EventType::kLockOffline, 0, Reaction::kWait, EventType::kLockOnline},
           Case{AlertType::kGuessing, EventType::kKeypadAlert, 20, Reaction::kOpen, EventType::kKeypadReleased},
           Case{AlertType::kRecordsLost, EventType::kLockRecordsLost, 0, Reaction::kOpen, {}},
           Case{AlertType::kChainBroken, EventType::kLockChainBroken, 0, Reaction::kOpen, {}},
           Case{AlertType::kClockRefused, EventType::kClockRefused, 0, Reaction::kOpen, {}},
           Case{AlertType::kLockReset, EventType::kLockReset, 0, Reaction::kOpen, {}},
           Case{AlertType::kWebhookDisabled, EventType::kWebhookDisabled, 0, Reaction::kOpen, {}},
           Case{AlertType::kRuleChanged, EventType::kAlertRuleChanged, 0, Reaction::kOpen, {}},
           Case{AlertType::kRuleChanged, EventType::kAlertRuleDeleted, 0, Reaction::kOpen, {}},
           Case{AlertType::kCertificateEnds, EventType::kPlatformCertificateEnding, 21, Reaction::kOpen,
                EventType::kPlatformCertificateRenewed},
           Case{AlertType::kDuress, EventType::kAccessDuress, 0, Reaction::kOpen, {}},
       }) {
    EXPECT_EQ(reaction_to(rule_of(row.type), event_of(row.begins, row.value)), row.reaction) << name_of(row.type);
    if (!row.ends) continue;
    EXPECT_EQ(reaction_to(rule_of(row.type), event_of(*row.ends)), Reaction::kEnd) << name_of(row.type);
  }
}

TEST(AlertSignal, OnlyAMotorThatFailedIsAJam) {
  LoggedEvent failed = event_of(EventType::kAccessFailed);
  EXPECT_EQ(reaction_to(rule_of(AlertType::kLockJammed), failed), Reaction::kNone) << "the power went";
  failed.reason = "motor_failed";
  EXPECT_EQ(reaction_to(rule_of(AlertType::kLockJammed), failed), Reaction::kOpen);
  EXPECT_EQ(reaction_to(rule_of(AlertType::kLockJammed), event_of(EventType::kAccessGranted)), Reaction::kEnd);
}

TEST(AlertSignal, ABatteryIsComparedWithTheRulesThreshold) {
  const Rule low = rule_of(AlertType::kBatteryLow);
  const Rule critical = rule_of(AlertType::kBatteryCritical);
  EXPECT_EQ(reaction_to(low, event_of(EventType::kLockBattery, 20)), Reaction::kOpen);
  EXPECT_EQ(reaction_to(critical, event_of(EventType::kLockBattery, 20)), Reaction::kEnd);
  EXPECT_EQ(reaction_to(critical, event_of(EventType::kLockBattery, 10)), Reaction::kOpen);
  EXPECT_EQ(reaction_to(low, event_of(EventType::kLockBattery, 80)), Reaction::kEnd);
}

TEST(AlertSignal, ACertificateIsToldOfFromTheRulesDaysOn) {
  Rule rule = rule_of(AlertType::kCertificateEnds);
  rule.threshold = 7;
  EXPECT_EQ(reaction_to(rule, event_of(EventType::kPlatformCertificateEnding, 21)), Reaction::kNone);
  EXPECT_EQ(reaction_to(rule, event_of(EventType::kPlatformCertificateEnding, 7)), Reaction::kOpen);
  EXPECT_EQ(reaction_to(rule, event_of(EventType::kPlatformCertificateEnding, 1)), Reaction::kOpen);
}

TEST(AlertSignal, GuessesBelowTheThresholdAreNoAlert) {
  Rule rule = rule_of(AlertType::kGuessing);
  rule.threshold = 50;
  EXPECT_EQ(reaction_to(rule, event_of(EventType::kKeypadAlert, 20)), Reaction::kNone);
  EXPECT_EQ(reaction_to(rule, event_of(EventType::kKeypadAlert, 50)), Reaction::kOpen);
}

TEST(AlertSignal, AClockIsLostAsAnyRecordSaysAndBetterWhenItWasSet) {
  LoggedEvent event = event_of(EventType::kAccessRefused);
  event.quality = "lost";
  EXPECT_EQ(reaction_to(rule_of(AlertType::kClockLost), event), Reaction::kOpen);
  event = event_of(EventType::kClockSet);
  EXPECT_EQ(reaction_to(rule_of(AlertType::kClockLost), event), Reaction::kEnd);
  event.quality = "coarse";
  EXPECT_EQ(reaction_to(rule_of(AlertType::kClockLost), event), Reaction::kEnd);
  EXPECT_EQ(reaction_to(rule_of(AlertType::kClockUncertain), event), Reaction::kOpen);
}

TEST(AlertSignal, ADoorThatWasLeftOpenIsDueFromWhenItWasOpened) {
  const Rule rule = rule_of(AlertType::kDoorLeftOpen);
  LoggedEvent event = event_of(EventType::kDoorLeftOpen, 30);
  EXPECT_EQ(due_at(rule, signals_of(event)[0], noon).value, noon.value + 90);
  event.recorded_at = later(60);
  EXPECT_EQ(due_at(rule, signals_of(event)[0], event.recorded_at).value, later(60).value + late_records_s)
      << "its closing may be in the next message";
}

TEST(AlertLife, StepsAreTakenInTimeAndOnce) {
  Alert alert = open(rule_of(AlertType::kDoorForced), noon);
  EXPECT_EQ(take_step(alert, noon), 0u);
  EXPECT_FALSE(take_step(alert, noon));
  EXPECT_FALSE(take_step(alert, later(14)));
  EXPECT_EQ(take_step(alert, later(15)), 1u);
  EXPECT_FALSE(take_step(alert, later(9'999)));
  EXPECT_FALSE(alert.next_step_at);
}

TEST(AlertLife, AStepThatReachesNobodyIsFollowedAtOnce) {
  Alert alert = open(rule_of(AlertType::kDoorForced), noon);
  EXPECT_EQ(take_step(alert, noon), 0u);
  hurry(alert, noon);
  EXPECT_EQ(take_step(alert, noon), 1u);
  hurry(alert, noon);
  EXPECT_FALSE(take_step(alert, noon)) << "there is none any more";
}

TEST(AlertLife, NothingEscalatesOnceItWasAcknowledged) {
  Alert alert = open(rule_of(AlertType::kLockOffline), noon);
  EXPECT_EQ(take_step(alert, noon), 0u);
  EXPECT_TRUE(acknowledge(alert, "operator_1", "on my way", later(1)));
  EXPECT_FALSE(take_step(alert, later(500)));
  EXPECT_FALSE(close_if_settled(alert, later(1))) << "the lock is offline still";
  EXPECT_FALSE(acknowledge(alert, "operator_2", "", later(2))) << "somebody did before";
  EXPECT_EQ(alert.acknowledged_by, "operator_1");
  EXPECT_TRUE(became_over(alert, later(3)));
  EXPECT_EQ(alert.state, State::kClosed);
  EXPECT_EQ(alert.closed_by, "");
  EXPECT_EQ(alert.note, "on my way");
}

TEST(AlertLife, AForcedDoorThatIsShutAgainWaitsForSomebodyWhoHasLooked) {
  Alert alert = open(rule_of(AlertType::kDoorForced), noon);
  EXPECT_FALSE(became_over(alert, later(1)));
  EXPECT_EQ(alert.state, State::kOpen);
  EXPECT_EQ(take_step(alert, later(1)), 0u) << "and people are told all the same";
  EXPECT_EQ(take_step(alert, later(15)), 1u);
  EXPECT_TRUE(acknowledge(alert, "operator_1", "", later(16)));
  EXPECT_TRUE(close_if_settled(alert, later(16)));
  EXPECT_EQ(alert.closed_by, "operator_1");
}

TEST(AlertLife, AForcedDoorThatWasAcknowledgedClosesWithTheDoorAndNotIfItIsForcedAgain) {
  Alert alert = open(rule_of(AlertType::kDoorForced), noon);
  EXPECT_TRUE(acknowledge(alert, "operator_1", "", later(1)));
  EXPECT_FALSE(close_if_settled(alert, later(1)));
  happened_again(alert, later(2));
  EXPECT_EQ(alert.count, 2u);
  EXPECT_TRUE(became_over(alert, later(3)));

  alert = open(rule_of(AlertType::kDoorForced), noon);
  EXPECT_FALSE(became_over(alert, later(1)));
  happened_again(alert, later(2));
  EXPECT_TRUE(acknowledge(alert, "operator_1", "", later(3)));
  EXPECT_FALSE(close_if_settled(alert, later(3))) << "it stands open again";
}

TEST(AlertLife, WhatTellsOfAMomentIsClosedByItsAcknowledgement) {
  Alert alert = open(rule_of(AlertType::kGuessing), noon);
  happened_again(alert, later(1));
  EXPECT_TRUE(acknowledge(alert, "operator_1", "a child", later(2)));
  EXPECT_TRUE(close_if_settled(alert, later(2)));
  EXPECT_FALSE(close(alert, "operator_1", "", later(3)));
}

TEST(AlertLife, WhatBeginsAgainIsToldFromTheFirstStepOnWhoeverHadAcknowledgedIt) {
  Rule rule = rule_of(AlertType::kCertificateEnds);
  rule.steps = {{0, {Role::kOwner}}, {30, {Role::kManager}}};
  Alert alert = open(rule, noon);
  EXPECT_EQ(take_step(alert, noon), 0u);
  EXPECT_TRUE(acknowledge(alert, "operator_1", "next week", later(1)));
  EXPECT_FALSE(close_if_settled(alert, later(1))) << "it ends all the same";
  begin_again(alert, later(500));
  EXPECT_EQ(alert.state, State::kOpen);
  EXPECT_EQ(alert.count, 2u);
  EXPECT_EQ(alert.acknowledged_by, "");
  EXPECT_EQ(take_step(alert, later(500)), 0u);
  EXPECT_FALSE(take_step(alert, later(529)));
  EXPECT_EQ(take_step(alert, later(530)), 1u);
  EXPECT_TRUE(became_over(alert, later(600)));
}

TEST(AlertLife, WhoeverMayClosesAnAlertWhateverItsLockSays) {
  Alert alert = open(rule_of(AlertType::kLockOffline), noon);
  EXPECT_TRUE(close(alert, "operator_1", "taken off the door", later(1)));
  EXPECT_EQ(alert.state, State::kClosed);
  EXPECT_FALSE(take_step(alert, later(999)));
  EXPECT_FALSE(became_over(alert, later(2)));
  EXPECT_EQ(alert.closed_by, "operator_1");
}

TEST(AlertWords, EveryTypeIsToldInEveryLanguage) {
  for (std::size_t i = 0; i < alert_type_count; ++i)
    for (std::size_t j = 0; j < language_count; ++j) {
      const Words& words = words_of(static_cast<AlertType>(i), static_cast<Language>(j));
      EXPECT_FALSE(words.what.empty());
      EXPECT_FALSE(words.advice.empty());
    }
  EXPECT_EQ(headline(AlertType::kTamper, Telling::kEscalated, Language::kEnglish, 15),
            "Nobody has acknowledged this for 15 minutes: Somebody is at the lock's cover");
  EXPECT_NE(headline(AlertType::kTamper, Telling::kOver, Language::kGerman, 0).find("vorbei"), std::string::npos);
}

}  // namespace
}  // namespace cardea::server::alerts
