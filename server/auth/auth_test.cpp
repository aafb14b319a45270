// SPDX-License-Identifier: Apache-2.0
#include "server/auth/auth.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "server/store/sqlite_store.hpp"

namespace cardea::server {
namespace {

class AuthTest : public ::testing::Test {
 protected:
  AuthTest() {
    char name[] = "/tmp/cardea-auth-XXXXXX";
    folder_ = ::mkdtemp(name);
    store_ = *SqliteStore::open(loop_, {.file = folder_ / "cardea.db", .on_failure = {}});
    LimitOptions limits;
    limits.address = {20, std::chrono::seconds(1)};
    limits.key = {5, std::chrono::seconds(1)};
    auth_.emplace(loop_, *store_, limits, [this] { return now_; }, [this] { return std::chrono::seconds(now_.value); });
  }
  ~AuthTest() override { std::filesystem::remove_all(folder_); }

  /// Runs a coroutine to its end.
  template <class T>
  T run(Task<T> task) {
    std::optional<T> out;
    spawn([](Task<T> inner, std::optional<T>& result, Loop& loop) -> Task<void> {
      result.emplace(co_await std::move(inner));
      loop.post([&loop] { loop.stop(); });
    }(std::move(task), out, loop_));
    loop_.run();
    return *std::move(out);
  }
  static Task<void> make_workspace(Transaction& tx, WorkspaceId workspace) {
    co_await tx.execute(
        "INSERT INTO workspaces (workspace, name, settings, created_at) VALUES (?1, 'w', '{}', 0) ON CONFLICT DO NOTHING",
        workspace);
  }
  NewApiKey make(WorkspaceId workspace, std::string name, std::optional<UnixSeconds> expires_at = std::nullopt) {
    return *run(store_->write([=, this](Transaction& tx) -> Task<Outcome<NewApiKey>> {
      co_await make_workspace(tx, workspace);
      ApiKeyOrder order{name, permissions_of(Role::kAuditor), std::nullopt, expires_at};
      co_return co_await make_api_key(tx, workspace, std::move(order), now_);
    }));
  }
  NewSession sign_in(WorkspaceId workspace, OperatorId who, Role role) {
    return *run(store_->write([=, this](Transaction& tx) -> Task<Outcome<NewSession>> {
      co_await make_workspace(tx, workspace);
      co_await tx.execute(
          "INSERT INTO operators (workspace, operator, name, email, role, created_at, created_by) VALUES (?1, ?2, 'Ada', ?3, "
          "?4, 0, "
          "'key_0') ON CONFLICT DO NOTHING",
          workspace, who, who.text(), name_of(role));
      Visitor visitor{"192.0.2.1", "a test"};
      co_return co_await start_session(tx, workspace, who, std::move(visitor), now_);
    }));
  }
  void execute(std::string_view sql) {
    const auto done = run(store_->write([=](Transaction& tx) -> Task<Outcome<Done>> {
      co_await tx.execute(sql);
      co_return Done{};
    }));
    ASSERT_TRUE(done.ok());
  }

  using Headers = std::vector<std::pair<std::string_view, std::string_view>>;
  Outcome<Principal> send(Headers headers, http::Method method = http::Method::kGet) {
    http::Request request;
    request.method = method;
    request.headers = std::move(headers);
    request.peer = "192.0.2.1";
    return run(auth_->authenticate(request));
  }
  Outcome<Principal> show(const std::string& authorization) { return send({{"Authorization", authorization}}); }

