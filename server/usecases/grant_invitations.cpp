// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/grant_invitations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/domain/schedule_words.hpp"
#include "server/usecases/credentials.hpp"
#include "server/usecases/events.hpp"
#include "server/usecases/internal/message_rows.hpp"

namespace cardea::server::usecases {

Problem no_invitation() {
  return not_found("invitation",
                   "This invitation is unknown, was used, cancelled or sent anew, or has ended. Ask for a new one.");
}

namespace {

constexpr std::size_t doors_named_max = 3;
constexpr std::uint64_t access_mail_s = 2 * 86'400;  // a letter that an access has changed or ended

constexpr std::string_view select =
    "SELECT i.workspace, i.invitation, i.access_grant, i.person, i.language, i.phones_max, i.phone_count, i.opened_at, "
    "i.first_claim_at, i.cancelled_at, i.expires_at, i.created_at, i.created_by, i.message, o.recipient, o.state, "
    "o.last_failure, i.pin "
    "FROM invitations i LEFT JOIN outbox o ON o.workspace = i.workspace AND o.message = i.message ";

MessageState message_state_of(std::string_view name) {
  if (name == name_of(MessageState::kSent)) return MessageState::kSent;
  return name == name_of(MessageState::kQueued) ? MessageState::kQueued : MessageState::kFailed;
}

GrantInvitation invitation_of(Row row) {
  GrantInvitation out;
  out.id = row.id<InvitationId>(1);
  out.grant = row.id<GrantId>(2);
  out.person = row.id<PersonId>(3);
  out.language = language_of(row.text(4)).value_or(Language::kEnglish);
  out.phones_max = static_cast<std::uint8_t>(row.integer(5));
  out.phone_count = static_cast<std::uint8_t>(row.integer(6));
  out.opened_at = row.maybe(7, &Row::time);
  out.first_claim_at = row.maybe(8, &Row::time);
  out.cancelled_at = row.maybe(9, &Row::time);
  out.expires_at = row.time(10);
  out.created_at = row.time(11);
  out.created_by = row.text(12);
  out.pin = row.boolean(17);
  if (!row.is_null(13))
    out.mail =
        GrantInvitation::Mail{row.id<MessageId>(13), row.text(14), message_state_of(row.text(15)), row.maybe(16, &Row::text)};
  return out;
}

Task<Outcome<GrantInvitation>> read_invitation(Transaction& tx, WorkspaceId workspace, InvitationId invitation) {
  static const std::string sql = std::string(select) + "WHERE i.workspace = ?1 AND i.invitation = ?2";
  const Rows rows = co_await tx.execute(sql, workspace, invitation);
  if (rows.empty()) co_return not_found("invitation");
  co_return invitation_of(rows.front());
}

/// Names and zone of the grant's doors, in the order of the grant.
struct Doors {
  std::vector<std::string> names;
  std::string zone;  ///< of the first
  [[nodiscard]] std::string text() const {
    std::string out;
    for (std::size_t i = 0; i < std::min(names.size(), doors_named_max); ++i) out += (i == 0 ? "" : ", ") + names[i];
    return names.size() <= doors_named_max ? out : fmt::format("{} (+{})", out, names.size() - doors_named_max);
  }
};
Task<Doors> doors_of(Transaction& tx, WorkspaceId workspace, AccessGrant grant) {
  Doors out;
  for (const DoorId& door : grant.doors) {
    const Rows rows = co_await tx.execute("SELECT name, zone FROM doors WHERE workspace = ?1 AND door = ?2", workspace, door);
    out.names.push_back(rows.front().text(0));
    if (out.zone.empty()) out.zone = rows.front().text(1);
  }
  co_return out;
}

Task<std::string> workspace_name(Transaction& tx, WorkspaceId workspace) {
  const Rows rows = co_await tx.execute("SELECT name FROM workspaces WHERE workspace = ?1", workspace);
  co_return rows.front().text(0);
}

std::string end_of(const AccessGrant& grant, const std::string& zone, Language language) {
  if (grant.to) return local_text(*grant.to, zone);
  switch (language) {
    case Language::kEnglish: return "further notice";
    case Language::kChinese: return "另行通知";
    case Language::kGerman: return "auf Weiteres";
  }
  return "";
}

Task<void> append_invitation_event(Transaction& tx, Context& context, WorkspaceId workspace, EventType type,
                                   GrantInvitation invitation, std::string by) {
  EventFacts facts;
  facts.type = type;
  facts.at = context.now();
  facts.by = std::move(by);
  facts.detail = fmt::format(R"({{"invitation":"{}"}})", invitation.id.text());
  const EventSubject subject{invitation.person, invitation.grant, std::nullopt};
  co_await append_event(tx, context.keys, workspace, std::move(facts), subject, context.now());
}

Outcome<Done> can_be_invited_to(const AccessGrant& grant, const Person& person, UnixSeconds now) {
  if (grant.revoked_at || person.revoked_at || (grant.to && *grant.to <= now))
    return conflict("ended", "This access grant has ended. Make a new one to let the person in again.");
  return Done{};
}

/// What a link is made and told with.
struct Sending {
  WorkspaceId workspace;
  InvitationId id;
  AccessGrant grant;
  Person person;
  bool by_email = false;
  Language language = Language::kEnglish;
  UnixSeconds expires_at;
};

Task<std::optional<MessageId>> mail_link(Transaction& tx, Context& context, Sending sending, std::string link) {
  if (!sending.by_email) co_return std::nullopt;
  const Doors doors = co_await doors_of(tx, sending.workspace, sending.grant);
  const std::string workspace = co_await workspace_name(tx, sending.workspace);
  Outgoing mail;
  mail.letter = mail::Letter::kInvitation;
  mail.values = {{"person", sending.person.name},
                 {"workspace", workspace},
                 {"doors", doors.text()},
                 {"from", local_text(sending.grant.from, doors.zone)},
                 {"to", end_of(sending.grant, doors.zone, sending.language)},
                 {"expires", local_text(sending.expires_at, doors.zone)},
                 {"link", std::move(link)}};
  mail.to = sending.person.email.value();
  mail.language = sending.language;
  mail.is_secret = true;
  mail.expires_at = sending.expires_at;
  co_return co_await enqueue(tx, context, sending.workspace, mail);
}

/// The phone app takes what follows the #; without it, the page that says what to do is in the person's language.
std::string link_of(const Context& context, Language language, const std::string& token) {
  if (!context.phone_app.empty()) return fmt::format("{}/#{}", context.phone_app, token);
  return fmt::format("{}/invitation/{}#{}", context.auth.party->origin, name_of(language), token);
}

/// A fresh token for an invitation that is stored already; the link unless it is mailed.
Task<std::optional<std::string>> send_link(Transaction& tx, Context& context, Sending sending) {
  const Token token = make_token(phone_prefix);
  std::string link = link_of(context, sending.language, token.text);
  const auto message = co_await mail_link(tx, context, sending, link);
  co_await tx.execute(
      "UPDATE invitations SET hash = ?3, message = ?4, expires_at = ?5, opened_at = NULL WHERE workspace = ?1 AND invitation = "
      "?2",
      sending.workspace, sending.id, token.hash, message, sending.expires_at);
  if (message) co_return std::nullopt;
  co_return link;
}

Outcome<Done> can_be_sent(const Context& context, const Person& person, bool by_email) {
  if (context.phone_app.empty() && !context.auth.party)
    return conflict(
        "no_public_url",
        "This platform does not know the address that people find it at. Start it with --phone-url or --public-url.");
  if (by_email && !person.email)
    return conflict("no_email", "This person has no e-mail address. Add one, or hand the link over (channel \"link\").");
  return Done{};
}

Outcome<UnixSeconds> expiry_of(const AccessGrant& grant, std::optional<UnixSeconds> wanted, UnixSeconds now) {
  if (wanted && *wanted <= now) return invalid("/expires_at", "has passed already. Give an instant in the future.");
  if (wanted && wanted->value > now.value + grant_invitation_s_max)
    return invalid("/expires_at", "is more than 30 days ahead. Invite later, or send the invitation anew.");
  const UnixSeconds expires = wanted.value_or(UnixSeconds{now.value + grant_invitation_s});
  return grant.to ? std::min(expires, *grant.to) : expires;
}

}  // namespace

Task<Outcome<NewGrantInvitation>> invite_to_grant(Transaction& tx, Context& context, WorkspaceId workspace, std::string by,
                                                  GrantId grant_id, GrantInvitationCreate input) {
  const UnixSeconds now = context.now();
  CARDEA_CO_ASSIGN(AccessGrant grant, co_await read_access_grant(tx, workspace, grant_id));
  CARDEA_CO_ASSIGN(Person person, co_await read_person(tx, workspace, grant.person));
  CARDEA_CO_TRY(can_be_invited_to(grant, person, now));
  CARDEA_CO_TRY(can_be_sent(context, person, input.by_email));
  CARDEA_CO_ASSIGN(const UnixSeconds expires_at, expiry_of(grant, input.expires_at, now));
  Sending sending;
  sending.workspace = workspace;
  sending.id = InvitationId::make();
  sending.by_email = input.by_email;
  const auto wanted = input.language ? input.language : person.language;
  sending.language = co_await language_for(tx, workspace, wanted);
  sending.expires_at = expires_at;
  co_await tx.execute(
      "INSERT INTO invitations (workspace, invitation, access_grant, person, language, phones_max, expires_at, created_at, "
      "created_by, pin) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
      workspace, sending.id, grant.id, grant.person, name_of(sending.language), input.phones_max, expires_at, now, by,
      input.pin);
  sending.grant = std::move(grant);
  sending.person = std::move(person);
  const InvitationId id = sending.id;
  NewGrantInvitation out;
  out.link = co_await send_link(tx, context, std::move(sending));
  CARDEA_CO_ASSIGN(out.invitation, co_await read_invitation(tx, workspace, id));
  co_await append_invitation_event(tx, context, workspace, EventType::kInvitationCreated, out.invitation, by);
  co_return out;
}

Task<std::optional<GrantInvitation>> newest_invitation(Transaction& tx, WorkspaceId workspace, GrantId grant) {
  static const std::string sql =
      std::string(select) + "WHERE i.workspace = ?1 AND i.access_grant = ?2 ORDER BY i.invitation DESC LIMIT 1";
  const Rows rows = co_await tx.execute(sql, workspace, grant);
  if (rows.empty()) co_return std::nullopt;
  co_return invitation_of(rows.front());
}

namespace {

Task<Outcome<NewGrantInvitation>> resend_in(Transaction& tx, Context& context, Principal caller, InvitationId id) {
  const UnixSeconds now = context.now();
  CARDEA_CO_ASSIGN(const GrantInvitation old, co_await read_invitation(tx, caller.workspace, id));
  if (old.cancelled_at || old.phone_count >= old.phones_max)
    co_return conflict("ended",
                       "This invitation was cancelled, or every phone that it is good for has claimed it. Make a new one.");
  Sending sending;
  CARDEA_CO_ASSIGN(sending.grant, co_await read_access_grant(tx, caller.workspace, old.grant));
  CARDEA_CO_ASSIGN(sending.person, co_await read_person(tx, caller.workspace, old.person));
  CARDEA_CO_TRY(can_be_invited_to(sending.grant, sending.person, now));
  CARDEA_CO_TRY(can_be_sent(context, sending.person, old.mail.has_value()));
  sending.workspace = caller.workspace;
  sending.id = id;
  sending.by_email = old.mail.has_value();
  sending.language = old.language;
  CARDEA_CO_ASSIGN(sending.expires_at, expiry_of(sending.grant, std::nullopt, now));
  if (old.mail) co_await withdraw_message(tx, caller.workspace, old.mail->message, "sent anew with another link");
  NewGrantInvitation out;
  out.link = co_await send_link(tx, context, std::move(sending));
  CARDEA_CO_ASSIGN(out.invitation, co_await read_invitation(tx, caller.workspace, id));
  co_await append_invitation_event(tx, context, caller.workspace, EventType::kInvitationRenewed, out.invitation, caller.by());
  co_return out;
}

Task<void> end_invitations(Transaction& tx, WorkspaceId workspace, Rows messages) {
  for (const Row row : messages)
    if (!row.is_null(0)) co_await withdraw_message(tx, workspace, row.id<MessageId>(0), "the invitation was ended");
}

}  // namespace

std::string_view GrantInvitation::state_at(UnixSeconds now) const {
  if (cancelled_at) return "cancelled";
  if (phone_count > 0) return "on_phone";
  if (now >= expires_at) return "expired";
  if (opened_at) return "opened";
  if (!mail || mail->state == MessageState::kSent) return "sent";
  return mail->state == MessageState::kQueued ? "draft" : "undelivered";
}

Task<Outcome<NewGrantInvitation>> create_grant_invitation(Context& context, Principal caller, GrantId grant,
                                                          GrantInvitationCreate input) {
  if (input.phones_max < 1 || input.phones_max > phones_max) co_return invalid("/phones_max", "must be 1 to 5");
  co_return co_await context.store.write(
      [&](Transaction& tx) { return invite_to_grant(tx, context, caller.workspace, caller.by(), grant, input); });
}

Task<Outcome<NewGrantInvitation>> resend_grant_invitation(Context& context, Principal caller, InvitationId invitation) {
  co_return co_await context.store.write([&](Transaction& tx) { return resend_in(tx, context, caller, invitation); });
}

Task<Outcome<GrantInvitation>> cancel_grant_invitation(Context& context, Principal caller, InvitationId invitation) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<GrantInvitation>> {
    CARDEA_CO_ASSIGN(GrantInvitation found, co_await read_invitation(tx, caller.workspace, invitation));
    if (found.cancelled_at) co_return found;
    const Rows messages = co_await tx.execute(
        "UPDATE invitations SET hash = NULL, cancelled_at = ?3 WHERE workspace = ?1 AND invitation = ?2 RETURNING message",
        caller.workspace, invitation, context.now());
    co_await end_invitations(tx, caller.workspace, messages);
    co_await append_invitation_event(tx, context, caller.workspace, EventType::kInvitationCancelled, found, caller.by());
    co_return co_await read_invitation(tx, caller.workspace, invitation);
  });
}

