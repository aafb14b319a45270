// SPDX-License-Identifier: Apache-2.0
// cardea-lock: a lock as a process. It parses; what it does is in the other files of this folder.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <iterator>
#include <set>

#include "apps/cardea-lock/bench.hpp"
#include "apps/cardea-lock/control.hpp"
#include "apps/cardea-lock/emulator.hpp"
#include "apps/cardea-lock/label.hpp"
#include "apps/cardea-lock/record_json.hpp"
#include "apps/cardea-lock/requests.hpp"
#include "apps/cardea-lock/run.hpp"
#include "apps/cardea-lock/screen.hpp"
#include "lock/link/files.hpp"

namespace {

using namespace cardea;
using namespace cardea::lock_process;
namespace json = boost::json;

constexpr const char* about =
    "A lock as a process: the shipped lock component over a state directory, which is its memory. Nothing else decides.\n"
    "Commands talk to the lock that runs on the directory; with none running they run it themselves, which is a restart of "
    "it.\n"
    "Exit status: 0 granted or done, 1 refused, 2 usage or unreadable input, 3 the other side cannot be reached, or the power "
    "was cut.";

constexpr const char* lock_classes[] = {"unprotected", "protected"};

struct Arguments {
  std::string state;
  std::string lock_class = "protected";
  std::string lock_id;
  std::string label_secret;
  std::string clock;
  std::int32_t drift_ppm = 0;
  std::uint8_t battery = 100;
  std::uint64_t cut_at = 0;
  std::string platform = "http://127.0.0.1:8480";
  std::string ca_file;
  std::string firmware;
  std::string image;
  std::string maker;
  bool no_network = false;
  bool qr = false;
  bool press = false;
  bool json = false;
  std::string code;
  std::uint64_t seconds = 0;
  std::string felt;
  std::string from;
  std::string to;
  bool drift_given = false;
  /// Set by the command that was named.
  std::function<Exit()> command;
};

MachineOptions machine_options(const Arguments& arguments, bool may_make) {
  MachineOptions options;
  options.directory = arguments.state;
  if (may_make) options.make_class = static_cast<link::LockClass>(arguments.lock_class == lock_classes[1] ? 1 : 0);
  if (arguments.drift_given) options.drift_ppm = arguments.drift_ppm;
  options.clock_lost = arguments.clock == "lost";
  options.battery_percent = arguments.battery;
  options.cut_at = arguments.cut_at;
  return options;
}

/// Asks the running lock, or becomes the lock for this one request.
Reply ask_lock(const Arguments& arguments, json::object request, bool may_make = false) {
  if (arguments.cut_at != 0) request["cut_at"] = arguments.cut_at;
  if (std::optional<Reply> reply = ask_running(arguments.state, request)) return *std::move(reply);
  request.erase("cut_at");  // the machine counts from its start
  if (holds_an_emulated_lock(arguments.state)) return carry_out(*Emulator::start(machine_options(arguments, false)), request);
  const std::unique_ptr<Machine> machine = Machine::start(machine_options(arguments, may_make));
  return carry_out(*machine, request);
}

const json::value& answer_of(const Reply& reply) {
  if (!reply.error.empty()) throw Stop(reply.status, reply.error);
  return reply.answer;
}

Exit print_answer(const Reply& reply) {
  std::cout << json::serialize(answer_of(reply)) << '\n';
  return reply.status;
}

Exit type(const Arguments& arguments) {
  if (arguments.code.empty() || arguments.code.find_first_not_of("0123456789") != std::string::npos)
    throw Stop(Exit::kUsage, "a keypad has digits only: the code is to be 1 to 16 of them");
  return print_answer(ask_lock(arguments, {{"do", "type"}, {"code", arguments.code}}, true));
}

void print_label(const std::string& label, bool qr) {
  std::cout << label << '\n';
  if (qr) std::cout << '\n' << qr_code(label);
}

template <std::size_t N>
void parse_hex(const std::string& text, const char* option, std::span<std::uint8_t, N> out) {
  const bool digits = text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  if (!digits || text.size() != 2 * N)
    throw Stop(Exit::kUsage, fmt::format("{} is to be {} hexadecimal digits", option, 2 * N));
  for (std::size_t i = 0; i < N; ++i) out[i] = static_cast<std::uint8_t>(std::stoul(text.substr(2 * i, 2), nullptr, 16));
}

Exit init(const Arguments& arguments) {
  MachineOptions options = machine_options(arguments, true);
  if (holds_a_lock(arguments.state) || holds_an_emulated_lock(arguments.state))
    throw Stop(Exit::kUsage,
               fmt::format("{} holds a lock already; take another directory, or remove this one", arguments.state));
  Factory factory = random_factory(*options.make_class);
  if (!arguments.lock_id.empty()) parse_hex(arguments.lock_id, "--lock-id", std::span(factory.lock.value));
  if (!arguments.label_secret.empty())
    parse_hex(arguments.label_secret, "--label-secret", factory.claim_secret.mutable_bytes());
  options.factory = factory;
  if (arguments.image.empty() != arguments.maker.empty())
    throw Stop(Exit::kUsage, "--image and --maker belong together: the image, and who signs those that the lock takes");
  if (!arguments.image.empty() && !arguments.firmware.empty())
    throw Stop(Exit::kUsage, "--image is for a lock that is a process; the image of an emulated one is that of --firmware");
  options.image = arguments.image;
  options.maker = arguments.maker;
  if (arguments.firmware.empty())
    Machine::start(options);
  else
    make_emulated(arguments.state, arguments.firmware, factory);
  const Reply reply = ask_lock(arguments, {{"do", "label"}});
  print_label(std::string(answer_of(reply).as_string()), arguments.qr || ::isatty(STDOUT_FILENO) == 1);
  return Exit::kDone;
}

/// An empty directory becomes an emulated lock; one that is an emulated lock runs another image.
void take_firmware(const Arguments& arguments) {
  if (arguments.firmware.empty()) return;
  if (holds_an_emulated_lock(arguments.state)) return change_image(arguments.state, arguments.firmware);
  make_emulated(arguments.state, arguments.firmware, random_factory(*machine_options(arguments, true).make_class));
}

Exit label(const Arguments& arguments) {
  const Reply reply = ask_lock(arguments, {{"do", "label"}});
  print_label(std::string(answer_of(reply).as_string()), arguments.qr);
  return Exit::kDone;
}

Exit status(const Arguments& arguments) {
  const Reply reply = ask_lock(arguments, {{"do", "status"}});
  if (arguments.json) return print_answer(reply);
  for (const auto& [name, value] : answer_of(reply).as_object()) {
    const std::string shown = value.is_string() ? std::string(value.as_string()) : json::serialize(value);
    std::cout << fmt::format("{:<20} {}\n", std::string(name), shown);
  }
  return Exit::kDone;
}

Exit audit_lines(const Arguments& arguments) {
  const Reply reply = ask_lock(arguments, {{"do", "audit"}});
  for (const json::value& record : answer_of(reply).as_array()) std::cout << json::serialize(record) << '\n';
  return Exit::kDone;
}

Exit screen(const Arguments& arguments) {
  const json::object look{{"do", "wait"}};
  if (ask_running(arguments.state, look)) {
    return show_keypad([&](const json::object& request) {
      std::optional<Reply> reply = ask_running(arguments.state, request);
      if (!reply) throw Stop(Exit::kUnreachable, fmt::format("the lock that ran on {} has ended", arguments.state));
      return *std::move(reply);
    });
  }
  if (holds_an_emulated_lock(arguments.state)) {
    const std::unique_ptr<Emulator> emulator = Emulator::start(machine_options(arguments, false));
    return show_keypad([&](const json::object& request) { return carry_out(*emulator, request); });
  }
  const std::unique_ptr<Machine> machine = Machine::start(machine_options(arguments, true));
  return show_keypad([&](const json::object& request) {
    machine->lock().poll();
    return carry_out(*machine, request);
  });
}

Exit cut(const Arguments& arguments) {
  try {
    static_cast<void>(ask_running(arguments.state, {{"do", "power_off"}}));
  } catch (const Stop&) {
    return Exit::kDone;  // it ended before it could answer: that was asked for
  }
  throw Stop(Exit::kUnreachable, fmt::format("no lock runs on {}", arguments.state));
}

/// What a lock feels is gone with its process: only a running one can be told.
Exit feel(const Arguments& arguments, const json::object& request) {
  const std::optional<Reply> reply = ask_running(arguments.state, request);
  if (!reply) throw Stop(Exit::kUnreachable, fmt::format("no lock runs on {}", arguments.state));
  return print_answer(*reply);
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Stop(Exit::kUsage, fmt::format("cannot read {}: {}", path, std::strerror(errno)));
  const std::string content((std::istreambuf_iterator<char>(file)), {});
  if (content.size() > link::file_size_bytes_max + activation::done_size_bytes)
    throw Stop(Exit::kUsage, fmt::format("{} is too long to be a file for a lock", path));
  return hex({reinterpret_cast<const std::uint8_t*>(content.data()), content.size()});
}

/// Whole or not at all: written beside and renamed.
void write_file(const std::string& path, const std::string& content_hex) {
  const std::string next = path + ".new";
  std::ofstream file(next, std::ios::binary | std::ios::trunc);
  for (std::size_t i = 0; i + 1 < content_hex.size(); i += 2)
    file.put(static_cast<char>(std::stoul(content_hex.substr(i, 2), nullptr, 16)));
  file.close();
  if (!file || std::rename(next.c_str(), path.c_str()) != 0)
    throw Stop(Exit::kUsage, fmt::format("cannot write {}: {}", path, std::strerror(errno)));
}

Exit file_to(const Arguments& arguments, const char* what) {
  const Reply reply = ask_lock(arguments, {{"do", what}});
  const json::value& answer = answer_of(reply);
  write_file(arguments.to, std::string(answer.as_string()));
  std::cout << json::serialize(json::object{{"file", arguments.to}, {"size_bytes", answer.as_string().size() / 2}}) << '\n';
  return Exit::kDone;
}

Exit file_from(const Arguments& arguments, const char* what) {
  return print_answer(ask_lock(arguments, {{"do", what}, {"file", read_file(arguments.from)}}));
}

// --- the command line ------------------------------------------------------------------------------------------------------

void add_state(CLI::App& command, Arguments& arguments) {
  command.add_option("--state", arguments.state, "the lock's state directory")->required()->type_name("DIR");
}

void add_cut(CLI::App& command, Arguments& arguments) {
  command
      .add_option("--cut-at", arguments.cut_at, "cut the power at this flash operation from now on, 1 being the next; exit 3")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 40).description(""));
}

