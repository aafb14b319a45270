// SPDX-License-Identifier: Apache-2.0
#pragma once
// The platform put together: store, key store, use cases, API, links and the HTTP server over one state folder.
//
// STATE/cardea.db        the database (and -wal, -shm, .lock beside it)
// STATE/keystore.sealed  the root key and the platform's identity
// STATE/platform.key     opens it, unless a passphrase does: keep it elsewhere than the backups of the other two
// STATE/api-key          an owner's API key of the first workspace, mode 0600; made with it

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "server/base/loop.hpp"
#include "server/http/tls_identity.hpp"
#include "server/mail/smtp.hpp"
#include "server/oidc/provider.hpp"
#include "server/platform/log.hpp"
#include "server/web/pages.hpp"

namespace cardea::server {

/// A web app, served on an address of its own: a browser lets no other origin read what it keeps. The API is there too, as far
/// as the app needs it (api/phone_routes.hpp), so that its cookies go nowhere else.
struct AppOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any
  /// Where browsers find it: "https://console.example.org". Empty: as PlatformOptions::public_url, or else
  /// http://localhost:PORT (https:// with TLS), if the address is of the loopback.
  std::string url;
  web::Assets assets;
};

struct PlatformOptions {
  std::filesystem::path state;         ///< made with mode 0700 if it is not there
  std::filesystem::path api_key_file;  ///< empty: STATE/api-key
  std::string passphrase;              ///< empty: the platform key file
  std::string address = "127.0.0.1";
  std::uint16_t port = 8480;  ///< 0: any
  /// TLS with these. Without it the address must be of the loopback, or a trusted proxy in front must speak TLS.
  std::optional<http::TlsFiles> tls;
  /// Where metrics are served, in plain: of the loopback. Port 0: any. Nothing: nowhere.
  std::optional<std::pair<std::string, std::uint16_t>> metrics;
  bool test_webhooks = false;  ///< for tests: webhooks may go to internal addresses, any port, and over plain http
  /// Proxies whose X-Forwarded-For is believed: without them all people behind one are counted as one.
  std::vector<std::string> trusted_proxies;
  /// Where browsers find `address`: "https://cardea.example.org". Passkeys are bound to it, and invitations lead there, as far
  /// as no app has a URL of its own.
  std::string public_url;
  std::optional<AppOptions> console;
  std::optional<AppOptions> phone;
  /// Whether anybody with a lock's label may make a workspace of their own for it (usecases/homes.hpp).
  bool homes = false;
  /// The server that mails go out by; an empty url: none, and they wait in the outbox.
  mail::SmtpOptions mail = {};
  /// The provider that operators may sign in through; an empty issuer: none.
  oidc::ProviderOptions oidc = {};
  std::uint32_t key_requests_per_s = 1'000;  ///< of one API key, at most 1,000; twice as many in one moment. 0: no limit
};

/// Why it does not start, for the person at the terminal. Nothing was changed but what a first start makes.
struct StartFailure {
  std::string message;
};

class Platform {
 public:
  /// Opens everything and listens. Runs `loop` while a first start writes.
  static Result<std::unique_ptr<Platform>, StartFailure> start(Loop& loop, const Log& log, const PlatformOptions& options);
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;
  ~Platform();

  [[nodiscard]] std::uint16_t port() const;
  /// Where browsers find the apps; "" for one that is not served, or whose URL nobody has said.
  [[nodiscard]] const std::string& console_url() const;
  [[nodiscard]] const std::string& phone_url() const;
  /// 0 when no metrics are served.
  [[nodiscard]] std::uint16_t metrics_port() const;
  /// True when this start made the state: the API key file is new.
  [[nodiscard]] bool is_new() const;
  [[nodiscard]] const std::filesystem::path& api_key_file() const;

  /// Takes the certificate and key that are in the files now; they are also looked at every two seconds. What came of it is in
  /// the log.
  void reload_certificate();
  /// Lets what is in flight finish, closes the links, ends the loop.
  void stop();

 private:
  struct State;
  explicit Platform(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cardea::server