Task<Outcome<GrantInvitation>> find_grant_invitation(Context& context, WorkspaceId workspace, InvitationId invitation) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_invitation(tx, workspace, invitation); });
}

Task<Outcome<Page<GrantInvitation>>> list_grant_invitations(Context& context, WorkspaceId workspace, GrantId grant,
                                                            PageRequest page) {
  CARDEA_CO_ASSIGN(const InvitationId after, id_of_cursor<InvitationId>(page));
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<GrantInvitation>>> {
    CARDEA_CO_TRY(co_await read_access_grant(tx, workspace, grant));
    static const std::string sql = std::string(select) +
                                   "WHERE i.workspace = ?1 AND i.access_grant = ?2 AND i.invitation > ?3 "
                                   "ORDER BY i.invitation LIMIT ?4";
    const Rows rows = co_await tx.execute(sql, workspace, grant, after, page.limit + 1);
    std::vector<GrantInvitation> items;
    for (const Row row : rows) items.push_back(invitation_of(row));
    co_return page_of(std::move(items), page, [](const GrantInvitation& invitation) { return invitation.id; });
  });
}

Task<Outcome<GoodInvitation>> find_good_invitation(Transaction& tx, Bytes<32> hash, UnixSeconds now) {
  static const std::string sql = std::string(select) + "WHERE i.hash = ?1";
  const Rows rows = co_await tx.execute(sql, hash);
  if (rows.empty()) co_return no_invitation();
  GoodInvitation out;
  out.workspace = rows.front().id<WorkspaceId>(0);
  out.invitation = invitation_of(rows.front());
  const GrantInvitation& found = out.invitation;
  const bool is_late = found.first_claim_at && now.value >= found.first_claim_at->value + all_phones_within_s;
  if (found.cancelled_at || now >= found.expires_at || found.phone_count >= found.phones_max || is_late)
    co_return no_invitation();
  CARDEA_CO_ASSIGN(out.grant, co_await read_access_grant(tx, out.workspace, found.grant));
  CARDEA_CO_ASSIGN(out.person, co_await read_person(tx, out.workspace, found.person));
  if (!can_be_invited_to(out.grant, out.person, now)) co_return no_invitation();
  co_return out;
}

