// SPDX-License-Identifier: Apache-2.0
#pragma once
// What this process uses of the machine, from /proc.

namespace cardea::server {

struct ProcessFigures {
  double resident_bytes = 0;
  double open_files = 0;
  double open_files_max = 0;
  double processor_s = 0;
  double started_at = 0;  ///< unix seconds
};
ProcessFigures process_figures();

}  // namespace cardea::server
