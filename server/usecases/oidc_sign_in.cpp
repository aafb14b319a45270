// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/oidc_sign_in.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "server/usecases/internal/operator_rows.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::size_t code_chars_max = 4'096;

Outcome<oidc::Service*> service_of(const Context& context) {
  if (context.oidc != nullptr) return context.oidc;
  return unavailable("oidc_unavailable", "This platform has no OpenID Connect provider. Start it with --oidc-issuer.", 3'600);
}

Problem refused() {
  return forbidden(
      "oidc_refused",
      "This is not the way back of a sign-in that began with this handle: it is unknown, was used or is too old, or the "
      "state is another one's. Begin again.");
}

Problem not_linked() {
  return forbidden(
      "oidc_not_linked",
      "The provider knows who you are, and no operator here is linked with that account. Sign in with your password "
      "and link it, or ask for an invitation. If it is linked in several workspaces, name one.");
}

/// "http://127.0.0.1:PORT/sign-in/oidc" (RFC 8252 §7.3).
bool is_loopback_redirect(std::string_view uri) {
  constexpr std::string_view host = "http://127.0.0.1:";
  if (!uri.starts_with(host) || !uri.ends_with(oidc_redirect_path)) return false;
  const std::string_view port = uri.substr(host.size(), uri.size() - host.size() - oidc_redirect_path.size());
  return !port.empty() && port.size() <= 5 && std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
}

Outcome<std::string> redirect_of(const Context& context, const std::optional<std::string>& asked) {
  const auto& party = context.auth.party;
  const std::string console = party ? party->origin + std::string(oidc_redirect_path) : std::string();
  if (!asked && console.empty())
    return invalid("/redirect_uri", "is needed: this platform does not know the address of its console (--console-url)");
  if (!asked || *asked == console) return console;
  if (is_loopback_redirect(*asked)) return *asked;
  return invalid("/redirect_uri", fmt::format("is neither {} nor http://127.0.0.1:PORT{}",
                                              console.empty() ? "the console's" : console, oidc_redirect_path));
}

Task<Outcome<OidcOffer>> begin(Context& context, oidc::Service& service, oidc::SignIn sign_in) {
  CARDEA_CO_ASSIGN(std::string url, co_await service.provider.authorization_url(sign_in.journey));
  const auto begun = service.sign_ins.add(std::move(sign_in), context.now());
  co_return OidcOffer{std::move(url), begun.handle, begun.expires_at};
}

/// Uses up what began, and asks the provider who came back, if that is not known yet.
Task<Outcome<oidc::SignIn>> come_back(Context& context, oidc::Service& service, OidcAnswer answer, std::string whose) {
  auto taken = service.sign_ins.take(answer.handle, answer.state, whose, context.now());
  if (!taken || answer.code.empty() || answer.code.size() > code_chars_max) co_return refused();
  if (!taken->identity) {
    CARDEA_CO_ASSIGN(taken->identity, co_await service.provider.redeem(taken->journey, answer.code));
  }
  co_return *std::move(taken);
}

/// Whom the account is linked with, in the workspace that was named or in all of them; two are enough to see that one must be.
Task<std::vector<OperatorRow>> find_linked(Transaction& tx, oidc::Identity identity, std::optional<WorkspaceId> workspace) {
  static const std::string sql =
      std::string(select_operators()) +
      "JOIN oidc_links l ON l.workspace = o.workspace AND l.operator = o.operator "
      "WHERE l.issuer = ?1 AND l.subject = ?2 AND o.ended_at IS NULL AND (?3 IS NULL OR o.workspace = ?3) "
      "LIMIT 2";
  const Rows rows = co_await tx.execute(sql, identity.issuer, identity.subject, workspace);
  std::vector<OperatorRow> out;
  for (const Row row : rows) out.push_back(operator_of(row));
  co_return out;
}

/// Who has the address that the provider has verified, in a workspace that allows it, and no link with this provider yet.
Task<std::optional<OperatorRow>> find_by_verified_email(Transaction& tx, oidc::Identity identity,
                                                        std::optional<WorkspaceId> workspace) {
  if (!identity.email || !identity.email_verified) co_return std::nullopt;
  static const std::string sql =
      std::string(select_operators()) +
      "JOIN workspaces w ON w.workspace = o.workspace AND w.oidc_link_by_email = 1 "
      "WHERE o.email = ?1 AND o.ended_at IS NULL AND o.accepted_at IS NOT NULL AND (?2 IS NULL OR o.workspace = ?2) "
      "AND NOT EXISTS (SELECT 1 FROM oidc_links l WHERE l.workspace = o.workspace AND l.operator = o.operator AND l.issuer = "
      "?3) "
      "LIMIT 2";
  const Rows rows = co_await tx.execute(sql, lower_email(*identity.email), workspace, identity.issuer);
  if (rows.size() != 1) co_return std::nullopt;
  co_return operator_of(rows.front());
}

Task<Outcome<OidcLink>> link_in(Transaction& tx, Context& context, OperatorRow row, oidc::Identity identity) {
  const Rows same = co_await tx.execute(
      "SELECT operator FROM oidc_links WHERE workspace = ?1 AND issuer = ?2 AND (operator = ?3 OR subject = ?4)", row.workspace,
      identity.issuer, row.who.id, identity.subject);
  for (const Row one : same)
    if (one.id<OperatorId>(0) == row.who.id)
      co_return conflict("oidc_linked", "This operator is linked with an account of this provider. Remove that link first.");
  if (!same.empty())
    co_return conflict("oidc_taken", "Another operator of this workspace is linked with this account of the provider.");
  const OidcLink link{identity.issuer, identity.subject, identity.email, context.now(), std::nullopt};
  co_await tx.execute(
      "INSERT INTO oidc_links (workspace, operator, issuer, subject, email, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      row.workspace, row.who.id, link.issuer, link.subject, link.email, link.created_at);
  co_await append_operator_event(tx, context, row.workspace, EventType::kOperatorOidcLinked, row.who.id, row.who.id.text());
  co_return link;
}

/// Who is to be signed in. Makes no link: that is for when all has been shown.
struct Visit {
  OperatorRow row;
  bool is_new_link = false;
};
Task<Outcome<Visit>> find_visit(Transaction& tx, Context& context, oidc::SignIn sign_in) {
  if (sign_in.invitation) {
    CARDEA_CO_ASSIGN(OperatorRow invited, co_await invited_by(tx, hash_of_token(*sign_in.invitation), context.now()));
    co_return Visit{invited, true};
  }
  const auto linked = co_await find_linked(tx, *sign_in.identity, sign_in.workspace);
  if (linked.size() == 1) co_return Visit{linked.front(), false};
  if (!linked.empty()) co_return not_linked();
  if (auto known = co_await find_by_verified_email(tx, *sign_in.identity, sign_in.workspace)) co_return Visit{*known, true};
  co_return not_linked();
}

Task<Outcome<SignedIn>> sign_in_in(Transaction& tx, Context& context, oidc::SignIn sign_in,
                                   std::optional<std::string> second_factor, Visitor visitor) {
  // Looked for again: meanwhile somebody may have ended the account or the link.
  CARDEA_CO_ASSIGN(Visit visit, co_await find_visit(tx, context, sign_in));
  OperatorRow& row = visit.row;
  if (visit.is_new_link) {
    CARDEA_CO_TRY(co_await link_in(tx, context, row, *sign_in.identity));
  }
  if (sign_in.invitation) {
    CARDEA_CO_ASSIGN(row, co_await accept_in(tx, context, hash_of_token(*sign_in.invitation), std::nullopt));
  }
  if (!row.can_sign_in()) co_return not_linked();
  if (row.who.second_factor) {
    if (!second_factor) co_return refused();
    CARDEA_CO_TRY(co_await use_second_factor(tx, context, row, *second_factor));
  }
  co_await tx.execute("UPDATE oidc_links SET last_used_at = ?4 WHERE workspace = ?1 AND operator = ?2 AND issuer = ?3",
                      row.workspace, row.who.id, sign_in.identity->issuer, context.now());
  const NewSession session = co_await open_session(tx, context, row, std::move(visitor));
  row.who.recovery.reset();
  co_return SignedIn{row.who, row.workspace, session};
}

Problem second_factor_required() {
  return {401,
          "second_factor_required",
          "Send the same again, with the code that the authenticator app shows, or a recovery code, as `second_factor`.",
          {},
          {}};
}

}  // namespace

Task<Outcome<OidcOffer>> begin_oidc_sign_in(Context& context, OidcBegin input, std::string address) {
  CARDEA_CO_ASSIGN(oidc::Service* const service, service_of(context));
  CARDEA_CO_ASSIGN(std::string redirect, redirect_of(context, input.redirect_uri));
  CARDEA_CO_TRY(context.auth.limits.charge(Limited::kAddress, network_of(address)));
  if (input.invitation) {
    const Bytes<32> hash = hash_of_token(*input.invitation);
    CARDEA_CO_TRY(co_await context.store.read([&](Transaction& tx) { return invited_by(tx, hash, context.now()); }));
  }
  oidc::SignIn sign_in{oidc::make_journey(std::move(redirect)), "", std::move(input.invitation)};
  sign_in.workspace = input.workspace;
  co_return co_await begin(context, *service, std::move(sign_in));
}

Task<Outcome<SignedIn>> sign_in_with_oidc(Context& context, OidcAnswer answer, std::optional<std::string> second_factor,
                                          Visitor visitor) {
  CARDEA_CO_ASSIGN(oidc::Service* const service, service_of(context));
  Limits& limits = context.auth.limits;
  const std::string network = network_of(visitor.address);
  CARDEA_CO_TRY(limits.charge(Limited::kAddress, network));
  const std::string handle = answer.handle;
  CARDEA_CO_ASSIGN(const oidc::SignIn sign_in, co_await come_back(context, *service, std::move(answer), ""));
  CARDEA_CO_ASSIGN(const Visit visit,
                   co_await context.store.read([&](Transaction& tx) { return find_visit(tx, context, sign_in); }));
  const std::string email = visit.row.who.email;
  const bool has_factor = visit.row.who.second_factor;
  if (has_factor && !second_factor) {
    service->sign_ins.put_back(handle, sign_in);
    limits.refund(Limited::kAddress, network);
    co_return second_factor_required();
  }
  // A guess at the second factor is one at the account, as after a password.
  if (has_factor) CARDEA_CO_TRY(limits.charge(Limited::kAccount, email));
  auto signed_in =
      co_await context.store.write([&](Transaction& tx) { return sign_in_in(tx, context, sign_in, second_factor, visitor); });
  if (signed_in) limits.refund(Limited::kAddress, network);
  if (signed_in && has_factor) limits.refund(Limited::kAccount, email);
  co_return signed_in;
}

Task<Outcome<OidcOffer>> begin_oidc_link(Context& context, Principal caller, std::string password,
                                         std::optional<std::string> redirect_uri) {
  CARDEA_CO_ASSIGN(oidc::Service* const service, service_of(context));
  CARDEA_CO_ASSIGN(std::string redirect, redirect_of(context, redirect_uri));
  CARDEA_CO_ASSIGN(const OperatorRow row, co_await context.store.read([&](Transaction& tx) {
    return read_operator(tx, caller.workspace, caller.operator_id());
  }));
  CARDEA_CO_TRY(co_await prove_password(context, row, std::move(password)));
  // Named: g++ 12 destroys an aggregate temporary of a co_await twice.
  oidc::SignIn sign_in{oidc::make_journey(std::move(redirect)), row.who.id.text()};
  co_return co_await begin(context, *service, std::move(sign_in));
}

Task<Outcome<OidcLink>> create_oidc_link(Context& context, Principal caller, OidcAnswer answer) {
  CARDEA_CO_ASSIGN(oidc::Service* const service, service_of(context));
  CARDEA_CO_ASSIGN(const oidc::SignIn sign_in, co_await come_back(context, *service, std::move(answer), caller.by()));
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<OidcLink>> {
    CARDEA_CO_ASSIGN(const OperatorRow row, co_await read_operator(tx, caller.workspace, caller.operator_id()));
    if (!row.can_sign_in()) co_return refused();
    co_return co_await link_in(tx, context, row, *sign_in.identity);
  });
}

