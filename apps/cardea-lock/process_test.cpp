// SPDX-License-Identifier: Apache-2.0
// The lock as a process, as a person meets it: what it prints, how it exits, and that it forgets nothing when its power goes.
// Its platform is played here, over files; the link is tested in lock/link.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <thread>

#include "core/update/testing/made_image.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "lock/link/files.hpp"
#include "lock/testing/platform/sim_platform.hpp"

namespace cardea {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct Outcome {
  int status = -1;
  std::string text;  ///< standard output and standard error
  [[nodiscard]] json::object object() const { return json::parse(text.substr(0, text.find('\n'))).as_object(); }
};

std::string hex(ByteSpan bytes) {
  std::string text;
  std::array<char, 3> pair{};
  for (const std::uint8_t byte : bytes) {
    std::snprintf(pair.data(), pair.size(), "%02x", byte);
    text += pair.data();
  }
  return text;
}

UnixSeconds real_time() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::seconds>(since).count())};
}

class LockProcessTest : public ::testing::Test {
 protected:
  LockProcessTest() {
    std::string pattern = (fs::temp_directory_path() / "cardea-lock-test-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
    state = folder / "state";
    platform.set_slot(0, 0);
  }
  ~LockProcessTest() override {
    if (child > 0) {
      ::kill(child, SIGTERM);
      ::waitpid(child, nullptr, 0);
    }
    fs::remove_all(folder);
  }

  Outcome run(const std::string& words) const {
    const std::string line = std::string(CARDEA_LOCK) + " " + words + " --state " + state.string() + " 2>&1";
    Outcome outcome;
    FILE* const pipe = ::popen(line.c_str(), "r");
    std::array<char, 4'096> buffer{};
    while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe))
      outcome.text.append(buffer.data(), count);
    const int status = ::pclose(pipe);
    outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return outcome;
  }
  Outcome type(const Digits& code) const { return run("type " + std::string(code.reveal())); }

  void init() const {
    const Factory& factory = platform_record().factory;
    const Outcome made =
        run("init --lock-id " + hex(factory.lock.value) + " --label-secret " + hex(factory.claim_secret.bytes()));
    ASSERT_EQ(made.status, 0) << made.text;
    EXPECT_TRUE(made.text.starts_with("CARDEA1:"));
  }
  void activate() {
    init();
    const fs::path ask = folder / "ask";
    const fs::path answer = folder / "answer";
    ASSERT_EQ(run("file ask --press --to " + ask.string()).status, 0);
    activation::DoneBytes done{};
    const std::vector<std::uint8_t> bytes = platform.answer(read(ask), real_time(), done);
    write(answer, bytes);
    const Outcome outcome = run("file answer --from " + answer.string());
    ASSERT_EQ(outcome.status, 0) << outcome.text;
  }
  /// Starts `cardea-lock run`, and waits until it serves.
  void start(const std::string& words = "") {
    fs::remove(state / "lock.sock");  // of one that lost its power
    child = ::fork();
    if (child == 0) {
      const std::string line =
          "exec " + std::string(CARDEA_LOCK) + " run --no-network --state " + state.string() + " " + words + " 2>/dev/null";
      ::execl("/bin/sh", "sh", "-c", line.c_str(), nullptr);
      ::_exit(127);
    }
    while (!fs::exists(state / "lock.sock") && ::waitpid(child, nullptr, WNOHANG) == 0) std::this_thread::yield();
  }
  int wait_for_end() {
    int status = 0;
    ::waitpid(std::exchange(child, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  static std::vector<std::uint8_t> read(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void write(const fs::path& path, const std::vector<std::uint8_t>& bytes) {
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  }
  const testing::PlatformRecord& platform_record() const { return const_cast<LockProcessTest*>(this)->platform.record(); }

  fs::path folder;
  fs::path state;
  OpensslProvider provider{64};
  testing::SimPlatform platform{provider, link::LockClass::kProtected};
  pid_t child = -1;
};

TEST_F(LockProcessTest, SaysWhatIsWrongWithACommandLineAndExitsWith2) {
  for (const char* words : {"", "open", "type", "type 12a4", "type 1 2", "advance x", "file", "file out", "init --lock-id 12",
                            "run --class secret", "run --platform nonsense", "status", "audit", "label"}) {
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.status, 2) << words << ": " << outcome.text;
    EXPECT_FALSE(outcome.text.empty()) << words;
  }
  EXPECT_EQ(run("type 4711secret").text.find("4711"), std::string::npos) << "a code is not repeated in an error";
}

TEST_F(LockProcessTest, RefusesToMakeALockWhereThereIsOneAndToUseWhatIsNone) {
  init();
  EXPECT_EQ(run("init").status, 2);
  fs::create_directory(folder / "other");
  std::ofstream(folder / "other" / "flash.bin") << "notes";
  state = folder / "other";
  const Outcome outcome = run("type 12345678");
  EXPECT_EQ(outcome.status, 2);
  EXPECT_NE(outcome.text.find("not this lock's memory"), std::string::npos) << outcome.text;
}

TEST_F(LockProcessTest, AnUnclaimedLockRefusesEveryCodeAndOpensForItsButton) {
  init();
  const Outcome refused = run("type 12345678");
  EXPECT_EQ(refused.status, 1);
  EXPECT_EQ(refused.text, "{\"verdict\":\"refused\",\"reason\":\"malformed\",\"wait_s\":0}\n");
  const Outcome opened = run("press");
  EXPECT_EQ(opened.status, 0);
  EXPECT_EQ(opened.text, "{\"verdict\":\"granted\",\"reason\":null,\"wait_s\":0}\n");
}

TEST_F(LockProcessTest, OpensForACodeOnceRefusesItAsReplayedAndMakesAGuesserWaitThroughPowerCuts) {
  activate();
  const Digits code = platform.app_code(real_time());
  EXPECT_EQ(type(code).status, 0);
  const Outcome again = type(code);
  EXPECT_EQ(again.status, 1);
  EXPECT_EQ(again.object().at("reason"), "replayed");
  EXPECT_EQ(run("label").status, 1);

  for (int i = 0; i < 3; ++i) EXPECT_EQ(run("type 00000000").object().at("reason"), "unknown_code");
  EXPECT_GT(run("type 00000000").object().at("wait_s").to_number<int>(), 25);
  const Outcome advanced = run("advance 60");
  EXPECT_EQ(advanced.object().at("wait_s"), 0) << advanced.text;
  const Outcome pool = type(platform.offline_code(pool_code(0)));
  EXPECT_EQ(pool.status, 0) << pool.text;

  const Outcome audit = run("audit");
  EXPECT_EQ(audit.status, 0);
  EXPECT_NE(audit.text.find("\"kind\":\"opened\""), std::string::npos);
  EXPECT_NE(audit.text.find("\"family\":\"pool\""), std::string::npos);
  EXPECT_EQ(audit.text.find(code.reveal()), std::string::npos);
}

TEST_F(LockProcessTest, CutsThePowerAtTheOperationThatWasNamedAndForgetsNothing) {
  activate();
  const Digits code = platform.app_code(real_time());
  for (int operation = 1; operation < 40; ++operation) {
    const Outcome outcome = run("type " + std::string(code.reveal()) + " --cut-at " + std::to_string(operation));
    if (outcome.status != 3) break;
    EXPECT_NE(outcome.text.find("the power was cut"), std::string::npos);
    run("advance 3600");
  }
  std::ifstream motor(state / "motor.log");
  std::string line;
  int opened = -1;  // but for the press that activated it
  while (std::getline(motor, line)) ++opened;
  EXPECT_LE(opened, 1);
}

TEST_F(LockProcessTest, ARunningLockServesItsKeypadOverASocketOfItsOwner) {
  activate();
  start();
  struct stat facts{};
  ASSERT_EQ(::stat((state / "lock.sock").c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777, 0600u);
  const Digits code = platform.app_code(real_time());
  EXPECT_EQ(type(code).status, 0);
  EXPECT_EQ(type(code).object().at("reason"), "replayed");
  const Outcome second = run("run --no-network");
  EXPECT_EQ(second.status, 2);
  EXPECT_NE(second.text.find("in use"), std::string::npos) << second.text;
  EXPECT_EQ(run("status --json").object().at("claimed"), true);
}

TEST_F(LockProcessTest, TheRunningLockLosesItsPowerOnCommand) {
  activate();
  EXPECT_EQ(run("cut").status, 3) << "none runs";
  start();
  const Outcome cut = run("type 00000000 --cut-at 1");
  EXPECT_EQ(cut.status, 3) << cut.text;
  EXPECT_EQ(wait_for_end(), 3);
  start();
  EXPECT_EQ(run("cut").status, 0);
  EXPECT_EQ(wait_for_end(), 3);
  EXPECT_EQ(type(platform.app_code(real_time())).status, 0) << "what was left of the socket is no hindrance";
}

TEST_F(LockProcessTest, ARunningLockFeelsThatItsDoorIsForcedItsCoverOffAndItsBatteryLow) {
  activate();
  EXPECT_EQ(run("door open").status, 3) << "none runs";
  start();
  EXPECT_EQ(run("door ajar").status, 2);
  EXPECT_EQ(run("battery 101").status, 2);
  EXPECT_EQ(run("advance 60").status, 0);
  EXPECT_EQ(run("door open").object().at("door"), "open");
  EXPECT_EQ(run("advance 60").status, 0);
  EXPECT_EQ(run("door closed").status, 0);
  EXPECT_EQ(run("cover off").object().at("cover"), "off");
  EXPECT_EQ(run("cover on").status, 0);
  EXPECT_EQ(run("battery 9").status, 0);
  const std::string log = run("audit").text;
  std::size_t at = 0;
  for (const char* kind : {"door_forced", "door_left_open", "door_closed", "tampered", "tamper_ended", "battery"}) {
    at = log.find("\"" + std::string(kind) + "\"", at);
    ASSERT_NE(at, std::string::npos) << kind << " is not behind the one before it: " << log;
  }
}

TEST_F(LockProcessTest, ALostClockRefusesOneTimeCodesAndTakesAFileFromItsPlatform) {
  activate();
  const Outcome refused = run("type " + std::string(platform.app_code(real_time()).reveal()) + " --clock lost");
  EXPECT_EQ(refused.object().at("reason"), "clock_lost");
  const fs::path out = folder / "out";
  ASSERT_EQ(run("file out --to " + out.string()).status, 0);
  std::vector<std::uint8_t> file = read(out);
  file.erase(file.begin(), file.begin() + activation::done_size_bytes);

  std::vector<std::uint8_t> message(64);
  ByteWriter message_out(message);
  const link::Nonce nonce = link::decode_file_header(file)->nonce;
  encode(link::Time{nonce, real_time().value, 100}, message_out);
  std::vector<std::uint8_t> list(80);
  ByteWriter list_out(list);
  link::append_to_list(message_out.written(), list_out);
  const ScopedKey key = platform.session_key();
  std::vector<std::uint8_t> answer(256);
  const link::FileHeader header{link::FileKind::kToLock, platform.record().factory.lock, nonce, {}};
  answer.resize(*link::seal_file(provider, key.handle(), header, list_out.written(), answer));
  write(folder / "in", answer);
  const std::string in = "file in --from " + (folder / "in").string();
  const Outcome taken = run(in);
  EXPECT_EQ(taken.status, 0) << taken.text;
  EXPECT_EQ(run(in).status, 1) << "once";
  EXPECT_EQ(type(platform.app_code(real_time())).status, 0);
}

/// What cardea-lock's README says that images for it are signed with.
constexpr update::Hardware process_hardware{
    .vendor = {0x79, 0x84, 0xe2, 0xa0, 0x39, 0x3e, 0x46, 0x4e, 0x89, 0x53, 0x84, 0x1f, 0xb9, 0xbf, 0xc5, 0xfb},
    .device_class = {0x18, 0xda, 0x1f, 0x9d, 0x6d, 0xe3, 0x57, 0x2a, 0xb6, 0xa4, 0xc4, 0xdc, 0xc1, 0x25, 0xf4, 0xc4}};

class LockWithImagesTest : public LockProcessTest {
 protected:
  std::vector<std::uint8_t> image(const update::Hardware& hardware = process_hardware) {
    return update::made_image({.version = {1, 2, 3, 4}, .hardware = hardware}, provider, key_, maker_);
  }
  Outcome init_with(const std::vector<std::uint8_t>& image) {
    write(folder / "image", image);
    return run("init --image " + (folder / "image").string() + " --maker " + hex(maker_));
  }

 private:
  P256Point maker_{};
  KeyHandle key_ = provider.p256_generate(KeyKind::kSign, maker_).value();
};

TEST_F(LockWithImagesTest, IsNotMadeWithAnImageThatIsNotItsMakers) {
  std::vector<std::uint8_t> flipped = image();
  flipped[100] ^= 1;
  for (const auto& refused : {flipped, image(update::test_hardware), std::vector<std::uint8_t>{}}) {
    EXPECT_EQ(init_with(refused).status, 2);
    EXPECT_FALSE(fs::exists(state)) << "no half of a lock is left";
  }
  EXPECT_EQ(run("init --image " + (folder / "image").string()).status, 2);
  EXPECT_EQ(run("init --maker " + std::string(128, '0')).status, 2);
}

// [rule: U1]
TEST_F(LockWithImagesTest, CallsItselfAfterItsImageAndVerifiesThatAtEachStart) {
  ASSERT_EQ(init_with(image()).status, 0);
  const json::object status = run("status --json").object();
  EXPECT_EQ(status.at("firmware"), "cardea 1.2.3+4");
  EXPECT_EQ(status.at("image_slot"), 0);
  EXPECT_EQ(status.at("newest_image"), "confirmed");
  EXPECT_EQ(run("press").status, 0);
  std::vector<std::uint8_t> slots = read(state / "slots.bin");
  slots[4 * flash_sector_size_bytes + 100] ^= 1;
  write(state / "slots.bin", slots);
  EXPECT_EQ(run("press").status, 2) << "nothing runs that does not verify";
}

TEST_F(LockProcessTest, CallsItselfAfterThisProgramWhenItTakesNoImages) {
  init();
  const json::object status = run("status --json").object();
  EXPECT_EQ(status.at("firmware"), json::string(lock_firmware));
  EXPECT_FALSE(status.contains("newest_image"));
}

}  // namespace
}  // namespace cardea
