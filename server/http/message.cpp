// SPDX-License-Identifier: Apache-2.0
#include "server/http/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace cardea::server::http {
namespace {

std::string_view title_of(std::uint16_t status) {
  switch (status) {
    case 400: return "Bad request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not found";
    case 405: return "Method not allowed";
    case 408: return "Request timeout";
    case 409: return "Conflict";
    case 412: return "Precondition failed";
    case 413: return "Content too large";
    case 415: return "Unsupported media type";
    case 422: return "Unprocessable content";
    case 429: return "Too many requests";
    case 431: return "Request header fields too large";
    case 501: return "Not implemented";
    case 503: return "Service unavailable";
    case 504: return "No answer in time";
    default: return "Internal error";
  }
}

/// JSON string contents; what is not UTF-8 becomes U+FFFD, so that a problem is JSON whatever the request held.
void append_escaped(std::string& out, std::string_view text);

void append_member(std::string& out, std::string_view name, std::string_view text) {
  if (out.back() != '{') out += ',';
  fmt::format_to(std::back_inserter(out), "\"{}\":\"", name);
  append_escaped(out, text);
  out += '"';
}

/// The length of the UTF-8 sequence at the front; 0 when there is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto follows = [&](std::size_t count) {
    if (text.size() <= count) return false;
    return std::all_of(text.begin() + 1, text.begin() + 1 + static_cast<std::ptrdiff_t>(count),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; });
  };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf && follows(1)) return 2;
  if ((first & 0xf0) == 0xe0 && follows(2)) {
    const unsigned second = byte(1);
    const bool overlong = first == 0xe0 && second < 0xa0;
    const bool surrogate = first == 0xed && second >= 0xa0;
    return overlong || surrogate ? 0 : 3;
  }
  if (first >= 0xf0 && first <= 0xf4 && follows(3)) {
    const unsigned second = byte(1);
    const bool overlong = first == 0xf0 && second < 0x90;
    const bool too_large = first == 0xf4 && second >= 0x90;
    return overlong || too_large ? 0 : 4;
  }
  return 0;
}

void append_escaped(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    const char c = text.front();
    if (length == 0) {
      out += "\xef\xbf\xbd";
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
}

/// True for application/json and application/…+json, with or without parameters.
bool is_json(std::string_view content_type) {
  std::string type(content_type.substr(0, content_type.find(';')));
  while (!type.empty() && type.back() == ' ') type.pop_back();
  std::transform(type.begin(), type.end(), type.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

std::string_view name_of(Method method) {
  switch (method) {  // no default: a new method does not compile until it is named
    case Method::kGet: return "GET";
    case Method::kPost: return "POST";
    case Method::kPut: return "PUT";
    case Method::kPatch: return "PATCH";
    case Method::kDelete: return "DELETE";
  }
  return "GET";
}

namespace {
bool is_named(std::string_view key, std::string_view lower) {
  const auto same = [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a + 32 : a) == b; };
  return std::equal(key.begin(), key.end(), lower.begin(), lower.end(), same);
}
}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (is_named(key, name)) return value;
  return {};
}

std::vector<std::string_view> Request::elements(std::string_view name) const {
  std::vector<std::string_view> out;
  for (const auto& [key, value] : headers) {
    std::string_view rest = is_named(key, name) ? value : std::string_view{};
    while (!rest.empty()) {
      std::string_view element = rest.substr(0, rest.find(','));
      rest.remove_prefix(std::min(element.size() + 1, rest.size()));
      while (element.starts_with(' ') || element.starts_with('\t')) element.remove_prefix(1);
      while (element.ends_with(' ') || element.ends_with('\t')) element.remove_suffix(1);
      if (!element.empty()) out.push_back(element);
    }
  }
  return out;
}

std::string_view Request::parameter(std::string_view name) const {
  for (const auto& [key, value] : parameters)
    if (key == name) return value;
  CARDEA_ASSERT(false);
  return {};
}

Outcome<std::vector<std::pair<std::string, std::string>>> Request::query_parameters(
    std::initializer_list<std::string_view> allowed) const {
  std::vector<std::pair<std::string, std::string>> out;
  std::string_view rest = query;
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    auto name = percent_decode(pair.substr(0, equals), true);
    auto value = equals == std::string_view::npos ? std::string() : percent_decode(pair.substr(equals + 1), true);
    if (!name || !value) return invalid(std::string(pair), "is not percent-encoded as a query is");
    if (std::find(allowed.begin(), allowed.end(), *name) == allowed.end())
      return invalid(*name, "is not a parameter of this route");
    if (std::any_of(out.begin(), out.end(), [&](const auto& known) { return known.first == *name; }))
      return invalid(*name, "comes twice");
    out.emplace_back(*std::move(name), *std::move(value));
  }
  return out;
}

Outcome<Done> Request::expects_json() const {
  if (body.empty()) return Problem{400, "malformed", "The body is empty. Send one JSON object in UTF-8.", {}, {}};
  if (is_json(header("content-type"))) return Done{};
  return Problem{415, "unsupported_media_type", "This route reads JSON. Send it with Content-Type: application/json.", {}, {}};
}

Response response_of(const Problem& problem) {
  Response response{.status = problem.status, .content_type = "application/problem+json", .body = "{", .headers = {}};
  std::string& out = response.body;
  append_member(out, "type", "urn:cardea:problem:" + problem.code);
  append_member(out, "title", title_of(problem.status));
  fmt::format_to(std::back_inserter(out), ",\"status\":{}", problem.status);
  append_member(out, "code", problem.code);
  append_member(out, "detail", problem.detail);
  if (!problem.existing_id.empty()) append_member(out, "existing_id", problem.existing_id);
  if (!problem.errors.empty()) {
    out += ",\"errors\":[";
    for (const ProblemPlace& place : problem.errors) {
      if (&place != problem.errors.data()) out += ',';
      out += '{';
      append_member(out, "pointer", place.pointer);
      append_member(out, "detail", place.detail);
      out += '}';
    }
    out += ']';
  }
  out += '}';
  if (problem.retry_after_s != 0) response.headers.emplace_back("Retry-After", std::to_string(problem.retry_after_s));
  if (problem.status == 401) response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

Response json_response(std::uint16_t status, std::string body) {
  if (body.empty()) return no_content();
  return {.status = status, .content_type = "application/json", .body = std::move(body), .headers = {}};
}

std::string http_date(UnixSeconds time) {
  const auto now = static_cast<std::time_t>(time.value);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char text[40];
  const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, size};
}

std::string json_text(std::string_view text) {
  std::string out = "\"";
  append_escaped(out, text);
  return out + "\"";
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      out += ' ';
      continue;
    }
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

}  // namespace cardea::server::http
