// SPDX-License-Identifier: Apache-2.0
#include "lock/link/files.hpp"

#include <gtest/gtest.h>

#include "lock/testing/platform/sim_lock.hpp"

namespace cardea {
namespace {

using link::LockClass;
using testing::SimDoor;

using File = std::vector<std::uint8_t>;

class LinkFileTest : public ::testing::Test {
 protected:
  LinkFileTest() { door.activate(); }

  File out(std::size_t size_max = link::file_size_bytes_max) {
    File file(size_max);
    const Result<std::size_t> size = write_link_file(*door.lock, file);
    EXPECT_TRUE(size.ok());
    file.resize(*size);
    return file;
  }
  Status in(const File& file) { return read_link_file(*door.lock, file, content).status(); }

  /// The platform's reading of a lock's file: its messages.
  std::vector<File> open(const File& file) {
    const ScopedKey key = door.platform.session_key();
    File list(file.size());
    const Result<std::size_t> size = link::open_file(door.provider, key.handle(), file, list);
    EXPECT_TRUE(size.ok());
    ByteReader reader(ByteSpan(list).first(*size));
    std::vector<File> messages;
    while (!reader.rest().empty()) {
      const ByteSpan message = link::take_from_list(reader);
      messages.emplace_back(message.begin(), message.end());
    }
    return messages;
  }
  std::size_t take_records(const File& file) {
    std::size_t count = 0;
    for (const File& message : open(file)) {
      const Result<link::Records> records = link::decode_records(message);
      if (message[0] != static_cast<std::uint8_t>(link::MessageType::kRecords)) continue;
      for (std::size_t i = 0; i < records->count(); ++i, ++count)
        EXPECT_EQ(door.platform.take_record(records->record(i)), Status::kOk);
    }
    return count;
  }
  static link::Nonce nonce_of(const File& file) { return link::decode_file_header(file)->nonce; }

  template <class Message>
  static void append(const Message& message, ByteWriter& list) {
    File bytes(link::message_size_bytes_max);
    ByteWriter writer(bytes);
    encode(message, writer);
    link::append_to_list(writer.written(), list);
  }
  /// The platform's file that answers the lock's file with this nonce, with these messages.
  template <class... Messages>
  File answer(const link::Nonce& nonce, const Messages&... messages) {
    File list(link::file_content_size_bytes_max);
    ByteWriter writer(list);
    (append(messages, writer), ...);
    link::FileHeader header{link::FileKind::kToLock, door.platform.record().factory.lock, nonce, {}};
    EXPECT_EQ(door.provider.random(header.platform_nonce), Status::kOk);
    const ScopedKey key = door.platform.session_key();
    File file(link::file_size_bytes_max);
    file.resize(*link::seal_file(door.provider, key.handle(), header, writer.written(), file));
    return file;
  }
  std::uint64_t shown() { return door.lock->clock().now.value; }

