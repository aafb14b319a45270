// SPDX-License-Identifier: Apache-2.0
#include "server/oidc/sign_ins.hpp"

#include <openssl/rand.h>

#include <algorithm>

#include "core/base/secret.hpp"
#include "core/base/text.hpp"
#include "server/auth/passkeys.hpp"

namespace cardea::server::oidc {
namespace {

std::string random_text() {
  Bytes<32> random;
  CARDEA_ASSERT(RAND_bytes(random.data(), static_cast<int>(random.size())) == 1);
  return base64url_of(random);  // 43 characters, as RFC 7636 §4.1 wants at least
}

}  // namespace

Journey make_journey(std::string redirect_uri) {
  return {std::move(redirect_uri), random_text(), random_text(), random_text()};
}

SignIns::Begun SignIns::add(SignIn sign_in, UnixSeconds now) {
  std::erase_if(kept_, [&](const Kept& one) { return one.sign_in.expires_at <= now; });
  if (kept_.size() >= count_max) kept_.pop_front();
  const Token handle = make_token(handle_prefix);
  sign_in.expires_at = {now.value + sign_in_s};
  const UnixSeconds expires_at = sign_in.expires_at;
  kept_.push_back({handle.hash, std::move(sign_in)});
  return {handle.text, expires_at};
}

std::optional<SignIn> SignIns::take(std::string_view handle, std::string_view state, std::string_view whose, UnixSeconds now) {
  const Bytes<32> hash = hash_of_token(handle);
  const auto found = std::ranges::find_if(kept_, [&](const Kept& one) { return one.handle == hash; });
  if (found == kept_.end()) return std::nullopt;
  SignIn taken = std::move(found->sign_in);
  kept_.erase(found);
  const bool is_good =
      now < taken.expires_at && taken.whose == whose && equal_constant_time(bytes_of(taken.journey.state), bytes_of(state));
  return is_good ? std::optional(std::move(taken)) : std::nullopt;
}

void SignIns::put_back(std::string_view handle, SignIn sign_in) {
  if (kept_.size() < count_max) kept_.push_front({hash_of_token(handle), std::move(sign_in)});
}

}  // namespace cardea::server::oidc
