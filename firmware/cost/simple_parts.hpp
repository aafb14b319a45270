// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of a door in the RAM of the board: enough for a lock to be counted.

#include <algorithm>

#include "lock/port/port.hpp"

namespace cardea::firmware {

/// NOR flash with granules of 8 bytes, blank at first.
class RamFlash final : public Flash {
 public:
  RamFlash() { std::ranges::fill(bytes_, std::uint8_t{0xFF}); }
  [[nodiscard]] std::uint32_t size_bytes() const override { return bytes_.size(); }
  [[nodiscard]] std::uint32_t granule_bytes() const override { return 8; }
  Status read(std::uint32_t offset, MutableByteSpan out) override {
    std::copy_n(bytes_.begin() + offset, out.size(), out.begin());
    return Status::kOk;
  }
  Status program(std::uint32_t offset, ByteSpan in) override {
    std::ranges::copy(in, bytes_.begin() + offset);
    return Status::kOk;
  }
  Status erase(std::uint32_t offset) override {
    std::fill_n(bytes_.begin() + offset, flash_sector_size_bytes, std::uint8_t{0xFF});
    return Status::kOk;
  }

 private:
  Bytes<32 * flash_sector_size_bytes> bytes_;
};

class StoodCounter final : public SecondsCounter {
 public:
  std::uint64_t seconds() override { return 1'000; }
  bool kept() override { return true; }
};

class EasyMotor final : public Motor {
 public:
  Status open_for(std::uint32_t /*open_ms*/) override { return Status::kOk; }
};

class NoSensors final : public Sensors {
 public:
  DoorState door_state() override { return DoorState::kUnknown; }
  std::uint8_t battery_percent() override { return 100; }
  bool inside_button_pressed() override { return false; }
};

}  // namespace cardea::firmware
