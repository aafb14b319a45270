// SPDX-License-Identifier: Apache-2.0
#pragma once
// What went wrong, for whoever called the API: the members of an RFC 9457 problem, with a code that never changes its
// meaning. Use cases return Result<T, Problem>; server/http writes it as application/problem+json.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.hpp"

namespace cardea::server {

/// One bad place in the request: a JSON pointer into the body ("/window/to", "" for the whole), or a parameter's name.
struct ProblemPlace {
  std::string pointer;
  std::string detail;
  bool operator==(const ProblemPlace&) const = default;
};

/// `code` is stable and machine-readable ("door_not_found"); `detail` says what is wrong and what to do next.
struct Problem {
  std::uint16_t status = 500;
  std::string code;
  std::string detail;
  std::vector<ProblemPlace> errors;
  std::string existing_id;          ///< with `already_exists`: what is there
  std::uint32_t retry_after_s = 0;  ///< 0: no Retry-After header
};

/// The kinds of problem that every use case meets. Other codes are made with `Problem{status, code, detail}`.
inline Problem not_found(std::string thing, std::string detail = {}) {
  if (detail.empty()) detail = "There is no such " + thing + " in this workspace.";
  return {404, std::move(thing) + "_not_found", std::move(detail), {}, {}};
}
inline Problem conflict(std::string code, std::string detail) { return {409, std::move(code), std::move(detail), {}, {}}; }
inline Problem invalid(std::string pointer, std::string detail) {
  std::string summary = pointer.empty() ? detail : pointer + ": " + detail;
  return {400, "invalid_request", std::move(summary), {{std::move(pointer), std::move(detail)}}, {}};
}
inline Problem already_exists(std::string existing_id, std::string detail) {
  return {409, "already_exists", std::move(detail), {}, std::move(existing_id)};
}
inline Problem forbidden(std::string code, std::string detail) { return {403, std::move(code), std::move(detail), {}, {}}; }
inline Problem unavailable(std::string code, std::string detail, std::uint32_t retry_after_s = 5) {
  return {503, std::move(code), std::move(detail), {}, {}, retry_after_s};
}

/// Nothing, or a problem.
struct Done {};
template <class T>
using Outcome = Result<T, Problem>;

}  // namespace cardea::server

/// Leaves a coroutine with the error of `expression` (an Outcome) unless it is a value.
#define CARDEA_CO_TRY(expression)                                                              \
  do {                                                                                         \
    if (auto cardea_outcome = (expression); !cardea_outcome) co_return cardea_outcome.error(); \
  } while (false)
/// `CARDEA_CO_ASSIGN(const Door door, co_await find_door(id));`: the value, or leaves the coroutine with the error.
#define CARDEA_CO_ASSIGN(declaration, expression)                                                               \
  auto CARDEA_CONCAT(cardea_result_, __LINE__) = (expression);                                                  \
  if (!CARDEA_CONCAT(cardea_result_, __LINE__).ok()) co_return CARDEA_CONCAT(cardea_result_, __LINE__).error(); \
  declaration = *std::move(CARDEA_CONCAT(cardea_result_, __LINE__))
