// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where a credential stands between the platform and its lock, and how long it can still open. Pure rules over what the
// store knows; never kinder than the lock may be.

#include <optional>
#include <string_view>

#include "core/base/time.hpp"
#include "core/codes/descriptor.hpp"
#include "core/link/snapshot.hpp"

namespace cardea::server {

enum class CredentialType : std::uint8_t { kToken, kFixedToken, kSms, kOffline, kPin };
/// As in the store: "token", "fixed_token", "sms", "offline", "pin".
std::string_view name_of(CredentialType kind);
std::optional<CredentialType> credential_type_of(std::string_view name);

enum class Delivery : std::uint8_t {
  kOnItsWay,  ///< the lock has not acknowledged it yet
  kOnLock,    ///< the lock accepts it; an offline code at once
  kEnding,    ///< ended here, and it may still open there
  kEnded,     ///< opens nothing any more
};
std::string_view name_of(Delivery delivery);
std::optional<Delivery> delivery_named(std::string_view name);

struct CredentialFacts {
  CredentialType kind = CredentialType::kToken;
  std::optional<Family> family;
  std::optional<UnixSeconds> window_ends;  ///< of an offline code
  std::optional<UnixSeconds> grant_ends;
  std::optional<UnixSeconds> first_use_ends;  ///< what its first opening made of the grant's time after it (schedule.md S10)
  bool ends_at_lock = false;                  ///< the lock itself refuses it from grant_ends on (schedule.md S14)
  std::uint32_t rule_version = 0;             ///< brings the newest change of that; 0: there was none
  std::optional<UnixSeconds> ends_before;     ///< until then: the latest end that the lock may hold
  std::optional<UnixSeconds> first_use_ends_before;  ///< likewise
  std::uint32_t since_version = 0;                   ///< 0: the lock needs to hear nothing
  UnixSeconds phone_keys_until;                      ///< the end of the last hour whose key a phone was given; 0: none was
  std::optional<UnixSeconds> revoked_at;
  std::optional<UnixSeconds> ended_at;
};

struct LockFacts {
  link::LockClass lock_class = link::LockClass::kUnprotected;
  std::uint32_t applied_version = 0;
  std::uint32_t last_hour = 0;  ///< the last hour of any schedule that was given out to it
};

/// How long the last code that the platform may have shown or sent still opens after it stopped: an SMS code of the step that
/// just began (5 minutes), or an app code (90 s, and 120 s of a slot's drift).
inline constexpr std::uint32_t last_code_s = 300;

/// Whether the lock may still go by what the grant said before its newest change.
inline bool old_rules_hold(const CredentialFacts& credential, const LockFacts& lock) {
  return !credential.ended_at && lock.applied_version < credential.rule_version;
}
/// The latest end that the lock may hold; nothing: perhaps none.
std::optional<UnixSeconds> end_at_lock(const CredentialFacts& credential, const LockFacts& lock);

Delivery delivery_of(const CredentialFacts& credential, const LockFacts& lock, UnixSeconds now);

/// The latest moment at which the credential can open its door. Nothing: only a contact with the lock ends it, or nothing
/// was asked to end it.
std::optional<UnixSeconds> last_possible_use(const CredentialFacts& credential, const LockFacts& lock);

}  // namespace cardea::server
