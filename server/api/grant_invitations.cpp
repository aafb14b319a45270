// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/grant_invitations.hpp"

#include "server/api/internal/credential_views.hpp"
#include "server/api/internal/languages.hpp"
#include "server/api/internal/route.hpp"
#include "server/usecases/pins.hpp"

namespace cardea::server::api {

namespace {

struct Create {
  std::string channel;
  std::optional<std::string> language;
  std::optional<std::uint8_t> phones_max;
  std::optional<UnixSeconds> expires_at;
  std::optional<bool> pin;
};
BOOST_DESCRIBE_STRUCT(Create, (), (channel, language, phones_max, expires_at, pin))

struct Open {
  std::string invitation;
};
BOOST_DESCRIBE_STRUCT(Open, (), (invitation))

struct ChoosePin {
  std::string invitation;
  DoorId door_id;
  std::optional<std::string> pin;
};
BOOST_DESCRIBE_STRUCT(ChoosePin, (), (invitation, door_id, pin))

json::Any view_of(const std::optional<usecases::GrantInvitation::Mail>& mail) {
  if (!mail) return nullptr;
  return {{"message_id", mail->message.text()},
          {"to", mail->to},
          {"state", name_of(mail->state)},
          {"failure", json::value_of(mail->failure)}};
}

json::Any view_of(const usecases::GrantInvitation& invitation, UnixSeconds now) {
  return {{"id", invitation.id.text()},
          {"grant_id", invitation.grant.text()},
          {"person_id", invitation.person.text()},
          {"language", name_of(invitation.language)},
          {"state", invitation.state_at(now)},
          {"mail", view_of(invitation.mail)},
          {"phones_max", invitation.phones_max},
          {"phone_count", invitation.phone_count},
          {"pin", invitation.pin},
          {"opened_at", json::value_of(invitation.opened_at)},
          {"expires_at", text_of(invitation.expires_at)},
          {"created_at", text_of(invitation.created_at)},
          {"created_by", invitation.created_by}};
}

json::Any view_of(const usecases::NewGrantInvitation& made, UnixSeconds now) {
  return {{"invitation", view_of(made.invitation, now)}, {"link", json::value_of(made.link)}};
}

Task<Outcome<Response>> create(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const GrantId grant, request.id_of<GrantId>("grant_id"));
  CARDEA_CO_ASSIGN(const Create input, read_body<Create>(request));
  if (input.channel != "email" && input.channel != "link") co_return invalid("/channel", "is none of: email, link");
  usecases::GrantInvitationCreate order;
  order.by_email = input.channel == "email";
  CARDEA_CO_ASSIGN(order.language, read_language(input.language));
  order.phones_max = input.phones_max.value_or(usecases::phones_default);
  order.expires_at = input.expires_at;
  order.pin = input.pin.value_or(false);
  CARDEA_CO_ASSIGN(const auto made, co_await usecases::create_grant_invitation(context, request.principal, grant, order));
  co_return answer(201, view_of(made, context.now()));
}

Task<Outcome<Response>> list(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const GrantId grant, request.id_of<GrantId>("grant_id"));
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor"}));
  const auto page = query.page();
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto found,
                   co_await usecases::list_grant_invitations(context, request.principal.workspace, grant, page));
  const UnixSeconds now = context.now();
  co_return answer(200, view_of_page(found, [now](const usecases::GrantInvitation& one) { return view_of(one, now); }));
}

Task<Outcome<Response>> get(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const InvitationId id, request.id_of<InvitationId>("invitation_id"));
  CARDEA_CO_ASSIGN(const auto found, co_await usecases::find_grant_invitation(context, request.principal.workspace, id));
  co_return answer(200, view_of(found, context.now()));
}

Task<Outcome<Response>> resend(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const InvitationId id, request.id_of<InvitationId>("invitation_id"));
  CARDEA_CO_ASSIGN(const auto made, co_await usecases::resend_grant_invitation(context, request.principal, id));
  co_return answer(200, view_of(made, context.now()));
}

Task<Outcome<Response>> cancel(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const InvitationId id, request.id_of<InvitationId>("invitation_id"));
  CARDEA_CO_ASSIGN(const auto found, co_await usecases::cancel_grant_invitation(context, request.principal, id));
  co_return answer(200, view_of(found, context.now()));
}

json::Any view_of(const std::optional<std::vector<usecases::PinDoor>>& pins) {
  if (!pins) return nullptr;
  boost::json::array out;
  for (const usecases::PinDoor& door : *pins)
    out.push_back({{"door_id", door.door.text()}, {"name", door.name}, {"digits", door.digits}, {"has_pin", door.has_pin}});
  return out;
}

Task<Outcome<Response>> open(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Open input, read_body<Open>(request));
  CARDEA_CO_ASSIGN(const auto opened,
                   co_await usecases::open_grant_invitation(context, std::move(input.invitation), std::string(request.peer)));
  co_return answer(200, {{"workspace", opened.workspace},
                         {"person", opened.person},
                         {"doors", json::value_of(opened.doors)},
                         {"zone", opened.zone},
                         {"from", text_of(opened.from)},
                         {"to", json::value_of(opened.to)},
                         {"language", name_of(opened.language)},
                         {"expires_at", text_of(opened.expires_at)},
                         {"phones_left", opened.phones_left},
                         {"pins", view_of(opened.pins)}});
}

Task<Outcome<Response>> choose_pin(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(ChoosePin input, read_body<ChoosePin>(request));
  usecases::PinByInvitation order;
  CARDEA_CO_ASSIGN(order.pin, read_pin(input.pin));
  order.invitation = std::move(input.invitation);
  order.door = input.door_id;
  CARDEA_CO_ASSIGN(const auto made, co_await usecases::choose_pin(context, std::move(order), std::string(request.peer)));
  const usecases::Credential& pin = made.credential;
  co_return answer(201, {{"door_id", pin.door.text()},
                         {"code", made.code ? json::Any(made.code->reveal()) : json::Any(nullptr)},
                         {"delivery", name_of(delivery_of(pin.facts, pin.lock_facts, context.now()))}});
}

}  // namespace

void add_grant_invitations(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/access-grants/{grant_id}/invitations", Permission::kGrantsRead, Reach::kPlaces, list);
  add(router, context, Method::kPost, "/v1/access-grants/{grant_id}/invitations", Permission::kCredentialsIssue, Reach::kPlaces,
      create);
  add(router, context, Method::kGet, "/v1/invitations/{invitation_id}", Permission::kGrantsRead, Reach::kPlaces, get);
  add(router, context, Method::kPost, "/v1/invitations/{invitation_id}/resend", Permission::kCredentialsIssue, Reach::kPlaces,
      resend);
  add(router, context, Method::kPost, "/v1/invitations/{invitation_id}/cancel", Permission::kGrantsWrite, Reach::kPlaces,
      cancel);
  add(router, context, Method::kPost, "/v1/invitations/pin", Permission::kPublic, Reach::kEverybody, choose_pin);
  add(router, context, Method::kPost, "/v1/invitations/open", Permission::kPublic, Reach::kEverybody, open);
}

}  // namespace cardea::server::api
