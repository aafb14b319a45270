// SPDX-License-Identifier: Apache-2.0
#pragma once
// One page from several statements: for whoever is limited to some places, a statement for each of these runs along its index,
// whatever part of the table they have.

#include <algorithm>
#include <vector>

#include "server/store/store.hpp"

namespace cardea::server::usecases {

class MergedRows {
 public:
  void add(Rows rows) { found_.push_back(std::move(rows)); }
  /// All rows in the order of `comes_before`; valid as long as this.
  template <class Before>
  [[nodiscard]] std::vector<Row> sorted(Before comes_before) const {
    std::vector<Row> out;
    for (const Rows& rows : found_)
      for (const Row row : rows) out.push_back(row);
    std::ranges::sort(out, comes_before);
    return out;
  }

 private:
  std::vector<Rows> found_;
};

}  // namespace cardea::server::usecases
