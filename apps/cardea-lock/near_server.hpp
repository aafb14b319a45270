// SPDX-License-Identifier: Apache-2.0
#pragma once
// What stands for a running lock's radio: near.sock in its state directory, for this user alone, where phones come with their
// virtual keys (spec/grant.md §5). One at a time: who comes takes the place of who was there.

#include <string>

#include "apps/cardea-lock/machine.hpp"
#include "lock/near/near_line.hpp"

namespace cardea::lock_process {

inline constexpr const char* near_socket_name = "near.sock";

class NearServer final : private serial::ByteSink {
 public:
  /// Throws Stop(kUsage) when the socket cannot be made.
  NearServer(Machine& machine, const std::string& directory);
  NearServer(const NearServer&) = delete;
  NearServer& operator=(const NearServer&) = delete;
  ~NearServer();

  /// Readable when somebody comes.
  [[nodiscard]] int listener() const { return listener_; }
  /// Readable when who is there says something; -1 when nobody is.
  [[nodiscard]] int client() const { return client_; }
  /// True while a phone is there that has proved its key.
  [[nodiscard]] bool open() const { return line_.open(); }
  /// Takes what has come; never waits.
  void serve();

 private:
  void write(ByteSpan bytes) override;
  void drop();

  Machine* machine_;
  std::string path_;
  int listener_;
  int client_ = -1;
  NearLine line_;
};

}  // namespace cardea::lock_process
