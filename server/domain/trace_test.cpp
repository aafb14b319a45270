// SPDX-License-Identifier: Apache-2.0
#include "server/domain/trace.hpp"

#include <gtest/gtest.h>

namespace cardea::server {
namespace {

// The example of https://www.w3.org/TR/trace-context/ §3.2.
constexpr std::string_view example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

TEST(Traceparent, IsNothingWhenItIsNotOne) {
  for (std::size_t size = 0; size < example.size(); ++size) EXPECT_FALSE(parse_traceparent(example.substr(0, size))) << size;
  for (std::size_t at = 0; at < example.size(); ++at)
    for (const char bad : {'G', 'F', ' ', '\n', '\0'}) {
      std::string bent(example);
      bent[at] = bad;
      EXPECT_FALSE(parse_traceparent(bent)) << at;
    }
  for (const char* header :
       {"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01more"})
    EXPECT_FALSE(parse_traceparent(header)) << header;
}

TEST(Traceparent, IsReadAlsoInALaterVersion) {
  const TraceId expected{"4bf92f3577b34da6a3ce929d0e0e4736"};
  EXPECT_EQ(parse_traceparent(example), expected);
  EXPECT_EQ(parse_traceparent("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-brings"), expected);
}

TEST(Traceparent, OfOursIsOneAndEachIsAnother) {
  const TraceId trace = make_trace_id();
  EXPECT_NE(trace, make_trace_id());
  EXPECT_EQ(parse_traceparent(traceparent_of(trace)), trace);
  EXPECT_NE(traceparent_of(trace), traceparent_of(trace));
}

}  // namespace
}  // namespace cardea::server
