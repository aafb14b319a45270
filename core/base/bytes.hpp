// SPDX-License-Identifier: Apache-2.0
#pragma once
// Bytes: spans, big-endian integers, and a bounded reader and writer for every format of spec/.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/result.hpp"

namespace cardea {

using ByteSpan = std::span<const std::uint8_t>;
using MutableByteSpan = std::span<std::uint8_t>;
template <std::size_t N>
using Bytes = std::array<std::uint8_t, N>;

/// A number as it lies in a format, or back.
template <class T>
constexpr T big_endian(T value) {
  return std::endian::native == std::endian::big ? value : std::byteswap(value);
}
/// Big-endian loads and stores; `T` is an unsigned integer. The span's size is asserted. A running program copies with the
/// compiler's own memcpy, which is one instruction: a compiler for size leaves a loop a loop, and calls std::memcpy.
template <class T>
constexpr T load_be(ByteSpan in) {
  CARDEA_ASSERT(in.size() >= sizeof(T));
  T value = 0;
  if consteval {
    for (std::size_t i = 0; i < sizeof(T); ++i) value = static_cast<T>((static_cast<std::uint64_t>(value) << 8) | in[i]);
    return value;
  }
  __builtin_memcpy(&value, in.data(), sizeof(T));
  return big_endian(value);
}
template <class T>
constexpr void store_be(T value, MutableByteSpan out) {
  CARDEA_ASSERT(out.size() >= sizeof(T));
  if consteval {
    for (std::size_t i = 0; i < sizeof(T); ++i)
      out[i] = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * (sizeof(T) - 1 - i)));
    return;
  }
  const T stored = big_endian(value);
  __builtin_memcpy(out.data(), &stored, sizeof(T));
}

/// Reads a format field by field. After the first field that is not there everything reads as zero and `status()` is
/// kTooShort, so a parser checks once, at its end, with `finish()`.
class ByteReader {
 public:
  explicit constexpr ByteReader(ByteSpan in) : rest_(in) {}

  template <class T>
  constexpr T be() {
    const ByteSpan field = take(sizeof(T));
    return field.empty() ? T{0} : load_be<T>(field);
  }
  constexpr std::uint8_t u8() { return be<std::uint8_t>(); }
  constexpr std::uint16_t u16() { return be<std::uint16_t>(); }
  constexpr std::uint32_t u32() { return be<std::uint32_t>(); }
  constexpr std::uint64_t u64() { return be<std::uint64_t>(); }

  /// The next `count` bytes, or an empty span.
  constexpr ByteSpan take(std::size_t count) {
    if (short_ || rest_.size() < count) {
      short_ = true;
      return {};
    }
    const ByteSpan field = rest_.first(count);
    rest_ = rest_.subspan(count);
    return field;
  }
  template <std::size_t N>
  constexpr Bytes<N> array() {
    Bytes<N> out{};
    const ByteSpan field = take(N);
    std::copy(field.begin(), field.end(), out.begin());
    return out;
  }

  [[nodiscard]] constexpr ByteSpan rest() const { return rest_; }
  [[nodiscard]] constexpr Status status() const { return short_ ? Status::kTooShort : Status::kOk; }
  /// kOk when every field was there and nothing is left; kMalformed when bytes are left over.
  [[nodiscard]] constexpr Status finish() const {
    if (short_) return Status::kTooShort;
    return rest_.empty() ? Status::kOk : Status::kMalformed;
  }

 private:
  ByteSpan rest_;
  bool short_ = false;
};

/// Writes a format field by field into a buffer that the caller owns. Writing past its end writes nothing more and
/// `status()` is kFull.
class ByteWriter {
 public:
  explicit constexpr ByteWriter(MutableByteSpan out) : out_(out) {}

  template <class T>
  constexpr void be(T value) {
    const MutableByteSpan field = room(sizeof(T));
    if (!field.empty()) store_be<T>(value, field);
  }
  constexpr void u8(std::uint8_t value) { be(value); }
  constexpr void u16(std::uint16_t value) { be(value); }
  constexpr void u32(std::uint32_t value) { be(value); }
  constexpr void u64(std::uint64_t value) { be(value); }
  constexpr void bytes(ByteSpan in) {
    const MutableByteSpan field = room(in.size());
    std::copy_n(in.begin(), field.size(), field.begin());
  }

  /// The next `count` bytes of the buffer, for the caller to fill; empty when there is no room.
  constexpr MutableByteSpan room(std::size_t count) {
    if (full_ || out_.size() - used_ < count) {
      full_ = true;
      return {};
    }
    const MutableByteSpan field = out_.subspan(used_, count);
    used_ += count;
    return field;
  }

  [[nodiscard]] constexpr std::size_t size() const { return used_; }
  [[nodiscard]] constexpr ByteSpan written() const { return out_.first(used_); }
  [[nodiscard]] constexpr Status status() const { return full_ ? Status::kFull : Status::kOk; }

 private:
  MutableByteSpan out_;
  std::size_t used_ = 0;
  bool full_ = false;
};

/// The characters of a label or tag, without the terminator.
template <std::size_t N>
constexpr Bytes<N - 1> ascii(const char (&text)[N]) {
  Bytes<N - 1> out{};
  for (std::size_t i = 0; i + 1 < N; ++i) out[i] = static_cast<std::uint8_t>(text[i]);
  return out;
}

}  // namespace cardea
