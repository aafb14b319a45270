// SPDX-License-Identifier: Apache-2.0
#include "lock/update/testing/update_scenarios.hpp"

#include <algorithm>

#include "core/update/testing/made_image.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "lock/update/start.hpp"
#include "lock/update/updater.hpp"

namespace cardea::testing {
namespace {

using namespace cardea::update;

constexpr std::uint32_t sector = flash_sector_size_bytes;
constexpr std::uint32_t slot_sectors = 2;
constexpr std::uint32_t flash_sectors = 4 + slot_count * slot_sectors;

/// Three images of one maker: the one from the factory, one that works, one that never says that it does.
struct Maker {
  OpensslProvider provider;
  P256Point anchor{};
  KeyHandle key = provider.p256_generate(KeyKind::kSign, anchor).value();
  ImageFile factory = made(1, 1);
  ImageFile good = made(2, 2);
  ImageFile hanging = made(3, 3);

  ImageFile made(std::uint8_t number, std::uint32_t counter) {
    return made_image({.body_bytes = 4'300, .body_seed = number, .version = {number, 0, 0, 0}, .security_counter = counter},
                      provider, key, anchor);
  }
};

Maker& maker() {
  static Maker the;
  return the;
}

UpdatePort port_of(World& world) {
  return {.flash = world.flash,
          .slots = {{4 * sector, slot_sectors * sector}, {(4 + slot_sectors) * sector, slot_sectors * sector}},
          .journal = {0, 4 * sector},
          .hardware = test_hardware,
          .anchors = {&maker().anchor, 1},
          .provider = maker().provider};
}

/// Images run where they lie.
class InPlace final : public ImageLoader {
 public:
  explicit InPlace(const UpdatePort& port) : slots_{{port.flash, port.slots[0]}, {port.flash, port.slots[1]}} {}
  Result<const ImageBytes*> load(SlotIndex slot) override { return &slots_[slot]; }

 private:
  SlotBytes slots_[slot_count];
};

/// At every start some image runs, never one below what was confirmed, and the hanging one three times at most.
class UpdateScenario final : public Scenario {
 public:
  void prepare(World& world, Check& check) override {
    const ImageFile& image = maker().factory;
    for (std::uint32_t at = 0; at < image.size(); at += flash_page_size_bytes) {
      if (at % sector == 0) check.expect(world.flash.erase(4 * sector + at) == Status::kOk, "prepare: erase");
      Bytes<flash_page_size_bytes> page;
      page.fill(0xff);
      std::copy_n(image.begin() + at, std::min<std::size_t>(image.size() - at, page.size()), page.begin());
      check.expect(world.flash.program(4 * sector + at, page) == Status::kOk, "prepare: program");
    }
  }

  void run(World& world, Check& check) override {
    const UpdatePort port = port_of(world);
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
    if (chosen.image.version.major == 1) return take(world, updater, maker().good, check);
    const Report report = updater.report();
    if (report.state == ImageState::kRefused) {
      done_ = check.expect(report.status == Status::kNotReady, "refused for another reason");
      return true;
    }
    return take(world, updater, maker().hanging, check);
  }

  static bool take(World& world, Updater& updater, const ImageFile& image, Check& check) {
    const MemoryImage bytes(image);
    const Image read = read_image(bytes, test_hardware).value();
    const Offer offer{read.size_bytes, read.digest, read.security_counter, read.version};
    if (!check.ok(updater.take(offer), world, "offer")) return false;
    while (const std::optional<Want> want = updater.want()) {
      const Piece piece{want->digest, want->offset, ByteSpan(image).subspan(want->offset, want->count)};
      if (!check.ok(updater.take(piece), world, "piece")) return false;
    }
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
                  .flash_size_bytes = flash_sectors * sector,
                  .make = [] { return std::make_unique<UpdateScenario>(); }});
}

}  // namespace cardea::testing
