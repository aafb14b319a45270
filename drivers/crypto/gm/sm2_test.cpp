// SPDX-License-Identifier: Apache-2.0
// SM2 against the example of its standard and against OpenSSL: signatures both ways, and points with what OpenSSL computes on
// the same curve.
#include "drivers/crypto/gm/sm2.hpp"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>
#include <rapidcheck.h>

#include <memory>
#include <string_view>
#include <vector>

namespace cardea::gm {
namespace {

using Text = std::vector<std::uint8_t>;
using Number = Bytes<32>;

template <std::size_t N>
Bytes<N> bytes_of(std::string_view hex) {
  Bytes<N> out{};
  for (std::size_t i = 0; i < N; ++i)
    out[i] = static_cast<std::uint8_t>(std::stoul(std::string(hex.substr(2 * i, 2)), nullptr, 16));
  return out;
}
KeyBytes key_of(std::string_view hex) { return KeyBytes(bytes_of<32>(hex)); }
KeyBytes small_key(std::uint8_t value) {
  Number out{};
  out[31] = value;
  return KeyBytes(out);
}
Sm2Point public_of(const KeyBytes& key) {
  Sm2Point out;
  sm2_public_key(key, out);
  return out;
}
Sm2Digest digest_of(const Sm2Point& point, ByteSpan message, ByteSpan id = sm2_default_id) {
  Sm2Digest z;
  Sm2Digest out;
  sm2_z(id, point, z);
  sm2_digest(z, message, out);
  return out;
}

// GB/T 32918.5-2017, annex A.2: the example of a signature.
const KeyBytes example_key = key_of("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8");
constexpr std::string_view example_point =
    "09f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020"
    "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
constexpr std::string_view example_signature =
    "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3"
    "b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";
constexpr std::string_view order_hex = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
constexpr std::string_view prime_hex = "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff";

TEST(Sm2, RefusesAPrivateKeyThatIsNone) {
  Number last = bytes_of<32>(order_hex);
  EXPECT_FALSE(sm2_is_private_key(KeyBytes()));
  EXPECT_FALSE(sm2_is_private_key(KeyBytes(last)));
  last[31] -= 1;
  EXPECT_FALSE(sm2_is_private_key(KeyBytes(last)));
  last[31] -= 1;
  EXPECT_TRUE(sm2_is_private_key(KeyBytes(last)));
  EXPECT_TRUE(sm2_is_private_key(small_key(1)));
  last.fill(0xff);
  EXPECT_FALSE(sm2_is_private_key(KeyBytes(last)));
}

TEST(Sm2, RefusesToAgreeWithAPointOffTheCurve) {
  KeyBytes shared;
  EXPECT_EQ(sm2_agree(example_key, Sm2Point{}, shared), Status::kMalformed);
  const auto point = bytes_of<64>(example_point);
  for (std::size_t bit = 0; bit < 512; ++bit) {
    Sm2Point bent = point;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(sm2_agree(example_key, bent, shared), Status::kMalformed) << bit;
  }
}

TEST(Sm2, RefusesCoordinatesThatAreNoFieldElement) {
  const Sm2Point at_zero = sm2_decompress(Number{}).value();
  KeyBytes shared;
  EXPECT_EQ(sm2_agree(example_key, at_zero, shared), Status::kOk);
  Sm2Point at_prime = at_zero;
  std::ranges::copy(bytes_of<32>(prime_hex), at_prime.begin());
  EXPECT_EQ(sm2_agree(example_key, at_prime, shared), Status::kMalformed);
  EXPECT_EQ(sm2_decompress(bytes_of<32>(prime_hex)).status(), Status::kMalformed);
}

TEST(Sm2, VerifiesNothingWithAFlippedBitOrAPartOutOfRange) {
  const auto point = bytes_of<64>(example_point);
  const auto signature = bytes_of<64>(example_signature);
  const Sm2Digest digest = digest_of(point, ascii("message digest"));
  for (std::size_t bit = 0; bit < 512; bit += 31) {
    Sm2Signature bent = signature;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(sm2_verify(point, digest, bent), Status::kForged) << bit;
    Sm2Point other = point;
    other[bit / 8] = static_cast<std::uint8_t>(other[bit / 8] ^ (1u << (bit % 8)));
    EXPECT_EQ(sm2_verify(other, digest, signature), Status::kForged) << bit;
  }
  for (const std::ptrdiff_t half : {0, 32}) {
    Sm2Signature bad = signature;
    std::fill_n(bad.begin() + half, 32, std::uint8_t{0});
    EXPECT_EQ(sm2_verify(point, digest, bad), Status::kForged);
    std::ranges::copy(bytes_of<32>(order_hex), bad.begin() + half);
    EXPECT_EQ(sm2_verify(point, digest, bad), Status::kForged);
    std::fill_n(bad.begin() + half, 32, std::uint8_t{0xff});
    EXPECT_EQ(sm2_verify(point, digest, bad), Status::kForged);
  }
}

// r + s = n makes the key vanish out of what is verified. With s = k and r = e + X(k G) that sums up to n, anybody could sign
// anything if this were not refused; such an e is computed here.
TEST(Sm2, VerifiesNoSignatureWhosePartsSumUpToTheOrder) {
  const auto point = bytes_of<64>(example_point);
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> n(BN_bin2bn(bytes_of<32>(order_hex).data(), 32, nullptr), &BN_free);
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> r(BN_dup(n.get()), &BN_free);
  BN_sub_word(r.get(), 5);
  Sm2Signature signature{};
  BN_bn2binpad(r.get(), signature.data(), 32);
  signature[63] = 5;
  const Sm2Point k_point = public_of(small_key(5));
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> x(BN_bin2bn(k_point.data(), 32, nullptr), &BN_free);
  const std::unique_ptr<BN_CTX, decltype(&BN_CTX_free)> context(BN_CTX_new(), &BN_CTX_free);
  BN_mod_sub(r.get(), r.get(), x.get(), n.get(), context.get());
  Sm2Digest e;
  BN_bn2binpad(r.get(), e.data(), 32);
  EXPECT_EQ(sm2_verify(point, e, signature), Status::kForged);
}

TEST(Sm2, SignsTheExampleOfItsStandard) {
  const Sm2Point point = public_of(example_key);
  EXPECT_EQ(point, bytes_of<64>(example_point));
  Sm2Digest z;
  sm2_z(sm2_default_id, point, z);
  EXPECT_EQ(z, bytes_of<32>("b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3"));
  const Sm2Digest digest = digest_of(point, ascii("message digest"));
  EXPECT_EQ(digest, bytes_of<32>("f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640"));
  const KeyBytes nonce = key_of("59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21");
  Sm2Signature signature;
  ASSERT_EQ(internal::sm2_sign_with(example_key, digest, nonce, signature), Status::kOk);
  EXPECT_EQ(signature, bytes_of<64>(example_signature));
  EXPECT_EQ(sm2_verify(point, digest, signature), Status::kOk);
}

TEST(Sm2, SignsWithAnotherNonceForAnotherDigestOrEntropy) {
  const Sm2Point point = public_of(example_key);
  Sm2Signature signatures[3];
  const Sm2Digest digests[3] = {Sm2Digest{1}, Sm2Digest{1}, Sm2Digest{2}};
  const KeyBytes entropy[3] = {small_key(1), small_key(2), small_key(1)};
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(sm2_sign(example_key, digests[i], entropy[i], signatures[i]), Status::kOk);
    EXPECT_EQ(sm2_verify(point, digests[i], signatures[i]), Status::kOk);
  }
  EXPECT_NE(signatures[0], signatures[1]);
  // r = e + X(k G): with one nonce for both, both r would differ by what both e differ.
  EXPECT_NE(signatures[2][0], signatures[0][0] + 1);
}

// --- OpenSSL
// ------------------------------------------------------------------------------------------------------------------

template <class T, void (*free)(T*)>
struct Freed {
  void operator()(T* object) const { free(object); }
};
template <class T, void (*free)(T*)>
using Held = std::unique_ptr<T, Freed<T, free>>;
using Group = Held<EC_GROUP, EC_GROUP_free>;
using OtherPoint = Held<EC_POINT, EC_POINT_free>;
using Big = Held<BIGNUM, BN_free>;
using Pkey = Held<EVP_PKEY, EVP_PKEY_free>;

Sm2Point bytes_of(const EC_GROUP* group, const EC_POINT* point) {
  Bytes<65> encoded{};
  RC_ASSERT(EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, encoded.data(), 65, nullptr) == 65u);
  Sm2Point out;
  std::copy(encoded.begin() + 1, encoded.end(), out.begin());
  return out;
}

