// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/sandbox.hpp"

#include "core/audit/record.hpp"
#include "server/domain/sandbox.hpp"
#include "server/usecases/internal/credential_rows.hpp"
#include "server/usecases/internal/shadow_facts.hpp"
#include "server/usecases/lock_reports.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::uint8_t sandbox_slot_count = 32;
constexpr std::uint8_t battery_low_percent = 20;
/// Credentials that an entry is compared with, the newest first.
constexpr std::int64_t candidate_count_max = 500;

struct SandboxLock {
  LockRow row;
  UnixSeconds now;
};

Task<Outcome<SandboxLock>> find_sandbox_lock(Transaction& tx, Context& context, WorkspaceId workspace, LockRef lock) {
  auto row = co_await find_lock_row(tx, workspace, lock);
  if (!row || !is_sandbox(lock)) co_return not_found("lock", "There is no such sandbox lock in this workspace.");
  co_return SandboxLock{*std::move(row), context.now()};
}

link::LockStatus status_of(const SandboxLock& lock) {
  link::LockStatus status;
  status.battery_percent = 100;
  status.door = link::DoorState::kClosed;
  if (lock.row.status) status = *lock.row.status;
  status.quality = ClockQuality::kSynced;
  status.time = lock.now.value;
  status.applied_version = lock.row.applied_version;
  status.lock_class = link::LockClass::kProtected;
  status.slot_count_max = sandbox_slot_count;
  return status;
}

/// Writes a record as the lock would have, and takes it in; returns its number.
Task<std::uint32_t> write_record(Transaction& tx, KeyStore& keys, SandboxLock& lock, audit::Record record) {
  record.seq = lock.row.next_seq;
  record.time = static_cast<std::uint32_t>(lock.now.value);
  record.quality = ClockQuality::kSynced;
  ++lock.row.next_seq;
  const std::array records{record};
  co_await records_accepted(tx, keys, lock.row.name(), records, lock.row.chain, lock.row.next_seq, lock.now);
  co_return record.seq;
}

audit::Record record_of(audit::Kind kind, audit::Method method, const audit::Detail& detail) {
  audit::Record record;
  record.kind = kind;
  record.method = method;
  record.detail = detail;
  return record;
}

Task<void> open_door(Transaction& tx, KeyStore& keys, SandboxLock& lock, audit::Method method, audit::What what) {
  const audit::Record intention = record_of(audit::Kind::kOpening, method, audit::detail_of(what));
  const std::uint32_t seq = co_await write_record(tx, keys, lock, intention);
  const audit::Record outcome = record_of(audit::Kind::kOpened, method, audit::detail_of(what, seq));
  co_await write_record(tx, keys, lock, outcome);
}

// --- What its keypad keeps ---

Task<void> keep_items(Transaction& tx, const SandboxLock& lock, Shadow& shadow) {
  const Rows rows = co_await tx.execute("SELECT kind, item_index, bytes FROM sandbox_items WHERE workspace = ?1 AND lock = ?2",
                                        lock.row.workspace, lock.row.id);
  for (const Row row : rows) {
    const ItemKey key{static_cast<std::uint8_t>(row.integer(0)), static_cast<std::uint8_t>(row.integer(1))};
    shadow.keep(key, row.blob(2));
  }
}

Task<void> store_items(Transaction& tx, const SandboxLock& lock, const Shadow& shadow, ItemChanges changes) {
  for (const ItemKey& key : changes.keys()) {
    if (!Shadow::is_kept(key)) continue;
    const Blob item = shadow.kept_item(key);
    if (item.empty())
      co_await tx.execute("DELETE FROM sandbox_items WHERE workspace = ?1 AND lock = ?2 AND kind = ?3 AND item_index = ?4",
                          lock.row.workspace, lock.row.id, key.kind, key.index);
    else
      co_await tx.execute(
          "INSERT INTO sandbox_items (workspace, lock, kind, item_index, bytes) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT "
          "(workspace, lock, kind, item_index) DO UPDATE SET bytes = excluded.bytes",
          lock.row.workspace, lock.row.id, key.kind, key.index, item);
  }
}

/// What the keypad says of itself in the next status.
Task<void> report_keypad(Transaction& tx, const SandboxLock& lock, std::uint32_t failures, std::uint32_t wait_s) {
  link::LockStatus status = status_of(lock);
  status.failures = static_cast<std::uint16_t>(failures);
  status.wait_s = wait_s;
  co_await status_reported(tx, lock.row.name(), status, lock.now);
}

