// SPDX-License-Identifier: Apache-2.0
#include "server/platform/platform.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <system_error>

#include "server/api/api.hpp"
#include "server/api/phone_routes.hpp"
#include "server/base/run_to_end.hpp"
#include "server/courier/courier.hpp"
#include "server/http/server.hpp"
#include "server/keys/sealed_key_store.hpp"
#include "server/link/link_hub.hpp"
#include "server/metrics/metrics.hpp"
#include "server/oidc/service.hpp"
#include "server/platform/certificate_watch.hpp"
#include "server/platform/first_start.hpp"
#include "server/platform/operations.hpp"
#include "server/store/sqlite_store.hpp"
#include "server/usecases/alert_follow.hpp"
#include "server/usecases/backlog.hpp"
#include "server/usecases/certificate.hpp"
#include "server/usecases/sandbox.hpp"
#include "server/usecases/upkeep.hpp"
#include "server/webhooks/webhooks.hpp"

namespace cardea::server {
namespace {

constexpr std::chrono::seconds upkeep_every{30};
constexpr std::chrono::milliseconds alerts_every{250};

std::vector<std::unique_ptr<Carrier>> carriers_of(Loop& loop, const mail::SmtpOptions& mail) {
  std::vector<std::unique_ptr<Carrier>> carriers;
  if (!mail.url.empty()) carriers.push_back(std::make_unique<MailCarrier>(loop, mail));
  return carriers;
}

}  // namespace

struct Platform::State {
  State(Loop& on, const Log& to, std::unique_ptr<Metrics> counted, std::unique_ptr<SqliteStore> opened,
        std::unique_ptr<KeyStore> unlocked, const http::ServerOptions& http, const LimitOptions& limits_of,
        const PlatformOptions& options)
      : loop(on),
        log(to),
        metrics(std::move(counted)),
        store(std::move(opened)),
        keys(std::move(unlocked)),
        auth(on, *store, limits_of, server::now),
        zones(Zones::load()),
        links(loop, *store, *keys,
              [this](const LinkNote& note) { log.write(LogLevel::kInfo, "link", {{"lock", note.lock}, {"what", note.what}}); }),
        feed(loop, *store),
        sandbox(loop, links, *store, *keys, server::now),
        oidc(provider_of(options.oidc)),
        context{*store,      *keys,
                sandbox,     auth,
                zones,       feed,
                server::now, options.test_webhooks,
                oidc.get(),  [this] { return certificate.ends_at(); }},
        sender(loop, {.for_tests = options.test_webhooks}),
        webhooks(loop, context, sender,
                 [this](const std::string& what) { log.write(LogLevel::kError, "webhook", {{"problem", what}}); }),
        courier(loop, context, carriers_of(on, options.mail),
                [this](const std::string& what) { log.write(LogLevel::kError, "message", {{"problem", what}}); }),
        routed(add_routes()),
        server(loop, router, auth, http),
        certificate(loop, log, http.tls) {}

  std::unique_ptr<oidc::Service> provider_of(const oidc::ProviderOptions& options) {
    if (options.issuer.empty()) return nullptr;
    const auto tell = [this](const std::string& what) { log.write(LogLevel::kError, "oidc", {{"problem", what}}); };
    return std::make_unique<oidc::Service>(loop, options, server::now, tell);
  }

  bool add_routes() {
    api::add_routes(router, context);
    return true;
  }

  Outcome<Done> serve_apps(const http::ServerOptions& http, const PlatformOptions& options);

  void start() {
    server.add_socket(links.route());
    links.on_records() = [this](std::size_t count) { metrics->records_taken(count); };
    links.on_command() = [this](std::string_view outcome) { metrics->command_ended(outcome); };
    webhooks.on_delivery = [this](const WebhookDelivery& delivery) { note_delivery(delivery); };
    links.start();
    webhooks.start();
    courier.start();
    certificate.on_look = [this](const http::TlsCertificate& served) {
      spawn(tell_of_certificate({served.starts_at, served.ends_at}));
    };
    certificate.start();
    upkeep_timer = loop.every(upkeep_every, [this] {
      if (!upkeep_runs) spawn(run_upkeep());
    });
    alerts_timer = loop.every(alerts_every, [this] {
      if (!alerts_run) spawn(run_alerts());
    });
  }

  void note_delivery(const WebhookDelivery& delivery) const {
    metrics->webhook_answered(delivery.failure.empty());
    const LogLevel level = delivery.failure.empty() ? LogLevel::kDebug : LogLevel::kInfo;
    if (!log.takes(level)) return;
    const std::string outcome = delivery.failure.empty() ? "taken" : delivery.failure;
    log.write(level, "webhook", {{"id", delivery.id}, {"trace", delivery.trace}, {"outcome", outcome}});
  }

