// SPDX-License-Identifier: Apache-2.0
#include "core/codes/offline.hpp"

namespace cardea {

Result<Digits> issue_offline(Provider& provider, KeyHandle code_key, const Descriptor& descriptor, std::uint8_t digits) {
  CARDEA_ASSIGN(const std::uint64_t number, number_of(descriptor, digits));
  return encrypt_number(provider, code_key, number, digits);
}

Result<Descriptor> read_offline(Provider& provider, KeyHandle code_key, const Digits& code) {
  CARDEA_ASSIGN(const std::uint64_t number, decrypt_code(provider, code_key, code));
  return descriptor_of(number, static_cast<std::uint8_t>(code.count()));
}

}  // namespace cardea
