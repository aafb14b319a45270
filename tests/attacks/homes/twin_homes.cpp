// SPDX-License-Identifier: Apache-2.0
// A platform that takes locks from anybody, with one flaw or with none. Test only.
#include <algorithm>
#include <map>
#include <set>

#include "tests/attacks/homes/homes.hpp"

namespace cardea::attacks {
namespace {

constexpr std::uint64_t day_s = 86'400;

class TwinHomes final : public Homes {
 public:
  explicit TwinHomes(HomesFlaw flaw) : flaw_(flaw) {}

  std::string print_label() override { return "label " + std::to_string(++printed_); }
  std::string label_of_held_lock() override { return "held"; }
  bool is_held() override { return held_; }

  bool make(const std::string& address, const std::string& label) override {
    if (flaw_ == HomesFlaw::kLabelTakes && label == "held") held_ = false;
    if ((label == "held" && held_) || made_at_.contains(label)) return false;
    const bool is_charged = flaw_ != HomesFlaw::kUncharged;
    if (is_charged && (by_address_[address] >= 5 || in_all_ >= 200)) return false;
    ++by_address_[address];
    ++in_all_;
    made_at_[label] = now_;
    return true;
  }
  int count() override { return static_cast<int>(made_at_.size()); }
  void advance(std::uint64_t seconds) override {
    now_ += seconds;
    if (flaw_ != HomesFlaw::kKeepsUnused)
      std::erase_if(made_at_, [&](const auto& home) { return now_ >= home.second + day_s; });
    if (seconds < day_s) return;
    by_address_.clear();
    in_all_ = 0;
  }

 private:
  HomesFlaw flaw_;
  std::map<std::string, std::uint64_t> made_at_;
  std::map<std::string, int> by_address_;
  int in_all_ = 0;
  int printed_ = 0;
  bool held_ = true;
  std::uint64_t now_ = 1'800'000'000;
};

}  // namespace

std::unique_ptr<Homes> make_twin_homes(HomesFlaw flaw) { return std::make_unique<TwinHomes>(flaw); }

}  // namespace cardea::attacks
