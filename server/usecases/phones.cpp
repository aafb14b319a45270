// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/phones.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/auth/scopes.hpp"
#include "server/usecases/checks.hpp"
#include "server/usecases/credentials.hpp"
#include "server/usecases/endings.hpp"
#include "server/usecases/events.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::uint64_t clock_apart_max_s = 300;
constexpr std::size_t phone_ids_max = 20;

constexpr std::string_view select =
    "SELECT workspace, phone, person, access_grant, invitation, name, seen_at, created_at, ended_at, ended_because, "
    "keys_sealed, "
    "asked_at FROM phones ";

/// A phone as the store has it.
struct PhoneRow {
  WorkspaceId workspace;
  Phone phone;
  Blob keys;
  UnixSeconds asked_at;

  [[nodiscard]] KeyedPhone keyed() const { return {workspace.bytes, phone.id.bytes, keys}; }
};

PhoneRow row_of(Row row) {
  PhoneRow out;
  out.workspace = row.id<WorkspaceId>(0);
  Phone& phone = out.phone;
  phone.id = row.id<PhoneId>(1);
  phone.person = row.id<PersonId>(2);
  phone.grant = row.id<GrantId>(3);
  phone.invitation = row.id<InvitationId>(4);
  phone.name = row.text(5);
  phone.seen_at = row.maybe(6, &Row::time);
  phone.created_at = row.time(7);
  phone.ended_at = row.maybe(8, &Row::time);
  phone.ended_because = row.maybe(9, &Row::text);
  out.keys = row.blob(10);
  out.asked_at = row.time(11);
  return out;
}

Task<Outcome<Phone>> read_phone(Transaction& tx, WorkspaceId workspace, PhoneId phone) {
  static const std::string sql = std::string(select) + "WHERE workspace = ?1 AND phone = ?2";
  const Rows rows = co_await tx.execute(sql, workspace, phone);
  if (rows.empty()) co_return not_found("phone");
  co_return row_of(rows.front()).phone;
}

std::string_view name_of(PhoneEnd why) { return why == PhoneEnd::kLost ? "lost" : "revoked"; }

Task<void> append_phone_event(Transaction& tx, Context& context, WorkspaceId workspace, EventType type, Phone phone,
                              std::string by) {
  EventFacts facts;
  facts.type = type;
  facts.at = context.now();
  facts.by = std::move(by);
  facts.detail = phone.ended_because
                     ? fmt::format(R"({{"phone":"{}","because":"{}"}})", phone.id.text(), *phone.ended_because)
                     : fmt::format(R"({{"phone":"{}","invitation":"{}"}})", phone.id.text(), phone.invitation.text());
  const EventSubject subject{phone.person, phone.grant, std::nullopt};
  co_await append_event(tx, context.keys, workspace, std::move(facts), subject, context.now());
}

// --- Slots of a phone ---

/// A grant that a phone is to have slots for, and who says so.
struct PhoneGrant {
  WorkspaceId workspace;
  PhoneId phone;
  GrantId grant;
  std::string by;
};

/// Issues what the phone has no slot for yet at the doors of the grant, but never anew what was ended there since the door was
/// added.
Task<std::vector<PhoneDoor>> issue_missing(Transaction& tx, Context& context, PhoneGrant wanted, std::vector<LockName>& locks) {
  const Rows doors = co_await tx.execute(
      "SELECT d.door, d.name, EXISTS (SELECT 1 FROM credentials c WHERE c.workspace = g.workspace AND c.phone = ?3 AND c.door "
      "= "
      "g.door AND c.access_grant = g.access_grant AND (c.revoked_at IS NULL OR c.revoked_at > g.added_at)) FROM "
      "access_grant_doors g JOIN doors d ON d.workspace = g.workspace AND "
      "d.door = g.door WHERE g.workspace = ?1 AND g.access_grant = ?2 ORDER BY d.door",
      wanted.workspace, wanted.grant, wanted.phone);
  std::vector<PhoneDoor> out;
  for (const Row row : doors) {
    PhoneDoor door{row.id<DoorId>(0), row.text(1), std::nullopt};
    if (!row.boolean(2)) {
      const PhoneToken token{wanted.grant, door.door, wanted.phone, wanted.by};
      const auto issued = co_await issue_to_phone(tx, context, wanted.workspace, token);
      if (issued)
        locks.push_back(lock_name(wanted.workspace, issued->lock));
      else
        door.problem = issued.error();
    }
    out.push_back(std::move(door));
  }
  co_return out;
}

