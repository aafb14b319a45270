// SPDX-License-Identifier: Apache-2.0
// A platform for check_openapi.py to speak to, and locks that do as they are told. One JSON object a line on standard input,
// one a line back; ends with its input.
#include <cstdio>
#include <future>
#include <iostream>
#include <map>
#include <thread>

#include "core/decide/reason.hpp"
#include "server/api/testing/paper_lock.hpp"
#include "server/json/json.hpp"

namespace {

using cardea::server::json::Any;
using namespace cardea::server::api::testing;

struct Stage {
  Platform platform;
  std::map<std::string, std::unique_ptr<PaperLock>> locks;
  std::vector<std::jthread> connections;

  PaperLock& lock(const boost::json::object& order) { return *locks.at(std::string(order.at("lock").as_string())); }

  Any make_lock(const boost::json::object& order) {
    const bool is_protected = order.at("class").as_string() == "protected";
    const auto slots = static_cast<std::uint8_t>(order.at("slots").as_int64());
    auto made = std::make_unique<PaperLock>(
        is_protected ? cardea::link::LockClass::kProtected : cardea::link::LockClass::kUnprotected, slots);
    const std::string id = made->id();
    const std::string label = made->label();
    locks[id] = std::move(made);
    return {{"lock", id}, {"label", label}};
  }

  /// Returns when the lock is online; `result`: "done", "refused" or "hang up".
  Any serve(const boost::json::object& order) {
    PaperLock& served = lock(order);
    const auto& result = order.at("result").as_string();
    std::optional<cardea::link::CommandResult> said;
    served.loses_result = result == "lost";
    if (result != "hang up")
      said = cardea::link::CommandResult{0, result != "refused",
                                         result != "refused" ? cardea::audit::reason_none : cardea::audit::reason_motor_failed};
    auto online = std::make_shared<std::promise<void>>();
    connections.emplace_back(
        [this, &served, said, online] { served.serve_one_command(platform.url(), said, [online] { online->set_value(); }); });
    online->get_future().get();
    return {{"online", true}};
  }

  Any obey(const boost::json::object& order) {
    const auto& what = order.at("do").as_string();
    if (what == "lock") return make_lock(order);
    if (what == "serve") return serve(order);
    if (what == "activate") lock(order).activate(platform, std::string(order.at("door").as_string()));
    if (what == "exchange") lock(order).exchange(platform);
    if (what == "refuse")
      lock(order).write_record(cardea::audit::Kind::kEntryRefused, cardea::audit::Method::kNone, {},
                               static_cast<cardea::audit::ReasonCode>(cardea::Reason::kUnknownCode));
    if (what == "ask") return {{"hex", cardea::server::hex_of(bytes_of(lock(order).ask_file()))}};
    if (what == "file") return {{"hex", cardea::server::hex_of(bytes_of(lock(order).link_file()))}};
    if (what == "provider") {
      const auto of = [&](std::string_view name) { return std::string(order.at(name).as_string()); };
      platform.use_provider({of("issuer"), of("client_id"), of("client_secret"), of("ca_file")});
    }
    if (what == "homes") platform.offer_homes(order.at("offered").as_bool());
    if (what == "advance") platform.advance(static_cast<std::uint64_t>(order.at("seconds").as_int64()));
    if (what == "upkeep") platform.run_upkeep();
    if (what == "alerts") platform.run_alerts();
    if (what == "force") {
      lock(order).write_record(cardea::audit::Kind::kDoorForced, cardea::audit::Method::kNone, {});
      lock(order).exchange(platform);
    }
    if (what == "mail") return {{"text", platform.newest_mail(std::string(order.at("to").as_string()))}};
    if (what == "lose_answers") platform.execute("UPDATE idempotency_keys SET answer_sealed = NULL");  // as a crash does
    return boost::json::object{};
  }

  static cardea::ByteSpan bytes_of(const std::string& text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  }
};

}  // namespace

int main() {
  Stage stage;
  const Any hello{{"url", stage.platform.url()},
                  {"key", stage.platform.tenant().api_key},
                  {"stranger", stage.platform.stranger().api_key},
                  {"routes", cardea::server::json::value_of(stage.platform.routes())}};
  std::cout << cardea::server::json::print(hello) << std::endl;
  for (std::string line; std::getline(std::cin, line);) {
    const auto order = cardea::server::json::parse(line);
    if (!order) return 2;
    std::cout << cardea::server::json::print(stage.obey(order->as_object())) << std::endl;
  }
  return 0;
}
