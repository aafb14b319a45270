// SPDX-License-Identifier: Apache-2.0
#pragma once
// The historic flaws, one for each attack. A weakened twin has exactly one of them.

#include <cstdint>

namespace cardea::attacks {

enum class Flaw : std::uint8_t {
  kNone,
  kCounterPerKind,         ///< B01: one failure counter for each kind of code
  kCounterPerVisitor,      ///< B02: one failure counter for each connection
  kCheckThenCharge,        ///< B03: the counter is read when an entry arrives and written when it ends
  kChargeAfterCompare,     ///< B04: the counter is stored after the comparison
  kEarlyExitCompare,       ///< B05: digit by digit, until one differs
  kCodesInFlash,           ///< B06: keeps the last code typed, in clear
  kSlidingWindow,          ///< B07: looks for a code anywhere in what was typed
  kForgetsOlderSteps,      ///< B08: refuses the last step only, with != instead of <=
  kKeyWithoutHour,         ///< B09: one key a token for ever
  kLockoutForAll,          ///< B10: while the keypad waits nothing else opens either
  kSuccessClearsFailures,  ///< B11: a hit forgets everybody's failures
  kKeyFromLabel,           ///< B12: the key follows from what is printed on the lock
  kTruncatedCodes,         ///< B13: offline codes by the 31-bit truncation of RFC 4226
  kLongLivedSms,           ///< B14: an SMS code is good for a day, as often as one likes
  kCodesOfTheSite,         ///< B15: a code says nothing about its door
  kDefaultPin,             ///< B16: 123456 until somebody changes it
  kMasterCode,             ///< B17: a recovery code that the maker can compute
  kNoRevocation,           ///< B18: a code whose number verifies opens, whatever its window
  kNoLimits,               ///< B19: any number of tokens, codes of any length
  kDigestWithoutKey,       ///< B20: PINs are kept as what a hash without a key makes of them
  kSharedKey,              ///< D04: one key in every lock of a site
  kResetClears,            ///< D08: a restart forgets failures
  kOpensAtBoot,            ///< D09: a restart moves the motor
  kRepeatsFrames,          ///< D10: a frame that is authentic is obeyed again
  kRollsBack,              ///< D11: two old frames in a row set the counter back
  kPinsUncharged,          ///< D13: a wrong PIN is no failure
  kStaleSchedule,          ///< E01: without news the last hour's key stays good
  kAnyReceipt,             ///< E02: a receipt is believed unseen
  kTimeFromAnyone,         ///< E04: the clock obeys whoever speaks
  kTimeUnbounded,          ///< E05: authenticated time may move the clock anywhere
  kClockRestartsAtZero,    ///< E06: a clock without power starts again where it once began
  kOffsetOfTheDay,         ///< E07: weekly times by the offset that the zone had when they were asked for
  kKeepsKeyOverOwners,     ///< E09: a lock that is handed on keeps its key
  kGivesUpUnpressed,       ///< E09a: whoever speaks for the platform takes a lock from its owner from afar
  kRecordsWithoutTag,      ///< E10: records are numbered, and that is all that is checked
  kForgetsNewest,          ///< E11: the platform does not remember what it was promised
  kTornWrites,             ///< E15: what belongs together is written piece by piece
  kAckBeforeCommit,        ///< E16: acknowledged before it is durable
};

}  // namespace cardea::attacks