/// The same for every grant of the phone that goes on.
Task<void> issue_all_missing(Transaction& tx, Context& context, WorkspaceId workspace, PhoneId phone,
                             std::vector<LockName>& locks) {
  const Rows grants = co_await tx.execute(
      "SELECT p.access_grant FROM phone_grants p JOIN access_grants g ON g.workspace = p.workspace AND g.access_grant = "
      "p.access_grant WHERE p.workspace = ?1 AND p.phone = ?2 AND g.closed_at IS NULL ORDER BY p.access_grant",
      workspace, phone);
  for (const Row row : grants) {
    PhoneGrant wanted{workspace, phone, row.id<GrantId>(0), phone.text()};
    co_await issue_missing(tx, context, std::move(wanted), locks);
  }
}

Task<std::vector<PhoneDoor>> add_grant(Transaction& tx, Context& context, PhoneGrant wanted, std::vector<LockName>& locks) {
  co_await tx.execute(
      "INSERT INTO phone_grants (workspace, phone, access_grant) VALUES (?1, ?2, ?3) ON CONFLICT (workspace, phone, "
      "access_grant) DO NOTHING",
      wanted.workspace, wanted.phone, wanted.grant);
  co_return co_await issue_missing(tx, context, std::move(wanted), locks);
}

// --- Claim ---

Task<Outcome<ClaimedPhone>> claim_in(Transaction& tx, Context& context, PhoneClaimInput input, phone::LinkToken token,
                                     Bytes<32> hash, std::vector<LockName>& locks) {
  const UnixSeconds now = context.now();
  CARDEA_CO_ASSIGN(const GoodInvitation good, co_await find_good_invitation(tx, hash, now));
  ClaimedPhone out;
  Phone& phone = out.phone;
  phone.id = PhoneId::make();
  phone.person = good.person.id;
  phone.grant = good.grant.id;
  phone.invitation = good.invitation.id;
  phone.name = input.name;
  phone.created_at = now;
  const PhoneClaim claim{good.workspace.bytes, phone.invitation.bytes, phone.id.bytes, input.public_key};
  auto agreed = context.keys.agree_with_phone(claim, token);
  if (agreed.status() == Status::kMalformed) co_return invalid("/public_key", "is no point of the curve P-256");
  const PhoneAgreement agreement = must(std::move(agreed));
  out.platform_key = agreement.platform_key;
  out.confirmation = agreement.confirmation;
  co_await tx.execute(
      "INSERT INTO phones (workspace, phone, person, access_grant, invitation, name, keys_sealed, created_at) VALUES (?1, ?2, "
      "?3, "
      "?4, ?5, ?6, ?7, ?8)",
      good.workspace, phone.id, phone.person, phone.grant, phone.invitation, phone.name, agreement.keys, now);
  co_await tx.execute(
      "UPDATE invitations SET phone_count = phone_count + 1, first_claim_at = COALESCE(first_claim_at, ?3), "
      "opened_at = COALESCE(opened_at, ?3) WHERE workspace = ?1 AND invitation = ?2",
      good.workspace, phone.invitation, now);
  co_await append_phone_event(tx, context, good.workspace, EventType::kPhoneEnrolled, phone, phone.id.text());
  PhoneGrant wanted{good.workspace, phone.id, phone.grant, phone.id.text()};
  out.doors = co_await add_grant(tx, context, std::move(wanted), locks);
  co_return out;
}

// --- Schedule ---

Problem refused() {
  return forbidden("phone_refused", "This is no request of a phone that this platform knows. Claim an invitation again.");
}

