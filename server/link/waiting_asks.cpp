// SPDX-License-Identifier: Apache-2.0
#include "server/link/waiting_asks.hpp"

#include <algorithm>

namespace cardea::server {

void WaitingAsks::add(const LockId& lock, Connection connection, std::string network) {
  asks_[lock].push_back({std::move(connection), std::move(network)});
}

void WaitingAsks::remove(const LockId& lock, const LinkConnection& connection) {
  const auto found = asks_.find(lock);
  if (found == asks_.end()) return;
  std::erase_if(found->second, [&](const Ask& ask) { return ask.connection.get() == &connection; });
  if (found->second.empty()) asks_.erase(found);
}

std::vector<WaitingAsks::Connection> WaitingAsks::of(const LockId& lock) const {
  std::vector<Connection> out;
  const auto found = asks_.find(lock);
  if (found == asks_.end()) return out;
  for (const Ask& ask : found->second) out.push_back(ask.connection);
  return out;
}

WaitingAsks::Connection WaitingAsks::one_too_many(const LockId& lock) const {
  const auto found = asks_.find(lock);
  if (found == asks_.end() || found->second.size() <= asks_of_lock_max) return nullptr;
  const std::vector<Ask>& asks = found->second;
  const auto count_of = [&](const Ask& one) { return std::ranges::count(asks, one.network, &Ask::network); };
  return std::ranges::max_element(asks, {}, count_of)->connection;  // the first of several
}

std::size_t WaitingAsks::count() const {
  std::size_t count = 0;
  for (const auto& [lock, asks] : asks_) count += asks.size();
  return count;
}

}  // namespace cardea::server
