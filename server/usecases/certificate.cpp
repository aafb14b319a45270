// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/certificate.hpp"

#include <fmt/format.h>

#include "server/json/json.hpp"
#include "server/usecases/events.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::uint64_t day_s = 86'400;
constexpr std::uint64_t stages_days[] = {1, 7, 21};

/// The stage that a certificate is in; nothing while its end is far.
std::optional<std::uint64_t> stage_of(ServedCertificate served, UnixSeconds now) {
  const std::uint64_t left_s = served.ends_at.value - std::min(served.ends_at.value, now.value);
  const std::uint64_t life_s = served.ends_at.value - std::min(served.ends_at.value, served.starts_at.value);
  for (const std::uint64_t days : stages_days)
    if (left_s <= days * day_s && days * day_s <= life_s / 3) return days;
  return std::nullopt;
}

struct Told {
  std::string ends_at;
  std::int64_t days = 0;
};

Task<Rows> newest_of(Transaction& tx, WorkspaceId workspace, EventType type) {
  co_return co_await tx.execute(
      "SELECT position, header FROM events WHERE workspace = ?1 AND type = ?2 ORDER BY position DESC LIMIT 1", workspace,
      name_of(type));
}

/// What the workspace was told last, unless the certificate was renewed since.
Task<std::optional<Told>> told_last(Transaction& tx, WorkspaceId workspace) {
  const Rows ending = co_await newest_of(tx, workspace, EventType::kPlatformCertificateEnding);
  if (ending.empty()) co_return std::nullopt;
  const Rows renewed = co_await newest_of(tx, workspace, EventType::kPlatformCertificateRenewed);
  if (!renewed.empty() && renewed.front().integer(0) > ending.front().integer(0)) co_return std::nullopt;
  const auto header = json::parse(ending.front().text(1));
  if (!header) throw std::runtime_error("a stored event's header does not read");
  const json::Any& detail = header->at("detail");
  co_return Told{std::string(detail.at("ends_at").as_string()), detail.at("days").as_int64()};
}

Task<void> tell(Transaction& tx, Context& context, WorkspaceId workspace, EventType type, std::string detail) {
  EventFacts facts;
  facts.type = type;
  facts.at = context.now();
  facts.detail = std::move(detail);
  co_await append_event(tx, context.keys, workspace, std::move(facts), {}, context.now());
}

Task<void> look(Transaction& tx, Context& context, WorkspaceId workspace, ServedCertificate served) {
  const auto stage = stage_of(served, context.now());
  const auto told = co_await told_last(tx, workspace);
  const std::string ends_at = text_of(served.ends_at);
  if (!stage) {
    if (told && told->ends_at != ends_at)
      co_await tell(tx, context, workspace, EventType::kPlatformCertificateRenewed,
                    fmt::format(R"({{"ends_at":"{}"}})", ends_at));
    co_return;
  }
  if (told && told->ends_at == ends_at && std::cmp_less_equal(told->days, *stage)) co_return;
  co_await tell(tx, context, workspace, EventType::kPlatformCertificateEnding,
                fmt::format(R"({{"days":{},"ends_at":"{}"}})", *stage, ends_at));
}

}  // namespace

Task<Outcome<Done>> watch_certificate(Context& context, ServedCertificate served) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    const Rows rows = co_await tx.execute("SELECT workspace FROM workspaces");
    for (const Row row : rows) co_await look(tx, context, row.id<WorkspaceId>(0), served);
    co_return Done{};
  });
}

}  // namespace cardea::server::usecases
