// SPDX-License-Identifier: Apache-2.0
// A database of every earlier version, with a row in each of its tables, becomes one of this version and loses nothing.
#include "server/store/migrations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/sha.h>
#include <sqlite3.h>

#include <cstdlib>
#include <map>
#include <set>

#include "server/domain/search.hpp"
#include "server/store/sqlite_store.hpp"

namespace cardea::server {
namespace {

/// What a migration took away on purpose: a later change here wants its reason beside it.
const std::set<std::string> dropped_tables = {
    "commands",  // 0002: nothing ever wrote it
};

using Row = std::vector<std::string>;  ///< each value as SQLite quotes it, in the order of its statement

/// The database as another program has it, beside the store.
class Raw {
 public:
  explicit Raw(const std::filesystem::path& file) {
    EXPECT_EQ(::sqlite3_open(file.c_str(), &database_), SQLITE_OK);
    // 0033 calls it, as the store's own connections know it.
    EXPECT_EQ(::sqlite3_create_function_v2(database_, "search_text", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                           make_search_text, nullptr, nullptr, nullptr),
              SQLITE_OK);
    query("PRAGMA foreign_keys = ON");
    query("PRAGMA synchronous = OFF");  // nobody pulls a plug here
  }
  ~Raw() { ::sqlite3_close(database_); }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  std::vector<Row> query(const std::string& sql) {
    std::vector<Row> rows;
    char* error = nullptr;
    const auto take = [](void* out, int count, char** values, char**) {
      Row row;
      for (int i = 0; i < count; ++i) row.emplace_back(values[i] == nullptr ? "NULL" : values[i]);
      static_cast<std::vector<Row>*>(out)->push_back(std::move(row));
      return 0;
    };
    EXPECT_EQ(::sqlite3_exec(database_, sql.c_str(), take, &rows, &error), SQLITE_OK) << error << "\nin: " << sql;
    ::sqlite3_free(error);
    return rows;
  }
  std::vector<std::string> first_column(const std::string& sql) {
    std::vector<std::string> values;
    for (const Row& row : query(sql)) values.push_back(row[0]);
    return values;
  }
  std::vector<std::string> tables() {
    return first_column(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'migrations'");
  }
  std::vector<std::string> columns(const std::string& table) {
    return first_column("SELECT name FROM pragma_table_xinfo('" + table + "') WHERE hidden = 0 ORDER BY name");
  }
  /// `columns` of every row of `table`.
  std::vector<Row> rows(const std::string& table, const std::vector<std::string>& columns) {
    std::string list;
    for (const std::string& column : columns) list += (list.empty() ? "quote(" : ", quote(") + column + ")";
    return query("SELECT " + list + " FROM " + table);
  }

 private:
  static void make_search_text(sqlite3_context* context, int, sqlite3_value** arguments) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(arguments[0]));
    if (text == nullptr) return;  // NULL
    const std::string made = search_text(text);
    sqlite3_result_text(context, made.data(), static_cast<int>(made.size()), SQLITE_TRANSIENT);
  }

