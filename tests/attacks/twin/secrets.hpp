// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the makers of the historic locks built in, and every attacker knows.

#include <string>

#include "core/base/lock_id.hpp"
#include "core/base/secret.hpp"
#include "core/codes/pin.hpp"

namespace cardea::attacks {

inline constexpr std::string_view default_pin = "123456";
/// A key that anybody can compute who reads the label.
KeyBytes key_from_label(const LockId& id);
/// A recovery code of 8 digits that the maker's service computes from the label.
std::string master_code(const LockId& id);

/// What anybody computes of a PIN.
PinDigest digest_without_key(std::string_view pin);

}  // namespace cardea::attacks
