// SPDX-License-Identifier: Apache-2.0
#include "server/auth/api_keys.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "server/domain/instant.hpp"
#include "server/store/sqlite_store.hpp"

namespace cardea::server {
namespace {

class ApiKeysTest : public ::testing::Test {
 protected:
  ApiKeysTest() {
    char name[] = "/tmp/cardea-auth-XXXXXX";
    folder_ = ::mkdtemp(name);
    store_ = *SqliteStore::open(loop_, {.file = folder_ / "cardea.db", .on_failure = {}});
    keys_.emplace(*store_);
  }
  ~ApiKeysTest() override { std::filesystem::remove_all(folder_); }

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
  NewApiKey make(WorkspaceId workspace, std::string name) {
    return *run(store_->write([=](Transaction& tx) -> Task<Outcome<NewApiKey>> {
      co_await tx.execute(
          "INSERT INTO workspaces (workspace, name, settings, created_at) VALUES (?1, 'w', '{}', ?2) ON CONFLICT DO NOTHING",
          workspace, now());
      co_return co_await make_api_key(tx, workspace, name, permissions_of(Role::kAuditor));
    }));
  }
  Outcome<Principal> show(const std::string& header) { return run(keys_->authenticate(header)); }

  Loop loop_;
  std::filesystem::path folder_;
  std::unique_ptr<SqliteStore> store_;
  std::optional<ApiKeys> keys_;
};

TEST_F(ApiKeysTest, LetsNobodyInWithoutAKeyThatItKnows) {
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

TEST_F(ApiKeysTest, KnowsAKeyItsWorkspaceAndItsPermissionsAndStoresOnlyItsHash) {
  const auto workspace = WorkspaceId::make();
  const NewApiKey key = make(workspace, "k");
  for (int i = 0; i < 2; ++i) {  // from the database, then from the cache
    const auto principal = show("Bearer " + key.text);
    ASSERT_TRUE(principal.ok());
    EXPECT_EQ(principal->workspace, workspace);
    EXPECT_EQ(principal->by(), key.key.id.text());
    EXPECT_EQ(principal->permissions, permissions_of(Role::kAuditor));
  }
  EXPECT_EQ(run(keys_->list(workspace))->front().hint, key.text.substr(key.text.size() - 4));
  const auto text = run(store_->read([&](Transaction& tx) -> Task<Outcome<std::size_t>> {
    co_return (
        co_await tx.execute("SELECT 1 FROM api_keys WHERE instr(hash, ?1) OR instr(name, ?1) OR instr(hint, ?1)", key.text))
        .size();
  }));
  EXPECT_EQ(*text, 0u);
}

TEST_F(ApiKeysTest, ShutsARevokedKeyOutAtOnceAndKeepsTheLastOne) {
  const auto workspace = WorkspaceId::make();
  const NewApiKey first = make(workspace, "first");
  const NewApiKey second = make(workspace, "second");
  ASSERT_TRUE(show("Bearer " + second.text).ok());
  EXPECT_EQ(run(keys_->revoke(WorkspaceId::make(), second.key.id)).error().code, "key_not_found");
  EXPECT_TRUE(show("Bearer " + second.text).ok());
  EXPECT_TRUE(run(keys_->revoke(workspace, second.key.id)).ok());
  EXPECT_FALSE(show("Bearer " + second.text).ok());
  EXPECT_EQ(run(keys_->revoke(workspace, second.key.id)).error().code, "key_not_found");
  EXPECT_EQ(run(keys_->revoke(workspace, first.key.id)).error().code, "last_key");
  EXPECT_TRUE(show("Bearer " + first.text).ok());
}

}  // namespace
}  // namespace cardea::server
