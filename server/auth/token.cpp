// SPDX-License-Identifier: Apache-2.0
#include "server/auth/token.hpp"

#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>

#include "core/base/secret.hpp"
#include "server/domain/id.hpp"

namespace cardea::server {

namespace {
constexpr std::size_t secret_size_bytes = 32;
bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }
}  // namespace

Token make_token(std::string_view prefix) {
  Secret<secret_size_bytes> secret;
  CARDEA_ASSERT(RAND_bytes(secret.mutable_bytes().data(), secret_size_bytes) == 1);
  Token token;
  token.text = std::string(prefix) + hex_of(secret.bytes());
  token.hash = hash_of_token(token.text);
  return token;
}

bool is_token(std::string_view prefix, std::string_view text) {
  if (text.size() != prefix.size() + 2 * secret_size_bytes || !text.starts_with(prefix)) return false;
  return std::all_of(text.begin() + static_cast<std::ptrdiff_t>(prefix.size()), text.end(), is_hex);
}

Bytes<32> hash_of_token(std::string_view text) {
  Bytes<32> hash;
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  return hash;
}

}  // namespace cardea::server
