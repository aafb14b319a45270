// SPDX-License-Identifier: Apache-2.0
// The image: the shipped lock on an MPS2 board, as the start program runs it. UART 0 is the bearer, UART 1 the panel, UART 2
// what stands for a radio. It sleeps until one of them, or the tick, wakes it, and feeds the watchdog each time.

#include <new>
#include <utility>

#include "core/base/text.hpp"
#include "firmware/mps2/curve.hpp"
#include "firmware/mps2/slots.hpp"
#include "firmware/mps2/start.hpp"
#include "firmware/panel/panel.hpp"
#include "lock/link/serial_line.hpp"
#include "lock/near/near_line.hpp"
#include "lock/port/mps2/counter.hpp"
#include "lock/port/mps2/door.hpp"
#include "lock/port/mps2/nor_flash.hpp"
#include "lock/port/mps2/uart.hpp"
#include "lock/port/mps2/watchdog.hpp"
#include "lock/update/updater.hpp"

namespace cardea::firmware {
namespace {

constexpr std::uint32_t baud = 115'200;
constexpr std::size_t bearer_ring_bytes = 4'096;
constexpr std::size_t panel_ring_bytes = 256;
constexpr std::size_t near_ring_bytes = 256;
constexpr std::uint64_t poll_interval_ms = 1'000;

/// These boards have no noise of their own; an image for a chip gathers it there.
class HostNoise final : public NoiseSource {
 public:
  Status gather(MutableByteSpan out) override { return mps2::host_random(out); }
};

/// What the image calls itself, after what its header says.
class FirmwareName {
 public:
  FirmwareName() {
    text_.put("cardea ");
    put_version(text_, handover.version);
  }
  [[nodiscard]] std::string_view name() const {
    const ByteSpan bytes = text_.written();
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

 private:
  Bytes<link::firmware_size_bytes_max> bytes_{};
  TextWriter text_{bytes_};
};

/// Everything that there is, made once and never torn down.
class Image final : private Bench {
 public:
  Image()
      : motor_(panel_uart_),
        updater_(update_port_, handover.slot),
        lock_({nor_, journal_region, audit_region, counter_, motor_, sensors_, provider_, firmware_.name()}),
        activation_(lock_),
        bearer_(lock_, activation_, bearer_uart_, &updater_),
        near_(lock_, near_uart_),
        panel_(lock_, *this, panel_uart_) {}

  [[noreturn]] void run() {
    bearer_uart_.start(baud);
    panel_uart_.start(baud);
    near_uart_.start(baud);
    boot_updater();
    boot_status_ = lock_.boot();
    boot_cycles_ = mps2::Tick::cycles();
    announce();
    while (true) {
      mps2::Watchdog::feed();
      serve();
      if (must_start_anew()) mps2::restart();
      sleep();
    }
  }

  void interrupt() {
    bearer_uart_.interrupt();
    panel_uart_.interrupt();
    near_uart_.interrupt();
  }

 private:
  /// "! start ok" when a made lock is up; "! start not_ready" before the factory has made it.
  void announce() {
    Bytes<40> line{};
    TextWriter text(line);
    text.put("! start ");
    text.put(name_of(boot_status_));
    text.put("\n");
    panel_uart_.write(text.written());
  }

  /// A little of each, in turn: whoever floods one line does not keep the lock from the other.
  void serve() {
    take_panel();
    take_bearer();
    take_near();
    const RunMillis time = now();
    if (time < next_poll_) return;
    next_poll_ = {time.value + poll_interval_ms};
    recover();
    if (!updater_.ready()) boot_updater();
    lock_.poll();
    bearer_.poll(time);
    near_.poll(time);
  }

  /// After a failure of the flash the lock decides nothing until it has read it anew.
  void recover() {
    if (!lock_.ready() && std::exchange(was_ready_, false)) static_cast<void>(lock_.boot() == Status::kOk);
    was_ready_ = lock_.ready();
  }

  /// Should it fail, the next poll tries again, and until then the lock takes no images.
  void boot_updater() { static_cast<void>(updater_.boot() == Status::kOk); }

