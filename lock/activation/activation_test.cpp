// SPDX-License-Identifier: Apache-2.0
#include "lock/activation/activation.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "lock/testing/hand_over.hpp"
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

// [rule: A11]
TEST_P(ActivationTest, SaysTheSameIdentityAsLongAsItIsTheLockThatTheFactoryMade) {
  door.lock->press();
  const P256Point said = activation::decode_ask(*door.activation->ask(t0))->identity;
  EXPECT_EQ(activation::decode_ask(*door.activation->ask_file())->identity, said);
  door.restart();
  door.lock->press();
  EXPECT_EQ(activation::decode_ask(*door.activation->ask(t0))->identity, said);
  door.activate();
  door.restart();
  P256Point kept;
  ASSERT_EQ(door.lock->identity(kept), Status::kOk);
  EXPECT_EQ(kept, said);
  EXPECT_EQ(door.lock->make(door.platform.record().factory), Status::kOk);
  ASSERT_EQ(door.lock->identity(kept), Status::kOk);
  EXPECT_NE(kept, said);
}

// [rule: A11]
TEST_P(ActivationTest, HoldsThePrivateHalfOfWhatItSays) {
  for (const bool claimed : {false, true}) {
    if (claimed) door.activate();
    P256Point identity;
    ASSERT_EQ(door.lock->identity(identity), Status::kOk);
    const Result<KeyHandle> own = door.lock->identity_key();
    ASSERT_TRUE(own.ok());
    EXPECT_EQ(*door.lock->identity_key(), *own);
    P256Point other_point;
    const ScopedKey other(door.provider, door.provider.p256_generate(KeyKind::kAgree, other_point).value());
    const auto mac_under = [&](KeyHandle pair, const P256Point& point) {
      const ScopedKey agreed(door.provider, door.provider.p256_agree(pair, point, KeyKind::kMac).value());
      Digest digest;
      EXPECT_EQ(door.provider.hmac_sha256(agreed.handle(), ascii("both"), digest), Status::kOk);
      return digest;
    };
    EXPECT_EQ(mac_under(*own, other_point), mac_under(other.handle(), identity));
  }
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
  const activation::Gift gift = door.platform.gift(testing::sim_start);
  const testing::EncodedSnapshot snapshot(gift.snapshot, door.lock->lock_class());
  activation::OpenedGift opened{gift, snapshot.view()};
  opened.snapshot.settings.codes.code_digits = 8;
  EXPECT_NE(door.lock->activate(opened, {}, audit::Method::kFile, nullptr), Status::kOk);
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

// --- giving up -------------------------------------------------------------------------------------------------------------

using ClaimSecret = Secret<activation::claim_secret_size_bytes>;
constexpr std::uint64_t command = 77;

class GivingUp : public ActivationTest {
 protected:
  GivingUp() {
    new_secret.mutable_bytes()[3] = 0x5a;
    door.activate();
    EXPECT_TRUE(door.lock->press().opened);
    send_records();
    EXPECT_TRUE(peer().greet());
    peer().take_all();
  }
  /// The platform has every record, and the lock the receipt.
  void send_records() {
    ASSERT_EQ(door.platform.take_records(*door.lock), Status::kOk);
    ASSERT_EQ(door.lock->take_receipt(door.platform.receipt(door.lock->log().state().last_seq)), Status::kOk);
  }
  link::Nonce challenge(link::Action action) {
    peer().say(link::Command{command, action});
    const auto message = peer().heard(link::MessageType::kChallenge);
    return link::decode_challenge(message.value())->nonce;
  }
  std::optional<link::CommandResult> result() {
    const auto message = peer().heard(link::MessageType::kResult);
    if (!message) return std::nullopt;
    return *link::decode_result(*message);
  }
  std::optional<link::CommandResult> give_up() {
    const link::Nonce nonce = challenge(link::Action::kGiveUp);
    peer().say(link::GiveUp{{command, nonce, 10}, new_secret});
    return result();
  }
  void expect_refused(const std::optional<link::CommandResult>& said, audit::ReasonCode reason) {
    ASSERT_TRUE(said.has_value());
    EXPECT_FALSE(said->done);
    EXPECT_EQ(said->reason, reason);
    EXPECT_EQ(door.newest().kind, audit::Kind::kCommandRefused);
    EXPECT_EQ(door.newest().reason, reason);
    expect_owned();
  }
  void expect_owned() {
    ASSERT_TRUE(door.lock->claimed());
    ClaimSecret secret;
    EXPECT_EQ(door.lock->claim_secret(secret), Status::kNotFound);
    door.world.counter.advance(60);
    EXPECT_EQ(door.lock->enter(door.platform.app_code(door.lock->clock().now)).verdict, Verdict::kGranted);
  }
  [[nodiscard]] bool in_flash(ByteSpan bytes) { return !std::ranges::search(door.world.flash.bytes(), bytes).empty(); }
  /// Another platform, that has the new label.
  testing::SimPlatform next_owner() {
    testing::SimPlatform next(door.provider, GetParam(), 9);
    next.record().factory.lock = door.lock->id();
    next.record().factory.claim_secret = new_secret;
    next.set_slot(0, 0, false, true);
    if (GetParam() == LockClass::kUnprotected) next.set_schedule(testing::sim_start, 48);
    return next;
  }

  SimPeer& peer() { return peer_.value(); }
  void restart(bool counter_kept = true) {
    peer_.reset();
    door.restart(counter_kept);
  }

  ClaimSecret new_secret;
  std::optional<SimPeer> peer_{std::in_place, door};  ///< gone with a restart
};
INSTANTIATE_TEST_SUITE_P(Classes, GivingUp, ::testing::Values(LockClass::kUnprotected, LockClass::kProtected));

// [rule: A13]
TEST_P(GivingUp, IsRefusedWithoutAPressOfTheInsideButtonWithin120Seconds) {
  peer().advance(121'000);
  peer().take_all();
  expect_refused(give_up(), audit::reason_not_pressed);
}

// [rule: A13]
TEST_P(GivingUp, IsRefusedAfterARestartThatThePressCameBefore) {
  restart();
  audit::RecordBytes last{};
  EXPECT_EQ(door.lock->give_up(command, new_secret, last), audit::reason_not_pressed);
  EXPECT_TRUE(door.lock->claimed());
}

// [rule: A13]
TEST_P(GivingUp, IsRefusedWhileTheOwnerHasNotGotEveryRecord) {
  door.type_wrong();
  expect_refused(give_up(), audit::reason_records_unsent);
}

// [rule: A12]
TEST_P(GivingUp, IsRunByItsOwnMessageAloneAndThatRunsNothingElse) {
  const link::Nonce first = challenge(link::Action::kGiveUp);
  peer().say(link::Run{command, first, 10});
  expect_refused(result(), audit::reason_command_unknown);
  for (const link::Action action : {link::Action::kUnlock, link::Action::kReleaseKeypad}) {
    const unsigned opened = door.world.motor.open_count;
    const link::Nonce nonce = challenge(action);
    peer().say(link::GiveUp{{command, nonce, 10}, new_secret});
    const auto said = result();
    EXPECT_EQ(door.world.motor.open_count, opened);
    expect_refused(said, audit::reason_command_unknown);
  }
}

// [rule: A12] [rule: L7]
TEST_P(GivingUp, IsRefusedLateOrTwiceOrForAnotherChallengeOrAfterAReconnect) {
  link::Nonce nonce = challenge(link::Action::kGiveUp);
  link::Nonce other = nonce;
  other[15] ^= 1;
  peer().say(link::GiveUp{{command, other, 10}, new_secret});
  expect_refused(result(), audit::reason_command_unknown);
  peer().say(link::GiveUp{{command, nonce, 10}, new_secret});
  expect_refused(result(), audit::reason_command_unknown);
  nonce = challenge(link::Action::kGiveUp);
  peer().advance(10'001);
  peer().take_all();
  peer().say(link::GiveUp{{command, nonce, 10}, new_secret});
  expect_refused(result(), audit::reason_command_stale);
  nonce = challenge(link::Action::kGiveUp);
  peer().link().closed();
  ASSERT_TRUE(peer().greet());
  peer().take_all();
  peer().say(link::GiveUp{{command, nonce, 10}, new_secret});
  expect_refused(result(), audit::reason_command_unknown);
}

// [rule: A14]
TEST_P(GivingUp, LeavesTheLockNobodysWithTheLabelThatItWasGiven) {
  P256Point identity;
  ASSERT_EQ(door.lock->identity(identity), Status::kOk);
  const UnixSeconds time = door.lock->clock().now;
  const auto said = give_up();
  ASSERT_TRUE(said.has_value());
  EXPECT_TRUE(said->done);
  EXPECT_TRUE(peer().closed);
  for (int start = 0; start < 2; ++start) {
    EXPECT_FALSE(door.lock->claimed());
    EXPECT_TRUE(door.lock->sealed()) << "factory.md MF6: a lock that was claimed is sealed";
    EXPECT_EQ(door.lock->session_key(), KeyHandle{});
    ClaimSecret secret;
    ASSERT_EQ(door.lock->claim_secret(secret), Status::kOk);
    EXPECT_TRUE(equal_constant_time(secret.bytes(), new_secret.bytes()));
    P256Point kept;
    ASSERT_EQ(door.lock->identity(kept), Status::kOk);
    EXPECT_EQ(kept, identity) << "A11";
    EXPECT_EQ(door.lock->clock().now, time);
    EXPECT_EQ(door.lock->enter(door.platform.app_code(time)).reason, testing::code_of(Reason::kMalformed)) << "A9";
    EXPECT_TRUE(door.lock->press().opened);
    EXPECT_EQ(door.lock->log().state().last_seq, 0u);
    restart();
  }
}

// [rule: A14]
TEST_P(GivingUp, SaysItsLastRecordBeforeItSaysThatItIsDone) {
  const std::uint32_t seq = door.lock->log().state().last_seq + 1;
  const link::Nonce nonce = challenge(link::Action::kGiveUp);
  peer().say(link::GiveUp{{command, nonce, 10}, new_secret});
  const auto records = peer().heard(link::MessageType::kRecords);
  ASSERT_TRUE(records.has_value());
  ASSERT_EQ(door.platform.take_record(link::decode_records(*records)->record(0)), Status::kOk);
  const audit::Record& last = door.platform.record().records.back();
  EXPECT_EQ(last.seq, seq);
  EXPECT_EQ(last.kind, audit::Kind::kGivingUp);
  EXPECT_EQ(load_be<std::uint64_t>(last.detail), command);
  EXPECT_TRUE(result().has_value());
}

// [rule: A15]
TEST_P(GivingUp, LeavesNothingOfTheOwnerOnTheChip) {
  AuditRecordBytes record{};
  ASSERT_EQ(door.lock->log().read(1, record), Status::kOk);
  for (int wrong = 0; wrong < 3; ++wrong) door.type_wrong();
  door.lock->enter(door.platform.app_code(door.lock->clock().now));
  send_records();
  const ByteSpan key = door.platform.record().key.bytes();
  ASSERT_TRUE(in_flash(key));
  ASSERT_TRUE(in_flash(record));
  ASSERT_TRUE(give_up()->done);
  EXPECT_FALSE(in_flash(key));
  EXPECT_FALSE(in_flash(door.platform.record().code_root.bytes()));
  EXPECT_FALSE(in_flash(door.platform.record().chain.key.bytes()));
  EXPECT_FALSE(in_flash(record));
  EXPECT_EQ(door.lock->status().failures, 0) << "what was guessed under the old owner is not the new one's";
  EXPECT_EQ(door.world.flash.misuse(), "");
}

// [rule: A14]
TEST_P(GivingUp, TheNextOwnerClaimsItOnceAndTheLastOneIsRefused) {
  const activation::Gift old_gift = door.platform.gift(testing::sim_start);
  ASSERT_TRUE(give_up()->done);
  testing::SimPlatform next = next_owner();
  ASSERT_TRUE(door.activation->may_ask()) << "the press counts on: the lock shows whoever answers that it is nobody's";
  const auto ask = door.activation->ask(t0);
  EXPECT_EQ(activation::verify_ask(door.provider, door.platform.record().factory.claim_secret, *ask), Status::kForged);
  ASSERT_EQ(activation::verify_ask(door.provider, new_secret, *ask), Status::kOk);
  ASSERT_EQ(door.activation->answer(next.answer(*ask, door.now(), expected_done), t0, done), Status::kOk);
  ClaimSecret secret;
  EXPECT_EQ(door.lock->claim_secret(secret), Status::kNotFound);
  EXPECT_EQ(door.newest().seq, 1u) << "no record of the last owner's";
  EXPECT_EQ(next.take_records(*door.lock), Status::kOk);
  EXPECT_FALSE(peer().greet()) << "no session with the last owner's key";
  door.world.counter.advance(60);
  EXPECT_EQ(door.lock->enter(door.platform.app_code(door.lock->clock().now)).verdict, Verdict::kRefused);
  EXPECT_EQ(door.lock->enter(door.platform.fixed_code(door.lock->clock().now, 7, 3)).verdict, Verdict::kRefused);
  door.world.counter.advance(600);
  EXPECT_EQ(door.lock->enter(next.app_code(door.lock->clock().now)).verdict, Verdict::kGranted);
  EXPECT_EQ(testing::activate(*door.lock, old_gift, {}, audit::Method::kPlatform), Status::kNotReady);
}

// [rule: A17]
TEST_P(GivingUp, NoNumberOfPressesAndNoRestartMakesItNobodys) {
  for (int press = 0; press < 40; ++press) {
    EXPECT_TRUE(door.lock->press().opened);
    EXPECT_EQ(door.activation->ask(t0).status(), Status::kNotReady);
    EXPECT_EQ(door.activation->ask_file().status(), Status::kNotReady);
    if (press % 8 != 7) continue;
    restart(press % 16 == 7);
    ASSERT_TRUE(door.lock->claimed());
  }
}

}  // namespace
}  // namespace cardea
