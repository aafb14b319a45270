// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <ostream>
#include <utility>

#include "apps/cardea/key_option.hpp"
#include "apps/cardea/options.hpp"
#include "apps/cardea/platform_commands.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;

std::string path_of(Platform& platform, const std::string& lock) { return "/v1/locks/" + platform.names.lock_id(lock); }

std::string clock_of(const json::value& lock) {
  const json::value& clock = lock.at("clock");
  if (clock.is_null()) return "not known yet";
  const std::string quality = text(clock, "quality");
  return quality == "synced" || quality == "kept" ? fmt::format("{}, at most {} s off", quality, text(clock, "error_bound_s"))
                                                  : quality;
}

std::string keypad_of(const json::value& lock) {
  const json::value& keypad = lock.at("keypad");
  if (keypad.is_null()) return "not known yet";
  const std::string failures = fmt::format("{} failures in 30 days", text(keypad, "failures"));
  if (text(keypad, "off") == "true") return "off, " + failures + ": cardea lock release-keypad";
  const auto wait_s = keypad.at("wait_s").to_number<std::uint64_t>();
  return wait_s == 0 ? failures : fmt::format("{}, waits {}", failures, format_duration(wait_s));
}

std::string settings_of(const json::value& lock) {
  const json::value& desired = lock.at("desired");
  if (const std::string refused = text(desired, "refused"); !refused.empty())
    return fmt::format("version {} refused by the lock ({})", text(desired, "version"), refused);
  if (text(desired, "version") == text(desired, "applied_version")) return "in force at the lock";
  return fmt::format("version {} is on its way, {} in force", text(desired, "version"), text(desired, "applied_version"));
}

/// LockAdvice in words; of a newer platform's it knows the name alone.
std::string advice_words(std::string_view advice) {
  static constexpr std::pair<std::string_view, std::string_view> words[] = {
      {"nobodys", "This lock belongs to nobody here any more. Its last owner finds its label under its release."},
      {"written_off",
       "This lock was written off: the platform hears nothing of it. Where it still stands, it may open for what was issued "
       "for "
       "it."},
      {"release_unheard",
       "It is not known whether this lock has let go of its owner. Press its inside button: it says so as soon as it is "
       "heard."},
      {"press_button", "Press the inside button of the lock: it asks for its keys, and is given them while this claim stands."},
      {"unprotected",
       "This lock does not protect its keys: whoever takes it apart opens its door until its schedule ends. Do not let it be "
       "the door's only lock."},
      {"chain_broken",
       "The records of this lock contradict themselves. Nothing more of it is taken in until somebody has looked."},
      {"settings_refused", "The lock refused its newest settings: the old ones stand."},
      {"clock_lost",
       "The lock does not know the time, so it refuses one-time codes. Bring it online, carry a file to it, or type a clock "
       "code."},
      {"keypad_off", "The keypad is off after too many failures. Release it from here, or with a release code."},
      {"battery_low", "The battery is low. Change it."},
  };
  const auto* found = std::ranges::find(words, advice, &std::pair<std::string_view, std::string_view>::first);
  return std::string(found == std::end(words) ? advice : found->second);
}

void show_lock(Platform& platform, const json::value& lock) {
  if (platform.console.json) return platform.console.print(lock);
  const std::string door = text(lock, "door_id");
  const json::value& settings = lock.at("settings");
  const json::value& slots = lock.at("slots");
  Sheet sheet;
  sheet.add("lock", text(lock, "id"));
  sheet.add("door", platform.names.door_name(door));
  sheet.add("state", text(lock, "state") + (text(lock, "online") == "true" ? ", online" : ""));
  sheet.add("class", text(lock, "class"));
  if (text(lock, "state") == "claimed") sheet.add("claim ends", platform.names.when(lock, "claim_expires_at", door));
  sheet.add("last seen", platform.names.when(lock, "last_seen_at", door));
  sheet.add("clock", clock_of(lock));
  sheet.add("keypad", keypad_of(lock));
  sheet.add("slots",
            fmt::format("{} used, {} ending, of {}", text(slots, "used"), text(slots, "ending"), text(slots, "total")));
  sheet.add("codes",
            fmt::format("{} digits one-time, {} digits offline, {} digits PINs, epoch {}", text(settings, "otp_digits"),
                        text(settings, "code_digits"), text(settings, "pin_digits"), text(settings, "code_epoch")));
  sheet.add("guessed within a day", fmt::format("{:.1e} at most", settings.at("bound").at("per_day").to_number<double>()));
  sheet.add("settings", settings_of(lock));
  if (const std::string battery = text(lock, "battery_percent"); !battery.empty()) sheet.add("battery", battery + " %");
  for (const json::value& advice : lock.at("advice").as_array()) sheet.add("advice", advice_words(advice.as_string()));
  platform.console.print(sheet);
}

