// SPDX-License-Identifier: Apache-2.0
#include "server/domain/trace.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <array>

#include "core/base/assert.hpp"
#include "core/base/bytes.hpp"

namespace cardea::server {
namespace {

constexpr std::size_t trace_at = 3, parent_at = 36, flags_at = 53, size_chars = 55;

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}
bool is_zero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

/// `size` random bytes in hexadecimal, not all of them 0.
std::string random_hex(std::size_t size) {
  // A call of RAND_bytes costs more than what is around it: it is made for many.
  constexpr std::size_t count = 64;
  thread_local std::array<Bytes<16>, count> pool;
  thread_local std::size_t used = count;
  if (used == count) {
    CARDEA_ASSERT(RAND_bytes(pool.front().data(), sizeof pool) == 1);
    used = 0;
  }
  Bytes<16> bytes = pool[used++];
  bytes.front() |= 1;
  std::string out;
  out.reserve(2 * size);
  for (const std::uint8_t byte : ByteSpan(bytes).first(size)) {
    out += "0123456789abcdef"[byte >> 4];
    out += "0123456789abcdef"[byte & 15];
  }
  return out;
}

}  // namespace

TraceId make_trace_id() { return {random_hex(16)}; }

std::optional<TraceId> parse_traceparent(std::string_view header) {
  if (header.size() < size_chars) return std::nullopt;
  const std::string_view version = header.substr(0, 2), trace = header.substr(trace_at, 32),
                         parent = header.substr(parent_at, 16);
  const bool dashes = header[2] == '-' && header[parent_at - 1] == '-' && header[flags_at - 1] == '-';
  if (!dashes || !is_hex(version) || !is_hex(trace) || !is_hex(parent) || !is_hex(header.substr(flags_at, 2)))
    return std::nullopt;
  if (version == "ff" || is_zero(trace) || is_zero(parent)) return std::nullopt;
  if (header.size() > size_chars && (version == "00" || header[size_chars] != '-')) return std::nullopt;
  return TraceId{std::string(trace)};
}

std::string traceparent_of(const TraceId& trace) { return "00-" + trace.text + "-" + random_hex(8) + "-01"; }

}  // namespace cardea::server
