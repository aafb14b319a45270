// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <memory>
#include <ostream>

#include "apps/cardea/csv.hpp"
#include "apps/cardea/platform_commands.hpp"

namespace cardea::client {
namespace {

namespace json = boost::json;

constexpr std::size_t batch_count_max = 100;  // what POST /v1/bulk takes
constexpr std::size_t file_size_bytes_max = 10'000'000;

/// What a table may be made into: each column is a member of what is created.
struct Kind {
  const char* path;
  std::vector<std::string> columns;
  std::vector<std::string> needed;
};

const Kind persons{"/v1/persons", {"name", "phone", "email", "external_id"}, {"name"}};
const Kind sites{"/v1/sites", {"name"}, {"name"}};
const Kind doors{"/v1/doors", {"name", "site", "zone"}, {"name", "site", "zone"}};

std::string read_table(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw usage(fmt::format("{} cannot be read.", path));
  std::string text(file_size_bytes_max + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > file_size_bytes_max) throw usage(fmt::format("{} is longer than 10 MB. Split it.", path));
  return text;
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
  return out;
}

void check_columns(const Kind& kind, const std::vector<std::string>& columns) {
  const auto has = [](const std::vector<std::string>& list, const std::string& word) {
    return std::ranges::find(list, word) != list.end();
  };
  for (const std::string& column : columns)
    if (!has(kind.columns, column))
      throw usage(
          fmt::format("line 1: \"{}\" is no column of this table. It may have: {}.", printable(column), joined(kind.columns)));
  for (const std::string& column : kind.needed)
    if (!has(columns, column))
      throw usage(fmt::format("line 1: the column \"{}\" is missing. The first line names the columns.", column));
}

/// An empty field says nothing. A door's site may be named.
json::object body_of(Platform& platform, const std::vector<std::string>& columns, const CsvRow& row) {
  json::object body;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (row.fields[i].empty()) continue;
    if (columns[i] == "site")
      body["site_id"] = platform.names.site_id(row.fields[i]);
    else
      body[columns[i]] = row.fields[i];
  }
  return body;
}

/// Prints what was refused; how many that were.
std::size_t report(Platform& platform, const json::array& results, const CsvRow* rows) {
  std::size_t refused_count = 0;
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (results[i].at("status").to_number<int>() < 400) continue;
    ++refused_count;
    if (!platform.console.json)
      platform.console.out << fmt::format("line {}: {}: {}\n", rows[i].line, text(results[i].at("body"), "code"),
                                          printable(text(results[i].at("body"), "detail")));
  }
  return refused_count;
}

void import(Platform& platform, const Kind& kind, const std::string& path) {
  const std::vector<CsvRow> rows = read_csv(read_table(path));
  if (rows.empty()) throw usage(fmt::format("{} is empty. The first line names the columns: {}.", path, joined(kind.columns)));
  const std::vector<std::string>& columns = rows.front().fields;
  check_columns(kind, columns);
  json::array all;
  std::size_t refused_count = 0;
  for (std::size_t begin = 1; begin < rows.size(); begin += batch_count_max) {
    const std::size_t end = std::min(begin + batch_count_max, rows.size());
    json::array operations;
    for (std::size_t i = begin; i < end; ++i)
      operations.push_back({{"path", kind.path}, {"body", body_of(platform, columns, rows[i])}});
    const json::value told = platform.api.post("/v1/bulk", {{"operations", std::move(operations)}});
    const json::array& results = told.at("results").as_array();
    refused_count += report(platform, results, rows.data() + begin);
    all.insert(all.end(), results.begin(), results.end());
  }
  if (refused_count != 0) platform.console.status = ExitStatus::kRefused;
  if (platform.console.json) return platform.console.print(json::object{{"results", std::move(all)}});
  platform.console.out << fmt::format("{} added, {} refused.\n", rows.size() - 1 - refused_count, refused_count);
}

}  // namespace

void add_import_commands(CLI::App& app, PlatformCommands& commands) {
  auto path = std::make_shared<std::string>();
  CLI::App& group = add_group(app, "import", "Add many at once, from a table (CSV) whose first line names its columns");
  const auto add = [&](const std::string& word, const std::string& help, const Kind& kind) {
    commands.add(group, word, help, [path, &kind](Platform& platform) { import(platform, kind, *path); })
        ->add_option("FILE", *path, "comma-separated values in UTF-8")
        ->required();
  };
  add("persons", "Columns: name, phone, email, external_id. With external ids the same table adds nobody twice", persons);
  add("sites", "Column: name", sites);
  add("doors", "Columns: name, site, zone", doors);
}

}  // namespace cardea::client
