// SPDX-License-Identifier: Apache-2.0
#include "core/activation/label.hpp"

namespace cardea::activation {
namespace {

constexpr auto prefix = ascii("CARDEA1:");
constexpr auto check_prefix = ascii("CARDEA1");
constexpr std::size_t check_size_bytes = 2;
constexpr std::size_t payload_size_bytes = lock_id_size_bytes + claim_secret_size_bytes + check_size_bytes;
constexpr auto alphabet = ascii("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");  // RFC 4648 §6
static_assert(label_size_chars == prefix.size() + (payload_size_bytes * 8 + 4) / 5);

Result<Bytes<check_size_bytes>> check_of(Provider& provider, ByteSpan id_and_secret) {
  Secret<check_prefix.size() + lock_id_size_bytes + claim_secret_size_bytes> input;
  ByteWriter writer(input.mutable_bytes());
  writer.bytes(check_prefix);
  writer.bytes(id_and_secret);
  Digest digest;
  CARDEA_TRY(provider.sha256(input.bytes(), digest));
  return Bytes<check_size_bytes>{digest[0], digest[1]};
}

void base32(ByteSpan in, MutableByteSpan out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::uint32_t five = 0;
    for (std::size_t bit = i * 5; bit < i * 5 + 5; ++bit)
      five = (five << 1) | (bit < in.size() * 8 ? (in[bit / 8] >> (7 - bit % 8)) & 1u : 0u);
    out[i] = alphabet[five];
  }
}

/// The letter as the alphabet has it, or 0 for a character that stands between groups.
std::uint8_t normal(std::uint8_t c) {
  if (c == ' ' || c == '-' || c == '\t' || c == '\r' || c == '\n') return 0;
  return c >= 'a' && c <= 'z' ? static_cast<std::uint8_t>(c - 'a' + 'A') : c;
}

}  // namespace

Result<Secret<label_size_chars>> encode(Provider& provider, const Label& label) {
  Secret<payload_size_bytes> payload;
  ByteWriter writer(payload.mutable_bytes());
  writer.bytes(label.lock.value);
  writer.bytes(label.secret.bytes());
  CARDEA_ASSIGN(const auto check, check_of(provider, writer.written()));
  writer.bytes(check);
  Secret<label_size_chars> text;
  std::copy(prefix.begin(), prefix.end(), text.mutable_bytes().begin());
  base32(payload.bytes(), MutableByteSpan(text.mutable_bytes()).subspan(prefix.size()));
  return text;
}

Result<Label> decode(Provider& provider, ByteSpan text) {
  Secret<payload_size_bytes + 1> payload;  // one more: 55 letters carry 275 bits, the last three are zero
  const MutableByteSpan bits = payload.mutable_bytes();
  std::size_t count = 0;
  for (const std::uint8_t raw : text) {
    const std::uint8_t c = normal(raw);
    if (c == 0) continue;
    if (count == label_size_chars) return Status::kMalformed;
    if (count < prefix.size()) {
      if (c != prefix[count++]) return Status::kMalformed;
      continue;
    }
    const auto found = std::find(alphabet.begin(), alphabet.end(), c);
    if (found == alphabet.end()) return Status::kMalformed;
    const auto five = static_cast<std::uint32_t>(found - alphabet.begin());
    for (std::size_t i = 0; i < 5; ++i) {
      const std::size_t bit = (count - prefix.size()) * 5 + i;
      bits[bit / 8] = static_cast<std::uint8_t>(bits[bit / 8] | (((five >> (4 - i)) & 1u) << (7 - bit % 8)));
    }
    ++count;
  }
  if (count < label_size_chars) return Status::kTooShort;
  if (bits[payload_size_bytes] != 0) return Status::kMalformed;
  ByteReader reader(payload.bytes());
  Label label{.lock = {reader.array<lock_id_size_bytes>()}, .secret = {}};
  const ByteSpan secret = reader.take(claim_secret_size_bytes);
  std::copy(secret.begin(), secret.end(), label.secret.mutable_bytes().begin());
  CARDEA_ASSIGN(const auto check,
                check_of(provider, ByteSpan(payload.bytes()).first(lock_id_size_bytes + claim_secret_size_bytes)));
  if (!equal_constant_time(check, reader.take(check_size_bytes))) return Status::kCorrupt;
  return label;
}

}  // namespace cardea::activation
