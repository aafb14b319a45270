// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keys on phones, those that people share with guests, and doors that phones open from afar, as somebody meets them who would
// keep what was taken away. The shipped platform implements it, and so does a twin with one flaw, or none.

#include <cstdint>
#include <memory>

namespace cardea::attacks {

/// What takes from somebody what they had.
enum class Loss : std::uint8_t {
  kGrant,    ///< their grant is revoked
  kPerson,   ///< all of theirs is
  kTime,     ///< their grant ends in an hour
  kSharing,  ///< it may not be shared any more
  kPhone,    ///< their phone is lost
};

class SharedKeys {
 public:
  virtual ~SharedKeys() = default;
  /// Somebody whose phone has a key to door 0, for ten days, that they may share. Returns their number.
  virtual int add_resident() = 0;
  /// Shares a key from somebody's phone with a guest, whose phone claims it. Their number; -1 when it is refused.
  virtual int share(int giver, int door, std::uint64_t for_s) = 0;
  virtual void take(int whose, Loss loss) = 0;
  /// Whether somebody's phone opens door 0 or 1: from afar, or with a key that it fetches now.
  virtual bool opens(int who, int door) = 0;
  virtual void advance(std::uint64_t seconds) = 0;
};

enum class SharedKeysFlaw : std::uint8_t {
  kNone,
  kShareStandsAlone,  ///< E03: once made, a guest's key is the guest's, whatever becomes of its giver's
  kKnownPhoneOpens,   ///< F11a: to open from afar it is enough to be a phone that the platform knows
};

std::unique_ptr<SharedKeys> make_shipped_shared_keys();
std::unique_ptr<SharedKeys> make_twin_shared_keys(SharedKeysFlaw flaw);

}  // namespace cardea::attacks
