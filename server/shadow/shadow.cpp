// SPDX-License-Identifier: Apache-2.0
#include "server/shadow/shadow.hpp"

#include <algorithm>
#include <array>

#include "core/codes/offline.hpp"
#include "core/codes/otp.hpp"
#include "core/crypto/kdf.hpp"
#include "core/decide/items.hpp"

namespace cardea::server {

namespace {

/// Long after any restart: nothing of the throttle is measured against it.
constexpr RunSeconds shadow_run{1'000'000};

/// Takes a code into the memory; the oldest makes room, as it would have at the lock.
void remember(std::span<RememberedCode> places, std::size_t& count, const Descriptor& code) {
  const RememberedCode remembered(code);
  if (std::ranges::find(places, remembered) != places.end()) return;
  places[count++ % places.size()] = remembered;
}

}  // namespace

Shadow::Shadow(const ShadowFacts& facts)
    : provider_(2 * code_keys_handle_count_max),
      lock_id_(facts.lock),
      is_protected_(facts.lock_class == link::LockClass::kProtected),
      last_hour_(facts.last_hour),
      status_(facts.status) {
  CARDEA_ASSERT(provider_.random(key_.mutable_bytes()) == Status::kOk);
  lock_key_ = provider_.import_key(KeyKind::kMac, key_).value();
  ItemChanges changes;
  static_cast<void>(set_settings(state_, facts.settings, changes));
  changes = {};
  static_cast<void>(set_epoch(state_, facts.settings.code_epoch, changes));
  for (SlotOrder slot : facts.slots) {
    changes = {};
    if (slot.pin) slot.pin_digest = digest_of(stand_in_of(slot.id.slot));
    static_cast<void>(set_slot(state_, slot, changes));
  }
  static_cast<void>(state_.schedules.assign(facts.schedules.bytes()));
  for (const audit::Record& record : facts.records) replay(record);
}

/// In place of a PIN, which nobody knows here: one for each slot.
Digits Shadow::stand_in_of(std::uint8_t slot) const { return Digits::of(slot, state_.settings.pin_digits); }

PinDigest Shadow::digest_of(const Digits& pin) {
  const ScopedKey key(provider_, derive_pin_key(provider_, lock_key_, lock_id_).value());
  return pin_digest(provider_, key.handle(), pin).value();
}

void Shadow::replay(const audit::Record& record) {
  if (record.method == audit::Method::kOffline) return replay_offline(record);
  if (record.kind != audit::Kind::kOpening || record.method == audit::Method::kVirtualKey) return;
  // A PIN's slot and generation stand where a token's do, and it has no step.
  const auto use = audit::decode_token_use(ByteSpan(record.detail).first(audit::what_size_bytes));
  if (!use) return;
  for (SlotState& slot : state_.slots) {
    if (!slot.active || slot.id != SlotGeneration{use->slot, use->generation}) continue;
    const auto purpose = record.method == audit::Method::kSms ? OtpPurpose::kSms : OtpPurpose::kApp;
    if (record.method != audit::Method::kPin) slot.newest_step[static_cast<std::size_t>(purpose)] = remembered(Step{use->step});
    if (slot.use_count < UINT16_MAX) ++slot.use_count;
    if (slot.first_used_at.value == 0) slot.first_used_at = remembered(UnixSeconds{record.time});
  }
}

void Shadow::replay_offline(const audit::Record& record) {
  const auto use = audit::decode_offline_use(ByteSpan(record.detail).first(audit::what_size_bytes));
  if (!use || use->family >= family_count || use->epoch != state_.settings.code_epoch) return;
  const Descriptor code{static_cast<Family>(use->family), use->code_class, use->start, use->index};
  CodeMemory& codes = state_.codes;
  if (record.kind == audit::Kind::kCleared && code.family == Family::kClear && !clears_one_pool_code(code)) {
    codes.marks.cleared_before = std::max(codes.marks.cleared_before, time_of(code));
    codes.marks.pool_cleared_to = std::max(codes.marks.pool_cleared_to, newest_pool_used(codes));
  }
  if (record.kind == audit::Kind::kCleared && code.family == Family::kClear && clears_one_pool_code(code))
    codes.pool_cleared.set(code.index - tick_count);
  if (record.kind != audit::Kind::kOpening) return;
  if (code.family == Family::kPool) codes.pool_used.set(code.index);
  if (code.family == Family::kOnce) remember(codes.used_once, used_once_count_, code);
  if (code.family == Family::kTimed || code.family == Family::kExclusive) remember(codes.remembered, remembered_count_, code);
  if (code.family == Family::kExclusive)
    codes.marks.exclusive_start = std::max(codes.marks.exclusive_start, interval_of(code).begins);
}

ClockReading Shadow::clock_at(UnixSeconds at) const {
  ClockReading clock;
  clock.now = at;
  clock.run = shadow_run;
  clock.quality = status_ ? status_->quality : ClockQuality::kSynced;
  clock.error_bound_s = status_ ? status_->error_bound_s : 0;
  clock.newest_seen = {status_ ? status_->time : at.value};
  return clock;
}

void Shadow::hold_keys(CodeKeys& keys) {
  if (is_protected_) return keys.use_lock_key(provider_.import_key(KeyKind::kMac, key_).value());
  std::array<KeyHandle, schedule_hours_max> hours;
  const std::uint32_t first = last_hour_ - std::min<std::uint32_t>(last_hour_, schedule_hours_max - 1);
  const std::size_t count = std::size_t{last_hour_} - first + 1;
  for (std::size_t i = 0; i < count; ++i)
    hours[i] = derive_hour_key(provider_, lock_key_, lock_id_, {static_cast<std::uint32_t>(first + i)}).value();
  CARDEA_ASSERT(keys.use_schedule({first}, std::span(hours).first(count)) == Status::kOk);
  const KeyHandle hour_zero = derive_hour_key(provider_, lock_key_, lock_id_, Hour{0}).value();
  for (const SlotState& slot : state_.slots)
    if (slot.active && slot.fixed)
      CARDEA_ASSERT(keys.use_fixed_key(slot.id, derive_slot_key(provider_, hour_zero, OtpPurpose::kApp, slot.id).value()) ==
                    Status::kOk);
  provider_.release_key(hour_zero);
}

Result<Digits> Shadow::code_of(const ShadowCode& code, UnixSeconds at) {
  if (code.type == CredentialType::kOffline) {
    CARDEA_ASSIGN(const KeyHandle key, derive_code_key(provider_, lock_key_, lock_id_, code.code_epoch));
    const Result<Digits> digits = issue_offline(provider_, key, code.descriptor.value(), code.code_digits);
    provider_.release_key(key);
    return digits;
  }
  if (code.type == CredentialType::kPin) return stand_in_of(code.slot.slot);
  OtpRequest request;
  request.purpose = code.type == CredentialType::kSms ? OtpPurpose::kSms : OtpPurpose::kApp;
  request.slot = code.slot;
  request.fixed = code.type == CredentialType::kFixedToken;
  request.time = at;
  request.digits = state_.settings.otp_digits;
  return issue_otp(provider_, lock_key_, lock_id_, request);
}

void Shadow::keep(ItemKey key, ByteSpan item) { static_cast<void>(decode_item(state_, key, item)); }

bool Shadow::is_kept(ItemKey key) {
  return key.kind == item_failure || key.kind == item_refund || key.kind == item_decode || key.kind == item_throttle ||
         key.kind == item_marks;
}

std::vector<std::uint8_t> Shadow::kept_item(ItemKey key) const {
  Bytes<item_size_bytes_max> bytes{};
  ByteWriter out(bytes);
  CARDEA_ASSERT(encode_item(state_, key, out) == Status::kOk);
  return {out.written().begin(), out.written().end()};
}

cardea::Outcome Shadow::enter(LockState& state, const Digits& digits, const ClockReading& clock) {
  CodeKeys keys(provider_, lock_id_);
  hold_keys(keys);
  Admission admission = admit(state, digits, clock, keys);
  if (admission.gate == Gate::kRefused) return admission.outcome;
  cardea::Outcome outcome = cardea::judge(state, digits, admission, clock, keys);
  outcome.changes.add(admission.outcome.changes);
  return outcome;
}

/// As many digits as somebody typed, and under this shadow's own key, which is not the lock's, the code of nothing.
Digits Shadow::digits_of_nothing(std::size_t count, const ClockReading& clock) {
  for (;;) {
    Secret<8> random;
    CARDEA_ASSERT(provider_.random(random.mutable_bytes()) == Status::kOk);
    const Digits digits = Digits::of(load_be<std::uint64_t>(random.bytes()) % power_of_ten(count), count);
    LockState copy = state_;
    copy.throttle = {};
    if (enter(copy, digits, clock).detail.method == Method::kNone) return digits;
  }
}

cardea::Outcome Shadow::type(const Entry& entry) {
  ClockReading clock = clock_at(entry.now);
  clock.run = std::max(RunSeconds{entry.now.value}, newest_moment(state_.throttle));
  clock.newest_seen = std::min(clock.newest_seen, entry.now);
  if (!entry.code) return enter(state_, digits_of_nothing(entry.digit_count, clock), clock);
  const Result<Digits> digits = code_of(*entry.code, entry.code_at);
  if (digits) return enter(state_, *digits, clock);
  cardea::Outcome fault;
  fault.reason = Reason::kFault;
  return fault;
}

ItemChanges Shadow::release_keypad() {
  ItemChanges changes;
  release(state_.throttle, changes);
  return changes;
}

Shadow::Judgement Shadow::judge(const ShadowCode& code, UnixSeconds at) {
  const Result<Digits> typed = code_of(code, at);
  if (!typed) return {Verdict::kRefused, Reason::kFault};
  LockState state = state_;
  const cardea::Outcome outcome = enter(state, *typed, clock_at(at));
  return {outcome.verdict, outcome.reason};
}

}  // namespace cardea::server
