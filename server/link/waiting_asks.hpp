// SPDX-License-Identifier: Apache-2.0
#pragma once
// Asks of locks that nobody has claimed yet. Anybody may say one for any lock, so several of one lock wait beside each other
// until its claim tells which is the lock's (activation.md A10). Only for this folder.

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/lock_id.hpp"

namespace cardea::server {

class LinkConnection;

struct HashLockId {
  std::size_t operator()(const LockId& id) const noexcept { return load_be<std::uint64_t>(id.value); }
};

inline constexpr std::size_t asks_of_lock_max = 8;

class WaitingAsks {
 public:
  using Connection = std::shared_ptr<LinkConnection>;

  /// `network`: where the connection comes from, as far as strangers there can be told apart.
  void add(const LockId& lock, Connection connection, std::string network);
  void remove(const LockId& lock, const LinkConnection& connection);
  /// Those of a lock, the oldest first.
  [[nodiscard]] std::vector<Connection> of(const LockId& lock) const;
  /// Who gives way when more than asks_of_lock_max wait: the oldest of the network that has most. Null: nobody has to.
  [[nodiscard]] Connection one_too_many(const LockId& lock) const;
  [[nodiscard]] std::size_t count() const;
  void clear() { asks_.clear(); }

 private:
  struct Ask {
    Connection connection;
    std::string network;
  };
  std::unordered_map<LockId, std::vector<Ask>, HashLockId> asks_;
};

}  // namespace cardea::server
