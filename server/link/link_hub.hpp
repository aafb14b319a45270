// SPDX-License-Identifier: Apache-2.0
#pragma once
// The platform's end of every link (spec/link.md, spec/activation.md): who is connected, what each connection owes and is
// owed. Bytes come from server/http, the rules of the session from core/link, what is stored from usecases/lock_reports.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>

#include "core/session/records.hpp"
#include "server/base/loop.hpp"
#include "server/http/server.hpp"
#include "server/store/store.hpp"
#include "server/usecases/links.hpp"

namespace cardea::server {

inline constexpr std::string_view link_path = "/v1/link";
/// How long a connection may stay without having shown which lock it is (link.md L13).
inline constexpr std::chrono::seconds link_proof_max{15};
/// How long one epoch of a session lasts (session.md SE9).
inline constexpr std::chrono::seconds link_epoch_max{session::epoch_s_max};
inline constexpr std::string_view link_subprotocol = "cardea.link.v1";

/// Close codes of link.md §1.
enum class LinkClose : std::uint16_t { kMalformed = 4400, kNotAuthenticated = 4401, kReplaced = 4409, kContradiction = 4422 };

/// One line of the log about a link; `lock` is the id's text, "" before it is known. Never a key, a code or a message.
struct LinkNote {
  std::string lock;
  std::string what;
};

struct LinkState;

/// Everything runs on the loop's thread. What it is made with outlives it, and stop() comes before its end.
class LinkHub final : public Links {
 public:
  LinkHub(Loop& loop, Store& store, KeyStore& keys, std::function<void(const LinkNote&)> log,
          std::chrono::milliseconds proof_max = link_proof_max, std::chrono::seconds epoch_max = link_epoch_max);
  LinkHub(const LinkHub&) = delete;
  LinkHub& operator=(const LinkHub&) = delete;
  ~LinkHub() override;

  /// For http::Server::add_socket().
  http::SocketRoute route();
  /// Calls tend() every ten seconds from now on.
  void start();
  /// Ends what has been silent for too long (link.md L9), and begins the epochs that are due.
  void tend();
  /// No timer runs after this; connections end with the HTTP server.
  void stop();

  /// How things stand, for the metrics.
  struct Counts {
    std::size_t online = 0;
    std::size_t asking = 0;
    std::size_t commands = 0;  ///< on their way
  };
  [[nodiscard]] Counts counts() const;
  /// Called with the number of records, after they were committed; and with a command's end: "done", "refused", or the code of
  /// the problem. Set before start().
  std::function<void(std::size_t)>& on_records();
  std::function<void(std::string_view)>& on_command();

  [[nodiscard]] bool is_online(const LockName& lock) const override;
  Task<Outcome<CommandAnswer>> command(LockName lock, Order order, Task<Outcome<Done>> first) override;
  void desired_changed(const LockName& lock) override;
  void image_changed(const LockName& lock) override;
  void claim_made(const LockName& lock) override;
  void keys_forgotten(const LockName& lock) override;
  Task<Outcome<Blob>> exchange_file(LockName lock, ByteSpan file) override;

 private:
  std::shared_ptr<LinkState> state_;
};

}  // namespace cardea::server
