// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/phones.hpp"

#include "server/api/internal/route.hpp"

namespace cardea::server::api {

namespace {

struct Claim {
  std::string invitation;
  std::string name;
  std::string public_key;
};
BOOST_DESCRIBE_STRUCT(Claim, (), (invitation, name, public_key))

struct Schedule {
  PhoneId phone_id;
  std::uint64_t at;
  std::string mac;
};
BOOST_DESCRIBE_STRUCT(Schedule, (), (phone_id, at, mac))

struct Leases {
  PhoneId phone_id;
  std::uint64_t at;
  std::string virtual_key;
  std::string mac;
};
BOOST_DESCRIBE_STRUCT(Leases, (), (phone_id, at, virtual_key, mac))

/// A year past this is no clock's.
constexpr std::uint64_t at_max = 253'402'300'799;  // 9999-12-31T23:59:59Z

json::Any view_of(const usecases::Phone& phone) {
  return {{"id", phone.id.text()},
          {"person_id", phone.person.text()},
          {"grant_id", phone.grant.text()},
          {"invitation_id", phone.invitation.text()},
          {"name", phone.name},
          {"created_at", text_of(phone.created_at)},
          {"seen_at", json::value_of(phone.seen_at)},
          {"ended_at", json::value_of(phone.ended_at)},
          {"ended_because", json::value_of(phone.ended_because)}};
}

json::Any view_of(const usecases::PhoneDoor& door) {
  return {{"door_id", door.door.text()},
          {"name", door.name},
          {"problem", door.problem ? json::Any(door.problem->code) : json::Any(nullptr)}};
}

json::Any view_of(const std::vector<usecases::PhoneDoor>& doors) {
  boost::json::array out;
  for (const auto& door : doors) out.push_back(view_of(door));
  return out;
}

template <std::size_t N>
Outcome<Bytes<N>> read_hex(const std::string& text, const char* pointer) {
  Bytes<N> out{};
  if (parse_hex(text, out) == Status::kOk) return out;
  return invalid(pointer, "must be " + std::to_string(2 * N) + " lower-case hexadecimal digits");
}

Task<Outcome<Response>> claim(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Claim input, read_body<Claim>(request));
  usecases::PhoneClaimInput order;
  CARDEA_CO_ASSIGN(order.public_key, read_hex<64>(input.public_key, "/public_key"));
  order.invitation = std::move(input.invitation);
  order.name = std::move(input.name);
  CARDEA_CO_ASSIGN(const auto claimed,
                   co_await usecases::claim_invitation(context, std::move(order), std::string(request.peer)));
  co_return answer(201, {{"phone_id", claimed.phone.id.text()},
                         {"invitation_id", claimed.phone.invitation.text()},
                         {"public_key", hex_of(claimed.platform_key)},
                         {"confirmation", hex_of(claimed.confirmation)},
                         {"doors", view_of(claimed.doors)}});
}

Task<Outcome<Response>> schedule(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const Schedule input, read_body<Schedule>(request));
  if (input.at > at_max) co_return invalid("/at", "must be unix seconds before the year 10000");
  usecases::PhoneRequest order;
  order.phone = input.phone_id;
  order.at = {input.at};
  CARDEA_CO_ASSIGN(order.mac, read_hex<32>(input.mac, "/mac"));
  CARDEA_CO_ASSIGN(const auto sealed, co_await usecases::phone_schedule(context, order, std::string(request.peer)));
  co_return answer(200, {{"sealed", hex_of(sealed)}});
}

Task<Outcome<Response>> leases(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const Leases input, read_body<Leases>(request));
  if (input.at > at_max) co_return invalid("/at", "must be unix seconds before the year 10000");
  usecases::LeaseRequest order;
  order.phone = input.phone_id;
  order.at = {input.at};
  CARDEA_CO_ASSIGN(order.virtual_key, read_hex<64>(input.virtual_key, "/virtual_key"));
  CARDEA_CO_ASSIGN(order.mac, read_hex<32>(input.mac, "/mac"));
  CARDEA_CO_ASSIGN(const auto sealed, co_await usecases::phone_leases(context, order, std::string(request.peer)));
  co_return answer(200, {{"sealed", hex_of(sealed)}});
}

