// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/messages.hpp"

#include "server/usecases/internal/message_rows.hpp"

namespace cardea::server::usecases {

std::string_view name_of(Channel channel) {
  switch (channel) {  // no default: a new channel does not compile until it is named
    case Channel::kEmail: return "email";
    case Channel::kSms: return "sms";
  }
  return "";
}

std::optional<Channel> channel_of(std::string_view name) {
  for (const Channel channel : {Channel::kEmail, Channel::kSms})
    if (name_of(channel) == name) return channel;
  return std::nullopt;
}

Task<Language> language_for(Transaction& tx, WorkspaceId workspace, std::optional<Language> own) {
  if (own) co_return *own;
  const Rows rows = co_await tx.execute("SELECT language FROM workspaces WHERE workspace = ?1", workspace);
  co_return rows.empty() ? Language::kEnglish : language_of(rows.front().text(0)).value_or(Language::kEnglish);
}

Outcome<Language> read_language(std::string_view name, std::string_view pointer) {
  if (const auto language = language_of(name)) return *language;
  return invalid(std::string(pointer), "is none of: en, zh, de");
}

Task<MessageId> enqueue(Transaction& tx, Context& context, WorkspaceId workspace, Outgoing message) {
  const MessageId id = MessageId::make();
  const Language language = co_await language_for(tx, workspace, message.language);
  mail::Written written = mail::write(message.letter, language, message.values);
  const Blob sealed = seal_letter(context.keys, workspace, id, std::move(written));
  for (mail::Value& value : message.values) wipe_text(value.text);
  co_await tx.execute(
      "INSERT INTO outbox (workspace, message, channel, credential, operator, secret, recipient, letter, language, "
      "text_sealed, "
      "created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
      workspace, id, name_of(message.channel), message.credential, message.operator_id, message.is_secret, message.to,
      mail::name_of(message.letter), name_of(language), sealed, context.now(), message.expires_at);
  co_return id;
}

}  // namespace cardea::server::usecases
