// SPDX-License-Identifier: Apache-2.0
// The non-secure side of the Cortex-M33 board, as a test: known answers through the gate, what the gate refuses, and then one
// step too far, which the chip refuses. The word at `wanted` says which; tests/firmware/tee_test.py puts it there.

#include <algorithm>

#include "core/crypto/kdf.hpp"
#include "drivers/crypto/tee/tee_provider.hpp"
#include "firmware/tee/gate.h"
#include "lock/port/mps2/board.hpp"

extern "C" {
extern std::uint32_t __wanted[];
void interrupt_handler() {}
}

namespace cardea::firmware {
namespace {

constexpr std::uintptr_t secure_memory = 0x38000000;
constexpr std::uintptr_t secure_code = 0x10000000;

enum class Wanted : std::uint32_t { kAnswers = 0, kRead = 1, kWrite = 2, kCall = 3, kReadThroughTheOtherAlias = 4 };

std::uint32_t through_gate(const TeeCall* call) { return cardea_tee_call(reinterpret_cast<const TeeCallBytes*>(call)); }

void must(bool good, const char* what) {
  if (good) return;
  mps2::host_say(what);
  mps2::end_emulation(1);
}

template <std::size_t N>
Bytes<N> of_hex(const char (&hex)[2 * N + 1]) {
  Bytes<N> out{};
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  for (std::size_t i = 0; i < N; ++i) out[i] = static_cast<std::uint8_t>(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
  return out;
}

/// Of each algorithm one published answer, and what must not be given.
void check_answers(Provider& provider) {
  Digest digest{};
  must(provider.sha256(ascii("abc"), digest) == Status::kOk &&
           digest == of_hex<32>("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
       "SHA-256 is not FIPS 180-4's");

  Bytes<32> key_bytes{'J', 'e', 'f', 'e'};
  const ScopedKey mac(provider, provider.import_key(KeyKind::kMac, KeyBytes(key_bytes)).value());
  must(provider.hmac_sha256(mac.handle(), ascii("what do ya want for nothing?"), digest) == Status::kOk &&
           digest == of_hex<32>("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
       "HMAC is not RFC 4231's");
  Bytes<32> derived{};
  const ScopedKey child(provider,
                        provider.derive_key(mac.handle(), ascii("what do ya want for nothing?"), KeyKind::kMac).value());
  const ScopedKey twin(provider, provider.import_key(KeyKind::kMac, KeyBytes(digest)).value());
  must(provider.hmac_sha256(child.handle(), {}, derived) == Status::kOk &&
           provider.hmac_sha256(twin.handle(), {}, digest) == Status::kOk && derived == digest,
       "a derived key is not its MAC");

  // FIPS 197, C.3.
  Bytes<16> block = of_hex<16>("00112233445566778899aabbccddeeff");
  const auto aes_key = of_hex<32>("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  const ScopedKey cipher(provider, provider.import_key(KeyKind::kBlock, KeyBytes(aes_key)).value());
  must(provider.aes256_encrypt_block(cipher.handle(), block, block) == Status::kOk &&
           block == of_hex<16>("8ea2b7ca516745bfeafc49904b496089"),
       "AES is not FIPS 197's");

  // RFC 3610, packet vector #1.
  Bytes<32> ccm_bytes{};
  std::ranges::copy(of_hex<16>("c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"), ccm_bytes.begin());
  const ScopedKey aead(provider, provider.import_key(KeyKind::kAead128, KeyBytes(ccm_bytes)).value());
  const auto nonce = of_hex<13>("00000003020100a0a1a2a3a4a5");
  const auto beside = of_hex<8>("0001020304050607");
  const auto text = of_hex<23>("08090a0b0c0d0e0f101112131415161718191a1b1c1d1e");
  Bytes<31> sealed{};
  must(provider.ccm_seal(aead.handle(), nonce, beside, text, sealed) == Status::kOk &&
           sealed == of_hex<31>("588c979a61c663d2f066d0c2c0f989806d5f6b61dac38417e8d12cfdf926e0"),
       "CCM is not RFC 3610's");
  Bytes<23> opened{};
  must(provider.ccm_open(aead.handle(), nonce, beside, sealed, opened) == Status::kOk && opened == text, "CCM does not open");
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes<31> bent = sealed;
    bent[bit / 8] = static_cast<std::uint8_t>(bent[bit / 8] ^ (1u << (bit % 8)));
    must(provider.ccm_open(aead.handle(), nonce, beside, bent, opened) == Status::kForged && opened == Bytes<23>{},
         "a changed text opens");
  }

  // RFC 6979, A.2.5, "sample".
  P256Point point{};
  const auto scalar = of_hex<32>("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
  const ScopedKey signer(provider, provider.p256_import(KeyKind::kSign, KeyBytes(scalar), point).value());
  P256Signature signature{};
  must(provider.p256_sign(signer.handle(), ascii("sample"), signature) == Status::kOk &&
           signature == of_hex<64>("efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
                                   "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"),
       "ECDSA is not RFC 6979's");
  must(provider.p256_verify(point, ascii("sample"), signature) == Status::kOk, "a good signature does not verify");
  must(provider.p256_verify(point, ascii("simple"), signature) == Status::kForged, "a bad signature verifies");
  P256Point a{};
  P256Point b{};
  const ScopedKey own(provider, provider.p256_generate(KeyKind::kAgree, a).value());
  const ScopedKey peer(provider, provider.p256_generate(KeyKind::kAgree, b).value());
  const ScopedKey here(provider, provider.p256_agree(own.handle(), b, KeyKind::kMac).value());
  const ScopedKey there(provider, provider.p256_agree(peer.handle(), a, KeyKind::kMac).value());
  must(provider.hmac_sha256(here.handle(), {}, digest) == Status::kOk &&
           provider.hmac_sha256(there.handle(), {}, derived) == Status::kOk && derived == digest && a != b,
       "two sides do not agree");
  b[63] ^= 1;
  must(provider.p256_agree(own.handle(), b, KeyKind::kMac).status() == Status::kMalformed, "a point off the curve agrees");
  must(provider.hmac_sha256(signer.handle(), {}, digest) == Status::kUnsupported, "a key for signatures macs");
  must(provider.hmac_sha256(KeyHandle{99}, {}, digest) == Status::kNotFound, "a handle of nothing macs");
}

void check_gate(Provider& provider) {
  const ScopedKey mac(provider, provider.import_key(KeyKind::kMac, KeyBytes()).value());
  const std::uint32_t refused = tee_answer(Status::kOutOfRange);
  Bytes<32> own{};
  const auto edge = reinterpret_cast<std::uint8_t*>(0x28400000 - 16);  // the last bytes that are this side's
  for (const std::uintptr_t place : {secure_memory, secure_memory + 0x1000, secure_code, std::uintptr_t{0x28000000},
                                     std::uintptr_t{0}, std::uintptr_t{0xE000E000}, std::uintptr_t{0xFFFFFFF0}}) {
    auto* const bad = reinterpret_cast<std::uint8_t*>(place);
    TeeCall call{.op = TeeOp::kHmac, .kind = {}, .key = mac.handle(), .in = {{bad, 32}}, .out = {own.data(), 32}};
    must(through_gate(&call) == refused, "the gate reads where this side may not");
    call.in[0] = {own.data(), 32};
    call.out = {bad, 32};
    must(through_gate(&call) == refused, "the gate writes where this side may not");
    must(through_gate(reinterpret_cast<const TeeCall*>(bad)) == refused, "the gate takes a call where this side may not read");
  }
  TeeCall across{.op = TeeOp::kHmac, .kind = {}, .key = mac.handle(), .in = {{edge, 32}}, .out = {own.data(), 32}};
  must(through_gate(&across) == refused, "the gate reads across the border");
  across.in[0] = {own.data(), 0xFFFFFFFF};
  must(through_gate(&across) == refused, "the gate reads around the end of memory");
  must(own == Bytes<32>{}, "a refused call wrote");
}

}  // namespace
}  // namespace cardea::firmware

int main() {
  using namespace cardea;
  using namespace cardea::firmware;
  TeeProvider provider(through_gate);
  check_answers(provider);
  check_gate(provider);
  mps2::host_say("known answers and refusals: all as they must be");
  volatile std::uint32_t seen = 0;
  switch (static_cast<Wanted>(*__wanted)) {
    case Wanted::kAnswers: mps2::end_emulation(0);
    case Wanted::kRead: seen = mps2::read_register(secure_memory); break;
    case Wanted::kWrite: mps2::write_register(secure_memory, 0); break;
    case Wanted::kCall: reinterpret_cast<void (*)()>(secure_code + 0x401)(); break;
    case Wanted::kReadThroughTheOtherAlias: seen = mps2::read_register(0x28000000); break;
  }
  mps2::host_say(seen == 0 ? "nothing stopped it, and there was nothing" : "nothing stopped it");
  mps2::end_emulation(2);
}
