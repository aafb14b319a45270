// SPDX-License-Identifier: Apache-2.0
#pragma once
// UTF-8 a character at a time, and which characters have no place in what people read.

#include <string>
#include <string_view>

namespace cardea::server {

/// Takes one character off the front of `rest`, which is not empty; U+FFFD and one byte for what is no UTF-8.
char32_t take_utf8(std::string_view& rest);
void append_utf8(std::string& out, char32_t c);

/// Controls, line and paragraph separators, and what makes text run the other way or disappear: with them a name looks like
/// another, or like a line of its own.
bool deceives(char32_t c);

}  // namespace cardea::server
