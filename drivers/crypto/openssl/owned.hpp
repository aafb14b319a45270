// SPDX-License-Identifier: Apache-2.0
#pragma once
// What OpenSSL makes, owned: freed when it goes out of scope. An empty one is what OpenSSL returned where it failed.

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <memory>

namespace cardea::openssl {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

using Algorithm = std::unique_ptr<X509_ALGOR, Freer<X509_ALGOR_free>>;
using Bignum = std::unique_ptr<BIGNUM, Freer<BN_clear_free>>;
using Bio = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using CipherCtx = std::unique_ptr<EVP_CIPHER_CTX, Freer<EVP_CIPHER_CTX_free>>;
using Group = std::unique_ptr<EC_GROUP, Freer<EC_GROUP_free>>;
using MdCtx = std::unique_ptr<EVP_MD_CTX, Freer<EVP_MD_CTX_free>>;
using ParamBuild = std::unique_ptr<OSSL_PARAM_BLD, Freer<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, Freer<OSSL_PARAM_free>>;
using Pkey = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using PkeyCtx = std::unique_ptr<EVP_PKEY_CTX, Freer<EVP_PKEY_CTX_free>>;
using PlainKey = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freer<PKCS8_PRIV_KEY_INFO_free>>;
using Point = std::unique_ptr<EC_POINT, Freer<EC_POINT_free>>;
using SealedKey = std::unique_ptr<X509_SIG, Freer<X509_SIG_free>>;
using Signature = std::unique_ptr<ECDSA_SIG, Freer<ECDSA_SIG_free>>;

}  // namespace cardea::openssl
