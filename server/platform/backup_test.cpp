// SPDX-License-Identifier: Apache-2.0
#include "server/platform/backup.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "server/base/run_to_end.hpp"
#include "server/platform/platform.hpp"
#include "server/store/sqlite_store.hpp"

namespace cardea::server {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class BackupTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string path = (fs::temp_directory_path() / "cardea-backup-XXXXXX").string();
    ASSERT_NE(::mkdtemp(path.data()), nullptr);
    folder_ = path;
    state_ = folder_ / "state";
    backup_ = folder_ / "backup";
    Loop loop;
    const Log log(LogForm::kText, LogLevel::kError);
    PlatformOptions options;
    options.state = state_;
    options.port = 0;
    const auto started = Platform::start(loop, log, options);
    ASSERT_TRUE(started.ok()) << started.error().message;
    (*started)->stop();
    loop.run();
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string restore_failure(RestoreOptions options) {
    const auto done = restore_backup(options);
    EXPECT_FALSE(fs::exists(fs::path(options.state) += ".unfinished"));
    return done.ok() ? "" : done.error().message;
  }
  RestoreOptions options() { return {backup_, folder_ / "new", "", state_ / "platform.key"}; }

  std::int64_t number(const fs::path& state, const char* sql) {
    Loop loop;
    SqliteOptions sqlite;
    sqlite.file = state / "cardea.db";
    const auto store = SqliteStore::open(loop, sqlite);
    const auto rows =
        run_to_end(loop, (*store)->read([sql](Transaction& tx) -> Task<Outcome<Rows>> { co_return co_await tx.execute(sql); }));
    return rows->front().integer(0);
  }

  fs::path folder_;
  fs::path state_;
  fs::path backup_;
};

TEST_F(BackupTest, OverwritesNothing) {
  fs::create_directories(backup_);
  std::ofstream(backup_ / "mine") << "x";
  const auto made = make_backup(state_, backup_);
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.error().message, HasSubstr("is not empty"));
  fs::remove(backup_ / "mine");
  ASSERT_TRUE(make_backup(state_, backup_).ok());

  RestoreOptions onto = options();
  onto.state = state_;
  EXPECT_THAT(restore_failure(onto), HasSubstr("is not empty"));
}

TEST_F(BackupTest, IsOfAStateOnly) {
  const auto made = make_backup(folder_ / "elsewhere", backup_);
  ASSERT_FALSE(made.ok());
  EXPECT_THAT(made.error().message, HasSubstr("Is this the state folder of a platform?"));
  EXPECT_FALSE(fs::exists(backup_));
  EXPECT_FALSE(fs::exists(fs::path(backup_) += ".unfinished"));
}

TEST_F(BackupTest, HoldsNoKeyThatOpensIt) {
  ASSERT_TRUE(make_backup(state_, backup_).ok());
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(backup_)) names.insert(entry.path().filename().string());
  EXPECT_THAT(names, testing::ElementsAre("backup.json", "cardea.db", "keystore.sealed"));
}

TEST_F(BackupTest, IsNotRestoredWithoutItsKeyOrWithAnother) {
  ASSERT_TRUE(make_backup(state_, backup_).ok());
  RestoreOptions without = options();
  without.platform_key.clear();
  EXPECT_THAT(restore_failure(without), HasSubstr("--platform-key"));
  RestoreOptions other = options();
  other.platform_key = folder_ / "other";
  std::ofstream(other.platform_key) << std::string(32, 'k');
  EXPECT_THAT(restore_failure(other), HasSubstr("does not open"));
  EXPECT_FALSE(fs::exists(other.state));
}

TEST_F(BackupTest, IsNotRestoredWhenAByteOfItChanged) {
  ASSERT_TRUE(make_backup(state_, backup_).ok());
  for (const char* name : {"cardea.db", "keystore.sealed"}) {
    std::fstream file(backup_ / name, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(90);
    const char was = static_cast<char>(file.get());
    file.seekp(90).put(static_cast<char>(was ^ 1)).flush();
    EXPECT_THAT(restore_failure(options()), HasSubstr(std::string(name) + " is not as it was made"));
    file.seekp(90).put(was).flush();
  }
  fs::remove(backup_ / "backup.json");
  EXPECT_THAT(restore_failure(options()), HasSubstr("is no backup"));
}

TEST_F(BackupTest, RaisesWhatMayHaveBeenGivenOutSince) {
  ASSERT_TRUE(make_backup(state_, backup_).ok());
  const std::int64_t position = number(state_, "SELECT event_position FROM workspaces");
  const auto done = restore_backup(options());
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(done->restored.workspaces, 1U);
  EXPECT_EQ(done->restored.api_keys, 1U);
  const fs::path state = options().state;
  EXPECT_EQ(number(state, "SELECT event_position FROM workspaces"), position + usecases::restored_positions + 1);
  EXPECT_EQ(number(state, "SELECT COUNT(*) FROM events WHERE type = 'platform.restored'"), 1);
  EXPECT_EQ(number(state_, "SELECT COUNT(*) FROM events WHERE type = 'platform.restored'"), 0) << "the one that was backed up";
}

}  // namespace
}  // namespace cardea::server
