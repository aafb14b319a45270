// SPDX-License-Identifier: Apache-2.0
#include "server/platform/backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>

#include "server/base/run_to_end.hpp"
#include "server/domain/instant.hpp"
#include "server/json/json.hpp"
#include "server/keys/sealed_key_store.hpp"
#include "server/store/backup.hpp"

namespace cardea::server {

namespace fs = std::filesystem;

namespace {

constexpr const char* database_name = "cardea.db";
constexpr const char* key_store_name = "keystore.sealed";
constexpr const char* platform_key_name = "platform.key";
constexpr const char* manifest_name = "backup.json";
constexpr std::int32_t format = 1;

struct Hashes {
  std::string database;
  std::string key_store;
  bool operator==(const Hashes&) const = default;
};
BOOST_DESCRIBE_STRUCT(Hashes, (), (database, key_store))
struct Manifest {
  std::int32_t format = 0;
  UnixSeconds made_at;
  Hashes sha256;
};
BOOST_DESCRIBE_STRUCT(Manifest, (), (format, made_at, sha256))

/// Ends what was begun unless it was kept.
class Folder {
 public:
  explicit Folder(fs::path path) : path_(std::move(path)) {}
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    if (!kept_) fs::remove_all(path_, ignored);
  }
  [[nodiscard]] fs::path operator/(const char* name) const { return path_ / name; }
  [[nodiscard]] const fs::path& path() const { return path_; }
  void keep() { kept_ = true; }

 private:
  fs::path path_;
  bool kept_ = false;
};

std::string error_text() { return std::strerror(errno); }

Result<bool, BackupFailure> is_free(const fs::path& folder, const char* what) {
  std::error_code error;
  if (!fs::exists(folder, error) || fs::is_empty(folder, error)) return true;
  return BackupFailure{
      fmt::format("{} is not empty. Name a folder for the {} that is empty or not there.", folder.string(), what)};
}

bool sync(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool done = ::fsync(descriptor) == 0;
  ::close(descriptor);
  return done;
}

Result<bool, BackupFailure> make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error || ::chmod(folder.c_str(), 0700) != 0)
    return BackupFailure{fmt::format("cannot make {}: {}", folder.string(), error ? error.message() : error_text())};
  return true;
}

Result<bool, BackupFailure> copy_durably(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::copy_file(from, to, error);
  if (error) return BackupFailure{fmt::format("cannot copy {} to {}: {}", from.string(), to.string(), error.message())};
  if (::chmod(to.c_str(), 0600) != 0 || !sync(to))
    return BackupFailure{fmt::format("cannot write {}: {}", to.string(), error_text())};
  return true;
}

Result<std::string, BackupFailure> sha256_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  CARDEA_ASSERT(EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  char piece[65'536];
  while (in.read(piece, sizeof piece) || in.gcount() > 0)
    CARDEA_ASSERT(EVP_DigestUpdate(context.get(), piece, static_cast<std::size_t>(in.gcount())) == 1);
  if (!in.eof()) return BackupFailure{fmt::format("cannot read {}: {}", file.string(), error_text())};
  Bytes<32> digest{};
  CARDEA_ASSERT(EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1);
  return hex_of(digest);
}

Result<Hashes, BackupFailure> hashes_in(const fs::path& folder) {
  auto database = sha256_of(folder / database_name);
  if (!database) return database.error();
  auto key_store = sha256_of(folder / key_store_name);
  if (!key_store) return key_store.error();
  return Hashes{*std::move(database), *std::move(key_store)};
}

Result<Manifest, BackupFailure> read_manifest(const fs::path& folder) {
  std::ifstream in(folder / manifest_name);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in)
    return BackupFailure{
        fmt::format("{} has no {}: it is no backup, or one that was not finished.", folder.string(), manifest_name)};
  const auto manifest = json::read<Manifest>(text.str());
  if (!manifest)
    return BackupFailure{fmt::format("{} does not read: {}", (folder / manifest_name).string(), manifest.error().detail)};
  if (manifest->format != format)
    return BackupFailure{fmt::format("{} is a backup of format {}; this cardea-server knows {}. Use the newer version.",
                                     folder.string(), manifest->format, format)};
  return *manifest;
}

