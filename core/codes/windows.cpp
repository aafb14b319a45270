// SPDX-License-Identifier: Apache-2.0
#include "core/codes/windows.hpp"

namespace cardea {
namespace {

constexpr std::int32_t pool_ahead_max = 256;  // R11

/// The start of class `klass` for `request`, in its unit: outwards, but never before the last clear.
std::uint64_t start_of(const WindowRequest& request, std::uint8_t klass) {
  const std::uint64_t unit = start_unit_s(klass);
  const std::uint64_t wanted = (request.from.value - code_epoch_unix_s) / unit;
  if (!request.cleared_before || request.cleared_before->value <= code_epoch_unix_s) return wanted;
  const std::uint64_t allowed = (request.cleared_before->value - code_epoch_unix_s + unit - 1) / unit;
  return std::max(wanted, allowed);
}

}  // namespace

Status check(const WindowRequest& request) {
  if (!has_window(request.family) || request.to <= request.from) return Status::kMalformed;
  return Status::kOk;
}

Result<PickedWindow> fit_window(const WindowRequest& request, std::uint8_t klass) {
  if (request.family == Family::kOnce && klass >= hour_class_count) return Status::kOutOfRange;
  if (request.from.value < code_epoch_unix_s) return Status::kOutOfRange;
  const std::uint64_t start = start_of(request, klass);
  if (start >= start_count) return Status::kOutOfRange;
  const Descriptor descriptor{request.family, klass, static_cast<std::uint32_t>(start), 0};
  const PickedWindow window{descriptor, interval_of(descriptor)};
  // A clear that lies past the end of the window leaves nothing of it.
  if (window.interval.ends < request.to || window.interval.begins >= request.to) return Status::kOutOfRange;
  return window;
}

Result<std::uint16_t> next_pool_index(std::uint16_t handed_out, std::int16_t newest_used) {
  if (handed_out >= pool_count || handed_out > newest_used + pool_ahead_max) return Status::kFull;
  return handed_out;
}

}  // namespace cardea
