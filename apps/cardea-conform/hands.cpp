// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-conform/hands.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>

#include <cstdlib>

#include "apps/cardea/stop.hpp"
#include "apps/line/panel.hpp"

namespace cardea::conform {
namespace {

using client::unreachable;
using client::usage;
using Clock = std::chrono::steady_clock;

constexpr auto panel_patience = std::chrono::seconds(60);
constexpr auto start_patience = std::chrono::seconds(30);
constexpr auto wake_patience = std::chrono::seconds(2);
constexpr auto power_patience = std::chrono::seconds(10);  // a line that ends with the lock tells it at once
constexpr int look_again_ms = 100;

int run(const std::string& command, const char* option) {
  const int status = std::system(command.c_str());  // NOLINT(concurrency-mt-unsafe): one thread
  if (status != -1 && WIFEXITED(status) && WEXITSTATUS(status) < 126) return WEXITSTATUS(status);
  throw usage(fmt::format("{} cannot be run.", option));
}

std::string hex(ByteSpan bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

class SomeHands final : public Hands {
 public:
  explicit SomeHands(Setup setup) : setup_(std::move(setup)) {
    if (!setup_.panel.empty()) find_panel();
  }

  bool type(std::string_view digits) override {
    if (!setup_.type_with.empty()) return run(fmt::format("{} {} > /dev/null", setup_.type_with, digits), "--type-with") == 0;
    if (!panel_) throw usage("nobody types at this lock: give --panel or --type-with.");
    const std::vector<std::string> words = ask(fmt::format("type {}", digits)).words();
    return !words.empty() && words[0] != "refused";
  }
  void press() override {
    if (!setup_.press_with.empty())
      run(setup_.press_with + " > /dev/null", "--press-with");
    else if (panel_)
      ask("press");
    else
      throw usage("nobody presses this lock's button: give --panel or --press-with.");
  }
  bool advance(std::uint64_t seconds) override {
    if (!setup_.advance_with.empty())
      return run(fmt::format("{} {} > /dev/null", setup_.advance_with, seconds), "--advance-with") == 0;
    return panel_ && panel_->ask(fmt::format("advance {}", seconds), panel_patience).value_or(line::Panel::Answer{}).ok;
  }
  [[nodiscard]] bool moves_time_at_once() const override { return panel_ && setup_.advance_with.empty(); }
  bool restart() override {
    if (setup_.restart.empty()) return false;
    panel_.reset();
    if (run(setup_.restart, "--restart") != 0) throw unreachable("--restart failed: the lock is not started anew.");
    if (!setup_.panel.empty()) find_panel();
    return true;
  }
  bool cut_at(std::uint64_t operation) override {
    if (setup_.restart.empty()) return false;
    if (!setup_.cut_with.empty()) return run(fmt::format("{} {} > /dev/null", setup_.cut_with, operation), "--cut-with") == 0;
    return panel_ && ask(fmt::format("cut {}", operation)).ok;
  }
  std::optional<bool> type_until_cut(std::string_view digits) override {
    if (!setup_.type_with.empty() || !panel_) return type(digits);
    const auto answer = panel_->ask(fmt::format("type {}", digits), panel_patience);
    if (!answer) return std::nullopt;
    return answer->text.starts_with("granted");
  }
  bool has_power() override { return !panel_ || panel_->ask("about", power_patience).has_value(); }
  std::optional<std::size_t> openings() override {
    if (!panel_) return std::nullopt;
    has_power();  // what the lock says comes over two lines: its answer on this one comes behind every opening before
    std::size_t count = 0;
    for (const std::string& news : panel_->take_news()) count += news.starts_with("open ") ? 1 : 0;
    return count;
  }
  bool make(const activation::Label& label, link::LockClass lock_class) override {
    if (!panel_ || !ask("about").text.starts_with("not_ready ")) return false;
    const char* const word = lock_class == link::LockClass::kProtected ? "protected" : "unprotected";
    const line::Panel::Answer answer =
        ask(fmt::format("make {} {} {}", hex(label.lock.value), hex(label.secret.bytes()), word));
    if (!answer.ok) throw unreachable(fmt::format("the lock refuses to be made ({}).", answer.text));
    return true;
  }

 private:
  void find_panel() {
    const Clock::time_point end = Clock::now() + start_patience;
    while (true) {
      auto line = line::Line::open_named(setup_.panel, setup_.baud);
      if (line.ok()) {
        panel_.emplace(std::move(line).value());
        if (panel_->wake(wake_patience)) return;
        panel_.reset();
      }
      if (Clock::now() >= end) throw unreachable(fmt::format("no panel answers on {}.", setup_.panel));
      ::poll(nullptr, 0, look_again_ms);
    }
  }
  line::Panel::Answer ask(const std::string& request) {
    auto answer = panel_->ask(request, panel_patience);
    if (!answer) throw unreachable(fmt::format("the panel on {} fell silent.", setup_.panel));
    return *std::move(answer);
  }

  Setup setup_;
  std::optional<line::Panel> panel_;
};

}  // namespace

std::unique_ptr<Hands> make_hands(const Setup& setup) { return std::make_unique<SomeHands>(setup); }

}  // namespace cardea::conform
