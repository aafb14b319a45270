// SPDX-License-Identifier: Apache-2.0
#pragma once
// How the running image takes in the next one, and says that it works itself. Rules U5, U7, I1 to I6: spec/update.md.
//
//   Updater updater(port, running_slot);
//   CARDEA_TRY(updater.boot());
//   updater.confirm();                          // once this image has shown that it works (U5)
//   updater.take(offer);                        // the platform names the image that the lock is to run
//   while (const auto want = updater.want()) …  // ask for a piece; take(piece) when it comes
//   updater.wants_start(now)                    // restart when nothing holds the lock
//
// Allocates nothing. One thread.

#include "core/update/messages.hpp"
#include "lock/update/slots.hpp"

namespace cardea::update {

class Updater {
 public:
  /// `running`: the slot that the start program chose.
  Updater(const UpdatePort& port, SlotIndex running) : port_(&port), slots_(port), running_(running) {}

  /// Takes up where the journal of the slots says; makes it when there is none, or none to be believed (U7). After a failure
  /// nothing below does anything but say kNotReady.
  Status boot();
  /// False before boot(), and after a failure of the flash.
  [[nodiscard]] bool ready() const { return ready_; }

  /// U5: this image works. One write; kOk at once when it is confirmed already.
  Status confirm();
  [[nodiscard]] bool on_trial() const;
  /// I6: an image is verified, and runs at the next start. U6: this one has been on trial for too long. `now` counts from the
  /// start.
  [[nodiscard]] bool wants_start(RunMillis now) const;

  /// I1 to I3. kFull, kStale, kNotReady: I2, nothing was written. Why it was refused, for an image that was. kOk otherwise,
  /// also when there is nothing to do.
  Status take(const Offer& offer);
  /// The piece that is wanted next; none when nothing is arriving.
  [[nodiscard]] std::optional<Want> want() const;
  /// I4 to I6. A piece that is not the wanted one is left aside, kOk. The last one may take seconds: the image is verified.
  /// What became of it is in report(). kFlashFailed, kCorrupt: what stands is known again after the next boot().
  Status take(const Piece& piece);

  /// What the lock says of the newest image that it was offered, or of the one that runs.
  [[nodiscard]] Report report() const;

 private:
  [[nodiscard]] SlotIndex target() const { return static_cast<SlotIndex>(1 - running_); }
  Status format_anew();
  Status begin(const Offer& offer);
  Status write(ByteSpan bytes);
  Status program(std::uint32_t at, ByteSpan bytes);
  Status put_standing();
  Status verify_arrived();
  Status finish(Status verified);
  [[nodiscard]] Digest digest_of(SlotIndex slot) const;

  const UpdatePort* port_;
  Slots slots_;
  SlotIndex running_;
  bool ready_ = false;
  std::uint32_t received_ = 0;  ///< of the arriving image, those in a sector that is not complete among them
};

}  // namespace cardea::update
