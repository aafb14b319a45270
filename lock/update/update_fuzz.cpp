// SPDX-License-Identifier: Apache-2.0
// The start program and the updater over flash that somebody else wrote, and with offers and pieces of any kind, while power
// goes where the input says. Held against it: what runs is, byte for byte, an image that the maker signed; with a journal that
// nobody but the updater wrote, never one below the floor that a confirmed image has raised.
#include <memory>

#include "core/base/testing/fuzz.hpp"
#include "lock/update/testing/sim_slots.hpp"

namespace {

using namespace cardea;
using namespace cardea::update;
using testing::require;
using testing::SimFlash;

class Bench {
 public:
  Bench() {
    place(factory_, 0, images_[1]);
    UpdatePort port = maker_.port(factory_);
    Updater updater(port, 0);
    require(updater.boot() == Status::kOk);
    lived_in_ = factory_;
    const UpdatePort lived_in_port = maker_.port(lived_in_);
    Updater again(lived_in_port, 0);
    require(again.boot() == Status::kOk && again.take(offer_of(images_[2])) == Status::kOk);
    while (const std::optional<Want> want = again.want()) require(again.take(piece_of(images_[2], *want)) == Status::kOk);
  }

  void live(ByteReader& in) {
    const std::uint8_t choice = in.u8();
    flash_ = (choice & 1) != 0 ? factory_ : lived_in_;
    floor_ = 0;
    journal_is_ours_ = true;
    start();
    testing::for_each_step(in, [this](ByteReader& rest) { step(rest); });
    flash_.restore_power();
    start();
  }

 private:
  void step(ByteReader& in) {
    const std::uint8_t op = in.u8();
    switch (op % 8) {
      case 0: edit(op, in); break;
      case 1: start(); break;
      case 2: flash_.cut_at(1 + op / 8, testing::torn_patterns[in.u8() % 4]); break;
      case 3:
        flash_.restore_power();
        start();
        break;
      case 4:
        if (updater_) confirm();
        break;
      case 5:
        if (updater_) static_cast<void>(updater_->take(offer(op, in)));
        break;
      default:
        if (updater_) static_cast<void>(updater_->take(piece(op, in)));
        break;
    }
    if (!updater_) return;
    static_cast<void>(updater_->report());
    static_cast<void>(updater_->wants_start({}));
    if (const std::optional<Want> want = updater_->want()) {
      require(want->count >= 1 && want->count <= piece_size_bytes_max);
      require(want->offset + want->count <= sim_slot_size_bytes);
    }
  }

  /// The power comes on.
  void start() {
    updater_.reset();
    const UpdatePort port = maker_.port(flash_);
    InPlace loader(port);
    const Result<Chosen> chosen = choose_image(port, loader);
    if (!chosen) return;
    require(loader.last == chosen->slot && chosen->slot < slot_count);
    require(is_the_makers(chosen->slot));
    if (journal_is_ours_) require(chosen->image.security_counter >= floor_);
    running_ = *chosen;
    edited_ = false;
    updater_.emplace(ports_.emplace(port), chosen->slot);
    if (updater_->boot() != Status::kOk) updater_.reset();
  }
  void confirm() {
    if (updater_->confirm() == Status::kOk && !edited_) floor_ = std::max(floor_, running_.image.security_counter);
  }
  bool is_the_makers(SlotIndex slot) {
    const ByteSpan bytes = ByteSpan(flash_.bytes()).subspan(sim_slots_at + slot * sim_slot_size_bytes);
    return std::ranges::any_of(images_,
                               [&](const ImageFile& image) { return std::ranges::equal(bytes.first(image.size()), image); });
  }

  /// Some bytes anywhere, as a thief with a programmer writes them; or a whole image past every rule.
  void edit(std::uint8_t op, ByteReader& in) {
    edited_ = true;
    if (op / 8 % 4 == 3) return place(flash_, in.u8() % slot_count, images_[in.u8() % images_.size()]);
    std::uint32_t at = in.u16();
    if (op / 8 % 4 != 2) at += sim_slots_at;
    if (at < sim_slots_at) journal_is_ours_ = false;
    const std::size_t size = std::min<std::size_t>(in.u8() % 32, in.rest().size());
    for (const std::uint8_t byte : in.take(size))
      if (at < flash_.bytes().size()) flash_.bytes()[at++] = byte;
  }
  Offer offer(std::uint8_t op, ByteReader& in) {
    Offer offer = offer_of(images_[in.u8() % images_.size()]);
    if (op / 8 % 2 != 0) offer.size_bytes = in.u16();
    if (op / 16 % 2 != 0) offer.security_counter = in.u8();
    if (op / 32 % 2 != 0) offer.digest[0] ^= in.u8();
    Bytes<64> bytes{};
    ByteWriter out(bytes);
    encode(offer, out);
    return decode_offer(out.written()).ok() ? offer : offer_of(images_[2]);
  }
  Piece piece(std::uint8_t op, ByteReader& in) {
    Want want = updater_->want().value_or(Want{});
    const ImageFile& image = images_[in.u8() % images_.size()];
    piece_.fill(in.u8());
    for (std::size_t i = 0; i < want.count && want.offset + i < image.size(); ++i) piece_[i] = image[want.offset + i];
    if (op / 8 % 4 == 0) piece_[in.u16() % piece_.size()] = in.u8();
    if (op / 32 % 4 == 0) want.offset = in.u16();
    if (op / 32 % 4 == 1) want.count = static_cast<std::uint16_t>(in.u16() % (piece_size_bytes_max + 1));
    return {want.digest, want.offset, ByteSpan(piece_).first(want.count)};
  }

  Maker maker_;
  std::array<ImageFile, 4> images_{maker_.made(1, 4), maker_.made(2, 5), maker_.made(3, 6), maker_.made(4, 7)};
  SimFlash factory_{{.size_bytes = sim_slots_flash_size_bytes}};
  SimFlash lived_in_ = factory_;
  SimFlash flash_ = factory_;
  std::optional<UpdatePort> ports_;
  std::optional<Updater> updater_;
  Chosen running_;
  Bytes<piece_size_bytes_max> piece_{};
  std::uint32_t floor_ = 0;
  bool journal_is_ours_ = true;
  bool edited_ = false;  ///< since it runs: what it confirms may be another image than what was verified
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static Bench bench;
  ByteReader in(ByteSpan(data, size));
  bench.live(in);
  return 0;
}
