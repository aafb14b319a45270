// SPDX-License-Identifier: Apache-2.0
#include "lock/port/wasm/wasm_port.hpp"

#include "lock/port/wasm/board.hpp"

namespace cardea {

/// A trap ends the instance, and the host has the bolt at rest.
[[noreturn]] void assertion_failed() { __builtin_trap(); }

}  // namespace cardea

namespace cardea::wasm {
namespace {

bool within(std::uint32_t offset, std::size_t size) { return offset <= WiredFlash::size && size <= WiredFlash::size - offset; }

Status done(std::uint32_t answer) { return answer == 0 ? Status::kOk : Status::kFlashFailed; }

}  // namespace

Status WiredFlash::read(std::uint32_t offset, MutableByteSpan out) {
  if (!within(offset, out.size())) return Status::kOutOfRange;
  return done(board_flash_read(offset, out.data(), static_cast<std::uint32_t>(out.size())));
}

Status WiredFlash::program(std::uint32_t offset, ByteSpan in) {
  if (in.empty() || !within(offset, in.size()) || offset % granule != 0 || in.size() % granule != 0 ||
      offset / flash_page_size_bytes != (offset + in.size() - 1) / flash_page_size_bytes)
    return Status::kOutOfRange;
  return done(board_flash_program(offset, in.data(), static_cast<std::uint32_t>(in.size())));
}

Status WiredFlash::erase(std::uint32_t offset) {
  if (!within(offset, flash_sector_size_bytes) || offset % flash_sector_size_bytes != 0) return Status::kOutOfRange;
  return done(board_flash_erase(offset));
}

std::uint64_t WiredCounter::seconds() { return board_counter_seconds(); }
bool WiredCounter::kept() { return board_counter_kept() == 1; }

Status WiredMotor::open_for(std::uint32_t open_ms) { return board_motor_open(open_ms) == 0 ? Status::kOk : Status::kNotReady; }

DoorState WiredSensors::door_state() {
  switch (board_door_state()) {
    case 1: return DoorState::kClosed;
    case 2: return DoorState::kOpen;
    default: return DoorState::kUnknown;
  }
}
std::uint8_t WiredSensors::battery_percent() {
  const std::uint32_t percent = board_battery_percent();
  return static_cast<std::uint8_t>(percent > 100 ? 100 : percent);
}
bool WiredSensors::tampered() { return board_tampered() == 1; }

}  // namespace cardea::wasm