Task<Outcome<PhoneRow>> find_row(Transaction& tx, PhoneId phone) {
  static const std::string sql = std::string(select) + "WHERE phone = ?1";
  const Rows rows = co_await tx.execute(sql, phone);
  if (rows.empty()) co_return refused();
  co_return row_of(rows.front());
}

/// A request that may be answered.
Outcome<Done> check(KeyStore& keys, const PhoneRow& row, const PhoneRequest& request, UnixSeconds now) {
  if (keys.check_phone(row.keyed(), request.at, request.mac) != Status::kOk) return refused();
  if (row.phone.ended_at)
    return forbidden("phone_ended", "This phone was ended. Erase its keys, and ask for a new invitation.");
  const std::uint64_t apart = std::max(now.value, request.at.value) - std::min(now.value, request.at.value);
  if (apart > clock_apart_max_s)
    return forbidden("phone_clock", "The phone's clock is more than five minutes off: here it is " + text_of(now) + ".");
  if (request.at <= row.asked_at)
    return forbidden("phone_clock", "A request of this moment, or a later one, was answered already. Ask again in a second.");
  return Done{};
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

/// One credential with what its entry's views look into.
struct SlotToGive {
  CredentialAtLock at;
  std::string door;
  Hours hours;
  AccessGrant grant;
};

std::string cut_name(std::string name) {
  if (name.size() <= phone::door_name_size_bytes_max) return name;
  std::size_t size = phone::door_name_size_bytes_max;
  while (size > 0 && (static_cast<unsigned char>(name[size]) & 0xc0) == 0x80) --size;  // not in the middle of a character
  name.resize(size);
  return name;
}

Task<Outcome<std::vector<SlotToGive>>> slots_of(Transaction& tx, PhoneRow row, UnixSeconds now, std::uint8_t schedule_hours) {
  const Rows rows = co_await tx.execute(
      "SELECT c.credential, d.name FROM credentials c JOIN doors d ON d.workspace = c.workspace AND d.door = c.door "
      "WHERE c.workspace = ?1 AND c.phone = ?2 AND c.revoked_at IS NULL AND c.ended_at IS NULL ORDER BY c.credential LIMIT ?3",
      row.workspace, row.phone.id, phone::entry_count_max);
  std::vector<SlotToGive> out;
  for (const Row found : rows) {
    CARDEA_CO_ASSIGN(CredentialAtLock at, co_await read_credential_at_lock(tx, row.workspace, found.id<CredentialId>(0)));
    CARDEA_CO_ASSIGN(AccessGrant grant, co_await read_access_grant(tx, row.workspace, at.credential.grant.value()));
    const Hours hours = hours_of(grant, now, schedule_hours);
    out.push_back({std::move(at), cut_name(found.text(1)), hours, std::move(grant)});
  }
  co_return out;
}

PhoneSlot slot_of(const SlotToGive& given) {
  PhoneSlot slot;
  slot.lock = given.at.lock.keyed();
  slot.slot = given.at.credential.slot.value();
  slot.hour_count = given.hours.count;
  slot.entry.credential = given.at.credential.id.bytes;
  slot.entry.lock = lock_id(given.at.lock.id);
  slot.entry.digits = given.at.lock.settings.codes.otp_digits;
  slot.entry.from = given.grant.from;
  slot.entry.to = given.grant.to.value_or(UnixSeconds{0});
  slot.entry.door = {reinterpret_cast<const std::uint8_t*>(given.door.data()), given.door.size()};
  slot.entry.first_hour = given.hours.first;
  return slot;
}

Task<Outcome<Blob>> schedule_in(Transaction& tx, Context& context, PhoneRequest request, std::vector<LockName>& locks) {
  const UnixSeconds now = context.now();
  CARDEA_CO_ASSIGN(const PhoneRow row, co_await find_row(tx, request.phone));
  CARDEA_CO_TRY(check(context.keys, row, request, now));
  co_await issue_all_missing(tx, context, row.workspace, row.phone.id, locks);
  const WorkspaceSettings settings = co_await find_workspace_settings(tx, row.workspace);
  CARDEA_CO_ASSIGN(const std::vector<SlotToGive> given, co_await slots_of(tx, row, now, settings.schedule_hours));
  std::vector<PhoneSlot> slots;
  for (const SlotToGive& one : given) {
    slots.push_back(slot_of(one));
    const std::uint64_t until = std::uint64_t{one.hours.first.value + one.hours.count} * seconds_per_hour;
    if (one.hours.count == 0) continue;
    co_await tx.execute(
        "UPDATE credentials SET phone_keys_until = MAX(phone_keys_until, ?3) WHERE workspace = ?1 AND credential = ?2",
        row.workspace, one.at.credential.id, until);
  }
  co_await tx.execute("UPDATE phones SET asked_at = ?3, seen_at = ?4 WHERE workspace = ?1 AND phone = ?2", row.workspace,
                      request.phone, request.at, now);
  const phone::ScheduleHead head{now, {now.value + std::uint64_t{settings.schedule_hours} * seconds_per_hour / 2}, 0};
  co_return must(context.keys.seal_phone_schedule(row.keyed(), request.at, head, slots));
}

// --- Further grants ---

Problem no_phones() {
  return conflict("no_phones", "This person has no phone. Invite them, by a link that brings the keys to their phone.");
}

/// Those that are asked for, or all of the person that the viewer sees and that have not ended.
Task<Outcome<std::vector<Phone>>> phones_for(Transaction& tx, Viewer viewer, PersonId person,
                                             std::optional<std::vector<PhoneId>> wanted) {
  std::vector<Phone> out;
  if (!wanted) {
    static const std::string sql = std::string(select) + "WHERE workspace = ?1 AND person = ?2 AND ended_at IS NULL AND " +
                                   grant_is_within("phones.access_grant", 3) + " ORDER BY phone";
    const Rows rows = co_await tx.execute(sql, viewer.workspace, person, viewer.limit);
    for (const Row row : rows) out.push_back(row_of(row).phone);
    if (out.empty()) co_return no_phones();
    co_return out;
  }
  for (std::size_t i = 0; i < wanted->size(); ++i) {
    CARDEA_CO_ASSIGN(Phone phone, co_await read_phone(tx, viewer.workspace, (*wanted)[i]));
    if (phone.person != person) co_return invalid(fmt::format("/phone_ids/{}", i), "is not a phone of the grant's person");
    if (phone.ended_at)
      co_return conflict("phone_ended", "The phone " + phone.id.text() + " was ended. Invite the person anew.");
    out.push_back(std::move(phone));
  }
  co_return out;
}

Task<Outcome<std::vector<GrantedPhone>>> grant_in(Transaction& tx, Context& context, Principal caller, GrantId grant_id,
                                                  std::optional<std::vector<PhoneId>> wanted, std::vector<LockName>& locks) {
  CARDEA_CO_ASSIGN(const AccessGrant grant, co_await read_access_grant(tx, caller.workspace, grant_id));
  if (grant.revoked_at || (grant.to && *grant.to <= context.now()))
    co_return conflict("ended", "This access grant has ended. Make a new one to let the person in again.");
  CARDEA_CO_ASSIGN(const std::vector<Phone> phones, co_await phones_for(tx, caller, grant.person, std::move(wanted)));
  std::vector<GrantedPhone> out;
  for (const Phone& phone : phones) {
    PhoneGrant one{caller.workspace, phone.id, grant.id, caller.by()};
    std::vector<PhoneDoor> doors = co_await add_grant(tx, context, std::move(one), locks);
    out.push_back({phone, std::move(doors)});
  }
  co_return out;
}

// --- Ends ---

Task<Phone> end_in(Transaction& tx, Context& context, WorkspaceId workspace, Phone phone, std::string because, std::string by,
                   std::vector<LockName>& locks) {
  if (phone.ended_at) co_return phone;
  phone.ended_at = context.now();
  phone.ended_because = because;
  static const std::string sql =
      "SELECT " + std::string(ending_columns()) +
      " FROM credentials WHERE workspace = ?1 AND phone = ?2 AND ended_at IS NULL ORDER BY credential";
  const Rows rows = co_await tx.execute(sql, workspace, phone.id);
  for (const Row row : rows) {
    const EndingCredential credential = read_ending(row);
    co_await revoke(tx, context.keys, workspace, credential, by, *phone.ended_at);
    locks.push_back(lock_name(workspace, credential.lock));
  }
  co_await tx.execute("UPDATE phones SET ended_at = ?3, ended_because = ?4 WHERE workspace = ?1 AND phone = ?2", workspace,
                      phone.id, *phone.ended_at, because);
  co_await append_phone_event(tx, context, workspace, EventType::kPhoneEnded, phone, by);
  co_return phone;
}

Task<std::vector<Phone>> end_all(Transaction& tx, Context& context, WorkspaceId workspace, PersonId person, std::string because,
                                 std::string by, std::vector<LockName>& locks) {
  static const std::string sql =
      std::string(select) + "WHERE workspace = ?1 AND person = ?2 AND ended_at IS NULL ORDER BY phone";
  const Rows rows = co_await tx.execute(sql, workspace, person);
  std::vector<Phone> out;
  for (const Row row : rows) {
    const Phone phone = row_of(row).phone;
    out.push_back(co_await end_in(tx, context, workspace, phone, because, by, locks));
  }
  co_return out;
}

void tell_locks(Context& context, const std::vector<LockName>& locks) {
  for (const LockName& lock : locks) context.links.desired_changed(lock);
}

}  // namespace