void list_locks(Platform& platform) {
  const json::object page = platform.api.list("/v1/locks");
  if (platform.console.json) return platform.console.print(page);
  Table table({"DOOR", "STATE", "CLASS", "ONLINE", "CLOCK", "LAST SEEN", "ID"});
  for (const json::value& lock : page.at("items").as_array()) {
    const std::string door = text(lock, "door_id");
    const json::value& clock = lock.at("clock");
    table.add({platform.names.door_name(door), text(lock, "state"), text(lock, "class"),
               text(lock, "online") == "true" ? "yes" : "no", text(clock, "quality"),
               platform.names.when(lock, "last_seen_at", door), text(lock, "id")});
  }
  platform.console.print(table);
}

void claim(Platform& platform, const std::string& door, const std::string& label, const std::string& lock_class) {
  json::object body{{"door_id", platform.names.door_id(door)},
                    {"label", label == "-" ? read_secret_file("/dev/stdin", "--label -") : label}};
  if (!lock_class.empty()) body["class"] = lock_class;
  const json::value lock = platform.api.post("/v1/locks/claim", body);
  if (platform.console.json) return platform.console.print(lock);
  platform.console.out << fmt::format(
      "Claimed {} for the door \"{}\" until {}.\nNow press the lock's inside button: it asks, and is given its keys.\n",
      text(lock, "id"), printable(door), platform.names.when(lock, "claim_expires_at", text(lock, "door_id")));
}

/// A momentary command; the lock has the last word.
void command(Platform& platform, const std::string& lock, const char* route, const char* done) {
  const json::value result = platform.api.post(path_of(platform, lock) + "/" + route);
  const bool was_done = text(result, "outcome") == "done";
  if (!was_done) platform.console.status = ExitStatus::kRefused;
  if (platform.console.json) return platform.console.print(result);
  if (was_done)
    platform.console.out << done << '\n';
  else
    platform.console.out << "The lock refused: " << printable(text(result, "reason")) << ".\n";
}

void print_label(Platform& platform, const std::string& label) {
  platform.console.out << label
                       << "\nThe lock belongs to nobody. Whoever has this label can claim it, once; hand it on like a key, and "
                          "delete it where you do not need it.\n";
}

/// Takes the lock from its owner, or says what became of that.
void release(Platform& platform, const std::string& lock, bool only_show) {
  const std::string path = path_of(platform, lock) + "/release";
  const json::value release = only_show ? platform.api.get(path) : platform.api.post(path);
  const bool is_done = !release.at("label").is_null();
  if (!is_done) platform.console.status = ExitStatus::kRefused;
  if (platform.console.json) return platform.console.print(release);
  if (is_done) return print_label(platform, text(release, "label"));
  if (only_show) {
    platform.console.out << "Nobody knows yet. Press the lock's inside button: it says so as soon as it is heard.\n";
    return;
  }
  const std::string reason = text(release, "reason");
  platform.console.out << "The lock refused: " << printable(reason) << ". It is yours as before.\n";
  if (reason == "not_pressed") platform.console.out << "Press its inside button, then ask again within two minutes.\n";
  if (reason == "records_unsent") platform.console.out << "It was just writing something down. Ask again.\n";
}

void add_guess_row(Table& table, const std::string& name, const json::value& bound) {
  if (bound.is_null()) return;
  table.add({name, text(bound, "accepted"), fmt::format("{:.1e}", bound.at("per_guess").to_number<double>()),
             fmt::format("{:.1e}", bound.at("per_day").to_number<double>())});
}

