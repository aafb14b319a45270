// SPDX-License-Identifier: Apache-2.0
#pragma once
// The outbox: what the platform has to say to people (messages.hpp puts it there), how far each message has come, and what
// server/courier needs to take it out. Texts are sealed, and erased when a message was sent or has expired. A channel that
// nothing carries yet waits here: whoever has the permission reads a message and passes it on.

#include "server/usecases/context.hpp"
#include "server/usecases/messages.hpp"
#include "server/usecases/page.hpp"

namespace cardea::server::usecases {

enum class MessageState : std::uint8_t {
  kQueued,  ///< waits for its carrier, or for the next attempt
  kSent,    ///< the carrier has taken responsibility for it
  kFailed,  ///< refused for good, or expired before it could be sent
};
std::string_view name_of(MessageState state);

struct OutboxMessage {
  MessageId id;
  Channel channel = Channel::kEmail;
  std::string letter;  ///< what it is: mail::name_of(), "" for one of an old version
  Language language = Language::kEnglish;
  std::string to;
  std::optional<CredentialId> credential;  ///< whose code it brings; or
  std::optional<OperatorId> operator_id;   ///< whom it concerns: then its text is never shown here
  bool is_secret = false;                  ///< nor then
  MessageState state = MessageState::kQueued;
  std::uint32_t attempts = 0;
  UnixSeconds next_attempt_at;  ///< while it is queued
  std::optional<UnixSeconds> sent_at;
  std::optional<std::string> failure;  ///< of the newest attempt
  UnixSeconds created_at;
  UnixSeconds expires_at;
};
struct OutboxMessageWithText {
  OutboxMessage message;
  std::optional<std::string> text;  ///< nothing once it was erased, and for whom it is not
};

/// Puts the code of this moment into the outbox: by `channel`, or by SMS to whoever has a phone number and by e-mail to
/// whoever has an address alone. 409 `not_sms`, `no_phone`, `no_email`, `outside_window`, `ended`.
Task<Outcome<OutboxMessage>> send_code(Context& context, WorkspaceId workspace, CredentialId credential,
                                       std::optional<Channel> channel);
/// Newest first.
Task<Outcome<Page<OutboxMessage>>> list_outbox(Context& context, WorkspaceId workspace, std::optional<MessageState> state,
                                               PageRequest page);
Task<Outcome<OutboxMessageWithText>> find_outbox_message(Context& context, WorkspaceId workspace, MessageId message);
/// Now, also what had failed. 404 `message_not_found`, 409 `message_sent`, `message_expired`.
Task<Outcome<OutboxMessage>> retry_message(Context& context, WorkspaceId workspace, MessageId message);
/// Takes back what was not sent yet, as `failed` because of `why`.
Task<void> withdraw_message(Transaction& tx, WorkspaceId workspace, MessageId message, std::string why);

Task<void> erase_expired_texts(Transaction& tx, UnixSeconds now);

// --- For server/courier ---

struct MessageName {
  WorkspaceId workspace;
  MessageId message;
  auto operator<=>(const MessageName&) const = default;
};
/// Whose time has come, the longest waiting first.
Task<Outcome<std::vector<MessageName>>> due_messages(Context& context, Channel channel, std::uint32_t count_max);
struct MessageWork {
  std::string to;
  mail::Written letter;
  Language language = Language::kEnglish;
  UnixSeconds created_at;
};
/// Nothing when it is not to be sent any more.
Task<Outcome<std::optional<MessageWork>>> message_work(Context& context, MessageName name);
Task<Outcome<Done>> message_sent(Context& context, MessageName name);
/// Tries again after 5 s, then after twice as long each time, an hour at most, spread by `jitter` (0 to 1), until it expires;
/// never when it `is_final`.
Task<Outcome<Done>> message_failed(Context& context, MessageName name, std::string failure, bool is_final, double jitter);

}  // namespace cardea::server::usecases
