// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/accounts.hpp"

#include "core/base/text.hpp"
#include "server/auth/totp.hpp"
#include "server/usecases/internal/operator_rows.hpp"

namespace cardea::server::usecases {

namespace {

constexpr int recovery_code_count = 10;

Problem already_set() { return conflict("second_factor_set", "This account has a second factor. Remove it first."); }
Problem none_set() { return conflict("no_second_factor", "This account has no second factor, and none was begun."); }

Task<Outcome<OperatorRow>> read_own(Context& context, Principal caller) {
  co_return co_await context.store.read(
      [&](Transaction& tx) { return read_operator(tx, caller.workspace, caller.operator_id()); });
}

/// The account as it is in this transaction, unless its password changed since `seen`.
Task<Outcome<OperatorRow>> read_unchanged(Transaction& tx, OperatorRow seen) {
  CARDEA_CO_ASSIGN(OperatorRow row, co_await read_operator(tx, seen.workspace, seen.who.id));
  if (!row.can_sign_in() || row.password_hash != seen.password_hash)
    co_return forbidden("password_refused", "The password was changed at this moment. Sign in again.");
  co_return row;
}

Task<std::vector<std::string>> make_recovery_codes(Transaction& tx, OperatorRow row) {
  std::vector<std::string> codes;
  co_await tx.execute("DELETE FROM recovery_codes WHERE workspace = ?1 AND operator = ?2", row.workspace, row.who.id);
  for (int i = 0; i < recovery_code_count; ++i) {
    codes.push_back(make_recovery_code());
    co_await tx.execute("INSERT INTO recovery_codes (workspace, operator, hash) VALUES (?1, ?2, ?3)", row.workspace, row.who.id,
                        hash_of_recovery_code(codes.back()));
  }
  co_return codes;
}

Task<Outcome<std::vector<std::string>>> confirm_in(Transaction& tx, Context& context, Principal caller, std::string code) {
  CARDEA_CO_ASSIGN(const OperatorRow row, co_await read_operator(tx, caller.workspace, caller.operator_id()));
  if (row.who.second_factor) co_return already_set();
  if (!row.totp_sealed) co_return none_set();
  CARDEA_CO_TRY(co_await use_second_factor(tx, context, row, code));
  co_await tx.execute("UPDATE operators SET totp_confirmed_at = ?3 WHERE workspace = ?1 AND operator = ?2", row.workspace,
                      row.who.id, context.now());
  co_await end_sessions(tx, context, row.workspace, row.who.id, caller.by(), caller.session);
  co_await append_operator_event(tx, context, row.workspace, EventType::kOperatorSecondFactorSet, row.who.id, caller.by());
  co_return co_await make_recovery_codes(tx, row);
}

Task<Outcome<std::vector<std::string>>> renew_in(Transaction& tx, Context& context, Principal caller, OperatorRow seen,
                                                 std::string code) {
  CARDEA_CO_ASSIGN(const OperatorRow row, co_await read_unchanged(tx, std::move(seen)));
  if (!row.who.second_factor) co_return none_set();
  CARDEA_CO_TRY(co_await use_second_factor(tx, context, row, code));
  co_await end_sessions(tx, context, row.workspace, row.who.id, caller.by(), caller.session);
  co_await append_operator_event(tx, context, row.workspace, EventType::kOperatorSecondFactorSet, row.who.id, caller.by(),
                                 R"(,"recovery_codes":"renewed")");
  co_return co_await make_recovery_codes(tx, row);
}

}  // namespace

Task<Outcome<Account>> get_account(Context& context, Principal caller) {
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Account>> {
    CARDEA_CO_ASSIGN(const OperatorRow row, co_await read_operator(tx, caller.workspace, caller.operator_id()));
    const Rows left =
        co_await tx.execute("SELECT count(*) FROM recovery_codes WHERE workspace = ?1 AND operator = ?2 AND used_at IS NULL",
                            row.workspace, row.who.id);
    co_return Account{row.who, static_cast<std::uint32_t>(left.front().integer(0))};
  });
}

