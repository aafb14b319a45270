// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a WebAssembly module of the lock imports from its host, as module "board": the wires of its chip. Pointers are offsets
// in the module's memory. A host that has pulled the plug does not return from such a call, and drops the instance: RAM is
// gone, and what the host keeps for `flash_*` and `counter_*` stays.

#include <cstdint>

#define CARDEA_WIRE(name) [[clang::import_module("board"), clang::import_name(#name)]]

extern "C" {
/// Flash of `flash_size_bytes` with granules of `flash_granule_bytes`. 0: done.
CARDEA_WIRE(flash_read) std::uint32_t board_flash_read(std::uint32_t offset, std::uint8_t* out, std::uint32_t size);
CARDEA_WIRE(flash_program) std::uint32_t board_flash_program(std::uint32_t offset, const std::uint8_t* in, std::uint32_t size);
CARDEA_WIRE(flash_erase) std::uint32_t board_flash_erase(std::uint32_t offset);
/// Seconds, 32 bits of them, and 1 while they were kept.
CARDEA_WIRE(counter_seconds) std::uint32_t board_counter_seconds();
CARDEA_WIRE(counter_kept) std::uint32_t board_counter_kept();
/// 0: the bolt has moved.
CARDEA_WIRE(motor_open) std::uint32_t board_motor_open(std::uint32_t open_ms);
/// 0 unknown, 1 closed, 2 open.
CARDEA_WIRE(door_state) std::uint32_t board_door_state();
CARDEA_WIRE(battery_percent) std::uint32_t board_battery_percent();
/// 1 while the cover is off.
CARDEA_WIRE(tampered) std::uint32_t board_tampered();
/// 0: `out` is full of what nobody can guess.
CARDEA_WIRE(noise) std::uint32_t board_noise(std::uint8_t* out, std::uint32_t size);
}

#undef CARDEA_WIRE
