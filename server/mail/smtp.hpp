// SPDX-License-Identifier: Apache-2.0
#pragma once
// One mail to one mail server, by libcurl on threads of its own: a server that takes its time holds up nobody else.

#include <atomic>
#include <chrono>
#include <string>

#include "core/base/result.hpp"
#include "server/base/workers.hpp"
#include "server/mail/mime.hpp"

namespace cardea::server::mail {

struct SmtpOptions {
  /// "smtp://mail.example.org:587" with STARTTLS, or "smtps://mail.example.org". A host that has no TLS at all is used only
  /// when `without_tls` says so.
  std::string url;
  std::string user;  ///< "": the server asks for none
  std::string password;
  bool without_tls = false;
  std::string ca_file = {};  ///< "": the system's
  Mailbox from;
  std::chrono::milliseconds connect_max{10'000};
  std::chrono::milliseconds whole_max{60'000};
};
/// Why these options are none, for the person at the terminal; "" when they are good.
std::string complaint_about(const SmtpOptions& options);

/// What came of it.
enum class SmtpResult : std::uint8_t {
  kAccepted,  ///< the server has taken responsibility for it
  kRefused,   ///< and will refuse it again: a 5xx about this sender, recipient or content
  kNotNow,    ///< anything else; the mail may have arrived all the same
};
struct SmtpAnswer {
  SmtpResult result = SmtpResult::kNotNow;
  std::string failure;  ///< for people: "the mail server refused the recipient: 550 no such user"
};

class Smtp {
 public:
  /// `loop` outlives it. Two mails are under way at once at most.
  Smtp(Loop& loop, SmtpOptions options);

  /// `bytes` as of bytes_of(mail). How many wait is the caller's to bound: at most `queue_count_max`.
  Task<SmtpAnswer> send(std::string to, std::string bytes);
  /// From now on everything fails at once, and what is under way within a second.
  void stop() { stopping_ = true; }
  [[nodiscard]] const Mailbox& from() const { return options_.from; }

  static constexpr std::size_t queue_count_max = 8;

 private:
  SmtpOptions options_;
  std::atomic<bool> stopping_ = false;
  Workers workers_;  // last: its end waits for what uses the others
};

}  // namespace cardea::server::mail
