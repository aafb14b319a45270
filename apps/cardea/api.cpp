// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/api.hpp"

#include <fmt/format.h>

#include <charconv>
#include <thread>

#include <cstdlib>
#include <filesystem>

#include "apps/cardea/key_option.hpp"
#include "apps/cardea/stop.hpp"
#include "apps/cardea/stored_session.hpp"
#include "apps/cardea/table.hpp"
#include "server/http/client.hpp"

namespace cardea::client {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
constexpr const char* default_server = "http://127.0.0.1:8480";
constexpr std::string_view health_path = "/v1/health";
constexpr const char* default_key_file = "build/run/api-key";

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

/// build/run/api-key of the working folder or the nearest one above it, as ./dev run leaves it.
std::optional<std::string> find_key_file() {
  std::error_code error;
  for (fs::path folder = fs::current_path(error); !folder.empty(); folder = folder.parent_path()) {
    if (fs::exists(folder / default_key_file, error)) return (folder / default_key_file).string();
    if (folder == folder.root_path()) break;
  }
  return std::nullopt;
}

std::string api_key(const ApiOptions& options, const std::string& server) {
  if (options.session_only) {
    if (auto session = load_session(server)) return std::move(session->token);
    throw refused("nobody has signed in here. Sign in first: cardea sign-in.");
  }
  if (!options.api_key_file.empty()) return read_secret_file(options.api_key_file, "--api-key-file");
  if (const std::string path = environment("CARDEA_API_KEY_FILE"); !path.empty())
    return read_secret_file(path, "CARDEA_API_KEY_FILE");
  if (const std::string key = environment("CARDEA_API_KEY"); !key.empty()) return key;
  if (auto session = load_session(server)) return std::move(session->token);
  if (const auto path = find_key_file()) return read_secret_file(*path, "the API key");
  throw usage(
      fmt::format("no API key. Sign in (cardea sign-in), give --api-key-file, set CARDEA_API_KEY_FILE, or start the platform "
                  "with ./dev run and stay in "
                  "its folder ({}).",
                  default_key_file));
}

std::string server_url(const ApiOptions& options) {
  if (!options.server.empty()) return options.server;
  const std::string from_environment = environment("CARDEA_SERVER");
  return from_environment.empty() ? default_server : from_environment;
}

ExitStatus status_of(std::uint16_t http_status, const std::string& code) {
  if (code == "lock_offline" || code == "lock_did_not_answer" || http_status >= 500) return ExitStatus::kUnreachable;
  if (http_status == 400 || http_status == 413 || http_status == 415) return ExitStatus::kUsage;
  return ExitStatus::kRefused;
}

/// What is wrong, where, and what to do next, as the problem has it.
Stop stop_for(const server::http::ClientResponse& response, const std::string& what) {
  boost::system::error_code error;
  const json::value problem = json::parse(response.body, error);
  if (error || !problem.is_object())
    return {response.status >= 500 ? ExitStatus::kUnreachable : ExitStatus::kRefused,
            fmt::format("the platform answered {} with {} and no reason. Is that a Cardea platform?", what, response.status)};
  const std::string code = text(problem, "code");
  std::string message = fmt::format("{} ({})", printable(text(problem, "detail")), printable(code));
  if (const json::value* errors = problem.as_object().if_contains("errors"); errors != nullptr && errors->is_array())
    for (const json::value& fault : errors->get_array())
      message += fmt::format("\n  {}: {}", printable(text(fault, "pointer")), printable(text(fault, "detail")));
  if (const std::string existing = text(problem, "existing_id"); !existing.empty())
    message += fmt::format("\n  already there: {}", printable(existing));
  return {status_of(response.status, code), message, code};
}

}  // namespace

struct Api::State {
  ApiOptions options;
  std::string url;
  server::http::BaseUrl base;
  server::http::Client client;
  std::string key{};

  /// Asking whether the platform answers needs none, and shows more with one.
  bool has_key() {
    try {
      return !api_key_text().empty();
    } catch (const Stop&) {
      return false;
    }
  }
  /// Read when it is needed first.
  const std::string& api_key_text() {
    if (key.empty()) key = api_key(options, url);
    return key;
  }
};

Api::Api(const ApiOptions& options) {
  const std::string url = server_url(options);
  auto base = server::http::parse_base_url(url);
  if (!base)
    throw usage(fmt::format("\"{}\" is no address of a platform. Write it like {} or https://cardea.example.org.", url,
                            default_server));
  base->ca_file = options.ca_file.empty() ? environment("CARDEA_CA") : options.ca_file;
  state_ = std::make_unique<State>(State{options, url, *base, server::http::Client(*base, std::chrono::seconds(60))});
}

Api::~Api() {
  if (state_) wipe({reinterpret_cast<std::uint8_t*>(state_->key.data()), state_->key.size()});
}

const std::string& Api::server() const { return state_->url; }

std::string Api::exchange(const std::string& method, const std::string& path, const std::string& body,
                          const std::string& content_type, bool with_key, std::string* state, const std::string& mac) {
  server::http::ClientRequest request;
  request.method = method;
  request.path = path;
  request.body = body;
  request.content_type = content_type;
  if (with_key && (path != health_path || state_->has_key()))
    request.headers.emplace_back("Authorization", "Bearer " + state_->api_key_text());
  if (state != nullptr && !state->empty()) request.headers.emplace_back("If-Match", *state);
  if (!mac.empty()) request.headers.emplace_back("Cardea-Phone-Mac", mac);
  const auto response = state_->client.send(request);
  if (!response.ok()) throw unreachable(response.error().message);
  if (state != nullptr) *state = response->header("etag");
  if (response->status >= 200 && response->status < 300) return response->body;
  throw stop_for(*response, method + " " + path);
}

