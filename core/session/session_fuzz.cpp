// SPDX-License-Identifier: Apache-2.0
// Hostile bytes at everything of a session that reads any: M1, stored values, and packets, of which what is whole is within its
// limit and is what its pieces said.
#include <cstring>

#include "core/session/fragments.hpp"
#include "core/session/handshake.hpp"
#include "core/session/records.hpp"

namespace {

using namespace cardea;
using namespace cardea::session;

void check_values(ByteSpan input) {
  if (const auto ratchet = decode_ratchet(input); ratchet.ok()) {
    Bytes<ratchet_size_bytes> again;
    encode(*ratchet, again);
    if (!std::ranges::equal(again, input)) __builtin_trap();
  }
  if (const auto state = decode_record_state(input); state.ok()) {
    Bytes<record_state_size_bytes> again;
    encode(*state, again);
    if (!std::ranges::equal(again, input)) __builtin_trap();
  }
  if (decode_m1(input).ok() && (input.size() != m1_size_bytes || input[0] != m1_type)) __builtin_trap();
}

/// The input as packets: a byte of size, then the packet.
void check_packets(ByteSpan input) {
  static Reassembler::Memory<1'024> memory;
  Reassembler reassembler(memory);
  if (!input.empty() && (input[0] & 1) != 0) reassembler.set_limit(1'024);
  for (ByteReader reader(input); !reader.rest().empty() && reader.status() == Status::kOk;) {
    const ByteSpan packet = reader.take(reader.u8());
    const auto whole = reassembler.take(packet);
    if (!whole.ok() || !*whole) continue;
    const ByteSpan message = **whole;
    if (message.empty() || message.size() > 1'024) __builtin_trap();
    const std::size_t offset = static_cast<std::size_t>(load_be<std::uint16_t>(packet) & 0x0fff) * 2;
    const ByteSpan piece = packet.subspan(fragment_head_size_bytes);
    if (!std::ranges::equal(message.subspan(offset, piece.size()), piece)) __builtin_trap();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check_values({data, size});
  check_packets({data, size});
  return 0;
}
