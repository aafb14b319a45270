// SPDX-License-Identifier: Apache-2.0
#include "server/shadow/trace.hpp"

#include <algorithm>

namespace cardea::server {

namespace {

enum Kinds : unsigned {
  kTokens = 1,
  kWindows = 2,
  kPool = 4,
  kService = 8,
  kPins = 16,
  kOffline = kWindows | kPool | kService,
  kAll = 31
};

struct Known {
  Reason reason;
  std::string_view rule;
  unsigned kinds;  ///< which codes go through it
  std::string_view advice;
};

constexpr Known known[] = {
    {Reason::kLockedOut, "codes.md R15", kAll,
     "Too many wrong codes were typed, and the keypad waits. Wait, send a release code, or release the keypad from here."},
    {Reason::kMalformed, "codes.md R14", kAll, "The number of digits is none that this lock takes. Type the whole code."},
    {Reason::kUnknownCode, "codes.md R3, pin.md P5", kAll,
     "The lock knows no such code. It may be mistyped or of another door; or the credential has not reached the lock, or was "
     "ended."},
    {Reason::kClockLost, "codes.md R7, pin.md P6", kTokens | kWindows | kService | kPins,
     "The lock does not know the time. It gets it from the platform, from a file, or from a clock code."},
    {Reason::kClockGood, "codes.md R12", kService, "A clock code is for a lock whose clock is not good; this one's is."},
    {Reason::kScheduleExpired, "codes.md R1, schedule.md S8", kTokens | kPins,
     "What the lock was given reaches only so far ahead, and it has heard nothing new. Bring it into contact with the "
     "platform."},
    {Reason::kNotYetValid, "codes.md R8, R11", kOffline, "Its time has not come. Type it again then."},
    {Reason::kExpired, "codes.md R8, R11, schedule.md S10", kAll, "Its time is over. Issue another one."},
    {Reason::kCleared, "codes.md R13", kWindows | kPool, "A clear code ended it. Issue another one."},
    {Reason::kCancelled, "codes.md R9", kWindows, "A newer exclusive code was used, which ends the earlier ones."},
    {Reason::kNotActivated, "codes.md R8", kWindows,
     "Its first use came too late: an offline code must be used for the first time soon after it begins. Issue another one."},
    {Reason::kReplayed, "codes.md R4", kTokens, "This code was used already. A new one appears within half a minute."},
    {Reason::kUsed, "codes.md R10, R11", kOffline, "This code opens once, and was used."},
    {Reason::kCodeMemoryFull, "codes.md R8", kWindows,
     "The lock remembers as many codes as it can. Clear it with a clear code, or wait until some are over."},
    {Reason::kOutsideSchedule, "schedule.md S8", kTokens | kPins, "The grant does not open the door at this time of the week."},
    {Reason::kUsesSpent, "schedule.md S9", kTokens | kPins, "The grant's number of openings is used up."},
    {Reason::kDoorState, "codes.md §5", kAll, "The door was not in a state in which the lock opens it."},
    {Reason::kFault, "codes.md §5", kAll, "The lock could not compute, and refuses then. Look at its health."},
};

Kinds kind_of(CredentialType type, std::optional<Family> family) {
  if (type == CredentialType::kPin) return kPins;
  if (type != CredentialType::kOffline) return kTokens;
  if (family == Family::kPool) return kPool;
  return family && !has_window(*family) ? kService : kWindows;
}

/// Of codes.md only, and in this order, before anything is compared.
bool is_always_checked(Reason reason) { return reason != Reason::kDoorState && reason != Reason::kFault; }

}  // namespace

std::string_view name_of(CheckResult result) {
  switch (result) {
    case CheckResult::kPassed: return "passed";
    case CheckResult::kFailed: return "failed";
    case CheckResult::kNotReached: return "not_reached";
  }
  return "";
}

std::vector<Check> trace_of(CredentialType type, std::optional<Family> family, Reason reason) {
  std::vector<Check> checks;
  const unsigned kind = kind_of(type, family);
  bool failed = false;
  for (const Known& check : known) {
    const bool is_it = check.reason == reason;
    if (!is_it && ((check.kinds & kind) == 0 || !is_always_checked(check.reason))) continue;
    const CheckResult result = is_it ? CheckResult::kFailed : failed ? CheckResult::kNotReached : CheckResult::kPassed;
    checks.push_back({cardea::name_of(check.reason), check.rule, result});
    failed = failed || is_it;
  }
  return checks;
}

std::string_view advice_on(Reason reason) {
  const auto found = std::ranges::find(known, reason, &Known::reason);
  return found == std::end(known) ? std::string_view{} : found->advice;
}

}  // namespace cardea::server
