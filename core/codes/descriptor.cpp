// SPDX-License-Identifier: Apache-2.0
#include "core/codes/descriptor.hpp"

#include "core/codes/digits.hpp"

namespace cardea {
namespace {

// Class numbers of codes.md §3, and the lengths they stand for.
constexpr std::uint8_t day_class_first = 24;
constexpr std::uint8_t long_class_first = 54;
constexpr std::uint8_t night_class_first = 64;
constexpr std::uint16_t long_class_days[] = {60, 90, 120, 150, 180, 210, 240, 270, 300, 366};
constexpr std::uint32_t night_gap_s = 4 * seconds_per_hour;

/// Nights and days take turns from 2 nights (44 h), 2 days (48 h) on, up to 31 of each; then the long classes.
constexpr std::uint8_t turns_end = hour_class_count + 60;
constexpr std::uint8_t rank_to_class(std::uint8_t rank) {
  if (rank < hour_class_count) return rank;
  if (rank >= turns_end) return static_cast<std::uint8_t>(long_class_first + (rank - turns_end));
  const unsigned turn = rank - hour_class_count;
  return static_cast<std::uint8_t>((turn % 2 == 0 ? night_class_first : day_class_first) + turn / 2);
}

std::uint64_t classes_of(Family family) { return family == Family::kOnce ? hour_class_count : class_count; }
std::uint32_t indexes_of(Family family) { return family == Family::kExclusive ? 1 : index_count; }

constexpr Family families[family_count] = {Family::kTimed, Family::kExclusive, Family::kOnce,   Family::kPool,
                                           Family::kClock, Family::kClear,     Family::kRelease};

}  // namespace

const char* name_of(Family family) {
  switch (family) {
    case Family::kTimed: return "timed";
    case Family::kExclusive: return "exclusive";
    case Family::kOnce: return "once";
    case Family::kPool: return "pool";
    case Family::kClock: return "clock";
    case Family::kClear: return "clear";
    case Family::kRelease: return "release";
  }
  return "unknown";
}

std::uint64_t count_of(Family family) {
  switch (family) {
    case Family::kTimed:
    case Family::kExclusive:
    case Family::kOnce: return classes_of(family) * start_count * indexes_of(family);
    case Family::kPool: return pool_count;
    case Family::kClock:
    case Family::kRelease: return tick_count;
    case Family::kClear: return tick_count + pool_count;
  }
  return 0;
}

bool has_family(std::uint8_t digits, Family family) {
  CARDEA_ASSERT(digits >= code_digits_min && digits <= code_digits_max);
  return digits > code_digits_min || (family != Family::kTimed && family != Family::kExclusive);
}

std::uint32_t class_length_s(std::uint8_t klass) {
  CARDEA_ASSERT(klass < class_count);
  if (klass < day_class_first) return (klass + 1u) * seconds_per_hour;
  if (klass < long_class_first) return (klass - day_class_first + 2u) * seconds_per_day;
  if (klass < night_class_first) return long_class_days[klass - long_class_first] * seconds_per_day;
  return (klass - night_class_first + 2u) * seconds_per_day - night_gap_s;
}

std::uint32_t start_unit_s(std::uint8_t klass) {
  CARDEA_ASSERT(klass < class_count);
  return klass < hour_class_count ? quarter_hour_s : seconds_per_hour;
}

std::uint8_t class_of_rank(std::uint8_t rank) {
  CARDEA_ASSERT(rank < class_count);
  return rank_to_class(rank);
}

Status check(const Descriptor& descriptor, std::uint8_t digits) {
  if (descriptor.family > Family::kRelease || !has_family(digits, descriptor.family)) return Status::kOutOfRange;
  if (!has_window(descriptor.family)) {
    if (descriptor.klass != 0 || descriptor.start != 0) return Status::kOutOfRange;
    return descriptor.index < count_of(descriptor.family) ? Status::kOk : Status::kOutOfRange;
  }
  if (descriptor.klass >= classes_of(descriptor.family) || descriptor.start >= start_count) return Status::kOutOfRange;
  return descriptor.index < indexes_of(descriptor.family) ? Status::kOk : Status::kOutOfRange;
}

Result<std::uint64_t> number_of(const Descriptor& descriptor, std::uint8_t digits) {
  CARDEA_TRY(check(descriptor, digits));
  std::uint64_t number = descriptor.index;
  if (has_window(descriptor.family)) {
    const std::uint64_t window = std::uint64_t{descriptor.klass} * start_count + descriptor.start;
    number += window * indexes_of(descriptor.family);
  }
  for (const Family family : families)
    if (family < descriptor.family && has_family(digits, family)) number += count_of(family);
  return number;
}

Result<Descriptor> descriptor_of(std::uint64_t number, std::uint8_t digits) {
  for (const Family family : families) {
    if (!has_family(digits, family)) continue;
    if (number >= count_of(family)) {
      number -= count_of(family);
      continue;
    }
    if (!has_window(family)) return Descriptor{family, 0, 0, static_cast<std::uint32_t>(number)};
    const std::uint64_t window = number / indexes_of(family);
    return Descriptor{family, static_cast<std::uint8_t>(window / start_count), static_cast<std::uint32_t>(window % start_count),
                      static_cast<std::uint32_t>(number % indexes_of(family))};
  }
  return Status::kOutOfRange;
}

Interval interval_of(const Descriptor& descriptor) {
  CARDEA_ASSERT(has_window(descriptor.family));
  const std::uint64_t begins = code_epoch_unix_s + std::uint64_t{descriptor.start} * start_unit_s(descriptor.klass);
  return {{begins}, {begins + class_length_s(descriptor.klass)}};
}

UnixSeconds time_of(const Descriptor& descriptor) {
  CARDEA_ASSERT(descriptor.family >= Family::kClock && !clears_one_pool_code(descriptor));
  return {code_epoch_unix_s + std::uint64_t{descriptor.index} * tick_s};
}

bool clears_one_pool_code(const Descriptor& descriptor) {
  return descriptor.family == Family::kClear && descriptor.index >= tick_count;
}

Result<std::uint32_t> tick_of(UnixSeconds time) {
  if (time.value < code_epoch_unix_s) return Status::kOutOfRange;
  const std::uint64_t tick = (time.value - code_epoch_unix_s) / tick_s;
  if (tick >= tick_count) return Status::kOutOfRange;
  return static_cast<std::uint32_t>(tick);
}

}  // namespace cardea
