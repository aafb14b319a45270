// SPDX-License-Identifier: Apache-2.0
#pragma once
// Whoever stands at the lock under test: types, presses, pulls the plug. By its panel (firmware/README.md), or by commands of
// the vendor's for a lock that has none.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/activation/label.hpp"
#include "core/link/snapshot.hpp"

namespace cardea::conform {

/// What a vendor says of the lock under test.
struct Setup {
  std::string panel;         ///< a line, or ""
  std::string type_with;     ///< run with the digits behind it: exit status 0 granted, 1 refused
  std::string press_with;    ///< presses the inside button
  std::string advance_with;  ///< run with seconds behind it: so much time passes for the lock
  std::string restart;       ///< takes the power and gives it back
  std::string cut_with;      ///< run with a number behind it: the power goes in the middle of that flash operation, 1 the next
  std::uint32_t baud = 115'200;
};

class Hands {
 public:
  virtual ~Hands() = default;
  /// True when it opened.
  virtual bool type(std::string_view digits) = 0;
  virtual void press() = 0;
  /// False when nobody can let time pass for this lock.
  virtual bool advance(std::uint64_t seconds) = 0;
  /// True when advance() costs next to nothing.
  [[nodiscard]] virtual bool moves_time_at_once() const = 0;
  /// False when nobody can take its power.
  virtual bool restart() = 0;
  /// The power goes in the middle of flash operation `operation` from now, 1 being the next. False when nobody can make it.
  virtual bool cut_at(std::uint64_t operation) = 0;
  /// As type(), at a lock that may lose its power meanwhile; nothing when it did, or fell silent.
  virtual std::optional<bool> type_until_cut(std::string_view digits) = 0;
  /// False after the cut.
  virtual bool has_power() = 0;
  /// What the motor did since the last call; nothing when nobody sees it.
  virtual std::optional<std::size_t> openings() = 0;
  /// The factory's step, if the lock is blank. False when it is a lock already.
  virtual bool make(const activation::Label& label, link::LockClass lock_class) = 0;
};

/// Throws Stop.
std::unique_ptr<Hands> make_hands(const Setup& setup);

}  // namespace cardea::conform
