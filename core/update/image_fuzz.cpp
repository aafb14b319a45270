// SPDX-License-Identifier: Apache-2.0
// An image that reads lies within its slot; a message that decodes encodes to the same bytes.
#include "core/update/messages.hpp"
#include "core/update/testing/made_image.hpp"

namespace {

using namespace cardea;

template <class Message>
void expect_same(ByteSpan input, const Result<Message>& message) {
  if (!message.ok()) return;
  Bytes<2'048> again{};
  ByteWriter out(again);
  update::encode(*message, out);
  if (!std::equal(input.begin(), input.end(), again.begin(), again.begin() + static_cast<std::ptrdiff_t>(out.size())))
    __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const ByteSpan input(data, size);
  const update::MemoryImage bytes({input.begin(), input.end()}, input.size());
  const Result<update::Image> image = update::read_image(bytes, update::test_hardware);
  if (image.ok() && (image->size_bytes > size || image->signed_bytes > image->size_bytes)) __builtin_trap();
  expect_same(input, update::decode_offer(input));
  expect_same(input, update::decode_want(input));
  expect_same(input, update::decode_piece(input));
  expect_same(input, update::decode_report(input));
  return 0;
}
