// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sends the events of the log to the webhooks of server/usecases/webhooks.hpp.

#include <functional>
#include <set>

#include "server/delivery/sender.hpp"
#include "server/usecases/webhooks.hpp"

namespace cardea::server {

/// One attempt, for log and metrics.
struct WebhookDelivery {
  std::string id;       ///< as `webhook-id` has it
  std::string trace;    ///< of its `traceparent`
  std::string failure;  ///< "" when the endpoint took it
};

class Webhooks {
 public:
  /// Looks for work several times a second; at most 32 requests are under way, one for each endpoint.
  Webhooks(Loop& loop, usecases::Context& context, delivery::Sender& sender,
           std::function<void(const std::string& what)> on_trouble);

  void start();
  /// Endpoints that something is being delivered to.
  [[nodiscard]] std::size_t busy_count() const { return busy_.size(); }
  /// Called with each delivery's end. Set before start().
  std::function<void(const WebhookDelivery&)> on_delivery;
  /// Returns when nothing is under way any more.
  Task<void> stop();

 private:
  Task<void> look();
  Task<void> serve(usecases::WebhookName name);
  Task<Outcome<bool>> serve_once(usecases::WebhookName name);

  Loop& loop_;
  usecases::Context& context_;
  delivery::Sender& sender_;
  std::function<void(const std::string&)> on_trouble_;
  Timer timer_;
  bool looking_ = false;
  bool stopping_ = false;
  std::set<usecases::WebhookName> busy_;
};

}  // namespace cardea::server
