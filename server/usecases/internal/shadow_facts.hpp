// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the platform knows of a lock, for its shadow. For this folder only.

#include "server/shadow/shadow.hpp"
#include "server/usecases/credentials.hpp"

namespace cardea::server::usecases {

Task<ShadowFacts> shadow_facts(Transaction& tx, LockRow lock, UnixSeconds now);
/// What a credential opens with.
ShadowCode shadow_code_of(const Credential& credential);

}  // namespace cardea::server::usecases
