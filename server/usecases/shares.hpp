// SPDX-License-Identifier: Apache-2.0
#pragma once
// Keys that people share from their phones (spec/phone.md §6): a grant of a guest's own, within the giver's and never beyond.

#include "server/usecases/credentials.hpp"
#include "server/usecases/grant_invitations.hpp"
#include "server/usecases/phone_orders.hpp"

namespace cardea::server::usecases {

struct ShareDoor {
  DoorId door;
  std::string name;
  std::string_view delivery;  ///< of the guest's keys there: the one that is furthest behind; "" when there is none yet
  std::optional<UnixSeconds> last_possible_use;  ///< of one that is ending
};
struct Share {
  AccessGrant grant;
  std::string name;  ///< of the guest
  std::optional<std::string> email;
  std::optional<std::string> phone;
  std::string_view state;  ///< of the invitation while the share goes on: "draft" … "on_phone"; else "ended"
  std::vector<ShareDoor> doors;
};
/// A share and, when its link is not mailed, that: shown here and never again.
struct NewShare {
  Share share;
  std::optional<std::string> link;
};

struct ShareCreate {
  std::vector<DoorId> doors;
  std::optional<UnixSeconds> from;  ///< nothing: now
  UnixSeconds until;
  std::string name;
  std::optional<std::string> email;  ///< the link goes there
  std::optional<std::string> phone;
  std::optional<Language> language;
};
/// How many keys a person shares now, inside a transaction.
Task<std::uint32_t> count_shares(Transaction& tx, WorkspaceId workspace, PersonId person);
/// Shares a key (PH21). 400; 403 `not_shareable`; 404 `door_not_found`; 409 `shares_spent`, and as create_grant_invitation().
Task<Outcome<NewShare>> share_key(Context& context, PhoneOrder order, ShareCreate input);
/// Those of the phone's person, the newest first: all that go on, and what ended within 30 days; 100 at most.
Task<Outcome<std::vector<Share>>> list_shares(Context& context, PhoneOrder order);
/// Ends one. May be repeated. 404 `share_not_found`.
Task<Outcome<Share>> end_share(Context& context, PhoneOrder order, GrantId share);

}  // namespace cardea::server::usecases
