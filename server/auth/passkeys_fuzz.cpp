// SPDX-License-Identifier: Apache-2.0
// What a browser sends of a passkey: whatever it is, it is refused or holds a key, and base64url has one way to write bytes.
#include <openssl/sha.h>

#include <string>

#include "server/auth/passkeys.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cardea;
  using namespace cardea::server;
  const ByteSpan bytes(data, size);
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto read = parse_base64url(text)) CARDEA_ASSERT(base64url_of(*read) == text);
  CARDEA_ASSERT(parse_base64url(base64url_of(bytes)) == Blob(data, data + size));
  static_cast<void>(challenge_of(bytes));
  static_cast<void>(relying_party_of(text));

  const RelyingParty party{"https://cardea.test", "cardea.test"};
  const std::string client_data = R"({"type":"webauthn.create","challenge":"Zm9v","origin":"https://cardea.test"})";
  // The hash of the party in front, so that what follows it is looked at.
  Blob authenticator_data(32);
  SHA256(reinterpret_cast<const unsigned char*>(party.id.data()), party.id.size(), authenticator_data.data());
  authenticator_data.insert(authenticator_data.end(), data, data + size);
  const auto made = check_new_passkey(party, "Zm9v", {Blob(client_data.begin(), client_data.end()), authenticator_data});
  if (made) CARDEA_ASSERT(!made->credential_id.empty());
  static_cast<void>(check_new_passkey(party, "Zm9v", {Blob(data, data + size), {}}));
  PasskeyPublicKey key{};
  static_cast<void>(check_passkey(party, "Zm9v", key, 0,
                                  {Blob(client_data.begin(), client_data.end()), authenticator_data, authenticator_data}));
  return 0;
}
