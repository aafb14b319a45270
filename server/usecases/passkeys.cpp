// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/passkeys.hpp"

#include <fmt/format.h>

#include "server/usecases/checks.hpp"
#include "server/usecases/internal/operator_rows.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::size_t passkey_count_max = 20;

Outcome<RelyingParty> party_of(const Context& context) {
  if (context.auth.party) return *context.auth.party;
  return unavailable("passkeys_unavailable",
                     "Passkeys are bound to the address of the console, and this platform does not know its own. Start it with "
                     "--console-url.",
                     3'600);
}

Problem refused(std::uint16_t status) {
  return {status,
          "passkey_refused",
          "This passkey or its challenge is not known here, or the challenge is too old. Begin again.",
          {},
          {}};
}

struct KnownPasskey {
  OperatorRow row;
  PasskeyId id;
  PasskeyPublicKey key{};
  std::uint32_t count = 0;
};
Task<std::optional<KnownPasskey>> find_passkey(Transaction& tx, Blob credential_id) {
  const Rows rows = co_await tx.execute(
      "SELECT workspace, operator, passkey, public_key, count FROM passkeys WHERE credential_id = ?1", credential_id);
  if (rows.empty()) co_return std::nullopt;
  const Row row = rows.front();
  const auto who = co_await read_operator(tx, row.id<WorkspaceId>(0), row.id<OperatorId>(1));
  if (!who || !who->can_sign_in()) co_return std::nullopt;
  KnownPasskey known{*who, row.id<PasskeyId>(2), {}, static_cast<std::uint32_t>(row.integer(4))};
  const Blob& key = row.blob(3);
  if (key.size() != known.key.size()) throw std::runtime_error("a passkey's public key has another size");
  std::copy(key.begin(), key.end(), known.key.begin());
  co_return known;
}

std::string passkey_member(PasskeyId id) { return fmt::format(R"(,"passkey":"{}")", id.text()); }

Task<Outcome<Passkey>> create_in(Transaction& tx, Context& context, Principal caller, std::string name, NewPasskeyFacts facts) {
  const Rows counted = co_await tx.execute("SELECT count(*) FROM passkeys WHERE workspace = ?1 AND operator = ?2",
                                           caller.workspace, caller.operator_id());
  if (static_cast<std::size_t>(counted.front().integer(0)) >= passkey_count_max)
    co_return conflict("too_many", "An account has at most 20 passkeys. Remove one first.");
  const Rows same = co_await tx.execute("SELECT 1 FROM passkeys WHERE credential_id = ?1", facts.credential_id);
  if (!same.empty()) co_return conflict("passkey_known", "This passkey is registered already.");
  const Passkey passkey{PasskeyId::make(), std::move(name), context.now(), std::nullopt};
  co_await tx.execute(
      "INSERT INTO passkeys (workspace, passkey, operator, name, credential_id, public_key, count, created_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
      caller.workspace, passkey.id, caller.operator_id(), passkey.name, facts.credential_id, facts.key, facts.count,
      passkey.created_at);
  co_await append_operator_event(tx, context, caller.workspace, EventType::kOperatorPasskeyAdded, caller.operator_id(),
                                 caller.by(), passkey_member(passkey.id));
  co_return passkey;
}

Passkey read_passkey(Row row) { return {row.id<PasskeyId>(0), row.text(1), row.time(2), row.maybe(3, &Row::time)}; }

Task<Outcome<Passkey>> read_own(Transaction& tx, Principal caller, PasskeyId passkey) {
  const Rows rows = co_await tx.execute(
      "SELECT passkey, name, created_at, last_used_at FROM passkeys WHERE workspace = ?1 AND operator = ?2 AND passkey = ?3",
      caller.workspace, caller.operator_id(), passkey);
  if (rows.empty()) co_return not_found("passkey");
  co_return read_passkey(rows.front());
}

Task<Outcome<SignedIn>> sign_in_in(Transaction& tx, Context& context, RelyingParty party, std::string challenge,
                                   Blob credential_id, PasskeyAnswer answer, Visitor visitor) {
  const auto known = co_await find_passkey(tx, credential_id);
  if (!known) co_return refused(403);
  CARDEA_CO_ASSIGN(const std::uint32_t count, check_passkey(party, challenge, known->key, known->count, answer));
  co_await tx.execute("UPDATE passkeys SET count = ?3, last_used_at = ?4 WHERE workspace = ?1 AND passkey = ?2",
                      known->row.workspace, known->id, count, context.now());
  const NewSession session = co_await open_session(tx, context, known->row, std::move(visitor));
  Operator who = known->row.who;
  who.recovery.reset();
  co_return SignedIn{who, known->row.workspace, session};
}

}  // namespace

