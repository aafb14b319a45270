// SPDX-License-Identifier: Apache-2.0
#pragma once
// The platform's API (spec/openapi.yaml) as a command sees it: JSON in, JSON out, and any refusal ends the command.

#include <boost/json.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/bytes.hpp"

namespace cardea::client {

/// As the command line says; empty fields are looked up: --server, CARDEA_SERVER, http://127.0.0.1:8480; --ca,
/// CARDEA_CA, the system's authorities; and --api-key-file, CARDEA_API_KEY_FILE, CARDEA_API_KEY, the session of whoever signed
/// in (stored_session.hpp), build/run/api-key in the working folder or one above it.
struct ApiOptions {
  std::string server;
  std::string ca_file;
  std::string api_key_file;
  bool session_only = false;  ///< for what is an operator's own: the session, and nothing else
};

/// Ends the command by Stop: kUnreachable when nobody answers, the lock does not, or the platform fails; kUsage when the
/// platform could not read the request (400, 413, 415); kRefused for any other refusal. The text is what the problem says, and
/// where.
class Api {
 public:
  explicit Api(const ApiOptions& options);
  ~Api();

  /// The platform's address.
  [[nodiscard]] const std::string& server() const;

  boost::json::value get(const std::string& path);
  /// The same; `state` becomes what names the state that it shows.
  boost::json::value get(const std::string& path, std::string& state);
  boost::json::value post(const std::string& path, const boost::json::value& body);
  /// A POST that has no body.
  boost::json::value post(const std::string& path);
  /// A POST that shows no API key: for who is nobody yet.
  boost::json::value post_without_key(const std::string& path, const boost::json::value& body);
  /// A phone's order (spec/phone.md §5): `body` as it is, under its mac.
  boost::json::value post_order(const std::string& path, const std::string& body, const std::string& mac);
  boost::json::value patch(const std::string& path, const boost::json::value& body);
  /// Refused unless it is still in the state that get() gave.
  boost::json::value patch(const std::string& path, const boost::json::value& body, const std::string& state);
  void remove(const std::string& path);
  /// A lock's file, and the answer to carry back.
  std::string post_file(const std::string& path, const std::string& bytes);
  /// Every page of a list, as one: {"items": […], "next": null}. `path` may have a query.
  boost::json::object list(const std::string& path);
  /// The event stream: calls `take` with each event as it comes, for ever. Comes back to where it was when the connection
  /// breaks off; ends the command when the platform refuses, or is not to be reached for a minute.
  void follow(const std::string& filter, std::int64_t after, const std::function<bool(const boost::json::value&)>& take);

 private:
  /// `state`: sent as If-Match unless it is empty, and then what the answer names. `mac`: of a phone, "" for none.
  std::string exchange(const std::string& method, const std::string& path, const std::string& body,
                       const std::string& content_type, bool with_key = true, std::string* state = nullptr,
                       const std::string& mac = {});
  boost::json::value exchange_json(const std::string& method, const std::string& path, const std::string& body,
                                   bool with_key = true, std::string* state = nullptr, const std::string& mac = {});

  struct State;
  std::unique_ptr<State> state_;
};

/// A member as text for people: a string as it is, null or absent as nothing, a number or flag as JSON has it.
std::string text(const boost::json::value& object, std::string_view member);

/// For a value inside a path or query.
std::string percent_encoded(std::string_view value);

}  // namespace cardea::client
