// SPDX-License-Identifier: Apache-2.0
#pragma once
// Limits of texts that people give, with the pointer to where they stand; and of what they may give away.

#include <string>
#include <string_view>

#include "server/domain/permission.hpp"
#include "server/domain/problem.hpp"

namespace cardea::server::usecases {

inline constexpr std::size_t name_chars_max = 200;

/// A name or an external id: 1 to 200 characters of UTF-8, no blank at either end, and nothing that
/// deceives (utf8.hpp) but the joiners.
Outcome<Done> check_name(std::string_view text, std::string_view pointer);
/// E.164: "+41791234567".
Outcome<Done> check_phone(std::string_view text, std::string_view pointer);
Outcome<Done> check_email(std::string_view text, std::string_view pointer);

/// 403: what whoever is limited to some places hears of what is about more.
Problem out_of_scope();
/// 403 `forbidden`: nobody gives away, takes away or changes what they do not have themselves. `out_of_scope`: and nothing at
/// all who is limited to some places.
Outcome<Done> may_give(const Principal& giver, const PermissionSet& wanted);

}  // namespace cardea::server::usecases
