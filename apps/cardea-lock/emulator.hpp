// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock on an emulated board: QEMU runs the start program of firmware/ over a state directory, and that the image that it
// finds in the flash. The directory is the board: board.txt (which image the factory put there), nor.bin (its flash and what
// its battery keeps), label (the sticker on its box), bearer.sock (its line to a gateway), near.sock (where phones come, while
// it runs), motor.log, emulator.log (what QEMU and the programs have to say), emulator.pid and lock.sock (while it runs).
// Killing QEMU is a power cut.

#include <sys/types.h>

#include <memory>
#include <string>

#include "apps/cardea-lock/requests.hpp"

namespace cardea::lock_process {

/// True when the directory holds an emulated lock, made by make_emulated().
bool holds_an_emulated_lock(const std::string& directory);
/// The directory, empty or not there, becomes a board whose flash holds `image` and nothing else: …/cardea-<QEMU's name of the
/// board>.img, with the start program beside it. Throws Stop(kUsage).
void make_board(const std::string& directory, const std::string& image);
/// The same, and the factory's step at its first start.
void make_emulated(const std::string& directory, const std::string& image, const Factory& factory);
/// As a workshop does that opens the lock: from now on it runs this image, and forgets every other. What the lock remembers, it
/// keeps.
void change_image(const std::string& directory, const std::string& image);

class Emulator {
 public:
  /// Powers the board on, and returns when the lock is up. Throws Stop(kUsage) when that cannot be.
  static std::unique_ptr<Emulator> start(const MachineOptions& options);
  Emulator(const Emulator&) = delete;
  Emulator& operator=(const Emulator&) = delete;
  /// Pulls the plug.
  ~Emulator();

  /// What the panel answers to a request, behind "ok "; throws Stop with the Status that it gives, and ends the process as a
  /// power cut does when the board ends.
  std::string ask(const std::string& line);
  /// The panel's bytes as they are, for whoever speaks with the board instead of ask(). What the board has said is empty when
  /// it has said nothing; when it has ended, ends as ask().
  void say_raw(ByteSpan bytes);
  ByteSpan hear_raw();
  /// Readable when the board has news.
  [[nodiscard]] int descriptor() const { return panel_; }
  /// Takes the news: writes what the motor did into motor.log.
  void take_news();
  /// QEMU dies at once.
  void cut();
  [[nodiscard]] const std::string& directory() const { return directory_; }

 private:
  explicit Emulator(std::string directory) : directory_(std::move(directory)) {}
  void launch(const std::string& image);
  void boot();
  void say(const std::string& line);
  std::string next_line(int patience_ms);
  void note(const std::string& news);
  [[noreturn]] void ended();

  std::string directory_;
  pid_t qemu_ = -1;
  int panel_ = -1;
  int flash_ = -1;  ///< held locked: one emulator at a time
  std::string heard_;
  std::string raw_;
  std::string started_as_;
};

/// Carries a request out, as requests.hpp has it for a lock that is a process; never throws for what is in it.
Reply carry_out(Emulator& emulator, const boost::json::object& request);

}  // namespace cardea::lock_process
