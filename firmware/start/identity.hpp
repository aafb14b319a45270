// SPDX-License-Identifier: Apache-2.0
#pragma once
// The start program's own: whose images it runs. tools/firmware/image.py writes identity.cpp into the build folder, from the
// maker's public keys.

#include "firmware/mps2/slots.hpp"

namespace cardea::firmware {

extern const Identity identity;

}  // namespace cardea::firmware
