// SPDX-License-Identifier: Apache-2.0
#include "server/platform/first_start.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "server/auth/api_keys.hpp"
#include "server/domain/instant.hpp"

namespace cardea::server {
namespace {

/// errno, or 0.
int write_private_file(const std::filesystem::path& file, std::string_view text) {
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (descriptor < 0) return errno;
  int error = 0;
  // A file that was there before keeps its mode otherwise.
  if (::fchmod(descriptor, 0600) != 0 || ::write(descriptor, text.data(), text.size()) != static_cast<ssize_t>(text.size()) ||
      ::fsync(descriptor) != 0)
    error = errno;
  ::close(descriptor);
  return error;
}

}  // namespace

Task<Outcome<bool>> has_workspace(Store& store) {
  co_return co_await store.read([](Transaction& tx) -> Task<Outcome<bool>> {
    const Rows rows = co_await tx.execute("SELECT 1 FROM workspaces LIMIT 1");
    co_return !rows.empty();
  });
}

Task<Outcome<Done>> make_first_workspace(Store& store, const std::filesystem::path& file) {
  co_return co_await store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    const auto workspace = WorkspaceId::make();
    co_await tx.execute("INSERT INTO workspaces (workspace, name, settings, created_at) VALUES (?1, 'My workspace', '{}', ?2)",
                        workspace, now());
    ApiKeyOrder order{"first key", PermissionSet::all()};
    const NewApiKey made = co_await make_api_key(tx, workspace, std::move(order), now());
    // Before the commit: a key that nobody has would lock everybody out, a file that opens nothing is written again.
    if (const int error = write_private_file(file, made.text + "\n"); error != 0)
      co_return Problem{500, "api_key_file", "cannot write " + file.string() + ": " + std::strerror(error), {}, {}};
    co_return Done{};
  });
}

}  // namespace cardea::server
