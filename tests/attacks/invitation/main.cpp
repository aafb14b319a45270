// SPDX-License-Identifier: Apache-2.0
// cardea-invitation-attacks: attacks on links that bring keys to phones, and on the mails that bring the links.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "tests/attacks/against_twin.hpp"
#include "tests/attacks/invitation/invitation.hpp"

namespace cardea::attacks {
namespace {

std::string another_token(std::string link, std::size_t from_the_end, char c) {
  char& at = link[link.size() - 1 - from_the_end];
  at = at == c ? 'f' : c;
  return link;
}

/// F09: a link that is used again, by more phones than it is for, all at once, guessed at, or after its end.
Achieved link_used_again(Invitations& platform) {
  for (int round = 0; round < 4; ++round) {
    const Mailed mailed = platform.invite("Ana", 1, "");
    for (std::size_t place = 0; place < 60; place += 7)
      if (platform.claim(another_token(mailed.link, place, '0')).empty()) return "a guessed token has the key";
    platform.advance(600);
    if (const int count = platform.claim_at_once(mailed.link, 6); count != 1)
      return fmt::format("a link for one phone gave its key to {} at once", count);
    if (platform.claim(mailed.link).empty()) return "a used link gave its key again";
    platform.advance(600);
  }
  const Mailed late = platform.invite("Ana", 2, "");
  if (!platform.claim(late.link).empty()) return "the platform takes no claim at all: nothing is proved";
  platform.advance(25 * 3'600);
  if (platform.claim(late.link).empty()) return "a link gave its key a day after its first phone";
  const Mailed old = platform.invite("Ana", 1, "");
  platform.advance(4 * 86'400);
  if (platform.claim(old.link).empty()) return "an expired link gave its key";
  return "";
}

/// F09: what mail scanners, link previews and browsers send before the person does.
Achieved scanned_link(Invitations& platform) {
  const Mailed mailed = platform.invite("Ana", 1, "");
  const std::string token = mailed.link.substr(mailed.link.find_last_of("#=/") + 1);
  for (const char* method : {"HEAD", "GET", "GET", "HEAD", "GET"}) {
    const std::string seen = platform.visit(method, mailed.link);
    if (seen.find(token) != std::string::npos) return "the page behind the link shows its token";
  }
  if (const std::string why = platform.claim(mailed.link); !why.empty())
    return "after a scanner had looked, the person heard: " + why;
  return "";
}

/// F09: a Host header that leads the person, and the token with them, elsewhere.
Achieved link_elsewhere(Invitations& platform) {
  for (const char* host : {"evil.example", "evil.example:443", "cardea.test.evil.example", "cardea.test@evil.example"}) {
    const Mailed mailed = platform.invite("Ana", 1, host);
    if (mailed.link.find("evil.example") != std::string::npos || mailed.bytes.find("evil.example") != std::string::npos)
      return fmt::format("with the host {} the link is {}", host, mailed.link.substr(0, mailed.link.find('#')));
    if (!mailed.link.starts_with("https://cardea.test/")) return "the link is no link: nothing is proved";
  }
  return "";
}

/// F12: whether somebody was invited, and what became of it.
Achieved who_was_invited(Invitations& platform) {
  const Mailed used = platform.invite("Ana", 1, "");
  if (!platform.claim(used.link).empty()) return "the platform takes no claim at all: nothing is proved";
  const Mailed cancelled = platform.invite("Ana", 1, "");
  platform.cancel_newest();
  const Mailed expired = platform.invite("Ana", 1, "");
  platform.advance(4 * 86'400);
  const std::string never = platform.claim(another_token(used.link, 3, '0'));
  for (const Mailed& mailed : {used, cancelled, expired})
    if (const std::string heard = platform.claim(mailed.link); heard != never)
      return "a link that was good once hears \"" + heard + "\", and one that never was \"" + never + "\"";
  return "";
}

/// F09: whoever comes upon the link after its person has chosen.
Achieved pin_by_used_link(Invitations& platform) {
  const std::string link = platform.invite_to_pin("Ana");
  if (const std::string heard = platform.choose_pin(link, 0, "314159"); !heard.empty())
    return "the platform takes no PIN at all (" + heard + "): nothing is proved";
  for (int i = 0; i < 4; ++i)
    if (platform.choose_pin(link, 0, fmt::format("27182{}", i + 3)).empty()) return "a used link gave the door another PIN";
  const std::string cancelled = platform.invite_to_pin("Bo");
  platform.cancel_newest();
  if (platform.choose_pin(cancelled, 0, "161803").empty()) return "a cancelled link gave a PIN";
  const std::string old = platform.invite_to_pin("Cy");
  platform.advance(4 * 86'400);
  if (platform.choose_pin(old, 0, "161803").empty()) return "an expired link gave a PIN";
  if (platform.choose_pin(platform.invite("Di", 1, "").link, 0, "161803").empty()) return "a link for phones gave a PIN";
  return "";
}

/// F09: a link to one door, shown at another.
Achieved pin_at_another_door(Invitations& platform) {
  const std::string link = platform.invite_to_pin("Ana");
  if (platform.choose_pin(link, 1, "314159").empty()) return "a link to one door gave a PIN at another";
  return platform.choose_pin(link, 0, "314159").empty() ? "" : "the platform takes no PIN at all: nothing is proved";
}

/// B21: who has many links, and tries with each whether a number is somebody's PIN.
Achieved pins_tried_by_links(Invitations& platform) {
  constexpr int links = 48;
  const std::string victim = platform.invite_to_pin("Ana");
  if (!platform.choose_pin(victim, 0, "314159").empty()) return "the platform takes no PIN at all: nothing is proved";
  for (int i = 0; i < links; ++i) {
    const std::string link = platform.invite_to_pin(fmt::format("Guest {}", i));
    // Those before are others' as little as the attacker knows; one of the last is the victim's.
    const std::string guess = i < 40 ? fmt::format("{:06}", 130'479 + i * 7'919) : "314159";
    if (platform.choose_pin(link, 0, guess) == "taken") return fmt::format("guess {} told that somebody has this PIN", i + 1);
  }
  return "";
}

/// The header lines of a mail, unfolded.
std::string head_of(const std::string& mail) { return mail.substr(0, std::min(mail.find("\r\n\r\n"), mail.size())); }

/// Quoted-printable undone, as a mail program does it.
std::string decoded(const std::string& mail) {
  std::string out;
  for (std::size_t i = 0; i < mail.size(); ++i) {
    if (mail[i] != '=' || i + 2 >= mail.size()) {
      out += mail[i];
    } else if (mail[i + 1] == '\r') {
      i += 2;
    } else {
      out += static_cast<char>(std::strtol(mail.substr(i + 1, 2).c_str(), nullptr, 16));
      i += 2;
    }
  }
  return out;
}

/// F16: names that would be more than names in a mail.
Achieved name_in_a_mail(Invitations& platform) {
  int taken = 0;
  for (const char* name : {"Eve <script>alert(1)</script>", "Eve <img src=x onerror=alert(1)>",
                           "</p><a href='https://evil.example'>Click</a>", "Eve \" onmouseover=\"alert(1)",
                           "=?UTF-8?Q?=0D=0ABcc:_all@evil.example?=", "Eve {link} {workspace}", "-- \xe2\x80\xae gnp.exe",
                           "Eve\xe2\x80\xa8"
                           "Bcc: all@evil.example",
                           "Eve\xc2\x85"
                           "Bcc: all@evil.example"}) {
    if (!platform.takes_name(name)) continue;
    ++taken;
    const Mailed mailed = platform.invite(name, 1, "");
    if (mailed.bytes.find("text/html") == std::string::npos) return "there is no HTML in the mail: nothing is proved";
    std::istringstream lines(head_of(mailed.bytes));
    for (std::string line; std::getline(lines, line);)
      if (line.starts_with("Bcc")) return fmt::format("the name {} wrote a header", name);
    const std::string html = decoded(mailed.bytes.substr(mailed.bytes.rfind("text/html")));
    for (const char* bad : {"<script", "<img", "evil.example'>", "\" onmouseover", "\xe2\x80\xae", "\xe2\x80\xa8", "\xc2\x85"})
      if (html.find(bad) != std::string::npos) return fmt::format("the name {} is more than a name in the HTML", name);
    if (mailed.link.find("#cardea_phone_") == std::string::npos) return fmt::format("the name {} takes the link away", name);
  }
  return taken > 3 ? "" : "hardly a name is taken: nothing is proved";
}

constexpr TargetAttack<Invitations, InvitationFlaw> attacks[] = {
    {"F09a", "Link of an invitation used again", InvitationFlaw::kCountsAfterwards, link_used_again},
    {"F09b", "Link that a scanner opens first", InvitationFlaw::kGetClaims, scanned_link},
    {"F09c", "Link to another host", InvitationFlaw::kHostOfRequest, link_elsewhere},
    {"F09e", "PIN by a link that was used", InvitationFlaw::kReplacesPin, pin_by_used_link},
    {"F09f", "PIN at a door that the link is not for", InvitationFlaw::kPinAtAnyDoor, pin_at_another_door},
    {"B21a", "PINs tried out by links", InvitationFlaw::kPinsTriedByLink, pins_tried_by_links},
    {"F12b", "Enumeration of invitations", InvitationFlaw::kSaysWhy, who_was_invited},
    {"F16", "HTML and headers through names", InvitationFlaw::kPastesNames, name_in_a_mail},
};

}  // namespace
}  // namespace cardea::attacks

int main(int count, char** arguments) {
  using namespace cardea::attacks;
  return run_program<Invitations, InvitationFlaw>(count, arguments, attacks, make_shipped_invitations, make_twin_invitations);
}
