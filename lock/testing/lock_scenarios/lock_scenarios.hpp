// SPDX-License-Identifier: Apache-2.0
#pragma once
// The scenarios of the whole lock: keypad, offline codes, activation, desired state, receipts, files.

#include "lock/testing/campaign.hpp"

namespace cardea::testing {

void add_lock_scenarios(ScenarioList& list);

}  // namespace cardea::testing
