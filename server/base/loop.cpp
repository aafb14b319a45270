// SPDX-License-Identifier: Apache-2.0
#include "server/base/loop.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <optional>

namespace cardea::server {

namespace asio = boost::asio;
using Executor = asio::io_context::executor_type;
using SteadyTimer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, Executor>;

struct Timer::State {
  SteadyTimer timer;
  Callback callback;
  std::chrono::milliseconds period;  // 0: once
  bool cancelled = false;

  State(const Executor& executor, Callback what, std::chrono::milliseconds again)
      : timer(executor), callback(std::move(what)), period(again) {}

  // The pending operation keeps the state alive, `cancelled` keeps it silent.
  static void wait(const std::shared_ptr<State>& state) {
    state->timer.async_wait([state](const boost::system::error_code& error) {
      if (error || state->cancelled) return;
      state->callback();
      if (state->period.count() == 0 || state->cancelled) return;
      state->timer.expires_at(state->timer.expiry() + state->period);
      wait(state);
    });
  }
};

Timer::Timer(std::shared_ptr<State> state) : state_(std::move(state)) {}

Timer& Timer::operator=(Timer&& other) noexcept {
  cancel();
  state_ = std::move(other.state_);
  return *this;
}

void Timer::cancel() {
  if (!state_) return;
  state_->cancelled = true;
  state_->timer.cancel();
  state_.reset();
}

struct Loop::State {
  asio::io_context io{1};
  std::optional<asio::signal_set> signals;
};

Loop::Loop() : state_(std::make_unique<State>()) {}
Loop::~Loop() = default;

void Loop::run() {
  const auto work = asio::make_work_guard(state_->io);
  state_->io.restart();
  state_->io.run();
}

void Loop::stop() { state_->io.stop(); }

void Loop::post(Callback callback) { asio::post(state_->io.get_executor(), std::move(callback)); }

Timer Loop::after(std::chrono::milliseconds delay, Callback callback) {
  auto timer = std::make_shared<Timer::State>(state_->io.get_executor(), std::move(callback), std::chrono::milliseconds{0});
  timer->timer.expires_after(delay);
  Timer::State::wait(timer);
  return Timer(std::move(timer));
}

Timer Loop::every(std::chrono::milliseconds period, Callback callback) {
  auto timer = std::make_shared<Timer::State>(state_->io.get_executor(), std::move(callback), period);
  timer->timer.expires_after(period);
  Timer::State::wait(timer);
  return Timer(std::move(timer));
}

namespace {
void wait_for_signal(asio::signal_set& signals, std::function<void(int)> callback) {
  signals.async_wait([&signals, callback = std::move(callback)](const boost::system::error_code& error, int signal) {
    if (error) return;
    callback(signal);
    wait_for_signal(signals, callback);
  });
}
}  // namespace

void Loop::on_signals(std::initializer_list<int> signals, std::function<void(int)> callback) {
  state_->signals.emplace(state_->io.get_executor());
  for (const int signal : signals) state_->signals->add(signal);
  wait_for_signal(*state_->signals, std::move(callback));
}

asio::io_context& Loop::native() { return state_->io; }

}  // namespace cardea::server
