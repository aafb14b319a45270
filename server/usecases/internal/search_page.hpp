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

/// Where the page before ended. 400 for a cursor of what is not there. `text_of`: the statement that reads the search text of
/// ?2 in workspace ?1.
template <class AnyId>
Task<Outcome<std::optional<SearchPlace<AnyId>>>> place_of(Transaction& tx, std::string_view text_of, WorkspaceId workspace,
                                                          AnyId after) {
  if (after == AnyId{}) co_return std::optional<SearchPlace<AnyId>>{};
  const Rows rows = co_await tx.execute(text_of, workspace, after);
  if (rows.empty()) co_return bad_cursor();
  co_return std::optional(SearchPlace<AnyId>{rows.front().text(0), after});
}

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

/// A page in the order of ids, or of a search if there is one. `Item` has an `id`. `plain()` is a Task<Rows> of the one,
/// `found` reads the other as read_search_page() says; `item_of` turns a row into an item.
template <class Item, class AnyId, class Plain, class Found, class ItemOf>
Task<Outcome<Page<Item>>> page_or_search_page(Transaction& tx, std::string_view text_of, WorkspaceId workspace,
                                              std::optional<Search> search, AnyId after, PageRequest page, Plain plain,
                                              Found found, ItemOf item_of) {
  std::vector<Rows> parts;
  if (search) {
    CARDEA_CO_ASSIGN(auto place, co_await place_of(tx, text_of, workspace, after));
    parts = co_await read_search_page(*search, std::move(place), page.limit + 1, found);
  } else {
    parts.push_back(co_await plain());
  }
  std::vector<Item> items;
  for (const Rows& rows : parts)
    for (const Row row : rows) items.push_back(item_of(row));
  co_return page_of(std::move(items), page, [](const Item& item) { return item.id; });
}

}  // namespace cardea::server::usecases
