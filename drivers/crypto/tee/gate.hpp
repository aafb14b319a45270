// SPDX-License-Identifier: Apache-2.0
#pragma once
// What goes through the gate between both sides of a TrustZone: one call of core/crypto's provider, as numbers and pointers.

#include "core/crypto/provider.hpp"

namespace cardea {

enum class TeeOp : std::uint8_t {
  kImport,
  kDerive,
  kExtract,
  kRelease,
  kHmac,
  kBlock,
  kSeal,
  kOpen,
  kRandom,
  kGenerate,
  kImportPair,
  kAgree,
  kDecompress,
  kSign,
  kVerify,
};

struct TeeBytes {
  std::uint8_t* data = nullptr;
  std::uint32_t size = 0;
};

/// Lies in the caller's memory, as everything that it points to.
struct TeeCall {
  TeeOp op = TeeOp::kRandom;
  KeyKind kind = KeyKind::kMac;
  KeyHandle key;
  TeeBytes in[3];
  TeeBytes out;
};

/// What comes back in a register: a Status, and above it the handle of a new key.
constexpr std::uint32_t tee_answer(Status status, KeyHandle key = {}) {
  return static_cast<std::uint32_t>(status) | std::uint32_t{key.value} << 16;
}
constexpr Status status_of_tee(std::uint32_t answer) {
  const std::uint32_t status = answer & 0xffff;
  return status <= static_cast<std::uint32_t>(Status::kCryptoFailed) ? static_cast<Status>(status) : Status::kCryptoFailed;
}
constexpr KeyHandle key_of_tee(std::uint32_t answer) { return KeyHandle{static_cast<std::uint16_t>(answer >> 16)}; }

}  // namespace cardea
