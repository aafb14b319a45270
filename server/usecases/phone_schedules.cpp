// SPDX-License-Identifier: Apache-2.0
// What a phone fetches: its schedule of codes (PH6 to PH9), and the leases of its virtual keys (PH13 to PH15).
#include <algorithm>

#include "server/usecases/credentials.hpp"
#include "server/usecases/internal/answer_charged.hpp"
#include "server/usecases/internal/phone_grants.hpp"
#include "server/usecases/internal/phone_rows.hpp"
#include "server/usecases/virtual_keys.hpp"

namespace cardea::server::usecases {

namespace {

Status check_mac(KeyStore& keys, const PhoneRow& row, const PhoneRequest& request) {
  return keys.check_phone(row.keyed(), request.at, request.mac);
}
Status check_mac(KeyStore& keys, const PhoneRow& row, const LeaseRequest& request) {
  return keys.check_phone_leases(row.keyed(), request.at, request.virtual_key, request.mac);
}

/// A request that may be answered.
template <class Request>
Outcome<Done> check(KeyStore& keys, const PhoneRow& row, const Request& request, UnixSeconds now) {
  if (check_mac(keys, row, request) != Status::kOk) return phone_refused();
  return check_moment(row, request.at, now);
}

/// A slot's hours: from now on, as the workspace has it, none outside the grant's window.
struct Hours {
  Hour first;
  std::uint8_t count = 0;
};
Hours hours_of(const AccessGrant& grant, UnixSeconds now, std::uint8_t schedule_hours) {
  const std::uint32_t end = hour_of(now).value + schedule_hours;
  const std::uint32_t first = hour_of(std::max(now, grant.from)).value;
  const std::uint32_t last = grant.to ? hour_of({grant.to->value - 1}).value + 1 : end;
  const std::uint32_t stop = std::min(end, last);
  return {{first}, static_cast<std::uint8_t>(stop > first ? stop - first : 0)};
}

/// One credential of a phone, and what the phone is to show for it.
struct HeldKey {
  CredentialAtLock at;
  std::string door;
  AccessGrant grant;
};

std::string cut_name(std::string name) {
  if (name.size() <= phone::door_name_size_bytes_max) return name;
  std::size_t size = phone::door_name_size_bytes_max;
  while (size > 0 && (static_cast<unsigned char>(name[size]) & 0xc0) == 0x80) --size;  // not in the middle of a character
  name.resize(size);
  return name;
}

Task<Outcome<std::vector<HeldKey>>> keys_of(Transaction& tx, PhoneRow row) {
  const Rows rows = co_await tx.execute(
      "SELECT c.credential, d.name FROM credentials c JOIN doors d ON d.workspace = c.workspace AND d.door = c.door "
      "WHERE c.workspace = ?1 AND c.phone = ?2 AND c.revoked_at IS NULL AND c.ended_at IS NULL ORDER BY c.credential LIMIT ?3",
      row.workspace, row.phone.id, phone::entry_count_max);
  std::vector<HeldKey> out;
  for (const Row found : rows) {
    CARDEA_CO_ASSIGN(CredentialAtLock at, co_await read_credential_at_lock(tx, row.workspace, found.id<CredentialId>(0)));
    CARDEA_CO_ASSIGN(AccessGrant grant, co_await read_access_grant(tx, row.workspace, at.credential.grant.value()));
    out.push_back({std::move(at), cut_name(found.text(1)), std::move(grant)});
  }
  co_return out;
}

PhoneSlot slot_of(const HeldKey& given, const Hours& hours) {
  PhoneSlot slot;
  slot.lock = given.at.lock.keyed();
  slot.slot = given.at.credential.slot.value();
  slot.hour_count = hours.count;
  slot.entry.credential = given.at.credential.id.bytes;
  slot.entry.lock = lock_id(given.at.lock.id);
  slot.entry.digits = given.at.lock.settings.codes.otp_digits;
  slot.entry.from = given.grant.from;
  slot.entry.to = given.grant.to.value_or(UnixSeconds{0});
  slot.entry.door = {reinterpret_cast<const std::uint8_t*>(given.door.data()), given.door.size()};
  slot.entry.first_hour = hours.first;
  return slot;
}

Task<Outcome<Blob>> schedule_in(Transaction& tx, Context& context, PhoneRequest request, std::vector<LockName>& locks) {
  const UnixSeconds now = context.now();
  CARDEA_CO_ASSIGN(const PhoneRow row, co_await find_phone_row(tx, request.phone));
  CARDEA_CO_TRY(check(context.keys, row, request, now));
  co_await issue_all_missing(tx, context, row.workspace, row.phone.id, locks);
  const WorkspaceSettings settings = co_await find_workspace_settings(tx, row.workspace);
  CARDEA_CO_ASSIGN(const std::vector<HeldKey> given, co_await keys_of(tx, row));
  std::vector<PhoneSlot> slots;
  for (const HeldKey& one : given) {
    const Hours hours = hours_of(one.grant, now, settings.schedule_hours);
    slots.push_back(slot_of(one, hours));
    const std::uint64_t until = std::uint64_t{hours.first.value + hours.count} * seconds_per_hour;
    if (hours.count == 0) continue;
    co_await tx.execute(
        "UPDATE credentials SET phone_keys_until = MAX(phone_keys_until, ?3) WHERE workspace = ?1 AND credential = ?2",
        row.workspace, one.at.credential.id, until);
  }
  co_await note_answer(tx, row.workspace, request.phone, request.at, now);
  const phone::ScheduleHead head{now, {now.value + std::uint64_t{settings.schedule_hours} * seconds_per_hour / 2}, 0};
  co_return must(context.keys.seal_phone_schedule(row.keyed(), request.at, head, slots));
}

// --- Virtual keys ---

constexpr std::uint64_t lease_begins_before_s = 300;  // the lock's clock may be behind
constexpr std::uint64_t lease_room_s = 60;            // a lease that hardly begins is none

/// A grant that counts gives its one token a phone, and no virtual key beside it: the lock would count them apart.
bool may_have_key(const AccessGrant& grant, const LockRow& lock, UnixSeconds now) {
  return lock.identity && !grant.rules.count() && now.value + lease_begins_before_s >= grant.from.value &&
         (!grant.to || now.value + lease_room_s < grant.to->value);
}

/// As much of a grant's schedule as a virtual key has room for, and until when that is.
struct LeasedSchedule {
  Blob bytes;
  std::optional<UnixSeconds> known_until;
};
Task<LeasedSchedule> leased_schedule(Transaction& tx, WorkspaceId workspace, HeldKey key, UnixSeconds now) {
  if (!key.grant.rules.schedule) co_return LeasedSchedule{};
  ScheduleGathering gathering;
  gathering.number_of(stored_text(*key.grant.rules.schedule));
  ScheduleSet set;
  co_await compile_for_door(tx, workspace, key.at.lock.door, std::move(gathering), now, set);
  LeasedSchedule out;
  const std::size_t size = cardea::first_schedule(set.bytes(), grant::grant_schedule_size_bytes_max);
  out.bytes.assign(set.bytes().begin() + 1, set.bytes().begin() + 1 + static_cast<std::ptrdiff_t>(size));
  out.bytes[schedule_head_size_bytes - 1] = static_cast<std::uint8_t>((size - schedule_head_size_bytes) / 2);
  out.known_until = SingleSchedule(out.bytes).known_until();
  co_return out;
}

/// The CWT, and the end of its lease.
struct SignedKey {
  Blob bytes;
  UnixSeconds until;
};
SignedKey sign_key(KeyStore& keys, const PhoneRow& row, const HeldKey& key, const grant::Grant& claim,
                   std::optional<UnixSeconds> known_until, UnixSeconds now, std::uint32_t lease_s) {
  Bytes<grant::grant_size_bytes_max> claim_bytes{};
  ByteWriter writer(claim_bytes);
  must(encode(claim, writer));
  Bytes<4> kid{};
  store_be(claim.serial, kid);
  session::NewCredential what;
  const auto subject = ascii("phone");
  what.subject = subject;
  what.kid = kid;
  what.from = std::max(key.grant.from, UnixSeconds{now.value - std::min(now.value, lease_begins_before_s)});
  what.to = {now.value + lease_s};
  if (key.grant.to) what.to = std::min(what.to, *key.grant.to);
  if (known_until) what.to = std::min(what.to, *known_until);
  std::copy(row.virtual_key->begin(), row.virtual_key->end(), what.key.begin());
  what.grant = writer.written();
  return {must(keys.sign_virtual_key(row.workspace.bytes, what)), what.to};
}

Task<Done> lease_one(Transaction& tx, Context& context, PhoneRow row, HeldKey key, std::uint32_t lease_s, ByteWriter& out,
                     std::vector<LockName>& locks) {
  const UnixSeconds now = context.now();
  bool changed = false;
  const LockRow& lock = key.at.lock;
  grant::Grant claim;
  claim.lock = lock_id(lock.id);
  claim.serial = co_await serial_of(tx, row.workspace, lock.id, key.at.credential.id, changed);
  const auto denials = co_await denials_of(tx, row.workspace, lock.id);
  claim.epoch = denials->epoch;
  if (key.grant.to) claim.ends_at = {rule_end_of(*key.grant.to).value_or(0)};
  const LeasedSchedule schedule = co_await leased_schedule(tx, row.workspace, key, now);
  claim.schedule = schedule.bytes;
  const SignedKey made = sign_key(context.keys, row, key, claim, schedule.known_until, now, lease_s);
  co_await lease_given(tx, row.workspace, key.at.credential.id, made.until);
  const Blob list = must(context.keys.sign_denials(lock.name(), *denials));
  phone::Lease lease;
  lease.credential = key.at.credential.id.bytes;
  lease.lock = lock_id(lock.id);
  lease.lock_identity = *lock.identity;
  lease.door = {reinterpret_cast<const std::uint8_t*>(key.door.data()), key.door.size()};
  lease.key = made.bytes;
  lease.list = list;
  phone::write_lease(out, lease);
  if (changed) locks.push_back(lock.name());
  co_return Done{};
}

/// PH13: the first pair that a phone shows is its own for good.
Task<Outcome<Done>> take_virtual_key(Transaction& tx, Context& context, PhoneRow& row, const LeaseRequest& request) {
  if (row.virtual_key) {
    if (std::ranges::equal(*row.virtual_key, request.virtual_key)) co_return Done{};
    co_return conflict("other_key", "This phone has shown another key before. End the phone, and invite its person anew.");
  }
  if (context.keys.check_point(request.virtual_key) != Status::kOk)
    co_return invalid("/virtual_key", "is no point of the curve P-256");
  row.virtual_key = Blob(request.virtual_key.begin(), request.virtual_key.end());
  co_await tx.execute("UPDATE phones SET virtual_key = ?3 WHERE workspace = ?1 AND phone = ?2", row.workspace, row.phone.id,
                      *row.virtual_key);
  co_return Done{};
}

Task<Outcome<Blob>> leases_in(Transaction& tx, Context& context, LeaseRequest request, std::vector<LockName>& locks) {
  const UnixSeconds now = context.now();
  CARDEA_CO_ASSIGN(PhoneRow row, co_await find_phone_row(tx, request.phone));
  CARDEA_CO_TRY(check(context.keys, row, request, now));
  CARDEA_CO_TRY(co_await take_virtual_key(tx, context, row, request));
  co_await issue_all_missing(tx, context, row.workspace, row.phone.id, locks);
  const WorkspaceSettings settings = co_await find_workspace_settings(tx, row.workspace);
  CARDEA_CO_ASSIGN(std::vector<HeldKey> keys, co_await keys_of(tx, row));
  std::erase_if(keys, [now](const HeldKey& key) { return !may_have_key(key.grant, key.at.lock, now); });
  Blob plain(phone::schedule_head_size_bytes + keys.size() * phone::lease_size_bytes_max);
  ByteWriter writer(plain);
  phone::write_head(writer, {now, {now.value + settings.lease_s / 2}, static_cast<std::uint16_t>(keys.size())});
  for (const HeldKey& key : keys) co_await lease_one(tx, context, row, key, settings.lease_s, writer, locks);
  co_await note_answer(tx, row.workspace, request.phone, request.at, now);
  co_return must(context.keys.seal_phone_leases(row.keyed(), request.at, writer.written()));
}

/// `answer` runs in a transaction that writes, and names the locks that have news.
template <class Request, class Answer>
Task<Outcome<Blob>> answer_phone(Context& context, Request request, std::string address, Answer answer) {
  const auto look = [&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_ASSIGN(const PhoneRow row, co_await find_phone_row(tx, request.phone));
    co_return check(context.keys, row, request, context.now());
  };
  std::vector<LockName> locks;
  const auto write = [&](Transaction& tx) -> Task<Outcome<Blob>> {
    locks.clear();
    co_return co_await answer(tx, context, request, locks);
  };
  auto sealed = co_await answer_charged<Blob>(context, request.phone, std::move(address), look, write);
  if (sealed) tell_locks(context, locks);
  co_return sealed;
}

}  // namespace

Task<Outcome<Blob>> phone_schedule(Context& context, PhoneRequest request, std::string address) {
  co_return co_await answer_phone(context, request, std::move(address), schedule_in);
}

Task<Outcome<Blob>> phone_leases(Context& context, LeaseRequest request, std::string address) {
  co_return co_await answer_phone(context, request, std::move(address), leases_in);
}

}  // namespace cardea::server::usecases
