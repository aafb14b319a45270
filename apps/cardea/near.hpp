// SPDX-License-Identifier: Apache-2.0
#pragma once
// A phone's end of a near bearer on a socket (spec/grant.md §5): what stands for the radio between a phone and a lock. The
// socket is near.sock in the state directory of a cardea-lock.

#include <cstdint>
#include <string>
#include <vector>

#include "core/grant/visitor.hpp"
#include "core/serial/frames.hpp"
#include "core/session/fragments.hpp"

namespace cardea::client {

class NearConnection final : private serial::ByteSink {
 public:
  /// Ends the command by Stop when nobody listens there.
  NearConnection(Provider& provider, const std::string& path);
  NearConnection(const NearConnection&) = delete;
  NearConnection& operator=(const NearConnection&) = delete;
  ~NearConnection();

  /// Sends a message, and returns the lock's next one; nothing when it stays silent.
  std::vector<std::uint8_t> exchange(ByteSpan message);

 private:
  void write(ByteSpan bytes) override;
  /// True when a frame of this connection and type came, false after the patience.
  bool wait_for(serial::FrameType type);
  bool take(const serial::Frame& frame, serial::FrameType type);

  int socket_ = -1;
  std::uint32_t number_ = 0;
  std::uint8_t message_number_ = 0;
  Bytes<serial::head_size_bytes + 512 + serial::crc_size_bytes> buffer_{};
  serial::FrameReader reader_{buffer_};
  session::Reassembler::Memory<512> memory_;
  session::Reassembler reassembler_{memory_};
  std::vector<std::uint8_t> heard_;
};

/// Does all that a phone does before a lock: proves the key, brings the list, asks to open.
struct NearVisit {
  bool answered = false;  ///< false: the lock did not take the key, and says nothing about why
  grant::Answer answer;
  std::optional<grant::Listed> listed;
};
NearVisit visit_lock(Provider& provider, const grant::Lease& lease, const std::string& path);

}  // namespace cardea::client
