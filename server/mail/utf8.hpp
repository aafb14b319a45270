// SPDX-License-Identifier: Apache-2.0
#pragma once
// UTF-8 a character at a time. Only for this folder.

#include <string>
#include <string_view>

namespace cardea::server::mail {

/// Takes one character off the front of `rest`, which is not empty; U+FFFD and one byte for what is no UTF-8.
char32_t take_utf8(std::string_view& rest);
void append_utf8(std::string& out, char32_t c);

}  // namespace cardea::server::mail
