// SPDX-License-Identifier: Apache-2.0
// Link files: any bytes as a file, and any content in a file that is truly sealed. What was sealed opens to the same content,
// nothing else opens, and the list in it ends.
#include <vector>

#include "core/base/testing/fuzz.hpp"
#include "core/link/file.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace {

using namespace cardea;
using namespace cardea::link;
using testing::require;

/// Every message lies in the list, one behind the other; the list ends or is broken.
void check_list(ByteSpan content) {
  ByteReader list(content);
  std::size_t taken = 0;
  while (!list.rest().empty()) {
    const ByteSpan message = take_from_list(list);
    if (list.status() != Status::kOk) return;
    taken += 2 + message.size();
    require(taken == content.size() - list.rest().size());
  }
  require(taken == content.size());
}

void check_hostile(Provider& provider, KeyHandle key, ByteSpan file) {
  static Bytes<file_content_size_bytes_max> content;
  static_cast<void>(decode_file_header(file).ok());
  // Nobody can seal without the key.
  require(!open_file(provider, key, file, content).ok());
}

void check_sealed(Provider& provider, KeyHandle key, ByteReader in) {
  const bool to_lock = (in.u8() & 1) != 0;
  const std::uint16_t flip = in.u16();
  FileHeader header{to_lock ? FileKind::kToLock : FileKind::kFromLock, {}, {1}, {}};
  if (to_lock) header.platform_nonce = {2};
  const ByteSpan content = in.rest();
  std::vector<std::uint8_t> file(content.size() + file_header_size_bytes_max + ccm_tag_size_bytes);
  const Result<std::size_t> size = seal_file(provider, key, header, content, file);
  require(size.ok());
  file.resize(*size);
  std::vector<std::uint8_t> opened(content.size());
  const Result<std::size_t> opened_size = open_file(provider, key, file, opened);
  require(opened_size.ok() && std::ranges::equal(ByteSpan(opened).first(*opened_size), content));
  check_list(content);
  file[flip / 8 % file.size()] ^= static_cast<std::uint8_t>(1u << flip % 8);
  require(!open_file(provider, key, file, opened).ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static OpensslProvider provider(8);
  static const KeyHandle key = provider.import_key(KeyKind::kMac, KeyBytes{}).value();
  check_hostile(provider, key, {data, size});
  ByteReader in(ByteSpan(data, size));
  if (size >= 3 && size <= file_content_size_bytes_max) check_sealed(provider, key, in);
  return 0;
}
