// SPDX-License-Identifier: Apache-2.0
#include "server/link/link_hub.hpp"

#include "server/link/connection.hpp"
#include "server/link/internal.hpp"

namespace cardea::server {
namespace {

constexpr std::chrono::seconds watch_interval{10};

/// What server/http owns; the connection itself is shared with the hub.
class SocketEnd final : public http::SocketHandler {
 public:
  explicit SocketEnd(std::shared_ptr<LinkConnection> connection) : connection_(std::move(connection)) {}
  Task<void> on_message(ByteSpan message) override { return connection_->on_message(message); }
  Task<void> on_close() override { return connection_->on_close(); }

 private:
  std::shared_ptr<LinkConnection> connection_;
};

Task<void> deliver_to(std::shared_ptr<LinkConnection> connection) { co_await connection->deliver(); }
Task<void> answer_to(std::shared_ptr<LinkConnection> connection) { co_await connection->answer_waiting_ask(); }

Problem offline() {
  return conflict(
      "lock_offline",
      "The lock is not connected. A command is never kept for later: try again when it is, or use a code at its keypad.");
}

}  // namespace

LinkHub::LinkHub(Loop& loop, Store& store, KeyStore& keys, std::function<void(const LinkNote&)> log,
                 std::chrono::milliseconds proof_max, std::chrono::seconds epoch_max)
    : state_(std::make_shared<LinkState>(loop, store, keys, std::move(log), proof_max, epoch_max)) {}
LinkHub::~LinkHub() {
  // Connections share the state, and it shares them.
  state_->online.clear();
  state_->asking.clear();
}

http::SocketRoute LinkHub::route() {
  return {.path = std::string(link_path),
          .subprotocol = std::string(link_subprotocol),
          .message_size_bytes_max = session::record_size_bytes_max,
          .queue_count_max = 256,
          .open = [state = state_](std::shared_ptr<http::Socket> socket) {
            return std::make_unique<SocketEnd>(std::make_shared<LinkConnection>(state, std::move(socket)));
          }};
}

void LinkHub::start() {
  state_->watch = state_->loop.every(watch_interval, [this] { tend(); });
}

void LinkHub::tend() {
  const UnixSeconds time = now();
  std::vector<std::shared_ptr<LinkConnection>> silent;
  std::vector<std::shared_ptr<LinkConnection>> due;
  for (const auto& [lock, connection] : state_->online) {
    if (connection->heard_at().value + link::offline_after_s < time.value) silent.push_back(connection);
    if (connection->epoch_ends_at() <= time) due.push_back(connection);
  }
  for (const auto& connection : silent) connection->close(LinkClose::kMalformed, "silent for too long");
  for (const auto& connection : due) connection->begin_epoch();
}

void LinkHub::stop() { state_->watch.cancel(); }

LinkHub::Counts LinkHub::counts() const { return {state_->online.size(), state_->asking.count(), state_->command_count}; }
std::function<void(std::size_t)>& LinkHub::on_records() { return state_->on_records; }
std::function<void(std::string_view)>& LinkHub::on_command() { return state_->on_command; }

bool LinkHub::is_online(const LockName& lock) const { return state_->online.contains(lock.lock); }

namespace {

Task<Outcome<CommandAnswer>> command_or_offline(std::shared_ptr<LinkConnection> connection, Order order,
                                                Task<Outcome<Done>> first) {
  if (connection) co_return co_await connection->command(order, std::move(first));
  CARDEA_CO_TRY(co_await std::move(first));
  co_return offline();
}

}  // namespace

Task<Outcome<CommandAnswer>> LinkHub::command(LockName lock, Order order, Task<Outcome<Done>> first) {
  const auto state = state_;
  const auto found = state->online.find(lock.lock);
  std::shared_ptr<LinkConnection> connection = found == state->online.end() ? nullptr : found->second;
  ++state->command_count;
  Task<Outcome<CommandAnswer>> running = command_or_offline(std::move(connection), order, std::move(first));
  Outcome<CommandAnswer> answer = co_await std::move(running);
  --state->command_count;
  if (state->on_command) state->on_command(!answer ? answer.error().code : answer->done ? "done" : "refused");
  co_return answer;
}

void LinkHub::desired_changed(const LockName& lock) {
  const auto found = state_->online.find(lock.lock);
  if (found != state_->online.end()) spawn(deliver_to(found->second));
}

void LinkHub::image_changed(const LockName& lock) { offer_to(*state_, {&lock, 1}); }

void LinkHub::claim_made(const LockName& lock) {
  for (auto& connection : state_->asking.of(lock.lock)) spawn(answer_to(std::move(connection)));
}

void LinkHub::keys_forgotten(const LockName& lock) {
  const auto found = state_->online.find(lock.lock);
  if (found == state_->online.end()) return;
  const std::shared_ptr<LinkConnection> connection = found->second;  // closing takes it out of the map
  connection->close(LinkClose::kNotAuthenticated, "not authenticated");
}

Task<Outcome<Blob>> LinkHub::exchange_file(LockName lock, ByteSpan file) {
  co_return co_await server::exchange_file(*state_, lock, Blob(file.begin(), file.end()));
}

}  // namespace cardea::server
