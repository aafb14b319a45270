// SPDX-License-Identifier: Apache-2.0
#include "server/oidc/id_token.hpp"

#include <algorithm>

#include "core/base/secret.hpp"
#include "core/base/text.hpp"
#include "server/oidc/internal/members.hpp"

namespace cardea::server::oidc {
namespace {

TokenFault fault(std::string why) { return {false, std::move(why)}; }

TokenFault fault_of(SignatureFault signature) {
  switch (signature) {
    case SignatureFault::kMalformed: return fault("it is no signed token");
    case SignatureFault::kAlgorithm: return fault("it is signed with none of RS256, ES256 and EdDSA");
    case SignatureFault::kUnknownKey: return {true, "it is signed with a key that the provider does not publish"};
    case SignatureFault::kForged: return fault("its signature is not the provider's");
  }
  return fault("it is refused");
}

/// A number of seconds, also where a provider writes a fraction. Nothing for what is none, or not of our age.
std::optional<std::uint64_t> seconds_member(const json::Any& claims, std::string_view name) {
  constexpr double far = 1e12;
  const auto* member = claims.get_object().if_contains(name);
  if (member == nullptr || !member->is_number()) return std::nullopt;
  const double value = member->to_number<double>();
  if (!(value >= 0) || value > far) return std::nullopt;
  return static_cast<std::uint64_t>(value);
}

/// `aud` is us alone, or us among others; then `azp` says that it was made for us (§3.1.3.7, 3 to 5).
bool is_for(const json::Any& claims, std::string_view client_id) {
  const auto* audience = claims.get_object().if_contains("aud");
  const auto* party = claims.get_object().if_contains("azp");
  if (party != nullptr && (!party->is_string() || party->get_string() != client_id)) return false;
  if (audience == nullptr) return false;
  if (audience->is_string()) return audience->get_string() == client_id;
  if (!audience->is_array()) return false;
  const auto& several = audience->get_array();
  const auto is_us = [&](const json::Any& one) { return one.is_string() && one.get_string() == client_id; };
  return std::ranges::any_of(several, is_us) && (several.size() == 1 || party != nullptr);
}

std::optional<TokenFault> fault_in_time(const json::Any& claims, UnixSeconds now) {
  const auto expires_at = seconds_member(claims, "exp");
  const auto issued_at = seconds_member(claims, "iat");
  if (!expires_at || !issued_at) return fault("it does not say when it was issued and when it expires");
  if (*expires_at + clock_difference_s <= now.value) return fault("it has expired");
  if (*issued_at > now.value + clock_difference_s) return fault("it was issued in the future: one of the clocks is wrong");
  if (*issued_at + token_age_max_s + clock_difference_s <= now.value) return fault("it was issued too long ago");
  const auto not_before = seconds_member(claims, "nbf");
  if (claims.get_object().contains("nbf") && (!not_before || *not_before > now.value + clock_difference_s))
    return fault("it is not good yet: one of the clocks is wrong");
  return std::nullopt;
}

bool is_subject(std::string_view text) {
  return !text.empty() && text.size() <= subject_chars_max &&
         std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

}  // namespace

Result<Identity, TokenFault> check_id_token(const Keys& keys, std::string_view token, const Expected& expected) {
  const auto payload = keys.open(token);
  if (!payload) return fault_of(payload.error());
  const auto claims = json::parse(*payload);
  if (!claims || !claims->is_object()) return fault("its claims are no JSON object");
  if (text_member(*claims, "iss") != expected.issuer) return fault("another issuer has made it");
  if (!is_for(*claims, expected.client_id)) return fault("its audience is not this platform");
  if (auto late = fault_in_time(*claims, expected.now)) return *std::move(late);
  if (expected.nonce.empty() || !equal_constant_time(bytes_of(text_member(*claims, "nonce")), bytes_of(expected.nonce)))
    return fault("it answers another sign-in: its nonce is not the one that was sent");
  Identity identity{expected.issuer, text_member(*claims, "sub"), std::nullopt, false};
  if (!is_subject(identity.subject)) return fault("its subject is missing, longer than 255 characters, or not printable ASCII");
  const auto* verified = claims->get_object().if_contains("email_verified");
  if (std::string email = text_member(*claims, "email"); !email.empty()) {
    identity.email = std::move(email);
    identity.email_verified = verified != nullptr && verified->is_bool() && verified->get_bool();
  }
  return identity;
}

}  // namespace cardea::server::oidc
