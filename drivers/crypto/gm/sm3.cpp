// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/gm/sm3.hpp"

#include <bit>

#include "core/base/secret.hpp"

namespace cardea::gm {
namespace {

using Words = std::array<std::uint32_t, 68>;

constexpr std::array<std::uint32_t, 8> initial{0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600,
                                               0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e};

// The names of the standard, section 4.3 and 5.3: T, P0, P1, FF, GG, W, W'.
constexpr std::uint32_t t(std::size_t round) { return round < 16 ? 0x79cc4519 : 0x7a879d8a; }
constexpr std::uint32_t p0(std::uint32_t x) { return x ^ std::rotl(x, 9) ^ std::rotl(x, 17); }
constexpr std::uint32_t p1(std::uint32_t x) { return x ^ std::rotl(x, 15) ^ std::rotl(x, 23); }
constexpr std::uint32_t ff(std::size_t round, std::uint32_t x, std::uint32_t y, std::uint32_t z) {
  return round < 16 ? x ^ y ^ z : (x & y) | (x & z) | (y & z);
}
constexpr std::uint32_t gg(std::size_t round, std::uint32_t x, std::uint32_t y, std::uint32_t z) {
  return round < 16 ? x ^ y ^ z : (x & y) | (~x & z);
}

void expand(const Bytes<sm3_block_size_bytes>& block, Words& w) {
  for (std::size_t j = 0; j < 16; ++j) w[j] = load_be<std::uint32_t>(ByteSpan(block).subspan(4 * j));
  for (std::size_t j = 16; j < w.size(); ++j)
    w[j] = p1(w[j - 16] ^ w[j - 9] ^ std::rotl(w[j - 3], 15)) ^ std::rotl(w[j - 13], 7) ^ w[j - 6];
}

template <class T>
void wipe_object(T& object) {
  wipe({reinterpret_cast<std::uint8_t*>(&object), sizeof object});
}

}  // namespace

Sm3::Sm3() : state_(initial) {}

Sm3::Sm3(std::span<const std::uint8_t, sm3_size_bytes> state) : size_(sm3_block_size_bytes) {
  for (std::size_t i = 0; i < state_.size(); ++i) state_[i] = load_be<std::uint32_t>(state.subspan(4 * i, 4));
}

Sm3::~Sm3() {
  wipe_object(state_);
  wipe(block_);
}

void Sm3::compress() {
  Words w;
  expand(block_, w);
  auto [a, b, c, d, e, f, g, h] = state_;
  for (std::size_t j = 0; j < 64; ++j) {
    const std::uint32_t ss1 = std::rotl(std::rotl(a, 12) + e + std::rotl(t(j), static_cast<int>(j % 32)), 7);
    const std::uint32_t ss2 = ss1 ^ std::rotl(a, 12);
    const std::uint32_t tt1 = ff(j, a, b, c) + d + ss2 + (w[j] ^ w[j + 4]);
    const std::uint32_t tt2 = gg(j, e, f, g) + h + ss1 + w[j];
    d = c;
    c = std::rotl(b, 9);
    b = a;
    a = tt1;
    h = g;
    g = std::rotl(f, 19);
    f = e;
    e = p0(tt2);
  }
  const std::array<std::uint32_t, 8> mixed{a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < state_.size(); ++i) state_[i] ^= mixed[i];
  wipe_object(w);
}

void Sm3::update(ByteSpan message) {
  for (const std::uint8_t byte : message) {
    block_[waiting()] = byte;
    ++size_;
    if (waiting() == 0) compress();
  }
}

void Sm3::finish(std::span<std::uint8_t, sm3_size_bytes> out) {
  Bytes<8> size_bits;
  store_be<std::uint64_t>(size_ * 8, size_bits);
  update(Bytes<1>{0x80});
  while (waiting() != block_.size() - size_bits.size()) update(Bytes<1>{});
  update(size_bits);
  state(out);
}

void Sm3::state(std::span<std::uint8_t, sm3_size_bytes> out) const {
  CARDEA_ASSERT(waiting() == 0);
  for (std::size_t i = 0; i < state_.size(); ++i) store_be(state_[i], out.subspan(4 * i, 4));
}

void sm3(ByteSpan message, std::span<std::uint8_t, sm3_size_bytes> out) {
  Sm3 hash;
  hash.update(message);
  hash.finish(out);
}

void hmac_sm3_prepare(ByteSpan key, HmacSm3States states) {
  Secret<sm3_block_size_bytes> block;
  const auto bytes = block.mutable_bytes();
  if (key.size() > sm3_block_size_bytes) {
    sm3(key, bytes.first<sm3_size_bytes>());
  } else {
    std::copy(key.begin(), key.end(), bytes.begin());
  }
  Sm3 inner;
  Sm3 outer;
  for (std::uint8_t& byte : bytes) byte ^= 0x36;
  inner.update(bytes);
  for (std::uint8_t& byte : bytes) byte ^= 0x36 ^ 0x5c;
  outer.update(bytes);
  inner.state(states.first<sm3_size_bytes>());
  outer.state(states.last<sm3_size_bytes>());
}

void hmac_sm3_prepared(std::span<const std::uint8_t, 2 * sm3_size_bytes> states, ByteSpan message,
                       std::span<std::uint8_t, sm3_size_bytes> out) {
  Sm3 inner(states.first<sm3_size_bytes>());
  inner.update(message);
  Secret<sm3_size_bytes> hashed;
  inner.finish(hashed.mutable_bytes());
  Sm3 outer(states.last<sm3_size_bytes>());
  outer.update(hashed.bytes());
  outer.finish(out);
}

void hmac_sm3(ByteSpan key, ByteSpan message, std::span<std::uint8_t, sm3_size_bytes> out) {
  Secret<2 * sm3_size_bytes> states;
  hmac_sm3_prepare(key, states.mutable_bytes());
  hmac_sm3_prepared(states.bytes(), message, out);
}

}  // namespace cardea::gm
