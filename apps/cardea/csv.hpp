// SPDX-License-Identifier: Apache-2.0
#pragma once
// Tables of comma-separated values, as spreadsheets write them (RFC 4180): quotes, line ends inside them, CRLF or LF, and a
// byte order mark in front.

#include <string>
#include <string_view>
#include <vector>

namespace cardea::client {

struct CsvRow {
  std::size_t line = 0;  ///< on which it begins, from 1
  std::vector<std::string> fields;
};

/// Every row that is not empty. Throws Stop (kUsage) with the line for a quote that is not closed, text beside a quoted field,
/// and a row with another number of fields than the first.
std::vector<CsvRow> read_csv(std::string_view text);

}  // namespace cardea::client
