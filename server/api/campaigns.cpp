// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/campaigns.hpp"

#include <fmt/format.h>

#include "server/api/internal/route.hpp"

namespace cardea::server::api {

namespace {

struct WindowBody {
  std::string from;
  std::string to;
};
BOOST_DESCRIBE_STRUCT(WindowBody, (), (from, to))

struct RingBody {
  std::string name;
  std::optional<std::vector<LockRef>> lock_ids;
  std::optional<std::uint32_t> percent;
  std::optional<std::uint32_t> soak_s;
  std::optional<std::uint32_t> failures_max;
  std::optional<std::uint32_t> failures_percent_max;
};
BOOST_DESCRIBE_STRUCT(RingBody, (), (name, lock_ids, percent, soak_s, failures_max, failures_percent_max))

struct CampaignBody {
  std::string name;
  FirmwareImageId image_id;
  std::optional<std::vector<LockRef>> lock_ids;
  std::optional<std::vector<SiteId>> site_ids;
  std::vector<RingBody> rings;
  std::optional<std::uint32_t> patience_s;
  std::optional<WindowBody> window;
  std::optional<bool> start;
};
BOOST_DESCRIBE_STRUCT(CampaignBody, (), (name, image_id, lock_ids, site_ids, rings, patience_s, window, start))

/// "23:30" as minutes of the day.
Outcome<std::uint32_t> minute_of(const std::string& text, const std::string& pointer) {
  const auto digit = [&](std::size_t at) { return static_cast<std::uint32_t>(text[at] - '0'); };
  const bool is_time = text.size() == 5 && text[2] == ':' && text.find_first_not_of("0123456789:") == text.npos &&
                       text.find(':', 3) == text.npos && text.find(':') == 2;
  if (!is_time || digit(0) * 10 + digit(1) > 23 || digit(3) > 5)
    return invalid(pointer, "is no time of the day, such as 23:30");
  return (digit(0) * 10 + digit(1)) * 60 + digit(3) * 10 + digit(4);
}

Outcome<usecases::CampaignOrder> order_of(CampaignBody input) {
  usecases::CampaignOrder order;
  order.name = std::move(input.name);
  order.image = input.image_id;
  order.locks = std::move(input.lock_ids);
  order.sites = std::move(input.site_ids);
  for (RingBody& ring : input.rings)
    order.rings.push_back({std::move(ring.name), std::move(ring.lock_ids), ring.percent, ring.soak_s.value_or(0),
                           ring.failures_max.value_or(0), ring.failures_percent_max});
  order.patience_s = input.patience_s.value_or(usecases::patience_s_default);
  order.starts = input.start.value_or(false);
  if (!input.window) return order;
  const auto from = minute_of(input.window->from, "/window/from");
  if (!from) return from.error();
  const auto to = minute_of(input.window->to, "/window/to");
  if (!to) return to.error();
  order.window = {*from, *to};
  return order;
}

json::Any view_of(const std::optional<usecases::DayWindow>& window) {
  if (!window) return nullptr;
  const auto text = [](std::uint32_t minute) { return fmt::format("{:02}:{:02}", minute / 60, minute % 60); };
  return {{"from", text(window->from)}, {"to", text(window->to)}};
}

json::Any counts_of(const std::uint32_t (&counts)[usecases::update_state_count]) {
  boost::json::object view;
  for (std::size_t i = 0; i < usecases::update_state_count; ++i)
    view[usecases::name_of(static_cast<usecases::UpdateState>(i))] = counts[i];
  return view;
}

json::Any view_of(const usecases::Ring& ring) {
  return {{"name", ring.name},
          {"soak_s", ring.soak_s},
          {"failures_max", ring.failures_max},
          {"begun_at", json::value_of(ring.begun_at)},
          {"done_at", json::value_of(ring.done_at)},
          {"locks", counts_of(ring.counts)}};
}

json::Any view_of(const usecases::Campaign& campaign) {
  std::uint32_t total[usecases::update_state_count]{};
  boost::json::array rings;
  for (const usecases::Ring& ring : campaign.rings) {
    for (std::size_t i = 0; i < usecases::update_state_count; ++i) total[i] += ring.counts[i];
    rings.push_back(view_of(ring));
  }
  return {
      {"id", campaign.id.text()},
      {"name", campaign.name},
      {"state", usecases::name_of(campaign.state)},
      {"halted_for", campaign.halted_for.empty() ? json::Any(nullptr) : json::Any(campaign.halted_for)},
      {"image",
       {{"id", campaign.image.text()}, {"version", usecases::text_of(campaign.version)}, {"size_bytes", campaign.size_bytes}}},
      {"ring", campaign.ring},
      {"rings", std::move(rings)},
      {"locks", counts_of(total)},
      {"patience_s", campaign.patience_s},
      {"window", view_of(campaign.window)},
      {"created_at", text_of(campaign.created_at)},
      {"created_by", campaign.created_by},
      {"ended_at", json::value_of(campaign.ended_at)}};
}

json::Any view_of(const usecases::CampaignLock& lock) {
  const bool refused = lock.state == usecases::UpdateState::kRefused;
  return {{"lock_id", lock.lock.text()},
          {"door_id", lock.door.text()},
          {"ring", lock.ring},
          {"state", usecases::name_of(lock.state)},
          {"standing_bytes", lock.standing_bytes},
          {"refused_for", refused ? json::Any(cardea::name_of(lock.status)) : json::Any(nullptr)},
          {"firmware", lock.firmware.empty() ? json::Any(nullptr) : json::Any(lock.firmware)},
          {"changed_at", text_of(lock.changed_at)},
          {"last_seen_at", json::value_of(lock.seen_at)}};
}

Task<Outcome<Response>> list_campaigns(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor", "state"}));
  const auto page = query.page();
  std::optional<usecases::CampaignState> state;
  if (const auto name = query.text("state")) {
    state = usecases::campaign_state_of(*name);
    if (!state) query.complain("state", "is none of: draft, running, paused, halted, done, cancelled");
  }
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto campaigns, co_await usecases::list_campaigns(context, request.principal, state, page));
  co_return answer(200, view_of_page(campaigns, [](const usecases::Campaign& campaign) { return view_of(campaign); }));
}

Task<Outcome<Response>> create_campaign(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(CampaignBody input, read_body<CampaignBody>(request));
  CARDEA_CO_ASSIGN(usecases::CampaignOrder order, order_of(std::move(input)));
  CARDEA_CO_ASSIGN(const auto campaign, co_await usecases::create_campaign(context, request.principal, std::move(order)));
  co_return answer(201, view_of(campaign));
}

Task<Outcome<Response>> get_campaign(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const CampaignId id, request.id_of<CampaignId>("campaign_id"));
  CARDEA_CO_ASSIGN(const auto campaign, co_await usecases::find_campaign(context, request.principal, id));
  co_return answer(200, view_of(campaign));
}

