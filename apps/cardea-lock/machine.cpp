// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-lock/machine.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "apps/cardea-lock/stop.hpp"
#include "lock/near/near.hpp"

namespace cardea::lock_process {
namespace {

constexpr std::uint32_t journal_size_bytes = 16 * flash_sector_size_bytes;
constexpr std::uint32_t audit_size_bytes = 16 * flash_sector_size_bytes;
constexpr std::size_t key_count_max = code_keys_handle_count_max + 8 + near_handle_count_max;

template <class T>
T or_stop(Result<T, std::string>&& result) {
  if (!result.ok()) throw Stop(Exit::kUsage, result.error());
  return std::move(result).value();
}

void or_stop(Status status, const std::string& what) {
  if (status != Status::kOk) throw Stop(Exit::kUsage, fmt::format("{}: {}", what, name_of(status)));
}

/// Before anything else is made: an image that is refused leaves no half of a lock behind.
void make_images(const MachineOptions& options) {
  OpensslProvider provider(1);
  Images::make(options.directory, options.image, options.maker, provider);
}

}  // namespace

void cut_power(const std::string& when) {
  std::fflush(stdout);
  const std::string line = fmt::format("cardea-lock: the power was cut {}\n", when);
  static_cast<void>(!::write(STDERR_FILENO, line.data(), line.size()));
  ::_exit(static_cast<int>(Exit::kUnreachable));
}

bool holds_a_lock(const std::string& directory) { return std::filesystem::exists(directory + "/flash.bin"); }

Factory random_factory(link::LockClass lock_class) {
  OpensslProvider provider(1);
  Factory factory;
  factory.lock_class = lock_class;
  or_stop(provider.random(factory.lock.value), "cannot make a random lock_id");
  or_stop(provider.random(factory.claim_secret.mutable_bytes()), "cannot make a random claim secret");
  return factory;
}

std::unique_ptr<Machine> Machine::start(const MachineOptions& options) {
  const bool may_make = options.make_class || options.factory || options.may_be_blank;
  if (!may_make && !holds_a_lock(options.directory))
    throw Stop(Exit::kUsage,
               fmt::format("{} holds no lock. Make one: cardea-lock init --state {}", options.directory, options.directory));
  if (!options.image.empty()) make_images(options);
  FileFlash flash = or_stop(FileFlash::open(options.directory, {.size_bytes = journal_size_bytes + audit_size_bytes}));
  HostCounter counter = or_stop(HostCounter::open(options.directory));
  std::unique_ptr<Machine> machine(new Machine(options, std::move(flash), std::move(counter)));
  machine->boot(options);
  return machine;
}

Machine::Machine(const MachineOptions& options, FileFlash&& flash, HostCounter&& counter)
    : directory_(options.directory),
      flash_(std::move(flash)),
      counter_(std::move(counter)),
      motor_(options.directory),
      provider_(key_count_max),
      images_(Images::start(options.directory, provider_)),
      lock_({flash_,
             {0, journal_size_bytes},
             {journal_size_bytes, audit_size_bytes},
             counter_,
             motor_,
             sensors_,
             provider_,
             images_ ? std::string_view(images_->name()) : lock_firmware}),
      activation_(lock_) {}

void Machine::boot(const MachineOptions& options) {
  if (options.cut_at != 0)
    flash_.cut_at(options.cut_at, [n = options.cut_at] { cut_power(fmt::format("at flash operation {}", n)); });
  if (options.drift_ppm) or_stop(counter_.set_drift(*options.drift_ppm), "cannot set the drift of the clock");
  if (options.clock_lost) or_stop(counter_.lose(), "cannot lose the clock");
  sensors_.set_battery(options.battery_percent);
  sensors_.set_door(DoorState::kClosed);
  Status status = lock_.boot();
  const bool blank = status == Status::kNotFound || status == Status::kNotReady;
  if (blank && options.may_be_blank) return;
  if (blank && options.factory) status = lock_.make(*options.factory);
  if (blank && !options.factory && options.make_class) status = lock_.make(random_factory(*options.make_class));
  if (status == Status::kCorrupt)
    throw Stop(Exit::kUsage, fmt::format("the flash in {} has lost values that the lock had acknowledged; it decides nothing "
                                         "with what remains. Use an empty directory, and activate the lock anew",
                                         directory_));
  or_stop(status, fmt::format("the lock in {} does not start", directory_));
}

RunMillis Machine::now() const {
  const auto passed = std::chrono::steady_clock::now() - started_;
  const auto passed_ms = std::chrono::duration_cast<std::chrono::milliseconds>(passed).count();
  return {static_cast<std::uint64_t>(passed_ms) + advanced_ms_};
}

void Machine::advance(std::uint64_t seconds) {
  or_stop(counter_.advance(seconds), "cannot move the clock");
  advanced_ms_ += 1'000 * seconds;
}

void Machine::lose_counter() { or_stop(counter_.lose(), "cannot lose the clock"); }

}  // namespace cardea::lock_process
