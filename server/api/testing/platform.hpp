// SPDX-License-Identifier: Apache-2.0
#pragma once
// A whole platform for tests: real SQLite file, real sealed key store, real links, real HTTP on a free port of the loopback.
// Its loop runs on a thread of its own; the test talks to it through HTTP alone.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "server/http/client.hpp"
#include "server/http/router.hpp"
#include "server/oidc/provider.hpp"
#include "server/usecases/context.hpp"

namespace cardea::server::api::testing {

/// A workspace, made when the platform starts.
struct Tenant {
  std::string api_key;  ///< with every permission
};

class Platform {
 public:
  /// Starts with an empty database in a new folder below the temporary directory, and two workspaces.
  /// `test_webhooks`: webhooks may go to the test's own server. `more` adds routes of the test's own.
  using AddRoutes = void (*)(http::Router& router, usecases::Context& context);
  explicit Platform(bool test_webhooks = false, AddRoutes more = nullptr);
  ~Platform();
  Platform(const Platform&) = delete;
  Platform& operator=(const Platform&) = delete;

  [[nodiscard]] const Tenant& tenant() const;
  /// Of another workspace: nothing of tenant()'s is to be seen with it.
  [[nodiscard]] const Tenant& stranger() const;
  [[nodiscard]] std::string url() const;
  /// Every route that was added: "GET /v1/doors/{door_id}".
  [[nodiscard]] std::vector<std::string> routes() const;

  /// Operators may sign in through this provider from now on. Its tokens are checked by the real clock.
  void use_provider(oidc::ProviderOptions options);

  /// As --homes does; from the start on.
  void offer_homes(bool offered);

  /// Moves the platform's clock for use cases: tests do not wait.
  void advance(std::uint64_t seconds);
  /// Runs what time brings about, and returns when it is done.
  void run_upkeep();

  /// What a start of the platform does for alerts.
  void prepare_alerts();
  /// Looks for alerts until there is nothing left to do. Nobody else does in this platform.
  void run_alerts();

  /// The certificate that it would serve: an hour has passed, or it is a new one.
  void serve_certificate(UnixSeconds starts_at, UnixSeconds ends_at);

  /// Runs one statement on the database, to bring about what would take years.
  void execute(std::string sql);

  /// The one number that a query answers.
  std::int64_t number(std::string sql);

  /// The text of the newest mail to an address, as the outbox will send it; "" for none.
  [[nodiscard]] std::string newest_mail(std::string address);

  /// The same as bytes for the mail server.
  [[nodiscard]] std::string newest_mail_as_sent(std::string address);

  /// The database's files as they stand on the disk.
  [[nodiscard]] std::string database_bytes() const;

  /// One request with `api_key` ("" for none).
  http::ClientResponse send(std::string_view method, std::string_view path, std::string body = {},
                            std::string_view api_key = "own", std::string content_type = "application/json");
  /// One request as it is.
  http::ClientResponse exchange(const http::ClientRequest& request);
  /// The same, with headers of the test's own.
  http::ClientResponse send(http::ClientRequest request, std::string_view api_key = "own");

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cardea::server::api::testing
