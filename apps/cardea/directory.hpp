// SPDX-License-Identifier: Apache-2.0
#pragma once
// Names for ids and ids for names. A name serves wherever it is the only one of its kind; an id always.

#include "apps/cardea/api.hpp"
#include "apps/cardea/times.hpp"

namespace cardea::client {

class Directory {
 public:
  explicit Directory(Api& api) : api_(&api) {}

  /// Ids. Stop(kRefused) when nothing or more than one has that name; it lists what there is. A door may be "site/door".
  std::string site_id(const std::string& name);
  std::string door_id(const std::string& name);
  std::string person_id(const std::string& name);
  std::string schedule_id(const std::string& name);
  std::string calendar_id(const std::string& name);
  /// A lock by its id, or by its door.
  std::string lock_id(const std::string& name);
  /// The persons of that name, or the one of that id.
  std::vector<std::string> persons_named(const std::string& name);

  /// For people: the name, or the id when there is none. An empty id gives nothing.
  std::string site_name(const std::string& id);
  std::string door_name(const std::string& id);
  std::string person_name(const std::string& id);
  std::string schedule_name(const std::string& id);
  std::string calendar_name(const std::string& id);

  /// "2026-05-01 14:00 Europe/Zurich": an instant of the API in the zone of a door, or in UTC without one. Null: nothing.
  std::string when(const boost::json::value& object, std::string_view member, const std::string& door_id);
  /// What --from and --to refer to at a door.
  TimeContext time_at_door(const std::string& door_id);

 private:
  const boost::json::array& items(const std::string& path, std::optional<boost::json::array>& cache);
  const boost::json::array& sites() { return items("/v1/sites", sites_); }
  const boost::json::array& doors() { return items("/v1/doors", doors_); }
  const boost::json::array& persons() { return items("/v1/persons", persons_); }
  const boost::json::array& schedules() { return items("/v1/schedules", schedules_); }
  const boost::json::array& calendars() { return items("/v1/calendars", calendars_); }
  std::string named_id(const char* kind, const std::string& name, const boost::json::array& known);
  std::string zone_of(const std::string& door_id);

  Api* api_;
  std::optional<boost::json::array> sites_, doors_, persons_, schedules_, calendars_;
};

/// True for "door_" and 32 hexadecimal digits, when `kind` is "door".
bool is_id(std::string_view kind, std::string_view text);

}  // namespace cardea::client
