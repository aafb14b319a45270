// SPDX-License-Identifier: Apache-2.0
// A platform that invites as many did, with one flaw or with none. Test only.
#include <fmt/format.h>

#include <map>

#include "tests/attacks/invitation/invitation.hpp"

namespace cardea::attacks {
namespace {

struct Invited {
  int left = 0;
  std::uint64_t expires_at = 0;
  std::uint64_t first_claim_at = 0;
  bool is_cancelled = false;
  bool brings_pin = false;
  std::string pin;
};

class TwinInvitations final : public Invitations {
 public:
  explicit TwinInvitations(InvitationFlaw flaw) : flaw_(flaw) {}

  bool takes_name(const std::string& /*name*/) override { return true; }
  Mailed invite(const std::string& name, int phone_count, const std::string& host) override {
    const std::string token = fmt::format("cardea_phone_{:064x}", ++count_ * 0x9e3779b97f4a7c15ULL);
    newest_ = token;
    invited_[token] = {phone_count, now_ + 3 * 86'400, 0, false, false, ""};
    const bool believes = flaw_ == InvitationFlaw::kHostOfRequest && !host.empty();
    const std::string link = "https://" + (believes ? host : "cardea.test") + "/invitation/en#" + token;
    const std::string shown = flaw_ == InvitationFlaw::kPastesNames ? name : plain(name);
    return {fmt::format("Subject: Your key\r\nContent-Type: multipart/alternative\r\n\r\nContent-Type: text/html\r\n\r\n"
                        "<p>Hello {}</p><p>{}</p>",
                        shown, link),
            link};
  }

  std::string visit(std::string_view /*method*/, const std::string& link) override {
    if (flaw_ == InvitationFlaw::kGetClaims) claim(link);
    return "200 A key for your phone";
  }

  std::string claim(const std::string& link) override {
    const auto found = invited_.find(link.substr(link.find('#') + 1));
    const bool says_why = flaw_ == InvitationFlaw::kSaysWhy;
    if (found == invited_.end()) return "404 unknown";
    Invited& one = found->second;
    const bool is_late = one.first_claim_at != 0 && now_ >= one.first_claim_at + 86'400;
    if (one.is_cancelled) return says_why ? "410 cancelled" : "404 unknown";
    if (one.left == 0) return says_why ? "409 used" : "404 unknown";
    if (now_ >= one.expires_at || is_late) return says_why ? "410 expired" : "404 unknown";
    --one.left;
    if (one.first_claim_at == 0) one.first_claim_at = now_;
    return "";
  }

  int claim_at_once(const std::string& link, int phone_count) override {
    const int left = invited_.at(link.substr(link.find('#') + 1)).left;
    int taken = 0;
    for (int i = 0; i < phone_count; ++i) {
      // Every one of them looked before any of them was counted.
      const bool looked = flaw_ == InvitationFlaw::kCountsAfterwards && left > 0;
      if (claim(link).empty() || looked) ++taken;
    }
    return taken;
  }

  std::string invite_to_pin(const std::string& name) override {
    const std::string link = invite(name, 1, "").link;
    invited_.at(newest_).brings_pin = true;
    return link;
  }

  std::string choose_pin(const std::string& link, int door, const std::string& pin) override {
    const auto found = invited_.find(link.substr(link.find('#') + 1));
    if (found == invited_.end()) return "404";
    Invited& one = found->second;
    if (!one.brings_pin || one.is_cancelled || now_ >= one.expires_at) return "404";
    if (door != 0 && flaw_ != InvitationFlaw::kPinAtAnyDoor) return "400";
    if (choices_ >= 32 && flaw_ != InvitationFlaw::kPinsTriedByLink) return "429";
    ++choices_;
    if (!one.pin.empty() && flaw_ != InvitationFlaw::kReplacesPin) return "409";
    for (const auto& [token, other] : invited_)
      if (other.pin == pin) return "taken";
    one.pin = pin;
    return "";
  }

  void cancel_newest() override { invited_.at(newest_).is_cancelled = true; }
  void advance(std::uint64_t seconds) override { now_ += seconds; }

 private:
  static std::string plain(const std::string& name) {
    std::string out;
    for (const char c : name)
      if (c >= ' ' && c < 0x7f && std::string_view("<>\"'&").find(c) == std::string_view::npos) out += c;
    return out;
  }
  InvitationFlaw flaw_;
  std::map<std::string, Invited> invited_;
  std::string newest_;
  std::uint64_t now_ = 1'800'000'000;
  std::uint64_t count_ = 0;
  int choices_ = 0;  ///< at the first door, today
};

}  // namespace

std::unique_ptr<Invitations> make_twin_invitations(InvitationFlaw flaw) { return std::make_unique<TwinInvitations>(flaw); }

}  // namespace cardea::attacks
