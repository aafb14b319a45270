// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where tests of PINs begin: those that a manager issues, and those that somebody with a link chooses.

#include "core/codes/pin.hpp"
#include "server/api/testing/building.hpp"

namespace cardea::server::api::testing {

class Pins : public Building {
 protected:
  explicit Pins(std::uint8_t slot_count = 32) : Building(link::LockClass::kProtected, slot_count) {}

  json::Any choose(const std::string& pin, std::uint16_t status = 201) {
    return issue("pin", R"(,"pin":")" + pin + "\"", status);
  }
  /// Somebody else's grant at the same door is the one in use from here on.
  void next_person(const std::string& name = "Bo") {
    person_ = text(post("/v1/persons", R"({"name":")" + name + "\"}", 201), "id");
    grant_ = make_grant(-3'600, 20 * 86'400);
  }
  void revoke(const std::string& credential) { post("/v1/credentials/" + credential + "/revoke", {}, 200); }
  PinDigest digest_at_lock(const std::string& pin) {
    OpensslProvider provider;
    const KeyHandle k_lock = *provider.import_key(KeyKind::kMac, lock_.key());
    return *pin_digest(provider, *derive_pin_key(provider, k_lock, lock_.lock_id()), Digits::parse(pin));
  }
  /// The lock writes that the PIN was typed.
  void write_use(const json::Any& issued, audit::Kind kind, audit::ReasonCode reason = audit::reason_none) {
    const auto& slot = issued.at("credential").at("slot");
    const audit::PinUse use{static_cast<std::uint8_t>(slot.at("number").as_int64()),
                            static_cast<std::uint16_t>(slot.at("generation").as_int64()), true};
    lock_.write_record(kind, audit::Method::kPin, audit::encode(use), reason);
  }
  void open_with(const json::Any& issued) { write_use(issued, audit::Kind::kOpening); }
  json::Any settings(const std::string& body, std::uint16_t status) {
    return request("PATCH", "/v1/locks/" + lock_.id() + "/settings", body, status);
  }
};

class InvitedPins : public Pins {
 protected:
  /// The secret word of a new invitation's link.
  std::string invited_word(const std::string& more) {
    const std::string link = invite(more);
    return link.substr(link.find('#') + 1);
  }
  json::Any choose_by(const std::string& word, const std::string& pin, std::uint16_t status) {
    const std::string chosen = pin.empty() ? std::string() : R"(,"pin":")" + pin + "\"";
    return public_post("/v1/invitations/pin", R"({"invitation":")" + word + R"(","door_id":")" + door_ + "\"" + chosen + "}",
                       status);
  }
};

}  // namespace cardea::server::api::testing
