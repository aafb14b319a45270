// SPDX-License-Identifier: Apache-2.0
// Starting a lock: what the flash holds becomes what the lock knows.
#include "lock/lock.hpp"

#include <algorithm>

namespace cardea {
namespace {

constexpr std::size_t factory_size_bytes = lock_id_size_bytes + 1;
constexpr std::size_t identity_size_bytes = KeyBytes::size_bytes + 64;
constexpr std::size_t desired_size_bytes = 4 + 1 + 1 + 4 + 2 + 4 + 1 + 1;
constexpr std::size_t fixed_key_size_bytes = 1 + 2 + KeyBytes::size_bytes;
constexpr std::size_t state_item_size_bytes_max = item_size_bytes_max;

}  // namespace

/// A random number is a private key with all but 2^-32 of chance.
Result<KeyHandle> make_storable_pair(Provider& provider, KeyBytes& scalar, P256Point& point) {
  CARDEA_TRY(provider.random(scalar.mutable_bytes()));
  return provider.p256_import(KeyKind::kAgree, scalar, point);
}

Lock::Lock(const LockPort& port)
    : port_{&port.flash, &port.counter, &port.motor, &port.sensors, &port.provider, port.firmware},
      clock_(port.counter),
      journal_(port.flash, port.journal),
      region_(port.flash, port.audit),
      log_(port.provider, journal_, region_, tx_) {}

Lock::~Lock() { drop_keys(); }

Status Lock::make(const Factory& factory) {
  ready_ = false;
  CARDEA_TRY(journal_.format());
  CARDEA_TRY(region_.format());
  Bytes<factory_size_bytes> bytes{};
  ByteWriter out(bytes);
  out.bytes(factory.lock.value);
  out.u8(static_cast<std::uint8_t>(factory.lock_class));
  tx_.clear();
  CARDEA_TRY(tx_.put(factory_item, bytes));
  CARDEA_TRY(tx_.put(claim_item, factory.claim_secret.bytes()));
  CARDEA_TRY(put_identity());
  CARDEA_TRY(journal_.commit(tx_));
  return boot();
}

Status Lock::put_identity() {
  KeyBytes scalar;
  P256Point point;
  CARDEA_ASSIGN(const KeyHandle pair, make_storable_pair(*port_.provider, scalar, point));
  port_.provider->release_key(pair);
  Secret<identity_size_bytes> bytes;
  ByteWriter out(bytes.mutable_bytes());
  out.bytes(scalar.bytes());
  out.bytes(point);
  return tx_.put(identity_item, bytes.bytes());
}

Status Lock::boot() {
  ready_ = false;
  CARDEA_TRY(journal_.mount());
  CARDEA_TRY(region_.mount());
  if (journal_.contains(leftover_item)) CARDEA_TRY(erase_leftover());
  drop_keys();
  CARDEA_TRY(load_factory());
  CARDEA_TRY(load_state());
  CARDEA_TRY(load_owner());
  CARDEA_TRY(load_told());
  if (claimed_) {
    CARDEA_TRY(load_keys());
    CARDEA_TRY(log_.start(id_));
  }
  RestartFinding finding;
  CARDEA_TRY(take_up_time(finding));
  ready_ = true;
  if (claimed_) record_restart(finding);
  waiting_ = wait_s() > 0;
  return ready_ ? Status::kOk : Status::kFlashFailed;
}

Status Lock::load_factory() {
  Bytes<factory_size_bytes> bytes{};
  const Result<std::size_t> size = journal_.get(factory_item, bytes);
  if (!size.ok()) return size.error() == Status::kNotFound ? Status::kNotReady : size.error();
  ByteReader in(bytes);
  id_ = {in.array<lock_id_size_bytes>()};
  const std::uint8_t lock_class = in.u8();
  if (*size != bytes.size() || lock_class > 1) return Status::kCorrupt;
  class_ = static_cast<link::LockClass>(lock_class);
  sealed_ = journal_.contains(sealed_item);
  return Status::kOk;
}

Status Lock::seal() {
  if (!ready_) return Status::kNotReady;
  CARDEA_TRY(store(sealed_item, Bytes<1>{1}));
  sealed_ = true;
  return Status::kOk;
}

Status Lock::load_state() {
  clear(state_);
  for (std::size_t number = 0; number < item_key_count; ++number) {
    const ItemKey key = item_key(number);
    if (!journal_.contains(key)) continue;
    Bytes<state_item_size_bytes_max> bytes{};
    CARDEA_ASSIGN(const std::size_t size, journal_.get(key, bytes));
    const Status status = decode_item(state_, key, ByteSpan(bytes).first(size));
    if (status != Status::kOk && status != Status::kStale) return Status::kCorrupt;  // kStale: of an older code epoch
  }
  return Status::kOk;
}

Status Lock::load_owner() {
  claimed_ = journal_.contains(key_item);
  desired_ = {};
  if (!claimed_) return Status::kOk;
  Bytes<owner_item_size_bytes> owner{};
  CARDEA_ASSIGN(const std::size_t owner_size, journal_.get(owner_item, owner));
  if (owner_size != owner.size()) return Status::kCorrupt;
  std::copy(owner.end() - 64, owner.end(), platform_identity_.begin());
  Bytes<desired_size_bytes> bytes{};
  CARDEA_ASSIGN(const std::size_t size, journal_.get(desired_item, bytes));
  ByteReader in(bytes);
  desired_.version = in.u32();
  desired_.bank = in.u8();
  desired_.refuse_when_log_full = in.u8() != 0;
  desired_.time_step_max_s = in.u32();
  desired_.open_ms = in.u16();
  desired_.first_hour = {in.u32()};
  desired_.hour_count = in.u8();
  desired_.fixed_count = in.u8();
  const bool legal = size == bytes.size() && desired_.bank < key_bank_count && desired_.hour_count <= schedule_hours_max &&
                     desired_.fixed_count <= slot_count_max;
  put_in_force();
  if (!legal) return Status::kCorrupt;
  CARDEA_TRY(load_schedules());
  return load_pins();
}

/// Every PIN of the state has a digest in the bank that is in force, and nothing else does.
Status Lock::load_pins() {
  Bytes<slot_count_max * pin_entry_size_bytes> bytes{};
  const Result<std::size_t> size = journal_.get(pins_item(desired_.bank), bytes);
  if (!size.ok() && size.error() != Status::kNotFound) return size.error();
  ByteReader in(ByteSpan(bytes).first(size.ok() ? *size : 0));
  for (SlotState& slot : state_.slots) slot.pin_digest = {};
  std::size_t missing = 0;
  for (const SlotState& slot : state_.slots) missing += slot.pin ? 1 : 0;
  for (; in.status() == Status::kOk && missing > 0; --missing) {
    const std::uint8_t number = in.u8();
    const auto digest = in.array<pin_digest_size_bytes>();
    for (SlotState& slot : state_.slots)
      if (slot.pin && slot.id.slot == number) slot.pin_digest = digest;
  }
  return in.finish() == Status::kOk ? Status::kOk : Status::kCorrupt;
}

Status Lock::load_schedules() {
  Bytes<schedule_set_size_bytes_max> bytes{};
  const Result<std::size_t> size = journal_.get(schedules_item(desired_.bank), bytes);
  if (!size.ok()) return size.error() == Status::kNotFound ? state_.schedules.assign({}) : size.error();
  return state_.schedules.assign(ByteSpan(bytes).first(*size)) == Status::kOk ? Status::kOk : Status::kCorrupt;
}

/// What does not lie in core's settings.
void Lock::put_in_force() {
  log_.set_policy(desired_.refuse_when_log_full ? AuditPolicy::kRefuse : AuditPolicy::kKeepNewest);
  clock_.set(ClockSettings{.step_max_s = desired_.time_step_max_s});
}

Status Lock::put_desired(const Desired& desired) {
  Bytes<desired_size_bytes> bytes{};
  ByteWriter out(bytes);
  out.u32(desired.version);
  out.u8(desired.bank);
  out.u8(desired.refuse_when_log_full ? 1 : 0);
  out.u32(desired.time_step_max_s);
  out.u16(desired.open_ms);
  out.u32(desired.first_hour.value);
  out.u8(desired.hour_count);
  out.u8(desired.fixed_count);
  return tx_.put(desired_item, bytes);
}

void Lock::drop_keys() {
  keys_.reset();
  if (session_key_) port_.provider->release_key(session_key_);
  session_key_ = {};
  if (identity_key_) port_.provider->release_key(identity_key_);
  identity_key_ = {};
}

Status Lock::load_keys() {
  drop_keys();
  keys_.emplace(*port_.provider, id_);
  KeyBytes bytes;
  CARDEA_ASSIGN(const std::size_t size, journal_.get(key_item, bytes.mutable_bytes()));
  if (size != KeyBytes::size_bytes) return Status::kCorrupt;
  CARDEA_ASSIGN(const KeyHandle key, port_.provider->import_key(KeyKind::kMac, bytes));
  if (class_ == link::LockClass::kProtected) {
    keys_->use_lock_key(key);
    CARDEA_ASSIGN(session_key_, link::derive_session_key(*port_.provider, key, id_));
    return Status::kOk;
  }
  session_key_ = key;
  CARDEA_TRY(load_hours());
  return load_fixed_keys();
}

Status Lock::load_hours() {
  if (desired_.hour_count == 0) return Status::kOk;
  std::array<KeyHandle, schedule_hours_max> handles{};
  Secret<keys_per_piece * KeyBytes::size_bytes> piece;
  Status status = Status::kOk;
  for (std::size_t i = 0; i < desired_.hour_count && status == Status::kOk; ++i) {
    const std::size_t place = i % keys_per_piece;
    if (place == 0)
      status = journal_.get(hours_item(desired_.bank, static_cast<std::uint8_t>(i / keys_per_piece)), piece.mutable_bytes())
                   .status();
    if (status != Status::kOk) break;
    const KeyBytes bytes(ByteSpan(piece.bytes()).subspan(place * KeyBytes::size_bytes).first<KeyBytes::size_bytes>());
    const Result<KeyHandle> handle = port_.provider->import_key(KeyKind::kMac, bytes);
    status = handle.status();
    if (handle.ok()) handles[i] = *handle;
  }
  if (status == Status::kOk) status = keys_->use_schedule(desired_.first_hour, std::span(handles).first(desired_.hour_count));
  if (status == Status::kOk) return status;
  for (const KeyHandle handle : handles)
    if (handle) port_.provider->release_key(handle);
  return status;
}

Status Lock::load_fixed_keys() {
  Secret<keys_per_piece * fixed_key_size_bytes> piece;
  for (std::size_t i = 0; i < desired_.fixed_count; ++i) {
    const std::size_t place = i % keys_per_piece;
    if (place == 0) {
      const ItemKey key = fixed_item(desired_.bank, static_cast<std::uint8_t>(i / keys_per_piece));
      CARDEA_TRY(journal_.get(key, piece.mutable_bytes()).status());
    }
    ByteReader in(ByteSpan(piece.bytes()).subspan(place * fixed_key_size_bytes, fixed_key_size_bytes));
    const std::uint8_t slot = in.u8();
    const std::uint16_t generation = in.u16();
    const KeyBytes bytes(in.array<KeyBytes::size_bytes>());
    CARDEA_ASSIGN(const KeyHandle handle, port_.provider->import_key(KeyKind::kMac, bytes));
    const Status status = keys_->use_fixed_key({slot, generation}, handle);
    if (status == Status::kOk) continue;
    port_.provider->release_key(handle);
    return status;
  }
  return Status::kOk;
}

/// Time, and what a restart means for waits and for questions that wait for an answer: one write.
Status Lock::take_up_time(RestartFinding& finding) {
  tx_.clear();
  CARDEA_TRY(clock_.start(journal_, running_time_floor(state_), tx_));
  ItemChanges changes;
  finding = restart(state_, clock_.read().run, !clock_.kept_over_restart(), changes);
  CARDEA_TRY(put(changes));
  if (!clock_.kept_over_restart()) {
    CARDEA_TRY(break_round_trip(asked_item));
    CARDEA_TRY(break_round_trip(file_item));
  }
  return journal_.commit(tx_);
}

/// A round trip that includes the loss of the clock is none (clock.md C9): the last byte of the item says so.
Status Lock::break_round_trip(ItemKey key) {
  Secret<waiting_item_size_bytes_max> bytes;
  const Result<std::size_t> size = journal_.get(key, bytes.mutable_bytes());
  if (!size.ok()) return size.error() == Status::kNotFound ? Status::kOk : size.error();
  if (*size == 0) return Status::kCorrupt;
  bytes.mutable_bytes()[*size - 1] = 0;
  return tx_.put(key, ByteSpan(bytes.bytes()).first(*size));
}

/// First what the power cut left open (event.md E3), then that there was one.
void Lock::record_restart(const RestartFinding& finding) {
  settle_intention();
  if (log_.state().last_seq == 0 && log_.state().receipt_seq == 0) record_activated({});
  if (finding.entry_cut_short)
    record(audit::Kind::kEntryRefused, {}, audit::detail_of_refusal({}, failures_of_month(), finding.alert),
           static_cast<audit::ReasonCode>(Reason::kFault));
  audit::Detail detail{};
  ByteWriter out(detail);
  out.u64(clock_.read().run.value);
  out.u8(clock_.kept_over_restart() ? 1 : 0);
  out.u8(finding.entry_cut_short ? 1 : 0);
  record(audit::Kind::kRestarted, {}, detail);
}

void Lock::settle_intention() {
  const std::optional<audit::Record> newest = log_.newest();
  if (!newest || newest->kind != audit::Kind::kOpening) return;
  What what{.method = newest->method};
  std::copy_n(newest->detail.begin(), what.bytes.size(), what.bytes.begin());
  record_outcome(audit::Kind::kOpenFailed, what, newest->seq, audit::reason_none);
}

void Lock::record_activated(const What& what) {
  audit::Detail detail{};
  detail[0] = static_cast<std::uint8_t>(class_);
  record(audit::Kind::kActivated, what, detail);
}

/// Puts the present form of the changed items into the transaction.
Status Lock::put(const ItemChanges& changes) {
  for (const ItemKey& key : changes.keys()) {
    Bytes<state_item_size_bytes_max> bytes{};
    ByteWriter out(bytes);
    CARDEA_TRY(encode_item(state_, key, out));
    CARDEA_TRY(out.size() == 0 ? tx_.erase(key) : tx_.put(key, out.written()));
  }
  return Status::kOk;
}

/// 0 when the flash has it as the memory has.
std::uint32_t Lock::doubt_about(const UsedUp& used) const {
  if (used.item.kind == 0) return used.doubt;
  Bytes<state_item_size_bytes_max> kept{};
  Bytes<state_item_size_bytes_max> wanted{};
  const Result<std::size_t> size = journal_.get(used.item, kept);
  ByteWriter out(wanted);
  const Status encoded = encode_item(state_, used.item, out);
  if (!size.ok() || *size != out.size() || kept != wanted) return 1;
  return used.doubt + static_cast<std::uint32_t>(encoded);
}

/// Makes the transaction durable. After a failure nobody knows what the flash holds: the lock refuses until it has booted.
Status Lock::commit() {
  const Status status = journal_.commit(tx_);
  if (status != Status::kOk) ready_ = false;
  tx_.clear();
  return status;
}

Status Lock::store(ItemKey key, ByteSpan value) {
  if (!ready_) return Status::kNotReady;
  tx_.clear();
  CARDEA_TRY(tx_.put(key, value));
  return commit();
}

Status Lock::forget(ItemKey key) {
  if (!ready_) return Status::kNotReady;
  if (!journal_.contains(key)) return Status::kOk;
  tx_.clear();
  CARDEA_TRY(tx_.erase(key));
  return commit();
}

Status Lock::identity(P256Point& out) const {
  Secret<identity_size_bytes> bytes;
  CARDEA_ASSIGN(const std::size_t size, journal_.get(identity_item, bytes.mutable_bytes()));
  if (size != identity_size_bytes) return Status::kCorrupt;
  std::copy(bytes.bytes().begin() + KeyBytes::size_bytes, bytes.bytes().end(), out.begin());
  return Status::kOk;
}

Result<KeyHandle> Lock::identity_key() {
  if (identity_key_) return identity_key_;
  Secret<identity_size_bytes> bytes;
  CARDEA_ASSIGN(const std::size_t size, journal_.get(identity_item, bytes.mutable_bytes()));
  if (size != identity_size_bytes) return Status::kCorrupt;
  const KeyBytes scalar(ByteSpan(bytes.bytes()).first<KeyBytes::size_bytes>());
  P256Point point;
  CARDEA_ASSIGN(identity_key_, port_.provider->p256_import(KeyKind::kAgree, scalar, point));
  return identity_key_;
}

Status Lock::claim_secret(Secret<activation::claim_secret_size_bytes>& out) const {
  CARDEA_ASSIGN(const std::size_t size, journal_.get(claim_item, out.mutable_bytes()));
  return size == activation::claim_secret_size_bytes ? Status::kOk : Status::kCorrupt;
}

audit::Record Lock::record_now(audit::Kind kind, const What& what, const audit::Detail& detail, audit::ReasonCode reason) {
  const ClockReading now = clock_.read();
  return {.time = now.quality == ClockQuality::kLost ? 0 : static_cast<std::uint32_t>(now.now.value),
          .quality = now.quality,
          .kind = kind,
          .reason = reason,
          .method = what.method,
          .detail = detail};
}

Result<std::uint32_t> Lock::try_record(audit::Kind kind, const What& what, const audit::Detail& detail,
                                       audit::ReasonCode reason) {
  const Result<std::uint32_t> seq = log_.append(record_now(kind, what, detail, reason));
  if (!seq.ok() && seq.error() != Status::kFull) ready_ = false;
  return seq;
}

/// A record that nothing waits for: a log that refuses loses it, a flash that fails stops the lock.
void Lock::record(audit::Kind kind, const What& what, const audit::Detail& detail, audit::ReasonCode reason) {
  static_cast<void>(try_record(kind, what, detail, reason).ok());
}

void Lock::record_outcome(audit::Kind kind, const What& what, std::uint32_t intention, audit::ReasonCode reason) {
  if (!log_.append_outcome(record_now(kind, what, audit::detail_of(what.bytes, intention), reason)).ok()) ready_ = false;
}

std::uint16_t Lock::failures_of_month() {
  return static_cast<std::uint16_t>(cardea::failures_of_month(state_.throttle, clock_.read().run));
}

std::uint32_t Lock::wait_s() { return wait_of(state_.throttle, clock_.read().run, state_.settings.only_keypad); }

void Lock::poll() {
  if (!ready_) return;
  const bool waited = std::exchange(waiting_, wait_s() > 0);
  if (clock_.seen_due() || (waited && !waiting_)) {
    tx_.clear();
    if (clock_.put_seen(tx_) == Status::kOk) static_cast<void>(commit() == Status::kOk);
  }
  if (claimed_) watch();
}

Status Lock::lose_clock() {
  if (!ready_) return Status::kNotReady;
  tx_.clear();
  CARDEA_TRY(clock_.lose(tx_));
  ItemChanges changes;
  cardea::lose_clock(state_, clock_.read().run, changes);
  CARDEA_TRY(put(changes));
  return commit();
}

link::LockStatus Lock::status() {
  const ClockReading clock = clock_.read();
  const LogState log = log_.state();
  link::LockStatus status{.quality = clock.quality,
                          .time = clock.quality == ClockQuality::kLost ? 0 : clock.now.value,
                          .error_bound_s = clock.error_bound_s,
                          .applied_version = desired_.version,
                          .first_seq = log.first_seq,
                          .last_seq = log.last_seq,
                          .receipt_seq = log.receipt_seq,
                          .last_tag = log.last_tag,
                          .lock_class = class_,
                          .slot_count_max = slot_count_max,
                          .failures = failures_of_month(),
                          .wait_s = wait_s()};
  if (keys_)
    if (const std::optional<HourRange> hours = keys_->schedule()) status.last_hour = hours->last.value;
  for (const RememberedCode& code : state_.codes.remembered)
    if (code.present()) ++status.windowed_codes;
  for (const RememberedCode& code : state_.codes.used_once)
    if (code.present()) ++status.once_codes;
  status.pool_next = static_cast<std::uint16_t>(newest_pool_used(state_.codes) + 1);
  status.battery_percent = port_.sensors->battery_percent();
  status.door = static_cast<link::DoorState>(port_.sensors->door_state());
  status.firmware_size = static_cast<std::uint8_t>(port_.firmware.size());
  std::copy(port_.firmware.begin(), port_.firmware.end(), status.firmware.begin());
  return status;
}

}  // namespace cardea