void add_class(CLI::App& command, Arguments& arguments) {
  command
      .add_option("--class", arguments.lock_class,
                  "of a lock that is made: protected (keeps keys where a flash dump cannot reach) or unprotected")
      ->check(CLI::IsMember({lock_classes[0], lock_classes[1]}).description(""))
      ->type_name("CLASS")
      ->capture_default_str();
}

void add_firmware(CLI::App& command, Arguments& arguments) {
  command
      .add_option(
          "--firmware", arguments.firmware,
          "run this image on an emulated board from now on: build/mcu/firmware/cardea-mps2-an385.img, which ./dev firmware "
          "makes. Its platform is then reached through cardea-gateway")
      ->type_name("IMAGE");
}

/// What a lock that this process runs is like.
void add_conditions(CLI::App& command, Arguments& arguments) {
  add_class(command, arguments);
  command.add_option("--drift", arguments.drift_ppm, "its clock runs fast by so many parts per million, or slow below 0")
      ->type_name("PPM")
      ->check(CLI::Range(-200'000, 200'000).description(""))
      ->each([&](const std::string&) { arguments.drift_given = true; });
  command.add_option("--clock", arguments.clock, "lost: the clock's back-up was empty")
      ->type_name("lost")
      ->check(CLI::IsMember({"lost"}).description(""));
  command.add_option("--battery", arguments.battery, "of its battery, in percent")
      ->type_name("N")
      ->check(CLI::Range(0, 100).description(""));
  add_cut(command, arguments);
}

