// SPDX-License-Identifier: Apache-2.0
#pragma once
// A simulated lock's counter of seconds. It follows the host's clock while the process runs and while it does not, like an
// RTC on a battery, and can be moved, made to drift, or lost. Its state is `directory`/counter.txt.

#include <string>

#include "lock/port/port.hpp"

namespace cardea {

class HostCounter final : public SecondsCounter {
 public:
  /// Takes up the counter of `directory` (which exists), or starts a new one. The error is a sentence for the user.
  static Result<HostCounter, std::string> open(const std::string& directory);

  [[nodiscard]] std::uint64_t seconds() override;
  [[nodiscard]] bool kept() override { return kept_; }
  [[nodiscard]] std::uint32_t drift_ppm_max() const override { return 100; }

  // Each of these is stored before it returns; the Status is kFlashFailed when the file cannot be written.

  /// Jumps ahead, as if that much time had passed at once.
  Status advance(std::uint64_t seconds);
  /// From now on it runs fast (or slow, below 0) by so many parts per million.
  Status set_drift(std::int32_t ppm);
  /// The back-up was empty: it starts from 0 and is not kept, until the next open().
  Status lose();

 private:
  struct Base {
    std::int64_t host_ms = 0;  ///< the host's clock when the counter stood at `counter_ms`
    std::int64_t counter_ms = 0;
    std::int32_t drift_ppm = 0;
    bool lost = false;  ///< since the last open()
  };

  explicit HostCounter(std::string path) : path_(std::move(path)) {}
  [[nodiscard]] std::int64_t counter_ms() const;
  Status rebase(std::int64_t counter_ms, std::int32_t drift_ppm, bool lost);
  Status store() const;
  Status load();

  std::string path_;
  Base base_;
  bool kept_ = true;
};

}  // namespace cardea
