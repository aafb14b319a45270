// SPDX-License-Identifier: Apache-2.0
#pragma once
// Descriptors: what an offline code says, and its number P in the space that the permutation runs over (codes.md §3).

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"

namespace cardea {

enum class Family : std::uint8_t {
  kTimed = 0,      ///< opens any number of times in its window
  kExclusive = 1,  ///< the same, and its first use cancels earlier exclusive codes
  kOnce = 2,       ///< opens one time in its window
  kPool = 3,       ///< no time: 4,096 of them from the day of activation
  kClock = 4,      ///< gives a lock without a good clock the time
  kClear = 5,      ///< ends everything issued before a time, or one pool code
  kRelease = 6,    ///< releases the keypad
};
inline constexpr std::size_t family_count = 7;

/// The name of a family as it stands in vectors, JSON and audit records: "timed".
const char* name_of(Family family);

inline constexpr std::uint64_t code_epoch_unix_s = 1'577'836'800;  // 2020-01-01T00:00:00Z
inline constexpr std::uint32_t start_count = 1u << 20;
inline constexpr std::uint32_t quarter_hour_s = 900;
inline constexpr std::uint32_t tick_s = 600;  // clock, clear and release codes count tens of minutes
inline constexpr std::uint32_t tick_count = 1u << 21;
inline constexpr std::uint16_t pool_count = 4'096;
inline constexpr std::uint32_t index_count = 4;  // equal timed or once codes that differ in their index only
inline constexpr std::uint8_t class_count = 94;
inline constexpr std::uint8_t hour_class_count = 24;  // classes 0..23: starts in quarter hours; all that a once code has

/// One offline code. Timed, exclusive and once use klass, start and index (0 for exclusive); the others index alone:
/// the pool index, or the number within the family.
struct Descriptor {
  Family family = Family::kTimed;
  std::uint8_t klass = 0;   ///< the spec's "class"
  std::uint32_t start = 0;  ///< in units of start_unit_s(klass) since the epoch of the codes
  std::uint32_t index = 0;
  bool operator==(const Descriptor&) const = default;
};

/// True for families whose codes have a window: timed, exclusive, once.
constexpr bool has_window(Family family) { return family <= Family::kOnce; }
/// Descriptors of a family.
std::uint64_t count_of(Family family);
/// True when codes of `digits` digits have this family: 9 digits have no room for timed and exclusive ones.
bool has_family(std::uint8_t digits, Family family);

/// How long a class is, 3,600 s to 366 days. `klass` < 94 (asserted).
std::uint32_t class_length_s(std::uint8_t klass);
/// 900 or 3,600.
std::uint32_t start_unit_s(std::uint8_t klass);
/// The classes by rising length: rank 0..93 -> class.
std::uint8_t class_of_rank(std::uint8_t rank);

/// kOutOfRange when a field is, or when codes of `digits` digits do not have the family; `digits` is 9..12 (asserted).
Status check(const Descriptor& descriptor, std::uint8_t digits);
/// The number P of a descriptor; errors as `check`.
Result<std::uint64_t> number_of(const Descriptor& descriptor, std::uint8_t digits);
/// The descriptor of number P; kOutOfRange for a number past the last family, which a lock calls `unknown_code`.
Result<Descriptor> descriptor_of(std::uint64_t number, std::uint8_t digits);

/// Half-open: [begins, ends).
struct Interval {
  UnixSeconds begins;
  UnixSeconds ends;
  bool operator==(const Interval&) const = default;
};
/// The window of a timed, exclusive or once code (asserted).
Interval interval_of(const Descriptor& descriptor);

/// The time of a clock or release code, and of a clear code of everything before it (asserted).
UnixSeconds time_of(const Descriptor& descriptor);
/// True for a clear code of one pool code; its pool index is index - 2^21.
bool clears_one_pool_code(const Descriptor& descriptor);

/// The newest tick that is not after `time`, for clock, clear and release codes; kOutOfRange before 2020 and after 2059.
Result<std::uint32_t> tick_of(UnixSeconds time);
/// A clock, clear or release code of that tick; a clear code of one pool code; a pool code.
constexpr Descriptor clock_code(std::uint32_t tick) { return {Family::kClock, 0, 0, tick}; }
constexpr Descriptor clear_code(std::uint32_t tick) { return {Family::kClear, 0, 0, tick}; }
constexpr Descriptor release_code(std::uint32_t tick) { return {Family::kRelease, 0, 0, tick}; }
constexpr Descriptor clear_pool_code(std::uint16_t index) { return {Family::kClear, 0, 0, tick_count + index}; }
constexpr Descriptor pool_code(std::uint16_t index) { return {Family::kPool, 0, 0, index}; }

}  // namespace cardea
