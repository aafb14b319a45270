// SPDX-License-Identifier: Apache-2.0
#pragma once
// The journal: values by key that survive a power cut at any flash operation. Bytes and rules: spec/journal.md.
//
//   Journal journal(flash, region);
//   Status status = journal.mount();                      // kNotFound: a new lock
//   if (status == Status::kNotFound) status = journal.format();
//   Transaction tx;
//   CARDEA_TRY(tx.put(key, value));                       // as many as belong together
//   CARDEA_TRY(journal.commit(tx));                       // durable from here on
//
// Allocates nothing; about 4 KB of its own. One thread.

#include "lock/journal/internal/basic_journal.hpp"

namespace cardea {

using Journal = SizedJournal<JournalRules>;
/// For a part with a few keys of its own.
template <std::size_t item_count_max>
using SmallJournal = SizedJournal<JournalRules, item_count_max>;
extern template class BasicJournal<JournalRules>;

}  // namespace cardea