void show_bound(Platform& platform, const std::string& lock) {
  const json::value bound = platform.api.get(path_of(platform, lock) + "/bound");
  if (platform.console.json) return platform.console.print(bound);
  const json::value& policy = bound.at("policy");
  Table table({"CODE", "ACCEPTED AT ONCE", "PER GUESS", "WITHIN A DAY"});
  add_guess_row(table,
                fmt::format("{}-digit one-time, {} slots, {} by SMS too", text(policy, "otp_digits"), text(policy, "app_slots"),
                            text(policy, "sms_slots")),
                bound.at("otp"));
  add_guess_row(table, fmt::format("offline, n = {}", text(policy, "code_digits")), bound.at("offline"));
  if (text(policy, "pin_slots") != "0")
    add_guess_row(table,
                  fmt::format("{}-digit PINs, made by the platform, {}", text(policy, "pin_digits"), text(policy, "pin_slots")),
                  bound.at("pin"));
  platform.console.print(table);
  platform.console.out << fmt::format("Chance that a guesser is let in, with at most {} attempts within 24 hours.\n",
                                      text(bound, "attempts_per_day"));
}

void add_room_row(Table& table, const std::string& name, const json::value& used, const json::value& most,
                  const json::value* full) {
  const bool is_full = full != nullptr && !full->is_null();
  table.add({name, std::to_string(used.to_number<std::uint64_t>()), std::to_string(most.to_number<std::uint64_t>()),
             is_full ? text(*full, "detail") : ""});
}

void show_capacity(Platform& platform, const std::string& lock) {
  const json::value room = platform.api.get(path_of(platform, lock) + "/capacity");
  if (platform.console.json) return platform.console.print(room);
  const json::value& slots = room.at("slots");
  const std::uint64_t taken = slots.at("used").to_number<std::uint64_t>() + slots.at("ending").to_number<std::uint64_t>();
  Table table({"WHAT", "TAKEN", "OF", "INSTEAD"});
  add_room_row(table, "slots (tokens, SMS codes, PINs)", taken, slots.at("max"), &slots.at("full"));
  const json::value& schedules = room.at("schedules");
  add_room_row(table, "different schedules", schedules.at("used"), schedules.at("max"), &schedules.at("full"));
  if (const json::value& pins = room.at("pins"); !pins.is_null()) {
    add_room_row(table, fmt::format("{}-digit PINs, ever given out", text(pins, "digits")), pins.at("given_out"), pins.at("of"),
                 nullptr);
    add_room_row(table, "PINs chosen within a day", pins.at("choices").at("used"), pins.at("choices").at("max"), nullptr);
  }
  if (const json::value& pool = room.at("pool_codes"); !pool.is_null())
    add_room_row(table, fmt::format("pool codes, {} free now", text(pool, "free_now")), pool.at("handed_out"), pool.at("max"),
                 &pool.at("full"));
  platform.console.print(table);
}

std::string read_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw usage(fmt::format("{} cannot be opened. Check the path; the lock writes its file with cardea-lock.", path));
  return {std::istreambuf_iterator<char>(in), {}};
}

void exchange_file(Platform& platform, const std::string& lock, const std::string& from, const std::string& to) {
  // Opened before the platform is asked: an answer is good once.
  const std::string bytes = read_bytes(from);
  std::ofstream out(to, std::ios::binary | std::ios::trunc);
  if (!out) throw usage(fmt::format("{} cannot be written. Choose another --out.", to));
  const std::string answer = platform.api.post_file(path_of(platform, lock) + "/files", bytes);
  out << answer;
  out.close();
  if (!out) throw usage(fmt::format("{} could not be written in full. Make room, and have the lock write a new file.", to));
  if (platform.console.json) return platform.console.print(json::object{{"file", to}, {"size_bytes", answer.size()}});
  platform.console.out << fmt::format(
      "{}: {} bytes. Carry it back to the lock soon: it gives the time as it is now, and is good once.\n", to, answer.size());
}

