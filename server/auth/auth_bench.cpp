// SPDX-License-Identifier: Apache-2.0
// What every request pays before anything is looked at: who calls, what they may do, and the charge against their rate.
#include <openssl/sha.h>

#include <cstdlib>
#include <filesystem>

#include "server/auth/auth.hpp"
#include "server/base/run_to_end.hpp"
#include "server/store/sqlite_store.hpp"
#include "tools/bench/report.hpp"

namespace cardea::server {
namespace {

/// A platform's authenticator with one API key.
class OneKey {
 public:
  OneKey() {
    char name[] = "/tmp/cardea-auth-bench-XXXXXX";
    folder_ = ::mkdtemp(name);
    store_ = *SqliteStore::open(loop_, {.file = folder_ / "cardea.db", .on_failure = {}});
    LimitOptions limits;
    limits.key = {1'000'000'000, std::chrono::seconds(1)};
    auth_.emplace(loop_, *store_, limits, [] { return UnixSeconds{1'800'000'000}; });
    authorization_ = "Bearer " + run_to_end(loop_, store_->write([](Transaction& tx) { return make_key(tx); }))->text;
    request_.headers = {{"Authorization", authorization_}};
    request_.peer = "192.0.2.1";
    CARDEA_ASSERT(may(Permission::kDoorsRead));  // and so the key is known from here on
  }
  ~OneKey() { std::filesystem::remove_all(folder_); }
  OneKey(const OneKey&) = delete;
  OneKey& operator=(const OneKey&) = delete;

  [[nodiscard]] bool may(Permission permission) {
    Task<Outcome<Principal>> task = auth_->authenticate(request_);
    CARDEA_ASSERT(task.run_without_waiting());
    const Outcome<Principal> who = task.take();
    return who.ok() && who->permissions.has(permission);
  }

 private:
  static Task<Outcome<NewApiKey>> make_key(Transaction& tx) {
    const WorkspaceId workspace = WorkspaceId::make();
    co_await tx.execute("INSERT INTO workspaces (workspace, name, settings, created_at) VALUES (?1, 'w', '{}', 0)", workspace);
    ApiKeyOrder order{"bench", permissions_of(Role::kAuditor), std::nullopt, std::nullopt};
    co_return co_await make_api_key(tx, workspace, std::move(order), UnixSeconds{1'800'000'000});
  }

  Loop loop_;
  std::filesystem::path folder_;
  std::unique_ptr<SqliteStore> store_;
  std::optional<Auth> auth_;
  std::string authorization_;
  http::Request request_;
};

CARDEA_BENCH(auth_decision) {
  OneKey key;
  const std::uint8_t block[SHA256_CBLOCK] = {1, 2, 3};
  std::uint8_t digest[SHA256_DIGEST_LENGTH];
  report.compare(
      "auth/decision", "decisions/s", {"SHA-256 of one block", bench::at_least_ratio(1.0 / 50)},
      [&] { bench::keep(key.may(Permission::kDoorsRead)); },
      [&] {
        SHA256(block, sizeof block, digest);
        bench::keep(digest);
      });
}

}  // namespace
}  // namespace cardea::server
