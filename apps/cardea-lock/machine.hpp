// SPDX-License-Identifier: Apache-2.0
#pragma once
// A simulated lock: the shipped lock component over a state directory. The directory is the lock's memory:
// flash.bin (its flash), counter.txt (its seconds), motor.log (what its motor did), lock.sock and near.sock (while it
// runs), and of a lock
// that takes firmware images slots.bin and maker.txt (images.hpp).

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "apps/cardea-lock/images.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "lock/activation/activation.hpp"
#include "lock/lock.hpp"
#include "lock/port/host/file_flash.hpp"
#include "lock/port/host/host_counter.hpp"
#include "lock/port/host/host_door.hpp"

namespace cardea::lock_process {

struct MachineOptions {
  std::string directory;
  std::optional<link::LockClass> make_class;  ///< an empty directory becomes a factory-fresh lock of this class
  std::optional<Factory> factory;             ///< the same, with this identity
  bool may_be_blank = false;                  ///< an empty directory becomes a lock that no factory has made
  std::string image;                          ///< of a lock that is made: its firmware image, and who signs those it takes
  std::string maker;
  std::optional<std::int32_t> drift_ppm;
  bool clock_lost = false;
  std::uint8_t battery_percent = 100;
  std::uint64_t cut_at = 0;  ///< the power goes at this flash operation from the start; 0: it stays
};

/// Ends the process as a power cut does: nothing is tidied up. Says so, and exits with 3.
[[noreturn]] void cut_power(const std::string& when);
/// True when the directory holds a lock's flash.
bool holds_a_lock(const std::string& directory);
/// A lock_id, a claim secret, all random.
Factory random_factory(link::LockClass lock_class);

class Machine {
 public:
  /// Powers the lock on. Throws Stop(kUsage) when the directory cannot be used.
  static std::unique_ptr<Machine> start(const MachineOptions& options);

  Lock& lock() { return lock_; }
  Activation& activation() { return activation_; }
  FileFlash& flash() { return flash_; }
  HostMotor& motor() { return motor_; }
  HostSensors& sensors() { return sensors_; }
  Provider& provider() { return provider_; }
  /// Nothing when the lock takes no firmware images.
  Images* images() { return images_.get(); }
  /// update.md U6 and I6: it is to start anew, and nothing at the door holds it; phones and its link may.
  [[nodiscard]] bool may_start_anew() const { return images_ && images_->updater().wants_start(now()) && motor_.rests(); }
  /// Milliseconds of this process, and what `advance` added.
  [[nodiscard]] RunMillis now() const;
  void advance(std::uint64_t seconds);
  /// The clock's back-up is empty.
  void lose_counter();

 private:
  Machine(const MachineOptions& options, FileFlash&& flash, HostCounter&& counter);
  void boot(const MachineOptions& options);

  std::string directory_;
  FileFlash flash_;
  HostCounter counter_;
  HostMotor motor_;
  HostSensors sensors_;
  OpensslProvider provider_;
  std::unique_ptr<Images> images_;
  Lock lock_;
  Activation activation_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::uint64_t advanced_ms_ = 0;
};

}  // namespace cardea::lock_process
