// SPDX-License-Identifier: Apache-2.0
#pragma once
// Phones of persons (spec/phone.md): how one claims an invitation, what it fetches, and how it ends. Each has a token slot of
// its own at every door of its grants, so that one is ended without touching the others.

#include "server/usecases/grant_invitations.hpp"

namespace cardea::server::usecases {

struct Phone {
  PhoneId id;
  PersonId person;
  GrantId grant;  ///< of its invitation
  InvitationId invitation;
  std::string name;
  std::optional<UnixSeconds> seen_at;  ///< when it fetched a schedule last
  UnixSeconds created_at;
  std::optional<UnixSeconds> ended_at;
  std::optional<std::string> ended_because;  ///< "revoked", "lost", "restored"
};

struct PhoneClaimInput {
  std::string invitation;  ///< the link's token
  std::string name;        ///< of the phone, as its owner would call it
  P256Point public_key{};
};
/// A door of the grant: its name, and why the phone has no key for it yet, a problem's code ("slots_full", "no_lock" …).
struct PhoneDoor {
  DoorId door;
  std::string name;
  std::optional<Problem> problem;
};
struct ClaimedPhone {
  Phone phone;
  P256Point platform_key{};
  Digest confirmation{};
  std::vector<PhoneDoor> doors;
};
/// 400 for a name, or a key that is no point of the curve; 404 `invitation_not_found`; 429.
Task<Outcome<ClaimedPhone>> claim_invitation(Context& context, PhoneClaimInput input, std::string address);

struct PhoneRequest {
  PhoneId phone;
  UnixSeconds at;
  Digest mac{};
};
/// The sealed schedule. Doors that had no room for the phone's slot are tried again. 403 `phone_refused`, `phone_ended`,
/// `phone_clock`; 429.
Task<Outcome<Blob>> phone_schedule(Context& context, PhoneRequest request, std::string address);

struct LeaseRequest {
  PhoneId phone;
  UnixSeconds at;
  P256Point virtual_key{};  ///< public half of the pair that its virtual keys are to name
  Digest mac{};
};
/// The sealed leases of its virtual keys (PH13 to PH15). 400 for a key that is no point of the curve; 403 `phone_refused`,
/// `phone_ended`, `phone_clock`; 409 `other_key`; 429.
Task<Outcome<Blob>> phone_leases(Context& context, LeaseRequest request, std::string address);

/// A phone that was given a further grant, and how far that is at each door.
struct GrantedPhone {
  Phone phone;
  std::vector<PhoneDoor> doors;
};
/// Gives phones that the person has already slots of a grant of theirs (PH12): those that are named, or all. What had no room
/// is tried again with each schedule. May be repeated. 400; 404 `grant_not_found`, `phone_not_found`; 409 `ended`, `no_phones`,
/// `phone_ended`.
Task<Outcome<std::vector<GrantedPhone>>> grant_to_phones(Context& context, Principal caller, GrantId grant,
                                                         std::optional<std::vector<PhoneId>> phones);

Task<Outcome<Page<Phone>>> list_phones(Context& context, Viewer viewer, PersonId person, PageRequest page);
Task<Outcome<Phone>> find_phone(Context& context, WorkspaceId workspace, PhoneId phone);

/// Why a phone ends. A lost one takes the person's open invitations with it: the mail may be on it too.
enum class PhoneEnd : std::uint8_t { kRevoked, kLost };
/// Ends its credentials (R2), and it gets no schedule any more. May be repeated. 404 `phone_not_found`.
Task<Outcome<Phone>> end_phone(Context& context, Principal caller, PhoneId phone, PhoneEnd why);
/// Every phone of a person is lost. Those that it ended. 404 `person_not_found`.
Task<Outcome<std::vector<Phone>>> lose_phones(Context& context, Principal caller, PersonId person);

/// Doors that a grant was given.
struct NewDoors {
  WorkspaceId workspace;
  GrantId grant;
  std::vector<DoorId> doors;
  std::string by;  ///< who asked for it: an id
};
/// Gives the phones of a grant their slots there, inside a transaction, and adds to `locks` those that are to hear of it. 409
/// `slots_full`, `schedules_full`; where there is no lock yet they are tried again with each schedule.
Task<Outcome<Done>> issue_at_new_doors(Transaction& tx, Context& context, NewDoors added, std::vector<LockName>& locks);

/// Ends every phone of a person or grant, inside a transaction; the credentials are the caller's.
Task<void> end_phones_of_person(Transaction& tx, Context& context, WorkspaceId workspace, PersonId person, std::string by);

}  // namespace cardea::server::usecases