CLI::App* add_command(CLI::App& app, const char* name, const char* help, Arguments& arguments, std::function<Exit()> run) {
  CLI::App* command = app.add_subcommand(name, help);
  add_state(*command, arguments);
  command->final_callback([&arguments, run = std::move(run)] { arguments.command = run; });
  return command;
}

void add_life(CLI::App& app, Arguments& arguments) {
  CLI::App* command = add_command(app, "init", "Make a factory-fresh lock in an empty directory, and print its label",
                                  arguments, [&] { return init(arguments); });
  add_class(*command, arguments);
  add_firmware(*command, arguments);
  command->add_option("--lock-id", arguments.lock_id, "its public id, 32 hexadecimal digits, instead of a random one")
      ->type_name("HEX");
  command
      ->add_option("--label-secret", arguments.label_secret,
                   "its claim secret, 32 hexadecimal digits, instead of a random one: for tests")
      ->type_name("HEX");
  command->add_flag("--qr", arguments.qr, "print the label as a QR code, too, when this is no terminal");
  command
      ->add_option("--image", arguments.image,
                   "a signed image that it calls itself after, so that it takes others over its link; it executes none")
      ->type_name("FILE");
  command->add_option("--maker", arguments.maker, "the public key of who signs its images, as image.py anchor prints it")
      ->type_name("HEX");

  command = add_command(
      app, "run", "Run the lock, linked to its platform, until Ctrl-C; an empty directory becomes a new lock", arguments, [&] {
        take_firmware(arguments);
        RunOptions options{.machine = machine_options(arguments, true), .platform = {}, .ca_file = arguments.ca_file};
        if (!arguments.no_network) options.platform = arguments.platform;
        return run(options);
      });
  add_conditions(*command, arguments);
  add_firmware(*command, arguments);
  command->add_option("--platform", arguments.platform, "where its platform is")->type_name("URL")->capture_default_str();
  command->add_option("--ca", arguments.ca_file, "PEM file of the authorities to believe, in place of the system's, over https")
      ->type_name("FILE");
  command->add_flag("--no-network", arguments.no_network, "no network reaches it: see the file commands");

  command =
      add_command(app, "bench",
                  "Put a lock on the bench until Ctrl-C: its panel at DIR/panel.sock, its serial bearer at DIR/bearer.sock; "
                  "an empty directory becomes one that no factory has made",
                  arguments, [&] { return run_on_bench(machine_options(arguments, false), arguments.firmware); });
  add_firmware(*command, arguments);

  add_command(app, "cut", "Cut the power of the running lock, at once", arguments, [&] { return cut(arguments); });
}