Task<void> release_keypad(Transaction& tx, const SandboxLock& lock) {
  const ShadowFacts facts = co_await shadow_facts(tx, lock.row, lock.now);
  Shadow shadow(facts);
  co_await keep_items(tx, lock, shadow);
  const ItemChanges changes = shadow.release_keypad();
  co_await store_items(tx, lock, shadow, changes);
  co_await report_keypad(tx, lock, 0, 0);
}

}  // namespace

// --- The link that is none ---

SandboxLinks::SandboxLinks(Loop& loop, Links& links, Store& store, KeyStore& keys, std::function<UnixSeconds()> now)
    : loop_(loop), links_(links), store_(store), keys_(keys), now_(std::move(now)) {}

Task<void> SandboxLinks::stop() {
  while (running_ > 0) co_await loop_.sleep(std::chrono::milliseconds(1));
}

void SandboxLinks::set_online(const LockName& lock, bool online) {
  if (!online)
    offline_.insert(lock_of(lock));
  else if (offline_.erase(lock_of(lock)) != 0)
    desired_changed(lock);
}

bool SandboxLinks::is_online(const LockName& lock) const {
  return is_sandbox(lock_of(lock)) ? !offline_.contains(lock_of(lock)) : links_.is_online(lock);
}

Task<Outcome<CommandAnswer>> SandboxLinks::command(LockName name, Order order, Task<Outcome<Done>> first) {
  if (!is_sandbox(lock_of(name)) || !is_online(name)) {
    Task<Outcome<CommandAnswer>> asked = links_.command(name, order, std::move(first));
    co_return co_await std::move(asked);
  }
  CARDEA_CO_TRY(co_await std::move(first));
  co_return co_await store_.write([&](Transaction& tx) -> Task<Outcome<CommandAnswer>> {
    auto row = co_await find_lock_row(tx, workspace_of(name), lock_of(name));
    if (!row) co_return not_found("lock");
    SandboxLock lock{*std::move(row), now_()};
    if (order.action == link::Action::kUnlock) co_await open_door(tx, keys_, lock, audit::Method::kPlatform, {});
    if (order.action == link::Action::kReleaseKeypad) {
      co_await release_keypad(tx, lock);
      const audit::Record released = record_of(audit::Kind::kReleased, audit::Method::kPlatform, {});
      co_await write_record(tx, keys_, lock, released);
    }
    co_return CommandAnswer{true, audit::reason_none};
  });
}

void SandboxLinks::desired_changed(const LockName& lock) {
  if (!is_sandbox(lock_of(lock))) return links_.desired_changed(lock);
  if (is_online(lock)) spawn(apply(lock));
}

/// Takes what it is to hold, as a lock does that has it by return.
Task<void> SandboxLinks::apply(LockName name) {
  ++running_;
  try {
    (void)co_await store_.write([&](Transaction& tx) -> Task<Outcome<Done>> {
      auto row = co_await find_lock_row(tx, workspace_of(name), lock_of(name));
      if (!row) co_return Done{};
      co_await desired_of(tx, name, link::LockClass::kProtected, now_());
      co_await applied_reported(tx, keys_, name, {row->desired_version, Status::kOk}, now_());
      row->applied_version = row->desired_version;
      const SandboxLock lock{*std::move(row), now_()};
      const link::LockStatus status = status_of(lock);
      co_await status_reported(tx, name, status, lock.now);
      co_return Done{};
    });
  } catch (const std::exception&) {  // it has what it had: the next change brings it along
  }
  --running_;
}

// --- One more lock ---

