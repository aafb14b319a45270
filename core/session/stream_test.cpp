// SPDX-License-Identifier: Apache-2.0
#include "core/session/stream.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::session {
namespace {

using Buffer = std::vector<std::uint8_t>;

struct Pair {
  explicit Pair(Provider& provider) : lock(start(provider, 1, 2)), platform(start(provider, 2, 1)) {}
  static Stream start(Provider& provider, std::uint8_t out, std::uint8_t in) {
    Agreement agreement;
    agreement.out = KeyBytes(Bytes<32>{out});
    agreement.in = KeyBytes(Bytes<32>{in});
    return Stream::start(provider, agreement).value();
  }
  Stream lock;
  Stream platform;
};

Buffer sealed(Stream& from, ByteSpan plain) {
  Buffer record(plain.size() + record_overhead_bytes);
  EXPECT_EQ(from.seal(plain, record).value(), record.size());
  return record;
}

Status taken(Stream& by, ByteSpan record) {
  Buffer plain(record.size());
  return by.take(record, plain).status();
}

constexpr auto text = ascii("open");

// [rule: L1]
TEST(SessionStream, EndsAtAnyRecordThatIsNotTheNextOne) {
  OpensslProvider provider;
  {
    Pair pair(provider);
    const Buffer record = sealed(pair.platform, text);
    EXPECT_EQ(taken(pair.lock, record), Status::kOk);
    EXPECT_EQ(taken(pair.lock, record), Status::kStale) << "again";
    EXPECT_EQ(taken(pair.lock, sealed(pair.platform, text)), Status::kNotReady) << "it is over";
    EXPECT_EQ(pair.lock.rekey(), Status::kNotReady);
    Buffer out(64);
    EXPECT_EQ(pair.lock.seal(text, out).status(), Status::kNotReady);
  }
  {
    Pair pair(provider);
    (void)sealed(pair.platform, text);
    EXPECT_EQ(taken(pair.lock, sealed(pair.platform, text)), Status::kStale) << "one was dropped";
  }
  {
    Pair pair(provider);
    const Buffer first = sealed(pair.platform, text);
    EXPECT_EQ(taken(pair.lock, sealed(pair.platform, text)), Status::kStale);
    EXPECT_EQ(taken(pair.lock, first), Status::kNotReady) << "the other way round";
  }
  {
    Pair pair(provider);
    ASSERT_EQ(pair.platform.rekey(), Status::kOk);
    (void)sealed(pair.platform, text);
    EXPECT_EQ(taken(pair.lock, sealed(pair.platform, text)), Status::kStale) << "the first of an epoch was dropped";
  }
  {
    Pair pair(provider);
    ASSERT_EQ(pair.platform.rekey(), Status::kOk);
    ASSERT_EQ(pair.platform.rekey(), Status::kOk);
    EXPECT_EQ(taken(pair.lock, sealed(pair.platform, text)), Status::kStale) << "an epoch was left out";
  }
  {
    Pair pair(provider);
    EXPECT_EQ(taken(pair.lock, sealed(pair.lock, text)), Status::kForged) << "its own, reflected";
  }
}

// [rule: L1]
TEST(SessionStream, RefusesEveryFlippedBitAndTruncation) {
  OpensslProvider provider;
  for (std::size_t bit = 0; bit < (text.size() + record_overhead_bytes) * 8; ++bit) {
    Pair pair(provider);
    Buffer bent = sealed(pair.platform, text);
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_NE(taken(pair.lock, bent), Status::kOk) << bit;
  }
  for (std::size_t size = 0; size < text.size() + record_overhead_bytes; ++size) {
    Pair pair(provider);
    EXPECT_NE(taken(pair.lock, ByteSpan(sealed(pair.platform, text)).first(size)), Status::kOk) << size;
  }
}

// [rule: SE9]
TEST(SessionStream, GoesOnToTheNextEpochByItselfAndEndsWithTheLast) {
  OpensslProvider provider;
  Pair pair(provider);
  Buffer record(record_overhead_bytes);
  for (std::uint32_t i = 0; i < record_number_count; ++i) ASSERT_TRUE(pair.platform.seal({}, record).ok());
  EXPECT_EQ(sealed(pair.platform, {})[0], record_type + 1);

  Pair other(provider);
  EXPECT_EQ(taken(other.lock, sealed(other.platform, text)), Status::kOk);
  for (int epoch = 1; epoch <= epoch_max; ++epoch) {
    ASSERT_EQ(other.platform.rekey(), Status::kOk);
    EXPECT_EQ(taken(other.lock, sealed(other.platform, text)), Status::kOk) << epoch;
    EXPECT_EQ(taken(other.platform, sealed(other.lock, text)), Status::kOk) << "the other direction stays where it is";
  }
  EXPECT_EQ(other.platform.rekey(), Status::kFull);
}

TEST(SessionStream, CarriesMessagesBothWaysUpToTheirLimit) {
  OpensslProvider provider;
  Pair pair(provider);
  const Buffer largest(record_plain_size_bytes_max, 0x77);
  for (int round = 0; round < 3; ++round) {
    EXPECT_EQ(taken(pair.platform, sealed(pair.lock, largest)), Status::kOk);
    EXPECT_EQ(taken(pair.lock, sealed(pair.platform, {})), Status::kOk);
  }
  const Buffer too_large(record_plain_size_bytes_max + 1);
  Buffer record(record_size_bytes_max + 1);
  EXPECT_EQ(pair.lock.seal(too_large, record).status(), Status::kOutOfRange);
}

}  // namespace
}  // namespace cardea::session
