// SPDX-License-Identifier: Apache-2.0
#pragma once
// The outbox: what the platform has to say to persons. Texts are sealed, and erased when they expire. The outbox itself is the
// first driver: whoever has the permission reads a message and passes it on.

#include "server/usecases/context.hpp"
#include "server/usecases/page.hpp"

namespace cardea::server::usecases {

struct OutboxMessage {
  MessageId id;
  std::string channel;
  std::string to;
  std::optional<CredentialId> credential;  ///< whose code it brings; or
  std::optional<OperatorId> operator_id;   ///< whom it concerns: then its text is never shown here
  UnixSeconds created_at;
  UnixSeconds expires_at;
};
struct OutboxMessageWithText {
  OutboxMessage message;
  std::optional<std::string> text;  ///< nothing once it was erased
};

/// Puts the SMS code of this moment into the outbox. 409 `not_sms`, `no_phone`, `outside_window`, `ended`.
Task<Outcome<OutboxMessage>> send_code(Context& context, WorkspaceId workspace, CredentialId credential);
/// Newest first.
Task<Outcome<Page<OutboxMessage>>> list_outbox(Context& context, WorkspaceId workspace, PageRequest page);
Task<Outcome<OutboxMessageWithText>> find_outbox_message(Context& context, WorkspaceId workspace, MessageId message);

Task<void> erase_expired_texts(Transaction& tx, UnixSeconds now);

}  // namespace cardea::server::usecases