void service_code(Platform& platform, const std::string& lock, const std::string& family, const std::string& credential) {
  json::object body{{"family", family}};
  if (!credential.empty()) body["credential_id"] = credential;
  const json::value issued = platform.api.post(path_of(platform, lock) + "/service-codes", body);
  if (platform.console.json) return platform.console.print(issued);
  platform.console.out << fmt::format("{}\nType it at the door: a {} code, which opens nothing.\n", text(issued, "code"),
                                      family);
}

struct SettingsOptions {
  std::string lock;
  std::optional<std::uint32_t> digits, code_digits, pin_digits, open_ms;
  std::optional<std::string> activation_window, time_step_max;
  std::optional<bool> only_keypad, refuse_when_full;
  bool raise_epoch = false;
};

void change_settings(Platform& platform, const SettingsOptions& options) {
  json::object body;
  put(body, "otp_digits", options.digits);
  put(body, "code_digits", options.code_digits);
  put(body, "pin_digits", options.pin_digits);
  put(body, "open_ms", options.open_ms);
  put(body, "only_keypad", options.only_keypad);
  put(body, "refuse_when_log_full", options.refuse_when_full);
  if (options.activation_window)
    body["activation_window_s"] = parse_duration("--activation-window", *options.activation_window);
  if (options.time_step_max) body["time_step_max_s"] = parse_duration("--time-step-max", *options.time_step_max);
  if (options.raise_epoch) body["raise_code_epoch"] = true;
  if (body.empty()) throw usage("nothing to change. Give at least one option.");
  show_lock(platform, platform.api.patch(path_of(platform, options.lock) + "/settings", body));
}

