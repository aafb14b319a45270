// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the station knows of a batch (spec/factory.md §2): a line for each step, durable before the next step. It holds no claim
// secret. A last line that has no end is one that power cut short, and never was.
//
//   begun ID · labelled ID IDENTITY · made ID IDENTITY UNIX_SECONDS · void ID · signed UNIX_SECONDS

#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "core/factory/batch.hpp"

namespace cardea::station {

enum class DeviceStep : std::uint8_t { kBegun, kLabelled, kMade, kVoid };

struct Device {
  DeviceStep step = DeviceStep::kBegun;
  P256Point identity{};  ///< from kLabelled on
  std::uint64_t made_at = 0;
};

class BatchJournal {
 public:
  /// The batch of this name, new when there is none. Held by this process alone. Throws Stop.
  BatchJournal(const std::filesystem::path& maker_folder, const std::string& name);
  BatchJournal(const BatchJournal&) = delete;
  BatchJournal& operator=(const BatchJournal&) = delete;
  ~BatchJournal();

  void begun(const LockId& lock);
  void labelled(const LockId& lock, const P256Point& identity);
  void made(const LockId& lock, std::uint64_t at);
  /// MF9: given up; what its label said is destroyed by the caller.
  void give_up(const LockId& lock);
  void sign(std::uint64_t at);

  [[nodiscard]] const std::map<LockId, Device>& devices() const { return devices_; }
  [[nodiscard]] std::size_t count(DeviceStep step) const;
  [[nodiscard]] const Device* find(const LockId& lock) const;
  [[nodiscard]] bool has_identity(const P256Point& identity) const;
  [[nodiscard]] bool is_signed() const { return signed_; }
  [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
  [[nodiscard]] std::filesystem::path label_of(const LockId& lock) const;

 private:
  void load();
  bool take(const std::string& line);
  void append(const std::string& line);

  std::filesystem::path folder_;
  int file_ = -1;
  std::map<LockId, Device> devices_;
  bool signed_ = false;
};

}  // namespace cardea::station
