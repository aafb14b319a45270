// SPDX-License-Identifier: Apache-2.0
#pragma once
// The lock's clock: what time it is, how sure that is, and running time that no setting moves. Rules: spec/clock.md.
//
// It keeps three journal items. Whatever changes them puts them into a transaction that the caller commits, so that they become
// durable together with what they belong to.

#include <optional>

#include "core/decide/state.hpp"
#include "lock/journal/journal.hpp"

namespace cardea {

inline constexpr ItemKey clock_set_item{0x40, 0};
inline constexpr ItemKey clock_seen_item{0x40, 1};
inline constexpr ItemKey clock_drift_item{0x40, 2};
inline constexpr std::uint32_t clock_error_unknown_s = 0xFFFFFFFF;
inline constexpr std::uint32_t clock_seen_interval_s = seconds_per_hour;
inline constexpr std::uint32_t clock_synced_s = seconds_per_day;
inline constexpr std::uint32_t clock_behind_s = 600;
inline constexpr std::uint32_t clock_sharp_error_s = 30;
inline constexpr std::uint32_t drift_error_ppm_max = 20;  ///< C12

struct ClockSettings {
  /// The most that one authenticated time may move a good clock forward (owner's setting, 60 s..366 days).
  std::uint32_t step_max_s = seconds_per_day;
  /// How long the port's back-up keeps the counter running without power.
  std::uint32_t backup_s = 7 * seconds_per_day;
};

/// Authenticated time, with how far it may be off.
struct SignedTime {
  UnixSeconds time;
  std::uint32_t error_s = 0;
};
/// C9: the answer to a question that the lock asked `round_trip_ms` ago, by its own running time.
SignedTime middle_of(UnixSeconds answer, std::uint32_t uncertainty_ms, std::uint64_t round_trip_ms);

/// What became of an authenticated time.
enum class TimeVerdict : std::uint8_t {
  kTaken,
  kNotBetter,    ///< less exact than the clock itself; left aside
  kBehind,       ///< refused: before the newest time seen
  kTooFarAhead,  ///< refused: beyond the owner's bound
};

class Clock {
 public:
  explicit Clock(SecondsCounter& counter) : counter_(&counter) {}

  /// Takes up where the journal says. `run_floor`: running time goes on from here or later (running_time_floor() of
  /// core/decide). kMalformed: an item that this version did not write. Puts *seen* into `tx`, for the caller to commit.
  Status start(const Journal& journal, RunSeconds run_floor, Transaction& tx);
  /// True when start() found the counter kept, so that running time went on over the restart (C5). Its opposite is what
  /// restart() of core/decide calls a lost clock. False at the very first start.
  [[nodiscard]] bool kept_over_restart() const { return kept_; }

  void set(const ClockSettings& settings) { settings_ = settings; }

  /// What core/decide wants to know, at this moment.
  ClockReading read();

  /// Judges an authenticated time and, when it is kTaken, sets the clock. The items go into `tx`; kFull when it has no room,
  /// and then nothing changed. The drift of every slot becomes 0 then: the caller calls set_time() of core/decide.
  Result<TimeVerdict> set_authenticated(const SignedTime& offered, Transaction& tx);
  /// A clock code was accepted (R12): the clock becomes `time`, coarse.
  Status set_coarse(UnixSeconds time, Transaction& tx);
  /// The counter stopped while the lock ran on.
  Status lose(Transaction& tx);

  /// Puts *seen* into `tx`, whenever seen_due().
  Status put_seen(Transaction& tx) { return put_seen(read(), tx); }
  /// The same for what read() said a moment ago: with every charged entry, whose caller has looked at that twice.
  Status put_seen(const ClockReading& reading, Transaction& tx);
  /// 0 when *seen* is the newest of `tx` as `reading` said it, and that can have come from the counter
  /// (core/base/hardened.hpp): a time to come would make failures old.
  [[nodiscard]] std::uint32_t doubt_about_seen(const ClockReading& reading, const Transaction& tx);
  /// True when an hour has passed since *seen* was last put into a transaction.
  [[nodiscard]] bool seen_due();

  /// What was measured of the counter's drift (C12), in parts per million: positive for one that is slow. None before the first
  /// measurement.
  [[nodiscard]] std::optional<std::int32_t> drift_ppm() const;

 private:
  struct Setting {
    ClockQuality quality = ClockQuality::kLost;  ///< kSynced: authenticated; kCoarse; kLost
    std::uint64_t counter = 0;
    UnixSeconds time{};
    std::uint32_t error_s = clock_error_unknown_s;
    bool since_start = false;
  };

  /// What is known of the drift, and the measurement that goes on.
  struct Drift {
    std::int32_t ppm = 0;
    std::uint32_t error_ppm = drift_unknown;  ///< of the estimate
    bool measuring = false;
    std::uint64_t counter = 0;
    UnixSeconds time{};
    std::uint32_t error_s = 0;
    bool operator==(const Drift&) const = default;
  };
  static constexpr std::uint32_t drift_unknown = 0xFFFFFFFF;

  [[nodiscard]] UnixSeconds time_at(std::uint64_t count) const;
  [[nodiscard]] std::uint32_t error_at(std::uint64_t count) const;
  [[nodiscard]] ClockQuality quality_at(std::uint64_t count) const;
  [[nodiscard]] UnixSeconds newest_at(std::uint64_t count) const;
  [[nodiscard]] RunSeconds run_at(std::uint64_t count) const;
  [[nodiscard]] std::uint64_t count_at(RunSeconds run) const { return run_counter_ + (run.value - run_base_.value); }
  [[nodiscard]] TimeVerdict judge(const SignedTime& offered, std::uint64_t count) const;
  std::uint64_t count();
  void write_seen(const ClockReading& reading, ByteWriter& out) const;
  Status load_setting(ByteSpan bytes);
  Status load_drift(const Journal& journal);
  [[nodiscard]] Drift measured(const SignedTime& heard, std::uint64_t count) const;
  [[nodiscard]] Drift not_measuring() const;
  Status put_drift(const Drift& drift, Transaction& tx);
  Status set_to(const Setting& setting, const Drift& drift, Transaction& tx);
  Status put_lost(Transaction& tx);

  SecondsCounter* counter_;
  ClockSettings settings_;
  Setting setting_;
  Drift drift_;
  UnixSeconds newest_seen_;
  RunSeconds run_base_;  ///< running time when the counter stood at run_counter_
  std::uint64_t run_counter_ = 0;
  std::uint64_t last_count_ = 0;    ///< the counter never goes back while the lock runs
  std::uint64_t seen_counter_ = 0;  ///< when *seen* was last put
  bool kept_ = false;
};

}  // namespace cardea
