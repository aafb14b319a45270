// SPDX-License-Identifier: Apache-2.0
// Processes that die or run out of disk while they commit: what was acknowledged is there, and nothing torn beside it.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <set>

#include "server/store/sqlite_store.hpp"

namespace cardea::server {
namespace {

constexpr int writer_count = 32;

/// Writes pairs of rows for ever, each pair a transaction; tells `pipe` the id of each pair that was acknowledged, 'F' as the
/// first byte of an id that was refused.
[[noreturn]] void write_for_ever(const SqliteOptions& options, int pipe) {
  Loop loop;
  auto opened = SqliteStore::open(loop, options);
  if (!opened) ::_exit(9);
  SqliteStore& store = **opened;
  auto writer = [&]() -> Task<void> {
    while (true) {
      const auto id = WorkspaceId::make();
      const auto outcome = co_await store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
        co_await tx.execute("INSERT INTO workspaces (workspace, name, settings, created_at) VALUES (?1, ?2, '{}', 0)", id,
                            std::string(300, 'n'));
        co_await tx.execute("INSERT INTO sites (workspace, site, name, created_at) VALUES (?1, ?1, 's', 0)", id);
        co_return Done{};
      });
      std::array<std::uint8_t, 17> word{outcome.ok() ? std::uint8_t{'A'} : std::uint8_t{'F'}};
      std::copy(id.bytes.begin(), id.bytes.end(), word.begin() + 1);
      if (::write(pipe, word.data(), word.size()) != static_cast<ssize_t>(word.size())) ::_exit(8);
      if (!outcome.ok()) co_return;
    }
  };
  for (int i = 0; i < writer_count; ++i) spawn(writer());
  loop.run();
  ::_exit(0);
}

struct Heard {
  std::set<WorkspaceId> acknowledged;
  std::size_t refused = 0;
};

/// Starts the writer, listens until `enough` says so, kills it, and listens to what is left in the pipe.
template <class Enough>
Heard listen(const SqliteOptions& options, rlim_t file_size_max, Enough enough) {
  int ends[2];
  EXPECT_EQ(::pipe(ends), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    ::signal(SIGXFSZ, SIG_IGN);  // EFBIG instead
    const rlimit limit{file_size_max, file_size_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    write_for_ever(options, ends[1]);
  }
  ::close(ends[1]);
  Heard heard;
  std::array<std::uint8_t, 17> word{};
  bool killed = false;
  while (::read(ends[0], word.data(), word.size()) == static_cast<ssize_t>(word.size())) {
    if (word[0] == 'A') {
      WorkspaceId id;
      std::copy(word.begin() + 1, word.end(), id.bytes.begin());
      heard.acknowledged.insert(id);
    } else {
      ++heard.refused;
    }
    if (!killed && enough(heard)) {
      ::kill(child, SIGKILL);
      killed = true;
    }
  }
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
  return heard;
}

/// Every acknowledged pair is there, and no half of any pair.
void expect_whole(const SqliteOptions& options, const Heard& heard) {
  Loop loop;
  auto opened = SqliteStore::open(loop, options);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  std::set<WorkspaceId> found;
  std::size_t halves = 0;
  spawn([](SqliteStore& store, std::set<WorkspaceId>& out, std::size_t& broken) -> Task<void> {
    (void)co_await store.read([&](Transaction& tx) -> Task<Outcome<Done>> {
      const Rows rows =
          co_await tx.execute("SELECT w.workspace, s.site FROM workspaces w FULL JOIN sites s ON s.workspace = w.workspace");
      for (const Row row : rows) {
        if (row.is_null(0) || row.is_null(1))
          ++broken;
        else
          out.insert(row.id<WorkspaceId>(0));
      }
      co_return Done{};
    });
  }(**opened, found, halves));
  EXPECT_EQ(halves, 0u);
  std::size_t lost = 0;
  for (const WorkspaceId& id : heard.acknowledged) lost += found.contains(id) ? 0u : 1u;
  EXPECT_EQ(lost, 0u);
}

class StoreCrash : public ::testing::Test {
 protected:
  StoreCrash() {
    char name[] = "/tmp/cardea-crash-XXXXXX";
    folder_ = ::mkdtemp(name);
    options_.file = folder_ / "cardea.db";
  }
  ~StoreCrash() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path folder_;
  SqliteOptions options_;
};

TEST_F(StoreCrash, LosesNothingAcknowledgedWhenItIsKilledDuringGroupCommits) {
  for (std::size_t round = 1; round <= 5; ++round) {
    const Heard heard =
        listen(options_, RLIM_INFINITY, [&](const Heard& so_far) { return so_far.acknowledged.size() >= 137 * round; });
    ASSERT_GE(heard.acknowledged.size(), 137 * round);
    expect_whole(options_, heard);
  }
}

TEST_F(StoreCrash, RefusesAndLosesNothingWhenFilesCannotGrow) {
  const Heard heard = listen(options_, 1'000'000, [](const Heard& so_far) { return so_far.refused == writer_count; });
  EXPECT_EQ(heard.refused, static_cast<std::size_t>(writer_count));
  EXPECT_GT(heard.acknowledged.size(), 0u);
  expect_whole(options_, heard);
}

}  // namespace
}  // namespace cardea::server
