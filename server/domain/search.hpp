// SPDX-License-Identifier: Apache-2.0
#pragma once
// What people type to find something by its name. Names are kept beside themselves as search texts (`search` columns), so that
// the store compares bytes; what is typed becomes the patterns of statements.

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace cardea::server {

/// `text` as it is searched: case folded, without accents, wide letters as narrow ones (Unicode NFKD; "Ｍüller" as "muller",
/// "Straße" as "strasse"). Statements have it too, as search_text(). Bytes that are no UTF-8 become U+FFFD.
std::string search_text(std::string_view text);

inline constexpr std::size_t search_chars_max = 100;

/// What is found has each word somewhere in its search text. What begins with all that was typed comes first.
struct Search {
  static constexpr std::size_t word_count = 4;

  std::string begin;      ///< as a search text, without blanks at its ends
  std::string begin_end;  ///< after every text that begins so, in the order of bytes
  /// For LIKE with ESCAPE '\'. Of fewer words the rest is "%"; of more, the last has all that follows the third.
  std::array<std::string, word_count> words;

  [[nodiscard]] bool begins(std::string_view text) const { return text.starts_with(begin); }
};

/// Nothing for blanks alone, or for more than search_chars_max characters.
std::optional<Search> search_for(std::string_view typed);

}  // namespace cardea::server
