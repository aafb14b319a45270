// SPDX-License-Identifier: Apache-2.0
#pragma once
// The firmware images of a lock that is a process. Simulated is one thing: no image is executed, and what runs is this program,
// which calls itself what the chosen image's header says. All else is shipped code: the start of the process is a start, at
// which choose_image() verifies and chooses, and the running lock takes images with an Updater (spec/update.md). In the state
// directory: slots.bin, and maker.txt, whose images it takes.

#include <memory>
#include <string>

#include "lock/port/host/file_flash.hpp"
#include "lock/update/start.hpp"
#include "lock/update/updater.hpp"

namespace cardea::lock_process {

class Images {
 public:
  /// The factory's step: `file` is the image in slot 0, `maker` the public key of who signs, as `image.py anchor` prints it.
  /// Throws Stop(kUsage) unless the image is that maker's, for this hardware; nothing is written then.
  static void make(const std::string& directory, const std::string& file, const std::string& maker, Provider& provider);
  /// Nothing for a directory whose lock takes no images. Throws Stop(kUsage) when no image verifies.
  static std::unique_ptr<Images> start(const std::string& directory, Provider& provider);
  Images(const Images&) = delete;
  Images& operator=(const Images&) = delete;

  update::Updater& updater() { return updater_; }
  FileFlash& flash() { return flash_; }
  [[nodiscard]] update::SlotIndex slot() const { return chosen_.slot; }
  [[nodiscard]] update::Version version() const { return chosen_.image.version; }
  /// "cardea 1.2.3".
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  Images(FileFlash&& flash, const P256Point& maker, Provider& provider);

  FileFlash flash_;
  P256Point maker_;
  update::UpdatePort port_;
  update::Chosen chosen_;
  update::Updater updater_;
  std::string name_;
};

}  // namespace cardea::lock_process
