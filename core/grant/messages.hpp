// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a phone and a lock say to each other in the records of their session. Bytes: spec/grant.md §4. Decoders take the whole
// message: kTooShort, kMalformed (bytes left over, another type), kOutOfRange.

#include "core/grant/grant.hpp"

namespace cardea::grant {

enum class MessageType : std::uint8_t { kReady = 0x60, kList = 0x61, kListed = 0x62, kOpen = 0x63, kVerdict = 0x64 };

inline constexpr std::size_t phone_message_size_bytes_max = 1 + list_size_bytes_max;
inline constexpr std::size_t lock_message_size_bytes_max = 7;

/// Lock: the list that it has.
struct Ready {
  std::uint32_t number = 0;
  std::uint16_t epoch = 0;
};
void encode(const Ready& message, ByteWriter& out);
Result<Ready> decode_ready(ByteSpan message);

/// Lock: what became of a list.
struct Listed {
  std::uint32_t number = 0;
  Status status = Status::kOk;
};
void encode(const Listed& message, ByteWriter& out);
Result<Listed> decode_listed(ByteSpan message);

/// Lock: what became of *open*.
struct Answer {
  bool opened = false;
  std::uint8_t reason = 0;  ///< of a refusal: spec/event.md §3
};
void encode(const Answer& message, ByteWriter& out);
Result<Answer> decode_answer(ByteSpan message);

}  // namespace cardea::grant
