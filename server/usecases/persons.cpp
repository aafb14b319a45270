// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/persons.hpp"

#include <algorithm>

#include "server/auth/scopes.hpp"
#include "server/usecases/checks.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::string_view person_select =
    "SELECT person, name, phone, email, external_id, created_at, revoked_at, language FROM persons WHERE workspace = ?1 ";

std::optional<Language> read_language(Row row) { return row.is_null(7) ? std::nullopt : language_of(row.text(7)); }

Person read_person(Row row) {
  return {row.id<PersonId>(0),      row.text(1), row.maybe(2, &Row::text), row.maybe(3, &Row::text),
          row.maybe(4, &Row::text), row.time(5), row.maybe(6, &Row::time), read_language(row)};
}

std::optional<std::string_view> stored_language(const std::optional<Language>& language) {
  if (!language) return std::nullopt;
  return name_of(*language);
}

Outcome<Done> check_addresses(const std::optional<std::string>& phone, const std::optional<std::string>& email) {
  if (phone)
    if (auto checked = check_phone(*phone, "/phone"); !checked) return checked;
  if (email)
    if (auto checked = check_email(*email, "/email"); !checked) return checked;
  return Done{};
}

}  // namespace

Task<Outcome<Person>> read_person(Transaction& tx, WorkspaceId workspace, PersonId person) {
  static const std::string sql = std::string(person_select) + "AND person = ?2";
  const Rows rows = co_await tx.execute(sql, workspace, person);
  if (rows.empty()) co_return not_found("person");
  co_return read_person(rows.front());
}

Task<Outcome<Page<Person>>> list_persons(Context& context, Viewer viewer, std::optional<std::string> external_id,
                                         PageRequest page) {
  CARDEA_CO_ASSIGN(const PersonId after, id_of_cursor<PersonId>(page));
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<Person>>> {
    static const std::string sql = std::string(person_select) + "AND person > ?2 AND (?3 IS NULL OR external_id = ?3) AND " +
                                   person_is_within("persons.person", 5) + " ORDER BY person LIMIT ?4";
    const Rows rows = co_await tx.execute(sql, viewer.workspace, after, external_id, page.limit + 1, viewer.limit);
    std::vector<Person> items;
    for (const Row row : rows) items.push_back(read_person(row));
    co_return page_of(std::move(items), page, [](const Person& person) { return person.id; });
  });
}

Task<Outcome<Person>> find_person(Context& context, WorkspaceId workspace, PersonId person) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_person(tx, workspace, person); });
}

Task<Outcome<Person>> create_person(Context& context, Principal caller, PersonCreate input) {
  CARDEA_CO_TRY(check_name(input.name, "/name"));
  CARDEA_CO_TRY(check_addresses(input.phone, input.email));
  if (input.external_id) CARDEA_CO_TRY(check_name(*input.external_id, "/external_id"));
  const Person person{PersonId::make(),  input.name,    input.phone,  input.email,
                      input.external_id, context.now(), std::nullopt, input.language};
  const Blob key = must(context.keys.make_person_key(caller.workspace.bytes, person.id.bytes));
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Person>> {
    const Rows same = co_await tx.execute("SELECT person FROM persons WHERE workspace = ?1 AND external_id = ?2",
                                          caller.workspace, person.external_id);
    if (!same.empty())
      co_return already_exists(same.front().id<PersonId>(0).text(), "A person with this external id exists. Use that one.");
    co_await tx.execute(
        "INSERT INTO persons (workspace, person, name, phone, email, external_id, key_sealed, created_at, language, "
        "created_by) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        caller.workspace, person.id, person.name, person.phone, person.email, person.external_id, key, person.created_at,
        stored_language(person.language), caller.by());
    co_return person;
  });
}

Task<Outcome<Person>> update_person(Context& context, WorkspaceId workspace, PersonId person, PersonUpdate update) {
  if (update.name) CARDEA_CO_TRY(check_name(*update.name, "/name"));
  CARDEA_CO_TRY(check_addresses(update.phone.value_or(std::nullopt), update.email.value_or(std::nullopt)));
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Person>> {
    CARDEA_CO_ASSIGN(Person now, co_await read_person(tx, workspace, person));
    if (update.name) now.name = *update.name;
    if (update.phone) now.phone = *update.phone;
    if (update.email) now.email = *update.email;
    if (update.language) now.language = *update.language;
    co_await tx.execute(
        "UPDATE persons SET name = ?3, phone = ?4, email = ?5, language = ?6 WHERE workspace = ?1 AND person = ?2", workspace,
        person, now.name, now.phone, now.email, stored_language(now.language));
    co_return now;
  });
}

}  // namespace cardea::server::usecases