  sqlite3* database_ = nullptr;
};

/// A row for a table that has none. One value for all columns of a type, so that what a foreign key names is there.
void fill(Raw& database, const std::string& table) {
  if (database.query("SELECT count(*) FROM " + table)[0][0] != "0") return;
  std::string names;
  std::string values;
  for (const Row& column : database.query("SELECT name, type FROM pragma_table_xinfo('" + table + "') WHERE hidden = 0")) {
    const char* value = column[1] == "BLOB" ? "x'01020304050607080910111213141516'" : column[1] == "TEXT" ? "'1'" : "1";
    names += (names.empty() ? "" : ", ") + column[0];
    values += std::string(values.empty() ? "" : ", ") + value;
  }
  database.query("INSERT INTO " + table + " (" + names + ") VALUES (" + values + ")");
}

/// As a cardea-server with the first `version` migrations left it.
void make_database(const std::filesystem::path& file, std::size_t version) {
  Raw database(file);
  database.query("PRAGMA journal_mode = WAL");
  database.query(
      "CREATE TABLE migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum BLOB NOT NULL, "
      "applied_at INTEGER NOT NULL)");
  for (const Migration& migration : migrations().first(version)) {
    database.query("BEGIN; " + std::string(migration.sql) + "; COMMIT");
    unsigned char checksum[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(migration.sql.data()), migration.sql.size(), checksum);
    std::string hex;
    for (const unsigned char byte : checksum) hex += "0123456789abcdef"[byte >> 4], hex += "0123456789abcdef"[byte & 15];
    database.query("INSERT INTO migrations VALUES (" + std::to_string(migration.number) + ", '" + std::string(migration.name) +
                   "', x'" + hex + "', 0)");
    for (const std::string& table : database.tables()) fill(database, table);
  }
}

struct Table {
  std::vector<std::string> columns;
  std::vector<Row> rows;
};

std::map<std::string, Table> content_of(const std::filesystem::path& file) {
  Raw database(file);
  std::map<std::string, Table> content;
  for (const std::string& name : database.tables()) {
    Table& table = content[name];
    table.columns = database.columns(name);
    table.rows = database.rows(name, table.columns);
    EXPECT_THAT(table.rows, ::testing::Not(::testing::IsEmpty())) << name << " is empty: nothing would be shown of it";
  }
  return content;
}

/// Tables, columns and indexes, whatever statements they came from.
std::set<std::string> shape_of(const std::filesystem::path& file) {
  Raw database(file);
  std::set<std::string> shape;
  for (const std::string& table : database.tables())
    for (const Row& column :
         database.query("SELECT name, type, \"notnull\", ifnull(dflt_value, ''), pk FROM pragma_table_xinfo('" + table + "')"))
      shape.insert(table + "." + column[0] + " " + column[1] + column[2] + column[3] + column[4]);
  for (const std::string& index :
       database.first_column("SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"))
    shape.insert(index);
  return shape;
}

class MigrationsTest : public ::testing::Test {
 protected:
  MigrationsTest() {
    char name[] = "/tmp/cardea-migrations-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~MigrationsTest() override { std::filesystem::remove_all(folder_); }

  /// What the store says to the database in `file`; "" when it opens it.
  static std::string open(const std::filesystem::path& file) {
    Loop loop;
    SqliteOptions options;
    options.file = file;
    const auto store = SqliteStore::open(loop, options);
    return store ? "" : store.error().message;
  }
  std::filesystem::path folder_;
};

TEST_F(MigrationsTest, BringADatabaseOfEveryEarlierVersionHereAndLoseNothing) {
  const auto fresh = folder_ / "fresh.db";
  ASSERT_EQ(open(fresh), "");
  const auto shape = shape_of(fresh);
  for (std::size_t version = 1; version < migrations().size(); ++version) {
    SCOPED_TRACE("from " + std::string(migrations()[version - 1].name));
    const auto file = folder_ / (std::to_string(version) + ".db");
    make_database(file, version);
    const auto before = content_of(file);
    ASSERT_EQ(open(file), "");

    Raw now(file);
    EXPECT_THAT(now.first_column("PRAGMA integrity_check"), ::testing::ElementsAre("ok"));
    EXPECT_THAT(now.query("PRAGMA foreign_key_check"), ::testing::IsEmpty());
    EXPECT_EQ(shape_of(file), shape);
    const auto tables = now.tables();
    for (const auto& [name, table] : before) {
      if (dropped_tables.contains(name)) continue;
      ASSERT_THAT(tables, ::testing::Contains(name)) << "its rows are gone";
      ASSERT_THAT(now.columns(name), ::testing::IsSupersetOf(table.columns)) << name;
      EXPECT_THAT(now.rows(name, table.columns), ::testing::IsSupersetOf(table.rows)) << name;
    }
  }
}

TEST_F(MigrationsTest, MakeTheSearchTextOfWhatWasThereAsSearchHasIt) {
  const auto file = folder_ / "cardea.db";
  make_database(file, 32);
  {
    Raw database(file);
    database.query("INSERT INTO sites (workspace, site, name, created_at) VALUES (x'00', x'01', 'Straße 7', 0)");
    database.query(
        "INSERT INTO persons (workspace, person, name, email, phone, created_at) VALUES (x'00', x'02', 'Öda', "
        "'Oda@Example.org', '+4179', 0)");
  }
  ASSERT_EQ(open(file), "");
  Raw now(file);
  EXPECT_EQ(now.query("SELECT search FROM sites WHERE site = x'01'"), (std::vector<Row>{{search_text("Straße 7")}}));
  EXPECT_EQ(now.query("SELECT search FROM persons WHERE person = x'02'"), (std::vector<Row>{{"oda\noda@example.org\n+4179"}}));
}

TEST_F(MigrationsTest, LeaveADatabaseAsItWasWhenOneOfThemFails) {
  const auto file = folder_ / "cardea.db";
  make_database(file, 1);
  {
    Raw database(file);  // in the way of a later migration, which makes a table of that name
    database.query("CREATE TABLE operators (something TEXT)");
    database.query("INSERT INTO operators VALUES ('else')");
  }
  const auto before = content_of(file);
  EXPECT_THAT(open(file), ::testing::HasSubstr("operators"));
  EXPECT_EQ(Raw(file).query("SELECT max(number) FROM migrations"), (std::vector<Row>{{"1"}}));
  const auto after = content_of(file);
  ASSERT_EQ(after.size(), before.size());
  for (const auto& [name, table] : before) EXPECT_EQ(after.at(name).rows, table.rows) << name;
}

}  // namespace
}  // namespace cardea::server
