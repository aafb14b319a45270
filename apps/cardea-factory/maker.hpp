// SPDX-License-Identifier: Apache-2.0
#pragma once
// A maker's folder: maker.key (P-256, PKCS#8 under a passphrase: scrypt and AES-256, as `openssl pkey` reads it), maker.pub
// (its public half, PEM), factory.txt (vendor, device class, class of the locks), and a folder for each batch (journal.hpp).
// Every function throws Stop, which says what is wrong and what to do.

#include <filesystem>
#include <string>

#include "core/factory/batch.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::station {

/// What a factory makes.
struct MakerSettings {
  factory::Maker maker;
  link::LockClass lock_class = link::LockClass::kProtected;
};

/// `folder`, new or empty, becomes a maker's.
void make_maker(const std::filesystem::path& folder, const MakerSettings& settings, std::string& passphrase);
MakerSettings read_settings(const std::filesystem::path& folder);
/// The maker's key, kSign; the caller releases it. Stop(kRefused) for a wrong passphrase.
KeyHandle open_maker_key(const std::filesystem::path& folder, std::string& passphrase, OpensslProvider& provider);
/// A maker's public key: a PEM file, or a maker's folder.
P256Point read_maker_public(const std::filesystem::path& path);

/// "11111111-2222-3333-4444-555555555555", with or without hyphens.
update::Uuid parse_uuid(const std::string& text, const std::string& option);
link::LockClass parse_class(const std::string& text);
const char* name_of(link::LockClass lock_class);

/// Whole or not at all, durable, and for this user alone.
void write_private(const std::filesystem::path& path, const std::string& content);
std::string read_whole(const std::filesystem::path& path);
std::string hex(ByteSpan bytes);
/// False unless `text` is exactly as many hexadecimal digits as fill `out`.
bool from_hex(const std::string& text, MutableByteSpan out);

}  // namespace cardea::station
