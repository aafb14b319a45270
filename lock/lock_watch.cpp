// SPDX-License-Identifier: Apache-2.0
// What the lock feels and nobody asked for: the door, the cover, the battery (event.md E15 to E18). That something was told is
// durable before the record of its beginning and until after the record of its end: a power cut leaves an end too many, never
// one too few.
#include "lock/lock.hpp"

#include <algorithm>
#include <utility>

namespace cardea {
namespace {

constexpr std::size_t told_size_bytes = 2;
constexpr std::uint8_t told_of_door = 1;
constexpr std::uint8_t told_of_cover = 2;
constexpr std::uint8_t battery_levels[] = {5, 10, 20};
constexpr std::uint8_t battery_full = 100;
constexpr std::uint8_t battery_rise = 5;

std::uint8_t battery_level_of(std::uint8_t percent) {
  for (const std::uint8_t level : battery_levels)
    if (percent <= level) return level;
  return battery_full;
}

audit::Detail seconds_detail(std::uint64_t seconds) {
  audit::Detail detail{};
  store_be(static_cast<std::uint32_t>(seconds), detail);
  return detail;
}

}  // namespace

Status Lock::load_told() {
  told_ = {};
  door_ = DoorState::kUnknown;
  cover_off_ = false;
  Bytes<told_size_bytes> bytes{};
  const Result<std::size_t> size = journal_.get(told_item, bytes);
  if (!size.ok()) return size.error() == Status::kNotFound ? Status::kOk : size.error();
  if (*size != bytes.size()) return Status::kCorrupt;
  told_ = {(bytes[0] & told_of_door) != 0, (bytes[0] & told_of_cover) != 0, bytes[1]};
  return Status::kOk;
}

Status Lock::tell(const Told& told) {
  told_ = told;
  const Bytes<told_size_bytes> bytes{
      static_cast<std::uint8_t>((told.of_door ? told_of_door : 0) | (told.of_cover ? told_of_cover : 0)), told.battery_level};
  return store(told_item, bytes);
}

void Lock::watch() {
  watch_door();
  watch_cover();
  watch_battery();
}

void Lock::watch_door() {
  const RunSeconds now = clock_.read().run;
  const DoorState door = port_.sensors->door_state();
  if (port_.sensors->inside_button_pressed()) released_until_ = std::max(released_until_, {now.value + door_release_s});
  if (door != door_) door_moved(door, now);
  if (door_ != DoorState::kOpen || left_open_told_ || now.value - door_since_.value < door_left_open_s) return;
  left_open_told_ = true;
  if (tell({true, told_.of_cover, told_.battery_level}) != Status::kOk) return;
  record(audit::Kind::kDoorLeftOpen, {}, seconds_detail(now.value - door_since_.value));
}

void Lock::door_moved(DoorState door, RunSeconds now) {
  const DoorState before = std::exchange(door_, door);
  const RunSeconds since = std::exchange(door_since_, now);
  left_open_told_ = false;
  const bool opened = before == DoorState::kClosed && door == DoorState::kOpen;
  if (opened && released_until_ < now && port_.sensors->feels_exits()) {
    if (tell({true, told_.of_cover, told_.battery_level}) == Status::kOk) record(audit::Kind::kDoorForced, {}, {});
    return;
  }
  if (door != DoorState::kClosed || !told_.of_door) return;
  record(audit::Kind::kDoorClosed, {}, seconds_detail(before == DoorState::kOpen ? now.value - since.value : 0));
  static_cast<void>(tell({false, told_.of_cover, told_.battery_level}) == Status::kOk);
}

void Lock::watch_cover() {
  const bool off = port_.sensors->tampered();
  if (off == cover_off_ && off == told_.of_cover) return;
  cover_off_ = off;
  if (off) {
    if (tell({told_.of_door, true, told_.battery_level}) == Status::kOk) record(audit::Kind::kTampered, {}, {});
    return;
  }
  record(audit::Kind::kTamperEnded, {}, {});
  static_cast<void>(tell({told_.of_door, false, told_.battery_level}) == Status::kOk);
}

void Lock::watch_battery() {
  const std::uint8_t percent = port_.sensors->battery_percent();
  const std::uint8_t risen = percent > battery_rise ? static_cast<std::uint8_t>(percent - battery_rise) : std::uint8_t{0};
  const bool falls = battery_level_of(percent) < told_.battery_level;
  const bool rises = battery_level_of(risen) > told_.battery_level;
  if (!falls && !rises) return;
  if (tell({told_.of_door, told_.of_cover, battery_level_of(falls ? percent : risen)}) != Status::kOk) return;
  audit::Detail detail{};
  detail[0] = percent;
  record(audit::Kind::kBattery, {}, detail);
}

}  // namespace cardea
