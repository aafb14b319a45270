// SPDX-License-Identifier: Apache-2.0
// What a microcontroller computes with keys, under Valgrind with the keys marked undefined: it then reports each branch and
// each address that depends on one. Compiled and run by constant_time_test.py.
//
//   constant_time shipped    nothing may be reported
//   constant_time twin       an S-box that is a table: must be reported

#include <valgrind/memcheck.h>

#include <cstdio>
#include <cstring>

#include "drivers/crypto/bearssl/bearssl_provider.hpp"
#include "drivers/crypto/gm/gm_provider.hpp"
#include "drivers/crypto/gm/sm3.hpp"
#include "drivers/crypto/gm/sm4.hpp"

namespace {

using namespace cardea;

template <class T>
void mark_secret(T& value) {
  static_cast<void>(VALGRIND_MAKE_MEM_UNDEFINED(&value, sizeof value));
}
template <class T>
void mark_public(T& value) {
  static_cast<void>(VALGRIND_MAKE_MEM_DEFINED(&value, sizeof value));
}

bool all_reached = true;
/// Ends a computation: its result has to be secret still, or no secret went into it.
template <class T>
void conclude(const char* what, T& result) {
  Bytes<sizeof result> secret_bits{};
  static_cast<void>(VALGRIND_GET_VBITS(&result, secret_bits.data(), sizeof result));
  if (RUNNING_ON_VALGRIND != 0 && secret_bits == Bytes<sizeof result>{}) {
    std::printf("%s: no secret reached the result\n", what);
    all_reached = false;
  }
  mark_public(result);
}

class FixedNoise final : public NoiseSource {
 public:
  Status gather(MutableByteSpan out) override {
    for (std::uint8_t& byte : out) byte = 0x5a;
    static_cast<void>(VALGRIND_MAKE_MEM_UNDEFINED(out.data(), out.size()));
    return Status::kOk;
  }
};

constexpr Bytes<32> some_key{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
constexpr Bytes<40> some_text{1, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144};

void keep(Status status) { CARDEA_ASSERT(status == Status::kOk); }

/// The provider, with every key in its table secret.
class Bench {
 public:
  explicit Bench(const BearsslCurve& curve) : provider(slots_, noise_, curve) {}
  KeyHandle secret(KeyKind kind) {
    P256Point ignored;
    const bool is_pair = kind == KeyKind::kAgree || kind == KeyKind::kSign;
    const KeyBytes key(some_key);
    const KeyHandle handle = (is_pair ? provider.p256_import(kind, key, ignored) : provider.import_key(kind, key)).value();
    mark_secret(slots_[handle.value - 1u].bytes);
    return handle;
  }

 private:
  FixedNoise noise_;
  std::array<BearsslKeySlot, 24> slots_;

 public:
  BearsslProvider provider;
};

void hash_and_derive(Bench& bench) {
  Digest mac;
  const KeyHandle parent = bench.secret(KeyKind::kMac);
  const KeyHandle child = bench.provider.derive_key(parent, some_text, KeyKind::kMac).value();
  const KeyHandle extracted = bench.provider.hkdf_extract(some_text, bench.secret(KeyKind::kInput)).value();
  keep(bench.provider.hmac_sha256(child, some_text, mac));
  conclude("derive_key", mac);
  keep(bench.provider.hmac_sha256(extracted, some_text, mac));
  conclude("hkdf_extract", mac);
  keep(bench.provider.random(mac));
  conclude("random", mac);
}

void encrypt(Bench& bench) {
  Bytes<block_size_bytes> block{};
  keep(bench.provider.aes256_encrypt_block(bench.secret(KeyKind::kBlock), block, block));
  conclude("aes256_encrypt_block", block);
  for (const KeyKind kind : {KeyKind::kAead, KeyKind::kAead128}) {
    const KeyHandle key = bench.secret(kind);
    Bytes<some_text.size() + ccm_tag_size_bytes> sealed;
    Bytes<some_text.size()> text = some_text;
    mark_secret(text);
    keep(bench.provider.ccm_seal(key, {}, ascii("beside"), text, sealed));
    conclude("ccm_seal", sealed);
    keep(bench.provider.ccm_open(key, {}, ascii("beside"), sealed, text));
    conclude("ccm_open", text);
  }
}

void compute_on_curve(Bench& bench, const char* name) {
  P256Point peer;
  bench.provider.release_key(bench.provider.p256_import(KeyKind::kAgree, KeyBytes(some_key), peer).value());
  const KeyHandle shared = bench.provider.p256_agree(bench.secret(KeyKind::kAgree), peer, KeyKind::kMac).value();
  Digest mac;
  keep(bench.provider.hmac_sha256(shared, {}, mac));
  conclude(name, mac);
  P256Signature signature;
  keep(bench.provider.p256_sign(bench.secret(KeyKind::kSign), some_text, signature));
  conclude(name, signature);
}

void compute_gm() {
  Bytes<gm::sm4_key_size_bytes> key{1, 2, 3};
  mark_secret(key);
  Digest mac;
  gm::hmac_sm3(key, some_text, mac);
  conclude("hmac_sm3", mac);
  const gm::Sm4 cipher(key);
  Bytes<some_text.size()> text = some_text;
  mark_secret(text);
  Bytes<some_text.size() + ccm_tag_size_bytes> sealed;
  keep(gm::sm4_ccm_seal(cipher, CcmNonce{}, ascii("beside"), text, sealed));
  conclude("sm4_ccm_seal", sealed);
  keep(gm::sm4_ccm_open(cipher, CcmNonce{}, ascii("beside"), sealed, text));
  conclude("sm4_ccm_open", text);
}

/// The provider of suite gm, with every key in its table secret.
class GmBench {
 public:
  GmBench() : provider(slots_, noise_) {}
  KeyHandle secret(KeyKind kind) {
    P256Point ignored;
    const KeyHandle handle = provider.p256_import(kind, KeyBytes(some_key), ignored).value();
    const auto bytes = slots_[handle.value - 1u].bytes.mutable_bytes().first<32>();  // behind it is Z, which is public
    static_cast<void>(VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size()));
    return handle;
  }

 private:
  FixedNoise noise_;
  std::array<GmKeySlot, 4> slots_;

 public:
  GmProvider provider;
};

void compute_sm2() {
  GmBench bench;
  P256Point peer;
  bench.provider.release_key(bench.provider.p256_import(KeyKind::kAgree, KeyBytes(some_key), peer).value());
  const KeyHandle shared = bench.provider.p256_agree(bench.secret(KeyKind::kAgree), peer, KeyKind::kMac).value();
  Digest mac;
  keep(bench.provider.hmac_sha256(shared, {}, mac));
  conclude("sm2 agree", mac);
  P256Signature signature;
  keep(bench.provider.p256_sign(bench.secret(KeyKind::kSign), some_text, signature));
  conclude("sm2 sign", signature);
}

int run_shipped() {
  Bench m15(bearssl_m15);
  Bench m31(bearssl_m31);
  hash_and_derive(m15);
  encrypt(m15);
  compute_on_curve(m15, "m15");
  compute_on_curve(m31, "m31");
  compute_gm();
  compute_sm2();
  return all_reached ? 0 : 1;
}

/// SM4's S-box as everybody writes it first.
int run_twin() {
  std::uint8_t table[256];
  for (int i = 0; i < 256; ++i) table[i] = static_cast<std::uint8_t>(7 * i);
  std::uint8_t secret = 3;
  mark_secret(secret);
  std::uint8_t substituted = table[secret];
  conclude("twin", substituted);
  return substituted == 21 ? 0 : 1;
}

}  // namespace

