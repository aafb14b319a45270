// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "server/usecases/checks.hpp"
#include "server/usecases/internal/rings.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::uint32_t in_no_ring = campaign_ring_count_max;

Outcome<Done> check_ring(const RingOrder& ring, const std::string& pointer) {
  if (auto named = check_name(ring.name, pointer + "/name"); !named) return named.error();
  if (ring.locks && ring.percent)
    return invalid(pointer + "/percent", "stands beside lock_ids: a ring names locks, or says how many percent");
  if (ring.locks && ring.locks->empty()) return invalid(pointer + "/lock_ids", "names no lock");
  if (ring.percent && (*ring.percent == 0 || *ring.percent > 100)) return invalid(pointer + "/percent", "must be 1 to 100");
  if (ring.soak_s > soak_s_max) return invalid(pointer + "/soak_s", fmt::format("must be at most {}, 30 days", soak_s_max));
  if (ring.failures_max > campaign_lock_count_max)
    return invalid(pointer + "/failures_max", fmt::format("must be at most {}", campaign_lock_count_max));
  if (ring.failures_percent_max.value_or(0) > 100) return invalid(pointer + "/failures_percent_max", "must be at most 100");
  return Done{};
}

Outcome<Done> check_rings(const std::vector<RingOrder>& rings) {
  if (rings.empty() || rings.size() > campaign_ring_count_max)
    return invalid("/rings", fmt::format("must be 1 to {}", campaign_ring_count_max));
  std::uint32_t percent = 0;
  for (std::size_t i = 0; i < rings.size(); ++i) {
    const std::string pointer = fmt::format("/rings/{}", i);
    if (auto checked = check_ring(rings[i], pointer); !checked) return checked.error();
    if (rings[i].percent && *rings[i].percent <= percent)
      return invalid(pointer + "/percent", "must be more than that of the ring before: it counts the locks of both");
    percent = rings[i].percent.value_or(percent);
  }
  return Done{};
}

/// So many of `count` locks, at least one.
std::size_t part_of(std::size_t count, std::uint32_t percent) { return (count * percent + 99) / 100; }

}  // namespace

Outcome<std::vector<std::uint32_t>> assign_rings(std::span<const LockRef> locks, const std::vector<RingOrder>& rings) {
  if (auto checked = check_rings(rings); !checked) return checked.error();
  std::map<LockRef, std::size_t> place;
  for (std::size_t i = 0; i < locks.size(); ++i) place[locks[i]] = i;

  std::vector<std::uint32_t> ring_of(locks.size(), in_no_ring);
  for (std::uint32_t ring = 0; ring < rings.size(); ++ring)
    for (std::size_t i = 0; rings[ring].locks && i < rings[ring].locks->size(); ++i) {
      const std::string pointer = fmt::format("/rings/{}/lock_ids/{}", ring, i);
      const auto found = place.find((*rings[ring].locks)[i]);
      if (found == place.end()) return invalid(pointer, "is none of the campaign's locks");
      if (ring_of[found->second] != in_no_ring) return invalid(pointer, "is named twice");
      ring_of[found->second] = ring;
    }

  std::size_t next = 0;
  for (std::uint32_t ring = 0; ring < rings.size(); ++ring) {
    if (rings[ring].locks) continue;
    const auto begun = static_cast<std::size_t>(std::ranges::count_if(ring_of, [&](std::uint32_t r) { return r <= ring; }));
    std::size_t wanted = rings[ring].percent ? part_of(locks.size(), *rings[ring].percent) : locks.size();
    wanted = wanted > begun ? wanted - begun : 0;
    for (; wanted != 0 && next < locks.size(); ++next) {
      if (ring_of[next] != in_no_ring) continue;
      ring_of[next] = ring;
      --wanted;
    }
  }
  const auto left = std::ranges::count(ring_of, in_no_ring);
  if (left != 0)
    return invalid("/rings", fmt::format("leave out {} locks: let the last ring have neither lock_ids nor percent", left));
  return ring_of;
}

std::uint32_t failures_allowed(const RingOrder& ring, std::size_t lock_count) {
  return std::max(ring.failures_max, static_cast<std::uint32_t>(lock_count * ring.failures_percent_max.value_or(0) / 100));
}

}  // namespace cardea::server::usecases
