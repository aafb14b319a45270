// SPDX-License-Identifier: Apache-2.0
#pragma once
// An authenticator in software, for tests: a P-256 key of OpenSSL, and the bytes of WebAuthn §6.1 around it. Every part can be
// spoilt.

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <memory>
#include <string>

#include "server/auth/passkeys.hpp"

namespace cardea::server::testing {

class SoftAuthenticator {
 public:
  std::string origin = "https://cardea.test";
  std::string party = "cardea.test";
  std::uint8_t flags = 0x05;  ///< present, verified
  std::uint32_t count = 0;
  std::string more;  ///< further members of the client data, with a comma in front

  SoftAuthenticator() : key_(EVP_EC_gen("P-256")) { RAND_bytes(id_.data(), static_cast<int>(id_.size())); }
  ~SoftAuthenticator() { EVP_PKEY_free(key_); }
  SoftAuthenticator(const SoftAuthenticator&) = delete;
  SoftAuthenticator& operator=(const SoftAuthenticator&) = delete;

  [[nodiscard]] std::string id() const { return base64url_of(id_); }

  [[nodiscard]] NewPasskeyAnswer create(std::string_view challenge) const {
    Blob data = head(static_cast<std::uint8_t>(flags | 0x40));  // attested credential data follows
    data.insert(data.end(), 16, 0);                             // AAGUID
    data.insert(data.end(), {0, static_cast<std::uint8_t>(id_.size())});
    data.insert(data.end(), id_.begin(), id_.end());
    const Bytes<64> point = public_key();
    // COSE_Key: {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
    data.insert(data.end(), {0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20});
    data.insert(data.end(), point.begin(), point.begin() + 32);
    data.insert(data.end(), {0x22, 0x58, 0x20});
    data.insert(data.end(), point.begin() + 32, point.end());
    return {client_data("webauthn.create", challenge), data};
  }

  [[nodiscard]] PasskeyAnswer get(std::string_view challenge) const {
    PasskeyAnswer answer{client_data("webauthn.get", challenge), head(flags), {}};
    Blob signed_bytes = answer.authenticator_data;
    Bytes<32> hash;
    SHA256(answer.client_data.data(), answer.client_data.size(), hash.data());
    signed_bytes.insert(signed_bytes.end(), hash.begin(), hash.end());
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    answer.signature.resize(128);
    std::size_t size = answer.signature.size();
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_);
    EVP_DigestSign(context.get(), answer.signature.data(), &size, signed_bytes.data(), signed_bytes.size());
    answer.signature.resize(size);
    return answer;
  }

  [[nodiscard]] Blob client_data(std::string_view type, std::string_view challenge) const {
    const std::string text = R"({"type":")" + std::string(type) + R"(","challenge":")" + std::string(challenge) +
                             R"(","origin":")" + origin + "\"" + more + "}";
    return {text.begin(), text.end()};
  }

 private:
  [[nodiscard]] Blob head(std::uint8_t with_flags) const {
    Blob data(37);
    SHA256(reinterpret_cast<const unsigned char*>(party.data()), party.size(), data.data());
    data[32] = with_flags;
    store_be(count, MutableByteSpan(data).subspan(33, 4));
    return data;
  }
  [[nodiscard]] Bytes<64> public_key() const {
    std::uint8_t encoded[65];
    std::size_t size = 0;
    EVP_PKEY_get_octet_string_param(key_, "encoded-pub-key", encoded, sizeof encoded, &size);
    Bytes<64> out;
    std::copy(encoded + 1, encoded + 65, out.begin());
    return out;
  }

  EVP_PKEY* key_;
  Bytes<32> id_{};
};

}  // namespace cardea::server::testing
