// SPDX-License-Identifier: Apache-2.0
#include "lock/clock/clock.hpp"

#include <limits>

namespace cardea {
namespace {

constexpr std::size_t set_size_bytes = 21;
constexpr std::size_t seen_size_bytes = 24;

/// a + b, or the largest there is: counters and times from flash are not trusted to be small.
template <class T>
constexpr T add_capped(T a, T b) {
  constexpr T most = std::numeric_limits<T>::max();
  return b > most - a ? most : static_cast<T>(a + b);
}

constexpr std::uint64_t half_up(std::uint64_t value) { return value / 2 + value % 2; }

}  // namespace

SignedTime middle_of(UnixSeconds answer, std::uint32_t uncertainty_ms, std::uint64_t round_trip_ms) {
  const std::uint64_t half_ms = half_up(round_trip_ms);
  const std::uint64_t half_s = half_ms / 1'000 + (half_ms % 1'000 != 0 ? 1 : 0);
  const std::uint64_t error_ms = add_capped<std::uint64_t>(half_ms, uncertainty_ms);
  const std::uint64_t error_s = error_ms / 1'000 + (error_ms % 1'000 != 0 ? 1 : 0);
  return {.time = {add_capped(answer.value, half_s)},
          .error_s = static_cast<std::uint32_t>(std::min<std::uint64_t>(error_s, clock_error_unknown_s))};
}

Status Clock::start(const Journal& journal, RunSeconds run_floor, Transaction& tx) {
  setting_ = {};
  Bytes<set_size_bytes> set_bytes{};
  Bytes<seen_size_bytes> seen_bytes{};
  const Result<std::size_t> set_size = journal.get(clock_set_item, set_bytes);
  const Result<std::size_t> seen_size = journal.get(clock_seen_item, seen_bytes);
  if (seen_size.status() == Status::kNotFound) {  // never started before
    run_base_ = run_floor;
    run_counter_ = count();
    return put_seen(tx);
  }
  CARDEA_TRY(seen_size.status());
  if (*seen_size != seen_size_bytes) return Status::kMalformed;
  ByteReader seen(seen_bytes);
  const std::uint64_t seen_counter = seen.u64();
  newest_seen_ = {seen.u64()};
  const RunSeconds seen_run{seen.u64()};

  const std::uint64_t now = count();
  kept_ = counter_->kept() && now >= seen_counter &&
          now - seen_counter <= std::uint64_t{settings_.backup_s} + clock_seen_interval_s;
  run_base_ = std::max(run_floor, RunSeconds{add_capped(seen_run.value, kept_ ? now - seen_counter : 0)});
  run_counter_ = now;
  if (set_size.status() == Status::kNotFound || !kept_) return put_lost(tx);
  CARDEA_TRY(set_size.status());
  if (*set_size != set_size_bytes) return Status::kMalformed;
  CARDEA_TRY(load_setting(set_bytes));
  return put_seen(tx);
}

Status Clock::load_setting(ByteSpan bytes) {
  ByteReader reader(bytes);
  const std::uint8_t quality = reader.u8();
  if (quality != static_cast<std::uint8_t>(ClockQuality::kSynced) &&
      quality != static_cast<std::uint8_t>(ClockQuality::kCoarse))
    return Status::kMalformed;
  Setting setting{.quality = ClockQuality{quality}};
  setting.counter = reader.u64();
  setting.time = {reader.u64()};
  setting.error_s = reader.u32();
  if (setting.counter > run_counter_) return Status::kMalformed;
  setting_ = setting;
  return reader.finish();
}

std::uint64_t Clock::count() {
  last_count_ = std::max(last_count_, counter_->seconds());
  return last_count_;
}

UnixSeconds Clock::time_at(std::uint64_t count) const { return {add_capped(setting_.time.value, count - setting_.counter)}; }

std::uint32_t Clock::error_at(std::uint64_t count) const {
  if (setting_.quality != ClockQuality::kSynced) return clock_error_unknown_s;
  constexpr std::uint64_t million = 1'000'000;
  const std::uint64_t elapsed = std::min<std::uint64_t>(count - setting_.counter, clock_error_unknown_s);
  const std::uint64_t drift = (elapsed * counter_->drift_ppm_max() + million - 1) / million;
  return static_cast<std::uint32_t>(std::min<std::uint64_t>(setting_.error_s + drift, clock_error_unknown_s));
}

