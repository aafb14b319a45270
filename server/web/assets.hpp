// SPDX-License-Identifier: Apache-2.0
#pragma once
// The files of the two apps, as tools/web/build.py made them and the binary carries them. Only who links
// cardea_server_web_assets has them, and only then is Node.js needed to build.

#include "server/web/pages.hpp"

namespace cardea::server::web {

Assets console_assets();
Assets phone_assets();

}  // namespace cardea::server::web
