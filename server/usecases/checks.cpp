// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/checks.hpp"

#include <algorithm>

#include "server/domain/utf8.hpp"
#include "server/mail/mime.hpp"

namespace cardea::server::usecases {

namespace {
bool is_digit(char c) { return c >= '0' && c <= '9'; }
/// Persian and the languages of India are not written without them.
bool joins(char32_t c) { return c == 0x200c || c == 0x200d; }
/// Code points: bytes that do not continue one.
std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}
}  // namespace

Outcome<Done> check_name(std::string_view text, std::string_view pointer) {
  if (text.empty()) return invalid(std::string(pointer), "must not be empty");
  if (characters(text) > name_chars_max) return invalid(std::string(pointer), "must have at most 200 characters");
  for (std::string_view rest = text; !rest.empty();)
    if (const char32_t c = take_utf8(rest); deceives(c) && !joins(c))
      return invalid(std::string(pointer), "must not contain control characters, or any that turn or hide text");
  if (text.front() == ' ' || text.back() == ' ') return invalid(std::string(pointer), "must not begin or end with a blank");
  return Done{};
}

Outcome<Done> check_phone(std::string_view text, std::string_view pointer) {
  const bool good = text.size() >= 7 && text.size() <= 16 && text[0] == '+' && text[1] >= '1' && text[1] <= '9' &&
                    std::all_of(text.begin() + 1, text.end(), is_digit);
  if (!good) return invalid(std::string(pointer), "must be a number with its country, without blanks: +41791234567");
  return Done{};
}

Outcome<Done> check_email(std::string_view text, std::string_view pointer) {
  if (!mail::is_address(text)) return invalid(std::string(pointer), "must be an e-mail address: name@example.org");
  return Done{};
}

Problem out_of_scope() {
  return forbidden(
      "out_of_scope",
      "You are limited to some places of this workspace, and this is about more than these. Ask an owner to do it, "
      "or to lift the limit.");
}

Outcome<Done> may_give(const Principal& giver, const PermissionSet& wanted) {
  if (giver.is_limited) return out_of_scope();
  if (giver.permissions.covers(wanted)) return Done{};
  for (std::size_t i = 1; i < permission_count; ++i)
    if (const auto permission = static_cast<Permission>(i); wanted.has(permission) && !giver.permissions.has(permission))
      return forbidden("forbidden", "Nobody gives away what they do not have themselves, and you lack " +
                                        std::string(name_of(permission)) + ".");
  return forbidden("forbidden", "Nobody gives away what they do not have themselves.");
}

}  // namespace cardea::server::usecases
