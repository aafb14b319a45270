// SPDX-License-Identifier: Apache-2.0
#include "lock/near/near.hpp"

#include <gtest/gtest.h>

#include "core/schedule/schedule.hpp"
#include "lock/near/testing/sim_near.hpp"
#include "lock/testing/hand_over.hpp"

namespace cardea {
namespace {

using grant::Answer;
using grant::Denials;
using grant::Grant;
using testing::code_of;
using testing::NearBuffer;
using testing::SimNearDoor;
using testing::SimPhone;

Denials denials(std::uint32_t number, std::uint16_t epoch, std::initializer_list<std::uint32_t> serials) {
  Denials out{.number = number, .epoch = epoch};
  for (const std::uint32_t serial : serials) out.serials[out.count++] = serial;
  return out;
}

class NearTest : public ::testing::Test {
 protected:
  [[nodiscard]] unsigned opened() const { return door.door.world.motor.open_count; }
  /// The reason that it is refused for; code_of(kNone) when it opens.
  audit::ReasonCode reason_for(const Grant& grant) {
    door.lease(phone, grant);
    const std::optional<Answer> answer = door.visit(phone);
    EXPECT_TRUE(answer.has_value());
    if (!answer) return 255;
    EXPECT_EQ(answer->opened, answer->reason == code_of(Reason::kNone));
    return answer->reason;
  }
  void expect_no_answer(const char* why) {
    const unsigned before = opened();
    EXPECT_FALSE(door.visit(phone)) << why;
    EXPECT_FALSE(door.near->open()) << why;
    EXPECT_EQ(opened(), before) << why;
  }
  Grant with_schedule(bool open, std::uint32_t from_s, std::uint32_t to_s) {
    const auto minute = [&](std::uint32_t seconds) {
      return static_cast<std::uint32_t>((door.door.now().value + seconds) / 60);
    };
    ByteWriter out(schedule);
    EXPECT_EQ(encode(ScheduleChanges{minute(0) - from_s / 60, open, {}, minute(to_s)}, out), Status::kOk);
    Grant grant = door.grant(1);
    grant.schedule = ByteSpan(schedule).first(out.size());
    return grant;
  }

