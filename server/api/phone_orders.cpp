// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/phone_orders.hpp"

#include <algorithm>

#include "server/api/internal/languages.hpp"
#include "server/api/internal/route.hpp"
#include "server/usecases/phone_events.hpp"
#include "server/usecases/shares.hpp"

namespace cardea::server::api {

namespace {

/// A year past this is no clock's.
constexpr std::uint64_t at_max = 253'402'300'799;  // 9999-12-31T23:59:59Z
constexpr std::string_view mac_header = "cardea-phone-mac";

struct PlainOrder {
  PhoneId phone_id;
  std::uint64_t at;
};
BOOST_DESCRIBE_STRUCT(PlainOrder, (), (phone_id, at))

struct UnlockOrder {
  PhoneId phone_id;
  std::uint64_t at;
  DoorId door_id;
  std::string attempt;
};
BOOST_DESCRIBE_STRUCT(UnlockOrder, (), (phone_id, at, door_id, attempt))

struct ShareOrder {
  PhoneId phone_id;
  std::uint64_t at;
  std::vector<DoorId> door_ids;
  std::optional<UnixSeconds> from;
  UnixSeconds until;
  std::string name;
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::optional<std::string> language;
};
BOOST_DESCRIBE_STRUCT(ShareOrder, (), (phone_id, at, door_ids, from, until, name, email, phone, language))

struct EndShareOrder {
  PhoneId phone_id;
  std::uint64_t at;
  GrantId share_id;
};
BOOST_DESCRIBE_STRUCT(EndShareOrder, (), (phone_id, at, share_id))

struct EventsOrder {
  PhoneId phone_id;
  std::uint64_t at;
  std::optional<DoorId> door_id;
  std::optional<std::uint64_t> before;
};
BOOST_DESCRIBE_STRUCT(EventsOrder, (), (phone_id, at, door_id, before))

struct EndPhoneOrder {
  PhoneId phone_id;
  std::uint64_t at;
  PhoneId ended_phone_id;
  std::optional<bool> lost;
};
BOOST_DESCRIBE_STRUCT(EndPhoneOrder, (), (phone_id, at, ended_phone_id, lost))

/// What every order has. A header that is no mac is the mac of nothing: phone_refused.
template <class Body>
Outcome<usecases::PhoneOrder> order_of(const Request& request, const Body& body) {
  if (body.at > at_max) return invalid("/at", "must be unix seconds before the year 10000");
  usecases::PhoneOrder order;
  order.phone = body.phone_id;
  order.at = {body.at};
  order.path = request.path;
  order.body = request.body;
  order.address = request.peer;
  if (parse_hex(request.header(mac_header), order.mac) != Status::kOk) order.mac.fill(0);
  return order;
}

// --- Keys ---

json::Any view_of(const usecases::PhoneKey& key, UnixSeconds now) {
  const auto reason = key.unlock_reason.empty() ? json::Any(nullptr) : json::Any(key.unlock_reason);
  return {{"door_id", key.door.text()},
          {"name", key.name},
          {"zone", key.zone},
          {"grant_id", key.grant.id.text()},
          {"credential_id", key.credential ? json::Any(key.credential->text()) : json::Any(nullptr)},
          {"state", key.grant.state_at(now)},
          {"from", text_of(key.grant.from)},
          {"to", json::value_of(key.grant.to)},
          {"own", key.is_own},
          {"may_share", key.grant.may_share},
          {"shared", key.grant.shared_by.has_value()},
          {"unlock_reason", reason}};
}

json::Any view_of(const usecases::Phone& phone) {
  return {{"id", phone.id.text()},
          {"name", phone.name},
          {"created_at", text_of(phone.created_at)},
          {"seen_at", json::value_of(phone.seen_at)}};
}

Task<Outcome<Response>> keys(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const PlainOrder body, read_body<PlainOrder>(request));
  CARDEA_CO_ASSIGN(usecases::PhoneOrder order, order_of(request, body));
  CARDEA_CO_ASSIGN(const auto found, co_await usecases::phone_keys(context, std::move(order)));
  boost::json::array keys;
  for (const auto& key : found.keys) keys.push_back(view_of(key, context.now()));
  boost::json::array phones;
  for (const auto& phone : found.phones) phones.push_back(view_of(phone));
  co_return answer(200, {{"phone_id", found.phone.id.text()},
                         {"person", found.person},
                         {"workspace", found.workspace},
                         {"keys", std::move(keys)},
                         {"shares_left", found.shares_left},
                         {"share_s_max", found.share_s_max},
                         {"phones", std::move(phones)}});
}

// --- Unlock ---

json::Any view_of(const usecases::PhoneUnlock& unlock) {
  return {{"attempt", hex_of(unlock.attempt)},
          {"door_id", unlock.door.text()},
          {"state", usecases::name_of(unlock.state)},
          {"reason", unlock.reason.empty() ? json::Any(nullptr) : json::Any(unlock.reason)},
          {"asked_at", text_of(unlock.asked_at)},
          {"answered_at", json::value_of(unlock.answered_at)},
          {"opened_at", json::value_of(unlock.opened_at)}};
}

Task<Outcome<Response>> unlock(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const UnlockOrder body, read_body<UnlockOrder>(request));
  usecases::UnlockWanted wanted;
  wanted.door = body.door_id;
  if (parse_hex(body.attempt, wanted.attempt) != Status::kOk)
    co_return invalid("/attempt", "must be 32 lower-case hexadecimal digits, new for each tap");
  CARDEA_CO_ASSIGN(usecases::PhoneOrder order, order_of(request, body));
  CARDEA_CO_ASSIGN(const auto unlock, co_await usecases::unlock_by_phone(context, std::move(order), wanted));
  co_return answer(200, view_of(unlock));
}