Task<Outcome<ClaimedPhone>> claim_invitation(Context& context, PhoneClaimInput input, std::string address) {
  const std::string network = network_of(address);
  CARDEA_CO_TRY(context.auth.limits.charge(Limited::kAddress, network));
  CARDEA_CO_TRY(check_name(input.name, "/name"));
  if (!is_token(phone_prefix, input.invitation))
    co_return not_found("invitation", "This is no invitation. Open the whole link, with what follows the #.");
  phone::LinkToken token;
  must(parse_hex(std::string_view(input.invitation).substr(phone_prefix.size()), token.mutable_bytes()));
  const Bytes<32> hash = hash_of_token(input.invitation);
  std::vector<LockName> locks;
  auto claimed = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<ClaimedPhone>> {
    locks.clear();
    co_return co_await claim_in(tx, context, input, token, hash, locks);
  });
  if (!claimed) co_return claimed;
  context.auth.limits.refund(Limited::kAddress, network);
  tell_locks(context, locks);
  co_return claimed;
}

Task<Outcome<Blob>> phone_schedule(Context& context, PhoneRequest request, std::string address) {
  const std::string network = network_of(address);
  const std::string account = request.phone.text();
  Limits& limits = context.auth.limits;
  CARDEA_CO_TRY(limits.charge(Limited::kAddress, network));
  CARDEA_CO_TRY(limits.charge(Limited::kAccount, account));
  // Looked at before anything is written: who guesses costs no commit.
  CARDEA_CO_TRY(co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_ASSIGN(const PhoneRow row, co_await find_row(tx, request.phone));
    co_return check(context.keys, row, request, context.now());
  }));
  std::vector<LockName> locks;
  auto sealed = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Blob>> {
    locks.clear();
    co_return co_await schedule_in(tx, context, request, locks);
  });
  if (!sealed) co_return sealed;
  limits.refund(Limited::kAddress, network);
  limits.refund(Limited::kAccount, account);
  tell_locks(context, locks);
  co_return sealed;
}

