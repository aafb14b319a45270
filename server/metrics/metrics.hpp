// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a platform counts, in Prometheus' text form. No label ever names a workspace, a person, a door or a lock: whoever may
// read the figures learns how the platform does, and nothing of whom it serves.
//
// Everything on the loop's thread. Names and meanings: docs/operation.md. docs/dashboard/cardea.json shows them.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/time.hpp"

namespace cardea::server {

class Metrics {
 public:
  Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;
  ~Metrics();

  // --- What happens, as it happens ---

  /// A request was answered. `route` is the template, "" for none; it stays valid as long as this.
  void request(std::string_view method, std::string_view route, std::uint16_t status, std::chrono::microseconds took);
  void handshake_failed();
  /// A group of the store was committed, or could not be: from its COMMIT until it was durable.
  void commit(std::chrono::microseconds took, std::size_t body_count, bool done);
  void command_ended(std::string_view outcome);  ///< "done", "refused", "offline", …: a code of the API
  void records_taken(std::size_t count);
  void webhook_answered(bool taken);

  // --- How things stand, asked at each scrape ---

  struct Now {
    std::size_t connections = 0;
    std::size_t links = 0;
    std::size_t links_asking = 0;
    std::size_t commands_running = 0;
    std::size_t store_queue = 0;
    std::size_t webhooks_busy = 0;
    std::int64_t outbox_waiting = 0;
    std::int64_t webhooks_behind = 0;  ///< endpoints that failed and are tried again
    std::int64_t campaigns_running = 0;
    std::int64_t campaigns_halted = 0;
    std::optional<UnixSeconds> certificate_ends_at;
  };
  std::string text(const Now& now);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace cardea::server
