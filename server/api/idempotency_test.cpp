// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <thread>

#include "server/api/internal/idempotency.hpp"
#include "server/api/internal/scope.hpp"
#include "server/api/testing/building.hpp"
#include "server/keys/sealed_key_store.hpp"
#include "server/link/link_hub.hpp"
#include "server/store/sqlite_store.hpp"
#include "server/usecases/idempotency.hpp"

namespace cardea::server::api::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Idempotency : public Building {
 protected:
  http::ClientResponse keyed(const std::string& key, const std::string& path, const std::string& body,
                             std::string_view api_key = "own") {
    return platform_.send({.method = "POST", .path = path, .body = body, .headers = {{"Idempotency-Key", key}}}, api_key);
  }
  static std::string code_of(const http::ClientResponse& answer) {
    return std::string(json::parse(answer.body)->at("code").as_string());
  }
  /// How many persons have this name.
  std::size_t persons_named(const std::string& name) {
    std::size_t count = 0;
    const json::Any page = get("/v1/persons?limit=200");
    for (const auto& person : page.at("items").as_array()) count += text(person, "name") == name ? 1u : 0u;
    return count;
  }
};

TEST_F(Idempotency, RefusesAKeyThatIsNone) {
  for (const std::string& key : {std::string(256, 'k'), std::string("a b"), std::string("\"\""), std::string("k\xff")})
    EXPECT_EQ(keyed(key, "/v1/persons", R"({"name":"Eve"})").status, 400) << key;
  EXPECT_EQ(platform_
                .send({.method = "POST",
                       .path = "/v1/persons",
                       .body = R"({"name":"Eve"})",
                       .headers = {{"Idempotency-Key", "a"}, {"Idempotency-Key", "b"}}})
                .status,
            400);
  EXPECT_EQ(persons_named("Eve"), 0u);
}

TEST_F(Idempotency, RefusesAnotherRequestUnderTheSameKey) {
  ASSERT_EQ(keyed("k", "/v1/persons", R"({"name":"Eve"})").status, 201);
  const auto other_body = keyed("k", "/v1/persons", R"({"name":"Bob"})");
  EXPECT_EQ(other_body.status, 422);
  EXPECT_EQ(code_of(other_body), "idempotency_key_reused");
  EXPECT_EQ(keyed("k", "/v1/sites", R"({"name":"Eve"})").status, 422);
  EXPECT_EQ(keyed("k", "/v1/persons?limit=1", R"({"name":"Eve"})").status, 422);
  EXPECT_EQ(persons_named("Bob"), 0u);
}

TEST_F(Idempotency, AnswersTheSameRequestAgainWithoutDoingItAgain) {
  const auto first = keyed("k", "/v1/persons", R"({"name":"Eve"})");
  EXPECT_EQ(first.header("idempotency-replayed"), "");
  const auto again = keyed("\"k\"", "/v1/persons", R"({"name":"Eve"})");  // quoted, as a structured header is
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.header("content-type"), first.header("content-type"));
  EXPECT_EQ(again.header("idempotency-replayed"), "true");
  EXPECT_EQ(persons_named("Eve"), 1u);
}

TEST_F(Idempotency, KeepsARefusalToo) {
  const std::string body = R"({"name":"Eve","external_id":"e-1"})";
  ASSERT_EQ(keyed("first", "/v1/persons", body).status, 201);
  const auto refused = keyed("second", "/v1/persons", body);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(keyed("second", "/v1/persons", body).body, refused.body);
}

TEST_F(Idempotency, AKeyBelongsToItsCallerAlone) {
  const json::Any other = post("/v1/api-keys", R"({"name":"other","role":"manager"})", 201);
  ASSERT_EQ(keyed("k", "/v1/persons", R"({"name":"Eve"})").status, 201);
  EXPECT_EQ(keyed("k", "/v1/persons", R"({"name":"Bob"})", text(other, "key")).status, 201);
  EXPECT_EQ(keyed("k", "/v1/persons", R"({"name":"Dan"})", platform_.stranger().api_key).status, 201);
}

TEST_F(Idempotency, IsForgottenAfterADay) {
  ASSERT_EQ(keyed("k", "/v1/persons", R"({"name":"Eve"})").status, 201);
  platform_.advance(usecases::idempotency_key_life_s);
  EXPECT_EQ(keyed("k", "/v1/persons", R"({"name":"Bob"})").status, 201);  // also before the upkeep came by
  platform_.advance(usecases::idempotency_key_life_s);
  platform_.run_upkeep();
  EXPECT_EQ(keyed("k", "/v1/persons", R"({"name":"Dan"})").status, 201);
}

TEST_F(Idempotency, KeepsNothingThatOpensADoorInTheClear) {
  const std::string path = "/v1/access-grants/" + grant_ + "/credentials";
  const std::string body = R"({"kind":"offline","door_id":")" + door_ + R"(","family":"timed","from":")" + instant(3'600) +
                           R"(","to":")" + instant(7'200) + "\"}";
  const auto issued = keyed("k", path, body);
  ASSERT_EQ(issued.status, 201) << issued.body;
  EXPECT_EQ(keyed("k", path, body).body, issued.body);
  EXPECT_THAT(platform_.database_bytes(), Not(HasSubstr(text(*json::parse(issued.body), "code"))));
}

