// SPDX-License-Identifier: Apache-2.0
// Any number and any fields: what is decoded encodes back, and what is refused never asserts.
#include "core/base/bytes.hpp"
#include "core/codes/digits.hpp"
#include "core/codes/windows.hpp"

namespace cardea {
namespace {

void numbers(ByteReader& in, std::uint8_t digits) {
  const std::uint64_t number = in.u64();
  const Result<Descriptor> descriptor = descriptor_of(number, digits);
  if (!descriptor.ok()) return;
  CARDEA_ASSERT(number_of(*descriptor, digits).value() == number);
  if (has_window(descriptor->family)) CARDEA_ASSERT(interval_of(*descriptor).begins < interval_of(*descriptor).ends);
}

void fields(ByteReader& in, std::uint8_t digits) {
  const Descriptor descriptor{static_cast<Family>(in.u8()), in.u8(), in.u32(), in.u32()};
  const Result<std::uint64_t> number = number_of(descriptor, digits);
  CARDEA_ASSERT(number.ok() == (check(descriptor, digits) == Status::kOk));
  if (number.ok()) CARDEA_ASSERT(descriptor_of(*number, digits).value() == descriptor);
}

void windows(ByteReader& in) {
  WindowRequest request{static_cast<Family>(in.u8() % 8), {in.u64()}, {in.u64()}, {}};
  if (in.u8() % 2 == 1) request.cleared_before = UnixSeconds{in.u64()};
  const auto picked = pick_window(request, [&](const Descriptor& d) { return d.index == 3 || d.klass % 2 == 0; });
  if (picked.ok()) CARDEA_ASSERT(check(picked->descriptor, 12) == Status::kOk && picked->interval.ends >= request.to);
}

}  // namespace
}  // namespace cardea

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  cardea::ByteReader in({data, size});
  const auto digits = static_cast<std::uint8_t>(9 + in.u8() % 4);
  cardea::numbers(in, digits);
  cardea::fields(in, digits);
  cardea::windows(in);
  return 0;
}
