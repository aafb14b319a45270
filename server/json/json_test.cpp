// SPDX-License-Identifier: Apache-2.0
#include "server/json/json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cardea::server {
namespace {

using ::testing::HasSubstr;

enum class Shape : std::uint8_t { kToken, kFixedToken };
BOOST_DESCRIBE_ENUM(Shape, kToken, kFixedToken)

struct Window {
  UnixSeconds from;
  std::optional<UnixSeconds> to;
};
BOOST_DESCRIBE_STRUCT(Window, (), (from, to))

struct Input {
  std::string name;
  std::uint8_t digits = 0;
  bool fixed = false;
  Shape shape = Shape::kToken;
  DoorId door;
  Window window;
  std::vector<std::int32_t> hours;
  std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(Input, (), (name, digits, fixed, shape, door, window, hours, note))

const std::string good =
    R"({"name":"a","digits":8,"fixed":true,"shape":"fixed_token","door":"door_0193f0c27d1e7c3b9a550c0ffee0d00d",)"
    R"("window":{"from":"2026-11-21T09:30:00Z"},"hours":[-1,2]})";

/// `good` with one piece replaced, read: the first complaint's pointer.
std::string pointer_after(const std::string& piece, const std::string& replacement) {
  std::string text = good;
  const std::size_t at = text.find(piece);
  EXPECT_NE(at, std::string::npos) << piece;
  text.replace(at, piece.size(), replacement);
  const auto read = json::read<Input>(text);
  EXPECT_FALSE(read.ok()) << text;
  if (read.ok()) return "it was read";
  EXPECT_EQ(read.error().status, 400);
  return read.error().errors.empty() ? read.error().code : read.error().errors.front().pointer;
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const char* text : {"", "{", "nul", "{\"a\":1}x", "[1,]", "{\"a\":01}", "\"\xff\"", "{'a':1}"}) {
    const auto parsed = json::parse(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_EQ(parsed.error().code, "malformed");
  }
  EXPECT_FALSE(json::parse(std::string(100, '[')).ok());
}

TEST(Json, RefusesAMemberThatComesTwice) {
  for (const char* text : {R"({"a":1,"a":2})", R"([{"b":{"a":1,"x":[{}],"a":1}}])", R"({"a":1,"\u0061":2})"})
    EXPECT_THAT(json::parse(text).error().detail, HasSubstr("\"a\" twice")) << text;
  EXPECT_TRUE(json::parse(R"({"a":{"a":["a","a"]},"b":[{"a":1},{"a":"\"a"}]})").ok());
}

TEST(Json, NamesThePlaceOfEachThingThatDoesNotFit) {
  EXPECT_EQ(pointer_after(R"("name":"a",)", ""), "/name");
  EXPECT_EQ(pointer_after(R"("name":"a")", R"("name":null)"), "/name");
  EXPECT_EQ(pointer_after(R"("name":"a")", R"("name":7)"), "/name");
  EXPECT_EQ(pointer_after(R"("digits":8)", R"("digits":3.5)"), "/digits");
  EXPECT_EQ(pointer_after(R"("digits":8)", R"("digits":256)"), "/digits");
  EXPECT_EQ(pointer_after(R"("digits":8)", R"("digits":-1)"), "/digits");
  EXPECT_EQ(pointer_after(R"("digits":8)", R"("digits":"8")"), "/digits");
  EXPECT_EQ(pointer_after(R"("fixed":true)", R"("fixed":1)"), "/fixed");
  EXPECT_EQ(pointer_after("fixed_token", "kFixedToken"), "/shape");
  EXPECT_EQ(pointer_after("door_", "site_"), "/door");
  EXPECT_EQ(pointer_after("2026-11-21T09:30:00Z", "tomorrow"), "/window/from");
  EXPECT_EQ(pointer_after("[-1,2]", "[-1,2147483648]"), "/hours/1");
  EXPECT_EQ(pointer_after("[-1,2]", "{}"), "/hours");
  EXPECT_EQ(pointer_after(R"("from")", R"("until/~":1,"from")"), "/window/until~1~0");
  EXPECT_EQ(pointer_after(good, "[]"), "");
}

TEST(Json, GathersEveryComplaintAndSumsThemUp) {
  const auto read = json::read<Window>(R"({"to":5,"x":1})");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().errors.size(), 3u);
  EXPECT_EQ(read.error().detail, "/from is missing. 2 more in `errors`.");
}

TEST(Json, ReadsWhatFitsAndWritesItBackInTheOrderOfTheStruct) {
  const auto read = json::read<Input>(good);
  ASSERT_TRUE(read.ok()) << read.error().detail;
  EXPECT_EQ(read->shape, Shape::kFixedToken);
  EXPECT_EQ(read->hours, (std::vector<std::int32_t>{-1, 2}));
  EXPECT_FALSE(read->window.to.has_value());
  EXPECT_EQ(json::write(*read), good);
}

TEST(Json, TakesNullForWhatMayBeAbsent) {
  const auto read = json::read<Window>(R"({"from":"2026-11-21T09:30:00Z","to":null})");
  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(read->to.has_value());
}

}  // namespace
}  // namespace cardea::server
