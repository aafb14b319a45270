// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-factory/maker.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <system_error>

#include "apps/cardea/stop.hpp"
#include "drivers/crypto/openssl/owned.hpp"

namespace cardea::station {
namespace {

using client::refused;
using client::usage;
namespace fs = std::filesystem;

using openssl::Algorithm;
using openssl::Bignum;
using openssl::Bio;
using openssl::Pkey;
using openssl::PlainKey;
using openssl::SealedKey;

// 16 MiB a guess: as much as OpenSSL itself opens without being told to.
constexpr std::uint64_t scrypt_n = 1 << 14;
constexpr std::uint64_t scrypt_r = 8;
constexpr std::uint64_t scrypt_p = 1;
constexpr int scrypt_salt_bytes = 16;
constexpr std::size_t passphrase_size_min = 12;
constexpr const char* curve = "P-256";

[[noreturn]] void crypto_failed(const char* what) {
  ERR_clear_error();
  throw refused(fmt::format("the crypto library failed ({}): nothing was written.", what));
}

std::string text_of(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

std::string sealed_pem(EVP_PKEY* key, const std::string& passphrase) {
  const PlainKey plain(EVP_PKEY2PKCS8(key));
  Algorithm algorithm(
      PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, scrypt_salt_bytes, nullptr, scrypt_n, scrypt_r, scrypt_p));
  if (!plain || !algorithm) crypto_failed("the key");
  const SealedKey sealed(PKCS8_set0_pbe(passphrase.data(), static_cast<int>(passphrase.size()), plain.get(), algorithm.get()));
  if (!sealed) crypto_failed("sealing the key");
  static_cast<void>(algorithm.release());  // now the sealed key's
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_PKCS8(bio.get(), sealed.get()) != 1) crypto_failed("writing the key");
  return text_of(bio);
}

std::string public_pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_PUBKEY(bio.get(), key) != 1) crypto_failed("writing the public key");
  return text_of(bio);
}

/// Gives the passphrase that was asked for, and never asks at a terminal by itself.
int passphrase_for(char* buffer, int size, int, void* passphrase) {
  const auto& text = *static_cast<const std::string*>(passphrase);
  if (static_cast<std::size_t>(size) < text.size()) return -1;
  std::ranges::copy(text, buffer);
  return static_cast<int>(text.size());
}

bool is_p256(EVP_PKEY* key) {
  char name[32] = {};
  std::size_t size = 0;
  return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, name, sizeof name, &size) == 1 &&
         std::string_view(name, size) == "prime256v1";
}

std::string system_error(const std::string& what) {
  return fmt::format("{}: {}.", what, std::generic_category().message(errno));
}

}  // namespace

void make_maker(const fs::path& folder, const MakerSettings& settings, std::string& passphrase) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!fs::is_directory(folder) || !fs::is_empty(folder))
    throw usage(fmt::format("{} is no empty folder. A maker's key is made once: take another folder.", folder.string()));
  if (passphrase.size() < passphrase_size_min)
    throw usage(
        fmt::format("the passphrase is to have at least {} characters: it guards the key that all your locks are "
                    "known by.",
                    passphrase_size_min));
  const Pkey key(EVP_EC_gen(curve));
  if (!key) crypto_failed("making a key");
  const std::string sealed = sealed_pem(key.get(), passphrase);
  wipe({reinterpret_cast<std::uint8_t*>(passphrase.data()), passphrase.size()});
  fs::permissions(folder, fs::perms::owner_all, error);
  write_private(folder / "maker.pub", public_pem(key.get()));
  write_private(folder / "factory.txt", fmt::format("vendor {}\ndevice_class {}\nclass {}\n", hex(settings.maker.vendor),
                                                    hex(settings.maker.device_class), name_of(settings.lock_class)));
  write_private(folder / "maker.key", sealed);
}