Task<Outcome<std::vector<GrantedPhone>>> grant_to_phones(Context& context, Principal caller, GrantId grant,
                                                         std::optional<std::vector<PhoneId>> phones) {
  if (phones && phones->empty()) co_return invalid("/phone_ids", "must name at least one phone. Leave it out for all of them.");
  if (phones && phones->size() > phone_ids_max) co_return invalid("/phone_ids", "must name at most 20 phones");
  std::vector<LockName> locks;
  auto granted = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<std::vector<GrantedPhone>>> {
    locks.clear();
    co_return co_await grant_in(tx, context, caller, grant, phones, locks);
  });
  if (granted) tell_locks(context, locks);
  co_return granted;
}

Task<Outcome<Done>> issue_at_new_doors(Transaction& tx, Context& context, NewDoors added, std::vector<LockName>& locks) {
  const Rows phones = co_await tx.execute(
      "SELECT g.phone FROM phone_grants AS g JOIN phones AS p ON p.workspace = g.workspace AND p.phone = g.phone WHERE "
      "g.workspace = ?1 AND g.access_grant = ?2 AND p.ended_at IS NULL ORDER BY g.phone",
      added.workspace, added.grant);
  for (const Row row : phones) {
    PhoneGrant wanted{added.workspace, row.id<PhoneId>(0), added.grant, added.by};
    const std::vector<PhoneDoor> doors = co_await issue_missing(tx, context, std::move(wanted), locks);
    for (const PhoneDoor& door : doors) {
      const bool is_new = std::ranges::find(added.doors, door.door) != added.doors.end();
      if (!is_new || !door.problem) continue;
      if (door.problem->code == "slots_full" || door.problem->code == "schedules_full") co_return *door.problem;
    }
  }
  co_return Done{};
}

