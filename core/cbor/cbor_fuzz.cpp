// SPDX-License-Identifier: Apache-2.0
// Any bytes, item by item: what is read is written again as the same bytes.
#include "core/cbor/cbor.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cardea;
  using namespace cardea::cbor;
  if (size > 4'096) return 0;
  const ByteSpan input(data, size);
  static Bytes<4'096> buffer;
  Reader reader(input);
  Writer writer(buffer);
  for (Type next = reader.next(); next != Type::kEnd; next = reader.next()) {
    const ByteSpan before = reader.rest();
    const std::size_t size_before = writer.size();
    switch (next) {
      case Type::kUnsigned:
      case Type::kNegative: writer.integer(reader.integer()); break;
      case Type::kBytes: writer.bytes(reader.bytes()); break;
      case Type::kText: writer.text(reader.text()); break;
      case Type::kArray: writer.array(reader.array()); break;
      case Type::kMap: writer.map(reader.map()); break;
      default: reader.refuse(); break;
    }
    if (reader.status() != Status::kOk) return 0;
    if (!std::ranges::equal(reader.since(before), writer.written().subspan(size_before))) __builtin_trap();
  }
  return 0;
}
