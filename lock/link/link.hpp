// SPDX-License-Identifier: Apache-2.0
#pragma once
// The lock's side of the link (spec/link.md) as a state machine over bytes: whoever has a connection feeds it, and sends what
// it gives. It knows no sockets and never waits.
//
//   link.connected(now);                     a connection to the platform stands
//   link.received(message, now);             one binary message came
//   link.poll(now);                          every second or so, and after anything happened at the lock
//   link.closed();                           the connection ended, whoever ended it
//
// Allocates nothing: a buffer of 4.5 KB for what comes, and one for what goes, which a desired state uses while it is applied.

#include <optional>
#include <variant>

#include "core/link/file.hpp"
#include "lock/activation/activation.hpp"
#include "lock/update/updater.hpp"

namespace cardea {

/// Where the link's messages go.
class LinkSink {
 public:
  /// One whole message to the platform, to be copied or sent before this returns.
  virtual void send(ByteSpan message) = 0;
  /// The lock ends the connection; closed() follows.
  virtual void close() = 0;

 protected:
  ~LinkSink() = default;
};

/// The largest message that a lock has to read: a desired state or an answer; and to write: 64 records.
inline constexpr std::size_t link_message_size_bytes_max = 1 + 4 + link::snapshot_size_bytes_max;
inline constexpr std::size_t link_records_size_bytes = 2 + link::records_count_max * audit::record_size_bytes;
/// What it writes is never longer than its records.
inline constexpr std::size_t link_out_size_bytes = link_records_size_bytes + link::frame_overhead_bytes;
inline constexpr std::size_t link_in_size_bytes = std::max(
    {link_message_size_bytes_max + link::frame_overhead_bytes, link_out_size_bytes, activation::answer_size_bytes_max});

class Link {
 public:
  /// All of them outlive the link. `updater`: none for a lock that takes no firmware images.
  Link(Lock& lock, Activation& activation, LinkSink& sink, update::Updater* updater = nullptr)
      : lock_(&lock), activation_(&activation), sink_(&sink), updater_(updater) {}
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  /// True when there is something to talk about: the lock is claimed, or may ask to be.
  [[nodiscard]] bool wants_connection() const { return lock_->claimed() || activation_->may_ask(); }
  void connected(RunMillis now);
  /// Anything that breaks link.md §1 to §3 ends the connection.
  void received(ByteSpan message, RunMillis now);
  void poll(RunMillis now);
  void closed();

  /// True between the handshake and the end of a connection.
  [[nodiscard]] bool open() const { return phase_ == Phase::kOpen; }

 private:
  enum class Phase : std::uint8_t { kClosed, kAsked, kGreeted, kOpen };
  /// L7: a challenge that waits for its run.
  struct Pending {
    link::Command command;
    link::Nonce nonce{};
    RunMillis at;
  };
  /// L8: a question for the time that waits for its answer.
  struct TimeAsked {
    link::Nonce nonce{};
    RunMillis at;
  };

  void end();
  void take_answer(ByteSpan message, RunMillis now);
  void take_m2(ByteSpan message, RunMillis now);
  void take_frame(ByteSpan frame, RunMillis now);
  Status dispatch(ByteSpan message, RunMillis now);
  Status take_receipt(ByteSpan message);
  Status take_fetch(ByteSpan message);
  Status take_desired(ByteSpan message);
  Status take_command(ByteSpan message, RunMillis now);
  Status take_run(ByteSpan message, RunMillis now);
  Status take_time(ByteSpan message, RunMillis now);
  Status take_offer(ByteSpan message);
  Status take_piece(ByteSpan message);
  void ask_piece();
  audit::ReasonCode judge_run(const link::Run& run, const std::optional<Pending>& pending, RunMillis now) const;
  OpenResult obey(const link::Command& command);

  template <class Message>
  void send(const Message& message);
  void send_status(RunMillis now);
  void send_records();
  void ask_time(RunMillis now);
  [[nodiscard]] bool status_due(RunMillis now) const;

  Lock* lock_;
  Activation* activation_;
  LinkSink* sink_;
  update::Updater* updater_;
  Phase phase_ = Phase::kClosed;
  std::optional<link::LockHandshake> handshake_;
  std::optional<link::Session> session_;
  std::optional<Pending> pending_;
  std::optional<TimeAsked> time_asked_;
  RunMillis time_due_;
  link::LockStatus told_;  ///< the status that the platform has
  RunMillis told_at_;
  std::uint32_t sent_seq_ = 0;      ///< records up to this one went out in this connection
  std::uint32_t received_seq_ = 0;  ///< the platform is known to have them up to here, or not to want them
  Bytes<link_in_size_bytes> in_{};
  /// What is written; or the desired state while it is applied, when nothing is.
  std::variant<Bytes<link_out_size_bytes>, link::Snapshot> work_;
};

/// The most memory that a link takes on a 32-bit microcontroller.
inline constexpr std::size_t link_size_bytes_max = 9 * 1'024 + 512;
static_assert(sizeof(void*) > 4 || sizeof(Link) <= link_size_bytes_max);

}  // namespace cardea
