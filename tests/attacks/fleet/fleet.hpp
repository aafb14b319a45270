// SPDX-License-Identifier: Apache-2.0
#pragma once
// Locks that a platform brings images to, as somebody meets them who may start a campaign, or has one of the locks. The shipped
// platform implements it, and so does a twin with one flaw, or none.

#include <cstdint>
#include <memory>

namespace cardea::attacks {

inline constexpr int fleet_size = 5;

/// What an image does to the lock that takes it.
enum class Image : std::uint8_t {
  kWorks,
  kFails,  ///< the lock falls back to the image that it had
  kKills,  ///< it is never heard of again
  kOlder,  ///< the lock refuses it: it has confirmed one with a higher security counter
};

class Fleet {
 public:
  virtual ~Fleet() = default;
  /// Starts a campaign with the image: lock 0 first, and when it has had the image for an hour, the four others. One that runs
  /// is cancelled before.
  virtual void begin(Image image) = 0;
  /// Half a day passes in which every lock that is offered the image takes it, and says what came of it if it still can.
  virtual void pass_half_a_day() = 0;
  /// The lock says that it has confirmed the image, whatever it has.
  virtual void say_confirmed(int lock) = 0;
  /// How many of the four others were offered the image of this campaign.
  virtual int offered_count() = 0;
};

enum class FleetFlaw : std::uint8_t {
  kNone,
  kAllAtOnce,      ///< E14b: a new image is for everybody
  kAnyoneVouches,  ///< E14c: as soon as some lock runs it, it works
};

std::unique_ptr<Fleet> make_shipped_fleet();
std::unique_ptr<Fleet> make_twin_fleet(FleetFlaw flaw);

}  // namespace cardea::attacks
