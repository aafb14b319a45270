// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/event_view.hpp"

#include "server/domain/sandbox.hpp"

namespace cardea::server::usecases {

json::Any view_of(const StoredEvent& event) {
  const auto header = json::parse(event.header);
  if (!header) throw std::runtime_error("a stored event's header does not read");
  boost::json::object view;
  for (const auto& [name, value] : header->as_object()) {
    const bool is_place = name == "workspace" || name == "site" || name == "door" || name == "lock";
    view[is_place ? std::string(name) + "_id" : std::string(name)] = value;
  }
  if (const json::Any* lock = view.if_contains("lock_id"); lock != nullptr && lock->is_string()) {
    const auto id = LockRef::parse(std::string_view(lock->as_string()));
    if (id && is_sandbox(*id)) view["sandbox"] = true;
  }
  if (event.subject.person) view["person_id"] = event.subject.person->text();
  if (event.subject.grant) view["grant_id"] = event.subject.grant->text();
  if (event.subject.credential) view["credential_id"] = event.subject.credential->text();
  view["leaf"] = hex_of(event.leaf);
  return view;
}

}  // namespace cardea::server::usecases
