// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a platform supplies to the lock component: flash, a counter of seconds, the motor, what the lock can feel. Random
// numbers come from the crypto provider. One folder under lock/port implements these for one platform.
//
// Everything is called from one thread and never inside an interrupt. A port also defines assertion_failed()
// (core/base/assert.hpp), which must leave the motor at rest before it resets.

#include "core/base/bytes.hpp"

namespace cardea {

inline constexpr std::uint32_t flash_sector_size_bytes = 4'096;
/// No program crosses a multiple of this: the page of serial NOR chips.
inline constexpr std::uint32_t flash_page_size_bytes = 256;
inline constexpr std::uint32_t flash_granule_size_bytes_min = 4;
inline constexpr std::uint32_t flash_granule_size_bytes_max = 16;

/// NOR flash: erase sets a sector to 0xFF, program clears bits. Offsets count from 0.
///
/// Every call returns kOutOfRange for an offset, a size or an alignment that breaks its contract, and kFlashFailed when the
/// chip failed, refused, or lost power; what it was writing is then unknown.
class Flash {
 public:
  /// A multiple of the sector size.
  [[nodiscard]] virtual std::uint32_t size_bytes() const = 0;
  /// The smallest program: 4, 8 or 16 bytes. The callers program each granule once between two erases, so chips whose ECC
  /// refuses a second program serve.
  [[nodiscard]] virtual std::uint32_t granule_bytes() const = 0;

  /// Any offset and size. kCorrupt: a granule in it cannot be corrected, and `out` means nothing. A port whose chip raises a
  /// fault or an NMI for this catches it and returns kCorrupt.
  virtual Status read(std::uint32_t offset, MutableByteSpan out) = 0;
  /// `offset` and size are multiples of the granule; 1..256 bytes within one page. When it returns kOk the bytes are in the
  /// chip: a port with a cache or a write buffer flushes it first.
  virtual Status program(std::uint32_t offset, ByteSpan in) = 0;
  /// `offset` is the beginning of a sector.
  virtual Status erase(std::uint32_t offset) = 0;

 protected:
  ~Flash() = default;  // not virtual and not public: nobody deletes through it, so no heap is pulled in
};

/// A part of a flash: whole sectors.
struct FlashRegion {
  std::uint32_t offset = 0;
  std::uint32_t size_bytes = 0;
  [[nodiscard]] constexpr std::uint32_t sector_count() const { return size_bytes / flash_sector_size_bytes; }
};

/// Seconds that nobody sets: an RTC that counts from when it was first powered, on battery or on its back-up.
class SecondsCounter {
 public:
  /// Whole seconds. Never goes back while kept() is true.
  [[nodiscard]] virtual std::uint64_t seconds() = 0;
  /// False when the counter may have stood still or restarted since it was last read before this start.
  [[nodiscard]] virtual bool kept() = 0;
  /// How far it can be off, in parts per million, at the temperatures of a door.
  [[nodiscard]] virtual std::uint32_t drift_ppm_max() const { return 100; }
  /// How far its drift moves away from what it was when the lock measured it, by temperature and age, in parts per million:
  /// about 45 for a plain crystal between -10 and 40 degrees, 5 with compensation. Below drift_ppm_max() it lets a lock that
  /// hears nobody keep its time for longer (clock.md C13).
  [[nodiscard]] virtual std::uint32_t wander_ppm_max() const { return drift_ppm_max(); }

 protected:
  ~SecondsCounter() = default;
};

class Motor {
 public:
  /// Opens, holds for `open_ms` (100..10,000) and closes again; returns when the opening is known to have worked.
  /// kNotReady: the motor is blocked, too weak, or already at work. The hardware must not open on reset.
  virtual Status open_for(std::uint32_t open_ms) = 0;

 protected:
  ~Motor() = default;
};

enum class DoorState : std::uint8_t { kUnknown = 0, kClosed = 1, kOpen = 2 };

/// What the lock can feel.
class Sensors {
 public:
  /// kUnknown for a lock without a door contact.
  [[nodiscard]] virtual DoorState door_state() = 0;
  /// 0..100; 100 for a lock on mains.
  [[nodiscard]] virtual std::uint8_t battery_percent() = 0;
  /// True while somebody holds the button on the inside of the door.
  [[nodiscard]] virtual bool inside_button_pressed() = 0;
  /// True when every way out of the door is felt (a contact at the handle, the button): only then is an opening that nothing
  /// released a forced one.
  [[nodiscard]] virtual bool feels_exits() const { return false; }
  /// True while the cover is off or somebody pries.
  [[nodiscard]] virtual bool tampered() { return false; }

 protected:
  ~Sensors() = default;
};

}  // namespace cardea
