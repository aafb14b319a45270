// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/internal/message_rows.hpp"
#include "core/base/text.hpp"
#include "server/json/json.hpp"

namespace cardea::server::usecases {
namespace {

struct StoredLetter {
  std::string subject;
  std::string text;
  std::string link;
};
BOOST_DESCRIBE_STRUCT(StoredLetter, (), (subject, text, link))

std::string place_of(MessageId message) { return "outbox/" + message.text(); }

}  // namespace

void wipe_text(std::string& text) { wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}); }

Blob seal_letter(KeyStore& keys, WorkspaceId workspace, MessageId message, mail::Written letter) {
  std::string plain = json::write(StoredLetter{letter.subject, letter.text, letter.link});
  const std::string place = place_of(message);
  Blob sealed = must(keys.seal_row(workspace.bytes, bytes_of(place), bytes_of(plain)));
  wipe_text(plain);
  wipe_text(letter.text);
  wipe_text(letter.link);
  return sealed;
}

mail::Written open_letter(KeyStore& keys, WorkspaceId workspace, MessageId message, ByteSpan sealed, bool has_letter) {
  const std::string place = place_of(message);
  const Blob plain = must(keys.open_row(workspace.bytes, bytes_of(place), sealed));
  const std::string text(plain.begin(), plain.end());
  if (!has_letter) return {"Cardea", text, ""};
  auto stored = json::read<StoredLetter>(text);
  if (!stored) throw std::runtime_error("a letter of the outbox cannot be read");
  return {std::move(stored->subject), std::move(stored->text), std::move(stored->link)};
}

}  // namespace cardea::server::usecases
