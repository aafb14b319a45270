// SPDX-License-Identifier: Apache-2.0
#include "core/crypto/kdf.hpp"

namespace cardea {
namespace {

constexpr std::uint32_t counter_first = 1;
constexpr std::uint32_t output_bits = 256;
constexpr std::size_t input_size_bytes_max = 4 + kdf_label_size_bytes_max + 1 + kdf_context_size_bytes_max + 4;

/// 0x00000001 | label | 0x00 | context | 0x00000100
struct KdfInput {
  KdfInput(ByteSpan label, ByteSpan context) : writer(buffer) {
    CARDEA_ASSERT(!label.empty() && label.size() <= kdf_label_size_bytes_max);
    CARDEA_ASSERT(context.size() <= kdf_context_size_bytes_max);
    writer.u32(counter_first);
    writer.bytes(label);
    writer.u8(0);
    writer.bytes(context);
    writer.u32(output_bits);
  }
  Bytes<input_size_bytes_max> buffer{};
  ByteWriter writer;
};

/// T(n - 1) | info | n: what HKDF-Expand macs for its block n. The first block has nothing in front.
class ExpandInput {
 public:
  explicit ExpandInput(ByteSpan info) : info_size_(info.size()) {
    std::copy(info.begin(), info.end(), buffer_.begin() + digest_size_bytes);
  }
  ~ExpandInput() { wipe(buffer_); }
  ExpandInput(const ExpandInput&) = delete;
  ExpandInput& operator=(const ExpandInput&) = delete;

  ByteSpan first() { return numbered(1, digest_size_bytes); }
  ByteSpan next(const Digest& previous, std::uint8_t number) {
    std::copy(previous.begin(), previous.end(), buffer_.begin());
    return numbered(number, 0);
  }

 private:
  ByteSpan numbered(std::uint8_t number, std::size_t begin) {
    buffer_[digest_size_bytes + info_size_] = number;
    return ByteSpan(buffer_).subspan(begin, digest_size_bytes - begin + info_size_ + 1);
  }
  Bytes<digest_size_bytes + hkdf_info_size_bytes_max + 1> buffer_;
  std::size_t info_size_;
};

}  // namespace

Result<KeyHandle> derive(Provider& provider, KeyHandle parent, ByteSpan label, ByteSpan context, KeyKind kind) {
  const KdfInput input(label, context);
  return provider.derive_key(parent, input.writer.written(), kind);
}

Result<KeyBytes> derive_bytes(Provider& provider, KeyHandle parent, ByteSpan label, ByteSpan context) {
  const KdfInput input(label, context);
  KeyBytes out;
  CARDEA_TRY(provider.hmac_sha256(parent, input.writer.written(), out.mutable_bytes()));
  return out;
}

Result<KeyHandle> hkdf_expand(Provider& provider, KeyHandle prk, ByteSpan info, KeyKind kind) {
  if (info.size() > hkdf_info_size_bytes_max) return Status::kOutOfRange;
  ExpandInput input(info);
  return provider.derive_key(prk, input.first(), kind);
}

Status hkdf_expand_bytes(Provider& provider, KeyHandle prk, ByteSpan info, MutableByteSpan out) {
  if (info.size() > hkdf_info_size_bytes_max || out.empty() || out.size() > hkdf_output_size_bytes_max)
    return Status::kOutOfRange;
  ExpandInput input(info);
  Digest block;
  ByteSpan message = input.first();
  for (std::uint8_t number = 1;; ++number) {
    CARDEA_TRY(provider.hmac_sha256(prk, message, block));
    const std::size_t size = std::min(out.size(), block.size());
    std::copy_n(block.begin(), size, out.begin());
    out = out.subspan(size);
    if (out.empty()) break;
    message = input.next(block, static_cast<std::uint8_t>(number + 1));
  }
  wipe(block);
  return Status::kOk;
}

}  // namespace cardea
