// SPDX-License-Identifier: Apache-2.0
// A phone comes by a link (spec/phone.md PH1 to PH5).
#include "server/usecases/checks.hpp"
#include "server/usecases/grant_invitations.hpp"
#include "server/usecases/internal/phone_grants.hpp"
#include "server/usecases/internal/phone_rows.hpp"

namespace cardea::server::usecases {

namespace {

/// PH24: a link that a person made on a phone of their own brings the new phone what that one has.
Task<void> add_grants_of_inviter(Transaction& tx, Context& context, GoodInvitation good, PhoneId phone,
                                 std::vector<LockName>& locks) {
  const auto inviter = PhoneId::parse(good.invitation.created_by);
  if (!inviter) co_return;
  const auto old = co_await read_phone(tx, good.workspace, *inviter);
  if (!old || old->person != good.person.id || old->ended_at) co_return;
  const std::vector<GrantId> grants = co_await open_grants(tx, good.workspace, *inviter);
  for (const GrantId grant : grants) {
    PhoneGrant wanted{good.workspace, phone, grant, inviter->text()};
    co_await add_grant(tx, context, std::move(wanted), locks);
  }
}

Task<Outcome<ClaimedPhone>> claim_in(Transaction& tx, Context& context, PhoneClaimInput input, phone::LinkToken token,
                                     Bytes<32> hash, std::vector<LockName>& locks) {
  const UnixSeconds now = context.now();
  CARDEA_CO_ASSIGN(const GoodInvitation good, co_await find_good_invitation(tx, hash, now));
  ClaimedPhone out;
  Phone& phone = out.phone;
  phone.id = PhoneId::make();
  phone.person = good.person.id;
  phone.grant = good.grant.id;
  phone.invitation = good.invitation.id;
  phone.name = input.name;
  phone.created_at = now;
  const PhoneClaim claim{good.workspace.bytes, phone.invitation.bytes, phone.id.bytes, input.public_key};
  auto agreed = context.keys.agree_with_phone(claim, token);
  if (agreed.status() == Status::kMalformed) co_return invalid("/public_key", "is no point of the curve P-256");
  const PhoneAgreement agreement = must(std::move(agreed));
  out.platform_key = agreement.platform_key;
  out.confirmation = agreement.confirmation;
  co_await tx.execute(
      "INSERT INTO phones (workspace, phone, person, access_grant, invitation, name, keys_sealed, created_at) VALUES (?1, ?2, "
      "?3, ?4, ?5, ?6, ?7, ?8)",
      good.workspace, phone.id, phone.person, phone.grant, phone.invitation, phone.name, agreement.keys, now);
  co_await tx.execute(
      "UPDATE invitations SET phone_count = phone_count + 1, first_claim_at = COALESCE(first_claim_at, ?3), "
      "opened_at = COALESCE(opened_at, ?3) WHERE workspace = ?1 AND invitation = ?2",
      good.workspace, phone.invitation, now);
  co_await append_phone_event(tx, context, good.workspace, EventType::kPhoneEnrolled, phone, phone.id.text());
  PhoneGrant wanted{good.workspace, phone.id, phone.grant, phone.id.text()};
  out.doors = co_await add_grant(tx, context, std::move(wanted), locks);
  co_await add_grants_of_inviter(tx, context, good, phone.id, locks);
  co_return out;
}

}  // namespace

Task<Outcome<ClaimedPhone>> claim_invitation(Context& context, PhoneClaimInput input, std::string address) {
  const std::string network = network_of(address);
  CARDEA_CO_TRY(context.auth.limits.charge(Limited::kAddress, network));
  CARDEA_CO_TRY(check_name(input.name, "/name"));
  if (!is_token(phone_prefix, input.invitation))
    co_return not_found("invitation", "This is no invitation. Open the whole link, with what follows the #.");
  phone::LinkToken token;
  must(parse_hex(std::string_view(input.invitation).substr(phone_prefix.size()), token.mutable_bytes()));
  const Bytes<32> hash = hash_of_token(input.invitation);
  std::vector<LockName> locks;
  auto claimed = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<ClaimedPhone>> {
    locks.clear();
    co_return co_await claim_in(tx, context, input, token, hash, locks);
  });
  if (!claimed) co_return claimed;
  context.auth.limits.refund(Limited::kAddress, network);
  tell_locks(context, locks);
  co_return claimed;
}

}  // namespace cardea::server::usecases
