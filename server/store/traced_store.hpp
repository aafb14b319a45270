// SPDX-License-Identifier: Apache-2.0
#pragma once
// A store in front of another, for one request: what is written through it is known to be of its trace, events above all.

#include "server/store/store.hpp"

namespace cardea::server {

class TracedStore final : public Store {
 public:
  /// `behind` outlives it.
  TracedStore(Store& behind, std::string trace) : behind_(behind), trace_(std::move(trace)) {}

 private:
  Task<std::optional<Problem>> run_body(const Body& body, Access access) override;

  Store& behind_;
  std::string trace_;
};

}  // namespace cardea::server
