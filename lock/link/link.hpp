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
// Allocates nothing: works in a room in which what comes is opened, a desired state applied and a gift taken; has 0.4 KB of its
// own for what goes, where the handshake is before anything goes. The lock's place on the chain (session.md §3) is written once
// a connection.

#include <optional>
#include <variant>

#include "core/link/file.hpp"
#include "core/session/stream.hpp"
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

/// How many records a lock says at once: fewer than it may, for the memory they take.
inline constexpr std::size_t link_records_count = 8;
/// The largest message that a lock has to read: a desired state or an answer; and to write: records.
inline constexpr std::size_t link_message_size_bytes_max = 1 + 4 + link::snapshot_size_bytes_max;
inline constexpr std::size_t link_records_size_bytes = 2 + link_records_count * audit::record_size_bytes;
/// What it writes is never longer than its records.
inline constexpr std::size_t link_out_size_bytes = link_records_size_bytes + session::record_overhead_bytes;
inline constexpr std::size_t link_in_size_bytes =
    std::max(link_message_size_bytes_max + session::record_overhead_bytes, activation::answer_size_bytes_max);
static_assert(link_out_size_bytes <= link_in_size_bytes);
/// The room that a link of a lock of this class works in. Nothing is in it between two calls, so that a product has one for all
/// its bearers (lock/near), if one thread serves them.
constexpr std::size_t link_room_size_bytes(link::LockClass lock_class) {
  return activation::gift_size_bytes_max_of(lock_class);
}
static_assert(link_room_size_bytes(link::LockClass::kProtected) >=
              link_records_size_bytes + update::piece_message_size_bytes_max);

class BasicLink {
 public:
  /// All of them outlive the link. `room`: link_room_size_bytes(); with less than the lock's class needs, what is longer ends
  /// the connection. `updater`: none for a lock that takes no firmware images.
  BasicLink(Lock& lock, Activation& activation, LinkSink& sink, MutableByteSpan room, update::Updater* updater = nullptr)
      : lock_(&lock), activation_(&activation), sink_(&sink), updater_(updater), in_(room) {}
  BasicLink(const BasicLink&) = delete;
  BasicLink& operator=(const BasicLink&) = delete;

  /// True when there is something to talk about: the lock is claimed, or may ask to be.
  [[nodiscard]] bool wants_connection() const { return lock_->claimed() || activation_->may_ask(); }
  void connected(RunMillis now);
  /// Anything that breaks link.md §1 to §3 ends the connection.
  void received(ByteSpan message, RunMillis now);
  void poll(RunMillis now);
  void closed();

  /// True between the handshake and the end of a connection.
  [[nodiscard]] bool open() const { return phase_ == Phase::kOpen; }
  /// True while a command waits for its run (L7): a lock that starts anew now would forget it (update.md I6).
  [[nodiscard]] bool challenge_waits(RunMillis now) const;

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

  /// A handshake that waits for M2: what it borrows, and itself.
  struct Greeting {
    Greeting(Provider& provider, const session::SharedKey& with, const session::Ratchet& at)
        : key(with), k_auth(provider, with.k_auth), ratchet(at), initiator(provider, key, ratchet) {}
    session::SharedKey key;
    ScopedKey k_auth;
    session::Ratchet ratchet;
    session::Initiator initiator;
  };

  void end();
  Status greet(RunMillis now);
  Status agree(ByteSpan m2, session::M3& m3);
  Status keep(const session::Ratchet& ratchet);
  void take_answer(ByteSpan message, RunMillis now);
  void take_m2(ByteSpan message, RunMillis now);
  void take_record(ByteSpan record, RunMillis now);
  Status open_record(ByteSpan record, ByteSpan& message);
  Status dispatch(ByteSpan message, RunMillis now);
  Status take_receipt(ByteSpan message);
  Status take_fetch(ByteSpan message);
  Status take_desired(ByteSpan message);
  Status take_command(ByteSpan message, RunMillis now);
  Status take_run(ByteSpan message, RunMillis now);
  Status take_give_up(ByteSpan message, RunMillis now);
  Status take_time(ByteSpan message, RunMillis now);
  Status take_offer(ByteSpan message);
  Status take_piece(ByteSpan message);
  void ask_piece();
  static audit::ReasonCode judge_run(const link::Run& run, const std::optional<Pending>& pending, bool gives_up, RunMillis now);
  void refuse(std::uint64_t command, audit::ReasonCode reason);
  OpenResult obey(const link::Command& command, Verdict verdict);

  template <class Message>
  void send(const Message& message);
  ByteWriter message_room();
  void send_written(const ByteWriter& writer);
  void send_status(RunMillis now);
  void send_records();
  void ask_time(RunMillis now);
  [[nodiscard]] bool status_due(RunMillis now) const;

  Lock* lock_;
  Activation* activation_;
  LinkSink* sink_;
  update::Updater* updater_;
  Phase phase_ = Phase::kClosed;
  std::uint32_t key_id_ = 0;
  std::optional<session::Stream> session_;
  RunMillis since_;                             ///< when the handshake, or then the epoch, began
  std::optional<session::Ratchet> once_heard_;  ///< SE6: the platform has missed an M3
  std::optional<Pending> pending_;
  std::optional<TimeAsked> time_asked_;
  RunMillis time_due_;
  link::LockStatus told_;  ///< the status that the platform has
  RunMillis told_at_;
  std::uint32_t sent_seq_ = 0;      ///< records up to this one went out in this connection
  std::uint32_t received_seq_ = 0;  ///< the platform is known to have them up to here, or not to want them
  MutableByteSpan in_;              ///< the room
  /// What is written; or the handshake or the gift, before anything is.
  std::variant<Bytes<link_out_size_bytes>, Greeting, activation::OpenedGift> work_;
};

namespace internal {

struct LinkRoom {
  Bytes<link_room_size_bytes(link::LockClass::kUnprotected)> room{};
};

}  // namespace internal

/// With a room of its own, for a lock of either class.
class Link final : internal::LinkRoom, public BasicLink {
 public:
  Link(Lock& lock, Activation& activation, LinkSink& sink, update::Updater* updater = nullptr)
      : BasicLink(lock, activation, sink, room, updater) {}
};

/// The most memory that a link takes on a 32-bit microcontroller, with its room.
inline constexpr std::size_t link_size_bytes_max = 5'632;
static_assert(sizeof(void*) > 4 || sizeof(Link) <= link_size_bytes_max);

}  // namespace cardea
