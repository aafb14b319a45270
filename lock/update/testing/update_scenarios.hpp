// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock's life through two updates, for power-cut campaigns: one that works, one that hangs. Host only.

#include "lock/testing/campaign.hpp"

namespace cardea::testing {

void add_update_scenarios(ScenarioList& list);

}  // namespace cardea::testing
