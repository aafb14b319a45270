// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/shipped.hpp"

#include "core/codes/ff1.hpp"
#include "tests/attacks/issuer.hpp"
#include "tests/attacks/twin/twin_lock.hpp"

namespace cardea::attacks {
namespace {

constexpr std::uint32_t schedule_hours = 48;

class ShippedLink final : public LinkTarget {
 public:
  explicit ShippedLink(link::Session session) : session_(std::move(session)) {}
  bool receive(ByteSpan frame) override {
    std::vector<std::uint8_t> message(frame.size());
    return session_.open(frame, message).ok();
  }

 private:
  link::Session session_;
};

}  // namespace

std::unique_ptr<LockTarget> ShippedSystem::make_lock(const LockSpec& spec) {
  return std::make_unique<TwinLock>(spec, spec, Flaw::kNone);
}

std::unique_ptr<LinkTarget> ShippedSystem::make_link(Provider& provider, KeyHandle k_session, const LockId& lock,
                                                     std::optional<link::Session>& platform) {
  link::LockHandshake lock_half(provider, k_session, lock);
  const auto m1 = lock_half.start().value();
  link::PlatformHandshake platform_half(provider, k_session, link::decode_hello(m1).value());
  const auto m2 = platform_half.answer().value();
  Bytes<link::m3_size_bytes> m3;
  Result<link::Session> session = lock_half.finish(m2, m3);
  platform.emplace(std::move(platform_half.finish(m3)).value());
  return std::make_unique<ShippedLink>(std::move(session).value());
}

CourierCheck ShippedSystem::check_records(const LockId& lock, const KeyBytes& audit_seed,
                                          const std::vector<std::vector<std::uint8_t>>& records, std::uint32_t newest_known) {
  OpensslProvider provider(4);
  audit::ChainState chain{audit_seed, 1};
  for (const std::vector<std::uint8_t>& record : records)
    if (!audit::open(provider, lock, chain, record).ok()) return {false, chain.next_seq};
  return {chain.next_seq > newest_known, chain.next_seq};
}

PhoneMemory ShippedSystem::phone_of(const LockSpec& spec, SlotGeneration slot, UnixSeconds time) {
  return Issuer(spec).phone(slot, time, schedule_hours);
}

std::uint64_t ShippedSystem::offline_code(Provider& provider, KeyHandle code_key, std::uint64_t number, std::uint8_t digits) {
  return encrypt_number(provider, code_key, number, digits).value().value();
}

}  // namespace cardea::attacks