ClockQuality Clock::quality_at(std::uint64_t count) const {
  if (setting_.quality != ClockQuality::kSynced) return setting_.quality;
  const bool fresh = setting_.since_start && count - setting_.counter <= clock_synced_s;
  return fresh && error_at(count) <= kept_error_max_s ? ClockQuality::kSynced : ClockQuality::kKept;
}

UnixSeconds Clock::newest_at(std::uint64_t count) const {
  return setting_.quality == ClockQuality::kLost ? newest_seen_ : std::max(newest_seen_, time_at(count));
}

RunSeconds Clock::run_at(std::uint64_t count) const { return {add_capped(run_base_.value, count - run_counter_)}; }

ClockReading Clock::read() {
  const std::uint64_t now = count();
  const ClockQuality quality = quality_at(now);
  newest_seen_ = newest_at(now);
  return {.now = quality == ClockQuality::kLost ? UnixSeconds{} : time_at(now),
          .quality = quality,
          .error_bound_s = error_at(now),
          .run = run_at(now),
          .newest_seen = newest_seen_};
}

TimeVerdict Clock::judge(const SignedTime& offered, std::uint64_t count) const {
  if (setting_.quality == ClockQuality::kCoarse) return TimeVerdict::kTaken;  // it knows nothing better
  const bool is_good = setting_.quality == ClockQuality::kSynced;
  const std::uint64_t error = is_good ? error_at(count) : 0;
  std::uint64_t slack = std::max<std::uint64_t>(clock_behind_s, error);
  UnixSeconds floor = newest_at(count);
  if (is_good && add_capped(time_at(count).value, slack) < floor.value) {  // it was put right
    floor = time_at(count);
    slack = error + offered.error_s;
  }
  if (add_capped(offered.time.value, slack) < floor.value) return TimeVerdict::kBehind;
  if (!is_good) return TimeVerdict::kTaken;
  const std::uint64_t step_max = settings_.step_max_s + error;
  if (offered.time.value > add_capped(time_at(count).value, step_max)) return TimeVerdict::kTooFarAhead;
  if (offered.error_s > clock_sharp_error_s && offered.error_s > error) return TimeVerdict::kNotBetter;
  return TimeVerdict::kTaken;
}

Result<TimeVerdict> Clock::set_authenticated(const SignedTime& offered, Transaction& tx) {
  const std::uint64_t now = count();
  const TimeVerdict verdict = judge(offered, now);
  if (verdict != TimeVerdict::kTaken) return verdict;
  CARDEA_TRY(set_to(
      {.quality = ClockQuality::kSynced, .counter = now, .time = offered.time, .error_s = offered.error_s, .since_start = true},
      tx));
  return TimeVerdict::kTaken;
}

Status Clock::set_coarse(UnixSeconds time, Transaction& tx) {
  const std::uint64_t now = count();
  return set_to({.quality = ClockQuality::kCoarse, .counter = now, .time = std::max(time, newest_at(now)), .since_start = true},
                tx);
}

Status Clock::set_to(const Setting& setting, Transaction& tx) {
  if (tx.room_bytes() < set_size_bytes + journal_entry_overhead_bytes + seen_size_bytes) return Status::kFull;
  newest_seen_ = newest_at(setting.counter);  // what the clock showed until now stays seen
  setting_ = setting;
  Bytes<set_size_bytes> bytes{};
  ByteWriter writer(bytes);
  writer.u8(static_cast<std::uint8_t>(setting.quality));
  writer.u64(setting.counter);
  writer.u64(setting.time.value);
  writer.u32(setting.error_s);
  CARDEA_TRY(tx.put(clock_set_item, bytes));
  return put_seen(tx);
}

Status Clock::lose(Transaction& tx) {
  newest_seen_ = newest_at(count());
  return put_lost(tx);
}

Status Clock::put_lost(Transaction& tx) {
  setting_ = {};
  CARDEA_TRY(tx.erase(clock_set_item));
  return put_seen(tx);
}

Status Clock::put_seen(Transaction& tx) {
  const std::uint64_t now = count();
  newest_seen_ = newest_at(now);
  Bytes<seen_size_bytes> bytes{};
  ByteWriter writer(bytes);
  writer.u64(now);
  writer.u64(newest_seen_.value);
  writer.u64(run_at(now).value);
  CARDEA_TRY(tx.put(clock_seen_item, bytes));
  seen_counter_ = now;
  return Status::kOk;
}

bool Clock::seen_due() { return count() - seen_counter_ >= clock_seen_interval_s; }

}  // namespace cardea
