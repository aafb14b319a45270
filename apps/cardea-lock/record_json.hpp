// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the lock says, as JSON.

#include <boost/json.hpp>

#include "lock/lock.hpp"

namespace cardea::lock_process {

/// {"verdict":…,"reason":…,"wait_s":…}
boost::json::object json_of(const KeypadResult& result);
boost::json::object json_of(const audit::Record& record);
boost::json::object json_of(const link::LockStatus& status, const LockId& lock, bool claimed);

/// The name of any reason of event.md §3; null for none.
boost::json::value json_of_reason(audit::ReasonCode reason);
/// "2026-11-21T12:00:00Z"; null for a lost clock.
boost::json::value json_of_time(std::uint64_t unix_s, ClockQuality quality);
const char* name_of(ClockQuality quality);
std::string hex(ByteSpan bytes);

}  // namespace cardea::lock_process
