// SPDX-License-Identifier: Apache-2.0
#pragma once
// Homes: a workspace of its own for somebody who has a lock, a phone and no operator who would invite them. Whoever shows the
// label gets one door, one grant without end to it, and the link by which their phone gets its keys, as any phone does. The
// lock's own rules decide the rest: it asks only for whoever presses its inside button (spec/activation.md A1).

#include <span>

#include "server/domain/language.hpp"
#include "server/usecases/context.hpp"

namespace cardea::server::usecases {

/// How long a home waits for its lock: as long as the claim (activation.md A8).
inline constexpr std::uint64_t home_waits_s = 86'400;

struct HomeCreate {
  /// 64 hexadecimal digits that the phone drew, and says again when it heard no answer: it then gets a new link to the same
  /// home.
  std::string attempt;
  std::string label;
  std::string door;
  std::string zone;
  std::string person;
  Language language = Language::kEnglish;
  std::optional<std::string> email;  ///< whom an invitation as owner goes to
};
struct Home {
  LockRef lock;
  std::string invitation;  ///< the token of the link: shown here and never again
  UnixSeconds claim_ends_at;
};
/// 403 `homes_off`, 400 as claim_lock(), create_door() and create_operator(), 409 `lock_claimed` or `no_public_url`. 429: what
/// is stored for people whom nobody knows is counted, for each address and for all of the platform.
Task<Outcome<Home>> make_home(Context& context, HomeCreate input, std::string address);

/// Deletes the homes whose lock nobody brought to life within their day, with everything of them, unless somebody has become
/// their owner; and forgets that the others were made as homes. After delete_ended_claims(), with the same time.
Task<void> delete_unproven_homes(Transaction& tx, UnixSeconds now);

/// Every table with rows of a workspace, those first that refer to others.
std::span<const std::string_view> tables_of_a_workspace();

}  // namespace cardea::server::usecases
