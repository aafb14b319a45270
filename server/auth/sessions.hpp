// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sessions of operators: "cardea_session_" and 64 hex digits, as a Bearer or in a cookie. A session ends when it is ended, when
// nothing was asked with it for an hour, and 12 hours after it began. Each request reads role and end anew, so a change
// of role and an end work at once.

#include <functional>
#include <unordered_map>

#include "server/auth/token.hpp"
#include "server/domain/permission.hpp"
#include "server/store/store.hpp"

namespace cardea::server {

inline constexpr std::uint64_t session_idle_s = 3'600;
inline constexpr std::uint64_t session_s = 12 * 3'600;

/// Where a session came from, for its owner to recognise.
struct Visitor {
  std::string address;
  std::string agent;  ///< User-Agent, at most 200 bytes of it
};

struct NewSession {
  SessionId id;
  std::string text;  ///< the only time that it exists
  UnixSeconds expires_at;
};
Task<NewSession> start_session(Transaction& tx, WorkspaceId workspace, OperatorId who, Visitor visitor, UnixSeconds now);

class Sessions {
 public:
  Sessions(Store& store, std::function<UnixSeconds()> now) : store_(&store), now_(std::move(now)) {}

  /// 401 `unauthorized` for a session that has ended.
  Task<Outcome<Principal>> find(std::string text);
  /// When something was last asked with it: what find() noted, if later than the database has it.
  [[nodiscard]] UnixSeconds seen_at(SessionId session, UnixSeconds stored) const;
  /// Stores what find() noted, and deletes sessions that ended a month ago. Every half minute or so.
  Task<Outcome<Done>> store_seen();

 private:
  struct Seen {
    WorkspaceId workspace;
    UnixSeconds at;
  };
  Store* store_;
  std::function<UnixSeconds()> now_;
  std::unordered_map<SessionId, Seen> seen_;
};

}  // namespace cardea::server
