// SPDX-License-Identifier: Apache-2.0
// attack-platform SOCKET DIE_AT DIRECTORY LOCK_ID CLAIM_SECRET: the shipped platform behind a lock's connection (link, use
// cases, key store and SQLite store, without the HTTP around them), for the attacks E11 and E16. A program of its own: lock and
// server never meet in one.

#include <cstdio>
#include <filesystem>
#include <memory>

#include "server/domain/instant.hpp"
#include "server/keys/sealed_key_store.hpp"
#include "server/link/link_hub.hpp"
#include "server/store/sqlite_store.hpp"
#include "server/usecases/lock_reports.hpp"
#include "tests/attacks/platform_core.hpp"

namespace cardea::attacks {
namespace {

using namespace server;

/// The lock's WebSocket, without the socket.
class WireSocket final : public http::Socket {
 public:
  explicit WireSocket(Wire& wire) : wire_(wire) {}
  bool send(ByteSpan message) override {
    if (open_) wire_.send(message);
    return open_;
  }
  void close(std::uint16_t, std::string_view) override { open_ = false; }
  void admit() override {}
  [[nodiscard]] bool is_open() const override { return open_; }
  [[nodiscard]] std::string peer() const override { return "wire"; }

 private:
  Wire& wire_;
  bool open_ = true;
};

SqliteOptions store_options(const std::filesystem::path& directory) {
  SqliteOptions options;
  options.file = directory / "cardea.db";
  return options;
}

class ShippedPlatform final : public PlatformCore {
 public:
  ShippedPlatform(const LockId& id, const Secret<activation::claim_secret_size_bytes>& claim_secret,
                  const std::filesystem::path& directory)
      : id_(id),
        claim_secret_(claim_secret),
        keys_(SealedKeyStore::open(directory / "keystore.sealed", {"", directory / "platform.key"}).value()),
        store_(SqliteStore::open(loop_, store_options(directory)).value()),
        hub_(loop_, *store_, *keys_, [](const LinkNote&) {}) {
    finish(claim());
  }

  void connect(Wire& wire) override {
    if (handler_) finish(handler_->on_close());
    handler_ = hub_.route().open(std::make_shared<WireSocket>(wire));
  }
  void receive(ByteSpan message) override {
    if (handler_) finish(take(message));
  }
  std::uint32_t stored_seq() override { return lock().next_seq - 1; }
  bool chain_is_broken() override { return lock().chain_broken; }

 private:
  /// Also what it gave the store to do, whose writers are served in order: records are taken in beside the messages after them.
  Task<void> take(ByteSpan message) {
    co_await handler_->on_message(message);
    const auto settled = co_await store_->write([](Transaction&) -> Task<Outcome<Done>> { co_return Done{}; });
    CARDEA_ASSERT(settled.ok());
  }
  /// Runs the loop until `task` has ended.
  void finish(Task<void> task) {
    spawn(run_to_end(std::move(task)));
    loop_.run();
  }
  Task<void> run_to_end(Task<void> task) {
    co_await std::move(task);
    loop_.post([this] { loop_.stop(); });
  }

  usecases::LinkedLock lock() {
    std::optional<usecases::LinkedLock> found;
    finish(find(found));
    return found.value();
  }
  Task<void> find(std::optional<usecases::LinkedLock>& found) {
    auto read = co_await store_->read([this](Transaction& tx) -> Task<Outcome<std::optional<usecases::LinkedLock>>> {
      co_return co_await usecases::find_lock(tx, id_, now());
    });
    found = std::move(read).value();
  }

  /// A workspace with one door, and the label of the lock beside it; nothing when they are there.
  Task<void> claim() {
    const auto made = co_await store_->write([this](Transaction& tx) -> Task<Outcome<Done>> {
      const WorkspaceId workspace = WorkspaceId::make();
      const SiteId site = SiteId::make();
      const DoorId door = DoorId::make();
      const Rows known = co_await tx.execute("SELECT 1 FROM locks");
      if (!known.empty()) co_return Done{};
      const Blob secret = keys_->seal_claim_secret({workspace.bytes, id_}, claim_secret_).value();
      co_await tx.execute("INSERT INTO workspaces (workspace, name, settings, created_at) VALUES (?1, 'w', '{}', ?2)",
                          workspace, now());
      co_await tx.execute("INSERT INTO sites (workspace, site, name, created_at) VALUES (?1, ?2, 's', ?3)", workspace, site,
                          now());
      co_await tx.execute(
          "INSERT INTO doors (workspace, door, site, name, zone, created_at) VALUES (?1, ?2, ?3, 'd', 'Etc/UTC', ?4)",
          workspace, door, site, now());
      co_await tx.execute(
          "INSERT INTO locks (workspace, lock, door, state, settings, claim_sealed, claimed_at) VALUES (?1, ?2, ?3, 'claimed', "
          "'{}', ?4, ?5)",
          workspace, id_, door, secret, now());
      co_return Done{};
    });
    CARDEA_ASSERT(made.ok());
  }

  LockId id_;
  Secret<activation::claim_secret_size_bytes> claim_secret_;
  Loop loop_;
  std::unique_ptr<SealedKeyStore> keys_;
  std::unique_ptr<SqliteStore> store_;
  LinkHub hub_;
  std::unique_ptr<http::SocketHandler> handler_;
};

}  // namespace
}  // namespace cardea::attacks

int main(int argc, char** argv) {
  using namespace cardea;
  using server::parse_hex;
  LockId id;
  Secret<activation::claim_secret_size_bytes> claim_secret;
  if (argc != 6 || parse_hex(argv[4], id.value) != Status::kOk ||
      parse_hex(argv[5], claim_secret.mutable_bytes()) != Status::kOk) {
    std::fputs("usage: attack-platform SOCKET DIE_AT DIRECTORY LOCK_ID CLAIM_SECRET\n", stderr);
    return 2;
  }
  attacks::ShippedPlatform platform(id, claim_secret, argv[3]);
  attacks::serve_platform(platform, std::stoi(argv[1]), static_cast<std::uint32_t>(std::stoul(argv[2])));
}
