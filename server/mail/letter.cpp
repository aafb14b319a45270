// SPDX-License-Identifier: Apache-2.0
#include "server/mail/letter.hpp"

#include <algorithm>
#include <set>

#include "core/base/assert.hpp"
#include "server/domain/utf8.hpp"
#include "server/mail/letters.hpp"

namespace cardea::server::mail {
namespace {

constexpr std::size_t value_chars_max = 400;

/// Calls `words(text)` and `place(name)` for what a pattern is made of.
template <class Words, class Place>
void walk(std::string_view pattern, Words words, Place place) {
  while (!pattern.empty()) {
    const std::size_t open = pattern.find('{');
    words(pattern.substr(0, open));
    if (open == std::string_view::npos) return;
    const std::size_t close = pattern.find('}', open);
    CARDEA_ASSERT(close != std::string_view::npos);
    place(pattern.substr(open + 1, close - open - 1));
    pattern.remove_prefix(close + 1);
  }
}

std::string filled(std::string_view pattern, const Values& values, std::set<std::string_view>& used) {
  std::string out;
  walk(
      pattern, [&](std::string_view words) { out += words; },
      [&](std::string_view name) {
        const auto found = std::ranges::find(values, name, &Value::name);
        CARDEA_ASSERT(found != values.end());
        used.insert(name);
        out += harmless(found->text);
      });
  return out;
}

}  // namespace

std::string_view name_of(Letter letter) {
  switch (letter) {  // no default: a new letter does not compile until it is named
    case Letter::kInvitation: return "invitation";
    case Letter::kAccessEnded: return "access_ended";
    case Letter::kAccessChanged: return "access_changed";
    case Letter::kCode: return "code";
    case Letter::kOperatorInvitation: return "operator_invitation";
    case Letter::kRecoveryBegun: return "recovery_begun";
    case Letter::kRecoveryBegunTotp: return "recovery_begun_totp";
    case Letter::kRecoveryNotice: return "recovery_notice";
    case Letter::kRecoveryOpen: return "recovery_open";
    case Letter::kAlert: return "alert";
  }
  return "";
}

std::optional<Letter> letter_of(std::string_view name) {
  for (std::size_t i = 0; i < letter_count; ++i)
    if (name_of(static_cast<Letter>(i)) == name) return static_cast<Letter>(i);
  return std::nullopt;
}

std::string harmless(std::string_view text) {
  std::string out;
  std::size_t count = 0;
  for (std::string_view rest = text; !rest.empty() && count < value_chars_max; ++count) {
    const char32_t c = take_utf8(rest);
    append_utf8(out, deceives(c) ? U' ' : c);
  }
  return out;
}

Written write(Letter letter, Language language, const Values& values) {
  const LetterPattern& pattern = pattern_of(letter, language);
  std::set<std::string_view> used;
  Written out{filled(pattern.subject, values, used), filled(pattern.text, values, used), {}};
  CARDEA_ASSERT(used.size() == values.size());
  for (const Value& value : values)
    if (value.name == "link" || (value.name == "word" && value.text.starts_with("http"))) out.link = harmless(value.text);
  return out;
}

std::vector<std::string> places_of(Letter letter, Language language) {
  const LetterPattern& pattern = pattern_of(letter, language);
  std::set<std::string> places;
  for (const std::string_view part : {pattern.subject, pattern.text})
    walk(part, [](std::string_view) {}, [&](std::string_view name) { places.emplace(name); });
  return {places.begin(), places.end()};
}

}  // namespace cardea::server::mail
