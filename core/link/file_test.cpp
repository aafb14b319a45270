// SPDX-License-Identifier: Apache-2.0
#include "core/link/file.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::link {
namespace {

using Buffer = std::vector<std::uint8_t>;

LockId some_lock(std::uint8_t value = 1) {
  LockId id;
  id.value.fill(value);
  return id;
}

KeyHandle some_key(OpensslProvider& provider, std::uint8_t value = 9) {
  Bytes<32> bytes;
  bytes.fill(value);
  return provider.import_key(KeyKind::kMac, KeyBytes(bytes)).value();
}

Buffer seal_some(OpensslProvider& provider, KeyHandle key, const FileHeader& header, ByteSpan content) {
  Buffer file(content.size() + file_header_size_bytes_max + ccm_tag_size_bytes);
  file.resize(seal_file(provider, key, header, content, file).value());
  return file;
}

TEST(LinkFile, RefusesEveryFlippedBitTruncationAndOtherKey) {
  OpensslProvider provider;
  const KeyHandle key = some_key(provider);
  for (const FileKind kind : {FileKind::kFromLock, FileKind::kToLock}) {
    const Buffer file = seal_some(provider, key, {kind, some_lock(), Nonce{1}, Nonce{2}}, ascii("list"));
    Buffer content(file.size());
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
      Buffer bent = file;
      bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
      EXPECT_FALSE(open_file(provider, key, bent, content).ok()) << bit;
    }
    for (std::size_t size = 0; size < file.size(); ++size)
      EXPECT_FALSE(open_file(provider, key, ByteSpan(file).first(size), content).ok());
    EXPECT_EQ(open_file(provider, some_key(provider, 3), file, content).status(), Status::kForged);
    EXPECT_EQ(open_file(provider, key, file, content).value(), 4u);
  }
}

TEST(LinkFile, ABrokenListEndsWithoutReadingPastItsEnd) {
  const Buffer broken{0, 3, 'a', 'b'};
  ByteReader list(broken);
  EXPECT_TRUE(take_from_list(list).empty());
  EXPECT_EQ(list.status(), Status::kTooShort);
}

}  // namespace
}  // namespace cardea::link
