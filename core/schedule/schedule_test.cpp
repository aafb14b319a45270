// SPDX-License-Identifier: Apache-2.0
#include "core/schedule/schedule.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "core/base/testing/vectors.hpp"

namespace cardea {
namespace {

namespace json = boost::json;
using Buffer = std::vector<std::uint8_t>;

// Made by tests/schedule/vectors_test.py, which shares no code with core/schedule.
const json::object& vectors() {
  static const json::object parsed = read_vector_file("schedule_v1.json");
  return parsed;
}

ScheduleState state_of(const json::value& name) {
  if (name.as_string() == "open") return ScheduleState::kOpen;
  return name.as_string() == "closed" ? ScheduleState::kClosed : ScheduleState::kUnknown;
}

// [rule: S3]
TEST(ScheduleSet, RefusesWhatIsNotASetAndKeepsWhatItHad) {
  ScheduleSet set;
  const Buffer good = bytes_of_hex(vectors().at("sets").at(0).at("hex"));
  ASSERT_EQ(set.assign(good), Status::kOk);
  ASSERT_GE(vectors().at("malformed").as_array().size(), 10u);
  for (const json::value& test : vectors().at("malformed").as_array()) {
    EXPECT_EQ(name_of(set.assign(bytes_of_hex(test.at("hex")))), test.at("status").as_string()) << test.at("name");
    EXPECT_EQ(Buffer(set.bytes().begin(), set.bytes().end()), good) << test.at("name");
  }
}

// [rule: S3]
TEST(ScheduleSet, RefusesEveryTruncationAndAnyByteMore) {
  for (const json::value& test : vectors().at("sets").as_array()) {
    Buffer bytes = bytes_of_hex(test.at("hex"));
    for (std::size_t size = 1; size < bytes.size(); ++size)
      EXPECT_EQ(ScheduleSet::check(ByteSpan(bytes).first(size)), Status::kTooShort) << test.at("name") << size;
    bytes.push_back(0);
    EXPECT_NE(ScheduleSet::check(bytes), Status::kOk) << test.at("name");
  }
}

TEST(ScheduleSet, KnowsNothingOfAScheduleThatItDoesNotHold) {
  ScheduleSet set;
  EXPECT_EQ(set.state_at(1, {1'800'000'000}), ScheduleState::kUnknown);
  EXPECT_EQ(set.known_until(1), UnixSeconds{});
  const Bytes<9> one{1, 0, 0, 0, 0, 1, 1, 0xFF, 0xFE};
  ASSERT_EQ(set.assign(one), Status::kOk);
  EXPECT_EQ(set.state_at(0, {60}), ScheduleState::kUnknown);
  EXPECT_EQ(set.state_at(1, {60}), ScheduleState::kOpen);
  EXPECT_EQ(set.state_at(2, {60}), ScheduleState::kUnknown);
  ASSERT_EQ(set.assign({}), Status::kOk);
  EXPECT_EQ(set.state_at(1, {60}), ScheduleState::kUnknown);
}

// [rule: S2]
TEST(ScheduleSet, KnowsNothingAtTheEndsOfTime) {
  const Bytes<9> last{1, 0xFF, 0xFF, 0xFF, 0x00, 1, 1, 0x00, 0xFF};
  ScheduleSet set;
  ASSERT_EQ(set.assign(last), Status::kOk);
  EXPECT_EQ(set.state_at(1, {0}), ScheduleState::kUnknown);
  EXPECT_EQ(set.state_at(1, {UINT64_MAX}), ScheduleState::kUnknown);
  EXPECT_EQ(set.state_at(1, {std::uint64_t{UINT32_MAX} * 60 - 1}), ScheduleState::kOpen);
  EXPECT_EQ(set.state_at(1, {std::uint64_t{UINT32_MAX} * 60}), ScheduleState::kUnknown);
}

// [rule: S1] [rule: S2]
TEST(ScheduleSet, IsOpenClosedOrUnknownAsTheVectorsSay) {
  std::size_t checked = 0;
  for (const json::value& test : vectors().at("sets").as_array()) {
    ScheduleSet set;
    ASSERT_EQ(set.assign(bytes_of_hex(test.at("hex"))), Status::kOk) << test.at("name");
    for (const json::value& state : test.at("states").as_array()) {
      const auto number = static_cast<std::uint8_t>(state.at("schedule").as_int64());
      const UnixSeconds at{static_cast<std::uint64_t>(state.at("at").as_int64())};
      EXPECT_EQ(set.state_at(number, at), state_of(state.at("state"))) << test.at("name") << " " << at.value;
      ++checked;
    }
  }
  EXPECT_GE(checked, 50u);
}

// [rule: S3]
TEST(ScheduleEncode, WritesTheOneFormThatIsRead) {
  for (const json::value& test : vectors().at("sets").as_array()) {
    Bytes<schedule_set_size_bytes_max> buffer{};
    ByteWriter out(buffer);
    const json::array& schedules = test.at("schedules").as_array();
    out.u8(static_cast<std::uint8_t>(schedules.size()));
    for (const json::value& schedule : schedules) {
      std::vector<std::uint32_t> changes;
      for (const json::value& at : schedule.at("changes_min").as_array())
        changes.push_back(static_cast<std::uint32_t>(at.as_int64()));
      const auto from = static_cast<std::uint32_t>(schedule.at("known_from_min").as_int64());
      const auto until = static_cast<std::uint32_t>(schedule.at("known_until_min").as_int64());
      ASSERT_EQ(encode({from, schedule.at("open").as_bool(), changes, until}, out), Status::kOk) << test.at("name");
    }
    EXPECT_EQ(Buffer(out.written().begin(), out.written().end()), bytes_of_hex(test.at("hex"))) << test.at("name");
  }
}

TEST(ScheduleEncode, RefusesChangesThatDoNotAscendAndMoreThanFit) {
  Bytes<schedule_set_size_bytes_max> buffer{};
  const auto refusal = [&](const std::vector<std::uint32_t>& changes, std::uint32_t until) {
    ByteWriter out(buffer);
    return encode({100, false, changes, until}, out);
  };
  EXPECT_EQ(refusal({}, 100), Status::kOutOfRange);
  EXPECT_EQ(refusal({100}, 200), Status::kOutOfRange);
  EXPECT_EQ(refusal({120, 120}, 200), Status::kOutOfRange);
  EXPECT_EQ(refusal({120}, 120), Status::kOutOfRange);
  std::vector<std::uint32_t> many;
  for (std::uint32_t i = 0; i < schedule_gap_count_max; ++i) many.push_back(101 + i);
  EXPECT_EQ(refusal(many, 1'000), Status::kOutOfRange);
  many.pop_back();
  EXPECT_EQ(refusal(many, 1'000), Status::kOk);
  ByteWriter small(MutableByteSpan(buffer).first(7));
  EXPECT_EQ(encode({100, false, {}, 200}, small), Status::kFull);
}

}  // namespace
}  // namespace cardea
