// SPDX-License-Identifier: Apache-2.0
#pragma once
// How credentials end: by being revoked, by the lock's word, by having been used. Steps of the callers' transactions.

#include <span>

#include "server/usecases/lock_row.hpp"

namespace cardea::server::usecases {

/// A credential that is not ended, as far as its end is concerned.
struct EndingCredential {
  CredentialId id;
  std::optional<GrantId> grant;
  std::optional<PersonId> person;
  DoorId door;
  LockRef lock;
  CredentialType kind = CredentialType::kToken;
  std::optional<std::uint8_t> slot;
  std::optional<std::uint16_t> generation;
  bool revoked = false;
};
/// The columns of read_ending(), of the table `credentials`.
std::string_view ending_columns();
EndingCredential read_ending(Row row);

/// Stops a credential (R2): its slot's generation rises and the slot ends with the lock's next version; an offline code stays
/// `ending`. Leaves `credential.revoked` with `by`, "" for time itself. Nothing happens to one that is revoked already.
Task<void> revoke(Transaction& tx, KeyStore& keys, WorkspaceId workspace, EndingCredential credential, std::string by,
                  UnixSeconds now);

/// It opens nothing any more. Leaves `credential.ended`.
Task<void> end(Transaction& tx, KeyStore& keys, WorkspaceId workspace, EndingCredential credential, UnixSeconds now);

/// The lock has applied `version`: what waited for that has ended, and its slots are free (or retired, at generation 65,535).
Task<void> end_up_to_version(Transaction& tx, KeyStore& keys, WorkspaceId workspace, LockRef lock, std::uint32_t version,
                             UnixSeconds now);

}  // namespace cardea::server::usecases
