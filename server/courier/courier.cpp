// SPDX-License-Identifier: Apache-2.0
#include "server/courier/courier.hpp"

#include <random>

namespace cardea::server {
namespace {

constexpr std::chrono::milliseconds look_every{200};

/// Spreads the attempts of many messages that failed together; nothing is to be kept secret here.
double jitter() {
  static std::minstd_rand engine(std::random_device{}());
  return std::uniform_real_distribution<double>(0, 1)(engine);
}

}  // namespace

Task<Carried> MailCarrier::carry(usecases::MessageName name, usecases::MessageWork work) {
  Carried out;
  if (!mail::is_address(work.to)) {
    out = {false, true, "this is no address that mail can be sent to"};
    co_return out;
  }
  const mail::Mail mail{smtp_.from(), work.to, std::move(work.letter), work.language, name.message.text(), work.created_at};
  std::string bytes = mail::bytes_of(mail);
  mail::SmtpAnswer answer = co_await smtp_.send(work.to, std::move(bytes));
  out = {answer.result == mail::SmtpResult::kAccepted, answer.result == mail::SmtpResult::kRefused, std::move(answer.failure)};
  co_return out;
}

Courier::Courier(Loop& loop, usecases::Context& context, std::vector<std::unique_ptr<Carrier>> carriers,
                 std::function<void(const std::string& what)> on_trouble)
    : loop_(loop), context_(context), carriers_(std::move(carriers)), on_trouble_(std::move(on_trouble)) {}

void Courier::start() {
  if (carriers_.empty()) return;
  timer_ = loop_.every(look_every, [this] {
    if (!looking_) spawn(look());
  });
}

Task<void> Courier::stop() {
  stopping_ = true;
  timer_.cancel();
  for (auto& carrier : carriers_) carrier->stop();
  while (looking_ || !busy_.empty()) co_await loop_.sleep(std::chrono::milliseconds(5));
}

Task<void> Courier::look() {
  looking_ = true;
  for (auto& carrier : carriers_) co_await take_from(*carrier);
  looking_ = false;
}

Task<void> Courier::take_from(Carrier& carrier) {
  // Those that are busy are due too: they must not hide the others.
  const auto due =
      co_await usecases::due_messages(context_, carrier.channel(), static_cast<std::uint32_t>(2 * carrier.busy_count_max()));
  if (!due) co_return;  // the store tells of its own trouble
  for (const usecases::MessageName& name : *due) {
    if (stopping_ || busy_.size() >= carrier.busy_count_max()) co_return;
    if (busy_.insert(name).second) spawn(serve(carrier, name));
  }
}

Task<void> Courier::serve(Carrier& carrier, usecases::MessageName name) {
  try {
    const auto done = co_await serve_once(carrier, name);
    if (!done) on_trouble_(name.message.text() + ": " + done.error().detail);
  } catch (const std::exception& error) {
    on_trouble_(name.message.text() + ": " + error.what());
  }
  busy_.erase(name);
}

Task<Outcome<Done>> Courier::serve_once(Carrier& carrier, usecases::MessageName name) {
  CARDEA_CO_ASSIGN(auto work, co_await usecases::message_work(context_, name));
  if (!work) co_return Done{};
  const Carried carried = co_await carrier.carry(name, *std::move(work));
  if (carried.is_taken) co_return co_await usecases::message_sent(context_, name);
  if (stopping_) co_return Done{};  // our own doing
  co_return co_await usecases::message_failed(context_, name, carried.failure, carried.is_final, jitter());
}

}  // namespace cardea::server
