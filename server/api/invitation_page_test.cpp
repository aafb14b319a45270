// SPDX-License-Identifier: Apache-2.0
// The page behind an invitation's link, as a browser without scripts uses it.
#include <gmock/gmock.h>

#include "core/codes/pin.hpp"
#include "server/api/testing/building.hpp"
#include "server/http/message.hpp"

namespace cardea::server::api::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class InvitationPage : public Building {
 protected:
  std::string invite_to_pin() { return invite(R"(,"pin":true)"); }
  static std::string encoded(const std::string& text) {
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += hex[byte >> 4];
      out += hex[byte & 15];
    }
    return out;
  }
  http::ClientResponse send(const std::string& body, const std::string& language = "en",
                            const std::string& type = "application/x-www-form-urlencoded") {
    return send_without_key("/invitation/" + language, body, type);
  }
  http::ClientResponse look(const std::string& link, const std::string& language = "en") {
    return send("invitation=" + encoded(link), language);
  }
  http::ClientResponse choose(const std::string& link, const std::string& pin, const std::string& language = "en") {
    const std::string form = "invitation=" + encoded(link) + "&door_id=" + door_;
    return send(form + (pin.empty() ? "&pin=&make=1" : "&pin=" + encoded(pin)), language);
  }
  PinDigest digest_at_lock(const std::string& pin) {
    OpensslProvider provider;
    const KeyHandle k_lock = *provider.import_key(KeyKind::kMac, lock_.key());
    return *pin_digest(provider, *derive_pin_key(provider, k_lock, lock_.lock_id()), Digits::parse(pin));
  }
  /// The field of an id says what is wrong with it, to eyes and to screen readers.
  static void expect_wrong_at(const std::string& page, const std::string& field, const std::string& words) {
    EXPECT_THAT(page, HasSubstr("<p id=\"" + field + "-wrong\" class=\"wrong\" role=\"alert\">" + words)) << page;
    EXPECT_THAT(page, HasSubstr("<input id=\"" + field + "\" aria-describedby=\"" + field + "-wrong " + field +
                                "-hint\" aria-invalid=\"true\" autofocus"));
    EXPECT_THAT(page, HasSubstr("<label for=\"" + field + "\">"));
  }
};

// [rule: PH1]
TEST_F(InvitationPage, IsTheSameForEverybodyAndLoadsRunsAndUsesNothing) {
  const std::string link = invite_to_pin();
  const std::string token = link.substr(link.find('#') + 1);
  const auto page = platform_.send("GET", "/invitation/en", {}, "");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(platform_.send("GET", "/invitation/en?invitation=" + token, {}, "").body, page.body);
  EXPECT_THAT(std::string(page.header("content-security-policy")),
              MatchesRegex("default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; base-uri 'none'; form-action 'self'; "
                           "frame-ancestors 'none'"));
  for (const char* foreign : {"<script", "src=", "http:", "https:", "style=\"", "onclick"})
    EXPECT_THAT(page.body, Not(HasSubstr(foreign)));
  EXPECT_THAT(page.body, HasSubstr("<form method=\"post\" action=\"/invitation/en\""));
  EXPECT_EQ(text(get("/v1/invitations/" + invitation_), "state"), "sent");
}

