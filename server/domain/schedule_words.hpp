// SPDX-License-Identifier: Apache-2.0
#pragma once
// A schedule as it is told to a person, short: a letter has room for the week, not for every date.

#include <string>

#include "server/domain/language.hpp"
#include "server/domain/schedule.hpp"

namespace cardea::server {

/// "Mon-Fri 08:00-12:00; Sat 09:00-10:00; some dates differ".
std::string words_of(const Schedule& schedule, Language language);
/// Of a grant without a schedule: "at any time".
std::string_view words_for_any_time(Language language);

}  // namespace cardea::server
