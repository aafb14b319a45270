// SPDX-License-Identifier: Apache-2.0
// Whatever decodes must encode to the same bytes.
#include "core/audit/record.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace cardea;
  const ByteSpan input(data, size);
  const Result<audit::Record> record = audit::decode(input);
  if (!record.ok()) return 0;
  const audit::RecordBytes again = audit::encode(*record);
  if (!std::equal(again.begin(), again.end(), input.begin(), input.end())) __builtin_trap();
  return 0;
}
