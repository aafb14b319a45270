// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/persons.hpp"

#include <algorithm>

#include "server/auth/scopes.hpp"
#include "server/usecases/checks.hpp"
#include "server/usecases/internal/search_page.hpp"

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

namespace {

/// A name, and what else somebody is known by.
std::string search_text_of(const Person& person) {
  std::string text = person.name;
  if (person.email) text += "\n" + *person.email;
  if (person.phone) text += "\n" + *person.phone;
  return search_text(text);
}

Task<Rows> read_persons(Transaction& tx, Viewer viewer, PersonFilter filter, PersonId after, std::uint32_t limit) {
  static const std::string sql = std::string(person_select) + "AND person > ?2 AND (?3 IS NULL OR external_id = ?3) AND " +
                                 person_is_within("persons.person", 5) + " ORDER BY person LIMIT ?4";
  co_return co_await tx.execute(sql, viewer.workspace, after, filter.external_id, limit, viewer.limit);
}

/// The persons are found in their index alone, and then read. ?6 is where the page begins.
std::string search_statement(std::string_view condition) {
  return "SELECT p.person, p.name, p.phone, p.email, p.external_id, p.created_at, p.revoked_at, p.language FROM (SELECT "
         "persons.person AS person, persons.search AS search FROM persons WHERE persons.workspace = ?1 AND (persons.search, "
         "persons.person) > (?6, ?2) AND " +
         std::string(condition) +
         " AND (?3 IS NULL OR EXISTS (SELECT 1 FROM persons AS known WHERE known.workspace = ?1 AND known.person = "
         "persons.person AND known.external_id = ?3)) AND " +
         person_is_within("persons.person", 5) +
         " ORDER BY persons.search, persons.person LIMIT ?4) AS found JOIN persons AS p ON p.workspace = ?1 AND p.person = "
         "found.person ORDER BY found.search, found.person";
}

Task<Rows> read_found_persons(Transaction& tx, Viewer viewer, PersonFilter filter, bool begins, SearchPlace<PersonId> after,
                              std::uint32_t limit) {
  static const std::string that_begin = search_statement("persons.search < ?7");
  static const std::string that_hold = search_statement(
      "NOT (persons.search >= ?8 AND persons.search < ?7) AND persons.search LIKE ?9 ESCAPE '\\' AND persons.search LIKE ?10 "
      "ESCAPE '\\' AND persons.search LIKE ?11 ESCAPE '\\' AND persons.search LIKE ?12 ESCAPE '\\'");
  const Search& search = *filter.search;
  if (begins)
    co_return co_await tx.execute(that_begin, viewer.workspace, after.id, filter.external_id, limit, viewer.limit, after.text,
                                  search.begin_end);
  co_return co_await tx.execute(that_hold, viewer.workspace, after.id, filter.external_id, limit, viewer.limit, after.text,
                                search.begin_end, search.begin, search.words[0], search.words[1], search.words[2],
                                search.words[3]);
}

}  // namespace

Task<Outcome<Page<Person>>> list_persons(Context& context, Viewer viewer, PersonFilter filter, PageRequest page) {
  CARDEA_CO_ASSIGN(const PersonId after, id_of_cursor<PersonId>(page));
  co_return co_await context.store.read([&](Transaction& tx) {
    return page_or_search_page<Person>(
        tx, "SELECT search FROM persons WHERE workspace = ?1 AND person = ?2", viewer.workspace, filter.search, after, page,
        [&tx, viewer, filter, after, page] { return read_persons(tx, viewer, filter, after, page.limit + 1); },
        [&tx, viewer, filter](bool begins, SearchPlace<PersonId> from, std::uint32_t limit) {
          return read_found_persons(tx, viewer, filter, begins, std::move(from), limit);
        },
        [](Row row) { return read_person(row); });
  });
}

Task<Outcome<Person>> find_person(Context& context, WorkspaceId workspace, PersonId person) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_person(tx, workspace, person); });
}

Task<void> insert_person(Transaction& tx, WorkspaceId workspace, Person person, Blob key, std::string by) {
  const std::string search = search_text_of(person);
  co_await tx.execute(
      "INSERT INTO persons (workspace, person, name, phone, email, external_id, key_sealed, created_at, language, "
      "created_by, search) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
      workspace, person.id, person.name, person.phone, person.email, person.external_id, key, person.created_at,
      stored_language(person.language), by, search);
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
    co_await insert_person(tx, caller.workspace, person, key, caller.by());
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
    const std::string search = search_text_of(now);
    co_await tx.execute(
        "UPDATE persons SET name = ?3, phone = ?4, email = ?5, language = ?6, search = ?7 WHERE workspace = ?1 AND person = ?2",
        workspace, person, now.name, now.phone, now.email, stored_language(now.language), search);
    co_return now;
  });
}

}  // namespace cardea::server::usecases
