// SPDX-License-Identifier: Apache-2.0
#pragma once
// What looks at the log of events for alerts: a workspace's events in their order, then what has lasted too long, then the
// steps that are due. How far it has come is stored with what came of it, so a crash neither loses nor repeats anything.

#include "server/usecases/context.hpp"

namespace cardea::server::usecases {

/// Before the platform listens: workspaces without rules get those to begin with, others one for each type that is new; locks
/// that were online when it last ran are offline, and have some minutes to come back before that counts.
Task<Outcome<Done>> prepare_alerts(Context& context);

/// One look. False: nothing was left to do. What it costs is what has happened and what is due: nothing is counted through.
Task<Outcome<bool>> follow_alerts(Context& context);

/// How long locks have to come back after a start of the platform.
inline constexpr std::uint64_t come_back_s = 120;

}  // namespace cardea::server::usecases