namespace {

/// The doors whose locks have keys, and can keep a PIN.
Task<std::vector<PinDoor>> pin_doors_of(Transaction& tx, WorkspaceId workspace, AccessGrant grant) {
  std::vector<PinDoor> out;
  for (const DoorId& door : grant.doors) {
    const auto lock = co_await find_lock_of_door(tx, workspace, door);
    if (!lock || lock->state != LockState::kActive || !lock->is_protected()) continue;
    const Rows rows = co_await tx.execute("SELECT name FROM doors WHERE workspace = ?1 AND door = ?2", workspace, door);
    const bool taken = co_await has_pin(tx, workspace, grant.id, door);
    out.push_back({door, rows.front().text(0), lock->settings.codes.pin_digits, taken});
  }
  co_return out;
}

}  // namespace

Task<Outcome<OpenedInvitation>> open_grant_invitation(Context& context, std::string token, std::string address) {
  const std::string network = network_of(address);
  CARDEA_CO_TRY(context.auth.limits.charge(Limited::kAddress, network));
  const Bytes<32> hash = hash_of_token(token);
  auto opened = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<OpenedInvitation>> {
    CARDEA_CO_ASSIGN(const GoodInvitation good, co_await find_good_invitation(tx, hash, context.now()));
    const GrantInvitation& invitation = good.invitation;
    if (!invitation.opened_at) {
      co_await tx.execute("UPDATE invitations SET opened_at = ?3 WHERE workspace = ?1 AND invitation = ?2", good.workspace,
                          invitation.id, context.now());
      co_await append_invitation_event(tx, context, good.workspace, EventType::kInvitationOpened, invitation, "");
    }
    OpenedInvitation out;
    out.workspace = co_await workspace_name(tx, good.workspace);
    out.person = good.person.name;
    const Doors doors = co_await doors_of(tx, good.workspace, good.grant);
    out.doors = doors.names;
    out.zone = doors.zone;
    out.from = good.grant.from;
    out.to = good.grant.to;
    out.language = invitation.language;
    out.expires_at = invitation.expires_at;
    out.phones_left = static_cast<std::uint8_t>(invitation.phones_max - invitation.phone_count);
    if (invitation.pin) out.pins = co_await pin_doors_of(tx, good.workspace, good.grant);
    co_return out;
  });
  if (opened) context.auth.limits.refund(Limited::kAddress, network);
  co_return opened;
}

