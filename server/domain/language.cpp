// SPDX-License-Identifier: Apache-2.0
#include "server/domain/language.hpp"

namespace cardea::server {

std::string_view name_of(Language language) {
  switch (language) {  // no default: a new language does not compile until it is named
    case Language::kEnglish: return "en";
    case Language::kChinese: return "zh";
    case Language::kGerman: return "de";
  }
  return "en";
}

std::optional<Language> language_of(std::string_view name) {
  for (std::size_t i = 0; i < language_count; ++i)
    if (name_of(static_cast<Language>(i)) == name) return static_cast<Language>(i);
  return std::nullopt;
}

}  // namespace cardea::server
