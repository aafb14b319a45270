// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <condition_variable>
#include <mutex>
#include <thread>

#include "server/api/testing/platform.hpp"
#include "server/delivery/signature.hpp"
#include "server/domain/event.hpp"
#include "server/domain/instant.hpp"
#include "server/domain/trace.hpp"
#include "server/http/server.hpp"
#include "server/json/json.hpp"
#include "server/usecases/webhooks.hpp"

namespace cardea::server::api::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Delivery {
  std::string id, timestamp, signatures, body, trace;
  [[nodiscard]] std::vector<std::int64_t> positions() const {
    std::vector<std::int64_t> out;
    const json::Any document = *json::parse(body);
    for (const auto& event : document.at("events").as_array()) out.push_back(event.at("position").as_int64());
    return out;
  }
};

/// An integrator's endpoint: remembers what came, and answers as it is told.
class Endpoint final : http::Authenticator {
 public:
  Endpoint() {
    router_.add(
        http::Method::kPost, "/hook", Permission::kPublic,
        [this](const http::Request& request) -> Task<http::Response> {
          const std::lock_guard guard(mutex_);
          came_.push_back({std::string(request.header("webhook-id")), std::string(request.header("webhook-timestamp")),
                           std::string(request.header("webhook-signature")), std::string(request.body),
                           std::string(request.header("traceparent"))});
          changed_.notify_all();
          http::Response response{status_, {}, {}, {}};
          co_return response;
        },
        1 << 20);
    if (!server_.listen()) throw std::runtime_error("no port");
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~Endpoint() {
    loop_.post([this] { spawn(stop()); });
    thread_.join();
  }
  Endpoint(const Endpoint&) = delete;
  Endpoint& operator=(const Endpoint&) = delete;

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_.port()) + "/hook"; }
  void answer_with(std::uint16_t status) {
    const std::lock_guard guard(mutex_);
    status_ = status;
  }
  /// Waits until `count` deliveries came, and gives them all.
  std::vector<Delivery> wait_for(std::size_t count) {
    std::unique_lock guard(mutex_);
    EXPECT_TRUE(changed_.wait_for(guard, std::chrono::seconds(20), [&] { return came_.size() >= count; }));
    return came_;
  }
  /// Waits until the event at `position` came.
  std::vector<Delivery> wait_for_position(std::int64_t position) {
    std::unique_lock guard(mutex_);
    EXPECT_TRUE(changed_.wait_for(guard, std::chrono::seconds(20),
                                  [&] { return !came_.empty() && came_.back().positions().back() >= position; }));
    return came_;
  }

 private:
  Task<Outcome<Principal>> authenticate(const http::Request&) override { co_return Problem{401, "unauthorized", "no", {}, {}}; }
  Task<void> stop() {
    co_await server_.stop(std::chrono::milliseconds(500));
    loop_.stop();
  }
  static http::ServerOptions any_port() {
    http::ServerOptions options;
    options.port = 0;
    return options;
  }
  Loop loop_;
  http::Router router_;
  http::Server server_{loop_, router_, *this, any_port()};
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Delivery> came_;
  std::uint16_t status_ = 204;
  std::thread thread_;
};

class Webhooks : public ::testing::Test {
 protected:
  json::Any request(std::string_view method, const std::string& path, const std::string& body, std::uint16_t status) {
    const auto answer = platform_.send(method, path, body);
    EXPECT_EQ(answer.status, status) << method << " " << path << ": " << answer.body;
    auto parsed = json::parse(answer.body);
    return parsed ? *parsed : json::Any{};
  }
  static std::string text(const json::Any& object, std::string_view name) { return std::string(object.at(name).as_string()); }
  json::Any create(const std::string& more = {}) {
    return request("POST", "/v1/webhooks", R"({"url":")" + endpoint_.url() + "\"" + more + "}", 201);
  }
  /// Something that leaves an event: key.created. Returns its position.
  std::int64_t happen() {
    request("POST", "/v1/api-keys", R"({"name":"key )" + std::to_string(++made_) + R"(","permissions":["doors:read"]})", 201);
    return newest();
  }
  std::int64_t newest() {
    const json::Any page = request("GET", "/v1/events?limit=1", {}, 200);
    return page.at("items").as_array().empty() ? 0 : page.at("items").at(0).at("position").as_int64();
  }
  /// Asks for the webhook until `member` is `value` as JSON.
  json::Any wait_until(const std::string& id, std::string_view member, const std::string& value) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (std::chrono::steady_clock::now() < end) {
      json::Any webhook = request("GET", "/v1/webhooks/" + id, {}, 200);
      if (json::print(webhook.at(member)) == value) return webhook;
    }
    ADD_FAILURE() << member << " never became " << value << ": " << json::print(request("GET", "/v1/webhooks/" + id, {}, 200));
    return {};
  }
  /// The newest delivery, once its `member` is `value` as JSON.
  json::Any delivery_when(const std::string& path, std::string_view member, const std::string& value) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    json::Any page;
    while (std::chrono::steady_clock::now() < end) {
      page = request("GET", path, {}, 200);
      const auto& items = page.at("items").as_array();
      if (!items.empty() && json::print(items.front().at(member)) == value) return items.front();
    }
    ADD_FAILURE() << member << " never became " << value << ": " << json::print(page);
    return {};
  }
  Endpoint endpoint_;
  Platform platform_{true};
  int made_ = 0;
};

