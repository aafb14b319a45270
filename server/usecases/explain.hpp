// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who can open a door at a given moment, and why not the others: the lock's own rules (core/decide) over what the platform
// knows of the lock (server/shadow), and the platform's own (grants, and codes that it gives to nobody).

#include "server/shadow/trace.hpp"
#include "server/usecases/credentials.hpp"

namespace cardea::server::usecases {

/// How well the platform knows the lock: an answer is as old as this.
struct ShadowAge {
  std::optional<UnixSeconds> seen_at;  ///< its newest status; nothing: it never said one
  std::uint32_t applied_version = 0;
  std::uint32_t desired_version = 0;  ///< newer than applied_version: something is on its way
  bool online = false;
  std::optional<link::LockStatus> status;
};

struct Explanation {
  PersonId person;
  std::string person_name;
  GrantId grant;
  std::optional<Credential> credential;  ///< nothing: the grant has none at this door
  bool opens = false;
  /// Why not: a reason of the lock (core/decide/reason.hpp), or the platform's own: "no_credential", "grant_not_begun",
  /// "grant_ended", "grant_revoked", "credential_ended". "" when it opens.
  std::string_view reason;
  std::string_view advice;
  std::vector<Check> trace;  ///< of the lock's checks; empty when the platform's own reason stands before them
};

struct DoorExplanation {
  UnixSeconds at;
  LockRef lock;
  link::LockClass lock_class = link::LockClass::kUnprotected;
  ShadowAge age;
  std::vector<Explanation> items;
};

inline constexpr std::uint32_t explain_count_max = 500;

struct ExplainQuery {
  DoorId door;
  std::optional<UnixSeconds> at;  ///< nothing: now
  std::optional<PersonId> person;
};
/// Every live credential at the door and every grant for it, 500 at most; of one person also those that ended. 404
/// `door_not_found`, 409 `no_lock` or `lock_not_active`.
Task<Outcome<DoorExplanation>> explain_door(Context& context, WorkspaceId workspace, ExplainQuery query);

/// Why a lock refused, once: `access.refused`, or `access.failed` for a motor.
struct EventExplanation {
  std::string_view reason;
  std::string_view advice;
  std::vector<Check> trace;
};
/// 404 `event_not_found`, 409 `not_explainable` for an event that is no refusal of the keypad.
Task<Outcome<EventExplanation>> explain_event(Context& context, WorkspaceId workspace, EventId event);

}  // namespace cardea::server::usecases
