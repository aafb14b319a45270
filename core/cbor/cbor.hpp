// SPDX-License-Identifier: Apache-2.0
#pragma once
// CBOR (RFC 8949) as far as we speak it: integers, byte and text strings, arrays and maps of a known size, in the one
// deterministic encoding of §4.2.1. Everything else is refused: longer forms, indefinite lengths, tags, floats.
// Formats have fixed shapes, so a parser asks for what must come next; keys of a map are asked for in their order.

#include "core/base/bytes.hpp"

namespace cardea::cbor {

/// What comes next.
enum class Type : std::uint8_t {
  kUnsigned = 0,
  kNegative = 1,
  kBytes = 2,
  kText = 3,
  kArray = 4,
  kMap = 5,
  kOther = 6,
  kEnd = 7
};

/// Reads item by item. After the first that is not there, or is not what was asked for, everything reads as zero or empty, and
/// a parser checks once, with finish(): kTooShort or kMalformed.
class Reader {
 public:
  explicit Reader(ByteSpan in) : rest_(in) {}

  [[nodiscard]] Type next() const;
  /// An integer, -2^63 to 2^63 - 1.
  std::int64_t integer();
  /// The same where only this value may stand.
  void expect(std::int64_t value);
  ByteSpan bytes();
  ByteSpan text();
  /// Byte string of this size only.
  ByteSpan bytes_of(std::size_t size);
  /// How many items follow; a map has as many pairs. Never more than there are bytes left.
  std::size_t array();
  std::size_t map();
  /// The same where only this count may stand.
  void expect_array(std::size_t count);
  void expect_map(std::size_t count);
  /// What a format forbids although it is CBOR.
  void refuse() { fail(Status::kMalformed); }

  [[nodiscard]] ByteSpan rest() const { return rest_; }
  /// The bytes since `before`, a rest() of earlier on.
  [[nodiscard]] ByteSpan since(ByteSpan before) const { return before.first(before.size() - rest_.size()); }
  [[nodiscard]] Status status() const { return status_; }
  [[nodiscard]] Status finish() const;

 private:
  std::uint64_t head(Type type);
  ByteSpan string(Type type);
  std::size_t count(Type type);
  void fail(Status status);

  ByteSpan rest_;
  Status status_ = Status::kOk;
};

/// Writes into a buffer that the caller owns; past its end it writes nothing more, and status() is kFull.
class Writer {
 public:
  explicit Writer(MutableByteSpan out) : out_(out) {}

  void integer(std::int64_t value);
  void bytes(ByteSpan value);
  void text(ByteSpan value);
  void array(std::size_t count) { head(Type::kArray, count); }
  void map(std::size_t count) { head(Type::kMap, count); }
  /// A byte string whose content the caller writes next, with raw().
  void bytes_head(std::size_t size) { head(Type::kBytes, size); }
  /// Items that are encoded already, or the content of a string.
  void raw(ByteSpan encoded) { out_.bytes(encoded); }
  /// The next `count` bytes, for the caller to fill; empty when there is no room.
  MutableByteSpan room(std::size_t count) { return out_.room(count); }

  [[nodiscard]] ByteSpan written() const { return out_.written(); }
  [[nodiscard]] std::size_t size() const { return out_.size(); }
  [[nodiscard]] Status status() const { return out_.status(); }

 private:
  void head(Type type, std::uint64_t argument);

  ByteWriter out_;
};

/// Size of the head of a string, array or map with this argument.
constexpr std::size_t head_size_bytes(std::uint64_t argument) {
  if (argument < 24) return 1;
  if (argument <= 0xff) return 2;
  if (argument <= 0xffff) return 3;
  return argument <= 0xffff'ffff ? 5 : 9;
}

}  // namespace cardea::cbor