Task<Outcome<std::vector<OidcLink>>> list_oidc_links(Context& context, Principal caller) {
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<std::vector<OidcLink>>> {
    const Rows rows = co_await tx.execute(
        "SELECT issuer, subject, email, created_at, last_used_at FROM oidc_links WHERE workspace = ?1 AND operator = ?2 "
        "ORDER BY created_at, issuer",
        caller.workspace, caller.operator_id());
    std::vector<OidcLink> out;
    for (const Row row : rows)
      out.push_back({row.text(0), row.text(1), row.maybe(2, &Row::text), row.time(3), row.maybe(4, &Row::time)});
    co_return out;
  });
}

Task<Outcome<Done>> remove_oidc_link(Context& context, Principal caller, std::string issuer, std::string password) {
  CARDEA_CO_ASSIGN(const OperatorRow row, co_await context.store.read([&](Transaction& tx) {
    return read_operator(tx, caller.workspace, caller.operator_id());
  }));
  CARDEA_CO_TRY(co_await prove_password(context, row, std::move(password)));
  co_return co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    const Rows gone = co_await tx.execute("DELETE FROM oidc_links WHERE workspace = ?1 AND operator = ?2 AND issuer = ?3",
                                          caller.workspace, caller.operator_id(), issuer);
    if (gone.changed == 0) co_return not_found("oidc_link");
    co_await append_operator_event(tx, context, caller.workspace, EventType::kOperatorOidcUnlinked, caller.operator_id(),
                                   caller.by());
    co_return Done{};
  });
}

}  // namespace cardea::server::usecases
