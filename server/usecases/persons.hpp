// SPDX-License-Identifier: Apache-2.0
#pragma once
// Persons: who may come in.

#include "server/domain/language.hpp"
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
Task<Outcome<Page<Person>>> list_persons(Context& context, Viewer viewer, std::optional<std::string> external_id,
                                         PageRequest page);
Task<Outcome<Person>> find_person(Context& context, WorkspaceId workspace, PersonId person);
/// 409 `already_exists`.
Task<Outcome<Person>> create_person(Context& context, Principal caller, PersonCreate input);
Task<Outcome<Person>> update_person(Context& context, WorkspaceId workspace, PersonId person, PersonUpdate update);

/// The same as find_person() inside a transaction.
Task<Outcome<Person>> read_person(Transaction& tx, WorkspaceId workspace, PersonId person);

}  // namespace cardea::server::usecases
