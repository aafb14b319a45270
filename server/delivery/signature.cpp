// SPDX-License-Identifier: Apache-2.0
#include "server/delivery/signature.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <charconv>

#include "core/base/bytes.hpp"
#include "core/base/text.hpp"

namespace cardea::server::delivery {
namespace {

std::string base64_of(ByteSpan bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

}  // namespace

std::string text_of(const WebhookSecret& secret) { return "whsec_" + base64_of(secret.bytes()); }

std::string sign(const WebhookSecret& secret, std::string_view id, UnixSeconds timestamp, std::string_view body) {
  const std::string message = std::string(id) + "." + std::to_string(timestamp.value) + "." + std::string(body);
  Bytes<32> mac{};
  unsigned size = 0;
  const auto key = secret.bytes();
  CARDEA_ASSERT(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                     reinterpret_cast<const unsigned char*>(message.data()), message.size(), mac.data(), &size) != nullptr);
  return "v1," + base64_of(mac);
}

bool verify(const WebhookSecret& secret, std::string_view id, std::string_view timestamp, std::string_view body,
            std::string_view signatures, UnixSeconds now, std::uint64_t tolerance_s) {
  std::uint64_t sent = 0;
  const auto [end, error] = std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), sent);
  if (error != std::errc{} || end != timestamp.data() + timestamp.size()) return false;
  if (sent > now.value + tolerance_s || now.value > sent + tolerance_s) return false;
  const std::string expected = sign(secret, id, {sent}, body);
  bool found = false;
  while (!signatures.empty()) {
    const std::string_view one = signatures.substr(0, signatures.find(' '));
    signatures.remove_prefix(std::min(one.size() + 1, signatures.size()));
    if (one.size() == expected.size() && equal_constant_time(bytes_of(one), bytes_of(expected))) found = true;
  }
  return found;
}

}  // namespace cardea::server::delivery
