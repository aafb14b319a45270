// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <ostream>
#include <thread>

#include "apps/cardea/platform_commands.hpp"
#include "apps/cardea/stop.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;

constexpr std::chrono::seconds watch_interval{2};
constexpr std::size_t bar_columns = 30;

std::string read_file(const std::string& name) {
  std::ifstream in(name, std::ios::binary);
  if (!in) throw Stop(ExitStatus::kUsage, name + ": no such file, or not to be read");
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The newest thing of a list whose `member` is `name`; an id stands for itself.
std::string find_id(Platform& platform, std::string_view kind, const std::string& path, const char* member,
                    const std::string& name) {
  if (is_id(kind, name)) return name;
  const json::object page = platform.api.list(path);
  const json::array& items = page.at("items").as_array();
  const auto found =
      std::find_if(items.rbegin(), items.rend(), [&](const json::value& item) { return text(item, member) == name; });
  if (found == items.rend())
    throw Stop(ExitStatus::kRefused, fmt::format("there is no {} called \"{}\"", kind, printable(name)));
  return text(*found, "id");
}

// --- firmware ---

void list_images(Platform& platform) {
  const json::object page = platform.api.list("/v1/firmware-images");
  if (platform.console.json) return platform.console.print(page);
  Table table({"VERSION", "COUNTER", "BYTES", "MAKER", "DEVICE CLASS", "CAMPAIGNS", "ID"});
  for (const json::value& image : page.at("items").as_array())
    table.add({text(image, "version"), text(image, "security_counter"), text(image, "size_bytes"), text(image, "maker"),
               text(image, "device_class"), text(image, "campaigns"), text(image, "id")});
  platform.console.print(table);
}

void upload(Platform& platform, const std::string& file) {
  const json::value image = json::parse(platform.api.post_file("/v1/firmware-images", read_file(file)));
  if (platform.console.json) return platform.console.print(image);
  platform.console.out << fmt::format("Version {} of {}, {} bytes, security counter {}: {}\n", text(image, "version"),
                                      printable(text(image, "maker")), text(image, "size_bytes"),
                                      text(image, "security_counter"), text(image, "id"));
}

void remove_image(Platform& platform, const std::string& image) {
  platform.api.remove("/v1/firmware-images/" + find_id(platform, "image", "/v1/firmware-images", "version", image));
  platform.console.out << "The image is gone.\n";
}

void list_makers(Platform& platform) {
  const json::object page = platform.api.list("/v1/firmware-makers");
  if (platform.console.json) return platform.console.print(page);
  Table table({"MAKER", "KEY", "ID"});
  for (const json::value& maker : page.at("items").as_array())
    table.add({text(maker, "name"), text(maker, "key_name"), text(maker, "id")});
  platform.console.print(table);
}

void trust(Platform& platform, const std::string& name, const std::string& file) {
  const json::value maker = platform.api.post("/v1/firmware-makers", {{"name", name}, {"public_key", read_file(file)}});
  if (platform.console.json) return platform.console.print(maker);
  platform.console.out << fmt::format("Images that {} signs are taken now. Its key is {}.\n", printable(name),
                                      text(maker, "key_name"));
}

void distrust(Platform& platform, const std::string& maker) {
  platform.api.remove("/v1/firmware-makers/" + find_id(platform, "maker", "/v1/firmware-makers", "name", maker));
  platform.console.out << "Images that it signs are taken no more; those that are here stay.\n";
}

// --- batches of locks ---

void list_batches(Platform& platform) {
  const json::object page = platform.api.list("/v1/lock-batches");
  if (platform.console.json) return platform.console.print(page);
  Table table({"MAKER", "LOCKS", "DEVICE CLASS", "ADDED", "ID"});
  for (const json::value& batch : page.at("items").as_array())
    table.add({text(batch, "maker"), text(batch, "lock_count"), text(batch, "device_class"), text(batch, "created_at"),
               text(batch, "id")});
  platform.console.print(table);
}

void add_batch(Platform& platform, const std::string& file) {
  const json::value batch = json::parse(platform.api.post_file("/v1/lock-batches", read_file(file)));
  if (platform.console.json) return platform.console.print(batch);
  platform.console.out << fmt::format("{} vouches for {} locks: {}\n", printable(text(batch, "maker")),
                                      text(batch, "lock_count"), text(batch, "id"));
}

void remove_batch(Platform& platform, const std::string& batch) {
  platform.api.remove("/v1/lock-batches/" + batch);
  platform.console.out << "Nobody vouches for its locks any more; those that are active stay so.\n";
}

void add_batch_group(CLI::App& app, PlatformCommands& commands) {
  auto what = std::make_shared<std::string>();
  CLI::App& group = add_group(app, "lock-batch", "Lists of locks that makers vouch for: a copied label gets no keys");
  commands.add(group, "list", "All of them", list_batches);
  commands
      .add(group, "add", "Take in a batch that a maker of `cardea firmware makers` signed",
           [what](Platform& platform) { add_batch(platform, *what); })
      ->add_option("FILE", *what, "what `cardea factory sign` wrote")
      ->required();
  commands.add(group, "remove", "Forget one", [what](Platform& platform) { remove_batch(platform, *what); })
      ->add_option("BATCH", *what, "its id")
      ->required();
}

// --- campaigns ---

struct CampaignOptions {
  std::string id, name, image, window;
  std::vector<std::string> doors, sites, rings;
  std::string patience;
  bool draft = false;
};

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == text.npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1));
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  for (std::size_t end = text.find(at);; end = text.find(at)) {
    out.push_back(trimmed(text.substr(0, end)));
    if (end == text.npos) return out;
    text.remove_prefix(end + 1);
  }
}

