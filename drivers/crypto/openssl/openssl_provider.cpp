// SPDX-License-Identifier: Apache-2.0
// SHA-256 uses OpenSSL's plain SHA256_CTX: a key's two prepared hash states are then memory of ours that is copied without
// the heap and wiped. EVP offers neither; the header marks the functions deprecated since 3.0, hence the next line.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "drivers/crypto/openssl/openssl_provider.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <deque>
#include <variant>
#include <vector>

#include "drivers/crypto/openssl/owned.hpp"

namespace cardea {
namespace {

using openssl::Bignum;
using openssl::CipherCtx;
using openssl::Group;
using openssl::MdCtx;
using openssl::ParamBuild;
using openssl::Params;
using openssl::Pkey;
using openssl::PkeyCtx;
using openssl::Point;
using openssl::Signature;

// Looked up once: OpenSSL looks EVP_aes_256_ecb() and its like up again at every use.
const EVP_CIPHER* aes_256_ecb() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-ECB", nullptr);
  return cipher;
}
const EVP_CIPHER* aes_256_ccm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-256-CCM", nullptr);
  return cipher;
}
const EVP_CIPHER* aes_128_ccm() {
  static const EVP_CIPHER* const cipher = EVP_CIPHER_fetch(nullptr, "AES-128-CCM", nullptr);
  return cipher;
}

int size_of(ByteSpan bytes) { return static_cast<int>(bytes.size()); }

/// An HMAC key as its two hash states after the padded key block: an HMAC then costs its message's blocks and one more.
class MacKey {
 public:
  explicit MacKey(ByteSpan key) {
    prepare(inner_, key, 0x36);
    prepare(outer_, key, 0x5c);
  }
  MacKey(MacKey&&) = default;
  MacKey& operator=(MacKey&&) = default;
  ~MacKey() {
    wipe(state_bytes(inner_));
    wipe(state_bytes(outer_));
  }
  void mac(ByteSpan message, MutableByteSpan out) const {
    Digest inner_digest;
    finish(inner_, message, inner_digest);
    finish(outer_, inner_digest, out);
    wipe(inner_digest);
  }

 private:
  static MutableByteSpan state_bytes(SHA256_CTX& state) { return {reinterpret_cast<std::uint8_t*>(&state), sizeof state}; }
  static void prepare(SHA256_CTX& state, ByteSpan key, std::uint8_t pad) {
    Bytes<SHA256_CBLOCK> block;
    block.fill(pad);
    if (key.size() > block.size()) {  // RFC 2104: a key longer than a block is hashed; a salt may be
      Digest hashed;
      SHA256(key.data(), key.size(), hashed.data());
      for (std::size_t i = 0; i < hashed.size(); ++i) block[i] ^= hashed[i];
      wipe(hashed);
    } else {
      for (std::size_t i = 0; i < key.size(); ++i) block[i] ^= key[i];
    }
    SHA256_Init(&state);
    SHA256_Update(&state, block.data(), block.size());
    wipe(block);
  }
  static void finish(SHA256_CTX state, ByteSpan message, MutableByteSpan out) {
    SHA256_Update(&state, message.data(), message.size());
    SHA256_Final(out.data(), &state);
    wipe(state_bytes(state));
  }
  SHA256_CTX inner_;
  SHA256_CTX outer_;
};

struct BlockKey {
  CipherCtx cipher;
};
struct AeadKey {
  KeyBytes key;
  const EVP_CIPHER* cipher;  // takes as many of the key's bytes as it needs
};
struct InputKey {
  KeyBytes key;
};
struct PrivateKey {
  KeyKind kind;
  Pkey pkey;
};
using Key = std::variant<std::monostate, MacKey, BlockKey, AeadKey, InputKey, PrivateKey>;

Bytes<65> with_form_byte(const P256Point& point) {
  Bytes<65> encoded;
  encoded[0] = POINT_CONVERSION_UNCOMPRESSED;
  std::copy(point.begin(), point.end(), encoded.begin() + 1);
  return encoded;
}

