// SPDX-License-Identifier: Apache-2.0
#include "lock/journal/journal.hpp"

#include "lock/journal/internal/basic_journal_impl.hpp"

namespace cardea {

template class BasicJournal<JournalRules>;

}  // namespace cardea
