// SPDX-License-Identifier: Apache-2.0
// Power cuts are lock/testing/campaign_test.cpp's, too.
#include "lock/audit/audit_region.hpp"

#include <gtest/gtest.h>

#include "core/audit/record.hpp"
#include "lock/testing/sim_flash.hpp"

namespace cardea {
namespace {

using testing::FlashModel;
using testing::SimFlash;
using testing::TornPattern;

static_assert(audit_record_size_bytes == audit::record_size_bytes);

constexpr std::uint32_t region_size = 16 * flash_sector_size_bytes;
constexpr std::uint32_t slots = audit_slots_per_sector;

AuditRecordBytes record_of(std::uint32_t seq) {
  AuditRecordBytes record{};
  record.fill(static_cast<std::uint8_t>(seq * 7));
  store_be(seq, record);
  return record;
}

struct Log {
  explicit Log(std::uint32_t size = region_size, FlashModel model = FlashModel::kPlain)
      : flash({.size_bytes = size, .model = model}), region(flash, {0, size}) {
    EXPECT_EQ(region.mount(), Status::kOk);
  }
  Status append(std::uint32_t seq) { return region.append(record_of(seq), policy, receipt); }
  void append_through(std::uint32_t last) {
    for (std::uint32_t seq = region.state(receipt).last_seq + 1; seq <= last; ++seq) ASSERT_EQ(append(seq), Status::kOk);
  }
  /// The power goes during the next append; the region is mounted again.
  void cut_append(std::uint32_t seq, TornPattern pattern) {
    flash.restore_power();
    flash.cut_at(1, pattern);
    EXPECT_EQ(append(seq), Status::kFlashFailed);
    EXPECT_EQ(append(seq), Status::kNotReady);
    flash.restore_power();
    EXPECT_EQ(region.mount(), Status::kOk);
  }
  void expect_readable(std::uint32_t first, std::uint32_t last) {
    for (std::uint32_t seq = first; seq <= last; ++seq) {
      AuditRecordBytes record{};
      ASSERT_EQ(region.read(seq, record), Status::kOk) << seq;
      ASSERT_EQ(record, record_of(seq)) << seq;
    }
  }
  SimFlash flash;
  AuditRegion region;
  AuditPolicy policy = AuditPolicy::kKeepNewest;
  std::uint32_t receipt = 0;
};

// [rule: J15]
TEST(AuditRegion, RefusesAnyNumberButTheNext) {
  Log log;
  EXPECT_EQ(log.append(0), Status::kOutOfRange);
  EXPECT_EQ(log.append(1), Status::kOk);
  EXPECT_EQ(log.append(1), Status::kOutOfRange);
  EXPECT_EQ(log.append(3), Status::kOutOfRange);
  EXPECT_EQ(log.append(2), Status::kOk);
  AuditRecordBytes record{};
  EXPECT_EQ(log.region.read(0, record), Status::kNotFound);
  EXPECT_EQ(log.region.read(3, record), Status::kNotFound);
  log.expect_readable(1, 2);
}

// [rule: J16]
TEST(AuditRegion, ATornSlotCostsOnePlace) {
  for (const FlashModel model : {FlashModel::kPlain, FlashModel::kEcc}) {
    Log log(region_size, model);
    log.append_through(10);
    for (int i = 0; i < 5; ++i) log.cut_append(11, TornPattern::kPrefix);
    log.append_through(40);
    log.expect_readable(1, 40);
    ASSERT_EQ(log.region.mount(), Status::kOk);
    log.expect_readable(1, 40);
    EXPECT_EQ(log.flash.misuse(), "");
  }
}

// [rule: J16]
TEST(AuditRegion, StepsOverSlotsThatRefuse) {
  Log log(region_size, FlashModel::kEcc);
  log.append_through(1);
  for (int i = 0; i < 7; ++i) log.cut_append(2, TornPattern::kNothing);  // used up, and blank to look at
  log.append_through(3 * slots);
  ASSERT_EQ(log.region.mount(), Status::kOk);
  log.expect_readable(1, 3 * slots);
}

// [rule: J17]
TEST(AuditRegion, HoldsAThousandRecordsAtAnyTime) {
  Log log;
  for (std::uint32_t seq = 1; seq <= 4'000; ++seq) {
    ASSERT_EQ(log.append(seq), Status::kOk);
    const AuditState state = log.region.state(0);
    ASSERT_EQ(state.last_seq, seq);
    ASSERT_GE(state.last_seq - state.first_seq + 1, std::min(seq, 15 * slots));
  }
  log.expect_readable(3'001, 4'000);
}

// [rule: J17]
TEST(AuditRegion, HoldsAThousandRecordsAmong275TornSlots) {
  Log log;
  log.append_through(1'990);
  std::uint32_t slots_used = 1'990;  // where a turn comes next: a cut there tears the erase, not a slot
  std::uint32_t torn = 0;
  while (log.region.state(0).last_seq < 3'000) {
    const std::uint32_t seq = log.region.state(0).last_seq + 1;
    if (seq % 3 == 0 && torn < 275 && slots_used % slots != 0) {
      log.cut_append(seq, TornPattern::kPrefix);
      ++torn;
      ++slots_used;
    }
    if (log.region.state(0).last_seq < seq) {
      ASSERT_EQ(log.append(seq), Status::kOk);
      ++slots_used;
    }
    const AuditState state = log.region.state(0);
    ASSERT_GE(state.last_seq - state.first_seq + 1, audit_record_count_min) << "after " << torn << " cuts";
  }
  EXPECT_EQ(torn, 275u);
  log.expect_readable(2'001, 3'000);
}

// [rule: J18]
TEST(AuditRegion, RefusesWhenFullUntilAReceiptComes) {
  Log log;
  log.policy = AuditPolicy::kRefuse;
  log.append_through(16 * slots);
  EXPECT_TRUE(log.region.full(0));
  log.flash.reset_counts();
  EXPECT_EQ(log.append(16 * slots + 1), Status::kFull);
  log.receipt = slots - 1;
  EXPECT_EQ(log.append(16 * slots + 1), Status::kFull) << "one record of the oldest sector has no receipt";
  EXPECT_EQ(log.flash.operation_count(), 0u);
  log.expect_readable(1, 16 * slots);
  log.receipt = slots;
  EXPECT_FALSE(log.region.full(log.receipt));
  EXPECT_EQ(log.append(16 * slots + 1), Status::kOk);
  EXPECT_EQ(log.region.state(log.receipt).lost_count, 0u);
  EXPECT_EQ(log.region.state(log.receipt).dropped_seq, slots);
}

// [rule: J18]
TEST(AuditRegion, CountsWhatItDropsWithoutAReceipt) {
  Log log;
  log.receipt = 30;
  log.append_through(17 * slots);
  EXPECT_EQ(log.region.state(30).lost_count, slots - 30);
  log.receipt = 2 * slots + 5;
  log.append_through(19 * slots);
  const std::uint32_t expected = slots - 30 + (slots - 5);
  EXPECT_EQ(log.region.state(log.receipt).lost_count, expected);
  EXPECT_EQ(log.region.state(log.receipt).dropped_seq, 3 * slots);
  ASSERT_EQ(log.region.mount(), Status::kOk);
  EXPECT_EQ(log.region.state(log.receipt).lost_count, expected) << "durable";
}

// [rule: J19]
TEST(AuditRegion, CountsTheSameWhenATurnIsCutShort) {
  for (const TornPattern pattern : testing::torn_patterns) {
    for (std::uint64_t cut = 1; cut <= 3; ++cut) {
      Log log;
      log.receipt = 30;
      log.append_through(16 * slots);
      log.flash.restore_power();
      log.flash.cut_at(cut, pattern);
      EXPECT_EQ(log.append(16 * slots + 1), Status::kFlashFailed);
      log.flash.restore_power();
      ASSERT_EQ(log.region.mount(), Status::kOk);
      const AuditState cut_state = log.region.state(30);
      EXPECT_EQ(cut_state.lost_count, cut_state.first_seq > 30 ? cut_state.first_seq - 1 - 30 : 0);
      log.append_through(16 * slots + 1);
      EXPECT_EQ(log.region.state(30).lost_count, slots - 30) << name_of(pattern) << " at " << cut;
    }
  }
}

// [rule: J20]
TEST(AuditRegion, ARottenRecordIsAGapAndTheOthersStayReadable) {
  Log log;
  log.append_through(200);
  const std::uint32_t second_sector = 2 * flash_sector_size_bytes;  // sequence 2, records 86 to 170
  log.flash.bytes()[second_sector + audit_header_size_bytes + 5 * audit_slot_size_bytes + 20] ^= 0x40;
  ASSERT_EQ(log.region.mount(), Status::kOk);
  AuditRecordBytes record{};
  EXPECT_EQ(log.region.read(slots + 6, record), Status::kCorrupt);
  log.expect_readable(1, slots + 5);
  log.expect_readable(slots + 7, 200);
  log.append_through(201);
}

// [rule: J20] [rule: J21]
TEST(AuditRegion, ReadsNothingFromGarbage) {
  testing::Random random(3);
  for (int round = 0; round < 20; ++round) {
    SimFlash flash({.size_bytes = region_size});
    for (std::uint8_t& byte : flash.bytes()) byte = random.byte();
    AuditRegion region(flash, {0, region_size});
    ASSERT_EQ(region.mount(), Status::kOk);
    EXPECT_EQ(region.state(0).last_seq, 0u);
    EXPECT_EQ(region.append(record_of(1), AuditPolicy::kRefuse, 0), Status::kOk) << "it erases before it writes";
  }
}

TEST(AuditRegion, AFormatLeavesNothing) {
  Log log;
  log.append_through(500);
  ASSERT_EQ(log.region.format(), Status::kOk);
  EXPECT_EQ(log.region.state(0).last_seq, 0u);
  EXPECT_EQ(log.append(1), Status::kOk) << "numbers begin anew";
}

// The budget: one record is 48 bytes, and a sector is erased every 85 records.
TEST(AuditBudget, ARecordProgramsSoManyBytes) {
  Log log;
  log.append_through(2 * slots);
  log.flash.reset_counts();
  log.append_through(10 * slots);
  EXPECT_EQ(log.flash.programmed_bytes(), 8 * (slots * audit_slot_size_bytes + audit_header_size_bytes));
  EXPECT_EQ(log.flash.erase_count(), 8u);
}

}  // namespace
}  // namespace cardea