  Task<std::string> metrics_text() {
    const auto backlog = co_await usecases::view_backlog(context);
    const LinkHub::Counts linked = links.counts();
    Metrics::Now now;
    now.connections = server.connection_count();
    for (const auto& app : apps) now.connections += app->connection_count();
    now.links = linked.online;
    now.links_asking = linked.asking;
    now.commands_running = linked.commands;
    now.store_queue = store->counts().waiting;
    now.webhooks_busy = webhooks.busy_count();
    if (backlog) {
      now.outbox_waiting = backlog->outbox_waiting;
      now.webhooks_behind = backlog->webhooks_behind;
      now.campaigns_running = backlog->campaigns_running;
      now.campaigns_halted = backlog->campaigns_halted;
    }
    now.certificate_ends_at = certificate.ends_at();
    co_return metrics->text(now);
  }

  Task<void> run_upkeep() {
    upkeep_runs = true;
    try {
      if (const auto done = co_await usecases::upkeep(context); !done)
        log.write(LogLevel::kError, "upkeep", {{"problem", done.error().detail}});
      if (const auto done = co_await auth.store_use(); !done)
        log.write(LogLevel::kError, "upkeep", {{"problem", done.error().detail}});
    } catch (const std::exception& error) {
      log.write(LogLevel::kError, "upkeep", {{"problem", error.what()}});
    }
    upkeep_runs = false;
  }

  Task<void> run_alerts() {
    alerts_run = true;
    try {
      if (const auto looked = co_await usecases::follow_alerts(context); !looked)
        log.write(LogLevel::kError, "alerts", {{"problem", looked.error().detail}});
    } catch (const std::exception& error) {
      log.write(LogLevel::kError, "alerts", {{"problem", error.what()}});
    }
    alerts_run = false;
  }

  Task<void> tell_of_certificate(usecases::ServedCertificate served) {
    ++certificates_told;
    try {
      if (const auto told = co_await usecases::watch_certificate(context, served); !told)
        log.write(LogLevel::kError, "tls", {{"problem", told.error().detail}});
    } catch (const std::exception& error) {
      log.write(LogLevel::kError, "tls", {{"problem", error.what()}});
    }
    --certificates_told;
  }

  Task<void> stop() {
    if (stopping) co_return;
    stopping = true;
    upkeep_timer.cancel();
    alerts_timer.cancel();
    certificate.stop();
    links.stop();
    feed.close();
    co_await webhooks.stop();
    if (oidc) oidc->provider.stop();
    co_await courier.stop();
    co_await server.stop();
    for (const auto& app : apps) co_await app->stop();
    if (operations) co_await operations->stop();
    while (upkeep_runs || alerts_run || certificates_told != 0) co_await loop.sleep(std::chrono::milliseconds(5));
    co_await sandbox.stop();
    note_key_uses();
    loop.stop();
  }

  void note_key_uses() const {
    const auto uses = keys->uses();
    for (std::size_t i = 0; i < purpose_count; ++i)
      if (uses[i] != 0)
        log.write(LogLevel::kInfo, "key_uses",
                  {{"purpose", name_of(static_cast<Purpose>(i))}, {"count", std::to_string(uses[i])}});
  }

