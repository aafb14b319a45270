// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-factory/station.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

#include "apps/cardea-factory/label.hpp"
#include "apps/cardea/crypto.hpp"

namespace cardea::station {
namespace {

using client::need;
using client::refused;
using client::unreachable;
using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto look_again = 200ms;
constexpr auto wake_patience = 2s;
constexpr auto answer_patience = 60s;

std::string short_id(const LockId& lock) { return hex(ByteSpan(lock.value).first(4)) + "…"; }

void pause(std::chrono::milliseconds time) { ::poll(nullptr, 0, static_cast<int>(time.count())); }

}  // namespace

bool destroy_label(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return false;
  struct stat facts{};
  if (::fstat(file, &facts) == 0) {
    const std::string blank(static_cast<std::size_t>(facts.st_size), ' ');
    static_cast<void>(!::write(file, blank.data(), blank.size()));
    static_cast<void>(!::fsync(file));
  }
  ::close(file);
  return ::unlink(path.c_str()) == 0;
}

void Station::run() {
  if (journal_->is_signed()) throw refused("this batch is signed and takes no more devices: begin another one.");
  while (journal_->count(DeviceStep::kMade) < options_.count) {
    const About device = wait_for_device();
    if (device.sealed)
      resume(device);
    else
      burn(device);
    told_waiting_ = false;
  }
}

/// MF8: a device that there is something to do for.
Station::About Station::wait_for_device() {
  const Clock::time_point until = Clock::now() + options_.patience;
  bool put = options_.next.empty();
  while (true) {
    const std::optional<About> device = panel_ || find_line() ? about() : std::nullopt;
    if (device && takes(*device)) return *device;
    if (!std::exchange(put, true)) {
      put_next();
      continue;
    }
    if (options_.next.empty() && !std::exchange(told_waiting_, true))
      say_(fmt::format("put the next device on {} ({} of {} made)", options_.line, journal_->count(DeviceStep::kMade),
                       options_.count));
    if (Clock::now() >= until)
      throw unreachable(
          fmt::format("no device that is not made yet answers on {}. Check the line and its power, put the next one there, "
                      "and begin again with the same command.",
                      options_.line));
    pause(look_again);
  }
}

/// False for the one that was made last and is still there.
bool Station::takes(const About& about) {
  if (!about.ready || !(about.sealed || about.claimed)) return true;
  const Device* const known = journal_->find(about.lock);
  if (!about.claimed && known != nullptr && known->step == DeviceStep::kMade) return false;
  if (!about.claimed && known != nullptr && known->step == DeviceStep::kLabelled) return true;
  throw refused(
      fmt::format("the device on {} is {} as {}, and not of this batch. Nothing was changed in it: take it off the line, "
                  "and begin again with the same command.",
                  options_.line, about.claimed ? "claimed" : "sealed", hex(about.lock.value)));
}

bool Station::find_line() {
  auto line = line::Line::open_named(options_.line, options_.baud);
  if (!line.ok()) return false;
  panel_.emplace(std::move(line).value());
  if (panel_->wake(wake_patience)) return true;
  panel_.reset();
  return false;
}

std::optional<Station::About> Station::about() {
  if (!panel_) return std::nullopt;
  const auto answer = panel_->ask("about", wake_patience);
  if (!answer) {  // gone, or being exchanged
    panel_.reset();
    return std::nullopt;
  }
  const std::vector<std::string> words = answer->words();
  About about;
  if (!answer->ok || words.size() != 4 || !from_hex(words[2], about.lock.value))
    throw refused(fmt::format("what is on {} says no \"about\" that the station knows: is its firmware built with the panel?",
                              options_.line));
  about.ready = words[0] == "ready";
  about.claimed = words[1] == "claimed";
  about.sealed = words[3] == "sealed";
  return about;
}

line::Panel::Answer Station::ask(std::string_view request) {
  const auto answer = panel_ ? panel_->ask(request, answer_patience) : std::nullopt;
  if (answer) return *answer;
  panel_.reset();
  throw unreachable(
      fmt::format("the device on {} fell silent in the middle of its turn. Leave it or put it back, and begin again with "
                  "the same command: the station sees how far it came.",
                  options_.line));
}

void Station::put_next() {
  panel_.reset();
  const int status = std::system(options_.next.c_str());  // NOLINT(concurrency-mt-unsafe): one thread
  if (status == -1 || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw unreachable(fmt::format("--next \"{}\" did not put a device on the line (status {}).", options_.next, status));
}

void Station::void_unfinished(const LockId& lock) {
  const Device* const known = journal_->find(lock);
  if (known == nullptr || known->step == DeviceStep::kMade || known->step == DeviceStep::kVoid) return;
  destroy_label(journal_->label_of(lock));
  journal_->give_up(lock);
  say_(fmt::format("{} was not finished: it is given up, and its label is destroyed", hex(lock.value)));
}

/// The order is §2's: whatever a cut leaves, no secret is left as good that no sealed device has.
void Station::burn(const About& before) {
  if (before.ready) void_unfinished(before.lock);
  activation::Label label;
  do {
    if (provider_.random(label.lock.value) != Status::kOk) throw refused("the system gives no random bytes: nothing was made.");
  } while (journal_->find(label.lock) != nullptr);
  if (provider_.random(label.secret.mutable_bytes()) != Status::kOk)
    throw refused("the system gives no random bytes: nothing was made.");
  journal_->begun(label.lock);
  make(label.lock, label.secret);
  const P256Point identity = read_back(label.lock);
  std::string svg = label_svg(label, provider_);
  wipe(label.secret.mutable_bytes());
  write_private(journal_->label_of(label.lock), svg);
  wipe({reinterpret_cast<std::uint8_t*>(svg.data()), svg.size()});
  journal_->labelled(label.lock, identity);
  finish(label.lock, identity);
}

void Station::make(const LockId& lock, const Secret<activation::claim_secret_size_bytes>& secret) {
  std::string request = fmt::format("make {} {} {}", hex(lock.value), hex(secret.bytes()), name_of(settings_.lock_class));
  const line::Panel::Answer answer = ask(request);
  wipe({reinterpret_cast<std::uint8_t*>(request.data()), request.size()});
  if (!answer.ok) reject(lock, fmt::format("it refuses to be made ({})", answer.text));
}

/// MF7.
P256Point Station::read_back(const LockId& lock) {
  const std::optional<About> said = about();
  if (!said)
    throw unreachable(
        fmt::format("the device on {} fell silent after it was made. Leave it or put it back, and begin again with the same "
                    "command.",
                    options_.line));
  if (!said->ready || said->claimed || said->sealed || said->lock != lock)
    reject(lock, fmt::format("it was made as {} and says that it is {}", hex(lock.value), hex(said->lock.value)));
  const P256Point point = identity();
  P256Point own_point{};
  const ScopedKey own(provider_, need(provider_.p256_generate(KeyKind::kAgree, own_point)));
  const Result<KeyHandle> agreed = provider_.p256_agree(own.handle(), point, KeyKind::kMac);
  if (!agreed.ok()) reject(lock, "its identity is no point of the curve");
  provider_.release_key(*agreed);
  if (journal_->has_identity(point)) reject(lock, "it says the identity of another device: it is a copy");
  return point;
}

P256Point Station::identity() {
  const line::Panel::Answer answer = ask("identity");
  P256Point point{};
  if (!answer.ok || !from_hex(answer.text, point))
    throw refused(
        fmt::format("the device on {} does not say its identity ({}). Take it off the line.", options_.line, answer.text));
  return point;
}

void Station::finish(const LockId& lock, const P256Point& identity) {
  if (const line::Panel::Answer answer = ask("seal"); !answer.ok)
    reject(lock, fmt::format("it cannot be sealed ({})", answer.text));
  const std::optional<About> said = about();
  if (!said)
    throw unreachable(
        fmt::format("the device on {} fell silent while it was sealed. Leave it or put it back, and begin again with the same "
                    "command.",
                    options_.line));
  if (!said->sealed || said->lock != lock) reject(lock, "it says that it is not sealed");
  journal_->made(lock, static_cast<std::uint64_t>(std::time(nullptr)));
  say_(fmt::format("{} of {}: {} is made and sealed, identity {}…; its label is {}", journal_->count(DeviceStep::kMade),
                   options_.count, hex(lock.value), hex(ByteSpan(identity).first(4)), journal_->label_of(lock).string()));
}

/// Sealed, and labelled in the journal: what is missing is the last line.
void Station::resume(const About& about) {
  const P256Point said = identity();
  if (journal_->find(about.lock)->identity != said)
    throw refused(fmt::format(
        "the device on {} says that it is {}, with another identity than the one that was sealed: it is a copy. Keep "
        "it aside, and begin again with the same command.",
        options_.line, hex(about.lock.value)));
  journal_->made(about.lock, static_cast<std::uint64_t>(std::time(nullptr)));
  say_(fmt::format("{} of {}: {} was sealed before the station stopped; its label is {}", journal_->count(DeviceStep::kMade),
                   options_.count, hex(about.lock.value), journal_->label_of(about.lock).string()));
}

void Station::reject(const LockId& lock, const std::string& why) {
  destroy_label(journal_->label_of(lock));
  journal_->give_up(lock);
  throw refused(fmt::format(
      "the device on {} is not good: {}. Its lock_id {} is given up. Take it off the line, and begin again with the "
      "same command.",
      options_.line, why, short_id(lock)));
}

}  // namespace cardea::station
