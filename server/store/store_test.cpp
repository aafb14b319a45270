// SPDX-License-Identifier: Apache-2.0
// The SQLite store on real files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "server/domain/instant.hpp"
#include "server/store/migrations.hpp"
#include "server/store/sqlite_store.hpp"
#include "server/store/traced_store.hpp"

namespace cardea::server {
namespace {

using ::testing::HasSubstr;

class StoreTest : public ::testing::Test {
 protected:
  StoreTest() {
    char name[] = "/tmp/cardea-store-XXXXXX";
    folder_ = ::mkdtemp(name);
    options_.file = folder_ / "cardea.db";
  }
  ~StoreTest() override { std::filesystem::remove_all(folder_); }

  void open() {
    auto opened = SqliteStore::open(loop_, options_);
    ASSERT_TRUE(opened.ok()) << opened.error().message;
    store_ = *std::move(opened);
  }
  std::string refusal() {
    auto opened = SqliteStore::open(loop_, options_);
    return opened.ok() ? "it opened" : opened.error().message;
  }
  void run_sql(const std::string& sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(options_.file.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
  /// Runs coroutines until all have ended.
  void run_all(std::vector<std::function<Task<void>()>> tasks) {
    std::size_t left = tasks.size();
    for (const auto& task : tasks)
      spawn([](const std::function<Task<void>()>& body, std::size_t& count, Loop& loop) -> Task<void> {
        co_await body();
        if (--count == 0) loop.stop();
      }(task, left, loop_));
    if (left > 0) loop_.run();
  }
  void run(std::function<Task<void>()> task) { run_all({std::move(task)}); }

  Task<Outcome<Done>> add_workspace(WorkspaceId id, std::string name) {
    co_return co_await store_->write([&](Transaction& tx) -> Task<Outcome<Done>> {
      co_await tx.execute("INSERT INTO workspaces (workspace, name, settings, created_at) VALUES (?1, ?2, '{}', ?3)", id, name,
                          now());
      co_return Done{};
    });
  }
  Task<std::size_t> count_workspaces() {
    const auto count = co_await store_->read([](Transaction& tx) -> Task<Outcome<std::size_t>> {
      const Rows rows = co_await tx.execute("SELECT count(*) FROM workspaces");
      co_return static_cast<std::size_t>(rows.front().integer(0));
    });
    co_return *count;
  }

  Loop loop_;
  std::filesystem::path folder_;
  SqliteOptions options_;
  std::unique_ptr<SqliteStore> store_;
};

// --- Refusals at opening ---

TEST_F(StoreTest, RefusesADatabaseThatAnotherProcessUsesAndNamesIt) {
  int ready[2];
  ASSERT_EQ(::pipe(ready), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    Loop loop;
    const auto held = SqliteStore::open(loop, options_);
    const char word = held.ok() ? 'y' : 'n';
    (void)!::write(ready[1], &word, 1);
    ::pause();
    ::_exit(0);
  }
  char word = 0;
  ASSERT_EQ(::read(ready[0], &word, 1), 1);
  ASSERT_EQ(word, 'y');
  EXPECT_THAT(refusal(), HasSubstr("pid " + std::to_string(child) + ") uses " + options_.file.string()));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  open();  // a killed process holds nothing
}

TEST_F(StoreTest, RefusesADatabaseThatANewerVersionWrote) {
  open();
  store_.reset();
  run_sql("INSERT INTO migrations VALUES (999, '0999_later', x'00', 0)");
  EXPECT_THAT(refusal(), HasSubstr("newer cardea-server"));
}

TEST_F(StoreTest, RefusesADatabaseWhoseMigrationsDiffer) {
  open();
  store_.reset();
  run_sql("UPDATE migrations SET checksum = x'00' WHERE number = 1");
  EXPECT_THAT(refusal(), HasSubstr("differs from"));
}

TEST_F(StoreTest, RefusesAFileThatIsNoDatabaseAndLeavesItAlone) {
  const std::string text(5'000, 'x');
  std::ofstream(options_.file) << text;
  EXPECT_THAT(refusal(), HasSubstr("Is it a Cardea database"));
  std::ifstream file(options_.file);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), text);
}

TEST_F(StoreTest, RefusesAFolderThatIsNotThere) {
  options_.file = folder_ / "nowhere" / "cardea.db";
  EXPECT_THAT(refusal(), HasSubstr("must exist and be writable"));
}

// --- Failures of bodies ---

TEST_F(StoreTest, TakesBackWhatAFailedBodyDidAndKeepsItsNeighboursInTheGroup) {
  open();
  std::vector<std::function<Task<void>()>> tasks;
  tasks.push_back([&]() -> Task<void> { EXPECT_TRUE((co_await add_workspace(WorkspaceId::make(), "first")).ok()); });
  tasks.push_back([&]() -> Task<void> {
    const auto outcome = co_await store_->write([&](Transaction& tx) -> Task<Outcome<Done>> {
      co_await tx.execute("INSERT INTO workspaces (workspace, name, settings, created_at) VALUES (?1, 'gone', '{}', 0)",
                          WorkspaceId::make());
      co_return not_found("door");
    });
    EXPECT_FALSE(outcome.ok());
    EXPECT_EQ(outcome.error().code, "door_not_found");
  });
  tasks.push_back([&]() -> Task<void> {
    bool thrown = false;
    try {
      co_await store_->write([&](Transaction& tx) -> Task<Outcome<Done>> {
        co_await tx.execute("DELETE FROM workspaces");
        throw std::runtime_error("a bug");
      });
    } catch (const std::runtime_error&) {
      thrown = true;
    }
    EXPECT_TRUE(thrown);
  });
  tasks.push_back([&]() -> Task<void> { EXPECT_TRUE((co_await add_workspace(WorkspaceId::make(), "last")).ok()); });
  run_all(std::move(tasks));
  run([&]() -> Task<void> { EXPECT_EQ(co_await count_workspaces(), 2u); });
  EXPECT_EQ(store_->counts().groups, 1u);
}

TEST_F(StoreTest, CallsAKeyThatExistsAlreadyAConflict) {
  open();
  const auto id = WorkspaceId::make();
  run([&]() -> Task<void> {
    EXPECT_TRUE((co_await add_workspace(id, "one")).ok());
    const auto again = co_await add_workspace(id, "two");
    EXPECT_FALSE(again.ok());
    EXPECT_EQ(again.error().status, 409);
  });
}

TEST_F(StoreTest, ThrowsForAStatementOfOursThatIsWrongAndReportsIt) {
  std::string reported;
  options_.on_failure = [&](const std::string& what) { reported = what; };
  open();
  run([&]() -> Task<void> {
    bool thrown = false;
    try {
      co_await store_->write([&](Transaction& tx) -> Task<Outcome<Done>> {
        co_await tx.execute("INSERT INTO no_such_table VALUES (1)");
        co_return Done{};
      });
    } catch (const StoreError& error) {
      thrown = error.kind() == StoreError::Kind::kBug;
    }
    EXPECT_TRUE(thrown);
  });
  EXPECT_THAT(reported, HasSubstr("no_such_table"));
}

TEST_F(StoreTest, LetsNoReaderWrite) {
  open();
  run([&]() -> Task<void> {
    const auto outcome = co_await store_->read([&](Transaction& tx) -> Task<Outcome<Done>> {
      co_await tx.execute("DELETE FROM workspaces");
      co_return Done{};
    });
    EXPECT_FALSE(outcome.ok());
  });
}

TEST_F(StoreTest, SaysThatTheDiskIsFullAndLosesNothingThatWasAcknowledged) {
  options_.page_count_max = 200;
  options_.group_size_max = 8;
  open();
  std::size_t acknowledged = 0;
  std::size_t refused = 0;
  std::vector<std::function<Task<void>()>> tasks;
  for (int i = 0; i < 200; ++i)
    tasks.push_back([&]() -> Task<void> {
      const auto outcome = co_await add_workspace(WorkspaceId::make(), std::string(2'000, 'n'));
      if (outcome.ok()) {
        ++acknowledged;
      } else {
        ++refused;
        EXPECT_EQ(outcome.error().code, "storage_full");
        EXPECT_EQ(outcome.error().status, 503);
      }
    });
  run_all(std::move(tasks));
  EXPECT_GT(refused, 0u);
  EXPECT_GT(acknowledged, 0u);
  store_.reset();
  options_.page_count_max = 0;
  open();
  run([&]() -> Task<void> {
    EXPECT_EQ(co_await count_workspaces(), acknowledged);
    // With space again, writing goes on.
    EXPECT_TRUE((co_await add_workspace(WorkspaceId::make(), "later")).ok());
  });
}

// --- What works ---

TEST_F(StoreTest, CommitsWhateverWaitsInOneGroup) {
  open();
  std::vector<std::function<Task<void>()>> tasks;
  for (int i = 0; i < 64; ++i)
    tasks.push_back([&]() -> Task<void> { EXPECT_TRUE((co_await add_workspace(WorkspaceId::make(), "w")).ok()); });
  run_all(std::move(tasks));
  EXPECT_EQ(store_->counts().bodies, 64u);
  EXPECT_EQ(store_->counts().groups, 1u);
}

TEST_F(StoreTest, ShowsWhoHeardOfACommitWhatItCommittedWhateverOthersRead) {
  open();
  bool done = false;
  const auto write_and_look = [&]() -> Task<void> {
    for (std::size_t made = 1; made <= 100; ++made) {
      const auto outcome = co_await add_workspace(WorkspaceId::make(), "n");
      EXPECT_TRUE(outcome.ok());
      const std::size_t found = co_await count_workspaces();
      EXPECT_EQ(found, made);
    }
    done = true;
  };
  const auto read_all_the_time = [&]() -> Task<void> {
    while (!done) {
      (void)co_await count_workspaces();
      struct NextTurn {
        Loop& loop;
        bool await_ready() const noexcept { return false; }
        void await_suspend(std::coroutine_handle<> caller) const {
          loop.post([caller] { caller.resume(); });
        }
        void await_resume() const noexcept {}
      };
      const NextTurn next{loop_};
      co_await next;
    }
  };
  run_all({write_and_look, read_all_the_time});
}

TEST_F(StoreTest, ShowsAReaderOnlyWhatIsCommitted) {
  open();
  run([&]() -> Task<void> {
    EXPECT_EQ(co_await count_workspaces(), 0u);
    EXPECT_TRUE((co_await add_workspace(WorkspaceId::make(), "w")).ok());
    EXPECT_EQ(co_await count_workspaces(), 1u);
  });
}

TEST_F(StoreTest, GivesBackEveryTypeAsItWasStored) {
  open();
  run([&]() -> Task<void> {
    const auto outcome = co_await store_->read([&](Transaction& tx) -> Task<Outcome<Done>> {
      const auto door = DoorId::make();
      const std::optional<UnixSeconds> never;
      const Rows rows = co_await tx.execute("SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7", door, UnixSeconds{5}, "Tür", Blob{}, never,
                                            nullptr, std::string_view{});
      const Row row = rows.front();
      EXPECT_EQ(row.id<DoorId>(0), door);
      EXPECT_EQ(row.time(1).value, 5u);
      EXPECT_EQ(row.text(2), "Tür");
      EXPECT_TRUE(row.blob(3).empty());
      EXPECT_FALSE(row.maybe(4, &Row::time).has_value());
      EXPECT_TRUE(row.is_null(5));
      EXPECT_EQ(row.text(6), "");
      EXPECT_THROW((void)row.text(0), std::logic_error);
      EXPECT_THROW((void)row.integer(7), std::logic_error);
      co_return Done{};
    });
    EXPECT_TRUE(outcome.ok());
  });
}

TEST_F(StoreTest, AppliesEachMigrationOnce) {
  open();
  store_.reset();
  open();
  run([&]() -> Task<void> {
    (void)co_await store_->read([&](Transaction& tx) -> Task<Outcome<Done>> {
      const Rows rows = co_await tx.execute("SELECT number, name FROM migrations ORDER BY number");
      EXPECT_EQ(rows.size(), migrations().size());
      EXPECT_EQ(rows.front().text(1), migrations().front().name);
      co_return Done{};
    });
  });
}

TEST_F(StoreTest, ATraceIsThatOfItsOwnRequestAlsoInAGroupOfSeveral) {
  open();
  TracedStore first(*store_, "first"), second(*store_, "second");
  std::vector<std::string> seen;
  const auto look = [&seen](Store& store) -> Task<void> {
    const auto done = co_await store.write([&seen](Transaction& tx) -> Task<Outcome<Done>> {
      seen.push_back(tx.trace());
      co_return Done{};
    });
    EXPECT_TRUE(done.ok());
  };
  run_all({[&] { return look(first); }, [&] { return look(*store_); }, [&] { return look(second); },
           [&] { return look(*store_); }});
  EXPECT_EQ(seen, (std::vector<std::string>{"first", "", "second", ""}));
}

TEST_F(StoreTest, ATraceEndsWithItsRequestAlsoWhenThatFails) {
  open();
  TracedStore traced(*store_, "t");
  run([&]() -> Task<void> {
    const auto refused = co_await traced.write([](Transaction&) -> Task<Outcome<Done>> { co_return not_found("door"); });
    EXPECT_EQ(refused.error().code, "door_not_found");
    try {
      (void)co_await traced.write([](Transaction&) -> Task<Outcome<Done>> { throw std::logic_error("ours"); });
      ADD_FAILURE() << "it is passed on";
    } catch (const std::logic_error&) {
    }
    const auto after = co_await store_->write([](Transaction& tx) -> Task<Outcome<Done>> {
      EXPECT_EQ(tx.trace(), "");
      co_return Done{};
    });
    EXPECT_TRUE(after.ok());
    EXPECT_EQ(co_await count_workspaces(), 0u);
  });
}

}  // namespace
}  // namespace cardea::server