  Loop& loop;
  const Log& log;
  std::unique_ptr<Metrics> metrics;
  std::unique_ptr<SqliteStore> store;
  std::unique_ptr<KeyStore> keys;
  Auth auth;
  Zones zones;
  LinkHub links;
  usecases::EventFeed feed;
  usecases::SandboxLinks sandbox;
  std::unique_ptr<oidc::Service> oidc;
  usecases::Context context;
  delivery::Sender sender;
  Webhooks webhooks;
  Courier courier;
  http::Router router;
  bool routed;
  http::Server server;
  std::vector<std::unique_ptr<http::Server>> apps;
  std::string console_url;
  std::string phone_url;
  CertificateWatch certificate;
  std::unique_ptr<Operations> operations;
  Timer upkeep_timer;
  bool upkeep_runs = false;
  Timer alerts_timer;
  bool alerts_run = false;
  std::size_t certificates_told = 0;  // being told of
  bool stopping = false;
  bool is_new = false;
  std::filesystem::path api_key_file;
};

namespace {

/// A request's log line: what changes or fails is told, what only reads is for debugging.
void note_request(const Log& log, const http::Access& access) {
  const bool reads = access.method == "GET" || access.method == "HEAD";
  const LogLevel level = access.status >= 500 ? LogLevel::kError : reads ? LogLevel::kDebug : LogLevel::kInfo;
  if (!log.takes(level)) return;
  log.write(level, "request",
            {{"id", std::string(access.id)},
             {"trace", std::string(access.trace)},
             {"method", std::string(access.method)},
             {"path", std::string(access.path)},
             {"status", std::to_string(access.status)},
             {"us", std::to_string(access.duration.count())},
             {"by", access.principal == nullptr ? "none" : access.principal->by()}});
}

http::ServerOptions server_options(const Log& log, Metrics& metrics, const PlatformOptions& options) {
  http::ServerOptions out;
  out.address = options.address;
  out.port = options.port;
  out.trusted_proxies = options.trusted_proxies;
  out.on_access = [&log, &metrics](const http::Access& access) {
    metrics.request(access.method, access.route, access.status, access.duration);
    note_request(log, access);
  };
  out.on_handshake_failure = [&log, &metrics](const std::string& peer, const std::string& why) {
    metrics.handshake_failed();
    log.write(LogLevel::kDebug, "tls", {{"peer", peer}, {"refused", why}});
  };
  out.on_internal_error = [&log](const std::string& what) { log.write(LogLevel::kError, "internal_error", {{"what", what}}); };
  return out;
}

LimitOptions limits_of(const PlatformOptions& options) {
  LimitOptions limits;
  limits.key = {options.key_requests_per_s * 2, std::chrono::milliseconds(0)};
  if (options.key_requests_per_s != 0)
    limits.key.one_more_every = std::chrono::milliseconds(1'000 / options.key_requests_per_s);
  return limits;
}

/// What goes over a network goes under TLS: ours, or that of a proxy which is named.
std::optional<StartFailure> check_address(const PlatformOptions& options, const std::string& address) {
  if (options.tls || !options.trusted_proxies.empty() || http::is_loopback(address) || !http::is_address(address))
    return std::nullopt;
  return StartFailure{"without TLS it listens on the loopback only, and " + address +
                      " is not of it. Give --tls-certificate and --tls-key, or, if a proxy in front speaks TLS, name it with "
                      "--trusted-proxy."};
}

/// Opening would make a new key store: of an empty platform that is right, of any other it would lose every lock.
std::optional<StartFailure> check_key_store_is_there(const std::filesystem::path& file, bool has_data) {
  if (!has_data || std::filesystem::exists(file)) return std::nullopt;
  return StartFailure{
      file.string() +
      " is missing, but the database beside it has data that only this key store opens. Put it back from a backup."};
}

std::optional<StartFailure> check_addresses(const PlatformOptions& options) {
  if (auto refused = check_address(options, options.address)) return refused;
  for (const auto& app : {options.console, options.phone})
    if (auto refused = app ? check_address(options, app->address) : std::nullopt) return refused;
  return std::nullopt;
}

std::optional<StartFailure> check_urls(const PlatformOptions& options) {
  for (const std::string& url :
       {options.public_url, options.console ? options.console->url : "", options.phone ? options.phone->url : ""})
    if (!url.empty() && !relying_party_of(url))
      return StartFailure{"\"" + url +
                          "\" is no address for browsers. Write it like https://cardea.example.org, without a path."};
  return std::nullopt;
}

/// Where browsers find an app that listens at `port`. Only those of this machine find one whose address nobody has said.
std::string url_of(const AppOptions& app, std::uint16_t port, const PlatformOptions& options) {
  if (!app.url.empty()) return app.url;
  if (!options.public_url.empty() || !http::is_loopback(app.address)) return "";
  return (options.tls ? "https://localhost:" : "http://localhost:") + std::to_string(port);
}

bool is_of_the_api(const http::Route& route) { return route.path.starts_with("/v1/"); }

}  // namespace

Outcome<Done> Platform::State::serve_apps(const http::ServerOptions& http, const PlatformOptions& options) {
  const auto serve = [&](web::App which, const AppOptions& app, std::string_view option) -> Outcome<std::string> {
    http::ServerOptions own = http;
    own.address = app.address;
    own.port = app.port;
    own.offers = which == web::App::kPhone ? api::is_for_phones : is_of_the_api;
    own.pages = web::pages_of(which, app.assets);
    http::Server& there = *apps.emplace_back(std::make_unique<http::Server>(loop, router, auth, own));
    if (auto listening = there.listen(option); !listening) return listening.error();
    return url_of(app, there.port(), options);
  };
  if (options.console) {
    CARDEA_ASSIGN(console_url, serve(web::App::kConsole, *options.console, "--console"));
  }
  if (options.phone) {
    CARDEA_ASSIGN(phone_url, serve(web::App::kPhone, *options.phone, "--phone"));
  }
  auth.party = relying_party_of(console_url.empty() ? options.public_url : console_url);
  context.phone_app = phone_url;
  context.console = console_url;
  context.homes = options.homes;
  return Done{};
}

Result<std::unique_ptr<Platform>, StartFailure> Platform::start(Loop& loop, const Log& log, const PlatformOptions& options) {
  if (auto refused = check_urls(options)) return *std::move(refused);
  if (!options.mail.url.empty())
    if (std::string complaint = mail::complaint_about(options.mail); !complaint.empty())
      return StartFailure{std::move(complaint)};
  if (!options.oidc.issuer.empty())
    if (std::string complaint = oidc::complaint_about(options.oidc); !complaint.empty())
      return StartFailure{std::move(complaint)};
  if (auto refused = check_addresses(options)) return *std::move(refused);
  auto metrics = std::make_unique<Metrics>();
  http::ServerOptions http = server_options(log, *metrics, options);
  if (options.tls) {
    auto identity = http::TlsIdentity::load(*options.tls);
    if (!identity) return StartFailure{identity.error().message};
    http.tls = *std::move(identity);
  }
  std::error_code error;
  const bool made = std::filesystem::create_directories(options.state, error);
  if (error) return StartFailure{"cannot make the state folder " + options.state.string() + ": " + error.message() + "."};
  if (made && ::chmod(options.state.c_str(), 0700) != 0)
    return StartFailure{"cannot set the mode of " + options.state.string() + ": " + std::generic_category().message(errno)};

  SqliteOptions sqlite;
  sqlite.file = options.state / "cardea.db";
  sqlite.on_failure = [&log](const std::string& what) { log.write(LogLevel::kError, "store", {{"what", what}}); };
  sqlite.on_commit = [counted = metrics.get()](auto took, std::size_t bodies, bool done) {
    counted->commit(took, bodies, done);
  };
  auto store = SqliteStore::open(loop, sqlite);
  if (!store) return StartFailure{store.error().message};
  const auto has_data = run_to_end(loop, has_workspace(**store));
  if (!has_data) return StartFailure{has_data.error().detail};

  const auto key_file = options.state / "keystore.sealed";
  if (auto missing = check_key_store_is_there(key_file, *has_data)) return *std::move(missing);
  auto keys = SealedKeyStore::open(key_file, {options.passphrase, options.state / "platform.key"});
  if (!keys) return StartFailure{keys.error().message};

  auto state = std::make_unique<State>(loop, log, std::move(metrics), *std::move(store), *std::move(keys), http,
                                       limits_of(options), options);
  state->api_key_file = options.api_key_file.empty() ? options.state / "api-key" : options.api_key_file;
  if (!*has_data) {
    const auto first = run_to_end(loop, make_first_workspace(*state->store, state->api_key_file));
    if (!first) return StartFailure{first.error().detail};
    state->is_new = true;
  }
  if (const auto prepared = run_to_end(loop, usecases::prepare_alerts(state->context)); !prepared)
    return StartFailure{prepared.error().detail};
  state->start();
  // What has begun to accept ends on the loop, which nobody runs any more after a failure.
  const auto give_up = [&loop, &state](const Problem& why) -> StartFailure {
    state.reset();
    loop.post([&loop] { loop.post([&loop] { loop.stop(); }); });
    loop.run();
    return {why.detail};
  };
  if (const auto listening = state->server.listen(); !listening) return give_up(listening.error());
  if (options.metrics) {
    state->operations = std::make_unique<Operations>(loop, options.metrics->first, options.metrics->second,
                                                     [raw = state.get()] { return raw->metrics_text(); });
    if (const auto listening = state->operations->listen(); !listening) return give_up(listening.error());
  }
  if (const auto listening = state->serve_apps(http, options); !listening) return give_up(listening.error());
  return std::unique_ptr<Platform>(new Platform(std::move(state)));
}

Platform::Platform(std::unique_ptr<State> state) : state_(std::move(state)) {}
Platform::~Platform() = default;

std::uint16_t Platform::port() const { return state_->server.port(); }
std::uint16_t Platform::metrics_port() const { return state_->operations ? state_->operations->port() : std::uint16_t{0}; }
const std::string& Platform::console_url() const { return state_->console_url; }
const std::string& Platform::phone_url() const { return state_->phone_url; }
bool Platform::is_new() const { return state_->is_new; }
const std::filesystem::path& Platform::api_key_file() const { return state_->api_key_file; }
void Platform::reload_certificate() { state_->certificate.reload(); }
void Platform::stop() { spawn(state_->stop()); }

}  // namespace cardea::server
