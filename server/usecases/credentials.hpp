// SPDX-License-Identifier: Apache-2.0
#pragma once
// Credentials: what a grant turns into at one door. Tokens, SMS codes and PINs take a slot of the lock, offline codes a
// descriptor (typed_codes.hpp). No code is stored: each is made again from the slot or the descriptor when it is asked for, but
// for a PIN, of which the platform keeps a keyed digest (spec/pin.md).

#include "server/domain/delivery.hpp"
#include "server/usecases/access_grants.hpp"
#include "server/usecases/lock_row.hpp"

namespace cardea::server::usecases {

/// What the lock has reported of openings (spec/schedule.md S9). It counts by itself: what it has not reported yet is not in
/// here.
struct CredentialUses {
  std::uint32_t count = 0;
  std::optional<std::uint16_t> max;  ///< of the grant, at this door
  std::optional<UnixSeconds> first_at;
  std::optional<UnixSeconds> ends_at;  ///< after the first opening, as the grant says
  std::optional<UnixSeconds> as_of;    ///< when the lock was heard last
  std::uint32_t records_missing = 0;   ///< that the lock has and has not sent

  [[nodiscard]] std::optional<std::uint32_t> left() const {
    if (!max) return std::nullopt;
    return count < *max ? *max - count : 0;
  }
};

struct Credential {
  CredentialId id;
  std::optional<GrantId> grant;  ///< nothing, and no person: a service code
  std::optional<PersonId> person;
  std::optional<PhoneId> phone;  ///< whose own slot it is
  DoorId door;
  LockRef lock;
  CredentialType type = CredentialType::kToken;
  std::optional<SlotGeneration> slot;
  std::optional<Descriptor> descriptor;
  std::uint16_t code_epoch = 0;
  std::uint8_t code_digits = 0;
  std::optional<Interval> window;           ///< exactly what the lock will use: timed, exclusive and once codes
  std::optional<UnixSeconds> first_use_by;  ///< timed and exclusive codes: later, the first use is refused (R8)
  bool pin_chosen = false;                  ///< somebody chose the PIN; the platform made it otherwise
  std::optional<UnixSeconds> pin_changed_at;
  bool old_pin_opens = false;  ///< the lock may take the PIN before, and not this one
  bool duress = false;         ///< a PIN for somebody who is forced to open (pin.md P16)
  CredentialUses uses;
  std::optional<std::string> external_id;
  UnixSeconds created_at;
  std::optional<UnixSeconds> revoked_at;
  std::optional<UnixSeconds> ended_at;
  CredentialFacts facts;
  LockFacts lock_facts;
};

struct CredentialCreate {
  CredentialType type = CredentialType::kToken;
  DoorId door;
  Family family = Family::kTimed;  ///< of an offline code: timed, exclusive, once or pool
  std::optional<Digits> pin;       ///< that somebody chose; nothing: the platform makes one
  std::optional<UnixSeconds> from;
  std::optional<UnixSeconds> to;
  std::optional<std::string> external_id;
  std::optional<PhoneId> phone = {};  ///< of a token: whose own slot it is
  bool duress = false;                ///< of a PIN (pin.md P16)
};
/// A credential that was just made, and what it opens with: the only time that this leaves unasked.
struct IssuedCredential {
  Credential credential;
  std::optional<Digits> code;              ///< of an offline code, and a PIN that the platform made
  std::optional<std::string> otpauth_uri;  ///< of a fixed token: holds its key
};
/// 400 `window_inverted` and others, 404 `grant_not_found` or `door_not_found`, 409 `ended`, `no_lock`, `lock_not_active`,
/// `lock_unprotected`, `slots_full`, `codes_full`, `already_exists`, `kind_cannot_keep_rule`, `credential_exists`, `no_pin`,
/// `schedules_full`, and those of PINs in typed_codes.hpp.
Task<Outcome<IssuedCredential>> create_credential(Context& context, Principal caller, GrantId grant, CredentialCreate input);

// --- Inside the transactions of others ---

/// create_credential(), but for the charge of a chosen PIN, which is a transaction before it. `by`: an id.
Task<Outcome<IssuedCredential>> issue_credential(Transaction& tx, Context& context, WorkspaceId workspace, std::string by,
                                                 GrantId grant, CredentialCreate input);
/// P11: charged whatever becomes of it, also if that is nothing because the door has no lock. 429 `pin_choices_spent`.
Task<Outcome<Done>> charge_choice(Context& context, WorkspaceId workspace, DoorId door);
/// Whether the grant has a PIN at the door that has not ended; a duress PIN is none.
Task<bool> has_pin(Transaction& tx, WorkspaceId workspace, GrantId grant, DoorId door);

struct PhoneToken {
  GrantId grant;
  DoorId door;
  PhoneId phone;
  std::string by;  ///< who asked for it: an id
};
/// A token of a phone's own, inside a transaction. The problems of create_credential(); of a grant that counts uses, the token
/// that is there already becomes the phone's if it is nobody's.
Task<Outcome<Credential>> issue_to_phone(Transaction& tx, Context& context, WorkspaceId workspace, PhoneToken token);

struct ServiceCodeCreate {
  Family family = Family::kClock;               ///< clock, clear or release
  std::optional<CredentialId> pool_credential;  ///< of a clear code that ends this pool code and nothing else
};
/// 400, 404 `lock_not_found` or `credential_not_found`, 409 `lock_not_active`, `lock_unprotected`, `codes_full`.
Task<Outcome<IssuedCredential>> create_service_code(Context& context, Principal caller, LockRef lock, ServiceCodeCreate input);

Task<Outcome<Credential>> find_credential(Context& context, WorkspaceId workspace, CredentialId credential);
/// Of a grant, oldest first. 404 `grant_not_found`.
Task<Outcome<Page<Credential>>> list_credentials(Context& context, Viewer viewer, GrantId grant, PageRequest page);

/// What a list across grants shows; what is not said is not asked.
struct CredentialFilter {
  std::optional<PersonId> person;
  std::optional<DoorId> door;
  std::optional<LockRef> lock;
  std::optional<std::string> external_id;
  std::optional<Delivery> delivery;  ///< as delivery_of() says now
};
/// The newest first.
Task<Outcome<Page<Credential>>> list_credentials(Context& context, Viewer viewer, CredentialFilter filter, PageRequest page);
/// Which conditions a page of credentials has.
struct CredentialFilters {
  bool person = false, door = false, lock = false, external_id = false;
  enum class Delivery : std::uint8_t { kAny, kEnded, kNotEnded } delivery = Delivery::kAny;
};
/// The statement for one page: ?1 workspace, ?2 the credential before which it begins, ?3 how many, ?4 to ?7 the filters, ?8
/// the delivery, ?9 now. Each runs along an index in the order of credentials; one that is not for what has ended skips what
/// has.
std::string_view credential_page_sql(CredentialFilters filters);

struct AccessItem {
  std::string person_name;
  Credential credential;
};
/// Who may open a door, now or later, and who still may although it was ended. 404 `door_not_found`.
Task<Outcome<Page<AccessItem>>> list_access(Context& context, WorkspaceId workspace, DoorId door, PageRequest page);

/// Ends one credential. May be repeated.
Task<Outcome<Credential>> revoke_credential(Context& context, Principal caller, CredentialId credential);

struct CurrentCode {
  Digits code;
  Interval shown;  ///< while the token shows it
};
/// 409 `no_current_code`, `outside_window`, `ended`.
Task<Outcome<CurrentCode>> current_code(Context& context, WorkspaceId workspace, CredentialId credential);

struct RevealedCode {
  Digits code;
  std::optional<Interval> window;
};
/// Leaves `credential.revealed`. 409 `no_stored_code`, `ended`.
Task<Outcome<RevealedCode>> reveal_code(Context& context, Principal caller, CredentialId credential);

/// A credential and the lock that it is for, inside a transaction.
struct CredentialAtLock {
  Credential credential;
  LockRow lock;
};
Task<Outcome<CredentialAtLock>> read_credential_at_lock(Transaction& tx, WorkspaceId workspace, CredentialId credential);
/// 409 `ended` or `outside_window` unless a one-time code of this credential may be made now.
Task<Outcome<Done>> may_issue_now(Transaction& tx, WorkspaceId workspace, Credential credential, UnixSeconds now);

/// Brings a slot, whose time has come, to its lock.
Task<void> list_slot(Transaction& tx, WorkspaceId workspace, LockRef lock, std::uint8_t slot, CredentialId credential);
/// Brings fixed tokens whose grant has begun to their locks; returns those.
Task<std::vector<LockName>> list_due_tokens(Transaction& tx, UnixSeconds now);
/// Ends offline codes whose window is over.
Task<void> end_past_codes(Transaction& tx, KeyStore& keys, UnixSeconds now);

}  // namespace cardea::server::usecases
