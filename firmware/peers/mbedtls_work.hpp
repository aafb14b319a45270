// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a lock's provider does, done by mbed TLS: the five steps that firmware/cost counts of ours. Keys and points stay from
// one step to the next. True when it could be done.

#include <mbedtls/ccm.h>
#include <mbedtls/ecdh.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/hmac_drbg.h>
#include <mbedtls/md.h>
#include <mbedtls/memory_buffer_alloc.h>

#include "core/base/bytes.hpp"

namespace cardea::peers {

class MbedtlsWork {
 public:
  /// `heap`: mbed TLS allocates from it.
  bool start(MutableByteSpan heap) {
    mbedtls_memory_buffer_alloc_init(heap.data(), heap.size());
    mbedtls_md_init(&mac_);
    mbedtls_ccm_init(&ccm_);
    mbedtls_hmac_drbg_init(&random_);
    mbedtls_ecp_group_init(&group_);
    mbedtls_mpi_init(&own_);
    mbedtls_mpi_init(&shared_);
    mbedtls_mpi_init(&r_);
    mbedtls_mpi_init(&s_);
    mbedtls_ecp_point_init(&point_);
    const mbedtls_md_info_t* const sha256 = mbedtls_md_info_from_type(MBEDTLS_MD_SHA256);
    return mbedtls_md_setup(&mac_, sha256, 1) == 0 && mbedtls_md_hmac_starts(&mac_, key_.data(), key_.size()) == 0 &&
           mbedtls_ccm_setkey(&ccm_, MBEDTLS_CIPHER_ID_AES, key_.data(), 256) == 0 &&
           mbedtls_hmac_drbg_seed_buf(&random_, sha256, key_.data(), key_.size()) == 0 &&
           mbedtls_ecp_group_load(&group_, MBEDTLS_ECP_DP_SECP256R1) == 0;
  }
  bool hmac() {
    return mbedtls_md_hmac_reset(&mac_) == 0 && mbedtls_md_hmac_update(&mac_, message_.data(), message_.size()) == 0 &&
           mbedtls_md_hmac_finish(&mac_, digest_.data()) == 0;
  }
  bool ccm() {
    return mbedtls_ccm_encrypt_and_tag(&ccm_, message_.size(), nonce_.data(), nonce_.size(), nullptr, 0, message_.data(),
                                       sealed_.data(), tag_.data(), tag_.size()) == 0;
  }
  bool ccm_open() {
    return mbedtls_ccm_auth_decrypt(&ccm_, message_.size(), nonce_.data(), nonce_.size(), nullptr, 0, sealed_.data(),
                                    message_.data(), tag_.data(), tag_.size()) == 0;
  }
  bool p256_generate() { return mbedtls_ecdh_gen_public(&group_, &own_, &point_, mbedtls_hmac_drbg_random, &random_) == 0; }
  bool p256_agree() {
    return mbedtls_ecdh_compute_shared(&group_, &shared_, &point_, &own_, mbedtls_hmac_drbg_random, &random_) == 0;
  }
  bool p256_sign() {
    return mbedtls_ecdsa_sign(&group_, &r_, &s_, &own_, digest_.data(), digest_.size(), mbedtls_hmac_drbg_random, &random_) ==
           0;
  }
  bool p256_verify() { return mbedtls_ecdsa_verify(&group_, digest_.data(), digest_.size(), &point_, &r_, &s_) == 0; }

 private:
  Bytes<32> key_{1};
  Bytes<64> message_{};
  Bytes<64> sealed_{};
  Bytes<8> tag_{};
  Bytes<13> nonce_{};
  Bytes<32> digest_{};
  mbedtls_md_context_t mac_;
  mbedtls_ccm_context ccm_;
  mbedtls_hmac_drbg_context random_;
  mbedtls_ecp_group group_;
  mbedtls_mpi own_;
  mbedtls_mpi shared_;
  mbedtls_mpi r_;
  mbedtls_mpi s_;
  mbedtls_ecp_point point_;
};

}  // namespace cardea::peers
