// SPDX-License-Identifier: Apache-2.0
#pragma once
// The scenarios of the lock's storage: journal, audit region, clock.

#include "lock/testing/campaign.hpp"

namespace cardea::testing {

void add_storage_scenarios(ScenarioList& list);

}  // namespace cardea::testing
