// SPDX-License-Identifier: Apache-2.0
#pragma once
// Idempotency keys: a request that is sent again does nothing again and gets its first answer again.
//
// What holds, whatever crashes: a request with a key takes effect at most once within 24 hours. Its row is written in the
// transaction of its first effect, so there is never one without the other; its answer is added right after, before it is
// sent. A crash between the two leaves a row without an answer: then the effect is there, and the one who asks again is told
// that its answer is lost, and does not get a second effect. A request that had no effect leaves a row only with its answer.

#include <optional>
#include <string>

#include "server/store/first_write_store.hpp"
#include "server/usecases/context.hpp"

namespace cardea::server::usecases {

inline constexpr std::uint64_t idempotency_key_life_s = 24 * 3'600;

/// One request with a key: whose, under which key, and what it asks.
struct KeyedRequest {
  WorkspaceId workspace;
  std::string caller;   ///< Principal::by()
  Bytes<32> key{};      ///< SHA-256 of the key
  Bytes<32> request{};  ///< SHA-256 of all that the effect depends on
};

/// What is known of a key.
struct KnownAnswer {
  bool same_request = false;
  std::optional<std::string> answer;  ///< nothing: the effect is there, its answer was lost
};

Task<Outcome<std::optional<KnownAnswer>>> find_answer(Context& context, KeyedRequest request);
/// Adds the answer to the row of the effect, or makes the row when there was none.
Task<Outcome<Done>> keep_answer(Context& context, KeyedRequest request, bool has_effect, std::string answer);
/// What the keys of `caller` keep is given to nobody again, and nothing is done again: whoever asks hears that it was lost.
Task<void> forget_answers(Transaction& tx, WorkspaceId workspace, std::string caller);
Task<void> delete_expired_keys(Transaction& tx, UnixSeconds now);

/// The store as the use case of one keyed request sees it: the first transaction that commits carries the key's row with it.
/// Fails with 409 `idempotency_key_in_use` when another one came first. Lives as long as the request.
class KeyedStore final : public FirstWriteStore {
 public:
  KeyedStore(Context& context, KeyedRequest request)
      : FirstWriteStore(context.store), context_(context), request_(std::move(request)) {}

 protected:
  Task<Outcome<Done>> first_write(Transaction& tx, const Change& change) override;

 private:
  Context& context_;
  KeyedRequest request_;
};

/// 409: the first request with this key has not been answered yet.
Problem idempotency_key_in_use();

}  // namespace cardea::server::usecases