// --- Shares ---

json::Any view_of(const usecases::ShareDoor& door) {
  return {{"door_id", door.door.text()},
          {"name", door.name},
          {"delivery", door.delivery.empty() ? json::Any(nullptr) : json::Any(door.delivery)},
          {"last_possible_use", json::value_of(door.last_possible_use)}};
}

json::Any view_of(const usecases::Share& share) {
  boost::json::array doors;
  for (const auto& door : share.doors) doors.push_back(view_of(door));
  return {{"id", share.grant.id.text()},
          {"name", share.name},
          {"email", json::value_of(share.email)},
          {"phone", json::value_of(share.phone)},
          {"from", text_of(share.grant.from)},
          {"until", json::value_of(share.grant.to)},
          {"state", share.state},
          {"doors", std::move(doors)},
          {"created_at", text_of(share.grant.created_at)},
          {"ended_at", json::value_of(share.grant.revoked_at)}};
}

Task<Outcome<Response>> share(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(ShareOrder body, read_body<ShareOrder>(request));
  usecases::ShareCreate wanted;
  wanted.doors = std::move(body.door_ids);
  wanted.from = body.from;
  wanted.until = body.until;
  wanted.name = std::move(body.name);
  wanted.email = std::move(body.email);
  wanted.phone = std::move(body.phone);
  CARDEA_CO_ASSIGN(wanted.language, read_language(body.language));
  CARDEA_CO_ASSIGN(usecases::PhoneOrder order, order_of(request, body));
  CARDEA_CO_ASSIGN(const auto shared, co_await usecases::share_key(context, std::move(order), std::move(wanted)));
  co_return answer(201, {{"share", view_of(shared.share)}, {"link", json::value_of(shared.link)}});
}

Task<Outcome<Response>> list_shares(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const PlainOrder body, read_body<PlainOrder>(request));
  CARDEA_CO_ASSIGN(usecases::PhoneOrder order, order_of(request, body));
  CARDEA_CO_ASSIGN(const auto shares, co_await usecases::list_shares(context, std::move(order)));
  boost::json::array items;
  for (const auto& share : shares) items.push_back(view_of(share));
  co_return answer(200, {{"items", std::move(items)}});
}

