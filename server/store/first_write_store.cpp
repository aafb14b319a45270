// SPDX-License-Identifier: Apache-2.0
#include "server/store/first_write_store.hpp"

namespace cardea::server {

Task<std::optional<Problem>> FirstWriteStore::run_body(const Body& body, Access access) {
  // What the use case returns stays in the body's own hands; here counts only whether it wants to be committed.
  bool rolled_back = false;
  const Change plain = [&](Transaction& tx) -> Task<Outcome<Done>> {
    rolled_back = false;
    const bool wants_commit = co_await body(tx);
    rolled_back = !wants_commit;
    if (rolled_back) co_return Problem{};
    co_return Done{};
  };
  const auto first = [&](Transaction& tx) -> Task<Outcome<Done>> {
    rolled_back = false;
    co_return co_await first_write(tx, plain);
  };
  Outcome<Done> outcome = Done{};
  if (access == Access::kRead)
    outcome = co_await behind_.read(plain);
  else if (has_effect_)
    outcome = co_await behind_.write(plain);
  else
    outcome = co_await behind_.write(first);
  if (access == Access::kWrite && outcome.ok()) has_effect_ = true;
  if (outcome.ok() || rolled_back) co_return std::nullopt;
  co_return outcome.error();
}

}  // namespace cardea::server