[[noreturn]] void bad_ring(const std::string& ring) {
  throw Stop(ExitStatus::kUsage,
             "--ring is NAME; and then what of the campaign's doors and how: \"lobby; doors Front, Side; soak 1d\", "
             "\"tenth; 10%; soak 2d; failures 2\" or \"rest; failures 5%\", not \"" +
                 printable(ring) + "\"");
}

std::int64_t read_number(std::string_view text, const std::string& ring) {
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  if (std::from_chars(text.data(), end, number).ptr != end || text.empty()) bad_ring(ring);
  return number;
}

json::array locks_of_doors(Platform& platform, const std::vector<std::string>& doors) {
  json::array out;
  for (const std::string& door : doors) out.emplace_back(platform.names.lock_id(door));
  return out;
}

/// "tenth; 10%; soak 2d; failures 2" -> the API's ring.
json::object read_ring(Platform& platform, const std::string& ring) {
  const std::vector<std::string> parts = split(ring, ';');
  json::object out{{"name", parts.front()}};
  for (std::size_t i = 1; i < parts.size(); ++i) {
    const std::string_view part = parts[i];
    const bool is_percent = part.ends_with('%');
    const std::string_view number = is_percent ? part.substr(0, part.size() - 1) : part;
    if (part.starts_with("doors "))
      out["lock_ids"] = locks_of_doors(platform, split(part.substr(6), ','));
    else if (part.starts_with("soak "))
      out["soak_s"] = parse_duration("--ring soak", part.substr(5));
    else if (part.starts_with("failures "))
      out[is_percent ? "failures_percent_max" : "failures_max"] = read_number(number.substr(9), ring);
    else if (is_percent)
      out["percent"] = read_number(number, ring);
    else
      bad_ring(ring);
  }
  return out;
}

json::object read_window(const std::string& window) {
  const std::size_t line = window.find('-');
  if (line == window.npos) throw Stop(ExitStatus::kUsage, "--window is FROM-TO: 01:00-05:00");
  return {{"from", window.substr(0, line)}, {"to", window.substr(line + 1)}};
}

std::int64_t count(const json::value& counts, std::string_view name) { return counts.at(name).to_number<std::int64_t>(); }

std::int64_t total(const json::value& counts) {
  std::int64_t sum = 0;
  for (const auto& member : counts.as_object()) sum += member.value().to_number<std::int64_t>();
  return sum;
}

/// "12 of 40 confirmed, 3 arriving, 1 refused".
std::string progress_of(const json::value& counts) {
  std::string out = fmt::format("{} of {} confirmed", count(counts, "confirmed"), total(counts));
  for (const auto& member : counts.as_object()) {
    std::string name(member.key());
    const auto number = member.value().to_number<std::int64_t>();
    std::ranges::replace(name, '_', ' ');
    if (number != 0 && name != "confirmed") out += fmt::format(", {} {}", number, name);
  }
  return out;
}

std::string state_of(const json::value& campaign) {
  const std::string why = text(campaign, "halted_for");
  if (why == "failures") return "halted: too many locks failed";
  if (why == "nothing_confirmed") return "halted: no lock of the ring has confirmed";
  return text(campaign, "state");
}

