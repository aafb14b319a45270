// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock's end of the link as link.md §2 and L7 have it, but for what it makes of numbers and challenges.

#include "tests/attacks/counting_provider.hpp"
#include "tests/attacks/target.hpp"
#include "tests/attacks/twin/flaw.hpp"

namespace cardea::attacks {

class TwinLink final : public LinkTarget {
 public:
  TwinLink(const LockSpec& spec, Flaw flaw);

  void connect(std::optional<link::PlatformEnd>& platform) override;
  std::vector<Frame> deliver(ByteSpan frame) override;
  void advance(std::uint64_t seconds) override { now_s_ += seconds; }
  [[nodiscard]] std::uint32_t motor_pulses() const override { return pulses_; }

 private:
  struct Pending {
    std::uint64_t command = 0;
    link::Nonce nonce{};
    std::uint64_t at_s = 0;
  };

  bool accepts(std::uint32_t number);
  [[nodiscard]] bool has_rolling_codes() const { return flaw_ == Flaw::kRepeatsFrames || flaw_ == Flaw::kRollsBack; }
  std::vector<Frame> challenge(const link::Command& command);
  void run(const link::Run& run);

  CountingProvider provider_;
  LockSpec spec_;
  KeyHandle k_session_;
  Flaw flaw_;
  std::optional<session::Stream> out_;
  std::vector<KeyHandle> down_keys_;  ///< the newest last
  std::optional<Pending> pending_;
  std::uint64_t now_s_ = 0;
  std::uint32_t next_ = 0;
  std::optional<std::uint32_t> old_;
  std::uint32_t pulses_ = 0;
};

}  // namespace cardea::attacks
