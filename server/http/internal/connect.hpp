// SPDX-License-Identifier: Apache-2.0
#pragma once
// What both clients share: a loop of their own that runs until one operation ends or time is up.

#include <boost/asio/connect.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "server/http/client.hpp"
#include "server/http/internal/asio.hpp"

namespace cardea::server::http {

using Deadline = std::chrono::steady_clock::time_point;

inline std::string text_of(const BaseUrl& url) {
  const bool v6 = url.host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + url.host + "]" : url.host) + ":" + url.port + url.prefix;
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

/// Connects `socket`; the error's text, or nothing.
inline std::optional<std::string> connect(asio::io_context& io, TcpSocket& socket, const BaseUrl& url, Deadline deadline) {
  asio::ip::basic_resolver<tcp, Executor> resolver(io.get_executor());
  ErrorCode error;
  const auto endpoints = resolver.resolve(url.host, url.port, error);
  if (error) return error.message();
  std::optional<ErrorCode> connected;
  asio::async_connect(socket, endpoints, [&](const ErrorCode& outcome, const tcp::endpoint&) { connected = outcome; });
  if (!run_until(io, deadline, [&] { return connected.has_value(); })) {
    ErrorCode ignored;
    socket.close(ignored);
    run_until(io, Deadline::max(), [&] { return connected.has_value(); });
    return "no answer in time";
  }
  if (*connected) return connected->message();
  socket.set_option(tcp::no_delay(true), error);
  return std::nullopt;
}

}  // namespace cardea::server::http