Task<Outcome<Done>> change_password(Context& context, Principal caller, std::string password, std::string new_password) {
  CARDEA_CO_ASSIGN(const OperatorRow seen, co_await read_own(context, caller));
  CARDEA_CO_TRY(check_password(new_password, seen.who.email, "/new_password"));
  CARDEA_CO_TRY(co_await prove_password(context, seen, std::move(password)));
  CARDEA_CO_ASSIGN(const std::string hashed, co_await context.auth.passwords.hash(std::move(new_password)));
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_ASSIGN(const OperatorRow row, co_await read_unchanged(tx, seen));
    co_await tx.execute("UPDATE operators SET password_hash = ?3 WHERE workspace = ?1 AND operator = ?2", row.workspace,
                        row.who.id, hashed);
    co_await end_sessions(tx, context, row.workspace, row.who.id, caller.by(), caller.session);
    co_await cancel_recovery_of(tx, context, row, caller.by());
    co_await append_operator_event(tx, context, row.workspace, EventType::kOperatorPasswordSet, row.who.id, caller.by());
    co_return Done{};
  });
}

Task<Outcome<TotpOffer>> begin_totp(Context& context, Principal caller, std::string password) {
  CARDEA_CO_ASSIGN(const OperatorRow seen, co_await read_own(context, caller));
  CARDEA_CO_TRY(co_await prove_password(context, seen, std::move(password)));
  const TotpKey key = make_totp_key();
  const std::string place = totp_place(seen.who.id);
  const Blob sealed = must(context.keys.seal_row(seen.workspace.bytes, bytes_of(place), key.bytes()));
  CARDEA_CO_TRY(co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_ASSIGN(const OperatorRow row, co_await read_unchanged(tx, seen));
    if (row.who.second_factor) co_return already_set();
    co_await tx.execute("UPDATE operators SET totp_sealed = ?3, totp_last_step = 0 WHERE workspace = ?1 AND operator = ?2",
                        row.workspace, row.who.id, sealed);
    co_return Done{};
  }));
  co_return TotpOffer{totp_text(key), totp_uri(key, seen.who.email)};
}

Task<Outcome<std::vector<std::string>>> confirm_totp(Context& context, Principal caller, std::string code) {
  CARDEA_CO_ASSIGN(const OperatorRow seen, co_await read_own(context, caller));
  CARDEA_CO_TRY(context.auth.limits.charge(Limited::kAccount, seen.who.email));
  auto codes = co_await context.store.write([&](Transaction& tx) { return confirm_in(tx, context, caller, code); });
  if (codes) context.auth.limits.refund(Limited::kAccount, seen.who.email);
  co_return codes;
}

Task<Outcome<std::vector<std::string>>> renew_recovery_codes(Context& context, Principal caller, std::string password,
                                                             std::string code) {
  CARDEA_CO_ASSIGN(const OperatorRow seen, co_await read_own(context, caller));
  CARDEA_CO_TRY(co_await prove_password(context, seen, std::move(password)));
  CARDEA_CO_TRY(context.auth.limits.charge(Limited::kAccount, seen.who.email));
  auto codes = co_await context.store.write([&](Transaction& tx) { return renew_in(tx, context, caller, seen, code); });
  if (codes) context.auth.limits.refund(Limited::kAccount, seen.who.email);
  co_return codes;
}

Task<Outcome<Done>> remove_totp(Context& context, Principal caller, std::string password, std::string code) {
  CARDEA_CO_ASSIGN(const OperatorRow seen, co_await read_own(context, caller));
  CARDEA_CO_TRY(co_await prove_password(context, seen, std::move(password)));
  CARDEA_CO_TRY(context.auth.limits.charge(Limited::kAccount, seen.who.email));
  auto removed = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    CARDEA_CO_ASSIGN(const OperatorRow row, co_await read_unchanged(tx, seen));
    if (!row.who.second_factor) co_return none_set();
    CARDEA_CO_TRY(co_await use_second_factor(tx, context, row, code));
    co_await erase_second_factor(tx, row.workspace, row.who.id);
    co_await end_sessions(tx, context, row.workspace, row.who.id, caller.by(), caller.session);
    co_await append_operator_event(tx, context, row.workspace, EventType::kOperatorSecondFactorRemoved, row.who.id,
                                   caller.by());
    co_return Done{};
  });
  if (removed) context.auth.limits.refund(Limited::kAccount, seen.who.email);
  co_return removed;
}

}  // namespace cardea::server::usecases
