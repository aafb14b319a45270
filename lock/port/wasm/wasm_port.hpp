// SPDX-License-Identifier: Apache-2.0
#pragma once
// The lock's platform inside a WebAssembly module: each part is wires to the host (board.hpp).

#include "lock/port/port.hpp"

namespace cardea::wasm {

class WiredFlash final : public Flash {
 public:
  static constexpr std::uint32_t size = 32 * flash_sector_size_bytes;
  static constexpr std::uint32_t granule = 8;
  [[nodiscard]] std::uint32_t size_bytes() const override { return size; }
  [[nodiscard]] std::uint32_t granule_bytes() const override { return granule; }
  Status read(std::uint32_t offset, MutableByteSpan out) override;
  /// kFlashFailed when the host refuses: a granule that is not blank, or no power.
  Status program(std::uint32_t offset, ByteSpan in) override;
  Status erase(std::uint32_t offset) override;
};

class WiredCounter final : public SecondsCounter {
 public:
  [[nodiscard]] std::uint64_t seconds() override;
  [[nodiscard]] bool kept() override;
};

class WiredMotor final : public Motor {
 public:
  Status open_for(std::uint32_t open_ms) override;
};

class WiredSensors final : public Sensors {
 public:
  [[nodiscard]] DoorState door_state() override;
  [[nodiscard]] std::uint8_t battery_percent() override;
  /// The button reaches the lock as a call of the module.
  [[nodiscard]] bool inside_button_pressed() override { return false; }
  [[nodiscard]] bool feels_exits() const override { return true; }
  [[nodiscard]] bool tampered() override;
};

}  // namespace cardea::wasm
