// SPDX-License-Identifier: Apache-2.0
#pragma once
// A provider that says what a test wants: real HTTPS on a free port of the loopback, in a thread of its own. Against an honest
// one, tests/e2e has glewlwyd.

#include <fmt/format.h>
#include <openssl/sha.h>

#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "server/domain/instant.hpp"
#include "server/http/server.hpp"
#include "server/http/test_certificates.hpp"
#include "server/oidc/provider.hpp"
#include "server/oidc/testing/soft_issuer.hpp"

namespace cardea::server::oidc::testing {

class SoftProvider {
 public:
  /// What it is to say otherwise. Set it when nothing is under way.
  struct Saying {
    std::map<std::string, std::string> metadata;  ///< members as JSON; "": left out
    std::map<std::string, std::string> claims;    ///< the same, of the ID token
    std::string keys;                             ///< "": those of `issuer_key`
    /// The ID token with these claims; nothing: signed as it should be.
    std::function<std::string(const std::string& claims)> token;
    /// An answer in place of its own, by the path; nothing: its own.
    std::function<std::optional<http::Response>(std::string_view path)> answer;
  };
  Saying saying;
  SoftIssuer issuer_key{"P-256"};
  static constexpr const char* client_id = "cardea";
  static constexpr const char* client_secret = "a secret: with %";

  SoftProvider() {
    certificates_.make("DNS:localhost");
    http::ServerOptions options;
    options.port = 0;
    options.tls = http::TlsIdentity::load(certificates_.files()).value();
    server_ = std::make_unique<http::Server>(loop_, router_, nobody_, std::move(options));
    add(http::Method::kGet, "/.well-known/openid-configuration", [this](const http::Request&) { return metadata(); });
    add(http::Method::kGet, "/keys", [this](const http::Request&) { return keys(); });
    add(http::Method::kPost, "/token", [this](const http::Request& request) { return token(request); });
    CARDEA_ASSERT(server_->listen().ok());
    thread_ = std::thread([this] { loop_.run(); });
  }
  ~SoftProvider() {
    loop_.post([this] { spawn(end()); });
    thread_.join();
  }
  SoftProvider(const SoftProvider&) = delete;
  SoftProvider& operator=(const SoftProvider&) = delete;

  [[nodiscard]] std::string issuer() const { return "https://localhost:" + std::to_string(server_->port()); }
  [[nodiscard]] ProviderOptions options() const { return {issuer(), client_id, client_secret, certificates_.ca_file()}; }
  /// How often a path was asked for.
  [[nodiscard]] int count(const std::string& path) {
    const std::lock_guard lock(mutex_);
    return counts_[path];
  }
  /// What came with the newest request for a token.
  [[nodiscard]] std::string authorization() {
    const std::lock_guard lock(mutex_);
    return authorization_;
  }
  [[nodiscard]] std::string form() {
    const std::lock_guard lock(mutex_);
    return form_;
  }

  /// Somebody signs in there and goes back: the code, good for the URL that the platform gave. `claims`: of whoever it is.
  std::string sign_in(const std::string& authorization_url, const std::map<std::string, std::string>& claims) {
    const std::lock_guard lock(mutex_);
    const std::string code = fmt::format("code-{}", visits_.size());
    visits_[code] = {member(authorization_url, "nonce"), member(authorization_url, "code_challenge"), claims};
    return code;
  }
  /// A member of a query or a form whose value needs no decoding.
  static std::string member(std::string_view text, std::string_view name) {
    const std::string start = std::string(name) + "=";
    std::size_t at = text.find('?') == std::string_view::npos ? 0 : text.find('?') + 1;
    while (at < text.size()) {
      const std::string_view pair = text.substr(at, text.find('&', at) - at);
      if (pair.starts_with(start)) return std::string(pair.substr(start.size()));
      at += pair.size() + 1;
    }
    return {};
  }

 private:
  struct Visit {
    std::string nonce;
    std::string challenge;
    std::map<std::string, std::string> claims;
  };
  struct Nobody final : http::Authenticator {
    Task<Outcome<Principal>> authenticate(const http::Request&) override { co_return Problem{401, "unauthorized", "", {}, {}}; }
  };

  template <class Make>
  void add(http::Method method, const std::string& path, Make make) {
    router_.add(method, path, Permission::kPublic, [this, path, make](const http::Request& request) -> Task<http::Response> {
      {
        const std::lock_guard lock(mutex_);
        ++counts_[path];
      }
      std::optional<http::Response> other = saying.answer ? saying.answer(path) : std::nullopt;
      co_return other ? *std::move(other) : make(request);
    });
  }
  static std::string object_of(std::map<std::string, std::string> members, const std::map<std::string, std::string>& other) {
    for (const auto& [name, value] : other) members[name] = value;
    std::string out;
    for (const auto& [name, value] : members)
      if (!value.empty()) out += fmt::format(R"({}"{}":{})", out.empty() ? "" : ",", name, value);
    return "{" + out + "}";
  }
  http::Response metadata() const {
    const auto quoted = [this](const char* path) { return '"' + issuer() + path + '"'; };
    return http::json_response(200, object_of({{"issuer", quoted("")},
                                               {"authorization_endpoint", quoted("/authorize")},
                                               {"token_endpoint", quoted("/token")},
                                               {"jwks_uri", quoted("/keys")}},
                                              saying.metadata));
  }
  http::Response keys() const { return http::json_response(200, saying.keys.empty() ? issuer_key.keys("1") : saying.keys); }
  http::Response token(const http::Request& request) {
    const std::lock_guard lock(mutex_);
    authorization_ = std::string(request.header("authorization"));
    form_ = std::string(request.body);
    const auto visit = visits_.extract(member(form_, "code"));
    const std::string verifier = member(form_, "code_verifier");
    Bytes<32> hash;
    SHA256(reinterpret_cast<const unsigned char*>(verifier.data()), verifier.size(), hash.data());
    if (visit.empty() || visit.mapped().challenge != base64url_of(hash))
      return http::json_response(400, R"({"error":"invalid_grant"})");
    const std::uint64_t at = now().value;
    std::map<std::string, std::string> claims = {
        {"iss", '"' + issuer() + '"'}, {"aud", '"' + std::string(client_id) + '"'}, {"exp", std::to_string(at + 300)},
        {"iat", std::to_string(at)},   {"nonce", '"' + visit.mapped().nonce + '"'}, {"sub", R"("ada-1")"}};
    for (const auto& [name, value] : visit.mapped().claims) claims[name] = value;
    const std::string text = object_of(claims, saying.claims);
    const std::string made = saying.token ? saying.token(text) : issuer_key.token("1", text);
    return http::json_response(200, R"({"token_type":"Bearer","access_token":"none","id_token":")" + made + "\"}");
  }
  Task<void> end() {
    co_await server_->stop(std::chrono::milliseconds(200));
    loop_.stop();
  }

  http::TestCertificates certificates_;
  Loop loop_;
  http::Router router_;
  Nobody nobody_;
  std::unique_ptr<http::Server> server_;
  std::mutex mutex_;
  std::map<std::string, int> counts_;
  std::map<std::string, Visit> visits_;
  std::string authorization_;
  std::string form_;
  std::thread thread_;
};

}  // namespace cardea::server::oidc::testing
