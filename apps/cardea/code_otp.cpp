// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <boost/json.hpp>
#include <memory>
#include <ostream>

#include "apps/cardea/code_commands.hpp"
#include "apps/cardea/crypto.hpp"
#include "apps/cardea/key_option.hpp"
#include "apps/cardea/options.hpp"
#include "apps/cardea/times.hpp"
#include "core/codes/descriptor.hpp"
#include "core/codes/otp.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::client {
namespace {

struct OtpOptions {
  std::string lock_id;
  KeyOption k_lock;
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  std::string time = "now";
  std::uint32_t digits = otp_digits_max;
  std::uint32_t count = 1;
  bool sms = false;
  bool fixed = false;
  bool show_keys = false;
};

struct IssuedOtp {
  Digits code;
  Step step;
  Hour hour;
  Interval interval;
};

OtpRequest request_of(const OtpOptions& options) {
  const UnixSeconds moment = now();
  return {options.sms ? OtpPurpose::kSms : OtpPurpose::kApp,
          {static_cast<std::uint8_t>(options.slot), static_cast<std::uint16_t>(options.generation)},
          options.fixed,
          parse_time("--time", options.time, {moment, moment, "UTC"}),
          static_cast<std::uint8_t>(options.digits)};
}

IssuedOtp issue(Provider& provider, KeyHandle lock_key, const LockId& lock_id, OtpRequest request, std::uint32_t later) {
  const std::uint32_t length_s = step_length_s(request.purpose);
  request.time.value += std::uint64_t{later} * length_s;
  const Step step = step_at(request.purpose, request.time);
  const UnixSeconds begins{step.value * length_s};
  return {need(issue_otp(provider, lock_key, lock_id, request)),
          step,
          key_hour(request.purpose, step, request.fixed),
          {begins, {begins.value + length_s}}};
}

std::string hex(ByteSpan bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

/// K_hour and K_slot or K_sms, for who compares step by step.
boost::json::object keys_of(Provider& provider, KeyHandle lock_key, const LockId& lock_id, const OtpRequest& request,
                            Hour hour) {
  const ScopedKey hour_key(provider, need(derive_hour_key(provider, lock_key, lock_id, hour)));
  const KeyBytes hour_bytes = need(derive_hour_key_bytes(provider, lock_key, lock_id, hour));
  const KeyBytes slot_bytes = need(derive_slot_key_bytes(provider, hour_key.handle(), request.purpose, request.slot));
  return {{"k_hour", hex(hour_bytes.bytes())},
          {request.purpose == OtpPurpose::kApp ? "k_slot" : "k_sms", hex(slot_bytes.bytes())}};
}

void run_otp(const OtpOptions& options, Console& console) {
  if (options.sms && options.fixed) throw usage("--sms and --fixed exclude each other: a fixed token has no SMS codes.");
  const LockId lock_id = parse_lock_id("--lock-id", options.lock_id);
  const OtpRequest request = request_of(options);
  OpensslProvider provider;
  const ScopedKey lock_key(provider, need(provider.import_key(KeyKind::kMac, options.k_lock.read())));

  Table table({"CODE", "STEP", "HOUR", "FROM (UTC)", "TO (UTC)"});
  boost::json::array rows;
  for (std::uint32_t i = 0; i < options.count; ++i) {
    const IssuedOtp otp = issue(provider, lock_key.handle(), lock_id, request, i);
    boost::json::object row{{"code", otp.code.reveal()},
                            {"step", otp.step.value},
                            {"hour", otp.hour.value},
                            {"begins", format_rfc3339(otp.interval.begins)},
                            {"ends", format_rfc3339(otp.interval.ends)}};
    if (options.show_keys)
      for (auto& member : keys_of(provider, lock_key.handle(), lock_id, request, otp.hour)) row[member.key()] = member.value();
    table.add({std::string(otp.code.reveal()), std::to_string(otp.step.value), std::to_string(otp.hour.value),
               format_time_exact(otp.interval.begins, "UTC"), format_time_exact(otp.interval.ends, "UTC")});
    rows.push_back(std::move(row));
  }
  if (console.json) return console.print(rows);
  console.print(table);
  if (options.show_keys)
    for (const auto& row : rows) {
      const auto& fields = row.as_object();
      console.out << fmt::format("step {}: K_hour {}  {} {}\n", fields.at("step").to_number<std::uint64_t>(),
                                 std::string_view(fields.at("k_hour").as_string()), options.sms ? "K_sms" : "K_slot",
                                 std::string_view(fields.at(options.sms ? "k_sms" : "k_slot").as_string()));
    }
}

}  // namespace

void add_otp_command(CLI::App& code, Console& console) {
  CLI::App* command = code.add_subcommand("otp", "Compute one-time codes from K_lock, as an app or an SMS carries them");
  auto options = std::make_shared<OtpOptions>();
  command->add_option("--lock-id", options->lock_id, "the lock's public id, 32 hex digits")->type_name("HEX")->required();
  options->k_lock.add_to(*command, "k-lock", "K_lock, the lock's key");
  add_number(*command, "--slot", options->slot, 0, 255, "token slot, 0 to 255")->required();
  add_number(*command, "--generation", options->generation, 0, 65'535, "generation of the slot, 0 to 65535")->required();
  command->add_option("--time", options->time, "moment to compute for: now, 2026-05-01T14:00Z, @1777636800 (now unless given)")
      ->type_name("T");
  add_number(*command, "--digits", options->digits, 6, 8, "length of the code, 6 to 8 (8 unless given)");
  add_number(*command, "--count", options->count, 1, 2'880, "how many steps from that moment on, 1 to 2880 (1 unless given)");
  command->add_flag("--sms", options->sms, "the code of an SMS: K_sms and steps of 150 s");
  command->add_flag("--fixed", options->fixed, "the code of a fixed token: the key of hour 0");
  command->add_flag("--show-keys", options->show_keys,
                    "print K_hour and K_slot (or K_sms) too: secrets, for comparing step by step");
  command->add_flag("--json", console.json, "for scripts");
  command->callback([options, &console] { run_otp(*options, console); });
}

}  // namespace cardea::client
