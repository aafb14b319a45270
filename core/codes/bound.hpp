// SPDX-License-Identifier: Apache-2.0
#pragma once
// How hard a lock's codes are to guess (codes.md §4, pin.md §5): the bound that every screen and answer shows beside a code
// policy.

#include "core/codes/descriptor.hpp"
#include "core/codes/digits.hpp"

namespace cardea {

/// The settings of a lock that the bound depends on.
struct BoundPolicy {
  std::uint8_t otp_digits = otp_digits_max;
  std::uint16_t app_slots = 0;  ///< active slots
  std::uint16_t sms_slots = 0;  ///< those of them that accept SMS codes too
  std::uint8_t code_digits = 10;
  bool has_code_key = true;  ///< false: the lock has no K_code, so no offline codes
  std::uint32_t activation_window_s = 72 * 3'600;
  std::uint16_t codes_in_use = 0;  ///< timed and exclusive codes in use past their activation window: each adds 1
  std::uint8_t pin_digits = 6;     ///< means nothing without PINs
  std::uint16_t pin_slots = 0;     ///< PINs
};

/// One way of guessing. `accepted` is D: the codes that would open at one moment at most, issued or not.
struct GuessBound {
  std::uint64_t accepted = 0;
  double per_guess = 0;
  double per_day = 0;  ///< at most 1
};

/// D of each family at a lock with a good clock and the pool in mid-range. `opening`: those that open; `all`: and those that
/// clear or release.
struct FamilyBound {
  std::uint64_t timed = 0;
  std::uint64_t exclusive = 0;
  std::uint64_t once = 0;
  std::uint64_t pool = 0;
  std::uint64_t clear = 0;
  std::uint64_t release = 0;
  std::uint64_t opening = 0;
  std::uint64_t all = 0;
};

struct Bound {
  GuessBound otp;
  GuessBound offline;
  GuessBound pin;  ///< of PINs that the platform made; there is none for those that people chose
  FamilyBound families;
  std::uint32_t attempts_per_day = 0;
  /// The best of the three for whoever guesses: an attempt is one of them.
  double per_guess = 0;
  double per_day = 0;
};

/// Attempts within 24 hours: those that the waits of R15 leave, and the refunds of R14 (53).
std::uint32_t attempts_per_day();
FamilyBound family_bound(std::uint8_t code_digits, std::uint32_t activation_window_s);
/// Digits as in digits.hpp and pin.hpp (asserted); the window is at least 1 s and no longer matters past 366 days.
Bound bound_of(const BoundPolicy& policy);

}  // namespace cardea
