// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which handler answers which method and path. A handler cannot be added without naming the permission it needs.
//
//   router.add(Method::kPost, "/v1/doors/{door}/credentials", Permission::kCredentialsIssue,
//              [&app](const Request& request) -> Task<Response> { ... });

#include <functional>
#include <map>
#include <memory>

#include "server/base/task.hpp"
#include "server/http/message.hpp"

namespace cardea::server::http {

using Handler = std::function<Task<Response>(const Request&)>;

struct Route {
  Method method;
  std::string path;  ///< the template
  Permission permission;
  Handler handler;
  std::size_t body_size_bytes_max = 0;  ///< 0: that of the server
  Headers headers = {};                 ///< of every answer here, those of refusals too
};

/// Who sent a request, by its headers: a principal, or a 401, 403 or 429. The request's principal is empty.
class Authenticator {
 public:
  virtual ~Authenticator() = default;
  virtual Task<Outcome<Principal>> authenticate(const Request& request) = 0;
};

/// 404 `route_not_found`.
Problem no_route(std::string_view path);

class Router {
 public:
  /// `path`: segments of literal text or "{name}", which matches one whole segment. A literal wins over a name. The same
  /// method and template twice, or two names at one place, are our own bug (asserted). A file's route names its own
  /// `body_size_bytes_max`. `headers` are sent with whatever is answered here.
  void add(Method method, std::string_view path, Permission permission, Handler handler, std::size_t body_size_bytes_max = 0,
           Headers headers = {});

  /// The route, with the path's parameters in `parameters`; a 404 `route_not_found`, or a 405 `method_not_allowed` (see
  /// allowed_at).
  Outcome<const Route*> find(Method method, std::string_view path,
                             std::vector<std::pair<std::string_view, std::string>>& parameters) const;
  /// The methods that a path has, "GET, POST"; empty for none.
  [[nodiscard]] std::string allowed_at(std::string_view path) const;

  /// Every route in the order it was added: for the test that compares them with spec/openapi.yaml.
  [[nodiscard]] const std::vector<std::unique_ptr<Route>>& routes() const { return routes_; }

 private:
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> named;
    std::string name;
    std::map<Method, const Route*> routes;
  };
  const Node* walk(std::string_view path, std::vector<std::pair<std::string_view, std::string>>* parameters) const;

  Node root_;
  std::vector<std::unique_ptr<Route>> routes_;
};

}  // namespace cardea::server::http
