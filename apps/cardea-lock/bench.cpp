// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-lock/bench.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>

#include "apps/cardea-lock/control.hpp"
#include "apps/cardea-lock/emulator.hpp"
#include "core/base/text.hpp"
#include "firmware/panel/panel.hpp"
#include "lock/link/serial_line.hpp"

namespace cardea::lock_process {
namespace {

constexpr int tick_ms = 250;
constexpr const char* panel_name = "panel.sock";
constexpr const char* bearer_name = "bearer.sock";
volatile std::sig_atomic_t stopped = 0;

void catch_signals() {
  struct sigaction action{};
  action.sa_handler = [](int) { stopped = 1; };
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

/// One end of a wire at a time, as a UART has: who comes later takes it over, and what nobody listens to is lost.
class Wire final : public serial::ByteSink {
 public:
  Wire(const std::string& directory, const char* name) : path_(directory + "/" + name), listener_(listen_in(directory, name)) {}
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;
  ~Wire() {
    hang_up();
    ::close(listener_);
    ::unlink(path_.c_str());
  }

  void write(ByteSpan bytes) override {
    while (!bytes.empty() && client_ >= 0) {
      const ssize_t count = ::send(client_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return hang_up();
      bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
  }
  /// What has come.
  ByteSpan read() {
    if (const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC); client >= 0) {
      hang_up();
      client_ = client;
    }
    if (client_ < 0) return {};
    const ssize_t count = ::recv(client_, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
    if (count == 0) hang_up();
    return ByteSpan(buffer_).first(count > 0 ? static_cast<std::size_t>(count) : 0);
  }
  [[nodiscard]] std::array<pollfd, 2> wanted() const { return {pollfd{listener_, POLLIN, 0}, pollfd{client_, POLLIN, 0}}; }

 private:
  void hang_up() {
    if (client_ >= 0) ::close(client_);
    client_ = -1;
  }

  std::string path_;
  int listener_;
  int client_ = -1;
  Bytes<4'096> buffer_{};
};

void wait_for(std::initializer_list<const Wire*> wires, int other = -1) {
  std::array<pollfd, 5> wanted{};
  std::size_t count = 0;
  for (const Wire* wire : wires)
    for (const pollfd& one : wire->wanted()) wanted.at(count++) = one;
  wanted.at(count++) = {other, POLLIN, 0};
  ::poll(wanted.data(), count, tick_ms);
}

/// What of the machine the panel moves.
class MachineBench final : public firmware::Bench {
 public:
  explicit MachineBench(Machine& machine) : machine_(&machine) {}
  void set_door(DoorState door) override { machine_->sensors().set_door(door); }
  void set_cover_off(bool off) override { machine_->sensors().set_tampered(off); }
  void set_battery(std::uint8_t percent) override { machine_->sensors().set_battery(percent); }
  void advance(std::uint64_t seconds) override { machine_->advance(seconds); }
  void lose_counter() override { machine_->lose_counter(); }
  void cut_at(std::uint64_t operation) override {
    // Each memory counts by itself: what a lock does at once, it does in one of them.
    machine_->flash().cut_at(operation, [] { cut_power("as the panel says"); });
    if (machine_->images() != nullptr) machine_->images()->flash().cut_at(operation, [] { cut_power("as the panel says"); });
  }
  [[nodiscard]] firmware::Figures figures() const override { return {}; }
  [[nodiscard]] std::optional<firmware::RunningImage> image() const override {
    Images* const images = machine_->images();
    if (images == nullptr) return std::nullopt;
    return firmware::RunningImage{images->version(), images->slot(), images->updater().report()};
  }
  [[nodiscard]] std::uint64_t cycles() const override { return 0; }

 private:
  Machine* machine_;
};

void tell_opening(Wire& panel, std::uint32_t open_ms) {
  Bytes<32> line{};
  TextWriter text(line);
  text.put("! open ");
  text.put_number(open_ms);
  text.put("\n");
  panel.write(text.written());
}

Exit run_machine(const MachineOptions& options) {
  const std::unique_ptr<Machine> machine = Machine::start(options);
  Wire panel_wire(options.directory, panel_name);
  Wire bearer_wire(options.directory, bearer_name);
  MachineBench bench(*machine);
  firmware::Panel panel(machine->lock(), bench, panel_wire);
  Images* const images = machine->images();
  SerialLine bearer(machine->lock(), machine->activation(), bearer_wire, images == nullptr ? nullptr : &images->updater());
  machine->motor().on_open([&](std::uint32_t open_ms) { tell_opening(panel_wire, open_ms); });
  while (stopped == 0) {
    panel.received(panel_wire.read());
    bearer.received(bearer_wire.read(), machine->now());
    machine->lock().poll();
    bearer.poll(machine->now());
    wait_for({&panel_wire, &bearer_wire});
  }
  return Exit::kDone;
}

/// QEMU has the bearer; the panel is carried between its client and the board.
Exit run_board(const MachineOptions& options, const std::string& image) {
  if (!holds_an_emulated_lock(options.directory)) make_board(options.directory, image);
  const std::unique_ptr<Emulator> emulator = Emulator::start(options);
  Wire panel_wire(options.directory, panel_name);
  while (stopped == 0) {
    emulator->say_raw(panel_wire.read());
    panel_wire.write(emulator->hear_raw());
    wait_for({&panel_wire}, emulator->descriptor());
  }
  return Exit::kDone;
}

}  // namespace

Exit run_on_bench(const MachineOptions& options, const std::string& image) {
  catch_signals();
  fmt::print(stderr, "the lock lies on the bench: {0}/{1} and {0}/{2}\n", options.directory, panel_name, bearer_name);
  std::fflush(stderr);
  if (!image.empty() || holds_an_emulated_lock(options.directory)) return run_board(options, image);
  MachineOptions blank = options;
  blank.may_be_blank = true;
  return run_machine(blank);
}

}  // namespace cardea::lock_process
