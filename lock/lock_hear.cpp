// SPDX-License-Identifier: Apache-2.0
// What a lock hears from its platform: to whom it belongs, what it is to hold, what time it is, what was received.
#include <algorithm>

#include "lock/lock.hpp"

namespace cardea {
namespace {

Result<bool> listed(link::SlotReader slots, std::uint8_t number) {
  link::SnapshotSlot slot;
  while (!slots.at_end()) {
    CARDEA_TRY(slots.next(slot));
    if (slot.number == number) return true;
  }
  return false;
}

}  // namespace

/// Settings, code epoch and slots in memory. Removals first: they make the room.
Status Lock::apply_settings(const link::SnapshotView& snapshot, ItemChanges& changes) {
  CARDEA_TRY(set_settings(state_, snapshot.settings.codes, changes));
  CARDEA_TRY(set_epoch(state_, snapshot.settings.codes.code_epoch, changes));
  for (const SlotState& slot : state_.slots) {
    if (!slot.present || !slot.active) continue;
    CARDEA_ASSIGN(const bool stays, listed(snapshot.slots, slot.id.slot));
    if (!stays) CARDEA_TRY(remove_slot(state_, slot.id.slot, changes));
  }
  link::SnapshotSlot slot;
  for (link::SlotReader slots = snapshot.slots; !slots.at_end();) {
    CARDEA_TRY(slots.next(slot));
    CARDEA_TRY(set_slot(state_, {{slot.number, slot.generation}, slot.fixed, slot.sms, slot.rule, slot.pin, slot.pin_digest},
                        changes));
  }
  return Status::kOk;
}

/// Writes the schedules and keys of a snapshot into a bank that nothing names yet.
Status Lock::stage(const link::SnapshotView& snapshot, Desired& desired) {
  CARDEA_TRY(stage_schedules(snapshot, desired));
  CARDEA_TRY(stage_pins(snapshot, desired));
  CARDEA_TRY(stage_grant_key(snapshot, desired));
  if (class_ == link::LockClass::kProtected) return Status::kOk;
  CARDEA_TRY(stage_hours(snapshot, desired));
  return stage_fixed_keys(snapshot, desired);
}

Status Lock::stage_schedules(const link::SnapshotView& snapshot, const Desired& desired) {
  return stage_item(schedules_item(desired.bank), snapshot.schedules);
}

Status Lock::stage_pins(const link::SnapshotView& snapshot, const Desired& desired) {
  Bytes<slot_count_max * pin_entry_size_bytes> bytes{};
  ByteWriter out(bytes);
  link::SnapshotSlot slot;
  for (link::SlotReader slots = snapshot.slots; !slots.at_end();) {
    CARDEA_TRY(slots.next(slot));
    if (!slot.pin) continue;
    out.u8(slot.number);
    out.bytes(slot.pin_digest);
  }
  return stage_item(pins_item(desired.bank), out.written());
}

/// The bank may still hold what a power cut left there.
Status Lock::stage_item(ItemKey key, ByteSpan bytes) {
  if (bytes.empty() && !journal_.contains(key)) return Status::kOk;
  tx_.clear();
  CARDEA_TRY(bytes.empty() ? tx_.erase(key) : tx_.put(key, bytes));
  return commit();
}

Status Lock::stage_hours(const link::SnapshotView& snapshot, Desired& desired) {
  desired.first_hour = {snapshot.first_hour};
  desired.hour_count = snapshot.hour_count;
  tx_.clear();
  std::uint8_t piece = 0;
  for (ByteSpan hours = snapshot.hours; !hours.empty();) {
    const ByteSpan keys = hours.first(std::min(hours.size(), keys_per_piece * KeyBytes::size_bytes));
    CARDEA_TRY(tx_.put(hours_item(desired.bank, piece++), keys));
    hours = hours.subspan(keys.size());
  }
  return commit();
}

Status Lock::stage_fixed_keys(const link::SnapshotView& snapshot, Desired& desired) {
  tx_.clear();
  Secret<keys_per_piece * (1 + 2 + KeyBytes::size_bytes)> bytes;
  ByteWriter out(bytes.mutable_bytes());
  std::uint8_t piece = 0;
  link::SnapshotSlot slot;
  for (link::SlotReader slots = snapshot.slots; !slots.at_end();) {
    CARDEA_TRY(slots.next(slot));
    if (!slot.fixed) continue;
    out.u8(slot.number);
    out.u16(slot.generation);
    out.bytes(slot.fixed_key.bytes());
    if (++desired.fixed_count % keys_per_piece != 0) continue;
    CARDEA_TRY(tx_.put(fixed_item(desired.bank, piece++), out.written()));
    out = ByteWriter(bytes.mutable_bytes());
  }
  if (out.size() > 0) CARDEA_TRY(tx_.put(fixed_item(desired.bank, piece), out.written()));
  return commit();
}

/// What a bank held is of no use any more. Not needed for what the lock does next, so a full or failing journal is not its
/// concern.
void Lock::erase_bank(std::uint8_t bank) {
  tx_.clear();
  for (const ItemKey key : {schedules_item(bank), pins_item(bank), grant_key_item(bank)})
    if (journal_.contains(key) && tx_.erase(key) != Status::kOk) return;
  for (std::uint8_t piece = 0; piece < hour_piece_count; ++piece)
    if (journal_.contains(hours_item(bank, piece)) && tx_.erase(hours_item(bank, piece)) != Status::kOk) return;
  for (std::uint8_t piece = 0; piece < fixed_piece_count; ++piece)
    if (journal_.contains(fixed_item(bank, piece)) && tx_.erase(fixed_item(bank, piece)) != Status::kOk) return;
  if (!tx_.empty()) static_cast<void>(commit() == Status::kOk);
}

Lock::Desired Lock::desired_of(std::uint32_t version, const link::SnapshotView& snapshot) const {
  Desired desired;
  desired.version = version;
  desired.bank = static_cast<std::uint8_t>((desired_.bank + 1) % key_bank_count);
  desired.refuse_when_log_full = snapshot.settings.refuse_when_log_full;
  desired.time_step_max_s = snapshot.settings.time_step_max_s;
  desired.open_ms = snapshot.settings.open_ms;
  return desired;
}

/// The changes in memory are taken back by reading what is durable.
Status Lock::take_back(Status status) {
  if (load_state() != Status::kOk || load_schedules() != Status::kOk || load_pins() != Status::kOk) ready_ = false;
  return status;
}

Status Lock::apply(std::uint32_t version, const link::SnapshotView& snapshot) {
  if (!ready_ || !claimed_) return Status::kNotReady;
  if (version <= desired_.version) return Status::kStale;
  ItemChanges changes;
  if (const Status status = apply_settings(snapshot, changes); status != Status::kOk) return take_back(status);
  Desired desired = desired_of(version, snapshot);
  if (const Status status = stage(snapshot, desired); status != Status::kOk) return take_back(status);
  tx_.clear();
  Status status = put(changes);
  if (status == Status::kOk) status = put_desired(desired);
  if (status == Status::kOk) status = commit();
  if (status != Status::kOk) return take_back(status);
  const std::uint8_t old_bank = desired_.bank;
  desired_ = desired;
  put_in_force();
  Status loaded = load_schedules();
  if (loaded == Status::kOk) loaded = load_keys();
  if (loaded != Status::kOk) {
    ready_ = false;
    return loaded;
  }
  erase_bank(old_bank);
  audit::Detail detail{};
  store_be(version, detail);
  record(audit::Kind::kConfigured, {.method = audit::Method::kPlatform}, detail);
  return ready_ ? Status::kOk : Status::kFlashFailed;
}

Status Lock::activate(const activation::OpenedGift& gift, const HeardTime& time, audit::Method method,
                      const activation::DoneBytes* done) {
  if (!ready_ || claimed_) return Status::kNotReady;
  ItemChanges changes;
  if (const Status status = apply_settings(gift.snapshot, changes); status != Status::kOk) return take_back(status);
  Desired desired = desired_of(gift.desired_version, gift.snapshot);
  if (const Status status = stage(gift.snapshot, desired); status != Status::kOk) return take_back(status);
  tx_.clear();
  Status status = put(changes);
  if (status == Status::kOk) status = put_gift(gift, desired, done);
  if (status == Status::kOk) {
    clock_.set(ClockSettings{.step_max_s = desired.time_step_max_s});
    TimeVerdict verdict{};
    status = put_time(time, verdict);
  }
  if (status == Status::kOk) status = commit();
  if (status != Status::kOk) return take_back(status);
  if (load_owner() != Status::kOk || load_keys() != Status::kOk || log_.start(id_) != Status::kOk) {
    ready_ = false;
    return Status::kFlashFailed;
  }
  record_activated({.method = method});
  return ready_ ? Status::kOk : Status::kFlashFailed;
}

Status Lock::put_gift(const activation::OpenedGift& gift, const Desired& desired, const activation::DoneBytes* done) {
  Bytes<owner_item_size_bytes> owner{};
  ByteWriter out(owner);
  out.bytes(gift.workspace);
  out.bytes(gift.door);
  out.bytes(gift.platform_identity);
  CARDEA_TRY(tx_.put(owner_item, owner));
  CARDEA_TRY(tx_.put(key_item, gift.key.bytes()));
  Secret<4 + KeyBytes::size_bytes> chain;
  ByteWriter chain_out(chain.mutable_bytes());
  chain_out.u32(1);
  chain_out.bytes(gift.audit_seed.bytes());
  CARDEA_TRY(tx_.put(chain_item, chain.bytes()));
  Secret<4 + session::ratchet_size_bytes> session;
  ByteWriter session_out(session.mutable_bytes());
  session_out.u32(gift.key_id);
  session_out.u32(0);
  session_out.bytes(gift.session_chain.bytes());
  CARDEA_TRY(tx_.put(session_item, session.bytes()));
  CARDEA_TRY(put_desired(desired));
  if (done != nullptr) CARDEA_TRY(tx_.put(done_item, *done));
  CARDEA_TRY(tx_.erase(claim_item));
  return tx_.erase(asked_item);
}

Status Lock::take_time(const HeardTime& heard, audit::Method method, ItemKey consumed) {
  if (!ready_ || !claimed_) return Status::kNotReady;
  const ClockReading before = clock_.read();
  tx_.clear();
  if (consumed.kind != 0) CARDEA_TRY(tx_.erase(consumed));
  TimeVerdict verdict{};
  CARDEA_TRY(put_time(heard, verdict));
  CARDEA_TRY(commit());
  switch (verdict) {
    case TimeVerdict::kTaken: record_clock_set(method, before); return Status::kOk;
    case TimeVerdict::kNotBetter: return Status::kOk;
    case TimeVerdict::kBehind:
    case TimeVerdict::kTooFarAhead: break;
  }
  record(audit::Kind::kTimeRefused, {.method = method}, two_times(before.now, {heard.time}));
  return Status::kOutOfRange;
}

/// Sets the clock, if the time is any good, and all that follows from it.
Status Lock::put_time(const HeardTime& heard, TimeVerdict& verdict) {
  verdict = TimeVerdict::kNotBetter;
  if (!heard.round_trip_ms) return Status::kOk;
  const SignedTime offered = middle_of({heard.time}, heard.uncertainty_ms, *heard.round_trip_ms);
  CARDEA_ASSIGN(verdict, clock_.set_authenticated(offered, tx_));
  ItemChanges changes;
  if (verdict == TimeVerdict::kTaken) set_time(state_, changes);
  return put(changes);
}

audit::Detail Lock::two_times(UnixSeconds first, UnixSeconds second) {
  audit::Detail detail{};
  ByteWriter out(detail);
  out.u64(first.value);
  out.u64(second.value);
  return detail;
}

/// event.md E13: a good clock that hardly moved is not worth a record every six hours.
void Lock::record_clock_set(audit::Method method, const ClockReading& before) {
  const ClockReading after = clock_.read();
  const std::uint64_t moved = after.now > before.now ? after.now.value - before.now.value : before.now.value - after.now.value;
  if (use_of(before) == ClockUse::kGood && moved <= clock_set_record_s) return;
  const UnixSeconds old_time = before.quality == ClockQuality::kLost ? UnixSeconds{} : before.now;
  record(audit::Kind::kClockSet, {.method = method}, two_times(old_time, after.now));
}

Status Lock::take_receipt(const link::Receipt& receipt) {
  if (!ready_ || !claimed_) return Status::kNotReady;
  AuditRecordBytes bytes{};
  CARDEA_TRY(log_.read(receipt.seq, bytes));
  const Result<audit::Record> record = audit::decode(bytes);
  CARDEA_TRY(record.status());
  const auto input = link::receipt_input(id_, receipt.seq, record->tag);
  CARDEA_TRY(port_.provider->p256_verify(platform_identity_, input, receipt.signature));
  const Status status = log_.acknowledge(receipt.seq);
  if (status != Status::kOk) ready_ = false;
  return status;
}

}  // namespace cardea
