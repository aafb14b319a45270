// SPDX-License-Identifier: Apache-2.0
#pragma once
// Writing to people: a letter goes into the outbox in the transaction of whatever it tells of, and server/courier takes it from
// there. To send an alert to an operator:
//
//   Outgoing mail;
//   mail.letter = mail::Letter::kAlert;
//   mail.values = {{"person", row.name}, {"what", …}, {"where", …}, {"when", …}, {"advice", …}};
//   mail.to = row.email;
//   mail.language = row.language;
//   mail.operator_id = row.id;
//   mail.expires_at = {now.value + 86'400};
//   co_await enqueue(tx, context, workspace, mail);

#include "server/mail/letter.hpp"
#include "server/usecases/context.hpp"

namespace cardea::server::usecases {

/// What a message travels by. SMS wait in the outbox until a carrier exists: whoever has the permission passes them on.
enum class Channel : std::uint8_t { kEmail, kSms };
/// "email", "sms", and back.
std::string_view name_of(Channel channel);
std::optional<Channel> channel_of(std::string_view name);

struct Outgoing {
  Channel channel = Channel::kEmail;
  mail::Letter letter = mail::Letter::kAlert;
  mail::Values values;
  std::string to;                          ///< an e-mail address or a phone number
  std::optional<Language> language;        ///< the recipient's; nothing: the workspace's
  std::optional<CredentialId> credential;  ///< whose code it brings
  std::optional<OperatorId> operator_id;   ///< whom it concerns: then its text is shown to nobody
  bool is_secret = false;                  ///< holds a link or word for the recipient alone: its text is shown to nobody either
  UnixSeconds expires_at;                  ///< from then on it is of no use: not sent any more, and its text erased
};
/// The text is written now, sealed, and erased when it was sent or has expired.
Task<MessageId> enqueue(Transaction& tx, Context& context, WorkspaceId workspace, Outgoing message);

/// The language for somebody of a workspace: their own, or the workspace's.
Task<Language> language_for(Transaction& tx, WorkspaceId workspace, std::optional<Language> own);
/// From a request's "language": 400 with `pointer` for one that nobody here writes.
Outcome<Language> read_language(std::string_view name, std::string_view pointer);

}  // namespace cardea::server::usecases
