// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/directory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apps/cardea/stop.hpp"
#include "apps/cardea/table.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;
constexpr std::size_t names_shown_max = 12;

std::string names_of(const json::array& items) {
  if (items.empty()) return "There is none yet";
  std::string names = "There are: ";
  for (std::size_t i = 0; i < std::min(items.size(), names_shown_max); ++i)
    names += (i == 0 ? "" : ", ") + printable(text(items[i], "name"));
  return names + (items.size() > names_shown_max ? ", …" : "");
}

/// The one id that `matches`, or the end of the command.
std::string only_one(const char* kind, const std::string& name, const std::vector<std::string>& matches,
                     const json::array& all) {
  if (matches.size() == 1) return matches.front();
  if (matches.empty()) throw refused(fmt::format("no {} is called \"{}\". {}.", kind, printable(name), names_of(all)));
  std::string ids;
  for (const std::string& id : matches) ids += "\n  " + id;
  throw refused(fmt::format("{} {}s are called \"{}\". Name one by its id:{}", matches.size(), kind, printable(name), ids));
}

const json::value* find(const json::array& items, const std::string& id) {
  const auto found = std::find_if(items.begin(), items.end(), [&](const json::value& item) { return text(item, "id") == id; });
  return found == items.end() ? nullptr : &*found;
}

std::string name_in(const json::array& items, const std::string& id) {
  const json::value* item = find(items, id);
  return item == nullptr ? id : text(*item, "name");
}

}  // namespace

bool is_id(std::string_view kind, std::string_view text) {
  if (text.size() != kind.size() + 33 || !text.starts_with(kind) || text[kind.size()] != '_') return false;
  return text.find_first_not_of("0123456789abcdef", kind.size() + 1) == std::string_view::npos;
}

const json::array& Directory::items(const std::string& path, std::optional<json::array>& cache) {
  if (!cache) cache = api_->list(path).at("items").as_array();
  return *cache;
}

std::string Directory::site_id(const std::string& name) {
  if (is_id("site", name)) return name;
  std::vector<std::string> matches;
  for (const json::value& site : sites())
    if (text(site, "name") == name) matches.push_back(text(site, "id"));
  return only_one("site", name, matches, sites());
}

std::string Directory::door_id(const std::string& name) {
  if (is_id("door", name)) return name;
  std::vector<std::string> matches;
  for (const json::value& door : doors()) {
    const std::string own = text(door, "name");
    const bool by_path = name.ends_with("/" + own) && site_name(text(door, "site_id")) + "/" + own == name;
    if (own == name || by_path) matches.push_back(text(door, "id"));
  }
  return only_one("door", name, matches, doors());
}

std::vector<std::string> Directory::persons_named(const std::string& name) {
  if (is_id("person", name)) return {name};
  std::vector<std::string> matches;
  for (const json::value& person : persons())
    if (text(person, "name") == name && text(person, "revoked_at").empty()) matches.push_back(text(person, "id"));
  return matches;
}

std::string Directory::person_id(const std::string& name) { return only_one("person", name, persons_named(name), persons()); }

std::string Directory::named_id(const char* kind, const std::string& name, const json::array& known) {
  std::vector<std::string> matches;
  for (const json::value& item : known)
    if (text(item, "name") == name) matches.push_back(text(item, "id"));
  return only_one(kind, name, matches, known);
}

std::string Directory::schedule_id(const std::string& name) {
  return is_id("schedule", name) ? name : named_id("schedule", name, schedules());
}

std::string Directory::calendar_id(const std::string& name) {
  return is_id("calendar", name) ? name : named_id("calendar", name, calendars());
}

std::string Directory::lock_id(const std::string& name) {
  if (is_id("lock", name)) return name;
  const std::string door = door_id(name);
  const json::value* found = find(doors(), door);
  const std::string lock = found == nullptr ? "" : text(*found, "lock_id");
  if (lock.empty())
    throw refused(
        fmt::format("the door \"{}\" has no lock. Claim one: cardea lock claim --door … --label CARDEA1:…", printable(name)));
  return lock;
}

std::string Directory::site_name(const std::string& id) { return id.empty() ? "" : name_in(sites(), id); }
std::string Directory::door_name(const std::string& id) { return id.empty() ? "" : name_in(doors(), id); }
std::string Directory::person_name(const std::string& id) { return id.empty() ? "" : name_in(persons(), id); }

std::string Directory::schedule_name(const std::string& id) { return id.empty() ? "" : name_in(schedules(), id); }
std::string Directory::calendar_name(const std::string& id) { return id.empty() ? "" : name_in(calendars(), id); }

std::string Directory::zone_of(const std::string& door_id) {
  const json::value* door = door_id.empty() ? nullptr : find(doors(), door_id);
  const std::string zone = door == nullptr ? "UTC" : text(*door, "zone");
  return is_zone(zone) ? zone : "UTC";
}

std::string Directory::when(const json::value& object, std::string_view member, const std::string& door_id) {
  const std::string instant = text(object, member);
  if (instant.empty()) return "";
  const std::string zone = zone_of(door_id);
  return format_time(parse_rfc3339(instant), zone) + " " + zone;
}

TimeContext Directory::time_at_door(const std::string& door_id) {
  const UnixSeconds moment = now();
  return {moment, moment, zone_of(door_id)};
}

}  // namespace cardea::client
