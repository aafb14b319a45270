// SPDX-License-Identifier: Apache-2.0
#pragma once
// PINs that exist, or are chosen by the person themself (spec/pin.md P14, P15). Making one for a grant is create_credential().

#include "server/usecases/credentials.hpp"
#include "server/usecases/grant_invitations.hpp"

namespace cardea::server::usecases {

/// Another PIN for a credential: `pin`, or one that the platform makes. The lock takes the old one until it has the new one,
/// and goes on counting. 404 `credential_not_found`, 409 `not_pin`, `ended`, and the problems of take_pin(); 429
/// `pin_choices_spent`.
Task<Outcome<IssuedCredential>> change_pin(Context& context, Principal caller, CredentialId credential,
                                           std::optional<Digits> pin);

struct PinByInvitation {
  std::string invitation;  ///< the link's token
  DoorId door;
  std::optional<Digits> pin;  ///< nothing: the platform makes one
};
/// A PIN for a door of the grant, by whoever holds a link that says so; one at each door. 404 `invitation_not_found`, also for
/// a link that brings no PIN; 400 for a door that is none of the grant's; 409 `credential_exists` and those of
/// create_credential(); 429 also as `pin_choices_spent`.
Task<Outcome<IssuedCredential>> choose_pin(Context& context, PinByInvitation input, std::string address);

}  // namespace cardea::server::usecases
