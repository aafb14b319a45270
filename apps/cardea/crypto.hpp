// SPDX-License-Identifier: Apache-2.0
#pragma once
// The library's result, or the end of the command.

#include <fmt/format.h>

#include "apps/cardea/stop.hpp"
#include "core/base/result.hpp"

namespace cardea::client {

/// For what fails only when the crypto library does.
template <class T>
T need(Result<T> result) {
  if (result.ok()) return *std::move(result);
  throw Stop(ExitStatus::kRefused,
             fmt::format("the crypto library failed ({}): nothing was computed.", name_of(result.error())));
}

}  // namespace cardea::client
