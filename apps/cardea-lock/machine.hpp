// SPDX-License-Identifier: Apache-2.0
#pragma once
// A simulated lock: the shipped lock component over a state directory. The directory is the lock's memory:
// flash.bin (its flash), counter.txt (its seconds), motor.log (what its motor did), lock.sock (while it runs).

#include <chrono>
#include <memory>
#include <optional>
#include <string>

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
  HostSensors& sensors() { return sensors_; }
  Provider& provider() { return provider_; }
  /// Milliseconds of this process, and what `advance` added.
  [[nodiscard]] RunMillis now() const;
  void advance(std::uint64_t seconds);

 private:
  Machine(const MachineOptions& options, FileFlash&& flash, HostCounter&& counter);
  void boot(const MachineOptions& options);

  std::string directory_;
  FileFlash flash_;
  HostCounter counter_;
  HostMotor motor_;
  HostSensors sensors_;
  OpensslProvider provider_;
  Lock lock_;
  Activation activation_;
  std::chrono::steady_clock::time_point started_ = std::chrono::steady_clock::now();
  std::uint64_t advanced_ms_ = 0;
};

}  // namespace cardea::lock_process
