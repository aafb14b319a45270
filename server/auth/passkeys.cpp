// SPDX-License-Identifier: Apache-2.0
#include "server/auth/passkeys.hpp"

#include <fido.h>
#include <fido/es256.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include <algorithm>
#include <memory>

#include "core/base/secret.hpp"
#include "core/base/text.hpp"
#include "server/json/json.hpp"

namespace cardea::server {
namespace {

constexpr std::string_view base64url_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t given_count_max = 10'000;
constexpr std::uint64_t challenge_s = 300;
constexpr std::size_t client_data_bytes_max = 4'096;
// Authenticator data (WebAuthn §6.1): rpIdHash 32 | flags 1 | signCount 4 | …
constexpr std::size_t flags_at = 32;
constexpr std::size_t count_at = 33;
constexpr std::size_t head_size_bytes = 37;
constexpr std::uint8_t flag_present = 0x01;
constexpr std::uint8_t flag_verified = 0x04;

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(&object);
  }
};
using Cred = std::unique_ptr<fido_cred_t, Freer<fido_cred_free>>;
using Assertion = std::unique_ptr<fido_assert_t, Freer<fido_assert_free>>;
using Es256 = std::unique_ptr<es256_pk_t, Freer<es256_pk_free>>;

void begin_fido() {
  static const bool begun = [] {
    fido_init(0);
    return true;
  }();
  static_cast<void>(begun);
}

Problem refused(std::uint16_t status, std::string why) { return {status, "passkey_refused", std::move(why), {}, {}}; }

Bytes<32> sha256(ByteSpan bytes) {
  Bytes<32> hash;
  SHA256(bytes.data(), bytes.size(), hash.data());
  return hash;
}
/// A text member of the JSON that the browser wrote; members that we do not know may be there (WebAuthn §5.8.1).
std::string member_of(const json::Any& document, std::string_view name) {
  const auto* member = document.is_object() ? document.get_object().if_contains(name) : nullptr;
  return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
}
std::optional<json::Any> read_client_data(ByteSpan bytes) {
  if (bytes.size() > client_data_bytes_max) return std::nullopt;
  auto document = json::parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  if (!document) return std::nullopt;
  return *std::move(document);
}

/// WebAuthn §7.1 steps 7 to 10 and §7.2 steps 11 to 14.
Outcome<Done> check_client_data(ByteSpan bytes, std::string_view type, const RelyingParty& party, std::string_view challenge,
                                std::uint16_t status) {
  const auto document = read_client_data(bytes);
  if (!document) return refused(status, "The client data is not the JSON that browsers write.");
  if (member_of(*document, "type") != type) return refused(status, "The client data is of another type.");
  if (!equal_constant_time(bytes_of(member_of(*document, "challenge")), bytes_of(challenge)))
    return refused(status, "This answers another challenge.");
  if (member_of(*document, "origin") != party.origin)
    return refused(status, "This was made for another page than " + party.origin + ".");
  const auto* cross = document->get_object().if_contains("crossOrigin");
  if (cross != nullptr && (!cross->is_bool() || cross->get_bool()))
    return refused(status, "This was made in a frame of another page.");
  return Done{};
}

/// §7.1 steps 13 to 15, §7.2 steps 15 to 17.
Outcome<Done> check_authenticator_data(ByteSpan data, const RelyingParty& party, std::uint16_t status) {
  if (data.size() < head_size_bytes) return refused(status, "The authenticator data is too short.");
  if (!equal_constant_time(data.first(32), sha256(bytes_of(party.id))))
    return refused(status, "The key is bound to another site.");
  if ((data[flags_at] & flag_present) == 0 || (data[flags_at] & flag_verified) == 0)
    return refused(status, "The authenticator did not verify who holds it. Use one with a PIN, a finger or a face.");
  return Done{};
}

}  // namespace

std::string base64url_of(ByteSpan bytes) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const std::uint8_t byte : bytes) {
    bits = bits << 8 | byte;
    for (count += 8; count >= 6; count -= 6) out.push_back(base64url_digits[bits >> (count - 6) & 63u]);
  }
  if (count > 0) out.push_back(base64url_digits[bits << (6 - count) & 63u]);
  return out;
}

std::optional<Blob> parse_base64url(std::string_view text) {
  Blob out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t value = base64url_digits.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6 | static_cast<std::uint32_t>(value)) & 0xffffu;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<std::uint8_t>(bits >> count));
  }
  // One way to write a text: what is left over is less than a digit, and zero.
  if (count >= 6 || (bits & ((1u << count) - 1)) != 0) return std::nullopt;
  return out;
}

std::optional<RelyingParty> relying_party_of(std::string_view url) {
  const bool safe = url.starts_with("https://");
  if (!safe && !url.starts_with("http://")) return std::nullopt;
  const std::string_view host_port = url.substr(safe ? 8 : 7);
  const std::string_view host = host_port.substr(0, host_port.find(':'));
  const auto is_host = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'; };
  if (host.empty() || !std::ranges::all_of(host, is_host) || (!safe && host != "localhost")) return std::nullopt;
  if (host.size() != host_port.size()) {
    const std::string_view port = host_port.substr(host.size() + 1);
    if (port.empty() || port.size() > 5 || !std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; }))
      return std::nullopt;
  }
  return RelyingParty{std::string(url), std::string(host)};
}

