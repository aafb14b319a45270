// SPDX-License-Identifier: Apache-2.0
// A campaign of two rings: the first lock, then the others. Test only.
#include "tests/attacks/fleet/fleet.hpp"

namespace cardea::attacks {
namespace {

class TwinFleet final : public Fleet {
 public:
  explicit TwinFleet(FleetFlaw flaw) : flaw_(flaw) {}

  void begin(Image image) override {
    image_ = image;
    first_is_good_ = false;
    others_have_turn_ = flaw_ == FleetFlaw::kAllAtOnce;
    offered_count_ = 0;
  }
  void pass_half_a_day() override {
    if (others_have_turn_) offered_count_ = fleet_size - 1;
    if (first_is_good_) others_have_turn_ = true;
    first_is_good_ = first_is_good_ || image_ == Image::kWorks;
  }
  void say_confirmed(int lock) override {
    if (lock == 0 || flaw_ == FleetFlaw::kAnyoneVouches) first_is_good_ = true;
  }
  int offered_count() override { return offered_count_; }

 private:
  FleetFlaw flaw_;
  Image image_ = Image::kWorks;
  bool first_is_good_ = false;
  bool others_have_turn_ = false;
  int offered_count_ = 0;
};

}  // namespace

std::unique_ptr<Fleet> make_twin_fleet(FleetFlaw flaw) { return std::make_unique<TwinFleet>(flaw); }

}  // namespace cardea::attacks
