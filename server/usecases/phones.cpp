// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/phones.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/auth/scopes.hpp"
#include "server/usecases/checks.hpp"
#include "server/usecases/endings.hpp"
#include "server/usecases/events.hpp"
#include "server/usecases/internal/phone_rows.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::uint64_t clock_apart_max_s = 300;

constexpr std::string_view select =
    "SELECT workspace, phone, person, access_grant, invitation, name, seen_at, created_at, ended_at, ended_because, "
    "keys_sealed, asked_at, virtual_key FROM phones ";

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
  if (!row.is_null(12)) out.virtual_key = row.blob(12);
  return out;
}

}  // namespace

Task<Outcome<Phone>> read_phone(Transaction& tx, WorkspaceId workspace, PhoneId phone) {
  static const std::string sql = std::string(select) + "WHERE workspace = ?1 AND phone = ?2";
  const Rows rows = co_await tx.execute(sql, workspace, phone);
  if (rows.empty()) co_return not_found("phone");
  co_return row_of(rows.front()).phone;
}

Task<std::vector<Phone>> live_phones(Transaction& tx, WorkspaceId workspace, PersonId person) {
  static const std::string sql =
      std::string(select) + "WHERE workspace = ?1 AND person = ?2 AND ended_at IS NULL ORDER BY phone";
  const Rows rows = co_await tx.execute(sql, workspace, person);
  std::vector<Phone> out;
  for (const Row row : rows) out.push_back(row_of(row).phone);
  co_return out;
}

Task<std::vector<Phone>> live_phones_within(Transaction& tx, Viewer viewer, PersonId person) {
  static const std::string sql = std::string(select) + "WHERE workspace = ?1 AND person = ?2 AND ended_at IS NULL AND " +
                                 grant_is_within("phones.access_grant", 3) + " ORDER BY phone";
  const Rows rows = co_await tx.execute(sql, viewer.workspace, person, viewer.limit);
  std::vector<Phone> out;
  for (const Row row : rows) out.push_back(row_of(row).phone);
  co_return out;
}

std::string_view name_of(PhoneEnd why) { return why == PhoneEnd::kLost ? "lost" : "revoked"; }

Problem phone_refused() {
  return forbidden("phone_refused", "This is no request of a phone that this platform knows. Claim an invitation again.");
}

Task<Outcome<PhoneRow>> find_phone_row(Transaction& tx, PhoneId phone) {
  static const std::string sql = std::string(select) + "WHERE phone = ?1";
  const Rows rows = co_await tx.execute(sql, phone);
  if (rows.empty()) co_return phone_refused();
  co_return row_of(rows.front());
}

Outcome<Done> check_moment(const PhoneRow& row, UnixSeconds at, UnixSeconds now) {
  if (row.phone.ended_at)
    return forbidden("phone_ended", "This phone was ended. Erase its keys, and ask for a new invitation.");
  const std::uint64_t apart = std::max(now.value, at.value) - std::min(now.value, at.value);
  if (apart > clock_apart_max_s)
    return forbidden("phone_clock", "The phone's clock is more than five minutes off: here it is " + text_of(now) + ".");
  if (at <= row.asked_at)
    return forbidden("phone_clock", "A request of this moment, or a later one, was answered already. Ask again in a second.");
  return Done{};
}

Task<void> note_answer(Transaction& tx, WorkspaceId workspace, PhoneId phone, UnixSeconds at, UnixSeconds now) {
  co_await tx.execute("UPDATE phones SET asked_at = ?3, seen_at = ?4 WHERE workspace = ?1 AND phone = ?2", workspace, phone, at,
                      now);
}

void tell_locks(Context& context, const std::vector<LockName>& locks) {
  for (const LockName& lock : locks) context.links.desired_changed(lock);
}

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

Task<Phone> end_phone_in(Transaction& tx, Context& context, WorkspaceId workspace, Phone phone, std::string because,
                         std::string by, std::vector<LockName>& locks) {
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
  if (because != name_of(PhoneEnd::kLost)) co_return phone;
  const auto concerned = co_await end_shares_of_phone(tx, context, workspace, phone.id, by);
  locks.insert(locks.end(), concerned.begin(), concerned.end());
  co_return phone;
}

namespace {

Task<std::vector<Phone>> end_all(Transaction& tx, Context& context, WorkspaceId workspace, PersonId person, std::string because,
                                 std::string by, std::vector<LockName>& locks) {
  const std::vector<Phone> phones = co_await live_phones(tx, workspace, person);
  std::vector<Phone> out;
  for (const Phone& phone : phones) out.push_back(co_await end_phone_in(tx, context, workspace, phone, because, by, locks));
  co_return out;
}

}  // namespace

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
    co_return co_await end_phone_in(tx, context, caller.workspace, found, std::string(name_of(why)), caller.by(), locks);
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
