// SPDX-License-Identifier: Apache-2.0
#include "lock/port/host/host_door.hpp"

#include <cstdio>
#include <ctime>

namespace cardea {

Status HostMotor::open_for(std::uint32_t open_ms) {
  if (blocked_) return Status::kNotReady;
  std::FILE* const log = std::fopen(path_.c_str(), "a");
  if (log == nullptr) return Status::kNotReady;
  const int printed = std::fprintf(log, "%lld open %u\n", static_cast<long long>(std::time(nullptr)), open_ms);
  if (std::fclose(log) != 0 || printed <= 0) return Status::kNotReady;
  ++open_count_;
  rests_from_ = std::chrono::steady_clock::now() + std::chrono::milliseconds(open_ms);
  if (told_) told_(open_ms);
  return Status::kOk;
}

}  // namespace cardea
