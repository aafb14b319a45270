// SPDX-License-Identifier: Apache-2.0
#pragma once
// The one allocator of all that is typed at a door: token slots (codes.md R2), offline codes (R18) and PINs (pin.md §4).
// Whoever makes a credential takes its code here, inside the transaction that stores the credential; nobody else picks one.
// What is full says so, and what to do instead.
//
// No two kinds can be equal: the lock's settings give each a length of its own (pin.md P1). Within a kind, a slot and a
// descriptor are given out once, and a PIN to one person.

#include "core/codes/windows.hpp"
#include "server/domain/delivery.hpp"
#include "server/usecases/lock_row.hpp"

namespace cardea::server::usecases {

/// What a slot is for.
struct SlotUse {
  CredentialId credential;
  CredentialType type = CredentialType::kToken;
  UnixSeconds begins_at;
  bool listed = true;  ///< false: the lock hears of it when it begins
};
/// How many slots of a lock are taken: what take_slot() goes by.
struct SlotCount {
  std::uint32_t used = 0;
  std::uint32_t ending = 0;  ///< taken until the lock has acknowledged their end
  std::uint32_t max = 0;

  [[nodiscard]] std::uint32_t free() const { return used + ending < max ? max - used - ending : 0; }
};
Task<SlotCount> count_slots(Transaction& tx, LockRow lock);
/// What is said when they are.
Problem slots_full(const LockRow& lock);
/// One that was never used, while the lock has room to know it beside those that were; else the one that has been free longest:
/// a slot refuses every code of a step that it has opened for, whoever held it then (codes.md R4). 409 `slots_full`.
Task<Outcome<SlotGeneration>> take_slot(Transaction& tx, LockRow lock, SlotUse use);

/// Whether the lock can have codes of this family. 409 `lock_unprotected`, 400.
Outcome<Done> may_hold_offline_codes(const LockRow& lock, Family family);
/// A descriptor that was never issued, for the window that fits best. 409 `codes_full`, 400 for a window that none fits.
Task<Outcome<Descriptor>> take_window_code(Transaction& tx, LockRow lock, WindowRequest request);
/// Pool codes that may be handed out now (R11).
struct PoolCount {
  std::uint32_t handed_out = 0;
  std::uint32_t free_now = 0;
};
Task<PoolCount> count_pool_codes(Transaction& tx, LockRow lock);
Problem pool_codes_full();
/// 409 `codes_full`.
Task<Outcome<Descriptor>> take_pool_code(Transaction& tx, LockRow lock);
/// 409 `codes_full` with the credential that has it.
Task<Outcome<Done>> number_is_free(Transaction& tx, LockRow lock, Descriptor descriptor);

inline constexpr std::uint32_t pin_choices_per_day = 32;  ///< P11
/// Charges a PIN that somebody chose, before anybody looks at it: a transaction of its own, so that it stands whatever becomes
/// of the PIN. 429 `pin_choices_spent`.
Task<Outcome<Done>> charge_pin_choice(Transaction& tx, LockRow lock, UnixSeconds now);

struct PinCount {
  std::uint32_t held = 0;                       ///< that may open
  std::uint32_t given_out = 0;                  ///< ever, of this length: nobody else gets them (P10)
  std::uint32_t choices = 0;                    ///< charged within the last 24 hours
  std::optional<UnixSeconds> choices_again_at;  ///< when the oldest of as many as there may be is 24 hours old
};
Task<PinCount> count_pins(Transaction& tx, LockRow lock, UnixSeconds now);

struct PinWish {
  PersonId person;
  std::string door_name;         ///< P3
  std::optional<Digits> chosen;  ///< nothing: the platform makes one
};
struct TakenPin {
  PinDigest digest{};
  std::optional<Digits> made;  ///< to be shown once
};
/// P2 to P4, P10. 409 `lock_unprotected`, `pin_taken`, `pins_full`; 400 also as `pin_weak`.
Task<Outcome<TakenPin>> take_pin(Transaction& tx, KeyStore& keys, LockRow lock, PinWish wish);
/// The PIN that a credential has, which is about to get another one: nobody else's from here on, and nobody's until the lock
/// has applied `until_version`.
Task<void> keep_replaced_pin(Transaction& tx, LockRow lock, CredentialId credential, std::uint32_t until_version);
/// P13: 409 `pins_in_use` when the lock holds PINs of another length than `next` has.
Task<Outcome<Done>> pins_allow(Transaction& tx, LockRow lock, link::Settings next);

}  // namespace cardea::server::usecases
