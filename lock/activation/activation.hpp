// SPDX-License-Identifier: Apache-2.0
#pragma once
// The lock's side of activation (spec/activation.md): when it may ask, and what it does with an answer. Over a network the
// ephemeral key lives in memory; for a file it waits in the journal, because hours may pass.
//
// Allocates nothing. Opening an answer takes 5 KB, which are on the stack unless the caller has them elsewhere.

#include <optional>

#include "lock/lock.hpp"

namespace cardea {

/// Where an answer is opened.
struct AnswerRoom {
  MutableByteSpan plain;  ///< activation::gift_size_bytes_max_of() the lock's class; wiped afterwards
  activation::OpenedGift& gift;
};

class Activation {
 public:
  /// `lock` outlives this.
  explicit Activation(Lock& lock) : lock_(&lock) {}
  Activation(const Activation&) = delete;
  Activation& operator=(const Activation&) = delete;
  ~Activation() { cancel(); }

  /// A1: the lock is unclaimed and its inside button was pressed within the last 120 s.
  [[nodiscard]] bool may_ask() const;

  /// Asks over a network; an earlier ask is forgotten. kNotReady unless may_ask().
  Result<activation::AskBytes> ask(RunMillis now);
  /// Takes the answer to the last ask(): when it is kOk the lock is claimed, durably, and `done` is to be said. Any failure
  /// changes nothing (A6): kNotReady (claimed, or nothing was asked), kTooShort, kMalformed, kForged, or what Lock::activate
  /// says.
  Status answer(ByteSpan answer, RunMillis now, activation::DoneBytes& done);
  Status answer(ByteSpan answer, RunMillis now, AnswerRoom room, activation::DoneBytes& done);
  /// The connection ended: what was asked over it is worth nothing.
  void cancel();

  /// Asks by file; the ask waits over restarts for its answer, until the next press of the button. kNotReady as ask().
  Result<activation::AskBytes> ask_file();
  /// Takes the file that answers it. `done` is kept for the lock's next file. Failures as answer().
  Status answer_file(ByteSpan file);
  Status answer_file(ByteSpan file, AnswerRoom room);

 private:
  Result<activation::AskBytes> make_ask(const P256Point& ephemeral);

  Lock* lock_;
  KeyHandle ephemeral_;
  activation::AskBytes ask_{};
  RunMillis asked_at_;
};

}  // namespace cardea
