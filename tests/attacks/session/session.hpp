// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock and a peer that share a key and speak spec/session.md, and between them somebody who carries every message: the
// shipped session, and its weakened twin.

#include <cstdint>
#include <memory>
#include <vector>

namespace cardea::attacks {

using Frame = std::vector<std::uint8_t>;

/// What the twin does wrong.
enum class SessionFlaw : std::uint8_t {
  kNone,
  kSameChallenge,   ///< the lock's nonce is the same in every handshake
  kTakesTwice,      ///< a record counts as often as it comes
  kShortChallenge,  ///< the lock's nonce has 16 bits
  kTakesPlain,      ///< what is shorter than a block is not encrypted
  kOfferNotBound,   ///< no MAC covers which suite was offered
  kTrustsAnyLock,   ///< the peer does not look at the lock's MAC
};

/// The first byte of each message, as session.md §1 has it.
inline constexpr std::uint8_t first_of_m1 = 0x81;
inline constexpr std::uint8_t first_of_m2 = 0x82;
inline constexpr std::uint8_t first_of_m3 = 0x83;
inline constexpr std::uint8_t first_of_record = 0xC0;
/// What a record says that opens the door.
inline constexpr std::uint8_t open_command[] = {'o', 'p', 'e', 'n'};

class Session {
 public:
  virtual ~Session() = default;

  /// The peer wants to open: M1. Once a lock has proved itself it sends M3 and the command.
  virtual Frame peer_begins() = 0;
  /// What a side answers to these bytes.
  virtual std::vector<Frame> to_peer(const Frame& frame) = 0;
  virtual std::vector<Frame> to_lock(const Frame& frame) = 0;
  /// Off and on again; what is durable stays.
  virtual void restart_lock() = 0;
  /// How often the lock opened.
  [[nodiscard]] virtual std::uint32_t openings() const = 0;
};

std::unique_ptr<Session> make_shipped_session();
std::unique_ptr<Session> make_twin_session(SessionFlaw flaw);

}  // namespace cardea::attacks
