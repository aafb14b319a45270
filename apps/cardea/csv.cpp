// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/csv.hpp"

#include <fmt/format.h>

#include "apps/cardea/stop.hpp"

namespace cardea::client {

namespace {

Stop bad_line(std::size_t line, std::string_view what) { return usage(fmt::format("line {}: {}", line, what)); }

class Reader {
 public:
  explicit Reader(std::string_view text) : rest_(text) {
    if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);
  }

  bool at_end() const { return rest_.empty(); }

  CsvRow row() {
    CsvRow row{line_, {field()}};
    while (take(',')) row.fields.push_back(field());
    if (!take('\r') && !at_end() && rest_.front() != '\n') throw bad_line(line_, "there is text after a closing quote");
    if (!take('\n') && !at_end()) throw bad_line(line_, "a line ends with a carriage return alone");
    ++line_;
    return row;
  }

 private:
  bool take(char expected) {
    if (rest_.empty() || rest_.front() != expected) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string field() {
    if (take('"')) return quoted();
    const std::string_view plain = rest_.substr(0, rest_.find_first_of(",\r\n"));
    if (plain.find('"') != std::string_view::npos)
      throw bad_line(line_, "a quote stands inside a field that does not begin with one");
    rest_.remove_prefix(plain.size());
    return std::string(plain);
  }

  std::string quoted() {
    const std::size_t begun = line_;
    std::string out;
    while (!at_end()) {
      const char next = rest_.front();
      rest_.remove_prefix(1);
      if (next == '"' && !take('"')) return out;  // two of them stand for one
      line_ += next == '\n';
      out += next;
    }
    throw bad_line(begun, "a quote is not closed");
  }

  std::string_view rest_;
  std::size_t line_ = 1;
};

}  // namespace

std::vector<CsvRow> read_csv(std::string_view text) {
  std::vector<CsvRow> rows;
  for (Reader reader(text); !reader.at_end();) {
    CsvRow row = reader.row();
    if (row.fields.size() == 1 && row.fields.front().empty()) continue;
    if (!rows.empty() && row.fields.size() != rows.front().fields.size())
      throw bad_line(row.line,
                     fmt::format("has {} fields, and the first line {}", row.fields.size(), rows.front().fields.size()));
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace cardea::client
