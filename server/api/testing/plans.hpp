// SPDX-License-Identifier: Apache-2.0
#pragma once
// How the database means to run a statement: whether a page runs along an index is nothing that its answer shows.

#include <cstdlib>
#include <deque>
#include <filesystem>
#include <string>
#include <string_view>

#include "server/store/sqlite_store.hpp"

namespace cardea::server::api::testing {

/// An empty database of the newest version.
class Plans {
 public:
  Plans() {
    std::string pattern = (std::filesystem::temp_directory_path() / "cardea-plan-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    SqliteOptions options;
    options.file = folder_ / "cardea.db";
    store_ = SqliteStore::open(loop_, options).value();
  }
  ~Plans() {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }
  Plans(const Plans&) = delete;
  Plans& operator=(const Plans&) = delete;

  /// One step a line.
  std::string of(std::string_view sql) {
    std::string plan;
    spawn(explain(*store_, kept_.emplace_back("EXPLAIN QUERY PLAN " + std::string(sql)), plan));
    return plan;
  }

 private:
  static Task<void> explain(Store& store, const std::string& sql, std::string& plan) {
    (void)co_await store.read([&](Transaction& tx) -> Task<Outcome<Done>> {
      const Rows rows = co_await tx.execute(sql);
      for (const Row row : rows) plan += row.text(3) + "\n";
      co_return Done{};
    });
  }

  Loop loop_;
  std::filesystem::path folder_;
  std::unique_ptr<Store> store_;
  std::deque<std::string> kept_;  ///< the store keeps views of what it has run
};

}  // namespace cardea::server::api::testing
