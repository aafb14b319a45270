// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/outbox.hpp"

#include <fmt/format.h>

#include "server/usecases/credentials.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::string_view columns = "message, channel, recipient, credential, operator, created_at, expires_at";

OutboxMessage read_message(Row row) {
  return {
      row.id<MessageId>(0), row.text(1), row.text(2), row.maybe(3, &Row::id<CredentialId>), row.maybe(4, &Row::id<OperatorId>),
      row.time(5),          row.time(6)};
}

ByteSpan bytes_of(std::string_view text) { return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}; }

std::string place_of(MessageId message) { return "outbox/" + message.text(); }

Task<Outcome<OutboxMessage>> send_in(Transaction& tx, Context& context, WorkspaceId workspace, CredentialId credential) {
  CARDEA_CO_ASSIGN(const CredentialAtLock found, co_await read_credential_at_lock(tx, workspace, credential));
  if (found.credential.type != CredentialType::kSms)
    co_return conflict("not_sms", "The codes of this credential are not sent. Issue one of kind \"sms\".");
  const UnixSeconds now = context.now();
  CARDEA_CO_TRY(co_await may_issue_now(tx, workspace, found.credential, now));
  CARDEA_CO_ASSIGN(const Person person, co_await read_person(tx, workspace, found.credential.person.value()));
  if (!person.phone) co_return conflict("no_phone", "This person has no phone number. Add one, then send again.");
  OtpRequest request;
  request.purpose = OtpPurpose::kSms;
  request.slot = found.credential.slot.value();
  request.time = now;
  request.digits = found.lock.settings.codes.otp_digits;
  const Digits code = must(context.keys.one_time_code(found.lock.keyed(), request));
  const std::uint64_t ends = (step_at(OtpPurpose::kSms, now).value + 2) * sms_step_s;
  const Rows doors =
      co_await tx.execute("SELECT name FROM doors WHERE workspace = ?1 AND door = ?2", workspace, found.credential.door);
  std::string text = fmt::format("{}: your code is {}. It opens once, within the next {} minutes.", doors.front().text(0),
                                 code.reveal(), (ends - now.value) / 60);
  const OutboxMessage message{MessageId::make(), "sms", *person.phone, credential, std::nullopt, now, {ends}};
  const std::string place = place_of(message.id);
  const Blob sealed = must(context.keys.seal_row(workspace.bytes, bytes_of(place), bytes_of(text)));
  wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
  co_await tx.execute(
      "INSERT INTO outbox (workspace, message, channel, credential, recipient, text_sealed, created_at, expires_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      workspace, message.id, message.channel, message.credential, message.to, sealed, message.created_at, message.expires_at);
  co_return message;
}

}  // namespace

Task<Outcome<OutboxMessage>> send_code(Context& context, WorkspaceId workspace, CredentialId credential) {
  co_return co_await context.store.write([&](Transaction& tx) { return send_in(tx, context, workspace, credential); });
}

Task<Outcome<Page<OutboxMessage>>> list_outbox(Context& context, WorkspaceId workspace, PageRequest page) {
  CARDEA_CO_ASSIGN(MessageId before, id_of_cursor<MessageId>(page));
  if (page.cursor.empty()) before.bytes.fill(0xff);
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<OutboxMessage>>> {
    static const std::string sql =
        "SELECT " + std::string(columns) + " FROM outbox WHERE workspace = ?1 AND message < ?2 ORDER BY message DESC LIMIT ?3";
    const Rows rows = co_await tx.execute(sql, workspace, before, page.limit + 1);
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
    OutboxMessageWithText out{read_message(rows.front()), std::nullopt};
    if (rows.front().is_null(7) || out.message.operator_id || out.message.expires_at <= context.now()) co_return out;
    const std::string place = place_of(message);
    const Blob plain = must(context.keys.open_row(workspace.bytes, bytes_of(place), rows.front().blob(7)));
    out.text.emplace(plain.begin(), plain.end());
    co_return out;
  });
}

Task<void> erase_expired_texts(Transaction& tx, UnixSeconds now) {
  co_await tx.execute("UPDATE outbox SET text_sealed = NULL WHERE text_sealed IS NOT NULL AND expires_at <= ?1", now);
}

}  // namespace cardea::server::usecases