Task<void> end_invitations_of_grant(Transaction& tx, WorkspaceId workspace, GrantId grant, UnixSeconds now) {
  const Rows messages = co_await tx.execute(
      "UPDATE invitations SET hash = NULL, cancelled_at = ?3 WHERE workspace = ?1 AND access_grant = ?2 AND cancelled_at IS "
      "NULL "
      "RETURNING message",
      workspace, grant, now);
  co_await end_invitations(tx, workspace, messages);
}

Task<void> end_invitations_of_person(Transaction& tx, WorkspaceId workspace, PersonId person, UnixSeconds now) {
  const Rows grants =
      co_await tx.execute("SELECT access_grant FROM access_grants WHERE workspace = ?1 AND person = ?2", workspace, person);
  for (const Row row : grants) co_await end_invitations_of_grant(tx, workspace, row.id<GrantId>(0), now);
}

namespace {

/// Whom a letter about a grant goes to, and what every such letter says.
struct Told {
  AccessGrant grant;
  Person person;
  Doors doors;
  std::string workspace;

  [[nodiscard]] Outgoing mail(mail::Letter letter, UnixSeconds now) const {
    Outgoing out;
    out.letter = letter;
    out.values = {{"person", person.name}, {"workspace", workspace}, {"doors", doors.text()}};
    out.to = person.email.value();
    out.language = person.language;
    out.expires_at = {now.value + access_mail_s};
    return out;
  }
};
/// Nothing for whoever was not invited by mail, or has no address any more.
Task<std::optional<Told>> told_of(Transaction& tx, WorkspaceId workspace, GrantId grant_id) {
  const Rows told = co_await tx.execute(
      "SELECT 1 FROM invitations i JOIN outbox o ON o.workspace = i.workspace AND o.message = i.message "
      "WHERE i.workspace = ?1 AND i.access_grant = ?2 AND o.state = 'sent' LIMIT 1",
      workspace, grant_id);
  if (told.empty()) co_return std::nullopt;
  auto grant = co_await read_access_grant(tx, workspace, grant_id);
  if (!grant) co_return std::nullopt;
  auto person = co_await read_person(tx, workspace, grant->person);
  if (!person || !person->email) co_return std::nullopt;
  Doors doors = co_await doors_of(tx, workspace, *grant);
  std::string name = co_await workspace_name(tx, workspace);
  co_return Told{*std::move(grant), *std::move(person), std::move(doors), std::move(name)};
}

std::string times_of(const GrantRules& rules, Language language) {
  return rules.schedule ? words_of(schedule_of(*rules.schedule), language) : std::string(words_for_any_time(language));
}

}  // namespace

