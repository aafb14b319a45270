// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/api_keys.hpp"

#include <algorithm>

#include "server/usecases/checks.hpp"

namespace cardea::server::usecases {

Task<Outcome<NewApiKey>> create_api_key(Context& context, Principal maker, std::string name, PermissionSet permissions) {
  CARDEA_CO_TRY(check_name(name, "/name"));
  CARDEA_CO_TRY(may_give(maker, permissions));
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<NewApiKey>> {
    const Rows same = co_await tx.execute(
        "SELECT api_key FROM api_keys WHERE workspace = ?1 AND name = ?2 AND revoked_at IS NULL", maker.workspace, name);
    if (!same.empty())
      co_return already_exists(same.front().id<ApiKeyId>(0).text(), "An API key with this name exists. Choose another name.");
    co_return co_await make_api_key(tx, maker.workspace, name, permissions);
  });
}

Task<Outcome<Done>> revoke_api_key(Context& context, WorkspaceId workspace, ApiKeyId id) {
  CARDEA_CO_ASSIGN(const auto keys, co_await context.api_keys.list(workspace));
  const auto may_make_keys = [](const ApiKey& key) { return key.permissions.has(Permission::kKeysWrite); };
  const auto found = std::find_if(keys.begin(), keys.end(), [&](const ApiKey& key) { return key.id == id; });
  const bool is_last = std::count_if(keys.begin(), keys.end(), may_make_keys) == 1;
  if (found != keys.end() && may_make_keys(*found) && is_last)
    co_return conflict("last_key", "This is the last key that may make keys. Make another one first.");
  co_return co_await context.api_keys.revoke(workspace, id);
}

}  // namespace cardea::server::usecases
