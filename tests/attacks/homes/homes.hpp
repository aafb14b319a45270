// SPDX-License-Identifier: Apache-2.0
#pragma once
// Homes, as somebody meets them whom nobody knows: who has labels, addresses and time. The shipped platform implements it, and
// so does a twin with one flaw, or none.

#include <cstdint>
#include <memory>
#include <string>

namespace cardea::attacks {

class Homes {
 public:
  virtual ~Homes() = default;
  /// The label of one more lock, as a printer makes it.
  virtual std::string print_label() = 0;
  /// The label of a lock that an operator has brought to life.
  virtual std::string label_of_held_lock() = 0;
  /// Whether that lock still is its operator's, and nobody else's.
  virtual bool is_held() = 0;
  /// Somebody at this address makes a home of a label, and a phone of theirs claims what comes of it. True when they got that
  /// far.
  virtual bool make(const std::string& address, const std::string& label) = 0;
  /// How many there are.
  virtual int count() = 0;
  /// Time goes by, and what it brings about is done.
  virtual void advance(std::uint64_t seconds) = 0;
};

enum class HomesFlaw : std::uint8_t {
  kNone,
  kUncharged,    ///< F15c: whoever has labels makes as many as there are labels
  kKeepsUnused,  ///< F15d: a home stays for ever, whether or not its lock was ever heard
  kLabelTakes,   ///< E09c: whoever shows the label of a lock has it, also of one that is somebody's
};

std::unique_ptr<Homes> make_shipped_homes();
std::unique_ptr<Homes> make_twin_homes(HomesFlaw flaw);

}  // namespace cardea::attacks
