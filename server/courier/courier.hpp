// SPDX-License-Identifier: Apache-2.0
#pragma once
// Takes messages out of the outbox (server/usecases/outbox.hpp) and hands them to what carries their channel.

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/mail/smtp.hpp"
#include "server/usecases/outbox.hpp"

namespace cardea::server {

/// What became of one message.
struct Carried {
  bool is_taken = false;
  bool is_final = false;  ///< not taken, and it never will be
  std::string failure;    ///< for people: who refused what, and why
};

/// What takes messages of one channel out of the platform. A channel without one keeps its messages in the outbox, for people
/// to pass on.
class Carrier {
 public:
  virtual ~Carrier() = default;
  [[nodiscard]] virtual usecases::Channel channel() const = 0;
  /// How many messages it takes at once.
  [[nodiscard]] virtual std::size_t busy_count_max() const = 0;
  virtual Task<Carried> carry(usecases::MessageName name, usecases::MessageWork work) = 0;
  /// What is under way ends soon.
  virtual void stop() = 0;
};

/// E-mail by SMTP.
class MailCarrier final : public Carrier {
 public:
  MailCarrier(Loop& loop, mail::SmtpOptions options) : smtp_(loop, std::move(options)) {}
  [[nodiscard]] usecases::Channel channel() const override { return usecases::Channel::kEmail; }
  [[nodiscard]] std::size_t busy_count_max() const override { return mail::Smtp::queue_count_max; }
  Task<Carried> carry(usecases::MessageName name, usecases::MessageWork work) override;
  void stop() override { smtp_.stop(); }

 private:
  mail::Smtp smtp_;
};

class Courier {
 public:
  /// Looks for messages several times a second. What it learns of a message stands with it in the outbox; `on_trouble` hears of
  /// our own.
  Courier(Loop& loop, usecases::Context& context, std::vector<std::unique_ptr<Carrier>> carriers,
          std::function<void(const std::string& what)> on_trouble);

  void start();
  /// Returns when nothing is under way any more.
  Task<void> stop();

 private:
  Task<void> look();
  Task<void> take_from(Carrier& carrier);
  Task<void> serve(Carrier& carrier, usecases::MessageName name);
  Task<Outcome<Done>> serve_once(Carrier& carrier, usecases::MessageName name);

  Loop& loop_;
  usecases::Context& context_;
  std::vector<std::unique_ptr<Carrier>> carriers_;
  std::function<void(const std::string&)> on_trouble_;
  Timer timer_;
  bool looking_ = false;
  bool stopping_ = false;
  std::set<usecases::MessageName> busy_;
};

}  // namespace cardea::server
