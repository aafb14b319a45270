// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/persons.hpp"

#include "server/api/internal/languages.hpp"
#include "server/api/internal/route.hpp"
#include "server/usecases/access_grants.hpp"

namespace cardea::server::api {

namespace {

struct PersonCreate {
  std::string name;
  std::optional<std::string> phone;
  std::optional<std::string> email;
  std::optional<std::string> external_id;
  std::optional<std::string> language;
};
BOOST_DESCRIBE_STRUCT(PersonCreate, (), (name, phone, email, external_id, language))

struct PersonUpdate {
  std::optional<std::string> name;
  std::optional<std::string> phone;
  std::optional<std::string> email;
  std::optional<std::string> language;
};
BOOST_DESCRIBE_STRUCT(PersonUpdate, (), (name, phone, email, language))

json::Any view_of(const usecases::Person& person) {
  return {{"id", person.id.text()},
          {"name", person.name},
          {"phone", json::value_of(person.phone)},
          {"email", json::value_of(person.email)},
          {"language", view_of_language(person.language)},
          {"external_id", json::value_of(person.external_id)},
          {"created_at", text_of(person.created_at)},
          {"revoked_at", json::value_of(person.revoked_at)}};
}

Task<Outcome<Response>> list_persons(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(Query query, Query::read(request, {"limit", "cursor", "external_id", "q"}));
  const auto page = query.page();
  const usecases::PersonFilter filter{query.text("external_id"), query.search("q")};
  CARDEA_CO_TRY(query.finish());
  CARDEA_CO_ASSIGN(const auto persons, co_await usecases::list_persons(context, request.principal, filter, page));
  co_return answer(200, view_of_page(persons, [](const usecases::Person& person) { return view_of(person); }));
}

Task<Outcome<Response>> create_person(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const PersonCreate input, read_body<PersonCreate>(request));
  usecases::PersonCreate create{input.name, input.phone, input.email, input.external_id, std::nullopt};
  CARDEA_CO_ASSIGN(create.language, read_language(input.language));
  CARDEA_CO_ASSIGN(const auto person, co_await usecases::create_person(context, request.principal, std::move(create)));
  co_return answer(201, view_of(person));
}

Task<Outcome<Response>> get_person(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const PersonId id, request.id_of<PersonId>("person_id"));
  CARDEA_CO_ASSIGN(const auto person, co_await usecases::find_person(context, request.principal.workspace, id));
  co_return answer(200, view_of(person));
}

/// Null erases, which is another thing than to be absent.
std::optional<std::optional<std::string>> change_of(const json::Any& document, std::string_view name,
                                                    std::optional<std::string> value) {
  if (!document.as_object().contains(name)) return std::nullopt;
  return value;
}

Task<Outcome<Response>> update_person(Context& context, const Request& request) {
  CARDEA_CO_ASSIGN(const PersonId id, request.id_of<PersonId>("person_id"));
  CARDEA_CO_ASSIGN(const PersonUpdate input, read_body<PersonUpdate>(request));
  CARDEA_CO_ASSIGN(const json::Any document, json::parse(request.body));
  if (document.as_object().contains("name") && !input.name) co_return invalid("/name", "must be text");
  if (document.as_object().empty()) co_return invalid("", "names nothing to change");
  usecases::PersonUpdate update{input.name, change_of(document, "phone", input.phone),
                                change_of(document, "email", input.email), std::nullopt};
  if (document.as_object().contains("language")) {
    CARDEA_CO_ASSIGN(update.language, read_language(input.language));
  }
  CARDEA_CO_ASSIGN(const auto person,
                   co_await usecases::update_person(context, request.principal.workspace, id, std::move(update)));
  co_return answer(200, view_of(person));
}

Task<Outcome<Response>> revoke_person(Context& context, const Request& request) {
  CARDEA_CO_TRY(expects_nothing(request));
  CARDEA_CO_ASSIGN(const PersonId id, request.id_of<PersonId>("person_id"));
  CARDEA_CO_ASSIGN(const auto person, co_await usecases::revoke_person(context, request.principal, id));
  co_return answer(200, view_of(person));
}

}  // namespace

void add_persons(http::Router& router, Context& context) {
  add(router, context, Method::kGet, "/v1/persons", Permission::kPersonsRead, Reach::kPlaces, list_persons);
  add(router, context, Method::kPost, "/v1/persons", Permission::kPersonsWrite, Reach::kPlaces, create_person);
  add(router, context, Method::kGet, "/v1/persons/{person_id}", Permission::kPersonsRead, Reach::kPlaces, get_person);
  add(router, context, Method::kPatch, "/v1/persons/{person_id}", Permission::kPersonsWrite, Reach::kPlaces, update_person);
  add(router, context, Method::kPost, "/v1/persons/{person_id}/revoke", Permission::kGrantsWrite, Reach::kPlaces,
      revoke_person);
}

}  // namespace cardea::server::api
