// SPDX-License-Identifier: Apache-2.0
// Power cuts are lock/testing/campaign_test.cpp's; here is what the journal does with the power on, and with bad flash.
#include "lock/journal/journal.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "core/base/crc32.hpp"
#include "core/decide/items.hpp"
#include "lock/testing/sim_flash.hpp"

namespace cardea {
namespace {

using testing::FlashModel;
using testing::SimFlash;

constexpr std::uint32_t sector = flash_sector_size_bytes;
constexpr ItemKey first_key{0x01, 0};
constexpr ItemKey second_key{0x40, 255};
constexpr std::uint32_t newest_sector = 2 * sector;  // of a journal that was just formatted: sequence 2
constexpr std::uint32_t first_record = 32;           // behind the header and the turn record

// Every key that the code rules have, and 100 for the lock.
static_assert(journal_item_count_max >= item_key_count + 100);

struct Ring {
  explicit Ring(std::uint32_t sectors = 4, std::uint32_t granule = 8, FlashModel model = FlashModel::kPlain)
      : flash({.size_bytes = sectors * sector, .granule_bytes = granule, .model = model}),
        journal(flash, {0, sectors * sector}) {}
  Status put(ItemKey key, ByteSpan value) {
    Transaction tx;
    CARDEA_TRY(tx.put(key, value));
    return journal.commit(tx);
  }
  Status erase(ItemKey key) {
    Transaction tx;
    CARDEA_TRY(tx.erase(key));
    return journal.commit(tx);
  }
  std::vector<std::uint8_t> get(ItemKey key) {
    std::vector<std::uint8_t> value(journal_value_size_bytes_max);
    value.resize(journal.get(key, value).value());
    return value;
  }
  SimFlash flash;
  Journal journal;
};

std::vector<std::uint8_t> bytes_of(std::size_t size, std::uint8_t byte) { return std::vector<std::uint8_t>(size, byte); }

TEST(Transaction, RefusesWhatDoesNotFitAndStaysAsItWas) {
  Transaction tx;
  EXPECT_EQ(tx.put(first_key, bytes_of(journal_value_size_bytes_max + 1, 1)), Status::kFull);
  EXPECT_TRUE(tx.empty());
  EXPECT_EQ(tx.put(first_key, bytes_of(1'000, 1)), Status::kOk);
  EXPECT_EQ(tx.put(second_key, bytes_of(793, 2)), Status::kFull);
  EXPECT_EQ(tx.entries().size(), 1'004u);
  EXPECT_EQ(tx.put(second_key, bytes_of(792, 2)), Status::kOk);
  EXPECT_EQ(tx.room_bytes(), 0u);
  EXPECT_EQ(tx.put(first_key, bytes_of(1'000, 3)), Status::kOk) << "it takes the place of the older value";
}

TEST(Transaction, HoldsEachKeyOnce) {
  Transaction tx;
  EXPECT_EQ(tx.put(first_key, bytes_of(3, 1)), Status::kOk);
  EXPECT_EQ(tx.put(second_key, bytes_of(2, 2)), Status::kOk);
  EXPECT_EQ(tx.put(first_key, bytes_of(1, 9)), Status::kOk);
  EXPECT_EQ(tx.erase(second_key), Status::kOk);
  const std::uint8_t expected[] = {0x01, 0, 0, 1, 9, 0x40, 255, 0xFF, 0xFF};
  EXPECT_TRUE(std::ranges::equal(tx.entries(), expected));
}

TEST(Crc32, IsTheOneOfZlib) { EXPECT_EQ(crc32(ascii("123456789")), 0xCBF43926u); }

TEST(Journal, ReadsNothingFromBlankFlash) {
  Ring ring;
  EXPECT_EQ(ring.journal.mount(), Status::kNotFound);
  EXPECT_EQ(ring.put(first_key, bytes_of(1, 1)), Status::kNotReady);
  EXPECT_EQ(ring.journal.get(first_key, {}).status(), Status::kNotFound);
}

TEST(Journal, RefusesABufferThatIsTooSmall) {
  Ring ring;
  ASSERT_EQ(ring.journal.format(), Status::kOk);
  ASSERT_EQ(ring.put(first_key, bytes_of(4, 7)), Status::kOk);
  Bytes<3> out{};
  EXPECT_EQ(ring.journal.get(first_key, out).status(), Status::kFull);
}

// The layout of spec/journal.md §1, written by hand.
TEST(Journal, WritesTheBytesOfTheSpecification) {
  Ring ring(4, 4);
  ASSERT_EQ(ring.journal.format(), Status::kOk);
  Transaction tx;
  ASSERT_EQ(tx.put(first_key, Bytes<3>{0xA1, 0xA2, 0xA3}), Status::kOk);
  ASSERT_EQ(tx.erase(second_key), Status::kOk);
  ASSERT_EQ(ring.journal.commit(tx), Status::kOk);

  const ByteSpan flash = ring.flash.bytes();
  Bytes<16> header{'C', 'J', '0', '1', 0, 0, 0, 2, 0, 0, 0, 2};
  store_be(crc32(ByteSpan(header).first(12)), MutableByteSpan(header).subspan(12));
  EXPECT_TRUE(std::ranges::equal(flash.subspan(newest_sector, 16), header));

  // sequence 2, offset 16 | n, ~n | key 0/0, size 2, sequence 1 ends at 32 | padding
  const Bytes<20> turn{0, 0, 0, 2, 0, 0, 0, 16, 0, 6, 0xFF, 0xF9, 0, 0, 0, 2, 0, 32, 0, 0};
  EXPECT_TRUE(std::ranges::equal(flash.subspan(newest_sector + 16, 12), ByteSpan(turn).subspan(8)));
  EXPECT_EQ(load_be<std::uint32_t>(flash.subspan(newest_sector + 28)), crc32(turn));

  const Bytes<24> record{0, 0, 0, 2, 0, 0, 0, 32, 0, 11, 0xFF, 0xF4, 1, 0, 0, 3, 0xA1, 0xA2, 0xA3, 0x40, 0xFF, 0xFF, 0xFF, 0};
  EXPECT_TRUE(std::ranges::equal(flash.subspan(newest_sector + 32, 16), ByteSpan(record).subspan(8)));
  EXPECT_EQ(load_be<std::uint32_t>(flash.subspan(newest_sector + 48)), crc32(record));
}

// [rule: J2]
TEST(Journal, AcknowledgesNothingThatTheFlashDidNotTake) {
  struct Stuck final : Flash {
    explicit Stuck(SimFlash& inner) : flash(inner) {}
    [[nodiscard]] std::uint32_t size_bytes() const override { return flash.size_bytes(); }
    [[nodiscard]] std::uint32_t granule_bytes() const override { return flash.granule_bytes(); }
    Status read(std::uint32_t offset, MutableByteSpan out) override { return flash.read(offset, out); }
    Status erase(std::uint32_t offset) override { return flash.erase(offset); }
    Status program(std::uint32_t offset, ByteSpan in) override {
      std::vector<std::uint8_t> worn(in.begin(), in.end());
      if (stuck) worn.back() |= 1;  // one bit that no longer clears
      return flash.program(offset, worn);
    }
    SimFlash& flash;
    bool stuck = false;
  };
  SimFlash sim({.size_bytes = 4 * sector});
  Stuck flash(sim);
  Journal journal(flash, {0, 4 * sector});
  ASSERT_EQ(journal.format(), Status::kOk);
  flash.stuck = true;
  int refused = 0;
  for (std::uint8_t i = 0; i < 16; ++i) {  // a crc that ends in an odd byte is not harmed
    Transaction tx;
    ASSERT_EQ(tx.put(first_key, Bytes<1>{i}), Status::kOk);
    const Status status = journal.commit(tx);
    Journal after(flash, {0, 4 * sector});
    if (status == Status::kOk) {
      Bytes<1> value{};
      ASSERT_EQ(after.mount(), Status::kOk);
      ASSERT_EQ(after.get(first_key, value).status(), Status::kOk);
      EXPECT_EQ(value[0], i);
    } else {
      ++refused;
      EXPECT_EQ(journal.commit(tx), Status::kNotReady);
      if (journal.mount() != Status::kOk) break;
    }
  }
  EXPECT_GT(refused, 0);
}

// [rule: J3]
TEST(Journal, TheNewestValueOrDeletionCounts) {
  Ring ring;
  ASSERT_EQ(ring.journal.format(), Status::kOk);
  ASSERT_EQ(ring.put(first_key, bytes_of(3, 1)), Status::kOk);
  ASSERT_EQ(ring.put(second_key, bytes_of(5, 2)), Status::kOk);
  ASSERT_EQ(ring.put(first_key, bytes_of(0, 0)), Status::kOk);
  ASSERT_EQ(ring.erase(second_key), Status::kOk);
  for (int round = 0; round < 2; ++round) {
    EXPECT_TRUE(ring.get(first_key).empty());
    EXPECT_TRUE(ring.journal.contains(first_key));
    EXPECT_FALSE(ring.journal.contains(second_key));
    EXPECT_EQ(ring.journal.usage().item_count, 1u);
    ASSERT_EQ(ring.journal.mount(), Status::kOk);
  }
}

// [rule: J22]
TEST(Journal, WhatWasDeletedCannotBeReadFromTheChipOnceItIsScrubbed) {
  Ring ring(6);
  ASSERT_EQ(ring.journal.format(), Status::kOk);
  const std::vector<std::uint8_t> gone = bytes_of(40, 0xA1);
  const auto is_on_chip = [&] { return !std::ranges::search(ring.flash.bytes(), gone).empty(); };
  for (int round = 0; round < 3; ++round) {
    ASSERT_EQ(ring.put(second_key, bytes_of(7, 3)), Status::kOk);
    for (std::uint8_t filler = 0; filler < 150; ++filler) ASSERT_EQ(ring.put({0x20, 0}, bytes_of(90, filler)), Status::kOk);
    ASSERT_EQ(ring.put(first_key, gone), Status::kOk);
    ASSERT_EQ(ring.erase(first_key), Status::kOk);
    ASSERT_TRUE(is_on_chip());
    ASSERT_EQ(ring.journal.scrub(), Status::kOk);
    EXPECT_FALSE(is_on_chip());
    ASSERT_EQ(ring.journal.mount(), Status::kOk);
    EXPECT_EQ(ring.get(second_key), bytes_of(7, 3));
    EXPECT_FALSE(ring.journal.contains(first_key));
  }
  EXPECT_EQ(ring.flash.misuse(), "");
}

TEST(Journal, VisitsKeysInOrder) {
  Ring ring;
  ASSERT_EQ(ring.journal.format(), Status::kOk);
  for (const ItemKey key : {ItemKey{3, 1}, ItemKey{1, 200}, ItemKey{3, 0}, ItemKey{1, 5}})
    ASSERT_EQ(ring.put(key, bytes_of(key.index, 0)), Status::kOk);
  std::vector<ItemKey> seen;
  ring.journal.for_each([&](ItemKey key) { seen.push_back(key); });
  const std::vector<ItemKey> expected{{1, 5}, {1, 200}, {3, 0}, {3, 1}};
  EXPECT_EQ(seen, expected);
}

// [rule: J6]
TEST(Journal, KeepsValuesThatLookLikeFreeSpace) {
  for (const std::uint32_t granule : {4u, 8u, 16u}) {
    Ring ring(4, granule);
    ASSERT_EQ(ring.journal.format(), Status::kOk);
    for (std::uint8_t i = 0; i < 40; ++i) {
      ASSERT_EQ(ring.put({0x10, i}, bytes_of(1 + i % 20u, 0xFF)), Status::kOk);
      ASSERT_EQ(ring.journal.mount(), Status::kOk);
    }
    for (std::uint8_t i = 0; i < 40; ++i) EXPECT_EQ(ring.get({0x10, i}), bytes_of(1 + i % 20u, 0xFF));
    EXPECT_EQ(ring.flash.misuse(), "");
  }
}

// [rule: J7]
TEST(Journal, TurnsWhenAGranuleRefuses) {
  Ring ring(4, 8, FlashModel::kEcc);
  ASSERT_EQ(ring.journal.format(), Status::kOk);
  ASSERT_EQ(ring.put(first_key, bytes_of(8, 1)), Status::kOk);
  ring.flash.restore_power();
  ring.flash.cut_at(1, testing::TornPattern::kNothing);  // uses up the granules and leaves them blank
  EXPECT_EQ(ring.put(first_key, bytes_of(8, 2)), Status::kFlashFailed);
  ring.flash.restore_power();
  ASSERT_EQ(ring.journal.mount(), Status::kOk);
  EXPECT_NE(ring.journal.usage().free_in_sector_bytes, 0u) << "it looks free";
  const std::uint32_t turns = ring.journal.usage().turn_count;
  EXPECT_EQ(ring.put(first_key, bytes_of(8, 3)), Status::kOk);
  EXPECT_EQ(ring.journal.usage().turn_count, turns + 1);
  EXPECT_EQ(ring.get(first_key), bytes_of(8, 3));
  ASSERT_EQ(ring.journal.mount(), Status::kOk);
  EXPECT_EQ(ring.get(first_key), bytes_of(8, 3));
}

// [rule: J9]
TEST(Journal, IgnoresASectorThatIsOnItsWayOut) {
  Ring ring;
  ASSERT_EQ(ring.journal.format(), Status::kOk);
  ASSERT_EQ(ring.put(second_key, bytes_of(4, 7)), Status::kOk);
  while (ring.journal.usage().turn_count < 5) ASSERT_EQ(ring.put(first_key, bytes_of(1'000, 1)), Status::kOk);
  // Sequence 2 is the oldest but one of four and free: rot in it harms nobody, and second_key was copied.
  ring.flash.bytes()[2 * sector + first_record + 8] ^= 0xFF;
  EXPECT_EQ(ring.journal.mount(), Status::kOk);
  EXPECT_EQ(ring.get(second_key), bytes_of(4, 7));
}

class RottenJournal : public ::testing::TestWithParam<std::uint32_t> {};

// [rule: J10]
TEST_P(RottenJournal, IsRefusedAndNotReadAsAnOlderOne) {
  const std::uint32_t rotten_offset = GetParam();
  Ring ring;
  ASSERT_EQ(ring.journal.format(), Status::kOk);
  for (std::uint8_t i = 0; i < 6; ++i) ASSERT_EQ(ring.put({0x10, i % 2 == 0}, bytes_of(1'000, i)), Status::kOk);
  ASSERT_EQ(ring.journal.usage().turn_count, 3u) << "sequences 1, 2 and 3 are at 4096, 8192 and 12288";
  ring.flash.bytes()[rotten_offset] ^= 0x10;
  EXPECT_EQ(ring.journal.mount(), Status::kCorrupt);
  EXPECT_FALSE(ring.journal.mounted());
}
INSTANTIATE_TEST_SUITE_P(Journal, RottenJournal,
                         ::testing::Values(sector + 4,                 // header of the oldest
                                           sector + 20,                // its turn record
                                           2 * sector + 5,             // header of the one before the newest
                                           2 * sector + first_record,  // the size of its first record
                                           2 * sector + first_record + 2'500,
                                           3 * sector + first_record,      // the size of a record with a good one behind it
                                           3 * sector + first_record + 20  // or a byte of its value
                                           ));

TEST(Journal, TakesABadLastRecordForATornOne) {
  Ring ring;
  ASSERT_EQ(ring.journal.format(), Status::kOk);
  ASSERT_EQ(ring.put(first_key, bytes_of(8, 1)), Status::kOk);
  ASSERT_EQ(ring.put(first_key, bytes_of(8, 2)), Status::kOk);
  ring.flash.bytes()[newest_sector + first_record + 24 + 10] ^= 1;
  ASSERT_EQ(ring.journal.mount(), Status::kOk);
  EXPECT_EQ(ring.get(first_key), bytes_of(8, 1));
  EXPECT_EQ(ring.journal.usage().free_in_sector_bytes, 0u) << "nothing is written behind it";
}

// [rule: J11]
TEST(Journal, RefusesWhatExceedsItsLimitsAndWritesNothing) {
  Ring ring;
  ASSERT_EQ(ring.journal.format(), Status::kOk);
  ASSERT_EQ(ring.put({0x10, 0}, bytes_of(journal_value_size_bytes_max, 1)), Status::kOk);
  ASSERT_EQ(ring.put({0x10, 1}, bytes_of(journal_value_size_bytes_max, 2)), Status::kOk);
  ring.flash.reset_counts();
  EXPECT_EQ(ring.put({0x10, 2}, bytes_of(500, 3)), Status::kFull);
  EXPECT_EQ(ring.flash.operation_count(), 0u);
  EXPECT_TRUE(ring.journal.mounted());
  EXPECT_EQ(ring.erase({0x10, 0}), Status::kOk);
  EXPECT_EQ(ring.put({0x10, 2}, bytes_of(500, 3)), Status::kOk);
}

// [rule: J11]
TEST(Journal, RefusesOneKeyTooMany) {
  Ring ring(16);
  ASSERT_EQ(ring.journal.format(), Status::kOk);
  for (std::size_t i = 0; i < journal_item_count_max; ++i)
    ASSERT_EQ(ring.put({static_cast<std::uint8_t>(1 + i / 256), static_cast<std::uint8_t>(i)}, bytes_of(4, 1)), Status::kOk);
  EXPECT_EQ(ring.put({0x90, 0}, bytes_of(1, 1)), Status::kFull);
  EXPECT_EQ(ring.put({0x01, 0}, bytes_of(4, 2)), Status::kOk);
  ASSERT_EQ(ring.journal.mount(), Status::kOk);
  EXPECT_EQ(ring.journal.usage().item_count, journal_item_count_max);
}

// [rule: J11]
TEST(Journal, FindsRoomForTheLargestRecordHoweverFullItIs) {
  for (const std::uint32_t granule : {4u, 16u}) {
    for (const std::uint32_t sectors : {4u, 7u, 16u}) {
      Ring ring(sectors, granule);
      ASSERT_EQ(ring.journal.format(), Status::kOk);
      testing::Random random(sectors);
      // Up to the limit with values of mixed sizes, leaving what the largest takes; then it is rewritten over several rings.
      const std::uint32_t largest = journal_value_size_bytes_max + 32;
      for (std::uint8_t i = 0; i < 255; ++i) {
        const JournalUsage usage = ring.journal.usage();
        const std::size_t size = 1 + random.below(i % 8 == 0 ? 700 : 90);
        if (usage.live_bytes + size + 32 + largest > usage.live_bytes_max) break;
        ASSERT_EQ(ring.put({0x10, i}, bytes_of(size, i)), Status::kOk);
      }
      for (std::uint32_t i = 0; i < 12 * sectors; ++i) {
        ASSERT_EQ(ring.put(first_key, bytes_of(journal_value_size_bytes_max, static_cast<std::uint8_t>(i))), Status::kOk);
        const ItemKey other{0x10, static_cast<std::uint8_t>(random.below(255))};
        if (!ring.journal.contains(other)) continue;
        ASSERT_EQ(ring.put(other, ring.get(other)), Status::kOk);
      }
      EXPECT_EQ(ring.flash.misuse(), "");
      ASSERT_EQ(ring.journal.mount(), Status::kOk);
    }
  }
}

// [rule: J12]
TEST(Journal, CommitsNothingMoreAfterAFailureUntilItIsMounted) {
  Ring ring;
  ASSERT_EQ(ring.journal.format(), Status::kOk);
  ASSERT_EQ(ring.put(first_key, bytes_of(8, 1)), Status::kOk);
  ring.flash.restore_power();
  ring.flash.cut_at(1, testing::TornPattern::kAll);
  EXPECT_EQ(ring.put(first_key, bytes_of(8, 2)), Status::kFlashFailed);
  ring.flash.restore_power();
  EXPECT_EQ(ring.get(first_key), bytes_of(8, 1));
  EXPECT_EQ(ring.put(first_key, bytes_of(8, 3)), Status::kNotReady);
  ASSERT_EQ(ring.journal.mount(), Status::kOk);
  EXPECT_EQ(ring.get(first_key), bytes_of(8, 2)) << "it had become durable after all";
}

// [rule: J13]
TEST(Journal, AFormatLeavesNoValueInTheFlash) {
  Ring ring;
  ASSERT_EQ(ring.journal.format(), Status::kOk);
  ASSERT_EQ(ring.put(first_key, bytes_of(32, 0x5A)), Status::kOk);
  ASSERT_EQ(ring.journal.format(), Status::kOk);
  const auto secret = bytes_of(8, 0x5A);
  EXPECT_EQ(std::search(ring.flash.bytes().begin(), ring.flash.bytes().end(), secret.begin(), secret.end()),
            ring.flash.bytes().end());
  EXPECT_EQ(ring.journal.usage().item_count, 0u);
  EXPECT_GT(ring.journal.usage().sector_erase_count_max, 1u) << "wear is remembered";
}

// [rule: J14]
TEST(Journal, RefusesARecordWithAGoodCrcThatNoJournalWrites) {
  const auto mounts = [](std::vector<std::uint8_t> entries) {
    Ring ring(4, 4);
    EXPECT_EQ(ring.journal.format(), Status::kOk);
    std::vector<std::uint8_t> record{0, 0, 0, 2, 0, 0, 0, 32};  // the place
    const auto size = static_cast<std::uint8_t>(entries.size());
    record.insert(record.end(), {0, size, 0xFF, static_cast<std::uint8_t>(~size)});
    record.insert(record.end(), entries.begin(), entries.end());
    record.resize(8 + (record.size() - 8 + 3) / 4 * 4);
    Bytes<4> crc{};
    store_be(crc32(record), crc);
    record.insert(record.end(), crc.begin(), crc.end());
    std::copy(record.begin() + 8, record.end(), ring.flash.bytes().begin() + newest_sector + first_record);
    EXPECT_EQ(ring.journal.mount(), Status::kOk);
    return ring.journal.usage().item_count == 1;
  };
  EXPECT_TRUE(mounts({1, 0, 0, 1, 7})) << "the one that a journal writes";
  EXPECT_FALSE(mounts({1, 0, 0, 9, 7})) << "a value that goes on behind the record";
  EXPECT_FALSE(mounts({1, 0, 0, 1, 7, 2, 0})) << "half an entry";
  EXPECT_FALSE(mounts({0, 1, 0, 1, 7})) << "a key of the journal's own kind";
  EXPECT_FALSE(mounts({0, 0, 0, 2, 0, 32, 1, 0, 0, 1, 7})) << "a turn record with company";
}

// [rule: J14]
TEST(Journal, RefusesGarbage) {
  testing::Random random(11);
  for (int round = 0; round < 50; ++round) {
    Ring ring;
    for (std::uint8_t& byte : ring.flash.bytes()) byte = random.byte();
    EXPECT_EQ(ring.journal.mount(), Status::kNotFound);
    EXPECT_EQ(ring.journal.format(), Status::kOk);
  }
}

// The budget: an entry at the keypad that opens, as core/decide writes it: a charge and the time, then the burn, the refund and
// the time. Exact counts, so that a change of the format shows here first.
TEST(JournalBudget, AnEntryProgramsSoManyBytes) {
  struct Budget {
    std::uint32_t granule;
    std::uint64_t programmed_bytes;
  };
  for (const Budget& budget : {Budget{4, 132}, Budget{8, 136}, Budget{16, 144}}) {
    Ring ring(16, budget.granule);
    ASSERT_EQ(ring.journal.format(), Status::kOk);
    ring.flash.reset_counts();
    Transaction tx;
    ASSERT_EQ(tx.put({item_failure, 0}, bytes_of(21, 1)), Status::kOk);
    ASSERT_EQ(tx.put({0x40, 1}, bytes_of(24, 1)), Status::kOk);
    ASSERT_EQ(ring.journal.commit(tx), Status::kOk);
    tx.clear();
    ASSERT_EQ(tx.put({item_failure, 0}, {}), Status::kOk);
    ASSERT_EQ(tx.put({item_slot, 0}, bytes_of(24, 1)), Status::kOk);
    ASSERT_EQ(tx.put({0x40, 1}, bytes_of(24, 1)), Status::kOk);
    ASSERT_EQ(ring.journal.commit(tx), Status::kOk);
    EXPECT_EQ(ring.flash.programmed_bytes(), budget.programmed_bytes);
    EXPECT_EQ(ring.flash.erase_count(), 0u);
    EXPECT_LE(ring.flash.operation_count(), 3u);
  }
}

// Every place of the code memory and the throttle taken, 48 hour keys, 32 fixed keys, both banks of schedules, and 1 KB for
// the rest of the lock.
TEST(JournalBudget, EverythingALockCanRememberFits) {
  const auto size_of = [](std::uint8_t kind) -> std::size_t {
    switch (kind) {
      case item_slot: return 43;
      case item_failure: return 22;
      case item_remembered:
      case item_used_once: return 9;
      case item_pool_used:
      case item_pool_cleared: return 34;
      case item_marks: return 28;
      default: return 16;
    }
  };
  for (const std::uint32_t granule : {4u, 8u, 16u}) {
    Ring ring(16, granule);
    ASSERT_EQ(ring.journal.format(), Status::kOk);
    for (std::size_t i = 0; i < item_key_count; ++i)
      ASSERT_EQ(ring.put(item_key(i), bytes_of(size_of(item_key(i).kind), 1)), Status::kOk);
    ASSERT_EQ(ring.put({0x50, 0}, bytes_of(48 * 32 + 4, 1)), Status::kOk);
    for (std::uint8_t i = 0; i < 32; ++i) ASSERT_EQ(ring.put({0x51, i}, bytes_of(35, 1)), Status::kOk);
    for (std::uint8_t i = 0; i < 16; ++i) ASSERT_EQ(ring.put({0x52, i}, bytes_of(52, 1)), Status::kOk);
    for (std::uint8_t bank = 0; bank < 2; ++bank) ASSERT_EQ(ring.put({0x53, bank}, bytes_of(768, 1)), Status::kOk);
    EXPECT_LE(ring.journal.usage().live_bytes, 26 * 1'024u);
    EXPECT_LT(ring.journal.usage().live_bytes, ring.journal.usage().live_bytes_max);
  }
}

TEST(JournalBudget, AThousandEntriesEraseSoManySectors) {
  Ring ring(16, 8);
  ASSERT_EQ(ring.journal.format(), Status::kOk);
  for (std::uint8_t i = 0; i < 100; ++i) ASSERT_EQ(ring.put({0x20, i}, bytes_of(40, i)), Status::kOk);  // what lives long
  ASSERT_EQ(ring.put({0x50, 0}, bytes_of(48 * 32 + 4, 1)), Status::kOk);  // a schedule of 48 hours
  const auto entry = [&](std::uint8_t i) {
    Transaction tx;
    CARDEA_TRY(tx.put({item_failure, static_cast<std::uint8_t>(i % 192)}, bytes_of(21, i)));
    CARDEA_TRY(tx.put({0x40, 1}, bytes_of(24, i)));
    CARDEA_TRY(ring.journal.commit(tx));
    tx.clear();
    CARDEA_TRY(tx.put({item_failure, static_cast<std::uint8_t>(i % 192)}, {}));
    CARDEA_TRY(tx.put({item_slot, static_cast<std::uint8_t>(i % 32)}, bytes_of(24, i)));
    CARDEA_TRY(tx.put({0x40, 1}, bytes_of(24, i)));
    return ring.journal.commit(tx);
  };
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(entry(static_cast<std::uint8_t>(i)), Status::kOk);  // until it is in its stride
  ring.flash.reset_counts();
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(entry(static_cast<std::uint8_t>(i)), Status::kOk);
  EXPECT_EQ(ring.flash.erase_count(), 39u) << "over 16 sectors: 100 entries a day for 10 years are 890 cycles each";
  EXPECT_EQ(ring.flash.programmed_bytes(), 158'704u);
}

}  // namespace
}  // namespace cardea
