// SPDX-License-Identifier: Apache-2.0
#include "lock/near/testing/sim_near.hpp"
#include "tests/attacks/keys/keys.hpp"

namespace cardea::attacks {
namespace {

class ShippedKeyDoor final : public KeyDoor {
 public:
  [[nodiscard]] LockId id() const override { return door_.door.lock->id(); }
  [[nodiscard]] P256Point identity() const override { return door_.identity; }
  [[nodiscard]] UnixSeconds now() override { return door_.door.now(); }
  [[nodiscard]] Provider& provider() override { return door_.door.provider; }
  [[nodiscard]] KeyHandle grant_key() const override { return door_.grant_key; }

  void connect() override { door_.connect(); }
  Frame to_lock(const Frame& message) override { return door_.exchange(message); }
  void pass(std::uint64_t seconds) override { door_.wait(1'000 * seconds); }
  void cut_at(std::uint64_t operation) override { door_.door.world.flash.cut_at(operation, testing::TornPattern::kPrefix); }
  void restart() override {
    door_.door.world.flash.restore_power();
    door_.restart();
  }
  [[nodiscard]] std::uint32_t openings() const override { return door_.door.world.motor.open_count; }

 private:
  testing::SimNearDoor door_{244};
};

}  // namespace

std::unique_ptr<KeyDoor> make_shipped_key_door() { return std::make_unique<ShippedKeyDoor>(); }

}  // namespace cardea::attacks
