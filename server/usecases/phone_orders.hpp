// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a person does with their phone beside fetching keys (spec/phone.md §5): each is an order that the phone signs.

#include "server/usecases/phones.hpp"

namespace cardea::server::usecases {

/// A request as it came, for whoever checks its mac.
struct PhoneOrder {
  PhoneId phone;
  UnixSeconds at;
  std::string path;
  std::string body;
  Digest mac{};
  std::string address;  ///< where it comes from
};

// --- What the phone may do ---

/// A door of one of the phone's grants. A door of two grants is here twice.
struct PhoneKey {
  DoorId door;
  std::string name;
  std::string zone;
  AccessGrant grant;
  std::optional<CredentialId> credential;  ///< the phone's own slot; nothing: it has none yet
  bool is_own = false;                     ///< one's own door (PH20)
  std::string_view unlock_reason;          ///< why unlock_by_phone() would refuse now, "" when it would ask the lock
};
struct PhoneKeys {
  Phone phone;
  std::string person;
  std::string workspace;
  std::vector<PhoneKey> keys;
  std::uint32_t shares_left = 0;  ///< how many keys more the person may share now
  std::uint32_t share_s_max = 0;  ///< for how long at most
  std::vector<Phone> phones;      ///< of the person, this one too, without those that have ended
};
/// 403 `phone_refused`, `phone_ended`, `phone_clock`; 429: as every order.
Task<Outcome<PhoneKeys>> phone_keys(Context& context, PhoneOrder order);

// --- Further phones, and lost ones ---

/// A link for one more phone of the same person, good for a quarter of an hour, that brings it what this one has (PH24). 409
/// `ended` when no grant of this phone goes on, `no_public_url`.
Task<Outcome<NewGrantInvitation>> link_phone(Context& context, PhoneOrder order);
/// Ends a phone of the same person, this one too, by name or as lost (PH11, PH23). May be repeated. 404 `phone_not_found`.
Task<Outcome<Phone>> end_own_phone(Context& context, PhoneOrder order, PhoneId phone, PhoneEnd why);

// --- Unlock ---

enum class UnlockState : std::uint8_t { kSent, kOpened, kRefused, kDidNotAnswer };
/// "sent", "opened", "refused", "did_not_answer", and back.
std::string_view name_of(UnlockState state);

struct PhoneUnlock {
  Bytes<16> attempt{};  ///< as the phone named it
  DoorId door;
  UnlockState state = UnlockState::kSent;
  std::string reason;  ///< of a refusal: the lock's, or the platform's own
  UnixSeconds asked_at;
  std::optional<UnixSeconds> answered_at;  ///< when the lock's word came
  std::optional<UnixSeconds> opened_at;    ///< by the lock's clock, once its record has come
};
struct UnlockWanted {
  DoorId door;
  Bytes<16> attempt{};
};
/// Opens a door for the phone's person, if its own key opens it now (PH18), and waits for the lock's word. An attempt that was
/// made before is not made again: the answer says how far it is. 404 `door_not_found` for a door of no grant of the phone; 429.
Task<Outcome<PhoneUnlock>> unlock_by_phone(Context& context, PhoneOrder order, UnlockWanted wanted);

}  // namespace cardea::server::usecases
