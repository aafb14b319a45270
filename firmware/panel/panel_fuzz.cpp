// SPDX-License-Identifier: Apache-2.0
// Hostile lines at a lock's panel: every line gets one answer, and an answer is a line.
#include "firmware/panel/panel.hpp"
#include "lock/testing/platform/sim_lock.hpp"

namespace {

using namespace cardea;

class NoBench final : public firmware::Bench {
 public:
  void set_door(DoorState) override {}
  void set_cover_off(bool) override {}
  void set_battery(std::uint8_t) override {}
  void advance(std::uint64_t) override {}
  void lose_counter() override {}
  void cut_at(std::uint64_t) override {}
  [[nodiscard]] firmware::Figures figures() const override { return {}; }
  [[nodiscard]] std::optional<firmware::RunningImage> image() const override { return {}; }
  [[nodiscard]] std::uint64_t cycles() const override { return 0; }
};

class Counter final : public serial::ByteSink {
 public:
  void write(ByteSpan bytes) override {
    if (bytes.size() < 3 || bytes.back() != '\n') __builtin_trap();
    ++lines;
  }
  std::size_t lines = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static testing::SimDoor door(link::LockClass::kProtected);
  NoBench bench;
  Counter counter;
  firmware::Panel panel(*door.lock, bench, counter);
  const ByteSpan input(data, size);
  panel.received(input);
  if (counter.lines != static_cast<std::size_t>(std::count(input.begin(), input.end(), std::uint8_t{'\n'}))) __builtin_trap();
  return 0;
}
