// SPDX-License-Identifier: Apache-2.0
#include "server/auth/api_keys.hpp"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include "core/base/secret.hpp"
#include "server/domain/instant.hpp"

namespace cardea::server {
namespace {

constexpr std::string_view key_prefix = "cardea_";
constexpr std::size_t secret_size_bytes = 32;
constexpr std::size_t key_size_chars = key_prefix.size() + 2 * secret_size_bytes;
constexpr std::size_t cache_size_max = 10'000;

Bytes<32> hash_of(std::string_view text) {
  Bytes<32> hash;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  return hash;
}

Problem unauthorized(std::string detail) { return {401, "unauthorized", std::move(detail), {}, {}}; }

/// `["doors:read","doors:write"]`: names hold nothing that JSON escapes.
std::string json_of(const PermissionSet& permissions) {
  std::string out = "[";
  for (std::size_t i = 1; i < permission_count; ++i) {
    if (!permissions.has(static_cast<Permission>(i))) continue;
    if (out.size() > 1) out += ',';
    out += '"';
    out += name_of(static_cast<Permission>(i));
    out += '"';
  }
  return out + "]";
}

/// What a newer version stored under a name that we do not know is not granted.
PermissionSet permissions_of_json(std::string_view text) {
  PermissionSet set;
  for (std::size_t at = text.find('"'); at != std::string_view::npos; at = text.find('"', at + 1)) {
    const std::size_t end = text.find('"', at + 1);
    if (end == std::string_view::npos) break;
    if (const auto permission = permission_of(text.substr(at + 1, end - at - 1))) set.add(*permission);
    at = end;
  }
  return set;
}

}  // namespace

Task<Outcome<NewApiKey>> make_api_key(Transaction& tx, WorkspaceId workspace, std::string name, PermissionSet permissions) {
  Secret<secret_size_bytes> secret;
  CARDEA_ASSERT(RAND_bytes(secret.mutable_bytes().data(), secret_size_bytes) == 1);
  NewApiKey made;
  made.text = std::string(key_prefix) + hex_of(secret.bytes());
  made.key = {ApiKeyId::make(), std::move(name), made.text.substr(made.text.size() - 4), permissions, now()};
  co_await tx.execute(
      "INSERT INTO api_keys (workspace, api_key, name, hash, hint, permissions, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
      "?7)",
      workspace, made.key.id, made.key.name, hash_of(made.text), made.key.hint, json_of(permissions), made.key.created_at);
  co_return made;
}

Task<Outcome<Principal>> ApiKeys::authenticate(std::string_view authorization) {
  if (authorization.empty()) co_return unauthorized("This needs an API key. Send it as Authorization: Bearer KEY.");
  constexpr std::string_view scheme = "Bearer ";
  const std::string_view text = authorization.starts_with(scheme) ? authorization.substr(scheme.size()) : std::string_view{};
  if (text.size() != key_size_chars || !text.starts_with(key_prefix))
    co_return unauthorized(
        "The Authorization header holds no API key. Send it as Authorization: Bearer KEY, where KEY begins with cardea_.");
  // Found by its hash: what a lookup's time tells is about the hash, and says nothing about the key.
  const Bytes<32> hash = hash_of(text);
  if (const auto cached = cache_.find(hash); cached != cache_.end()) co_return cached->second;
  const std::uint64_t generation = generation_;
  CARDEA_CO_ASSIGN(const Rows rows, co_await store_->read([&](Transaction& tx) -> Task<Outcome<Rows>> {
    co_return co_await tx.execute("SELECT workspace, api_key, permissions FROM api_keys WHERE hash = ?1 AND revoked_at IS NULL",
                                  hash);
  }));
  if (rows.empty())
    co_return unauthorized("This API key is unknown or was revoked. Make a new one, or ask whoever runs the platform.");
  const Row row = rows.front();
  const Principal principal{row.id<WorkspaceId>(0), row.id<ApiKeyId>(1), permissions_of_json(row.text(2))};
  if (cache_.size() >= cache_size_max) cache_.clear();
  if (generation == generation_) cache_.emplace(hash, principal);  // nothing was revoked while we read
  co_return principal;
}

Task<Outcome<std::vector<ApiKey>>> ApiKeys::list(WorkspaceId workspace) {
  co_return co_await store_->read([&](Transaction& tx) -> Task<Outcome<std::vector<ApiKey>>> {
    const Rows rows = co_await tx.execute(
        "SELECT api_key, name, hint, permissions, created_at FROM api_keys WHERE workspace = ?1 AND revoked_at IS NULL "
        "ORDER BY api_key",
        workspace);
    std::vector<ApiKey> keys;
    for (const Row row : rows)
      keys.push_back({row.id<ApiKeyId>(0), row.text(1), row.text(2), permissions_of_json(row.text(3)), row.time(4)});
    co_return keys;
  });
}

Task<Outcome<Done>> ApiKeys::revoke(WorkspaceId workspace, ApiKeyId id) {
  auto outcome = co_await store_->write([&](Transaction& tx) -> Task<Outcome<Done>> {
    const Rows left = co_await tx.execute(
        "SELECT count(*) FROM api_keys WHERE workspace = ?1 AND api_key != ?2 AND revoked_at IS NULL", workspace, id);
    const Rows changed =
        co_await tx.execute("UPDATE api_keys SET revoked_at = ?3 WHERE workspace = ?1 AND api_key = ?2 AND revoked_at IS NULL",
                            workspace, id, now());
    if (changed.changed == 0) co_return not_found("key");
    if (left.front().integer(0) == 0)
      co_return conflict(
          "last_key",
          "This is the workspace's last API key: without it nobody could ever come in again. Make another one first.");
    co_return Done{};
  });
  forget();
  co_return outcome;
}

void ApiKeys::forget() {
  ++generation_;
  cache_.clear();
}

}  // namespace cardea::server
