// SPDX-License-Identifier: Apache-2.0
#pragma once
// The attack's end of a platform in a process of its own.

#include <sys/types.h>

#include <functional>
#include <vector>

#include "tests/attacks/platform_core.hpp"

namespace cardea::attacks {

enum class PlatformOrder : std::uint8_t;

/// What the new process does: serves a platform over `socket` (platform_core.hpp).
using PlatformRunner = std::function<void(int socket, std::uint32_t die_at)>;

class PlatformProcess {
 public:
  explicit PlatformProcess(PlatformRunner run) : run_(std::move(run)) {}
  PlatformProcess(const PlatformProcess&) = delete;
  PlatformProcess& operator=(const PlatformProcess&) = delete;
  ~PlatformProcess() { kill(); }

  /// Starts it, or starts it anew; it dies at step `die_at`, 0 the next.
  void start(std::uint32_t die_at = die_never);
  void kill();
  [[nodiscard]] bool alive() const { return child_ > 0; }

  void connect();
  /// What it sent while it handled `message`; when it died meanwhile, what it had sent until then.
  std::vector<Message> deliver(ByteSpan message);
  std::uint32_t stored_seq();
  bool chain_is_broken();

 private:
  std::uint32_t ask(PlatformOrder order, ByteSpan payload, std::vector<Message>* sent);

  PlatformRunner run_;
  pid_t child_ = 0;
  int socket_ = -1;
};

}  // namespace cardea::attacks
