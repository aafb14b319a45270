// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-lock/emulator.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <system_error>
#include <vector>

#include "apps/cardea-lock/control.hpp"
#include "apps/cardea-lock/record_json.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea::lock_process {
namespace {

namespace fs = std::filesystem;

constexpr const char* program = "qemu-system-arm";
// As firmware/mps2/slots.hpp divides the flash.
constexpr std::size_t flash_size_bytes = 192 * flash_sector_size_bytes;
constexpr std::size_t slots_offset = 0x2'0000;  // their journal first
constexpr std::size_t slot_0_offset = 0x4'0000;
constexpr std::size_t slot_size_bytes = 64 * flash_sector_size_bytes;
constexpr std::uintmax_t file_size_bytes = 16u << 20;  // of the board's memory that the file backs
constexpr int boot_patience_ms = 20'000;
constexpr int answer_patience_ms = 60'000;
constexpr int no_program = 127;
constexpr int power_cut_status = 77;
constexpr std::string_view started = "! start ";
constexpr std::string_view no_image = "no_image";

std::string system_error(const std::string& what) {
  return fmt::format("{}: {}", what, std::generic_category().message(errno));
}

/// QEMU's name of the board that an image is for: cardea-mps2-an385.img is for mps2-an385.
std::string board_of(const std::string& image) {
  constexpr std::string_view prefix = "cardea-";
  const fs::path path(image);
  if (!path.filename().string().starts_with(prefix) || path.extension() != ".img")
    throw Stop(Exit::kUsage, fmt::format("{} does not say its board: a signed image is called cardea-BOARD.img", image));
  return path.stem().string().substr(prefix.size());
}

/// The start program that was made with an image, and lies beside it.
std::string start_program_of(const std::string& image) {
  const std::string path = (fs::path(image).parent_path() / fmt::format("cardea-start-{}.elf", board_of(image))).string();
  if (!fs::is_regular_file(path))
    throw Stop(Exit::kUsage, fmt::format("there is no start program {}: ./dev firmware makes it", path));
  return path;
}

std::string read_image(const std::string& path) {
  static_cast<void>(start_program_of(path));
  std::ifstream file(path, std::ios::binary);
  if (!file) throw Stop(Exit::kUsage, fmt::format("there is no image {}: ./dev firmware makes it", path));
  std::string image((std::istreambuf_iterator<char>(file)), {});
  if (image.size() > slot_size_bytes)
    throw Stop(Exit::kUsage, fmt::format("{} has {} bytes, and a slot only {}", path, image.size(), slot_size_bytes));
  return image;
}

void say_to_user(const char* line) {
  fmt::print(stderr, "{}\n", line);
  std::fflush(stderr);
}

std::string read_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// Whole or not at all, and for this user alone.
void write_private(const std::string& path, const std::string& content) {
  const std::string next = path + ".new";
  const int file = ::open(next.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool written = file >= 0 && ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size());
  if (file >= 0) ::close(file);
  if (!written || ::rename(next.c_str(), path.c_str()) != 0)
    throw Stop(Exit::kUsage, system_error(fmt::format("cannot write {}", path)));
}

/// Both slots and their journal: one image, in slot 0.
std::string slots_with(const std::string& image) {
  std::string slots(flash_size_bytes - slots_offset, '\xFF');
  return slots.replace(slot_0_offset - slots_offset, image.size(), image);
}

/// The flash of a lock that comes from its factory; what its battery keeps: nothing yet.
void make_flash(const std::string& path, const std::string& image) {
  write_private(path, std::string(slots_offset, '\xFF') + slots_with(image));
  fs::resize_file(path, file_size_bytes);
}

/// Held locked: one emulator at a time.
int open_flash(const std::string& path) {
  const int flash = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (flash < 0) throw Stop(Exit::kUsage, system_error(fmt::format("cannot open {}", path)));
  if (::flock(flash, LOCK_EX | LOCK_NB) != 0) {
    ::close(flash);
    throw Stop(Exit::kUsage, fmt::format("{} is in use: stop the lock that runs on this directory, or use another one", path));
  }
  return flash;
}

void write_board(const std::string& directory, const std::string& image) {
  write_private(directory + "/board.txt", fs::absolute(image).string() + "\n");
}

/// A comma ends an option of QEMU's, unless it is doubled.
std::string option_value(const std::string& text) {
  std::string doubled;
  for (const char c : text) doubled += c == ',' ? ",," : std::string(1, c);
  return doubled;
}

}  // namespace

bool holds_an_emulated_lock(const std::string& directory) { return fs::exists(directory + "/board.txt"); }

