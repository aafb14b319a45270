// SPDX-License-Identifier: Apache-2.0
#pragma once
// Lists in pages. A cursor is the text of where the page before ended; its maker alone reads it.

#include <optional>
#include <string>
#include <vector>

#include "server/domain/problem.hpp"

namespace cardea::server::usecases {

inline constexpr std::uint32_t page_size_default = 50;
inline constexpr std::uint32_t page_size_max = 200;

struct PageRequest {
  std::uint32_t limit = page_size_default;
  std::string cursor;  ///< empty: from the beginning
};

template <class T>
struct Page {
  std::vector<T> items;
  std::optional<std::string> next;
};

/// 400 for a cursor that is none.
inline Problem bad_cursor() {
  return invalid("cursor", "is not the `next` of a page of this list. Leave it out to start from the beginning.");
}

/// The id that a cursor names; the zero id, which sorts before all, for none.
template <class AnyId>
Outcome<AnyId> id_of_cursor(const PageRequest& page) {
  if (page.cursor.empty()) return AnyId{};
  const auto id = AnyId::parse(page.cursor);
  if (!id) return bad_cursor();
  return *id;
}

/// Cuts off the one item more than the limit that was asked of the store, and names where to go on.
template <class T, class IdOf>
Page<T> page_of(std::vector<T> items, const PageRequest& request, IdOf id_of) {
  Page<T> page{std::move(items), std::nullopt};
  if (page.items.size() <= request.limit) return page;
  page.items.resize(request.limit);
  page.next = id_of(page.items.back()).text();
  return page;
}

}  // namespace cardea::server::usecases
