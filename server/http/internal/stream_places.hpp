// SPDX-License-Identifier: Apache-2.0
#pragma once
// How many streams each caller holds open: each is a connection that stays.

#include <map>
#include <memory>
#include <string>

namespace cardea::server::http {

class StreamPlaces {
 public:
  /// A place of `who`, given back when the last copy is gone, before the StreamPlaces; nothing when all `count_max` are taken.
  std::shared_ptr<const void> take(const std::string& who, std::size_t count_max) {
    if (const auto found = taken_.find(who); (found == taken_.end() ? 0 : found->second) >= count_max) return nullptr;
    ++taken_[who];
    return {this, [this, who](const void*) {
              const auto found = taken_.find(who);
              if (--found->second == 0) taken_.erase(found);
            }};
  }

 private:
  std::map<std::string, std::size_t> taken_;  // none is 0
};

}  // namespace cardea::server::http
