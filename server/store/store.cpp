// SPDX-License-Identifier: Apache-2.0
#include "server/store/store.hpp"

namespace cardea::server {

Problem StoreError::problem() const {
  switch (kind_) {
    case Kind::kFull:
      return unavailable("storage_full",
                         "The platform's disk is full and nothing was stored. Free some space and send it again.", 30);
    case Kind::kFailed:
      return unavailable("storage_failed",
                         "The platform's database failed and nothing was stored. Its log says why; send it again.", 30);
    case Kind::kConstraint:
      return conflict("conflict", "Something it needs is gone, or something like it is there already. Look again, then retry.");
    case Kind::kBug: break;
  }
  return {500, "internal", "The platform made a mistake and nothing was stored. Its log says what.", {}, {}};
}

}  // namespace cardea::server
