// SPDX-License-Identifier: Apache-2.0
#pragma once
// Status and Result: what a function says when the world misbehaved. Never for "access is refused": that is a verdict.

#include <concepts>
#include <cstdint>
#include <utility>
#include <variant>

#include "core/base/assert.hpp"

namespace cardea {

/// Why something could not be done. kOk is success; everything else is a failure that the caller must handle.
enum class [[nodiscard]] Status : std::uint8_t {
  kOk = 0,
  kTooShort,      ///< the input ends before the format does
  kMalformed,     ///< the input breaks its format
  kForged,        ///< a MAC, tag or signature does not match
  kStale,         ///< older than what is already known: a replay, or a version that has been overtaken
  kOutOfRange,    ///< a number outside its documented range
  kFull,          ///< no room: journal, key table, slots
  kNotFound,      ///< nothing under that name
  kUnsupported,   ///< this provider, port or class of lock cannot do it
  kNotReady,      ///< not in this state: no clock, not activated, no session
  kFlashFailed,   ///< the flash refused or failed an operation, or power went
  kCorrupt,       ///< stored bytes that fail their own check
  kCryptoFailed,  ///< the provider failed; never a reason to go on without it
};

/// The name of a status as it stands in logs and JSON: "too_short".
constexpr const char* name_of(Status status) {
  switch (status) {  // no default: a new Status does not compile until it is named
    case Status::kOk: return "ok";
    case Status::kTooShort: return "too_short";
    case Status::kMalformed: return "malformed";
    case Status::kForged: return "forged";
    case Status::kStale: return "stale";
    case Status::kOutOfRange: return "out_of_range";
    case Status::kFull: return "full";
    case Status::kNotFound: return "not_found";
    case Status::kUnsupported: return "unsupported";
    case Status::kNotReady: return "not_ready";
    case Status::kFlashFailed: return "flash_failed";
    case Status::kCorrupt: return "corrupt";
    case Status::kCryptoFailed: return "crypto_failed";
  }
  return "unknown";
}

/// A value, or the error that stands in its place. `E` is Status in core and lock, a richer type in the server.
template <class T, class E = Status>
class [[nodiscard]] Result {
 public:
  // Implicit on purpose: `return value;` and `return Status::kTooShort;` read as what they mean.
  Result(T value) : state_(std::in_place_index<1>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(E error) : state_(std::in_place_index<0>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const { return state_.index() == 1; }
  explicit operator bool() const { return ok(); }

  /// The value; asserts ok().
  T& value() & { return *checked(std::get_if<1>(&state_)); }
  const T& value() const& { return *checked(std::get_if<1>(&state_)); }
  T&& value() && { return std::move(*checked(std::get_if<1>(&state_))); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// The error; asserts !ok().
  const E& error() const { return *checked(std::get_if<0>(&state_)); }

  /// For E = Status: kOk for a value, else the error.
  E status() const
    requires std::same_as<E, Status>
  {
    return ok() ? Status::kOk : error();
  }

 private:
  template <class P>
  static P* checked(P* pointer) {
    CARDEA_ASSERT(pointer != nullptr);
    return pointer;
  }
  std::variant<E, T> state_;
};

}  // namespace cardea

/// Leaves the function with the error of `expression` (a Status) unless it is kOk.
#define CARDEA_TRY(expression)                                                                                             \
  do {                                                                                                                     \
    if (const ::cardea::Status cardea_status = (expression); cardea_status != ::cardea::Status::kOk) return cardea_status; \
  } while (false)

#define CARDEA_CONCAT_(a, b) a##b
#define CARDEA_CONCAT(a, b) CARDEA_CONCAT_(a, b)
/// `CARDEA_ASSIGN(auto x, f());`: the value of a Result, or leaves the function with its error.
#define CARDEA_ASSIGN(declaration, expression)                                                               \
  auto CARDEA_CONCAT(cardea_result_, __LINE__) = (expression);                                               \
  if (!CARDEA_CONCAT(cardea_result_, __LINE__).ok()) return CARDEA_CONCAT(cardea_result_, __LINE__).error(); \
  declaration = *std::move(CARDEA_CONCAT(cardea_result_, __LINE__))
