// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/issuer.hpp"

#include "core/codes/ff1.hpp"

namespace cardea::attacks {

Issuer::Issuer(const LockSpec& spec) : Issuer(spec.id, spec.key, spec.snapshot.settings.codes) {}

Issuer::Issuer(const LockId& id, const KeyBytes& key, const Settings& settings)
    : provider_(16), id_(id), settings_(settings), key_(provider_.import_key(KeyKind::kMac, key).value()) {}

std::string Issuer::otp(OtpPurpose purpose, SlotGeneration slot, UnixSeconds time) {
  return std::string(issue_otp(provider_, key_, id_, {purpose, slot, false, time, settings_.otp_digits}).value().reveal());
}

std::string Issuer::app_code(SlotGeneration slot, UnixSeconds time) { return otp(OtpPurpose::kApp, slot, time); }
std::string Issuer::sms_code(SlotGeneration slot, UnixSeconds time) { return otp(OtpPurpose::kSms, slot, time); }

std::string Issuer::offline_code(const Descriptor& descriptor) {
  const ScopedKey code_key(provider_, derive_code_key(provider_, key_, id_, settings_.code_epoch).value());
  const std::uint64_t number = number_of(descriptor, settings_.code_digits).value();
  return std::string(encrypt_number(provider_, code_key.handle(), number, settings_.code_digits).value().reveal());
}

std::string Issuer::windowed_code(Family family, std::uint8_t klass, UnixSeconds time, std::uint32_t index) {
  const auto start = static_cast<std::uint32_t>((time.value - code_epoch_unix_s) / start_unit_s(klass));
  return offline_code({family, klass, start, index});
}

std::string Issuer::tick_code(Family family, UnixSeconds time) { return offline_code({family, 0, 0, tick_of(time).value()}); }

PinDigest Issuer::digest_of_pin(std::string_view pin) {
  const ScopedKey key(provider_, derive_pin_key(provider_, key_, id_).value());
  return pin_digest(provider_, key.handle(), Digits::parse(pin)).value();
}

KeyBytes Issuer::hour_key(Hour hour) { return derive_hour_key_bytes(provider_, key_, id_, hour).value(); }

KeyBytes Issuer::slot_key(Hour hour, SlotGeneration slot) {
  const ScopedKey hour_handle(provider_, derive_hour_key(provider_, key_, id_, hour).value());
  return derive_slot_key_bytes(provider_, hour_handle.handle(), OtpPurpose::kApp, slot).value();
}

KeyBytes Issuer::fixed_key(SlotGeneration slot) { return slot_key(Hour{0}, slot); }

PhoneMemory Issuer::phone(SlotGeneration slot, UnixSeconds time, std::uint32_t hours) {
  PhoneMemory memory{slot, hour_of(time), {}};
  for (std::uint32_t i = 0; i < hours; ++i) memory.keys.push_back(slot_key({memory.first.value + i}, slot));
  return memory;
}

std::string code_from_memory(const PhoneMemory& memory, UnixSeconds time, std::uint8_t digits) {
  const Step step = step_at(OtpPurpose::kApp, time);
  const std::uint32_t hour = hour_of_step(OtpPurpose::kApp, step).value;
  const std::size_t past = hour < memory.first.value ? 0 : hour - memory.first.value;
  OpensslProvider provider(4);
  const KeyHandle key = provider.import_key(KeyKind::kMac, memory.keys.at(std::min(past, memory.keys.size() - 1))).value();
  return std::string(Digits::of(otp_value(provider, key, step, digits).value(), digits).reveal());
}

link::Snapshot usual_snapshot() {
  link::Snapshot snapshot;
  snapshot.slot_count = 1;
  snapshot.slots[0].number = usual_slot.slot;
  snapshot.slots[0].generation = usual_slot.generation;
  snapshot.slots[0].sms = true;
  return snapshot;
}

LockSpec usual_lock(Random& random, UnixSeconds time) {
  LockSpec spec;
  spec.id.value = random.bytes<lock_id_size_bytes>();
  spec.key = random.key();
  spec.session_key = random.key();
  spec.audit_seed = random.key();
  spec.snapshot = usual_snapshot();
  spec.time = time;
  spec.seed = random.next();
  return spec;
}

LockSpec lock_of_pins(Random& random, UnixSeconds time) {
  LockSpec spec = usual_lock(random, time);
  Issuer issuer(spec);
  spec.snapshot.settings.codes.pin_digits = pin_digits_min;
  std::uint8_t number = usual_slot.slot;
  while (spec.snapshot.slot_count < link::snapshot_slot_count_max) {
    link::SnapshotSlot& slot = spec.snapshot.slots[spec.snapshot.slot_count++];
    slot.number = ++number;
    slot.pin = true;
    slot.pin_digest = issuer.digest_of_pin("9" + random_digits(random, pin_digits_min - 1u));
  }
  return spec;
}

LockSpec unprotected_lock(Random& random, UnixSeconds time) {
  LockSpec spec = usual_lock(random, time);
  spec.lock_class = link::LockClass::kUnprotected;
  Issuer issuer(spec);
  spec.snapshot.first_hour = hour_of(time).value;
  spec.snapshot.hour_count = link::snapshot_hour_count_max;
  for (std::uint32_t i = 0; i < spec.snapshot.hour_count; ++i)
    spec.snapshot.hours[i] = issuer.hour_key({spec.snapshot.first_hour + i});
  return spec;
}

std::string random_digits(Random& random, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += static_cast<char>('0' + random.below(10));
  return text;
}

std::string wrong_code(Random& random, std::size_t digits, std::string_view right) {
  std::string text = random_digits(random, digits);
  while (text == right) text = random_digits(random, digits);
  return text;
}

}  // namespace cardea::attacks
