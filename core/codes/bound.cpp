// SPDX-License-Identifier: Apache-2.0
#include "core/codes/bound.hpp"

#include "core/codes/pin.hpp"
#include "core/throttle/throttle.hpp"

namespace cardea {
namespace {

constexpr std::uint64_t otp_space = std::uint64_t{1} << 31;  // what RFC 4226 leaves of a MAC
constexpr double pin_beta = 1.01;                            // pin.md §5: weak ones are not taken
constexpr std::uint64_t otp_steps = 3;                       // R3: a step and one on either side
constexpr std::uint64_t pool_mid_range = 2 * 256;            // R11: 256 on either side of the newest used
constexpr std::uint64_t ticks_of_a_clear = (seconds_per_day + tick_s) / tick_s + 1;  // R13: both ends included

/// Entries that the waits of R15 let through in 24 hours: each fails, and the k-th makes wait(k).
constexpr std::uint32_t attempts_by_waits() {
  std::uint32_t attempts = 0;
  for (std::uint64_t passed_s = 0; passed_s < seconds_per_day; passed_s += wait_after(attempts)) ++attempts;
  return attempts;
}
static_assert(attempts_by_waits() == 33);

/// Starts of one class that could be used for the first time at one moment: those in the last min(length, window) seconds,
/// where the moment is a whole hour, so that both units count in full.
std::uint64_t starts_open(std::uint8_t klass, std::uint32_t activation_window_s) {
  const std::uint64_t open_s = std::min(class_length_s(klass), activation_window_s);
  const std::uint64_t unit = start_unit_s(klass);
  return (open_s + unit - 1) / unit;
}

GuessBound guess_bound(std::uint64_t accepted, double beta, std::uint8_t digits) {
  const double space = static_cast<double>(power_of_ten(digits));
  GuessBound bound;
  bound.accepted = accepted;
  bound.per_guess = std::min(1.0, static_cast<double>(accepted) * beta / space);
  bound.per_day = std::min(1.0, attempts_per_day() * bound.per_guess);
  return bound;
}

/// How much likelier the likeliest one-time code is than 1 in 10^n: 2^31 is no multiple of 10^n.
double otp_beta(std::uint8_t digits) {
  const std::uint64_t codes = power_of_ten(digits);
  const std::uint64_t preimages = (otp_space + codes - 1) / codes;
  return static_cast<double>(preimages * codes) / static_cast<double>(otp_space);
}

}  // namespace

std::uint32_t attempts_per_day() { return attempts_by_waits() + static_cast<std::uint32_t>(refund_count_max); }

FamilyBound family_bound(std::uint8_t code_digits, std::uint32_t activation_window_s) {
  FamilyBound bound;
  for (std::uint8_t klass = 0; klass < class_count; ++klass) {
    bound.exclusive += starts_open(klass, activation_window_s);
    // R8's activation window is of timed and exclusive codes; a once code opens at any time of its own.
    if (klass < hour_class_count) bound.once += index_count * starts_open(klass, UINT32_MAX);
  }
  bound.timed = index_count * bound.exclusive;
  if (!has_family(code_digits, Family::kTimed)) bound.timed = bound.exclusive = 0;
  bound.pool = pool_mid_range;
  bound.clear = ticks_of_a_clear + pool_count;
  bound.release = ticks_of_a_clear;
  bound.opening = bound.timed + bound.exclusive + bound.once + bound.pool;
  bound.all = bound.opening + bound.clear + bound.release;
  return bound;
}

Bound bound_of(const BoundPolicy& policy) {
  CARDEA_ASSERT(policy.otp_digits >= otp_digits_min && policy.otp_digits <= otp_digits_max);
  CARDEA_ASSERT(policy.code_digits >= code_digits_min && policy.code_digits <= code_digits_max);
  Bound bound;
  bound.attempts_per_day = attempts_per_day();
  bound.otp = guess_bound(otp_steps * (std::uint64_t{policy.app_slots} + policy.sms_slots), otp_beta(policy.otp_digits),
                          policy.otp_digits);
  if (policy.has_code_key) {
    bound.families = family_bound(policy.code_digits, policy.activation_window_s);
    bound.offline = guess_bound(bound.families.opening + policy.codes_in_use, 1.0, policy.code_digits);
  }
  if (policy.pin_slots > 0) {
    CARDEA_ASSERT(policy.pin_digits >= pin_digits_min && policy.pin_digits <= pin_digits_max);
    bound.pin = guess_bound(policy.pin_slots, pin_beta, policy.pin_digits);
  }
  bound.per_guess = std::max({bound.otp.per_guess, bound.offline.per_guess, bound.pin.per_guess});
  bound.per_day = std::max({bound.otp.per_day, bound.offline.per_day, bound.pin.per_day});
  return bound;
}

}  // namespace cardea
