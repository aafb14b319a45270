// SPDX-License-Identifier: Apache-2.0
#include "server/http/client.hpp"

#include <algorithm>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "server/http/internal/connect.hpp"

namespace cardea::server::http {
namespace {

namespace beast_http = boost::beast::http;
constexpr std::uint64_t response_size_bytes_max = 64u << 20;

std::string render(const BaseUrl& url, const ClientRequest& request) {
  std::string out = request.method + " " + url.prefix + request.path + " HTTP/1.1\r\nHost: " + host_header(url) +
                    "\r\nAccept: application/json\r\nUser-Agent: cardea\r\n";
  if (!request.body.empty()) out += "Content-Type: " + request.content_type + "\r\n";
  if (!request.body.empty() || request.method != "GET")
    out += "Content-Length: " + std::to_string(request.body.size()) + "\r\n";
  for (const auto& [name, value] : request.headers) out += name + ": " + value + "\r\n";
  return out + "\r\n" + request.body;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

}  // namespace

std::string_view ClientResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

struct Client::State {
  State(BaseUrl to, std::chrono::milliseconds limit)
      : url(std::move(to)), timeout(limit), stream(TcpSocket(io.get_executor())) {}

  struct Failure {
    std::string why;
    bool was_stale = false;  // the server had closed a connection that we kept
  };

  Result<ClientResponse, Failure> exchange(const std::string& bytes, bool expects_body, Deadline deadline) {
    const bool kept = stream.socket().is_open();
    if (!kept) {
      in.consume(in.size());
      if (const auto why = connect(io, stream, url, deadline)) return Failure{*why};
    }
    beast_http::response_parser<beast_http::string_body> parser;
    parser.body_limit(response_size_bytes_max);
    if (!expects_body) parser.skip(true);
    std::optional<ErrorCode> outcome;
    asio::async_write(stream, asio::buffer(bytes), [&](const ErrorCode& written, std::size_t) {
      if (written) {
        outcome = written;
        return;
      }
      beast_http::async_read(stream, in, parser, [&](const ErrorCode& read, std::size_t) { outcome = read; });
    });
    if (!run_until(io, deadline, [&] { return outcome.has_value(); })) {
      close();
      run_until(io, Deadline::max(), [&] { return outcome.has_value(); });
      return Failure{"no answer in time"};
    }
    if (*outcome) {
      const bool silent = !parser.got_some();
      close();
      return Failure{outcome->message(), kept && silent};
    }
    if (!parser.get().keep_alive()) close();
    return response_of(parser);
  }

  using Parser = beast_http::response_parser<beast_http::string_body>;

  static ClientResponse response_of(Parser& parser) {
    ClientResponse response;
    response.status = static_cast<std::uint16_t>(parser.get().result_int());
    for (const auto& field : parser.get())
      response.headers.emplace_back(lower_case({field.name_string().data(), field.name_string().size()}),
                                    std::string(field.value().data(), field.value().size()));
    response.body = std::move(parser.get().body());
    return response;
  }

  /// Waits for one operation that `start` has been given the callback of; the error's text, or nothing.
  template <class Start>
  std::optional<std::string> wait(Deadline deadline, Start start) {
    std::optional<ErrorCode> outcome;
    start([&](const ErrorCode& error, std::size_t) { outcome = error; });
    if (run_until(io, deadline, [&] { return outcome.has_value(); }))
      return *outcome ? std::optional(outcome->message()) : std::nullopt;
    close();
    run_until(io, Deadline::max(), [&] { return outcome.has_value(); });
    return "no answer in time";
  }

  Result<ClientResponse, Failure> follow(const std::string& bytes, std::chrono::milliseconds silence_max,
                                         const std::function<bool(std::string_view)>& take) {
    close();  // a connection of its own: it ends with the stream
    in.consume(in.size());
    const auto next = [&] { return std::chrono::steady_clock::now() + silence_max; };
    if (const auto why = connect(io, stream, url, next())) return Failure{*why};
    Parser parser;
    parser.body_limit(boost::none);
    const auto write = [&](auto done) { asio::async_write(stream, asio::buffer(bytes), std::move(done)); };
    if (const auto why = wait(next(), write)) return Failure{*why};
    const auto read_head = [&](auto done) { beast_http::async_read_header(stream, in, parser, std::move(done)); };
    if (const auto why = wait(next(), read_head)) return Failure{*why};
    const bool streams = parser.get().result_int() == 200;
    while (!parser.is_done()) {
      const auto read_some = [&](auto done) { beast_http::async_read_some(stream, in, parser, std::move(done)); };
      if (const auto why = wait(next(), read_some)) return Failure{*why};
      std::string& body = parser.get().body();
      if (!streams && body.size() > response_size_bytes_max) return Failure{"the answer is too long"};
      if (!streams || body.empty()) continue;
      if (!take(body)) break;
      body.clear();
    }
    close();
    return response_of(parser);
  }

  void close() { stream.close(); }

  BaseUrl url;
  std::chrono::milliseconds timeout;
  asio::io_context io{1};
  Stream stream;
  boost::beast::flat_buffer in;
};

Client::Client(BaseUrl url, std::chrono::milliseconds timeout) : state_(std::make_unique<State>(std::move(url), timeout)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<ClientResponse, Unreachable> Client::send(const ClientRequest& request) {
  const Deadline deadline = std::chrono::steady_clock::now() + state_->timeout;
  const std::string bytes = render(state_->url, request);
  const bool expects_body = request.method != "HEAD";
  auto outcome = state_->exchange(bytes, expects_body, deadline);
  if (!outcome && outcome.error().was_stale) outcome = state_->exchange(bytes, expects_body, deadline);
  if (!outcome) return unreachable(state_->url, outcome.error().why);
  return *std::move(outcome);
}

Result<ClientResponse, Unreachable> Client::follow(const ClientRequest& request, std::chrono::milliseconds silence_max,
                                                   const std::function<bool(std::string_view)>& take) {
  auto outcome = state_->follow(render(state_->url, request), silence_max, take);
  if (!outcome) return unreachable(state_->url, outcome.error().why);
  return *std::move(outcome);
}

}  // namespace cardea::server::http
