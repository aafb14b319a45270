// SPDX-License-Identifier: Apache-2.0
#pragma once
// A firmware image of one piece (spec/update.md §1), signed here, so that its arrival can be counted.

#include "core/update/image.hpp"
#include "firmware/cost/count.hpp"

namespace cardea::firmware {

class SmallImage {
 public:
  /// `seed` tells images apart.
  SmallImage(Provider& provider, KeyHandle key, const P256Point& anchor, std::uint8_t seed) {
    le(0x96f3b83d, 4);
    le(0, 4);   // runs where it lies
    le(32, 2);  // header
    le(4 + 3 * 4 + 4 + 2 * 16, 2);
    le(body_size_bytes, 4);
    le(0, 4);
    le(seed, 1);
    le(0, 3 + 4 + 4);
    le(seed, body_size_bytes);
    le(0x6908, 2);
    le(4 + 3 * 4 + 4 + 2 * 16, 2);
    field(0x50, Bytes<4>{1});
    field(0x74, update::Uuid{});
    field(0x75, update::Uuid{});
    const ByteSpan head = bytes();
    P256Signature signature{};
    must(provider.sha256(head, digest_) == Status::kOk && provider.p256_sign(key, head, signature) == Status::kOk);
    const std::size_t list_at = size_;
    le(0x6907, 2);
    le(0, 2);
    field(0x10, digest_);
    field(0x01, update::anchor_name(anchor, provider).value());
    sign(signature);
    bytes_[list_at + 2] = static_cast<std::uint8_t>(size_ - list_at);
  }
  [[nodiscard]] ByteSpan bytes() const { return ByteSpan(bytes_).first(size_); }
  [[nodiscard]] const Digest& digest() const { return digest_; }

 private:
  static constexpr std::size_t body_size_bytes = 64;

  void le(std::uint32_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) bytes_[size_++] = i < 4 ? static_cast<std::uint8_t>(value >> (8 * i)) : 0;
  }
  void put(ByteSpan value) {
    std::ranges::copy(value, bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += value.size();
  }
  void field(std::uint16_t type, ByteSpan value) {
    le(type, 2);
    le(static_cast<std::uint32_t>(value.size()), 2);
    put(value);
  }
  /// In DER.
  void sign(const P256Signature& signature) {
    Bytes<update::image_signature_size_bytes_max> der{};
    ByteWriter out(der);
    out.u8(0x30);
    out.u8(0);
    for (ByteSpan number : {ByteSpan(signature).first<32>(), ByteSpan(signature).last<32>()}) {
      while (number[0] == 0) number = number.subspan(1);
      const bool pads = (number[0] & 0x80) != 0;
      out.u8(0x02);
      out.u8(static_cast<std::uint8_t>(number.size() + (pads ? 1 : 0)));
      if (pads) out.u8(0);
      out.bytes(number);
    }
    der[1] = static_cast<std::uint8_t>(out.size() - 2);
    field(0x22, out.written());
  }

  Bytes<512> bytes_{};
  std::size_t size_ = 0;
  Digest digest_{};
};

}  // namespace cardea::firmware
