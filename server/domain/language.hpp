// SPDX-License-Identifier: Apache-2.0
#pragma once
// The languages that the platform writes to people in.

#include <cstdint>
#include <optional>
#include <string_view>

namespace cardea::server {

enum class Language : std::uint8_t { kEnglish, kChinese, kGerman };
inline constexpr std::size_t language_count = static_cast<std::size_t>(Language::kGerman) + 1;

/// "en", "zh", "de" (BCP 47), and back.
std::string_view name_of(Language language);
std::optional<Language> language_of(std::string_view name);

}  // namespace cardea::server
