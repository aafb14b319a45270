// SPDX-License-Identifier: Apache-2.0
#pragma once
// One WebSocket of a lock: an ask to be activated, or a handshake and then messages until it ends.

#include <chrono>
#include <coroutine>
#include <memory>
#include <optional>

#include "core/session/stream.hpp"
#include "server/link/internal.hpp"

namespace cardea::server {

class LinkConnection : public std::enable_shared_from_this<LinkConnection> {
 public:
  LinkConnection(std::shared_ptr<LinkState> hub, std::shared_ptr<http::Socket> socket);
  ~LinkConnection();
  LinkConnection(const LinkConnection&) = delete;
  LinkConnection& operator=(const LinkConnection&) = delete;

  Task<void> on_message(ByteSpan message);
  Task<void> on_close();

  /// Answers the ask that waits, if it can be answered now.
  Task<void> answer_waiting_ask();
  /// Sends the desired state if the lock has not been sent its newest version.
  Task<void> deliver();
  /// Runs one momentary command at a time, once `first` has ended well.
  Task<Outcome<CommandAnswer>> command(Order order, Task<Outcome<Done>> first);
  /// One message, while it is open.
  void say(ByteSpan message) { send(message); }
  /// Whether it is open, and nobody at the door waits for it.
  [[nodiscard]] bool takes_pieces() const { return phase_ == Phase::kOpen && !pending_ && !taking_; }
  /// Nothing before it is open.
  [[nodiscard]] std::shared_ptr<ImageTransfer> images() const { return images_; }
  void close(LinkClose code, std::string_view reason);
  /// Goes on to the session's next epoch, or ends with the last (session.md SE9).
  void begin_epoch();
  [[nodiscard]] UnixSeconds epoch_ends_at() const { return epoch_ends_at_; }
  /// When the lock was last heard.
  [[nodiscard]] UnixSeconds heard_at() const { return heard_at_; }

 private:
  enum class Phase : std::uint8_t { kHello, kProof, kOpen, kAsking, kAnswered, kClosed };
  struct Handshake;
  struct PendingCommand;

  Task<void> on_hello(ByteSpan m1);
  Result<session::M2> answer_hello(const usecases::LinkedLock& lock, ByteSpan m1);
  Task<void> on_proof(ByteSpan m3);
  Task<void> on_ask(ByteSpan ask);
  Task<void> on_done(ByteSpan done);
  Task<void> on_record(ByteSpan record);
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
  std::unique_ptr<Handshake> handshake_;
  std::optional<session::Stream> session_;
  UnixSeconds epoch_ends_at_;
  Blob ask_;
  activation::DoneBytes done_{};
  Timer proof_deadline_;
  bool taking_ = false;
  std::coroutine_handle<> waits_for_taking_;
  std::uint32_t first_held_ = 0;
  std::uint32_t sent_version_ = 0;
  std::shared_ptr<PendingCommand> pending_;
  std::shared_ptr<ImageTransfer> images_;
  bool was_offered_ = false;
  UnixSeconds heard_at_;
};

}  // namespace cardea::server
