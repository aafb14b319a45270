// SPDX-License-Identifier: Apache-2.0
#pragma once
// The two slots for firmware images and what is durably known of them. Bytes: spec/update.md §2.
//
// The start program and the running image both use this, one after the other. Allocates nothing; one thread.

#include <optional>

#include "core/update/image.hpp"
#include "lock/journal/journal.hpp"
#include "lock/port/port.hpp"

namespace cardea::update {

using SlotIndex = std::uint8_t;
inline constexpr SlotIndex slot_count = 2;
inline constexpr SlotIndex slot_none = 255;
inline constexpr std::uint8_t trial_starts = 3;            ///< U6
inline constexpr std::uint64_t trial_ms_max = 86'400'000;  ///< U6: of one of them

/// What a platform supplies for updates. Everything outlives who is given it. Regions are whole sectors that nothing else
/// writes.
struct UpdatePort {
  Flash& flash;
  FlashRegion slots[slot_count];  ///< of equal size
  FlashRegion journal;            ///< 4 sectors
  Hardware hardware;
  std::span<const P256Point> anchors;  ///< who may sign, at most two; part of the start program
  Provider& provider;
};

/// The image in a slot, read out of the flash.
class SlotBytes final : public ImageBytes {
 public:
  SlotBytes(Flash& flash, FlashRegion region) : flash_(&flash), region_(region) {}
  [[nodiscard]] std::uint32_t size_bytes() const override { return region_.size_bytes; }
  Status read(std::uint32_t offset, MutableByteSpan out) const override;

 private:
  Flash* flash_;
  FlashRegion region_;
};

/// Item *start*: which image runs.
struct StartState {
  SlotIndex confirmed = 0;
  SlotIndex trial = slot_none;
  std::uint8_t starts_left = 0;  ///< of the trial; trial_starts: it has not run yet
  std::uint32_t floor = 0;       ///< no image with a lower security counter runs
  bool operator==(const StartState&) const = default;
};

/// Item *arriving*: the image that is on its way into the slot that does not run.
struct Arriving {
  std::uint32_t size_bytes = 0;
  Digest digest{};
  std::uint32_t standing_bytes = 0;  ///< so much is in the flash: whole sectors, or all
};

/// Item *refused*: the newest image that did not make it.
struct Refused {
  Digest digest{};
  Status why = Status::kOk;
};

/// What the journal of the slots says.
class Slots {
 public:
  explicit Slots(const UpdatePort& port) : port_(&port), journal_(port.flash, port.journal) {}

  /// Reads the journal. kNotFound: there is none yet. kCorrupt, kMalformed: it cannot be believed (U7).
  Status mount();
  /// Makes it anew, with nothing but `state`.
  Status format(const StartState& state);

  [[nodiscard]] const StartState& start() const { return start_; }
  [[nodiscard]] const std::optional<Arriving>& arriving() const { return arriving_; }
  [[nodiscard]] const std::optional<Refused>& refused() const { return refused_; }

  /// What may change together in one write; absent: stays as it is.
  struct Change {
    std::optional<StartState> start{};
    std::optional<Arriving> arriving{};
    bool ends_arriving = false;
    std::optional<Refused> refused{};
  };
  /// Durable from here on, or a failure after which mount() says what is.
  [[gnu::noinline]] Status commit(const Change& change);

  [[nodiscard]] SlotBytes bytes(SlotIndex slot) const { return {port_->flash, port_->slots[slot]}; }
  /// What the image in a slot says of itself, none of it proven.
  [[nodiscard]] Result<Image> claimed(SlotIndex slot) const { return read_image(bytes(slot), port_->hardware); }
  /// V1 to V6 of the image that `bytes` holds; its description when all is well.
  Result<Image> verified(const ImageBytes& bytes, std::uint32_t floor) const;

 private:
  Status load();

  const UpdatePort* port_;
  SmallJournal<4> journal_;
  StartState start_;
  std::optional<Arriving> arriving_;
  std::optional<Refused> refused_;
};

}  // namespace cardea::update
