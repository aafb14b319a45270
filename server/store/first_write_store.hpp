// SPDX-License-Identifier: Apache-2.0
#pragma once
// A store in front of another, as one request's use case sees it: the first change that is committed through it carries
// something with it, in the same transaction. Every read, and every later change, goes through untouched.

#include "server/store/store.hpp"

namespace cardea::server {

class FirstWriteStore : public Store {
 public:
  explicit FirstWriteStore(Store& behind) : behind_(behind) {}
  /// True once a change was committed.
  [[nodiscard]] bool has_effect() const { return has_effect_; }

 protected:
  using Change = std::function<Task<Outcome<Done>>(Transaction&)>;
  /// Runs `change` in `tx` and what goes with it. A problem rolls both back; `change`'s own is returned as it is. May run more
  /// than once, as any body of a transaction.
  virtual Task<Outcome<Done>> first_write(Transaction& tx, const Change& change) = 0;

 private:
  Task<std::optional<Problem>> run_body(const Body& body, Access access) final;

  Store& behind_;
  bool has_effect_ = false;
};

}  // namespace cardea::server
