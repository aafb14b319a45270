// SPDX-License-Identifier: Apache-2.0
#include <future>
#include <set>
#include <thread>

#include "server/delivery/sender.hpp"
#include "server/delivery/signature.hpp"
#include "server/delivery/target.hpp"
#include "tests/attacks/webhook/webhook.hpp"

namespace cardea::attacks {
namespace {

namespace delivery = server::delivery;

class ShippedOutbound final : public Outbound {
 public:
  ShippedOutbound() : thread_([this] { loop_.run(); }) {
    for (std::uint8_t& byte : secret_.mutable_bytes()) byte = 0x5a;
  }
  ~ShippedOutbound() override {
    loop_.post([this] { loop_.stop(); });  // run() may not have begun
    thread_.join();
  }

  bool takes_url(const std::string& url) override { return delivery::check_url(url, false).ok(); }
  void deliver(const std::string& url, bool front_is_public) override {
    delivery::SenderOptions options;
    options.for_tests = front_is_public;
    delivery::Sender sender(loop_, options);
    std::promise<void> answered;
    loop_.post([&] { spawn(send(sender, {url, {}, "{}"}, answered)); });
    answered.get_future().get();
  }
  Delivery signed_delivery(const std::string& id, const std::string& body, std::uint64_t now) override {
    return {id, now, body, delivery::sign(secret_, id, {now}, body)};
  }
  bool receiver_takes(const Delivery& came, std::uint64_t now) override {
    const bool is_good = delivery::verify(secret_, came.id, std::to_string(came.timestamp), came.body, came.signatures, {now});
    return is_good && seen_.insert(came.id).second;
  }

 private:
  static server::Task<void> send(delivery::Sender& sender, delivery::Post post, std::promise<void>& answered) {
    const delivery::Answer answer = co_await sender.send(std::move(post));
    answered.set_value();
  }
  server::Loop loop_;
  delivery::WebhookSecret secret_;
  std::set<std::string> seen_;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Outbound> make_shipped_outbound() { return std::make_unique<ShippedOutbound>(); }

}  // namespace cardea::attacks
