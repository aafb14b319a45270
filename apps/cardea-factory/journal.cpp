// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-factory/journal.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <sstream>
#include <system_error>

#include "apps/cardea-factory/maker.hpp"
#include "apps/cardea/stop.hpp"

namespace cardea::station {
namespace {

using client::usage;
namespace fs = std::filesystem;

bool is_name(const std::string& name) {
  return !name.empty() && name.size() <= 64 && name[0] != '.' && name[0] != '-' &&
         std::ranges::all_of(name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.'; });
}

}  // namespace

BatchJournal::BatchJournal(const fs::path& maker_folder, const std::string& name) : folder_(maker_folder / name) {
  if (!is_name(name))
    throw usage(fmt::format("\"{}\" is no name of a batch: letters, digits, hyphens, dots and underscores.", name));
  std::error_code error;
  fs::create_directories(folder_ / "labels", error);
  fs::permissions(folder_ / "labels", fs::perms::owner_all, error);
  const std::string path = folder_ / "journal.txt";
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (file_ < 0) throw usage(fmt::format("{} cannot be opened: {}.", path, std::generic_category().message(errno)));
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0)
    throw usage(fmt::format("another station works on {}: one batch, one station at a time.", folder_.string()));
  load();
}

BatchJournal::~BatchJournal() {
  if (file_ >= 0) ::close(file_);
}

void BatchJournal::load() {
  const std::string text = read_whole(folder_ / "journal.txt");
  std::size_t at = 0;
  for (int number = 1; at < text.size(); ++number) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string::npos) break;
    if (!take(text.substr(at, end - at)))
      throw usage(
          fmt::format("{}: line {} is none of the station's. Somebody changed this file: nothing of this batch can be "
                      "signed until it is restored.",
                      (folder_ / "journal.txt").string(), number));
    at = end + 1;
  }
  if (at < text.size() && ::ftruncate(file_, static_cast<off_t>(at)) != 0)
    throw usage(fmt::format("{} cannot be written to.", (folder_ / "journal.txt").string()));
}

/// A step that may not follow what is known is no line of ours.
bool BatchJournal::take(const std::string& line) {
  std::istringstream in(line);
  std::string step;
  std::string id;
  in >> step >> id;
  if (signed_) return false;
  if (step == "signed") return signed_ = !id.empty();
  LockId lock;
  if (!from_hex(id, lock.value)) return false;
  const auto known = devices_.find(lock);
  if (step == "begun") return devices_.try_emplace(lock).second;
  if (known == devices_.end()) return false;
  Device& device = known->second;
  std::string identity;
  if (step == "labelled") {
    in >> identity;
    if (device.step != DeviceStep::kBegun || !from_hex(identity, device.identity)) return false;
    device.step = DeviceStep::kLabelled;
    return true;
  }
  if (step == "made") {
    in >> identity >> device.made_at;
    if (device.step != DeviceStep::kLabelled || !in || identity != hex(device.identity)) return false;
    device.step = DeviceStep::kMade;
    return true;
  }
  if (step != "void" || device.step == DeviceStep::kMade || device.step == DeviceStep::kVoid) return false;
  device.step = DeviceStep::kVoid;
  return true;
}

void BatchJournal::append(const std::string& line) {
  const std::string whole = line + "\n";
  const bool good = ::write(file_, whole.data(), whole.size()) == static_cast<ssize_t>(whole.size()) && ::fsync(file_) == 0;
  if (!good || !take(line))
    throw usage(fmt::format("{} cannot be written: {}. Make room, and begin again with the same command.",
                            (folder_ / "journal.txt").string(), std::generic_category().message(errno)));
}

void BatchJournal::begun(const LockId& lock) { append("begun " + hex(lock.value)); }

void BatchJournal::labelled(const LockId& lock, const P256Point& identity) {
  append(fmt::format("labelled {} {}", hex(lock.value), hex(identity)));
}

void BatchJournal::made(const LockId& lock, std::uint64_t at) {
  append(fmt::format("made {} {} {}", hex(lock.value), hex(devices_.at(lock).identity), at));
}

void BatchJournal::give_up(const LockId& lock) { append("void " + hex(lock.value)); }

void BatchJournal::sign(std::uint64_t at) { append(fmt::format("signed {}", at)); }

std::size_t BatchJournal::count(DeviceStep step) const {
  return static_cast<std::size_t>(std::ranges::count_if(devices_, [&](const auto& one) { return one.second.step == step; }));
}

const Device* BatchJournal::find(const LockId& lock) const {
  const auto found = devices_.find(lock);
  return found == devices_.end() ? nullptr : &found->second;
}

bool BatchJournal::has_identity(const P256Point& identity) const {
  return std::ranges::any_of(devices_, [&](const auto& one) {
    return (one.second.step == DeviceStep::kLabelled || one.second.step == DeviceStep::kMade) &&
           one.second.identity == identity;
  });
}

fs::path BatchJournal::label_of(const LockId& lock) const { return folder_ / "labels" / (hex(lock.value) + ".svg"); }

}  // namespace cardea::station
