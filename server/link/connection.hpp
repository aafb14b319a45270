// SPDX-License-Identifier: Apache-2.0
#pragma once
// One WebSocket of a lock: an ask to be activated, or a handshake and then messages until it ends.

#include <chrono>
#include <coroutine>
#include <memory>
#include <optional>

#include "core/link/session.hpp"
#include "server/link/internal.hpp"

namespace cardea::server {

class LinkConnection : public std::enable_shared_from_this<LinkConnection> {
 public:
  LinkConnection(std::shared_ptr<LinkState> hub, std::shared_ptr<http::Socket> socket);

  Task<void> on_message(ByteSpan message);
  Task<void> on_close();

  /// Answers the ask that waits, if it can be answered now.
  Task<void> answer_waiting_ask();
  /// Sends the desired state if the lock has not been sent its newest version.
  Task<void> deliver();
  /// Runs one momentary command at a time, once `first` has ended well.
  Task<Outcome<CommandAnswer>> command(link::Action action, Task<Outcome<Done>> first);
  void close(LinkClose code, std::string_view reason);
  /// When the lock was last heard.
  [[nodiscard]] UnixSeconds heard_at() const { return heard_at_; }

 private:
  enum class Phase : std::uint8_t { kHello, kStranger, kProof, kOpen, kAsking, kAnswered, kClosed };
  struct PendingCommand;

  Task<void> on_hello(ByteSpan m1);
  Task<void> on_proof(ByteSpan m3);
  Task<void> on_ask(ByteSpan ask);
  Task<void> on_done(ByteSpan done);
  Task<void> on_frame(ByteSpan frame);
  Task<void> dispatch(ByteSpan message);
  Task<void> on_status(const link::LockStatus& status);
  /// Takes them in and sends the receipt.
  Task<void> take(Blob records);
  /// Until the records that came before are taken in.
  class TakenIn;
  Task<void> on_applied(const link::Applied& applied);
  void run(const PendingCommand& pending);
  void on_challenge(const link::Challenge& challenge);
  void on_result(const link::CommandResult& result);

  /// Ends it unless it is admitted within `limit`.
  void hurry(std::chrono::milliseconds limit, const char* otherwise);
  /// It has shown which lock it is.
  void admit();
  void send(ByteSpan message);
  void note(std::string what) const;
  void end_command(Outcome<CommandAnswer> answer);
  Task<void> report_presence(bool online);

  std::shared_ptr<LinkState> hub_;
  std::shared_ptr<http::Socket> socket_;
  Phase phase_ = Phase::kHello;
  LockName name_;
  bool was_active_ = false;
  std::optional<ScopedKey> k_session_;
  std::optional<link::PlatformHandshake> handshake_;
  std::optional<link::Session> session_;
  Blob ask_;
  activation::DoneBytes done_{};
  Timer proof_deadline_;
  bool taking_ = false;
  std::coroutine_handle<> waits_for_taking_;
  std::uint32_t first_held_ = 0;
  std::uint32_t sent_version_ = 0;
  std::shared_ptr<PendingCommand> pending_;
  UnixSeconds heard_at_;
};

}  // namespace cardea::server
