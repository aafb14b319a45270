// SPDX-License-Identifier: Apache-2.0
#pragma once
// The store of a use case that is one part of somebody's open transaction: what it does is kept or undone with all the rest.

#include "server/store/store.hpp"

namespace cardea::server {

class InnerStore final : public Store {
 public:
  /// `tx` outlives it.
  explicit InnerStore(Transaction& tx) : tx_(tx) {}

 protected:
  Task<std::optional<Problem>> run_body(const Body& body, Access) override {
    try {
      (void)co_await body(tx_);
    } catch (const StoreError& error) {
      // A full or failing disk is everybody's; what this one clashes with is its own.
      if (error.kind() != StoreError::Kind::kConstraint) throw;
      co_return error.problem();
    }
    co_return std::nullopt;
  }

 private:
  Transaction& tx_;
};

}  // namespace cardea::server
