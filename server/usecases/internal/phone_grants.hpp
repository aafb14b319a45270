// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which grants a phone has, and its slots for them. For this folder only.

#include "server/usecases/phones.hpp"

namespace cardea::server::usecases {

/// A grant that a phone is to have slots for, and who says so.
struct PhoneGrant {
  WorkspaceId workspace;
  PhoneId phone;
  GrantId grant;
  std::string by;
};

/// Those of the phone that have not been closed.
Task<std::vector<GrantId>> open_grants(Transaction& tx, WorkspaceId workspace, PhoneId phone);
/// Gives the phone a grant, and slots at its doors; adds to `locks` those that are to hear of it. May be repeated.
Task<std::vector<PhoneDoor>> add_grant(Transaction& tx, Context& context, PhoneGrant wanted, std::vector<LockName>& locks);
/// Issues what the phone has no slot for yet, for every grant that it has.
Task<void> issue_all_missing(Transaction& tx, Context& context, WorkspaceId workspace, PhoneId phone,
                             std::vector<LockName>& locks);

}  // namespace cardea::server::usecases
