// SPDX-License-Identifier: Apache-2.0
#pragma once
// What must be done to a database that comes from a backup before anything is issued from it. What the platform gave out and
// agreed with its locks since the backup is forgotten, so every number that is used once only is raised past it: generations
// of slots, code epochs, versions of the desired state, positions of events. What stood on the locks ends, and is issued anew.
// How far the chains of session keys were needs no raising: the locks bring the platform along (session.md SE8).

#include "server/keys/key_store.hpp"
#include "server/store/store.hpp"

namespace cardea::server::usecases {

/// How far the numbers are raised: more than any platform gets in the time that a backup may be old.
inline constexpr std::uint32_t restored_versions = 1u << 20;
inline constexpr std::uint16_t restored_generations = 1'024;
inline constexpr std::uint16_t restored_code_epochs = 16;
inline constexpr std::int64_t restored_positions = 1'000'000;

struct Restored {
  std::size_t workspaces = 0;
  std::size_t locks = 0;        ///< that hold keys
  std::size_t credentials = 0;  ///< that end when their locks hear of it
  std::size_t api_keys = 0;     ///< that work as they did at the time of the backup, also if they were revoked since
};

/// In every workspace, in one transaction. Leaves `platform.restored` and what ends its credentials. Ends all sessions.
Task<Outcome<Restored>> raise_past_backup(Store& store, KeyStore& keys, UnixSeconds backup_made_at, UnixSeconds now);

}  // namespace cardea::server::usecases
