// SPDX-License-Identifier: Apache-2.0
#pragma once
// The server's side of TLS: a certificate with its key from two files, and new ones while it runs. TLS 1.3 alone, ALPN
// http/1.1, no tickets, no early data.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

struct ssl_st;

namespace cardea::server::http {

struct FreeSsl;

struct TlsFiles {
  std::filesystem::path certificate;  ///< PEM: the server's certificate, then those between it and the root
  std::filesystem::path key;          ///< PEM, of that certificate, without a passphrase
};

/// Why a certificate cannot be used: which file, what is wrong with it, and what to do.
struct TlsFailure {
  std::string message;
};

/// What it shows to clients now.
struct TlsCertificate {
  UnixSeconds starts_at;
  UnixSeconds ends_at;
  std::vector<std::string> names;  ///< of hosts, and addresses, that clients may know it by
};

class TlsIdentity {
 public:
  /// Reads both files. A certificate that has ended is loaded all the same, so that a platform can start: see certificate().
  static Result<std::shared_ptr<TlsIdentity>, TlsFailure> load(TlsFiles files);
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;
  ~TlsIdentity();

  /// Reads the files again. New connections get the new certificate, those that stand keep theirs. On a failure, one being a
  /// certificate that has ended, everything stays as it was.
  Result<TlsCertificate, TlsFailure> reload(UnixSeconds now);
  /// True once after one of the files has changed since it was looked at last: then reload().
  bool files_changed();

  [[nodiscard]] const TlsCertificate& certificate() const;

  /// For server/http: the server's side of one connection.
  [[nodiscard]] std::unique_ptr<ssl_st, FreeSsl> accept_one() const;

 private:
  struct State;
  explicit TlsIdentity(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace cardea::server::http
