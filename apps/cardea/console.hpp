// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where a command writes to, and how the user wants it.

#include <boost/json/value.hpp>
#include <iosfwd>

#include "apps/cardea/stop.hpp"
#include "apps/cardea/table.hpp"

namespace cardea::client {

struct Console {
  std::ostream& out;
  bool colour = false;  ///< standard output is a terminal, and NO_COLOR is not set
  bool json = false;    ///< --json: for scripts
  /// What a command that was carried out found: kRefused when the answer is no.
  ExitStatus status = ExitStatus::kDone;

  void print(const Table& table) const { table.print(out, colour); }
  void print(const Sheet& sheet) const { sheet.print(out, colour); }
  /// One line.
  void print(const boost::json::value& value) const;
};

}  // namespace cardea::client
