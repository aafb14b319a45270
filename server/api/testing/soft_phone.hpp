// SPDX-License-Identifier: Apache-2.0
#pragma once
// A phone in memory, for tests: spec/phone.md with core/phone, every part to be spoilt.

#include <string>

#include "core/phone/leases.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "server/domain/id.hpp"
#include "server/json/json.hpp"
#include "server/keys/aead.hpp"

namespace cardea::server::testing {

class SoftPhone {
 public:
  SoftPhone() : own_(provider_.p256_generate(KeyKind::kAgree, claim_.phone_key).value()) {}

  [[nodiscard]] std::string point() const { return hex_of(claim_.phone_key); }
  [[nodiscard]] std::string id() const { return PhoneId{claim_.phone}.text(); }
  /// The body of a claim; `link` as the platform made it.
  [[nodiscard]] std::string claim_body(const std::string& link) const {
    return R"({"invitation":")" + word_of(link) + R"(","name":"A phone","public_key":")" + point() + "\"}";
  }
  static std::string word_of(const std::string& link) { return link.substr(link.find('#') + 1); }

  /// Takes the answer to a claim; true when its confirmation is good.
  bool take_claim(const std::string& link, const json::Any& answer) {
    phone::LinkToken token;
    const std::string word = word_of(link);
    const auto member = [&answer](const char* name) { return std::string(answer.at(name).as_string()); };
    if (parse_hex(word.substr(word.size() - 64), token.mutable_bytes()) != Status::kOk) return false;
    claim_.invitation = InvitationId::parse(member("invitation_id")).value().bytes;
    claim_.phone = PhoneId::parse(member("phone_id")).value().bytes;
    if (parse_hex(member("public_key"), claim_.platform_key) != Status::kOk) return false;
    const KeyBytes shared = provider_.p256_agree_bytes(own_, claim_.platform_key).value();
    keys_ = phone::derive_keys(provider_, token, shared, claim_).value();
    return hex_of(phone::confirmation_of(provider_, keys_.auth, claim_).value()) == member("confirmation");
  }

  [[nodiscard]] std::string request_body(UnixSeconds at) {
    const Digest mac = phone::request_mac(provider_, keys_.auth, claim_.phone, at).value();
    return R"({"phone_id":")" + id() + R"(","at":)" + std::to_string(at.value) + R"(,"mac":")" + hex_of(mac) + "\"}";
  }
  /// An order (spec/phone.md §5): `members` of its body behind the phone and the moment, each with a comma in front.
  struct Order {
    std::string body;
    std::string mac;
  };
  [[nodiscard]] Order order(std::string_view path, UnixSeconds at, const std::string& members = {}) {
    const auto bytes = [](std::string_view text) {
      return ByteSpan(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    };
    Order out;
    out.body = R"({"phone_id":")" + id() + R"(","at":)" + std::to_string(at.value) + members + "}";
    out.mac = hex_of(phone::order_mac(provider_, keys_.auth, bytes(path), bytes(out.body)).value());
    return out;
  }
  /// The schedule of an answer to the request of `at`, or why it does not open.
  [[nodiscard]] Result<Blob> open(const json::Any& answer, UnixSeconds at) const {
    const std::string hex(answer.at("sealed").as_string());
    Blob sealed(hex.size() / 2);
    CARDEA_TRY(parse_hex(hex, sealed));
    return open_gcm(keys_.seal, phone::schedule_aad(claim_.phone, at), sealed);
  }
  /// Of the pair that its virtual keys name.
  [[nodiscard]] const P256Point& virtual_key() const { return virtual_point_; }
  [[nodiscard]] std::string lease_body(UnixSeconds at) { return lease_body(at, virtual_point_); }
  [[nodiscard]] std::string lease_body(UnixSeconds at, const P256Point& shown) {
    const Digest mac = phone::lease_request_mac(provider_, keys_.auth, claim_.phone, at, shown).value();
    return R"({"phone_id":")" + id() + R"(","at":)" + std::to_string(at.value) + R"(,"virtual_key":")" + hex_of(shown) +
           R"(","mac":")" + hex_of(mac) + "\"}";
  }
  [[nodiscard]] Result<Blob> open_leases(const json::Any& answer, UnixSeconds at) const {
    const std::string hex(answer.at("sealed").as_string());
    Blob sealed(hex.size() / 2);
    CARDEA_TRY(parse_hex(hex, sealed));
    return open_gcm(keys_.seal, phone::leases_aad(claim_.phone, at), sealed);
  }
  [[nodiscard]] const phone::PhoneKeys& keys() const { return keys_; }
  [[nodiscard]] Provider& provider() { return provider_; }

 private:
  OpensslProvider provider_{16};
  phone::Claim claim_;
  KeyHandle own_;
  phone::PhoneKeys keys_;
  P256Point virtual_point_{};
  KeyHandle virtual_ = provider_.p256_generate(KeyKind::kAgree, virtual_point_).value();
};

}  // namespace cardea::server::testing
