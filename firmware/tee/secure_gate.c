/* SPDX-License-Identifier: Apache-2.0 */
/* What of the gate only a C compiler with -mcmse says: the entry, whose memory it is, and the way out. */

#include <arm_cmse.h>
#include <stddef.h>

#include "firmware/tee/gate.h"

uint32_t cardea_tee_answer(const struct TeeCallBytes* call);
int cardea_tee_may_read(const void* begin, size_t size);
int cardea_tee_may_write(const void* begin, size_t size);
void cardea_tee_leave(uint32_t entry);

__attribute__((cmse_nonsecure_entry)) uint32_t cardea_tee_call(const struct TeeCallBytes* call) {
  return cardea_tee_answer(call);
}

int cardea_tee_may_read(const void* begin, size_t size) {
  return cmse_check_address_range((void*)begin, size, CMSE_NONSECURE | CMSE_MPU_READ) != NULL;
}

int cardea_tee_may_write(const void* begin, size_t size) {
  return cmse_check_address_range((void*)begin, size, CMSE_NONSECURE | CMSE_MPU_READWRITE) != NULL;
}

typedef void __attribute__((cmse_nonsecure_call)) NonSecureEntry(void);

void cardea_tee_leave(uint32_t entry) { ((NonSecureEntry*)cmse_nsfptr_create((NonSecureEntry*)entry))(); }