/// key * point, or key * G without a point.
Sm2Point openssl_multiple(const KeyBytes& key, const Sm2Point* point) {
  const Group group(EC_GROUP_new_by_curve_name(NID_sm2));
  const Big scalar(BN_bin2bn(key.bytes().data(), 32, nullptr));
  const OtherPoint out(EC_POINT_new(group.get()));
  if (point == nullptr) {
    RC_ASSERT(EC_POINT_mul(group.get(), out.get(), scalar.get(), nullptr, nullptr, nullptr) == 1);
  } else {
    Bytes<65> encoded{4};
    std::ranges::copy(*point, encoded.begin() + 1);
    const OtherPoint in(EC_POINT_new(group.get()));
    RC_ASSERT(EC_POINT_oct2point(group.get(), in.get(), encoded.data(), 65, nullptr) == 1);
    RC_ASSERT(EC_POINT_mul(group.get(), out.get(), nullptr, in.get(), scalar.get(), nullptr) == 1);
  }
  return bytes_of(group.get(), out.get());
}

Pkey openssl_key(const KeyBytes& key, const Sm2Point& point) {
  Bytes<65> encoded{4};
  std::ranges::copy(point, encoded.begin() + 1);
  const Big scalar(BN_bin2bn(key.bytes().data(), 32, nullptr));
  const Held<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "SM2", 0);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, scalar.get());
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded.data(), encoded.size());
  const Held<OSSL_PARAM, OSSL_PARAM_free> params(OSSL_PARAM_BLD_to_param(builder.get()));
  const Held<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_name(nullptr, "SM2", nullptr));
  EVP_PKEY* out = nullptr;
  RC_ASSERT(EVP_PKEY_fromdata_init(context.get()) == 1);
  RC_ASSERT(EVP_PKEY_fromdata(context.get(), &out, EVP_PKEY_KEYPAIR, params.get()) == 1);
  return Pkey(out);
}

