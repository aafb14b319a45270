/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* What the two images of this folder know of each other. Taken by C and by C++. */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct TeeCallBytes; /* a cardea::TeeCall, which C does not know */

/* The one way from the non-secure side to the secure one. */
uint32_t cardea_tee_call(const struct TeeCallBytes* call);

#ifdef __cplusplus
}
#endif
