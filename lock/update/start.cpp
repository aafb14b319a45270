// SPDX-License-Identifier: Apache-2.0
#include "lock/update/start.hpp"

#include <utility>

namespace cardea::update {
namespace {

constexpr SlotIndex other(SlotIndex slot) { return static_cast<SlotIndex>(1 - slot); }

class Chooser {
 public:
  Chooser(const UpdatePort& port, ImageLoader& loader) : slots_(port), loader_(&loader) {}

  Result<Chosen> choose() {
    if (slots_.mount() != Status::kOk) return newest_that_verifies();
    if (slots_.start().trial != slot_none)
      if (const std::optional<Chosen> trial = try_trial()) return *trial;
    return confirmed();
  }

 private:
  Result<Image> verify(SlotIndex slot, std::uint32_t floor) {
    CARDEA_ASSIGN(const ImageBytes* const bytes, loader_->load(slot));
    return slots_.verified(*bytes, floor);
  }

  /// U2, U3. None: the confirmed slot is to run.
  std::optional<Chosen> try_trial() {
    StartState next = slots_.start();
    const SlotIndex slot = next.trial;
    const Result<Image> image = verify(slot, next.floor);
    if (image && next.starts_left > 0) {
      --next.starts_left;
      // Before it runs: a hang at its first instruction counts. What cannot be counted does not run.
      if (slots_.commit({.start = next}) != Status::kOk) return std::nullopt;
      return Chosen{slot, *image, true};
    }
    next.trial = slot_none;
    next.starts_left = 0;
    // Should this fail, the next start finds the same and tries again.
    (void)slots_.commit({.start = next, .refused = refusal_of(slot, image)});
    return std::nullopt;
  }

  Refused refusal_of(SlotIndex slot, const Result<Image>& image) {
    if (image) return {image->digest, Status::kNotReady};  // it never said that it works
    const Result<Image> claimed = slots_.claimed(slot);
    return {claimed ? claimed->digest : Digest{}, image.status()};
  }

  /// U4.
  Result<Chosen> confirmed() {
    StartState next = slots_.start();
    for (const SlotIndex slot : {next.confirmed, other(next.confirmed)}) {
      const Result<Image> image = verify(slot, next.floor);
      if (!image) continue;
      if (slot != next.confirmed) {
        next.confirmed = slot;
        next.trial = slot_none;
        (void)slots_.commit({.start = next, .ends_arriving = true});  // the next start finds the same
      }
      return Chosen{slot, *image, false};
    }
    return Status::kNotFound;
  }

  /// U7.
  Result<Chosen> newest_that_verifies() {
    std::optional<Chosen> best;
    for (SlotIndex slot = 0; slot < slot_count; ++slot) {
      const Result<Image> image = verify(slot, 0);
      if (!image) continue;
      const auto rank = [](const Image& i) { return std::pair(i.security_counter, i.version); };
      if (!best || rank(*image) > rank(best->image)) best = Chosen{slot, *image, false};
    }
    if (!best) return Status::kNotFound;
    CARDEA_TRY(loader_->load(best->slot).status());  // the last one loaded may have been the other
    return *best;
  }

  Slots slots_;
  ImageLoader* loader_;
};

}  // namespace

Result<Chosen> choose_image(const UpdatePort& port, ImageLoader& loader) { return Chooser(port, loader).choose(); }

}  // namespace cardea::update