Task<Outcome<Response>> list_campaign_locks(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const CampaignId id, request.id_of<CampaignId>("campaign_id"));
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor", "state"}));
  const auto page = query.page();
  std::optional<usecases::UpdateState> state;
  if (const auto name = query.text("state")) {
    state = usecases::update_state_of(*name);
    if (!state)
      query.complain("state",
                     "is none of: waiting, offered, arriving, waiting_for_start, on_trial, confirmed, refused, silent");
  }
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto locks, co_await usecases::list_campaign_locks(context, request.principal, id, state, page));
  co_return answer(200, view_of_page(locks, [](const usecases::CampaignLock& lock) { return view_of(lock); }));
}

template <auto change>
Task<Outcome<Response>> change_campaign(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const CampaignId id, request.id_of<CampaignId>("campaign_id"));
  CARDEA_CO_ASSIGN(const auto campaign, co_await change(context, request.principal, id));
  co_return answer(200, view_of(campaign));
}

}  // namespace

void add_campaigns(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/firmware-campaigns", Permission::kFirmwareRead, Reach::kPlaces, list_campaigns);
  add(router, context, Method::kPost, "/v1/firmware-campaigns", Permission::kCampaignsWrite, Reach::kPlaces, create_campaign);
  add(router, context, Method::kGet, "/v1/firmware-campaigns/{campaign_id}", Permission::kFirmwareRead, Reach::kPlaces,
      get_campaign);
  add(router, context, Method::kGet, "/v1/firmware-campaigns/{campaign_id}/locks", Permission::kFirmwareRead, Reach::kPlaces,
      list_campaign_locks);
  add(router, context, Method::kPost, "/v1/firmware-campaigns/{campaign_id}/pause", Permission::kCampaignsWrite, Reach::kPlaces,
      change_campaign<usecases::pause_campaign>);
  add(router, context, Method::kPost, "/v1/firmware-campaigns/{campaign_id}/resume", Permission::kCampaignsWrite,
      Reach::kPlaces, change_campaign<usecases::resume_campaign>);
  add(router, context, Method::kPost, "/v1/firmware-campaigns/{campaign_id}/cancel", Permission::kCampaignsWrite,
      Reach::kPlaces, change_campaign<usecases::cancel_campaign>);
}

}  // namespace cardea::server::api
