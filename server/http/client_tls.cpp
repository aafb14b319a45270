// SPDX-License-Identifier: Apache-2.0
#include "server/http/internal/client_tls.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "core/base/assert.hpp"

namespace cardea::server::http {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

bool is_address(const std::string& host) {
  ErrorCode error;
  asio::ip::make_address(host, error);
  return !error;
}

/// The certificate must name `host`, as an address if it is one.
void expect(SSL* ssl, const std::string& host) {
  if (is_address(host)) {
    CARDEA_ASSERT(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1);
    return;
  }
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  CARDEA_ASSERT(SSL_set1_host(ssl, host.c_str()) == 1);
  CARDEA_ASSERT(SSL_set_tlsext_host_name(ssl, host.c_str()) == 1);
}

}  // namespace

Result<SslHandle, std::string> connect_one(const BaseUrl& url) {
  ERR_clear_error();
  const std::unique_ptr<SSL_CTX, FreeContext> context(SSL_CTX_new(TLS_client_method()));
  CARDEA_ASSERT(context != nullptr);
  set_up(context.get());
  if (url.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(context.get());
  } else if (SSL_CTX_load_verify_file(context.get(), url.ca_file.c_str()) != 1) {
    return "no certificates of authorities can be read from " + url.ca_file + " (" + take_ssl_error() + "), it is to be PEM";
  }
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  static constexpr unsigned char known[] = "\x08http/1.1";
  CARDEA_ASSERT(SSL_CTX_set_alpn_protos(context.get(), known, sizeof known - 1) == 0);
  SslHandle ssl(SSL_new(context.get()));
  CARDEA_ASSERT(ssl != nullptr);
  expect(ssl.get(), url.host);
  SSL_set_connect_state(ssl.get());
  return ssl;
}

std::string why_no_handshake(const SSL* ssl, const ErrorCode& error) {
  const long verdict = SSL_get_verify_result(ssl);
  if (verdict == X509_V_OK) return error.message();
  return std::string("its certificate is not believed: ") + X509_verify_cert_error_string(verdict);
}

}  // namespace cardea::server::http
