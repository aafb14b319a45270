// SPDX-License-Identifier: Apache-2.0
#pragma once
// The letters themselves, in every language. Only for this folder.

#include "server/mail/letter.hpp"

namespace cardea::server::mail {

struct LetterPattern {
  std::string_view subject;
  std::string_view text;  ///< "{name}" is a place for a value
};
const LetterPattern& pattern_of(Letter letter, Language language);

}  // namespace cardea::server::mail
