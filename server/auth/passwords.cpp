// SPDX-License-Identifier: Apache-2.0
#include "server/auth/passwords.hpp"

#include <argon2.h>
#include <openssl/rand.h>

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/base/secret.hpp"

namespace cardea::server {
namespace {

constexpr std::uint32_t passes = 2;
constexpr std::uint32_t memory_kib = 19'456;
constexpr std::uint32_t lanes = 1;
constexpr std::size_t salt_size_bytes = 16;
constexpr std::size_t hash_size_bytes = 32;

std::string hash_now(std::string_view password) {
  Bytes<salt_size_bytes> salt;
  CARDEA_ASSERT(RAND_bytes(salt.data(), salt_size_bytes) == 1);
  std::string encoded(argon2_encodedlen(passes, memory_kib, lanes, salt_size_bytes, hash_size_bytes, Argon2_id), '\0');
  const int status = argon2id_hash_encoded(passes, memory_kib, lanes, password.data(), password.size(), salt.data(),
                                           salt.size(), hash_size_bytes, encoded.data(), encoded.size());
  if (status != ARGON2_OK) return {};  // out of memory
  encoded.resize(std::char_traits<char>::length(encoded.c_str()));
  return encoded;
}

/// Bytes in argon2's base64, made up: 4 characters for 3 bytes, the bits that are left over zero.
std::string made_up(std::size_t size_bytes) {
  static constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out((size_bytes * 4 + 2) / 3, '\0');
  CARDEA_ASSERT(RAND_bytes(reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size())) == 1);
  for (char& c : out) c = alphabet[static_cast<unsigned char>(c) % alphabet.size()];
  out.back() = 'A';
  return out;
}

/// The hash of no password: to compare with it is the same work as with any. Not computed, so that the platform starts at once.
std::string hash_of_nobody() {
  return "$argon2id$v=19$m=" + std::to_string(memory_kib) + ",t=" + std::to_string(passes) + ",p=" + std::to_string(lanes) +
         "$" + made_up(salt_size_bytes) + "$" + made_up(hash_size_bytes);
}

void forget(std::string& text) { wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}); }

Problem busy() {
  return unavailable("busy", "Too many people sign in at this moment, and nothing was done. Send it again in a few seconds.");
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

}  // namespace

Outcome<Done> check_password(std::string_view password, std::string_view email, std::string_view pointer) {
  const std::string at(pointer);
  if (characters(password) < password_chars_min) return invalid(at, "must have at least 12 characters; a sentence is good");
  if (password.size() > password_bytes_max) return invalid(at, "must have at most 512 bytes");
  if (std::all_of(password.begin(), password.end(), [&](char c) { return c == password.front(); }))
    return invalid(at, "must not be one character over and over");
  const std::string plain = lower(password);
  const std::string address = lower(email);
  const std::string person = address.substr(0, address.find('@'));
  if (plain.find(address) != std::string::npos || plain == person ||
      (person.size() >= 4 && plain.find(person) != std::string::npos))
    return invalid(at, "must not contain the e-mail address");
  return Done{};
}

Passwords::Passwords(Loop& loop, std::size_t thread_count, std::size_t queue_count_max)
    : workers_(loop, thread_count, queue_count_max), nobodys_(hash_of_nobody()) {}

Task<Outcome<std::string>> Passwords::hash(std::string password) {
  // Named: g++ 12 destroys a closure that is a temporary of a co_await twice.
  auto work = [text = std::move(password)]() mutable {
    std::string encoded = hash_now(text);
    forget(text);
    return encoded;
  };
  auto hashed = co_await workers_.run(std::move(work));
  if (!hashed || hashed->empty()) co_return busy();
  co_return *std::move(hashed);
}

Task<Outcome<bool>> Passwords::verify(std::string password, std::string encoded) {
  const bool exists = !encoded.empty();
  auto work = [text = std::move(password), hash = exists ? std::move(encoded) : nobodys_]() mutable {
    const int status = argon2id_verify(hash.c_str(), text.data(), text.size());
    forget(text);
    return status;
  };
  const auto same = co_await workers_.run(std::move(work));
  if (!same || *same == ARGON2_MEMORY_ALLOCATION_ERROR) co_return busy();
  CARDEA_ASSERT(exists || *same == ARGON2_VERIFY_MISMATCH);  // the work was done, and came to nothing
  co_return exists && *same == ARGON2_OK;
}

}  // namespace cardea::server
