// SPDX-License-Identifier: Apache-2.0
// What a platform and a phone compute for one lock, as a WebAssembly module of its own: it shares no memory with the lock, only
// messages. Issues codes, gives the lock its state, and checks its records.

#include <algorithm>
#include <new>

#include "core/activation/activation.hpp"
#include "core/audit/chain.hpp"
#include "core/codes/offline.hpp"
#include "drivers/crypto/bearssl/bearssl_provider.hpp"
#include "firmware/wasm/module.hpp"

namespace cardea {

[[noreturn]] void assertion_failed() { __builtin_trap(); }

}  // namespace cardea

namespace cardea::wasm {
namespace {

constexpr std::uint32_t time_uncertainty_ms = 100;

struct Platform {
  HostNoise noise;
  std::array<BearsslKeySlot, 16> keys{};
  BearsslProvider provider{keys, noise, bearssl_m31};
  LockId lock;
  link::LockClass lock_class = link::LockClass::kProtected;
  Secret<activation::claim_secret_size_bytes> claim_secret;
  KeyBytes code_root;
  audit::ChainState chain;
  activation::Gift gift;  ///< with the desired state
};

Platform& platform() { return only<Platform>(); }
link::Snapshot& snapshot() { return platform().gift.snapshot; }
ByteSpan first_of_buffer(std::uint32_t size) { return ByteSpan(buffer).first(std::min<std::size_t>(size, buffer.size())); }

Result<ScopedKey> code_root() {
  CARDEA_ASSIGN(const KeyHandle key, platform().provider.import_key(KeyKind::kMac, platform().code_root));
  return ScopedKey(platform().provider, key);
}

Status make_keys() {
  Platform& own = platform();
  CARDEA_TRY(own.provider.random(own.gift.workspace));
  CARDEA_TRY(own.provider.random(own.gift.door));
  CARDEA_TRY(own.provider.random(own.gift.audit_seed.mutable_bytes()));
  CARDEA_TRY(own.provider.random(own.gift.session_chain.mutable_bytes()));
  CARDEA_TRY(own.provider.random(own.gift.key.mutable_bytes()));
  if (own.lock_class == link::LockClass::kProtected) own.gift.key = own.code_root;
  own.gift.key_id = 1;
  own.gift.time_uncertainty_ms = time_uncertainty_ms;
  own.gift.desired_version = 1;
  own.chain = {own.gift.audit_seed, 1};
  CARDEA_ASSIGN(const KeyHandle identity, own.provider.p256_generate(KeyKind::kSign, own.gift.platform_identity));
  own.provider.release_key(identity);
  return Status::kOk;
}

/// The place of a slot in the desired state, where slots ascend; a new one for a number that it does not have.
link::SnapshotSlot* slot_of(std::uint8_t number) {
  link::Snapshot& desired = snapshot();
  const auto end = desired.slots.begin() + desired.slot_count;
  const auto place = std::find_if(desired.slots.begin(), end, [&](const auto& slot) { return slot.number >= number; });
  if (place != end && place->number == number) return &*place;
  if (desired.slot_count == desired.slots.size()) return nullptr;
  std::move_backward(place, end, end + 1);
  ++desired.slot_count;
  return &*place;
}

Result<link::SnapshotSlot*> set_slot(SlotGeneration id) {
  link::SnapshotSlot* slot = slot_of(id.slot);
  if (slot == nullptr) return Status::kFull;
  *slot = {};
  slot->number = id.slot;
  slot->generation = id.generation;
  return slot;
}

SlotGeneration id_of(std::uint32_t number, std::uint32_t generation) {
  return {static_cast<std::uint8_t>(number), static_cast<std::uint16_t>(generation)};
}

/// K_slot(0, s, g), which a lock without K_lock is given for a fixed slot.
Status put_fixed_key(link::SnapshotSlot& slot) {
  CARDEA_ASSIGN(const ScopedKey root, code_root());
  CARDEA_ASSIGN(const KeyHandle hour, derive_hour_key(platform().provider, root.handle(), platform().lock, {0}));
  const ScopedKey scoped(platform().provider, hour);
  CARDEA_ASSIGN(slot.fixed_key,
                derive_slot_key_bytes(platform().provider, hour, OtpPurpose::kApp, {slot.number, slot.generation}));
  return Status::kOk;
}

Status put_pin(SlotGeneration id, ByteSpan digits) {
  CARDEA_ASSIGN(const ScopedKey root, code_root());
  CARDEA_ASSIGN(const KeyHandle key, derive_pin_key(platform().provider, root.handle(), platform().lock));
  const ScopedKey scoped(platform().provider, key);
  const Digits pin = Digits::parse({reinterpret_cast<const char*>(digits.data()), digits.size()});
  if (pin.count() == 0) return Status::kMalformed;
  CARDEA_ASSIGN(link::SnapshotSlot* const slot, set_slot(id));
  slot->pin = true;
  CARDEA_ASSIGN(slot->pin_digest, pin_digest(platform().provider, key, pin));
  snapshot().settings.codes.pin_digits = static_cast<std::uint8_t>(pin.count());
  return Status::kOk;
}

Status put_hours(std::uint32_t first, std::uint32_t count) {
  if (count > link::snapshot_hour_count_max) return Status::kOutOfRange;
  CARDEA_ASSIGN(const ScopedKey root, code_root());
  for (std::uint32_t i = 0; i < count; ++i) {
    CARDEA_ASSIGN(snapshot().hours[i], derive_hour_key_bytes(platform().provider, root.handle(), platform().lock, {first + i}));
  }
  snapshot().first_hour = first;
  snapshot().hour_count = static_cast<std::uint8_t>(count);
  return Status::kOk;
}

Result<Digits> issue(const Descriptor& descriptor) {
  const cardea::Settings& settings = snapshot().settings.codes;
  CARDEA_ASSIGN(const ScopedKey root, code_root());
  CARDEA_ASSIGN(const KeyHandle key, derive_code_key(platform().provider, root.handle(), platform().lock, settings.code_epoch));
  const ScopedKey scoped(platform().provider, key);
  return issue_offline(platform().provider, key, descriptor, settings.code_digits);
}

Result<Digits> issue(const OtpRequest& request) {
  CARDEA_ASSIGN(const ScopedKey root, code_root());
  return issue_otp(platform().provider, root.handle(), platform().lock, request);
}

/// Into the buffer; how many there are.
std::uint32_t show(const Result<Digits>& digits) {
  if (!digits.ok()) return 0;
  std::ranges::copy(digits->reveal(), buffer.begin());
  return static_cast<std::uint32_t>(digits->count());
}

std::uint32_t show_otp(OtpPurpose purpose, SlotGeneration slot, bool fixed, std::uint32_t time) {
  return show(issue(OtpRequest{
      .purpose = purpose, .slot = slot, .fixed = fixed, .time = {time}, .digits = snapshot().settings.codes.otp_digits}));
}

}  // namespace
}  // namespace cardea::wasm

