// SPDX-License-Identifier: Apache-2.0
#include "core/link/session.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/link/file.hpp"
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

struct Pair {
  Session lock;
  Session platform;
};

Pair connect(OpensslProvider& provider) {
  const KeyHandle key = some_key(provider);
  LockHandshake lock(provider, key, some_lock());
  const auto m1 = lock.start().value();
  PlatformHandshake platform(provider, key, decode_hello(m1).value());
  const auto m2 = platform.answer().value();
  Bytes<m3_size_bytes> m3{};
  Session lock_session = lock.finish(m2, m3).value();
  return {std::move(lock_session), platform.finish(m3).value()};
}

Buffer sealed(Session& session, ByteSpan message) {
  Buffer frame(message.size() + frame_overhead_bytes);
  EXPECT_EQ(session.seal(message, frame).value(), frame.size());
  return frame;
}

Status opened(Session& session, ByteSpan frame) {
  Buffer message(frame.size());
  return session.open(frame, message).status();
}

TEST(LinkHandshake, ALockRefusesEveryFlippedBitAndTruncationOfM2) {
  OpensslProvider provider;
  const KeyHandle key = some_key(provider);
  LockHandshake first(provider, key, some_lock());
  PlatformHandshake platform(provider, key, decode_hello(first.start().value()).value());
  const auto m2 = platform.answer().value();
  Bytes<m3_size_bytes> m3{};
  EXPECT_EQ(LockHandshake(provider, key, some_lock()).finish(m2, m3).status(), Status::kNotReady);
  for (std::size_t bit = 0; bit < m2_size_bytes * 8; ++bit) {
    LockHandshake lock(provider, key, some_lock());
    PlatformHandshake its_platform(provider, key, decode_hello(lock.start().value()).value());
    auto bent = its_platform.answer().value();
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_FALSE(lock.finish(bent, m3).ok()) << bit;
  }
  LockHandshake another(provider, key, some_lock());
  (void)another.start().value();
  EXPECT_EQ(another.finish(m2, m3).status(), Status::kForged) << "an M2 of another handshake";
  for (std::size_t size = 0; size < m2.size(); ++size) {
    LockHandshake lock(provider, key, some_lock());
    (void)lock.start().value();
    EXPECT_EQ(lock.finish(ByteSpan(m2).first(size), m3).status(), Status::kTooShort);
  }
  EXPECT_TRUE(first.finish(m2, m3).ok());
  EXPECT_EQ(first.finish(m2, m3).status(), Status::kNotReady) << "one start, one finish";
}

TEST(LinkHandshake, APlatformRefusesEveryFlippedBitOfM3) {
  OpensslProvider provider;
  const KeyHandle key = some_key(provider);
  for (std::size_t bit = 0; bit < m3_size_bytes * 8; ++bit) {
    LockHandshake lock(provider, key, some_lock());
    PlatformHandshake platform(provider, key, decode_hello(lock.start().value()).value());
    Bytes<m3_size_bytes> m3{};
    ASSERT_TRUE(lock.finish(platform.answer().value(), m3).ok());
    m3[bit / 8] = static_cast<std::uint8_t>(m3[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_FALSE(platform.finish(m3).ok()) << bit;
  }
}

TEST(LinkHandshake, AReflectedMacIsWorthNothing) {
  OpensslProvider provider;
  const KeyHandle key = some_key(provider);
  LockHandshake lock(provider, key, some_lock());
  const auto m1 = lock.start().value();
  PlatformHandshake platform(provider, key, decode_hello(m1).value());
  const auto m2 = platform.answer().value();
  Bytes<m3_size_bytes> reflected{};
  reflected[0] = 0x03;
  std::copy_n(m2.begin() + 17, mac_size_bytes, reflected.begin() + 1);
  EXPECT_EQ(platform.finish(reflected).status(), Status::kForged);
}

TEST(LinkHandshake, AnotherKeyOrAnotherLockIsRefused) {
  OpensslProvider provider;
  LockHandshake lock(provider, some_key(provider, 1), some_lock());
  const auto m1 = lock.start().value();
  PlatformHandshake platform(provider, some_key(provider, 2), decode_hello(m1).value());
  Bytes<m3_size_bytes> m3{};
  EXPECT_EQ(lock.finish(platform.answer().value(), m3).status(), Status::kForged);
  Bytes<m1_size_bytes> other_version = m1;
  other_version[1] = 2;
  EXPECT_EQ(decode_hello(other_version).status(), Status::kUnsupported);
}

// [rule: L2]
TEST(LinkHandshake, AStrangerGetsAnAnswerOfTheSameShapeThatProvesNothing) {
  OpensslProvider provider;
  LockHandshake lock(provider, some_key(provider), some_lock());
  (void)lock.start().value();
  const auto m2 = answer_to_a_stranger(provider).value();
  EXPECT_EQ(m2[0], 0x02);
  Bytes<m3_size_bytes> m3{};
  EXPECT_EQ(lock.finish(m2, m3).status(), Status::kForged);
}

// [rule: L1]
TEST(LinkSession, EndsAtAnyFrameThatIsNotTheNextOne) {
  OpensslProvider provider;
  const auto text = ascii("open");
  {
    Pair pair = connect(provider);
    const Buffer frame = sealed(pair.platform, text);
    EXPECT_EQ(opened(pair.lock, frame), Status::kOk);
    EXPECT_EQ(opened(pair.lock, frame), Status::kStale) << "again";
    EXPECT_EQ(opened(pair.lock, sealed(pair.platform, text)), Status::kNotReady) << "the session is over";
  }
  {
    Pair pair = connect(provider);
    (void)sealed(pair.platform, text);
    EXPECT_EQ(opened(pair.lock, sealed(pair.platform, text)), Status::kStale) << "one was dropped";
  }
  {
    Pair pair = connect(provider);
    EXPECT_EQ(opened(pair.lock, sealed(pair.lock, text)), Status::kForged) << "its own, reflected";
  }
}

// [rule: L1]
TEST(LinkSession, RefusesEveryFlippedBitAndTruncation) {
  OpensslProvider provider;
  Pair good = connect(provider);
  const Buffer frame = sealed(good.platform, ascii("open"));
  for (std::size_t bit = 0; bit < frame.size() * 8; ++bit) {
    Pair pair = connect(provider);
    Buffer bent = sealed(pair.platform, ascii("open"));
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_NE(opened(pair.lock, bent), Status::kOk) << bit;
  }
  for (std::size_t size = 0; size < frame.size(); ++size) {
    Pair pair = connect(provider);
    EXPECT_NE(opened(pair.lock, ByteSpan(sealed(pair.platform, ascii("open"))).first(size)), Status::kOk) << size;
  }
}

TEST(LinkSession, FramesOfAnEarlierSessionAreWorthNothing) {
  OpensslProvider provider;
  Pair before = connect(provider);
  const Buffer recorded = sealed(before.platform, ascii("open"));
  Pair after = connect(provider);
  EXPECT_EQ(opened(after.lock, recorded), Status::kForged);
}

TEST(LinkSession, CarriesMessagesBothWaysUpToItsLimit) {
  OpensslProvider provider;
  Pair pair = connect(provider);
  const Buffer largest(message_size_bytes_max, 0x77);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(opened(pair.platform, sealed(pair.lock, largest)), Status::kOk);
    EXPECT_EQ(opened(pair.lock, sealed(pair.platform, {})), Status::kOk);
  }
  const Buffer too_large(message_size_bytes_max + 1);
  Buffer frame(frame_size_bytes_max + 1);
  EXPECT_EQ(pair.lock.seal(too_large, frame).status(), Status::kOutOfRange);
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