// [rule: W1]
TEST_F(Webhooks, BringEveryEventInTheOrderOfTheLog) {
  const std::string id = text(create().at("webhook"), "id");
  std::int64_t last = 0;
  for (int i = 0; i < 30; ++i) last = happen();
  std::vector<std::int64_t> positions;
  for (const Delivery& delivery : endpoint_.wait_for_position(last))
    for (const std::int64_t position : delivery.positions()) positions.push_back(position);
  // The first one is that the webhook itself was made.
  for (std::size_t i = 0; i < positions.size(); ++i) EXPECT_EQ(positions[i], static_cast<std::int64_t>(i) + 1);
  EXPECT_EQ(positions.size(), static_cast<std::size_t>(last));
  wait_until(id, "behind", "0");
}

TEST_F(Webhooks, AreSignedUnderASecretThatOnlyItsMakerHasSeen) {
  const json::Any made = create();
  const std::string id = text(made.at("webhook"), "id");
  EXPECT_THAT(json::print(request("GET", "/v1/webhooks/" + id, {}, 200)), Not(HasSubstr("whsec_")));
  const Delivery delivery = endpoint_.wait_for(1).front();
  EXPECT_EQ(delivery.id, id + "_1_1");
  delivery::WebhookSecret unknown;
  EXPECT_FALSE(delivery::verify(unknown, delivery.id, delivery.timestamp, delivery.body, delivery.signatures, now()));
  EXPECT_THAT(platform_.database_bytes(), Not(HasSubstr(text(made, "secret").substr(6, 20))));
}

