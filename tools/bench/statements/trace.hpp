// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the recorder writes and the player reads: every statement that a process ran on SQLite, with its values.
//
// A trace is a sequence of entries, numbers in the machine's own byte order:
//   connection u64 | kind u8 | result i32 | row_count u32 | changed i64 | value_count u32 | text | values
//   text: size u32 | bytes          value: type u8 | integer i64, or size u32 | bytes

#include <cstdint>
#include <string>
#include <vector>

namespace cardea::bench {

enum class EntryKind : std::uint8_t {
  kScript,     ///< sqlite3_exec()
  kStatement,  ///< a prepared statement that ran to its end
};
enum class ValueType : std::uint8_t {
  kUnseen,  ///< bound by a function that the recorder does not know, or not at all
  kNull,
  kInteger,
  kText,
  kBlob,
};

struct TracedValue {
  ValueType type = ValueType::kUnseen;
  std::int64_t integer = 0;
  std::string bytes;
};

struct TraceEntry {
  std::uint64_t connection = 0;
  EntryKind kind = EntryKind::kStatement;
  std::int32_t result = 0;
  std::uint32_t row_count = 0;
  std::int64_t changed = 0;
  std::string sql;
  std::vector<TracedValue> values;
};

}  // namespace cardea::bench
