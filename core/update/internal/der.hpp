// SPDX-License-Identifier: Apache-2.0
#pragma once
// The one piece of DER that an image has: an ECDSA signature, SEQUENCE { INTEGER r, INTEGER s } (RFC 3279 §2.2.3).

#include "core/crypto/provider.hpp"

namespace cardea::update::internal {

/// kMalformed for anything but the one right encoding of two positive integers of at most 32 bytes.
inline Status read_signature(ByteSpan der, P256Signature& out) {
  constexpr std::uint8_t tag_sequence = 0x30;
  constexpr std::uint8_t tag_integer = 0x02;
  ByteReader in(der);
  if (in.u8() != tag_sequence || in.u8() != der.size() - 2) return Status::kMalformed;
  for (const MutableByteSpan half : {MutableByteSpan(out).first<32>(), MutableByteSpan(out).last<32>()}) {
    if (in.u8() != tag_integer) return Status::kMalformed;
    ByteSpan number = in.take(in.u8());
    if (number.empty() || (number[0] & 0x80) != 0) return Status::kMalformed;  // none, or negative
    if (number[0] == 0 && number.size() > 1) {
      if ((number[1] & 0x80) == 0) return Status::kMalformed;  // a zero that nothing asks for
      number = number.subspan(1);
    }
    if (number.size() > half.size()) return Status::kMalformed;
    std::fill(half.begin(), half.end(), std::uint8_t{0});
    std::copy(number.begin(), number.end(), half.end() - static_cast<std::ptrdiff_t>(number.size()));
  }
  return in.finish() == Status::kOk ? Status::kOk : Status::kMalformed;
}

}  // namespace cardea::update::internal
