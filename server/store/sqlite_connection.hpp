// SPDX-License-Identifier: Apache-2.0
#pragma once
// One connection to SQLite with its prepared statements. Only for this folder. Errors are StoreError.
// Two threads may use it one after the other, never at once.

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>

#include "server/store/store.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace cardea::server {

class SqliteConnection {
 public:
  explicit SqliteConnection(const std::filesystem::path& file);
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;
  ~SqliteConnection();

  /// One statement that is run once: pragmas. Several, separated by semicolons, for a migration.
  void run_script(const std::string& sql);
  /// One statement, prepared the first time.
  void run(std::string_view sql, std::span<const Parameter> parameters, Rows& out);
  void run(std::string_view sql) {
    Rows rows;
    run(sql, {}, rows);
  }
  /// True between BEGIN and its end. Some failures (a full disk) end a transaction by themselves.
  [[nodiscard]] bool in_transaction() const;
  /// Rows changed since the connection was opened, whatever became of them: equal before and after means that nothing was.
  [[nodiscard]] std::int64_t change_count() const;

 private:
  struct CloseDatabase {
    void operator()(sqlite3* database) const;
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

  sqlite3_stmt* prepared(std::string_view sql);
  [[noreturn]] void fail(int code, std::string_view sql) const;

  std::unique_ptr<sqlite3, CloseDatabase> database_;
  struct Prepared {
    std::string sql;
    Statement statement;
  };
  /// By where the text stands, a literal as a rule: comparing it is cheaper than hashing it.
  std::unordered_map<const char*, Prepared> statements_;
};

}  // namespace cardea::server
