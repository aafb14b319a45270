// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/idempotency.hpp"

#include <algorithm>

#include "core/base/text.hpp"

namespace cardea::server::usecases {

namespace {

std::string place_of(const KeyedRequest& request, std::string_view column) {
  return "idempotency_keys/" + request.caller + "/" + hex_of(request.key) + "/" + std::string(column);
}

Blob sealed(KeyStore& keys, const KeyedRequest& request, std::string_view column, ByteSpan plain) {
  const std::string place = place_of(request, column);
  return must(keys.seal_row(request.workspace.bytes, bytes_of(place), plain));
}

Blob opened(KeyStore& keys, const KeyedRequest& request, std::string_view column, ByteSpan blob) {
  const std::string place = place_of(request, column);
  return must(keys.open_row(request.workspace.bytes, bytes_of(place), blob));
}

/// False when the key has a row already.
Task<bool> insert_row(Transaction& tx, Context& context, const KeyedRequest& request, std::optional<Blob> answer) {
  const UnixSeconds now = context.now();
  co_await tx.execute(
      "DELETE FROM idempotency_keys WHERE workspace = ?1 AND caller = ?2 AND idempotency_key = ?3 AND expires_at <= ?4",
      request.workspace, request.caller, request.key, now);
  const Blob asked = sealed(context.keys, request, "request", request.request);
  const Rows inserted = co_await tx.execute(
      "INSERT INTO idempotency_keys (workspace, caller, idempotency_key, request_sealed, answer_sealed, expires_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING",
      request.workspace, request.caller, request.key, asked, answer, UnixSeconds{now.value + idempotency_key_life_s});
  co_return inserted.changed == 1;
}

}  // namespace

Problem idempotency_key_in_use() {
  return conflict("idempotency_key_in_use",
                  "The first request with this Idempotency-Key is still being worked on. Send it again in a moment.");
}

Task<Outcome<std::optional<KnownAnswer>>> find_answer(Context& context, KeyedRequest request) {
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<std::optional<KnownAnswer>>> {
    const Rows rows = co_await tx.execute(
        "SELECT request_sealed, answer_sealed FROM idempotency_keys "
        "WHERE workspace = ?1 AND caller = ?2 AND idempotency_key = ?3 AND expires_at > ?4",
        request.workspace, request.caller, request.key, context.now());
    if (rows.empty()) co_return std::optional<KnownAnswer>{};
    KnownAnswer known;
    known.same_request = std::ranges::equal(opened(context.keys, request, "request", rows.front().blob(0)), request.request);
    if (known.same_request && !rows.front().is_null(1)) {
      const Blob answer = opened(context.keys, request, "answer", rows.front().blob(1));
      known.answer.emplace(answer.begin(), answer.end());
    }
    co_return std::optional(std::move(known));
  });
}

Task<Outcome<Done>> keep_answer(Context& context, KeyedRequest request, bool has_effect, std::string answer) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    const Blob blob = sealed(context.keys, request, "answer", bytes_of(answer));
    if (!has_effect) {
      const bool inserted = co_await insert_row(tx, context, request, blob);
      if (!inserted) co_return idempotency_key_in_use();
    } else {
      co_await tx.execute(
          "UPDATE idempotency_keys SET answer_sealed = ?4 WHERE workspace = ?1 AND caller = ?2 AND idempotency_key = ?3",
          request.workspace, request.caller, request.key, blob);
    }
    co_return Done{};
  });
}

Task<void> forget_answers(Transaction& tx, WorkspaceId workspace, std::string caller) {
  co_await tx.execute("UPDATE idempotency_keys SET answer_sealed = NULL WHERE workspace = ?1 AND caller = ?2", workspace,
                      caller);
}

Task<void> delete_expired_keys(Transaction& tx, UnixSeconds now) {
  co_await tx.execute("DELETE FROM idempotency_keys WHERE expires_at <= ?1", now);
}

Task<Outcome<Done>> KeyedStore::first_write(Transaction& tx, const Change& change) {
  CARDEA_CO_TRY(co_await change(tx));
  const bool inserted = co_await insert_row(tx, context_, request_, std::nullopt);
  if (!inserted) co_return idempotency_key_in_use();
  co_return Done{};
}

}  // namespace cardea::server::usecases
