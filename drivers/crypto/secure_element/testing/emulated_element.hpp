// SPDX-License-Identifier: Apache-2.0
#pragma once
// An element that is none: the applet of spec/secure-element.md over OpenSSL, behind a line that a test can break. Tests only:
// it keeps keys in the memory of the process.

#include <functional>
#include <optional>
#include <vector>

#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "drivers/crypto/secure_element/apdu.hpp"

namespace cardea {

class EmulatedElement final : public ApduChannel {
 public:
  explicit EmulatedElement(const KeyBytes& pairing, std::uint8_t slot_count = 16, std::uint16_t buffer_size_bytes = 4'096);

  /// What comes between: an answer in the place of the true one, or none.
  std::function<std::optional<std::vector<std::uint8_t>>(std::vector<std::uint8_t> answer)> on_answer;
  std::vector<std::vector<std::uint8_t>> heard;    ///< every command
  std::vector<std::vector<std::uint8_t>> answers;  ///< as the element gave them

  void lose_power();
  Result<std::size_t> transmit(ByteSpan command, MutableByteSpan response) override;
  std::vector<std::uint8_t> answer(ByteSpan command);

 private:
  using Buffer = std::vector<std::uint8_t>;
  struct Slot {
    KeyHandle key;
    KeyKind kind = KeyKind::kMac;
    std::optional<KeyBytes> bytes;  ///< of what may be wrapped
  };
  Buffer start(ByteSpan nonce);
  Buffer call(ByteSpan command);
  Status execute(ByteReader& in, Buffer& out);
  Result<Slot*> key_in(std::uint8_t number);
  Status put(std::uint8_t number, Result<KeyHandle> key, KeyKind kind, std::optional<KeyBytes> bytes);
  Status put_pair(std::uint8_t number, KeyKind kind, const KeyBytes& scalar, Buffer& out);
  Status generate(std::uint8_t number, KeyKind kind, Buffer& out);
  Status derive(std::uint8_t number, std::uint8_t parent, KeyKind kind);
  Status crypt(apdu::Op op, std::uint8_t key, const CcmNonce& nonce, std::uint16_t aad_size, Buffer& out);
  Status wrap(std::uint8_t key, Buffer& out);
  Status unwrap(std::uint8_t number, const Bytes<apdu::blob_size_bytes>& blob);
  void give(Buffer& out);

  OpensslProvider provider_;
  KeyHandle pairing_;
  KeyHandle store_;
  KeyHandle to_;
  KeyHandle from_;
  std::uint32_t number_ = 0;
  std::uint16_t buffer_size_bytes_;
  std::vector<Slot> slots_;
  Buffer buffer_;
  Buffer result_;  ///< what is still to be read
};

}  // namespace cardea
