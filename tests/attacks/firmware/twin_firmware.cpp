// SPDX-License-Identifier: Apache-2.0
// A lock with one flaw in how it takes firmware, or with none. A check that it leaves out is one that it makes come out right:
// it signs what it is given itself, after it has put into it what the check looks at. Test only.
#include "core/update/image.hpp"
#include "tests/attacks/firmware/firmware.hpp"

namespace cardea::attacks {
namespace {

using update::ImageFile;

constexpr std::size_t counter_in_list = 4 + 4;  ///< of the protected fields, as made_image() orders them
constexpr std::size_t vendor_in_list = counter_in_list + 4 + 4;
constexpr std::size_t class_in_list = vendor_in_list + 16 + 4;

std::size_t load_le(const ImageFile& image, std::size_t at, std::size_t size) {
  std::size_t value = 0;
  for (std::size_t i = size; i-- > 0;) value = (value << 8) | image[at + i];
  return value;
}

class TwinFirmware final : public SlottedLock {
 public:
  explicit TwinFirmware(FirmwareFlaw flaw) : flaw_(flaw) {}

  void bring(const update::Offer& offer, const ImageFile& image) override {
    switch (flaw_) {
      case FirmwareFlaw::kChecksumOnly: return bring_as_good(offer, image, {});
      case FirmwareFlaw::kNoCounter: return bring_as_good(offer, image, {.counter = true});
      case FirmwareFlaw::kAnyHardware: return bring_as_good(offer, image, {.hardware = true});
      case FirmwareFlaw::kOverwrites: return overwrite(image);
      case FirmwareFlaw::kRunsUnchecked:
      case FirmwareFlaw::kNone: return SlottedLock::bring(offer, image);
    }
  }
  int start() override {
    const int running = SlottedLock::start();
    if (flaw_ == FirmwareFlaw::kRunsUnchecked) confirm();
    return running;
  }

 private:
  struct Unchecked {
    bool counter = false;
    bool hardware = false;
  };

  void bring_as_good(const update::Offer& offer, const ImageFile& image, const Unchecked& unchecked) {
    const std::size_t list = image.size() < 32 ? image.size() : load_le(image, 8, 2) + load_le(image, 12, 4);
    const std::size_t end = image.size() < 32 ? image.size() : list + load_le(image, 10, 2);
    if (end > image.size() || end < list + class_in_list + 16) return;
    ImageFile bent(image.begin(), image.begin() + static_cast<std::ptrdiff_t>(end));
    if (unchecked.counter) bent[list + counter_in_list] = 200;
    if (unchecked.hardware) {
      std::ranges::copy(update::test_hardware.vendor, bent.begin() + static_cast<std::ptrdiff_t>(list + vendor_in_list));
      std::ranges::copy(update::test_hardware.device_class, bent.begin() + static_cast<std::ptrdiff_t>(list + class_in_list));
    }
    bent = update::signed_image(std::move(bent), maker_.provider, maker_.key, maker_.anchor);
    const Result<update::Image> read = update::read_image(update::MemoryImage(bent), update::test_hardware);
    if (!read) return SlottedLock::bring(offer, image);
    SlottedLock::bring({read->size_bytes, read->digest, read->security_counter, read->version}, bent);
  }

  /// One slot, written from its first sector to its last.
  void overwrite(const ImageFile& image) {
    ImageFile whole(update::sim_slot_size_bytes, 0xff);
    std::copy(image.begin(), image.end(), whole.begin());
    for (std::uint32_t at = 0; at < whole.size(); at += flash_page_size_bytes) {
      const std::uint32_t place = update::sim_slots_at + at;
      if (at % flash_sector_size_bytes == 0 && flash_.erase(place) != Status::kOk) return;
      if (flash_.program(place, ByteSpan(whole).subspan(at, flash_page_size_bytes)) != Status::kOk) return;
    }
  }

  FirmwareFlaw flaw_;
};

}  // namespace

std::unique_ptr<FirmwareLock> make_twin_firmware(FirmwareFlaw flaw) { return std::make_unique<TwinFirmware>(flaw); }

}  // namespace cardea::attacks
