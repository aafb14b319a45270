// SPDX-License-Identifier: Apache-2.0
#pragma once
// What tools/web/build.py writes about each file, for the source that it makes.

#include <span>

#include "server/web/assets.hpp"

namespace cardea::server::web {

/// Where a file's bytes lie among all of them.
struct Piece {
  std::size_t at;
  std::size_t size;
};
struct Row {
  const char* path;
  const char* tag;
  Piece plain, gzip, brotli;
};

inline Assets assets_of(const char* bytes, std::span<const Row> rows) {
  const auto view = [bytes](const Piece& piece) { return std::string_view(bytes + piece.at, piece.size); };
  Assets assets;
  for (const Row& row : rows) assets.push_back({row.path, row.tag, view(row.plain), view(row.gzip), view(row.brotli)});
  return assets;
}

}  // namespace cardea::server::web
