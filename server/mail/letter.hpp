// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the platform writes to people, in their language. A letter is a subject and paragraphs with places for values; the
// values are other people's words (names of persons, doors, workspaces), so they are made harmless on their way in: no control
// characters, no line ends, nothing that turns the direction of writing around, 400 characters at most. What must be escaped
// for a header or for HTML is escaped where that is made (mime.hpp), over the whole text.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "server/domain/language.hpp"

namespace cardea::server::mail {

/// Each with the values that it must be given.
enum class Letter : std::uint8_t {
  kInvitation,          ///< person, workspace, doors, from, to, link, expires
  kAccessEnded,         ///< person, workspace, doors
  kAccessChanged,       ///< person, workspace, doors, from, to, times
  kCode,                ///< door, code, minutes
  kOperatorInvitation,  ///< person, workspace, role, expires, word: a link to the console, where there is one
  kRecoveryBegun,       ///< person, opens, word: to an operator without a second factor
  kRecoveryBegunTotp,   ///< person, word: to one who has one
  kRecoveryNotice,      ///< person, who, email: to the other owners
  kRecoveryOpen,        ///< person, expires, word: two days later
  kAlert,               ///< person, what, where, when, advice
};
inline constexpr std::size_t letter_count = static_cast<std::size_t>(Letter::kAlert) + 1;
/// "invitation", "access_ended" …, and back.
std::string_view name_of(Letter letter);
std::optional<Letter> letter_of(std::string_view name);

struct Value {
  std::string_view name;
  std::string text;
};
using Values = std::vector<Value>;

/// A letter as it is kept and sent.
struct Written {
  std::string subject;  ///< one line
  std::string text;     ///< paragraphs with an empty line between them
  std::string link;     ///< what a paragraph of its own in `text` may lead to; "" for none
};

/// A value that the letter does not have a place for, or a place without a value, is our own bug (asserted).
Written write(Letter letter, Language language, const Values& values);

/// The values' names that a letter has places for, sorted: for tests of the tables.
std::vector<std::string> places_of(Letter letter, Language language);

/// `text` as it may stand in a letter.
std::string harmless(std::string_view text);

}  // namespace cardea::server::mail
