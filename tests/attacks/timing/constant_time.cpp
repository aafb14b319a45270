// SPDX-License-Identifier: Apache-2.0
// One entry of each kind, judged by the shipped core/decide under Valgrind, with every secret marked undefined: Valgrind then
// reports each branch and each address that depends on one. Built without sanitizers, at the optimisation of the release and
// of the firmware. Run by the attack B05.
//
//   valgrind -q --error-exitcode=99 constant-time-O2 shipped
//
// Secret: what comes out of the provider under a key, and the digits of a one-time code. No secret: the lengths, the verdict
// (declassified where the shipped code has made it: the result of equal_constant_time, and the number that a whole offline
// code decrypts to).

#include <valgrind/memcheck.h>

#include <cstdio>
#include <cstring>

#include "core/codes/ff1.hpp"
#include "core/decide/decide.hpp"
#include "core/decide/hear.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea {

template <class T>
void mark_public(T& value) {
  static_cast<void>(VALGRIND_MAKE_MEM_DEFINED(&value, sizeof value));
}
void mark_secret(ByteSpan bytes) { static_cast<void>(VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size())); }

std::uint32_t comparisons = 0;  ///< calls of equal_constant_time

// The linker puts these in the place of the shipped functions (--wrap), and the shipped ones behind __real_.
// NOLINTBEGIN(bugprone-reserved-identifier)
bool real_equal(ByteSpan a, ByteSpan b) asm("__real__ZN6cardea19equal_constant_timeESt4spanIKhLm18446744073709551615EES2_");
bool wrapped_equal(ByteSpan a, ByteSpan b) asm("__wrap__ZN6cardea19equal_constant_timeESt4spanIKhLm18446744073709551615EES2_");
bool wrapped_equal(ByteSpan a, ByteSpan b) {
  ++comparisons;
  bool equal = real_equal(a, b);
  mark_public(equal);
  return equal;
}
Result<std::uint64_t> real_decrypt(Provider& provider, KeyHandle code_key, const Digits& code) asm(
    "__real__ZN6cardea12decrypt_codeERNS_8ProviderENS_9KeyHandleERKNS_6DigitsE");
Result<std::uint64_t> wrapped_decrypt(Provider& provider, KeyHandle code_key, const Digits& code) asm(
    "__wrap__ZN6cardea12decrypt_codeERNS_8ProviderENS_9KeyHandleERKNS_6DigitsE");
Result<std::uint64_t> wrapped_decrypt(Provider& provider, KeyHandle code_key, const Digits& code) {
  Result<std::uint64_t> number = real_decrypt(provider, code_key, code);
  if (number.ok()) mark_public(*number);
  return number;
}
// NOLINTEND(bugprone-reserved-identifier)

