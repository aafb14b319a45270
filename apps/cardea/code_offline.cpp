// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <boost/json.hpp>
#include <iostream>
#include <memory>
#include <optional>

#include "apps/cardea/code_commands.hpp"
#include "apps/cardea/crypto.hpp"
#include "apps/cardea/key_option.hpp"
#include "apps/cardea/options.hpp"
#include "apps/cardea/times.hpp"
#include "core/codes/ff1.hpp"
#include "core/codes/windows.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::client {
namespace {

/// Which lock's codes.
struct LockOptions {
  std::string lock_id;
  KeyOption k_lock;
  std::uint32_t n = 10;
  std::uint32_t epoch = 0;

  void add_to(CLI::App& command) {
    command.add_option("--lock-id", lock_id, "the lock's public id, 32 hex digits")->type_name("HEX")->required();
    k_lock.add_to(command, "k-lock", "K_lock, the lock's key");
    add_number(command, "--n", n, 9, 12, "length of the lock's offline codes, 9 to 12 (10 unless given)");
    add_number(command, "--epoch", epoch, 0, 65'535, "code epoch e, 0 to 65535 (0 unless given)");
  }
  [[nodiscard]] std::uint8_t digits() const { return static_cast<std::uint8_t>(n); }
};

struct EncodeOptions {
  LockOptions lock;
  std::string family;
  std::optional<std::string> from, to, time;
  std::optional<std::uint32_t> klass, start, index, pool;
};

struct DecodeOptions {
  LockOptions lock;
  std::string code;
};

/// K_code(e) of the lock that the options name.
class CodeKey {
 public:
  explicit CodeKey(const LockOptions& lock)
      : lock_key_(provider_, need(provider_.import_key(KeyKind::kMac, lock.k_lock.read()))),
        code_key_(provider_, need(derive_code_key(provider_, lock_key_.handle(), parse_lock_id("--lock-id", lock.lock_id),
                                                  static_cast<std::uint16_t>(lock.epoch)))) {}
  Digits encrypt(std::uint64_t number, std::uint8_t digits) {
    return need(encrypt_number(provider_, code_key_.handle(), number, digits));
  }
  std::uint64_t decrypt(const Digits& code) { return need(decrypt_code(provider_, code_key_.handle(), code)); }

