// SPDX-License-Identifier: Apache-2.0
#pragma once
// The bytes between a microcontroller and its secure element. spec/secure-element.md is what they mean.

#include "core/crypto/provider.hpp"

namespace cardea {

/// The line to an element: a UART, SPI or I2C with the framing of its maker.
class ApduChannel {
 public:
  /// Sends one command and waits for its answer, status word included; returns its size. Any failure means that no whole answer
  /// came: it may have been done or not.
  virtual Result<std::size_t> transmit(ByteSpan command, MutableByteSpan response) = 0;

 protected:
  ~ApduChannel() = default;
};

namespace apdu {

inline constexpr Bytes<4> start_head{0x80, 0x10, 0x01, 0x00};
inline constexpr Bytes<4> call_head{0x84, 0x12, 0x00, 0x00};
inline constexpr Bytes<2> done{0x90, 0x00};
inline constexpr Bytes<2> wrong_version{0x6a, 0x86};
inline constexpr Bytes<2> not_secured{0x69, 0x88};

inline constexpr std::size_t head_size_bytes = 5;
inline constexpr std::size_t start_nonce_size_bytes = 16;
inline constexpr std::size_t start_answer_size_bytes = start_nonce_size_bytes + 3;
inline constexpr std::size_t body_size_bytes_max = 247;
inline constexpr std::size_t result_size_bytes_max = 247;
inline constexpr std::size_t command_size_bytes_max = head_size_bytes + body_size_bytes_max + ccm_tag_size_bytes + 1;
inline constexpr std::size_t response_size_bytes_max = 1 + result_size_bytes_max + ccm_tag_size_bytes + 2;
inline constexpr std::size_t blob_size_bytes = ccm_nonce_size_bytes + 33 + ccm_tag_size_bytes;

enum class Op : std::uint8_t {
  kImport = 0x01,
  kDerive = 0x02,
  kExtract = 0x03,
  kRelease = 0x04,
  kHmac = 0x05,
  kBlock = 0x06,
  kSeal = 0x07,
  kOpen = 0x08,
  kRandom = 0x09,
  kGenerate = 0x0a,
  kImportPair = 0x0b,
  kAgree = 0x0c,
  kSign = 0x0d,
  kWrap = 0x0e,
  kUnwrap = 0x0f,
  kLoad = 0x20,
  kRead = 0x21,
};

/// A state of the element's as a status, and back.
constexpr Status status_of(std::uint8_t state) {
  switch (state) {
    case 0: return Status::kOk;
    case 1: return Status::kNotFound;
    case 2: return Status::kUnsupported;
    case 3: return Status::kFull;
    case 4: return Status::kMalformed;
    case 5: return Status::kForged;
    case 6: return Status::kOutOfRange;
    default: return Status::kCryptoFailed;
  }
}
constexpr std::uint8_t state_of(Status status) {
  for (std::uint8_t state = 0; state < 7; ++state)
    if (status_of(state) == status) return state;
  return 7;
}

constexpr std::uint8_t number_of(KeyKind kind) { return static_cast<std::uint8_t>(static_cast<std::uint8_t>(kind) + 1); }
static_assert(number_of(KeyKind::kMac) == 1 && number_of(KeyKind::kSign) == 7, "the numbers of spec/secure-element.md");

/// n of a connection as the nonce of its AEAD.
inline CcmNonce nonce_of(std::uint32_t number) {
  CcmNonce nonce{};
  store_be(number, MutableByteSpan(nonce).subspan(9));
  return nonce;
}

}  // namespace apdu
}  // namespace cardea