Task<void> tell_of_end(Transaction& tx, Context& context, WorkspaceId workspace, GrantId grant) {
  const auto told = co_await told_of(tx, workspace, grant);
  if (!told) co_return;
  Outgoing mail = told->mail(mail::Letter::kAccessEnded, context.now());
  co_await enqueue(tx, context, workspace, std::move(mail));
}

Task<void> tell_of_change(Transaction& tx, Context& context, WorkspaceId workspace, GrantId grant) {
  const auto told = co_await told_of(tx, workspace, grant);
  if (!told || !can_be_invited_to(told->grant, told->person, context.now())) co_return;
  const std::optional<Language> own = told->person.language;
  const Language language = co_await language_for(tx, workspace, own);
  Outgoing mail = told->mail(mail::Letter::kAccessChanged, context.now());
  mail.language = language;
  mail.values.push_back({"from", local_text(told->grant.from, told->doors.zone)});
  mail.values.push_back({"to", end_of(told->grant, told->doors.zone, language)});
  mail.values.push_back({"times", times_of(told->grant.rules, language)});
  co_await enqueue(tx, context, workspace, std::move(mail));
}

Task<void> tell_of_schedule(Transaction& tx, Context& context, WorkspaceId workspace, ScheduleId schedule) {
  const Rows rows = co_await tx.execute(
      "SELECT DISTINCT g.access_grant FROM access_grants g JOIN invitations i ON i.workspace = g.workspace AND "
      "i.access_grant = g.access_grant WHERE g.workspace = ?1 AND g.named_schedule = ?2 AND g.closed_at IS NULL AND i.message "
      "IS NOT NULL ORDER BY g.access_grant",
      workspace, schedule);
  for (const Row row : rows) co_await tell_of_change(tx, context, workspace, row.id<GrantId>(0));
}

}  // namespace cardea::server::usecases
