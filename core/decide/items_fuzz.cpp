// SPDX-License-Identifier: Apache-2.0
// Whatever stands in flash: every item is taken in or refused, and what was taken in encodes to the same bytes.
#include <algorithm>

#include "core/decide/items.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cardea;
  static LockState state;
  state = {};
  ByteReader in({data, size});
  while (in.status() == Status::kOk && !in.rest().empty()) {
    const ItemKey key{in.u8(), in.u8()};
    const ByteSpan bytes = in.take(in.u8() % (item_size_bytes_max + 8));
    if (decode_item(state, key, bytes) != Status::kOk || bytes.empty()) continue;
    Bytes<item_size_bytes_max> buffer;
    ByteWriter writer(buffer);
    CARDEA_ASSERT(encode_item(state, key, writer) == Status::kOk);
    // What holds nothing may also have come as zeros; else the bytes are the same.
    CARDEA_ASSERT(writer.size() == 0 || std::ranges::equal(writer.written(), bytes));
  }
  return 0;
}