Task<Outcome<Response>> end_share(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const EndShareOrder body, read_body<EndShareOrder>(request));
  CARDEA_CO_ASSIGN(usecases::PhoneOrder order, order_of(request, body));
  CARDEA_CO_ASSIGN(const auto ended, co_await usecases::end_share(context, std::move(order), body.share_id));
  co_return answer(200, view_of(ended));
}

// --- Who came in ---

json::Any view_of(const usecases::Entry& entry) {
  return {{"id", entry.id.text()},
          {"door_id", entry.door.text()},
          {"door", entry.door_name},
          {"at", text_of(entry.at)},
          {"recorded_at", text_of(entry.recorded_at)},
          {"person", json::value_of(entry.person)},
          {"mine", entry.is_mine},
          {"method", entry.method.empty() ? json::Any(nullptr) : json::Any(entry.method)}};
}

Task<Outcome<Response>> events(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const EventsOrder body, read_body<EventsOrder>(request));
  usecases::EntryQuery query{body.door_id, std::nullopt};
  if (body.before) query.before = static_cast<std::int64_t>(std::min<std::uint64_t>(*body.before, INT64_MAX));
  CARDEA_CO_ASSIGN(usecases::PhoneOrder order, order_of(request, body));
  CARDEA_CO_ASSIGN(const auto found, co_await usecases::phone_entries(context, std::move(order), query));
  boost::json::array items;
  for (const auto& entry : found.items) items.push_back(view_of(entry));
  co_return answer(200, {{"items", std::move(items)}, {"next", json::value_of(found.next)}});
}

// --- Further phones, and lost ones ---

Task<Outcome<Response>> make_link(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const PlainOrder body, read_body<PlainOrder>(request));
  CARDEA_CO_ASSIGN(usecases::PhoneOrder order, order_of(request, body));
  CARDEA_CO_ASSIGN(const auto made, co_await usecases::link_phone(context, std::move(order)));
  co_return answer(201, {{"link", json::value_of(made.link)}, {"expires_at", text_of(made.invitation.expires_at)}});
}

Task<Outcome<Response>> end_phone(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const EndPhoneOrder body, read_body<EndPhoneOrder>(request));
  const auto why = body.lost.value_or(false) ? usecases::PhoneEnd::kLost : usecases::PhoneEnd::kRevoked;
  CARDEA_CO_ASSIGN(usecases::PhoneOrder order, order_of(request, body));
  CARDEA_CO_ASSIGN(const auto ended, co_await usecases::end_own_phone(context, std::move(order), body.ended_phone_id, why));
  co_return answer(200, view_of(ended));
}

}  // namespace

void add_phone_orders(http::Router& router, Context& context) {
  add(router, context, Method::kPost, "/v1/phones/keys", Permission::kPublic, Reach::kEverybody, keys);
  add(router, context, Method::kPost, "/v1/phones/unlock", Permission::kPublic, Reach::kEverybody, unlock);
  add(router, context, Method::kPost, "/v1/phones/shares", Permission::kPublic, Reach::kEverybody, share);
  add(router, context, Method::kPost, "/v1/phones/shares/list", Permission::kPublic, Reach::kEverybody, list_shares);
  add(router, context, Method::kPost, "/v1/phones/shares/end", Permission::kPublic, Reach::kEverybody, end_share);
  add(router, context, Method::kPost, "/v1/phones/events", Permission::kPublic, Reach::kEverybody, events);
  add(router, context, Method::kPost, "/v1/phones/link", Permission::kPublic, Reach::kEverybody, make_link);
  add(router, context, Method::kPost, "/v1/phones/end", Permission::kPublic, Reach::kEverybody, end_phone);
}

}  // namespace cardea::server::api
