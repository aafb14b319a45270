// SPDX-License-Identifier: Apache-2.0
// The requests of requests.hpp as lines for the panel of an emulated board (firmware/README.md), and its answers as JSON.
#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "apps/cardea-lock/emulator.hpp"
#include "apps/cardea-lock/record_json.hpp"

namespace cardea::lock_process {
namespace {

namespace json = boost::json;

Reply refused(std::string error) { return {Exit::kRefused, nullptr, std::move(error)}; }

std::vector<std::uint8_t> bytes_of(const std::string& hex_text) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i + 1 < hex_text.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(hex_text.substr(i, 2), nullptr, 16)));
  return bytes;
}

/// "granted 0 0"
Reply verdict_of(const std::string& answer) {
  std::istringstream words(answer);
  std::string verdict;
  unsigned reason = 0;
  std::uint32_t wait_s = 0;
  words >> verdict >> reason >> wait_s;
  return {verdict == "refused" ? Exit::kRefused : Exit::kDone,
          json::object{
              {"verdict", verdict}, {"reason", json_of_reason(static_cast<audit::ReasonCode>(reason))}, {"wait_s", wait_s}},
          {}};
}

struct About {
  bool claimed = false;
  LockId id;
};
About about(Emulator& emulator) {
  std::istringstream words(emulator.ask("about"));
  std::string ready;
  std::string claimed;
  std::string id;
  words >> ready >> claimed >> id;
  About found{.claimed = claimed == "claimed", .id = {}};
  const std::vector<std::uint8_t> bytes = bytes_of(id);
  std::copy_n(bytes.begin(), std::min(bytes.size(), found.id.value.size()), found.id.value.begin());
  return found;
}

link::LockStatus status_of(Emulator& emulator) {
  const auto status = link::decode_status(bytes_of(emulator.ask("status")));
  if (!status.ok()) throw Stop(Exit::kUsage, fmt::format("a status that cannot be read: {}", cardea::name_of(status.error())));
  return *status;
}

Reply type(Emulator& emulator, const json::object& request) {
  return verdict_of(emulator.ask(fmt::format("type {}", std::string_view(request.at("code").as_string()))));
}

Reply press(Emulator& emulator, const json::object&) { return verdict_of(emulator.ask("press")); }

Reply advance(Emulator& emulator, const json::object& request) {
  emulator.ask(fmt::format("advance {}", request.at("seconds").to_number<std::uint64_t>()));
  const link::LockStatus status = status_of(emulator);
  return {
      Exit::kDone,
      json::object{
          {"time", json_of_time(status.time, status.quality)}, {"quality", name_of(status.quality)}, {"wait_s", status.wait_s}},
      {}};
}

Reply felt(Emulator& emulator, const std::string& line, json::object answer) {
  emulator.ask(line);
  return {Exit::kDone, std::move(answer), {}};
}

Reply door(Emulator& emulator, const json::object& request) {
  const char* const word = request.at("open").as_bool() ? "open" : "closed";
  return felt(emulator, fmt::format("door {}", word), {{"door", word}});
}

Reply cover(Emulator& emulator, const json::object& request) {
  const char* const word = request.at("off").as_bool() ? "off" : "on";
  return felt(emulator, fmt::format("cover {}", word), {{"cover", word}});
}

Reply battery(Emulator& emulator, const json::object& request) {
  const auto percent = request.at("percent").to_number<std::uint8_t>();
  return felt(emulator, fmt::format("battery {}", percent), {{"battery_percent", percent}});
}

Reply status(Emulator& emulator, const json::object&) {
  const About found = about(emulator);
  json::object shown = json_of(status_of(emulator), found.id, found.claimed);
  std::istringstream figures(emulator.ask("figures"));
  std::uint64_t boot_cycles = 0;
  std::uint32_t stack_bytes = 0;
  figures >> boot_cycles >> stack_bytes;
  shown["boot_cycles"] = boot_cycles;
  shown["stack_bytes"] = stack_bytes;
  std::istringstream image(emulator.ask("image"));
  std::string version;
  unsigned slot = 0;
  std::string state;
  std::uint32_t standing_bytes = 0;
  std::string why;
  image >> version >> slot >> state >> standing_bytes >> why;
  shown["image_slot"] = slot;
  shown["newest_image"] = state;
  shown["newest_image_bytes"] = standing_bytes;
  shown["newest_image_status"] = why;
  return {Exit::kDone, shown, {}};
}

Reply wait(Emulator& emulator, const json::object&) {
  const auto wait_s = static_cast<std::uint32_t>(std::stoul(emulator.ask("wait")));
  return {Exit::kDone, json::object{{"wait_s", wait_s}, {"claimed", about(emulator).claimed}}, {}};
}

Reply audit_records(Emulator& emulator, const json::object&) {
  const link::LockStatus status = status_of(emulator);
  json::array records;
  for (std::uint32_t seq = status.first_seq; seq != 0 && seq <= status.last_seq; ++seq) {
    const std::vector<std::uint8_t> bytes = bytes_of(emulator.ask(fmt::format("record {}", seq)));
    if (bytes.size() != audit::record_size_bytes) continue;
    AuditRecordBytes whole{};
    std::copy(bytes.begin(), bytes.end(), whole.begin());
    if (const auto record = audit::decode(whole); record.ok()) records.push_back(json_of(*record));
  }
  return {Exit::kDone, records, {}};
}

/// The sticker on its box. The board itself never says its secret.
Reply label(Emulator& emulator, const json::object&) {
  if (about(emulator).claimed) return refused("the lock is claimed: its label's secret is gone, and opens nothing any more");
  std::ifstream file(emulator.directory() + "/label");
  std::string text;
  std::getline(file, text);
  return {Exit::kDone, json::string(text), {}};
}

Reply power_off(Emulator& emulator, const json::object&) {
  emulator.cut();
  cut_power("by hand");
}

struct Action {
  std::string_view name;
  Reply (*carry_out)(Emulator&, const json::object&);
};
constexpr Action actions[] = {{"type", type},           {"press", press},     {"advance", advance},    {"door", door},
                              {"cover", cover},         {"battery", battery}, {"status", status},      {"wait", wait},
                              {"audit", audit_records}, {"label", label},     {"power_off", power_off}};

}  // namespace

Reply carry_out(Emulator& emulator, const json::object& request) {
  try {
    if (const json::value* cut = request.if_contains("cut_at"))
      emulator.ask(fmt::format("cut {}", cut->to_number<std::uint64_t>()));
    const std::string_view name = request.at("do").as_string();
    for (const Action& action : actions)
      if (action.name == name) return action.carry_out(emulator, request);
    return refused("an emulated lock has no files to carry: it reaches its platform through cardea-gateway");
  } catch (const Stop& stop) {
    return {stop.status(), nullptr, stop.what()};
  } catch (const std::exception& wrong) {
    return {Exit::kUsage, nullptr, fmt::format("a request that cannot be read: {}", wrong.what())};
  }
}

}  // namespace cardea::lock_process
