// SPDX-License-Identifier: Apache-2.0
#include "server/web/pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <memory>

namespace cardea::server::web {
namespace {

using http::Headers;
using http::Request;
using http::Response;

// The console's components write style elements; nobody writes a script. On the phone not even styles, and no text becomes
// markup: the one policy for Trusted Types names the service worker.
constexpr std::string_view console_policy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
constexpr std::string_view phone_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; manifest-src 'self'; "
    "worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; "
    "trusted-types cardea";

// Cameras scan labels and invitations; a phone talks to locks nearby, and stays awake while it does.
constexpr std::string_view console_permissions =
    "camera=(self), publickey-credentials-create=(self), publickey-credentials-get=(self), bluetooth=(), geolocation=(), "
    "microphone=(), payment=(), serial=(), usb=()";
constexpr std::string_view phone_permissions =
    "bluetooth=(self), camera=(self), publickey-credentials-create=(self), publickey-credentials-get=(self), "
    "screen-wake-lock=(self), geolocation=(), microphone=(), payment=(), serial=(), usb=()";

constexpr std::string_view hashed_folder = "/assets/";
constexpr std::string_view index_path = "/index.html";

std::string_view content_type_of(std::string_view path) {
  static const std::map<std::string_view, std::string_view> types = {
      {"css", "text/css; charset=utf-8"},
      {"html", "text/html; charset=utf-8"},
      {"ico", "image/x-icon"},
      {"js", "text/javascript; charset=utf-8"},
      {"json", "application/json"},
      {"md", "text/markdown; charset=utf-8"},
      {"png", "image/png"},
      {"svg", "image/svg+xml"},
      {"txt", "text/plain; charset=utf-8"},
      {"wasm", "application/wasm"},
      {"webmanifest", "application/manifest+json"},
      {"woff2", "font/woff2"},
  };
  const auto found = types.find(path.substr(path.rfind('.') + 1));
  return found == types.end() ? "application/octet-stream" : found->second;
}

/// A path that the app itself makes a screen of.
bool is_screen(std::string_view path) {
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '/';
  };
  return std::ranges::all_of(path, is_plain) && path.find("//") == std::string_view::npos && !path.starts_with("/v1/") &&
         path != "/v1" && !path.starts_with(hashed_folder);
}

/// True when an Accept-Encoding takes `coding` (RFC 9110 §12.5.3); what it does not name is not sent.
bool takes(const Request& request, std::string_view coding) {
  for (const std::string_view element : request.elements("accept-encoding")) {
    std::string_view name = element.substr(0, element.find(';'));
    while (name.ends_with(' ')) name.remove_suffix(1);
    if (name != coding) continue;
    const std::size_t weight = element.find("q=");
    return weight == std::string_view::npos || std::strtod(std::string(element.substr(weight + 2)).c_str(), nullptr) > 0;
  }
  return false;
}

class Pages {
 public:
  Pages(App app, Assets assets) : assets_(std::move(assets)) {
    const bool console = app == App::kConsole;
    guards_ = {
        {"Content-Security-Policy", std::string(console ? console_policy : phone_policy)},
        {"Permissions-Policy", std::string(console ? console_permissions : phone_permissions)},
        {"Referrer-Policy", "no-referrer"},
        {"X-Content-Type-Options", "nosniff"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
    };
  }

  [[nodiscard]] Response answer(const Request& request) const {
    const Asset* asset = find(request.path);
    if (asset == nullptr && is_screen(request.path)) asset = find(index_path);
    Response response = asset == nullptr ? http::response_of(http::no_route(request.path)) : show(*asset, request);
    response.headers.insert(response.headers.end(), guards_.begin(), guards_.end());
    return response;
  }

 private:
  [[nodiscard]] const Asset* find(std::string_view path) const {
    const auto found = std::ranges::find(assets_, path, &Asset::path);
    return found == assets_.end() ? nullptr : &*found;
  }

  static Response show(const Asset& asset, const Request& request) {
    std::string_view coding;
    std::string_view body = asset.plain;
    if (!asset.brotli.empty() && takes(request, "br")) {
      coding = "br";
      body = asset.brotli;
    } else if (!asset.gzip.empty() && takes(request, "gzip")) {
      coding = "gzip";
      body = asset.gzip;
    }
    // Another coding is another representation.
    const std::string tag = fmt::format("\"{}{}{}\"", asset.tag, coding.empty() ? "" : "-", coding);
    const bool is_hashed = asset.path.starts_with(hashed_folder);
    Response response;
    response.headers = {{"ETag", tag},
                        {"Vary", "Accept-Encoding"},
                        {"Cache-Control", is_hashed ? "public, max-age=31536000, immutable" : "no-cache"}};
    const auto known = request.elements("if-none-match");
    if (std::ranges::any_of(known, [&](std::string_view one) { return one == tag || one == "W/" + tag || one == "*"; })) {
      response.status = 304;
      response.content_type.clear();
      return response;
    }
    response.content_type = content_type_of(asset.path);
    response.body = body;
    if (!coding.empty()) response.headers.emplace_back("Content-Encoding", coding);
    return response;
  }

  Assets assets_;
  Headers guards_;
};

}  // namespace

http::Handler pages_of(App app, Assets assets) {
  return [pages = std::make_shared<const Pages>(app, std::move(assets))](const Request& request) -> Task<Response> {
    co_return pages->answer(request);
  };
}

}  // namespace cardea::server::web
