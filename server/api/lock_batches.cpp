// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/lock_batches.hpp"

#include "server/api/internal/route.hpp"

namespace cardea::server::api {

namespace {

json::Any view_of(const usecases::LockBatch& batch) {
  return {{"id", batch.id.text()},
          {"vendor", hex_of(batch.hardware.vendor)},
          {"device_class", hex_of(batch.hardware.device_class)},
          {"maker", batch.maker.empty() ? json::Any(nullptr) : json::Any(batch.maker)},
          {"lock_count", batch.lock_count},
          {"created_at", server::text_of(batch.created_at)},
          {"created_by", batch.created_by}};
}

Task<Outcome<Response>> list_batches(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto batches, co_await usecases::list_lock_batches(context, request.principal.workspace, page));
  co_return answer(200, view_of_page(batches, [](const usecases::LockBatch& batch) { return view_of(batch); }));
}

Task<Outcome<Response>> add_batch(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request, true));
  if (request.header("content-type") != "application/octet-stream")
    co_return Problem{
        415, "unsupported_media_type", "A batch is sent as application/octet-stream, its bytes as they are.", {}, {}};
  const ByteSpan bytes{reinterpret_cast<const std::uint8_t*>(request.body.data()), request.body.size()};
  CARDEA_CO_ASSIGN(const auto batch, co_await usecases::add_lock_batch(context, request.principal, bytes));
  co_return answer(201, view_of(batch));
}

Task<Outcome<Response>> remove_batch(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const LockBatchId id, request.id_of<LockBatchId>("batch_id"));
  CARDEA_CO_TRY(co_await usecases::remove_lock_batch(context, request.principal, id));
  co_return http::no_content();
}

}  // namespace

void add_lock_batches(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/lock-batches", Permission::kFirmwareRead, Reach::kEverybody, list_batches);
  add(router, context, Method::kPost, "/v1/lock-batches", Permission::kFirmwareWrite, Reach::kWorkspace, add_batch,
      {.body_size_bytes_max = usecases::lock_batch_size_bytes_max});
  add(router, context, Method::kDelete, "/v1/lock-batches/{batch_id}", Permission::kFirmwareWrite, Reach::kWorkspace,
      remove_batch);
}

}  // namespace cardea::server::api
