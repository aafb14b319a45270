// SPDX-License-Identifier: Apache-2.0
#pragma once
// Letters as the outbox keeps them. For this folder only.

#include "server/mail/letter.hpp"
#include "server/usecases/context.hpp"

namespace cardea::server::usecases {

/// A letter as its message's sealed text; what it was made of is wiped.
Blob seal_letter(KeyStore& keys, WorkspaceId workspace, MessageId message, mail::Written letter);
/// `has_letter`: false for a row of before there were letters, which has the text alone.
mail::Written open_letter(KeyStore& keys, WorkspaceId workspace, MessageId message, ByteSpan sealed, bool has_letter);

void wipe_text(std::string& text);

}  // namespace cardea::server::usecases
