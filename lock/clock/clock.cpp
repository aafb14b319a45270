// SPDX-License-Identifier: Apache-2.0
#include "lock/clock/clock.hpp"

#include <limits>

namespace cardea {
namespace {

constexpr std::size_t set_size_bytes = 21;
constexpr std::size_t seen_size_bytes = 24;
constexpr std::size_t drift_size_bytes = 4 + 4 + 1 + 8 + 8 + 4;
constexpr std::uint64_t million = 1'000'000;
/// Measurements are left aside beyond this: no crystal and no year needs more.
constexpr std::uint64_t measured_s_max = 0xFFFFFFFF;

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
  last_count_ = 0;
  CARDEA_TRY(load_drift(journal));
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

Status Clock::load_drift(const Journal& journal) {
  drift_ = {};
  Bytes<drift_size_bytes> bytes{};
  const Result<std::size_t> size = journal.get(clock_drift_item, bytes);
  if (size.status() == Status::kNotFound) return Status::kOk;
  CARDEA_TRY(size.status());
  if (*size != drift_size_bytes) return Status::kMalformed;
  ByteReader reader(bytes);
  Drift drift{.ppm = static_cast<std::int32_t>(reader.u32()), .error_ppm = reader.u32(), .measuring = reader.u8() == 1};
  drift.counter = reader.u64();
  drift.time = {reader.u64()};
  drift.error_s = reader.u32();
  const bool known = drift.error_ppm != drift_unknown;
  const std::int64_t most = known ? std::int64_t{counter_->drift_ppm_max()} + drift.error_ppm : 0;
  if ((known && drift.error_ppm > drift_error_ppm_max) || drift.ppm > most || drift.ppm < -most) return Status::kMalformed;
  drift_ = drift;
  return Status::kOk;
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

UnixSeconds Clock::time_at(std::uint64_t count) const {
  const std::uint64_t elapsed = std::min(count - setting_.counter, measured_s_max);
  const bool slow = drift_.ppm > 0;
  const std::uint64_t scaled = elapsed * static_cast<std::uint64_t>(slow ? drift_.ppm : -std::int64_t{drift_.ppm});
  const std::uint64_t uncorrected = add_capped(setting_.time.value, count - setting_.counter);
  if (slow) return {add_capped(uncorrected, scaled / million)};
  return {uncorrected - std::min(uncorrected, (scaled + million - 1) / million)};
}

std::uint32_t Clock::error_at(std::uint64_t count) const {
  if (setting_.quality != ClockQuality::kSynced) return clock_error_unknown_s;
  const std::uint64_t elapsed = std::min<std::uint64_t>(count - setting_.counter, clock_error_unknown_s);
  std::uint64_t ppm = counter_->drift_ppm_max();
  if (drift_.error_ppm != drift_unknown)  // C13
    ppm = std::min<std::uint64_t>(counter_->wander_ppm_max(), ppm) + drift_.error_ppm;
  const std::uint64_t drift = (elapsed * ppm + million - 1) / million;
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
      measured(offered, now), tx));
  return TimeVerdict::kTaken;
}

/// C12, C14: what a further authenticated time says of the drift.
Clock::Drift Clock::measured(const SignedTime& heard, std::uint64_t count) const {
  const Drift begun{.measuring = true, .counter = count, .time = heard.time, .error_s = heard.error_s};
  const auto begun_with = [&](std::int32_t ppm, std::uint32_t error_ppm) {
    Drift drift = begun;
    drift.ppm = ppm;
    drift.error_ppm = error_ppm;
    return drift;
  };
  if (!drift_.measuring || count < drift_.counter) return begun_with(drift_.ppm, drift_.error_ppm);
  const std::uint64_t counted = count - drift_.counter;
  if (counted > measured_s_max || heard.time.value < drift_.time.value) return begun;
  const std::uint64_t errors = std::uint64_t{drift_.error_s} + heard.error_s;
  if (counted == 0 || errors * million > counted * (drift_error_ppm_max - 1)) return drift_;
  const auto error_ppm = static_cast<std::uint32_t>((errors * million + counted - 1) / counted + 1);
  const std::uint64_t passed = heard.time.value - drift_.time.value;
  if (passed > measured_s_max) return begun;
  const bool slow = passed > counted;
  const std::uint64_t ppm = (slow ? passed - counted : counted - passed) * million / counted;
  if (ppm > std::uint64_t{counter_->drift_ppm_max()} + error_ppm) return begun;
  const auto size = static_cast<std::int32_t>(ppm);
  return begun_with(slow ? size : -size, error_ppm);
}

Clock::Drift Clock::not_measuring() const { return {.ppm = drift_.ppm, .error_ppm = drift_.error_ppm}; }

std::optional<std::int32_t> Clock::drift_ppm() const {
  if (drift_.error_ppm == drift_unknown) return std::nullopt;
  return drift_.ppm;
}

Status Clock::set_coarse(UnixSeconds time, Transaction& tx) {
  const std::uint64_t now = count();
  return set_to({.quality = ClockQuality::kCoarse, .counter = now, .time = std::max(time, newest_at(now)), .since_start = true},
                not_measuring(), tx);
}

Status Clock::set_to(const Setting& setting, const Drift& drift, Transaction& tx) {
  if (tx.room_bytes() < set_size_bytes + drift_size_bytes + seen_size_bytes + 2 * journal_entry_overhead_bytes)
    return Status::kFull;
  newest_seen_ = newest_at(setting.counter);  // what the clock showed until now stays seen
  setting_ = setting;
  CARDEA_TRY(put_drift(drift, tx));
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
  const std::uint64_t last = count();
  newest_seen_ = newest_at(last);
  run_base_ = run_at(last);
  last_count_ = counter_->seconds();
  run_counter_ = last_count_;
  return put_lost(tx);
}

Status Clock::put_drift(const Drift& drift, Transaction& tx) {
  if (drift == drift_) return Status::kOk;  // most settings tell nothing new, and flash wears
  drift_ = drift;
  Bytes<drift_size_bytes> bytes{};
  ByteWriter writer(bytes);
  writer.u32(static_cast<std::uint32_t>(drift.ppm));
  writer.u32(drift.error_ppm);
  writer.u8(drift.measuring ? 1 : 0);
  writer.u64(drift.counter);
  writer.u64(drift.time.value);
  writer.u32(drift.error_s);
  return tx.put(clock_drift_item, bytes);
}

Status Clock::put_lost(Transaction& tx) {
  setting_ = {};
  CARDEA_TRY(put_drift(not_measuring(), tx));
  CARDEA_TRY(tx.erase(clock_set_item));
  return put_seen(tx);
}

void Clock::write_seen(const ClockReading& reading, ByteWriter& out) const {
  out.u64(count_at(reading.run));
  out.u64(reading.newest_seen.value);
  out.u64(reading.run.value);
}

Status Clock::put_seen(const ClockReading& reading, Transaction& tx) {
  Bytes<seen_size_bytes> bytes{};
  ByteWriter writer(bytes);
  write_seen(reading, writer);
  CARDEA_TRY(tx.put(clock_seen_item, bytes));
  seen_counter_ = count_at(reading.run);
  return Status::kOk;
}

std::uint32_t Clock::doubt_about_seen(const ClockReading& reading, const Transaction& tx) {
  Bytes<journal_entry_overhead_bytes + seen_size_bytes> bytes{};
  ByteWriter wanted(bytes);
  wanted.u8(clock_seen_item.kind);
  wanted.u8(clock_seen_item.index);
  wanted.u16(seen_size_bytes);
  write_seen(reading, wanted);
  const ByteSpan entries = tx.entries();
  const bool is_there = entries.size() >= bytes.size() && std::ranges::equal(entries.last(bytes.size()), bytes);
  return is_there && last_count_ <= counter_->seconds() ? 0 : 1;
}

bool Clock::seen_due() { return count() - seen_counter_ >= clock_seen_interval_s; }

}  // namespace cardea
