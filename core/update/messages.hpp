// SPDX-License-Identifier: Apache-2.0
#pragma once
// The messages by which an image reaches a lock. Bytes: spec/update.md §3. They are messages of the link (spec/link.md §3):
// encode() writes the type byte too, and decoders take the whole message. Decoders say kTooShort, kMalformed (bytes left over,
// another type) or kOutOfRange; spans in a decoded message point into the input.

#include "core/link/messages.hpp"
#include "core/update/image.hpp"

namespace cardea::update {

inline constexpr std::size_t piece_size_bytes_max = 1'024;
inline constexpr std::size_t piece_message_size_bytes_max = 1 + digest_size_bytes + 4 + 2 + piece_size_bytes_max;

/// Platform: the image that the lock is to run.
struct Offer {
  std::uint32_t size_bytes = 0;
  Digest digest{};
  std::uint32_t security_counter = 0;
  Version version;
};
void encode(const Offer& message, ByteWriter& out);
Result<Offer> decode_offer(ByteSpan message);

/// Lock: the piece that it wants next.
struct Want {
  Digest digest{};
  std::uint32_t offset = 0;
  std::uint16_t count = 0;  ///< 1..1,024
};
void encode(const Want& message, ByteWriter& out);
Result<Want> decode_want(ByteSpan message);

/// Platform: a piece.
struct Piece {
  Digest digest{};
  std::uint32_t offset = 0;
  ByteSpan bytes;  ///< 1..1,024
};
void encode(const Piece& message, ByteWriter& out);
Result<Piece> decode_piece(ByteSpan message);

enum class ImageState : std::uint8_t {
  kArriving = 0,
  kWaiting = 1,    ///< verified, for the next start
  kOnTrial = 2,    ///< it runs, and has not said that it works
  kConfirmed = 3,  ///< it runs
  kRefused = 4,
};

/// "on_trial".
std::string_view name_of(ImageState state);

/// Lock: what became of an image.
struct Report {
  Digest digest{};
  ImageState state = ImageState::kConfirmed;
  std::uint32_t standing_bytes = 0;  ///< of one that is arriving; else 0
  Status status = Status::kOk;       ///< why it was refused; else kOk
};
void encode(const Report& message, ByteWriter& out);
Result<Report> decode_report(ByteSpan message);

}  // namespace cardea::update
