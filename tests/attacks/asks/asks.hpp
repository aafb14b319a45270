// SPDX-License-Identifier: Apache-2.0
#pragma once
// A platform that locks ask to be activated, as somebody meets it who has read a lock's public id and nothing else.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace cardea::attacks {

/// One lock, which nobody has claimed yet.
class Asks {
 public:
  virtual ~Asks() = default;
  /// A connection from an address, and an ask on it, made with the secret of the label or without. Its number.
  virtual std::size_t ask(const std::string& address, bool with_label) = 0;
  /// An installer scans the label.
  virtual void claim() = 0;
  [[nodiscard]] virtual bool is_answered(std::size_t ask) = 0;
  [[nodiscard]] virtual std::size_t waiting() = 0;
};

enum class AsksFlaw : std::uint8_t {
  kNone,
  kNewestWaits,  ///< F15a: of each lock one ask waits, the newest
  kAllWait,      ///< F15b: however many there are
};

std::unique_ptr<Asks> make_shipped_asks();
std::unique_ptr<Asks> make_twin_asks(AsksFlaw flaw);

}  // namespace cardea::attacks
