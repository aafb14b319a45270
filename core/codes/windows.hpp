// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the server picks when it issues an offline code (codes.md §3, R11, R18): the descriptor whose window covers the one
// asked for and adds least, never one that was issued before.

#include <concepts>
#include <optional>
#include <utility>

#include "core/codes/descriptor.hpp"

namespace cardea {

/// The window a manager asks for: half-open, [from, to).
struct WindowRequest {
  Family family = Family::kTimed;  ///< timed, exclusive or once
  UnixSeconds from;
  UnixSeconds to;
  /// t of the last clear code that the server issued for this lock and epoch: nothing starts before it (R18), even when
  /// that makes the window begin after `from`.
  std::optional<UnixSeconds> cleared_before;
};

/// The window that the lock will use; the manager is told this one.
struct PickedWindow {
  Descriptor descriptor;
  Interval interval;
};

/// The descriptor of class `klass` and index 0 that serves `request`: it starts at the unit of the class at or before
/// `from`, or at or after `cleared_before`. kOutOfRange when this class does not reach `to` or cannot express the start.
Result<PickedWindow> fit_window(const WindowRequest& request, std::uint8_t klass);
/// kMalformed when the family has no windows or the window is empty.
Status check(const WindowRequest& request);

/// Picks a descriptor for `request`. `is_free(descriptor)` says whether that descriptor was never issued for this lock and
/// epoch; it is asked for each index of a class before the next longer class is looked at.
///
/// kMalformed as `check`; kOutOfRange when the longest class does not cover the window (366 days; 24 hours for once codes)
/// or it lies outside 2020..2049; kFull when every descriptor that covers it is taken.
template <std::predicate<const Descriptor&> IsFree>
Result<PickedWindow> pick_window(const WindowRequest& request, IsFree&& is_free) {
  CARDEA_TRY(check(request));
  Status status = Status::kOutOfRange;
  const std::uint32_t indexes = request.family == Family::kExclusive ? 1 : index_count;
  for (std::uint8_t rank = 0; rank < class_count; ++rank) {
    Result<PickedWindow> fit = fit_window(request, class_of_rank(rank));
    if (!fit.ok()) continue;
    for (fit->descriptor.index = 0; fit->descriptor.index < indexes; ++fit->descriptor.index)
      if (is_free(std::as_const(fit->descriptor))) return *fit;
    status = Status::kFull;
  }
  return status;
}

/// R11: the next pool index to hand out. `handed_out`: how many were, which is also the next index. `newest_used`: the
/// highest index that the server knows to be used, or -1. kFull when 256 past it are out, or all 4,096.
Result<std::uint16_t> next_pool_index(std::uint16_t handed_out, std::int16_t newest_used);

}  // namespace cardea