Result<P256Point> encode(const EC_GROUP* group, const EC_POINT* point) {
  Bytes<65> encoded;
  if (EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, encoded.data(), encoded.size(), nullptr) !=
      encoded.size())
    return Status::kCryptoFailed;
  P256Point out;
  std::copy(encoded.begin() + 1, encoded.end(), out.begin());
  return out;
}

Pkey public_pkey(const P256Point& point) {
  const Bytes<65> encoded = with_form_byte(point);
  const ParamBuild build(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
  OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded.data(), encoded.size());
  const Params params(OSSL_PARAM_BLD_to_param(build.get()));
  const PkeyCtx context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* pkey = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1) return nullptr;
  if (EVP_PKEY_fromdata(context.get(), &pkey, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) return nullptr;
  Pkey owned(pkey);
  const PkeyCtx check(EVP_PKEY_CTX_new_from_pkey(nullptr, pkey, nullptr));
  return EVP_PKEY_public_check(check.get()) == 1 ? std::move(owned) : nullptr;
}

bool read_public(const EVP_PKEY* pkey, P256Point& out) {
  Bytes<65> encoded;
  std::size_t size = 0;
  if (EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY, encoded.data(), encoded.size(), &size) != 1) return false;
  if (size != encoded.size() || encoded[0] != POINT_CONVERSION_UNCOMPRESSED) return false;
  std::copy(encoded.begin() + 1, encoded.end(), out.begin());
  return true;
}

}  // namespace

struct OpensslProvider::State {
  explicit State(std::size_t most) : key_count_max(most), keys(1) {}  // 0 is no key

  Result<KeyHandle> add(Key key) {
    if (std::holds_alternative<std::monostate>(key)) return Status::kCryptoFailed;
    if (free.empty()) {
      if (keys.size() > key_count_max) return Status::kFull;
      free.push_back(static_cast<std::uint16_t>(keys.size()));
      keys.emplace_back();
    }
    const std::uint16_t index = free.back();
    free.pop_back();
    keys[index] = std::move(key);
    return KeyHandle{index};
  }

  /// The key of this handle if it is a `T`; `status` says why not.
  template <class T>
  T* find(KeyHandle handle, Status& status) {
    if (!handle || handle.value >= keys.size() || std::holds_alternative<std::monostate>(keys[handle.value])) {
      status = Status::kNotFound;
      return nullptr;
    }
    T* key = std::get_if<T>(&keys[handle.value]);
    status = key == nullptr ? Status::kUnsupported : Status::kOk;
    return key;
  }

  std::size_t key_count_max;
  std::deque<Key> keys;  // grows with what is held at once: a link to a lock holds two
  std::vector<std::uint16_t> free;
};

namespace {

Key make_key(KeyKind kind, ByteSpan bytes) {
  if (kind == KeyKind::kMac) return MacKey(bytes);
  if (kind == KeyKind::kAead) return AeadKey{KeyBytes(bytes.first<32>()), aes_256_ccm()};
  if (kind == KeyKind::kAead128) return AeadKey{KeyBytes(bytes.first<32>()), aes_128_ccm()};
  if (kind == KeyKind::kInput) return InputKey{KeyBytes(bytes.first<32>())};
  if (kind != KeyKind::kBlock) return {};
  CipherCtx cipher(EVP_CIPHER_CTX_new());
  if (EVP_EncryptInit_ex(cipher.get(), aes_256_ecb(), nullptr, bytes.data(), nullptr) != 1) return {};
  EVP_CIPHER_CTX_set_padding(cipher.get(), 0);
  return BlockKey{std::move(cipher)};
}

}  // namespace

