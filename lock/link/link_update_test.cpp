// SPDX-License-Identifier: Apache-2.0
// Firmware images over the link (spec/update.md §3).
#include <gtest/gtest.h>

#include "lock/testing/platform/sim_lock.hpp"
#include "lock/update/testing/sim_slots.hpp"

namespace cardea {
namespace {

using link::MessageType;
using testing::SimDoor;
using testing::SimPeer;
using update::ImageState;

class LinkUpdateTest : public ::testing::Test {
 protected:
  LinkUpdateTest() {
    door_.activate();
    update::place(flash_, 0, maker_.made(1, 5));
    start();
  }
  /// The power comes on: the image that the start program chooses connects.
  void start() {
    update::InPlace loader(port_);
    updater_.emplace(port_, update::choose_image(port_, loader).value().slot);
    ASSERT_EQ(updater_->boot(), Status::kOk);
    peer_ = std::make_unique<SimPeer>(door_, &*updater_);
  }
  update::Report reported() {
    const auto message = peer_->heard(MessageType::kImageReport);
    EXPECT_TRUE(message.has_value());
    return message ? update::decode_report(*message).value() : update::Report{};
  }
  std::optional<update::Want> wanted() {
    const auto message = peer_->heard(MessageType::kImageWant);
    if (!message) return std::nullopt;
    return update::decode_want(*message).value();
  }
  void give(const update::ImageFile& image) {
    while (updater_->want()) peer_->say(update::piece_of(image, *wanted()));
  }

  SimDoor door_{link::LockClass::kProtected};
  update::Maker maker_;
  testing::SimFlash flash_{{.size_bytes = update::sim_slots_flash_size_bytes}};
  update::UpdatePort port_ = maker_.port(flash_);
  std::optional<update::Updater> updater_;
  std::unique_ptr<SimPeer> peer_;
};

// [rule: I1]
TEST_F(LinkUpdateTest, ALockThatTakesNoImagesSaysSo) {
  SimPeer plain(door_);
  ASSERT_TRUE(plain.greet());
  const update::Offer offer = update::offer_of(maker_.made(2, 6));
  plain.say(offer);
  const update::Report report = update::decode_report(*plain.heard(MessageType::kImageReport)).value();
  EXPECT_EQ(report.state, ImageState::kRefused);
  EXPECT_EQ(report.status, Status::kUnsupported);
  EXPECT_EQ(report.digest, offer.digest);
  plain.say(update::Piece{offer.digest, 0, ByteSpan(offer.digest)});
  EXPECT_FALSE(plain.closed);
}

// [rule: I2]
TEST_F(LinkUpdateTest, AnImageThatCannotRunIsRefusedAtOnce) {
  ASSERT_TRUE(peer_->greet());
  peer_->say(update::offer_of(maker_.made(2, 4)));
  const update::Report report = reported();
  EXPECT_EQ(report.state, ImageState::kRefused);
  EXPECT_EQ(report.status, Status::kStale);
  EXPECT_FALSE(wanted());
}

TEST_F(LinkUpdateTest, AMessageThatOnlyALockSendsEndsTheConnection) {
  ASSERT_TRUE(peer_->greet());
  peer_->say(update::Want{{}, 0, 1});
  EXPECT_TRUE(peer_->closed);
}

// [rule: I1] [rule: I6] [rule: U5]
TEST_F(LinkUpdateTest, AnImageArrivesIsTriedAndConfirmsItself) {
  const update::ImageFile image = maker_.made(2, 6);
  ASSERT_TRUE(peer_->greet());
  peer_->say(update::offer_of(image));
  EXPECT_EQ(reported().state, ImageState::kArriving);
  peer_->say(update::offer_of(image));
  EXPECT_EQ(reported().state, ImageState::kArriving) << "offered again, the lock says where it stands";
  give(image);
  EXPECT_EQ(reported().state, ImageState::kWaiting);
  start();
  EXPECT_TRUE(updater_->on_trial());
  ASSERT_TRUE(peer_->greet());
  EXPECT_TRUE(updater_->on_trial()) << "M2 alone shows nothing that a record does not show better";
  peer_->say(update::offer_of(image));
  EXPECT_FALSE(updater_->on_trial());
  reported();
  peer_->say(update::offer_of(image));
  EXPECT_EQ(reported().state, ImageState::kConfirmed);
}

// [rule: I3]
TEST_F(LinkUpdateTest, GoesOnAfterTheConnectionAndThePowerWent) {
  const update::ImageFile image = maker_.made(2, 6);
  ASSERT_TRUE(peer_->greet());
  peer_->say(update::offer_of(image));
  for (int i = 0; i < 4; ++i) peer_->say(update::piece_of(image, *wanted()));
  start();
  ASSERT_TRUE(peer_->greet());
  EXPECT_FALSE(wanted()) << "nothing is asked for before it is offered again";
  peer_->say(update::offer_of(image));
  EXPECT_EQ(reported().standing_bytes, flash_sector_size_bytes);
  give(image);
  EXPECT_EQ(reported().state, ImageState::kWaiting);
}

// [rule: I4]
TEST_F(LinkUpdateTest, APieceThatComesTwiceIsNotAskedForTwice) {
  const update::ImageFile image = maker_.made(2, 6);
  ASSERT_TRUE(peer_->greet());
  peer_->say(update::offer_of(image));
  const update::Piece piece = update::piece_of(image, *wanted());
  peer_->say(piece);
  ASSERT_TRUE(wanted());
  peer_->say(piece);
  EXPECT_FALSE(wanted());
}

// [rule: I6]
TEST_F(LinkUpdateTest, ACommandHoldsTheLockUntilItHasRunOrCanRunNoMore) {
  ASSERT_TRUE(peer_->greet());
  EXPECT_FALSE(peer_->link().challenge_waits(peer_->now));
  peer_->say(link::Command{7, link::Action::kUnlock});
  const link::Challenge challenge = link::decode_challenge(*peer_->heard(MessageType::kChallenge)).value();
  EXPECT_TRUE(peer_->link().challenge_waits(peer_->now));
  peer_->say(link::Run{7, challenge.nonce, link::run_valid_s_max});
  EXPECT_FALSE(peer_->link().challenge_waits(peer_->now));
  peer_->say(link::Command{8, link::Action::kUnlock});
  peer_->advance(1'000ull * link::run_valid_s_max);
  EXPECT_TRUE(peer_->link().challenge_waits(peer_->now));
  peer_->advance(1);
  EXPECT_FALSE(peer_->link().challenge_waits(peer_->now));
}

}  // namespace
}  // namespace cardea
