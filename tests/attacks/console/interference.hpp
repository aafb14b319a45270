// SPDX-License-Identifier: Apache-2.0
#pragma once
// F07: whether what one workspace has can be seen in another's answers, wherever it may come through: a cache, an index, a
// count.

#include "tests/attacks/against_twin.hpp"
#include "tests/attacks/console/console.hpp"

namespace cardea::attacks {

/// The same few hundred calls, from one seed and with the same names, first in a workspace beside an empty one, then in the
/// other beside the full one. But for ids, instants and keys, which are told apart by their order, the answers must be the
/// same.
Achieved other_workspaces_shine_through(Console& console);

}  // namespace cardea::attacks
