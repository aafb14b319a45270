// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/table.hpp"

#include <algorithm>
#include <ostream>

#include "core/base/assert.hpp"
#include "server/domain/utf8.hpp"

namespace cardea::client {
namespace {

constexpr std::string_view bold = "\x1b[1m";
constexpr std::string_view plain = "\x1b[0m";

/// Characters, not bytes: every byte of UTF-8 but the continuations begins one.
std::size_t width_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

void pad(std::ostream& out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) out << ' ';
}

}  // namespace

std::string printable(const std::string& text) {
  std::string shown;
  for (std::string_view rest = text; !rest.empty();) {
    const char32_t c = server::take_utf8(rest);
    server::append_utf8(shown, server::deceives(c) ? U'?' : c);
  }
  return shown;
}

void Table::add(std::vector<std::string> row) {
  CARDEA_ASSERT(row.size() == columns_.size());
  for (std::string& cell : row) cell = printable(cell);
  rows_.push_back(std::move(row));
}

void Table::print(std::ostream& out, bool colour) const {
  std::vector<std::size_t> widths(columns_.size(), 0);
  std::size_t last = 0;
  for (std::size_t column = 0; column < columns_.size(); ++column) {
    for (const auto& row : rows_) widths[column] = std::max(widths[column], width_of(row[column]));
    if (widths[column] == 0) continue;
    widths[column] = std::max(widths[column], width_of(columns_[column]));
    last = column;
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    for (std::size_t column = 0; column <= last; ++column) {
      if (widths[column] == 0) continue;
      out << cells[column];
      if (column < last) pad(out, widths[column] - width_of(cells[column]) + 2);
    }
  };
  if (colour) out << bold;
  line(columns_);
  if (colour) out << plain;
  out << '\n';
  for (const auto& row : rows_) {
    line(row);
    out << '\n';
  }
}

void Sheet::add(std::string name, std::string value) { lines_.emplace_back(std::move(name), printable(value)); }

void Sheet::print(std::ostream& out, bool colour) const {
  std::size_t width = 0;
  for (const auto& [name, value] : lines_) width = std::max(width, width_of(name));
  for (const auto& [name, value] : lines_) {
    if (colour) out << bold;
    out << name;
    if (colour) out << plain;
    pad(out, width - width_of(name) + 2);
    out << value << '\n';
  }
}

}  // namespace cardea::client
