// SPDX-License-Identifier: Apache-2.0
#pragma once
// Passwords: argon2id (RFC 9106), 19 MiB, two passes, one lane, hashed on worker threads: never on the loop's.

#include <string>

#include "server/base/workers.hpp"
#include "server/domain/problem.hpp"

namespace cardea::server {

inline constexpr std::size_t password_chars_min = 12;
/// Longer ones are refused, never cut: a cut password is one that was not chosen.
inline constexpr std::size_t password_bytes_max = 512;

/// 400 `invalid_request` at `pointer` for a password that is too short (in characters, not bytes), too long, one character over
/// and over, or contains the e-mail address or what stands before its @.
Outcome<Done> check_password(std::string_view password, std::string_view email, std::string_view pointer);

class Passwords {
 public:
  /// Two at a time take 38 MiB.
  explicit Passwords(Loop& loop, std::size_t thread_count = 2, std::size_t queue_count_max = 64);

  /// The encoded hash, with its salt and parameters. 503 `busy` when too many wait.
  Task<Outcome<std::string>> hash(std::string password);
  /// Whether `password` is that of `encoded`. With no `encoded` (""), for an account that does not exist, the same work is done
  /// and the answer is no. 503 `busy`.
  Task<Outcome<bool>> verify(std::string password, std::string encoded);

 private:
  Workers workers_;
  std::string nobodys_;  // for accounts that do not exist
};

}  // namespace cardea::server
