// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/pins.hpp"

#include <algorithm>

#include "server/usecases/internal/credential_rows.hpp"
#include "server/usecases/typed_codes.hpp"

namespace cardea::server::usecases {

namespace {

/// A PIN that may have another one. The grant's end ends it without anybody's asking.
Task<Outcome<CredentialAtLock>> find_pin(Transaction& tx, WorkspaceId workspace, CredentialId credential, UnixSeconds now) {
  CARDEA_CO_ASSIGN(CredentialAtLock found, co_await read_credential_at_lock(tx, workspace, credential));
  const Credential& pin = found.credential;
  if (pin.type != CredentialType::kPin)
    co_return conflict("not_pin", "This credential is no PIN. Issue a PIN of its grant (kind \"pin\").");
  if (pin.revoked_at || pin.ended_at || (pin.facts.grant_ends && *pin.facts.grant_ends <= now))
    co_return conflict("ended", "This PIN has ended. Issue a new one.");
  co_return found;
}

/// P11: in a transaction of its own, whatever becomes of the choice.
Task<Outcome<Done>> charge(Context& context, WorkspaceId workspace, CredentialId credential) {
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_ASSIGN(const CredentialAtLock found, co_await find_pin(tx, workspace, credential, context.now()));
    co_return co_await charge_pin_choice(tx, found.lock, context.now());
  });
}

Task<std::string> name_of_door(Transaction& tx, WorkspaceId workspace, DoorId door) {
  const Rows rows = co_await tx.execute("SELECT name FROM doors WHERE workspace = ?1 AND door = ?2", workspace, door);
  co_return rows.front().text(0);
}

/// The version that brings the new PIN; 0 when the lock has not been told of the slot yet.
Task<std::uint32_t> version_with(Transaction& tx, WorkspaceId workspace, Credential pin) {
  const Rows told = co_await tx.execute("SELECT 1 FROM slots WHERE workspace = ?1 AND lock = ?2 AND slot = ?3 AND listed = 1",
                                        workspace, pin.lock, pin.slot.value().slot);
  if (told.empty()) co_return 0;
  co_return co_await next_desired_version(tx, workspace, pin.lock);
}

Task<Outcome<IssuedCredential>> change_in(Transaction& tx, Context& context, Principal caller, CredentialId id,
                                          std::optional<Digits> chosen) {
  const UnixSeconds now = context.now();
  CARDEA_CO_ASSIGN(const CredentialAtLock found, co_await find_pin(tx, caller.workspace, id, now));
  const Credential& pin = found.credential;
  std::string door = co_await name_of_door(tx, caller.workspace, pin.door);
  PinWish wish{pin.person.value(), std::move(door), chosen};
  CARDEA_CO_ASSIGN(const TakenPin taken, co_await take_pin(tx, context.keys, found.lock, std::move(wish)));
  const std::uint32_t version = co_await version_with(tx, caller.workspace, pin);
  co_await keep_replaced_pin(tx, found.lock, id, version);
  const bool is_chosen = !taken.made;
  co_await tx.execute(
      "UPDATE credentials SET pin_digest = ?3, pin_chosen = ?4, pin_version = ?5, pin_changed_at = ?6 WHERE workspace = ?1 AND "
      "credential = ?2",
      caller.workspace, id, ByteSpan(taken.digest), is_chosen, version, now);
  IssuedCredential out;
  CARDEA_CO_ASSIGN(out.credential, co_await read_credential(tx, caller.workspace, id));
  out.code = taken.made;
  co_await append_credential_event(tx, context.keys, caller.workspace, EventType::kCredentialPinChanged, out.credential,
                                   caller.by(), now);
  co_return out;
}

// --- By invitation ---

/// A good one that brings PINs; to whoever asks about another it is as if there was none.
Task<Outcome<GoodInvitation>> find_with_pin(Transaction& tx, Bytes<32> hash, UnixSeconds now) {
  CARDEA_CO_ASSIGN(GoodInvitation good, co_await find_good_invitation(tx, hash, now));
  if (!good.invitation.pin) co_return no_invitation();
  co_return good;
}

Task<Outcome<IssuedCredential>> choose_in(Transaction& tx, Context& context, PinByInvitation input, Bytes<32> hash) {
  CARDEA_CO_ASSIGN(const GoodInvitation good, co_await find_with_pin(tx, hash, context.now()));
  if (co_await has_pin(tx, good.workspace, good.grant.id, input.door))
    co_return conflict("credential_exists", "There is a PIN for this door already. Ask who let you in for another one.");
  CredentialCreate create;
  create.type = CredentialType::kPin;
  create.door = input.door;
  create.pin = input.pin;
  co_return co_await issue_credential(tx, context, good.workspace, good.invitation.id.text(), good.grant.id, std::move(create));
}

}  // namespace

Task<Outcome<IssuedCredential>> change_pin(Context& context, Principal caller, CredentialId credential,
                                           std::optional<Digits> pin) {
  if (pin) CARDEA_CO_TRY(co_await charge(context, caller.workspace, credential));
  auto changed = co_await context.store.write([&](Transaction& tx) { return change_in(tx, context, caller, credential, pin); });
  if (changed) context.links.desired_changed(lock_name(caller.workspace, changed->credential.lock));
  co_return changed;
}

Task<Outcome<IssuedCredential>> choose_pin(Context& context, PinByInvitation input, std::string address) {
  const std::string network = network_of(address);
  Limits& limits = context.auth.limits;
  CARDEA_CO_TRY(limits.charge(Limited::kAddress, network));
  const Bytes<32> hash = hash_of_token(input.invitation);
  std::string link;
  WorkspaceId workspace;
  // Looked at before the choice is charged to the lock: who has no link spends nobody's.
  CARDEA_CO_TRY(co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_ASSIGN(const GoodInvitation good, co_await find_with_pin(tx, hash, context.now()));
    link = good.invitation.id.text();
    workspace = good.workspace;
    if (std::ranges::find(good.grant.doors, input.door) == good.grant.doors.end())
      co_return invalid("/door_id", "is not one of the doors of the invitation");
    co_return Done{};
  }));
  CARDEA_CO_TRY(limits.charge(Limited::kAccount, link));
  if (input.pin) CARDEA_CO_TRY(co_await charge_choice(context, workspace, input.door));
  auto made = co_await context.store.write([&](Transaction& tx) { return choose_in(tx, context, input, hash); });
  if (!made) co_return made;
  limits.refund(Limited::kAddress, network);
  limits.refund(Limited::kAccount, link);
  context.links.desired_changed(lock_name(workspace, made->credential.lock));
  co_return made;
}

}  // namespace cardea::server::usecases
