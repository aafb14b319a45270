// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/credentials.hpp"

#include "server/api/internal/credential_views.hpp"
#include "server/api/internal/outbox_views.hpp"
#include "server/api/internal/route.hpp"
#include "server/usecases/pins.hpp"

namespace cardea::server::api {

json::Any view_of(const std::optional<Interval>& window) {
  if (!window) return nullptr;
  return {{"from", text_of(window->begins)}, {"to", text_of(window->ends)}};
}

namespace {

/// A fixed token is a token with `fixed`.
std::string_view kind_of(CredentialType type) {
  return type == CredentialType::kFixedToken ? name_of(CredentialType::kToken) : name_of(type);
}

json::Any family_of(const std::optional<Descriptor>& descriptor) {
  return descriptor ? json::Any(name_of(descriptor->family)) : json::Any(nullptr);
}

/// Nothing for offline codes, of which the lock counts none.
json::Any uses_of(const usecases::Credential& credential) {
  if (!credential.slot) return nullptr;
  const usecases::CredentialUses& uses = credential.uses;
  return {{"count", uses.count},
          {"max", json::value_of(uses.max)},
          {"left", json::value_of(uses.left())},
          {"first_at", json::value_of(uses.first_at)},
          {"ends_at", json::value_of(uses.ends_at)},
          {"as_of", json::value_of(uses.as_of)},
          {"records_missing", uses.records_missing}};
}

json::Any slot_of(const std::optional<SlotGeneration>& slot) {
  if (!slot) return nullptr;
  return {{"number", slot->slot}, {"generation", slot->generation}};
}

json::Any duress_of(const usecases::Credential& credential, const Principal& caller) {
  const bool sees = caller.permissions.has(Permission::kCredentialsIssue);
  return sees && credential.type == CredentialType::kPin ? json::Any(credential.duress) : json::Any(nullptr);
}

}  // namespace

json::Any view_of(const usecases::Credential& credential, const Principal& caller, UnixSeconds now) {
  return {{"id", credential.id.text()},
          {"grant_id", json::value_of(credential.grant)},
          {"person_id", json::value_of(credential.person)},
          {"phone_id", json::value_of(credential.phone)},
          {"door_id", credential.door.text()},
          {"lock_id", credential.lock.text()},
          {"kind", kind_of(credential.type)},
          {"fixed", credential.type == CredentialType::kFixedToken},
          {"family", family_of(credential.descriptor)},
          {"window", view_of(credential.window)},
          {"first_use_by", json::value_of(credential.first_use_by)},
          {"slot", slot_of(credential.slot)},
          {"pin_chosen", credential.type == CredentialType::kPin ? json::Any(credential.pin_chosen) : json::Any(nullptr)},
          {"pin_changed_at", json::value_of(credential.pin_changed_at)},
          {"old_pin_opens", credential.type == CredentialType::kPin ? json::Any(credential.old_pin_opens) : json::Any(nullptr)},
          {"duress", duress_of(credential, caller)},
          {"old_rules_hold", old_rules_hold(credential.facts, credential.lock_facts)},
          {"uses", uses_of(credential)},
          {"external_id", json::value_of(credential.external_id)},
          {"delivery", name_of(delivery_of(credential.facts, credential.lock_facts, now))},
          {"last_possible_use", json::value_of(last_possible_use(credential.facts, credential.lock_facts))},
          {"created_at", text_of(credential.created_at)},
          {"revoked_at", json::value_of(credential.revoked_at)},
          {"ended_at", json::value_of(credential.ended_at)}};
}

json::Any view_of(const usecases::IssuedCredential& issued, const Principal& caller, UnixSeconds now) {
  return {{"credential", view_of(issued.credential, caller, now)},
          {"code", issued.code ? json::Any(issued.code->reveal()) : json::Any(nullptr)},
          {"otpauth_uri", json::value_of(issued.otpauth_uri)}};
}

Outcome<std::optional<Digits>> read_pin(const std::optional<std::string>& pin) {
  if (!pin) return std::optional<Digits>{};
  const Digits digits = Digits::parse(*pin);
  if (digits.count() == 0) return invalid("/pin", "must be digits and nothing else");
  return std::optional<Digits>(digits);
}

namespace {

Task<Outcome<Response>> list_credentials(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query,
                   Query::read(request, {"limit", "cursor", "person_id", "door_id", "lock_id", "external_id", "delivery"}));
  const auto page = query.page();
  usecases::CredentialFilter filter{query.id<PersonId>("person_id"), query.id<DoorId>("door_id"), query.id<LockRef>("lock_id"),
                                    query.text("external_id"), std::nullopt};
  if (const auto delivery = query.text("delivery")) {
    filter.delivery = delivery_named(*delivery);
    if (!filter.delivery) query.complain("delivery", "is none of: on_its_way, on_lock, ending, ended");
  }
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto credentials,
                   co_await usecases::list_credentials(context, request.principal, std::move(filter), page));
  const UnixSeconds now = context.now();
  co_return answer(200, view_of_page(credentials, [&](const usecases::Credential& credential) {
                     return view_of(credential, request.principal, now);
                   }));
}

