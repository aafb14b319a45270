// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock as the platform knows it, judged by the lock's own code (core/decide). Pure but for random numbers.

#include <span>
#include <vector>

#include "core/audit/record.hpp"
#include "core/codes/otp.hpp"
#include "core/decide/decide.hpp"
#include "core/decide/hear.hpp"
#include "core/link/messages.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "server/domain/delivery.hpp"

namespace cardea::server {

/// What the lock is known to hold.
struct ShadowFacts {
  LockId lock;
  link::LockClass lock_class = link::LockClass::kUnprotected;
  Settings settings;
  std::vector<SlotOrder> slots;  ///< that it has acknowledged; at most 32; without digests of PINs
  ScheduleSet schedules;
  std::optional<link::LockStatus> status;  ///< the newest; nothing: taken for a lock with a good clock
  std::uint32_t last_hour = 0;             ///< of the hour keys of an unprotected lock
  std::vector<audit::Record> records;      ///< openings and clearings, the oldest first
};

/// What a credential opens with, at one moment.
struct ShadowCode {
  CredentialType type = CredentialType::kToken;
  SlotGeneration slot;                   ///< of the tokens
  std::optional<Descriptor> descriptor;  ///< of an offline code
  std::uint16_t code_epoch = 0;          ///< the same
  std::uint8_t code_digits = 10;         ///< the same
};

class Shadow {
 public:
  explicit Shadow(const ShadowFacts& facts);
  Shadow(const Shadow&) = delete;
  Shadow& operator=(const Shadow&) = delete;

  struct Judgement {
    Verdict verdict = Verdict::kRefused;
    Reason reason = Reason::kNone;
  };
  /// What the lock would say if the credential's code of that moment were typed then, its keypad not waiting. Changes nothing:
  /// each question is asked of the same state.
  [[nodiscard]] Judgement judge(const ShadowCode& code, UnixSeconds at);

  /// Puts back what entries before left (codes.md R14 to R16, R19): an item that type() named. One of another code epoch is
  /// passed over.
  void keep(ItemKey key, ByteSpan item);
  /// An entry at the keypad, with all that it costs: for a lock that has no device and whose memory is this.
  struct Entry {
    std::optional<ShadowCode> code;  ///< nothing: `digit_count` digits that are the code of nothing here
    std::size_t digit_count = 0;
    UnixSeconds code_at;  ///< the moment whose code it is
    UnixSeconds now;
  };
  /// `changes` of the outcome: whatever of kept_item() is to be stored and put back before the next entry.
  [[nodiscard]] cardea::Outcome type(const Entry& entry);
  /// The platform's own release.
  [[nodiscard]] ItemChanges release_keypad();
  /// True for items that no record tells of.
  [[nodiscard]] static bool is_kept(ItemKey key);
  /// What stands in it now; empty: to be forgotten.
  [[nodiscard]] std::vector<std::uint8_t> kept_item(ItemKey key) const;

 private:
  [[nodiscard]] cardea::Outcome enter(LockState& state, const Digits& digits, const ClockReading& clock);
  [[nodiscard]] Digits digits_of_nothing(std::size_t count, const ClockReading& clock);
  void replay(const audit::Record& record);
  void replay_offline(const audit::Record& record);
  [[nodiscard]] ClockReading clock_at(UnixSeconds at) const;
  void hold_keys(CodeKeys& keys);
  [[nodiscard]] Result<Digits> code_of(const ShadowCode& code, UnixSeconds at);
  [[nodiscard]] Digits stand_in_of(std::uint8_t slot) const;
  [[nodiscard]] PinDigest digest_of(const Digits& pin);

  OpensslProvider provider_;
  KeyBytes key_;  ///< in place of K_lock
  KeyHandle lock_key_;
  LockId lock_id_;
  bool is_protected_;
  std::uint32_t last_hour_;
  std::optional<link::LockStatus> status_;
  LockState state_;
  std::size_t remembered_count_ = 0;
  std::size_t used_once_count_ = 0;
};

}  // namespace cardea::server