/// The backup's description, if every byte of it is as it was made.
Result<Manifest, BackupFailure> checked_manifest(const fs::path& folder) {
  auto manifest = read_manifest(folder);
  if (!manifest) return manifest;
  const auto found = hashes_in(folder);
  if (!found) return found.error();
  if (*found == manifest->sha256) return manifest;
  const char* file = found->database == manifest->sha256.database ? key_store_name : database_name;
  return BackupFailure{
      fmt::format("{} is not as it was made: it was changed or damaged since. Use another backup.", (folder / file).string())};
}

Result<usecases::Restored, BackupFailure> raise_numbers(const Folder& folder, const std::string& passphrase,
                                                        UnixSeconds made_at) {
  auto keys = SealedKeyStore::open(folder / key_store_name, {passphrase, folder / platform_key_name});
  if (!keys) return BackupFailure{keys.error().message};
  Loop loop;
  SqliteOptions sqlite;
  sqlite.file = folder / database_name;
  const auto store = SqliteStore::open(loop, sqlite);
  if (!store) return BackupFailure{store.error().message};
  const auto restored = run_to_end(loop, usecases::raise_past_backup(**store, **keys, made_at, now()));
  if (!restored) return BackupFailure{restored.error().detail};
  return *restored;
}

}  // namespace

Result<UnixSeconds, BackupFailure> make_backup(const fs::path& state, const fs::path& to) {
  if (const auto free = is_free(to, "backup"); !free) return free.error();
  Folder folder(fs::path(to) += ".unfinished");
  if (const auto made = make_folder(folder.path()); !made) return made.error();
  const UnixSeconds made_at = now();
  if (const auto copied = copy_database(state / database_name, folder / database_name); !copied)
    return BackupFailure{copied.error().message};
  if (const auto copied = copy_durably(state / key_store_name, folder / key_store_name); !copied) return copied.error();
  const auto hashes = hashes_in(folder.path());
  if (!hashes) return hashes.error();
  std::ofstream(folder / manifest_name) << json::write(Manifest{format, made_at, *hashes}) << '\n';
  for (const char* name : {database_name, manifest_name})
    if (::chmod((folder / name).c_str(), 0600) != 0 || !sync(folder / name))
      return BackupFailure{fmt::format("cannot write {}: {}", (folder / name).string(), error_text())};
  std::error_code error;
  fs::remove(to, error);  // an empty folder that was there
  if (!sync(folder.path()) || ::rename(folder.path().c_str(), to.c_str()) != 0)
    return BackupFailure{fmt::format("cannot write {}: {}", to.string(), error_text())};
  folder.keep();
  return made_at;
}

Result<RestoreDone, BackupFailure> restore_backup(const RestoreOptions& options) {
  if (const auto free = is_free(options.state, "restored state"); !free) return free.error();
  if (options.passphrase.empty() && options.platform_key.empty())
    return BackupFailure{
        "The key that opens the backup's key store is not in the backup. Name it: --platform-key FILE, the platform.key of the "
        "state that was backed up, or --passphrase-file FILE."};
  const auto manifest = checked_manifest(options.from);
  if (!manifest) return manifest.error();
  Folder folder(fs::path(options.state) += ".unfinished");
  if (const auto made = make_folder(folder.path()); !made) return made.error();
  for (const char* name : {database_name, key_store_name})
    if (const auto copied = copy_durably(options.from / name, folder / name); !copied) return copied.error();
  if (!options.platform_key.empty())
    if (const auto copied = copy_durably(options.platform_key, folder / platform_key_name); !copied) return copied.error();
  const auto restored = raise_numbers(folder, options.passphrase, manifest->made_at);
  if (!restored) return restored.error();
  std::error_code error;
  fs::remove(options.state, error);
  if (!sync(folder.path()) || ::rename(folder.path().c_str(), options.state.c_str()) != 0)
    return BackupFailure{fmt::format("cannot write {}: {}", options.state.string(), error_text())};
  folder.keep();
  return RestoreDone{manifest->made_at, *restored};
}

}  // namespace cardea::server
