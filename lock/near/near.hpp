// SPDX-License-Identifier: Apache-2.0
#pragma once
// The lock's side of a bearer for who stands before it: phones with virtual keys (spec/grant.md §2 to §4). A state machine over
// packets: it knows no radio and never waits.
//
//   near.connected();                        somebody connected, and whoever was there before is gone
//   near.received(packet, now);              a packet came
//   near.poll(now);                          every second or so
//   near.closed();                           they went
//
// Allocates nothing. Handshakes compute with the curve, some 45 million instructions on a Cortex-M3, inside received(); poll()
// does a quarter of that ahead while nobody is there.

#include <optional>

#include "core/grant/messages.hpp"
#include "core/session/edhoc.hpp"
#include "core/session/fragments.hpp"
#include "core/session/records.hpp"
#include "lock/lock.hpp"

namespace cardea {

/// Where packets for the other side go.
class NearSink {
 public:
  /// One packet, to be copied or sent before this returns.
  virtual void send(ByteSpan packet) = 0;

 protected:
  ~NearSink() = default;
};

inline constexpr std::size_t near_message_size_bytes_max = session::handshake_size_bytes_max;
static_assert(grant::phone_message_size_bytes_max + session::record_overhead_bytes <= near_message_size_bytes_max);
/// Answers: message_2, and records of a few bytes.
inline constexpr std::size_t near_answer_size_bytes_max = 64;
/// Key handles that a Near holds at most, for sizing a provider: of a handshake, the next one's pair, and two sessions'
/// records.
inline constexpr std::size_t near_handle_count_max = 12;
inline constexpr std::uint8_t near_allowance_max = 8;             ///< G9
inline constexpr std::uint64_t near_allowance_again_ms = 15'000;  ///< G9
inline constexpr std::uint64_t near_handshake_ms = 120'000;       ///< SE4
inline constexpr std::uint64_t near_session_ms = 300'000;         ///< G10

/// The room that a near bearer works in. Nothing is in it between two calls: it may be the link's (lock/link).
inline constexpr std::size_t near_room_size_bytes = session::edhoc_room_size_bytes;
static_assert(grant::phone_message_size_bytes_max <= near_room_size_bytes);

class BasicNear {
 public:
  /// All of them outlive this. `packet_size_bytes`: what the bearer carries, 4 or more. `room`: near_room_size_bytes
  /// (asserted).
  BasicNear(Lock& lock, NearSink& sink, std::size_t packet_size_bytes, MutableByteSpan room)
      : lock_(&lock), sink_(&sink), packet_size_bytes_(packet_size_bytes), room_(room), reassembler_(memory_) {
    CARDEA_ASSERT(room.size() >= near_room_size_bytes);
  }
  BasicNear(const BasicNear&) = delete;
  BasicNear& operator=(const BasicNear&) = delete;

  void connected();
  void received(ByteSpan packet, RunMillis now);
  void poll(RunMillis now);
  void closed() { connected(); }

  /// True while somebody is there who has proved a virtual key of this lock.
  [[nodiscard]] bool open() const { return records_.has_value(); }

 private:
  void take(ByteSpan message, RunMillis now);
  void take_message_1(ByteSpan message, RunMillis now);
  void take_message_3(ByteSpan message, RunMillis now);
  Status begin_session(RunMillis now);
  void take_record(ByteSpan message, RunMillis now);
  Status obey(ByteSpan message, Verdict proved);
  Status take_list(ByteSpan list);
  Status open_door(Verdict proved);
  Status say_ready();
  template <class Message>
  Status say(const Message& message);
  void send_answer();
  void abandon();
  void end_session() {
    records_.reset();
    write_twice(proved_, Verdict::kRefused);
    wipe(grant_);  // or one that is not written over in the next session counts there
  }
  void expire(RunMillis now);
  void refill(RunMillis now);
  Status take_up_identity();
  [[nodiscard]] bool believe();
  [[nodiscard]] bool same_owner() const;

  Lock* lock_;
  NearSink* sink_;
  std::size_t packet_size_bytes_;
  MutableByteSpan room_;
  KeyHandle identity_;  ///< the lock's
  Bytes<grant::lock_credential_size_bytes> credential_{};
  session::Trust trust_;
  P256Point signer_{};  ///< whose signature began the session
  std::optional<session::BasicEdhocResponder> edhoc_;
  bool waiting_ = false;  ///< for a message_3
  RunMillis waiting_since_;
  std::optional<session::Records> records_;
  Verdict proved_ = Verdict::kRefused;  ///< kGranted: what the handshake found about the other side
  RunMillis heard_at_;                  ///< the session's last record
  UnixSeconds until_;                   ///< end of the lease that was proved
  Bytes<grant::grant_size_bytes_max> grant_{};
  std::size_t grant_size_ = 0;
  std::uint8_t allowance_ = near_allowance_max;
  RunMillis allowance_since_;
  session::Reassembler::Memory<near_message_size_bytes_max> memory_;
  session::Reassembler reassembler_;
  Bytes<near_answer_size_bytes_max> answer_{};
  std::size_t answer_size_ = 0;
  std::uint8_t answer_number_ = 0;
};

namespace internal {

struct NearRoom {
  Bytes<near_room_size_bytes> room{};
};

}  // namespace internal

/// With a room of its own.
class Near final : internal::NearRoom, public BasicNear {
 public:
  Near(Lock& lock, NearSink& sink, std::size_t packet_size_bytes) : BasicNear(lock, sink, packet_size_bytes, room) {}
};

/// The most memory that one bearer takes on a 32-bit microcontroller, with its room.
inline constexpr std::size_t near_size_bytes_max = 3'584;
static_assert(sizeof(void*) > 4 || sizeof(Near) <= near_size_bytes_max);

}  // namespace cardea
