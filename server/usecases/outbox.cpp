// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/outbox.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/usecases/credentials.hpp"
#include "server/usecases/internal/message_rows.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::uint64_t first_wait_s = 5;
constexpr std::uint64_t wait_max_s = 3'600;

constexpr std::string_view columns =
    "message, channel, letter, language, recipient, credential, operator, secret, state, attempts, next_attempt_at, sent_at, "
    "last_failure, created_at, expires_at";
constexpr std::size_t column_count = 15;

MessageState state_of(std::string_view name) {
  for (const MessageState state : {MessageState::kQueued, MessageState::kSent})
    if (name_of(state) == name) return state;
  return MessageState::kFailed;
}

OutboxMessage read_message(Row row) {
  OutboxMessage out;
  out.id = row.id<MessageId>(0);
  out.channel = channel_of(row.text(1)).value();
  out.letter = row.text(2);
  out.language = language_of(row.text(3)).value_or(Language::kEnglish);
  out.to = row.text(4);
  out.credential = row.maybe(5, &Row::id<CredentialId>);
  out.operator_id = row.maybe(6, &Row::id<OperatorId>);
  out.is_secret = row.boolean(7);
  out.state = state_of(row.text(8));
  out.attempts = static_cast<std::uint32_t>(row.integer(9));
  out.next_attempt_at = row.time(10);
  out.sent_at = row.maybe(11, &Row::time);
  out.failure = row.maybe(12, &Row::text);
  out.created_at = row.time(13);
  out.expires_at = row.time(14);
  return out;
}

Task<Outcome<OutboxMessage>> read_message(Transaction& tx, WorkspaceId workspace, MessageId message) {
  static const std::string sql = "SELECT " + std::string(columns) + " FROM outbox WHERE workspace = ?1 AND message = ?2";
  const Rows rows = co_await tx.execute(sql, workspace, message);
  if (rows.empty()) co_return not_found("message");
  co_return read_message(rows.front());
}

/// Where a person's code goes.
Outcome<Outgoing> addressed(const Person& person, std::optional<Channel> channel) {
  Outgoing out;
  out.channel = channel.value_or(person.phone || !person.email ? Channel::kSms : Channel::kEmail);
  if (out.channel == Channel::kSms && !person.phone)
    return conflict("no_phone", "This person has no phone number. Add one, then send again.");
  if (out.channel == Channel::kEmail && !person.email)
    return conflict("no_email", "This person has no e-mail address. Add one, then send again.");
  out.to = out.channel == Channel::kSms ? *person.phone : *person.email;
  out.language = person.language;
  return out;
}

Task<Outcome<OutboxMessage>> send_in(Transaction& tx, Context& context, WorkspaceId workspace, CredentialId credential,
                                     std::optional<Channel> channel) {
  CARDEA_CO_ASSIGN(const CredentialAtLock found, co_await read_credential_at_lock(tx, workspace, credential));
  if (found.credential.type != CredentialType::kSms)
    co_return conflict("not_sms", "The codes of this credential are not sent. Issue one of kind \"sms\".");
  const UnixSeconds now = context.now();
  CARDEA_CO_TRY(co_await may_issue_now(tx, workspace, found.credential, now));
  CARDEA_CO_ASSIGN(const Person person, co_await read_person(tx, workspace, found.credential.person.value()));
  CARDEA_CO_ASSIGN(Outgoing message, addressed(person, channel));
  OtpRequest request;
  request.purpose = OtpPurpose::kSms;
  request.slot = found.credential.slot.value();
  request.time = now;
  request.digits = found.lock.settings.codes.otp_digits;
  const Digits code = must(context.keys.one_time_code(found.lock.keyed(), request));
  const std::uint64_t ends = (step_at(OtpPurpose::kSms, now).value + 2) * sms_step_s;
  const Rows doors =
      co_await tx.execute("SELECT name FROM doors WHERE workspace = ?1 AND door = ?2", workspace, found.credential.door);
  message.letter = mail::Letter::kCode;
  message.values = {{"door", doors.front().text(0)},
                    {"code", std::string(code.reveal())},
                    {"minutes", std::to_string((ends - now.value) / 60)}};
  message.credential = credential;
  message.expires_at = {ends};
  const MessageId id = co_await enqueue(tx, context, workspace, message);
  for (mail::Value& value : message.values) wipe_text(value.text);
  co_return co_await read_message(tx, workspace, id);
}

Task<Outcome<OutboxMessage>> retry_in(Transaction& tx, WorkspaceId workspace, MessageId id, UnixSeconds now) {
  CARDEA_CO_ASSIGN(OutboxMessage message, co_await read_message(tx, workspace, id));
  if (message.state == MessageState::kSent) co_return conflict("message_sent", "This message was sent already.");
  const Rows kept = co_await tx.execute(
      "UPDATE outbox SET state = 'queued', next_attempt_at = ?3 WHERE workspace = ?1 AND message = ?2 AND expires_at > ?3 AND "
      "text_sealed IS NOT NULL RETURNING message",
      workspace, id, now);
  if (kept.empty())
    co_return conflict("message_expired", "This message has expired or was withdrawn, and its text is erased. Make a new one.");
  message.state = MessageState::kQueued;
  message.next_attempt_at = now;
  co_return message;
}

}  // namespace

std::string_view name_of(MessageState state) {
  switch (state) {
    case MessageState::kQueued: return "queued";
    case MessageState::kSent: return "sent";
    case MessageState::kFailed: return "failed";
  }
  return "";
}

Task<Outcome<OutboxMessage>> send_code(Context& context, WorkspaceId workspace, CredentialId credential,
                                       std::optional<Channel> channel) {
  co_return co_await context.store.write([&](Transaction& tx) { return send_in(tx, context, workspace, credential, channel); });
}

