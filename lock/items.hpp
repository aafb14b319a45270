// SPDX-License-Identifier: Apache-2.0
#pragma once
// The journal items of a lock beside core's (core/decide/items.hpp) and the clock's (lock/clock/clock.hpp): every key with its
// bytes in one place. Integers are big-endian.

#include "core/base/items.hpp"

namespace cardea {

/// What the factory wrote: lock_id 16 · class u8. A lock without it is no lock yet.
inline constexpr ItemKey factory_item{0x41, 0};
/// The claim secret, 16 bytes. Gone with activation.
inline constexpr ItemKey claim_item{0x41, 1};
/// Who the lock is, for ever: private scalar 32 · point 64.
inline constexpr ItemKey identity_item{0x41, 3};
/// The factory is done with this lock (factory.md MF6): 1 u8.
inline constexpr ItemKey sealed_item{0x41, 4};
/// The lock has given itself up, and what its owner left is not erased yet (activation.md A15): 1 u8.
inline constexpr ItemKey leftover_item{0x41, 5};
/// An ask in a file that waits for its answer: ephemeral scalar 32 · the ask 180 · written at (running time) u64 · 1 while
/// running time has gone on without a break u8.
inline constexpr ItemKey asked_item{0x41, 2};
/// To whom the lock belongs: workspace 16 · door 16 · identity of the platform 64.
inline constexpr ItemKey owner_item{0x42, 0};
inline constexpr std::size_t owner_item_size_bytes = 16 + 16 + 64;
/// K_lock of a protected lock, K_session of any other: 32.
inline constexpr ItemKey key_item{0x42, 1};
/// *done* of an activation by file, 17 bytes, until the first answer to a link file.
inline constexpr ItemKey done_item{0x42, 2};
/// The key that the lock shares with its platform, and how far its chain is (session.md §2): key_id u32 · n u32 · C(n) 32.
inline constexpr ItemKey session_item{0x42, 3};
/// The audit chain: next number u32 · its key 32 (event.md E4).
inline constexpr ItemKey chain_item{0x43, 0};
/// The newest record with a receipt u32.
inline constexpr ItemKey receipt_item{0x43, 1};
/// Records dropped without a receipt up to this number are reported u32.
inline constexpr ItemKey lost_item{0x43, 2};
/// The desired state in force: version u32 · bank u8 · flags u8 (bit 0: refuse when the log is full) · time step u32 · open_ms
/// u16 · first hour u32 · hours u8 · fixed keys u8.
inline constexpr ItemKey desired_item{0x44, 0};
/// The link file that waits for its answer: nonce 16 · written at (running time) u64 · 1 as in asked_item u8.
inline constexpr ItemKey file_item{0x45, 0};

/// What the log has said of door, cover and battery, so that it also says when that ends (event.md E17, E18): flags u8 (bit 0:
/// the door was forced or left open, bit 1: tampered) · battery level u8.
inline constexpr ItemKey told_item{0x49, 0};

/// The longest of the items that wait for an answer.
inline constexpr std::size_t waiting_item_size_bytes_max = 32 + 180 + 8 + 1;

/// Keys of a desired state lie in one of two banks: the next one is written into the other bank and counts from the moment that
/// desired_item names it. Hours: K_hour 32 each, 16 a piece. Fixed keys: slot u8 · generation u16 · K_slot 32 each, 16 a piece.
inline constexpr std::uint8_t key_bank_count = 2;
inline constexpr std::size_t keys_per_piece = 16;
inline constexpr std::uint8_t hour_piece_count = 3;
inline constexpr std::uint8_t fixed_piece_count = 2;
constexpr ItemKey hours_item(std::uint8_t bank, std::uint8_t piece) {
  return {0x46, static_cast<std::uint8_t>(bank * hour_piece_count + piece)};
}
constexpr ItemKey fixed_item(std::uint8_t bank, std::uint8_t piece) {
  return {0x47, static_cast<std::uint8_t>(bank * fixed_piece_count + piece)};
}
/// The schedule set of a desired state (schedule.md §1), in the same two banks; no item when it has none.
constexpr ItemKey schedules_item(std::uint8_t bank) { return {0x48, bank}; }

/// The PINs of a desired state, in the same two banks: slot u8 · digest 16 each (pin.md §1); no item when it has none.
constexpr ItemKey pins_item(std::uint8_t bank) { return {0x4A, bank}; }
inline constexpr std::size_t pin_entry_size_bytes = 1 + 16;

/// The grant key of a desired state, 64 bytes, in the same two banks; no item for a lock that takes no virtual keys.
constexpr ItemKey grant_key_item(std::uint8_t bank) { return {0x4B, bank}; }
/// The list of virtual keys that count no more: number u32 · epoch u16 · count u8 · serials u32 (grant.md §3).
inline constexpr ItemKey denials_item{0x4C, 0};
/// Openings of virtual keys: serial u32 · openings u16 · first at u32 · end u32 each (grant.md G4).
inline constexpr ItemKey key_uses_item{0x4C, 1};

}  // namespace cardea
