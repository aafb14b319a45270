// SPDX-License-Identifier: Apache-2.0
#pragma once
// The socket of a running lock: lock.sock in its state directory, for this user alone. A request is one line of JSON, and so is
// its reply; then the connection ends.

#include <functional>
#include <optional>
#include <string>

#include "apps/cardea-lock/requests.hpp"

namespace cardea::lock_process {

/// Asks the running lock of `directory`; nothing when none runs. Throws Stop(kUnreachable) when it ends before its reply, as it
/// does in a power cut.
std::optional<Reply> ask_running(const std::string& directory, const boost::json::object& request);

/// A unix socket of this name in `directory`, for this user alone, that listens; the caller closes it. Throws Stop(kUsage).
int listen_in(const std::string& directory, const std::string& name);

/// The running lock's end.
class ControlServer {
 public:
  /// Throws Stop(kUsage) when the socket cannot be made.
  explicit ControlServer(const std::string& directory);
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;
  ~ControlServer();

  /// Readable when somebody asks.
  [[nodiscard]] int descriptor() const { return listener_; }
  /// Serves one of those who ask, if there is one. Who sends half a request has two seconds for the rest.
  void serve(const std::function<Reply(const boost::json::object&)>& carry_out);

 private:
  std::string path_;
  int listener_ = -1;
};

}  // namespace cardea::lock_process
