// SPDX-License-Identifier: Apache-2.0
// The S-box is S(x) = A(1 / (A x + c)) + c over GF(2)[t] / (t^8 + t^7 + t^6 + t^5 + t^4 + t^2 + 1). The inverse is cheap in a
// tower of small fields, GF(4) = GF(2)[w] / (w^2 + w + 1), GF(16) = GF(4)[z] / (z^2 + z + w), GF(256) = GF(16)[y] / (y^2 + y +
// l), l = w z + 1, so the two matrices below carry A and the way into the tower, and the way back and A. A plane holds one bit
// of every byte: bit 0 of byte k of a word is in bit 8 k, that of the second word in bit 8 k + 1.
#include "drivers/crypto/gm/sm4.hpp"

#include <bit>
#include <cstring>

#include "core/base/secret.hpp"

namespace cardea::gm {
namespace {

// --- The S-box
// ----------------------------------------------------------------------------------------------------------------

using Plane = std::uint32_t;
template <std::size_t N>
using Planes = std::array<Plane, N>;
template <std::size_t N>
using Rows = std::array<std::uint8_t, N>;

/// Row i says which bits make bit i.
constexpr Rows<8> into_tower{0x26, 0x72, 0xa4, 0x18, 0x57, 0x40, 0x84, 0x7f};
constexpr std::uint8_t into_tower_constant = 0xea;
constexpr Rows<8> out_of_tower{0x55, 0x41, 0x76, 0xd1, 0x8a, 0x2a, 0x03, 0x2f};
constexpr std::uint8_t out_of_tower_constant = 0xd3;
constexpr Rows<4> times_l{0x0d, 0x06, 0x0e, 0x07};

template <std::uint8_t row, std::size_t N, std::size_t... j>
Plane sum(const Planes<N>& x, std::index_sequence<j...>) {
  return ((row >> j & 1 ? x[j] : Plane{0}) ^ ...);
}
/// rows * x + constant; the rows are known when this is compiled, so that nothing is left of them but the sums.
template <auto rows, std::uint8_t constant = 0>
auto transformed(const Planes<rows.size()>& x) {
  return [&]<std::size_t... i>(std::index_sequence<i...> all) {
    return Planes<rows.size()>{(sum<rows[i]>(x, all) ^ (constant >> i & 1 ? ~Plane{0} : Plane{0}))...};
  }(std::make_index_sequence<rows.size()>());
}

/// high * w + low
struct Gf4 {
  Plane high;
  Plane low;
  friend Gf4 operator+(Gf4 a, Gf4 b) { return {a.high ^ b.high, a.low ^ b.low}; }
  friend Gf4 operator*(Gf4 a, Gf4 b) {
    const Plane both = a.high & b.high;
    return {(a.high & b.low) ^ (a.low & b.high) ^ both, (a.low & b.low) ^ both};
  }
};
Gf4 square(Gf4 x) { return {x.high, x.high ^ x.low}; }
Gf4 inverse(Gf4 x) { return square(x); }
Gf4 times_w(Gf4 x) { return {x.high ^ x.low, x.high}; }

/// high * z + low
struct Gf16 {
  Gf4 high;
  Gf4 low;
  friend Gf16 operator+(Gf16 a, Gf16 b) { return {a.high + b.high, a.low + b.low}; }
  friend Gf16 operator*(Gf16 a, Gf16 b) {
    const Gf4 both = a.high * b.high;
    return {a.high * b.low + a.low * b.high + both, a.low * b.low + times_w(both)};
  }
};
Gf16 square(Gf16 x) { return {square(x.high), square(x.low) + times_w(square(x.high))}; }
Gf16 inverse(Gf16 x) {
  const Gf4 norm = inverse(times_w(square(x.high)) + x.high * x.low + square(x.low));
  return {x.high * norm, (x.high + x.low) * norm};
}
Gf16 scaled_by_l(Gf16 x) {
  const Planes<4> out = transformed<times_l>({x.low.low, x.low.high, x.high.low, x.high.high});
  return {{out[3], out[2]}, {out[1], out[0]}};
}

/// 1 / x in the tower, 0 for 0. Bit 0 is the lowest of the lowest.
Planes<8> inverse(const Planes<8>& x) {
  const Gf16 low{{x[3], x[2]}, {x[1], x[0]}};
  const Gf16 high{{x[7], x[6]}, {x[5], x[4]}};
  const Gf16 norm = inverse(scaled_by_l(square(high)) + high * low + square(low));
  const Gf16 new_high = high * norm;
  const Gf16 new_low = (high + low) * norm;
  return {new_low.low.low,  new_low.low.high,  new_low.high.low,  new_low.high.high,
          new_high.low.low, new_high.low.high, new_high.high.low, new_high.high.high};
}

constexpr Plane lanes = 0x01010101;

/// The S-box on every byte of both words.
void substitute(std::uint32_t& first, std::uint32_t& second) {
  Planes<8> x;
  for (int i = 0; i < 8; ++i) x[static_cast<std::size_t>(i)] = (first >> i & lanes) | (second >> i & lanes) << 1;
  x = transformed<out_of_tower, out_of_tower_constant>(inverse(transformed<into_tower, into_tower_constant>(x)));
  first = 0;
  second = 0;
  for (int i = 0; i < 8; ++i) {
    first |= (x[static_cast<std::size_t>(i)] & lanes) << i;
    second |= (x[static_cast<std::size_t>(i)] >> 1 & lanes) << i;
  }
}

// --- The cipher
// ---------------------------------------------------------------------------------------------------------------

using Words = std::array<std::uint32_t, 4>;

constexpr Words system_parameter{0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc};  // FK
/// CK: byte j of word i is 7 (4 i + j) modulo 256.
constexpr std::uint32_t fixed_parameter(std::uint32_t i) {
  std::uint32_t word = 0;
  for (std::uint32_t j = 0; j < 4; ++j) word = word << 8 | (7 * (4 * i + j) & 0xff);
  return word;
}

constexpr std::uint32_t diffuse(std::uint32_t x) {  // L
  return x ^ std::rotl(x, 2) ^ std::rotl(x, 10) ^ std::rotl(x, 18) ^ std::rotl(x, 24);
}
constexpr std::uint32_t diffuse_key(std::uint32_t x) { return x ^ std::rotl(x, 13) ^ std::rotl(x, 23); }  // L'

Words load(ByteSpan bytes) {
  Words out;
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = load_be<std::uint32_t>(bytes.subspan(4 * i));
  return out;
}
/// R: the words, the last first.
void store(const Words& words, Sm4Block& out) {
  for (std::size_t i = 0; i < words.size(); ++i) store_be(words[3 - i], MutableByteSpan(out).subspan(4 * i, 4));
}
void shift_in(Words& words, std::uint32_t last) { words = {words[1], words[2], words[3], last}; }

}  // namespace

Sm4::Sm4(std::span<const std::uint8_t, sm4_key_size_bytes> key) {
  Words k = load(key);
  for (std::size_t i = 0; i < k.size(); ++i) k[i] ^= system_parameter[i];
  for (std::uint32_t i = 0; i < round_keys_.size(); ++i) {
    std::uint32_t mixed = k[1] ^ k[2] ^ k[3] ^ fixed_parameter(i);
    std::uint32_t unused = 0;
    substitute(mixed, unused);
    round_keys_[i] = k[0] ^ diffuse_key(mixed);
    shift_in(k, round_keys_[i]);
  }
  wipe({reinterpret_cast<std::uint8_t*>(&k), sizeof k});
}

Sm4::~Sm4() { wipe({reinterpret_cast<std::uint8_t*>(&round_keys_), sizeof round_keys_}); }

void Sm4::encrypt(Sm4Block& first, Sm4Block& second) const {
  Words a = load(first);
  Words b = load(second);
  for (const std::uint32_t round_key : round_keys_) {
    std::uint32_t mixed_a = a[1] ^ a[2] ^ a[3] ^ round_key;
    std::uint32_t mixed_b = b[1] ^ b[2] ^ b[3] ^ round_key;
    substitute(mixed_a, mixed_b);
    shift_in(a, a[0] ^ diffuse(mixed_a));
    shift_in(b, b[0] ^ diffuse(mixed_b));
  }
  store(a, first);
  store(b, second);
}

void Sm4::encrypt(Sm4Block& block) const {
  Sm4Block unused{};
  encrypt(block, unused);
}

// --- CCM (RFC 3610)
// -----------------------------------------------------------------------------------------------------------

namespace {

constexpr std::size_t ccm_aad_size_bytes_max = 0xfeff;  // more needs another encoding of its size

/// The MAC runs one block behind the key stream, so that two blocks are encrypted at a time.
class Ccm {
 public:
  Ccm(const Sm4& key, ByteSpan nonce, std::size_t aad_size, std::size_t text_size, std::size_t tag_size) : key_(&key) {
    size_field_ = 15 - nonce.size();
    counter_[0] = static_cast<std::uint8_t>(size_field_ - 1);
    std::copy(nonce.begin(), nonce.end(), counter_.begin() + 1);
    mac_ = counter_;
    mac_[0] = static_cast<std::uint8_t>(mac_[0] | (aad_size != 0 ? 0x40 : 0) | (tag_size - 2) / 2 << 3);
    for (std::size_t i = 15, rest = text_size; rest != 0; --i, rest >>= 8) mac_[i] = static_cast<std::uint8_t>(rest);
  }
  Ccm(const Ccm&) = delete;
  Ccm& operator=(const Ccm&) = delete;
  ~Ccm() {
    wipe(mac_);
    wipe(stream_);
  }

