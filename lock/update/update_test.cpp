// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "lock/update/testing/sim_slots.hpp"
#include "lock/update/testing/update_scenarios.hpp"

namespace cardea::update {
namespace {

using testing::SimFlash;

constexpr std::uint32_t sector = flash_sector_size_bytes;
constexpr std::uint32_t slot_size = sim_slot_size_bytes;

class UpdateTest : public ::testing::Test {
 protected:
  UpdateTest() { place(0, factory_); }

  ImageFile made(std::uint8_t major, std::uint32_t counter) { return maker_.made(major, counter); }
  void place(SlotIndex slot, const ImageFile& image) { update::place(flash_, slot, image); }
  /// The power comes on: what runs.
  Result<Chosen> start() {
    InPlace loader(port_);
    const Result<Chosen> chosen = choose_image(port_, loader);
    if (chosen) {
      EXPECT_EQ(loader.last, chosen->slot) << "the image that runs is the one brought last";
    }
    return chosen;
  }
  std::uint8_t running() {
    const Result<Chosen> chosen = start();
    return chosen ? chosen->image.version.major : 0;
  }
  /// Gives up to `piece_count` pieces of `image`; how many were taken.
  static int give(Updater& updater, const ImageFile& image, int piece_count = 1'000) {
    int given = 0;
    for (; given < piece_count; ++given) {
      const std::optional<Want> want = updater.want();
      if (!want) break;
      EXPECT_EQ(updater.take(piece_of(image, *want)), Status::kOk);
    }
    return given;
  }
  /// Takes in `image` beside the one that runs, to the start that tries it.
  void bring(const ImageFile& image) {
    Updater updater(port_, start().value().slot);
    ASSERT_EQ(updater.boot(), Status::kOk);
    ASSERT_EQ(updater.confirm(), Status::kOk);
    ASSERT_EQ(updater.take(offer_of(image)), Status::kOk);
    give(updater, image);
    ASSERT_EQ(updater.report().state, ImageState::kWaiting);
  }
  /// What the image that runs now updates with; until the next call.
  Updater& booted() {
    updater_.emplace(port_, start().value().slot);
    EXPECT_EQ(updater_->boot(), Status::kOk);
    return *updater_;
  }