MakerSettings read_settings(const fs::path& folder) {
  std::istringstream in(read_whole(folder / "factory.txt"));
  MakerSettings settings;
  std::string name[3];
  std::string value[3];
  for (int i = 0; i < 3; ++i) in >> name[i] >> value[i];
  if (!in || name[0] != "vendor" || name[1] != "device_class" || name[2] != "class" ||
      !from_hex(value[0], settings.maker.vendor) || !from_hex(value[1], settings.maker.device_class))
    throw usage(fmt::format("{} is not as `cardea factory init` wrote it: restore it from your backup.",
                            (folder / "factory.txt").string()));
  settings.lock_class = parse_class(value[2]);
  return settings;
}

KeyHandle open_maker_key(const fs::path& folder, std::string& passphrase, OpensslProvider& provider) {
  const std::string pem = read_whole(folder / "maker.key");
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Pkey key(PEM_read_bio_PrivateKey(bio.get(), nullptr, passphrase_for, &passphrase));
  wipe({reinterpret_cast<std::uint8_t*>(passphrase.data()), passphrase.size()});
  ERR_clear_error();
  if (!key || !is_p256(key.get()))
    throw refused(fmt::format("{} does not open: the passphrase is wrong, or the file was changed. Nothing was signed.",
                              (folder / "maker.key").string()));
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_PRIV_KEY, &number) != 1) crypto_failed("reading the key");
  const Bignum owned(number);
  KeyBytes scalar;
  P256Point point;
  if (BN_bn2binpad(number, scalar.mutable_bytes().data(), static_cast<int>(KeyBytes::size_bytes)) < 0)
    crypto_failed("reading the key");
  const Result<KeyHandle> handle = provider.p256_import(KeyKind::kSign, scalar, point);
  if (!handle.ok()) crypto_failed("taking the key");
  return *handle;
}

P256Point read_maker_public(const fs::path& path) {
  const fs::path file = fs::is_directory(path) ? path / "maker.pub" : path;
  const std::string pem = read_whole(file);
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const Pkey key(PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  Bytes<65> encoded{};
  std::size_t size = 0;
  if (!key || !is_p256(key.get()) ||
      EVP_PKEY_get_octet_string_param(key.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded.data(), encoded.size(), &size) != 1 ||
      size != encoded.size() || encoded[0] != 0x04)
    throw usage(fmt::format("{} is no public key of a maker: it is to be the PEM file maker.pub, for P-256.", file.string()));
  P256Point point{};
  std::copy(encoded.begin() + 1, encoded.end(), point.begin());
  return point;
}

update::Uuid parse_uuid(const std::string& text, const std::string& option) {
  std::string digits;
  for (const char c : text)
    if (c != '-') digits += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  update::Uuid uuid{};
  if (!from_hex(digits, uuid))
    throw usage(fmt::format("{} \"{}\" is no UUID: 32 hexadecimal digits, as `uuidgen` makes one.", option, text));
  return uuid;
}

link::LockClass parse_class(const std::string& text) {
  for (const auto lock_class : {link::LockClass::kUnprotected, link::LockClass::kProtected})
    if (text == name_of(lock_class)) return lock_class;
  throw usage(fmt::format("\"{}\" is no class of a lock: protected or unprotected.", text));
}

const char* name_of(link::LockClass lock_class) {
  return lock_class == link::LockClass::kProtected ? "protected" : "unprotected";
}

void write_private(const fs::path& path, const std::string& content) {
  const std::string next = path.string() + ".new";
  const int file = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written =
      file >= 0 && ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()) && ::fsync(file) == 0;
  if (file >= 0) ::close(file);
  if (!written || ::rename(next.c_str(), path.c_str()) != 0)
    throw usage(system_error(fmt::format("{} cannot be written", path.string())));
  const int folder = ::open(path.parent_path().empty() ? "." : path.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
}

std::string read_whole(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || fs::is_directory(path)) throw usage(fmt::format("{} cannot be read. Check the path.", path.string()));
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string hex(ByteSpan bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

bool from_hex(const std::string& text, MutableByteSpan out) {
  if (text.size() != 2 * out.size() || text.find_first_not_of("0123456789abcdef") != std::string::npos) return false;
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<std::uint8_t>(std::stoul(text.substr(2 * i, 2), nullptr, 16));
  return true;
}

}  // namespace cardea::station
