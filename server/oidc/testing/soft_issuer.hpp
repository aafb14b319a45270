// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who signs tokens, for tests: any header, any claims, any of the three algorithms, and the two that must never do.

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "server/auth/passkeys.hpp"

namespace cardea::server::oidc::testing {

inline std::string base64url_of_text(std::string_view text) {
  return base64url_of({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

class SoftIssuer {
 public:
  /// "RSA-2048", "RSA-1024", "P-256" or "Ed25519".
  explicit SoftIssuer(const std::string& kind) : kind_(kind) {
    EVP_PKEY* made = kind == "RSA-2048"   ? EVP_RSA_gen(2'048)
                     : kind == "RSA-1024" ? EVP_RSA_gen(1'024)
                     : kind == "P-256"    ? EVP_EC_gen("P-256")
                                          : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    if (made == nullptr) throw std::runtime_error("no key of the kind " + kind);
    key_.reset(made);
  }

  [[nodiscard]] std::string algorithm() const {
    return kind_.starts_with("RSA") ? "RS256" : kind_ == "P-256" ? "ES256" : "EdDSA";
  }
  /// The public key; `more`: further members, with a comma in front.
  [[nodiscard]] std::string jwk(const std::string& id, const std::string& more = {}) const {
    std::string members;
    if (kind_.starts_with("RSA"))
      members = R"("kty":"RSA","n":")" + number("n") + R"(","e":")" + number("e") + '"';
    else if (kind_ == "P-256")
      members = R"("kty":"EC","crv":"P-256","x":")" + number("qx") + R"(","y":")" + number("qy") + '"';
    else
      members = R"("kty":"OKP","crv":"Ed25519","x":")" + base64url_of(raw()) + '"';
    return R"({"kid":")" + id + R"(",)" + members + more + "}";
  }
  [[nodiscard]] std::string keys(const std::string& id) const { return R"({"keys":[)" + jwk(id) + "]}"; }

  /// A token of the algorithm that belongs to the key.
  [[nodiscard]] std::string token(const std::string& id, const std::string& claims) const {
    return signed_text(R"({"alg":")" + algorithm() + R"(","kid":")" + id + R"("})", claims);
  }
  [[nodiscard]] std::string signed_text(const std::string& header, const std::string& claims) const {
    const std::string text = base64url_of_text(header) + "." + base64url_of_text(claims);
    return text + "." + base64url_of(signature(text));
  }
  /// With `secret` as the key of HS256, as a library does that lets the token choose.
  static std::string with_shared_secret(const std::string& header, const std::string& claims, const std::string& secret) {
    const std::string text = base64url_of_text(header) + "." + base64url_of_text(claims);
    unsigned char mac[32];
    unsigned size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()), reinterpret_cast<const unsigned char*>(text.data()),
         text.size(), mac, &size);
    return text + "." + base64url_of({mac, size});
  }

 private:
  struct Freer {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
    void operator()(BIGNUM* number) const { BN_free(number); }
    void operator()(ECDSA_SIG* pair) const { ECDSA_SIG_free(pair); }
  };

  [[nodiscard]] std::string number(const char* name) const {
    BIGNUM* read = nullptr;
    if (EVP_PKEY_get_bn_param(key_.get(), name, &read) != 1) throw std::runtime_error(name);
    const std::unique_ptr<BIGNUM, Freer> owned(read);
    Blob bytes(kind_ == "P-256" ? 32 : static_cast<std::size_t>(BN_num_bytes(read)));
    BN_bn2binpad(read, bytes.data(), static_cast<int>(bytes.size()));
    return base64url_of(bytes);
  }
  [[nodiscard]] Blob raw() const {
    Blob bytes(32);
    std::size_t size = bytes.size();
    EVP_PKEY_get_raw_public_key(key_.get(), bytes.data(), &size);
    return bytes;
  }
  [[nodiscard]] Blob signature(const std::string& text) const {
    const std::unique_ptr<EVP_MD_CTX, Freer> context(EVP_MD_CTX_new());
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    std::size_t size = 0;
    EVP_DigestSignInit(context.get(), nullptr, kind_ == "Ed25519" ? nullptr : EVP_sha256(), nullptr, key_.get());
    EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size());
    Blob out(size);
    if (EVP_DigestSign(context.get(), out.data(), &size, bytes, text.size()) != 1) throw std::runtime_error("cannot sign");
    out.resize(size);
    return kind_ == "P-256" ? plain(out) : out;
  }
  /// r || s.
  static Blob plain(const Blob& der) {
    const unsigned char* at = der.data();
    const std::unique_ptr<ECDSA_SIG, Freer> pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    Blob out(64);
    BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out.data(), 32);
    BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out.data() + 32, 32);
    return out;
  }

  std::string kind_;
  std::unique_ptr<EVP_PKEY, Freer> key_;
};

}  // namespace cardea::server::oidc::testing
