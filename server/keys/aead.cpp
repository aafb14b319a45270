// SPDX-License-Identifier: Apache-2.0
#include "server/keys/aead.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <memory>

namespace cardea::server {
namespace {

struct FreeContext {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_CIPHER_CTX, FreeContext>;

/// Looked up once: OpenSSL looks EVP_aes_256_gcm() up again at every use.
const EVP_CIPHER* gcm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr);
  return cipher;
}

int size_of(ByteSpan bytes) { return static_cast<int>(bytes.size()); }

}  // namespace

Result<Blob> seal_gcm(const KeyBytes& key, ByteSpan aad, ByteSpan plain) {
  Blob out(plain.size() + gcm_overhead_bytes);
  if (RAND_bytes(out.data(), gcm_nonce_size_bytes) != 1) return Status::kCryptoFailed;
  std::uint8_t* const body = out.data() + gcm_nonce_size_bytes;
  const Context context(EVP_CIPHER_CTX_new());
  int written = 0;
  const bool done = EVP_EncryptInit_ex(context.get(), gcm(), nullptr, key.bytes().data(), out.data()) == 1 &&
                    (aad.empty() || EVP_EncryptUpdate(context.get(), nullptr, &written, aad.data(), size_of(aad)) == 1) &&
                    (plain.empty() || EVP_EncryptUpdate(context.get(), body, &written, plain.data(), size_of(plain)) == 1) &&
                    EVP_EncryptFinal_ex(context.get(), body + plain.size(), &written) == 1 &&
                    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_GET_TAG, gcm_tag_size_bytes, body + plain.size()) == 1;
  if (!done) return Status::kCryptoFailed;
  return out;
}

Result<Blob> open_gcm(const KeyBytes& key, ByteSpan aad, ByteSpan sealed) {
  if (sealed.size() < gcm_overhead_bytes) return Status::kTooShort;
  const std::size_t size = sealed.size() - gcm_overhead_bytes;
  const ByteSpan body = sealed.subspan(gcm_nonce_size_bytes, size);
  Bytes<gcm_tag_size_bytes> tag{};
  std::copy_n(sealed.end() - static_cast<std::ptrdiff_t>(tag.size()), tag.size(), tag.begin());
  Blob plain(size);
  const Context context(EVP_CIPHER_CTX_new());
  int written = 0;
  std::uint8_t nothing = 0;
  const bool done = EVP_DecryptInit_ex(context.get(), gcm(), nullptr, key.bytes().data(), sealed.data()) == 1 &&
                    (aad.empty() || EVP_DecryptUpdate(context.get(), nullptr, &written, aad.data(), size_of(aad)) == 1) &&
                    (size == 0 || EVP_DecryptUpdate(context.get(), plain.data(), &written, body.data(), size_of(body)) == 1) &&
                    EVP_CIPHER_CTX_ctrl(context.get(), EVP_CTRL_GCM_SET_TAG, gcm_tag_size_bytes, tag.data()) == 1 &&
                    EVP_DecryptFinal_ex(context.get(), &nothing, &written) == 1;
  if (done) return plain;
  wipe(plain);
  return Status::kForged;
}

}  // namespace cardea::server
