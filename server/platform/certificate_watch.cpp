// SPDX-License-Identifier: Apache-2.0
#include "server/platform/certificate_watch.hpp"

#include "server/domain/instant.hpp"

namespace cardea::server {
namespace {

constexpr std::chrono::seconds look_every{2};
constexpr std::chrono::hours tell_every{12};
constexpr std::chrono::hours pass_on_every{1};
constexpr std::uint64_t nears_its_end_s = 21 * 86'400;

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : " ") + name;
  return out;
}

}  // namespace

CertificateWatch::CertificateWatch(Loop& loop, const Log& log, std::shared_ptr<http::TlsIdentity> identity)
    : loop_(loop), log_(log), identity_(std::move(identity)) {}

void CertificateWatch::start() {
  if (!identity_) return;
  tell();
  files_timer_ = loop_.every(look_every, [this] { look(); });
  end_timer_ = loop_.every(tell_every, [this] { tell(); });
  first_timer_ = loop_.after(std::chrono::seconds(0), [this] { pass_on(); });  // once the platform runs
  hour_timer_ = loop_.every(pass_on_every, [this] { pass_on(); });
}

void CertificateWatch::stop() {
  files_timer_.cancel();
  end_timer_.cancel();
  first_timer_.cancel();
  hour_timer_.cancel();
}

std::optional<UnixSeconds> CertificateWatch::ends_at() const {
  if (!identity_) return std::nullopt;
  return identity_->certificate().ends_at;
}

void CertificateWatch::look() {
  if (identity_->files_changed()) reload();
}

void CertificateWatch::reload() {
  if (!identity_) return;
  const auto loaded = identity_->reload(now());
  if (!loaded)
    return log_.write(LogLevel::kError, "tls",
                      {{"problem", loaded.error().message + " The certificate before it stays in use."}});
  log_.write(LogLevel::kInfo, "tls", {{"what", "a new certificate is in use"}});
  tell();
  pass_on();
}

void CertificateWatch::pass_on() const {
  if (on_look) on_look(identity_->certificate());
}

void CertificateWatch::tell() const {
  const http::TlsCertificate& certificate = identity_->certificate();
  const std::uint64_t time = now().value;
  const std::uint64_t end = certificate.ends_at.value;
  const LogLevel level = end <= time ? LogLevel::kError : end < time + nears_its_end_s ? LogLevel::kWarn : LogLevel::kInfo;
  const char* what = end <= time                ? "the certificate has ended: no client believes it"
                     : level == LogLevel::kWarn ? "the certificate ends soon: have it renewed"
                                                : "certificate";
  log_.write(level, "tls", {{"what", what}, {"names", joined(certificate.names)}, {"ends_at", text_of(certificate.ends_at)}});
}

}  // namespace cardea::server
