// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/gm/sm2.hpp"

#include <bit>

#include "drivers/crypto/gm/internal/montgomery.hpp"
#include "drivers/crypto/gm/sm3.hpp"

namespace cardea::gm {
namespace {

using internal::is_below;
using internal::is_zero;
using internal::Modulus;
using internal::Number;
using internal::number_of;
using internal::subtract_from;
using internal::write;

// GB/T 32918.5: y^2 = x^3 - 3 x + b modulo p; the base point has the prime order n.
constexpr Bytes<32> p_bytes{0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                            0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
constexpr Bytes<32> a_bytes{0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                            0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc};
constexpr Bytes<32> b_bytes{0x28, 0xe9, 0xfa, 0x9e, 0x9d, 0x9f, 0x5e, 0x34, 0x4d, 0x5a, 0x9e, 0x4b, 0xcf, 0x65, 0x09, 0xa7,
                            0xf3, 0x97, 0x89, 0xf5, 0x15, 0xab, 0x8f, 0x92, 0xdd, 0xbc, 0xbd, 0x41, 0x4d, 0x94, 0x0e, 0x93};
constexpr Bytes<32> n_bytes{0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                            0x72, 0x03, 0xdf, 0x6b, 0x21, 0xc6, 0x05, 0x2b, 0x53, 0xbb, 0xf4, 0x09, 0x39, 0xd5, 0x41, 0x23};
constexpr Bytes<32> gx_bytes{0x32, 0xc4, 0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9, 0x94,
                             0x8f, 0xe3, 0x0b, 0xbf, 0xf2, 0x66, 0x0b, 0xe1, 0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7};
constexpr Bytes<32> gy_bytes{0xbc, 0x37, 0x36, 0xa2, 0xf4, 0xf6, 0x77, 0x9c, 0x59, 0xbd, 0xce, 0xe3, 0x6b, 0x69, 0x21, 0x53,
                             0xd0, 0xa9, 0x87, 0x7c, 0xc6, 0x2a, 0x47, 0x40, 0x02, 0xdf, 0x32, 0xe5, 0x21, 0x39, 0xf0, 0xa0};

constexpr Modulus field{p_bytes};
constexpr Modulus order{n_bytes};

template <class T>
void wipe_object(T& object) {
  wipe({reinterpret_cast<std::uint8_t*>(&object), sizeof object});
}

// --- The curve
// ----------------------------------------------------------------------------------------------------------------

/// A coordinate, in Montgomery's form.
struct Element {
  Number number;
};
constexpr Element operator+(const Element& a, const Element& b) { return {field.sum(a.number, b.number)}; }
constexpr Element operator-(const Element& a, const Element& b) { return {field.difference(a.number, b.number)}; }
constexpr Element operator*(const Element& a, const Element& b) { return {field.product(a.number, b.number)}; }
constexpr Element element_of(const Number& number) { return {field.into_form(number)}; }
constexpr Element thrice(const Element& a) { return a + a + a; }

/// (x / z, y / z), or with z = 0 the neutral one.
struct Point {
  Element x;
  Element y;
  Element z;
};

constexpr Element one{field.one};
constexpr Element zero{};
constexpr Element b = element_of(number_of(b_bytes));
constexpr Point base{element_of(number_of(gx_bytes)), element_of(number_of(gy_bytes)), one};
constexpr Point neutral{zero, one, zero};

/// Renes, Costello, Batina, "Complete addition formulas for prime order elliptic curves", algorithm 4: right for any two
/// points, also the same twice, opposite ones and the neutral one.
Point operator+(const Point& p, const Point& q) {
  const Element xx = p.x * q.x;
  const Element yy = p.y * q.y;
  const Element zz = p.z * q.z;
  const Element xy = (p.x + p.y) * (q.x + q.y) - (xx + yy);
  const Element yz = (p.y + p.z) * (q.y + q.z) - (yy + zz);
  const Element xz = (p.x + p.z) * (q.x + q.z) - (xx + zz);
  const Element zz3 = thrice(zz);
  const Element u = thrice(xz - b * zz);
  const Element v = thrice(b * xz - zz3 - xx);
  const Element w = thrice(xx) - zz3;
  const Element high = yy + u;
  const Element low = yy - u;
  return {xy * high - yz * v, high * low + w * v, yz * low + xy * w};
}

constexpr std::size_t window_bits = 4;
constexpr std::size_t window_size = std::size_t{1} << window_bits;
using Multiples = std::array<Point, window_size>;

/// Takes all of the table up, whichever is meant.
Point pick(const Multiples& multiples, std::uint32_t index) {
  using Words = std::array<std::uint16_t, sizeof(Point) / 2>;
  Words out{};
  for (std::uint32_t i = 0; i < window_size; ++i) {
    const std::uint32_t mask = internal::opaque(std::uint32_t{0} - (((i ^ index) - 1) >> 31));
    const auto words = std::bit_cast<Words>(multiples[i]);
    for (std::size_t j = 0; j < out.size(); ++j) out[j] = static_cast<std::uint16_t>(out[j] | (words[j] & mask));
  }
  return std::bit_cast<Point>(out);
}

Point multiply(const Number& scalar, const Point& point) {
  Multiples multiples;
  multiples[0] = neutral;
  for (std::size_t i = 1; i < window_size; ++i) multiples[i] = multiples[i - 1] + point;
  Point out = neutral;
  for (std::size_t bit = 256; bit > 0;) {
    for (std::size_t i = 0; i < window_bits; ++i) out = out + out;
    bit -= window_bits;
    out = out + pick(multiples, scalar[bit / 16] >> bit % 16 & (window_size - 1));
  }
  wipe_object(multiples);
  return out;
}

/// x^3 - 3 x + b
Element square_of_y(const Element& x) { return x * x * x - thrice(x) + b; }

/// The point X | Y, if the curve has it.
bool decode(const Sm2Point& bytes, Point& out) {
  const Number x = number_of(std::span(bytes).first<32>());
  const Number y = number_of(std::span(bytes).last<32>());
  if (is_below(x, field.m) != 1 || is_below(y, field.m) != 1) return false;
  out = {element_of(x), element_of(y), one};
  return (out.y * out.y).number == square_of_y(out.x).number;
}

/// 1 / z of each: where a point was is not told by how long this takes.
Number affine_x(const Point& point) { return field.out_of_form(field.product(point.x.number, field.inverse(point.z.number))); }

void encode(const Point& point, Sm2Point& out) {
  const Number over_z = field.inverse(point.z.number);
  write(field.out_of_form(field.product(point.x.number, over_z)), std::span(out).first<32>());
  write(field.out_of_form(field.product(point.y.number, over_z)), std::span(out).last<32>());
}

/// A number of 256 bits, which is less than twice the order.
Number modulo_order(Number number) {
  order.reduce(number, 0);
  return number;
}

/// 64 bytes modulo the order: no number is likelier than another, but by 2^-256.
KeyBytes nonce_of(const KeyBytes& key, const Sm2Digest& digest, const KeyBytes& entropy) {
  Secret<2 * sm3_size_bytes> drawn;
  Secret<1 + 32 + 32> input;
  std::copy(entropy.bytes().begin(), entropy.bytes().end(), input.mutable_bytes().begin() + 1);
  std::copy(digest.begin(), digest.end(), input.mutable_bytes().begin() + 33);
  hmac_sm3(key.bytes(), input.bytes(), drawn.mutable_bytes().first<sm3_size_bytes>());
  input.mutable_bytes()[0] = 1;
  hmac_sm3(key.bytes(), input.bytes(), drawn.mutable_bytes().last<sm3_size_bytes>());
  Number high = order.into_form(number_of(drawn.bytes().first<32>()));
  high = order.sum(high, modulo_order(number_of(drawn.bytes().last<32>())));
  KeyBytes nonce;
  write(high, nonce.mutable_bytes());
  wipe_object(high);
  return nonce;
}

}  // namespace

bool sm2_is_private_key(const KeyBytes& key) {
  Number last = order.m;
  subtract_from(last, {1});
  Number number = number_of(key.bytes());
  const bool is_key = (is_below(number, last) & (is_zero(number) ^ 1)) == 1;
  wipe_object(number);
  return is_key;
}

void sm2_public_key(const KeyBytes& key, Sm2Point& out) {
  Number scalar = number_of(key.bytes());
  encode(multiply(scalar, base), out);
  wipe_object(scalar);
}

Status sm2_agree(const KeyBytes& key, const Sm2Point& peer, KeyBytes& shared) {
  Point point;
  if (!decode(peer, point)) return Status::kMalformed;
  Number scalar = number_of(key.bytes());
  point = multiply(scalar, point);
  write(affine_x(point), shared.mutable_bytes());
  wipe_object(scalar);
  wipe_object(point);
  return Status::kOk;
}

Result<Sm2Point> sm2_decompress(const Bytes<32>& x_bytes) {
  const Number x = number_of(x_bytes);
  if (is_below(x, field.m) != 1) return Status::kMalformed;
  const Element square = square_of_y(element_of(x));
  Number exponent = field.m;  // (p + 1) / 4: a square to this power is its root, as p is 3 modulo 4
  internal::add_to(exponent, {1});
  for (std::size_t i = 0; i < exponent.size(); ++i) {
    const std::uint32_t above = i + 1 < exponent.size() ? exponent[i + 1] : 0;
    exponent[i] = static_cast<std::uint16_t>(exponent[i] >> 2 | above << 14);
  }
  const Element root{field.power(square.number, exponent)};
  if ((root * root).number != square.number) return Status::kMalformed;
  Number y = field.out_of_form(root.number);
  if ((y[0] & 1) != 0) y = field.difference({}, y);
  Sm2Point out;
  write(x, std::span(out).first<32>());
  write(y, std::span(out).last<32>());
  return out;
}

void sm2_z(ByteSpan id, const Sm2Point& public_key, Sm2Digest& out) {
  CARDEA_ASSERT(id.size() < 8'192);
  Bytes<2> id_bits;
  store_be(static_cast<std::uint16_t>(8 * id.size()), id_bits);
  Sm3 hash;
  for (const ByteSpan part : {ByteSpan(id_bits), id, ByteSpan(a_bytes), ByteSpan(b_bytes), ByteSpan(gx_bytes),
                              ByteSpan(gy_bytes), ByteSpan(public_key)})
    hash.update(part);
  hash.finish(out);
}

void sm2_digest(const Sm2Digest& z, ByteSpan message, Sm2Digest& out) {
  Sm3 hash;
  hash.update(z);
  hash.update(message);
  hash.finish(out);
}

Status internal::sm2_sign_with(const KeyBytes& key, const Sm2Digest& digest, const KeyBytes& nonce, Sm2Signature& out) {
  Number d = number_of(key.bytes());
  Number k = number_of(nonce.bytes());
  const Number x = affine_x(multiply(k, base));
  const Number r = order.sum(modulo_order(x), modulo_order(number_of(digest)));
  Number over = order.inverse(order.into_form(order.sum(d, {1})));  // 1 / (1 + d)
  k = order.difference(k, order.product(order.into_form(r), d));
  const Number s = order.product(over, k);
  write(r, std::span(out).first<32>());
  write(s, std::span(out).last<32>());
  wipe_object(d);
  wipe_object(k);
  wipe_object(over);
  // r + k = n, which the standard refuses, is r + s = n. It is the signature that is looked at, and that is public.
  const Number none{};
  const Number both = order.sum(r, s);
  for (const Number& part : {r, s, both}) {
    const auto bytes = std::bit_cast<Bytes<32>>(part);
    if (equal_constant_time(bytes, std::bit_cast<Bytes<32>>(none))) return Status::kCryptoFailed;
  }
  return Status::kOk;
}

Status sm2_sign(const KeyBytes& key, const Sm2Digest& digest, const KeyBytes& entropy, Sm2Signature& out) {
  return internal::sm2_sign_with(key, digest, nonce_of(key, digest, entropy), out);
}

Status sm2_verify(const Sm2Point& public_key, const Sm2Digest& digest, const Sm2Signature& signature) {
  Point key;
  if (!decode(public_key, key)) return Status::kForged;
  const Number r = number_of(std::span(signature).first<32>());
  const Number s = number_of(std::span(signature).last<32>());
  for (const Number& part : {r, s})
    if (is_zero(part) == 1 || is_below(part, order.m) != 1) return Status::kForged;
  const Number t = order.sum(r, s);
  if (is_zero(t) == 1) return Status::kForged;
  const Point sum = multiply(s, base) + multiply(t, key);
  if (is_zero(sum.z.number) == 1) return Status::kForged;
  const Number expected = order.sum(modulo_order(affine_x(sum)), modulo_order(number_of(digest)));
  return expected == r ? Status::kOk : Status::kForged;
}

}  // namespace cardea::gm
