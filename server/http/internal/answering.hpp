// SPDX-License-Identifier: Apache-2.0
#pragma once
// From a request that has been read to its answer: the route, who calls, whether they may, and the handler.

#include <optional>
#include <string>

#include "server/http/internal/exchange.hpp"
#include "server/http/internal/stream_places.hpp"
#include "server/http/server.hpp"

namespace cardea::server::http {

class Answering {
 public:
  /// All three outlive it.
  Answering(const Router& router, Authenticator& authenticator, const ServerOptions& options);

  /// The answer to the request that `c` has read. Never throws.
  Task<Response> answer(Connection& c, Exchange& x);
  /// What to answer to bytes that are no request, or came too slowly; nothing when there is nobody to answer, or nothing to
  /// say.
  [[nodiscard]] std::optional<Problem> problem_of(const Connection& c, const ErrorCode& error) const;
  /// Keys are revoked while streams run. Asking too often is no reason to end: the stream itself asks.
  Task<bool> is_still_let_in(const Connection& c, const Exchange& x);

  /// True for the address of a proxy of ours.
  [[nodiscard]] bool is_trusted(std::string_view address) const;
  void next_id(Exchange& x);
  /// A problem says which trace it is of.
  static Response traced(Response response, const Exchange& x);
  /// How long a body the request that `c` has begun to read may have.
  [[nodiscard]] std::size_t body_size_max_of(const Connection& c) const;
  /// The longest of all routes.
  [[nodiscard]] std::size_t body_size_max() const;
  void note_access(const Connection& c, const Exchange& x) const;
  void note_exception(const Exchange& x, const std::exception& error) const;

 private:
  /// `response`, or a 429 when it is a stream and its caller holds as many as they may.
  Response with_place(Response response, const Request& request, Exchange& x);
  Task<Response> find_answer(Connection& c, Exchange& x);
  /// Of those that are offered here.
  Outcome<const Route*> find_route(Method method, std::string_view path,
                                   std::vector<std::pair<std::string_view, std::string>>& parameters) const;
  /// What is no route of ours may be a page.
  Task<Response> find_page(const Problem& no_route, Connection& c, Exchange& x);
  Task<Response> call(const Route& route, Request& request, Exchange& x);
  void fill(Request& request, const Connection& c, const Exchange& x) const;
  [[nodiscard]] std::string_view client_behind(std::string_view peer, const Request& request) const;

  const Router& router_;
  Authenticator& authenticator_;
  const ServerOptions& options_;
  std::string id_prefix_;
  std::uint64_t request_count_ = 0;
  StreamPlaces stream_places_;
};

}  // namespace cardea::server::http