  /// An image waits for its start, and nothing holds the lock (update.md I6); or the one that runs has had its time (U6).
  [[nodiscard]] bool must_start_anew() const {
    if (!panel_uart_.empty() || !panel_.idle() || !motor_.rests() || bearer_.challenge_waits(now()) || near_.open())
      return false;
    return updater_.wants_start(now());
  }

  /// Of this power-on, and what `advance` added.
  [[nodiscard]] RunMillis now() const { return {mps2::Tick::now().value + advanced_ms_}; }

  // Not folded into run(), where the buffers of one would lie beneath all that the others do.
  [[gnu::noinline]] void take_panel() {
    Bytes<64> bytes{};
    const std::size_t size = panel_uart_.read(bytes);
    if (size == 0) return;
    panel_.received(ByteSpan(bytes).first(size));
    wipe(bytes);
    next_poll_ = {};  // something happened at the lock
  }

  [[gnu::noinline]] void take_bearer() {
    Bytes<256> bytes{};
    const std::size_t size = bearer_uart_.read(bytes);
    bearer_.received(ByteSpan(bytes).first(size), now());
  }

  [[gnu::noinline]] void take_near() {
    Bytes<64> bytes{};
    const std::size_t size = near_uart_.read(bytes);
    near_.received(ByteSpan(bytes).first(size), now());
  }

  void sleep() const {
    const mps2::InterruptGuard guard;
    if (bearer_uart_.empty() && panel_uart_.empty() && near_uart_.empty()) mps2::sleep_until_interrupt();
  }

  void set_door(DoorState door) override { sensors_.set_door(door); }
  void set_cover_off(bool off) override { sensors_.set_cover_off(off); }
  void set_battery(std::uint8_t percent) override { sensors_.set_battery(percent); }
  void advance(std::uint64_t seconds) override {
    counter_.advance(seconds);
    advanced_ms_ += 1'000 * seconds;
  }
  [[nodiscard]] std::optional<RunningImage> image() const override {
    return RunningImage{handover.version, handover.slot, updater_.report()};
  }
  void lose_counter() override { counter_.lose(); }
  void cut_at(std::uint64_t operation) override { nor_.cut_at(operation); }
  [[nodiscard]] std::uint64_t cycles() const override { return mps2::Tick::cycles(); }
  [[nodiscard]] Figures figures() const override { return {boot_cycles_, stack_bytes()}; }

  Bytes<bearer_ring_bytes> bearer_ring_{};
  Bytes<panel_ring_bytes> panel_ring_{};
  Bytes<near_ring_bytes> near_ring_{};
  mps2::Uart bearer_uart_{0, bearer_ring_};
  mps2::Uart panel_uart_{1, panel_ring_};
  mps2::Uart near_uart_{2, near_ring_};
  mps2::NorFlash nor_;
  mps2::BackedCounter counter_;
  mps2::PanelMotor motor_;
  mps2::PanelSensors sensors_;
  HostNoise noise_;
  std::array<BearsslKeySlot, code_keys_handle_count_max + 8 + near_handle_count_max> keys_{};
  BearsslProvider provider_{keys_, noise_, curve};
  update::UpdatePort update_port_ = update_port(nor_, handover.identity, provider_);
  update::Updater updater_;
  FirmwareName firmware_;
  Lock lock_;
  Activation activation_;
  SerialLine bearer_;
  NearLine near_;
  Panel panel_;
  Status boot_status_ = Status::kNotReady;
  std::uint64_t boot_cycles_ = 0;
  RunMillis next_poll_;
  std::uint64_t advanced_ms_ = 0;
  bool was_ready_ = false;
};

Image* running = nullptr;

}  // namespace
}  // namespace cardea::firmware

extern "C" void interrupt_handler() {
  if (cardea::firmware::running != nullptr) cardea::firmware::running->interrupt();
}

int main() {
  // Made in place and never torn down: a static object would bring its destructor along, and that the heap.
  using cardea::firmware::Image;
  alignas(Image) static std::uint8_t memory[sizeof(Image)];
  cardea::firmware::running = ::new (memory) Image;
  cardea::firmware::running->run();
}
