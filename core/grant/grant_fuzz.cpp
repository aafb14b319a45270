// SPDX-License-Identifier: Apache-2.0
// Any bytes as a grant, a list, counts and messages: what is read is written again as the same bytes.
#include <algorithm>

#include "core/grant/messages.hpp"
#include "core/grant/uses.hpp"

namespace {

using namespace cardea;

template <class Value>
void check_same(const Value& value, ByteSpan input) {
  Bytes<std::max(grant::list_size_bytes_max, grant::uses_size_bytes_max)> again{};
  ByteWriter out(again);
  if constexpr (std::is_same_v<decltype(encode(value, out)), Status>)
    CARDEA_ASSERT(encode(value, out) == Status::kOk);
  else
    encode(value, out);
  CARDEA_ASSERT(std::ranges::equal(out.written(), input));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteSpan input(data, size);
  if (const auto read = grant::decode(input); read.ok()) check_same(*read, input);
  if (grant::Uses uses; grant::decode(input, uses) == Status::kOk) check_same(uses, input);
  if (const auto read = grant::decode_ready(input); read.ok()) check_same(*read, input);
  if (const auto read = grant::decode_listed(input); read.ok()) check_same(*read, input);
  if (const auto read = grant::decode_answer(input); read.ok()) check_same(*read, input);
  ByteReader in(input);
  if (grant::Denials denials; grant::decode(in, denials) == Status::kOk && in.rest().empty()) check_same(denials, input);
  grant::Denials unverified;
  static_cast<void>(grant::read_list(input, unverified) == Status::kOk);
  return 0;
}
