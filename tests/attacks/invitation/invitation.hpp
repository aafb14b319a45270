// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a key reaches a phone, as somebody meets it who reads along, guesses, scans mails, or may choose a name. The shipped
// platform implements it, and so does a twin with one flaw, or none.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace cardea::attacks {

/// An invitation that was mailed.
struct Mailed {
  std::string bytes;  ///< the mail as it goes to the mail server
  std::string link;   ///< what a person would open
};

class Invitations {
 public:
  virtual ~Invitations() = default;
  /// False when nobody can have this name in the first place.
  virtual bool takes_name(const std::string& name) = 0;
  /// A manager invites somebody of this name by mail, for so many phones. `host`: of the manager's request, as whoever is in
  /// between may write it ("" for the honest one).
  virtual Mailed invite(const std::string& name, int phone_count, const std::string& host) = 0;
  /// What a browser or a scanner sends for a link: everything in front of the #. The answer's status and body.
  virtual std::string visit(std::string_view method, const std::string& link) = 0;
  /// A phone with this link: what it hears, "" when it has the key.
  virtual std::string claim(const std::string& link) = 0;
  /// So many phones in one moment: how many have the key.
  virtual int claim_at_once(const std::string& link, int phone_count) = 0;
  /// A manager makes a link by which somebody may choose a PIN at the first of two doors.
  virtual std::string invite_to_pin(const std::string& name) = 0;
  /// Whoever holds a link asks for this PIN at a door, 0 or 1: what they hear, "" when they have it, "taken" when it is another
  /// person's.
  virtual std::string choose_pin(const std::string& link, int door, const std::string& pin) = 0;
  virtual void cancel_newest() = 0;
  virtual void advance(std::uint64_t seconds) = 0;
};

/// The historic flaws, one for each attack.
enum class InvitationFlaw : std::uint8_t {
  kNone,
  kCountsAfterwards,  ///< F09a: whether a phone is left is looked at before, and counted after
  kGetClaims,         ///< F09b: whoever opens the link has used it
  kHostOfRequest,     ///< F09c: the link leads to the host that the request names
  kSaysWhy,           ///< F12b: a link that was good once is told from one that never was
  kReplacesPin,       ///< F09e: whoever has the link later gives the door another PIN
  kPinAtAnyDoor,      ///< F09f: a link is good at every door
  kPinsTriedByLink,   ///< B21a: what is chosen by a link is charged to nobody
  kPastesNames,       ///< F16: a name goes into headers and HTML as it is
};

std::unique_ptr<Invitations> make_shipped_invitations();
std::unique_ptr<Invitations> make_twin_invitations(InvitationFlaw flaw);

}  // namespace cardea::attacks