Outcome<NewPasskeyFacts> check_new_passkey(const RelyingParty& party, std::string_view challenge,
                                           const NewPasskeyAnswer& answer) {
  if (auto checked = check_client_data(answer.client_data, "webauthn.create", party, challenge, 400); !checked)
    return checked.error();
  if (auto checked = check_authenticator_data(answer.authenticator_data, party, 400); !checked) return checked.error();
  begin_fido();
  const Cred cred(fido_cred_new());
  const Bytes<32> hash = sha256(answer.client_data);
  // Takes the data apart: the id, and the key in COSE, which must be on P-256.
  const bool read =
      cred && fido_cred_set_type(cred.get(), COSE_ES256) == FIDO_OK &&
      fido_cred_set_rp(cred.get(), party.id.c_str(), nullptr) == FIDO_OK &&
      fido_cred_set_clientdata_hash(cred.get(), hash.data(), hash.size()) == FIDO_OK &&
      fido_cred_set_authdata_raw(cred.get(), answer.authenticator_data.data(), answer.authenticator_data.size()) == FIDO_OK;
  const std::size_t id_size = read ? fido_cred_id_len(cred.get()) : 0;
  if (id_size == 0 || id_size > passkey_id_bytes_max || fido_cred_pubkey_len(cred.get()) != sizeof(PasskeyPublicKey))
    return refused(400, "The authenticator data holds no key of the kind ES256.");
  NewPasskeyFacts facts;
  facts.credential_id.assign(fido_cred_id_ptr(cred.get()), fido_cred_id_ptr(cred.get()) + id_size);
  std::copy_n(fido_cred_pubkey_ptr(cred.get()), facts.key.size(), facts.key.begin());
  facts.count = load_be<std::uint32_t>(ByteSpan(answer.authenticator_data).subspan(count_at, 4));
  const Es256 point(es256_pk_new());
  EVP_PKEY* on_curve = nullptr;
  if (point && es256_pk_from_ptr(point.get(), facts.key.data(), facts.key.size()) == FIDO_OK)
    on_curve = es256_pk_to_EVP_PKEY(point.get());
  if (on_curve == nullptr) return refused(400, "The key is no point on its curve.");
  EVP_PKEY_free(on_curve);
  return facts;
}

Outcome<std::uint32_t> check_passkey(const RelyingParty& party, std::string_view challenge, const PasskeyPublicKey& key,
                                     std::uint32_t count, const PasskeyAnswer& answer) {
  if (auto checked = check_client_data(answer.client_data, "webauthn.get", party, challenge, 403); !checked)
    return checked.error();
  if (auto checked = check_authenticator_data(answer.authenticator_data, party, 403); !checked) return checked.error();
  begin_fido();
  const Assertion assertion(fido_assert_new());
  const Es256 point(es256_pk_new());
  const Bytes<32> hash = sha256(answer.client_data);
  const Blob& data = answer.authenticator_data;
  const bool good = assertion && point && es256_pk_from_ptr(point.get(), key.data(), key.size()) == FIDO_OK &&
                    fido_assert_set_clientdata_hash(assertion.get(), hash.data(), hash.size()) == FIDO_OK &&
                    fido_assert_set_rp(assertion.get(), party.id.c_str()) == FIDO_OK &&
                    fido_assert_set_up(assertion.get(), FIDO_OPT_TRUE) == FIDO_OK &&
                    fido_assert_set_uv(assertion.get(), FIDO_OPT_TRUE) == FIDO_OK &&
                    fido_assert_set_count(assertion.get(), 1) == FIDO_OK &&
                    fido_assert_set_authdata_raw(assertion.get(), 0, data.data(), data.size()) == FIDO_OK &&
                    fido_assert_set_sig(assertion.get(), 0, answer.signature.data(), answer.signature.size()) == FIDO_OK &&
                    fido_assert_verify(assertion.get(), 0, COSE_ES256, point.get()) == FIDO_OK;
  if (!good) return refused(403, "The signature is not that of this passkey.");
  const auto now = load_be<std::uint32_t>(ByteSpan(data).subspan(count_at, 4));
  if ((now != 0 || count != 0) && now <= count)
    return refused(403, "The passkey counts backwards: it was copied. Remove it, and register another one.");
  return now;
}

std::string Challenges::make(std::string whose, UnixSeconds now) {
  Bytes<32> random;
  CARDEA_ASSERT(RAND_bytes(random.data(), random.size()) == 1);
  if (given_.size() >= given_count_max) given_.pop_front();
  given_.push_back({base64url_of(random), std::move(whose), {now.value + challenge_s}});
  return given_.back().challenge;
}

bool Challenges::take(std::string_view challenge, std::string_view whose, UnixSeconds now) {
  while (!given_.empty() && given_.front().expires_at <= now) given_.pop_front();
  const auto found = std::ranges::find_if(given_, [&](const Given& given) {
    return given.challenge == challenge && given.whose == whose && given.expires_at > now;
  });
  if (found == given_.end()) return false;
  given_.erase(found);
  return true;
}

std::string challenge_of(ByteSpan client_data) {
  const auto document = read_client_data(client_data);
  return document ? member_of(*document, "challenge") : std::string();
}

}  // namespace cardea::server