struct Signing {
  Signing(const Pkey& key, ByteSpan id) : key_context(EVP_PKEY_CTX_new(key.get(), nullptr)), context(EVP_MD_CTX_new()) {
    RC_ASSERT(EVP_PKEY_CTX_set1_id(key_context.get(), id.data(), static_cast<int>(id.size())) == 1);
    EVP_MD_CTX_set_pkey_ctx(context.get(), key_context.get());
  }
  Held<EVP_PKEY_CTX, EVP_PKEY_CTX_free> key_context;
  Held<EVP_MD_CTX, EVP_MD_CTX_free> context;
};

Sm2Signature openssl_sign(const Pkey& key, ByteSpan id, const Text& message) {
  const Signing signing(key, id);
  Text der(80);
  std::size_t size = der.size();
  RC_ASSERT(EVP_DigestSignInit(signing.context.get(), nullptr, EVP_sm3(), nullptr, key.get()) == 1);
  RC_ASSERT(EVP_DigestSign(signing.context.get(), der.data(), &size, message.data(), message.size()) == 1);
  const std::uint8_t* at = der.data();
  const Held<ECDSA_SIG, ECDSA_SIG_free> parts(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(size)));
  Sm2Signature out;
  BN_bn2binpad(ECDSA_SIG_get0_r(parts.get()), out.data(), 32);
  BN_bn2binpad(ECDSA_SIG_get0_s(parts.get()), out.data() + 32, 32);
  return out;
}