void add_door(CLI::App& app, Arguments& arguments) {
  CLI::App* command = add_command(app, "type", "Type a code at its keypad and press Enter; prints the verdict as JSON",
                                  arguments, [&] { return type(arguments); });
  command->add_option("CODE", arguments.code, "the digits")->required()->type_name("");
  add_conditions(*command, arguments);

  command =
      add_command(app, "press", "Press the button on the inside: it opens, and lets an unclaimed lock be claimed for 120 s",
                  arguments, [&] { return print_answer(ask_lock(arguments, {{"do", "press"}}, true)); });
  add_conditions(*command, arguments);

  command = add_command(app, "advance", "Let time pass for the lock, at once", arguments,
                        [&] { return print_answer(ask_lock(arguments, {{"do", "advance"}, {"seconds", arguments.seconds}})); });
  command->add_option("SECONDS", arguments.seconds, "how many seconds")
      ->required()
      ->type_name("")
      ->check(CLI::Range(std::uint64_t{0}, std::uint64_t{1} << 34).description(""));
  add_conditions(*command, arguments);

  command = add_command(app, "screen", "Stand in front of it: its keypad on this terminal, to use by hand", arguments,
                        [&] { return screen(arguments); });
  add_conditions(*command, arguments);
}

/// What the sensors of a running lock feel.
void add_sensors(CLI::App& app, Arguments& arguments) {
  const auto add = [&](const char* name, const char* help, std::set<std::string> words, std::function<Exit()> run) {
    CLI::App* command = add_command(app, name, help, arguments, std::move(run));
    const std::string type = fmt::format("{}", fmt::join(words, "|"));
    command->add_option("WHAT", arguments.felt, type)->required()->type_name("")->check(CLI::IsMember(words).description(""));
  };
  add("door", "Move the door: one that opens and was not let open was forced", {"closed", "open"},
      [&] { return feel(arguments, {{"do", "door"}, {"open", arguments.felt == "open"}}); });
  add("cover", "Take its cover off, or put it on again", {"off", "on"},
      [&] { return feel(arguments, {{"do", "cover"}, {"off", arguments.felt == "off"}}); });
  CLI::App* command = add_command(app, "battery", "Let its battery run down, or change it", arguments,
                                  [&] { return feel(arguments, {{"do", "battery"}, {"percent", arguments.battery}}); });
  command->add_option("PERCENT", arguments.battery, "what is left of it")
      ->required()
      ->type_name("")
      ->check(CLI::Range(0, 100).description(""));
}

