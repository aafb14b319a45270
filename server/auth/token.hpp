// SPDX-License-Identifier: Apache-2.0
#pragma once
// What somebody shows to be let in, made by us: a prefix that says what it is and 256 random bits. The database has its SHA-256
// only: there is nothing to guess in 256 bits, so no slow hash is needed, and a lookup's time tells about the hash alone.

#include <string>
#include <string_view>

#include "core/base/bytes.hpp"

namespace cardea::server {

inline constexpr std::string_view api_key_prefix = "cardea_";
inline constexpr std::string_view session_prefix = "cardea_session_";
inline constexpr std::string_view invitation_prefix = "cardea_invitation_";
inline constexpr std::string_view phone_prefix = "cardea_phone_";
inline constexpr std::string_view recovery_prefix = "cardea_recovery_";

struct Token {
  std::string text;
  Bytes<32> hash{};
};
Token make_token(std::string_view prefix);
/// True for the prefix and 64 hex digits.
bool is_token(std::string_view prefix, std::string_view text);
Bytes<32> hash_of_token(std::string_view text);

}  // namespace cardea::server
