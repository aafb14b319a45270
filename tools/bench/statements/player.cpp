// SPDX-License-Identifier: Apache-2.0
// Plays the statements that a server was recorded running (recorder.cpp) on a copy of the database that it began with, by
// SQLite alone: each prepared once, its values bound, stepped to its end, so many units of work in one transaction. What is
// played is what the server itself ran inside its transactions for one kind of request, on a connection with the same pragmas,
// and each statement must end as it did there. Else there is no figure.
//
//   statement_player TRACE DATABASE BEGINNING HAVING FIRST COUNT GROUP
//
// takes as a unit of work what goes from a statement that starts with BEGINNING to the next such or the end of its transaction;
// plays those that have a statement that starts with HAVING, COUNT of them from number FIRST on, GROUP to a transaction, and
// prints {"units": how many there are, "played": n, "statements": of each, "seconds": s}. Exit status 1: the trace does not
// serve.
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <unordered_map>

#include "tools/bench/statements/trace.hpp"

namespace cardea::bench {
namespace {

/// Around a group of units of work; and what server/store writes before each when it runs a group again, body by body.
constexpr const char* group_begins = "BEGIN IMMEDIATE";
constexpr const char* group_ends = "COMMIT";
constexpr const char* group_taken_back = "ROLLBACK";
constexpr const char* group_runs_again = "SAVEPOINT body";

using Unit = std::vector<TraceEntry>;

class TraceReader {
 public:
  explicit TraceReader(const char* path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) throw std::runtime_error(std::string("cannot read ") + path);
    data_.assign(std::istreambuf_iterator<char>(file), {});
  }
  [[nodiscard]] bool at_end() const { return at_ == data_.size(); }
  TraceEntry next() {
    TraceEntry entry;
    take(entry.connection);
    take(entry.kind);
    take(entry.result);
    take(entry.row_count);
    take(entry.changed);
    std::uint32_t value_count = 0;
    take(value_count);
    take(entry.sql);
    entry.values.resize(value_count);
    for (TracedValue& value : entry.values) {
      take(value.type);
      if (value.type == ValueType::kInteger) take(value.integer);
      if (value.type == ValueType::kText || value.type == ValueType::kBlob) take(value.bytes);
    }
    return entry;
  }

 private:
  const char* advance(std::size_t size) {
    if (size > data_.size() - at_) throw std::runtime_error("the trace is cut short");
    at_ += size;
    return data_.data() + at_ - size;
  }
  template <typename Number>
  void take(Number& number) {
    std::memcpy(&number, advance(sizeof number), sizeof number);
  }
  void take(std::string& bytes) {
    std::uint32_t size = 0;
    take(size);
    bytes.assign(advance(size), size);
  }

