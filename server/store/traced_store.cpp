// SPDX-License-Identifier: Apache-2.0
#include "server/store/traced_store.hpp"

namespace cardea::server {

namespace {

/// Bodies of several requests may share one transaction, one after the other.
class Traced {
 public:
  Traced(Transaction& tx, const std::string& trace) : tx_(tx), before_(tx.trace()) { tx_.set_trace(trace); }
  Traced(const Traced&) = delete;
  Traced& operator=(const Traced&) = delete;
  ~Traced() { tx_.set_trace(std::move(before_)); }

 private:
  Transaction& tx_;
  std::string before_;
};

}  // namespace

Task<std::optional<Problem>> TracedStore::run_body(const Body& body, Access access) {
  // What the use case returns stays in the body's own hands; here counts only whether it wants to be committed.
  bool rolled_back = false;
  const auto plain = [&](Transaction& tx) -> Task<Outcome<Done>> {
    const Traced traced(tx, trace_);
    rolled_back = !co_await body(tx);
    if (rolled_back) co_return Problem{};
    co_return Done{};
  };
  Outcome<Done> outcome = Done{};
  if (access == Access::kRead)
    outcome = co_await behind_.read(plain);
  else
    outcome = co_await behind_.write(plain);
  if (outcome.ok() || rolled_back) co_return std::nullopt;
  co_return outcome.error();
}

}  // namespace cardea::server
