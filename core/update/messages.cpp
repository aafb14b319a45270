// SPDX-License-Identifier: Apache-2.0
#include "core/update/messages.hpp"

#include "core/link/message_body.hpp"

namespace cardea::update {
namespace {

using link::begin;
using link::body_of;
using link::MessageType;
using link::status_count;

constexpr std::uint8_t state_count = static_cast<std::uint8_t>(ImageState::kRefused) + 1;

}  // namespace

void encode(const Offer& m, ByteWriter& out) {
  begin(out, MessageType::kImageOffer);
  out.u32(m.size_bytes);
  out.bytes(m.digest);
  out.u32(m.security_counter);
  out.u8(m.version.major);
  out.u8(m.version.minor);
  out.u16(m.version.revision);
  out.u32(m.version.build);
}

Result<Offer> decode_offer(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kImageOffer);
  Offer m;
  m.size_bytes = in.u32();
  m.digest = in.array<digest_size_bytes>();
  m.security_counter = in.u32();
  m.version.major = in.u8();
  m.version.minor = in.u8();
  m.version.revision = in.u16();
  m.version.build = in.u32();
  CARDEA_TRY(in.finish());
  return m.size_bytes == 0 ? Result<Offer>(Status::kOutOfRange) : m;
}

void encode(const Want& m, ByteWriter& out) {
  begin(out, MessageType::kImageWant);
  out.bytes(m.digest);
  out.u32(m.offset);
  out.u16(m.count);
}

Result<Want> decode_want(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kImageWant);
  Want m;
  m.digest = in.array<digest_size_bytes>();
  m.offset = in.u32();
  m.count = in.u16();
  CARDEA_TRY(in.finish());
  if (m.count == 0 || m.count > piece_size_bytes_max) return Status::kOutOfRange;
  return m;
}

void encode(const Piece& m, ByteWriter& out) {
  begin(out, MessageType::kImagePiece);
  out.bytes(m.digest);
  out.u32(m.offset);
  out.bytes(m.bytes);
}

Result<Piece> decode_piece(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kImagePiece);
  Piece m;
  m.digest = in.array<digest_size_bytes>();
  m.offset = in.u32();
  CARDEA_TRY(in.status());
  m.bytes = in.rest();
  if (m.bytes.empty() || m.bytes.size() > piece_size_bytes_max) return Status::kOutOfRange;
  return m;
}

std::string_view name_of(ImageState state) {
  switch (state) {
    case ImageState::kArriving: return "arriving";
    case ImageState::kWaiting: return "waiting";
    case ImageState::kOnTrial: return "on_trial";
    case ImageState::kConfirmed: return "confirmed";
    case ImageState::kRefused: return "refused";
  }
  return "";
}

void encode(const Report& m, ByteWriter& out) {
  begin(out, MessageType::kImageReport);
  out.bytes(m.digest);
  out.u8(static_cast<std::uint8_t>(m.state));
  out.u32(m.standing_bytes);
  out.u8(static_cast<std::uint8_t>(m.status));
}

Result<Report> decode_report(ByteSpan message) {
  ByteReader in = body_of(message, MessageType::kImageReport);
  Report m;
  m.digest = in.array<digest_size_bytes>();
  const std::uint8_t state = in.u8();
  m.standing_bytes = in.u32();
  const std::uint8_t status = in.u8();
  CARDEA_TRY(in.finish());
  if (state >= state_count || status >= status_count) return Status::kOutOfRange;
  m.state = static_cast<ImageState>(state);
  m.status = static_cast<Status>(status);
  if ((m.state == ImageState::kRefused) != (m.status != Status::kOk)) return Status::kOutOfRange;
  return m;
}

}  // namespace cardea::update
