// SPDX-License-Identifier: Apache-2.0
#include "core/session/records.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::session {
namespace {

using Buffer = std::vector<std::uint8_t>;

RecordState state_of(std::uint8_t out, std::uint8_t in) {
  RecordState state;
  state.out_secret = KeyBytes(Bytes<32>{out});
  state.in_secret = KeyBytes(Bytes<32>{in});
  return state;
}

struct Pair {
  explicit Pair(Provider& provider)
      : lock(Records::open(provider, state_of(1, 2)).value()), peer(Records::open(provider, state_of(2, 1)).value()) {
    EXPECT_EQ(lock.reserve(record_number_count), Status::kOk);
    EXPECT_EQ(peer.reserve(record_number_count), Status::kOk);
  }
  Records lock;
  Records peer;
};

Buffer sealed(Records& from, ByteSpan plain) {
  Buffer record(plain.size() + record_overhead_bytes);
  record.resize(from.seal(plain, record).value());
  return record;
}

Status taken(Records& by, ByteSpan record) {
  Buffer plain(record_size_bytes_max);
  return by.take(record, plain).status();
}

// [rule: SE1] [rule: SE10]
TEST(SessionRecords, RefuseEveryFlippedBitAndTruncationAndStillTakeTheTrueOne) {
  OpensslProvider provider;
  Pair pair(provider);
  const Buffer record = sealed(pair.peer, ascii("open"));
  for (std::size_t bit = 0; bit < record.size() * 8; ++bit) {
    Buffer bent = record;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_NE(taken(pair.lock, bent), Status::kOk) << bit;
  }
  for (std::size_t size = 0; size < record.size(); ++size)
    EXPECT_NE(taken(pair.lock, ByteSpan(record).first(size)), Status::kOk);
  EXPECT_EQ(pair.lock.state().in_end, 0u);
  EXPECT_EQ(taken(pair.lock, record), Status::kOk);
}

TEST(SessionRecords, OneOfItsOwnComesBackForNothing) {
  OpensslProvider provider;
  Pair pair(provider);
  EXPECT_EQ(taken(pair.lock, sealed(pair.lock, ascii("open"))), Status::kForged);
}

// [rule: SE10]
TEST(SessionRecords, AreTakenOnceInAnyOrderWithin32) {
  OpensslProvider provider;
  Pair pair(provider);
  std::vector<Buffer> records;
  for (int i = 0; i < 40; ++i) records.push_back(sealed(pair.peer, ascii("x")));
  for (int i = 31; i >= 0; --i) EXPECT_EQ(taken(pair.lock, records[static_cast<std::size_t>(i)]), Status::kOk) << i;
  for (const Buffer& record : records) (void)taken(pair.lock, record);
  for (const Buffer& record : records) EXPECT_EQ(taken(pair.lock, record), Status::kStale);
  Pair other(provider);
  std::vector<Buffer> more;
  for (int i = 0; i < 34; ++i) more.push_back(sealed(other.peer, ascii("x")));
  EXPECT_EQ(taken(other.lock, more[33]), Status::kOk);
  EXPECT_EQ(taken(other.lock, more[1]), Status::kStale) << "the 33rd newest";
  EXPECT_EQ(taken(other.lock, more[2]), Status::kOk) << "the 32nd";
}

// [rule: SE10]
TEST(SessionRecords, TooManyForgeriesEndTheSession) {
  OpensslProvider provider;
  Pair pair(provider);
  Buffer forged = sealed(pair.peer, {});
  const Buffer good = forged;
  forged.back() ^= 1;
  for (std::uint32_t i = 0; i < forged_count_max; ++i) ASSERT_EQ(taken(pair.lock, forged), Status::kForged);
  EXPECT_EQ(taken(pair.lock, good), Status::kNotReady);
}

// [rule: SE9] [rule: SE10]
TEST(SessionRecords, OfTheNextEpochMoveTheReceiverThereAndOfAnyOtherAreDropped) {
  OpensslProvider provider;
  Pair pair(provider);
  const Buffer late = sealed(pair.peer, ascii("late"));
  const RecordState before = pair.peer.state();
  ASSERT_EQ(pair.peer.rekey(), Status::kOk);
  EXPECT_FALSE(equal_constant_time(pair.peer.state().out_secret.bytes(), before.out_secret.bytes()));
  Buffer room(record_overhead_bytes);
  EXPECT_EQ(pair.peer.seal({}, room).status(), Status::kNotReady) << "nothing is reserved yet";
  ASSERT_EQ(pair.peer.reserve(8), Status::kOk);
  Buffer forged = sealed(pair.peer, ascii("next"));
  forged.back() ^= 1;
  EXPECT_EQ(taken(pair.lock, forged), Status::kForged);
  EXPECT_EQ(pair.lock.state().in_epoch, 0) << "a claim moves nobody";
  EXPECT_EQ(taken(pair.lock, sealed(pair.peer, ascii("next"))), Status::kOk);
  EXPECT_EQ(pair.lock.state().in_epoch, 1);
  EXPECT_EQ(taken(pair.lock, late), Status::kStale);
  ASSERT_EQ(pair.peer.rekey(), Status::kOk);
  ASSERT_EQ(pair.peer.rekey(), Status::kOk);
  ASSERT_EQ(pair.peer.reserve(8), Status::kOk);
  EXPECT_EQ(taken(pair.lock, sealed(pair.peer, ascii("far"))), Status::kStale) << "two epochs on";
}

// [rule: SE9]
TEST(SessionRecords, NumbersAndEpochsEnd) {
  OpensslProvider provider;
  RecordState state = state_of(1, 2);
  state.out_reserved = record_number_count - 1;
  Records lock = Records::open(provider, state).value();
  ASSERT_EQ(lock.reserve(64), Status::kOk) << "as many as are left";
  EXPECT_EQ(lock.state().out_reserved, record_number_count);
  (void)sealed(lock, ascii("the last"));
  Buffer record(record_overhead_bytes);
  EXPECT_EQ(lock.seal({}, record).status(), Status::kFull);
  EXPECT_EQ(lock.reserve(1), Status::kFull);
  for (int epoch = 0; epoch < epoch_max; ++epoch) ASSERT_EQ(lock.rekey(), Status::kOk);
  EXPECT_EQ(lock.rekey(), Status::kFull);
  const Buffer too_large(record_plain_size_bytes_max + 1);
  Buffer room(record_size_bytes_max + 1);
  EXPECT_EQ(lock.seal(too_large, room).status(), Status::kOutOfRange);
}

Records restarted(Provider& provider, const RecordState& durable) {
  Bytes<record_state_size_bytes> bytes{};
  encode(durable, bytes);
  return Records::open(provider, decode_record_state(bytes).value()).value();
}

// [rule: SE11]
TEST(SessionRecords, NoNumberServesTwiceWhereverPowerGoes) {
  OpensslProvider provider;
  Records lock = Records::open(provider, state_of(1, 2)).value();
  Buffer room(record_overhead_bytes);
  EXPECT_EQ(lock.seal({}, room).status(), Status::kNotReady) << "nothing is reserved";
  std::vector<Bytes<record_head_size_bytes>> heads;
  for (int power_on = 0; power_on < 20; ++power_on) {
    ASSERT_EQ(lock.reserve(4), Status::kOk);
    const RecordState durable = lock.state();
    for (int i = 0; i < power_on % 5; ++i) {  // power goes after none to all of the four
      const Buffer record = sealed(lock, {});
      heads.push_back(ByteReader(record).array<record_head_size_bytes>());
    }
    lock = restarted(provider, durable);
  }
  std::ranges::sort(heads);
  EXPECT_EQ(std::ranges::adjacent_find(heads), heads.end());
}

// [rule: SE11]
TEST(SessionRecords, NothingThatWasTakenIsTakenAgainAfterARestart) {
  OpensslProvider provider;
  Pair pair(provider);
  std::vector<Buffer> records;
  for (int i = 0; i < 70; ++i) records.push_back(sealed(pair.peer, ascii("x")));
  Records lock = Records::open(provider, state_of(1, 2)).value();
  for (const std::size_t i : {3u, 0u, 40u, 41u, 39u, 69u}) {
    ASSERT_EQ(taken(lock, records[i]), Status::kOk);
    lock = restarted(provider, lock.state());
    EXPECT_EQ(taken(lock, records[i]), Status::kStale);
  }
  EXPECT_EQ(taken(lock, records[68]), Status::kOk) << "what was not taken still counts";
}

TEST(SessionRecords, AStateThatNoSessionWasEverInIsRefused) {
  RecordState state = state_of(1, 2);
  Bytes<record_state_size_bytes> bytes{};
  const auto status_of = [&bytes](const RecordState& of) {
    encode(of, bytes);
    return decode_record_state(bytes).status();
  };
  EXPECT_EQ(status_of(state), Status::kOk);
  for (std::size_t size = 0; size < bytes.size(); ++size)
    EXPECT_EQ(decode_record_state(ByteSpan(bytes).first(size)).status(), Status::kTooShort);
  state.in_taken = 1;
  EXPECT_EQ(status_of(state), Status::kMalformed) << "taken, and no number";
  state.in_end = 2;
  EXPECT_EQ(status_of(state), Status::kOk);
  state.in_taken = 2;
  EXPECT_EQ(status_of(state), Status::kMalformed) << "the newest was not taken";
  state.in_taken = 5;
  EXPECT_EQ(status_of(state), Status::kMalformed) << "below 0";
  state.in_taken = 3;
  state.out_epoch = 16;
  EXPECT_EQ(status_of(state), Status::kMalformed);
  state.out_epoch = 15;
  state.out_reserved = record_number_count + 1;
  EXPECT_EQ(status_of(state), Status::kMalformed);
}

}  // namespace
}  // namespace cardea::session
