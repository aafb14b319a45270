// SPDX-License-Identifier: Apache-2.0
#include "server/domain/event.hpp"

#include <gtest/gtest.h>

#include "core/codes/descriptor.hpp"

namespace cardea::server {
namespace {

EventPlace place_of(std::int64_t position) {
  EventPlace place;
  place.position = position;
  place.id.bytes.fill(0x11);
  place.recorded_at = {1'795'253'400};  // 2026-11-21T09:30:00Z
  place.workspace.bytes.fill(0x22);
  return place;
}

TEST(EventHeader, HasItsMembersInTheOrderOfTheSpecWithoutWhiteSpaceAndLeavesAbsentOnesOut) {
  EventFacts facts;
  facts.type = EventType::kLockOnline;
  EXPECT_EQ(header_of(place_of(7), facts),
            R"({"position":7,"id":"event_11111111111111111111111111111111","type":"lock.online",)"
            R"("recorded_at":"2026-11-21T09:30:00Z","workspace":"workspace_22222222222222222222222222222222"})");
  facts.at = UnixSeconds{1'795'253'399};
  facts.seq = 3;
  facts.reason = "replayed";
  facts.method = "app";
  facts.quality = "synced";
  facts.detail = R"({"slot":1})";
  EXPECT_TRUE(header_of(place_of(7), facts)
                  .ends_with(R"("seq":3,"reason":"replayed","method":"app","quality":"synced","detail":{"slot":1}})"));
}

// [rule: E11]
TEST(EventLeaf, CoversHeaderAndBodyWithTheirLengths) {
  // printf '\x00\x00\x00\x00\x02{}\x00\x00\x00\x01\x2a' | sha256sum
  const Bytes<1> body{0x2a};
  EXPECT_EQ(hex_of(leaf_of("{}", body)), "38c3412b17797881ed2d73adf7b8895117edb384e4cb987466dac329c812a512");
  EXPECT_NE(leaf_of("{}*", {}), leaf_of("{}", body));
}

TEST(EventOfARecord, ARefusalNamesItsReasonAndNeverATypedDigit) {
  audit::Record record;
  record.seq = 9;
  record.kind = audit::Kind::kEntryRefused;
  record.method = audit::Method::kApp;
  record.reason = 12;
  record.detail = audit::detail_of_refusal(audit::encode(audit::TokenUse{3, 5, false, 59'000'000}), 4, 0);
  const EventFacts facts = facts_of(record);
  EXPECT_EQ(facts.type, EventType::kAccessRefused);
  EXPECT_EQ(facts.reason, "replayed");
  EXPECT_EQ(facts.detail, R"({"slot":3,"generation":5,"fixed":false,"step":59000000,"failures":4})");
  EXPECT_FALSE(facts.at.has_value());  // the clock was lost
  EXPECT_FALSE(alert_of(record).has_value());
}

// [rule: E10]
TEST(EventOfARecord, ARefusalWithAnAlertMakesASecondEvent) {
  audit::Record record;
  record.kind = audit::Kind::kEntryRefused;
  record.detail = audit::detail_of_refusal({}, 20, 20);
  const auto alert = alert_of(record);
  ASSERT_TRUE(alert.has_value());
  EXPECT_EQ(alert->type, EventType::kKeypadAlert);
  EXPECT_EQ(alert->detail, R"({"failures":20,"level":20})");
}

TEST(EventOfARecord, EveryKindHasATypeAndDetailThatSaysWhatHappened) {
  audit::Record record;
  record.kind = audit::Kind::kOpened;
  record.method = audit::Method::kOffline;
  record.detail = audit::detail_of(audit::encode(audit::OfflineUse{2, 3, 1, 250'000, 2}), 41);
  EXPECT_EQ(facts_of(record).detail, R"({"family":"once","class":3,"code_epoch":1,"start":250000,"index":2,"opening":41})");
  for (std::uint8_t kind = 1; kind <= 14; ++kind) {
    record.kind = static_cast<audit::Kind>(kind);
    EXPECT_TRUE(event_type_of(name_of(facts_of(record).type)).has_value()) << int{kind};
  }
}

}  // namespace
}  // namespace cardea::server