void show_rings(Platform& platform, const json::value& campaign) {
  Table table({"RING", "LOCKS", "MAY FAIL", "SOAKS", "BEGUN", "DONE"});
  for (const json::value& ring : campaign.at("rings").as_array()) {
    const auto soak_s = ring.at("soak_s").to_number<std::uint64_t>();
    table.add({text(ring, "name"), progress_of(ring.at("locks")), text(ring, "failures_max"),
               soak_s == 0 ? "" : format_duration(soak_s), platform.names.when(ring, "begun_at", ""),
               platform.names.when(ring, "done_at", "")});
  }
  platform.console.print(table);
}

void show_locks(Platform& platform, const json::value& campaign) {
  const json::object page = platform.api.list("/v1/firmware-campaigns/" + text(campaign, "id") + "/locks");
  const auto size = campaign.at("image").at("size_bytes").to_number<std::uint64_t>();
  Table table({"DOOR", "RING", "STATE", "ARRIVED", "WHY", "RUNS", "LAST SEEN"});
  for (const json::value& lock : page.at("items").as_array()) {
    const std::string door = text(lock, "door_id");
    const bool arriving = text(lock, "state") == "arriving";
    const auto ring = lock.at("ring").to_number<std::size_t>();
    std::string state = text(lock, "state");
    std::ranges::replace(state, '_', ' ');
    table.add({platform.names.door_name(door), text(campaign.at("rings").at(ring), "name"), state,
               arriving ? fmt::format("{} %", lock.at("standing_bytes").to_number<std::uint64_t>() * 100 / size) : "",
               text(lock, "refused_for"), text(lock, "firmware"), platform.names.when(lock, "last_seen_at", door)});
  }
  platform.console.print(table);
}

void show(Platform& platform, const json::value& campaign, bool with_locks = false) {
  if (platform.console.json) return platform.console.print(campaign);
  platform.console.out << fmt::format("{}: version {}, {}; {}\n{}\n\n", printable(text(campaign, "name")),
                                      text(campaign.at("image"), "version"), state_of(campaign),
                                      progress_of(campaign.at("locks")), text(campaign, "id"));
  show_rings(platform, campaign);
  if (!with_locks) return;
  platform.console.out << '\n';
  show_locks(platform, campaign);
}

void create(Platform& platform, const CampaignOptions& options) {
  json::object body{{"name", options.name},
                    {"image_id", find_id(platform, "image", "/v1/firmware-images", "version", options.image)},
                    {"start", !options.draft}};
  if (!options.doors.empty()) body["lock_ids"] = locks_of_doors(platform, options.doors);
  json::array sites, rings;
  for (const std::string& site : options.sites) sites.emplace_back(platform.names.site_id(site));
  if (!sites.empty()) body["site_ids"] = std::move(sites);
  for (const std::string& ring : options.rings) rings.push_back(read_ring(platform, ring));
  if (rings.empty()) rings.push_back(json::object{{"name", "all"}});
  body["rings"] = std::move(rings);
  if (!options.patience.empty()) body["patience_s"] = parse_duration("--patience", options.patience);
  if (!options.window.empty()) body["window"] = read_window(options.window);
  show(platform, platform.api.post("/v1/firmware-campaigns", body));
}

void list_campaigns(Platform& platform) {
  const json::object page = platform.api.list("/v1/firmware-campaigns");
  if (platform.console.json) return platform.console.print(page);
  Table table({"CAMPAIGN", "VERSION", "STATE", "LOCKS", "CREATED", "ID"});
  for (const json::value& campaign : page.at("items").as_array())
    table.add({text(campaign, "name"), text(campaign.at("image"), "version"), text(campaign, "state"),
               progress_of(campaign.at("locks")), platform.names.when(campaign, "created_at", ""), text(campaign, "id")});
  platform.console.print(table);
}

std::string path_of(Platform& platform, const CampaignOptions& options) {
  return "/v1/firmware-campaigns/" + find_id(platform, "campaign", "/v1/firmware-campaigns", "name", options.id);
}

/// One line, over the one before on a terminal.
void draw(Console& console, const json::value& campaign) {
  const json::value& counts = campaign.at("locks");
  const auto all = static_cast<std::size_t>(std::max<std::int64_t>(total(counts), 1));
  const std::size_t full = static_cast<std::size_t>(count(counts, "confirmed")) * bar_columns / all;
  console.out << (console.colour ? "\r\033[K" : "")
              << fmt::format("[{}{}] {}; {}", std::string(full, '#'), std::string(bar_columns - full, '.'), state_of(campaign),
                             progress_of(counts))
              << (console.colour ? "" : "\n") << std::flush;
}

