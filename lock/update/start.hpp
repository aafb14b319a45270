// SPDX-License-Identifier: Apache-2.0
#pragma once
// The start program's choice: which image runs. Rules U1 to U4, U6, U7: spec/update.md §2.

#include "lock/update/slots.hpp"

namespace cardea::update {

/// Brings the image of a slot to where it runs.
class ImageLoader {
 public:
  /// The very bytes that would run (V4): the slot itself where images run in place, else a copy in memory, which nothing but
  /// the caller can change. They live until the next load().
  virtual Result<const ImageBytes*> load(SlotIndex slot) = 0;

 protected:
  ~ImageLoader() = default;
};

/// The image to run, verified, and still where the loader brought it.
struct Chosen {
  SlotIndex slot = slot_none;
  Image image;
  bool on_trial = false;
};

/// Chooses, and makes durable what the rules ask for before the image runs. kNotFound: no image verifies, and the start program
/// stays. A flash that refuses to be written does not keep the confirmed image from running.
Result<Chosen> choose_image(const UpdatePort& port, ImageLoader& loader);

}  // namespace cardea::update
