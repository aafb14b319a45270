// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <vector>

#include "core/audit/chain.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::audit {
namespace {

LockId some_lock(std::uint8_t value) {
  LockId id;
  id.value.fill(value);
  return id;
}

ChainState first_state() {
  Bytes<32> seed;
  seed.fill(0x5a);
  return {.key = KeyBytes(seed), .next_seq = 1};
}

Record refusal() {
  Record record;
  record.time = 1'800'000'000;
  record.quality = ClockQuality::kSynced;
  record.kind = Kind::kEntryRefused;
  record.reason = 3;
  record.method = Method::kApp;
  record.detail = detail_of_refusal(encode(TokenUse{.slot = 7, .generation = 2, .fixed = false, .step = 60'000'000}), 5, 5);
  return record;
}

std::vector<RecordBytes> sealed_records(OpensslProvider& provider, std::size_t count) {
  ChainState chain = first_state();
  std::vector<RecordBytes> out;
  for (std::size_t i = 0; i < count; ++i) {
    Record record = refusal();
    EXPECT_EQ(seal(provider, some_lock(1), chain, record), Status::kOk);
    out.push_back(encode(record));
  }
  return out;
}

// [rule: E1]
TEST(AuditRecord, RefusesEveryOtherLength) {
  OpensslProvider provider;
  const RecordBytes bytes = sealed_records(provider, 1).front();
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(decode(ByteSpan(bytes).first(size)).status(), Status::kTooShort);
  std::vector<std::uint8_t> longer(bytes.begin(), bytes.end());
  longer.push_back(0);
  EXPECT_EQ(decode(longer).status(), Status::kMalformed);
}

// [rule: E1]
TEST(AuditRecord, RefusesUnknownNumbers) {
  OpensslProvider provider;
  const RecordBytes good = sealed_records(provider, 1).front();
  const auto with = [&](std::size_t at, std::uint8_t value) {
    RecordBytes bent = good;
    bent[at] = value;
    return decode(bent).status();
  };
  EXPECT_EQ(with(8, 4), Status::kOutOfRange) << "quality";
  EXPECT_EQ(with(9, 0), Status::kOutOfRange) << "kind";
  EXPECT_EQ(with(9, 21), Status::kOutOfRange) << "kind";
  EXPECT_EQ(with(10, 19), Status::kOutOfRange) << "reason";
  EXPECT_EQ(with(11, 9), Status::kOutOfRange) << "method";
  EXPECT_EQ(with(3, 0), Status::kOutOfRange) << "seq 0";
  EXPECT_EQ(decode(good).status(), Status::kOk);
}

TEST(AuditRecord, KeepsEveryField) {
  OpensslProvider provider;
  const Record record = decode(sealed_records(provider, 2).back()).value();
  EXPECT_EQ(record.seq, 2u);
  EXPECT_EQ(record.reason, 3);
  const TokenUse use = decode_token_use(ByteSpan(record.detail).first(what_size_bytes)).value();
  EXPECT_EQ(use.slot, 7);
  EXPECT_EQ(use.generation, 2);
  EXPECT_EQ(use.step, 60'000'000u);
  EXPECT_EQ(record.detail[14], 5) << "the alert";
}

// [rule: E5]
TEST(AuditChain, RefusesEveryFlippedBitAndThenTakesTheTrueRecord) {
  OpensslProvider provider;
  const RecordBytes good = sealed_records(provider, 1).front();
  ChainState chain = first_state();
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    RecordBytes bent = good;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_FALSE(open(provider, some_lock(1), chain, bent).ok()) << bit;
    EXPECT_EQ(chain.next_seq, 1u);
  }
  EXPECT_EQ(open(provider, some_lock(2), chain, good).status(), Status::kForged) << "another lock's";
  EXPECT_TRUE(open(provider, some_lock(1), chain, good).ok());
}

TEST(AuditChain, RefusesRecordsAgainOutOfOrderAndAfterAGap) {
  OpensslProvider provider;
  const std::vector<RecordBytes> records = sealed_records(provider, 3);
  ChainState chain = first_state();
  EXPECT_EQ(open(provider, some_lock(1), chain, records[1]).status(), Status::kNotFound);
  EXPECT_TRUE(open(provider, some_lock(1), chain, records[0]).ok());
  EXPECT_EQ(open(provider, some_lock(1), chain, records[0]).status(), Status::kStale);
  EXPECT_EQ(open(provider, some_lock(1), chain, records[2]).status(), Status::kNotFound);
  EXPECT_TRUE(open(provider, some_lock(1), chain, records[1]).ok());
  EXPECT_TRUE(open(provider, some_lock(1), chain, records[2]).ok());
}

TEST(AuditChain, StepsOverLostRecordsWithinItsBound) {
  OpensslProvider provider;
  const std::vector<RecordBytes> records = sealed_records(provider, 9);
  ChainState chain = first_state();
  EXPECT_EQ(skip_to(provider, chain, 1 + skip_count_max + 1), Status::kOutOfRange);
  ASSERT_EQ(skip_to(provider, chain, 9), Status::kOk);
  EXPECT_EQ(skip_to(provider, chain, 8), Status::kStale);
  EXPECT_TRUE(open(provider, some_lock(1), chain, records[8]).ok());
}

TEST(AuditChain, TheKeyOfTheNextRecordDoesNotMakeTheOneBefore) {
  OpensslProvider provider;
  ChainState thief = first_state();
  Record record = refusal();
  ASSERT_EQ(seal(provider, some_lock(1), thief, record), Status::kOk);
  thief.next_seq = 1;  // what a thief of the later key can try
  Record forged = refusal();
  forged.kind = Kind::kOpened;
  ASSERT_EQ(seal(provider, some_lock(1), thief, forged), Status::kOk);
  ChainState platform = first_state();
  EXPECT_EQ(open(provider, some_lock(1), platform, encode(forged)).status(), Status::kForged);
}

}  // namespace
}  // namespace cardea::audit