namespace {

Task<Outcome<Done>> may_have_more(Transaction& tx, WorkspaceId workspace) {
  LockRef first;
  std::ranges::copy(sandbox_mark, first.bytes.begin());
  LockRef last = first;
  std::ranges::fill(std::span(last.bytes).subspan<8>(), std::uint8_t{0xff});
  const Rows rows = co_await tx.execute("SELECT count(*) FROM locks WHERE workspace = ?1 AND lock >= ?2 AND lock <= ?3",
                                        workspace, first, last);
  if (rows.front().integer(0) < sandbox_lock_count_max) co_return Done{};
  co_return conflict("too_many", "A workspace has at most 20 sandbox locks. Use one of those that are there.");
}

/// The ask that a device would make, under the secret of its label.
activation::AskBytes ask_of(Provider& provider, const activation::Label& label) {
  activation::Ask ask;
  ask.lock = label.lock;
  ask.lock_class = link::LockClass::kProtected;
  ask.slot_count_max = sandbox_slot_count;
  must(provider.random(ask.nonce));
  provider.release_key(must(provider.p256_generate(KeyKind::kAgree, ask.ephemeral)));
  provider.release_key(must(provider.p256_generate(KeyKind::kAgree, ask.identity)));
  return must(activation::encode_ask(provider, label.secret, ask));
}

/// Activates what was claimed: the platform's half of the keys is kept, and that of a device goes to nobody.
Task<void> activate(Transaction& tx, Context& context, const activation::Label& label, UnixSeconds now) {
  const auto claimed = co_await find_lock(tx, label.lock, now);
  const DesiredState desired = co_await desired_of(tx, claimed->name, link::LockClass::kProtected, now);
  const activation::AskBytes ask = ask_of(context.keys.provider(), label);
  ActivationOrder order;
  order.name = claimed->name;
  order.door = claimed->door.bytes;
  order.claim_secret = claimed->claim_secret;
  order.ask = ask;
  order.key_id = co_await free_key_id(tx, context.keys);
  order.time = now.value;
  order.desired_version = desired.version;
  order.snapshot = desired.snapshot;
  const Activation made = must(context.keys.activate(order));
  co_await answer_made(tx, claimed->name, made, link::LockClass::kProtected, sandbox_slot_count, desired.version);
  co_await activation_done(tx, claimed->name, now);
}

}  // namespace

Task<Outcome<LockView>> create_sandbox_lock(Context& context, WorkspaceId workspace, DoorId door) {
  activation::Label label;
  label.lock = lock_id(make_sandbox_lock());
  must(context.keys.provider().random(label.secret.mutable_bytes()));
  const LockRef made = lock_ref(label.lock);
  const auto done = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    const UnixSeconds now = context.now();
    CARDEA_CO_TRY(co_await may_have_more(tx, workspace));
    LockClaim claim{door, {}, link::LockClass::kProtected};
    CARDEA_CO_TRY(co_await claim_in(tx, context, workspace, claim, label));
    co_await activate(tx, context, label, now);
    CARDEA_CO_ASSIGN(SandboxLock lock, co_await find_sandbox_lock(tx, context, workspace, made));
    audit::Detail of_class{};
    of_class.front() = 1;
    const audit::Record activated = record_of(audit::Kind::kActivated, audit::Method::kNone, of_class);
    co_await write_record(tx, context.keys, lock, activated);
    const link::LockStatus status = status_of(lock);
    co_await status_reported(tx, lock.row.name(), status, now);
    co_return Done{};
  });
  if (!done) co_return done.error();
  co_return co_await view_lock(context, workspace, made);
}

// --- What somebody types ---