OpensslProvider::OpensslProvider(std::size_t key_count_max) : state_(std::make_unique<State>(key_count_max)) {
  CARDEA_ASSERT(key_count_max >= 1 && key_count_max <= 65'535);
}
OpensslProvider::~OpensslProvider() = default;

Result<KeyHandle> OpensslProvider::import_key(KeyKind kind, const KeyBytes& key) {
  if (kind == KeyKind::kAgree || kind == KeyKind::kSign) return Status::kUnsupported;
  return state_->add(make_key(kind, key.bytes()));
}

Result<KeyHandle> OpensslProvider::derive_key(KeyHandle parent, ByteSpan input, KeyKind kind) {
  if (kind == KeyKind::kAgree || kind == KeyKind::kSign) return Status::kUnsupported;
  KeyBytes derived;
  CARDEA_TRY(hmac_sha256(parent, input, derived.mutable_bytes()));
  return import_key(kind, derived);
}

Result<KeyHandle> OpensslProvider::hkdf_extract(ByteSpan salt, KeyHandle input) {
  Status status = Status::kOk;
  const InputKey* material = state_->find<InputKey>(input, status);
  if (material == nullptr) return status;
  KeyBytes extracted;
  MacKey(salt).mac(material->key.bytes(), extracted.mutable_bytes());
  return import_key(KeyKind::kMac, extracted);
}

void OpensslProvider::release_key(KeyHandle key) {
  if (!key || key.value >= state_->keys.size()) return;
  if (std::holds_alternative<std::monostate>(state_->keys[key.value])) return;
  state_->keys[key.value] = std::monostate{};
  state_->free.push_back(key.value);
}

Status OpensslProvider::hmac_sha256(KeyHandle key, ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) {
  Status status = Status::kOk;
  const MacKey* mac = state_->find<MacKey>(key, status);
  if (mac != nullptr) mac->mac(message, out);
  return status;
}

Status OpensslProvider::sha256(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) {
  SHA256(message.data(), message.size(), out.data());
  return Status::kOk;
}

Status OpensslProvider::sha256_of(ByteSource& source, std::span<std::uint8_t, digest_size_bytes> out) {
  SHA256_CTX state;
  SHA256_Init(&state);
  for (;;) {
    CARDEA_ASSIGN(const ByteSpan piece, source.next());
    if (piece.empty()) break;
    SHA256_Update(&state, piece.data(), piece.size());
  }
  SHA256_Final(out.data(), &state);
  return Status::kOk;
}

Status OpensslProvider::aes256_encrypt_block(KeyHandle key, std::span<const std::uint8_t, block_size_bytes> in,
                                             std::span<std::uint8_t, block_size_bytes> out) {
  Status status = Status::kOk;
  const BlockKey* block = state_->find<BlockKey>(key, status);
  if (block == nullptr) return status;
  int written = 0;
  if (EVP_EncryptUpdate(block->cipher.get(), out.data(), &written, in.data(), size_of(in)) != 1) return Status::kCryptoFailed;
  return Status::kOk;
}

Status OpensslProvider::ccm_seal(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan plain, MutableByteSpan sealed) {
  Status status = Status::kOk;
  const AeadKey* aead = state_->find<AeadKey>(key, status);
  if (aead == nullptr) return status;
  if (plain.size() > 65'535 || sealed.size() != plain.size() + ccm_tag_size_bytes) return Status::kOutOfRange;
  const CipherCtx cipher(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX* c = cipher.get();
  int written = 0;
  const bool done =
      EVP_EncryptInit_ex(c, aead->cipher, nullptr, nullptr, nullptr) == 1 &&
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, ccm_nonce_size_bytes, nullptr) == 1 &&
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, ccm_tag_size_bytes, nullptr) == 1 &&
      EVP_EncryptInit_ex(c, nullptr, nullptr, aead->key.bytes().data(), nonce.data()) == 1 &&
      EVP_EncryptUpdate(c, nullptr, &written, nullptr, size_of(plain)) == 1 &&
      (aad.empty() || EVP_EncryptUpdate(c, nullptr, &written, aad.data(), size_of(aad)) == 1) &&
      EVP_EncryptUpdate(c, sealed.data(), &written, plain.empty() ? sealed.data() : plain.data(), size_of(plain)) == 1 &&
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, ccm_tag_size_bytes, sealed.data() + plain.size()) == 1;
  return done ? Status::kOk : Status::kCryptoFailed;
}

