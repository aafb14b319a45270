// SPDX-License-Identifier: Apache-2.0
#include "server/api/testing/platform.hpp"

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <future>
#include <set>
#include <thread>

#include "server/api/api.hpp"
#include "server/http/server.hpp"
#include "server/keys/sealed_key_store.hpp"
#include "server/link/link_hub.hpp"
#include "server/mail/mime.hpp"
#include "server/oidc/service.hpp"
#include "server/store/sqlite_store.hpp"
#include "server/usecases/alert_follow.hpp"
#include "server/usecases/certificate.hpp"
#include "server/usecases/outbox.hpp"
#include "server/usecases/sandbox.hpp"
#include "server/usecases/upkeep.hpp"
#include "server/webhooks/webhooks.hpp"

namespace cardea::server::api::testing {

namespace {

std::filesystem::path make_folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "cardea-platform-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  return pattern;
}

SqliteOptions database_at(const std::filesystem::path& folder) {
  SqliteOptions options;
  options.file = folder / "platform.db";
  options.on_failure = [](const std::string& what) { std::fprintf(stderr, "the store says: %s\n", what.c_str()); };
  return options;
}

template <class T, class E>
T opened(Result<T, E> result) {
  if (!result) throw std::runtime_error(result.error().message);
  return std::move(result).value();
}

Task<Outcome<std::string>> make_workspace(Store& store, std::string name) {
  auto made = co_await store.write([&](Transaction& tx) -> Task<Outcome<std::string>> {
    const WorkspaceId workspace = WorkspaceId::make();
    co_await tx.execute("INSERT INTO workspaces (workspace, name, created_at) VALUES (?1, ?2, ?3)", workspace, name, now());
    ApiKeyOrder order{"first", PermissionSet::all()};
    const NewApiKey key = co_await make_api_key(tx, workspace, std::move(order), now());
    co_return key.text;
  });
  co_return made;
}

}  // namespace

struct Platform::State {
  explicit State(bool test_webhooks) : for_tests(test_webhooks) {}

  bool for_tests;
  std::filesystem::path folder = make_folder();
  std::set<std::string> statements;  // that execute() has run
  Loop loop;
  std::unique_ptr<SqliteStore> store = opened(SqliteStore::open(loop, database_at(folder)));
  std::unique_ptr<SealedKeyStore> keys = opened(
      SealedKeyStore::open(folder / "keystore.sealed", {.passphrase = {}, .platform_key_file = folder / "platform.key"}));
  LinkHub links{loop, *store, *keys, [](const LinkNote&) {}};
  std::atomic<std::uint64_t> ahead_s = 0;
  Auth auth{loop, *store, limits(), [this] { return clock(); }, [this] { return std::chrono::seconds(clock().value); }};
  Zones zones = Zones::load();
  usecases::EventFeed feed{loop, *store};
  usecases::SandboxLinks sandbox{loop, links, *store, *keys, [this] { return clock(); }};
  std::unique_ptr<oidc::Service> oidc;
  usecases::Context context{*store, *keys, sandbox, auth, zones, feed, [this] { return clock(); }, for_tests};
  delivery::Sender sender{loop, {.for_tests = for_tests}};
  Webhooks webhooks{loop, context, sender,
                    [](const std::string& what) { std::fprintf(stderr, "webhooks: %s\n", what.c_str()); }};
  http::Router router;
  std::unique_ptr<http::Server> server;
  std::thread thread;
  Tenant tenant;
  Tenant stranger;
  std::unique_ptr<http::Client> client;

  UnixSeconds clock() const { return {now().value + ahead_s.load()}; }
  /// As they are shipped, but that a test may hurry. Who needs many addresses says X-Forwarded-For.
  static LimitOptions limits() {
    LimitOptions out;
    out.key = {};
    return out;
  }