Task<Outcome<PasskeyOffer>> begin_passkey(Context& context, Principal caller, std::string password) {
  CARDEA_CO_ASSIGN(const RelyingParty party, party_of(context));
  CARDEA_CO_ASSIGN(const OperatorRow row, co_await context.store.read([&](Transaction& tx) {
    return read_operator(tx, caller.workspace, caller.operator_id());
  }));
  CARDEA_CO_TRY(co_await prove_password(context, row, std::move(password)));
  CARDEA_CO_ASSIGN(auto known, co_await context.store.read([&](Transaction& tx) -> Task<Outcome<std::vector<std::string>>> {
    const Rows rows =
        co_await tx.execute("SELECT credential_id FROM passkeys WHERE workspace = ?1 AND operator = ?2 ORDER BY passkey",
                            row.workspace, row.who.id);
    std::vector<std::string> ids;
    for (const Row one : rows) ids.push_back(base64url_of(one.blob(0)));
    co_return ids;
  }));
  PasskeyOffer offer{context.auth.challenges.make(row.who.id.text(), context.now()), party, row.who, std::move(known)};
  co_return offer;
}

Task<Outcome<Passkey>> create_passkey(Context& context, Principal caller, std::string name, NewPasskeyAnswer answer) {
  CARDEA_CO_TRY(check_name(name, "/name"));
  CARDEA_CO_ASSIGN(const RelyingParty party, party_of(context));
  const std::string challenge = challenge_of(answer.client_data);
  if (!context.auth.challenges.take(challenge, caller.by(), context.now())) co_return refused(400);
  CARDEA_CO_ASSIGN(const NewPasskeyFacts facts, check_new_passkey(party, challenge, answer));
  co_return co_await context.store.write([&](Transaction& tx) { return create_in(tx, context, caller, name, facts); });
}

Task<Outcome<std::vector<Passkey>>> list_passkeys(Context& context, Principal caller) {
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<std::vector<Passkey>>> {
    const Rows rows = co_await tx.execute(
        "SELECT passkey, name, created_at, last_used_at FROM passkeys WHERE workspace = ?1 AND operator = ?2 ORDER BY passkey",
        caller.workspace, caller.operator_id());
    std::vector<Passkey> out;
    for (const Row row : rows) out.push_back(read_passkey(row));
    co_return out;
  });
}

Task<Outcome<Passkey>> get_passkey(Context& context, Principal caller, PasskeyId passkey) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_own(tx, caller, passkey); });
}

Task<Outcome<Passkey>> rename_passkey(Context& context, Principal caller, PasskeyId passkey, std::string name) {
  CARDEA_CO_TRY(check_name(name, "/name"));
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Passkey>> {
    co_await tx.execute("UPDATE passkeys SET name = ?4 WHERE workspace = ?1 AND operator = ?2 AND passkey = ?3",
                        caller.workspace, caller.operator_id(), passkey, name);
    co_return co_await read_own(tx, caller, passkey);
  });
}

Task<Outcome<Done>> remove_passkey(Context& context, Principal caller, PasskeyId passkey, std::string password) {
  const auto is_own = [&](Transaction& tx) -> Task<Outcome<OperatorRow>> {
    const Rows rows = co_await tx.execute("SELECT 1 FROM passkeys WHERE workspace = ?1 AND passkey = ?2 AND operator = ?3",
                                          caller.workspace, passkey, caller.operator_id());
    if (rows.empty()) co_return not_found("passkey");
    co_return co_await read_operator(tx, caller.workspace, caller.operator_id());
  };
  CARDEA_CO_ASSIGN(const OperatorRow row, co_await context.store.read(is_own));
  CARDEA_CO_TRY(co_await prove_password(context, row, std::move(password)));
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    const Rows gone = co_await tx.execute("DELETE FROM passkeys WHERE workspace = ?1 AND passkey = ?2 AND operator = ?3",
                                          caller.workspace, passkey, caller.operator_id());
    if (gone.changed == 0) co_return not_found("passkey");
    co_await append_operator_event(tx, context, caller.workspace, EventType::kOperatorPasskeyRemoved, caller.operator_id(),
                                   caller.by(), passkey_member(passkey));
    co_return Done{};
  });
}

Outcome<std::string> begin_passkey_sign_in(Context& context, std::string address) {
  if (auto party = party_of(context); !party) return party.error();
  if (auto charged = context.auth.limits.charge(Limited::kAddress, network_of(address)); !charged) return charged.error();
  return context.auth.challenges.make("", context.now());
}

Task<Outcome<SignedIn>> sign_in_with_passkey(Context& context, Blob credential_id, PasskeyAnswer answer, Visitor visitor) {
  CARDEA_CO_ASSIGN(const RelyingParty party, party_of(context));
  const std::string network = network_of(visitor.address);
  CARDEA_CO_TRY(context.auth.limits.charge(Limited::kAddress, network));
  const std::string challenge = challenge_of(answer.client_data);
  if (!context.auth.challenges.take(challenge, "", context.now())) co_return refused(403);
  auto signed_in = co_await context.store.write(
      [&](Transaction& tx) { return sign_in_in(tx, context, party, challenge, credential_id, answer, visitor); });
  if (signed_in) context.auth.limits.refund(Limited::kAddress, network);
  co_return signed_in;
}

}  // namespace cardea::server::usecases
