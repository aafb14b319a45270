// SPDX-License-Identifier: Apache-2.0
#include "server/domain/search.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <new>

#include "server/domain/utf8.hpp"

namespace cardea::server {

namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string pattern_of(std::string_view word) {
  std::string pattern = "%";
  for (const char c : word) {
    if (c == '%' || c == '_' || c == '\\') pattern.push_back('\\');
    pattern.push_back(c);
  }
  return pattern + "%";
}

}  // namespace

std::string search_text(std::string_view text) {
  constexpr auto form = static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT |
                                                       UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK);
  std::string whole;
  while (!text.empty()) append_utf8(whole, take_utf8(text));
  utf8proc_uint8_t* made = nullptr;
  const auto size = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(whole.data()),
                                 static_cast<utf8proc_ssize_t>(whole.size()), &made, form);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(made, std::free);
  if (size < 0) throw std::bad_alloc();  // the text is UTF-8, so it is nothing else
  return {reinterpret_cast<const char*>(made), static_cast<std::size_t>(size)};
}

std::optional<Search> search_for(std::string_view typed) {
  const auto characters = std::count_if(typed.begin(), typed.end(), [](char c) { return (c & 0xc0) != 0x80; });
  std::string_view rest = trimmed(typed);
  if (rest.empty() || static_cast<std::size_t>(characters) > search_chars_max) return std::nullopt;
  Search search;
  search.begin = search_text(rest);
  search.begin_end = search.begin + "\xf4\x8f\xbf\xbf";  // the last code point there is
  search.words.fill("%");
  rest = search.begin;
  for (std::size_t i = 0; i < Search::word_count && !rest.empty(); ++i) {
    const bool is_last = i + 1 == Search::word_count;
    const std::size_t end = is_last ? rest.size() : std::min(rest.find(' '), rest.size());
    search.words[i] = pattern_of(rest.substr(0, end));
    rest = trimmed(rest.substr(end));
  }
  return search;
}

}  // namespace cardea::server
