// SPDX-License-Identifier: Apache-2.0
#include "tests/attacks/twin/secrets.hpp"

#include "core/codes/digits.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::attacks {
namespace {

constexpr std::uint8_t master_code_digits = 8;

Digest digest_of(const LockId& id) {
  OpensslProvider provider(1);
  Digest digest;
  CARDEA_ASSERT(provider.sha256(id.value, digest) == Status::kOk);
  return digest;
}

}  // namespace

KeyBytes key_from_label(const LockId& id) { return KeyBytes(digest_of(id)); }

PinDigest digest_without_key(std::string_view pin) {
  OpensslProvider provider(1);
  Digest digest;
  CARDEA_ASSERT(provider.sha256({reinterpret_cast<const std::uint8_t*>(pin.data()), pin.size()}, digest) == Status::kOk);
  PinDigest out;
  std::copy_n(digest.begin(), out.size(), out.begin());
  return out;
}

std::string master_code(const LockId& id) {
  const std::uint64_t value = load_be<std::uint64_t>(digest_of(id)) % power_of_ten(master_code_digits);
  return std::string(Digits::of(value, master_code_digits).reveal());
}

}  // namespace cardea::attacks
