// SPDX-License-Identifier: Apache-2.0
#pragma once
// The files of a web app over HTTP: found by their path, in the coding that the client takes, with the headers that keep a page
// to itself. A path of the app that is no file is the app's own (/doors/…): it gets index.html.
//
//   options.pages = web::pages_of(web::App::kConsole, web::console_assets());

#include <string>
#include <string_view>
#include <vector>

#include "server/http/router.hpp"

namespace cardea::server::web {

/// One file. What the views show lives as long as the process.
struct Asset {
  std::string_view path;    ///< "/assets/index-Ba3kQzmD.js"
  std::string_view tag;     ///< changes with the bytes: its ETag
  std::string_view plain;   ///< its bytes
  std::string_view gzip;    ///< "" when that is not shorter
  std::string_view brotli;  ///< likewise
};
using Assets = std::vector<Asset>;

/// Which policies the pages are under (pages.cpp has them).
enum class App : std::uint8_t { kConsole, kPhone };

/// Answers GET and HEAD of an app. Whatever is below /assets/ has a hash in its name and is kept for a year; everything else is
/// asked for again each time, and 304 when it is the same. 404 `route_not_found` for a path that is neither a file nor one that
/// an app has: those are of letters, digits, "-", "_" and "/", and not below /v1/ or /assets/.
http::Handler pages_of(App app, Assets assets);

}  // namespace cardea::server::web
