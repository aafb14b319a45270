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

 private:
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
