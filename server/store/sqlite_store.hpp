// SPDX-License-Identifier: Apache-2.0
#pragma once
// The embedded store: SQLite in WAL mode with synchronous=FULL and group commit.
//
// Transaction bodies run on the loop's thread, one after the other, in the group that is open. A second thread does the one
// thing that takes long, COMMIT with its fsync; what arrives meanwhile is the next group. When a body refuses after it changed
// something, its group is rolled back and run again, each in a savepoint, and only that body's is taken back: bodies may run
// more than once, and few need it. A COMMIT that fails fails every body of its group, and none was acknowledged.
// Reads run on a connection of their own and see what is committed; those of one turn of the loop share a snapshot.

#include <chrono>
#include <filesystem>
#include <memory>

#include "server/base/loop.hpp"
#include "server/store/store.hpp"

namespace cardea::server {

/// Why a database could not be opened, for the person at the terminal: what is wrong and what to do.
struct OpenFailure {
  std::string message;
};

struct SqliteOptions {
  std::filesystem::path file;        ///< made if it does not exist; FILE.lock beside it says who uses it
  std::size_t group_size_max = 512;  ///< bodies in one group, >= 1
  std::uint32_t page_count_max = 0;  ///< 4 KiB pages that the file may have; 0: no limit
  /// Hears of every COMMIT: how long it took, how many bodies shared it, and whether it is durable; may be empty.
  std::function<void(std::chrono::microseconds took, std::size_t body_count, bool done)> on_commit = {};
  /// Hears of every failure of the disk or the database, and of statements of ours that are wrong; may be empty.
  std::function<void(const std::string&)> on_failure = {};
};

class SqliteStore final : public Store {
 public:
  /// Opens or makes the database, takes it for this process alone, and applies the migrations that are missing, all in one
  /// transaction. Refuses a database that another process uses (naming its pid), one that a newer version wrote, one whose
  /// applied migrations differ from ours, and a file that is no database.
  static Result<std::unique_ptr<SqliteStore>, OpenFailure> open(Loop& loop, const SqliteOptions& options);
  /// Waits for the commit under way. Nobody may be waiting in write() any more.
  ~SqliteStore() override;

  /// Groups committed so far, and bodies in them: for the benchmark and the metrics.
  struct Counts {
    std::uint64_t groups = 0;
    std::uint64_t bodies = 0;
    std::size_t waiting = 0;  ///< bodies that wait for the next group
  };
  [[nodiscard]] Counts counts() const;

 protected:
  Task<std::optional<Problem>> run_body(const Body& body, Access access) override;

 private:
  struct State;
  explicit SqliteStore(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

}  // namespace cardea::server
