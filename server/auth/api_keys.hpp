// SPDX-License-Identifier: Apache-2.0
#pragma once
// API keys: "cardea_" and 64 hex digits, 256 random bits. The database has their SHA-256 only: there is nothing to guess in
// 256 bits, so no slow hash is needed. Who holds which is cached; revoke through here, so that the cache hears of it.

#include <string>
#include <string_view>
#include <unordered_map>

#include "server/http/router.hpp"
#include "server/store/store.hpp"

namespace cardea::server {

/// An API key as the list of keys shows it.
struct ApiKey {
  ApiKeyId id;
  std::string name;
  std::string hint;  ///< its last four characters
  PermissionSet permissions;
  UnixSeconds created_at;
};

/// A key that was just made: the only time that its text exists.
struct NewApiKey {
  ApiKey key;
  std::string text;
};

/// Inside a transaction of the caller's: the first key of a new workspace, or one that an owner makes.
Task<Outcome<NewApiKey>> make_api_key(Transaction& tx, WorkspaceId workspace, std::string name, PermissionSet permissions);

class ApiKeys final : public http::Authenticator {
 public:
  explicit ApiKeys(Store& store) : store_(&store) {}

  /// "Bearer cardea_…". 401 `unauthorized` for anything else.
  Task<Outcome<Principal>> authenticate(std::string_view authorization) override;

  Task<Outcome<std::vector<ApiKey>>> list(WorkspaceId workspace);
  /// 404 `key_not_found` for a key that is not of this workspace, 409 `last_key` for its last one. After this no request with
  /// it is let in.
  Task<Outcome<Done>> revoke(WorkspaceId workspace, ApiKeyId id);

  /// Whoever revokes keys in a transaction of its own calls this after it.
  void forget();

 private:
  Store* store_;
  std::uint64_t generation_ = 0;  // rises with each revocation
  struct HashOf {
    std::size_t operator()(const Bytes<32>& digest) const noexcept { return load_be<std::size_t>(digest); }
  };
  std::unordered_map<Bytes<32>, Principal, HashOf> cache_;
};

}  // namespace cardea::server
