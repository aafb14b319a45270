// SPDX-License-Identifier: Apache-2.0
#include "core/link/key.hpp"

#include "core/crypto/kdf.hpp"

namespace cardea::link {

Result<KeyHandle> derive_session_key(Provider& provider, KeyHandle k_lock, const LockId& lock) {
  Bytes<lock_id_size_bytes + 2> context{};  // the last two bytes are the epoch, 0
  std::copy(lock.value.begin(), lock.value.end(), context.begin());
  return derive(provider, k_lock, ascii("session"), context, KeyKind::kMac);
}

Result<session::SharedKey> share_key(Provider& provider, KeyHandle k_session, const LockId& lock, const session::Id& workspace,
                                     std::uint32_t key_id) {
  session::SharedKey key{
      .key_id = key_id, .suite = provider.suite(), .initiator = lock.value, .responder = workspace, .k_auth = {}};
  CARDEA_ASSIGN(key.k_auth, session::derive_auth_key(provider, k_session, key));
  return key;
}

}  // namespace cardea::link
