// SPDX-License-Identifier: Apache-2.0
#include "lock/port/skeleton/skeleton.hpp"

namespace cardea::skeleton {

// Flash that refuses everything: Lock::boot() says flash_failed, and every entry is refused as a fault.
Status ChipFlash::read(std::uint32_t, MutableByteSpan) { return Status::kFlashFailed; }
Status ChipFlash::program(std::uint32_t, ByteSpan) { return Status::kFlashFailed; }
Status ChipFlash::erase(std::uint32_t) { return Status::kFlashFailed; }

// A counter that was not kept: the clock is lost, and the lock knows it.
std::uint64_t ChipCounter::seconds() { return 0; }
bool ChipCounter::kept() { return false; }

// A motor that never opens.
Status ChipMotor::open_for(std::uint32_t) { return Status::kNotReady; }

DoorState ChipSensors::door_state() { return DoorState::kUnknown; }
std::uint8_t ChipSensors::battery_percent() { return 100; }
bool ChipSensors::inside_button_pressed() { return false; }

}  // namespace cardea::skeleton
