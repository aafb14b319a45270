// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/twin/twin_system.hpp"

#include "core/codes/ff1.hpp"
#include "core/crypto/kdf.hpp"
#include "tests/attacks/issuer.hpp"
#include "tests/attacks/twin/twin_lock.hpp"

namespace cardea::attacks {
namespace {

constexpr std::uint32_t schedule_hours = 48;

/// A lock's end of the link as link.md §2 has it, but for what it makes of counters.
class TwinLink final : public LinkTarget {
 public:
  TwinLink(Provider& provider, KeyHandle down, Flaw flaw) : provider_(provider), down_(provider, down), flaw_(flaw) {}

  bool receive(ByteSpan frame) override {
    if (frame.size() < link::frame_overhead_bytes) return false;
    const auto counter = load_be<std::uint32_t>(frame.subspan(1, 4));
    CcmNonce nonce{};
    store_be(counter, MutableByteSpan(nonce).last(4));
    std::vector<std::uint8_t> message(frame.size() - link::frame_overhead_bytes);
    if (provider_.ccm_open(down_.handle(), nonce, frame.first(5), frame.subspan(5), message) != Status::kOk) return false;
    return accepts(counter);
  }

 private:
  bool accepts(std::uint32_t counter) {
    if (flaw_ == Flaw::kRepeatsFrames) return true;
    const bool follows_an_old_one = old_ && counter == *old_ + 1;
    if (counter != next_ && !(flaw_ == Flaw::kRollsBack && follows_an_old_one)) {
      old_ = counter;
      return false;
    }
    next_ = counter + 1;
    return true;
  }

  Provider& provider_;
  ScopedKey down_;
  Flaw flaw_;
  std::uint32_t next_ = 0;
  std::optional<std::uint32_t> old_;
};

}  // namespace

std::unique_ptr<LockTarget> TwinSystem::make_lock(const LockSpec& spec) {
  if (!first_) first_ = spec;
  const bool shared = flaw_ == Flaw::kCodesOfTheSite || flaw_ == Flaw::kSharedKey;
  return std::make_unique<TwinLock>(spec, shared ? *first_ : spec, flaw_);
}

std::unique_ptr<LinkTarget> TwinSystem::make_link(Provider& provider, KeyHandle k_session, const LockId& lock,
                                                  std::optional<link::Session>& platform) {
  link::LockHandshake lock_half(provider, k_session, lock);
  const auto m1 = lock_half.start().value();
  const link::Hello hello = link::decode_hello(m1).value();
  link::PlatformHandshake platform_half(provider, k_session, hello);
  const auto m2 = platform_half.answer().value();
  Bytes<link::m3_size_bytes> m3;
  CARDEA_ASSERT(lock_half.finish(m2, m3).ok());
  platform.emplace(std::move(platform_half.finish(m3)).value());
  Bytes<lock_id_size_bytes + 2 * link::nonce_size_bytes> context;
  ByteWriter writer(context);
  writer.bytes(lock.value);
  writer.bytes(hello.nonce);
  writer.bytes(ByteSpan(m2).subspan(1, link::nonce_size_bytes));
  const KeyHandle down = derive(provider, k_session, ascii("link.down"), context, KeyKind::kAead).value();
  return std::make_unique<TwinLink>(provider, down, flaw_);
}

CourierCheck TwinSystem::check_records(const LockId& lock, const KeyBytes& audit_seed,
                                       const std::vector<std::vector<std::uint8_t>>& records, std::uint32_t newest_known) {
  OpensslProvider provider(4);
  audit::ChainState chain{audit_seed, 1};
  for (const std::vector<std::uint8_t>& bytes : records) {
    const Result<audit::Record> record = audit::decode(bytes);
    const bool numbered = record.ok() && record->seq == chain.next_seq;
    if (!numbered) return {false, chain.next_seq};
    if (flaw_ == Flaw::kRecordsWithoutTag)
      ++chain.next_seq;
    else if (!audit::open(provider, lock, chain, bytes).ok())
      return {false, chain.next_seq};
  }
  const bool cut = chain.next_seq - 1 < newest_known;
  return {!cut || flaw_ == Flaw::kForgetsNewest, chain.next_seq};
}

PhoneMemory TwinSystem::phone_of(const LockSpec& spec, SlotGeneration slot, UnixSeconds time) {
  Issuer issuer(spec);
  if (flaw_ == Flaw::kKeyWithoutHour) return {slot, hour_of(time), {issuer.fixed_key(slot)}};
  return issuer.phone(slot, time, schedule_hours);
}

std::uint64_t TwinSystem::offline_code(Provider& provider, KeyHandle code_key, std::uint64_t number, std::uint8_t digits) {
  if (flaw_ != Flaw::kTruncatedCodes) return encrypt_number(provider, code_key, number, digits).value().value();
  Bytes<block_size_bytes> block{};
  store_be(number, MutableByteSpan(block).last(8));
  CARDEA_ASSERT(provider.aes256_encrypt_block(code_key, block, block) == Status::kOk);
  return (load_be<std::uint32_t>(block) & 0x7FFFFFFF) % power_of_ten(digits);
}

}  // namespace cardea::attacks
