// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>
#include <ostream>

#include "apps/cardea/code_commands.hpp"
#include "apps/cardea/options.hpp"
#include "apps/cardea/times.hpp"
#include "core/codes/bound.hpp"
#include "core/decide/state.hpp"

namespace cardea::client {
namespace {

struct BoundOptions {
  std::uint32_t digits = otp_digits_max;
  std::uint32_t slots = 0;
  std::uint32_t sms = 0;
  std::uint32_t code_digits = 10;
  std::string activation_window = "72h";
  std::uint32_t in_use = 0;
  bool no_offline = false;
};

BoundPolicy policy_of(const BoundOptions& options) {
  if (options.sms > options.slots)
    throw usage(fmt::format("--sms {}: more than the {} slots of --slots. It counts those of them that accept SMS codes too.",
                            options.sms, options.slots));
  const std::uint64_t window_s = parse_duration("--activation-window", options.activation_window);
  if (window_s > activation_window_max_s)
    throw usage("--activation-window: longer than 366 days, the longest that a lock takes.");
  return {static_cast<std::uint8_t>(options.digits),
          static_cast<std::uint16_t>(options.slots),
          static_cast<std::uint16_t>(options.sms),
          static_cast<std::uint8_t>(options.code_digits),
          !options.no_offline,
          static_cast<std::uint32_t>(window_s),
          static_cast<std::uint16_t>(options.in_use)};
}

boost::json::object json_of(const GuessBound& bound) {
  return {{"accepted", bound.accepted}, {"per_guess", bound.per_guess}, {"per_day", bound.per_day}};
}

boost::json::object json_of(const Bound& bound, const FamilyBound& families, bool offline) {
  boost::json::object out{{"attempts_per_day", bound.attempts_per_day}, {"otp", json_of(bound.otp)}};
  if (offline) {
    out["offline"] = json_of(bound.offline);
    out["families"] = {{"timed", families.timed}, {"exclusive", families.exclusive}, {"once", families.once},
                       {"pool", families.pool},   {"clear", families.clear},         {"release", families.release}};
  }
  out["per_guess"] = bound.per_guess;
  out["per_day"] = bound.per_day;
  return out;
}

void add_row(Table& table, const std::string& name, const GuessBound& bound) {
  table.add(
      {name, std::to_string(bound.accepted), fmt::format("{:.1e}", bound.per_guess), fmt::format("{:.1e}", bound.per_day)});
}

void run_bound(const BoundOptions& options, Console& console) {
  const BoundPolicy policy = policy_of(options);
  const Bound bound = bound_of(policy);
  if (console.json) return console.print(json_of(bound, bound.families, policy.has_code_key));
  Table table({"CODE", "ACCEPTED AT ONCE", "PER GUESS", "WITHIN A DAY"});
  const std::string by_sms = policy.sms_slots > 0 ? fmt::format(", {} of them by SMS too", policy.sms_slots) : "";
  if (policy.app_slots > 0)
    add_row(table,
            fmt::format("{}-digit one-time, {} slot{}{}", policy.otp_digits, policy.app_slots, policy.app_slots == 1 ? "" : "s",
                        by_sms),
            bound.otp);
  if (policy.has_code_key) add_row(table, fmt::format("offline, n = {}", policy.code_digits), bound.offline);
  if (table.empty()) throw usage("nothing to guess: --slots 0 and --no-offline leave no codes. Give --slots.");
  console.print(table);
  console.out << fmt::format("Chance that a guesser is let in, with at most {} attempts within 24 hours.\n",
                             bound.attempts_per_day);
}

}  // namespace

void add_bound_command(CLI::App& code, Console& console) {
  CLI::App* command = code.add_subcommand("bound", "How hard the codes of a lock with such settings are to guess");
  auto options = std::make_shared<BoundOptions>();
  add_number(*command, "--digits", options->digits, 6, 8, "length of one-time codes, 6 to 8 (8 unless given)");
  add_number(*command, "--slots", options->slots, 0, 256, "active token slots, 0 to 256 (0 unless given)");
  add_number(*command, "--sms", options->sms, 0, 256, "those of them that accept SMS codes too (0 unless given)");
  add_number(*command, "--n", options->code_digits, 9, 12, "length of offline codes, 9 to 12 (10 unless given)");
  command
      ->add_option("--activation-window", options->activation_window,
                   "first use of an offline code at the latest after: 72h, 3d (72h unless given)")
      ->type_name("TIME");
  add_number(*command, "--in-use", options->in_use, 0, 64,
             "offline codes in use past their activation window (0 unless given)");
  command->add_flag("--no-offline", options->no_offline, "a lock without K_code, which takes no offline codes");
  command->add_flag("--json", console.json, "for scripts");
  command->callback([options, &console] { run_bound(*options, console); });
}

}  // namespace cardea::client
