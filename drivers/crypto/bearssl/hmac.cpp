// SPDX-License-Identifier: Apache-2.0
#include "drivers/crypto/bearssl/hmac.hpp"

#include "drivers/crypto/bearssl/sha256.hpp"

// From BearSSL's inner.h, which no C++ compiler takes.
extern "C" {
extern const std::uint32_t br_sha256_IV[8];
void br_sha2small_round(const unsigned char* block, std::uint32_t* state);
}

namespace cardea {
namespace {

using State = BearsslMac::State;
constexpr std::size_t hash_block_size_bytes = 64;
constexpr std::size_t padding_size_bytes_min = 1 + 8;                                   // a bit, and the length of all in bits
constexpr std::size_t message_size_bytes_max = UINT32_MAX / 8 - hash_block_size_bytes;  // its length fits 32 of those 64 bits

void wipe_words(State& state) { wipe({reinterpret_cast<std::uint8_t*>(state.data()), sizeof state}); }

/// The first block of either hash, in words: their order says nothing here.
using Block = std::array<std::uint32_t, hash_block_size_bytes / sizeof(std::uint32_t)>;
MutableByteSpan bytes_of(Block& block) { return {reinterpret_cast<std::uint8_t*>(block.data()), sizeof block}; }

/// The state behind `block` once each of its bytes is changed by `pad`.
void begin(State& state, Block& block, std::uint8_t pad) {
  for (std::uint32_t& word : block) word ^= 0x0101'0101u * pad;
  std::copy_n(br_sha256_IV, state.size(), state.begin());
  br_sha2small_round(bytes_of(block).data(), state.data());
}

/// Hashes to the end: a block that went before made `state`, and `message` is the rest.
void finish(State& state, ByteSpan message) {
  CARDEA_ASSERT(message.size() <= message_size_bytes_max);
  const auto bit_count = static_cast<std::uint32_t>(8 * (hash_block_size_bytes + message.size()));
  for (; message.size() >= hash_block_size_bytes; message = message.subspan(hash_block_size_bytes))
    br_sha2small_round(message.data(), state.data());
  Secret<hash_block_size_bytes> last;
  const auto block = last.mutable_bytes();
  std::copy(message.begin(), message.end(), block.begin());
  block[message.size()] = 0x80;
  if (message.size() + padding_size_bytes_min > hash_block_size_bytes) {
    br_sha2small_round(block.data(), state.data());
    std::fill(block.begin(), block.end(), std::uint8_t{0});
  }
  store_be(bit_count, block.last<4>());
  br_sha2small_round(block.data(), state.data());
}

void store(const State& state, std::span<std::uint8_t, digest_size_bytes> out) {
  for (std::size_t i = 0; i < state.size(); ++i) store_be(state[i], out.subspan(4 * i));
}

}  // namespace

void BearsslMac::prepare(ByteSpan key) {
  Block block{};
  const MutableByteSpan bytes = bytes_of(block);
  if (key.size() <= bytes.size()) {
    std::copy(key.begin(), key.end(), bytes.begin());
  } else {
    static_cast<void>(bearssl_sha256(key, bytes.first<digest_size_bytes>()));
  }
  begin(inner_, block, 0x36);
  begin(outer_, block, 0x36 ^ 0x5c);  // from the one pad to the other
  wipe(bytes);
}

void BearsslMac::forget() {
  wipe_words(inner_);
  wipe_words(outer_);
}

void BearsslMac::mac(ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) const {
  State state = inner_;
  finish(state, message);
  store(state, out);
  state = outer_;
  finish(state, out);
  store(state, out);
  wipe_words(state);
}

}  // namespace cardea
