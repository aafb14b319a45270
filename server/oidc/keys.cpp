// SPDX-License-Identifier: Apache-2.0
#include "server/oidc/keys.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <algorithm>

#include "drivers/crypto/openssl/owned.hpp"
#include "server/auth/passkeys.hpp"
#include "server/json/json.hpp"
#include "server/oidc/internal/members.hpp"

namespace cardea::server::oidc {
namespace {

constexpr int rsa_bits_min = 2'048;
constexpr int rsa_bits_max = 8'192;
constexpr std::size_t coordinate_size_bytes = 32;

using openssl::Bignum;
using openssl::MdCtx;
using openssl::ParamBuild;
using openssl::Params;
using openssl::Pkey;
using openssl::PkeyCtx;
using openssl::Signature;

enum class Algorithm : std::uint8_t { kRs256, kEs256, kEdDsa };

std::optional<Algorithm> algorithm_of(std::string_view name) {
  if (name == "RS256") return Algorithm::kRs256;
  if (name == "ES256") return Algorithm::kEs256;
  if (name == "EdDSA") return Algorithm::kEdDsa;
  return std::nullopt;
}

/// What signs with such a key. A `crv` of RSA says nothing.
std::optional<Algorithm> algorithm_of_type(std::string_view type, std::string_view curve) {
  if (type == "RSA") return Algorithm::kRs256;
  if (type == "EC" && curve == "P-256") return Algorithm::kEs256;
  if (type == "OKP" && curve == "Ed25519") return Algorithm::kEdDsa;
  return std::nullopt;
}

Pkey pkey_of(const char* type, OSSL_PARAM_BLD* builder) {
  const Params params(OSSL_PARAM_BLD_to_param(builder));
  const PkeyCtx context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  if (!params || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1)
    return nullptr;
  return Pkey(key);
}

Pkey rsa_of(const Blob& modulus, const Blob& exponent) {
  if (modulus.size() > rsa_bits_max / 8 || exponent.size() > 8) return nullptr;
  const Bignum n(BN_bin2bn(modulus.data(), static_cast<int>(modulus.size()), nullptr));
  const Bignum e(BN_bin2bn(exponent.data(), static_cast<int>(exponent.size()), nullptr));
  const ParamBuild builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder || BN_num_bits(n.get()) < rsa_bits_min || BN_num_bits(e.get()) < 2 || BN_is_odd(e.get()) == 0 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
    return nullptr;
  return pkey_of("RSA", builder.get());
}

/// Nothing for a point that is not on the curve.
Pkey p256_of(const Blob& x, const Blob& y) {
  if (x.size() != coordinate_size_bytes || y.size() != coordinate_size_bytes) return nullptr;
  Blob point{0x04};
  point.insert(point.end(), x.begin(), x.end());
  point.insert(point.end(), y.begin(), y.end());
  const ParamBuild builder(OSSL_PARAM_BLD_new());
  if (!builder || OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1)
    return nullptr;
  return pkey_of("EC", builder.get());
}

Pkey pkey_of(const json::Any& jwk, Algorithm algorithm) {
  const auto number = [&](std::string_view name) { return parse_base64url(text_member(jwk, name)).value_or(Blob{}); };
  switch (algorithm) {
    case Algorithm::kRs256: return rsa_of(number("n"), number("e"));
    case Algorithm::kEs256: return p256_of(number("x"), number("y"));
    case Algorithm::kEdDsa: {
      const Blob point = number("x");
      return Pkey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, point.data(), point.size()));
    }
  }
  return nullptr;
}

/// "r || s" as OpenSSL reads it; nothing for another length.
std::optional<Blob> der_of(const Blob& signature) {
  if (signature.size() != 2 * coordinate_size_bytes) return std::nullopt;
  const Signature pair(ECDSA_SIG_new());
  Bignum r(BN_bin2bn(signature.data(), coordinate_size_bytes, nullptr));
  Bignum s(BN_bin2bn(signature.data() + coordinate_size_bytes, coordinate_size_bytes, nullptr));
  if (!pair || !r || !s || ECDSA_SIG_set0(pair.get(), r.release(), s.release()) != 1) return std::nullopt;
  unsigned char* encoded = nullptr;
  const int size = i2d_ECDSA_SIG(pair.get(), &encoded);
  if (size <= 0) return std::nullopt;
  Blob out(encoded, encoded + size);
  OPENSSL_free(encoded);
  return out;
}

