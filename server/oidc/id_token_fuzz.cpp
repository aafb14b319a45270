// SPDX-License-Identifier: Apache-2.0
// What a provider sends: whatever keys and token it is, nobody is let in without a signature.
#include <algorithm>

#include "server/oidc/id_token.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cardea::server::oidc;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // A P-256 key whose private half nobody has kept (RFC 7517 A.1).
  static const auto known = Keys::parse(
      R"({"keys":[{"kty":"EC","crv":"P-256","x":"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4","y":"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM","kid":"1"}]})");
  CARDEA_ASSERT(known && known->size() == 1);
  const std::string_view rest = text.substr(std::min(text.find('\n'), text.size()));
  if (const auto keys = Keys::parse(text.substr(0, text.size() - rest.size()))) {
    CARDEA_ASSERT(keys->size() <= Keys::key_count_max);
    static_cast<void>(keys->open(rest.substr(std::min<std::size_t>(1, rest.size()))));
  }
  const Expected expected{"https://id.example", "cardea", "nonce", {1'700'000'000}};
  CARDEA_ASSERT(!check_id_token(*known, text, expected));
  return 0;
}