Status OpensslProvider::ccm_open(KeyHandle key, const CcmNonce& nonce, ByteSpan aad, ByteSpan sealed, MutableByteSpan plain) {
  Status status = Status::kOk;
  const AeadKey* aead = state_->find<AeadKey>(key, status);
  if (aead == nullptr) return status;
  if (sealed.size() < ccm_tag_size_bytes) return Status::kTooShort;
  const std::size_t size = sealed.size() - ccm_tag_size_bytes;
  if (size > 65'535 || plain.size() != size) return Status::kOutOfRange;
  Bytes<ccm_tag_size_bytes> tag;
  std::copy_n(sealed.begin() + static_cast<std::ptrdiff_t>(size), tag.size(), tag.begin());
  const CipherCtx cipher(EVP_CIPHER_CTX_new());
  EVP_CIPHER_CTX* c = cipher.get();
  int written = 0;
  std::uint8_t nothing = 0;
  const bool done =
      EVP_DecryptInit_ex(c, aead->cipher, nullptr, nullptr, nullptr) == 1 &&
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_IVLEN, ccm_nonce_size_bytes, nullptr) == 1 &&
      EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, ccm_tag_size_bytes, tag.data()) == 1 &&
      EVP_DecryptInit_ex(c, nullptr, nullptr, aead->key.bytes().data(), nonce.data()) == 1 &&
      EVP_DecryptUpdate(c, nullptr, &written, nullptr, static_cast<int>(size)) == 1 &&
      (aad.empty() || EVP_DecryptUpdate(c, nullptr, &written, aad.data(), size_of(aad)) == 1) &&
      EVP_DecryptUpdate(c, plain.empty() ? &nothing : plain.data(), &written, sealed.data(), static_cast<int>(size)) == 1;
  if (done) return Status::kOk;
  wipe(plain);
  return Status::kForged;
}

Status OpensslProvider::random(MutableByteSpan out) {
  return RAND_bytes(out.data(), static_cast<int>(out.size())) == 1 ? Status::kOk : Status::kCryptoFailed;
}

Result<KeyHandle> OpensslProvider::p256_generate(KeyKind kind, P256Point& public_key) {
  if (kind != KeyKind::kAgree && kind != KeyKind::kSign) return Status::kUnsupported;
  Pkey pkey(EVP_EC_gen("P-256"));
  if (pkey == nullptr || !read_public(pkey.get(), public_key)) return Status::kCryptoFailed;
  return state_->add(PrivateKey{kind, std::move(pkey)});
}

Result<KeyHandle> OpensslProvider::p256_agree(KeyHandle own, const P256Point& peer, KeyKind kind) {
  if (kind != KeyKind::kMac && kind != KeyKind::kInput) return Status::kUnsupported;
  CARDEA_ASSIGN(const KeyBytes shared, p256_agree_bytes(own, peer));
  return import_key(kind, shared);
}

Result<P256Point> OpensslProvider::p256_decompress(const P256X& x) {
  Bytes<33> compressed;
  compressed[0] = POINT_CONVERSION_COMPRESSED;  // an even Y
  std::copy(x.begin(), x.end(), compressed.begin() + 1);
  const Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const Point point(EC_POINT_new(group.get()));
  if (EC_POINT_oct2point(group.get(), point.get(), compressed.data(), compressed.size(), nullptr) != 1)
    return Status::kMalformed;
  return encode(group.get(), point.get());
}

Result<KeyBytes> OpensslProvider::p256_agree_bytes(KeyHandle own, const P256Point& peer) {
  Status status = Status::kOk;
  const PrivateKey* key = state_->find<PrivateKey>(own, status);
  if (key == nullptr) return status;
  if (key->kind != KeyKind::kAgree) return Status::kUnsupported;
  const Pkey other = public_pkey(peer);
  if (other == nullptr) return Status::kMalformed;
  const PkeyCtx context(EVP_PKEY_CTX_new_from_pkey(nullptr, key->pkey.get(), nullptr));
  KeyBytes shared;
  std::size_t size = shared.size_bytes;
  if (EVP_PKEY_derive_init(context.get()) != 1 || EVP_PKEY_derive_set_peer(context.get(), other.get()) != 1 ||
      EVP_PKEY_derive(context.get(), shared.mutable_bytes().data(), &size) != 1 || size != shared.size_bytes)
    return Status::kCryptoFailed;
  return shared;
}

