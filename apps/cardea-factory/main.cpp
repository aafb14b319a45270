// SPDX-License-Identifier: Apache-2.0
// cardea-factory: a maker's station. It parses and reports; what it does is in the other files of this folder.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <iostream>

#include "apps/cardea-factory/label.hpp"
#include "apps/cardea-factory/station.hpp"
#include "apps/cardea/key_option.hpp"
#include "apps/cardea/stop.hpp"
#include "apps/cardea/terminal.hpp"

namespace {

using namespace cardea;
using namespace cardea::station;
using client::ExitStatus;
using client::refused;
using client::Stop;
using client::usage;
namespace fs = std::filesystem;
namespace json = boost::json;

constexpr const char* about_text =
    "A maker's station: gives devices on a line their identity, seals them, draws their labels, and signs the batch.\n"
    "Exit status: 0 done, 1 refused or a check failed, 2 usage or unreadable input, 3 no device answers.";
constexpr const char* passphrase_variable = "CARDEA_MAKER_PASSPHRASE";

struct Arguments {
  std::string folder;
  std::string batch;
  std::string vendor;
  std::string device_class;
  std::string lock_class = "protected";
  std::string passphrase_file;
  std::string to;
  std::string file;
  std::string maker;
  std::string lock;
  bool json = false;
  StationOptions station;
  std::uint32_t patience_s = 600;
  std::function<ExitStatus()> command;
};

std::string passphrase(const Arguments& arguments, bool twice) {
  if (!arguments.passphrase_file.empty()) return client::read_secret_file(arguments.passphrase_file, "--passphrase-file");
  const char* const variable = std::getenv(passphrase_variable);  // NOLINT(concurrency-mt-unsafe): nobody sets it any more
  if (variable != nullptr) return variable;
  std::string typed = client::ask_hidden("passphrase of the maker's key");
  if (twice && client::ask_hidden("the same again") != typed) throw usage("these are not the same: nothing was made.");
  return typed;
}

ExitStatus init(const Arguments& arguments) {
  MakerSettings settings;
  settings.maker.vendor = parse_uuid(arguments.vendor, "--vendor");
  settings.maker.device_class = parse_uuid(arguments.device_class, "--device-class");
  settings.lock_class = parse_class(arguments.lock_class);
  std::string secret = passphrase(arguments, true);
  make_maker(arguments.folder, settings, secret);
  std::cout << fmt::format(
      "{0} is a maker's. Keep maker.key and its passphrase apart, and a copy of both: locks are known by it.\n"
      "Give {0}/maker.pub to who is to know your locks.\n",
      arguments.folder);
  return ExitStatus::kDone;
}

ExitStatus make(const Arguments& arguments) {
  const MakerSettings settings = read_settings(arguments.folder);
  if (!line::Line::is_name(arguments.station.line) || !line::is_baud(arguments.station.baud))
    throw usage(fmt::format(
        "--line {} --baud {} is no line: write serial:DEVICE, unix:PATH or tcp:HOST:PORT, and a speed such as 115200.",
        arguments.station.line, arguments.station.baud));
  BatchJournal journal(arguments.folder, arguments.batch);
  StationOptions options = arguments.station;
  options.patience = std::chrono::seconds(arguments.patience_s);
  Station station(options, settings, journal, [](const std::string& sentence) { std::cout << sentence << std::endl; });
  station.run();
  std::cout << fmt::format("{} devices are made. Next: cardea factory sheet, print it, then cardea factory sign.\n",
                           journal.count(DeviceStep::kMade));
  return ExitStatus::kDone;
}

const char* word_of(DeviceStep step) {
  switch (step) {
    case DeviceStep::kBegun: return "begun";
    case DeviceStep::kLabelled: return "labelled";
    case DeviceStep::kMade: return "made";
    case DeviceStep::kVoid: return "given up";
  }
  return "";
}

const char* what_next(DeviceStep step) {
  return step == DeviceStep::kBegun || step == DeviceStep::kLabelled
             ? "put it on the line again, or give it up: cardea factory give-up"
             : "";
}

ExitStatus show(const Arguments& arguments) {
  read_settings(arguments.folder);
  const BatchJournal journal(arguments.folder, arguments.batch);
  for (const auto& [lock, device] : journal.devices())
    std::cout << fmt::format("{}  {:<9} {}\n", hex(lock.value), word_of(device.step), what_next(device.step));
  const std::size_t unfinished = journal.count(DeviceStep::kBegun) + journal.count(DeviceStep::kLabelled);
  std::cout << fmt::format("{} made, {} unfinished, {} given up; {}\n", journal.count(DeviceStep::kMade), unfinished,
                           journal.count(DeviceStep::kVoid), journal.is_signed() ? "signed" : "not signed");
  return ExitStatus::kDone;
}

ExitStatus give_up(const Arguments& arguments) {
  read_settings(arguments.folder);
  BatchJournal journal(arguments.folder, arguments.batch);
  const LockId lock = client::parse_lock_id("LOCK_ID", arguments.lock);
  const Device* const device = journal.find(lock);
  if (device == nullptr || device->step == DeviceStep::kVoid)
    throw refused("this batch has no such device, or gave it up before.");
  if (device->step == DeviceStep::kMade)
    throw refused("this device is made and sealed: it belongs to the batch. Scrap it, and tell whoever takes the batch.");
  const bool had_label = destroy_label(journal.label_of(lock));
  journal.give_up(lock);
  std::cout << fmt::format("{} is given up{}. Scrap the device if it is sealed.\n", hex(lock.value),
                           had_label ? ", and its label is destroyed" : "");
  return ExitStatus::kDone;
}

/// Labels of what is made, and of nothing else.
ExitStatus sheet(const Arguments& arguments) {
  read_settings(arguments.folder);
  const BatchJournal journal(arguments.folder, arguments.batch);
  std::vector<std::string> labels;
  std::vector<fs::path> files;
  for (const auto& [lock, device] : journal.devices()) {
    if (device.step != DeviceStep::kMade || !fs::exists(journal.label_of(lock))) continue;
    files.push_back(journal.label_of(lock));
    labels.push_back(read_whole(files.back()));
  }
  if (labels.empty())
    throw refused(
        "there is no label to print: nothing is made yet, or all are on a sheet. The station keeps no secret, so a "
        "label that is lost cannot be printed again.");
  write_private(arguments.to, sheet_html(labels, "batch " + arguments.batch));
  for (const fs::path& file : files) destroy_label(file);
  std::cout << fmt::format(
      "{} labels are in {}, and nowhere else. Print it from a browser at 100 %, then destroy it: who reads it can claim these "
      "locks.\n",
      labels.size(), arguments.to);
  return ExitStatus::kDone;
}

ExitStatus sign(const Arguments& arguments) {
  const MakerSettings settings = read_settings(arguments.folder);
  BatchJournal journal(arguments.folder, arguments.batch);
  if (const std::size_t unfinished = journal.count(DeviceStep::kBegun) + journal.count(DeviceStep::kLabelled); unfinished > 0)
    throw refused(
        fmt::format("{} devices of this batch are not finished: see cardea factory show. Put them on the line again, "
                    "or give them up.",
                    unfinished));
  std::vector<factory::Entry> entries;
  for (const auto& [lock, device] : journal.devices())  // ascending
    if (device.step == DeviceStep::kMade) entries.push_back({lock, settings.lock_class, device.identity, device.made_at});
  if (entries.empty()) throw refused("this batch has no device yet: cardea factory make.");
  OpensslProvider provider(4);
  std::string secret = passphrase(arguments, false);
  const ScopedKey key(provider, open_maker_key(arguments.folder, secret, provider));
  std::string batch(factory::batch_size_bytes(entries.size()), '\0');
  const Result<std::size_t> size = factory::write_batch(settings.maker, entries, key.handle(), provider,
                                                        {reinterpret_cast<std::uint8_t*>(batch.data()), batch.size()});
  if (!size.ok()) throw refused(fmt::format("the batch cannot be written: {}.", cardea::name_of(size.error())));
  write_private(arguments.to, batch);
  if (!journal.is_signed()) journal.sign(static_cast<std::uint64_t>(std::time(nullptr)));
  std::cout << fmt::format("{} devices are in {}, signed. Check it: cardea factory verify {} --maker {}/maker.pub\n",
                           entries.size(), arguments.to, arguments.to, arguments.folder);
  return ExitStatus::kDone;
}

json::object json_of(const factory::Entry& entry) {
  return {{"lock_id", hex(entry.lock.value)},
          {"class", station::name_of(entry.lock_class)},
          {"identity", hex(entry.identity)},
          {"made_at", entry.made_at}};
}

ExitStatus verify(const Arguments& arguments) {
  const P256Point maker = read_maker_public(arguments.maker);
  const std::string bytes = read_whole(arguments.file);
  OpensslProvider provider(1);
  const Result<factory::Batch> batch =
      factory::open_batch({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}, maker, provider);
  if (!batch.ok() && batch.error() == Status::kForged)
    throw refused(fmt::format("{} is not signed by this maker, or was changed: believe nothing in it.", arguments.file));
  if (!batch.ok())
    throw usage(fmt::format("{} is no batch, or not whole ({}).", arguments.file, cardea::name_of(batch.error())));
  if (arguments.json) {
    json::array locks;
    for (std::size_t i = 0; i < batch->size(); ++i) locks.push_back(json_of(batch->entry(i)));
    std::cout << json::serialize(json::object{{"vendor", hex(batch->maker().vendor)},
                                              {"device_class", hex(batch->maker().device_class)},
                                              {"locks", locks}})
              << '\n';
    return ExitStatus::kDone;
  }
  std::cout << fmt::format("good: {} locks of vendor {}, device class {}\n", batch->size(), hex(batch->maker().vendor),
                           hex(batch->maker().device_class));
  for (std::size_t i = 0; i < batch->size(); ++i) {
    const factory::Entry entry = batch->entry(i);
    std::cout << fmt::format("{}  {:<11} {}…\n", hex(entry.lock.value), station::name_of(entry.lock_class),
                             hex(ByteSpan(entry.identity).first(8)));
  }
  return ExitStatus::kDone;
}

// --- the command line ------------------------------------------------------------------------------------------------------

CLI::App* add_command(CLI::App& app, const char* name, const char* help, Arguments& arguments,
                      ExitStatus (*run)(const Arguments&)) {
  CLI::App* command = app.add_subcommand(name, help);
  command->final_callback([&arguments, run] { arguments.command = [&arguments, run] { return run(arguments); }; });
  return command;
}

void add_folder(CLI::App& command, Arguments& arguments) {
  command.add_option("DIR", arguments.folder, "the maker's folder")->required()->type_name("");
}

void add_batch(CLI::App& command, Arguments& arguments) {
  add_folder(command, arguments);
  command.add_option("--batch", arguments.batch, "the batch's name: a folder in DIR")->required()->type_name("NAME");
}

void add_passphrase(CLI::App& command, Arguments& arguments) {
  command
      .add_option("--passphrase-file", arguments.passphrase_file,
                  fmt::format("file whose first line is the passphrase; else {}, else it is asked for", passphrase_variable))
      ->type_name("FILE");
}

void add_make(CLI::App& app, Arguments& arguments) {
  CLI::App* command =
      add_command(app, "make", "Make the devices of a batch, one after the other; goes on where it stopped", arguments, make);
  add_batch(*command, arguments);
  command->add_option("--count", arguments.station.count, "until so many devices of the batch are made")
      ->required()
      ->type_name("N")
      ->check(CLI::Range(std::size_t{1}, factory::batch_entry_count_max).description(""));
  command->add_option("--line", arguments.station.line, "to the device's panel: serial:DEVICE, unix:PATH or tcp:HOST:PORT")
      ->required()
      ->type_name("LINE");
  command->add_option("--baud", arguments.station.baud, "speed of a serial device")->type_name("N")->capture_default_str();
  command
      ->add_option("--next", arguments.station.next,
                   "command that puts the next device on the line; without it the station waits for a person to do it")
      ->type_name("CMD");
  command->add_option("--patience", arguments.patience_s, "how long it waits for the next device, in seconds")
      ->type_name("S")
      ->capture_default_str();
}

void add_commands(CLI::App& app, Arguments& arguments) {
  app.require_subcommand(1);
  CLI::App* command = add_command(app, "init", "Make a maker's folder: its key, and what it makes", arguments, init);
  add_folder(*command, arguments);
  command->add_option("--vendor", arguments.vendor, "UUID of the vendor, as in its firmware images")
      ->required()
      ->type_name("UUID");
  command->add_option("--device-class", arguments.device_class, "UUID of the hardware, as in its firmware images")
      ->required()
      ->type_name("UUID");
  command->add_option("--class", arguments.lock_class, "of the locks: protected or unprotected")
      ->type_name("CLASS")
      ->capture_default_str();
  add_passphrase(*command, arguments);
  add_make(app, arguments);
  add_batch(*add_command(app, "show", "What is made of a batch, and what is not finished", arguments, show), arguments);
  command = add_command(app, "give-up", "Give up a device that cannot be finished, and destroy its label", arguments, give_up);
  add_batch(*command, arguments);
  command->add_option("LOCK_ID", arguments.lock, "of the device, as show prints it")->required()->type_name("");
  command =
      add_command(app, "sheet", "Put the labels of a batch on sheets for printing; they are then there only", arguments, sheet);
  add_batch(*command, arguments);
  command->add_option("--to", arguments.to, "the sheets: HTML")->required()->type_name("FILE");
  command = add_command(app, "sign", "Sign the list of a batch's devices; it takes no more then", arguments, sign);
  add_batch(*command, arguments);
  command->add_option("--to", arguments.to, "the signed batch")->required()->type_name("FILE");
  add_passphrase(*command, arguments);
  command = add_command(app, "verify", "Check a signed batch, offline, and print what it says", arguments, verify);
  command->add_option("FILE", arguments.file, "the signed batch")->required()->type_name("");
  command->add_option("--maker", arguments.maker, "the maker's public key: maker.pub, which you have from the maker")
      ->required()
      ->type_name("KEY");
  command->add_flag("--json", arguments.json, "print it as JSON");
}

}  // namespace

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  CLI::App app(about_text, "cardea-factory");
  Arguments arguments;
  add_commands(app, arguments);
  try {
    app.parse(argc, argv);
    return static_cast<int>(arguments.command());
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    std::cerr << fmt::format("cardea-factory: {}. See cardea-factory --help.\n", error.what());
    return static_cast<int>(ExitStatus::kUsage);
  } catch (const Stop& stop) {
    std::cout.flush();
    std::cerr << "cardea-factory: " << stop.what() << '\n';
    return static_cast<int>(stop.status());
  }
}