  /// Runs a task on the loop and waits for it.
  void run(std::function<Task<void>()> make) {
    std::promise<void> ended;
    loop.post([&] { spawn(signal(make(), ended)); });
    ended.get_future().get();
  }
  static Task<void> signal(Task<void> task, std::promise<void>& ended) {
    co_await std::move(task);
    ended.set_value();
  }

  Task<void> start() {
    tenant.api_key = (co_await make_workspace(*store, "Harbour House")).value();
    stranger.api_key = (co_await make_workspace(*store, "Somebody Else")).value();
    http::ServerOptions options;
    options.port = 0;
    options.trusted_proxies = {"127.0.0.1"};
    options.on_internal_error = [](const std::string& what) { std::fprintf(stderr, "internal error: %s\n", what.c_str()); };
    auth.party = relying_party_of("https://cardea.test");
    context.homes = true;
    server = std::make_unique<http::Server>(loop, router, auth, options);
    server->add_socket(links.route());
    if (auto listening = server->listen(); !listening) throw std::runtime_error(listening.error().detail);
    (co_await usecases::prepare_alerts(context)).value();
    links.start();
    webhooks.start();
  }
  Task<void> stop() {
    if (oidc) oidc->provider.stop();
    links.stop();
    feed.close();
    co_await webhooks.stop();
    co_await server->stop(std::chrono::milliseconds(500));
    co_await sandbox.stop();
  }
};

Platform::Platform(bool test_webhooks, AddRoutes more) : state_(std::make_unique<State>(test_webhooks)) {
  add_routes(state_->router, state_->context);
  if (more != nullptr) more(state_->router, state_->context);
  state_->thread = std::thread([this] { state_->loop.run(); });
  state_->run([this] { return state_->start(); });
  state_->client = std::make_unique<http::Client>(http::parse_base_url(url()).value());
}

Platform::~Platform() {
  state_->run([this] { return state_->stop(); });
  state_->loop.stop();
  state_->thread.join();
  std::filesystem::remove_all(state_->folder);
}

const Tenant& Platform::tenant() const { return state_->tenant; }
const Tenant& Platform::stranger() const { return state_->stranger; }
std::string Platform::url() const { return "http://127.0.0.1:" + std::to_string(state_->server->port()); }
std::vector<std::string> Platform::routes() const {
  std::vector<std::string> out;
  for (const auto& route : state_->router.routes())
    out.push_back(std::string(http::name_of(route->method)) + " " + route->path);
  return out;
}

void Platform::use_provider(oidc::ProviderOptions options) {
  const auto task = [](State& state, oidc::ProviderOptions given) -> Task<void> {
    const auto tell = [](const std::string& what) { std::fprintf(stderr, "oidc: %s\n", what.c_str()); };
    state.oidc = std::make_unique<oidc::Service>(state.loop, std::move(given), now, tell);
    state.context.oidc = state.oidc.get();
    co_return;
  };
  state_->run([&] { return task(*state_, options); });
}

void Platform::offer_homes(bool offered) {
  const auto task = [](usecases::Context& context, bool homes) -> Task<void> {
    context.homes = homes;
    co_return;
  };
  state_->run([&] { return task(state_->context, offered); });
}

void Platform::advance(std::uint64_t seconds) { state_->ahead_s += seconds; }

void Platform::run_upkeep() {
  const auto task = [](usecases::Context& context) -> Task<void> {
    const auto done = co_await usecases::upkeep(context);
    if (!done) throw std::runtime_error(done.error().detail);
  };
  state_->run([&] { return task(state_->context); });
}

void Platform::prepare_alerts() {
  const auto task = [](usecases::Context& context) -> Task<void> { (co_await usecases::prepare_alerts(context)).value(); };
  state_->run([&] { return task(state_->context); });
}

void Platform::run_alerts() {
  const auto task = [](usecases::Context& context) -> Task<void> {
    bool more = true;
    while (more) more = (co_await usecases::follow_alerts(context)).value();
  };
  state_->run([&] { return task(state_->context); });
}