  SimNearDoor door;
  SimPhone phone{door.door.provider};
  Bytes<grant::grant_schedule_size_bytes_max> schedule{};
};

// [rule: G2]
TEST_F(NearTest, AStrangersCredentialOpensNothing) {
  P256Point ignored{};
  const KeyHandle stranger = door.door.provider.p256_generate(KeyKind::kSign, ignored).value();
  const UnixSeconds now = door.door.now();
  door.lease(phone, door.grant(1), now, {now.value + 60}, stranger);
  expect_no_answer("signed by somebody");
  door.lease(phone, door.grant(1), {now.value + 10}, {now.value + 60}, door.grant_key);
  expect_no_answer("not yet");
  door.lease(phone, door.grant(1), {now.value - 60}, now, door.grant_key);
  expect_no_answer("no more");
  Grant elsewhere = door.grant(1);
  elsewhere.lock.value[0] ^= 1;
  door.lease(phone, elsewhere);
  expect_no_answer("of another lock");
  door.lease(phone, door.grant(1));
  phone.key = door.door.provider.p256_generate(KeyKind::kAgree, ignored).value();
  expect_no_answer("stolen: without its key");
  EXPECT_EQ(door.door.records_of(audit::Kind::kEntryRefused).size(), 0u);
}

// [rule: G2]
TEST_F(NearTest, ACredentialWithoutAGrantOpensNothing) {
  const auto subject = ascii("phone");
  const Bytes<1> kid{1};
  phone.credential.resize(session::credential_size_bytes_max);
  cbor::Writer out(phone.credential);
  const UnixSeconds now = door.door.now();
  const session::NewCredential plain{subject, now, {now.value + 60}, false, kid, phone.point};
  ASSERT_EQ(session::write_cwt(door.door.provider, door.grant_key, {}, plain, out), Status::kOk);
  phone.credential.resize(out.size());
  expect_no_answer("signed by the grant key, but opens nothing");
}

// [rule: G2]
TEST_F(NearTest, TakesNoVirtualKeyWithoutAGrantKeyOrAGoodClock) {
  door.lease(phone, door.grant(1));
  door.restart(false);
  expect_no_answer("the clock is lost");
  const HeardTime time{door.door.now().value, 100, 200};
  ASSERT_EQ(door.door.lock->take_time(time, audit::Method::kPlatform), Status::kOk);
  EXPECT_TRUE(door.visit(phone)->opened);
  link::Snapshot snapshot = door.door.platform.record().snapshot;
  snapshot.takes_keys = false;
  ASSERT_EQ(testing::apply(*door.door.lock, 2, snapshot), Status::kOk);
  expect_no_answer("no grant key");
}

// [rule: G2] [rule: G5] [rule: G8]
TEST_F(NearTest, AVirtualKeyOpensAndTheRecordSaysWhich) {
  EXPECT_EQ(reason_for(door.grant(0x01020304)), code_of(Reason::kNone));
  EXPECT_EQ(opened(), 1u);
  EXPECT_TRUE(door.near->open());
  const audit::Record record = door.door.newest();
  EXPECT_EQ(record.kind, audit::Kind::kOpened);
  EXPECT_EQ(record.method, audit::Method::kVirtualKey);
  EXPECT_EQ(audit::decode_key_use(ByteSpan(record.detail).first(audit::what_size_bytes))->serial, 0x01020304u);
  ASSERT_GE(door.heard.size(), 2u);
}

TEST_F(NearTest, OpensWhateverTheBearersPacketsHold) {
  for (const std::size_t size : {4u, 20u, 51u, 244u, 512u}) {
    SimNearDoor other(size);
    SimPhone somebody{other.door.provider};
    other.lease(somebody, other.grant(1));
    const std::optional<Answer> answer = other.visit(somebody);
    ASSERT_TRUE(answer) << size;
    EXPECT_TRUE(answer->opened) << size;
  }
}

// [rule: G3]
TEST_F(NearTest, TheFirstReasonThatAppliesIsGiven) {
  EXPECT_EQ(reason_for(with_schedule(false, 600, 3'600)), code_of(Reason::kOutsideSchedule));
  EXPECT_EQ(reason_for(with_schedule(true, 600, 3'600)), code_of(Reason::kNone));
  Grant over = door.grant(1);
  over.ends_at = door.door.now();
  EXPECT_EQ(reason_for(over), code_of(Reason::kExpired));
  Grant counted = door.grant(2);
  counted.use_count_max = 1;
  EXPECT_EQ(reason_for(counted), code_of(Reason::kNone));
  EXPECT_EQ(reason_for(counted), code_of(Reason::kUsesSpent));
  Grant timed = door.grant(3);
  timed.after_first_use_s = 60;
  EXPECT_EQ(reason_for(timed), code_of(Reason::kNone));
  door.wait(59'000);
  EXPECT_EQ(reason_for(timed), code_of(Reason::kNone));
  door.wait(1'000);
  EXPECT_EQ(reason_for(timed), code_of(Reason::kExpired));
  ASSERT_EQ(door.door.lock->take_denials(door.list(denials(2, 0, {2, 3}))), Status::kOk);
  EXPECT_EQ(reason_for(timed), code_of(Reason::kExpired)) << "before cancelled";
  EXPECT_EQ(reason_for(counted), code_of(Reason::kCancelled)) << "before uses_spent";
  EXPECT_EQ(reason_for(with_schedule(true, 600, 60)), code_of(Reason::kNone));
  door.wait(60'000);
  EXPECT_EQ(door.door.records_of(audit::Kind::kEntryRefused).back().method, audit::Method::kVirtualKey);
}

// [rule: G3]
TEST_F(NearTest, WhatIsKnownOfAScheduleEnds) {
  Grant grant = with_schedule(true, 600, 120);
  EXPECT_EQ(reason_for(grant), code_of(Reason::kNone));
  door.wait(180'000);
  EXPECT_EQ(reason_for(grant), code_of(Reason::kScheduleExpired));
}

// [rule: G3]
TEST_F(NearTest, IsJudgedAnewForEachOpeningOfASession) {
  const UnixSeconds now = door.door.now();
  door.lease(phone, door.grant(1), now, {now.value + 100}, door.grant_key);
  door.near->connected();
  const auto visitor = std::make_unique<grant::Visitor>(door.door.provider, door.lease_of(phone));
  ASSERT_TRUE(door.visit(*visitor)->opened);
  const UnixSeconds until{now.value + 100};
  Bytes<grant::grant_size_bytes_max> claim{};
  ByteWriter out(claim);
  ASSERT_EQ(encode(door.grant(1), out), Status::kOk);
  EXPECT_NE(door.door.lock->open_by_key(out.written(), until, Verdict::kRefused).verdict, Verdict::kGranted) << "not proved";
  EXPECT_EQ(door.door.lock->open_by_key(out.written(), until, Verdict::kGranted).verdict, Verdict::kGranted);
  door.wait(100'000);
  EXPECT_EQ(door.door.lock->open_by_key(out.written(), until, Verdict::kGranted).reason, code_of(Reason::kExpired));
  EXPECT_EQ(opened(), 2u);
}

// [rule: G4]
TEST_F(NearTest, CountsOpeningsOverLeasesEpochsAndRestarts) {
  Grant grant = door.grant(9);
  grant.use_count_max = 2;
  EXPECT_EQ(reason_for(grant), code_of(Reason::kNone));
  door.restart();
  grant.epoch = 1;
  EXPECT_EQ(reason_for(grant), code_of(Reason::kNone));
  door.restart();
  EXPECT_EQ(reason_for(grant), code_of(Reason::kUsesSpent));
  EXPECT_EQ(opened(), 2u);
}

// [rule: G4]
TEST_F(NearTest, RefusesA17thCountedCredential) {
  Grant grant = door.grant(0);
  grant.use_count_max = 5;
  for (grant.serial = 1; grant.serial <= 16; ++grant.serial) EXPECT_EQ(reason_for(grant), code_of(Reason::kNone));
  EXPECT_EQ(reason_for(grant), code_of(Reason::kCodeMemoryFull));
  EXPECT_EQ(reason_for(door.grant(18)), code_of(Reason::kNone)) << "what counts nothing needs no place";
}

// [rule: G5]
TEST_F(NearTest, ARefusalThatIsRepeatedIsWrittenOnce) {
  ASSERT_EQ(door.door.lock->take_denials(door.list(denials(2, 0, {1}))), Status::kOk);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(reason_for(door.grant(1)), code_of(Reason::kCancelled));
  EXPECT_EQ(door.door.records_of(audit::Kind::kEntryRefused).size(), 1u);
}

// [rule: G6]
TEST_F(NearTest, TakesNoListThatIsOlderOrOfALowerEpochOrNotTheWorkspaces) {
  Lock& lock = *door.door.lock;
  ASSERT_EQ(lock.take_denials(door.list(denials(5, 3, {1}))), Status::kOk);
  EXPECT_EQ(lock.take_denials(door.list(denials(5, 3, {}))), Status::kStale);
  EXPECT_EQ(lock.take_denials(door.list(denials(4, 9, {}))), Status::kStale);
  EXPECT_EQ(lock.take_denials(door.list(denials(9, 2, {}))), Status::kStale);
  NearBuffer forged = door.list(denials(6, 3, {}));
  forged.back() ^= 1;
  EXPECT_EQ(lock.take_denials(forged), Status::kForged);
  SimNearDoor other;
  EXPECT_EQ(lock.take_denials(other.list(denials(6, 3, {}))), Status::kForged);
  Denials held;
  ASSERT_EQ(lock.denials(held), Status::kOk);
  EXPECT_EQ(held, denials(5, 3, {1}));
  door.restart();
  ASSERT_EQ(door.door.lock->denials(held), Status::kOk);
  EXPECT_EQ(held, denials(5, 3, {1}));
}

// [rule: G6] [rule: G8]
TEST_F(NearTest, APhoneBringsTheListBeforeItOpens) {
  SimPhone courier{door.door.provider};
  door.lease(courier, door.grant(2));
  courier.list = door.list(denials(2, 0, {1}));
  EXPECT_TRUE(door.visit(courier)->opened);
  EXPECT_EQ(reason_for(door.grant(1)), code_of(Reason::kCancelled));
  phone.list = door.list(denials(1, 0, {}));
  EXPECT_EQ(reason_for(door.grant(1)), code_of(Reason::kCancelled)) << "an older one";
  phone.list = door.list(denials(3, 0, {1}));
  phone.list.back() ^= 1;
  EXPECT_EQ(reason_for(door.grant(1)), code_of(Reason::kCancelled)) << "a forged one";
  courier.list = door.list(denials(3, 0, {2}));
  EXPECT_EQ(door.visit(courier)->reason, code_of(Reason::kCancelled)) << "its own end";
}

// [rule: G6] [rule: G7]
TEST_F(NearTest, ADesiredStateWithAnOlderListIsAppliedButForTheList) {
  Lock& lock = *door.door.lock;
  ASSERT_EQ(lock.take_denials(door.list(denials(7, 2, {1}))), Status::kOk);
  link::Snapshot snapshot = door.door.platform.record().snapshot;
  snapshot.denials = denials(3, 0, {});
  snapshot.settings.open_ms = 4'000;
  ASSERT_EQ(testing::apply(lock, 2, snapshot), Status::kOk);
  EXPECT_EQ(reason_for(door.grant(1)), code_of(Reason::kCancelled));
  EXPECT_EQ(reason_for(door.grant(4)), code_of(Reason::kCancelled)) << "of an older epoch";
  snapshot.takes_keys = false;
  ASSERT_EQ(testing::apply(lock, 3, snapshot), Status::kOk);
  snapshot.takes_keys = true;
  snapshot.denials = denials(8, 2, {5});
  ASSERT_EQ(testing::apply(lock, 4, snapshot), Status::kOk);
  Denials held;
  ASSERT_EQ(lock.denials(held), Status::kOk);
  EXPECT_EQ(held, denials(8, 2, {5}));
  Grant grant = door.grant(6);
  grant.epoch = 2;
  EXPECT_EQ(reason_for(grant), code_of(Reason::kNone));
}

// [rule: G8]
TEST_F(NearTest, WhatComesAgainGetsItsAnswerAgainAndDoesNothing) {
  door.lease(phone, door.grant(1));
  ASSERT_TRUE(door.visit(phone)->opened);
  const NearBuffer open = door.said.back();
  const NearBuffer verdict = door.heard.back();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(door.exchange(open), verdict);
  EXPECT_EQ(opened(), 1u);
  door.near->connected();
  for (const NearBuffer& message : std::vector<NearBuffer>(door.said)) door.exchange(message);
  EXPECT_EQ(opened(), 1u) << "all of a session said again to the same lock";
}

// [rule: G8]
TEST_F(NearTest, AMessageThatIsNoneEndsTheSession) {
  for (const Bytes<2> message : {Bytes<2>{0x63, 0}, Bytes<2>{0x64, 0}, Bytes<2>{0x61, 0}}) {
    door.lease(phone, door.grant(1));
    door.near->connected();
    const auto visitor = std::make_unique<grant::Visitor>(door.door.provider, door.lease_of(phone));
    session::EdhocAgreement agreement;
    session::Trust trust;
    Bytes<grant::lock_credential_size_bytes> ccs{};
    const std::size_t ccs_size = grant::write_lock_credential(door.door.lock->id(), door.identity, ccs).value();
    const std::array<ByteSpan, 1> known{ByteSpan(ccs).first(ccs_size)};
    trust.known = known;
    session::EdhocInitiator edhoc(door.door.provider, {phone.key, phone.credential, session::CredentialForm::kCwt}, trust);
    NearBuffer out(512);
    const std::size_t first = edhoc.start(out).value();
    const NearBuffer message_2 = door.exchange(ByteSpan(out).first(first));
    const std::size_t third = edhoc.finish(message_2, out, agreement).value();
    door.exchange(ByteSpan(out).first(third));
    ASSERT_TRUE(door.near->open());
    session::RecordState state;
    state.out_secret = agreement.out;
    state.in_secret = agreement.in;
    session::Records records = std::move(session::Records::open(door.door.provider, state).value());
    ASSERT_EQ(records.reserve(8), Status::kOk);
    const std::size_t size = records.seal(message, out).value();
    door.exchange(ByteSpan(out).first(size));
    EXPECT_EQ(door.near->open(), message[0] == 0x61) << "but for a list that is none, which is answered";
  }
  EXPECT_EQ(opened(), 0u);
}

// [rule: G9]
TEST_F(NearTest, AStrangerGetsEightAnswersAndFourAMinute) {
  session::Trust nobody;
  door.lease(phone, door.grant(1));
  const auto ask = [&] {
    session::EdhocInitiator edhoc(door.door.provider, {phone.key, phone.credential, session::CredentialForm::kCwt}, nobody);
    NearBuffer out(512);
    const std::size_t size = edhoc.start(out).value();
    return !door.exchange(ByteSpan(out).first(size)).empty();
  };
  int answered = 0;
  for (int i = 0; i < 20; ++i) answered += ask() ? 1 : 0;
  EXPECT_EQ(answered, 8);
  for (int second = 0; second < 60; ++second) {
    door.wait(1'000);
    answered += ask() ? 1 : 0;
  }
  EXPECT_EQ(answered, 12);
  door.wait(15'000);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(door.visit(phone)->opened) << "who proves itself costs nothing";
}

// [rule: G10]
TEST_F(NearTest, ASessionEndsWithItsConnectionAnd300SecondsAfterItsLastRecord) {
  door.lease(phone, door.grant(1));
  ASSERT_TRUE(door.visit(phone)->opened);
  const NearBuffer open = door.said.back();
  door.wait(299'000);
  EXPECT_TRUE(door.near->open());
  door.wait(1'000);
  EXPECT_FALSE(door.near->open());
  ASSERT_TRUE(door.visit(phone)->opened);
  door.near->closed();
  EXPECT_FALSE(door.near->open());
  EXPECT_TRUE(door.exchange(open).empty());
}

// [rule: G10]
TEST_F(NearTest, ASessionEndsWhenTheLockHasAnotherOwner) {
  door.lease(phone, door.grant(1));
  door.connect();
  const auto visitor = std::make_unique<grant::Visitor>(door.door.provider, door.lease_of(phone));
  NearBuffer out(grant::visitor_message_size_bytes_max);
  std::size_t size = visitor->begin(out).value();
  for (int message = 0; message < 2; ++message) size = visitor->take(door.exchange(ByteSpan(out).first(size)), out).value();
  ASSERT_TRUE(door.near->open()) << "and `out` is what asks to open";
  link::Snapshot snapshot = door.door.platform.record().snapshot;
  P256Point next{};
  static_cast<void>(door.door.provider.p256_generate(KeyKind::kSign, next));
  snapshot.grant_key = next;
  ASSERT_EQ(testing::apply(*door.door.lock, 2, snapshot), Status::kOk);
  EXPECT_TRUE(door.exchange(ByteSpan(out).first(size)).empty());
  EXPECT_FALSE(door.near->open());
  EXPECT_EQ(opened(), 0u);
}

// [rule: SE4]
TEST_F(NearTest, ASessionGoesOnUntilANewerHandshakeHasProvedItself) {
  door.lease(phone, door.grant(1));
  ASSERT_TRUE(door.visit(phone)->opened);
  session::Trust nobody;
  session::EdhocInitiator edhoc(door.door.provider, {phone.key, phone.credential, session::CredentialForm::kCwt}, nobody);
  NearBuffer out(512);
  const std::size_t size = edhoc.start(out).value();
  EXPECT_FALSE(door.exchange(ByteSpan(out).first(size)).empty());
  EXPECT_TRUE(door.near->open());
  door.exchange(Bytes<3>{0x42, 0, 0});
  EXPECT_TRUE(door.near->open()) << "a message_3 of nobody";
}

// [rule: SE16]
TEST_F(NearTest, AnswersAnotherSuiteWithItsOwn) {
  session::Trust nobody;
  door.lease(phone, door.grant(1));
  session::EdhocInitiator edhoc(door.door.provider, {phone.key, phone.credential, session::CredentialForm::kCwt}, nobody);
  NearBuffer out(512);
  const std::size_t size = edhoc.start(out).value();
  out[1] = 0x03;  // in place of suite 2
  EXPECT_EQ(door.exchange(ByteSpan(out).first(size)), (NearBuffer{0x02, 0x02}));
}

TEST(NearSize, StaysWithinItsBudget) { EXPECT_LE(sizeof(Near), near_size_bytes_max + 256); }

}  // namespace
}  // namespace cardea
