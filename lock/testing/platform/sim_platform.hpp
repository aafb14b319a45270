// SPDX-License-Identifier: Apache-2.0
#pragma once
// The platform as a lock meets it, played with core's functions and a real provider: makes the factory's lock, activates it,
// issues codes, checks records, signs receipts. For tests and campaigns. Host only.

#include <vector>

#include "core/activation/activation.hpp"
#include "core/audit/chain.hpp"
#include "core/codes/ff1.hpp"
#include "core/codes/otp.hpp"
#include "core/link/file.hpp"
#include "core/link/messages.hpp"
#include "lock/lock.hpp"

namespace cardea::testing {

/// What the platform keeps of one lock. Copyable: a copy is a snapshot.
struct PlatformRecord {
  Factory factory;
  KeyBytes identity;   ///< private scalar
  KeyBytes key;        ///< K_lock, or K_session of an unprotected lock
  KeyBytes code_root;  ///< K_lock, also of a lock that does not get it
  audit::ChainState chain;
  std::uint32_t key_id = 0;
  session::Ratchet session;  ///< how far the platform is on the chain
  std::uint32_t version = 1;
  link::Snapshot snapshot;
  std::vector<audit::Record> records;
};

class SimPlatform {
 public:
  /// `seed` fills every key, so that runs repeat. `provider` outlives this.
  SimPlatform(Provider& provider, link::LockClass lock_class, std::uint8_t seed = 1);

  [[nodiscard]] PlatformRecord& record() { return record_; }

  /// Slot `number` in the desired state, accepted from the next snapshot on.
  void set_slot(std::uint8_t number, std::uint16_t generation, bool fixed = false, bool sms = false);
  /// A PIN in the desired state, of the digits that it has.
  void set_pin(std::uint8_t number, std::uint16_t generation, std::string_view pin);
  /// What the grant behind a slot of the desired state adds.
  void set_rule(std::uint8_t number, const SlotRule& rule);
  /// The schedules of the desired state: open or closed all the time that is known, the year after sim_start.
  struct ConstantSchedule {
    bool open;
  };
  void set_schedules(const std::vector<ConstantSchedule>& schedules);
  /// The hours of an unprotected lock: `count` hours from that of `from` on.
  void set_schedule(UnixSeconds from, std::uint8_t count);

  /// The gift of an activation at `now`.
  activation::Gift gift(UnixSeconds now);
  /// Answers an ask; asserts that it is good.
  std::vector<std::uint8_t> answer(ByteSpan ask, UnixSeconds now, activation::DoneBytes& done);

  [[nodiscard]] Digits app_code(UnixSeconds time, std::uint8_t slot = 0, std::uint16_t generation = 0);
  [[nodiscard]] Digits sms_code(UnixSeconds time, std::uint8_t slot = 0, std::uint16_t generation = 0);
  [[nodiscard]] Digits fixed_code(UnixSeconds time, std::uint8_t slot, std::uint16_t generation);
  [[nodiscard]] Digits offline_code(const Descriptor& descriptor);

  /// Takes the next record as the platform does (event.md E5).
  Status take_record(ByteSpan bytes);
  /// Takes every record of a lock's log that it does not have.
  Status take_records(const Lock& lock);
  [[nodiscard]] link::Receipt receipt(std::uint32_t seq);

  /// K_session.
  [[nodiscard]] ScopedKey session_key();
  /// What a handshake takes; the caller releases its k_auth.
  [[nodiscard]] session::SharedKey shared_key();

 private:
  [[nodiscard]] ScopedKey code_root();
  KeyBytes fixed_key(SlotGeneration slot);
  Digits otp(OtpPurpose purpose, UnixSeconds time, std::uint8_t slot, std::uint16_t generation, bool fixed);

  Provider* provider_;
  PlatformRecord record_;
};

}  // namespace cardea::testing
