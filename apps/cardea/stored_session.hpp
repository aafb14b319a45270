// SPDX-License-Identifier: Apache-2.0
#pragma once
// The session of whoever signed in at this machine: one file a platform, for this user alone, in XDG_STATE_HOME/cardea, or else
// ~/.local/state/cardea.

#include <optional>
#include <string>

namespace cardea::client {

struct StoredSession {
  std::string id;
  std::string token;
  std::string email;
};

/// Nothing when nobody has signed in. Throws Stop(kUsage) for a file that others may read, or that is none of ours.
std::optional<StoredSession> load_session(const std::string& server);
/// In place of the one before: whole, or not at all. Throws Stop(kUsage) when it cannot be written.
void store_session(const std::string& server, const StoredSession& session);
void forget_session(const std::string& server);

}  // namespace cardea::client
