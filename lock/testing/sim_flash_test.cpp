// SPDX-License-Identifier: Apache-2.0
// The flash that everything else is judged by.
#include "lock/testing/sim_flash.hpp"

#include <gtest/gtest.h>

#include "lock/testing/campaign.hpp"

namespace cardea::testing {
namespace {

constexpr Bytes<16> zeros{};

SimFlash plain() { return SimFlash({.granule_bytes = 8, .model = FlashModel::kPlain}); }
SimFlash ecc() { return SimFlash({.granule_bytes = 8, .model = FlashModel::kEcc}); }
Bytes<16> read(SimFlash& flash, std::uint32_t offset) {
  Bytes<16> out{};
  EXPECT_EQ(flash.read(offset, out), Status::kOk);
  return out;
}

TEST(SimFlash, RefusesASecondProgramWithEccAndNotesItInBothModels) {
  SimFlash strict = ecc();
  EXPECT_EQ(strict.program(0, zeros), Status::kOk);
  EXPECT_EQ(strict.program(8, zeros), Status::kFlashFailed);
  EXPECT_EQ(strict.misuse(), "second program at flash offset 8");
  SimFlash lenient = plain();
  EXPECT_EQ(lenient.program(0, zeros), Status::kOk);
  EXPECT_EQ(lenient.program(8, zeros), Status::kOk);
  EXPECT_EQ(lenient.misuse(), "second program at flash offset 8");
}

TEST(SimFlash, NotesABrokenContract) {
  EXPECT_EQ(plain().program(4, ByteSpan(zeros).first(8)), Status::kOutOfRange);
  EXPECT_EQ(plain().program(248, zeros), Status::kOutOfRange);
  EXPECT_EQ(plain().erase(8), Status::kOutOfRange);
  Bytes<16> out{};
  EXPECT_EQ(plain().read(4 * flash_sector_size_bytes - 8, out), Status::kOutOfRange);
}

TEST(SimFlash, DoesNothingMoreOnceThePowerIsCut) {
  SimFlash flash = plain();
  flash.cut_at(2, TornPattern::kAll);
  EXPECT_EQ(flash.program(0, zeros), Status::kOk);
  EXPECT_EQ(flash.program(16, zeros), Status::kFlashFailed);
  EXPECT_TRUE(flash.power_was_cut());
  Bytes<16> out{};
  EXPECT_EQ(flash.read(0, out), Status::kFlashFailed);
  EXPECT_EQ(flash.erase(0), Status::kFlashFailed);
  flash.restore_power();
  EXPECT_EQ(read(flash, 0), zeros);
  EXPECT_EQ(read(flash, 16), zeros) << "all of it was done, only nobody heard";
}

TEST(SimFlash, ATornWriteThatLeavesNothingStillUsesUpItsGranulesWithEcc) {
  Bytes<16> blank{};
  blank.fill(0xFF);
  for (SimFlash flash : {plain(), ecc()}) {
    flash.cut_at(1, TornPattern::kNothing);
    EXPECT_EQ(flash.program(0, zeros), Status::kFlashFailed);
    flash.restore_power();
    EXPECT_EQ(read(flash, 0), blank);
  }
  SimFlash flash = ecc();
  flash.cut_at(1, TornPattern::kNothing);
  EXPECT_EQ(flash.program(0, zeros), Status::kFlashFailed);
  flash.restore_power();
  EXPECT_EQ(flash.program(0, zeros), Status::kFlashFailed);
  EXPECT_EQ(flash.misuse(), "") << "nobody can know";
  EXPECT_EQ(flash.erase(0), Status::kOk);
  EXPECT_EQ(flash.program(0, zeros), Status::kOk);
}

TEST(SimFlash, NotesAProgramAfterAnEraseThatWasCutShort) {
  SimFlash flash = plain();
  flash.cut_at(1, TornPattern::kAll);
  EXPECT_EQ(flash.erase(0), Status::kFlashFailed);
  flash.restore_power();
  EXPECT_EQ(flash.program(0, zeros), Status::kOk) << "it looks blank";
  EXPECT_EQ(flash.misuse(), "program after an erase that was cut short at flash offset 0");
}

TEST(SimFlash, TornBitsComeFromTheSeed) {
  const auto torn = [](std::uint64_t seed) {
    SimFlash flash({.granule_bytes = 16, .seed = seed});
    flash.cut_at(1, TornPattern::kRandom);
    EXPECT_EQ(flash.program(0, zeros), Status::kFlashFailed);
    flash.restore_power();
    return read(flash, 0);
  };
  EXPECT_EQ(torn(5), torn(5));
  EXPECT_NE(torn(5), torn(6));
}

/// Forgets a byte that was acknowledged when the power goes at the third write. Proof that a campaign finds it and that its
/// line repeats it.
class Forgetful final : public Scenario {
 public:
  void prepare(World& /*world*/, Check& /*check*/) override {}
  void run(World& world, Check& check) override {
    ++starts_;
    check.expect(starts_ == 1 || acknowledged_ != 2, "forgot");
    for (; acknowledged_ < 4; ++acknowledged_)
      if (!check.ok(world.flash.program(static_cast<std::uint32_t>(16 * acknowledged_), zeros), world, "program")) return;
  }
  [[nodiscard]] std::unique_ptr<Scenario> clone() const override { return std::make_unique<Forgetful>(*this); }

 private:
  int starts_ = 0;
  int acknowledged_ = 0;
};

TEST(Campaign, FindsTheCutThatHurtsAndTheRunRepeats) {
  const ScenarioEntry entry{
      .name = "forgetful", .about = "for this test", .flash_size_bytes = flash_sector_size_bytes, .make = [] {
        return std::make_unique<Forgetful>();
      }};
  const CampaignResult result = run_campaign(entry, {.failure_count_max = 1});
  ASSERT_EQ(result.failures.size(), 1u);
  EXPECT_EQ(result.failures[0],
            "./dev sim --scenario forgetful --model plain --granule 4 --pattern nothing --cut 3 --seed 1\n  forgot");
  EXPECT_EQ(run_once(entry, {.granule_bytes = 4, .cut = 3}), "forgot");
  EXPECT_EQ(run_once(entry, {.granule_bytes = 4, .cut = 2}), "");
}

TEST(Campaign, TakesMisuseOfTheFlashForAFailure) {
  class Misuser final : public Scenario {
   public:
    void prepare(World& /*world*/, Check& /*check*/) override {}
    void run(World& world, Check& /*check*/) override {
      for (int i = 0; i < 2; ++i)
        if (world.flash.program(0, zeros) != Status::kOk) return;
    }
    [[nodiscard]] std::unique_ptr<Scenario> clone() const override { return std::make_unique<Misuser>(*this); }
  };
  const ScenarioEntry entry{
      .name = "misuser", .about = "for this test", .flash_size_bytes = flash_sector_size_bytes, .make = [] {
        return std::make_unique<Misuser>();
      }};
  EXPECT_EQ(run_once(entry, {}), "second program at flash offset 0");
}

}  // namespace
}  // namespace cardea::testing