bool has_signed(EVP_PKEY* key, Algorithm algorithm, std::string_view text, const Blob& signature) {
  const auto encoded = algorithm == Algorithm::kEs256 ? der_of(signature) : signature;
  const MdCtx context(EVP_MD_CTX_new());
  const EVP_MD* digest = algorithm == Algorithm::kEdDsa ? nullptr : EVP_sha256();
  return encoded && context && EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), encoded->data(), encoded->size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

std::optional<std::string> text_of_base64url(std::string_view encoded) {
  const auto bytes = parse_base64url(encoded);
  if (!bytes) return std::nullopt;
  return std::string(bytes->begin(), bytes->end());
}

/// RFC 7515 §4.1.11: a `crit` that is not understood makes the whole invalid, and we understand none. An access token of the
/// same provider is "at+jwt" (RFC 9068).
bool is_plain(const json::Any& header) {
  if (header.get_object().contains("crit")) return false;
  const auto* type = header.get_object().if_contains("typ");
  return type == nullptr || (type->is_string() && (type->get_string() == "JWT" || type->get_string() == "jwt"));
}

}  // namespace

struct Keys::Key {
  std::optional<std::string> id;
  Algorithm algorithm;
  Pkey pkey;

  /// Nothing for a key that cannot have signed for us.
  static std::shared_ptr<const Key> of(const json::Any& jwk) {
    if (!jwk.is_object() || jwk.get_object().contains("d")) return nullptr;
    const auto algorithm = algorithm_of_type(text_member(jwk, "kty"), text_member(jwk, "crv"));
    if (!algorithm) return nullptr;
    if (jwk.get_object().contains("use") && text_member(jwk, "use") != "sig") return nullptr;
    if (jwk.get_object().contains("alg") && algorithm_of(text_member(jwk, "alg")) != algorithm) return nullptr;
    Pkey pkey = pkey_of(jwk, *algorithm);
    if (!pkey) return nullptr;
    std::optional<std::string> id;
    if (jwk.get_object().contains("kid")) id = text_member(jwk, "kid");
    return std::make_shared<const Key>(Key{std::move(id), *algorithm, std::move(pkey)});
  }
};

std::optional<Keys> Keys::parse(std::string_view text) {
  const auto document = json::parse(text);
  const auto* list = document && document->is_object() ? document->get_object().if_contains("keys") : nullptr;
  if (list == nullptr || !list->is_array() || list->get_array().size() > key_count_max) return std::nullopt;
  Keys keys;
  for (const json::Any& one : list->get_array())
    if (auto key = Key::of(one)) keys.keys_.push_back(std::move(key));
  return keys;
}

Result<std::string, SignatureFault> Keys::open(std::string_view token) const {
  const std::size_t first = token.find('.');
  const std::size_t second = first == std::string_view::npos ? first : token.find('.', first + 1);
  if (second == std::string_view::npos || token.size() > token_size_bytes_max) return SignatureFault::kMalformed;
  const auto header_text = text_of_base64url(token.substr(0, first));
  auto payload = text_of_base64url(token.substr(first + 1, second - first - 1));
  const auto signature = parse_base64url(token.substr(second + 1));
  if (!header_text || !payload || !signature) return SignatureFault::kMalformed;
  const auto header = json::parse(*header_text);
  if (!header || !header->is_object() || !is_plain(*header)) return SignatureFault::kMalformed;
  const auto algorithm = algorithm_of(text_member(*header, "alg"));
  if (!algorithm) return SignatureFault::kAlgorithm;
  const bool is_named = header->get_object().contains("kid");
  const std::string name = text_member(*header, "kid");
  const auto is_meant = [&](const std::shared_ptr<const Key>& key) {
    return key->algorithm == *algorithm && (!is_named || key->id == name);
  };
  const auto key = std::ranges::find_if(keys_, is_meant);
  if (key == keys_.end() || std::ranges::count_if(keys_, is_meant) != 1) return SignatureFault::kUnknownKey;
  if (!has_signed((*key)->pkey.get(), *algorithm, token.substr(0, second), *signature)) return SignatureFault::kForged;
  return *std::move(payload);
}

}  // namespace cardea::server::oidc
