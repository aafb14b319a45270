// SPDX-License-Identifier: Apache-2.0
#pragma once
// The way back from a provider that a browser was sent to: a page on 127.0.0.1 (RFC 8252 §7.3), served until it was asked for
// once.

#include <boost/json/object.hpp>
#include <cstdint>
#include <iosfwd>
#include <memory>
#include <string>

namespace cardea::client {

class WayBack {
 public:
  /// Listens. `port` 0: any, which a provider must allow for 127.0.0.1. Throws Stop(kUsage) for a port that is not free.
  explicit WayBack(std::uint16_t port);
  WayBack(const WayBack&) = delete;
  WayBack& operator=(const WayBack&) = delete;
  ~WayBack();

  /// "http://127.0.0.1:PORT/sign-in/oidc".
  [[nodiscard]] std::string redirect_uri() const;
  /// The code that comes with this state; whatever comes with another is somebody else's, and is told so. Throws Stop(kRefused)
  /// when the provider sends an error instead, and Stop(kUnreachable) after ten minutes.
  std::string wait_for_code(const std::string& state);
  /// The whole way: shows where to go, as the platform's `offer` says, waits, and returns what the platform wants to hear then:
  /// the handle, which never left here, state and code.
  boost::json::object go_and_wait(std::ostream& out, const boost::json::value& offer);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The first parameter of this name in a query, decoded; "" for none.
std::string query_member(std::string_view query, std::string_view name);

}  // namespace cardea::client