json::value Api::exchange_json(const std::string& method, const std::string& path, const std::string& body, bool with_key,
                               std::string* state, const std::string& mac) {
  const std::string answer = exchange(method, path, body, "application/json", with_key, state, mac);
  if (answer.empty()) return nullptr;  // 204
  boost::system::error_code error;
  json::value value = json::parse(answer, error);
  if (error)
    throw unreachable(fmt::format("the answer to {} {} is not JSON. Is {} a Cardea platform?", method, path, state_->url));
  return value;
}

json::value Api::get(const std::string& path) { return exchange_json("GET", path, ""); }
json::value Api::get(const std::string& path, std::string& state) {
  state.clear();
  return exchange_json("GET", path, "", true, &state);
}
json::value Api::post(const std::string& path, const json::value& body) {
  return exchange_json("POST", path, json::serialize(body));
}
json::value Api::post(const std::string& path) { return exchange_json("POST", path, ""); }
json::value Api::post_without_key(const std::string& path, const json::value& body) {
  return exchange_json("POST", path, json::serialize(body), false);
}
json::value Api::post_order(const std::string& path, const std::string& body, const std::string& mac) {
  return exchange_json("POST", path, body, false, nullptr, mac);
}
json::value Api::patch(const std::string& path, const json::value& body) {
  return exchange_json("PATCH", path, json::serialize(body));
}
json::value Api::patch(const std::string& path, const json::value& body, const std::string& state) {
  std::string seen = state;
  return exchange_json("PATCH", path, json::serialize(body), true, &seen);
}
void Api::remove(const std::string& path) { exchange("DELETE", path, "", "application/json"); }

std::string Api::post_file(const std::string& path, const std::string& bytes) {
  return exchange("POST", path, bytes, "application/octet-stream");
}

json::object Api::list(const std::string& path) {
  json::array items;
  const std::string more = path + (path.find('?') == std::string::npos ? "?" : "&") + "cursor=";
  for (std::string next = path; !next.empty();) {
    json::value page = get(next);
    for (json::value& item : page.at("items").as_array()) items.push_back(std::move(item));
    const std::string cursor = text(page, "next");
    next = cursor.empty() ? "" : more + percent_encoded(cursor);
  }
  return {{"items", std::move(items)}, {"next", nullptr}};
}

namespace {

constexpr std::chrono::seconds stream_silence_max{45};  // the platform says something every 15 s
constexpr int stream_tries_max = 30;

/// Server-sent events: takes the lines as they come, and calls for each event.
class EventLines {
 public:
  EventLines(std::int64_t after, const std::function<bool(const json::value&)>& take) : position(after), take_(take) {}

  bool add(std::string_view piece) {
    rest_ += piece;
    for (std::size_t end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n')) {
      const std::string line = rest_.substr(0, end);
      rest_.erase(0, end + 1);
      if (!take_line(line)) return false;
    }
    return true;
  }
  /// For a connection that begins anew: half a line is no line.
  void begin_again() { rest_.clear(); }

  std::int64_t position;  ///< where to go on from

 private:
  bool take_line(std::string_view line) {
    if (line.starts_with("id: ")) std::from_chars(line.data() + 4, line.data() + line.size(), position);
    if (!line.starts_with("data: ")) return true;
    boost::system::error_code error;
    const json::value event = json::parse({line.data() + 6, line.size() - 6}, error);
    if (error) throw unreachable("the platform's event stream is not JSON. Is that a Cardea platform?");
    return take_(event);
  }
  const std::function<bool(const json::value&)>& take_;
  std::string rest_;
};

}  // namespace

void Api::follow(const std::string& filter, std::int64_t after, const std::function<bool(const json::value&)>& take) {
  server::http::Client stream(state_->base);
  EventLines lines(after, take);
  bool wants_more = true;
  const auto take_piece = [&](std::string_view piece) { return wants_more = lines.add(piece); };
  for (int tries = 0; wants_more;) {
    server::http::ClientRequest request;
    request.path = fmt::format("/v1/events/stream?after={}{}", lines.position, filter);
    request.headers.emplace_back("Authorization", "Bearer " + state_->api_key_text());
    const std::int64_t before = lines.position;
    const auto response = stream.follow(request, stream_silence_max, take_piece);
    if (response.ok() && response->status != 200) throw stop_for(*response, "GET " + request.path);
    tries = lines.position != before ? 0 : tries + 1;
    if (!response.ok() && tries >= stream_tries_max) throw unreachable(response.error().message);
    lines.begin_again();
    if (wants_more) std::this_thread::sleep_for(std::chrono::seconds(2));
  }
}

std::string text(const json::value& object, std::string_view member) {
  if (!object.is_object()) return "";
  const json::value* value = object.get_object().if_contains(member);
  if (value == nullptr || value->is_null()) return "";
  return value->is_string() ? std::string(value->get_string()) : json::serialize(*value);
}

std::string percent_encoded(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '.' ||
                       c == '_' || c == '~';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace cardea::client
