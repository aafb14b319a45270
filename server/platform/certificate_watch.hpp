// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keeps the server's certificate the one that is in its files, and says when it nears its end. Only for this folder.

#include <functional>
#include <memory>
#include <optional>

#include "server/base/loop.hpp"
#include "server/http/tls_identity.hpp"
#include "server/platform/log.hpp"

namespace cardea::server {

class CertificateWatch {
 public:
  /// `identity` may be null: then nothing happens. `loop` and `log` outlive it.
  CertificateWatch(Loop& loop, const Log& log, std::shared_ptr<http::TlsIdentity> identity);

  /// Says what the certificate is, and looks at the files every two seconds from now on.
  void start();
  void stop();
  /// Takes what is in the files, or says why not and keeps what it has.
  void reload();
  /// Of the certificate that is served; nothing without TLS.
  [[nodiscard]] std::optional<UnixSeconds> ends_at() const;
  /// Called with it once the loop runs, every hour, and when it is another one. Set before start().
  std::function<void(const http::TlsCertificate&)> on_look;

 private:
  void look();
  void tell() const;
  void pass_on() const;

  Loop& loop_;
  const Log& log_;
  std::shared_ptr<http::TlsIdentity> identity_;
  Timer files_timer_;
  Timer end_timer_;
  Timer first_timer_;
  Timer hour_timer_;
};

}  // namespace cardea::server