  SimDoor door{LockClass::kProtected};
  File content = File(link::file_size_bytes_max);
};

TEST_F(LinkFileTest, AnUnclaimedLockWritesNone) {
  SimDoor unclaimed(LockClass::kProtected);
  File file(link::file_size_bytes_max);
  EXPECT_EQ(write_link_file(*unclaimed.lock, file).status(), Status::kNotReady);
  EXPECT_EQ(read_link_file(*unclaimed.lock, file, content).status(), Status::kNotReady);
}

TEST_F(LinkFileTest, RefusesWhatIsNoAnswerAndWhatWasChanged) {
  const File mine = out();
  EXPECT_EQ(in({}), Status::kTooShort);
  EXPECT_EQ(in(mine), Status::kMalformed);  // its own
  const File good = answer(nonce_of(mine), link::Time{nonce_of(mine), shown() + 5, 10});
  for (std::size_t byte = 0; byte < good.size(); byte += 7) {
    File changed = good;
    changed[byte] ^= 1;
    EXPECT_NE(in(changed), Status::kOk) << byte;
  }
  for (std::size_t size = 0; size < good.size(); size += 5)
    EXPECT_NE(in(File(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))), Status::kOk) << size;
  File other = good;
  other[4] ^= 1;  // the lock_id
  EXPECT_EQ(in(other), Status::kNotFound);
  EXPECT_EQ(in(good), Status::kOk);
}

// [rule: L10]
TEST_F(LinkFileTest, AcceptsOneAnswerToItsNewestFileOnceAlsoAcrossRestarts) {
  const link::Nonce older = nonce_of(out());
  const link::Nonce newest = nonce_of(out());
  EXPECT_NE(older, newest);
  EXPECT_EQ(in(answer(older, link::Time{older, shown(), 10})), Status::kStale);
  const File first = answer(newest, link::Time{newest, shown(), 10});
  const File second = answer(newest, link::Time{newest, shown(), 10});
  door.restart();
  EXPECT_EQ(in(first), Status::kOk);
  EXPECT_EQ(in(first), Status::kStale);
  EXPECT_EQ(in(second), Status::kStale);
  door.restart();
  EXPECT_EQ(in(second), Status::kStale);
}

// [rule: L12]
TEST_F(LinkFileTest, CarriesNoCommandAndNothingElseThatIsNotForFiles) {
  const link::Nonce nonce = nonce_of(out());
  const link::Time time{nonce, shown() + 50, 10};
  const std::uint64_t before = shown();
  EXPECT_EQ(in(answer(nonce, time, link::Command{1, link::Action::kUnlock})), Status::kMalformed);
  EXPECT_EQ(in(answer(nonce, time, link::Run{1, {}, 30})), Status::kMalformed);
  EXPECT_EQ(in(answer(nonce, time, link::Fetch{1})), Status::kMalformed);
  EXPECT_EQ(shown(), before);
  EXPECT_EQ(door.world.motor.open_count, 0u);
  EXPECT_EQ(in(answer(nonce, time)), Status::kOk);  // nothing had been used up
}

// [rule: L11]
TEST_F(LinkFileTest, WhoWalksTenMinutesLeavesAGoodClockAloneAndGivesALostOneFiveMinutesOfDoubt) {
  link::Nonce nonce = nonce_of(out());
  door.world.counter.advance(600);
  EXPECT_EQ(in(answer(nonce, link::Time{nonce, shown() + 20, 10})), Status::kOk);
  EXPECT_EQ(use_of(door.lock->clock()), ClockUse::kGood);

  door.restart(false);
  ASSERT_EQ(use_of(door.lock->clock()), ClockUse::kLost);
  nonce = nonce_of(out());
  door.world.counter.advance(600);
  EXPECT_EQ(in(answer(nonce, link::Time{nonce, door.now().value - 300, 10})), Status::kOk);
  EXPECT_EQ(use_of(door.lock->clock()), ClockUse::kCoarse);
  EXPECT_NEAR(static_cast<double>(door.lock->clock().error_bound_s), 300, 5);
  EXPECT_EQ(door.newest().kind, audit::Kind::kClockSet);
  EXPECT_EQ(door.newest().method, audit::Method::kFile);
}

// [rule: L11]
TEST_F(LinkFileTest, ATimeWhoseRoundTripBrokeOffIsNotUsed) {
  const link::Nonce nonce = nonce_of(out());
  door.restart(false);
  EXPECT_EQ(in(answer(nonce, link::Time{nonce, door.now().value, 10})), Status::kOk);
  EXPECT_EQ(use_of(door.lock->clock()), ClockUse::kLost);
}

// [rule: L10]
TEST_F(LinkFileTest, ATimeForAnotherNonceIsNotUsed) {
  const link::Nonce nonce = nonce_of(out());
  const std::uint64_t before = shown();
  const Result<LinkFileOutcome> outcome = read_link_file(*door.lock, answer(nonce, link::Time{{}, before + 100, 10}), content);
  ASSERT_TRUE(outcome.ok());
  EXPECT_FALSE(outcome->time_heard);
  EXPECT_EQ(shown(), before);
}

TEST_F(LinkFileTest, CarriesStatusAndRecordsOutAndReceiptAndSettingsIn) {
  while (door.lock->log().state().last_seq < 200) door.lock->refuse_command(1, audit::reason_command_unknown);
  const testing::PlatformRecord before = door.platform.record();
  const std::size_t fitting = take_records(out(link_file_size_bytes_min));
  EXPECT_GE(fitting, 64u);
  EXPECT_LT(fitting, 100u);
  door.platform.record() = before;
  const File file = out();
  EXPECT_TRUE(link::decode_status(open(file)[0]).ok());
  EXPECT_EQ(take_records(file), 200u);

  door.platform.set_slot(9, 0);
  File snapshot(link::snapshot_size_bytes_max);
  ByteWriter writer(snapshot);
  ASSERT_EQ(encode(door.platform.record().snapshot, LockClass::kProtected, writer), Status::kOk);
  const link::Nonce nonce = nonce_of(file);
  const File to_lock =
      answer(nonce, link::Time{nonce, shown(), 10}, door.platform.receipt(200), link::Desired{2, writer.written()});
  const Result<LinkFileOutcome> outcome = read_link_file(*door.lock, to_lock, content);
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->receipt_seq, 200u);
  EXPECT_EQ(outcome->applied, Status::kOk);
  EXPECT_EQ(door.lock->applied_version(), 2u);
  EXPECT_EQ(door.lock->enter(door.platform.app_code(door.now(), 9)).verdict, Verdict::kGranted);
}

TEST_F(LinkFileTest, AFirstFileAfterAnActivationByFileBeginsWithDoneUntilItIsAnswered) {
  SimDoor by_file(LockClass::kProtected);
  by_file.lock->press();
  const auto ask = by_file.activation->ask_file();
  activation::DoneBytes done{};
  ASSERT_EQ(by_file.activation->answer_file(by_file.platform.answer(*ask, testing::sim_start, done)), Status::kOk);
  File file(link::file_size_bytes_max);
  for (int i = 0; i < 2; ++i) {
    by_file.restart();
    ASSERT_TRUE(write_link_file(*by_file.lock, file).ok());
    EXPECT_TRUE(std::equal(done.begin(), done.end(), file.begin()));
  }
  file.erase(file.begin(), file.begin() + activation::done_size_bytes);
  const File to_lock = answer(nonce_of(file));  // the same keys: the same lock_id and seed
  EXPECT_TRUE(read_link_file(*by_file.lock, to_lock, content).ok());
  ASSERT_TRUE(write_link_file(*by_file.lock, file).ok());
  EXPECT_EQ(file[0], 'C');
}

}  // namespace
}  // namespace cardea