void change_image(const std::string& directory, const std::string& image) {
  const std::string slots = slots_with(read_image(image));
  const std::string path = directory + "/nor.bin";
  const int flash = open_flash(path);
  const bool written = ::pwrite(flash, slots.data(), slots.size(), slots_offset) == static_cast<ssize_t>(slots.size());
  ::close(flash);
  if (!written) throw Stop(Exit::kUsage, system_error(fmt::format("cannot write {}", path)));
  write_board(directory, image);
}

void make_board(const std::string& directory, const std::string& image) {
  const std::string content = read_image(image);
  std::error_code error;
  fs::create_directories(directory, error);
  if (!fs::is_directory(directory) || !fs::is_empty(directory))
    throw Stop(Exit::kUsage, fmt::format("{} is no empty directory: take another one, or remove it", directory));
  make_flash(directory + "/nor.bin", content);
  write_board(directory, image);
}

void make_emulated(const std::string& directory, const std::string& image, const Factory& factory) {
  make_board(directory, image);
  OpensslProvider provider(1);
  const auto label = activation::encode(provider, activation::Label{factory.lock, factory.claim_secret});
  if (!label.ok()) throw Stop(Exit::kUsage, fmt::format("the label cannot be made: {}", name_of(label.error())));
  write_private(directory + "/label", std::string(label->bytes().begin(), label->bytes().end()) + "\n");
  MachineOptions options;
  options.directory = directory;
  const char* const lock_class = factory.lock_class == link::LockClass::kProtected ? "protected" : "unprotected";
  const std::string secret = hex(factory.claim_secret.bytes());
  Emulator::start(options)->ask(fmt::format("make {} {} {}", hex(factory.lock.value), secret, lock_class));
}

// --- the emulator ------------------------------------------------------------------------------------------------------------

std::unique_ptr<Emulator> Emulator::start(const MachineOptions& options) {
  if (options.drift_ppm) throw Stop(Exit::kUsage, "--drift: the clock of an emulated lock is the host's, and does not drift");
  std::unique_ptr<Emulator> emulator(new Emulator(options.directory));
  emulator->launch(read_line(options.directory + "/board.txt"));
  emulator->boot();
  if (options.battery_percent != 100) emulator->ask(fmt::format("battery {}", options.battery_percent));
  if (options.clock_lost) emulator->ask("lose");
  if (options.cut_at != 0) emulator->ask(fmt::format("cut {}", options.cut_at));
  return emulator;
}

void Emulator::launch(const std::string& image) {
  const std::string board = board_of(image);
  const std::string flash = directory_ + "/nor.bin";
  flash_ = open_flash(flash);
  std::array<int, 2> panel{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, panel.data()) != 0)
    throw Stop(Exit::kUsage, system_error("no socket for the panel"));
  panel_ = panel[0];
  const int bearer = listen_in(directory_, "bearer.sock");
  const int near = listen_in(directory_, "near.sock");
  const std::vector<std::string> words = {
      program,
      "-M",
      fmt::format("{},memory-backend=nor", board),
      "-object",
      fmt::format("memory-backend-file,id=nor,size=16M,mem-path={},share=on", option_value(flash)),
      "-nodefaults",
      "-display",
      "none",
      "-monitor",
      "none",
      "-chardev",
      fmt::format("socket,id=bearer,fd={},server=on,wait=off", bearer),
      "-serial",
      "chardev:bearer",
      "-chardev",
      fmt::format("socket,id=panel,fd={}", panel[1]),
      "-serial",
      "chardev:panel",
      "-chardev",
      fmt::format("socket,id=near,fd={},server=on,wait=off", near),
      "-serial",
      "chardev:near",
      "-semihosting-config",
      "enable=on,target=native",
      "-kernel",
      start_program_of(image)};
  const std::string log_path = directory_ + "/emulator.log";
  const int log = ::open(log_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const pid_t parent = ::getpid();
  qemu_ = ::fork();
  if (qemu_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(no_program);
    ::setpgid(0, 0);  // Ctrl-C is for the lock, which then ends the board
    if (log >= 0) ::dup2(log, STDERR_FILENO);
    ::fcntl(bearer, F_SETFD, 0);
    ::fcntl(near, F_SETFD, 0);
    ::fcntl(panel[1], F_SETFD, 0);
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::execvp(program, argv.data());
    ::_exit(no_program);
  }
  if (log >= 0) ::close(log);
  ::close(bearer);
  ::close(near);
  ::close(panel[1]);
  if (qemu_ < 0) throw Stop(Exit::kUsage, system_error("cannot start the emulator"));
  write_private(directory_ + "/emulator.pid", fmt::format("{}\n", qemu_));
}

