// SPDX-License-Identifier: Apache-2.0
#include "server/api/testing/image_routes.hpp"

#include "server/api/internal/route.hpp"
#include "server/json/json.hpp"
#include "server/usecases/campaign_course.hpp"

namespace cardea::server::api::testing {
namespace {

struct ReportBody {
  LockRef lock_id;
  std::string digest;
  std::uint8_t state = 0;
  std::uint32_t standing_bytes = 0;
  std::uint8_t status = 0;
};
BOOST_DESCRIBE_STRUCT(ReportBody, (), (lock_id, digest, state, standing_bytes, status))

/// A lock's *image*, as server/link takes it in.
Task<Outcome<Response>> take_report(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const ReportBody body, read_body<ReportBody>(request));
  update::Report report{{}, static_cast<update::ImageState>(body.state), body.standing_bytes, static_cast<Status>(body.status)};
  CARDEA_ASSERT(parse_hex(body.digest, report.digest) == Status::kOk);
  const LockName lock = usecases::lock_name(request.principal.workspace, body.lock_id);
  CARDEA_CO_TRY(co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    co_await usecases::image_reported(tx, context.keys, lock, report, context.now());
    co_return Done{};
  }));
  co_return http::no_content();
}

/// What the lock would be offered now: its campaign, or null; or for how long nothing.
Task<Outcome<Response>> show_desired(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const LockRef id, request.id_of<LockRef>("lock_id"));
  CARDEA_CO_ASSIGN(const auto desired,
                   co_await context.store.read([&](Transaction& tx) -> Task<Outcome<std::optional<usecases::DesiredImage>>> {
                     co_return co_await usecases::image_for(tx, usecases::lock_name(request.principal.workspace, id),
                                                            context.now());
                   }));
  if (!desired) co_return answer(200, {{"campaign", nullptr}});
  co_return answer(200, {{"campaign", desired->campaign.text()}, {"wait_s", json::value_of(desired->wait_s)}});
}

}  // namespace

void add_image_routes(http::Router& router, Context& context) {
  add(router, context, Method::kPost, "/v1/test/reports", Permission::kLocksRead, Reach::kWorkspace, take_report);
  add(router, context, Method::kGet, "/v1/test/desired/{lock_id}", Permission::kLocksRead, Reach::kWorkspace, show_desired);
}

}  // namespace cardea::server::api::testing
