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

}  // namespace cardea