// Whether a tag is right is for everybody to know. The linker puts these in the place of the shipped functions (--wrap).
// NOLINTBEGIN(bugprone-reserved-identifier)
namespace cardea {
bool real_equal(ByteSpan a, ByteSpan b) asm("__real__ZN6cardea19equal_constant_timeESt4spanIKhLm18446744073709551615EES2_");
bool wrapped_equal(ByteSpan a, ByteSpan b) asm("__wrap__ZN6cardea19equal_constant_timeESt4spanIKhLm18446744073709551615EES2_");
bool wrapped_equal(ByteSpan a, ByteSpan b) {
  bool equal = real_equal(a, b);
  mark_public(equal);
  return equal;
}
}  // namespace cardea
extern "C" {
std::uint32_t __real_br_ccm_check_tag(br_ccm_context* ccm, const void* tag);
std::uint32_t __wrap_br_ccm_check_tag(br_ccm_context* ccm, const void* tag) {
  std::uint32_t right = __real_br_ccm_check_tag(ccm, tag);
  mark_public(right);
  return right;
}
}
// NOLINTEND(bugprone-reserved-identifier)

int main(int argc, char** argv) {
  if (argc == 2 && std::strcmp(argv[1], "shipped") == 0) return run_shipped();
  if (argc == 2 && std::strcmp(argv[1], "twin") == 0) return run_twin();
  std::puts("usage: constant_time shipped|twin");
  return 2;
}