void add_settings_command(CLI::App& lock, PlatformCommands& commands) {
  auto options = std::make_shared<SettingsOptions>();
  CLI::App* settings = commands.add(lock, "settings", "Change what a lock is to hold; it applies it at its next contact",
                                    [options](Platform& platform) { change_settings(platform, *options); });
  settings->add_option("LOCK", options->lock, "its door, or id")->required();
  add_number(*settings, "--digits", options->digits, 6, 8, "length of one-time codes, 6 to 8");
  add_number(*settings, "--n", options->code_digits, 9, 12, "length of offline codes, 9 to 12: ends those that were issued");
  add_number(*settings, "--pin-digits", options->pin_digits, 6, 10, "length of PINs, 6 to 10, none of the other two");
  settings->add_option("--activation-window", options->activation_window, "an offline code must be used first within this: 72h")
      ->type_name("TIME");
  settings->add_option("--only-keypad", options->only_keypad, "true: no other way in, so the keypad is never switched off")
      ->type_name("BOOL");
  settings->add_option("--refuse-when-log-full", options->refuse_when_full, "true: open nothing rather than lose a record")
      ->type_name("BOOL");
  settings->add_option("--time-step-max", options->time_step_max, "most that one message may move a good clock forward: 24h")
      ->type_name("TIME");
  add_number(*settings, "--open-ms", options->open_ms, 100, 10'000, "how long the motor holds open, 100 to 10000");
  settings->add_flag("--raise-code-epoch", options->raise_epoch, "end every offline code of this lock");
}

void add_claim_command(CLI::App& lock, PlatformCommands& commands) {
  struct Options {
    std::string door, label, lock_class;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command =
      commands.add(lock, "claim", "Claim a mounted lock for a door, by its label",
                   [options](Platform& platform) { claim(platform, options->door, options->label, options->lock_class); });
  command->add_option("--door", options->door, "name, site/name or id")->type_name("DOOR")->required();
  command->add_option("--label", options->label, "the text of its QR code, or - for standard input")
      ->type_name("CARDEA1:…")
      ->required();
  command->add_option("--class", options->lock_class, "protected or unprotected: a lock of the other class gets nothing")
      ->type_name("CLASS");
}

void add_release_command(CLI::App& lock, PlatformCommands& commands) {
  struct Options {
    std::string lock;
    bool show = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command =
      commands.add(lock, "release", "Take a lock from its owner, after a press of its inside button; prints its next label",
                   [options](Platform& platform) { release(platform, options->lock, options->show); });
  command->add_option("LOCK", options->lock, "its door, or id")->required();
  command->add_flag("--show", options->show, "ask the lock for nothing: say what became of a release, by the lock's id");
}

/// There is no way back, so a slip of the fingers must not be enough.
void write_off(Platform& platform, const std::string& lock, bool is_meant) {
  if (!is_meant)
    throw usage(
        "this is for good: the platform forgets the lock's keys, refuses it whenever it comes back, and nobody can claim it "
        "again. Wherever it still stands, it may open for what was issued for it. Say --for-good if that is meant; a lock that "
        "still answers is released instead (cardea lock release).");
  const json::value written_off = platform.api.post(path_of(platform, lock) + "/write-off");
  if (platform.console.json) return platform.console.print(written_off);
  platform.console.out << fmt::format(
      "Wrote {} off. The door is free for another lock; grants stay, and their credentials are to be issued anew for it.\n",
      text(written_off, "id"));
}

void add_write_off_command(CLI::App& lock, PlatformCommands& commands) {
  struct Options {
    std::string lock;
    bool for_good = false;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command =
      commands.add(lock, "write-off", "Take a lock off its door that is destroyed, lost or stolen, and never answers again",
                   [options](Platform& platform) { write_off(platform, options->lock, options->for_good); });
  command->add_option("LOCK", options->lock, "its door, or id")->required();
  command->add_flag("--for-good", options->for_good, "it is meant: there is no way back");
}

void add_exchange_command(CLI::App& lock, PlatformCommands& commands) {
  struct Options {
    std::string lock, from, to;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command =
      commands.add(lock, "exchange", "Hand in the file of a lock without a network, and get the answer to carry back",
                   [options](Platform& platform) { exchange_file(platform, options->lock, options->from, options->to); });
  command->add_option("LOCK", options->lock, "its door, or id")->required();
  command->add_option("FILE", options->from, "what the lock wrote")->required();
  command->add_option("--out", options->to, "where the answer goes")->type_name("FILE")->required();
}

void add_service_code_command(CLI::App& lock, PlatformCommands& commands) {
  struct Options {
    std::string lock, family, credential;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = commands.add(
      lock, "service-code", "An offline code that opens nothing but serves the lock",
      [options](Platform& platform) { service_code(platform, options->lock, options->family, options->credential); });
  command->add_option("LOCK", options->lock, "its door, or id")->required();
  command
      ->add_option("FAMILY", options->family,
                   "clock (gives it the time), clear (ends what was issued), release (the keypad works again)")
      ->required();
  command->add_option("--credential", options->credential, "with clear: the one pool code that it ends")->type_name("ID");
}

}  // namespace

void add_lock_commands(CLI::App& app, PlatformCommands& commands) {
  auto name = std::make_shared<std::string>();
  CLI::App& lock = add_group(app, "lock", "Locks; other words run cardea-lock, a lock as a process");
  const auto add = [&](const char* verb, const char* help, std::function<void(Platform&)> run) {
    commands.add(lock, verb, help, std::move(run))->add_option("LOCK", *name, "its door, or id")->required();
  };
  commands.add(lock, "list", "All locks", list_locks);
  add("show", "One lock, as it last said it was",
      [name](Platform& platform) { show_lock(platform, platform.api.get(path_of(platform, *name))); });
  add_claim_command(lock, commands);
  add("withdraw", "Withdraw a claim that the lock has not taken up", [name](Platform& platform) {
    platform.api.remove(path_of(platform, *name) + "/claim");
    if (!platform.console.json) platform.console.out << "Withdrawn. The label stays good.\n";
  });
  add_settings_command(lock, commands);
  add("bound", "How hard its codes are to guess", [name](Platform& platform) { show_bound(platform, *name); });
  add("capacity", "How much room it has for tokens, PINs, codes and schedules, and what to do when it is full",
      [name](Platform& platform) { show_capacity(platform, *name); });
  add("unlock", "Open the door now", [name](Platform& platform) { command(platform, *name, "unlock", "Opened."); });
  add("release-keypad", "Let a keypad work again that too many failures switched off", [name](Platform& platform) {
    command(platform, *name, "release-keypad", "The keypad works again. Failures of the last 24 hours still make it wait.");
  });
  add_release_command(lock, commands);
  add_write_off_command(lock, commands);
  add_exchange_command(lock, commands);
  add_service_code_command(lock, commands);
}

}  // namespace cardea::client
