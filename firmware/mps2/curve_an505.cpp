// SPDX-License-Identifier: Apache-2.0
#include "firmware/mps2/curve.hpp"

namespace cardea::firmware {

constinit const BearsslCurve& curve = bearssl_m31;  // a Cortex-M33's takes one time for all operands

}  // namespace cardea::firmware
