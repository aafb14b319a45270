// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/shipped.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "core/codes/ff1.hpp"
#include "server/domain/schedule.hpp"
#include "tests/attacks/issuer.hpp"
#include "tests/attacks/shipped_lock.hpp"

namespace cardea::attacks {
namespace {

constexpr std::uint32_t schedule_hours = 48;

std::string hex_of(ByteSpan bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

class ShippedLink final : public LinkTarget {
 public:
  explicit ShippedLink(const LockSpec& spec) : lock_(spec) {}

  void connect(std::optional<link::PlatformEnd>& platform) override { lock_.connect(platform); }
  std::vector<Frame> deliver(ByteSpan frame) override { return lock_.deliver(frame); }
  void advance(std::uint64_t seconds) override { lock_.advance(seconds); }
  [[nodiscard]] std::uint32_t motor_pulses() const override { return lock_.motor_pulses(); }

 private:
  ShippedLock lock_;
};

}  // namespace

std::unique_ptr<LockTarget> ShippedSystem::make_lock(const LockSpec& spec) { return std::make_unique<ShippedLock>(spec); }

std::unique_ptr<LockTarget> ShippedSystem::hand_on(std::unique_ptr<LockTarget> lock, const LockSpec& next, bool at_the_button) {
  auto& shipped = dynamic_cast<ShippedLock&>(*lock);
  return shipped.hand_on(next, at_the_button) ? std::move(lock) : nullptr;
}

std::unique_ptr<LinkTarget> ShippedSystem::make_link(const LockSpec& spec) { return std::make_unique<ShippedLink>(spec); }

CourierCheck ShippedSystem::check_records(const LockId& lock, const KeyBytes& audit_seed,
                                          const std::vector<std::vector<std::uint8_t>>& records) {
  OpensslProvider provider(4);
  audit::ChainState chain{audit_seed, 1};
  for (const std::vector<std::uint8_t>& record : records)
    if (!audit::open(provider, lock, chain, record).ok()) return {false, chain.next_seq};
  return {true, chain.next_seq};
}

PlatformRunner ShippedSystem::platform_of(const LockSpec& spec, const std::filesystem::path& directory) {
  return [spec, directory](int socket, std::uint32_t die_at) {
    const std::string program = CARDEA_BINARY_DIR "/tests/attack-platform";
    const std::string words[] = {program,
                                 std::to_string(socket),
                                 std::to_string(die_at),
                                 directory.string(),
                                 hex_of(spec.id.value),
                                 hex_of(spec.claim_secret.bytes())};
    std::vector<char*> arguments;
    for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    ::execv(program.c_str(), arguments.data());
  };
}

PhoneMemory ShippedSystem::phone_of(const LockSpec& spec, SlotGeneration slot, UnixSeconds time) {
  return Issuer(spec).phone(slot, time, schedule_hours);
}

std::vector<std::uint8_t> ShippedSystem::office_hours(std::string_view zone, UnixSeconds now) {
  const server::Schedule schedule{{{0x7F, {9 * 60, 17 * 60}}}, {}, {}};
  const UnixSeconds until{now.value + 30 * seconds_per_day};
  return server::encode_set({server::compile(schedule, zone, now, until).value()}).value();
}

PinDigest ShippedSystem::pin_digest_of(const LockSpec& spec, std::string_view pin) { return Issuer(spec).digest_of_pin(pin); }

std::uint64_t ShippedSystem::offline_code(Provider& provider, KeyHandle code_key, std::uint64_t number, std::uint8_t digits) {
  return encrypt_number(provider, code_key, number, digits).value().value();
}

}  // namespace cardea::attacks