/// Waits for "! start …", or for the start program to say that there is nothing to start.
void Emulator::boot() {
  while (started_as_.empty()) note(next_line(boot_patience_ms));
  if (started_as_ == "ok" || started_as_ == "not_found" || started_as_ == "not_ready") return;  // the latter two: not made yet
  if (started_as_ == no_image)
    throw Stop(Exit::kUsage, fmt::format("the start program of the lock in {} finds no image that it may run: "
                                         "cardea-lock run --state {} --firmware IMAGE puts one there",
                                         directory_, directory_));
  throw Stop(Exit::kUsage, fmt::format("the lock in {} does not start: {}", directory_, started_as_));
}

Emulator::~Emulator() {
  cut();
  ::unlink((directory_ + "/bearer.sock").c_str());
  ::unlink((directory_ + "/near.sock").c_str());
  ::unlink((directory_ + "/emulator.pid").c_str());
  if (panel_ >= 0) ::close(panel_);
  if (flash_ >= 0) ::close(flash_);
}

void Emulator::cut() {
  if (qemu_ <= 0) return;
  ::kill(qemu_, SIGKILL);
  ::waitpid(qemu_, nullptr, 0);
  qemu_ = -1;
}

void Emulator::say(const std::string& line) {
  const std::string bytes = line + "\n";
  if (::send(panel_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) ended();
}

std::string Emulator::ask(const std::string& line) {
  say(line);
  while (true) {
    const std::string answer = next_line(answer_patience_ms);
    if (answer.starts_with("! ")) {
      note(answer);
      if (answer.starts_with(started)) say(line);  // it started anew, and what it had not answered, it has not read
      continue;
    }
    if (answer.starts_with("ok")) return answer.size() > 3 ? answer.substr(3) : std::string();
    throw Stop(Exit::kUsage, fmt::format("the board answers \"{}\"", answer));
  }
}

void Emulator::say_raw(ByteSpan bytes) {
  if (!bytes.empty() && ::send(panel_, bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) ended();
}

ByteSpan Emulator::hear_raw() {
  std::array<char, 4'096> buffer{};
  const ssize_t count = ::recv(panel_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) ended();
  raw_.assign(buffer.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  return {reinterpret_cast<const std::uint8_t*>(raw_.data()), raw_.size()};
}

void Emulator::take_news() {
  pollfd wanted{panel_, POLLIN, 0};
  while (heard_.find('\n') != std::string::npos || ::poll(&wanted, 1, 0) == 1) note(next_line(answer_patience_ms));
}

std::string Emulator::next_line(int patience_ms) {
  while (true) {
    if (const std::size_t end = heard_.find('\n'); end != std::string::npos) {
      std::string line = heard_.substr(0, end);
      heard_.erase(0, end + 1);
      return line;
    }
    pollfd wanted{panel_, POLLIN, 0};
    const int ready = ::poll(&wanted, 1, patience_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) throw Stop(Exit::kUnreachable, fmt::format("the emulated board in {} says nothing", directory_));
    std::array<char, 512> buffer{};
    const ssize_t count = ::recv(panel_, buffer.data(), buffer.size(), 0);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) ended();
    heard_.append(buffer.data(), static_cast<std::size_t>(count));
  }
}

void Emulator::note(const std::string& news) {
  if (news.starts_with(started)) {
    if (!started_as_.empty()) say_to_user("the lock has started anew");
    started_as_ = news.substr(started.size());
  }
  if (news == "! no_image") {
    if (!started_as_.empty()) say_to_user("the lock finds no image that it may run, and stays as it is");
    started_as_ = no_image;
  }
  if (!news.starts_with("! open ")) return;
  std::ofstream log(directory_ + "/motor.log", std::ios::app);
  log << fmt::format("{} open {}\n", static_cast<long long>(std::time(nullptr)), news.substr(7));
}

/// The board is no more. That is a power cut, unless it ended by itself.
void Emulator::ended() {
  int status = 0;
  ::waitpid(std::exchange(qemu_, -1), &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == no_program)
    throw Stop(Exit::kUsage, fmt::format("{} is not there: ./dev firmware installs it", program));
  if (WIFSIGNALED(status) || WEXITSTATUS(status) == power_cut_status) {
    ::unlink((directory_ + "/emulator.pid").c_str());
    cut_power("at the emulated board");
  }
  throw Stop(Exit::kUnreachable,
             fmt::format("the emulated board ended with status {}: see {}/emulator.log", WEXITSTATUS(status), directory_));
}

}  // namespace cardea::lock_process
