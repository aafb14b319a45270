// SPDX-License-Identifier: Apache-2.0
#pragma once
// Persons: who may come in.

#include "server/domain/language.hpp"
#include "server/domain/search.hpp"
#include "server/usecases/context.hpp"
#include "server/usecases/page.hpp"

namespace cardea::server::usecases {

struct Person {
  PersonId id;
  std::string name;
  std::optional<std::string> phone;
  std::optional<std::string> email;
  std::optional<std::string> external_id;
  UnixSeconds created_at;
  std::optional<UnixSeconds> revoked_at;
  std::optional<Language> language;  ///< nothing: the workspace's
};
struct PersonCreate {
  std::string name;
  std::optional<std::string> phone;
  std::optional<std::string> email;
  std::optional<std::string> external_id;
  std::optional<Language> language;
};
/// An inner nothing erases the phone, the address or the language.
struct PersonUpdate {
  std::optional<std::string> name;
  std::optional<std::optional<std::string>> phone;
  std::optional<std::optional<std::string>> email;
  std::optional<std::optional<Language>> language;
};
struct PersonFilter {
  std::optional<std::string> external_id;
  std::optional<Search> search;  ///< in names, e-mail addresses and telephone numbers
};
/// Oldest first; of a search in its order (search_page.hpp).
Task<Outcome<Page<Person>>> list_persons(Context& context, Viewer viewer, PersonFilter filter, PageRequest page);
Task<Outcome<Person>> find_person(Context& context, WorkspaceId workspace, PersonId person);
/// 409 `already_exists`.
Task<Outcome<Person>> create_person(Context& context, Principal caller, PersonCreate input);
/// Stores somebody new, inside a transaction. `key`: of make_person_key(). `by`: an id.
Task<void> insert_person(Transaction& tx, WorkspaceId workspace, Person person, Blob key, std::string by);
Task<Outcome<Person>> update_person(Context& context, WorkspaceId workspace, PersonId person, PersonUpdate update);

/// The same as find_person() inside a transaction.
Task<Outcome<Person>> read_person(Transaction& tx, WorkspaceId workspace, PersonId person);

}  // namespace cardea::server::usecases