namespace {

/// A credential whose code of some moment was typed.
struct Typed {
  Credential credential;
  UnixSeconds at;
};

bool same(const Digits& a, const Digits& b) {
  const auto bytes_of = [](const Digits& digits) {
    return ByteSpan(reinterpret_cast<const std::uint8_t*>(digits.reveal().data()), digits.count());
  };
  return a.count() == b.count() && equal_constant_time(bytes_of(a), bytes_of(b));
}

OtpPurpose purpose_of(const Credential& credential) {
  return credential.type == CredentialType::kSms ? OtpPurpose::kSms : OtpPurpose::kApp;
}

/// The moment whose code `typed` is: now, or a step away, as locks take it.
std::optional<UnixSeconds> moment_of(KeyStore& keys, const SandboxLock& lock, const Credential& credential,
                                     const Digits& typed) {
  if (credential.descriptor) {
    const auto code =
        keys.offline_code(lock.row.keyed(), credential.code_epoch, credential.code_digits, *credential.descriptor);
    return code && same(*code, typed) ? std::optional(lock.now) : std::nullopt;
  }
  if (!credential.slot || credential.type == CredentialType::kPin) return std::nullopt;
  const std::uint64_t step_s = step_length_s(purpose_of(credential));
  for (const UnixSeconds at : {lock.now, UnixSeconds{lock.now.value - step_s}, UnixSeconds{lock.now.value + step_s}}) {
    OtpRequest request;
    request.purpose = purpose_of(credential);
    request.slot = *credential.slot;
    request.fixed = credential.type == CredentialType::kFixedToken;
    request.time = at;
    request.digits = lock.row.settings.codes.otp_digits;
    const auto code = keys.one_time_code(lock.row.keyed(), request);
    if (code && same(*code, typed)) return at;
  }
  return std::nullopt;
}

/// The credential whose PIN the lock takes these digits for: the newest that it has acknowledged (pin.md P14).
Task<std::optional<Typed>> find_pin(Transaction& tx, KeyStore& keys, const SandboxLock& lock, const Digits& typed) {
  const auto digest = keys.pin_digest(lock.row.keyed(), typed);
  if (!digest) co_return std::nullopt;
  const Rows rows = co_await tx.execute(
      "SELECT credential FROM credentials WHERE workspace = ?1 AND lock = ?2 AND pin_digest = ?3 AND ended_at IS NULL AND "
      "pin_version <= ?4 UNION ALL SELECT r.credential FROM replaced_pins AS r WHERE r.workspace = ?1 AND r.lock = ?2 AND "
      "r.pin_digest = ?3 AND r.until_version = (SELECT MIN(o.until_version) FROM replaced_pins AS o WHERE o.workspace = ?1 AND "
      "o.lock = ?2 AND o.credential = r.credential AND o.until_version > ?4)",
      lock.row.workspace, lock.row.id, ByteSpan(*digest), lock.row.applied_version);
  if (rows.empty()) co_return std::nullopt;
  const auto id = rows.front().id<CredentialId>(0);
  auto found = co_await read_credential(tx, lock.row.workspace, id);
  if (!found) co_return std::nullopt;
  co_return Typed{*std::move(found), lock.now};
}

Task<std::optional<Typed>> find_typed(Transaction& tx, KeyStore& keys, const SandboxLock& lock, const Digits& typed) {
  if (typed.count() == lock.row.settings.codes.pin_digits) co_return co_await find_pin(tx, keys, lock, typed);
  static const std::string sql =
      credential_select() +
      "AND c.lock = ?2 AND (c.ended_at IS NULL OR c.kind = 'offline') ORDER BY c.credential DESC LIMIT ?3";
  const Rows rows = co_await tx.execute(sql, lock.row.workspace, lock.row.id, candidate_count_max);
  for (const Row row : rows) {
    Credential credential = read_credential(row);
    if (const auto at = moment_of(keys, lock, credential, typed)) co_return Typed{std::move(credential), *at};
  }
  co_return std::nullopt;
}

/// What was typed, as a record has it.
struct Asked {
  audit::Method method = audit::Method::kNone;
  audit::What what{};
};
Asked asked_with(const std::optional<Typed>& typed) {
  if (!typed) return {};
  const Credential& credential = typed->credential;
  if (const auto& code = credential.descriptor)
    return {audit::Method::kOffline, audit::encode(audit::OfflineUse{static_cast<std::uint8_t>(code->family), code->klass,
                                                                     credential.code_epoch, code->start, code->index})};
  const SlotGeneration slot = credential.slot.value();
  if (credential.type == CredentialType::kPin)
    return {audit::Method::kPin, audit::encode(audit::PinUse{slot.slot, slot.generation, true})};
  const bool fixed = credential.type == CredentialType::kFixedToken;
  const std::uint64_t step = step_at(purpose_of(credential), typed->at).value;
  return {credential.type == CredentialType::kSms ? audit::Method::kSms : audit::Method::kApp,
          audit::encode(audit::TokenUse{slot.slot, slot.generation, fixed, step})};
}

/// The record of a verdict, as a lock writes it.
Task<void> record_verdict(Transaction& tx, KeyStore& keys, SandboxLock& lock, const Asked& asked,
                          const cardea::Outcome& outcome) {
  if (outcome.verdict == Verdict::kGranted) co_return co_await open_door(tx, keys, lock, asked.method, asked.what);
  audit::Record record = record_of(audit::Kind::kEntryRefused, asked.method, {});
  switch (outcome.verdict) {
    case Verdict::kCleared:
      record.kind = audit::Kind::kCleared;
      record.detail = audit::detail_of(asked.what);
      break;
    case Verdict::kReleased:
      record.kind = audit::Kind::kReleased;
      record.detail = audit::detail_of(asked.what, outcome.failures << 16);
      break;
    default:
      record.reason = static_cast<audit::ReasonCode>(outcome.reason);
      record.detail = audit::detail_of_refusal(asked.what, static_cast<std::uint16_t>(outcome.failures), outcome.alert);
  }
  co_await write_record(tx, keys, lock, record);
}

}  // namespace

