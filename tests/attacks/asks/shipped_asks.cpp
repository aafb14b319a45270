// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <deque>
#include <filesystem>

#include "core/activation/activation.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "server/domain/instant.hpp"
#include "server/keys/sealed_key_store.hpp"
#include "server/link/link_hub.hpp"
#include "server/store/sqlite_store.hpp"
#include "tests/attacks/asks/asks.hpp"

namespace cardea::attacks {
namespace {

using server::Task;

/// The platform's end of a WebSocket.
class Wire final : public server::http::Socket {
 public:
  explicit Wire(std::string address) : address_(std::move(address)) {}
  bool send(ByteSpan) override {
    is_answered = true;
    return true;
  }
  void close(std::uint16_t, std::string_view) override { is_open_ = false; }
  void admit() override {}
  [[nodiscard]] bool is_open() const override { return is_open_; }
  [[nodiscard]] std::string peer() const override { return address_ + ":40000"; }

  bool is_answered = false;

 private:
  std::string address_;
  bool is_open_ = true;
};

struct Connection {
  std::shared_ptr<Wire> wire;
  std::unique_ptr<server::http::SocketHandler> handler;
};

template <class T, class E>
T opened(Result<T, E> result) {
  if (!result) std::abort();
  return *std::move(result);
}

class ShippedAsks final : public Asks {
 public:
  ShippedAsks() {
    name_.workspace = workspace_.bytes;
    name_.lock.value.fill(0x42);
    secret_.mutable_bytes()[0] = 7;
    write([this](server::Transaction& tx) { return make_door(tx); });
  }
  ~ShippedAsks() override {
    connections_.clear();
    std::filesystem::remove_all(folder_);
  }
  std::size_t ask(const std::string& address, bool with_label) override {
    activation::Ask ask{.lock = name_.lock,
                        .nonce = {},
                        .ephemeral = {},
                        .identity = {},
                        .lock_class = link::LockClass::kProtected,
                        .slot_count_max = 32};
    provider_.release_key(opened(provider_.p256_generate(KeyKind::kAgree, ask.ephemeral)));
    provider_.release_key(opened(provider_.p256_generate(KeyKind::kAgree, ask.identity)));
    const auto bytes = opened(activation::encode_ask(provider_, with_label ? secret_ : Secret<16>(), ask));
    Connection& connection = connections_.emplace_back(std::make_shared<Wire>(address), nullptr);
    connection.handler = hub_.route().open(connection.wire);
    run([&]() -> Task<void> { co_await connection.handler->on_message(bytes); });
    return connections_.size() - 1;
  }
  void claim() override {
    write([this](server::Transaction& tx) { return insert_claim(tx); });
    hub_.claim_made(name_);
    // Writers of the store are served in their order: after this one every ask was tried.
    write([](server::Transaction&) -> Task<server::Outcome<server::Done>> { co_return server::Done{}; });
  }
  bool is_answered(std::size_t ask) override { return connections_[ask].wire->is_answered; }
  std::size_t waiting() override { return hub_.counts().asking; }

 private:
  static std::filesystem::path make_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "cardea-asks-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    return name;
  }
  server::SqliteOptions database() const {
    server::SqliteOptions options;
    options.file = folder_ / "cardea.db";
    return options;
  }

  void run(const std::function<Task<void>()>& body) {
    spawn([](const std::function<Task<void>()>& task, server::Loop& loop) -> Task<void> {
      co_await task();
      loop.post([&loop] { loop.post([&loop] { loop.stop(); }); });
    }(body, loop_));
    loop_.run();
  }
  void write(const std::function<Task<server::Outcome<server::Done>>(server::Transaction&)>& body) {
    run([&]() -> Task<void> {
      const auto done = co_await store_->write(body);
      if (!done) std::abort();
    });
  }

  Task<server::Outcome<server::Done>> make_door(server::Transaction& tx) {
    const auto site = server::SiteId::make();
    co_await tx.execute("INSERT INTO workspaces (workspace, name, settings, created_at) VALUES (?1, 'w', '{}', 0)", workspace_);
    co_await tx.execute("INSERT INTO sites (workspace, site, name, created_at) VALUES (?1, ?2, 's', 0)", workspace_, site);
    co_await tx.execute("INSERT INTO doors (workspace, door, site, name, zone, created_at) VALUES (?1, ?2, ?3, 'd', 'UTC', 0)",
                        workspace_, door_, site);
    co_return server::Done{};
  }
  Task<server::Outcome<server::Done>> insert_claim(server::Transaction& tx) {
    const auto sealed = opened(keys_->seal_claim_secret(name_, secret_));
    co_await tx.execute(
        "INSERT INTO locks (workspace, lock, door, state, settings, claim_sealed, claimed_at) VALUES (?1, ?2, ?3, 'claimed', "
        "?4, ?5, ?6)",
        workspace_, name_.lock, door_,
        R"({"otp_digits":8,"code_digits":10,"code_epoch":0,"activation_window_s":259200,"only_keypad":false,"refuse_when_log_full":false,"time_step_max_s":86400,"open_ms":3000})",
        sealed, server::now());
    co_return server::Done{};
  }

  std::filesystem::path folder_ = make_folder();
  server::Loop loop_;
  std::unique_ptr<server::SqliteStore> store_ = opened(server::SqliteStore::open(loop_, database()));
  std::unique_ptr<server::SealedKeyStore> keys_ =
      opened(server::SealedKeyStore::open(folder_ / "keystore.sealed", {"", folder_ / "platform.key"}));
  server::LinkHub hub_{loop_, *store_, *keys_, [](const server::LinkNote&) {}};
  OpensslProvider provider_;
  server::WorkspaceId workspace_ = server::WorkspaceId::make();
  server::DoorId door_ = server::DoorId::make();
  server::LockName name_;
  Secret<16> secret_;
  std::deque<Connection> connections_;
};

}  // namespace

std::unique_ptr<Asks> make_shipped_asks() { return std::make_unique<ShippedAsks>(); }

}  // namespace cardea::attacks
