// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "core/base/bytes.hpp"
#include "core/base/hardened.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"

namespace cardea {
namespace {

TEST(ByteReader, ReportsAnyMissingFieldAtTheEnd) {
  const Bytes<3> in{1, 2, 3};
  ByteReader reader(in);
  EXPECT_EQ(reader.u16(), 0x0102);
  EXPECT_EQ(reader.u16(), 0);
  EXPECT_EQ(reader.u8(), 0) << "nothing is read after the first field that is not there";
  EXPECT_EQ(reader.finish(), Status::kTooShort);
}

TEST(ByteReader, RefusesBytesLeftOver) {
  const Bytes<3> in{1, 2, 3};
  ByteReader reader(in);
  reader.u16();
  EXPECT_EQ(reader.finish(), Status::kMalformed);
  reader.u8();
  EXPECT_EQ(reader.finish(), Status::kOk);
}

TEST(ByteWriter, NeverWritesPastItsBuffer) {
  Bytes<4> out{};
  ByteWriter writer(MutableByteSpan(out).first(3));
  writer.u16(0xffff);
  writer.u16(0xffff);
  EXPECT_EQ(writer.status(), Status::kFull);
  EXPECT_EQ(out, (Bytes<4>{0xff, 0xff, 0, 0}));
}

TEST(BigEndian, StoresAndLoadsEveryWidth) {
  Bytes<8> out{};
  store_be<std::uint64_t>(0x0102030405060708, out);
  EXPECT_EQ(out, (Bytes<8>{1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(load_be<std::uint64_t>(out), 0x0102030405060708u);
  EXPECT_EQ(load_be<std::uint32_t>(out), 0x01020304u);
}

Result<int> half(int value) {
  if (value % 2 != 0) return Status::kOutOfRange;
  return value / 2;
}
Result<int> quarter(int value) {
  CARDEA_ASSIGN(const int once, half(value));
  CARDEA_ASSIGN(const int twice, half(once));
  return twice;
}

TEST(Result, HandsTheFirstErrorOn) {
  EXPECT_EQ(quarter(8).value(), 2);
  EXPECT_EQ(quarter(6).status(), Status::kOutOfRange);
  EXPECT_EQ(quarter(8).status(), Status::kOk);
}

TEST(Secret, ComparesBytesOnlyThroughTheOneFunction) {
  const Bytes<2> a{1, 2};
  const Bytes<2> b{1, 3};
  EXPECT_TRUE(equal_constant_time(a, a));
  EXPECT_FALSE(equal_constant_time(a, b));
  EXPECT_FALSE(equal_constant_time(a, ByteSpan(a).first(1)));
  static_assert(!std::equality_comparable<KeyBytes>);
}

enum class Word : std::uint32_t { kNo = 0x3A5C96E1, kYes = 0xC5A3691E };

TEST(Hardened, HoldsOneWordOnly) {
  EXPECT_TRUE(holds(Word::kYes, Word::kYes));
  EXPECT_FALSE(holds(Word::kNo, Word::kYes));
  for (unsigned bit = 0; bit < 32; ++bit)
    EXPECT_FALSE(holds(static_cast<Word>(static_cast<std::uint32_t>(Word::kYes) ^ 1u << bit), Word::kYes)) << bit;
}

TEST(Hardened, SpoilsAYesByAnyObjection) {
  Word word = Word::kNo;
  write_twice(word, Word::kYes);
  object(word, 0);
  EXPECT_TRUE(holds(word, Word::kYes));
  object(word, 1);
  object(word, 0);
  EXPECT_FALSE(holds(word, Word::kYes));
  object(word, 255);
  EXPECT_FALSE(holds(word, Word::kYes)) << "a second objection does not take the first one back";
}

}  // namespace
}  // namespace cardea
