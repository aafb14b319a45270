// SPDX-License-Identifier: Apache-2.0
#pragma once
// The door of an emulated board: a motor that says what it does on the panel's UART, and sensors that the panel sets.

#include "core/serial/frames.hpp"
#include "lock/port/mps2/board.hpp"

namespace cardea::mps2 {

/// Writes "! open <ms>" and a line feed for each opening. Does not wait for the hold to end.
class PanelMotor final : public Motor {
 public:
  explicit PanelMotor(serial::ByteSink& panel) : panel_(&panel) {}
  Status open_for(std::uint32_t open_ms) override;
  /// False while it holds the door open.
  [[nodiscard]] bool rests() const { return Tick::now() >= rests_from_; }

 private:
  serial::ByteSink* panel_;
  RunMillis rests_from_;
};

class PanelSensors final : public Sensors {
 public:
  [[nodiscard]] DoorState door_state() override { return door_; }
  [[nodiscard]] std::uint8_t battery_percent() override { return battery_percent_; }
  [[nodiscard]] bool inside_button_pressed() override { return false; }
  [[nodiscard]] bool feels_exits() const override { return true; }
  [[nodiscard]] bool tampered() override { return cover_off_; }

  void set_door(DoorState door) { door_ = door; }
  void set_battery(std::uint8_t percent) { battery_percent_ = percent > 100 ? 100 : percent; }
  void set_cover_off(bool off) { cover_off_ = off; }

 private:
  DoorState door_ = DoorState::kClosed;
  std::uint8_t battery_percent_ = 100;
  bool cover_off_ = false;
};

}  // namespace cardea::mps2
