// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/bearssl/bearssl_verifier.hpp"

#include <bearssl.h>

#include <algorithm>

#include "drivers/crypto/bearssl/sha256.hpp"

namespace cardea {

Status BearsslVerifier::sha256(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) {
  return bearssl_sha256(message, out);
}

Status BearsslVerifier::sha256_of(ByteSource& source, std::span<std::uint8_t, digest_size_bytes> out) {
  return bearssl_sha256_of(source, out);
}

Status BearsslVerifier::p256_verify_digest(const P256Point& public_key, const Digest& digest, const P256Signature& signature) {
  Bytes<1 + std::tuple_size_v<P256Point>> point{0x04};  // uncompressed
  std::copy(public_key.begin(), public_key.end(), point.begin() + 1);
  const br_ec_public_key key{BR_EC_secp256r1, point.data(), point.size()};
  const std::uint32_t good =
      br_ecdsa_i31_vrfy_raw(&br_ec_p256_m31, digest.data(), digest.size(), &key, signature.data(), signature.size());
  return good == 1 ? Status::kOk : Status::kForged;
}

}  // namespace cardea
