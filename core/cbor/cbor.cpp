// SPDX-License-Identifier: Apache-2.0
#include "core/cbor/cbor.hpp"

namespace cardea::cbor {
namespace {

constexpr unsigned type_shift = 5;
constexpr std::uint8_t argument_mask = 0x1f;
constexpr std::uint8_t argument_u8 = 24;  // 24..27: the argument is the 1, 2, 4 or 8 bytes that follow
constexpr std::uint8_t argument_u64 = 27;
constexpr std::uint64_t integer_max = 0x7fff'ffff'ffff'ffff;

/// The argument behind an initial byte; `in` begins behind that byte.
std::uint64_t argument_of(std::uint8_t initial, ByteReader& in) {
  switch (initial & argument_mask) {
    case 24: return in.u8();
    case 25: return in.u16();
    case 26: return in.u32();
    case 27: return in.u64();
    default: return initial & argument_mask;
  }
}

}  // namespace

Type Reader::next() const {
  if (status_ != Status::kOk || rest_.empty()) return Type::kEnd;
  const unsigned type = rest_[0] >> type_shift;
  return type <= 5 ? static_cast<Type>(type) : Type::kOther;
}

void Reader::fail(Status status) {
  if (status_ == Status::kOk) status_ = status;
  rest_ = rest_.last(0);
}

std::uint64_t Reader::head(Type type) {
  if (status_ != Status::kOk) return 0;
  ByteReader in(rest_);
  const std::uint8_t initial = in.u8();
  const std::uint64_t argument = argument_of(initial, in);
  if (in.status() != Status::kOk) {
    fail(Status::kTooShort);
    return 0;
  }
  const std::size_t size = rest_.size() - in.rest().size();
  if (static_cast<Type>(initial >> type_shift) != type || (initial & argument_mask) > argument_u64 ||
      size != head_size_bytes(argument)) {
    fail(Status::kMalformed);
    return 0;
  }
  rest_ = in.rest();
  return argument;
}

std::int64_t Reader::integer() {
  const bool negative = next() == Type::kNegative;
  const std::uint64_t argument = head(negative ? Type::kNegative : Type::kUnsigned);
  if (argument > integer_max) {
    fail(Status::kMalformed);
    return 0;
  }
  if (status_ != Status::kOk) return 0;
  const auto value = static_cast<std::int64_t>(argument);
  return negative ? -1 - value : value;
}

void Reader::expect(std::int64_t value) {
  if (integer() != value) fail(Status::kMalformed);
}

ByteSpan Reader::string(Type type) {
  const std::uint64_t size = head(type);
  if (size > rest_.size()) fail(Status::kTooShort);
  if (status_ != Status::kOk) return {};
  const ByteSpan value = rest_.first(static_cast<std::size_t>(size));
  rest_ = rest_.subspan(value.size());
  return value;
}

ByteSpan Reader::bytes() { return string(Type::kBytes); }
ByteSpan Reader::text() { return string(Type::kText); }

ByteSpan Reader::bytes_of(std::size_t size) {
  const ByteSpan value = bytes();
  if (value.size() == size) return value;
  fail(Status::kMalformed);
  return {};
}

std::size_t Reader::count(Type type) {
  const std::uint64_t items = head(type);
  if (items > rest_.size()) fail(Status::kTooShort);
  return status_ == Status::kOk ? static_cast<std::size_t>(items) : 0;
}

std::size_t Reader::array() { return count(Type::kArray); }
std::size_t Reader::map() { return count(Type::kMap); }

void Reader::expect_array(std::size_t items) {
  if (array() != items) fail(Status::kMalformed);
}
void Reader::expect_map(std::size_t pairs) {
  if (map() != pairs) fail(Status::kMalformed);
}

Status Reader::finish() const {
  if (status_ != Status::kOk) return status_;
  return rest_.empty() ? Status::kOk : Status::kMalformed;
}

void Writer::head(Type type, std::uint64_t argument) {
  const auto initial = static_cast<std::uint8_t>(static_cast<unsigned>(type) << type_shift);
  switch (head_size_bytes(argument)) {
    case 1: out_.u8(static_cast<std::uint8_t>(initial | argument)); break;
    case 2:
      out_.u8(initial | argument_u8);
      out_.u8(static_cast<std::uint8_t>(argument));
      break;
    case 3:
      out_.u8(initial | (argument_u8 + 1));
      out_.u16(static_cast<std::uint16_t>(argument));
      break;
    case 5:
      out_.u8(initial | (argument_u8 + 2));
      out_.u32(static_cast<std::uint32_t>(argument));
      break;
    default:
      out_.u8(initial | argument_u64);
      out_.u64(argument);
      break;
  }
}

void Writer::integer(std::int64_t value) {
  if (value < 0)
    head(Type::kNegative, static_cast<std::uint64_t>(-1 - value));
  else
    head(Type::kUnsigned, static_cast<std::uint64_t>(value));
}

void Writer::bytes(ByteSpan value) {
  head(Type::kBytes, value.size());
  raw(value);
}

void Writer::text(ByteSpan value) {
  head(Type::kText, value.size());
  raw(value);
}

}  // namespace cardea::cbor
