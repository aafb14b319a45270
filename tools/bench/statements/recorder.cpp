// SPDX-License-Identifier: Apache-2.0
// Preloaded into a process (LD_PRELOAD), writes down every statement that it runs on SQLite, to the file that
// CARDEA_STATEMENT_TRACE names. It stands in front of the functions by which server/store uses SQLite; a value that came some
// other way is marked as unseen, and the player refuses the trace.
#include <dlfcn.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <unordered_map>

#include "tools/bench/statements/trace.hpp"

namespace {

using namespace cardea::bench;

/// SQLite's own function behind one of ours.
template <typename Function>
Function* real(const char* name) {
  void* found = ::dlsym(RTLD_NEXT, name);
  if (found == nullptr) {
    std::fprintf(stderr, "statement recorder: there is no %s\n", name);
    std::abort();
  }
  return reinterpret_cast<Function*>(found);
}

struct Running {
  std::vector<TracedValue> values;
  std::uint32_t row_count = 0;
};

class Recorder {
 public:
  Recorder() {
    const char* path = std::getenv("CARDEA_STATEMENT_TRACE");  // NOLINT(concurrency-mt-unsafe): nobody sets it any more
    file_ = path == nullptr ? nullptr : std::fopen(path, "wb");
    if (file_ != nullptr) return;
    std::fprintf(stderr, "statement recorder: CARDEA_STATEMENT_TRACE names no file that can be written\n");
    std::abort();
  }
  ~Recorder() { std::fclose(file_); }

  void bind(sqlite3_stmt* statement, int index, TracedValue value) {
    const std::lock_guard guard(mutex_);
    std::vector<TracedValue>& values = running_[statement].values;
    if (values.size() < static_cast<std::size_t>(index)) values.resize(static_cast<std::size_t>(index));
    values[static_cast<std::size_t>(index) - 1] = std::move(value);
  }
  void stepped(sqlite3_stmt* statement, int result) {
    const std::lock_guard guard(mutex_);
    Running& running = running_[statement];
    if (result == SQLITE_ROW) {
      ++running.row_count;
      return;
    }
    sqlite3* database = sqlite3_db_handle(statement);
    running.values.resize(static_cast<std::size_t>(sqlite3_bind_parameter_count(statement)));
    const std::int64_t changed = sqlite3_stmt_readonly(statement) != 0 ? 0 : sqlite3_changes64(database);
    write({reinterpret_cast<std::uintptr_t>(database), EntryKind::kStatement, result, running.row_count, changed,
           sqlite3_sql(statement), running.values});
    running.row_count = 0;
  }
  void forget_values(sqlite3_stmt* statement) {
    const std::lock_guard guard(mutex_);
    running_.erase(statement);
  }
  void ran_script(sqlite3* database, const char* sql, int result) {
    const std::lock_guard guard(mutex_);
    write({reinterpret_cast<std::uintptr_t>(database), EntryKind::kScript, result, 0, 0, sql, {}});
  }

 private:
  template <typename Number>
  void put(Number number) {
    std::fwrite(&number, sizeof number, 1, file_);
  }
  void put(const std::string& bytes) {
    put(static_cast<std::uint32_t>(bytes.size()));
    std::fwrite(bytes.data(), 1, bytes.size(), file_);
  }
  void write(const TraceEntry& entry) {
    put(entry.connection);
    put(entry.kind);
    put(entry.result);
    put(entry.row_count);
    put(entry.changed);
    put(static_cast<std::uint32_t>(entry.values.size()));
    put(entry.sql);
    for (const TracedValue& value : entry.values) {
      put(value.type);
      if (value.type == ValueType::kInteger) put(value.integer);
      if (value.type == ValueType::kText || value.type == ValueType::kBlob) put(value.bytes);
    }
  }

  std::mutex mutex_;
  std::FILE* file_;
  std::unordered_map<sqlite3_stmt*, Running> running_;
};

Recorder& recorder() {
  static Recorder one;
  return one;
}

/// SQLite may run a script by its own public functions: those are not the process's.
thread_local bool inside_script = false;

TracedValue bytes_value(ValueType type, const void* data, std::uint64_t size) {
  if (data == nullptr) return {ValueType::kNull, 0, {}};
  return {type, 0, std::string(static_cast<const char*>(data), size)};
}

}  // namespace

extern "C" {

int sqlite3_bind_null(sqlite3_stmt* statement, int index) {
  static auto* const next = real<decltype(sqlite3_bind_null)>("sqlite3_bind_null");
  recorder().bind(statement, index, {ValueType::kNull, 0, {}});
  return next(statement, index);
}

int sqlite3_bind_int64(sqlite3_stmt* statement, int index, sqlite3_int64 value) {
  static auto* const next = real<decltype(sqlite3_bind_int64)>("sqlite3_bind_int64");
  recorder().bind(statement, index, {ValueType::kInteger, value, {}});
  return next(statement, index, value);
}

int sqlite3_bind_text64(sqlite3_stmt* statement, int index, const char* text, sqlite3_uint64 size, void (*release)(void*),
                        unsigned char encoding) {
  static auto* const next = real<decltype(sqlite3_bind_text64)>("sqlite3_bind_text64");
  recorder().bind(statement, index, bytes_value(ValueType::kText, text, size));
  return next(statement, index, text, size, release, encoding);
}

int sqlite3_bind_blob64(sqlite3_stmt* statement, int index, const void* bytes, sqlite3_uint64 size, void (*release)(void*)) {
  static auto* const next = real<decltype(sqlite3_bind_blob64)>("sqlite3_bind_blob64");
  recorder().bind(statement, index, bytes_value(ValueType::kBlob, bytes, size));
  return next(statement, index, bytes, size, release);
}

int sqlite3_bind_zeroblob(sqlite3_stmt* statement, int index, int size) {
  static auto* const next = real<decltype(sqlite3_bind_zeroblob)>("sqlite3_bind_zeroblob");
  recorder().bind(statement, index, {ValueType::kBlob, 0, std::string(static_cast<std::size_t>(size), '\0')});
  return next(statement, index, size);
}

int sqlite3_clear_bindings(sqlite3_stmt* statement) {
  static auto* const next = real<decltype(sqlite3_clear_bindings)>("sqlite3_clear_bindings");
  recorder().forget_values(statement);
  return next(statement);
}

int sqlite3_step(sqlite3_stmt* statement) {
  static auto* const next = real<decltype(sqlite3_step)>("sqlite3_step");
  const int result = next(statement);
  if (!inside_script) recorder().stepped(statement, result);
  return result;
}

int sqlite3_exec(sqlite3* database, const char* sql, int (*callback)(void*, int, char**, char**), void* context,
                 char** message) {
  static auto* const next = real<decltype(sqlite3_exec)>("sqlite3_exec");
  inside_script = true;
  const int result = next(database, sql, callback, context, message);
  inside_script = false;
  recorder().ran_script(database, sql, result);
  return result;
}

}  // extern "C"
