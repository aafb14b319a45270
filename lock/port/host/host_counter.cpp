// SPDX-License-Identifier: Apache-2.0
#include "lock/port/host/host_counter.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>

namespace cardea {
namespace {

constexpr std::int64_t first_counter_ms = 1'000'000'000;  // far from 0, so that a loss shows
constexpr double million = 1e6;

std::int64_t host_now_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace

Result<HostCounter, std::string> HostCounter::open(const std::string& directory) {
  HostCounter counter(directory + "/counter.txt");
  const Status status = counter.load();
  if (status == Status::kMalformed) return counter.path_ + " is damaged: remove it, and the lock has lost its clock";
  if (status == Status::kNotFound) {
    if (counter.rebase(first_counter_ms, 0, false) != Status::kOk)
      return "cannot write " + counter.path_ + ": " + std::strerror(errno);
    return counter;
  }
  counter.kept_ = !counter.base_.lost;
  if (counter.base_.lost && counter.rebase(counter.counter_ms(), counter.base_.drift_ppm, false) != Status::kOk)
    return "cannot write " + counter.path_ + ": " + std::strerror(errno);
  return counter;
}

std::int64_t HostCounter::counter_ms() const {
  // A host clock that was set back stops the counter rather than turning it back.
  const std::int64_t elapsed = std::max<std::int64_t>(0, host_now_ms() - base_.host_ms);
  return base_.counter_ms + elapsed + static_cast<std::int64_t>(static_cast<double>(elapsed) * base_.drift_ppm / million);
}

std::uint64_t HostCounter::seconds() { return static_cast<std::uint64_t>(counter_ms() / 1'000); }

Status HostCounter::advance(std::uint64_t seconds) {
  const std::int64_t most_s = INT64_MAX / 4'000;
  if (seconds > static_cast<std::uint64_t>(most_s)) return Status::kOutOfRange;
  return rebase(counter_ms() + static_cast<std::int64_t>(seconds) * 1'000, base_.drift_ppm, base_.lost);
}

Status HostCounter::set_drift(std::int32_t ppm) { return rebase(counter_ms(), ppm, base_.lost); }

Status HostCounter::lose() {
  kept_ = false;
  return rebase(0, base_.drift_ppm, true);
}

Status HostCounter::rebase(std::int64_t counter_ms, std::int32_t drift_ppm, bool lost) {
  base_ = {.host_ms = host_now_ms(), .counter_ms = counter_ms, .drift_ppm = drift_ppm, .lost = lost};
  return store();
}

/// Written beside and renamed: whoever is killed in between leaves the old file.
Status HostCounter::store() const {
  const std::string next = path_ + ".new";
  std::FILE* const file = std::fopen(next.c_str(), "w");
  if (file == nullptr) return Status::kFlashFailed;
  const int printed = std::fprintf(file, "cardea-counter 1 %lld %lld %d %d\n", static_cast<long long>(base_.host_ms),
                                   static_cast<long long>(base_.counter_ms), base_.drift_ppm, base_.lost ? 1 : 0);
  const bool written = printed > 0 && std::fflush(file) == 0 && ::fdatasync(::fileno(file)) == 0;
  const bool closed = std::fclose(file) == 0;
  return written && closed && std::rename(next.c_str(), path_.c_str()) == 0 ? Status::kOk : Status::kFlashFailed;
}

Status HostCounter::load() {
  std::ifstream file(path_);
  if (!file) return Status::kNotFound;
  std::string name;
  int version = 0;
  int lost = 0;
  file >> name >> version >> base_.host_ms >> base_.counter_ms >> base_.drift_ppm >> lost;
  if (!file || name != "cardea-counter" || version != 1 || (lost != 0 && lost != 1) || base_.counter_ms < 0)
    return Status::kMalformed;
  base_.lost = lost == 1;
  return Status::kOk;
}

}  // namespace cardea
