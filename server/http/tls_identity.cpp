// SPDX-License-Identifier: Apache-2.0
#include "server/http/tls_identity.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

#include <array>
#include <ctime>
#include <optional>

#include "server/http/internal/tls_channel.hpp"

namespace cardea::server::http {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using ContextHandle = std::unique_ptr<SSL_CTX, FreeContext>;

/// What changes when a file is written or another takes its name.
using Mark = std::array<std::int64_t, 4>;
Mark mark_of(const std::filesystem::path& file) {
  struct stat about{};
  if (::stat(file.c_str(), &about) != 0) return {};
  return {static_cast<std::int64_t>(about.st_ino), about.st_size, about.st_mtim.tv_sec, about.st_mtim.tv_nsec};
}

TlsFailure failure(const std::filesystem::path& file, std::string_view what, std::string_view next) {
  const std::string reason = take_ssl_error();
  return {fmt::format("{}: {}{}. {}", file.string(), what, reason.empty() ? "" : " (" + reason + ")", next)};
}

int take_http_1_1(SSL* /*ssl*/, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned in_size,
                  void* /*nothing*/) {
  static constexpr unsigned char known[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, known, sizeof known - 1, in, in_size) != OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

/// A key under a passphrase fails instead of asking whoever sits at the terminal.
int no_passphrase(char* /*out*/, int /*size*/, int /*writes*/, void* /*nothing*/) { return 0; }

ContextHandle new_context() {
  ContextHandle context(SSL_CTX_new(TLS_server_method()));
  CARDEA_ASSERT(context != nullptr);
  set_up(context.get());
  SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_max_early_data(context.get(), 0);
  SSL_CTX_set_alpn_select_cb(context.get(), take_http_1_1, nullptr);
  SSL_CTX_set_default_passwd_cb(context.get(), no_passphrase);
  return context;
}

UnixSeconds unix_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return {0};
  const std::time_t seconds = ::timegm(&parts);
  return {seconds < 0 ? 0 : static_cast<std::uint64_t>(seconds)};
}

std::string text_of_address(const ASN1_OCTET_STRING* address) {
  char text[INET6_ADDRSTRLEN] = {};
  const int family = ASN1_STRING_length(address) == 4 ? AF_INET : AF_INET6;
  if (ASN1_STRING_length(address) != 4 && ASN1_STRING_length(address) != 16) return {};
  return ::inet_ntop(family, ASN1_STRING_get0_data(address), text, sizeof text) == nullptr ? "" : text;
}

std::vector<std::string> names_of(const X509* certificate) {
  std::vector<std::string> names;
  auto* const all = static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr));
  for (int i = 0; i < sk_GENERAL_NAME_num(all); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(all, i);
    if (name->type == GEN_DNS)
      names.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName)),
                         static_cast<std::size_t>(ASN1_STRING_length(name->d.dNSName)));
    if (name->type == GEN_IPADD) names.push_back(text_of_address(name->d.iPAddress));
  }
  GENERAL_NAMES_free(all);
  return names;
}

struct Loaded {
  ContextHandle context;
  TlsCertificate certificate;
};

Result<Loaded, TlsFailure> read(const TlsFiles& files) {
  ERR_clear_error();
  Loaded loaded{new_context(), {}};
  SSL_CTX* const context = loaded.context.get();
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate.c_str()) != 1)
    return failure(files.certificate, "no certificate can be read from it", "It is to be PEM, the server's own first.");
  if (SSL_CTX_use_PrivateKey_file(context, files.key.c_str(), SSL_FILETYPE_PEM) != 1)
    return failure(files.key, "no private key of the certificate can be read from it",
                   "It is to be PEM, without a passphrase, and the key of " + files.certificate.string() + ".");
  if (SSL_CTX_check_private_key(context) != 1)
    return failure(files.key, "it is not the key of " + files.certificate.string(), "Give the two that belong together.");
  const X509* certificate = SSL_CTX_get0_certificate(context);
  loaded.certificate = {unix_of(X509_get0_notBefore(certificate)), unix_of(X509_get0_notAfter(certificate)),
                        names_of(certificate)};
  if (loaded.certificate.names.empty())
    return failure(files.certificate, "it names no host (subjectAltName)",
                   "No client would believe it: have one made that does.");
  return loaded;
}

}  // namespace

struct TlsIdentity::State {
  TlsFiles files;
  Loaded loaded;
  Mark certificate_mark{};
  Mark key_mark{};
};

Result<std::shared_ptr<TlsIdentity>, TlsFailure> TlsIdentity::load(TlsFiles files) {
  const Mark certificate_mark = mark_of(files.certificate);
  const Mark key_mark = mark_of(files.key);
  auto loaded = read(files);
  if (!loaded) return loaded.error();
  auto state = std::make_unique<State>(State{std::move(files), *std::move(loaded), certificate_mark, key_mark});
  return std::shared_ptr<TlsIdentity>(new TlsIdentity(std::move(state)));
}

TlsIdentity::TlsIdentity(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsIdentity::~TlsIdentity() = default;

Result<TlsCertificate, TlsFailure> TlsIdentity::reload(UnixSeconds now) {
  auto loaded = read(state_->files);
  if (!loaded) return loaded.error();
  if (loaded->certificate.ends_at <= now)
    return failure(state_->files.certificate, "the certificate in it has ended", "Have it renewed.");
  state_->loaded = *std::move(loaded);
  return state_->loaded.certificate;
}

bool TlsIdentity::files_changed() {
  const Mark certificate_mark = mark_of(state_->files.certificate);
  const Mark key_mark = mark_of(state_->files.key);
  if (certificate_mark == state_->certificate_mark && key_mark == state_->key_mark) return false;
  state_->certificate_mark = certificate_mark;
  state_->key_mark = key_mark;
  return true;
}

const TlsCertificate& TlsIdentity::certificate() const { return state_->loaded.certificate; }

SslHandle TlsIdentity::accept_one() const {
  SslHandle ssl(SSL_new(state_->loaded.context.get()));
  CARDEA_ASSERT(ssl != nullptr);
  SSL_set_accept_state(ssl.get());
  return ssl;
}

}  // namespace cardea::server::http
