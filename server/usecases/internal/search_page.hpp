// SPDX-License-Identifier: Apache-2.0
#pragma once
// A page of what a search finds: what begins with all that was typed, then what only holds its words; both in the order of
// their search texts. Two statements, so that the first runs along its index and the second reads nothing but an index. For
// this folder only.

#include "server/domain/search.hpp"
#include "server/store/store.hpp"
#include "server/usecases/page.hpp"

namespace cardea::server::usecases {

/// After this text, and after this id among those of one text.
template <class AnyId>
struct SearchPlace {
  std::string text;
  AnyId id;
};

/// `read(begins, place, limit)` is a Task<Rows> of the one or the other kind after a place. `from`: where the page before
/// ended. `limit` as page_of() wants it.
template <class AnyId, class Read>
Task<std::vector<Rows>> read_search_page(Search search, std::optional<SearchPlace<AnyId>> from, std::uint32_t limit,
                                         Read read) {
  std::vector<Rows> parts;
  SearchPlace<AnyId> place = from.value_or(SearchPlace<AnyId>{search.begin, {}});
  if (!from || search.begins(from->text)) {
    parts.push_back(co_await read(true, place, limit));
    limit -= static_cast<std::uint32_t>(parts.back().size());
    place = {};
  }
  if (limit > 0) parts.push_back(co_await read(false, place, limit));
  co_return parts;
}

}  // namespace cardea::server::usecases
