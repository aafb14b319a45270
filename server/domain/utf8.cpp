// SPDX-License-Identifier: Apache-2.0
#include "server/domain/utf8.hpp"

namespace cardea::server {
namespace {

constexpr char32_t replacement = 0xfffd;

/// The bytes of a character that begins with `first`; 0 for none.
std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

}  // namespace

char32_t take_utf8(std::string_view& rest) {
  const auto first = static_cast<unsigned char>(rest.front());
  const std::size_t length = length_of(first);
  if (length == 1) {
    rest.remove_prefix(1);
    return first;
  }
  char32_t c = length == 0 ? 0 : first & (0x7fU >> length);
  bool good = length != 0 && rest.size() >= length;
  for (std::size_t i = 1; good && i < length; ++i) {
    const auto next = static_cast<unsigned char>(rest[i]);
    good = (next & 0xc0U) == 0x80U;
    c = (c << 6) | (next & 0x3fU);
  }
  const bool is_longer_than_needed = (length == 3 && c < 0x800) || (length == 4 && (c < 0x10000 || c > 0x10ffff));
  if (!good || is_longer_than_needed || (c >= 0xd800 && c <= 0xdfff)) {
    rest.remove_prefix(1);
    return replacement;
  }
  rest.remove_prefix(length);
  return c;
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&out](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) return put(c);
  if (c < 0x800) {
    put(0xc0 | (c >> 6));
  } else if (c < 0x10000) {
    put(0xe0 | (c >> 12));
    put(0x80 | ((c >> 6) & 0x3f));
  } else {
    put(0xf0 | (c >> 18));
    put(0x80 | ((c >> 12) & 0x3f));
    put(0x80 | ((c >> 6) & 0x3f));
  }
  put(0x80 | (c & 0x3f));
}

bool deceives(char32_t c) {
  if (c < 0x20 || (c >= 0x7f && c < 0xa0)) return true;
  return c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) || c >= 0xe0000;
}

}  // namespace cardea::server
