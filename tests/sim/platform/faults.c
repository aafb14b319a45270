/* SPDX-License-Identifier: Apache-2.0
 * What a machine does to a process now and then, for a library that is loaded before all others:
 *
 *   CARDEA_FSYNC_FAILS_FROM=N CARDEA_FSYNC_FAILS=M   M calls of fsync and fdatasync, from the N-th on, answer EIO
 *   CARDEA_CLOCK_AHEAD=SECONDS                       the wall clock is so far ahead, or behind below 0; the others go on as
 * they are
 *
 * Debian's libfaketime would do the second, but it and jemalloc wait for each other at the start. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static atomic_long syncs;

static int sync_fails(void) {
  const char* from = getenv("CARDEA_FSYNC_FAILS_FROM");
  const char* count = getenv("CARDEA_FSYNC_FAILS");
  if (from == NULL || count == NULL) return 0;
  const long call = atomic_fetch_add(&syncs, 1) + 1 - atol(from);
  if (call < 0 || call >= atol(count)) return 0;
  errno = EIO;
  return 1;
}

int fsync(int file) { return sync_fails() ? -1 : (int)syscall(SYS_fsync, file); }
int fdatasync(int file) { return sync_fails() ? -1 : (int)syscall(SYS_fdatasync, file); }

int clock_gettime(clockid_t clock, struct timespec* out) {
  const int result = (int)syscall(SYS_clock_gettime, clock, out);
  const char* ahead = getenv("CARDEA_CLOCK_AHEAD");
  if (result == 0 && ahead != NULL && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) out->tv_sec += atol(ahead);
  return result;
}

int gettimeofday(struct timeval* restrict out, void* restrict zone) {
  (void)zone;
  struct timespec now;
  const int result = clock_gettime(CLOCK_REALTIME, &now);
  *out = (struct timeval){now.tv_sec, now.tv_nsec / 1000};
  return result;
}

time_t time(time_t* out) {
  struct timespec now = {0, 0};
  (void)clock_gettime(CLOCK_REALTIME, &now);
  if (out != NULL) *out = now.tv_sec;
  return now.tv_sec;
}