void add_views(CLI::App& app, Arguments& arguments) {
  CLI::App* command = add_command(app, "status", "What the lock says of itself", arguments, [&] { return status(arguments); });
  command->add_flag("--json", arguments.json, "as one line of JSON");
  add_command(app, "audit", "Its audit records, oldest first, one line of JSON each", arguments,
              [&] { return audit_lines(arguments); });
  command = add_command(app, "label",
                        "The label of an unclaimed lock: whoever has it can claim the lock, with somebody at its button",
                        arguments, [&] { return label(arguments); });
  command->add_flag("--qr", arguments.qr, "as a QR code, too");
}

void add_files(CLI::App& app, Arguments& arguments) {
  CLI::App* file = app.add_subcommand(
      "file", "Files that an installer carries between a lock without a network and its platform, both ways");
  file->require_subcommand(1);
  const auto add_to = [&](CLI::App* command) {
    command->add_option("--to", arguments.to, "the file to write")->required()->type_name("FILE");
    add_cut(*command, arguments);
  };
  const auto add_from = [&](CLI::App* command) {
    command->add_option("--from", arguments.from, "the file to read")->required()->type_name("FILE");
    add_cut(*command, arguments);
  };
  CLI::App* ask = add_command(*file, "ask", "Write the ask of an unclaimed lock, within 120 s of a press of its button",
                              arguments, [&] { return file_to(arguments, arguments.press ? "press_and_ask" : "file_ask"); });
  add_to(ask);
  ask->add_flag("--press", arguments.press, "press the button first");
  add_from(add_command(*file, "answer", "Give the lock the platform's answer to its ask: it is then activated", arguments,
                       [&] { return file_from(arguments, "file_answer"); }));
  add_to(add_command(*file, "out", "Write the lock's file: its status and its records, for the platform", arguments,
                     [&] { return file_to(arguments, "file_out"); }));
  add_from(add_command(*file, "in", "Give the lock the platform's answer to its newest file: time, receipt, settings",
                       arguments, [&] { return file_from(arguments, "file_in"); }));
}

int report(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help
  // The words themselves are not repeated: one of them may be a code.
  const bool unknown = dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr;
  std::cerr << "cardea-lock: " << (unknown ? "there are words too many, or in the wrong place" : error.what())
            << ".\nSee cardea-lock --help.\n";
  return static_cast<int>(Exit::kUsage);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(about, "cardea-lock");
  app.require_subcommand(1);
  Arguments arguments;
  add_life(app, arguments);
  add_door(app, arguments);
  add_sensors(app, arguments);
  add_views(app, arguments);
  add_files(app, arguments);
  try {
    app.parse(argc, argv);
    return static_cast<int>(arguments.command());
  } catch (const CLI::ParseError& error) {
    return report(app, error);
  } catch (const Stop& stop) {
    std::cout.flush();
    std::cerr << "cardea-lock: " << stop.what() << '\n';
    return static_cast<int>(stop.status());
  } catch (const std::exception& wrong) {
    std::cerr << "cardea-lock: " << wrong.what() << '\n';
    return static_cast<int>(Exit::kUsage);
  }
}