bool openssl_verifies(const Pkey& key, ByteSpan id, const Text& message, const Sm2Signature& signature) {
  const Signing signing(key, id);
  const Held<ECDSA_SIG, ECDSA_SIG_free> parts(ECDSA_SIG_new());
  ECDSA_SIG_set0(parts.get(), BN_bin2bn(signature.data(), 32, nullptr), BN_bin2bn(signature.data() + 32, 32, nullptr));
  Text der(80);
  std::uint8_t* at = der.data();
  const int size = i2d_ECDSA_SIG(parts.get(), &at);
  RC_ASSERT(EVP_DigestVerifyInit(signing.context.get(), nullptr, EVP_sm3(), nullptr, key.get()) == 1);
  return EVP_DigestVerify(signing.context.get(), der.data(), static_cast<std::size_t>(size), message.data(), message.size()) ==
         1;
}

KeyBytes any_key() {
  auto number = *rc::gen::arbitrary<Number>();
  number[31] |= 1;  // the smallest that are tried are zero
  const KeyBytes key(number);
  RC_PRE(sm2_is_private_key(key));
  return key;
}

TEST(Sm2, ComputesThePointsThatOpensslComputes) {
  for (std::uint8_t low = 1; low < 40; ++low) EXPECT_EQ(public_of(small_key(low)), openssl_multiple(small_key(low), nullptr));
  EXPECT_TRUE(rc::check([] {
    const KeyBytes key = any_key();
    const KeyBytes peer_key = any_key();
    const Sm2Point point = public_of(key);
    const Sm2Point peer = public_of(peer_key);
    RC_ASSERT(point == openssl_multiple(key, nullptr));
    KeyBytes shared;
    RC_ASSERT(sm2_agree(key, peer, shared) == Status::kOk);
    RC_ASSERT(std::ranges::equal(shared.bytes(), ByteSpan(openssl_multiple(key, &peer)).first(32)));
    Number x;
    std::copy_n(point.begin(), 32, x.begin());
    const Sm2Point found = sm2_decompress(x).value();
    RC_ASSERT((found[63] & 1) == 0);
    RC_ASSERT((found == point) == ((point[63] & 1) == 0));
    KeyBytes back;
    RC_ASSERT(sm2_agree(peer_key, found, back) == Status::kOk);
    RC_ASSERT(equal_constant_time(shared.bytes(), back.bytes()));
  }));
}

TEST(Sm2, SignsWhatOpensslVerifiesAndTheReverse) {
  EXPECT_TRUE(rc::check([] {
    const KeyBytes key = any_key();
    const Sm2Point point = public_of(key);
    const Pkey other = openssl_key(key, point);
    const auto message = *rc::gen::arbitrary<Text>();
    const auto id = *rc::gen::nonEmpty<Text>();
    const Sm2Digest digest = digest_of(point, message, id);
    Sm2Signature signature;
    RC_ASSERT(sm2_sign(key, digest, any_key(), signature) == Status::kOk);
    RC_ASSERT(openssl_verifies(other, id, message, signature));
    RC_ASSERT(sm2_verify(point, digest, signature) == Status::kOk);
    signature[*rc::gen::inRange(0, 64)] ^= static_cast<std::uint8_t>(1 << *rc::gen::inRange(0, 8));
    RC_ASSERT(sm2_verify(point, digest, signature) == Status::kForged);
    RC_ASSERT(!openssl_verifies(other, id, message, signature));
    RC_ASSERT(sm2_verify(point, digest, openssl_sign(other, id, message)) == Status::kOk);
  }));
}

}  // namespace
}  // namespace cardea::gm
