// SPDX-License-Identifier: Apache-2.0
#pragma once
// API keys: "cardea_" and 64 hex digits. Who holds which is cached; whoever revokes one calls forget() after the commit, so
// that the cache hears of it.

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "server/auth/token.hpp"
#include "server/domain/permission.hpp"
#include "server/domain/scope.hpp"
#include "server/store/store.hpp"

namespace cardea::server {

/// What a caller without a key or session that is good is told.
Problem unauthorized(std::string detail);

/// An API key as the list of keys shows it.
struct ApiKey {
  ApiKeyId id;
  std::string name;
  std::string hint;  ///< its last four characters
  PermissionSet permissions;
  UnixSeconds created_at;
  std::optional<std::string> created_by = {};
  std::optional<UnixSeconds> expires_at = {};
  std::optional<UnixSeconds> last_used_at = {};
  std::optional<Scope> scope = {};  ///< nothing: the whole workspace
};

/// A key that was just made: the only time that its text exists.
struct NewApiKey {
  ApiKey key;
  std::string text;
};

/// What a new key is to be.
struct ApiKeyOrder {
  std::string name;
  PermissionSet permissions;
  std::optional<std::string> created_by = {};
  std::optional<UnixSeconds> expires_at = {};  ///< nothing: never
  std::optional<Scope> scope = {};             ///< nothing: the whole workspace; check_scope() has seen it
};

/// Inside a transaction of the caller's: the first key of a new workspace, or one that an owner makes.
Task<NewApiKey> make_api_key(Transaction& tx, WorkspaceId workspace, ApiKeyOrder order, UnixSeconds now);
/// Those that are not revoked, oldest first; one that has expired is among them.
Task<std::vector<ApiKey>> read_api_keys(Transaction& tx, WorkspaceId workspace);

class ApiKeys {
 public:
  ApiKeys(Store& store, std::function<UnixSeconds()> now) : store_(&store), now_(std::move(now)) {}

  /// The key of this text from memory; nothing when it was not looked up yet.
  [[nodiscard]] std::optional<Outcome<Principal>> cached(std::string_view text);
  /// 401 `unauthorized` for one that is unknown, revoked or expired.
  Task<Outcome<Principal>> find(std::string text);

  /// With what was noted since it was last stored.
  Task<Outcome<std::vector<ApiKey>>> list(WorkspaceId workspace);
  /// Whoever revokes keys in a transaction of its own calls this after it: no request with them is let in from then on.
  void forget();
  /// Stores when keys were last used. Every half minute or so.
  Task<Outcome<Done>> store_used();

 private:
  struct Known {
    Principal principal;
    std::optional<UnixSeconds> expires_at;
  };
  struct Used {
    WorkspaceId workspace;
    UnixSeconds at;
  };
  struct HashOf {
    std::size_t operator()(const Bytes<32>& digest) const noexcept { return load_be<std::size_t>(digest); }
  };
  Outcome<Principal> use(const Known& known);

  Store* store_;
  std::function<UnixSeconds()> now_;
  std::uint64_t generation_ = 0;  // rises with each revocation
  std::unordered_map<Bytes<32>, Known, HashOf> cache_;
  std::unordered_map<ApiKeyId, Used> used_;
};

}  // namespace cardea::server