  std::string data_;
  std::size_t at_ = 0;
};

struct Trace {
  std::vector<std::string> pragmas;  ///< of the connection that writes
  std::vector<Unit> units;
};

bool has_statement(const Unit& unit, const std::string& beginning) {
  for (const TraceEntry& entry : unit)
    if (entry.sql.starts_with(beginning)) return true;
  return false;
}

Trace read_trace(const char* path, const std::string& beginning, const std::string& having) {
  Trace trace;
  std::unordered_map<std::uint64_t, std::vector<std::string>> pragmas;
  std::unordered_map<std::uint64_t, std::vector<Unit>> open;
  for (TraceReader reader(path); !reader.at_end();) {
    TraceEntry entry = reader.next();
    const std::uint64_t connection = entry.connection;
    if (entry.kind == EntryKind::kScript) {
      if (entry.sql.starts_with("PRAGMA")) pragmas[connection].push_back(entry.sql);
    } else if (entry.sql == group_begins) {
      open[connection].clear();
      trace.pragmas = pragmas[connection];
    } else if (entry.sql == group_taken_back || entry.sql == group_runs_again) {
      open.erase(connection);
    } else if (entry.sql == group_ends) {
      for (Unit& unit : open[connection])
        if (has_statement(unit, having)) trace.units.push_back(std::move(unit));
      open.erase(connection);
    } else if (open.contains(connection)) {
      std::vector<Unit>& units = open[connection];
      if (entry.sql.starts_with(beginning)) units.emplace_back();
      if (!units.empty()) units.back().push_back(std::move(entry));
    }
  }
  if (trace.units.empty()) throw std::runtime_error("the trace has no unit of work with " + having);
  if (trace.pragmas.empty()) throw std::runtime_error("the trace has no pragmas");
  return trace;
}

bool are_alike(const Unit& a, const Unit& b) {
  return std::ranges::equal(a, b, [](const TraceEntry& x, const TraceEntry& y) { return x.sql == y.sql; });
}

/// Every unit must be the same list of statements, whatever their values: else a rate would be of nothing in particular. The
/// last one of a group may have the server's own upkeep behind it, and is left out then.
void keep_alike(std::vector<Unit>& units) {
  const std::size_t all = units.size();
  const Unit first = units.front();
  std::erase_if(units, [&first](const Unit& unit) { return !are_alike(unit, first); });
  if (units.size() * 100 < all * 99) throw std::runtime_error("the units of work in the trace are not all the same statements");
}

class Player {
 public:
  /// Prepares `statements`, which every unit is made of.
  Player(const char* path, const std::vector<std::string>& pragmas, const Unit& statements) {
    if (sqlite3_open_v2(path, &database_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, nullptr) != SQLITE_OK) fail("open");
    for (const std::string& script : pragmas)
      if (sqlite3_exec(database_, script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) fail(script);
    for (const TraceEntry& entry : statements) statements_.push_back(prepare(entry.sql));
    begin_ = prepare("BEGIN IMMEDIATE");
    commit_ = prepare("COMMIT");
  }
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;
  ~Player() {
    for (sqlite3_stmt* statement : statements_) sqlite3_finalize(statement);
    sqlite3_finalize(begin_);
    sqlite3_finalize(commit_);
    sqlite3_close_v2(database_);
  }

  void begin() { run(begin_); }
  void commit() { run(commit_); }
  void play(const Unit& unit) {
    for (std::size_t i = 0; i < unit.size(); ++i) play(statements_[i], unit[i]);
  }

 private:
  void run(sqlite3_stmt* statement) {
    if (sqlite3_step(statement) != SQLITE_DONE) fail(sqlite3_sql(statement));
    sqlite3_reset(statement);
  }
  void play(sqlite3_stmt* statement, const TraceEntry& entry) {
    for (std::size_t i = 0; i < entry.values.size(); ++i)
      if (bind(statement, static_cast<int>(i) + 1, entry.values[i]) != SQLITE_OK) fail(entry.sql);
    std::uint32_t row_count = 0;
    int result = SQLITE_ROW;
    while ((result = sqlite3_step(statement)) == SQLITE_ROW) ++row_count;
    const std::int64_t changed = sqlite3_stmt_readonly(statement) != 0 ? 0 : sqlite3_changes64(database_);
    if (result != entry.result || row_count != entry.row_count || changed != entry.changed)
      fail("ended otherwise than recorded: " + entry.sql);
    sqlite3_reset(statement);
  }
  static int bind(sqlite3_stmt* statement, int index, const TracedValue& value) {
    switch (value.type) {
      case ValueType::kNull: return sqlite3_bind_null(statement, index);
      case ValueType::kInteger: return sqlite3_bind_int64(statement, index, value.integer);
      case ValueType::kText:
        return sqlite3_bind_text64(statement, index, value.bytes.data(), value.bytes.size(), SQLITE_STATIC, SQLITE_UTF8);
      case ValueType::kBlob:
        return sqlite3_bind_blob64(statement, index, value.bytes.data(), value.bytes.size(), SQLITE_STATIC);
      case ValueType::kUnseen: break;
    }
    throw std::runtime_error("a value was bound in a way that the recorder does not see");
  }
  sqlite3_stmt* prepare(const std::string& sql) {
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v3(database_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT, &made, nullptr) != SQLITE_OK) fail(sql);
    return made;
  }
  [[noreturn]] void fail(const std::string& what) const { throw std::runtime_error(what + ": " + sqlite3_errmsg(database_)); }

  sqlite3* database_ = nullptr;
  std::vector<sqlite3_stmt*> statements_;
  sqlite3_stmt* begin_ = nullptr;
  sqlite3_stmt* commit_ = nullptr;
};

void play_units(Player& player, const std::vector<Unit>& units, std::size_t first, std::size_t end, std::size_t group) {
  for (std::size_t i = first; i < end; ++i) {
    if ((i - first) % group == 0) player.begin();
    player.play(units[i]);
    if ((i - first) % group == group - 1 || i + 1 == end) player.commit();
  }
}

int run(const char* const* words) {
  Trace trace = read_trace(words[1], words[3], words[4]);
  keep_alike(trace.units);
  const std::size_t first = std::stoul(words[5]);
  const std::size_t end = first + std::stoul(words[6]);
  const std::size_t group = std::stoul(words[7]);
  if (end > trace.units.size() || group == 0) throw std::runtime_error("the trace has not so many units of work");
  Player player(words[2], trace.pragmas, trace.units.front());
  const auto start = std::chrono::steady_clock::now();
  play_units(player, trace.units, first, end, group);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::printf("{\"units\": %zu, \"played\": %zu, \"statements\": %zu, \"seconds\": %.6f}\n", trace.units.size(), end - first,
              trace.units.front().size(), took.count());
  return 0;
}

}  // namespace
}  // namespace cardea::bench

int main(int argc, char** argv) {
  if (argc != 8) {
    std::fprintf(stderr, "usage: statement_player TRACE DATABASE BEGINNING HAVING FIRST COUNT GROUP\n");
    return 2;
  }
  try {
    return cardea::bench::run(argv);
  } catch (const std::exception& wrong) {
    std::fprintf(stderr, "statement_player: %s\n", wrong.what());
    return 1;
  }
}
