// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock that takes firmware images, as an attacker meets it who speaks in the platform's name, and who pulls the plug.

#include <memory>

#include "lock/update/testing/sim_slots.hpp"

namespace cardea::attacks {

class FirmwareLock {
 public:
  virtual ~FirmwareLock() = default;
  /// The maker's: what an attacker may have is what the maker signed.
  virtual update::Maker& maker() = 0;
  /// Offers an image to the lock that runs, and gives it every piece that it asks for. What the offer says need not be true.
  virtual void bring(const update::Offer& offer, const update::ImageFile& image) = 0;
  /// The power comes on: which image runs, by its major version; 0: none.
  virtual int start() = 0;
  /// The image that runs says that it works.
  virtual void confirm() = 0;
  /// The lock's flash, whose power may be cut.
  virtual testing::SimFlash& flash() = 0;
};

/// The historic flaws, one for each attack.
enum class FirmwareFlaw : std::uint8_t {
  kNone,
  kChecksumOnly,   ///< A11: an image is good that arrived whole
  kOverwrites,     ///< D14: the new image is written over the one that runs
  kNoCounter,      ///< E13: rightly signed is good enough
  kAnyHardware,    ///< E14: one key for all models, and nobody asks for which
  kRunsUnchecked,  ///< E14a: what arrived whole is there to stay
};

/// Version 1 with security counter 5 runs and is confirmed.
std::unique_ptr<FirmwareLock> make_shipped_firmware();
std::unique_ptr<FirmwareLock> make_twin_firmware(FirmwareFlaw flaw);

/// The parts that both sides have in common: slots on simulated flash and the shipped start program.
class SlottedLock : public FirmwareLock {
 public:
  SlottedLock();
  update::Maker& maker() override { return maker_; }
  void bring(const update::Offer& offer, const update::ImageFile& image) override;
  int start() override;
  void confirm() override;
  testing::SimFlash& flash() override { return flash_; }

 protected:
  update::Maker maker_;
  testing::SimFlash flash_{{.size_bytes = update::sim_slots_flash_size_bytes}};
  update::UpdatePort port_ = maker_.port(flash_);
  std::unique_ptr<update::Updater> updater_;
};

}  // namespace cardea::attacks