TEST_F(Idempotency, OfManyAtOnceUnderOneKeyOneIsDone) {
  std::vector<std::jthread> threads;
  std::vector<http::ClientResponse> answers(8);
  for (auto& answer : answers)
    threads.emplace_back([this, &answer] {
      http::Client client(http::parse_base_url(platform_.url()).value());
      answer = client
                   .send({.method = "POST",
                          .path = "/v1/persons",
                          .body = R"({"name":"Eve"})",
                          .headers = {{"Idempotency-Key", "k"}, {"Authorization", "Bearer " + platform_.tenant().api_key}}})
                   .value();
    });
  threads.clear();
  std::set<std::string> bodies;
  for (const auto& answer : answers) {
    if (answer.status == 201)
      bodies.insert(answer.body);
    else
      EXPECT_EQ(code_of(answer), "idempotency_key_in_use");
  }
  EXPECT_EQ(bodies.size(), 1u);
  EXPECT_EQ(persons_named("Eve"), 1u);
}

// --- What a crash leaves: the same code over the same files, without HTTP ---

enum class Dies : std::uint8_t { kNever, kBeforeTheEffect, kAfterTheEffect };
Dies dies = Dies::kNever;

Task<Outcome<Response>> make_workspace(Context& context, const Request&) {
  if (dies == Dies::kBeforeTheEffect) ::_exit(0);
  CARDEA_CO_TRY(co_await context.store.write([](Transaction& tx) -> Task<Outcome<Done>> {
    co_await tx.execute("INSERT INTO workspaces (workspace, name, created_at) VALUES (?1, 'made', 0)", WorkspaceId::make());
    co_return Done{};
  }));
  if (dies == Dies::kAfterTheEffect) ::_exit(0);
  co_return http::json_response(201, R"({"made":true})");
}

struct Life {
  explicit Life(const std::filesystem::path& folder)
      : store(SqliteStore::open(loop, options(folder)).value()),
        keys(SealedKeyStore::open(folder / "keystore.sealed", {.passphrase = {}, .platform_key_file = folder / "platform.key"})
                 .value()) {}
  static SqliteOptions options(const std::filesystem::path& folder) {
    SqliteOptions out;
    out.file = folder / "cardea.db";
    return out;
  }

  http::Response ask() {
    http::Response answer;
    spawn([](Life& life, http::Response& out) -> Task<void> {
      Request request;
      request.method = Method::kPost;
      request.path = "/v1/made";
      request.headers = {{"Idempotency-Key", "k"}};
      const Work work = [&request](Context& inside) {
        return run(Endpoint{make_workspace, Reach::kWorkspace}, inside, request);
      };
      out = co_await run_once(work, life.context, request, life.running);
      life.loop.post([&life] { life.loop.stop(); });  // it may have ended before run() began
    }(*this, answer));
    loop.run();
    return answer;
  }
  std::int64_t made() {
    std::int64_t count = 0;
    spawn([](Store& from, std::int64_t& out) -> Task<void> {
      (void)co_await from.read([&](Transaction& tx) -> Task<Outcome<Done>> {
        out = (co_await tx.execute("SELECT count(*) FROM workspaces")).front().integer(0);
        co_return Done{};
      });
    }(*store, count));
    return count;
  }

  Loop loop;
  std::unique_ptr<SqliteStore> store;
  std::unique_ptr<SealedKeyStore> keys;
  LinkHub links{loop, *store, *keys, [](const LinkNote&) {}};
  Auth auth{loop, *store, {}, now};
  Zones zones = Zones::load();
  usecases::EventFeed feed{loop, *store};
  usecases::Context context{*store, *keys, links, auth, zones, feed};
  RunningKeys running;
};

class IdempotencyCrash : public ::testing::Test {
 protected:
  IdempotencyCrash() {
    std::string pattern = (std::filesystem::temp_directory_path() / "cardea-crash-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  ~IdempotencyCrash() override { std::filesystem::remove_all(folder_); }

  /// Asks in a process that ends without a word at `when`.
  void ask_and_die(Dies when) {
    const pid_t child = ::fork();
    if (child == 0) {
      dies = when;
      Life(folder_).ask();
      ::_exit(1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_EQ(status, 0);
  }
  std::filesystem::path folder_;
};

TEST_F(IdempotencyCrash, BeforeTheEffectLeavesNothingInTheWay) {
  ask_and_die(Dies::kBeforeTheEffect);
  Life life(folder_);
  EXPECT_EQ(life.made(), 0);
  EXPECT_EQ(life.ask().status, 201);
  EXPECT_EQ(life.made(), 1);
}

TEST_F(IdempotencyCrash, BetweenTheEffectAndItsAnswerIsToldAndNothingIsDoneTwice) {
  ask_and_die(Dies::kAfterTheEffect);
  Life life(folder_);
  ASSERT_EQ(life.made(), 1);
  const http::Response answer = life.ask();
  EXPECT_EQ(answer.status, 409);
  EXPECT_THAT(answer.body, HasSubstr("idempotency_answer_lost"));
  EXPECT_EQ(life.made(), 1);
}

TEST_F(IdempotencyCrash, AfterTheAnswerWasKeptChangesNothing) {
  const http::Response first = Life(folder_).ask();
  Life life(folder_);
  EXPECT_EQ(life.ask().body, first.body);
  EXPECT_EQ(life.made(), 1);
}

}  // namespace
}  // namespace cardea::server::api::testing