TEST_F(InvitationPage, RefusesWhatItsFormDoesNotSend) {
  const std::string link = encoded(invite_to_pin());
  EXPECT_EQ(send("invitation=" + link, "xx").status, 404);
  EXPECT_EQ(send("invitation=" + link, "en", "application/json").status, 415);
  EXPECT_EQ(send("invitation=" + link, "en", "text/plain").status, 415);
  EXPECT_EQ(send("invitation=" + link + "&person=1").status, 400);
  EXPECT_EQ(send("invitation=" + link + "&invitation=" + link).status, 400);
  EXPECT_EQ(send("invitation=%4").status, 400);
  EXPECT_EQ(send(std::string(70'000, 'a')).status, 413);
}

// [rule: P15]
TEST_F(InvitationPage, SaysTheSameToEveryLinkThatBringsNoPin) {
  const std::string none = look(invite("")).body;
  expect_wrong_at(none, "link", "This is no link by which a PIN can be chosen");
  const std::string cancelled = invite_to_pin();
  post("/v1/invitations/" + invitation_ + "/cancel", {}, 200);
  for (const std::string& link :
       {cancelled, cancelled + "x", std::string("nonsense"), std::string(), std::string(5'000, '#')}) {
    const auto answer = look(link);
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.body, none) << link.substr(0, 100);
  }
  const std::string other_door =
      send("invitation=" + encoded(invite_to_pin()) + "&door_id=door_" + std::string(32, '0') + "&pin=314159").body;
  EXPECT_THAT(other_door, Not(HasSubstr(std::string(32, '0'))));
}

// [rule: P2] [rule: P10] [rule: P15]
TEST_F(InvitationPage, SaysBesideTheFieldOfADoorWhatIsWrongAndDoesNotRepeatThePin) {
  issue("pin", R"(,"pin":"314159")");
  person_ = text(post("/v1/persons", R"({"name":"Bo"})", 201), "id");
  grant_ = make_grant(-3'600, 86'400);
  const std::string link = invite_to_pin();
  const std::vector<std::tuple<std::string, std::uint16_t, std::string>> cases{
      {"111111", 400, "This one is too easy to guess"},
      {"3141", 400, "Type exactly 6 digits"},
      {"three1", 400, "Type exactly 6 digits"},
      {"<b>", 400, "Type exactly 6 digits"},
      {"314159", 409, "This PIN is not to be had at this door"}};
  for (const auto& [pin, status, words] : cases) {
    const auto answer = choose(link, pin);
    EXPECT_EQ(answer.status, status) << pin;
    expect_wrong_at(answer.body, door_, words);
    EXPECT_THAT(answer.body, AllOf(Not(HasSubstr(pin)), HasSubstr("<title>Not yet: ")));
    EXPECT_NE(std::string(answer.header("content-security-policy")), "");
  }
  expect_wrong_at(choose(link, "111111", "de").body, door_, "Diese ist zu leicht zu erraten.");
  expect_wrong_at(choose(link, "111111", "zh").body, door_, "此 PIN 码太容易被猜到");
}

// [rule: P11] [rule: P15]
TEST_F(InvitationPage, IsNoWayAroundTheChargeOfAChoice) {
  issue("pin", R"(,"pin":"314159")");
  person_ = text(post("/v1/persons", R"({"name":"Bo"})", 201), "id");
  grant_ = make_grant(-3'600, 86'400);
  const std::string link = invite_to_pin();
  int looked_at = 0;
  int slowed = 0;
  for (int i = 0; i < 20; ++i) {
    const auto answer = choose(link, "314159");
    if (answer.status == 409) ++looked_at;
    if (answer.status != 429) continue;
    ++slowed;
    expect_wrong_at(answer.body, door_, "Too many tries");
  }
  EXPECT_LE(looked_at, 11) << "those of the link, as at /v1/invitations/pin";
  EXPECT_GE(slowed, 9);
}

// [rule: P15]
TEST_F(InvitationPage, TakesALinkAsItWasPastedAndThePinForEachDoor) {
  const std::string link = invite_to_pin();
  for (const std::string& pasted : {link, link.substr(link.find('#') + 1), "  " + link + "\r\n"}) {
    const auto doors = look(pasted);
    EXPECT_EQ(doors.status, 200);
    EXPECT_THAT(doors.body,
                AllOf(HasSubstr("<legend>Front</legend>"), HasSubstr("<label for=\"" + door_ + "\">PIN for Front</label>"),
                      HasSubstr("pattern=\"[0-9]{6}\""), HasSubstr("inputmode=\"numeric\"")));
  }
  const auto chosen = choose(link, "314159");
  EXPECT_EQ(chosen.status, 200);
  EXPECT_THAT(chosen.body, AllOf(HasSubstr("The PIN that you chose for Front is taken."), Not(HasSubstr("314159"))));
  sync();
  EXPECT_EQ(lock_.snapshot().slots[0].pin_digest, digest_at_lock("314159"));
  const auto again = choose(link, "271828");
  EXPECT_EQ(again.status, 409) << "whoever comes later with the link";
  EXPECT_THAT(again.body, HasSubstr("There is a PIN for this door already."));
  sync();
  EXPECT_EQ(lock_.snapshot().slots[0].pin_digest, digest_at_lock("314159"));
}

TEST_F(InvitationPage, ShowsAPinThatWasMadeOnceAndInTheLanguageOfItsAddress) {
  const std::string link = invite_to_pin();
  EXPECT_THAT(look(link, "de").body, AllOf(HasSubstr("<html lang=\"de\">"), HasSubstr("PIN für Front")));
  EXPECT_THAT(look(link, "zh").body, AllOf(HasSubstr("<html lang=\"zh\">"), HasSubstr("Front 的 PIN 码")));
  const std::string made = choose(link, "", "de").body;
  const std::string mark = "class=\"code\">";
  ASSERT_THAT(made, HasSubstr(mark));
  const std::string pin = made.substr(made.find(mark) + mark.size(), 6);
  sync();
  EXPECT_EQ(lock_.snapshot().slots[0].pin_digest, digest_at_lock(pin));
  EXPECT_THAT(look(link, "de").body, Not(HasSubstr(pin)));
}

TEST_F(InvitationPage, ShowsNamesAsNames) {
  request("PATCH", "/v1/doors/" + door_, R"({"name":"<b>\"A\" & 'B'</b> {}"})", 200);
  const std::string page = look(invite_to_pin()).body;
  EXPECT_THAT(page, AllOf(HasSubstr("&lt;b&gt;"), Not(HasSubstr("<b>")), Not(HasSubstr("\"A\"")), HasSubstr("{}")));
}

}  // namespace
}  // namespace cardea::server::api::testing
