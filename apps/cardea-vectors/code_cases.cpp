// SPDX-License-Identifier: Apache-2.0
// Every section but the scenarios: pure functions of core/codes, and a lock's keypad for what is no code.

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

#include "apps/cardea-vectors/cases.hpp"
#include "apps/cardea-vectors/staged_lock.hpp"
#include "core/codes/bound.hpp"
#include "core/codes/ff1.hpp"
#include "core/codes/internal/ff1.hpp"
#include "core/codes/windows.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::vectors {
namespace {

std::string hex(ByteSpan bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

/// A provider with the keys of one case.
class Keys {
 public:
  KeyHandle import(const Bytes<32>& key) { return provider_.import_key(KeyKind::kMac, KeyBytes(key)).value(); }
  KeyHandle hour(const NamedLock& lock, Hour hour) {
    return derive_hour_key(provider_, import(lock.k_lock), lock.lock_id, hour).value();
  }
  KeyHandle code(const NamedLock& lock, std::uint16_t epoch) {
    return derive_code_key(provider_, import(lock.k_lock), lock.lock_id, epoch).value();
  }
  KeyBytes slot(const NamedLock& lock, Hour at, OtpPurpose purpose, SlotGeneration id) {
    return derive_slot_key_bytes(provider_, hour(lock, at), purpose, id).value();
  }
  Provider& provider() { return provider_; }

 private:
  OpensslProvider provider_;
};

KeyBytes derived(Keys& keys, const KeyCase& test) {
  if (test.key == "kdf") {
    const ByteSpan label(reinterpret_cast<const std::uint8_t*>(test.label.data()), test.label.size());
    return derive_bytes(keys.provider(), keys.import(test.k), label, test.context).value();
  }
  const KeyHandle lock_key = keys.import(test.lock.k_lock);
  if (test.key == "K_hour") return derive_hour_key_bytes(keys.provider(), lock_key, test.lock.lock_id, test.hour).value();
  if (test.key == "K_code") return derive_code_key_bytes(keys.provider(), lock_key, test.lock.lock_id, test.epoch).value();
  return keys.slot(test.lock, test.hour, test.key == "K_sms" ? OtpPurpose::kSms : OtpPurpose::kApp, test.slot);
}

/// AES of any key size for NIST's samples: the provider, rightly, has AES-256 only.
class AnyAes {
 public:
  explicit AnyAes(const std::vector<std::uint8_t>& key) : context_(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free) {
    const EVP_CIPHER* cipher = key.size() == 16 ? EVP_aes_128_ecb() : key.size() == 24 ? EVP_aes_192_ecb() : EVP_aes_256_ecb();
    EVP_EncryptInit_ex(context_.get(), cipher, nullptr, key.data(), nullptr);
    EVP_CIPHER_CTX_set_padding(context_.get(), 0);
  }
  Status operator()(std::span<const std::uint8_t, 16> in, std::span<std::uint8_t, 16> out) const {
    int written = 0;
    const int done = EVP_EncryptUpdate(context_.get(), out.data(), &written, in.data(), 16);
    return done == 1 && written == 16 ? Status::kOk : Status::kCryptoFailed;
  }

 private:
  std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context_;
};

std::string text_of(const std::vector<std::uint16_t>& numerals) {
  std::string text;
  for (const std::uint16_t numeral : numerals) text += "0123456789abcdefghijklmnopqrstuvwxyz"[numeral];
  return text;
}

std::string crypted(const Ff1Case& test, ff1::Direction direction, std::vector<std::uint16_t> numerals) {
  if (ff1::crypt(AnyAes(test.key), test.radix, test.tweak, direction, numerals) != Status::kOk) return "nothing";
  return text_of(numerals);
}

std::string text_of(const Descriptor& d) {
  return std::string(name_of(d.family)) + " class " + std::to_string(d.klass) + " start " + std::to_string(d.start) +
         " index " + std::to_string(d.index);
}

std::string text_of(const Interval& interval) {
  return std::to_string(interval.begins.value) + ".." + std::to_string(interval.ends.value);
}

void compare_meaning(const OfflineCase& test, Differences& differ) {
  const Descriptor& d = test.descriptor;
  if (test.interval) {
    differ.compare("begins and ends", text_of(*test.interval), text_of(interval_of(d)));
    differ.compare("duration", test.duration_s, class_length_s(d.klass));
  }
  const bool one_pool_code = clears_one_pool_code(d);
  const bool has_time = !has_window(d.family) && d.family != Family::kPool && !one_pool_code;
  const auto shown = [](bool there, std::uint64_t value) { return there ? std::to_string(value) : std::string("none"); };
  differ.compare("t", shown(test.t.has_value(), test.t ? test.t->value : 0), shown(has_time, has_time ? time_of(d).value : 0));
  differ.compare("clears_pool", shown(test.clears_pool.has_value(), test.clears_pool.value_or(0)),
                 shown(one_pool_code, one_pool_code ? d.index - tick_count : 0));
}

/// P within the family: what lies before the family is taken off.
std::uint64_t number_in_family(const Descriptor& d, std::uint8_t digits, std::uint64_t number) {
  const Descriptor first{d.family, 0, 0, 0};
  return number - number_of(first, digits).value();
}

}  // namespace

std::string differences_of(const KeyCase& test) {
  Keys keys;
  Differences differ;
  differ.compare("out", hex(test.out), hex(derived(keys, test).bytes()));
  return differ.text();
}

std::string differences_of(const OtpCase& test) {
  Keys keys;
  Differences differ;
  const Step step = step_at(test.purpose, test.time);
  const Hour hour = key_hour(test.purpose, step, test.fixed);
  differ.compare("step", test.step.value, step.value);
  differ.compare("h", test.hour.value, hour.value);
  differ.compare("k", hex(test.k), hex(keys.slot(test.lock, hour, test.purpose, test.slot).bytes()));
  const OtpRequest request{test.purpose, test.slot, test.fixed, test.time, test.digits};
  const Digits code = issue_otp(keys.provider(), keys.import(test.lock.k_lock), test.lock.lock_id, request).value();
  differ.compare("code", test.code, std::string(code.reveal()));
  return differ.text();
}

std::string differences_of(const Ff1Case& test) {
  Differences differ;
  differ.compare("cipher", text_of(test.cipher), crypted(test, ff1::Direction::kEncrypt, test.plain));
  differ.compare("plain", text_of(test.plain), crypted(test, ff1::Direction::kDecrypt, test.cipher));
  return differ.text();
}

std::string differences_of(const OfflineCase& test) {
  Keys keys;
  Differences differ;
  const auto number = number_of(test.descriptor, test.digits);
  if (!number.ok()) return "no such descriptor: " + text_of(test.descriptor);
  differ.compare("p", test.number, *number);
  differ.compare("p_family", test.number_in_family, number_in_family(test.descriptor, test.digits, *number));
  const KeyHandle key = keys.code(test.lock, test.epoch);
  differ.compare("code", test.code, std::string(encrypt_number(keys.provider(), key, *number, test.digits)->reveal()));
  const Digits typed = Digits::parse(test.code);
  if (typed.count() != test.digits) return differ.text();
  const auto decoded = descriptor_of(decrypt_code(keys.provider(), key, typed).value(), test.digits);
  differ.compare("code decodes to", text_of(test.descriptor), decoded.ok() ? text_of(*decoded) : "no descriptor");
  compare_meaning(test, differ);
  return differ.text();
}

std::string differences_of(const OfflineInvalidCase& test) {
  Differences differ;
  const Digits code = Digits::parse(test.code);
  if (test.number) {
    Keys keys;
    const bool decrypts = code.count() == test.digits;
    differ.compare(
        "p", std::to_string(*test.number),
        decrypts ? std::to_string(decrypt_code(keys.provider(), keys.code(test.lock, test.epoch), code).value()) : "none");
  }
  ScenarioLock lock;
  lock.keys = test.lock;
  lock.settings.code_digits = test.digits;
  lock.settings.code_epoch = test.epoch;
  StagedLock staged(lock, {code_epoch_unix_s + seconds_per_day});
  const Outcome outcome = staged.type(test.code);
  differ.compare("verdict", "refused", name_of(outcome.verdict));
  differ.compare("reason", name_of(test.reason), name_of(outcome.reason));
  return differ.text();
}

std::string differences_of(const WindowCase& test) {
  Differences differ;
  const auto is_free = [&](const Descriptor& candidate) {
    return std::ranges::find(test.issued, std::pair{candidate.klass, candidate.start}) == test.issued.end();
  };
  const auto picked = pick_window({test.family, test.from, test.to, std::nullopt}, is_free);
  if (!picked.ok()) return std::string("no window: ") + name_of(picked.error());
  differ.compare("class", test.klass, picked->descriptor.klass);
  differ.compare("start", test.start, picked->descriptor.start);
  differ.compare("begins and ends", text_of(test.interval), text_of(picked->interval));
  return differ.text();
}

std::string differences_of(const BoundCase& test) {
  Differences differ;
  const FamilyBound bound = family_bound(test.digits, test.activation_window_s);
  differ.compare("timed", test.timed, bound.timed);
  differ.compare("exclusive", test.exclusive, bound.exclusive);
  differ.compare("once", test.once, bound.once);
  differ.compare("pool", test.pool, bound.pool);
  differ.compare("clear", test.clear, bound.clear);
  differ.compare("release", test.release, bound.release);
  differ.compare("opening", test.opening, bound.opening);
  differ.compare("all", test.all, bound.all);
  return differ.text();
}

}  // namespace cardea::vectors
