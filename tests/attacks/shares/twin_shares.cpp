// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "tests/attacks/shares/shares.hpp"

namespace cardea::attacks {
namespace {

/// Keys to door 0, and who had them from whom.
class TwinSharedKeys final : public SharedKeys {
 public:
  explicit TwinSharedKeys(SharedKeysFlaw flaw) : flaw_(flaw) {}

  int add_resident() override { return add({-1, now_ + 10 * 86'400, true, false}); }
  int share(int giver, int door, std::uint64_t for_s) override {
    const Key& own = keys_[static_cast<std::size_t>(giver)];
    if (door != 0 || !own.may_share || !is_good(giver) || now_ + for_s > own.until) return -1;
    return add({giver, now_ + for_s, false, false});
  }
  void take(int whose, Loss loss) override {
    Key& key = keys_[static_cast<std::size_t>(whose)];
    key.until = loss == Loss::kTime ? now_ + 3'600 : key.until;
    key.is_taken = key.is_taken || loss == Loss::kGrant || loss == Loss::kPerson || loss == Loss::kPhone;
    key.may_share = key.may_share && loss != Loss::kSharing;
  }
  bool opens(int who, int door) override {
    if (flaw_ == SharedKeysFlaw::kKnownPhoneOpens) return true;
    return door == 0 && is_good(who);
  }
  void advance(std::uint64_t seconds) override { now_ += seconds; }

 private:
  struct Key {
    int giver;
    std::uint64_t until;
    bool may_share;
    bool is_taken;
  };

  int add(Key key) {
    keys_.push_back(key);
    return static_cast<int>(keys_.size()) - 1;
  }
  [[nodiscard]] bool is_good(int who) const {
    const Key& key = keys_[static_cast<std::size_t>(who)];
    if (key.is_taken || now_ >= key.until) return false;
    if (key.giver < 0 || flaw_ == SharedKeysFlaw::kShareStandsAlone) return true;
    return is_good(key.giver) && keys_[static_cast<std::size_t>(key.giver)].may_share;
  }

  SharedKeysFlaw flaw_;
  std::uint64_t now_ = 0;
  std::vector<Key> keys_;
};

}  // namespace

std::unique_ptr<SharedKeys> make_twin_shared_keys(SharedKeysFlaw flaw) { return std::make_unique<TwinSharedKeys>(flaw); }

}  // namespace cardea::attacks
