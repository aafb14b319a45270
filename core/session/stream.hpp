// SPDX-License-Identifier: Apache-2.0
#pragma once
// A session over a bearer that loses nothing and keeps the order (spec/session.md §6): what comes is the next record, or the
// end. It is not kept over a loss of power.

#include "core/session/handshake.hpp"
#include "core/session/records.hpp"

namespace cardea::session {

/// Uses the provider it was started with, and must not outlive it.
class Stream {
 public:
  static Result<Stream> start(Provider& provider, const Agreement& agreement);

  /// Writes the next record, in the next epoch when this one is used up. `record` has room for plain.size() +
  /// record_overhead_bytes, and `plain` may stand in it from record_head_size_bytes on. Returns its size. kOutOfRange (too
  /// long), kFull (no epoch left: a new handshake is due).
  Result<std::size_t> seal(ByteSpan plain, MutableByteSpan record);
  /// Goes on to the next epoch: due epoch_s_max after the last time. kFull as seal().
  Status rekey();
  /// Reads the next record; `plain` has room for record.size() - record_overhead_bytes. Returns the size of the plain text. Any
  /// failure ends the stream, and every later call says kNotReady: kTooShort, kStale (not the next record), kForged.
  Result<std::size_t> take(ByteSpan record, MutableByteSpan plain);

 private:
  explicit Stream(Records&& records) : records_(std::move(records)) {}
  [[nodiscard]] bool is_next(ByteSpan record) const;

  Records records_;
  bool over_ = false;
};

}  // namespace cardea::session
