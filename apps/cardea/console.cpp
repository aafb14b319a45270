// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea/console.hpp"

#include <boost/json/serialize.hpp>
#include <ostream>

namespace cardea::client {

void Console::print(const boost::json::value& value) const { out << boost::json::serialize(value) << '\n'; }

}  // namespace cardea::client
