// SPDX-License-Identifier: Apache-2.0
#include "server/domain/delivery.hpp"

#include <algorithm>

namespace cardea::server {

std::string_view name_of(CredentialType kind) {
  switch (kind) {
    case CredentialType::kToken: return "token";
    case CredentialType::kFixedToken: return "fixed_token";
    case CredentialType::kSms: return "sms";
    case CredentialType::kOffline: return "offline";
    case CredentialType::kPin: return "pin";
  }
  return "";
}

std::optional<CredentialType> credential_type_of(std::string_view name) {
  for (const auto kind : {CredentialType::kToken, CredentialType::kFixedToken, CredentialType::kSms, CredentialType::kOffline,
                          CredentialType::kPin})
    if (name_of(kind) == name) return kind;
  return std::nullopt;
}

std::string_view name_of(Delivery delivery) {
  switch (delivery) {
    case Delivery::kOnItsWay: return "on_its_way";
    case Delivery::kOnLock: return "on_lock";
    case Delivery::kEnding: return "ending";
    case Delivery::kEnded: return "ended";
  }
  return "";
}

std::optional<Delivery> delivery_named(std::string_view name) {
  for (const auto delivery : {Delivery::kOnItsWay, Delivery::kOnLock, Delivery::kEnding, Delivery::kEnded})
    if (name_of(delivery) == name) return delivery;
  return std::nullopt;
}

Delivery delivery_of(const CredentialFacts& credential, const LockFacts& lock, UnixSeconds now) {
  if (credential.ended_at) return Delivery::kEnded;
  if (credential.kind == CredentialType::kOffline && credential.window_ends && now >= *credential.window_ends)
    return Delivery::kEnded;
  if (credential.revoked_at) return Delivery::kEnding;
  return lock.applied_version < credential.since_version ? Delivery::kOnItsWay : Delivery::kOnLock;
}

namespace {

/// Nothing is never.
std::optional<UnixSeconds> later(std::optional<UnixSeconds> a, std::optional<UnixSeconds> b) {
  if (!a || !b) return std::nullopt;
  return std::max(*a, *b);
}

UnixSeconds end_of_schedule(const LockFacts& lock) {
  return {(static_cast<std::uint64_t>(lock.last_hour) + 1) * seconds_per_hour};
}

}  // namespace

namespace {

/// Without what the lock ends by itself after the first opening.
std::optional<UnixSeconds> last_by_window(const CredentialFacts& credential, const LockFacts& lock) {
  if (credential.ended_at) return credential.ended_at;
  if (credential.kind == CredentialType::kOffline) return credential.window_ends;
  const bool stays = credential.kind == CredentialType::kFixedToken || credential.kind == CredentialType::kPin;
  const auto stopped = credential.revoked_at ? credential.revoked_at : credential.grant_ends;
  if (!stopped) return std::nullopt;
  // A phone goes on with the keys that it has, and so does the lock until it hears.
  const UnixSeconds last_code{std::max(*stopped, credential.phone_keys_until).value + last_code_s};
  const auto lock_ends = end_at_lock(credential, lock);
  // A lock without protected storage holds every key of its schedule: whoever reads it opens until the schedule ends.
  if (lock.lock_class == link::LockClass::kUnprotected) return std::max(last_code, end_of_schedule(lock));
  // The authenticator app goes on and the person knows the PIN, and so the lock opens until it hears, or until an end that it
  // knows.
  if (stays && !lock_ends) return std::nullopt;
  const UnixSeconds by_lock{lock_ends.value_or(last_code).value + kept_error_max_s};
  return stays ? by_lock : std::min(last_code, by_lock);
}

}  // namespace

std::optional<UnixSeconds> end_at_lock(const CredentialFacts& credential, const LockFacts& lock) {
  const auto end = credential.ends_at_lock ? credential.grant_ends : std::nullopt;
  return old_rules_hold(credential, lock) ? later(end, credential.ends_before) : end;
}

std::optional<UnixSeconds> last_possible_use(const CredentialFacts& credential, const LockFacts& lock) {
  const auto last = last_by_window(credential, lock);
  const auto first_use_ends = old_rules_hold(credential, lock)
                                  ? later(credential.first_use_ends, credential.first_use_ends_before)
                                  : credential.first_use_ends;
  if (credential.ended_at || !first_use_ends) return last;
  const UnixSeconds by_first_use{first_use_ends->value + kept_error_max_s};
  return last ? std::min(*last, by_first_use) : by_first_use;
}

}  // namespace cardea::server
