// SPDX-License-Identifier: Apache-2.0
#include "server/store/sqlite_connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <new>

#include "server/domain/search.hpp"

namespace cardea::server {
namespace {

StoreError::Kind kind_of(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL: return StoreError::Kind::kFull;
    case SQLITE_CONSTRAINT: return StoreError::Kind::kConstraint;
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_PROTOCOL:
    case SQLITE_NOMEM:
    case SQLITE_BUSY: return StoreError::Kind::kFailed;
    default: return StoreError::Kind::kBug;
  }
}

int bind(sqlite3_stmt* statement, int index, const Parameter::Variant& value) {
  struct Binder {
    sqlite3_stmt* statement;
    int index;
    int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
    int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }
    int operator()(std::string_view text) const {
      // An empty view may have no data, and SQLite would store NULL.
      const char* data = text.empty() ? "" : text.data();
      return sqlite3_bind_text64(statement, index, data, text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
    int operator()(ByteSpan bytes) const {
      if (bytes.empty()) return sqlite3_bind_zeroblob(statement, index, 0);
      return sqlite3_bind_blob64(statement, index, bytes.data(), bytes.size(), SQLITE_STATIC);
    }
  };
  return std::visit(Binder{statement, index}, value);
}

Value column(sqlite3_stmt* statement, int index) {
  switch (sqlite3_column_type(statement, index)) {
    case SQLITE_INTEGER: return sqlite3_column_int64(statement, index);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, index));
      return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, index)));
    }
    case SQLITE_BLOB: {
      const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, index));
      return Blob(bytes, bytes + sqlite3_column_bytes(statement, index));
    }
    default: return std::monostate{};  // NULL; no table of ours holds a float
  }
}

/// Leaves the statement ready for its next use, whatever happens: an open one would keep a transaction from ending.
struct Reset {
  sqlite3_stmt* statement;
  ~Reset() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};

/// search_text() for statements (server/domain/search.hpp); NULL stays NULL.
void make_search_text(sqlite3_context* context, int, sqlite3_value** arguments) try {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
  if (text == nullptr) return sqlite3_result_null(context);
  const std::string made = search_text({text, static_cast<std::size_t>(sqlite3_value_bytes(arguments[0]))});
  sqlite3_result_text64(context, made.data(), made.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
} catch (const std::bad_alloc&) {
  sqlite3_result_error_nomem(context);
}

}  // namespace

void SqliteConnection::CloseDatabase::operator()(sqlite3* database) const { sqlite3_close_v2(database); }
void SqliteConnection::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

SqliteConnection::SqliteConnection(const std::filesystem::path& file) {
  // SQLite's count of its memory, which nobody asks for, takes a lock at every allocation. Only before its first use.
  static const int counts_no_memory = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(counts_no_memory);
  sqlite3* database = nullptr;
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(file.c_str(), &database, flags, nullptr);
  database_.reset(database);
  if (code != SQLITE_OK) fail(code, "open");
  const int made = sqlite3_create_function_v2(database, "search_text", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                              make_search_text, nullptr, nullptr, nullptr);
  if (made != SQLITE_OK) fail(made, "search_text()");
  sqlite3_busy_timeout(database, 2'000);  // an operator's sqlite3 shell that writes
}

SqliteConnection::~SqliteConnection() = default;

void SqliteConnection::fail(int code, std::string_view sql) const {
  const char* message = database_ ? sqlite3_errmsg(database_.get()) : sqlite3_errstr(code);
  throw StoreError(kind_of(code), fmt::format("SQLite: {} (code {}) in: {}", message, code, sql));
}

void SqliteConnection::run_script(const std::string& sql) {
  const int code = sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code, sql.substr(0, 200));
}

sqlite3_stmt* SqliteConnection::prepared(std::string_view sql) {
  Prepared& known = statements_[sql.data()];
  if (known.statement && known.sql == sql) return known.statement.get();
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code != SQLITE_OK) fail(code, sql);
  known = {std::string(sql), Statement(statement)};
  return statement;
}

void SqliteConnection::run(std::string_view sql, std::span<const Parameter> parameters, Rows& out) {
  sqlite3_stmt* statement = prepared(sql);
  const Reset reset{statement};
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const int code = bind(statement, static_cast<int>(i) + 1, parameters[i].value());
    if (code != SQLITE_OK) fail(code, sql);
  }
  const int column_count = sqlite3_column_count(statement);
  out.column_count = static_cast<std::size_t>(column_count);
  int code = SQLITE_ROW;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    if (out.values.empty()) out.values.reserve(out.column_count);  // most results are one row
    for (int i = 0; i < column_count; ++i) out.values.push_back(column(statement, i));
  }
  if (code != SQLITE_DONE) fail(code, sql);
  out.changed = static_cast<std::size_t>(sqlite3_changes64(database_.get()));
}

std::int64_t SqliteConnection::change_count() const { return sqlite3_total_changes64(database_.get()); }
bool SqliteConnection::in_transaction() const { return sqlite3_get_autocommit(database_.get()) == 0; }

}  // namespace cardea::server