Task<Outcome<Page<OutboxMessage>>> list_outbox(Context& context, WorkspaceId workspace, std::optional<MessageState> state,
                                               PageRequest page) {
  CARDEA_CO_ASSIGN(MessageId before, id_of_cursor<MessageId>(page));
  if (page.cursor.empty()) before.bytes.fill(0xff);
  std::optional<std::string_view> wanted;
  if (state) wanted = name_of(*state);
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<OutboxMessage>>> {
    static const std::string sql =
        "SELECT " + std::string(columns) +
        " FROM outbox WHERE workspace = ?1 AND message < ?2 AND (?4 IS NULL OR state = ?4) ORDER BY message DESC LIMIT ?3";
    const Rows rows = co_await tx.execute(sql, workspace, before, page.limit + 1, wanted);
    std::vector<OutboxMessage> items;
    for (const Row row : rows) items.push_back(read_message(row));
    co_return page_of(std::move(items), page, [](const OutboxMessage& message) { return message.id; });
  });
}

Task<Outcome<OutboxMessageWithText>> find_outbox_message(Context& context, WorkspaceId workspace, MessageId message) {
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<OutboxMessageWithText>> {
    static const std::string sql =
        "SELECT " + std::string(columns) + ", text_sealed FROM outbox WHERE workspace = ?1 AND message = ?2";
    const Rows rows = co_await tx.execute(sql, workspace, message);
    if (rows.empty()) co_return not_found("message");
    const Row row = rows.front();
    OutboxMessageWithText out{read_message(row), std::nullopt};
    const OutboxMessage& found = out.message;
    if (row.is_null(column_count) || found.operator_id || found.is_secret || found.expires_at <= context.now()) co_return out;
    out.text = open_letter(context.keys, workspace, message, row.blob(column_count), !found.letter.empty()).text;
    co_return out;
  });
}

Task<Outcome<OutboxMessage>> retry_message(Context& context, WorkspaceId workspace, MessageId message) {
  co_return co_await context.store.write([&](Transaction& tx) { return retry_in(tx, workspace, message, context.now()); });
}

Task<void> withdraw_message(Transaction& tx, WorkspaceId workspace, MessageId message, std::string why) {
  co_await tx.execute(
      "UPDATE outbox SET state = 'failed', last_failure = ?3, text_sealed = NULL WHERE workspace = ?1 AND message = ?2 AND "
      "state <> 'sent'",
      workspace, message, why);
}

Task<void> erase_expired_texts(Transaction& tx, UnixSeconds now) {
  co_await tx.execute(
      "UPDATE outbox SET text_sealed = NULL, state = 'failed', last_failure = COALESCE('expired; before that: ' || "
      "last_failure, "
      "'expired before anything took it') WHERE text_sealed IS NOT NULL AND expires_at <= ?1",
      now);
}

Task<Outcome<std::vector<MessageName>>> due_messages(Context& context, Channel channel, std::uint32_t count_max) {
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<std::vector<MessageName>>> {
    const Rows rows = co_await tx.execute(
        "SELECT workspace, message FROM outbox WHERE state = 'queued' AND channel = ?1 AND next_attempt_at <= ?2 "
        "ORDER BY next_attempt_at LIMIT ?3",
        name_of(channel), context.now(), count_max);
    std::vector<MessageName> names;
    for (const Row row : rows) names.push_back({row.id<WorkspaceId>(0), row.id<MessageId>(1)});
    co_return names;
  });
}

Task<Outcome<std::optional<MessageWork>>> message_work(Context& context, MessageName name) {
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<std::optional<MessageWork>>> {
    const Rows rows = co_await tx.execute(
        "SELECT recipient, letter, language, created_at, text_sealed FROM outbox WHERE workspace = ?1 AND message = ?2 AND "
        "state = 'queued' AND expires_at > ?3 AND text_sealed IS NOT NULL",
        name.workspace, name.message, context.now());
    if (rows.empty()) co_return std::optional<MessageWork>{};
    const Row row = rows.front();
    MessageWork work;
    work.to = row.text(0);
    work.letter = open_letter(context.keys, name.workspace, name.message, row.blob(4), !row.text(1).empty());
    work.language = language_of(row.text(2)).value_or(Language::kEnglish);
    work.created_at = row.time(3);
    co_return std::optional(std::move(work));
  });
}

Task<Outcome<Done>> message_sent(Context& context, MessageName name) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    co_await tx.execute(
        "UPDATE outbox SET state = 'sent', sent_at = ?3, attempts = attempts + 1, last_failure = NULL, text_sealed = NULL "
        "WHERE workspace = ?1 AND message = ?2",
        name.workspace, name.message, context.now());
    co_return Done{};
  });
}

Task<Outcome<Done>> message_failed(Context& context, MessageName name, std::string failure, bool is_final, double jitter) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_ASSIGN(const OutboxMessage message, co_await read_message(tx, name.workspace, name.message));
    if (message.state != MessageState::kQueued) co_return Done{};  // withdrawn meanwhile
    const std::uint64_t wait_s = std::min(wait_max_s, first_wait_s << std::min<std::uint32_t>(message.attempts, 16));
    const std::uint64_t spread_s = static_cast<std::uint64_t>(static_cast<double>(wait_s) * jitter / 4);
    const std::string_view state = name_of(is_final ? MessageState::kFailed : MessageState::kQueued);
    co_await tx.execute(
        "UPDATE outbox SET state = ?3, attempts = attempts + 1, last_failure = ?4, next_attempt_at = ?5 "
        "WHERE workspace = ?1 AND message = ?2",
        name.workspace, name.message, state, failure, context.now().value + wait_s + spread_s);
    co_return Done{};
  });
}

}  // namespace cardea::server::usecases
