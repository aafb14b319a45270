// SPDX-License-Identifier: Apache-2.0
#pragma once
// The station of spec/factory.md §2: takes the devices of a batch one after the other over the line to their panel.

#include <functional>
#include <string>

#include "apps/cardea-factory/journal.hpp"
#include "apps/cardea-factory/maker.hpp"
#include "apps/line/panel.hpp"
#include "core/activation/label.hpp"

namespace cardea::station {

struct StationOptions {
  std::string line;  ///< "serial:DEVICE", "unix:PATH" or "tcp:HOST:PORT"
  std::uint32_t baud = 115'200;
  std::size_t count = 0;               ///< until so many devices of the batch are made
  std::string next;                    ///< a command that puts the next device on the line; "": a person does
  std::chrono::seconds patience{600};  ///< for the next device
};

class Station {
 public:
  /// `journal` outlives this. `say`: a sentence for the operator, one at a time.
  Station(const StationOptions& options, const MakerSettings& settings, BatchJournal& journal,
          std::function<void(const std::string&)> say)
      : options_(options), settings_(settings), journal_(&journal), say_(std::move(say)) {}

  /// Throws Stop when a device, the line or the journal does not do its part: the same command goes on from there.
  void run();

 private:
  struct About {
    bool ready = false;
    bool claimed = false;
    bool sealed = false;
    LockId lock;
  };

  About wait_for_device();
  bool takes(const About& about);
  bool find_line();
  std::optional<About> about();
  line::Panel::Answer ask(std::string_view request);
  void put_next();
  void void_unfinished(const LockId& lock);
  void burn(const About& before);
  void make(const LockId& lock, const Secret<activation::claim_secret_size_bytes>& secret);
  P256Point read_back(const LockId& lock);
  void finish(const LockId& lock, const P256Point& identity);
  void resume(const About& about);
  P256Point identity();
  [[noreturn]] void reject(const LockId& lock, const std::string& why);

  StationOptions options_;
  MakerSettings settings_;
  BatchJournal* journal_;
  std::function<void(const std::string&)> say_;
  OpensslProvider provider_{16};
  std::optional<line::Panel> panel_;
  bool told_waiting_ = false;
};

/// Destroys a label as well as a file system lets it be: overwritten, then removed. True when there was one.
bool destroy_label(const std::filesystem::path& path);

}  // namespace cardea::station
