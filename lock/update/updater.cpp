// SPDX-License-Identifier: Apache-2.0
#include "lock/update/updater.hpp"

#include <algorithm>

namespace cardea::update {

Status Updater::boot() {
  ready_ = false;
  received_ = 0;
  const Status mounted = slots_.mount();
  if (mounted == Status::kFlashFailed) return mounted;
  if (mounted != Status::kOk) CARDEA_TRY(format_anew());
  if (slots_.arriving()) received_ = slots_.arriving()->standing_bytes;
  ready_ = true;
  return Status::kOk;
}

/// U7.
Status Updater::format_anew() {
  CARDEA_ASSIGN(const Image& image, slots_.claimed(running_));
  return slots_.format({.confirmed = running_, .trial = slot_none, .starts_left = 0, .floor = image.security_counter});
}

bool Updater::on_trial() const { return slots_.start().trial == running_; }

bool Updater::wants_start(RunMillis now) const {
  if (!ready_) return false;
  return slots_.start().trial == target() || (on_trial() && now.value >= trial_ms_max);
}

Status Updater::confirm() {
  if (!ready_) return Status::kNotReady;
  if (!on_trial()) return Status::kOk;
  CARDEA_ASSIGN(const Image& image, slots_.claimed(running_));  // the start program verified it
  const StartState& start = slots_.start();
  return slots_.commit({.start = StartState{.confirmed = running_,
                                            .trial = slot_none,
                                            .starts_left = 0,
                                            .floor = std::max(start.floor, image.security_counter)}});
}

Status Updater::take(const Offer& offer) {
  if (!ready_) return Status::kNotReady;
  if (slots_.arriving() && slots_.arriving()->digest == offer.digest && slots_.arriving()->size_bytes == offer.size_bytes)
    return Status::kOk;
  if (digest_of(running_) == offer.digest) return Status::kOk;
  if (slots_.start().trial == target() && digest_of(target()) == offer.digest) return Status::kOk;
  if (slots_.refused() && slots_.refused()->digest == offer.digest) return slots_.refused()->why;
  if (offer.size_bytes > port_->slots[target()].size_bytes) return Status::kFull;
  if (offer.security_counter < slots_.start().floor) return Status::kStale;
  if (on_trial()) return Status::kNotReady;
  return begin(offer);
}

/// I3, and the first half of I5: one write takes the other slot off trial and starts at its first byte.
Status Updater::begin(const Offer& offer) {
  StartState start = slots_.start();
  start.trial = slot_none;
  start.starts_left = 0;
  CARDEA_TRY(slots_.commit({.start = start, .arriving = Arriving{offer.size_bytes, offer.digest, 0}}));
  received_ = 0;
  return Status::kOk;
}

std::optional<Want> Updater::want() const {
  if (!ready_ || !slots_.arriving()) return std::nullopt;
  const Arriving& arriving = *slots_.arriving();
  const std::uint32_t count = std::min<std::uint32_t>(arriving.size_bytes - received_, piece_size_bytes_max);
  return Want{arriving.digest, received_, static_cast<std::uint16_t>(count)};
}

Status Updater::take(const Piece& piece) {
  if (!ready_) return Status::kNotReady;
  const std::optional<Want> wanted = want();
  if (!wanted || piece.digest != wanted->digest || piece.offset != wanted->offset || piece.bytes.size() != wanted->count)
    return Status::kOk;  // I4
  const Status status = write(piece.bytes);
  if (status != Status::kOk) ready_ = false;
  return status;
}

Status Updater::write(ByteSpan bytes) {
  CARDEA_TRY(program(received_, bytes));
  received_ += static_cast<std::uint32_t>(bytes.size());
  if (received_ == slots_.arriving()->size_bytes) return finish(verify_arrived());
  return received_ % flash_sector_size_bytes == 0 ? put_standing() : Status::kOk;
}

// What follows is not folded into its caller, where it would lie beneath a verification.

[[gnu::noinline]] Status Updater::put_standing() {
  Arriving arriving = *slots_.arriving();
  arriving.standing_bytes = received_;
  return slots_.commit({.arriving = arriving});
}

/// `at` is a multiple of piece_size_bytes_max, so that a piece lies within one sector.
[[gnu::noinline]] Status Updater::program(std::uint32_t at, ByteSpan bytes) {
  static_assert(flash_sector_size_bytes % piece_size_bytes_max == 0);
  static_assert(piece_size_bytes_max % flash_page_size_bytes == 0);
  const std::uint32_t begin = port_->slots[target()].offset + at;
  if (at % flash_sector_size_bytes == 0) CARDEA_TRY(port_->flash.erase(begin));
  const std::uint32_t granule = port_->flash.granule_bytes();
  for (std::size_t done = 0; done < bytes.size(); done += flash_page_size_bytes) {
    const ByteSpan part = bytes.subspan(done, std::min<std::size_t>(bytes.size() - done, flash_page_size_bytes));
    Bytes<flash_page_size_bytes> page;
    page.fill(0xFF);
    std::copy(part.begin(), part.end(), page.begin());
    const std::size_t whole = (part.size() + granule - 1) / granule * granule;
    CARDEA_TRY(port_->flash.program(begin + static_cast<std::uint32_t>(done), ByteSpan(page).first(whole)));
  }
  return Status::kOk;
}

/// I5: whether what arrived is what was offered, and good.
[[gnu::noinline]] Status Updater::verify_arrived() {
  const SlotBytes bytes = slots_.bytes(target());
  const Result<Image> image = slots_.verified(bytes, slots_.start().floor);
  CARDEA_TRY(image.status());
  const Arriving& arriving = *slots_.arriving();
  return image->digest == arriving.digest && image->size_bytes == arriving.size_bytes ? Status::kOk : Status::kMalformed;
}

/// I5, I6.
[[gnu::noinline]] Status Updater::finish(Status verified) {
  if (verified == Status::kFlashFailed) return verified;
  received_ = 0;
  if (verified != Status::kOk)
    return slots_.commit({.ends_arriving = true, .refused = Refused{slots_.arriving()->digest, verified}});
  StartState start = slots_.start();
  start.trial = target();
  start.starts_left = trial_starts;
  return slots_.commit({.start = start, .ends_arriving = true});
}

Digest Updater::digest_of(SlotIndex slot) const {
  const Result<Image> image = slots_.claimed(slot);
  return image ? image->digest : Digest{};
}

Report Updater::report() const {
  if (slots_.arriving())
    return {slots_.arriving()->digest, ImageState::kArriving, slots_.arriving()->standing_bytes, Status::kOk};
  if (on_trial()) return {digest_of(running_), ImageState::kOnTrial, 0, Status::kOk};
  if (slots_.start().trial == target()) return {digest_of(target()), ImageState::kWaiting, 0, Status::kOk};
  if (slots_.refused() && slots_.refused()->digest != digest_of(running_))
    return {slots_.refused()->digest, ImageState::kRefused, 0, slots_.refused()->why};
  return {digest_of(running_), ImageState::kConfirmed, 0, Status::kOk};
}

}  // namespace cardea::update
