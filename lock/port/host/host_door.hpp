// SPDX-License-Identifier: Apache-2.0
#pragma once
// The rest of a simulated lock: a motor that writes a line for each opening, and sensors that the process sets.

#include <chrono>
#include <functional>
#include <string>

#include "lock/port/port.hpp"

namespace cardea {

/// Appends "<unix seconds> open <ms>" to `directory`/motor.log and counts. Does not wait for the hold to end.
class HostMotor final : public Motor {
 public:
  explicit HostMotor(const std::string& directory) : path_(directory + "/motor.log") {}
  /// kNotReady when it was told to be blocked, or the line cannot be written: an opening that nobody sees is none.
  Status open_for(std::uint32_t open_ms) override;
  /// Told of each opening, after its line is written.
  void on_open(std::function<void(std::uint32_t open_ms)> told) { told_ = std::move(told); }
  void set_blocked(bool blocked) { blocked_ = blocked; }
  [[nodiscard]] std::uint64_t open_count() const { return open_count_; }
  /// False while it holds the door open.
  [[nodiscard]] bool rests() const { return std::chrono::steady_clock::now() >= rests_from_; }

 private:
  std::string path_;
  std::function<void(std::uint32_t)> told_;
  bool blocked_ = false;
  std::uint64_t open_count_ = 0;
  std::chrono::steady_clock::time_point rests_from_;
};

class HostSensors final : public Sensors {
 public:
  [[nodiscard]] DoorState door_state() override { return door_; }
  [[nodiscard]] std::uint8_t battery_percent() override { return battery_percent_; }
  [[nodiscard]] bool inside_button_pressed() override { return pressed_; }
  [[nodiscard]] bool feels_exits() const override { return true; }
  [[nodiscard]] bool tampered() override { return tampered_; }

  void set_door(DoorState door) { door_ = door; }
  /// More than 100 is 100.
  void set_battery(std::uint8_t percent) { battery_percent_ = percent > 100 ? 100 : percent; }
  void set_inside_button(bool pressed) { pressed_ = pressed; }
  void set_tampered(bool tampered) { tampered_ = tampered; }

 private:
  DoorState door_ = DoorState::kUnknown;
  std::uint8_t battery_percent_ = 100;
  bool pressed_ = false;
  bool tampered_ = false;
};

}  // namespace cardea
