// SPDX-License-Identifier: Apache-2.0
#include "server/domain/id.hpp"

#include <openssl/rand.h>

#include <chrono>

namespace cardea::server {

std::string hex_of(ByteSpan bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text(bytes.size() * 2, '0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text[2 * i] = digits[bytes[i] >> 4];
    text[2 * i + 1] = digits[bytes[i] & 15];
  }
  return text;
}

namespace {
int value_of(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  return -1;
}
}  // namespace

Status parse_hex(std::string_view text, MutableByteSpan out) {
  if (text.size() != out.size() * 2) return Status::kMalformed;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = value_of(text[2 * i]);
    const int low = value_of(text[2 * i + 1]);
    if (high < 0 || low < 0) return Status::kMalformed;
    out[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return Status::kOk;
}

namespace {

/// 16 random bytes, none of them given out twice. A call of RAND_bytes costs more than the id around it: it is made for many.
Bytes<16> random_id() {
  constexpr std::size_t id_count = 64;
  thread_local std::array<Bytes<16>, id_count> pool;
  thread_local std::size_t used = id_count;
  if (used == id_count) {
    CARDEA_ASSERT(RAND_bytes(pool.front().data(), sizeof pool) == 1);
    used = 0;
  }
  return pool[used++];
}

}  // namespace

Bytes<16> make_uuid_v7() {
  Bytes<16> id = random_id();
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  Bytes<8> time;
  store_be(milliseconds, time);
  std::copy(time.begin() + 2, time.end(), id.begin());
  id[6] = static_cast<std::uint8_t>(0x70 | (id[6] & 0x0f));
  id[8] = static_cast<std::uint8_t>(0x80 | (id[8] & 0x3f));
  return id;
}

}  // namespace cardea::server
