// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/twin/twin_system.hpp"

#include <date/tz.h>

#include "core/codes/ff1.hpp"
#include "tests/attacks/issuer.hpp"
#include "tests/attacks/twin/secrets.hpp"
#include "tests/attacks/twin/twin_link.hpp"
#include "tests/attacks/twin/twin_lock.hpp"
#include "tests/attacks/twin/twin_platform.hpp"

namespace cardea::attacks {
namespace {

constexpr std::uint32_t schedule_hours = 48;

}  // namespace

std::unique_ptr<LockTarget> TwinSystem::make_lock(const LockSpec& spec) {
  if (!first_) first_ = spec;
  const bool shared = flaw_ == Flaw::kCodesOfTheSite || flaw_ == Flaw::kSharedKey;
  return std::make_unique<TwinLock>(spec, shared ? *first_ : spec, flaw_);
}

std::unique_ptr<LockTarget> TwinSystem::hand_on(std::unique_ptr<LockTarget> lock, const LockSpec& next, bool at_the_button) {
  if (!at_the_button && flaw_ != Flaw::kGivesUpUnpressed) return nullptr;
  const auto& twin = dynamic_cast<const TwinLock&>(*lock);
  return std::make_unique<TwinLock>(next, flaw_ == Flaw::kKeepsKeyOverOwners ? twin.spec() : next, flaw_);
}

std::unique_ptr<LinkTarget> TwinSystem::make_link(const LockSpec& spec) { return std::make_unique<TwinLink>(spec, flaw_); }

CourierCheck TwinSystem::check_records(const LockId& lock, const KeyBytes& audit_seed,
                                       const std::vector<std::vector<std::uint8_t>>& records) {
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
  return {true, chain.next_seq};
}

PlatformRunner TwinSystem::platform_of(const LockSpec& spec, const std::filesystem::path& directory) {
  return [spec, directory, flaw = flaw_](int socket, std::uint32_t die_at) {
    serve_platform(*make_twin_platform(spec, directory, flaw), socket, die_at);
  };
}

PhoneMemory TwinSystem::phone_of(const LockSpec& spec, SlotGeneration slot, UnixSeconds time) {
  Issuer issuer(spec);
  if (flaw_ == Flaw::kKeyWithoutHour) return {slot, hour_of(time), {issuer.fixed_key(slot)}};
  return issuer.phone(slot, time, schedule_hours);
}

std::vector<std::uint8_t> TwinSystem::office_hours(std::string_view zone, UnixSeconds now) {
  constexpr std::uint32_t hour_min = 60;
  const date::time_zone* rules = date::locate_zone(std::string(zone));
  const auto minutes = [](auto time) {
    return static_cast<std::uint32_t>(std::chrono::floor<std::chrono::minutes>(time.time_since_epoch()).count());
  };
  const date::sys_seconds begin{std::chrono::seconds{static_cast<std::int64_t>(now.value)}};
  const std::chrono::seconds offset_now = rules->get_info(begin).offset;
  const auto today = date::floor<date::days>(begin + offset_now);
  std::vector<std::uint32_t> changes;
  for (date::days day{1}; day < date::days{30}; ++day)
    for (const std::uint32_t hour : {9, 17}) {
      const date::local_seconds local{(today + day).time_since_epoch() + std::chrono::minutes{hour * hour_min}};
      const date::sys_seconds by_offset_now{local.time_since_epoch() - offset_now};
      changes.push_back(minutes(flaw_ == Flaw::kOffsetOfTheDay ? by_offset_now : rules->to_sys(local)));
    }
  const std::uint32_t end = changes.back() + hour_min;
  std::vector<std::uint8_t> bytes(schedule_set_size_bytes_max);
  ByteWriter out(bytes);
  out.u8(1);
  CARDEA_ASSERT(encode(ScheduleChanges{minutes(begin), false, changes, end}, out) == Status::kOk);
  bytes.resize(out.size());
  return bytes;
}

PinDigest TwinSystem::pin_digest_of(const LockSpec& spec, std::string_view pin) {
  return flaw_ == Flaw::kDigestWithoutKey ? digest_without_key(pin) : Issuer(spec).digest_of_pin(pin);
}

std::uint64_t TwinSystem::offline_code(Provider& provider, KeyHandle code_key, std::uint64_t number, std::uint8_t digits) {
  if (flaw_ != Flaw::kTruncatedCodes) return encrypt_number(provider, code_key, number, digits).value().value();
  Bytes<block_size_bytes> block{};
  store_be(number, MutableByteSpan(block).last(8));
  CARDEA_ASSERT(provider.aes256_encrypt_block(code_key, block, block) == Status::kOk);
  return (load_be<std::uint32_t>(block) & 0x7FFFFFFF) % power_of_ten(digits);
}

}  // namespace cardea::attacks
