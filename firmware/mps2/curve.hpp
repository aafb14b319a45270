// SPDX-License-Identifier: Apache-2.0
#pragma once
// How this board's core computes on P-256 in constant time; curve_<board>.cpp says it.

#include "drivers/crypto/bearssl/bearssl_provider.hpp"

namespace cardea::firmware {

extern const BearsslCurve& curve;

}  // namespace cardea::firmware