 private:
  OpensslProvider provider_;
  ScopedKey lock_key_;
  ScopedKey code_key_;
};

Family family_named(const std::string& name) {
  for (std::size_t i = 0; i < family_count; ++i)
    if (name == name_of(static_cast<Family>(i))) return static_cast<Family>(i);
  throw usage(fmt::format("--family: \"{}\" is none. Families: timed, exclusive, once, pool, clock, clear, release.", name));
}

std::uint32_t need_option(const std::optional<std::uint32_t>& value, const char* option, Family family, const char* instead) {
  if (value) return *value;
  throw usage(fmt::format("{} is missing: a code of the family {} needs it{}.", option, name_of(family), instead));
}

void refuse_option(bool given, const char* option, Family family) {
  if (given) throw usage(fmt::format("{} does not apply to a code of the family {}. Leave it out.", option, name_of(family)));
}

/// --from and --to: the class that the server would pick.
Descriptor pick(const EncodeOptions& options, Family family) {
  const UnixSeconds moment = now();
  if (!options.from || !options.to) throw usage("--from and --to belong together. Give both, or --class and --start.");
  if (options.klass || options.start) throw usage("--from and --to already say the window: leave --class and --start out.");
  const UnixSeconds from = parse_time("--from", *options.from, {moment, moment, "UTC"});
  const UnixSeconds to = parse_time("--to", *options.to, {moment, from, "UTC"});
  if (to <= from) throw usage("--to is not later than --from: the window is empty.");
  const std::uint32_t index = options.index.value_or(0);
  const auto picked = pick_window({family, from, to, std::nullopt}, [&](const Descriptor& d) { return d.index == index; });
  if (picked.ok()) return picked->descriptor;
  throw usage(fmt::format(
      "no {} code has this window{}. Windows lie between 2020 and 2049 and last up to {}; indexes run from 0 to {}.",
      name_of(family), picked.error() == Status::kFull ? " with this --index" : "",
      family == Family::kOnce ? "24 hours" : "366 days", family == Family::kExclusive ? 0 : 3));
}

Descriptor window_descriptor(const EncodeOptions& options, Family family) {
  refuse_option(options.time.has_value(), "--time", family);
  refuse_option(options.pool.has_value(), "--clears-pool", family);
  if (options.from || options.to) return pick(options, family);
  const std::uint32_t klass = need_option(options.klass, "--class", family, ", or --from and --to");
  const std::uint32_t start = need_option(options.start, "--start", family, ", or --from and --to");
  const std::uint32_t index =
      family == Family::kExclusive ? options.index.value_or(0) : need_option(options.index, "--index", family, "");
  return {family, static_cast<std::uint8_t>(klass), start, index};
}

Descriptor tick_descriptor(const EncodeOptions& options, Family family) {
  if (options.time && (options.index || options.pool))
    throw usage("--time, --index and --clears-pool exclude each other. Give one.");
  if (options.pool) {
    refuse_option(family != Family::kClear, "--clears-pool", family);
    if (*options.pool >= pool_count) throw usage("--clears-pool: pool indexes run from 0 to 4095.");
    return clear_pool_code(static_cast<std::uint16_t>(*options.pool));
  }
  if (!options.time) return {family, 0, 0, need_option(options.index, "--time", family, ", or --index")};
  const UnixSeconds moment = now();
  const auto tick = tick_of(parse_time("--time", *options.time, {moment, moment, "UTC"}));
  if (!tick.ok()) throw usage("--time lies outside 2020..2059, which is what codes can say.");
  return {family, 0, 0, *tick};
}

Descriptor descriptor_from(const EncodeOptions& options) {
  const Family family = family_named(options.family);
  if (has_window(family)) return window_descriptor(options, family);
  refuse_option(options.from || options.to, "--from and --to", family);
  refuse_option(options.klass || options.start, "--class and --start", family);
  if (family != Family::kPool) return tick_descriptor(options, family);
  refuse_option(options.time.has_value(), "--time", family);
  refuse_option(options.pool.has_value(), "--clears-pool", family);
  return {family, 0, 0, need_option(options.index, "--index", family, "")};
}

boost::json::object json_of(const Descriptor& d) {
  boost::json::object out{{"family", name_of(d.family)}};
  if (has_window(d.family)) {
    const Interval interval = interval_of(d);
    out["class"] = d.klass;
    out["start"] = d.start;
    if (d.family != Family::kExclusive) out["index"] = d.index;
    out["begins"] = format_rfc3339(interval.begins);
    out["ends"] = format_rfc3339(interval.ends);
    return out;
  }
  out["index"] = d.index;
  if (d.family == Family::kPool) return out;
  if (clears_one_pool_code(d))
    out["clears_pool"] = d.index - tick_count;
  else
    out["t"] = format_rfc3339(time_of(d));
  return out;
}

/// What the code says, for people.
std::string meaning_of(const Descriptor& d) {
  switch (d.family) {
    case Family::kTimed: return "opens in its window";
    case Family::kExclusive: return "opens in its window; its first use cancels exclusive codes that start earlier";
    case Family::kOnce: return "opens one time in its window";
    case Family::kPool: return "opens one time; no window";
    case Family::kClock: return "gives a lock without a clock the time; opens nothing";
    case Family::kClear:
      return clears_one_pool_code(d) ? fmt::format("ends pool code {}; opens nothing", d.index - tick_count)
                                     : "ends what was issued before its time; opens nothing";
    case Family::kRelease: return "releases a keypad that waits or is off; opens nothing";
  }
  return "";
}

void show(const Descriptor& d, std::string_view code, std::uint64_t number, Console& console) {
  if (console.json) {
    boost::json::object out{{"code", code}, {"p", number}};
    for (auto& member : json_of(d)) out[member.key()] = member.value();
    return console.print(out);
  }
  Sheet sheet;
  sheet.add("code", std::string(code));
  sheet.add("family", fmt::format("{}: {}", name_of(d.family), meaning_of(d)));
  if (has_window(d.family)) {
    const Interval interval = interval_of(d);
    sheet.add("window (UTC)",
              fmt::format("{} to {} ({})", format_time(interval.begins, "UTC"), format_time(interval.ends, "UTC"),
                          format_duration(interval.ends.value - interval.begins.value)));
    sheet.add("class", std::to_string(d.klass));
    sheet.add("start", std::to_string(d.start));
  }
  if (has_window(d.family) ? d.family != Family::kExclusive : true) sheet.add("index", std::to_string(d.index));
  if (!has_window(d.family) && d.family != Family::kPool && !clears_one_pool_code(d))
    sheet.add("time (UTC)", format_time(time_of(d), "UTC"));
  sheet.add("P", std::to_string(number));
  console.print(sheet);
}

void run_encode(const EncodeOptions& options, Console& console) {
  const Descriptor descriptor = descriptor_from(options);
  const auto number = number_of(descriptor, options.lock.digits());
  if (!number.ok()) {
    if (!has_family(options.lock.digits(), descriptor.family))
      throw usage(
          fmt::format("codes of 9 digits have no room for the family {}. Take --n 10 or more.", name_of(descriptor.family)));
    throw usage(fmt::format(
        "there is no such {} code. class: 0 to 93 (once: 0 to 23); start: 0 to 1048575; index: 0 to 3 (exclusive 0, "
        "pool 0 to 4095, clock and release 0 to 2097151).",
        name_of(descriptor.family)));
  }
  CodeKey key(options.lock);
  const Digits code = key.encrypt(*number, options.lock.digits());
  show(descriptor, code.reveal(), *number, console);
}

void not_a_code(const char* reason, const std::string& why, Console& console) {
  console.status = ExitStatus::kRefused;
  if (console.json) return console.print(boost::json::object{{"reason", reason}, {"detail", why}});
  console.out << reason << ": " << why << '\n';
}

void run_decode(const DecodeOptions& options, Console& console) {
  CodeKey key(options.lock);
  std::string typed = options.code;
  if (typed == "-" && !std::getline(std::cin, typed)) throw usage("CODE is -, but nothing came from standard input.");
  const Digits code = Digits::parse(typed);
  if (code.count() == 0) return not_a_code("malformed", "a code is decimal digits and nothing else.", console);
  if (code.count() != options.lock.n)
    return not_a_code("malformed",
                      fmt::format("{} digits, but the lock's offline codes have {}. Check --n.", code.count(), options.lock.n),
                      console);
  const std::uint64_t number = key.decrypt(code);
  const auto descriptor = descriptor_of(number, options.lock.digits());
  if (!descriptor.ok())
    return not_a_code("unknown_code",
                      fmt::format("P = {} lies past the last family: no such code was ever issued by this lock's key and "
                                  "epoch {}.",
                                  number, options.lock.epoch),
                      console);
  show(*descriptor, code.reveal(), number, console);
}

void add_encode(CLI::App& offline, Console& console) {
  CLI::App* command = offline.add_subcommand("encode", "The code of a descriptor, or of the window that you ask for");
  auto options = std::make_shared<EncodeOptions>();
  options->lock.add_to(*command);
  command->add_option("--family", options->family, "timed, exclusive, once, pool, clock, clear or release")
      ->type_name("NAME")
      ->required();
  command->add_option("--from", options->from, "timed, exclusive, once: begin of the window; UTC unless it says otherwise")
      ->type_name("T");
  command->add_option("--to", options->to, "end of the window; +2h counts from its begin")->type_name("T");
  command->add_option("--class", options->klass, "instead of --from and --to: class, 0 to 93")->type_name("N");
  command->add_option("--start", options->start, "and start, in the unit of the class")->type_name("N");
  command->add_option("--index", options->index, "which of equal codes; pool: the pool index")->type_name("N");
  command->add_option("--time", options->time, "clock, clear, release: the time that the code says")->type_name("T");
  command->add_option("--clears-pool", options->pool, "clear: the one pool code that it ends")->type_name("N");
  command->add_flag("--json", console.json, "for scripts");
  command->callback([options, &console] { run_encode(*options, console); });
}

void add_decode(CLI::App& offline, Console& console) {
  CLI::App* command = offline.add_subcommand("decode", "What a code says, or why it is none (then the exit status is 1)");
  auto options = std::make_shared<DecodeOptions>();
  options->lock.add_to(*command);
  command->add_option("CODE", options->code, "the code, or - for standard input")->required();
  command->add_flag("--json", console.json, "for scripts");
  command->callback([options, &console] { run_decode(*options, console); });
}

}  // namespace

void add_offline_commands(CLI::App& code, Console& console) {
  CLI::App* offline = code.add_subcommand("offline", "Compute and read offline codes from K_lock");
  offline->require_subcommand(1);
  add_encode(*offline, console);
  add_decode(*offline, console);
}

}  // namespace cardea::client
