// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock that takes virtual keys (spec/grant.md), the workspace that signs them, and who stands before the lock: the shipped
// lock, and its weakened twin.

#include <cstdint>
#include <memory>
#include <vector>

#include "core/grant/visitor.hpp"

namespace cardea::attacks {

using Frame = std::vector<std::uint8_t>;

/// What the twin does wrong.
enum class KeyFlaw : std::uint8_t {
  kNone,
  kSameEphemeral,  ///< its pair is the same in every handshake
  kAnyLock,        ///< it does not look which lock a grant is for
  kNoEnd,          ///< the phone is to see when its lease is over
  kNoProof,        ///< a credential that is shown is believed
  kListGoesBack,   ///< the list that came last counts, whatever its number
  kEpochGoesBack,  ///< a newer number is enough for a list of an older epoch
  kCountsAfter,    ///< an opening is counted after the motor moved
  kOfferNotBound,  ///< no hash covers which suites were offered
};

class KeyDoor {
 public:
  virtual ~KeyDoor() = default;

  [[nodiscard]] virtual LockId id() const = 0;
  [[nodiscard]] virtual P256Point identity() const = 0;
  [[nodiscard]] virtual UnixSeconds now() = 0;
  /// Of phones and of the workspace.
  [[nodiscard]] virtual Provider& provider() = 0;
  [[nodiscard]] virtual KeyHandle grant_key() const = 0;

  /// Somebody connects to the bearer.
  virtual void connect() = 0;
  /// What the lock answers to a whole message; nothing when it is silent.
  virtual Frame to_lock(const Frame& message) = 0;
  virtual void pass(std::uint64_t seconds) = 0;
  /// The power goes at this operation of the memory from now on, 1 being the next.
  virtual void cut_at(std::uint64_t operation) = 0;
  /// Off and on again; what is durable stays.
  virtual void restart() = 0;
  /// How often the lock opened.
  [[nodiscard]] virtual std::uint32_t openings() const = 0;
};

std::unique_ptr<KeyDoor> make_shipped_key_door();
std::unique_ptr<KeyDoor> make_twin_key_door(KeyFlaw flaw);

}  // namespace cardea::attacks
