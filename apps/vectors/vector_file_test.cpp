// SPDX-License-Identifier: Apache-2.0
#include "apps/vectors/vector_file.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

namespace cardea::vectors {
namespace {

boost::json::value shipped() {
  std::ifstream in(CARDEA_SOURCE_DIR "/spec/vectors/codes_v1.json");
  std::ostringstream text;
  text << in.rdbuf();
  return boost::json::parse(text.str());
}

std::string error_of(const boost::json::value& file) {
  const auto parsed = parse_vectors(boost::json::serialize(file));
  return parsed.ok() ? "" : parsed.error().message;
}

TEST(VectorFile, RefusesAnUnknownSectionByItsName) {
  EXPECT_EQ(error_of({{"title", "x"}, {"scenario", boost::json::array{}}}), "file: unknown field \"scenario\"");
}

TEST(VectorFile, RefusesAnUnknownOrMissingFieldByItsName) {
  boost::json::value file = shipped();
  file.at("bounds").at(1).as_object()["openings"] = 1;
  EXPECT_EQ(error_of(file), "bounds[1]: unknown field \"openings\"");
  file = shipped();
  file.at("scenarios").at(0).at("steps").at(2).as_object()["tpyed"] = "1";
  EXPECT_EQ(error_of(file), "otp_replay.steps[2]: unknown field \"tpyed\"");
  file = shipped();
  file.at("otp").at(0).as_object().erase("h");
  EXPECT_EQ(error_of(file), "otp[0]: no field \"h\"");
}

TEST(VectorFile, RefusesValuesThatNoLockHas) {
  boost::json::value file = shipped();
  file.at("otp").at(3).as_object()["digits"] = 9;
  EXPECT_EQ(error_of(file), "otp[3].digits: not 6 to 8");
  file = shipped();
  file.at("otp").at(3).as_object()["digits"] = "8";
  EXPECT_EQ(error_of(file), "otp[3].digits: not a whole number of this field's range");
  file = shipped();
  file.at("scenarios").at(0).at("steps").at(1).as_object()["reason"] = "tired";
  EXPECT_EQ(error_of(file), "otp_replay.steps[1].reason: unknown reason \"tired\"");
  file = shipped();
  file.at("keys").at(2).as_object()["lock"] = "L9";
  EXPECT_EQ(error_of(file), "keys[2].lock: no such lock \"L9\"");
}

TEST(VectorFile, RefusesWhatIsNoJson) {
  EXPECT_FALSE(parse_vectors("{\"title\": ").ok());
  EXPECT_FALSE(parse_vectors("[]").ok());
  EXPECT_FALSE(read_vectors(CARDEA_SOURCE_DIR "/spec/vectors/none.json").ok());
}

TEST(VectorFile, ReadsEverySectionOfTheShippedFile) {
  const auto parsed = read_vectors(CARDEA_SOURCE_DIR "/spec/vectors/codes_v1.json");
  ASSERT_TRUE(parsed.ok()) << parsed.error().message;
  EXPECT_EQ(parsed->keys.size(), 14u);
  EXPECT_EQ(parsed->otp.size(), 42u);
  EXPECT_EQ(parsed->ff1.size(), 9u);
  EXPECT_EQ(parsed->offline.size(), 90u);
  EXPECT_EQ(parsed->offline_invalid.size(), 17u);
  EXPECT_EQ(parsed->windows.size(), 22u);
  EXPECT_EQ(parsed->bounds.size(), 8u);
  EXPECT_EQ(parsed->scenarios.size(), 89u);
}

}  // namespace
}  // namespace cardea::vectors