using namespace cardea;        // NOLINT: exports have no namespace
using namespace cardea::wasm;  // NOLINT

CARDEA_EXPORT(buffer) std::uint8_t* cardea_buffer() { return buffer.data(); }

/// In: the lock's id 16 · its claim secret 16 · K_lock 32.
CARDEA_EXPORT(begin) std::uint32_t cardea_begin(std::uint32_t lock_class) {
  ByteReader in(buffer);
  platform().lock.value = in.array<lock_id_size_bytes>();
  platform().claim_secret = Secret<activation::claim_secret_size_bytes>(in.array<activation::claim_secret_size_bytes>());
  platform().code_root = KeyBytes(in.array<KeyBytes::size_bytes>());
  platform().lock_class = lock_class == 1 ? link::LockClass::kProtected : link::LockClass::kUnprotected;
  return number_of(make_keys());
}

CARDEA_EXPORT(set_codes)
void cardea_set_codes(std::uint32_t otp_digits, std::uint32_t code_digits, std::uint32_t epoch, std::uint32_t window_s,
                      std::uint32_t only_keypad) {
  cardea::Settings& codes = snapshot().settings.codes;
  codes.otp_digits = static_cast<std::uint8_t>(otp_digits);
  codes.code_digits = static_cast<std::uint8_t>(code_digits);
  codes.code_epoch = static_cast<std::uint16_t>(epoch);
  codes.activation_window_s = window_s;
  codes.only_keypad = only_keypad == 1;
}