  Maker maker_;
  ImageFile factory_ = made(1, 5);
  SimFlash flash_{{.size_bytes = sim_slots_flash_size_bytes}};
  UpdatePort port_ = maker_.port(flash_);
  std::optional<Updater> updater_;
};

// [rule: U1] [rule: U4]
TEST_F(UpdateTest, NothingRunsThatDoesNotVerify) {
  booted();
  flash_.bytes()[4 * sector + 100] ^= 1;
  EXPECT_EQ(start().status(), Status::kNotFound);
  place(1, made(2, 4));
  EXPECT_EQ(start().status(), Status::kNotFound) << "below the floor of the confirmed image";
}

// [rule: U4]
TEST_F(UpdateTest, TheOtherImageRunsWhenTheConfirmedOneDecayed) {
  booted();
  place(1, made(2, 5));
  EXPECT_EQ(running(), 1);
  flash_.bytes()[4 * sector + 100] ^= 1;
  EXPECT_EQ(running(), 2);
  flash_.bytes()[4 * sector + 100] ^= 1;
  EXPECT_EQ(running(), 2) << "the other one is confirmed now";
}

// [rule: U2] [rule: U3] [rule: U6]
TEST_F(UpdateTest, AnImageThatHangsIsStartedThreeTimesAndNeverAgain) {
  const ImageFile hanging = made(2, 6);
  bring(hanging);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(running(), 2) << i;
  EXPECT_EQ(running(), 1);
  Updater& updater = booted();
  EXPECT_EQ(updater.report().state, ImageState::kRefused);
  EXPECT_EQ(updater.report().digest, offer_of(hanging).digest);
  EXPECT_EQ(updater.take(offer_of(hanging)), Status::kNotReady) << "offered again, it is refused again";
  EXPECT_FALSE(updater.want());
}

// [rule: U3]
TEST_F(UpdateTest, ATrialThatDecayedIsNotRun) {
  bring(made(2, 6));
  flash_.bytes()[4 * sector + slot_size + 100] ^= 1;
  EXPECT_EQ(running(), 1);
  flash_.bytes()[4 * sector + slot_size + 100] ^= 1;
  EXPECT_EQ(running(), 1) << "off trial from then on";
}

// [rule: U5]
TEST_F(UpdateTest, TheFloorRisesOnlyWithAnImageThatConfirmsItself) {
  bring(made(2, 6));
  EXPECT_EQ(running(), 2);
  for (int i = 0; i < 3; ++i) running();
  EXPECT_EQ(running(), 1) << "counter 5 still runs after counter 6 was tried";
  bring(made(3, 7));
  Updater& updater = booted();
  EXPECT_TRUE(updater.on_trial());
  EXPECT_EQ(updater.confirm(), Status::kOk);
  EXPECT_FALSE(updater.on_trial());
  place(0, factory_);
  EXPECT_EQ(updater.take(offer_of(factory_)), Status::kStale);
  flash_.bytes()[4 * sector + slot_size + 100] ^= 1;
  EXPECT_EQ(start().status(), Status::kNotFound) << "the old image is whole, and must not run";
}

// [rule: U6] [rule: I6]
TEST_F(UpdateTest, StartsAnewForAnImageThatWaitsAndAfterADayOfTrial) {
  Updater& factory = booted();
  EXPECT_FALSE(factory.wants_start({2 * trial_ms_max}));
  const ImageFile next = made(2, 6);
  ASSERT_EQ(factory.take(offer_of(next)), Status::kOk);
  EXPECT_FALSE(factory.wants_start({}));
  give(factory, next);
  EXPECT_TRUE(factory.wants_start({}));
  for (int start = 0; start < trial_starts; ++start) {
    Updater& tried = booted();
    ASSERT_TRUE(tried.on_trial());
    EXPECT_FALSE(tried.wants_start({trial_ms_max - 1}));
    EXPECT_TRUE(tried.wants_start({trial_ms_max}));
  }
  EXPECT_FALSE(booted().wants_start({trial_ms_max})) << "the old one runs again";
  EXPECT_EQ(running(), 1);
  bring(made(3, 6));
  Updater& confirmed = booted();
  ASSERT_EQ(confirmed.confirm(), Status::kOk);
  EXPECT_FALSE(confirmed.wants_start({trial_ms_max}));
}

// [rule: U7]
TEST_F(UpdateTest, WithoutAJournalTheHigherCounterRuns) {
  place(1, made(2, 6));
  EXPECT_EQ(running(), 2);
  Updater& updater = booted();
  EXPECT_EQ(updater.report().state, ImageState::kConfirmed);
  EXPECT_EQ(updater.take(offer_of(factory_)), Status::kStale) << "its counter is the floor now";
  std::fill(flash_.bytes().begin(), flash_.bytes().begin() + 4 * sector, std::uint8_t{0x55});
  EXPECT_EQ(running(), 2);
}

// [rule: I1]
TEST_F(UpdateTest, AnOfferOfWhatIsThereChangesNothing) {
  const ImageFile next = made(2, 6);
  Updater& updater = booted();
  EXPECT_EQ(updater.take(offer_of(factory_)), Status::kOk);
  EXPECT_FALSE(updater.want()) << "it runs already";
  ASSERT_EQ(updater.take(offer_of(next)), Status::kOk);
  give(updater, next);
  flash_.reset_counts();
  EXPECT_EQ(updater.take(offer_of(next)), Status::kOk);
  EXPECT_FALSE(updater.want()) << "it waits for its start";
  EXPECT_EQ(updater.report().state, ImageState::kWaiting);
  EXPECT_EQ(flash_.operation_count(), 0u);
}

// [rule: I2]
TEST_F(UpdateTest, RefusesWhatCannotRunBeforeAnythingIsWritten) {
  Updater& updater = booted();
  Offer offer = offer_of(made(2, 6));
  flash_.reset_counts();
  offer.size_bytes = slot_size + 1;
  EXPECT_EQ(updater.take(offer), Status::kFull);
  EXPECT_EQ(updater.take(offer_of(made(2, 4))), Status::kStale);
  EXPECT_EQ(flash_.operation_count(), 0u);
  bring(made(2, 6));
  Updater& on_trial = booted();
  EXPECT_EQ(on_trial.take(offer_of(made(3, 7))), Status::kNotReady) << "the other slot is what it falls back to";
  EXPECT_EQ(on_trial.confirm(), Status::kOk);
  EXPECT_EQ(on_trial.take(offer_of(made(3, 7))), Status::kOk);
}

// [rule: I3]
TEST_F(UpdateTest, GoesOnWhereItStoodAndBeginsAnewForAnotherImage) {
  const ImageFile next = made(2, 6);
  {
    Updater& updater = booted();
    ASSERT_EQ(updater.take(offer_of(next)), Status::kOk);
    EXPECT_EQ(give(updater, next, 4), 4);
    EXPECT_EQ(updater.report().standing_bytes, sector);
  }
  Updater& updater = booted();
  ASSERT_EQ(updater.take(offer_of(next)), Status::kOk);
  EXPECT_EQ(updater.want()->offset, sector);
  const ImageFile other = made(3, 7);
  ASSERT_EQ(updater.take(offer_of(other)), Status::kOk);
  EXPECT_EQ(updater.want()->offset, 0u);
  give(updater, other);
  EXPECT_EQ(updater.report().state, ImageState::kWaiting);
  EXPECT_EQ(running(), 3);
}

// [rule: I4]
TEST_F(UpdateTest, LeavesAsideEveryPieceButTheWantedOne) {
  const ImageFile next = made(2, 6);
  Updater& updater = booted();
  EXPECT_EQ(updater.take(Piece{offer_of(next).digest, 0, ByteSpan(next).first(1'024)}), Status::kOk);
  EXPECT_FALSE(updater.want()) << "nobody asked";
  ASSERT_EQ(updater.take(offer_of(next)), Status::kOk);
  flash_.reset_counts();
  const Want want = *updater.want();
  const ByteSpan bytes = ByteSpan(next).first(1'024);
  EXPECT_EQ(updater.take(Piece{Digest{}, 0, bytes}), Status::kOk);
  EXPECT_EQ(updater.take(Piece{want.digest, 1'024, bytes}), Status::kOk);
  EXPECT_EQ(updater.take(Piece{want.digest, 0, bytes.first(1'023)}), Status::kOk);
  EXPECT_EQ(flash_.operation_count(), 0u);
  EXPECT_EQ(updater.take(Piece{want.digest, 0, bytes}), Status::kOk);
  EXPECT_EQ(updater.want()->offset, 1'024u);
  EXPECT_EQ(updater.take(Piece{want.digest, 0, bytes}), Status::kOk);
  EXPECT_EQ(updater.want()->offset, 1'024u) << "a piece that came twice counts once";
}

// [rule: I5]
TEST_F(UpdateTest, AWaitingImageIsOffTrialBeforeItsSlotIsWritten) {
  bring(made(2, 6));
  Updater updater(port_, 0);
  ASSERT_EQ(updater.boot(), Status::kOk);
  const ImageFile other = made(3, 7);
  ASSERT_EQ(updater.take(offer_of(other)), Status::kOk);
  EXPECT_EQ(running(), 1) << "not a byte of the new one is there, and the old one is whole, but it was taken back";
}

// [rule: I5] [rule: I6]
TEST_F(UpdateTest, WhatArrivedMustVerifyAndBeWhatWasOffered) {
  ImageFile forged = made(2, 6);
  const Offer offer = offer_of(forged);
  forged[200] ^= 1;
  Updater& updater = booted();
  ASSERT_EQ(updater.take(offer), Status::kOk);
  give(updater, forged);
  EXPECT_EQ(updater.report().state, ImageState::kRefused);
  EXPECT_EQ(updater.report().status, Status::kCorrupt);
  EXPECT_EQ(running(), 1);

  const ImageFile good = made(3, 7);
  Offer another = offer_of(good);
  another.digest[0] ^= 1;
  ASSERT_EQ(updater.take(another), Status::kOk);
  give(updater, good);
  EXPECT_EQ(updater.report().status, Status::kMalformed) << "whole and signed, but another one";
  EXPECT_EQ(updater.report().digest, another.digest);
  EXPECT_EQ(running(), 1);
}

TEST_F(UpdateTest, DoesNothingAfterAFailureUntilItIsBootedAnew) {
  const ImageFile next = made(2, 6);
  Updater& updater = booted();
  ASSERT_EQ(updater.take(offer_of(next)), Status::kOk);
  flash_.cut_at(1, testing::TornPattern::kNothing);
  const Piece piece = piece_of(next, *updater.want());
  EXPECT_EQ(updater.take(piece), Status::kFlashFailed);
  flash_.restore_power();
  EXPECT_EQ(updater.take(piece), Status::kNotReady);
  EXPECT_EQ(updater.take(offer_of(next)), Status::kNotReady);
  ASSERT_EQ(updater.boot(), Status::kOk);
  give(updater, next);
  EXPECT_EQ(running(), 2);
}

// [rule: U1] [rule: U5] [rule: I5]
TEST(UpdateCampaign, SomeGoodImageRunsWhereverThePowerIsCut) {
  testing::ScenarioList list;
  testing::add_update_scenarios(list);
  for (const testing::ScenarioEntry& scenario : list) {
    const testing::CampaignResult result = run_campaign(scenario, {});
    for (const std::string& failure : result.failures) ADD_FAILURE() << failure;
    EXPECT_GT(result.run_count, 24u * 50);
  }
}

}  // namespace
}  // namespace cardea::update
