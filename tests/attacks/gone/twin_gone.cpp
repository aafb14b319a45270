// SPDX-License-Identifier: Apache-2.0
// Test only.
#include "tests/attacks/gone/gone.hpp"

namespace cardea::attacks {
namespace {

class TwinGone final : public GoneLock {
 public:
  explicit TwinGone(GoneFlaw flaw) : flaw_(flaw) {}
  void write_off() override { has_keys_ = flaw_ == GoneFlaw::kKeepsKeys; }
  bool is_answered() override { return has_keys_; }
  bool is_believed() override { return has_keys_; }
  bool is_activated_anew() override { return false; }
  bool can_be_claimed() override { return false; }

 private:
  GoneFlaw flaw_;
  bool has_keys_ = true;
};

}  // namespace

std::unique_ptr<GoneLock> make_twin_gone(GoneFlaw flaw) { return std::make_unique<TwinGone>(flaw); }

}  // namespace cardea::attacks
