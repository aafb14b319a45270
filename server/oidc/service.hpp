// SPDX-License-Identifier: Apache-2.0
#pragma once
// The provider of a platform, and who is on the way to it. At most one in a process.

#include "server/oidc/sign_ins.hpp"

namespace cardea::server::oidc {

struct Service {
  Service(Loop& loop, ProviderOptions options, std::function<UnixSeconds()> now,
          std::function<void(const std::string& what)> on_trouble)
      : provider(loop, std::move(options), std::move(now), std::move(on_trouble)) {}

  Provider provider;
  SignIns sign_ins;
};

}  // namespace cardea::server::oidc
