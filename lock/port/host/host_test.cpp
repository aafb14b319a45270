// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "lock/journal/journal.hpp"
#include "lock/port/host/file_flash.hpp"
#include "lock/port/host/host_counter.hpp"
#include "lock/port/host/host_door.hpp"

namespace cardea {
namespace {

constexpr FileFlashOptions small_flash{.size_bytes = 4 * flash_sector_size_bytes, .granule_bytes = 8};
constexpr FlashRegion whole{0, small_flash.size_bytes};
constexpr ItemKey key{0x41, 0};

class HostPort : public ::testing::Test {
 protected:
  HostPort() {
    std::string name = (std::filesystem::temp_directory_path() / "cardea-host-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~HostPort() override { std::filesystem::remove_all(directory_); }
  FileFlash open_flash() { return FileFlash::open(directory_, small_flash).value(); }

  std::string directory_;
};

TEST_F(HostPort, RefusesADirectoryThatAnotherLockHolds) {
  const FileFlash held = open_flash();
  const Result<FileFlash, std::string> second = FileFlash::open(directory_, small_flash);
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().find("in use by another process"), std::string::npos) << second.error();
}

TEST_F(HostPort, RefusesAFileOfAnotherSize) {
  std::ofstream(directory_ + "/flash.bin") << "not flash";
  const Result<FileFlash, std::string> flash = FileFlash::open(directory_, small_flash);
  ASSERT_FALSE(flash.ok());
  EXPECT_NE(flash.error().find("9 bytes instead of 16384"), std::string::npos) << flash.error();
}

TEST_F(HostPort, RefusesToSetABitWithoutAnErase) {
  FileFlash flash = open_flash();
  EXPECT_EQ(flash.program(0, Bytes<8>{}), Status::kOk);
  Bytes<8> ones{};
  ones.fill(0xFF);
  EXPECT_EQ(flash.program(0, ones), Status::kFlashFailed);
  EXPECT_EQ(flash.erase(0), Status::kOk);
  EXPECT_EQ(flash.program(0, ones), Status::kOk);
}

TEST_F(HostPort, RefusesWhatBreaksTheContractOfFlash) {
  FileFlash flash = open_flash();
  Bytes<16> bytes{};
  EXPECT_EQ(flash.program(4, ByteSpan(bytes).first(8)), Status::kOutOfRange);
  EXPECT_EQ(flash.program(0, ByteSpan(bytes).first(4)), Status::kOutOfRange);
  EXPECT_EQ(flash.program(248, bytes), Status::kOutOfRange) << "across a page";
  EXPECT_EQ(flash.program(small_flash.size_bytes, ByteSpan(bytes).first(8)), Status::kOutOfRange);
  EXPECT_EQ(flash.erase(8), Status::kOutOfRange);
  EXPECT_EQ(flash.read(small_flash.size_bytes - 8, bytes), Status::kOutOfRange);
  EXPECT_EQ(flash.operation_count(), 0u);
}

TEST_F(HostPort, KeepsAJournalOverAKill) {
  {
    FileFlash flash = open_flash();
    Journal journal(flash, whole);
    ASSERT_EQ(journal.format(), Status::kOk);
  }
  const pid_t child = ::fork();
  if (child == 0) {
    FileFlash flash = open_flash();
    Journal journal(flash, whole);
    Transaction tx;
    if (journal.mount() != Status::kOk || tx.put(key, Bytes<3>{1, 2, 3}) != Status::kOk) ::_exit(1);
    if (journal.commit(tx) != Status::kOk) ::_exit(1);
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  FileFlash flash = open_flash();
  Journal journal(flash, whole);
  ASSERT_EQ(journal.mount(), Status::kOk);
  Bytes<3> value{};
  EXPECT_EQ(journal.get(key, value).value(), 3u);
  EXPECT_EQ(value, (Bytes<3>{1, 2, 3}));
}

TEST_F(HostPort, CutsThePowerInTheMiddleOfTheChosenOperation) {
  int cuts = 0;
  FileFlash flash = open_flash();
  const Bytes<16> zeros{};
  ASSERT_EQ(flash.program(0, zeros), Status::kOk);
  flash.cut_at(2, [&] { ++cuts; });
  EXPECT_EQ(flash.program(16, zeros), Status::kOk);
  EXPECT_EQ(flash.program(32, zeros), Status::kFlashFailed);
  EXPECT_EQ(cuts, 1);
  Bytes<16> out{};
  EXPECT_EQ(flash.read(0, out), Status::kFlashFailed) << "nothing works without power";
  EXPECT_EQ(flash.erase(0), Status::kFlashFailed);
  EXPECT_EQ(cuts, 1);
  std::ifstream file(directory_ + "/flash.bin", std::ios::binary);
  file.seekg(32);
  Bytes<16> torn{};
  file.read(reinterpret_cast<char*>(torn.data()), torn.size());
  EXPECT_EQ(torn, (Bytes<16>{0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255}));
}

TEST_F(HostPort, CounterRunsOnOverARestart) {
  const std::uint64_t before = HostCounter::open(directory_).value().seconds();
  {
    HostCounter counter = HostCounter::open(directory_).value();
    ASSERT_EQ(counter.advance(5'000), Status::kOk);
  }
  HostCounter counter = HostCounter::open(directory_).value();
  EXPECT_TRUE(counter.kept());
  EXPECT_GE(counter.seconds(), before + 5'000);
  EXPECT_LT(counter.seconds(), before + 5'100);
  EXPECT_EQ(counter.advance(UINT64_MAX), Status::kOutOfRange);
}

TEST_F(HostPort, ACounterThatWasLostSaysSoAtTheNextStartAndOnlyThen) {
  {
    HostCounter counter = HostCounter::open(directory_).value();
    ASSERT_EQ(counter.lose(), Status::kOk);
    EXPECT_FALSE(counter.kept());
    EXPECT_LT(counter.seconds(), 100u);
  }
  EXPECT_FALSE(HostCounter::open(directory_).value().kept());
  EXPECT_TRUE(HostCounter::open(directory_).value().kept());
}

TEST_F(HostPort, RefusesADamagedCounter) {
  std::ofstream(directory_ + "/counter.txt") << "cardea-counter 1 what";
  const Result<HostCounter, std::string> counter = HostCounter::open(directory_);
  ASSERT_FALSE(counter.ok());
  EXPECT_NE(counter.error().find("counter.txt is damaged"), std::string::npos) << counter.error();
}

TEST_F(HostPort, TheMotorWritesALineForEachOpeningAndNoneWhenBlocked) {
  HostMotor motor(directory_);
  EXPECT_EQ(motor.open_for(3'000), Status::kOk);
  motor.set_blocked(true);
  EXPECT_EQ(motor.open_for(3'000), Status::kNotReady);
  EXPECT_EQ(motor.open_count(), 1u);
  std::ifstream log(directory_ + "/motor.log");
  std::string time;
  std::string rest;
  log >> time;
  std::getline(log, rest);
  EXPECT_EQ(rest, " open 3000");
  EXPECT_FALSE(std::getline(log, rest));
}

}  // namespace
}  // namespace cardea
