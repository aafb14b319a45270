// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/api_keys.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/auth/scopes.hpp"
#include "server/usecases/checks.hpp"
#include "server/usecases/events.hpp"

namespace cardea::server::usecases {

namespace {

Task<void> append_key_event(Transaction& tx, Context& context, Principal caller, EventType type, ApiKeyId key) {
  EventFacts facts;
  facts.type = type;
  facts.at = context.now();
  facts.by = caller.by();
  facts.detail = fmt::format(R"({{"key":"{}"}})", key.text());
  co_await append_event(tx, context.keys, caller.workspace, std::move(facts), {}, context.now());
}

/// Whoever can still let others in once `leaving` is gone: another key for ever, or an owner with a password.
Task<Outcome<Done>> keeps_a_way_in(Transaction& tx, WorkspaceId workspace, ApiKeyId leaving) {
  for (const ApiKey& key : co_await read_api_keys(tx, workspace))
    if (key.id != leaving && !key.expires_at && !key.scope && key.permissions.has(Permission::kKeysWrite)) co_return Done{};
  const Rows owners = co_await tx.execute(
      "SELECT 1 FROM operators WHERE workspace = ?1 AND role = 'owner' AND ended_at IS NULL AND accepted_at IS NOT NULL "
      "LIMIT 1",
      workspace);
  if (!owners.empty()) co_return Done{};
  co_return conflict("last_key",
                     "This is the last key that may make keys, and no owner can sign in: without it nobody could ever come in "
                     "again. Make another one first.");
}

Task<Outcome<Done>> revoke_in(Transaction& tx, Context& context, Principal caller, ApiKeyId id) {
  const std::vector<ApiKey> keys = co_await read_api_keys(tx, caller.workspace);
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const ApiKey& key) { return key.id == id; });
  if (found == keys.end()) co_return not_found("key");
  if (found->permissions.has(Permission::kKeysWrite)) CARDEA_CO_TRY(co_await keeps_a_way_in(tx, caller.workspace, id));
  co_await tx.execute("UPDATE api_keys SET revoked_at = ?3 WHERE workspace = ?1 AND api_key = ?2", caller.workspace, id,
                      context.now());
  co_await append_key_event(tx, context, caller, EventType::kKeyRevoked, id);
  co_return Done{};
}

}  // namespace

Task<Outcome<NewApiKey>> create_api_key(Context& context, Principal maker, ApiKeyCreate input) {
  CARDEA_CO_TRY(check_name(input.name, "/name"));
  CARDEA_CO_TRY(may_give(maker, input.permissions));
  if (input.expires_at && *input.expires_at <= context.now()) co_return invalid("/expires_at", "must be in the future");
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<NewApiKey>> {
    if (input.scope) CARDEA_CO_TRY(co_await check_scope(tx, maker.workspace, *input.scope));
    const Rows same = co_await tx.execute(
        "SELECT api_key FROM api_keys WHERE workspace = ?1 AND name = ?2 AND revoked_at IS NULL", maker.workspace, input.name);
    if (!same.empty())
      co_return already_exists(same.front().id<ApiKeyId>(0).text(), "An API key with this name exists. Choose another name.");
    ApiKeyOrder order{input.name, input.permissions, maker.by(), input.expires_at, input.scope};
    NewApiKey made = co_await make_api_key(tx, maker.workspace, std::move(order), context.now());
    co_await append_key_event(tx, context, maker, EventType::kKeyCreated, made.key.id);
    co_return made;
  });
}

Task<Outcome<Done>> revoke_api_key(Context& context, Principal caller, ApiKeyId id) {
  auto revoked = co_await context.store.write([&](Transaction& tx) { return revoke_in(tx, context, caller, id); });
  context.auth.api_keys.forget();
  co_return revoked;
}

}  // namespace cardea::server::usecases
