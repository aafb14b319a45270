// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/stored_session.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "apps/cardea/api.hpp"
#include "apps/cardea/stop.hpp"

namespace cardea::client {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
constexpr mode_t for_others = S_IRWXG | S_IRWXO;

fs::path folder() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state != nullptr && *state == '/') return fs::path(state) / "cardea";
  if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/') return fs::path(home) / ".local/state/cardea";
  throw usage("there is no place for a session: set HOME or XDG_STATE_HOME.");
}

/// "http://127.0.0.1:8480" -> "session-http%3A%2F%2F127.0.0.1%3A8480.json".
fs::path file_of(const std::string& server) { return folder() / ("session-" + percent_encoded(server) + ".json"); }

[[noreturn]] void cannot_write(const fs::path& path) {
  throw usage(fmt::format("{} cannot be written: {}.", path.string(), std::strerror(errno)));
}

/// Made readable for nobody else from its first byte on.
void write_file(const fs::path& path, const std::string& content) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
  if (file < 0) cannot_write(path);
  const bool written = ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  const bool synced = ::fsync(file) == 0;
  if (::close(file) != 0 || !written || !synced) cannot_write(path);
}

}  // namespace

std::optional<StoredSession> load_session(const std::string& server) {
  const char* state = std::getenv("XDG_STATE_HOME");
  const char* home = std::getenv("HOME");
  if (state == nullptr && home == nullptr) return std::nullopt;
  const fs::path path = file_of(server);
  struct stat facts{};
  if (::stat(path.c_str(), &facts) != 0) return std::nullopt;
  if ((facts.st_mode & for_others) != 0)
    throw usage(fmt::format("{} can be read by other users of this machine. Remove it, and sign in anew: cardea sign-in.",
                            path.string()));
  std::ifstream in(path);
  const std::string content((std::istreambuf_iterator<char>(in)), {});
  boost::system::error_code error;
  const json::value value = json::parse(content, error);
  StoredSession session{text(value, "session_id"), text(value, "token"), text(value, "email")};
  if (error || session.token.empty())
    throw usage(fmt::format("{} is no session. Remove it, and sign in: cardea sign-in.", path.string()));
  return session;
}

void store_session(const std::string& server, const StoredSession& session) {
  const fs::path path = file_of(server);
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  if (error || ::chmod(path.parent_path().c_str(), S_IRWXU) != 0) cannot_write(path.parent_path());
  const fs::path next = path.string() + ".new";
  ::unlink(next.c_str());
  write_file(next,
             json::serialize(json::object{{"session_id", session.id}, {"token", session.token}, {"email", session.email}}));
  if (::rename(next.c_str(), path.c_str()) != 0) cannot_write(path);
}

void forget_session(const std::string& server) { ::unlink(file_of(server).c_str()); }

}  // namespace cardea::client
