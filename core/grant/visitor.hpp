// SPDX-License-Identifier: Apache-2.0
#pragma once
// A phone in front of a lock: proves its virtual key, brings the list, asks to open. Messages: spec/grant.md §4. It knows no
// bearer: whoever has one carries whole messages.
//
//   visitor.begin(out);                      message_1
//   visitor.take(message, out);              until done()
//
// Holds some 3 KB; no place for it on a small stack.

#include <optional>

#include "core/grant/messages.hpp"
#include "core/session/edhoc.hpp"
#include "core/session/records.hpp"

namespace cardea::grant {

/// What a phone has of one lock. The views outlive the visit.
struct Lease {
  LockId lock;
  P256Point lock_identity{};
  KeyHandle key;        ///< kAgree: the private half of the virtual key
  ByteSpan credential;  ///< the CWT
  ByteSpan list;        ///< the newest list of this lock, or nothing
};

inline constexpr std::size_t visitor_message_size_bytes_max = session::handshake_size_bytes_max;

class Visitor {
 public:
  /// `provider` and what `lease` points to outlive this.
  Visitor(Provider& provider, const Lease& lease);
  Visitor(const Visitor&) = delete;
  Visitor& operator=(const Visitor&) = delete;

  /// A new handshake; returns the size of the message for the lock. `out` has room for visitor_message_size_bytes_max.
  Result<std::size_t> begin(MutableByteSpan out);
  /// Takes a message of the lock; returns the size of the next one, 0 when there is none. Any failure ends the visit: kForged
  /// (not this lock), kNotReady (nothing was begun), kTooShort, kMalformed.
  Result<std::size_t> take(ByteSpan message, MutableByteSpan out);
  /// The lock has answered *open*.
  [[nodiscard]] const std::optional<Answer>& answer() const { return answer_; }
  /// What the lock said of the list that was brought; nothing when it has it already.
  [[nodiscard]] const std::optional<Listed>& listed() const { return listed_; }

 private:
  Result<std::size_t> take_message_2(ByteSpan message, MutableByteSpan out);
  Result<std::size_t> take_record(ByteSpan message, MutableByteSpan out);
  Result<std::size_t> after_ready(const Ready& ready, MutableByteSpan out);
  Result<std::size_t> ask_to_open(MutableByteSpan out);

  Provider* provider_;
  Lease lease_;
  Bytes<lock_credential_size_bytes> lock_credential_{};
  std::array<ByteSpan, 1> known_;
  session::Trust trust_;
  session::EdhocInitiator edhoc_;
  std::optional<session::Records> records_;
  std::optional<Answer> answer_;
  std::optional<Listed> listed_;
};

}  // namespace cardea::grant
