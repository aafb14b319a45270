// SPDX-License-Identifier: Apache-2.0
#pragma once
// The other end of the gate: takes a call out of memory that it does not believe, and has a provider of its own answer it.

#include "drivers/crypto/tee/gate.hpp"

namespace cardea {

/// Says whose memory it is. On a chip: cmse_check_address_range().
class TeeMemory {
 public:
  /// Whether the caller itself may read, or write, all of these bytes. Never for an empty range.
  [[nodiscard]] virtual bool may_read(const void* begin, std::size_t size) const = 0;
  [[nodiscard]] virtual bool may_write(const void* begin, std::size_t size) const = 0;

 protected:
  ~TeeMemory() = default;
};

/// Answers one call, as tee_answer() has it. A pointer into memory that the caller may not use itself is kOutOfRange, as is a
/// size that the call does not have, and nothing is read or written then. Keys, points and signatures are copied before they
/// are looked at, so that the caller cannot change them in between.
std::uint32_t answer_tee_call(Provider& provider, const TeeMemory& memory, const TeeCall* call);

}  // namespace cardea
