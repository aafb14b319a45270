// SPDX-License-Identifier: Apache-2.0
#pragma once
// Tables for people: aligned columns, colour only on a terminal.

#include <iosfwd>
#include <string>
#include <vector>

namespace cardea::client {

/// Rows of as many cells as there are columns (asserted). Cells are UTF-8; what deceives (server/domain/utf8.hpp) is shown as
/// '?', so that no name can move the cursor of who looks at it, or look like another.
class Table {
 public:
  explicit Table(std::vector<std::string> columns) : columns_(std::move(columns)) {}

  void add(std::vector<std::string> row);
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  /// Columns whose cells are all empty are left out.
  void print(std::ostream& out, bool colour) const;

 private:
  std::vector<std::string> columns_;
  std::vector<std::vector<std::string>> rows_;
};

/// "name  value" lines, the names aligned.
class Sheet {
 public:
  void add(std::string name, std::string value);
  void print(std::ostream& out, bool colour) const;

 private:
  std::vector<std::pair<std::string, std::string>> lines_;
};

/// Text from outside with its control characters shown as '?'.
std::string printable(const std::string& text);

}  // namespace cardea::client
