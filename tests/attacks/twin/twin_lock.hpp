// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock that does by itself, in few lines, what lock/ does over core/decide, and has one historic flaw (or none: then no
// attack may open it, which shows that it is the flaw that does). Its flash is a map that can lose power before any write.

#include <map>

#include "core/decide/hear.hpp"
#include "tests/attacks/counting_provider.hpp"
#include "tests/attacks/target.hpp"
#include "tests/attacks/twin/flaw.hpp"

namespace cardea::attacks {

class TwinLock final : public LockTarget {
 public:
  /// `secrets`: whose key and id the lock uses for codes, when a flaw makes it another's.
  TwinLock(const LockSpec& spec, const LockSpec& secrets, Flaw flaw);

  Typed type(std::string_view entry, Visitor visitor) override;
  std::size_t arrive(std::string_view entry) override;
  Typed finish(std::size_t ticket) override;
  bool press_inside() override;
  bool unlock_remotely() override;
  bool unlock_as_last_owner() override { return flaw_ == Flaw::kKeepsKeyOverOwners && unlock_remotely(); }
  [[nodiscard]] const LockSpec& spec() const { return spec_; }
  void release_keypad() override;

  void advance(std::uint64_t seconds) override;
  void cut_power_at(std::uint32_t number) override { writes_left_ = number; }
  [[nodiscard]] bool power_is_off() const override { return off_; }
  void restart(ClockLoss clock) override;
  [[nodiscard]] std::vector<std::uint8_t> flash_image() const override;

  [[nodiscard]] std::uint32_t motor_pulses() const override { return pulses_; }
  [[nodiscard]] std::uint32_t failures() override { return failures_of_month(state_.throttle, run_); }
  [[nodiscard]] std::uint32_t wait_s() override { return wait_of(state_.throttle, run_, state_.settings.only_keypad); }
  [[nodiscard]] ClockReading clock() override { return {now_, quality_, 0, run_, newest_seen_}; }
  [[nodiscard]] bool claimed() const override { return spec_.claimed; }

  Status apply(std::uint32_t version, ByteSpan snapshot) override;
  void hear_time(UnixSeconds time) override;
  void hear_stranger(ByteSpan bytes) override;

  [[nodiscard]] std::vector<audit::RecordBytes> records() const override { return records_; }
  [[nodiscard]] std::uint32_t receipt_seq() const override { return receipt_seq_; }
  Status hear_receipt(const link::Receipt& receipt) override;

 private:
  /// Entries that arrived and are not finished: with the flaw of B03 each sees the lock as it was then.
  struct Arrived {
    std::string entry;
    std::optional<Admission> admission;
    LockState seen;
  };

  bool write_allowed();
  bool keep(const ItemChanges& changes);
  void keep_in_memory(const ItemChanges& changes);
  void load();
  void take(const link::Snapshot& snapshot);
  void take_hours(const link::Snapshot& snapshot);
  Typed enter(const Digits& entry);
  Typed judge_admitted(const Digits& entry, const Admission& admission);
  bool opens_by_flaw(std::string_view entry, const Typed& refused);
  bool finds_a_window(std::string_view entry);
  bool accepts_old_sms(std::string_view entry);
  bool accepts_any_number(std::string_view entry);
  void forget_older_steps();
  void keep_last_hour();
  void draw_bolt();
  void record(audit::Kind kind);

  LockSpec spec_;
  LockId code_id_;
  KeyBytes code_key_;
  Flaw flaw_;
  CountingProvider provider_;
  CodeKeys keys_;
  LockState state_;
  std::map<ItemKey, std::vector<std::uint8_t>> flash_;
  std::map<std::uint32_t, Throttle> throttles_;
  std::vector<Arrived> arrived_;
  std::vector<audit::RecordBytes> records_;
  audit::ChainState chain_;
  std::string last_typed_;
  Step last_step_;
  std::uint32_t applied_version_ = 0;
  std::uint32_t receipt_seq_ = 0;
  UnixSeconds now_;
  UnixSeconds newest_seen_;
  ClockQuality quality_ = ClockQuality::kSynced;
  RunSeconds run_{1'000'000};
  RunSeconds run_seen_ = run_;
  std::uint32_t writes_left_ = never;
  std::uint32_t pulses_ = 0;
  bool off_ = false;
};

}  // namespace cardea::attacks
