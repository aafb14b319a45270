// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/bearssl/sha256.hpp"

#include <bearssl.h>

#include "drivers/crypto/bearssl/internal/wiped.hpp"

namespace cardea {

Status bearssl_sha256(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) {
  Wiped<br_sha256_context> hash;
  br_sha256_init(&hash);
  br_sha256_update(&hash, message.data(), message.size());
  br_sha256_out(&hash, out.data());
  return Status::kOk;
}

Status bearssl_sha256_of(ByteSource& source, std::span<std::uint8_t, digest_size_bytes> out) {
  Wiped<br_sha256_context> hash;
  br_sha256_init(&hash);
  for (;;) {
    CARDEA_ASSIGN(const ByteSpan piece, source.next());
    if (piece.empty()) break;
    br_sha256_update(&hash, piece.data(), piece.size());
  }
  br_sha256_out(&hash, out.data());
  return Status::kOk;
}

}  // namespace cardea