CARDEA_EXPORT(set_slot)
std::uint32_t cardea_set_slot(std::uint32_t number, std::uint32_t generation, std::uint32_t fixed, std::uint32_t sms) {
  const Result<link::SnapshotSlot*> slot = set_slot(id_of(number, generation));
  if (!slot.ok()) return number_of(slot.error());
  (*slot)->fixed = fixed == 1;
  (*slot)->sms = sms == 1;
  if (fixed != 1 || platform().lock_class == link::LockClass::kProtected) return number_of(Status::kOk);
  return number_of(put_fixed_key(**slot));
}

/// In: `size` digits.
CARDEA_EXPORT(set_pin) std::uint32_t cardea_set_pin(std::uint32_t number, std::uint32_t generation, std::uint32_t size) {
  return number_of(put_pin(id_of(number, generation), first_of_buffer(size)));
}

CARDEA_EXPORT(remove_slot) void cardea_remove_slot(std::uint32_t number) {
  link::Snapshot& desired = snapshot();
  const auto end = desired.slots.begin() + desired.slot_count;
  const auto place = std::find_if(desired.slots.begin(), end, [&](const auto& slot) { return slot.number == number; });
  if (place == end) return;
  std::move(place + 1, end, place);
  --desired.slot_count;
}

/// For a lock without K_lock.
CARDEA_EXPORT(set_hours) std::uint32_t cardea_set_hours(std::uint32_t first, std::uint32_t count) {
  return number_of(put_hours(first, count));
}

/// Out: the desired state as a snapshot (link.md §5); its size, or 0.
CARDEA_EXPORT(snapshot) std::uint32_t cardea_snapshot() {
  ByteWriter out(buffer);
  const Status status = link::encode(snapshot(), platform().lock_class, out);
  return status == Status::kOk ? static_cast<std::uint32_t>(out.written().size()) : 0;
}

/// In: the lock's ask. Out: the answer; its size, or 0 when the ask is not this lock's.
CARDEA_EXPORT(answer) std::uint32_t cardea_answer(std::uint32_t size, std::uint32_t time) {
  Platform& own = platform();
  activation::AskBytes ask{};
  if (size != ask.size()) return 0;
  std::ranges::copy(first_of_buffer(size), ask.begin());
  if (activation::verify_ask(own.provider, own.claim_secret, ask) != Status::kOk) return 0;
  own.gift.time = time;
  activation::DoneBytes done{};
  const Result<std::size_t> answer = activation::seal_answer(own.provider, own.claim_secret, ask, own.gift, buffer, done);
  return answer.ok() ? static_cast<std::uint32_t>(*answer) : 0;
}

/// Out: the code that a phone shows; how many digits, or 0.
CARDEA_EXPORT(app_code)
std::uint32_t cardea_app_code(std::uint32_t number, std::uint32_t generation, std::uint32_t fixed, std::uint32_t time) {
  return show_otp(OtpPurpose::kApp, id_of(number, generation), fixed == 1, time);
}
CARDEA_EXPORT(sms_code) std::uint32_t cardea_sms_code(std::uint32_t number, std::uint32_t generation, std::uint32_t time) {
  return show_otp(OtpPurpose::kSms, id_of(number, generation), false, time);
}
CARDEA_EXPORT(offline_code)
std::uint32_t cardea_offline_code(std::uint32_t family, std::uint32_t klass, std::uint32_t start, std::uint32_t index) {
  return show(issue(Descriptor{static_cast<Family>(family), static_cast<std::uint8_t>(klass), start, index}));
}

/// In: the lock's next record. 0: it follows the one before, and nobody has changed it.
CARDEA_EXPORT(take_record) std::uint32_t cardea_take_record() {
  const ByteSpan bytes = first_of_buffer(audit::record_size_bytes);
  return number_of(audit::open(platform().provider, platform().lock, platform().chain, bytes).status());
}
