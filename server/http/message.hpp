// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a handler is given and what it returns. No HTTP library shows here: server/http alone knows which one it is.

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.hpp"
#include "server/base/task.hpp"
#include "server/domain/permission.hpp"
#include "server/domain/problem.hpp"

namespace cardea::server::http {

enum class Method : std::uint8_t { kGet, kPost, kPut, kPatch, kDelete };
std::string_view name_of(Method method);

/// One request, while its handler runs. Every view is valid until the handler's task has ended.
struct Request {
  Method method = Method::kGet;
  std::string_view path;   ///< "/v1/doors/door_…", as sent
  std::string_view query;  ///< what follows the ?, as sent
  std::string_view body;
  Principal principal;     ///< whoever calls; empty for Permission::kPublic
  std::string_view peer;   ///< the client's address; behind a proxy that is trusted, what the proxy says it is
  std::string_view id;     ///< of this request, in its log line and in the response's X-Request-Id
  std::string_view trace;  ///< of the trace that it belongs to (server/domain/trace.hpp), in its log line and in events

  std::vector<std::pair<std::string_view, std::string_view>> headers;
  std::vector<std::pair<std::string_view, std::string>> parameters;  ///< of the path: name in the template, value decoded

  /// A header's value, "" when it was not sent. `name` in lower case.
  [[nodiscard]] std::string_view header(std::string_view name) const;
  /// The elements of a header that is a list, of every line that has it (RFC 9110 §5.3), in the order sent, without blanks.
  [[nodiscard]] std::vector<std::string_view> elements(std::string_view name) const;
  /// A path parameter's text. It is our own bug to ask for one that the template does not have (asserted).
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
  /// A path parameter as an id: `request.id_of<DoorId>("door")`. 404 "<prefix>_not_found" when it is no such id.
  template <class AnyId>
  [[nodiscard]] Outcome<AnyId> id_of(std::string_view name) const {
    const auto parsed = AnyId::parse(parameter(name));
    if (!parsed) return not_found(std::string(kind_of<AnyId>()));
    return *parsed;
  }
  /// The decoded query: name and value in the order sent. 400 for a parameter that is not in `allowed`, or comes twice.
  [[nodiscard]] Outcome<std::vector<std::pair<std::string, std::string>>> query_parameters(
      std::initializer_list<std::string_view> allowed) const;
  /// kOk when there is a body and it says it is JSON (application/json, or a type that ends in +json); else 415 or 400.
  [[nodiscard]] Outcome<Done> expects_json() const;

 private:
  template <class AnyId>
  static std::string_view kind_of() {
    return prefix_of(AnyId{});
  }
  template <class Kind>
  static std::string_view prefix_of(const Id<Kind>&) {
    return Kind::prefix;
  }
};

/// Where a body goes that is sent as it comes about. At most what one write() was given is in memory for a client.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;
  /// Ends when the peer's side has taken `bytes`: who reads slowly slows its own stream and nobody else, and who takes nothing
  /// for `response_max` is cut off. False when the stream is over: the peer is gone or too slow, the server stops, or its
  /// caller would not be let in any more. Then the handler ends.
  /// `bytes` may be empty: then it is only the question.
  virtual Task<bool> write(std::string bytes) = 0;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Response {
  std::uint16_t status = 200;
  std::string content_type = "application/json";  ///< "" with an empty body
  std::string body;
  /// Beside Content-Type, Content-Length, Connection, X-Request-Id. Where no Cache-Control is among them, nobody keeps it.
  Headers headers;
  std::function<Task<void>(BodyWriter&)> stream = {};  ///< makes the body, in place of `body`; the connection ends with it
};

/// application/problem+json (RFC 9457): type, title, status, code, detail, and errors with pointer and detail.
Response response_of(const Problem& problem);
/// A JSON body; 204 without one.
Response json_response(std::uint16_t status, std::string body);
inline Response no_content() { return {204, {}, {}, {}}; }

/// `text` as a JSON string with its quotes; what is not UTF-8 becomes U+FFFD.
std::string json_text(std::string_view text);

/// "Sat, 21 Nov 2026 09:30:00 GMT": an instant as headers have it (RFC 9110 §5.6.7).
std::string http_date(UnixSeconds time);

/// "%41+b" -> "A+b"; nothing for a broken escape. `plus_is_blank` for queries.
std::optional<std::string> percent_decode(std::string_view text, bool plus_is_blank = false);

}  // namespace cardea::server::http