TEST_F(Webhooks, SayWhichTraceEachAttemptIsOf) {
  endpoint_.answer_with(503);
  create();
  const Delivery first = endpoint_.wait_for(1).front();
  platform_.advance(3'600);
  const Delivery second = endpoint_.wait_for(2).back();
  ASSERT_TRUE(parse_traceparent(first.trace) && parse_traceparent(second.trace));
  EXPECT_NE(parse_traceparent(first.trace), parse_traceparent(second.trace));
}

// [rule: W4]
TEST_F(Webhooks, SignWithBothSecretsForADayAfterARotation) {
  const std::string id = text(create().at("webhook"), "id");
  const auto signatures = [](const Delivery& delivery) {
    return std::count(delivery.signatures.begin(), delivery.signatures.end(), ',');
  };
  EXPECT_EQ(signatures(endpoint_.wait_for(1).back()), 1);
  request("POST", "/v1/webhooks/" + id + "/rotate-secret", {}, 200);
  EXPECT_EQ(signatures(endpoint_.wait_for_position(happen()).back()), 2);
  platform_.advance(usecases::webhook_old_secret_s);
  EXPECT_EQ(signatures(endpoint_.wait_for_position(happen()).back()), 1);
}

TEST_F(Webhooks, BringOnlyTheTypesThatWereAskedFor) {
  create(R"(,"types":["webhook.created"],"after":0)");
  happen();
  happen();
  create(R"(,"types":["webhook.deleted"])");
  std::vector<std::int64_t> positions;
  for (const Delivery& delivery : endpoint_.wait_for_position(newest()))
    for (const std::int64_t position : delivery.positions()) positions.push_back(position);
  EXPECT_EQ(positions, (std::vector<std::int64_t>{1, newest()}));
}

// [rule: W2] [rule: W3]
TEST_F(Webhooks, LoseNothingOverAnHourOfBeingDown) {
  endpoint_.answer_with(503);
  const std::string id = text(create().at("webhook"), "id");
  endpoint_.wait_for(1);
  EXPECT_EQ(text(wait_until(id, "last_failure", "\"answered 503\""), "state"), "active");
  std::int64_t last = 0;
  for (int i = 0; i < 5; ++i) last = happen();
  for (int i = 0; i < 60; ++i) platform_.advance(60);
  endpoint_.answer_with(200);
  const auto came = endpoint_.wait_for_position(last);
  EXPECT_EQ(came.back().positions().front(), 1);  // all of them, from the one on that was never taken
  const json::Any webhook = wait_until(id, "behind", "0");
  EXPECT_TRUE(webhook.at("failing_since").is_null());
}

// [rule: W2]
TEST_F(Webhooks, TakeARedirectForAFailure) {
  endpoint_.answer_with(302);
  const std::string id = text(create().at("webhook"), "id");
  wait_until(id, "last_failure", "\"answered 302\"");
  EXPECT_EQ(request("GET", "/v1/webhooks/" + id, {}, 200).at("position").as_int64(), 0);
}

TEST_F(Webhooks, AreTriedAtOnceWhenTheyWereChanged) {
  endpoint_.answer_with(503);
  const std::string id = text(create().at("webhook"), "id");
  wait_until(id, "last_failure", "\"answered 503\"");
  const json::Any changed = request("PATCH", "/v1/webhooks/" + id, R"({"types":[]})", 200);
  EXPECT_EQ(text(changed, "next_attempt_at"), text(changed, "failing_since")) << "the clock of this test stands";
  endpoint_.wait_for(2);
}

// [rule: W3]
TEST_F(Webhooks, AreDisabledAfterThreeDaysOfFailureAndGoOnWhereTheyWereOnceActivated) {
  endpoint_.answer_with(500);
  const std::string id = text(create().at("webhook"), "id");
  wait_until(id, "last_failure", "\"answered 500\"");
  platform_.advance(usecases::webhook_patience_s - 10);
  endpoint_.wait_for(2);
  EXPECT_EQ(text(request("GET", "/v1/webhooks/" + id, {}, 200), "state"), "active");
  platform_.advance(usecases::webhook_wait_s_max);
  wait_until(id, "state", "\"disabled\"");
  const json::Any told = request("GET", "/v1/events?type=webhook.disabled", {}, 200);
  ASSERT_EQ(told.at("items").as_array().size(), 1u);
  EXPECT_EQ(text(told.at("items").at(0).at("detail"), "webhook"), id);
  endpoint_.answer_with(204);
  request("PATCH", "/v1/webhooks/" + id, R"({"state":"active"})", 200);
  EXPECT_EQ(endpoint_.wait_for_position(newest()).back().positions().front(), 1);
}

TEST_F(Webhooks, ReplayFromAPositionWhenAsked) {
  const std::string id = text(create().at("webhook"), "id");
  const std::int64_t last = happen();
  endpoint_.wait_for_position(last);
  wait_until(id, "behind", "0");
  const std::size_t before = endpoint_.wait_for(1).size();
  request("PATCH", "/v1/webhooks/" + id, R"({"after":0})", 200);
  EXPECT_EQ(endpoint_.wait_for(before + 1)[before].positions().front(), 1);
}

TEST_F(Webhooks, GoNowhereOnceDeletedAndNeverToAnotherWorkspace) {
  const std::string id = text(create().at("webhook"), "id");
  endpoint_.wait_for(1);
  EXPECT_EQ(platform_.send("GET", "/v1/webhooks/" + id, {}, platform_.stranger().api_key).status, 404);
  EXPECT_EQ(platform_.send("DELETE", "/v1/webhooks/" + id, {}, platform_.stranger().api_key).status, 404);
  EXPECT_EQ(platform_.send("POST", "/v1/api-keys", R"({"name":"x","role":"auditor"})", platform_.stranger().api_key).status,
            201);
  wait_until(id, "behind", "0");
  EXPECT_EQ(platform_.send("DELETE", "/v1/webhooks/" + id).status, 204);
  happen();
  create(R"(,"types":["key.created"])");
  const std::int64_t last = happen();
  for (const Delivery& delivery : endpoint_.wait_for_position(last))
    EXPECT_TRUE(!delivery.id.starts_with(id) || delivery.positions().back() == 1) << delivery.id;
}

// [rule: W7]
TEST_F(Webhooks, AreRememberedWithWhatCameOfEachDeliveryAndWithoutItsBody) {
  endpoint_.answer_with(503);
  const std::string id = text(create().at("webhook"), "id");
  const std::string path = "/v1/webhooks/" + id + "/deliveries";
  endpoint_.wait_for(1);
  json::Any failed = delivery_when(path, "state", "\"failed\"");
  EXPECT_EQ(text(failed, "id"), id + "_1_1");
  EXPECT_EQ(json::print(failed.at("types")), R"(["webhook.created"])");
  EXPECT_EQ(failed.at("status").as_int64(), 503);
  EXPECT_EQ(text(failed, "failure"), "answered 503");
  EXPECT_EQ(failed.at("attempts").as_int64(), 1);
  EXPECT_EQ(text(failed, "next_attempt_at"), text(request("GET", "/v1/webhooks/" + id, {}, 200), "next_attempt_at"));

  // Tried again, with what happened meanwhile: it stays one.
  const std::int64_t last = happen();
  platform_.advance(10);
  endpoint_.wait_for(2);
  failed = delivery_when(path, "attempts", "2");
  EXPECT_EQ(text(failed, "id"), id + "_1_" + std::to_string(last));
  EXPECT_EQ(failed.at("event_count").as_int64(), last);
  EXPECT_EQ(json::print(failed.at("types")), R"(["webhook.created","key.created"])");
  EXPECT_NE(text(failed, "began_at"), text(failed, "tried_at"));

  request("PATCH", "/v1/webhooks/" + id, R"({"state":"disabled"})", 200);
  EXPECT_TRUE(delivery_when(path, "attempts", "2").at("next_attempt_at").is_null()) << "it rests";
  endpoint_.answer_with(204);
  request("PATCH", "/v1/webhooks/" + id, R"({"state":"active"})", 200);
  const json::Any taken = delivery_when(path, "state", "\"taken\"");
  EXPECT_EQ(taken.at("attempts").as_int64(), 3);
  EXPECT_EQ(taken.at("status").as_int64(), 204);
  EXPECT_TRUE(taken.at("failure").is_null());
  EXPECT_TRUE(taken.at("next_attempt_at").is_null());
  EXPECT_EQ(request("GET", path, {}, 200).at("items").as_array().size(), 1u);
  EXPECT_EQ(taken.as_object().size(), 13u) << "no body, neither sent nor answered: " << json::print(taken);
}

// [rule: W7]
TEST_F(Webhooks, RememberTheNewestDeliveriesAndShowThemPageByPageToTheirOwnWorkspace) {
  const std::string id = text(create().at("webhook"), "id");
  const std::string path = "/v1/webhooks/" + id + "/deliveries";
  wait_until(id, "behind", "0");
  // As if there had been as many as are remembered and some; the next one drops what is too old.
  platform_.execute(
      "WITH RECURSIVE n(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < " +
      std::to_string(usecases::webhook_delivery_count_max + 5) +
      ") INSERT INTO webhook_deliveries SELECT workspace, webhook, i, first_position, last_position, event_count, types, "
      "attempts, began_at, tried_at, status, failure FROM webhook_deliveries, n WHERE number = 1");
  const std::int64_t last = happen();
  endpoint_.wait_for_position(last);
  wait_until(id, "behind", "0");
  EXPECT_EQ(text(request("GET", path, {}, 200).at("items").at(0), "id"),
            id + "_" + std::to_string(last) + "_" + std::to_string(last));
  std::size_t count = 0;
  std::string cursor;
  do {
    const json::Any page = request("GET", path + "?limit=90" + (cursor.empty() ? "" : "&cursor=" + cursor), {}, 200);
    count += page.at("items").as_array().size();
    cursor = page.at("next").is_null() ? "" : text(page, "next");
  } while (!cursor.empty());
  EXPECT_EQ(count, static_cast<std::size_t>(usecases::webhook_delivery_count_max));
  EXPECT_EQ(platform_.send("GET", path + "?cursor=none").status, 400);
  EXPECT_EQ(platform_.send("GET", path + "?cursor=-1").status, 400);
  EXPECT_EQ(platform_.send("GET", path, {}, platform_.stranger().api_key).status, 404);
  EXPECT_EQ(platform_.send("DELETE", "/v1/webhooks/" + id).status, 204);
  EXPECT_EQ(platform_.send("GET", path).status, 404);
}

// [rule: W3]
TEST(WebhookWait, IsTwiceAsLongEachTimeAtMostAnHourLessUpToAHalf) {
  EXPECT_EQ(usecases::webhook_wait_s(0, 1), 5u);
  EXPECT_EQ(usecases::webhook_wait_s(0, 0), 2u);
  EXPECT_EQ(usecases::webhook_wait_s(3, 1), 40u);
  EXPECT_EQ(usecases::webhook_wait_s(9, 1), 2'560u);
  for (const std::uint32_t attempts : {10u, 40u, 1'000'000u}) {
    EXPECT_EQ(usecases::webhook_wait_s(attempts, 1), 3'600u);
    EXPECT_EQ(usecases::webhook_wait_s(attempts, 0), 1'800u);
  }
}

}  // namespace
}  // namespace cardea::server::api::testing