namespace {

constexpr UnixSeconds now{1'790'000'010};

/// The shipped provider; what it computes under a key is secret.
class SecretProvider final : public Provider {
 public:
  Result<KeyHandle> import_key(KeyKind kind, const KeyBytes& key) override { return real_.import_key(kind, key); }
  Result<KeyHandle> derive_key(KeyHandle parent, ByteSpan input, KeyKind kind) override {
    return real_.derive_key(parent, input, kind);
  }
  Result<KeyHandle> hkdf_extract(ByteSpan, KeyHandle) override { return Status::kUnsupported; }
  void release_key(KeyHandle key) override { real_.release_key(key); }
  Status hmac_sha256(KeyHandle key, ByteSpan message, std::span<std::uint8_t, digest_size_bytes> out) override {
    CARDEA_TRY(real_.hmac_sha256(key, message, out));
    mark_secret(out);
    return Status::kOk;
  }
  Status aes256_encrypt_block(KeyHandle key, std::span<const std::uint8_t, block_size_bytes> in,
                              std::span<std::uint8_t, block_size_bytes> out) override {
    // The chip's AES is not under test: it gets its input in the open.
    Bytes<block_size_bytes> open;
    std::memcpy(open.data(), in.data(), open.size());
    mark_public(open);
    CARDEA_TRY(real_.aes256_encrypt_block(key, open, out));
    mark_secret(out);
    return Status::kOk;
  }
  Status sha256(ByteSpan, std::span<std::uint8_t, digest_size_bytes>) override { return Status::kUnsupported; }
  Status sha256_of(ByteSource&, std::span<std::uint8_t, digest_size_bytes>) override { return Status::kUnsupported; }
  Status ccm_seal(KeyHandle, const CcmNonce&, ByteSpan, ByteSpan, MutableByteSpan) override { return Status::kUnsupported; }
  Status ccm_open(KeyHandle, const CcmNonce&, ByteSpan, ByteSpan, MutableByteSpan) override { return Status::kUnsupported; }
  Status random(MutableByteSpan) override { return Status::kUnsupported; }
  Result<KeyHandle> p256_generate(KeyKind, P256Point&) override { return Status::kUnsupported; }
  Result<KeyHandle> p256_import(KeyKind, const KeyBytes&, P256Point&) override { return Status::kUnsupported; }
  Result<KeyHandle> p256_agree(KeyHandle, const P256Point&, KeyKind) override { return Status::kUnsupported; }
  Result<P256Point> p256_decompress(const P256X&) override { return Status::kUnsupported; }
  Status p256_sign(KeyHandle, ByteSpan, P256Signature&) override { return Status::kUnsupported; }
  Status p256_verify_digest(const P256Point&, const Digest&, const P256Signature&) override { return Status::kUnsupported; }

 private:
  OpensslProvider real_{256};
};

/// The twin: compares with the code of this step digit by digit, until one differs.
bool early_exit_compare(std::uint32_t expected, const Digits& typed) {
  std::uint32_t rest = expected;
  for (std::size_t i = typed.count(); i > 0; --i) {
    if (static_cast<std::uint32_t>(typed.reveal()[i - 1] - '0') != rest % 10) return false;
    rest /= 10;
  }
  return true;
}

struct Bench {
  SecretProvider provider;
  LockId id{{1, 2, 3}};
  KeyBytes key;
  CodeKeys keys{provider, id};
  LockState state;
  ItemChanges changes;

  Bench() {
    for (std::size_t i = 0; i < key.size_bytes; ++i) key.mutable_bytes()[i] = static_cast<std::uint8_t>(i * 7 + 1);
    keys.use_lock_key(provider.import_key(KeyKind::kMac, key).value());
    for (std::uint8_t slot = 0; slot < 3; ++slot)
      CARDEA_ASSERT(set_slot(state, {{slot, 0}, false, true}, changes) == Status::kOk);
    state.settings.pin_digits = 6;
    for (std::uint8_t slot = 3; slot < slot_count_max; ++slot) {
      const PinDigest digest = digest_of(Digits::of(500'000u + slot, 6));
      CARDEA_ASSERT(set_slot(state, {{slot, 0}, false, false, {}, true, digest}, changes) == Status::kOk);
    }
  }
  [[nodiscard]] ClockReading clock() const { return {now, ClockQuality::kSynced, 0, {1'000'000}, now}; }

  [[nodiscard]] PinDigest digest_of(const Digits& pin) const {
    OpensslProvider issuer(8);
    const KeyHandle lock_key = issuer.import_key(KeyKind::kMac, key).value();
    return pin_digest(issuer, derive_pin_key(issuer, lock_key, id).value(), pin).value();
  }

  Verdict enter(const Digits& entry) {
    const Admission admission = admit(state, entry, clock(), keys);
    CARDEA_ASSERT(admission.gate == Gate::kCharged);
    return judge(state, entry, admission, clock(), keys).verdict;
  }
};

/// The digits of a code are secret, its length is not.
Digits secret_digits(const Digits& digits) {
  mark_secret({reinterpret_cast<const std::uint8_t*>(digits.reveal().data()), digits.count()});
  return digits;
}

/// As many comparisons for the PIN of the first slot, of the last and of none; when it opens, which shows anyway, one
/// more.
int run_pins(Bench& bench) {
  std::uint32_t of_first = 0;
  for (const std::uint32_t pin : {500'003u, 500'031u, 123'457u}) {
    const std::uint32_t before = comparisons;
    const Verdict expected = pin == 123'457u ? Verdict::kRefused : Verdict::kGranted;
    if (bench.enter(secret_digits(Digits::of(pin, 6))) != expected) return 1;
    const std::uint32_t compared = comparisons - before - (expected == Verdict::kGranted ? 1 : 0);
    if (of_first == 0) of_first = compared;
    if (compared != of_first || of_first == 0) return 1;
  }
  return 0;
}

int run_shipped() {
  Bench bench;
  OpensslProvider issuer(8);
  const KeyHandle lock_key = issuer.import_key(KeyKind::kMac, bench.key).value();
  const Digits good = issue_otp(issuer, lock_key, bench.id, {OtpPurpose::kApp, {1, 0}, false, now, 8}).value();
  if (bench.enter(secret_digits(Digits::parse("12345678"))) != Verdict::kRefused) return 1;
  if (bench.enter(secret_digits(good)) != Verdict::kGranted) return 1;
  if (bench.enter(Digits::parse("1234567890")) != Verdict::kRefused) return 1;
  bench.state.throttle = {};
  return run_pins(bench);
}

int run_early_exit() {
  Bench bench;
  const Digits typed = secret_digits(Digits::parse("12345678"));
  bench.keys.enter_hour(hour_of(now));
  const KeyHandle key = bench.keys.slot_key(0, bench.state.slots[0], OtpPurpose::kApp, hour_of(now)).value();
  const std::uint32_t expected = otp_value(bench.provider, key, step_at(OtpPurpose::kApp, now), 8).value();
  return early_exit_compare(expected, typed) ? 1 : 0;
}

}  // namespace
}  // namespace cardea

int main(int argc, char** argv) {
  const bool shipped = argc == 2 && std::strcmp(argv[1], "shipped") == 0;
  const bool early_exit = argc == 2 && std::strcmp(argv[1], "early-exit") == 0;
  if (!shipped && !early_exit) {
    std::fputs("usage: constant-time shipped|early-exit, under valgrind\n", stderr);
    return 2;
  }
  if (RUNNING_ON_VALGRIND == 0) {
    std::fputs("constant-time: proves nothing without valgrind\n", stderr);
    return 2;
  }
  return shipped ? cardea::run_shipped() : cardea::run_early_exit();
}
