// SPDX-License-Identifier: Apache-2.0
#include "firmware/mps2/curve.hpp"

namespace cardea::firmware {

constinit const BearsslCurve& curve = bearssl_m15;  // a Cortex-M3's long multiplication ends early

}  // namespace cardea::firmware
