// SPDX-License-Identifier: Apache-2.0
#pragma once
// How an alert is told to people.

#include <string>
#include <string_view>

#include "server/alerts/type.hpp"
#include "server/domain/language.hpp"

namespace cardea::server::alerts {

struct Words {
  std::string_view what;    ///< "The door was forced open"
  std::string_view advice;  ///< what to do now
};
const Words& words_of(AlertType type, Language language);

/// What a mail is about.
enum class Telling : std::uint8_t { kOpened, kEscalated, kOver };
/// The line that says what there is: for an escalation with the minutes that nobody has acknowledged it.
std::string headline(AlertType type, Telling telling, Language language, std::uint64_t minutes);
/// What to do: what the alert says, or that it is over.
std::string advice(AlertType type, Telling telling, Language language);

}  // namespace cardea::server::alerts