  void take_aad(ByteSpan aad) {
    if (aad.empty()) return;
    Bytes<2> size;
    store_be(static_cast<std::uint16_t>(aad.size()), size);
    std::size_t at = 0;
    for (const ByteSpan part : {ByteSpan(size), aad}) {
      for (const std::uint8_t byte : part) {
        if (at == 0) key_->encrypt(mac_);
        mac_[at] ^= byte;
        at = (at + 1) % mac_.size();
      }
    }
  }

  /// `text` in place: from plain to cipher text, or back.
  void crypt(MutableByteSpan text, bool seals) {
    for (; !text.empty(); text = text.subspan(std::min(text.size(), mac_.size()))) {
      next_stream();
      const std::size_t size = std::min(text.size(), mac_.size());
      for (std::size_t i = 0; i < size; ++i) {
        const std::uint8_t in = text[i];
        text[i] ^= stream_[i];
        mac_[i] ^= seals ? in : text[i];
      }
    }
  }

  void tag(MutableByteSpan out) {
    for (std::size_t i = 0; i < size_field_; ++i) counter_[15 - i] = 0;
    stream_ = counter_;
    key_->encrypt(mac_, stream_);
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = mac_[i] ^ stream_[i];
  }

 private:
  void next_stream() {
    for (std::size_t i = 15; ++counter_[i] == 0 && i > 15 - size_field_ + 1; --i) {
    }
    stream_ = counter_;
    key_->encrypt(mac_, stream_);
  }