void watch(Platform& platform, const CampaignOptions& options) {
  const std::string path = path_of(platform, options);
  std::string before;
  std::string state;
  for (;;) {
    const json::value campaign = platform.api.get(path);
    state = text(campaign, "state");
    const std::string now = json::serialize(campaign);
    if (now != before && platform.console.json) platform.console.print(campaign);
    if (now != before && !platform.console.json) draw(platform.console, campaign);
    before = now;
    if (state == "done" || state == "halted" || state == "cancelled") break;
    std::this_thread::sleep_for(watch_interval);
  }
  if (platform.console.colour && !platform.console.json) platform.console.out << '\n';
  if (state != "done") platform.console.status = ExitStatus::kRefused;
}

void add_firmware_group(CLI::App& app, PlatformCommands& commands) {
  auto first = std::make_shared<std::string>();
  auto second = std::make_shared<std::string>();
  CLI::App& group = add_group(app, "firmware", "Signed firmware images, and whose are taken (spec/update.md)");
  commands.add(group, "list", "Every image that is here", list_images);
  commands
      .add(group, "upload", "Upload an image; it is verified before it is kept",
           [first](Platform& platform) { upload(platform, *first); })
      ->add_option("FILE", *first, "the signed container, as imgtool writes it")
      ->required();
  commands
      .add(group, "remove", "Forget an image that no campaign has",
           [first](Platform& platform) { remove_image(platform, *first); })
      ->add_option("IMAGE", *first, "its version, or its id")
      ->required();
  commands.add(group, "makers", "Whose images are taken", list_makers);
  CLI::App* add = commands.add(group, "trust", "Take images that are signed with a key",
                               [first, second](Platform& platform) { trust(platform, *first, *second); });
  add->add_option("NAME", *first, "of the maker")->required();
  add->add_option("KEY", *second, "a file with its public key, PEM")->required();
  commands
      .add(group, "distrust", "Take no more images of a maker", [first](Platform& platform) { distrust(platform, *first); })
      ->add_option("MAKER", *first, "its name, or its id")
      ->required();
}

void add_create(CLI::App& group, PlatformCommands& commands, const std::shared_ptr<CampaignOptions>& options) {
  CLI::App* command = commands.add(group, "create", "Bring an image to locks, ring by ring; starts at once",
                                   [options](Platform& platform) { create(platform, *options); });
  command->add_option("NAME", options->name, "what it is called")->required();
  command->add_option("--image", options->image, "its version, or its id")->required();
  command->add_option("--door", options->doors, "only this door's lock; may be given again")
      ->type_name("DOOR")
      ->expected(1)
      ->take_all();
  command->add_option("--site", options->sites, "only the locks of this site; may be given again")
      ->type_name("SITE")
      ->expected(1)
      ->take_all();
  command
      ->add_option(
          "--ring", options->rings,
          "one ring after the other: \"lobby; doors Front, Side; soak 1d\", \"tenth; 10%; failures 2\", \"rest\"; all at once "
          "when there is none")
      ->type_name("RING")
      ->expected(1)
      ->take_all();
  command->add_option("--patience", options->patience, "how long a ring waits for locks out of reach: 2d")->type_name("TIME");
  command->add_option("--window", options->window, "only between these times of the day at the door: 01:00-05:00")
      ->type_name("FROM-TO");
  command->add_flag("--draft", options->draft, "do not start it: `campaign resume` does");
}

}  // namespace

void add_firmware_commands(CLI::App& app, PlatformCommands& commands) {
  add_firmware_group(app, commands);
  add_batch_group(app, commands);
  auto options = std::make_shared<CampaignOptions>();
  CLI::App& group = add_group(app, "campaign", "Firmware campaigns: bring an image to many locks, ring by ring");
  const auto add_for_one = [&](const std::string& word, const std::string& help, std::function<void(Platform&)> run) {
    commands.add(group, word, help, std::move(run))->add_option("CAMPAIGN", options->id, "its name, or its id")->required();
  };
  const auto change = [options](const char* what) {
    return [options, what](Platform& platform) { show(platform, platform.api.post(path_of(platform, *options) + "/" + what)); };
  };
  commands.add(group, "list", "All of them, and how far each has come", list_campaigns);
  add_create(group, commands, options);
  add_for_one("show", "One of them, its rings, and every lock",
              [options](Platform& platform) { show(platform, platform.api.get(path_of(platform, *options)), true); });
  add_for_one("pause", "Offer nothing more for now", change("pause"));
  add_for_one("resume", "Go on, or start a draft; failures that halted it are forgiven", change("resume"));
  add_for_one("cancel", "End it for good", change("cancel"));
  add_for_one("watch", "Look on until it ends; exit 1 when it halts or is cancelled",
              [options](Platform& platform) { watch(platform, *options); });
}

}  // namespace cardea::client
