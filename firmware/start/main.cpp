// SPDX-License-Identifier: Apache-2.0
// The start program: what runs at reset. It chooses an image (spec/update.md §2), loads it into memory, verifies it there, sets
// the watchdog and runs it.

#include "core/base/text.hpp"
#include "drivers/crypto/bearssl/bearssl_verifier.hpp"
#include "firmware/start/identity.hpp"
#include "lock/port/mps2/nor_flash.hpp"
#include "lock/port/mps2/uart.hpp"
#include "lock/port/mps2/watchdog.hpp"
#include "lock/update/start.hpp"

namespace cardea::firmware {
namespace {

constexpr std::uint32_t baud = 115'200;

/// Copies images to where they are linked for. What is verified there is what runs, whatever becomes of the flash.
class MemoryLoader final : public update::ImageLoader {
 public:
  explicit MemoryLoader(Flash& flash) : flash_(&flash) {}

  Result<const update::ImageBytes*> load(update::SlotIndex slot) override {
    const update::SlotBytes stored(*flash_, slot_regions[slot]);
    CARDEA_ASSIGN(const update::Image image, update::read_image(stored, identity.hardware));
    const MutableByteSpan memory(reinterpret_cast<std::uint8_t*>(identity.hardware.load_address), image.size_bytes);
    CARDEA_TRY(stored.read(0, memory));
    loaded_.bytes = memory;
    return &loaded_;
  }

 private:
  /// No larger than what was copied: a header that reads otherwise now is refused.
  struct Loaded final : update::ImageBytes {
    [[nodiscard]] std::uint32_t size_bytes() const override { return static_cast<std::uint32_t>(bytes.size()); }
    Status read(std::uint32_t offset, MutableByteSpan out) const override {
      if (offset > bytes.size() || out.size() > bytes.size() - offset) return Status::kTooShort;
      std::copy_n(bytes.data() + offset, out.size(), out.data());
      return Status::kOk;
    }
    ByteSpan bytes;
  };

  Flash* flash_;
  Loaded loaded_;
};

[[noreturn]] void run(const update::Chosen& chosen) {
  handover = {.identity = identity, .version = chosen.image.version, .slot = chosen.slot};
  mps2::Watchdog::start();
  mps2::run_program(identity.hardware.load_address + chosen.image.body_offset);
}

mps2::Uart* panel = nullptr;  ///< while it stays

/// U4. Nothing has touched the motor since reset.
[[noreturn]] void stay() {
  Bytes<1> ring{};  // nobody is listened to
  mps2::Uart uart(1, ring);
  panel = &uart;
  uart.start(baud);
  static constexpr std::string_view news = "! no_image\n";
  uart.write({reinterpret_cast<const std::uint8_t*>(news.data()), news.size()});
  mps2::host_say("neither slot holds an image that may run");
  while (true) mps2::sleep_until_interrupt();
}

}  // namespace
}  // namespace cardea::firmware

extern "C" void interrupt_handler() {
  if (cardea::firmware::panel != nullptr) cardea::firmware::panel->interrupt();
}

int main() {
  using namespace cardea;
  using namespace cardea::firmware;
  mps2::NorFlash flash;
  BearsslVerifier verifier;
  MemoryLoader loader(flash);
  const Result<update::Chosen> chosen = update::choose_image(update_port(flash, identity, verifier), loader);
  if (chosen.ok()) run(*chosen);
  stay();
}
