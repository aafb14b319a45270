// SPDX-License-Identifier: Apache-2.0
#pragma once
// For the credentials' files of this folder only.

#include "server/usecases/credentials.hpp"

namespace cardea::server::usecases {

/// "SELECT … WHERE c.workspace = ?1 ", to be followed by more conditions on `c`.
const std::string& credential_select();
Credential read_credential(Row row);
Task<Outcome<Credential>> read_credential(Transaction& tx, WorkspaceId workspace, CredentialId credential);

/// `credential.issued` and its like, with kind and family as detail.
Task<void> append_credential_event(Transaction& tx, KeyStore& keys, WorkspaceId workspace, EventType type,
                                   Credential credential, std::string by, UnixSeconds now);

}  // namespace cardea::server::usecases