  const Sm4* key_;
  std::size_t size_field_;  ///< L
  Sm4Block counter_{};
  Sm4Block mac_{};  ///< what was taken in, the last block not yet encrypted
  Sm4Block stream_{};
};

bool sizes_fit(ByteSpan nonce, ByteSpan aad, std::size_t text_size, std::size_t tag_size) {
  if (nonce.size() < 7 || nonce.size() > 13 || aad.size() > ccm_aad_size_bytes_max) return false;
  if (tag_size < 4 || tag_size > 16 || tag_size % 2 != 0) return false;
  const std::size_t size_field = std::min<std::size_t>(15 - nonce.size(), 4);
  return std::uint64_t{text_size} >> 8 * size_field == 0;
}

void copy(ByteSpan from, MutableByteSpan to) {
  if (!from.empty() && from.data() != to.data()) std::memmove(to.data(), from.data(), from.size());
}

}  // namespace

Status sm4_ccm_seal(const Sm4& key, ByteSpan nonce, ByteSpan aad, ByteSpan plain, MutableByteSpan sealed) {
  if (sealed.size() < plain.size() || !sizes_fit(nonce, aad, plain.size(), sealed.size() - plain.size()))
    return Status::kOutOfRange;
  const MutableByteSpan text = sealed.first(plain.size());
  const MutableByteSpan tag = sealed.subspan(plain.size());
  copy(plain, text);
  Ccm ccm(key, nonce, aad.size(), text.size(), tag.size());
  ccm.take_aad(aad);
  ccm.crypt(text, true);
  ccm.tag(tag);
  return Status::kOk;
}

Status sm4_ccm_open(const Sm4& key, ByteSpan nonce, ByteSpan aad, ByteSpan sealed, MutableByteSpan plain) {
  if (sealed.size() < plain.size() || !sizes_fit(nonce, aad, plain.size(), sealed.size() - plain.size()))
    return Status::kOutOfRange;
  Sm4Block given{};
  Sm4Block made{};
  const std::size_t tag_size = sealed.size() - plain.size();
  copy(sealed.last(tag_size), given);
  copy(sealed.first(plain.size()), plain);
  Ccm ccm(key, nonce, aad.size(), plain.size(), tag_size);
  ccm.take_aad(aad);
  ccm.crypt(plain, false);
  ccm.tag(MutableByteSpan(made).first(tag_size));
  if (equal_constant_time(given, made)) return Status::kOk;
  wipe(plain);
  return Status::kForged;
}

}  // namespace cardea::gm
