// SPDX-License-Identifier: Apache-2.0
#include "server/oidc/provider.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>

#include "server/auth/passkeys.hpp"
#include "server/oidc/internal/members.hpp"

namespace cardea::server::oidc {
namespace {

constexpr std::size_t thread_count = 2;
constexpr std::size_t queue_count_max = 16;
constexpr std::uint64_t reread_after_s = 3'600;
constexpr std::uint64_t keys_reread_least_s = 60;  ///< between two readings because of a key that is not known
constexpr std::size_t url_chars_max = 2'000;

/// https, a host, and nothing that could be taken for something else.
bool is_https_url(std::string_view url) {
  constexpr std::string_view scheme = "https://";
  if (!url.starts_with(scheme) || url.size() > url_chars_max) return false;
  const std::string_view rest = url.substr(scheme.size());
  const std::string_view host = rest.substr(0, rest.find_first_of("/?"));
  const auto is_bad = [](char c) { return c <= 0x20 || c >= 0x7f || c == '#' || c == '\\'; };
  return !host.empty() && host.find('@') == std::string_view::npos && !std::ranges::any_of(rest, is_bad);
}

std::string challenge_of_verifier(std::string_view verifier) {
  Bytes<32> hash;
  SHA256(reinterpret_cast<const unsigned char*>(verifier.data()), verifier.size(), hash.data());
  return base64url_of(hash);
}

/// RFC 8414 §2: without the member it is Basic.
bool takes_basic(const json::Any& metadata) {
  const auto* methods = metadata.get_object().if_contains("token_endpoint_auth_methods_supported");
  if (methods == nullptr || !methods->is_array()) return true;
  return std::ranges::any_of(methods->get_array(),
                             [](const json::Any& one) { return one.is_string() && one.get_string() == "client_secret_basic"; });
}

bool has_control(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string what_failed(const Fetched& fetched) {
  return fetched.status == 0 ? fetched.failure : fmt::format("it answered {}", fetched.status);
}

}  // namespace

std::string complaint_about(const ProviderOptions& options) {
  if (!is_https_url(options.issuer) || options.issuer.find('?') != std::string::npos)
    return "the issuer must be written like https://id.example.org or https://id.example.org/realms/house.";
  if (options.client_id.empty())
    return "the provider needs the client id that it knows this platform by: give --oidc-client-id.";
  if (has_control(options.client_id) || has_control(options.client_secret))
    return "the client id or the client secret holds a control character.";
  return "";
}

Provider::Provider(Loop& loop, ProviderOptions options, std::function<UnixSeconds()> now,
                   std::function<void(const std::string& what)> on_trouble)
    : options_(std::move(options)),
      now_(std::move(now)),
      on_trouble_(std::move(on_trouble)),
      workers_(loop, thread_count, queue_count_max) {
  CARDEA_ASSERT(complaint_about(options_).empty());
}

Problem Provider::unavailable_because(const std::string& why) const {
  on_trouble_(why);
  return unavailable(
      "oidc_unavailable",
      "The provider that operators sign in through cannot be used at the moment; the platform's log says why. Sign "
      "in with a password, or try again in a minute.",
      60);
}

Problem Provider::refused_because(const std::string& why) const {
  on_trouble_(why);
  return forbidden("oidc_refused", "The provider's answer is not one to this sign-in, was used, or is too old. Begin again.");
}

Task<Fetched> Provider::run(Fetch what) {
  Fetched out;
  out.failure = stopping_ ? "the platform stops" : "too many sign-ins are under way";
  if (stopping_) co_return out;
  const FetchOptions options{options_.ca_file, options_.connect_max, options_.whole_max};
  // Named: g++ 12 destroys a temporary closure of a co_await twice.
  auto work = [this, &what, &options] { return fetch(what, options, stopping_); };
  auto fetched = co_await workers_.run(work);
  if (fetched) out = *std::move(fetched);
  co_return out;
}

Task<Outcome<Provider::Metadata>> Provider::metadata() {
  if (metadata_ && now_().value < metadata_->read_at.value + reread_after_s) co_return *metadata_;
  std::string issuer = options_.issuer;
  if (issuer.ends_with('/')) issuer.pop_back();  // Discovery §4.1
  Fetch what{issuer + "/.well-known/openid-configuration", std::nullopt, "", ""};
  const std::string url = what.url;
  const Fetched fetched = co_await run(std::move(what));
  if (fetched.status != 200) co_return unavailable_because(fmt::format("{}: {}", url, what_failed(fetched)));
  const auto document = json::parse(fetched.body);
  if (!document || !document->is_object()) co_return unavailable_because(url + ": the answer is no JSON object");
  if (text_member(*document, "issuer") != options_.issuer)  // Discovery §4.3
    co_return unavailable_because(fmt::format("{}: it calls its issuer \"{}\". Write --oidc-issuer exactly so.", url,
                                              text_member(*document, "issuer").substr(0, 200)));
  Metadata read;
  read.authorization_endpoint = text_member(*document, "authorization_endpoint");
  read.token_endpoint = text_member(*document, "token_endpoint");
  read.jwks_uri = text_member(*document, "jwks_uri");
  read.takes_basic = takes_basic(*document);
  read.read_at = now_();
  if (!is_https_url(read.authorization_endpoint) || !is_https_url(read.token_endpoint) || !is_https_url(read.jwks_uri))
    co_return unavailable_because(url + ": its endpoints are not all https");
  metadata_ = read;
  co_return read;
}

Task<Outcome<Keys>> Provider::keys() {
  if (keys_ && now_().value < keys_->read_at.value + reread_after_s) co_return keys_->keys;
  co_return co_await read_keys();
}

Task<Outcome<Keys>> Provider::read_keys() {
  CARDEA_CO_ASSIGN(const Metadata known, co_await metadata());
  Fetch what{known.jwks_uri, std::nullopt, "", ""};
  const UnixSeconds begun = now_();
  const Fetched fetched = co_await run(std::move(what));
  if (fetched.status != 200) co_return unavailable_because(fmt::format("{}: {}", known.jwks_uri, what_failed(fetched)));
  auto read = Keys::parse(fetched.body);
  if (!read) co_return unavailable_because(known.jwks_uri + ": the answer is no key set");
  keys_ = KeySet{*read, begun};
  co_return *std::move(read);
}

Task<Outcome<std::string>> Provider::authorization_url(Journey journey) {
  CARDEA_CO_ASSIGN(const Metadata known, co_await metadata());
  const std::string query = form_of({{"response_type", "code"},
                                     {"client_id", options_.client_id},
                                     {"redirect_uri", journey.redirect_uri},
                                     {"scope", "openid email"},
                                     {"state", journey.state},
                                     {"nonce", journey.nonce},
                                     {"code_challenge", challenge_of_verifier(journey.verifier)},
                                     {"code_challenge_method", "S256"}});
  const bool has_query = known.authorization_endpoint.find('?') != std::string::npos;
  co_return known.authorization_endpoint + (has_query ? "&" : "?") + query;
}

Task<Outcome<std::string>> Provider::id_token_for(Journey journey, std::string code) {
  CARDEA_CO_ASSIGN(const Metadata known, co_await metadata());
  Fetch what{known.token_endpoint,
             {{{"grant_type", "authorization_code"},
               {"code", std::move(code)},
               {"redirect_uri", journey.redirect_uri},
               {"code_verifier", journey.verifier}}},
             "",
             ""};
  if (!options_.client_secret.empty() && known.takes_basic) {
    what.user = escape(options_.client_id);  // RFC 6749 §2.3.1
    what.password = escape(options_.client_secret);
  } else {
    what.form->emplace_back("client_id", options_.client_id);
    if (!options_.client_secret.empty()) what.form->emplace_back("client_secret", options_.client_secret);
  }
  const Fetched fetched = co_await run(std::move(what));
  const auto document = json::parse(fetched.body);
  const std::string error = document ? text_member(*document, "error").substr(0, 100) : std::string();
  // RFC 6749 §5.2. What is wrong with the code is the visitor's; what is wrong with us is who runs the platform's.
  if (error == "invalid_grant" || error == "invalid_code")
    co_return refused_because(fmt::format("{}: it does not take the code: {}", known.token_endpoint, error));
  if (fetched.status != 200)
    co_return unavailable_because(fmt::format("{}: {} {}", known.token_endpoint, what_failed(fetched), error));
  std::string token = document ? text_member(*document, "id_token") : std::string();
  if (token.empty()) co_return unavailable_because(known.token_endpoint + ": the answer has no id_token");
  co_return token;
}

Task<Outcome<Identity>> Provider::redeem(Journey journey, std::string code) {
  CARDEA_CO_ASSIGN(const std::string token, co_await id_token_for(journey, std::move(code)));
  CARDEA_CO_ASSIGN(const Keys known, co_await keys());
  const Expected expected{options_.issuer, options_.client_id, journey.nonce, now_()};
  auto checked = check_id_token(known, token, expected);
  // A new key of the provider: read once more, but not whenever somebody makes us.
  if (!checked && checked.error().key_is_unknown && now_().value >= keys_reread_at_.value + keys_reread_least_s) {
    keys_reread_at_ = now_();
    CARDEA_CO_ASSIGN(const Keys fresh, co_await read_keys());
    checked = check_id_token(fresh, token, expected);
  }
  if (!checked) co_return refused_because("the provider's ID token is refused: " + checked.error().why);
  co_return *std::move(checked);
}

}  // namespace cardea::server::oidc
