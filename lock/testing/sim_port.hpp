// SPDX-License-Identifier: Apache-2.0
#pragma once
// The rest of a lock's platform, in memory and at the test's command. Host only.

#include <optional>

#include "lock/port/port.hpp"

namespace cardea::testing {

/// A counter that moves when the test says so. A power cut does not stop it unless lose() is called.
class SimCounter final : public SecondsCounter {
 public:
  [[nodiscard]] std::uint64_t seconds() override { return seconds_; }
  [[nodiscard]] bool kept() override { return kept_; }
  [[nodiscard]] std::uint32_t drift_ppm_max() const override { return drift_ppm_max_; }
  [[nodiscard]] std::uint32_t wander_ppm_max() const override { return wander_ppm_max_.value_or(drift_ppm_max_); }

  void advance(std::uint64_t seconds) { seconds_ += seconds; }
  /// The back-up was empty: it starts from 0, and says so until keep().
  void lose() {
    seconds_ = 0;
    kept_ = false;
  }
  void keep() { kept_ = true; }
  void set_drift_ppm_max(std::uint32_t ppm) { drift_ppm_max_ = ppm; }
  void set_wander_ppm_max(std::uint32_t ppm) { wander_ppm_max_ = ppm; }

 private:
  std::uint64_t seconds_ = 1'000'000;
  bool kept_ = true;
  std::uint32_t drift_ppm_max_ = 100;
  std::optional<std::uint32_t> wander_ppm_max_;
};

/// Counts its openings; `fails` makes it refuse.
class SimMotor final : public Motor {
 public:
  Status open_for(std::uint32_t open_ms) override {
    if (fails) return Status::kNotReady;
    ++open_count;
    last_open_ms = open_ms;
    return Status::kOk;
  }
  std::uint32_t open_count = 0;
  std::uint32_t last_open_ms = 0;
  bool fails = false;
};

class SimSensors final : public Sensors {
 public:
  [[nodiscard]] DoorState door_state() override { return door; }
  [[nodiscard]] std::uint8_t battery_percent() override { return battery; }
  [[nodiscard]] bool inside_button_pressed() override { return pressed; }
  [[nodiscard]] bool feels_exits() const override { return exits; }
  [[nodiscard]] bool tampered() override { return cover_off; }
  DoorState door = DoorState::kUnknown;
  std::uint8_t battery = 100;
  bool pressed = false;
  bool exits = true;
  bool cover_off = false;
};

}  // namespace cardea::testing
