// SPDX-License-Identifier: Apache-2.0
#pragma once
// For tests: an authority and certificates of it, made when the test runs, in a folder that goes with it.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>

#include "core/base/assert.hpp"
#include "server/http/tls_identity.hpp"

namespace cardea::server::http {

class TestCertificates {
 public:
  TestCertificates() : ca_key_(EVP_EC_gen("P-256")) {
    char folder[] = "/tmp/cardea-tls-XXXXXX";
    folder_ = ::mkdtemp(folder);
    ca_ = sign(ca_key_.get(), "CA:TRUE", "", 0, 3'650 * day_s);
    write(ca_file(), [this](std::FILE* file) { PEM_write_X509(file, ca_.get()); });
  }
  ~TestCertificates() { std::filesystem::remove_all(folder_); }
  TestCertificates(const TestCertificates&) = delete;
  TestCertificates& operator=(const TestCertificates&) = delete;

  static constexpr long day_s = 86'400;
  [[nodiscard]] std::string ca_file() const { return (folder_ / "ca.pem").string(); }
  [[nodiscard]] TlsFiles files() const { return {folder_ / "certificate.pem", folder_ / "key.pem"}; }

  /// Writes a new certificate and its key to files(). `names` as OpenSSL's subjectAltName has it; times from now on.
  void make(const std::string& names = "IP:127.0.0.1,DNS:localhost", long starts_s = -day_s, long ends_s = 30 * day_s) {
    make_certificate(names, starts_s, ends_s);
    write(files().key.string(),
          [this](std::FILE* file) { PEM_write_PrivateKey(file, key_.get(), nullptr, nullptr, 0, nullptr, nullptr); });
  }
  /// The certificate alone: the key in files() is that of the one before.
  void make_certificate(const std::string& names, long starts_s, long ends_s) {
    key_.reset(EVP_EC_gen("P-256"));
    const auto certificate = sign(key_.get(), "CA:FALSE", names, starts_s, ends_s);
    write(files().certificate.string(), [&](std::FILE* file) { PEM_write_X509(file, certificate.get()); });
  }
  void lock_key(const char* passphrase) {
    write(files().key.string(), [&](std::FILE* file) {
      PEM_write_PrivateKey(file, key_.get(), EVP_aes_128_cbc(), nullptr, 0, nullptr, const_cast<char*>(passphrase));
    });
  }

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
    void operator()(X509* certificate) const { X509_free(certificate); }
  };
  using Key = std::unique_ptr<EVP_PKEY, Free>;
  using Certificate = std::unique_ptr<X509, Free>;

  template <class Write>
  static void write(const std::string& path, Write content) {
    std::FILE* file = std::fopen(path.c_str(), "w");
    CARDEA_ASSERT(file != nullptr);
    content(file);
    std::fclose(file);
  }

  static void extend(X509* certificate, int kind, const std::string& value) {
    if (value.empty()) return;
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
    CARDEA_ASSERT(extension != nullptr);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  Certificate sign(EVP_PKEY* key, const std::string& constraints, const std::string& names, long starts_s, long ends_s) {
    Certificate made(X509_new());
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), starts_s);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), ends_s);
    const std::string name = names.empty() ? "An authority" : "A server " + std::to_string(serial_);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(made.get(), X509_get_subject_name(ca_ ? ca_.get() : made.get()));
    X509_set_pubkey(made.get(), key);
    extend(made.get(), NID_basic_constraints, "critical," + constraints);
    extend(made.get(), NID_subject_alt_name, names);
    CARDEA_ASSERT(X509_sign(made.get(), ca_key_.get(), EVP_sha256()) > 0);
    return made;
  }

  std::filesystem::path folder_;
  Key ca_key_;
  Certificate ca_;
  Key key_;
  long serial_ = 0;
};

}  // namespace cardea::server::http
