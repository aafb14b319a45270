// SPDX-License-Identifier: Apache-2.0
#pragma once
// Link files: what a lock without a network gives an installer to carry, and takes back (spec/link.md §6).
// Allocates nothing: the caller owns the buffers. read_link_file needs about 4 KB of stack.

#include "core/link/file.hpp"
#include "lock/activation/activation.hpp"

namespace cardea {

/// The smallest buffer that write_link_file is of use with: a status and 64 records.
inline constexpr std::size_t link_file_size_bytes_min = 4 * 1'024;

/// Writes the lock's file: *done* of an activation by file as long as no answer has come, then the sealed list of status and
/// records from the first without a receipt, as many as fit. From now on only an answer to this file is good (L10). Returns its
/// size. kNotReady: the lock is unclaimed (it writes an ask: Activation::ask_file) or not booted; kOutOfRange: the buffer is
/// smaller than link_file_size_bytes_min.
Result<std::size_t> write_link_file(Lock& lock, MutableByteSpan file);

/// What an answer did.
struct LinkFileOutcome {
  bool time_heard = false;
  Status time = Status::kOk;  ///< kOutOfRange: the clock refused it
  std::uint32_t receipt_seq = 0;
  std::uint32_t applied_version = 0;  ///< of the desired state in it; 0: none
  Status applied = Status::kOk;       ///< kStale: not newer than what the lock holds
};
/// Takes the answer to the lock's newest file, once. `content`: room for what is in the file. kMalformed, kTooShort: no link
/// file, or something in it that no file may carry (L12); kNotFound: for another lock; kStale: an answer to another file than
/// the newest, or to none; kForged. After a failure nothing has changed.
Result<LinkFileOutcome> read_link_file(Lock& lock, ByteSpan file, MutableByteSpan content);

}  // namespace cardea
