// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <vector>

#include "tests/attacks/asks/asks.hpp"

namespace cardea::attacks {
namespace {

constexpr std::size_t waiting_max = 4;

/// A desk with few places: the oldest of the address that has most of them gives way.
class TwinAsks final : public Asks {
 public:
  explicit TwinAsks(AsksFlaw flaw) : flaw_(flaw) {}
  std::size_t ask(const std::string& address, bool with_label) override {
    asks_.push_back({address, with_label});
    const std::size_t number = asks_.size() - 1;
    if (claimed_) {
      asks_[number].answered = with_label;
      return number;
    }
    waiting_.push_back(number);
    const std::size_t most = flaw_ == AsksFlaw::kNewestWaits ? 1 : flaw_ == AsksFlaw::kAllWait ? ~std::size_t{0} : waiting_max;
    while (waiting_.size() > most) waiting_.erase(gives_way());
    return number;
  }
  void claim() override {
    claimed_ = true;
    for (const std::size_t number : waiting_) asks_[number].answered = asks_[number].with_label;
    waiting_.clear();
  }
  bool is_answered(std::size_t ask) override { return asks_[ask].answered; }
  std::size_t waiting() override { return waiting_.size(); }

 private:
  struct Ask {
    std::string address;
    bool with_label;
    bool answered = false;
  };
  std::vector<std::size_t>::iterator gives_way() {
    if (flaw_ == AsksFlaw::kNewestWaits) return waiting_.begin();
    return std::ranges::max_element(waiting_, {}, [&](std::size_t one) {
      return std::ranges::count_if(waiting_, [&](std::size_t other) { return asks_[other].address == asks_[one].address; });
    });
  }

  AsksFlaw flaw_;
  bool claimed_ = false;
  std::vector<Ask> asks_;
  std::vector<std::size_t> waiting_;
};

}  // namespace

std::unique_ptr<Asks> make_twin_asks(AsksFlaw flaw) { return std::make_unique<TwinAsks>(flaw); }

}  // namespace cardea::attacks
