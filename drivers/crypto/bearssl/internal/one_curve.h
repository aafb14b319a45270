// SPDX-License-Identifier: Apache-2.0
// Read in front of each file of BearSSL: of the curves it knows, there is P-256. Integers on its stack are as long as that
// one's, half of what they are otherwise, and constants of the others are not linked. Points refuse the other curves
// themselves.
#ifndef CARDEA_DRIVERS_CRYPTO_BEARSSL_INTERNAL_ONE_CURVE_H
#define CARDEA_DRIVERS_CRYPTO_BEARSSL_INTERNAL_ONE_CURVE_H

#include <inner.h>

#undef BR_MAX_EC_SIZE
#define BR_MAX_EC_SIZE 256
#define br_secp384r1 br_secp256r1
#define br_secp521r1 br_secp256r1

#endif
