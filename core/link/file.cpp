// SPDX-License-Identifier: Apache-2.0
#include "core/link/file.hpp"

#include "core/crypto/kdf.hpp"

namespace cardea::link {
namespace {

constexpr auto magic_from_lock = ascii("CLF1");
constexpr auto magic_to_lock = ascii("CPF1");

Result<KeyHandle> file_key(Provider& provider, KeyHandle k_session, const FileHeader& header) {
  Bytes<lock_id_size_bytes + 2 * nonce_size_bytes> context{};
  ByteWriter writer(context);
  writer.bytes(header.lock.value);
  writer.bytes(header.nonce);
  if (header.kind == FileKind::kFromLock)
    return derive(provider, k_session, ascii("file.up"), writer.written(), KeyKind::kAead);
  writer.bytes(header.platform_nonce);
  return derive(provider, k_session, ascii("file.down"), writer.written(), KeyKind::kAead);
}

std::size_t header_size_bytes(FileKind kind) {
  return kind == FileKind::kFromLock ? file_header_size_bytes_max - nonce_size_bytes : file_header_size_bytes_max;
}

}  // namespace

Result<FileHeader> decode_file_header(ByteSpan file) {
  ByteReader in(file);
  const Bytes<4> magic = in.array<4>();
  FileHeader header{FileKind::kFromLock, {in.array<lock_id_size_bytes>()}, in.array<nonce_size_bytes>(), {}};
  if (magic == magic_to_lock) {
    header.kind = FileKind::kToLock;
    header.platform_nonce = in.array<nonce_size_bytes>();
  }
  CARDEA_TRY(in.status());
  if (magic != magic_to_lock && magic != magic_from_lock) return Status::kMalformed;
  return header;
}

Result<std::size_t> seal_file(Provider& provider, KeyHandle k_session, const FileHeader& header, ByteSpan content,
                              MutableByteSpan file) {
  const std::size_t header_size = header_size_bytes(header.kind);
  const std::size_t size = header_size + content.size() + ccm_tag_size_bytes;
  if (content.size() > file_content_size_bytes_max || file.size() < size) return Status::kOutOfRange;
  ByteWriter out(file);
  out.bytes(header.kind == FileKind::kFromLock ? magic_from_lock : magic_to_lock);
  out.bytes(header.lock.value);
  out.bytes(header.nonce);
  if (header.kind == FileKind::kToLock) out.bytes(header.platform_nonce);
  CARDEA_ASSIGN(const KeyHandle key, file_key(provider, k_session, header));
  const ScopedKey scoped(provider, key);
  CARDEA_TRY(provider.ccm_seal(key, CcmNonce{}, file.first(header_size), content,
                               file.subspan(header_size, content.size() + ccm_tag_size_bytes)));
  return size;
}

Result<std::size_t> open_file(Provider& provider, KeyHandle k_session, ByteSpan file, MutableByteSpan content) {
  if (file.size() > file_size_bytes_max) return Status::kMalformed;
  CARDEA_ASSIGN(const FileHeader& header, decode_file_header(file));
  const std::size_t header_size = header_size_bytes(header.kind);
  if (file.size() < header_size + ccm_tag_size_bytes) return Status::kTooShort;
  const std::size_t size = file.size() - header_size - ccm_tag_size_bytes;
  if (content.size() < size) return Status::kOutOfRange;
  CARDEA_ASSIGN(const KeyHandle key, file_key(provider, k_session, header));
  const ScopedKey scoped(provider, key);
  CARDEA_TRY(provider.ccm_open(key, CcmNonce{}, file.first(header_size), file.subspan(header_size), content.first(size)));
  return size;
}

void append_to_list(ByteSpan message, ByteWriter& list) {
  list.u16(static_cast<std::uint16_t>(message.size()));
  list.bytes(message);
}

ByteSpan take_from_list(ByteReader& list) {
  if (list.rest().empty()) return {};
  return list.take(list.u16());
}

}  // namespace cardea::link
