// SPDX-License-Identifier: Apache-2.0
// The two ways to compute on P-256, what BearSSL has no call for (the Y to an X, over its integers of either size), and two
// functions of its own that stand in for BearSSL's.
#include "drivers/crypto/bearssl/bearssl_provider.hpp"

// From BearSSL's inner.h, which no C++ compiler takes. An integer is an array whose first word tells its size in bits; `m` is
// the modulus and `m0i` -1/m modulo the size of a word; `ctl` says whether to store the result.
extern "C" {
std::uint32_t br_i15_add(std::uint16_t* a, const std::uint16_t* b, std::uint32_t ctl);
std::uint32_t br_i15_sub(std::uint16_t* a, const std::uint16_t* b, std::uint32_t ctl);
std::uint32_t br_i15_decode_mod(std::uint16_t* x, const void* src, std::size_t len, const std::uint16_t* m);
void br_i15_decode(std::uint16_t* x, const void* src, std::size_t len);
void br_i15_encode(void* dst, std::size_t len, const std::uint16_t* x);
std::uint16_t br_i15_ninv15(std::uint16_t x);
void br_i15_to_monty(std::uint16_t* x, const std::uint16_t* m);
void br_i15_montymul(std::uint16_t* d, const std::uint16_t* x, const std::uint16_t* y, const std::uint16_t* m,
                     std::uint16_t m0i);
void br_i15_modpow(std::uint16_t* x, const unsigned char* e, std::size_t elen, const std::uint16_t* m, std::uint16_t m0i,
                   std::uint16_t* t1, std::uint16_t* t2);
std::uint32_t br_i31_add(std::uint32_t* a, const std::uint32_t* b, std::uint32_t ctl);
std::uint32_t br_i31_sub(std::uint32_t* a, const std::uint32_t* b, std::uint32_t ctl);
std::uint32_t br_i31_decode_mod(std::uint32_t* x, const void* src, std::size_t len, const std::uint32_t* m);
void br_i31_decode(std::uint32_t* x, const void* src, std::size_t len);
void br_i31_encode(void* dst, std::size_t len, const std::uint32_t* x);
std::uint32_t br_i31_ninv31(std::uint32_t x);
void br_i31_to_monty(std::uint32_t* x, const std::uint32_t* m);
void br_i31_montymul(std::uint32_t* d, const std::uint32_t* x, const std::uint32_t* y, const std::uint32_t* m,
                     std::uint32_t m0i);
void br_i31_modpow(std::uint32_t* x, const unsigned char* e, std::size_t elen, const std::uint32_t* m, std::uint32_t m0i,
                   std::uint32_t* t1, std::uint32_t* t2);
}

