// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/firmware/firmware.hpp"

namespace cardea::attacks {

SlottedLock::SlottedLock() {
  update::place(flash_, 0, maker_.made(1, 5));
  start();
}

void SlottedLock::bring(const update::Offer& offer, const update::ImageFile& image) {
  if (updater_ == nullptr || updater_->take(offer) != Status::kOk) return;
  while (const std::optional<update::Want> want = updater_->want()) {
    if (want->offset + want->count > image.size()) return;
    if (updater_->take(update::piece_of(image, *want)) != Status::kOk) return;
  }
}

int SlottedLock::start() {
  updater_.reset();
  update::InPlace loader(port_);
  const Result<update::Chosen> chosen = update::choose_image(port_, loader);
  if (!chosen) return 0;
  updater_ = std::make_unique<update::Updater>(port_, chosen->slot);
  if (updater_->boot() != Status::kOk) updater_.reset();  // the power went
  return chosen->image.version.major;
}

void SlottedLock::confirm() {
  if (updater_ != nullptr) static_cast<void>(updater_->confirm() == Status::kOk);
}

std::unique_ptr<FirmwareLock> make_shipped_firmware() { return std::make_unique<SlottedLock>(); }

}  // namespace cardea::attacks
