// SPDX-License-Identifier: Apache-2.0
#include "lock/update/testing/update_scenarios.hpp"

#include <algorithm>

#include "lock/update/testing/sim_slots.hpp"

namespace cardea::testing {
namespace {

using namespace cardea::update;

/// Three images of one maker: the one from the factory, one that works, one that never says that it does.
struct Images {
  Maker maker;
  ImageFile factory = maker.made(1, 1);
  ImageFile good = maker.made(2, 2);
  ImageFile hanging = maker.made(3, 3);
};

Images& images() {
  static Images the;
  return the;
}

/// At every start some image runs, never one below what was confirmed, and the hanging one three times at most.
class UpdateScenario final : public Scenario {
 public:
  void prepare(World& world, Check&) override { place(world.flash, 0, images().factory); }

  void run(World& world, Check& check) override {
    const UpdatePort port = images().maker.port(world.flash);
    // Each turn is one start; the script needs eight, and a few more when a cut undoes one.
    for (int turn = 0; turn == 0 || (turn < 16 && !done_); ++turn) {
      InPlace loader(port);
      const Result<Chosen> chosen = choose_image(port, loader);
      if (world.flash.power_was_cut()) return;
      if (!check.expect(chosen.ok(), "no image runs")) return;
      if (!live(world, port, *chosen, check)) return;
    }
    check.expect(done_, "the script does not end");
  }

  [[nodiscard]] std::unique_ptr<Scenario> clone() const override { return std::make_unique<UpdateScenario>(*this); }

 private:
  /// What the image that runs does until it starts anew; false when the power is gone or something is wrong.
  bool live(World& world, const UpdatePort& port, const Chosen& chosen, Check& check) {
    check.expect(chosen.image.security_counter >= floor_, "an image below the floor runs");
    Updater updater(port, chosen.slot);
    if (!check.ok(updater.boot(), world, "boot")) return false;
    if (chosen.image.version.major == 3) {
      check.expect(chosen.on_trial, "an image runs for good that never said that it works");
      return check.expect(++hanging_starts_ <= trial_starts, "a hanging image is started for ever");
    }
    if (!check.ok(updater.confirm(), world, "confirm")) return false;
    floor_ = std::max(floor_, chosen.image.security_counter);
    if (chosen.image.version.major == 1) return take(world, updater, images().good, check);
    const Report report = updater.report();
    if (report.state == ImageState::kRefused) {
      done_ = check.expect(report.status == Status::kNotReady, "refused for another reason");
      return true;
    }
    return take(world, updater, images().hanging, check);
  }

  static bool take(World& world, Updater& updater, const ImageFile& image, Check& check) {
    if (!check.ok(updater.take(offer_of(image)), world, "offer")) return false;
    while (const std::optional<Want> want = updater.want())
      if (!check.ok(updater.take(piece_of(image, *want)), world, "piece")) return false;
    return check.expect(updater.report().state == ImageState::kWaiting, "a good image does not wait for its start");
  }

  std::uint32_t floor_ = 1;
  std::uint32_t hanging_starts_ = 0;
  bool done_ = false;
};

}  // namespace

void add_update_scenarios(ScenarioList& list) {
  list.push_back({.name = "update",
                  .about = "an image arrives, runs on trial and confirms itself; the next one hangs",
                  .is_short = false,
                  .flash_size_bytes = sim_slots_flash_size_bytes,
                  .make = [] { return std::make_unique<UpdateScenario>(); }});
}

}  // namespace cardea::testing
