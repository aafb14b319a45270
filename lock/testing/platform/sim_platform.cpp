// SPDX-License-Identifier: Apache-2.0
#include "lock/testing/platform/sim_platform.hpp"

#include <algorithm>

namespace cardea::testing {
namespace {

/// The value of a Result that a test cannot do without.
template <class T>
T must(Result<T> result) {
  CARDEA_ASSERT(result.ok());
  return *std::move(result);
}

template <std::size_t N>
void fill(Secret<N>& secret, std::uint8_t seed, std::uint8_t purpose) {
  for (std::size_t i = 0; i < N; ++i) secret.mutable_bytes()[i] = static_cast<std::uint8_t>(seed * 31 + purpose * 7 + i);
}

constexpr activation::WideId workspace{1};
constexpr activation::WideId door{2};
constexpr std::uint32_t gift_uncertainty_ms = 100;

}  // namespace

SimPlatform::SimPlatform(Provider& provider, link::LockClass lock_class, std::uint8_t seed) : provider_(&provider) {
  for (std::size_t i = 0; i < lock_id_size_bytes; ++i) record_.factory.lock.value[i] = static_cast<std::uint8_t>(seed + i);
  record_.factory.lock_class = lock_class;
  fill(record_.factory.claim_secret, seed, 1);
  fill(record_.identity, seed, 2);
  fill(record_.code_root, seed, 3);
  fill(record_.key, seed, lock_class == link::LockClass::kProtected ? 3 : 4);
  fill(record_.chain.key, seed, 5);
  fill(record_.session.chain, seed, 6);
  record_.key_id = 0x5e55'0000u + seed;
}

void SimPlatform::set_slot(std::uint8_t number, std::uint16_t generation, bool fixed, bool sms) {
  link::Snapshot& snapshot = record_.snapshot;
  const auto end = snapshot.slots.begin() + snapshot.slot_count;
  const auto place = std::find_if(snapshot.slots.begin(), end, [&](const auto& slot) { return slot.number >= number; });
  if (place == end || place->number != number) {
    CARDEA_ASSERT(snapshot.slot_count < snapshot.slots.size());
    std::move_backward(place, end, end + 1);
    ++snapshot.slot_count;
  }
  *place = {};
  place->number = number;
  place->generation = generation;
  place->fixed = fixed;
  place->sms = sms;
  if (fixed && record_.factory.lock_class == link::LockClass::kUnprotected) place->fixed_key = fixed_key({number, generation});
}

void SimPlatform::set_pin(std::uint8_t number, std::uint16_t generation, std::string_view pin) {
  set_slot(number, generation);
  const ScopedKey root = code_root();
  const ScopedKey key(*provider_, must(derive_pin_key(*provider_, root.handle(), record_.factory.lock)));
  record_.snapshot.settings.codes.pin_digits = static_cast<std::uint8_t>(pin.size());
  for (link::SnapshotSlot& slot : std::span(record_.snapshot.slots).first(record_.snapshot.slot_count)) {
    if (slot.number != number) continue;
    slot.pin = true;
    slot.pin_digest = must(pin_digest(*provider_, key.handle(), Digits::parse(pin)));
  }
}

void SimPlatform::set_rule(std::uint8_t number, const SlotRule& rule) {
  for (link::SnapshotSlot& slot : record_.snapshot.slots)
    if (slot.number == number) slot.rule = rule;
}

void SimPlatform::set_schedules(const std::vector<ConstantSchedule>& schedules) {
  constexpr std::uint32_t from_min = 29'920'000;  // 2026-11-21, and a year
  Bytes<schedule_set_size_bytes_max> bytes{};
  ByteWriter out(bytes);
  out.u8(static_cast<std::uint8_t>(schedules.size()));
  for (const ConstantSchedule& schedule : schedules)
    CARDEA_ASSERT(encode(ScheduleChanges{from_min, schedule.open, {}, from_min + 525'600}, out) == Status::kOk);
  CARDEA_ASSERT(record_.snapshot.schedules.assign(out.written()) == Status::kOk);
}

KeyBytes SimPlatform::fixed_key(SlotGeneration slot) {
  const ScopedKey root = code_root();
  const ScopedKey hour(*provider_, must(derive_hour_key(*provider_, root.handle(), record_.factory.lock, {0})));
  return must(derive_slot_key_bytes(*provider_, hour.handle(), OtpPurpose::kApp, slot));
}

void SimPlatform::set_schedule(UnixSeconds from, std::uint8_t count) {
  const ScopedKey root = code_root();
  record_.snapshot.first_hour = hour_of(from).value;
  record_.snapshot.hour_count = count;
  for (std::uint32_t i = 0; i < count; ++i)
    record_.snapshot.hours[i] =
        must(derive_hour_key_bytes(*provider_, root.handle(), record_.factory.lock, {record_.snapshot.first_hour + i}));
}

activation::Gift SimPlatform::gift(UnixSeconds now) {
  activation::Gift gift;
  gift.workspace = workspace;
  gift.door = door;
  const ScopedKey identity(*provider_, must(provider_->p256_import(KeyKind::kSign, record_.identity, gift.platform_identity)));
  gift.key = record_.key;
  gift.audit_seed = record_.chain.key;
  gift.key_id = record_.key_id;
  gift.session_chain = record_.session.chain;
  gift.time = now.value;
  gift.time_uncertainty_ms = gift_uncertainty_ms;
  gift.desired_version = record_.version;
  gift.snapshot = record_.snapshot;
  return gift;
}

std::vector<std::uint8_t> SimPlatform::answer(ByteSpan ask, UnixSeconds now, activation::DoneBytes& done) {
  CARDEA_ASSERT(activation::verify_ask(*provider_, record_.factory.claim_secret, ask) == Status::kOk);
  std::vector<std::uint8_t> bytes(activation::answer_size_bytes_max);
  bytes.resize(must(activation::seal_answer(*provider_, record_.factory.claim_secret, ask, gift(now), bytes, done)));
  return bytes;
}

ScopedKey SimPlatform::code_root() { return {*provider_, must(provider_->import_key(KeyKind::kMac, record_.code_root))}; }

Digits SimPlatform::otp(OtpPurpose purpose, UnixSeconds time, std::uint8_t slot, std::uint16_t generation, bool fixed) {
  const ScopedKey root = code_root();
  const OtpRequest request{.purpose = purpose,
                           .slot = {slot, generation},
                           .fixed = fixed,
                           .time = time,
                           .digits = record_.snapshot.settings.codes.otp_digits};
  return must(issue_otp(*provider_, root.handle(), record_.factory.lock, request));
}

Digits SimPlatform::app_code(UnixSeconds time, std::uint8_t slot, std::uint16_t generation) {
  return otp(OtpPurpose::kApp, time, slot, generation, false);
}
Digits SimPlatform::sms_code(UnixSeconds time, std::uint8_t slot, std::uint16_t generation) {
  return otp(OtpPurpose::kSms, time, slot, generation, false);
}
Digits SimPlatform::fixed_code(UnixSeconds time, std::uint8_t slot, std::uint16_t generation) {
  return otp(OtpPurpose::kApp, time, slot, generation, true);
}

Digits SimPlatform::offline_code(const Descriptor& descriptor) {
  const cardea::Settings& settings = record_.snapshot.settings.codes;
  const ScopedKey root = code_root();
  const ScopedKey key(*provider_, must(derive_code_key(*provider_, root.handle(), record_.factory.lock, settings.code_epoch)));
  return must(
      encrypt_number(*provider_, key.handle(), must(number_of(descriptor, settings.code_digits)), settings.code_digits));
}

Status SimPlatform::take_record(ByteSpan bytes) {
  CARDEA_ASSIGN(const audit::Record& taken, audit::open(*provider_, record_.factory.lock, record_.chain, bytes));
  record_.records.push_back(taken);
  return Status::kOk;
}

Status SimPlatform::take_records(const Lock& lock) {
  AuditRecordBytes bytes{};
  while (record_.chain.next_seq <= lock.log().state().last_seq) {
    CARDEA_TRY(lock.log().read(record_.chain.next_seq, bytes));
    CARDEA_TRY(take_record(bytes));
  }
  return Status::kOk;
}

link::Receipt SimPlatform::receipt(std::uint32_t seq) {
  CARDEA_ASSERT(seq >= 1 && seq <= record_.records.size() && record_.records[seq - 1].seq == seq);
  P256Point point;
  const ScopedKey identity(*provider_, must(provider_->p256_import(KeyKind::kSign, record_.identity, point)));
  link::Receipt receipt{.seq = seq};
  const auto input = link::receipt_input(record_.factory.lock, seq, record_.records[seq - 1].tag);
  CARDEA_ASSERT(provider_->p256_sign(identity.handle(), input, receipt.signature) == Status::kOk);
  return receipt;
}

ScopedKey SimPlatform::session_key() {
  ScopedKey key(*provider_, must(provider_->import_key(KeyKind::kMac, record_.key)));
  if (record_.factory.lock_class == link::LockClass::kUnprotected) return key;
  return {*provider_, must(link::derive_session_key(*provider_, key.handle(), record_.factory.lock))};
}

session::SharedKey SimPlatform::shared_key() {
  const ScopedKey key = session_key();
  return must(link::share_key(*provider_, key.handle(), record_.factory.lock, workspace, record_.key_id));
}

}  // namespace cardea::testing