  Loop loop_;
  std::filesystem::path folder_;
  UnixSeconds now_{1'795'000'000};
  std::unique_ptr<SqliteStore> store_;
  std::optional<Auth> auth_;
};

TEST_F(AuthTest, LetsNobodyInWithoutAKeyThatItKnows) {
  const NewApiKey key = make(WorkspaceId::make(), "k");
  std::string other = key.text;
  other.back() = other.back() == '0' ? '1' : '0';
  for (const std::string& header : {std::string(), std::string("Bearer "), key.text, "bearer " + key.text, "Basic " + key.text,
                                    "Bearer " + key.text + "0", "Bearer " + other, "Bearer " + key.text.substr(1)}) {
    const auto principal = show(header);
    ASSERT_FALSE(principal.ok()) << header;
    EXPECT_EQ(principal.error().status, 401);
    EXPECT_EQ(principal.error().code, "unauthorized");
  }
}

TEST_F(AuthTest, KnowsAKeyItsWorkspaceAndItsPermissionsAndStoresOnlyItsHash) {
  const auto workspace = WorkspaceId::make();
  const NewApiKey key = make(workspace, "k");
  for (int i = 0; i < 2; ++i) {  // from the database, then from the cache
    const auto principal = show("Bearer " + key.text);
    ASSERT_TRUE(principal.ok());
    EXPECT_EQ(principal->workspace, workspace);
    EXPECT_EQ(principal->by(), key.key.id.text());
    EXPECT_EQ(principal->permissions, permissions_of(Role::kAuditor));
  }
  EXPECT_EQ(run(auth_->api_keys.list(workspace))->front().hint, key.text.substr(key.text.size() - 4));
  const auto text = run(store_->read([&](Transaction& tx) -> Task<Outcome<std::size_t>> {
    co_return (
        co_await tx.execute("SELECT 1 FROM api_keys WHERE instr(hash, ?1) OR instr(name, ?1) OR instr(hint, ?1)", key.text))
        .size();
  }));
  EXPECT_EQ(*text, 0u);
}

TEST_F(AuthTest, ShutsAKeyOutWhenItExpiresAlsoFromTheCache) {
  const NewApiKey key = make(WorkspaceId::make(), "k", UnixSeconds{now_.value + 60});
  EXPECT_TRUE(show("Bearer " + key.text).ok());
  now_.value += 59;
  EXPECT_TRUE(show("Bearer " + key.text).ok());
  now_.value += 1;
  EXPECT_EQ(show("Bearer " + key.text).error().status, 401);
  auth_->api_keys.forget();
  EXPECT_EQ(show("Bearer " + key.text).error().status, 401);
}

TEST_F(AuthTest, TellsWhenAKeyWasLastUsedAlsoAfterItWasStored) {
  const auto workspace = WorkspaceId::make();
  const NewApiKey key = make(workspace, "k");
  EXPECT_FALSE(run(auth_->api_keys.list(workspace))->front().last_used_at.has_value());
  ASSERT_TRUE(show("Bearer " + key.text).ok());
  const auto used = now_;
  now_.value += 100;
  EXPECT_EQ(run(auth_->api_keys.list(workspace))->front().last_used_at, used);
  ASSERT_TRUE(run(auth_->store_use()).ok());
  EXPECT_EQ(run(auth_->api_keys.list(workspace))->front().last_used_at, used);
}

TEST_F(AuthTest, ChargesAKeyForItsRequestsAndAnAddressForKeysThatAreNone) {
  const NewApiKey key = make(WorkspaceId::make(), "k");
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(show("Bearer " + key.text).ok());
  EXPECT_EQ(show("Bearer " + key.text).error().status, 429);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(show("Bearer " + make_token(api_key_prefix).text).error().status, 401);
  EXPECT_EQ(show("Bearer " + make_token(api_key_prefix).text).error().status, 429);
  EXPECT_EQ(show("Bearer " + make_token(session_prefix).text).error().status, 429);
  now_.value += 1;
  EXPECT_TRUE(show("Bearer " + key.text).ok());  // known already: the flood at its address does not shut it out
}

TEST_F(AuthTest, EndsASessionAfterAnHourOfSilenceAndAfterTwelveHoursOfUse) {
  const auto workspace = WorkspaceId::make();
  const NewSession silent = sign_in(workspace, OperatorId::make(), Role::kManager);
  EXPECT_TRUE(show("Bearer " + silent.text).ok());
  now_.value += session_idle_s;
  EXPECT_EQ(show("Bearer " + silent.text).error().code, "unauthorized");
  const NewSession busy = sign_in(workspace, OperatorId::make(), Role::kManager);
  for (std::uint64_t used = 0; used + session_idle_s - 1 < session_s; used += session_idle_s - 1) {
    ASSERT_TRUE(show("Bearer " + busy.text).ok()) << used;
    if (used % 2 == 0) {
      ASSERT_TRUE(run(auth_->store_use()).ok());
    }
    now_.value += session_idle_s - 1;
  }
  EXPECT_TRUE(show("Bearer " + busy.text).ok());
  now_.value = busy.expires_at.value;
  EXPECT_EQ(show("Bearer " + busy.text).error().code, "unauthorized");
}

TEST_F(AuthTest, ASessionIsWhatItsOperatorIsAtThisMoment) {
  const auto workspace = WorkspaceId::make();
  const auto who = OperatorId::make();
  const NewSession session = sign_in(workspace, who, Role::kOwner);
  const auto principal = show("Bearer " + session.text);
  ASSERT_TRUE(principal.ok());
  EXPECT_EQ(principal->operator_id(), who);
  EXPECT_EQ(principal->by(), who.text());
  EXPECT_TRUE(principal->permissions.has(Permission::kAccountOwn));
  EXPECT_TRUE(principal->permissions.covers(permissions_of(Role::kOwner)));
  execute("UPDATE operators SET role = 'auditor'");
  EXPECT_FALSE(show("Bearer " + session.text)->permissions.has(Permission::kOperatorsWrite));
  execute("UPDATE operators SET ended_at = 1");
  EXPECT_EQ(show("Bearer " + session.text).error().status, 401);
}

TEST_F(AuthTest, TakesACookieFromItsOwnPagesOnly) {
  const NewSession session = sign_in(WorkspaceId::make(), OperatorId::make(), Role::kOwner);
  const std::string cookie = "theme=dark; __Host-cardea-session=" + session.text;
  const auto post = [&](Headers more) {
    Headers headers{{"Cookie", cookie}, {"Host", "cardea.example:8480"}};
    headers.insert(headers.end(), more.begin(), more.end());
    return send(std::move(headers), http::Method::kPost);
  };
  for (const char* origin :
       {"https://evil.example", "null", "", "https://cardea.example", "https://cardea.example:8480.evil.example",
        "https://evil.example/cardea.example:8480", "cardea.example:8480"}) {
    const auto refused = post({{"Origin", origin}});
    ASSERT_FALSE(refused.ok()) << origin;
    EXPECT_EQ(refused.error().code, "origin_refused") << origin;
  }
  EXPECT_EQ(post({}).error().code, "origin_refused");
  EXPECT_TRUE(post({{"Origin", "https://cardea.example:8480"}}).ok());
  EXPECT_TRUE(send({{"Cookie", cookie}, {"Host", "cardea.example:8480"}}).ok());
  EXPECT_EQ(send({{"Cookie", "x__Host-cardea-session=" + session.text}}).error().status, 401);
  EXPECT_EQ(send({{"Cookie", "__Host-cardea-session=nonsense"}}).error().status, 401);
  // A header is looked at first: a cookie never stands in for a bad key.
  EXPECT_EQ(send({{"Authorization", "Bearer x"}, {"Cookie", cookie}}).error().status, 401);
}

}  // namespace
}  // namespace cardea::server
