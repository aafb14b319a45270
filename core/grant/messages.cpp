// SPDX-License-Identifier: Apache-2.0
#include "core/grant/messages.hpp"

namespace cardea::grant {
namespace {

void write_type(MessageType type, ByteWriter& out) { out.u8(static_cast<std::uint8_t>(type)); }

Status read_type(ByteReader& in, MessageType type) {
  const std::uint8_t read = in.u8();
  CARDEA_TRY(in.status());
  return read == static_cast<std::uint8_t>(type) ? Status::kOk : Status::kMalformed;
}

}  // namespace

void encode(const Ready& message, ByteWriter& out) {
  write_type(MessageType::kReady, out);
  out.u32(message.number);
  out.u16(message.epoch);
}

Result<Ready> decode_ready(ByteSpan message) {
  ByteReader in(message);
  CARDEA_TRY(read_type(in, MessageType::kReady));
  const Ready ready{in.u32(), in.u16()};
  CARDEA_TRY(in.finish());
  return ready;
}

void encode(const Listed& message, ByteWriter& out) {
  write_type(MessageType::kListed, out);
  out.u32(message.number);
  out.u8(static_cast<std::uint8_t>(message.status));
}

Result<Listed> decode_listed(ByteSpan message) {
  ByteReader in(message);
  CARDEA_TRY(read_type(in, MessageType::kListed));
  Listed listed;
  listed.number = in.u32();
  const std::uint8_t status = in.u8();
  CARDEA_TRY(in.finish());
  if (status > static_cast<std::uint8_t>(Status::kCryptoFailed)) return Status::kOutOfRange;
  listed.status = static_cast<Status>(status);
  return listed;
}

void encode(const Answer& message, ByteWriter& out) {
  write_type(MessageType::kVerdict, out);
  out.u8(message.opened ? 0 : 1);
  out.u8(message.reason);
}

Result<Answer> decode_answer(ByteSpan message) {
  ByteReader in(message);
  CARDEA_TRY(read_type(in, MessageType::kVerdict));
  const std::uint8_t outcome = in.u8();
  const std::uint8_t reason = in.u8();
  CARDEA_TRY(in.finish());
  if (outcome > 1 || (outcome == 0 && reason != 0)) return Status::kOutOfRange;
  return Answer{outcome == 0, reason};
}

}  // namespace cardea::grant
