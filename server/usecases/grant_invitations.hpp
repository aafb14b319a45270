// SPDX-License-Identifier: Apache-2.0
#pragma once
// Invitations to an access grant: a link by which phones of the person get the grant's keys (spec/phone.md §1). The platform
// keeps a digest of the link's token; the link itself is in the mail, or is shown once to whoever hands it over.

#include "server/usecases/access_grants.hpp"
#include "server/usecases/outbox.hpp"

namespace cardea::server::usecases {

inline constexpr std::uint64_t grant_invitation_s = 3 * 86'400;  ///< unless said otherwise
inline constexpr std::uint64_t grant_invitation_s_max = 30 * 86'400;
inline constexpr std::uint64_t all_phones_within_s = 86'400;  ///< of the first (PH2)
inline constexpr std::uint8_t phones_default = 2;
inline constexpr std::uint8_t phones_max = 5;

struct GrantInvitation {
  InvitationId id;
  GrantId grant;
  PersonId person;
  Language language = Language::kEnglish;
  std::uint8_t phones_max = phones_default;
  std::uint8_t phone_count = 0;  ///< that have claimed it
  bool pin = false;              ///< whoever has the link may choose a PIN at each door, too
  std::optional<UnixSeconds> opened_at;
  std::optional<UnixSeconds> first_claim_at;
  std::optional<UnixSeconds> cancelled_at;
  UnixSeconds expires_at;
  UnixSeconds created_at;
  std::string created_by;
  /// How it went out; nothing: the manager handed the link over.
  struct Mail {
    MessageId message;
    std::string to;
    MessageState state = MessageState::kQueued;
    std::optional<std::string> failure;
  };
  std::optional<Mail> mail;

  /// "draft" (its mail waits), "undelivered", "sent", "opened", "on_phone", "cancelled", "expired".
  [[nodiscard]] std::string_view state_at(UnixSeconds now) const;
};
/// An invitation and, when it is not mailed, its link: shown here and never again.
struct NewGrantInvitation {
  GrantInvitation invitation;
  std::optional<std::string> link;
};

struct GrantInvitationCreate {
  bool by_email = true;
  std::optional<Language> language;  ///< the person's unless given
  std::uint8_t phones_max = phones_default;
  std::optional<UnixSeconds> expires_at;
  bool pin = false;
};
/// 400, 404 `grant_not_found`, 409 `ended`, `no_email`, `no_public_url`.
Task<Outcome<NewGrantInvitation>> create_grant_invitation(Context& context, Principal caller, GrantId grant,
                                                          GrantInvitationCreate input);
/// A new token, good for three days, and the old link is worth nothing; by mail again if it was mailed, and shown otherwise.
/// 404 `invitation_not_found`, 409 `ended`, `no_email`, `no_public_url`.
Task<Outcome<NewGrantInvitation>> resend_grant_invitation(Context& context, Principal caller, InvitationId invitation);
/// Nothing claims it any more, and a mail that waits is withdrawn. Phones stay. May be repeated.
Task<Outcome<GrantInvitation>> cancel_grant_invitation(Context& context, Principal caller, InvitationId invitation);
Task<Outcome<GrantInvitation>> find_grant_invitation(Context& context, WorkspaceId workspace, InvitationId invitation);
Task<Outcome<Page<GrantInvitation>>> list_grant_invitations(Context& context, WorkspaceId workspace, GrantId grant,
                                                            PageRequest page);

/// A door at which whoever holds a link may choose a PIN.
struct PinDoor {
  DoorId door;
  std::string name;
  std::uint8_t digits = 0;
  bool has_pin = false;
};
/// What whoever holds a link may know before they claim it.
struct OpenedInvitation {
  std::string workspace;
  std::string person;
  std::vector<std::string> doors;
  std::string zone;  ///< of the first door
  UnixSeconds from;
  std::optional<UnixSeconds> to;
  Language language = Language::kEnglish;
  UnixSeconds expires_at;
  std::uint8_t phones_left = 0;
  std::optional<std::vector<PinDoor>> pins;  ///< nothing: the link brings no PINs
};
/// 404 `invitation_not_found` for a token that claims nothing, whatever the reason; 429.
Task<Outcome<OpenedInvitation>> open_grant_invitation(Context& context, std::string token, std::string address);

// --- Inside the transactions of others ---

/// An invitation that its token may claim now.
struct GoodInvitation {
  WorkspaceId workspace;
  GrantInvitation invitation;
  AccessGrant grant;
  Person person;
};
/// 404 `invitation_not_found`: the same words whatever the reason.
Problem no_invitation();
Task<Outcome<GoodInvitation>> find_good_invitation(Transaction& tx, Bytes<32> hash, UnixSeconds now);
/// create_grant_invitation(), for whom the id `by` names.
Task<Outcome<NewGrantInvitation>> invite_to_grant(Transaction& tx, Context& context, WorkspaceId workspace, std::string by,
                                                  GrantId grant, GrantInvitationCreate input);
/// Nothing: there was none.
Task<std::optional<GrantInvitation>> newest_invitation(Transaction& tx, WorkspaceId workspace, GrantId grant);
/// Ends what is open of a grant, or of all grants of a person.
Task<void> end_invitations_of_grant(Transaction& tx, WorkspaceId workspace, GrantId grant, UnixSeconds now);
Task<void> end_invitations_of_person(Transaction& tx, WorkspaceId workspace, PersonId person, UnixSeconds now);
/// A mail to whoever was invited by mail, that the grant has ended.
Task<void> tell_of_end(Transaction& tx, Context& context, WorkspaceId workspace, GrantId grant);
/// One that says what it is now, of a grant that was changed; nothing once it has ended.
Task<void> tell_of_change(Transaction& tx, Context& context, WorkspaceId workspace, GrantId grant);
/// The same for every grant that follows a schedule.
Task<void> tell_of_schedule(Transaction& tx, Context& context, WorkspaceId workspace, ScheduleId schedule);

}  // namespace cardea::server::usecases
