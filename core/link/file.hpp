// SPDX-License-Identifier: Apache-2.0
#pragma once
// Link files: a list of messages, sealed, that an installer carries to or from a lock without a network. Bytes: spec/link.md
// §6.

#include "core/link/key.hpp"

namespace cardea::link {

inline constexpr std::size_t file_header_size_bytes_max = 4 + lock_id_size_bytes + 2 * nonce_size_bytes;
inline constexpr std::size_t file_content_size_bytes_max = 65'535;
inline constexpr std::size_t file_size_bytes_max =
    file_header_size_bytes_max + file_content_size_bytes_max + ccm_tag_size_bytes;

enum class FileKind : std::uint8_t { kFromLock, kToLock };

struct FileHeader {
  FileKind kind;
  LockId lock;
  Nonce nonce;           ///< the lock's: of its own file, or of the file that this one answers
  Nonce platform_nonce;  ///< only in a file to a lock: fresh for each, so that no two share a key
};

/// Whose file it is: kTooShort or kMalformed when it is no link file.
Result<FileHeader> decode_file_header(ByteSpan file);

/// Seals `content` (a message list, at most 65,535 bytes) into `file`, which has room for content.size() +
/// file_header_size_bytes_max + 8 bytes.
/// `content` may stand where its ciphertext will. Returns the file's size. K_session stays the caller's.
Result<std::size_t> seal_file(Provider& provider, KeyHandle k_session, const FileHeader& header, ByteSpan content,
                              MutableByteSpan file);
/// The reverse; kForged unless it was sealed under this key for this header. Returns the content's size.
Result<std::size_t> open_file(Provider& provider, KeyHandle k_session, ByteSpan file, MutableByteSpan content);

/// Puts one message into a list that is being written.
void append_to_list(ByteSpan message, ByteWriter& list);
/// Takes the next message off a list; an empty span when the list is at its end or broken (then `list.status()` is not kOk).
ByteSpan take_from_list(ByteReader& list);

}  // namespace cardea::link