void Platform::serve_certificate(UnixSeconds starts_at, UnixSeconds ends_at) {
  const auto task = [](usecases::Context& context, usecases::ServedCertificate served) -> Task<void> {
    context.certificate_ends_at = [served] { return std::optional(served.ends_at); };
    (co_await usecases::watch_certificate(context, served)).value();
  };
  state_->run([&] { return task(state_->context, {starts_at, ends_at}); });
}

void Platform::execute(std::string sql) {
  const auto task = [](Store& store, const std::string& statement) -> Task<void> {
    const auto done = co_await store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
      co_await tx.execute(statement);
      co_return Done{};
    });
    if (!done) throw std::runtime_error(done.error().detail);
  };
  const std::string& kept = *state_->statements.insert(std::move(sql)).first;  // the store keeps views of what it has run
  state_->run([&] { return task(*state_->store, kept); });
}

std::int64_t Platform::number(std::string sql) {
  std::int64_t out = 0;
  const auto task = [](Store& store, const std::string& query, std::int64_t& to) -> Task<void> {
    const auto rows =
        co_await store.read([&](Transaction& tx) -> Task<Outcome<Rows>> { co_return co_await tx.execute(query); });
    to = rows.value().front().integer(0);
  };
  const std::string& kept = *state_->statements.insert(std::move(sql)).first;
  state_->run([&] { return task(*state_->store, kept, out); });
  return out;
}

namespace {

/// The newest mail to an address; nothing for none.
Task<void> find_newest(Store& store, usecases::Context& context, std::string to, std::optional<mail::Mail>& out) {
  const auto newest = co_await store.read([&](Transaction& tx) -> Task<Outcome<Rows>> {
    co_return co_await tx.execute(
        "SELECT workspace, message FROM outbox WHERE channel = 'email' AND recipient = ?1 AND text_sealed IS NOT NULL "
        "ORDER BY message DESC LIMIT 1",
        to);
  });
  if (!newest || newest->empty()) co_return;
  const Row row = newest->front();
  const usecases::MessageName name{row.id<WorkspaceId>(0), row.id<MessageId>(1)};
  const auto work = co_await usecases::message_work(context, name);
  if (!work || !*work) co_return;
  out.emplace();
  out->from = {"Cardea", "cardea@cardea.test"};
  out->to = (*work)->to;
  out->letter = (*work)->letter;
  out->language = (*work)->language;
  out->id = name.message.text();
  out->made_at = (*work)->created_at;
}

}  // namespace

std::string Platform::newest_mail(std::string address) {
  std::optional<mail::Mail> found;
  state_->run([&] { return find_newest(*state_->store, state_->context, address, found); });
  return found ? found->letter.text : "";
}

std::string Platform::newest_mail_as_sent(std::string address) {
  std::optional<mail::Mail> found;
  state_->run([&] { return find_newest(*state_->store, state_->context, address, found); });
  return found ? mail::bytes_of(*found) : "";
}

std::string Platform::database_bytes() const {
  std::string out;
  for (const auto& entry : std::filesystem::directory_iterator(state_->folder)) {
    if (!entry.path().filename().string().starts_with("platform.db")) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    out.append(std::istreambuf_iterator<char>(file), {});
  }
  return out;
}

http::ClientResponse Platform::exchange(const http::ClientRequest& request) { return state_->client->send(request).value(); }

http::ClientResponse Platform::send(std::string_view method, std::string_view path, std::string body, std::string_view api_key,
                                    std::string content_type) {
  http::ClientRequest request;
  request.method = method;
  request.path = path;
  request.body = std::move(body);
  request.content_type = std::move(content_type);
  return send(std::move(request), api_key);
}

http::ClientResponse Platform::send(http::ClientRequest request, std::string_view api_key) {
  const std::string key = api_key == "own" ? state_->tenant.api_key : std::string(api_key);
  if (!key.empty()) request.headers.emplace_back("Authorization", "Bearer " + key);
  return state_->client->send(request).value();
}

}  // namespace cardea::server::api::testing
