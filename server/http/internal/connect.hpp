// SPDX-License-Identifier: Apache-2.0
#pragma once
// What both clients share: a loop of their own that runs until one operation ends or time is up.

#include <boost/asio/connect.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "server/http/client.hpp"
#include "server/http/internal/client_tls.hpp"
#include "server/http/internal/stream.hpp"

namespace cardea::server::http {

using Deadline = std::chrono::steady_clock::time_point;

inline std::string text_of(const BaseUrl& url) {
  const bool v6 = url.host.find(':') != std::string::npos;
  return (url.tls ? "https://" : "http://") + (v6 ? "[" + url.host + "]" : url.host) + ":" + url.port + url.prefix;
}

inline std::string host_header(const BaseUrl& url) {
  const bool v6 = url.host.find(':') != std::string::npos;
  return (v6 ? "[" + url.host + "]" : url.host) + ":" + url.port;
}

inline Unreachable unreachable(const BaseUrl& url, const std::string& why) {
  return {"cannot reach " + text_of(url) + ": " + why + ". Is cardea-server running there?"};
}

/// Runs `io` until `done` is true or the deadline has passed; says whether it is.
template <class Done>
bool run_until(asio::io_context& io, Deadline deadline, Done done) {
  while (!done()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    io.restart();
    io.run_one_until(deadline);
  }
  return true;
}

/// TLS over a connected stream; the error's text, or nothing.
inline std::optional<std::string> shake_hands(asio::io_context& io, Stream& stream, const BaseUrl& url, Deadline deadline) {
  auto ssl = connect_one(url);
  if (!ssl) return ssl.error();
  stream.start_tls(*std::move(ssl));
  std::optional<ErrorCode> outcome;
  stream.async_handshake([&](const ErrorCode& error, std::size_t) { outcome = error; });
  if (!run_until(io, deadline, [&] { return outcome.has_value(); })) {
    stream.cancel();
    run_until(io, Deadline::max(), [&] { return outcome.has_value(); });
    return "no answer in time";
  }
  if (!*outcome) return std::nullopt;
  return why_no_handshake(stream.tls()->native(), *outcome);
}

/// Connects `stream`; the error's text, or nothing. It is closed after an error.
inline std::optional<std::string> connect(asio::io_context& io, Stream& stream, const BaseUrl& url, Deadline deadline) {
  TcpSocket& socket = stream.socket();
  asio::ip::basic_resolver<tcp, Executor> resolver(io.get_executor());
  ErrorCode error;
  const auto endpoints = resolver.resolve(url.host, url.port, error);
  if (error) return error.message();
  std::optional<ErrorCode> connected;
  asio::async_connect(socket, endpoints, [&](const ErrorCode& outcome, const tcp::endpoint&) { connected = outcome; });
  if (!run_until(io, deadline, [&] { return connected.has_value(); })) {
    stream.close();
    run_until(io, Deadline::max(), [&] { return connected.has_value(); });
    return "no answer in time";
  }
  std::optional<std::string> why;
  if (*connected) {
    why = connected->message();
  } else {
    socket.set_option(tcp::no_delay(true), error);
    if (url.tls) why = shake_hands(io, stream, url, deadline);
  }
  if (why) stream.close();
  return why;
}

}  // namespace cardea::server::http