Task<Outcome<Response>> get_credential(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const CredentialId id, request.id_of<CredentialId>("credential_id"));
  CARDEA_CO_ASSIGN(const auto credential, co_await usecases::find_credential(context, request.principal.workspace, id));
  co_return answer(200, view_of(credential, request.principal, context.now()));
}

Task<Outcome<Response>> get_code(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const CredentialId id, request.id_of<CredentialId>("credential_id"));
  CARDEA_CO_ASSIGN(const auto current, co_await usecases::current_code(context, request.principal.workspace, id));
  co_return answer(
      200, {{"code", current.code.reveal()}, {"from", text_of(current.shown.begins)}, {"to", text_of(current.shown.ends)}});
}

struct SendCode {
  std::optional<std::string> channel;
};
BOOST_DESCRIBE_STRUCT(SendCode, (), (channel))

Task<Outcome<Response>> send_code(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const CredentialId id, request.id_of<CredentialId>("credential_id"));
  std::optional<usecases::Channel> channel;
  if (request.body.empty()) {
    CARDEA_CO_TRY(expects_nothing(request));
  } else {
    CARDEA_CO_ASSIGN(const SendCode input, read_body<SendCode>(request));
    if (input.channel) channel = usecases::channel_of(*input.channel);
    if (input.channel && !channel) co_return invalid("/channel", "is none of: email, sms");
  }
  CARDEA_CO_ASSIGN(const auto message, co_await usecases::send_code(context, request.principal.workspace, id, channel));
  co_return answer(202, view_of(message));
}

Task<Outcome<Response>> reveal_code(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const CredentialId id, request.id_of<CredentialId>("credential_id"));
  CARDEA_CO_ASSIGN(const auto revealed, co_await usecases::reveal_code(context, request.principal, id));
  co_return answer(200, {{"code", revealed.code.reveal()}, {"window", view_of(revealed.window)}});
}

struct ChangePin {
  std::optional<std::string> pin;
};
BOOST_DESCRIBE_STRUCT(ChangePin, (), (pin))

Task<Outcome<Response>> change_pin(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const CredentialId id, request.id_of<CredentialId>("credential_id"));
  std::optional<Digits> pin;
  if (request.body.empty()) {
    CARDEA_CO_TRY(expects_nothing(request));
  } else {
    CARDEA_CO_ASSIGN(const ChangePin input, read_body<ChangePin>(request));
    CARDEA_CO_ASSIGN(pin, read_pin(input.pin));
  }
  CARDEA_CO_ASSIGN(const auto changed, co_await usecases::change_pin(context, request.principal, id, pin));
  co_return answer(200, view_of(changed, request.principal, context.now()));
}

Task<Outcome<Response>> revoke_credential(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const CredentialId id, request.id_of<CredentialId>("credential_id"));
  CARDEA_CO_ASSIGN(const auto credential, co_await usecases::revoke_credential(context, request.principal, id));
  co_return answer(200, view_of(credential, request.principal, context.now()));
}

}  // namespace

void add_credentials(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/credentials", Permission::kCredentialsRead, Reach::kPlaces, list_credentials);
  add(router, context, Method::kGet, "/v1/credentials/{credential_id}", Permission::kCredentialsRead, Reach::kPlaces,
      get_credential);
  add(router, context, Method::kGet, "/v1/credentials/{credential_id}/code", Permission::kCodesReveal, Reach::kPlaces, get_code,
      {.has_etag = false});
  add(router, context, Method::kPost, "/v1/credentials/{credential_id}/pin", Permission::kCredentialsIssue, Reach::kPlaces,
      change_pin);
  add(router, context, Method::kPost, "/v1/credentials/{credential_id}/send", Permission::kCredentialsIssue, Reach::kPlaces,
      send_code);
  add(router, context, Method::kPost, "/v1/credentials/{credential_id}/reveal", Permission::kCodesReveal, Reach::kPlaces,
      reveal_code);
  add(router, context, Method::kPost, "/v1/credentials/{credential_id}/revoke", Permission::kGrantsWrite, Reach::kPlaces,
      revoke_credential);
}

}  // namespace cardea::server::api
