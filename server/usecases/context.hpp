// SPDX-License-Identifier: Apache-2.0
#pragma once
// What every use case stands on. One of it in a process; everything it points to outlives it.

#include <functional>

#include "server/auth/auth.hpp"
#include "server/domain/instant.hpp"
#include "server/domain/zone.hpp"
#include "server/keys/key_store.hpp"
#include "server/store/store.hpp"
#include "server/usecases/event_feed.hpp"
#include "server/usecases/links.hpp"

namespace cardea::server::oidc {
struct Service;
}

namespace cardea::server::usecases {

struct Context {
  Store& store;
  KeyStore& keys;
  Links& links;
  Auth& auth;
  const Zones& zones;
  EventFeed& feed;
  std::function<UnixSeconds()> now = server::now;
  bool test_webhooks = false;     ///< for tests: webhooks may go to internal addresses, any port, and over plain http
  oidc::Service* oidc = nullptr;  ///< nothing: no provider
  std::function<std::optional<UnixSeconds>()> certificate_ends_at =
      {};                      ///< of the one that is served; nothing: no TLS of our own
  std::string phone_app = {};  ///< where people find the phone app: "https://key.example.org"; empty: there is none
  std::string console = {};    ///< where operators find the console; empty: there is none
  bool homes = false;          ///< whoever has a lock's label may make a home for it (homes.hpp)

  /// The same with another store in front.
  [[nodiscard]] Context with(Store& other) const { return with(other, links); }
  /// The same with another store and other links in front.
  [[nodiscard]] Context with(Store& other, Links& other_links) const {
    return {other,         keys, other_links,         auth,      zones,   feed, now,
            test_webhooks, oidc, certificate_ends_at, phone_app, console, homes};
  }
};

/// The key store failed, or a blob of the database is not its own: nothing can be done for the caller.
struct KeyStoreFailure : std::runtime_error {
  explicit KeyStoreFailure(Status status) : std::runtime_error(std::string("the key store says ") + name_of(status)) {}
};

/// The value of a key store's answer; throws KeyStoreFailure, which rolls the transaction back and is a 500.
template <class T>
T must(Result<T> result) {
  if (!result) throw KeyStoreFailure(result.error());
  return *std::move(result);
}
inline void must(Status status) {
  if (status != Status::kOk) throw KeyStoreFailure(status);
}

inline LockName lock_name(WorkspaceId workspace, LockRef lock) { return {workspace.bytes, lock_id(lock)}; }
inline WorkspaceId workspace_of(const LockName& name) { return {name.workspace}; }
inline LockRef lock_of(const LockName& name) { return lock_ref(name.lock); }

}  // namespace cardea::server::usecases
