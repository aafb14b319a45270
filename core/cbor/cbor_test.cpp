// SPDX-License-Identifier: Apache-2.0
// Encodings are those of RFC 8949, appendix A.
#include "core/cbor/cbor.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace cardea::cbor {
namespace {

using Buffer = std::vector<std::uint8_t>;

Buffer written(const Writer& writer) {
  EXPECT_EQ(writer.status(), Status::kOk);
  return {writer.written().begin(), writer.written().end()};
}

TEST(Cbor, IntegersAreThoseOfTheStandard) {
  const std::vector<std::pair<std::int64_t, Buffer>> cases{{0, {0x00}},
                                                           {23, {0x17}},
                                                           {24, {0x18, 0x18}},
                                                           {255, {0x18, 0xff}},
                                                           {256, {0x19, 0x01, 0x00}},
                                                           {1'000'000, {0x1a, 0x00, 0x0f, 0x42, 0x40}},
                                                           {1'000'000'000'000, {0x1b, 0, 0, 0, 0xe8, 0xd4, 0xa5, 0x10, 0}},
                                                           {-1, {0x20}},
                                                           {-10, {0x29}},
                                                           {-100, {0x38, 0x63}},
                                                           {-1'000, {0x39, 0x03, 0xe7}},
                                                           {-65'537, {0x3a, 0x00, 0x01, 0x00, 0x00}}};
  for (const auto& [value, bytes] : cases) {
    Bytes<16> out;
    Writer writer(out);
    writer.integer(value);
    EXPECT_EQ(written(writer), bytes) << value;
    Reader reader(bytes);
    EXPECT_EQ(reader.integer(), value);
    EXPECT_EQ(reader.finish(), Status::kOk) << value;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      Reader cut(ByteSpan(bytes).first(size));
      EXPECT_EQ(cut.integer(), 0);
      EXPECT_EQ(cut.finish(), Status::kTooShort) << value;
    }
  }
}

TEST(Cbor, StringsArraysAndMapsAreThoseOfTheStandard) {
  Bytes<32> out;
  Writer writer(out);
  writer.map(1);
  writer.text(ascii("a"));
  writer.array(2);
  writer.bytes(Buffer{1, 2, 3, 4});
  writer.bytes({});
  const Buffer bytes{0xa1, 0x61, 0x61, 0x82, 0x44, 1, 2, 3, 4, 0x40};
  EXPECT_EQ(written(writer), bytes);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    Reader reader(ByteSpan(bytes).first(size));
    reader.expect_map(1);
    const ByteSpan key = reader.text();
    reader.expect_array(2);
    const ByteSpan four = reader.bytes_of(4);
    (void)reader.bytes();
    EXPECT_EQ(reader.finish() == Status::kOk, size == bytes.size()) << size;
    EXPECT_TRUE(size < bytes.size() || (key.size() == 1 && four.size() == 4 && four[3] == 4));
  }
}

TEST(Cbor, RefusesEveryOtherEncodingOfTheSameThing) {
  for (const Buffer& longer : std::vector<Buffer>{{0x18, 0x17},
                                                  {0x19, 0, 0xff},
                                                  {0x1a, 0, 0, 0xff, 0xff},
                                                  {0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff},
                                                  {0x38, 0x00},
                                                  {0x1b, 0x80, 0, 0, 0, 0, 0, 0, 0},
                                                  {0x1c},
                                                  {0x1f},
                                                  {0x3f}}) {
    Reader reader(longer);
    (void)reader.integer();
    EXPECT_EQ(reader.finish(), Status::kMalformed) << int{longer[0]};
  }
  for (const Buffer& string : std::vector<Buffer>{{0x58, 1, 0}, {0x5f, 0x41, 0, 0xff}, {0x61, 0}, {0xc0, 0x40}}) {
    Reader reader(string);
    (void)reader.bytes();
    EXPECT_EQ(reader.finish(), Status::kMalformed) << int{string[0]};
  }
  const Buffer indefinite{0x9f, 6, 2, 0xff};
  Reader reader(indefinite);
  EXPECT_EQ(reader.array(), 0u);
  EXPECT_EQ(reader.finish(), Status::kMalformed);
}

TEST(Cbor, NoCountIsLargerThanWhatIsThere) {
  const Buffer huge{0x9a, 0xff, 0xff, 0xff, 0xff, 1};
  Reader reader(huge);
  EXPECT_EQ(reader.array(), 0u);
  EXPECT_EQ(reader.finish(), Status::kTooShort);
  const Buffer string{0x5b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1};
  Reader other(string);
  EXPECT_TRUE(other.bytes().empty());
  EXPECT_EQ(other.finish(), Status::kTooShort);
}

TEST(Cbor, AfterAFailureNothingIsReadAndTheFirstReasonStays) {
  const Buffer bytes{0x40, 0x01, 0x02};
  Reader reader(bytes);
  EXPECT_EQ(reader.integer(), 0);
  EXPECT_EQ(reader.next(), Type::kEnd);
  EXPECT_EQ(reader.integer(), 0);
  EXPECT_TRUE(reader.bytes().empty());
  EXPECT_EQ(reader.finish(), Status::kMalformed);
  Reader left_over(bytes);
  (void)left_over.bytes();
  EXPECT_EQ(left_over.finish(), Status::kMalformed) << "bytes are left";
}

TEST(Cbor, AWriterWithoutRoomSaysSo) {
  Bytes<3> out;
  Writer writer(out);
  writer.bytes(Buffer{1, 2, 3});
  EXPECT_EQ(writer.status(), Status::kFull);
}

}  // namespace
}  // namespace cardea::cbor