namespace cardea {
namespace {

struct Ints15 {
  using Word = std::uint16_t;
  static constexpr std::size_t word_count = 1 + (256 + 14) / 15;
  static constexpr auto add = br_i15_add;
  static constexpr auto sub = br_i15_sub;
  static constexpr auto decode_mod = br_i15_decode_mod;
  static constexpr auto decode = br_i15_decode;
  static constexpr auto encode = br_i15_encode;
  static constexpr auto negated_inverse = br_i15_ninv15;
  static constexpr auto to_montgomery = br_i15_to_monty;
  static constexpr auto multiply = br_i15_montymul;
  static constexpr auto power = br_i15_modpow;
};

struct Ints31 {
  using Word = std::uint32_t;
  static constexpr std::size_t word_count = 1 + (256 + 30) / 31;
  static constexpr auto add = br_i31_add;
  static constexpr auto sub = br_i31_sub;
  static constexpr auto decode_mod = br_i31_decode_mod;
  static constexpr auto decode = br_i31_decode;
  static constexpr auto encode = br_i31_encode;
  static constexpr auto negated_inverse = br_i31_ninv31;
  static constexpr auto to_montgomery = br_i31_to_monty;
  static constexpr auto multiply = br_i31_montymul;
  static constexpr auto power = br_i31_modpow;
};

constexpr Bytes<32> field_prime{0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
                                0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
/// b of y^2 = x^3 - 3x + b
constexpr Bytes<32> curve_b{0x5a, 0xc6, 0x35, 0xd8, 0xaa, 0x3a, 0x93, 0xe7, 0xb3, 0xeb, 0xbd, 0x55, 0x76, 0x98, 0x86, 0xbc,
                            0x65, 0x1d, 0x06, 0xb0, 0xcc, 0x53, 0xb0, 0xf6, 0x3b, 0xce, 0x3c, 0x3e, 0x27, 0xd2, 0x60, 0x4b};
/// (p + 1) / 4: a square to this power is its root, as p is 3 modulo 4.
constexpr Bytes<32> root_exponent{0x3f, 0xff, 0xff, 0xff, 0xc0, 0x00, 0x00, 0x00, 0x40, 0x00, 0x00,
                                  0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x40, 0x00,
                                  0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};

/// Arithmetic modulo p with integers of either size.
template <class Ints>
class Field {
 public:
  using Element = std::array<typename Ints::Word, Ints::word_count>;

  Field() {
    Ints::decode(p_.data(), field_prime.data(), field_prime.size());
    p0i_ = Ints::negated_inverse(p_[1]);
  }
  /// False when `bytes` is not below p.
  bool decode(std::span<const std::uint8_t, 32> bytes, Element& out) const {
    return Ints::decode_mod(out.data(), bytes.data(), bytes.size(), p_.data()) == 1;
  }
  void add(Element& a, const Element& b) const {
    const std::uint32_t over = Ints::add(a.data(), b.data(), 1) | (Ints::sub(a.data(), p_.data(), 0) ^ 1);
    Ints::sub(a.data(), p_.data(), over);
  }
  void sub(Element& a, const Element& b) const { Ints::add(a.data(), p_.data(), Ints::sub(a.data(), b.data(), 1)); }
  Element product(const Element& a, const Element& b) const {
    Element a_montgomery = a;
    Element out{};
    Ints::to_montgomery(a_montgomery.data(), p_.data());
    Ints::multiply(out.data(), a_montgomery.data(), b.data(), p_.data(), p0i_);
    return out;
  }
  Element root(const Element& square) const {
    Element out = square;
    Element t1;
    Element t2;
    Ints::power(out.data(), root_exponent.data(), root_exponent.size(), p_.data(), p0i_, t1.data(), t2.data());
    return out;
  }

 private:
  Element p_{};
  decltype(Ints::negated_inverse(0)) p0i_ = 0;
};

template <class Ints>
bool find_y(const P256X& x_bytes, std::span<std::uint8_t, 32> y_bytes) {
  using Element = typename Field<Ints>::Element;
  const Field<Ints> field;
  Element x{};
  Element b{};
  if (!field.decode(x_bytes, x) || !field.decode(curve_b, b)) return false;
  Element square = field.product(x, x);
  Element three = x;
  std::fill(three.begin() + 1, three.end(), typename Ints::Word{0});
  three[1] = 3;
  field.sub(square, three);
  square = field.product(square, x);
  field.add(square, b);
  Element y = field.root(square);
  if (field.product(y, y) != square) return false;
  if ((y[1] & 1) != 0) {
    Element zero = three;
    zero[1] = 0;
    field.sub(zero, y);
    y = zero;
  }
  Ints::encode(y_bytes.data(), y_bytes.size(), y.data());
  return true;
}

}  // namespace

// How a hash and a drawn nonce become integers. BearSSL's own functions then shift by nothing, over as many words as the number
// happens to have: with words of 15 bits that tells the nonce's highest bit, with words of 31 whether its highest eight are
// zero, and who learns such bits of enough signatures has the key. A hash and an order of 256 bits each need no shift.
extern "C" void br_ecdsa_i15_bits2int(std::uint16_t* x, const void* src, std::size_t len, std::uint32_t ebitlen) {
  CARDEA_ASSERT(len == field_prime.size());
  br_i15_decode(x, src, len);
  x[0] = static_cast<std::uint16_t>(ebitlen);
}
extern "C" void br_ecdsa_i31_bits2int(std::uint32_t* x, const void* src, std::size_t len, std::uint32_t ebitlen) {
  CARDEA_ASSERT(len == field_prime.size());
  br_i31_decode(x, src, len);
  x[0] = ebitlen;
}

const BearsslCurve bearssl_m15{&br_ec_p256_m15, &br_ecdsa_i15_sign_raw, &br_ecdsa_i15_vrfy_raw, &find_y<Ints15>};
const BearsslCurve bearssl_m31{&br_ec_p256_m31, &br_ecdsa_i31_sign_raw, &br_ecdsa_i31_vrfy_raw, &find_y<Ints31>};

}  // namespace cardea
