// SPDX-License-Identifier: Apache-2.0
#pragma once
// What an attack runs against: a lock as an attacker meets it, and the platform's parts that check what a courier brings. The
// shipped code implements it (shipped.hpp), and so does the weakened twin (twin/).

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/activation/activation.hpp"
#include "core/audit/chain.hpp"
#include "core/decide/decide.hpp"
#include "core/link/testing/ends.hpp"
#include "tests/attacks/platform_process.hpp"

namespace cardea::attacks {

/// A lock that is to be made. The desired state is applied with the activation.
struct LockSpec {
  LockId id;
  KeyBytes key;  ///< K_lock; a lock without protected storage never gets it
  KeyBytes session_key;
  KeyBytes audit_seed;
  std::uint32_t key_id = 0x5e55'1009;
  KeyBytes session_chain;
  P256Point platform_identity{};
  link::LockClass lock_class = link::LockClass::kProtected;
  link::Snapshot snapshot;
  UnixSeconds time;
  bool claimed = true;  ///< false: as it left the factory
  Secret<activation::claim_secret_size_bytes> claim_secret;
  std::uint64_t seed = 1;
};

/// A connection over which entries reach a lock: a keypad, a process beside it. Nothing that a lock does may depend on it.
struct Visitor {
  std::uint32_t number = 0;
};

/// What came of an entry. `compared`: the lock computed with a key to look at it, so it was a guess.
struct Typed {
  Verdict verdict = Verdict::kRefused;
  Reason reason = Reason::kNone;
  std::uint32_t wait_s = 0;
  std::uint8_t alert = 0;
  bool compared = false;
  [[nodiscard]] bool opened() const { return verdict == Verdict::kGranted; }
};

enum class ClockLoss : std::uint8_t { kKept, kLost };

class LockTarget {
 public:
  virtual ~LockTarget() = default;

  virtual Typed type(std::string_view entry, Visitor visitor = {}) = 0;
  /// Two halves of an entry, so that a scheduler can let several visitors in between: arrive(), then finish() of that ticket.
  /// A lock that takes one entry at a time does everything in finish().
  virtual std::size_t arrive(std::string_view entry) = 0;
  virtual Typed finish(std::size_t ticket) = 0;
  /// The inside button, and an authenticated command of the platform; true when the door opened.
  virtual bool press_inside() = 0;
  virtual bool unlock_remotely() = 0;
  /// The same with the keys of the owner before this one, who still has them.
  virtual bool unlock_as_last_owner() = 0;
  virtual void release_keypad() = 0;

  virtual void advance(std::uint64_t seconds) = 0;
  /// The power goes at the flash operation that is the `number`-th from now, 0 the next; never: no cut.
  static constexpr std::uint32_t never = 0xFFFFFFFF;
  virtual void cut_power_at(std::uint32_t number) = 0;
  [[nodiscard]] virtual bool power_is_off() const = 0;
  /// Off and on again.
  virtual void restart(ClockLoss clock) = 0;
  [[nodiscard]] virtual std::vector<std::uint8_t> flash_image() const = 0;

  /// How often the bolt was drawn back.
  [[nodiscard]] virtual std::uint32_t motor_pulses() const = 0;
  /// Failures of the last 30 days that stand.
  [[nodiscard]] virtual std::uint32_t failures() = 0;
  [[nodiscard]] virtual std::uint32_t wait_s() = 0;
  [[nodiscard]] virtual ClockReading clock() = 0;
  [[nodiscard]] virtual bool claimed() const = 0;

  /// The platform's desired state as it stands in a message (link.md §5).
  virtual Status apply(std::uint32_t version, ByteSpan snapshot) = 0;
  /// The platform's time, authenticated.
  virtual void hear_time(UnixSeconds time) = 0;
  /// Bytes on the lock's link from somebody who has no key of it.
  virtual void hear_stranger(ByteSpan bytes) = 0;

  /// The lock's audit records, oldest first, and the newest that it holds a receipt for.
  [[nodiscard]] virtual std::vector<audit::RecordBytes> records() const = 0;
  [[nodiscard]] virtual std::uint32_t receipt_seq() const = 0;
  virtual Status hear_receipt(const link::Receipt& receipt) = 0;
};

/// What a phone with a token holds: keys of hours on end, and the generation they are for.
struct PhoneMemory {
  SlotGeneration slot;
  Hour first;
  std::vector<KeyBytes> keys;
};

using Frame = std::vector<std::uint8_t>;

/// A lock at the end of its protected link, and whoever sits on the wire.
class LinkTarget {
 public:
  virtual ~LinkTarget() = default;
  /// A new connection, the old one is over; `platform` becomes its other end.
  virtual void connect(std::optional<link::PlatformEnd>& platform) = 0;
  /// Brings a message to the lock; what it sends in answer.
  virtual std::vector<Frame> deliver(ByteSpan frame) = 0;
  virtual void advance(std::uint64_t seconds) = 0;
  [[nodiscard]] virtual std::uint32_t motor_pulses() const = 0;
};

/// The platform's check of records that a courier brought.
struct CourierCheck {
  bool accepted = false;
  std::uint32_t position = 0;  ///< of the first record that was not accepted
};

/// The system under attack.
class System {
 public:
  virtual ~System() = default;
  virtual std::unique_ptr<LockTarget> make_lock(const LockSpec& spec) = 0;
  /// The owner releases the lock, and the next one activates it as `next` says: the lock as it is then, nullptr when it was
  /// refused. `at_the_button`: somebody stands inside and has pressed it.
  virtual std::unique_ptr<LockTarget> hand_on(std::unique_ptr<LockTarget> lock, const LockSpec& next, bool at_the_button) = 0;
  virtual std::unique_ptr<LinkTarget> make_link(const LockSpec& spec) = 0;
  /// What the platform makes of records that a courier brought, from the first one on.
  virtual CourierCheck check_records(const LockId& lock, const KeyBytes& audit_seed,
                                     const std::vector<std::vector<std::uint8_t>>& records) = 0;
  /// A platform that has claimed the lock, for a process of its own; `directory` is all that survives it.
  virtual PlatformRunner platform_of(const LockSpec& spec, const std::filesystem::path& directory) = 0;
  /// What the platform gives the phone of a token at `time`.
  virtual PhoneMemory phone_of(const LockSpec& spec, SlotGeneration slot, UnixSeconds time) = 0;
  /// The schedule set of a lock whose only schedule is every day from 09:00 to 17:00 in this zone, as the platform makes it at
  /// `now`.
  virtual std::vector<std::uint8_t> office_hours(std::string_view zone, UnixSeconds now) = 0;
  /// True for a comparison that ends at the first digit that differs.
  [[nodiscard]] virtual bool leaves_comparison_early() const { return false; }
  /// What the platform and the lock keep of a PIN.
  virtual PinDigest pin_digest_of(const LockSpec& spec, std::string_view pin) = 0;
  /// The offline code of descriptor number `number`.
  virtual std::uint64_t offline_code(Provider& provider, KeyHandle code_key, std::uint64_t number, std::uint8_t digits) = 0;
};

}  // namespace cardea::attacks
