// SPDX-License-Identifier: Apache-2.0
#include "server/metrics/metrics.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <set>

namespace cardea::server {
namespace {

using std::chrono::microseconds;
using ::testing::HasSubstr;
using ::testing::Not;

/// Everything that can be counted, once.
void count_everything(Metrics& metrics) {
  metrics.request("POST", "/v1/doors/{door_id}/access", 200, microseconds(1'500));
  metrics.handshake_failed();
  metrics.commit(microseconds(700), 3, true);
  metrics.commit(microseconds(700), 3, false);
  metrics.command_ended("done");
  metrics.records_taken(5);
  metrics.webhook_answered(true);
}

/// The metrics that a text names; those of a histogram without what is added to them.
std::set<std::string> names_in(std::string_view text) {
  constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz_";
  std::set<std::string> out;
  for (std::size_t at = text.find_first_of(letters); at != text.npos; at = text.find_first_of(letters, at)) {
    const std::size_t end = std::min(text.find_first_not_of(letters, at), text.size());
    std::string_view name = text.substr(at, end - at);
    at = end;
    if (!name.starts_with("cardea_") && !name.starts_with("process_")) continue;
    for (const std::string_view suffix : {"_bucket", "_sum", "_count"})
      if (name.ends_with(suffix)) name.remove_suffix(suffix.size());
    out.emplace(name);
  }
  return out;
}

TEST(Metrics, MakesNoLabelOfWhatAClientWrote) {
  Metrics metrics;
  metrics.request("X-SECRET", "", 501, microseconds(1));
  metrics.request("GET", "", 404, microseconds(1));
  const std::string text = metrics.text({});
  EXPECT_THAT(text, Not(HasSubstr("SECRET")));
  EXPECT_THAT(text, HasSubstr(R"(cardea_http_requests_total{method="other",route="none",status="404"} 1)"));
}

TEST(Metrics, CountsARequestByItsTemplateAndItsTime) {
  Metrics metrics;
  for (int i = 0; i < 3; ++i) metrics.request("GET", "/v1/doors/{door_id}", 200, microseconds(1'500));
  const std::string text = metrics.text({});
  EXPECT_THAT(text, HasSubstr(R"(cardea_http_requests_total{method="GET",route="/v1/doors/{door_id}",status="200"} 3)"));
  EXPECT_THAT(text, HasSubstr(R"(cardea_http_request_seconds_bucket{method="GET",route="/v1/doors/{door_id}",le="0.001"} 0)"));
  EXPECT_THAT(text, HasSubstr(R"(cardea_http_request_seconds_bucket{method="GET",route="/v1/doors/{door_id}",le="0.0025"} 3)"));
}

TEST(Metrics, TellsRefusedSignInsFromKeysThatDoNotWorkAndFromLimits) {
  Metrics metrics;
  metrics.request("POST", "/v1/sessions", 401, microseconds(1));
  metrics.request("POST", "/v1/sessions/passkey", 403, microseconds(1));
  metrics.request("POST", "/v1/sessions/oidc", 403, microseconds(1));
  metrics.request("GET", "/v1/sessions", 401, microseconds(1));
  metrics.request("GET", "/v1/doors", 401, microseconds(1));
  metrics.request("POST", "/v1/sessions", 429, microseconds(1));
  const std::string text = metrics.text({});
  EXPECT_THAT(text, HasSubstr("\ncardea_sign_in_failures_total 3\n"));
  EXPECT_THAT(text, HasSubstr("\ncardea_unauthorized_total 2\n"));
  EXPECT_THAT(text, HasSubstr("\ncardea_rate_limited_total 1\n"));
}

TEST(Metrics, SaysHowThingsStandAndWhatTheProcessUses) {
  Metrics metrics;
  count_everything(metrics);
  const std::string text = metrics.text({.connections = 2,
                                         .links = 10'000,
                                         .store_queue = 7,
                                         .outbox_waiting = 4,
                                         .campaigns_halted = 1,
                                         .certificate_ends_at = UnixSeconds{99}});
  EXPECT_THAT(text, HasSubstr("\ncardea_links_open 10000\n"));
  EXPECT_THAT(text, HasSubstr("\ncardea_http_connections 2\n"));
  EXPECT_THAT(text, HasSubstr("\ncardea_store_queue_depth 7\n"));
  EXPECT_THAT(text, HasSubstr("\ncardea_outbox_waiting 4\n"));
  EXPECT_THAT(text, HasSubstr("\ncardea_campaigns_halted 1\n"));
  EXPECT_THAT(text, HasSubstr("\ncardea_certificate_ends_timestamp_seconds 99\n"));
  EXPECT_THAT(text, HasSubstr("\ncardea_store_group_size_sum 6\n"));
  for (const char* name : {"resident_memory_bytes", "open_fds", "max_fds", "start_time_seconds"})
    EXPECT_THAT(text, Not(HasSubstr(std::string("\nprocess_") + name + " 0\n")));
}

// The dashboard and the page for operators speak of metrics that exist, and of all of them.
TEST(Metrics, AreThoseOfTheDashboardAndOfTheDocuments) {
  Metrics metrics;
  count_everything(metrics);
  const std::set<std::string> real = names_in(metrics.text({}));
  const auto read = [](const char* file) {
    std::ifstream in(std::string(CARDEA_SOURCE_DIR "/docs/") + file);
    return std::string{std::istreambuf_iterator<char>(in), {}};
  };
  const std::string page = read("operation.md");
  EXPECT_EQ(names_in(read("dashboard/cardea.json")), real);
  for (const std::string& name : real) EXPECT_THAT(page, HasSubstr("`" + name + "`"));
}

}  // namespace
}  // namespace cardea::server