Task<Outcome<SandboxVerdict>> type_at_sandbox(Context& context, WorkspaceId workspace, LockRef lock_id, Digits digits) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<SandboxVerdict>> {
    CARDEA_CO_ASSIGN(SandboxLock lock, co_await find_sandbox_lock(tx, context, workspace, lock_id));
    const auto typed = co_await find_typed(tx, context.keys, lock, digits);
    const ShadowFacts facts = co_await shadow_facts(tx, lock.row, lock.now);
    Shadow shadow(facts);
    co_await keep_items(tx, lock, shadow);
    Shadow::Entry entry;
    entry.digit_count = digits.count();
    entry.now = lock.now;
    if (typed) entry.code = shadow_code_of(typed->credential);
    entry.code_at = typed ? typed->at : lock.now;
    const cardea::Outcome said = shadow.type(entry);
    co_await store_items(tx, lock, shadow, said.changes);
    const Asked asked = asked_with(typed);
    co_await record_verdict(tx, context.keys, lock, asked, said);
    co_await report_keypad(tx, lock, said.failures, said.wait_s);
    SandboxVerdict out{said.verdict, said.reason, std::nullopt, said.wait_s, said.failures};
    if (typed) out.credential = typed->credential.id;
    co_return out;
  });
}

// --- What becomes of it ---

namespace {

Task<void> move_door(Transaction& tx, KeyStore& keys, SandboxLock& lock, SandboxDoor door, link::LockStatus& status) {
  status.door = door == SandboxDoor::kClosed ? link::DoorState::kClosed : link::DoorState::kOpen;
  std::optional<audit::Kind> kind;
  if (door == SandboxDoor::kClosed) kind = audit::Kind::kDoorClosed;
  if (door == SandboxDoor::kForced) kind = audit::Kind::kDoorForced;
  if (door == SandboxDoor::kLeftOpen) kind = audit::Kind::kDoorLeftOpen;
  if (!kind) co_return;
  const audit::Record record = record_of(*kind, audit::Method::kNone, {});
  co_await write_record(tx, keys, lock, record);
}

Task<void> drain_battery(Transaction& tx, KeyStore& keys, SandboxLock& lock, std::uint8_t percent, link::LockStatus& status) {
  status.battery_percent = percent;
  if (percent >= battery_low_percent) co_return;
  audit::Detail detail{};
  detail.front() = percent;
  const audit::Record record = record_of(audit::Kind::kBattery, audit::Method::kNone, detail);
  co_await write_record(tx, keys, lock, record);
}

}  // namespace

Task<Outcome<LockView>> change_sandbox_lock(Context& context, WorkspaceId workspace, LockRef lock_id, SandboxChange change) {
  auto* links = dynamic_cast<SandboxLinks*>(&context.links);
  if (links == nullptr) throw std::logic_error("the links know no sandbox");
  const LockName name = lock_name(workspace, lock_id);
  const bool is_other = change.online && *change.online != links->is_online(name);
  const auto done = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_ASSIGN(SandboxLock lock, co_await find_sandbox_lock(tx, context, workspace, lock_id));
    link::LockStatus status = status_of(lock);
    if (change.door) co_await move_door(tx, context.keys, lock, *change.door, status);
    if (change.battery_percent) co_await drain_battery(tx, context.keys, lock, *change.battery_percent, status);
    co_await status_reported(tx, name, status, lock.now);
    if (is_other) {
      co_await presence_changed(tx, context.keys, name, *change.online, lock.now);
      // Its links end with no start: SandboxLinks knows who is online.
      co_await tx.execute("UPDATE locks SET online = 0 WHERE workspace = ?1 AND lock = ?2", workspace, lock_id);
    }
    co_return Done{};
  });
  if (!done) co_return done.error();
  if (is_other) links->set_online(name, *change.online);
  co_return co_await view_lock(context, workspace, lock_id);
}

}  // namespace cardea::server::usecases
