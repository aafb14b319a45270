// SPDX-License-Identifier: Apache-2.0
#include "core/session/fragments.hpp"

namespace cardea::session {
namespace {

constexpr std::uint16_t last_bit = 0x8000;
constexpr unsigned number_shift = 12;
constexpr std::uint16_t offset_mask = 0x0fff;
constexpr std::uint8_t ahead_max = 4;

}  // namespace

Fragmenter::Fragmenter(ByteSpan message, std::uint8_t number, std::size_t packet_size_bytes)
    : message_(message), number_(number), piece_size_((packet_size_bytes - fragment_head_size_bytes) / 2 * 2) {
  CARDEA_ASSERT(!message.empty() && message.size() <= message_size_bytes_max);
  CARDEA_ASSERT(number < fragment_number_count && packet_size_bytes >= fragment_size_bytes_min);
}

std::size_t Fragmenter::next(MutableByteSpan packet) {
  if (done()) return 0;
  const std::size_t size = std::min(piece_size_, message_.size() - offset_);
  const bool is_last = offset_ + size == message_.size();
  ByteWriter writer(packet);
  const unsigned numbered = (is_last ? unsigned{last_bit} : 0u) | unsigned{number_} << number_shift;
  writer.u16(static_cast<std::uint16_t>(numbered | offset_ / 2));
  writer.bytes(message_.subspan(offset_, size));
  CARDEA_ASSERT(writer.status() == Status::kOk);
  offset_ += size;
  return writer.size();
}

void Reassembler::reset() {
  number_.reset();
  whole_ = false;
}

void Reassembler::begin(std::uint8_t number) {
  number_ = number;
  std::ranges::fill(seen_, 0u);
  end_.reset();
  reach_ = 0;
  units_seen_ = 0;
  whole_ = false;
}

void Reassembler::fill(std::size_t offset, ByteSpan piece) {
  std::copy(piece.begin(), piece.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
  for (std::size_t unit = offset / 2; unit < (offset + piece.size() + 1) / 2; ++unit) {
    if (is_seen(unit)) continue;
    seen_[unit / 32] |= 1u << (unit % 32);
    ++units_seen_;
  }
  reach_ = std::max(reach_, offset + piece.size());
}

Result<std::optional<ByteSpan>> Reassembler::again(bool is_last, std::size_t offset, ByteSpan piece) const {
  const ByteSpan message = bytes_.first(*end_);
  if (!is_last || offset + piece.size() != message.size()) return Status::kStale;
  if (!std::ranges::equal(message.subspan(offset), piece)) return Status::kStale;
  return std::optional<ByteSpan>(message);
}

Result<std::optional<ByteSpan>> Reassembler::take(ByteSpan packet) {
  if (packet.size() <= fragment_head_size_bytes) return Status::kTooShort;
  const auto head = load_be<std::uint16_t>(packet);
  const ByteSpan piece = packet.subspan(fragment_head_size_bytes);
  const bool is_last = (head & last_bit) != 0;
  const auto number = static_cast<std::uint8_t>(head >> number_shift & (fragment_number_count - 1));
  const std::size_t offset = static_cast<std::size_t>(head & offset_mask) * 2;
  const std::size_t end = offset + piece.size();
  if (!is_last && piece.size() % 2 != 0) return Status::kMalformed;
  if (end > limit_) return Status::kOutOfRange;

  const std::uint8_t ahead = number_ ? (number - *number_) & (fragment_number_count - 1) : 1;
  if (ahead > ahead_max) return Status::kStale;
  if (ahead == 0 && whole_) return again(is_last, offset, piece);
  if (ahead != 0) begin(number);
  if (end_ ? end > *end_ || (is_last && end != *end_) : is_last && end < reach_) return Status::kMalformed;
  if (is_last) end_ = end;
  fill(offset, piece);
  whole_ = is_whole();
  if (!whole_) return std::optional<ByteSpan>();
  return std::optional<ByteSpan>(bytes_.first(*end_));
}

}  // namespace cardea::session
