// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock that its owner has written off, in the hands of whoever took it: with all its keys, and with its label. The shipped
// platform implements it, and so does a twin with one flaw, or none.

#include <cstdint>
#include <memory>

namespace cardea::attacks {

class GoneLock {
 public:
  virtual ~GoneLock() = default;
  virtual void write_off() = 0;
  /// Its file under its keys gets an answer: the time, receipts, what it is to hold.
  virtual bool is_answered() = 0;
  /// What it wrote down stands in its last owner's log.
  virtual bool is_believed() = 0;
  /// It asks to be activated, and is given keys.
  virtual bool is_activated_anew() = 0;
  /// Somebody with the label claims it, in its last owner's workspace or in one of their own.
  virtual bool can_be_claimed() = 0;
};

enum class GoneFlaw : std::uint8_t {
  kNone,
  kKeepsKeys,  ///< E09b: written off is a word in a list
};

std::unique_ptr<GoneLock> make_shipped_gone();
std::unique_ptr<GoneLock> make_twin_gone(GoneFlaw flaw);

}  // namespace cardea::attacks
