// SPDX-License-Identifier: Apache-2.0
#pragma once
// A port to copy: everything that a chip must supply, each with what it has to do and an answer that is safe until it does.
// docs/port-guide.md goes through it. It compiles for every target, so that it stays true; nothing links it.

#include "lock/port/port.hpp"

namespace cardea::skeleton {

/// The part of the chip's flash, or of a serial NOR chip, that is the lock's: 128 KiB for journal and records, and two slots
/// for images where the lock takes them.
class ChipFlash final : public Flash {
 public:
  [[nodiscard]] std::uint32_t size_bytes() const override { return 32 * flash_sector_size_bytes; }
  /// What the chip programs at once, with its ECC: 4, 8 or 16 bytes (STM32L4: 8; STM32U5: 16; nRF52 and serial NOR: 4).
  [[nodiscard]] std::uint32_t granule_bytes() const override { return 8; }

  /// Copies out of the mapped flash, or reads over SPI. Where the chip answers an ECC error with an NMI, its handler notes it,
  /// clears it and returns here, and this returns kCorrupt.
  Status read(std::uint32_t offset, MutableByteSpan out) override;
  /// Programs granule by granule, waits for each, and returns kFlashFailed on any error flag. Interrupts whose code lies in the
  /// same bank wait. kOk means: in the cells, not in a buffer.
  Status program(std::uint32_t offset, ByteSpan in) override;
  /// Erases one sector of 4,096 bytes; a chip with smaller pages erases each of them, one with larger ones needs a region where
  /// a "sector" is a whole page. Takes 20 to 90 ms; the keypad's driver must not lose a key meanwhile.
  Status erase(std::uint32_t offset) override;
};

/// The RTC that the back-up battery or capacitor keeps.
class ChipCounter final : public SecondsCounter {
 public:
  /// Whole seconds since it was first powered; nothing ever sets it.
  [[nodiscard]] std::uint64_t seconds() override;
  /// False when the power-on flag of the back-up domain is set, or a pattern in its registers is not there.
  [[nodiscard]] bool kept() override;
  /// The crystal's tolerance and its temperature together.
  [[nodiscard]] std::uint32_t drift_ppm_max() const override { return 100; }
};

class ChipMotor final : public Motor {
 public:
  /// Drives the bolt back, and returns when a limit switch or the motor's current says that it is; a timer closes it again.
  /// kNotReady when neither comes in time. Pull the driver's enable line to rest in hardware: a reset must not open.
  Status open_for(std::uint32_t open_ms) override;
};

class ChipSensors final : public Sensors {
 public:
  [[nodiscard]] DoorState door_state() override;
  [[nodiscard]] std::uint8_t battery_percent() override;
  [[nodiscard]] bool inside_button_pressed() override;
};

}  // namespace cardea::skeleton
