// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-lock/requests.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apps/cardea-lock/record_json.hpp"
#include "lock/link/files.hpp"

namespace cardea::lock_process {
namespace {

namespace json = boost::json;

Reply refused(std::string error) { return {Exit::kRefused, nullptr, std::move(error)}; }
Reply usage(std::string error) { return {Exit::kUsage, nullptr, std::move(error)}; }

int nibble(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}

std::optional<std::vector<std::uint8_t>> bytes_of(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::vector<std::uint8_t> bytes(hex.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const int high = nibble(hex[2 * i]);
    const int low = nibble(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return bytes;
}

Reply type(Machine& machine, const json::object& request) {
  const KeypadResult result = machine.lock().enter(Digits::parse(std::string_view(request.at("code").as_string())));
  return {result.verdict == Verdict::kRefused ? Exit::kRefused : Exit::kDone, json_of(result), {}};
}

Reply press(Machine& machine, const json::object&) {
  const OpenResult result = machine.lock().press();
  const KeypadResult shown{.verdict = result.opened ? Verdict::kGranted : Verdict::kRefused,
                           .reason = result.reason,
                           .wait_s = machine.lock().wait_s()};
  return {result.opened ? Exit::kDone : Exit::kRefused, json_of(shown), {}};
}

/// The lock feels it at once, and says what it feels.
Reply felt(Machine& machine) {
  machine.lock().poll();
  HostSensors& sensors = machine.sensors();
  return {Exit::kDone,
          json::object{{"door", sensors.door_state() == DoorState::kOpen ? "open" : "closed"},
                       {"cover", sensors.tampered() ? "off" : "on"},
                       {"battery_percent", sensors.battery_percent()}},
          {}};
}

Reply door(Machine& machine, const json::object& request) {
  machine.sensors().set_door(request.at("open").as_bool() ? DoorState::kOpen : DoorState::kClosed);
  return felt(machine);
}

Reply cover(Machine& machine, const json::object& request) {
  machine.sensors().set_tampered(request.at("off").as_bool());
  return felt(machine);
}

Reply battery(Machine& machine, const json::object& request) {
  machine.sensors().set_battery(request.at("percent").to_number<std::uint8_t>());
  return felt(machine);
}

Reply advance(Machine& machine, const json::object& request) {
  machine.advance(request.at("seconds").to_number<std::uint64_t>());
  machine.lock().poll();
  const ClockReading clock = machine.lock().clock();
  return {Exit::kDone,
          json::object{{"time", json_of_time(clock.now.value, clock.quality)},
                       {"quality", name_of(clock.quality)},
                       {"wait_s", machine.lock().wait_s()}},
          {}};
}

Reply status(Machine& machine, const json::object&) {
  Lock& lock = machine.lock();
  json::object shown = json_of(lock.status(), lock.id(), lock.claimed());
  if (Images* const images = machine.images()) {
    const update::Report report = images->updater().report();
    shown["image_slot"] = images->slot();
    shown["newest_image"] = std::string(name_of(report.state));
    shown["newest_image_bytes"] = report.standing_bytes;
    shown["newest_image_status"] = cardea::name_of(report.status);
  }
  return {Exit::kDone, shown, {}};
}

Reply wait(Machine& machine, const json::object&) {
  return {Exit::kDone, json::object{{"wait_s", machine.lock().wait_s()}, {"claimed", machine.lock().claimed()}}, {}};
}

Reply audit_records(Machine& machine, const json::object&) {
  const AuditLog& log = machine.lock().log();
  const LogState state = log.state();
  json::array records;
  for (std::uint32_t seq = state.first_seq; seq != 0 && seq <= state.last_seq; ++seq) {
    AuditRecordBytes bytes{};
    if (log.read(seq, bytes) != Status::kOk) continue;
    if (const auto record = audit::decode(bytes); record.ok()) records.push_back(json_of(*record));
  }
  return {Exit::kDone, records, {}};
}

Reply label(Machine& machine, const json::object&) {
  Lock& lock = machine.lock();
  activation::Label label{lock.id(), {}};
  if (lock.claim_secret(label.secret) != Status::kOk)
    return refused("the lock is claimed: its label's secret is gone, and opens nothing any more");
  const auto text = activation::encode(machine.provider(), label);
  if (!text.ok()) return refused(fmt::format("the label cannot be made: {}", cardea::name_of(text.error())));
  return {Exit::kDone, json::string(text->bytes().begin(), text->bytes().end()), {}};
}

Reply file_ask(Machine& machine, const json::object&) {
  if (machine.lock().claimed()) return refused("the lock is claimed already: it asks nobody");
  const auto ask = machine.activation().ask_file();
  if (ask.ok()) return {Exit::kDone, json::string(hex(*ask)), {}};
  if (ask.error() == Status::kNotReady)
    return refused(
        "the lock asks only within 120 seconds of a press of its inside button, and while it stays on: press it, "
        "then ask (with no lock running, `file ask --press` does both)");
  return refused(fmt::format("the lock cannot ask: {}", cardea::name_of(ask.error())));
}

Reply press_and_ask(Machine& machine, const json::object& request) {
  const Reply pressed = press(machine, request);
  return pressed.status == Exit::kDone ? file_ask(machine, request) : pressed;
}

std::vector<std::uint8_t> file_in_request(const json::object& request) {
  const auto file = bytes_of(request.at("file").as_string());
  return file ? *file : std::vector<std::uint8_t>{};
}

Reply file_answer(Machine& machine, const json::object& request) {
  const Status status = machine.activation().answer_file(file_in_request(request));
  switch (status) {
    case Status::kOk: return {Exit::kDone, json::object{{"claimed", true}}, {}};
    case Status::kNotReady:
      return refused("no ask of this lock waits for an answer: it is claimed, or its button was pressed after the ask");
    case Status::kForged: return refused("this answer is not for this lock's newest ask, or somebody else made it");
    case Status::kTooShort:
    case Status::kMalformed: return usage("this file is no answer to an ask: take the one that the platform wrote for it");
    default: return refused(fmt::format("the lock cannot take this answer: {}", cardea::name_of(status)));
  }
}

Reply file_out(Machine& machine, const json::object&) {
  std::vector<std::uint8_t> file(link::file_size_bytes_max + activation::done_size_bytes);
  const auto size = write_link_file(machine.lock(), file);
  if (size.ok()) return {Exit::kDone, json::string(hex(ByteSpan(file).first(*size))), {}};
  if (size.error() == Status::kNotReady) return refused("the lock is unclaimed: it has nobody to write to; see file ask");
  return refused(fmt::format("the lock cannot write its file: {}", cardea::name_of(size.error())));
}

Reply file_in(Machine& machine, const json::object& request) {
  std::vector<std::uint8_t> content(link::file_size_bytes_max);
  const auto outcome = read_link_file(machine.lock(), file_in_request(request), content);
  if (outcome.ok())
    return {Exit::kDone,
            json::object{{"time", outcome->time_heard ? json::value(cardea::name_of(outcome->time)) : json::value(nullptr)},
                         {"receipt", outcome->receipt_seq},
                         {"desired_version", outcome->applied_version},
                         {"desired", cardea::name_of(outcome->applied)}},
            {}};
  switch (outcome.error()) {
    case Status::kNotFound: return refused("this file is for another lock");
    case Status::kStale:
      return refused(
          "this file answers an older file of this lock, or was taken already: write a new one with file out, and let "
          "the platform answer that");
    case Status::kForged: return refused("this file was changed on its way, or somebody else made it");
    case Status::kNotReady: return refused("the lock is unclaimed: see file ask");
    default: return usage("this is no file from the platform to a lock");
  }
}

Reply power_off(Machine&, const json::object&) { cut_power("by hand"); }

struct Action {
  std::string_view name;
  Reply (*carry_out)(Machine&, const json::object&);
};
constexpr Action actions[] = {{"type", type},
                              {"press", press},
                              {"advance", advance},
                              {"door", door},
                              {"cover", cover},
                              {"battery", battery},
                              {"status", status},
                              {"wait", wait},
                              {"audit", audit_records},
                              {"label", label},
                              {"file_ask", file_ask},
                              {"press_and_ask", press_and_ask},
                              {"file_answer", file_answer},
                              {"file_out", file_out},
                              {"file_in", file_in},
                              {"power_off", power_off}};

}  // namespace

json::object json_of(const Reply& reply) {
  return {{"status", static_cast<int>(reply.status)}, {"answer", reply.answer}, {"error", reply.error}};
}

Reply reply_of(const json::object& object) {
  return {static_cast<Exit>(object.at("status").to_number<int>()), object.at("answer"),
          std::string(object.at("error").as_string())};
}

Reply carry_out(Machine& machine, const json::object& request) {
  try {
    if (const json::value* cut = request.if_contains("cut_at"))
      machine.flash().cut_at(cut->to_number<std::uint64_t>(), [] { cut_power("as --cut-at says"); });
    const std::string_view name = request.at("do").as_string();
    for (const Action& action : actions)
      if (action.name == name) return action.carry_out(machine, request);
    return usage(fmt::format("the lock knows no request \"{}\"", name));
  } catch (const Stop& stop) {
    return {stop.status(), nullptr, stop.what()};
  } catch (const std::exception& wrong) {
    return usage(fmt::format("a request that cannot be read: {}", wrong.what()));
  }
}

}  // namespace cardea::lock_process
