// SPDX-License-Identifier: Apache-2.0
#include "lock/testing/storage_scenarios.hpp"

#include "lock/audit/audit_region.hpp"
#include "lock/clock/clock.hpp"
#include "lock/testing/journal_scenarios.hpp"

namespace cardea::testing {
namespace {

AuditRecordBytes audit_record(std::uint32_t seq) {
  Random random(seq);
  AuditRecordBytes record{};
  for (std::uint8_t& byte : record) byte = random.byte();
  store_be(seq, record);
  return record;
}

/// Appends over the end of the ring. What append() acknowledged is there, unless the policy dropped it, and then it is counted.
class AuditScenario final : public Scenario {
 public:
  static constexpr std::uint32_t sector_count = 3;
  static constexpr std::uint32_t count_before = sector_count * audit_slots_per_sector - 2;
  static constexpr std::uint32_t count_after = count_before + 6;
  static constexpr std::uint32_t receipt_late = audit_slots_per_sector + 20;

  AuditScenario(AuditPolicy policy, std::uint32_t receipt) : policy_(policy), receipt_(receipt) {}

  void prepare(World& world, Check& check) override {
    AuditRegion region(world.flash, {0, world.flash.size_bytes()});
    check.expect(region.mount() == Status::kOk, "prepare: mount");
    for (last_ = 0; last_ < count_before; ++last_)
      check.expect(region.append(audit_record(last_ + 1), policy_, receipt_) == Status::kOk, "prepare: append");
  }

  void run(World& world, Check& check) override {
    AuditRegion region(world.flash, {0, world.flash.size_bytes()});
    if (!check.ok(region.mount(), world, "mount")) return;
    check_contents(region, check);
    while (last_ < count_after) {
      const Status status = region.append(audit_record(last_ + 1), policy_, receipt_);
      if (status == Status::kFull && !world.flash.power_was_cut()) {
        check.expect(policy_ == AuditPolicy::kRefuse && receipt_ < receipt_late, "append refused for no reason");
        receipt_ = receipt_late;
        continue;
      }
      if (!check.ok(status, world, "append")) return;
      ++last_;
    }
    check_contents(region, check);
  }

  [[nodiscard]] std::unique_ptr<Scenario> clone() const override { return std::make_unique<AuditScenario>(*this); }

 private:
  void check_contents(const AuditRegion& region, Check& check) {
    const AuditState state = region.state(receipt_);
    if (state.last_seq == last_ + 1 && last_ < count_after) ++last_;  // durable, and the power went before it was said
    check.expect(state.last_seq == last_, "the newest acknowledged record is gone");
    check.expect(last_ - state.first_seq + 1 >= (sector_count - 1) * audit_slots_per_sector - 4,
                 "more was dropped than a sector");
    check.expect(state.lost_count == (state.first_seq - 1 > receipt_ ? state.first_seq - 1 - receipt_ : 0),
                 "the count of lost records");
    check.expect(policy_ == AuditPolicy::kKeepNewest || state.lost_count == 0, "a record without a receipt was dropped");
    for (std::uint32_t seq = state.first_seq; seq <= last_; ++seq) {
      AuditRecordBytes record{};
      const Status status = region.read(seq, record);
      // The sector whose erase was cut short is on its way out.
      const bool on_its_way = status == Status::kCorrupt && seq <= audit_slots_per_sector;
      check.expect(on_its_way || (status == Status::kOk && record == audit_record(seq)), "a record reads otherwise");
    }
  }

  AuditPolicy policy_;
  std::uint32_t receipt_;
  std::uint32_t last_ = 0;
};

/// The clock is set, runs, and is read with every entry; the counter is lost in the middle. Times and running time that were
/// durable never go back.
class ClockScenario final : public Scenario {
 public:
  static constexpr int step_count = 8;
  static constexpr int lost_at = 5;
  static constexpr UnixSeconds set_to{1'800'000'000};

  void prepare(World& world, Check& check) override {
    Journal journal(world.flash, {0, world.flash.size_bytes()});
    check.expect(journal.format() == Status::kOk, "prepare: format");
    world.counter.set_drift_ppm_max(20);
  }

  void run(World& world, Check& check) override {
    Journal journal(world.flash, {0, world.flash.size_bytes()});
    if (!check.ok(journal.mount(), world, "mount")) return;
    Clock clock(world.counter);
    Transaction tx;
    if (!check.ok(clock.start(journal, {}, tx), world, "start")) return;
    check_reading(clock.read(), check);
    if (!check.ok(journal.commit(tx), world, "commit")) return;
    world.counter.keep();
    while (done_ < step_count) {
      tx.clear();
      world.counter.advance(700);
      if (!check.ok(step(clock, world, tx), world, "step")) return;
      const ClockReading reading = clock.read();
      if (!check.ok(journal.commit(tx), world, "commit")) return;
      newest_ = reading.newest_seen;
      run_ = reading.run;
      ++done_;
    }
  }

  [[nodiscard]] std::unique_ptr<Scenario> clone() const override { return std::make_unique<ClockScenario>(*this); }

 private:
  Status step(Clock& clock, World& world, Transaction& tx) const {
    if (done_ == 0) return clock.set_authenticated({set_to, 2}, tx).status();
    if (done_ != lost_at) return clock.put_seen(tx);
    world.counter.lose();
    return clock.lose(tx);
  }
  void check_reading(const ClockReading& reading, Check& check) const {
    check.expect(reading.newest_seen >= newest_, "the newest time seen went back");
    check.expect(reading.run >= run_, "running time went back");
    if (done_ > 0 && done_ < lost_at)
      check.expect(reading.quality == ClockQuality::kKept || was_lost(reading), "the clock was not kept");
    if (done_ > lost_at) check.expect(was_lost(reading), "a lost clock shows a time");
  }
  /// The step that loses the counter may have become durable, or have lost it before the power went.
  [[nodiscard]] static bool was_lost(const ClockReading& reading) { return reading.quality == ClockQuality::kLost; }

  int done_ = 0;
  UnixSeconds newest_;
  RunSeconds run_;
};

}  // namespace

void add_storage_scenarios(ScenarioList& list) {
  add_journal_scenarios<Journal>(list);
  const std::uint32_t audit_size = AuditScenario::sector_count * flash_sector_size_bytes;
  list.push_back({.name = "audit_keep_newest",
                  .about = "audit records go on over a full ring",
                  .is_short = false,
                  .flash_size_bytes = audit_size,
                  .make = [] { return std::make_unique<AuditScenario>(AuditPolicy::kKeepNewest, 10); }});
  list.push_back({.name = "audit_refuse",
                  .about = "audit records wait for a receipt when the ring is full",
                  .is_short = false,
                  .flash_size_bytes = audit_size,
                  .make = [] { return std::make_unique<AuditScenario>(AuditPolicy::kRefuse, 10); }});
  list.push_back({.name = "clock",
                  .about = "the clock is set, runs and is lost",
                  .is_short = false,
                  .flash_size_bytes = 4 * flash_sector_size_bytes,
                  .make = [] { return std::make_unique<ClockScenario>(); }});
}

}  // namespace cardea::testing
