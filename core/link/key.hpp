// SPDX-License-Identifier: Apache-2.0
#pragma once
// The key that a lock shares with its platform, as core/session wants it: spec/link.md §2.

#include "core/base/lock_id.hpp"
#include "core/session/handshake.hpp"

namespace cardea::link {

inline constexpr std::size_t nonce_size_bytes = session::nonce_size_bytes;
using Nonce = session::Nonce;

/// K_session of a protected lock, from its K_lock. The caller releases it.
Result<KeyHandle> derive_session_key(Provider& provider, KeyHandle k_lock, const LockId& lock);

/// The lock initiates, its workspace responds. `k_auth` in it is derived from K_session; the caller releases it.
Result<session::SharedKey> share_key(Provider& provider, KeyHandle k_session, const LockId& lock, const session::Id& workspace,
                                     std::uint32_t key_id);

}  // namespace cardea::link
