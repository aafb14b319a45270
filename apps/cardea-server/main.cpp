// SPDX-License-Identifier: Apache-2.0
// cardea-server: the platform as one process. Exit status: 0 stopped as asked, 2 usage, or a state that cannot be used.

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>

#include "server/domain/instant.hpp"
#include "server/platform/backup.hpp"
#include "server/platform/platform.hpp"
#include "server/web/assets.hpp"

namespace {

using namespace cardea::server;

struct Options {
  std::string listen = "127.0.0.1:8480";
  std::string console = "127.0.0.1:8481";
  std::string console_url;
  std::string phone = "127.0.0.1:8482";
  std::string phone_url;
  bool homes = false;
  std::string state = "cardea-state";
  std::string api_key_file;
  std::string passphrase_file;
  std::string metrics;
  std::string tls_certificate;
  std::string tls_key;
  std::vector<std::string> trusted_proxies;
  std::string public_url;
  std::string mail_server;
  std::string mail_from;
  std::string mail_user;
  std::string mail_password_file;
  std::string mail_ca_file;
  bool mail_without_tls = false;
  std::string oidc_issuer;
  std::string oidc_client_id;
  std::string oidc_client_secret_file;
  std::string oidc_ca_file;
  std::uint32_t key_rate = PlatformOptions{}.key_requests_per_s;
  LogForm log = LogForm::kText;
  bool verbose = false;
  bool test_webhooks = false;
  std::string to;            ///< of backup
  std::string from;          ///< of restore
  std::string platform_key;  ///< of restore
};

constexpr int exit_unusable = 2;

int fail(const std::string& message) {
  fmt::print(stderr, "cardea-server: {}\n", message);
  return exit_unusable;
}

/// "host:port", "[::1]:8480" or a port alone.
bool parse_listen(std::string text, std::string& address, std::uint16_t& to) {
  const std::size_t colon = text.rfind(':');
  if (colon != std::string::npos) {
    address = text.substr(0, colon);
    if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
    text = text.substr(colon + 1);
  }
  unsigned port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size() || port > 65'535 || address.empty()) return false;
  to = static_cast<std::uint16_t>(port);
  return true;
}

/// The first line of a file; false when there is none.
bool read_passphrase(const std::string& file, std::string& out) {
  std::ifstream in(file);
  return static_cast<bool>(std::getline(in, out)) && !out.empty();
}

/// From the environment or the file that is named; "" for neither. False, and said why, when the file has none.
bool take_passphrase(const Options& options, std::string& out) {
  if (const char* passphrase = std::getenv("CARDEA_PASSPHRASE"); passphrase != nullptr) {
    out = passphrase;
    ::unsetenv("CARDEA_PASSPHRASE");
  }
  if (options.passphrase_file.empty() || read_passphrase(options.passphrase_file, out)) return true;
  fail(fmt::format("--passphrase-file {}: no passphrase on its first line.", options.passphrase_file));
  return false;
}

/// Fills `out`; false, and said why, when the password cannot be read.
bool take_mail(const Options& options, mail::SmtpOptions& out) {
  out.url = options.mail_server;
  out.user = options.mail_user;
  out.ca_file = options.mail_ca_file;
  out.without_tls = options.mail_without_tls;
  if (const auto from = mail::parse_mailbox(options.mail_from)) out.from = *from;
  if (const char* password = std::getenv("CARDEA_MAIL_PASSWORD"); password != nullptr) {
    out.password = password;
    ::unsetenv("CARDEA_MAIL_PASSWORD");
  }
  if (options.mail_password_file.empty() || read_passphrase(options.mail_password_file, out.password)) return true;
  fail(fmt::format("--mail-password-file {}: no password on its first line.", options.mail_password_file));
  return false;
}

/// Fills `out`; false, and said why, when the secret cannot be read.
bool take_oidc(const Options& options, oidc::ProviderOptions& out) {
  out.issuer = options.oidc_issuer;
  out.client_id = options.oidc_client_id;
  out.ca_file = options.oidc_ca_file;
  if (const char* secret = std::getenv("CARDEA_OIDC_CLIENT_SECRET"); secret != nullptr) {
    out.client_secret = secret;
    ::unsetenv("CARDEA_OIDC_CLIENT_SECRET");
  }
  if (options.oidc_client_secret_file.empty() || read_passphrase(options.oidc_client_secret_file, out.client_secret))
    return true;
  fail(fmt::format("--oidc-client-secret-file {}: no secret on its first line.", options.oidc_client_secret_file));
  return false;
}

/// Fills `out` unless it is "off"; false, and said why, for no address.
bool take_app(std::string_view option, const std::string& where, const std::string& url, web::Assets (*assets)(),
              std::optional<AppOptions>& out) {
  if (where == "off") return true;
  AppOptions& app = out.emplace();
  app.url = url;
  app.assets = assets();
  if (parse_listen(where, app.address, app.port)) return true;
  fail(fmt::format("{} {}: expected ADDRESS:PORT, such as 127.0.0.1:8481, or off.", option, where));
  return false;
}

int serve(const Options& options) {
  PlatformOptions platform;
  platform.state = options.state;
  platform.api_key_file = options.api_key_file;
  platform.trusted_proxies = options.trusted_proxies;
  if (!options.tls_certificate.empty()) platform.tls = {options.tls_certificate, options.tls_key};
  platform.public_url = options.public_url;
  platform.homes = options.homes;
  platform.key_requests_per_s = options.key_rate;
  platform.test_webhooks = options.test_webhooks;
  if (!options.metrics.empty()) {
    auto& [address, port] = platform.metrics.emplace("127.0.0.1", std::uint16_t{0});
    if (!parse_listen(options.metrics, address, port))
      return fail(fmt::format("--metrics {}: expected ADDRESS:PORT, such as 127.0.0.1:9480.", options.metrics));
  }
  if (!parse_listen(options.listen, platform.address, platform.port))
    return fail(fmt::format("--listen {}: expected ADDRESS:PORT, such as 127.0.0.1:8480.", options.listen));
  if (!take_app("--console", options.console, options.console_url, web::console_assets, platform.console) ||
      !take_app("--phone", options.phone, options.phone_url, web::phone_assets, platform.phone))
    return exit_unusable;
  if (!take_passphrase(options, platform.passphrase) || !take_mail(options, platform.mail) ||
      !take_oidc(options, platform.oidc))
    return exit_unusable;

  Loop loop;
  const Log log(options.log, options.verbose ? LogLevel::kDebug : LogLevel::kInfo);
  auto started = Platform::start(loop, log, platform);
  OPENSSL_cleanse(platform.passphrase.data(), platform.passphrase.size());
  if (!started) return fail(started.error().message);
  Platform& running = **started;
  loop.on_signals({SIGTERM, SIGINT, SIGHUP}, [&](int signal) {
    // Of a service, a hang-up is an order to reload; of a terminal, its end.
    if (signal == SIGHUP && ::isatty(STDERR_FILENO) == 0) return running.reload_certificate();
    log.write(LogLevel::kInfo, "stopping", {{"signal", std::to_string(signal)}});
    running.stop();
  });
  if (running.is_new())
    fmt::print("A new platform in {}. The API key of its owner is in {}.\n", options.state, running.api_key_file().string());
  if (!running.console_url().empty()) fmt::print("The console is at {}\n", running.console_url());
  if (!running.phone_url().empty()) fmt::print("The phone app is at {}\n", running.phone_url());
  const bool v6 = platform.address.find(':') != std::string::npos;
  if (running.metrics_port() != 0) fmt::print("Metrics are served at port {}, path /metrics.\n", running.metrics_port());
  fmt::print("cardea-server ready on {}://{}:{}\n", platform.tls ? "https" : "http",
             v6 ? "[" + platform.address + "]" : platform.address, running.port());
  std::fflush(stdout);
  ::sd_notify(0, "READY=1");
  loop.run();
  log.write(LogLevel::kInfo, "stopped", {});
  return 0;
}

int back_up(const Options& options) {
  const auto made_at = make_backup(options.state, options.to);
  if (!made_at) return fail(made_at.error().message);
  fmt::print("Backed up {} to {} as it was at {}.\n", options.state, options.to, text_of(*made_at));
  fmt::print("The key that opens it is not in it: keep {}/platform.key, or the passphrase, in another place.\n", options.state);
  return 0;
}

int restore(const Options& options) {
  RestoreOptions restore{options.from, options.state, "", options.platform_key};
  if (!take_passphrase(options, restore.passphrase)) return exit_unusable;
  const auto done = restore_backup(restore);
  OPENSSL_cleanse(restore.passphrase.data(), restore.passphrase.size());
  if (!done) return fail(done.error().message);
  fmt::print("Restored {} to {} as it was at {}: {} locks.\n", options.from, options.state, text_of(done->backup_made_at),
             done->restored.locks);
  fmt::print(
      "What was issued since then is forgotten, so {} credentials end as soon as their locks hear of it: issue them anew.\n"
      "{} API keys work as they did then: revoke those that were revoked since (cardea key list). Everybody signs in again.\n",
      done->restored.credentials, done->restored.api_keys);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  CLI::App app("The Cardea platform: API, links to locks, database and key store in one process.", "cardea-server");
  Options options;
  app.add_option("--listen", options.listen, "where the API and the locks' links are served")->capture_default_str();
  app.add_option("--state", options.state, "folder of the database and the key store; made on the first start")
      ->capture_default_str();
  app.add_option("--api-key-file", options.api_key_file,
                 "where the first start writes the owner's API key (default: STATE/api-key)");
  app.add_option("--passphrase-file", options.passphrase_file,
                 "its first line opens the key store, instead of STATE/platform.key; or set CARDEA_PASSPHRASE");
  CLI::Option* const certificate =
      app.add_option(
             "--tls-certificate", options.tls_certificate,
             "PEM file of the certificate to serve TLS 1.3 with, then those between it and the root; read again when it "
             "changes, and on SIGHUP")
          ->type_name("FILE");
  CLI::Option* const key =
      app.add_option("--tls-key", options.tls_key, "PEM file of its private key, without a passphrase")->type_name("FILE");
  certificate->needs(key);
  key->needs(certificate);
  app.add_option("--trusted-proxy", options.trusted_proxies,
                 "address of a proxy in front that speaks TLS, whose X-Forwarded-For says who calls; may be given again")
      ->type_name("ADDRESS");
  app.add_option("--public-url", options.public_url,
                 "where browsers find what is served at --listen: https://cardea.example.org")
      ->type_name("URL");
  app.add_option("--console", options.console, "where the console is served, an origin of its own; or off")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  app.add_option("--console-url", options.console_url,
                 "where browsers find the console, which passkeys are bound to (default: that of --public-url, or "
                 "http://localhost:PORT)")
      ->type_name("URL");
  app.add_option("--phone", options.phone, "where the phone app is served, an origin of its own; or off")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  app.add_option("--phone-url", options.phone_url,
                 "where browsers find the phone app, which invitations lead to (default: without --public-url, "
                 "http://localhost:PORT)")
      ->type_name("URL");
  app.add_flag("--homes", options.homes,
               "let anybody who has a lock's label add it from the phone app, as a home of their own that no operator made");
  app.add_option("--mail-server", options.mail_server,
                 "what e-mails go out by: smtp://mail.example.org:587 (with STARTTLS) or smtps://mail.example.org; without it "
                 "they wait in the outbox")
      ->type_name("URL");
  app.add_option("--mail-from", options.mail_from, "whom e-mails come from: \"Harbour House <doors@example.org>\"");
  app.add_option("--mail-user", options.mail_user, "name that the mail server asks for");
  app.add_option("--mail-password-file", options.mail_password_file,
                 "its first line is the password for that name; or set CARDEA_MAIL_PASSWORD")
      ->type_name("FILE");
  app.add_option("--mail-ca-file", options.mail_ca_file,
                 "certificates that the mail server's is checked by (default: the system's)")
      ->type_name("FILE");
  app.add_flag("--mail-without-tls", options.mail_without_tls, "for a mail server on this host that has no TLS");
  CLI::Option* const issuer =
      app.add_option(
             "--oidc-issuer", options.oidc_issuer,
             "OpenID Connect provider that operators may sign in through, as it calls itself: https://id.example.org; it "
             "may be on an internal address")
          ->type_name("URL");
  app.add_option("--oidc-client-id", options.oidc_client_id, "what the provider knows this platform by")->needs(issuer);
  app.add_option("--oidc-client-secret-file", options.oidc_client_secret_file,
                 "its first line is the secret for that id; or set CARDEA_OIDC_CLIENT_SECRET (default: none, a public client)")
      ->type_name("FILE")
      ->needs(issuer);
  app.add_option("--oidc-ca-file", options.oidc_ca_file,
                 "certificates that the provider's is checked by (default: the system's)")
      ->type_name("FILE")
      ->needs(issuer);
  app.add_option("--key-rate", options.key_rate, "requests a second that one API key may make; 0: any number")
      ->check(CLI::Range(0u, 1'000u))
      ->capture_default_str();
  app.add_option("--metrics", options.metrics, "where Prometheus' figures are served, on the loopback: 127.0.0.1:9480")
      ->type_name("ADDRESS:PORT");
  app.add_option("--log", options.log, "form of the log on standard error: text or json")
      ->transform(CLI::CheckedTransformer(std::map<std::string, LogForm>{{"text", LogForm::kText}, {"json", LogForm::kJson}}));
  app.add_flag("--test-webhooks", options.test_webhooks,
               "for tests: let webhooks go to internal addresses, to any port, and over plain http");
  app.add_flag("--verbose", options.verbose, "log requests that only read, too");
  app.require_subcommand(0, 1);
  CLI::App* const backup =
      app.add_subcommand("backup", "copy the state to a folder while the platform runs, or not")->fallthrough();
  backup->add_option("--to", options.to, "folder for the copy: empty, or not there")->required();
  CLI::App* const restored =
      app.add_subcommand("restore", "make a state from a backup, with nothing that could be issued twice")->fallthrough();
  restored->add_option("--from", options.from, "folder of the backup")->required();
  restored->add_option("--platform-key", options.platform_key, "the platform.key of the state that was backed up");
  try {
    app.parse(count, arguments);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exit_unusable;
  }
  std::signal(SIGPIPE, SIG_IGN);
  ::umask(0077);  // what this process writes is nobody else's to read
  if (backup->parsed()) return back_up(options);
  return restored->parsed() ? restore(options) : serve(options);
}
