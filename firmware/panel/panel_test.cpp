// SPDX-License-Identifier: Apache-2.0
#include "firmware/panel/panel.hpp"

#include <gtest/gtest.h>

#include <string>

#include "lock/testing/platform/sim_lock.hpp"

namespace cardea::firmware {
namespace {

using cardea::testing::SimDoor;

class SimBench final : public Bench {
 public:
  explicit SimBench(cardea::testing::World& world) : world_(&world) {}
  void set_door(DoorState door) override { world_->sensors.door = door; }
  void set_cover_off(bool off) override { world_->sensors.cover_off = off; }
  void set_battery(std::uint8_t percent) override { world_->sensors.battery = percent; }
  void advance(std::uint64_t seconds) override { world_->counter.advance(seconds); }
  void lose_counter() override { world_->counter.lose(); }
  void cut_at(std::uint64_t operation) override { cut = operation; }
  [[nodiscard]] Figures figures() const override { return {12'345, 678}; }
  [[nodiscard]] std::optional<RunningImage> image() const override {
    return RunningImage{{1, 2, 3, 4}, 1, {{}, update::ImageState::kArriving, 8'192, Status::kOk}};
  }
  [[nodiscard]] std::uint64_t cycles() const override { return 7 * ++looks; }
  std::uint64_t cut = 0;
  mutable std::uint64_t looks = 0;

 private:
  cardea::testing::World* world_;
};

class Terminal final : public serial::ByteSink {
 public:
  void write(ByteSpan bytes) override { text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size()); }
  std::string text;
};

class PanelTest : public ::testing::Test {
 protected:
  /// What the panel answers to these characters.
  std::string say(const std::string& text) {
    terminal.text.clear();
    panel.received({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    return terminal.text;
  }

  SimDoor door{link::LockClass::kProtected};
  SimBench bench{door.world};
  Terminal terminal;
  Panel panel{*door.lock, bench, terminal};
};

TEST_F(PanelTest, RefusesWhatIsNoRequest) {
  EXPECT_EQ(say("\n"), "no unsupported\n");
  EXPECT_EQ(say("open\n"), "no unsupported\n");
  EXPECT_EQ(say("TYPE 1\n"), "no unsupported\n");
  EXPECT_EQ(say("door ajar\n"), "no malformed\n");
  EXPECT_EQ(say("battery 101\n"), "no out_of_range\n");
  EXPECT_EQ(say("advance -1\n"), "no malformed\n");
  EXPECT_EQ(say("advance 9999999999999\n"), "no malformed\n");
  EXPECT_EQ(say("cut 0\n"), "no out_of_range\n");
  EXPECT_EQ(say("record 4000000000\n"), "no not_found\n");
  EXPECT_EQ(say(std::string(10'000, '1') + "\nabout\n").substr(0, 16), "no malformed\nok ");
}

constexpr const char* make_lock = "make 00112233445566778899aabbccddeeff 000102030405060708090a0b0c0d0e0f protected\n";
constexpr const char* make_another = "make ff112233445566778899aabbccddeeff 000102030405060708090a0b0c0d0e0f unprotected\n";

/// A device at the factory's station: its flash, and the lock that starts on it.
class StationTest : public PanelTest {
 protected:
  StationTest() { door.world = cardea::testing::blank_world(); }
  void start() { lock.emplace(port_of(door.world, door.provider)); }
  std::string at_station(const std::string& text) {
    Panel station(*lock, bench, terminal);
    terminal.text.clear();
    station.received({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    return terminal.text;
  }
  std::optional<Lock> lock;
};

// [rule: MF5]
TEST_F(StationTest, MakesALockWhereThereIsNone) {
  start();
  EXPECT_EQ(at_station("identity\n"), "no not_ready\n");
  EXPECT_EQ(at_station("seal\n"), "no not_ready\n");
  EXPECT_EQ(at_station("make 0011 22 protected\n"), "no malformed\n");
  EXPECT_EQ(at_station("make 00112233445566778899aabbccddeeff 000102030405060708090a0b0c0d0e0f tee\n"), "no malformed\n");
  EXPECT_EQ(at_station(make_lock), "ok\n");
  EXPECT_EQ(at_station("about\n"), "ok ready unclaimed 00112233445566778899aabbccddeeff open\n");
  Secret<activation::claim_secret_size_bytes> secret;
  ASSERT_EQ(lock->claim_secret(secret), Status::kOk);
  EXPECT_EQ(secret.bytes()[15], 0x0F);
}

// [rule: MF5] [rule: MF6]
TEST_F(StationTest, MakesAnOpenLockAnewAndASealedOneNever) {
  start();
  ASSERT_EQ(at_station(make_lock), "ok\n");
  const std::string identity = at_station("identity\n");
  EXPECT_EQ(identity.size(), 3 + 128 + 1u);
  start();  // its power went, and the station begins anew
  EXPECT_EQ(at_station(make_another), "ok\n");
  EXPECT_EQ(at_station("about\n"), "ok ready unclaimed ff112233445566778899aabbccddeeff open\n");
  const std::string second = at_station("identity\n");
  EXPECT_NE(second, identity);
  EXPECT_EQ(at_station("seal\nseal\n"), "ok\nok\n");
  for (int starts = 0; starts < 2; ++starts) {
    EXPECT_EQ(at_station(make_lock), "no not_ready\n");
    start();
    EXPECT_EQ(at_station(make_lock), "no not_ready\n") << "its flash holds a sealed lock, though it has not started";
    EXPECT_EQ(at_station("about\n"), "ok ready unclaimed ff112233445566778899aabbccddeeff sealed\n");
    EXPECT_EQ(at_station("identity\n"), second);
  }
}

// [rule: MF6]
TEST_F(PanelTest, DoesNotMakeAClaimedLockAnew) {
  door.activate();
  EXPECT_EQ(say(make_lock), "no not_ready\n");
  EXPECT_NE(say("about\n").find(" claimed "), std::string::npos);
  EXPECT_NE(say("about\n").find(" sealed"), std::string::npos);
}

// [rule: MF5]
TEST_F(StationTest, DoesNotMakeWhatItCannotRead) {
  start();
  ASSERT_EQ(at_station(make_lock), "ok\n");
  ASSERT_EQ(at_station("seal\n"), "ok\n");
  static_cast<void>(door.world.flash.program(64, Bytes<8>{}));  // where the first values lie
  start();
  EXPECT_EQ(at_station(make_lock), "no not_ready\n");
}

// [rule: MF5] [rule: MF6]
TEST_F(StationTest, CanBeginAnewWhereverThePowerGoes) {
  for (const bool over_another : {false, true}) {
    for (std::uint64_t cut = 1;; ++cut) {
      door.world = cardea::testing::blank_world();
      start();
      if (over_another) {
        ASSERT_EQ(at_station(make_another), "ok\n");
      }
      door.world.flash.cut_at(cut, cardea::testing::TornPattern::kPrefix);
      static_cast<void>(at_station(make_lock));
      static_cast<void>(at_station("seal\n"));
      if (!door.world.flash.power_was_cut()) break;
      door.world.flash.restore_power();
      start();
      const Status found = lock->boot();
      if (lock->ready() && lock->sealed()) continue;  // the last write was done after all
      if (found == Status::kCorrupt) {                // a flash that was half erased: from outside it is erased as a whole
        EXPECT_TRUE(over_another);
        EXPECT_EQ(at_station(make_lock), "no not_ready\n");
        continue;
      }
      EXPECT_EQ(at_station(make_lock), "ok\n") << "cut at " << cut << " over " << over_another;
      EXPECT_EQ(at_station("seal\n"), "ok\n");
    }
  }
}

TEST_F(PanelTest, TypesAtTheKeypadAndPressesTheButton) {
  door.activate();
  EXPECT_EQ(say("type 00000000\n"), "ok refused " + std::to_string(static_cast<int>(Reason::kUnknownCode)) + " 0 7\n");
  const Digits code = door.platform.app_code(door.now());
  EXPECT_EQ(say("type " + std::string(code.reveal()) + "\r\n"), "ok granted 0 0 7\n");
  EXPECT_EQ(door.world.motor.open_count, 1u);
  EXPECT_EQ(say("type 12 34\n").substr(0, 11), "ok refused ");
  EXPECT_EQ(say("press\n"), "ok granted 0 0\n");
  EXPECT_EQ(door.world.motor.open_count, 2u);
  EXPECT_EQ(say("wait\n"), "ok 0\n");
}

TEST_F(PanelTest, TakesALineInPieces) {
  EXPECT_EQ(say("wa"), "");
  EXPECT_EQ(say("it"), "");
  EXPECT_EQ(say("\nwait\nwa"), "ok 0\nok 0\n");
}

TEST_F(PanelTest, MovesWhatTheLockFeels) {
  door.activate();
  EXPECT_EQ(say("door open\n"), "ok\n");
  EXPECT_EQ(say("door closed\ncover off\ncover on\nbattery 9\n"), "ok\nok\nok\nok\n");
  EXPECT_EQ(door.records_of(audit::Kind::kTampered).size(), 1u);
  EXPECT_EQ(door.records_of(audit::Kind::kBattery).size(), 1u);
  const std::uint64_t before = door.lock->clock().now.value;
  EXPECT_EQ(say("advance 3600\n"), "ok\n");
  EXPECT_EQ(door.lock->clock().now.value, before + 3'600);
  EXPECT_EQ(say("cut 5\n"), "ok\n");
  EXPECT_EQ(bench.cut, 5u);
  EXPECT_EQ(say("figures\n"), "ok 12345 678\n");
  EXPECT_EQ(say("image\n"), "ok 1.2.3+4 1 arriving 8192 ok\n");
  EXPECT_EQ(say("lose\n"), "ok\n");
  EXPECT_EQ(door.lock->clock().quality, ClockQuality::kLost);
}

TEST_F(PanelTest, ShowsStatusAndRecordsAsTheLinkWritesThem) {
  door.activate();
  const std::string shown = say("status\n");
  ASSERT_EQ(shown.substr(0, 5), "ok 20");
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 3; i + 1 < shown.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(shown.substr(i, 2), nullptr, 16)));
  const Result<link::LockStatus> status = link::decode_status(bytes);
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(status->last_seq, door.lock->log().state().last_seq);
  EXPECT_EQ(say("record 1\n").size(), 3 + 2 * audit::record_size_bytes + 1);
}

}  // namespace
}  // namespace cardea::firmware