struct GrantToPhones {
  std::optional<std::vector<PhoneId>> phone_ids;
};
BOOST_DESCRIBE_STRUCT(GrantToPhones, (), (phone_ids))

Task<Outcome<Response>> grant_to_phones(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const GrantId grant, request.id_of<GrantId>("grant_id"));
  GrantToPhones input;
  if (request.body.empty()) {
    CARDEA_CO_TRY(expects_nothing(request));
  } else {
    CARDEA_CO_ASSIGN(input, read_body<GrantToPhones>(request));
  }
  CARDEA_CO_ASSIGN(const auto granted,
                   co_await usecases::grant_to_phones(context, request.principal, grant, std::move(input.phone_ids)));
  boost::json::array items;
  for (const auto& one : granted) items.push_back({{"phone", view_of(one.phone)}, {"doors", view_of(one.doors)}});
  co_return answer(200, {{"items", std::move(items)}});
}

Task<Outcome<Response>> list_phones(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const PersonId person, request.id_of<PersonId>("person_id"));
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto phones, co_await usecases::list_phones(context, request.principal, person, page));
  co_return answer(200, view_of_page(phones, [](const usecases::Phone& phone) { return view_of(phone); }));
}

Task<Outcome<Response>> get_phone(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const PhoneId id, request.id_of<PhoneId>("phone_id"));
  CARDEA_CO_ASSIGN(const auto phone, co_await usecases::find_phone(context, request.principal.workspace, id));
  co_return answer(200, view_of(phone));
}

Task<Outcome<Response>> revoke_phone(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const PhoneId id, request.id_of<PhoneId>("phone_id"));
  CARDEA_CO_ASSIGN(const auto phone,
                   co_await usecases::end_phone(context, request.principal, id, usecases::PhoneEnd::kRevoked));
  co_return answer(200, view_of(phone));
}

Task<Outcome<Response>> lose_phone(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const PhoneId id, request.id_of<PhoneId>("phone_id"));
  CARDEA_CO_ASSIGN(const auto phone, co_await usecases::end_phone(context, request.principal, id, usecases::PhoneEnd::kLost));
  co_return answer(200, view_of(phone));
}

Task<Outcome<Response>> lose_phones(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const PersonId id, request.id_of<PersonId>("person_id"));
  CARDEA_CO_ASSIGN(const auto ended, co_await usecases::lose_phones(context, request.principal, id));
  boost::json::array items;
  for (const auto& phone : ended) items.push_back(view_of(phone));
  co_return answer(200, {{"items", std::move(items)}, {"next", nullptr}});
}

}  // namespace

void add_phones(http::Router& router, Context& context) {
  add(router, context, Method::kPost, "/v1/invitations/claim", Permission::kPublic, Reach::kEverybody, claim);
  add(router, context, Method::kPost, "/v1/phones/schedule", Permission::kPublic, Reach::kEverybody, schedule);
  add(router, context, Method::kPost, "/v1/phones/leases", Permission::kPublic, Reach::kEverybody, leases);
  add(router, context, Method::kPost, "/v1/access-grants/{grant_id}/phones", Permission::kCredentialsIssue, Reach::kPlaces,
      grant_to_phones);
  add(router, context, Method::kGet, "/v1/persons/{person_id}/phones", Permission::kPersonsRead, Reach::kPlaces, list_phones);
  add(router, context, Method::kPost, "/v1/persons/{person_id}/phones/lost", Permission::kGrantsWrite, Reach::kPlaces,
      lose_phones);
  add(router, context, Method::kGet, "/v1/phones/{phone_id}", Permission::kPersonsRead, Reach::kPlaces, get_phone,
      {.reported = {"/seen_at"}});
  add(router, context, Method::kPost, "/v1/phones/{phone_id}/revoke", Permission::kGrantsWrite, Reach::kPlaces, revoke_phone);
  add(router, context, Method::kPost, "/v1/phones/{phone_id}/lost", Permission::kGrantsWrite, Reach::kPlaces, lose_phone);
}

}  // namespace cardea::server::api
