// SPDX-License-Identifier: Apache-2.0
#include "server/auth/api_keys.hpp"

#include <algorithm>

#include "server/auth/scopes.hpp"

namespace cardea::server {
namespace {

constexpr std::size_t cache_size_max = 10'000;

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

Problem unauthorized(std::string detail) { return {401, "unauthorized", std::move(detail), {}, {}}; }

Task<NewApiKey> make_api_key(Transaction& tx, WorkspaceId workspace, ApiKeyOrder order, UnixSeconds now) {
  const Token token = make_token(api_key_prefix);
  NewApiKey made;
  made.text = token.text;
  made.key = {ApiKeyId::make(),
              std::move(order.name),
              made.text.substr(made.text.size() - 4),
              order.permissions,
              now,
              std::move(order.created_by),
              order.expires_at,
              std::nullopt,
              std::move(order.scope)};
  co_await tx.execute(
      "INSERT INTO api_keys (workspace, api_key, name, hash, hint, permissions, created_at, created_by, expires_at, "
      "is_limited) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      workspace, made.key.id, made.key.name, token.hash, made.key.hint, json_of(order.permissions), now, made.key.created_by,
      made.key.expires_at, made.key.scope.has_value());
  co_await write_scope(tx, workspace, made.key.id.text(), made.key.scope);
  co_return made;
}

Task<std::vector<ApiKey>> read_api_keys(Transaction& tx, WorkspaceId workspace) {
  const Rows rows = co_await tx.execute(
      "SELECT api_key, name, hint, permissions, created_at, created_by, expires_at, last_used_at, is_limited FROM api_keys "
      "WHERE workspace = ?1 AND revoked_at IS NULL ORDER BY api_key",
      workspace);
  std::vector<ApiKey> keys;
  for (const Row row : rows) {
    keys.push_back({row.id<ApiKeyId>(0), row.text(1), row.text(2), permissions_of_json(row.text(3)), row.time(4),
                    row.maybe(5, &Row::text), row.maybe(6, &Row::time), row.maybe(7, &Row::time)});
    if (row.boolean(8)) keys.back().scope = co_await read_scope(tx, workspace, keys.back().id.text());
  }
  co_return keys;
}

Outcome<Principal> ApiKeys::use(const Known& known) {
  const UnixSeconds now = now_();
  if (known.expires_at && *known.expires_at <= now)
    return unauthorized("This API key has expired. Make a new one, or ask whoever runs the platform.");
  used_[std::get<ApiKeyId>(known.principal.actor)] = {known.principal.workspace, now};
  return known.principal;
}

std::optional<Outcome<Principal>> ApiKeys::cached(std::string_view text) {
  const auto found = cache_.find(hash_of_token(text));
  if (found == cache_.end()) return std::nullopt;
  return use(found->second);
}

Task<Outcome<Principal>> ApiKeys::find(std::string text) {
  const Bytes<32> hash = hash_of_token(text);
  const std::uint64_t generation = generation_;
  CARDEA_CO_ASSIGN(const Rows rows, co_await store_->read([&](Transaction& tx) -> Task<Outcome<Rows>> {
    co_return co_await tx.execute(
        "SELECT workspace, api_key, permissions, expires_at, is_limited FROM api_keys WHERE hash = ?1 AND revoked_at IS NULL",
        hash);
  }));
  if (rows.empty())
    co_return unauthorized("This API key is unknown or was revoked. Make a new one, or ask whoever runs the platform.");
  const Row row = rows.front();
  const Known known{
      {row.id<WorkspaceId>(0), row.id<ApiKeyId>(1), permissions_of_json(row.text(2)), std::nullopt, row.boolean(4)},
      row.maybe(3, &Row::time)};
  if (cache_.size() >= cache_size_max) cache_.clear();
  if (generation == generation_) cache_.emplace(hash, known);  // nothing was revoked while we read
  co_return use(known);
}

Task<Outcome<std::vector<ApiKey>>> ApiKeys::list(WorkspaceId workspace) {
  CARDEA_CO_ASSIGN(std::vector<ApiKey> keys, co_await store_->read([&](Transaction& tx) -> Task<Outcome<std::vector<ApiKey>>> {
    co_return co_await read_api_keys(tx, workspace);
  }));
  for (ApiKey& key : keys)
    if (const auto used = used_.find(key.id); used != used_.end()) key.last_used_at = used->second.at;
  co_return keys;
}

void ApiKeys::forget() {
  ++generation_;
  cache_.clear();
}

Task<Outcome<Done>> ApiKeys::store_used() {
  const auto noted = std::exchange(used_, {});
  if (noted.empty()) co_return Done{};
  auto stored = co_await store_->write([&](Transaction& tx) -> Task<Outcome<Done>> {
    for (const auto& [key, used] : noted)
      co_await tx.execute(
          "UPDATE api_keys SET last_used_at = MAX(COALESCE(last_used_at, 0), ?3) WHERE workspace = ?1 AND api_key = ?2",
          used.workspace, key, used.at);
    co_return Done{};
  });
  if (!stored) used_.insert(noted.begin(), noted.end());  // what was noted meanwhile is newer and stays
  co_return stored;
}

}  // namespace cardea::server
