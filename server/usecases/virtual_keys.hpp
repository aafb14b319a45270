// SPDX-License-Identifier: Apache-2.0
#pragma once
// Virtual keys of phones at locks (spec/grant.md): their serials, the leases that were given, and the list of those that count
// no more. Steps of the callers' transactions.

#include "core/grant/grant.hpp"
#include "server/usecases/lock_row.hpp"

namespace cardea::server::usecases {

/// What a lock is told of virtual keys; nothing while it has none.
Task<std::optional<grant::Denials>> denials_of(Transaction& tx, WorkspaceId workspace, LockRef lock);

/// The serial of a credential at its lock; the first that a lock ever gets makes a new version of what it is to hold, and
/// `changed` true.
Task<std::uint32_t> serial_of(Transaction& tx, WorkspaceId workspace, LockRef lock, CredentialId credential, bool& changed);
/// A lease of it was given.
Task<void> lease_given(Transaction& tx, WorkspaceId workspace, CredentialId credential, UnixSeconds until);

/// The credential was revoked with the lock's desired state `version`: while a lease of it goes on it is on the list, or, when
/// that is full, in an epoch that is over.
Task<void> deny(Transaction& tx, WorkspaceId workspace, LockRef lock, CredentialId credential, std::uint32_t version,
                UnixSeconds now);

/// Behind a restored backup nobody knows which serials and lists were given since: another epoch, and numbers above all of
/// them.
Task<void> raise_keys(Transaction& tx, WorkspaceId workspace, LockRef lock);

/// The credential that a record's serial speaks of.
Task<std::optional<CredentialId>> credential_of_serial(Transaction& tx, WorkspaceId workspace, LockRef lock,
                                                       std::uint32_t serial);

}  // namespace cardea::server::usecases
