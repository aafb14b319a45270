// SPDX-License-Identifier: Apache-2.0
#pragma once
// The weakened twin: a system with one historic flaw, chosen at run time. Test only: nothing that is shipped may link it.

#include "tests/attacks/target.hpp"
#include "tests/attacks/twin/flaw.hpp"

namespace cardea::attacks {

class TwinSystem final : public System {
 public:
  explicit TwinSystem(Flaw flaw) : flaw_(flaw) {}

  std::unique_ptr<LockTarget> make_lock(const LockSpec& spec) override;
  std::unique_ptr<LockTarget> hand_on(std::unique_ptr<LockTarget> lock, const LockSpec& next, bool at_the_button) override;
  std::unique_ptr<LinkTarget> make_link(const LockSpec& spec) override;
  CourierCheck check_records(const LockId& lock, const KeyBytes& audit_seed,
                             const std::vector<std::vector<std::uint8_t>>& records) override;
  PlatformRunner platform_of(const LockSpec& spec, const std::filesystem::path& directory) override;
  PhoneMemory phone_of(const LockSpec& spec, SlotGeneration slot, UnixSeconds time) override;
  std::vector<std::uint8_t> office_hours(std::string_view zone, UnixSeconds now) override;
  [[nodiscard]] bool leaves_comparison_early() const override { return flaw_ == Flaw::kEarlyExitCompare; }
  PinDigest pin_digest_of(const LockSpec& spec, std::string_view pin) override;
  std::uint64_t offline_code(Provider& provider, KeyHandle code_key, std::uint64_t number, std::uint8_t digits) override;

 private:
  Flaw flaw_;
  std::optional<LockSpec> first_;  ///< whose secrets every lock has, when the flaw is that they share them
};

}  // namespace cardea::attacks
