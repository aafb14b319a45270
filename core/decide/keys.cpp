// SPDX-License-Identifier: Apache-2.0
#include "core/decide/keys.hpp"

namespace cardea {

void CodeKeys::release(KeyHandle& key) {
  if (key) provider_->release_key(key);
  key = {};
}

void CodeKeys::release(PreparedSlot& prepared) {
  for (KeyHandle& key : prepared.keys) release(key);
}

void CodeKeys::release_schedule() {
  for (KeyHandle& key : schedule_keys_) release(key);
  schedule_count_ = 0;
  for (PreparedHour& hour : hours_) release(hour.key);
  for (PreparedSlot& prepared : prepared_) release(prepared);
  release(passing_.key);
}

void CodeKeys::clear() {
  release_schedule();
  for (FixedKey& fixed : fixed_keys_) release(fixed.key);
  release(code_key_);
  release(pin_key_);
  release(lock_key_);
}

void CodeKeys::use_lock_key(KeyHandle lock_key) {
  CARDEA_ASSERT(static_cast<bool>(lock_key));
  clear();
  lock_key_ = lock_key;
}

Status CodeKeys::use_schedule(Hour first, std::span<const KeyHandle> hour_keys) {
  if (lock_key_) return Status::kUnsupported;
  if (hour_keys.empty() || hour_keys.size() > schedule_hours_max) return Status::kOutOfRange;
  if (first.value > UINT32_MAX - hour_keys.size()) return Status::kOutOfRange;
  release_schedule();
  schedule_first_ = first;
  schedule_count_ = hour_keys.size();
  std::copy(hour_keys.begin(), hour_keys.end(), schedule_keys_.begin());
  return Status::kOk;
}

Status CodeKeys::use_fixed_key(SlotGeneration slot, KeyHandle fixed_key) {
  if (lock_key_) return Status::kUnsupported;
  FixedKey* place = nullptr;
  for (FixedKey& fixed : fixed_keys_) {
    const bool same = fixed.key && fixed.slot.slot == slot.slot;
    if (same || (place == nullptr && !fixed.key)) place = &fixed;
    if (same) break;
  }
  if (place == nullptr) return Status::kFull;
  release(place->key);
  *place = {fixed_key, slot};
  return Status::kOk;
}

void CodeKeys::drop_fixed_key(std::uint8_t slot) {
  for (FixedKey& fixed : fixed_keys_)
    if (fixed.key && fixed.slot.slot == slot) release(fixed.key);
}

bool CodeKeys::covers(Hour hour) const {
  if (lock_key_) return true;
  return hour >= schedule_first_ && hour.value - schedule_first_.value < schedule_count_;
}

std::optional<HourRange> CodeKeys::schedule() const {
  if (schedule_count_ == 0) return std::nullopt;
  return HourRange{schedule_first_, {schedule_first_.value + static_cast<std::uint32_t>(schedule_count_) - 1}};
}

void CodeKeys::enter_hour(Hour now) {
  release(passing_.key);
  if (now == now_) return;
  now_ = now;
  for (PreparedHour& hour : hours_) release(hour.key);
  for (PreparedSlot& prepared : prepared_)
    if (prepared.hour.value != 0) release(prepared);  // hour 0: a fixed token's, which stays
}

Result<KeyHandle> CodeKeys::hour_key(Hour hour) {
  if (!lock_key_) return covers(hour) ? schedule_keys_[hour.value - schedule_first_.value] : KeyHandle{};
  PreparedHour& place = hours_[hour == now_ ? 0 : 1];
  if (place.key && place.hour == hour) return place.key;
  release(place.key);
  CARDEA_ASSIGN(place.key, derive_hour_key(*provider_, lock_key_, lock_id_, hour));
  place.hour = hour;
  return place.key;
}

KeyHandle CodeKeys::fixed_key(SlotGeneration slot) const {
  for (const FixedKey& fixed : fixed_keys_)
    if (fixed.key && fixed.slot == slot) return fixed.key;
  return {};
}

Result<KeyHandle> CodeKeys::derive(SlotGeneration slot, OtpPurpose purpose, Hour hour) {
  CARDEA_ASSIGN(const KeyHandle parent, hour_key(hour));
  if (!parent) return KeyHandle{};
  return derive_slot_key(*provider_, parent, purpose, slot);
}

Result<KeyHandle> CodeKeys::passing_key(SlotGeneration slot, OtpPurpose purpose, Hour hour) {
  PassingKey& passing = passing_;
  if (passing.key && passing.slot == slot && passing.purpose == purpose && passing.hour == hour) return passing.key;
  release(passing.key);
  passing = {{}, slot, purpose, hour};
  CARDEA_ASSIGN(passing.key, derive(slot, purpose, hour));
  return passing.key;
}

Result<KeyHandle> CodeKeys::slot_key(std::size_t place, const SlotState& slot, OtpPurpose purpose, Hour hour) {
  CARDEA_ASSERT(place < slot_count_max);
  if (slot.fixed && !lock_key_) return fixed_key(slot.id);
  if (!slot.fixed && hour != now_) return passing_key(slot.id, purpose, hour);
  PreparedSlot& prepared = prepared_[place];
  if (prepared.slot != slot.id || prepared.hour != hour) {
    release(prepared);
    prepared = {slot.id, hour};
  }
  KeyHandle& key = prepared.keys[static_cast<std::size_t>(purpose)];
  if (key) return key;
  CARDEA_ASSIGN(key, derive(slot.id, purpose, hour));
  return key;
}

Result<KeyHandle> CodeKeys::code_key(std::uint16_t epoch) {
  CARDEA_ASSERT(has_code_key());
  if (code_key_ && code_key_epoch_ == epoch) return code_key_;
  release(code_key_);
  CARDEA_ASSIGN(code_key_, derive_code_key(*provider_, lock_key_, lock_id_, epoch));
  code_key_epoch_ = epoch;
  return code_key_;
}

Result<KeyHandle> CodeKeys::pin_key() {
  CARDEA_ASSERT(has_code_key());
  if (pin_key_) return pin_key_;
  CARDEA_ASSIGN(pin_key_, derive_pin_key(*provider_, lock_key_, lock_id_));
  return pin_key_;
}

}  // namespace cardea