Status OpensslProvider::p256_sign(KeyHandle key, ByteSpan message, P256Signature& out) {
  Status status = Status::kOk;
  const PrivateKey* own = state_->find<PrivateKey>(key, status);
  if (own == nullptr) return status;
  if (own->kind != KeyKind::kSign) return Status::kUnsupported;
  const MdCtx context(EVP_MD_CTX_new());
  Bytes<80> der;  // an ECDSA signature on P-256 has at most 72 bytes in DER
  std::size_t size = der.size();
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, own->pkey.get()) != 1 ||
      EVP_DigestSign(context.get(), der.data(), &size, message.data(), message.size()) != 1)
    return Status::kCryptoFailed;
  const std::uint8_t* cursor = der.data();
  const Signature signature(d2i_ECDSA_SIG(nullptr, &cursor, static_cast<long>(size)));
  if (signature == nullptr) return Status::kCryptoFailed;
  BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out.data(), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out.data() + 32, 32);
  return Status::kOk;
}

Status OpensslProvider::p256_verify_digest(const P256Point& public_key, const Digest& digest, const P256Signature& signature) {
  const Pkey pkey = public_pkey(public_key);
  if (pkey == nullptr) return Status::kForged;
  const Signature parsed(ECDSA_SIG_new());
  ECDSA_SIG_set0(parsed.get(), BN_bin2bn(signature.data(), 32, nullptr), BN_bin2bn(signature.data() + 32, 32, nullptr));
  std::uint8_t* der = nullptr;
  const int size = i2d_ECDSA_SIG(parsed.get(), &der);
  if (size <= 0) return Status::kCryptoFailed;
  const PkeyCtx context(EVP_PKEY_CTX_new(pkey.get(), nullptr));
  const bool good = EVP_PKEY_verify_init(context.get()) == 1 &&
                    EVP_PKEY_verify(context.get(), der, static_cast<std::size_t>(size), digest.data(), digest.size()) == 1;
  OPENSSL_free(der);
  return good ? Status::kOk : Status::kForged;
}

Result<KeyBytes> OpensslProvider::p256_export(KeyHandle key) {
  Status status = Status::kOk;
  const PrivateKey* own = state_->find<PrivateKey>(key, status);
  if (own == nullptr) return status;
  BIGNUM* scalar = nullptr;
  if (EVP_PKEY_get_bn_param(own->pkey.get(), OSSL_PKEY_PARAM_PRIV_KEY, &scalar) != 1) return Status::kCryptoFailed;
  const Bignum owned(scalar);
  KeyBytes out;
  BN_bn2binpad(scalar, out.mutable_bytes().data(), 32);
  return out;
}

Result<KeyHandle> OpensslProvider::p256_import(KeyKind kind, const KeyBytes& private_key, P256Point& public_key) {
  if (kind != KeyKind::kAgree && kind != KeyKind::kSign) return Status::kUnsupported;
  const Bignum scalar(BN_secure_new());
  BN_bin2bn(private_key.bytes().data(), 32, scalar.get());
  const Group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  if (BN_is_zero(scalar.get()) || BN_cmp(scalar.get(), EC_GROUP_get0_order(group.get())) >= 0) return Status::kMalformed;
  const Point point(EC_POINT_new(group.get()));
  if (EC_POINT_mul(group.get(), point.get(), scalar.get(), nullptr, nullptr, nullptr) != 1) return Status::kCryptoFailed;
  CARDEA_ASSIGN(public_key, encode(group.get(), point.get()));
  const Bytes<65> encoded = with_form_byte(public_key);
  const ParamBuild build(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
  OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded.data(), encoded.size());
  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get());
  const Params params(OSSL_PARAM_BLD_to_param(build.get()));
  const PkeyCtx context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* pkey = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &pkey, EVP_PKEY_KEYPAIR, params.get()) != 1)
    return Status::kMalformed;
  return state_->add(PrivateKey{kind, Pkey(pkey)});
}

}  // namespace cardea