Task<Outcome<Page<Phone>>> list_phones(Context& context, Viewer viewer, PersonId person, PageRequest page) {
  CARDEA_CO_ASSIGN(const PhoneId after, id_of_cursor<PhoneId>(page));
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<Phone>>> {
    CARDEA_CO_TRY(co_await read_person(tx, viewer.workspace, person));
    static const std::string sql = std::string(select) + "WHERE workspace = ?1 AND person = ?2 AND phone > ?3 AND " +
                                   grant_is_within("phones.access_grant", 5) + " ORDER BY phone LIMIT ?4";
    const Rows rows = co_await tx.execute(sql, viewer.workspace, person, after, page.limit + 1, viewer.limit);
    std::vector<Phone> items;
    for (const Row row : rows) items.push_back(row_of(row).phone);
    co_return page_of(std::move(items), page, [](const Phone& phone) { return phone.id; });
  });
}

Task<Outcome<Phone>> find_phone(Context& context, WorkspaceId workspace, PhoneId phone) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_phone(tx, workspace, phone); });
}

Task<Outcome<Phone>> end_phone(Context& context, Principal caller, PhoneId phone, PhoneEnd why) {
  std::vector<LockName> locks;
  auto ended = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Phone>> {
    locks.clear();
    CARDEA_CO_ASSIGN(const Phone found, co_await read_phone(tx, caller.workspace, phone));
    if (why == PhoneEnd::kLost) co_await end_invitations_of_person(tx, caller.workspace, found.person, context.now());
    co_return co_await end_in(tx, context, caller.workspace, found, std::string(name_of(why)), caller.by(), locks);
  });
  if (ended) tell_locks(context, locks);
  co_return ended;
}

Task<Outcome<std::vector<Phone>>> lose_phones(Context& context, Principal caller, PersonId person) {
  std::vector<LockName> locks;
  auto ended = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<std::vector<Phone>>> {
    locks.clear();
    CARDEA_CO_TRY(co_await read_person(tx, caller.workspace, person));
    co_await end_invitations_of_person(tx, caller.workspace, person, context.now());
    co_return co_await end_all(tx, context, caller.workspace, person, "lost", caller.by(), locks);
  });
  if (ended) tell_locks(context, locks);
  co_return ended;
}

Task<void> end_phones_of_person(Transaction& tx, Context& context, WorkspaceId workspace, PersonId person, std::string by) {
  std::vector<LockName> told_by_the_caller;
  co_await end_all(tx, context, workspace, person, "revoked", by, told_by_the_caller);
}

}  // namespace cardea::server::usecases
