// SPDX-License-Identifier: Apache-2.0
// cardea-conform: drives a lock as its platform would, foul and fair, and says which rule of spec/ it breaks.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <iostream>

#include "apps/cardea-conform/cases.hpp"
#include "apps/cardea/crypto.hpp"
#include "apps/cardea/key_option.hpp"
#include "apps/cardea/stop.hpp"
#include "apps/line/line.hpp"

namespace {

using namespace cardea;
using namespace cardea::conform;
using client::ExitStatus;
using client::Stop;
using client::usage;
namespace json = boost::json;

constexpr const char* about =
    "Plays the platform of a lock over its bearer, foul and fair, case by case, and says which rules of spec/ the lock "
    "breaks.\n"
    "The lock is to be blank (then --panel makes it) or unclaimed, and is worth nothing to anybody else afterwards: it belongs "
    "to this "
    "run.\n"
    "Exit status: 0 every case passed or was skipped, 1 one failed, 2 usage, 3 the lock does not answer.";

struct Arguments {
  std::string bearer;
  std::string label_file;
  std::string lock_class = "protected";
  Setup setup;
  bool json = false;
  std::uint32_t silence_ms = 1'500;
  std::uint32_t cuts = 16;
};

const char* word_of(CaseVerdict verdict) {
  switch (verdict) {
    case CaseVerdict::kPass: return "pass";
    case CaseVerdict::kFail: return "FAIL";
    case CaseVerdict::kSkipped: return "skipped";
  }
  return "";
}

/// The label that the vendor gave, or a random one for a blank lock.
activation::Label label_of(const Arguments& arguments, OpensslProvider& provider) {
  if (!arguments.label_file.empty()) {
    std::string text = client::read_secret_file(arguments.label_file, "--label-file");
    const auto label = activation::decode(provider, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    if (!label.ok()) throw usage(fmt::format("--label-file holds no label ({}).", name_of(label.error())));
    return *label;
  }
  activation::Label label;
  if (provider.random(label.lock.value) != Status::kOk || provider.random(label.secret.mutable_bytes()) != Status::kOk)
    throw client::refused("the system gives no random bytes.");
  return label;
}

void print(const CaseOutcome& outcome) {
  std::cout << fmt::format("{:<8} {:<50} {}\n", word_of(outcome.verdict), outcome.of->name, outcome.of->rules);
  if (outcome.verdict == CaseVerdict::kFail)
    std::cout << fmt::format("         {}: expected {}; came: {}\n", outcome.rule, outcome.expected, outcome.came);
  if (outcome.verdict == CaseVerdict::kSkipped) std::cout << fmt::format("         {}\n", outcome.expected);
  std::cout.flush();
}

json::object json_of(const CaseOutcome& outcome) {
  json::object object{{"case", outcome.of->name}, {"rules", outcome.of->rules}, {"verdict", word_of(outcome.verdict)}};
  if (outcome.verdict == CaseVerdict::kFail) {
    object["rule"] = outcome.rule;
    object["expected"] = outcome.expected;
    object["came"] = outcome.came;
  }
  if (outcome.verdict == CaseVerdict::kSkipped) object["why"] = outcome.expected;
  return object;
}

ExitStatus run(const Arguments& arguments) {
  if (!arguments.bearer.starts_with("ws:") && !line::Line::is_name(arguments.bearer))
    throw usage(fmt::format("--bearer {} is none: write serial:DEVICE, unix:PATH, tcp:HOST:PORT or ws:ADDRESS:PORT.",
                            arguments.bearer));
  OpensslProvider provider(4);
  const link::LockClass lock_class =
      arguments.lock_class == "protected" ? link::LockClass::kProtected : link::LockClass::kUnprotected;
  const activation::Label label = label_of(arguments, provider);
  const std::unique_ptr<Hands> hands = make_hands(arguments.setup);
  if (arguments.label_file.empty() && !hands->make(label, lock_class))
    throw usage("this lock is not blank: give its label with --label-file, and it must be unclaimed.");
  const std::unique_ptr<Bearer> bearer = arguments.bearer.starts_with("ws:")
                                             ? make_web_socket_bearer(arguments.bearer.substr(3))
                                             : make_serial_bearer(arguments.bearer, arguments.setup.baud);
  Patience patience;
  patience.silence = Milliseconds(arguments.silence_ms);
  Subject subject(*bearer, *hands, label, lock_class, patience);
  subject.cuts_max = arguments.cuts;
  std::size_t counts[3] = {};
  json::array outcomes;
  bool goes_on = true;
  for (const Case& one : all_cases()) {
    const CaseOutcome outcome =
        goes_on ? run_case(one, subject) : CaseOutcome{&one, CaseVerdict::kSkipped, {}, "the lock was not activated", {}};
    goes_on = goes_on && (outcome.verdict != CaseVerdict::kFail || one.name != "activation: becomes the platform's");
    ++counts[static_cast<std::size_t>(outcome.verdict)];
    if (arguments.json)
      outcomes.push_back(json_of(outcome));
    else
      print(outcome);
  }
  const auto [passed, failed, skipped] = counts;
  if (arguments.json)
    std::cout << json::serialize(
                     json::object{{"passed", passed}, {"failed", failed}, {"skipped", skipped}, {"cases", outcomes}})
              << '\n';
  else
    std::cout << fmt::format("{} passed, {} failed, {} skipped\n", passed, failed, skipped);
  return failed == 0 ? ExitStatus::kDone : ExitStatus::kRefused;
}

void add_options(CLI::App& app, Arguments& arguments) {
  app.add_option("--bearer", arguments.bearer,
                 "the lock's serial bearer (spec/bearer-serial.md): serial:DEVICE, unix:PATH or tcp:HOST:PORT; or where to "
                 "listen for a lock that connects out: ws:ADDRESS:PORT")
      ->required()
      ->type_name("LINE");
  app.add_option("--baud", arguments.setup.baud, "speed of serial devices")->type_name("N")->capture_default_str();
  app.add_option("--panel", arguments.setup.panel,
                 "the lock's panel (firmware/README.md), for keypad, button and clock: a line as --bearer")
      ->type_name("LINE");
  app.add_option("--label-file", arguments.label_file,
                 "file with the label of an unclaimed lock; without it the lock is blank, and made")
      ->type_name("FILE");
  app.add_option("--class", arguments.lock_class, "of the lock")
      ->check(CLI::IsMember({"protected", "unprotected"}).description(""))
      ->type_name("CLASS")
      ->capture_default_str();
  app.add_option("--type-with", arguments.setup.type_with,
                 "command that types the digits behind it, and exits with 0 when the lock opened")
      ->type_name("CMD");
  app.add_option("--press-with", arguments.setup.press_with, "command that presses the inside button")->type_name("CMD");
  app.add_option("--advance-with", arguments.setup.advance_with, "command that lets the seconds behind it pass for the lock")
      ->type_name("CMD");
  app.add_option("--restart", arguments.setup.restart, "command that takes the lock's power and gives it back")
      ->type_name("CMD");
  app.add_option("--cut-with", arguments.setup.cut_with,
                 "command that lets the power go in the middle of the flash operation whose number stands behind it; --restart "
                 "gives it back")
      ->type_name("CMD");
  app.add_option("--cuts", arguments.cuts,
                 "of an entry, of a desired state and so on, so many flash operations are cut at most; 0: none")
      ->type_name("N")
      ->capture_default_str();
  app.add_option("--silence", arguments.silence_ms, "how long the kit waits for what must not come, in milliseconds")
      ->type_name("MS")
      ->capture_default_str();
  app.add_flag("--json", arguments.json, "print the outcome as JSON");
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app(about, "cardea-conform");
  Arguments arguments;
  add_options(app, arguments);
  try {
    app.parse(argc, argv);
    return static_cast<int>(run(arguments));
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::cerr << fmt::format("cardea-conform: {}. See cardea-conform --help.\n", error.what());
    return static_cast<int>(ExitStatus::kUsage);
  } catch (const Stop& stop) {
    std::cout.flush();
    std::cerr << "cardea-conform: " << stop.what() << '\n';
    return static_cast<int>(stop.status());
  }
}
