// SPDX-License-Identifier: Apache-2.0
#pragma once
// A maker's public key as people hand it over.

#include <openssl/evp.h>

#include <string>

#include "core/crypto/provider.hpp"

namespace cardea::server::api::testing {

/// PEM of a P-256 public key (SubjectPublicKeyInfo).
inline std::string public_pem(const P256Point& point) {
  static constexpr Bytes<27> head{0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                                  0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
  Bytes<head.size() + std::tuple_size_v<P256Point>> der{};
  std::copy(head.begin(), head.end(), der.begin());
  std::copy(point.begin(), point.end(), der.begin() + head.size());
  std::string base64(4 * ((der.size() + 2) / 3) + 1, '\0');
  base64.resize(static_cast<std::size_t>(
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(base64.data()), der.data(), static_cast<int>(der.size()))));
  for (std::size_t at = 64; at < base64.size(); at += 65) base64.insert(at, "\n");
  return "-----BEGIN PUBLIC KEY-----\n" + base64 + "\n-----END PUBLIC KEY-----\n";
}

/// As a JSON string holds it.
inline std::string public_pem_in_json(const P256Point& point) {
  std::string text = public_pem(point);
  for (std::size_t at = 0; (at = text.find('\n', at)) != text.npos; at += 2) text.replace(at, 1, "\\n");
  return text;
}

}  // namespace cardea::server::api::testing
