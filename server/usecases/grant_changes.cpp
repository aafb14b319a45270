// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/grant_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "server/json/json.hpp"
#include "server/usecases/endings.hpp"
#include "server/usecases/grant_invitations.hpp"
#include "server/usecases/internal/credential_rows.hpp"
#include "server/usecases/internal/grant_rows.hpp"
#include "server/usecases/phones.hpp"
#include "server/usecases/schedules.hpp"

namespace cardea::server::usecases {

namespace {

using Names = std::vector<std::string_view>;

std::optional<std::string> text_of_schedule(const GrantRules& rules) {
  return rules.schedule ? std::optional(stored_text(*rules.schedule)) : std::nullopt;
}

bool has(const std::vector<DoorId>& doors, DoorId door) { return std::ranges::find(doors, door) != doors.end(); }

/// Those of `doors` that `others` lacks.
std::vector<DoorId> without(const std::vector<DoorId>& doors, const std::vector<DoorId>& others) {
  std::vector<DoorId> out;
  for (const DoorId& door : doors)
    if (!has(others, door)) out.push_back(door);
  return out;
}

/// A grant before and after, and what the steps of its change share.
struct Changing {
  WorkspaceId workspace;
  std::string by;
  UnixSeconds now;
  AccessGrant before;
  AccessGrant after;
  std::optional<std::string> schedule_before;  ///< as stored
  std::optional<std::string> schedule_after;
  std::vector<Credential> live;  ///< that are neither revoked nor ended, at doors that stay

  [[nodiscard]] std::vector<DoorId> added() const { return without(after.doors, before.doors); }
  [[nodiscard]] std::vector<DoorId> removed() const { return without(before.doors, after.doors); }
  [[nodiscard]] bool begins_later() const { return after.from > before.from; }
  [[nodiscard]] bool ends_earlier() const { return after.to && (!before.to || *after.to < *before.to); }
  /// What is another now, by its name in the API.
  [[nodiscard]] Names names() const {
    Names out;
    const auto add = [&](bool differs, std::string_view name) {
      if (differs) out.push_back(name);
    };
    add(before.from != after.from, "from");
    add(before.to != after.to, "to");
    add(!added().empty() || !removed().empty(), "door_ids");
    add(schedule_before != schedule_after, "schedule");
    add(before.rules.named_schedule != after.rules.named_schedule, "schedule_id");
    add(before.rules.max_uses != after.rules.max_uses, "max_uses");
    add(before.rules.expires_after_first_use_s != after.rules.expires_after_first_use_s, "expires_after_first_use_s");
    add(before.may_share != after.may_share, "may_share");
    add(before.own_doors != after.own_doors, "own_door_ids");
    return out;
  }
};

Task<Outcome<AccessGrant>> changed(Transaction& tx, WorkspaceId workspace, AccessGrant grant, AccessGrantChange change) {
  GrantRules& rules = grant.rules;
  if (change.from) grant.from = *change.from;
  if (change.to) grant.to = *change.to;
  if (change.doors) grant.doors = *change.doors;
  if (change.own_doors) {
    grant.own_doors = *change.own_doors;
    std::ranges::sort(grant.own_doors);
  } else {
    std::erase_if(grant.own_doors, [&](DoorId door) { return !has(grant.doors, door); });
  }
  if (change.may_share) grant.may_share = *change.may_share;
  if (change.max_uses) rules.max_uses = *change.max_uses;
  if (change.expires_after_first_use_s) rules.expires_after_first_use_s = *change.expires_after_first_use_s;
  if (change.schedule) {
    rules.schedule = *change.schedule;
    rules.named_schedule = std::nullopt;
  }
  if (change.named_schedule) rules.named_schedule = *change.named_schedule;
  if (change.named_schedule && *change.named_schedule) {
    CARDEA_CO_ASSIGN(const std::string times, co_await effective_schedule(tx, workspace, **change.named_schedule));
    rules.schedule = schedule_of_stored(times);
  }
  co_return grant;
}

Task<std::vector<Credential>> live_credentials(Transaction& tx, WorkspaceId workspace, AccessGrant grant, UnixSeconds now) {
  static const std::string sql =
      credential_select() + "AND c.access_grant = ?2 AND c.revoked_at IS NULL AND c.ended_at IS NULL ORDER BY c.credential";
  const Rows rows = co_await tx.execute(sql, workspace, grant.id);
  std::vector<Credential> out;
  for (const Row row : rows) {
    Credential credential = read_credential(row);
    const bool is_over = delivery_of(credential.facts, credential.lock_facts, now) == Delivery::kEnded;
    if (!is_over && has(grant.doors, credential.door)) out.push_back(std::move(credential));
  }
  co_return out;
}

// --- Refusals ---

Problem about(Problem problem, const Credential& credential) {
  problem.existing_id = credential.id.text();
  return problem;
}

Outcome<Done> check_begin(const Changing& changing) {
  if (changing.before.from == changing.after.from || changing.before.from > changing.now) return Done{};
  return conflict("already_begun", "This access grant began at " + text_of(changing.before.from) +
                                       ": its beginning cannot be changed any more. Change its end (to), or revoke it.");
}

/// An offline code has its window in its digits, and the lock does not need to hear of it.
Outcome<Done> check_code(const Changing& changing, const Credential& code) {
  if (changing.after.rules.say_anything())
    return about(conflict("kind_cannot_keep_rule",
                          "An offline code knows neither schedules nor numbers of uses, and this grant has one. Revoke the "
                          "code first, issue a token or a PIN in its place, and send the change again."),
                 code);
  if (!code.window) return Done{};
  const bool is_early = changing.begins_later() && code.window->begins < changing.after.from;
  const bool is_late = changing.ends_earlier() && code.window->ends > *changing.after.to;
  if (!is_early && !is_late) return Done{};
  return about(conflict("code_keeps_window",
                        fmt::format("An offline code of this grant opens from {} to {}, whatever the grant says: its window is "
                                    "in its digits. Revoke the code first, knowing that only its end or a clear code stops "
                                    "it, and send the change again.",
                                    text_of(code.window->begins), text_of(code.window->ends))),
               code);
}

Outcome<Done> check_codes(const Changing& changing) {
  for (const Credential& credential : changing.live)
    if (credential.descriptor)
      if (auto checked = check_code(changing, credential); !checked) return checked;
  return Done{};
}

/// S11: two slots at one lock would count apart.
Outcome<Done> check_one_counts(const Changing& changing) {
  if (!changing.after.rules.count()) return Done{};
  std::map<LockRef, CredentialId> seen;
  for (const Credential& credential : changing.live) {
    if (!credential.slot || seen.emplace(credential.lock, credential.id).second) continue;
    return about(conflict("credential_exists",
                          "The lock counts the uses of this grant for each token or PIN, so it can have one for each door, and "
                          "has more. Revoke all but one at each door, and send the change again."),
                 credential);
  }
  return Done{};
}

/// PH22: nothing makes more of a share than what its giver has.
Task<Outcome<Done>> check_within_giver(Transaction& tx, const Changing& changing) {
  const AccessGrant& share = changing.after;
  if (!share.shared_by) co_return Done{};
  CARDEA_CO_ASSIGN(const AccessGrant giver, co_await read_access_grant(tx, changing.workspace, share.shared_by->grant));
  const bool is_in_time = share.from >= giver.from && (!giver.to || (share.to && *share.to <= *giver.to));
  const bool has_its_times = !giver.rules.schedule || (changing.schedule_after == text_of_schedule(giver.rules) &&
                                                       share.rules.named_schedule == giver.rules.named_schedule);
  const bool is_there = without(share.doors, giver.doors).empty();
  if (is_in_time && has_its_times && is_there && !share.may_share && share.own_doors.empty()) co_return Done{};
  Problem problem = conflict("exceeds_share",
                             "This grant was shared from another one, and cannot be more than that: longer, at other doors or "
                             "times, or shared on. Change that one, or make a grant of its own.");
  problem.existing_id = giver.id.text();
  co_return problem;
}

// --- Slots ---

/// What the store says of a slot's credential beside its row.
struct SlotState {
  bool listed = false;
  bool is_counted = false;
  std::optional<std::uint32_t> first_use_before_s;
  std::optional<UnixSeconds> changed_at;
};
Task<SlotState> slot_state(Transaction& tx, WorkspaceId workspace, Credential credential) {
  const Rows rows = co_await tx.execute(
      "SELECT s.listed, c.is_counted, c.rule_first_use_before_s, c.rule_changed_at FROM credentials AS c JOIN slots AS s ON "
      "s.workspace = c.workspace AND s.lock = c.lock AND s.slot = c.slot WHERE c.workspace = ?1 AND c.credential = ?2",
      workspace, credential.id);
  const Row row = rows.front();
  SlotState out{row.boolean(0), row.boolean(1), std::nullopt, row.maybe(3, &Row::time)};
  if (!row.is_null(2)) out.first_use_before_s = static_cast<std::uint32_t>(row.integer(2));
  co_return out;
}

/// A slot's rule, but for the number of its schedule.
struct Rule {
  std::optional<std::string> schedule;
  std::optional<std::uint16_t> max_uses;
  std::optional<std::uint32_t> after_first_use_s;
  std::optional<UnixSeconds> ends;

  [[nodiscard]] bool says_anything() const { return schedule || max_uses || after_first_use_s || ends; }
  bool operator==(const Rule&) const = default;
};

/// S14: beside those of which only the lock knows the end, a phone's slot has it as a rule once the phone holds keys for later.
bool ends_at_lock(const Credential& credential, const AccessGrant& after) {
  if (!after.to || !rule_end_of(*after.to)) return false;
  return credential.facts.ends_at_lock || credential.type == CredentialType::kFixedToken ||
         credential.type == CredentialType::kPin || credential.facts.phone_keys_until > *after.to;
}

Rule rule_before(const Changing& changing, const Credential& credential) {
  const GrantRules& rules = changing.before.rules;
  return {changing.schedule_before, rules.max_uses, rules.expires_after_first_use_s,
          credential.facts.ends_at_lock ? changing.before.to : std::nullopt};
}

Rule rule_after(const Changing& changing, const Credential& credential) {
  const GrantRules& rules = changing.after.rules;
  return {changing.schedule_after, rules.max_uses, rules.expires_after_first_use_s,
          ends_at_lock(credential, changing.after) ? changing.after.to : std::nullopt};
}

/// The longest time that the lock may still give after a first opening.
std::optional<std::uint32_t> first_use_held_s(const Rule& before, const SlotState& state, bool is_on_its_way) {
  if (!is_on_its_way) return before.after_first_use_s;
  if (!before.after_first_use_s || !state.first_use_before_s) return std::nullopt;
  return std::max(*before.after_first_use_s, *state.first_use_before_s);
}

/// The versions that bring a change to its locks, one for each.
class Versions {
 public:
  Task<std::uint32_t> of(Transaction& tx, WorkspaceId workspace, LockRef lock) {
    const auto found = versions_.find(lock);
    if (found != versions_.end()) co_return found->second;
    const std::uint32_t version = co_await next_desired_version(tx, workspace, lock);
    versions_.emplace(lock, version);
    co_return version;
  }
  [[nodiscard]] const std::map<LockRef, std::uint32_t>& all() const { return versions_; }

 private:
  std::map<LockRef, std::uint32_t> versions_;
};

/// Gives one slot its new rule.
Task<Outcome<Done>> follow(Transaction& tx, Context& context, const Changing& changing, Credential credential,
                           Versions& versions) {
  const Rule before = rule_before(changing, credential);
  const Rule after = rule_after(changing, credential);
  const SlotState state = co_await slot_state(tx, changing.workspace, credential);
  const bool ends = after.ends.has_value();
  if (!state.listed)  // it comes with the rule that it has then
    co_await tx.execute("UPDATE credentials SET ends_at_lock = ?3 WHERE workspace = ?1 AND credential = ?2", changing.workspace,
                        credential.id, ends);
  if (!state.listed || before == after) co_return Done{};
  const bool was_counted = state.is_counted && before.says_anything();
  if (changing.after.rules.count() && !was_counted)
    co_return about(conflict("not_counted_before",
                             "The lock has not counted the openings of this token so far, and would begin with none. Revoke "
                             "it, send the change again, and issue another one."),
                    credential);
  const std::uint32_t version = co_await versions.of(tx, changing.workspace, credential.lock);
  const bool is_on_its_way = old_rules_hold(credential.facts, credential.lock_facts);
  const auto held_until = end_at_lock(credential.facts, credential.lock_facts);
  const auto first_use_s = first_use_held_s(before, state, is_on_its_way);
  const UnixSeconds since = is_on_its_way ? state.changed_at.value_or(changing.now) : changing.now;
  const bool stays_counted = was_counted && after.says_anything();
  co_await tx.execute(
      "UPDATE credentials SET ends_at_lock = ?3, rule_version = ?4, rule_changed_at = ?5, rule_ends_before = ?6, "
      "rule_first_use_before_s = ?7, is_counted = ?8 WHERE workspace = ?1 AND credential = ?2",
      changing.workspace, credential.id, ends, version, since, held_until, first_use_s, stays_counted);
  co_await append_credential_event(tx, context.keys, changing.workspace, EventType::kCredentialChanged, credential, changing.by,
                                   changing.now);
  co_return Done{};
}

/// S7, and where the schedule that the grant follows now is to be seen (schedules.hpp).
Task<Outcome<Done>> deliver_schedule(Transaction& tx, const Changing& changing, const Versions& versions) {
  if (!changing.schedule_after || changing.schedule_before == changing.schedule_after) co_return Done{};
  for (const auto& [lock, version] : versions.all()) {
    if (co_await schedules_are_full(tx, changing.workspace, lock, *changing.schedule_after)) co_return schedules_full();
    if (const auto named = changing.after.rules.named_schedule)
      co_await tx.execute(
          "INSERT INTO schedule_locks (workspace, schedule, lock, version) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (workspace, "
          "schedule, lock) DO UPDATE SET version = excluded.version",
          changing.workspace, *named, lock, version);
  }
  co_return Done{};
}

/// What the lock hears of only when it begins, begins at another moment.
Task<void> move_begin(Transaction& tx, const Changing& changing, std::vector<LockName>& locks) {
  if (changing.before.from == changing.after.from) co_return;
  for (const Credential& credential : changing.live) {
    if (!credential.slot) continue;
    const Rows waiting = co_await tx.execute(
        "UPDATE slots SET begins_at = ?4 WHERE workspace = ?1 AND lock = ?2 AND slot = ?3 AND listed = 0 RETURNING slot",
        changing.workspace, credential.lock, credential.slot->slot, changing.after.from);
    if (waiting.empty() || changing.after.from > changing.now) continue;
    co_await list_slot(tx, changing.workspace, credential.lock, credential.slot->slot, credential.id);
    locks.push_back(lock_name(changing.workspace, credential.lock));
  }
}

Task<void> revoke_one(Transaction& tx, KeyStore& keys, const Changing& changing, CredentialId credential,
                      std::vector<LockName>& locks) {
  static const std::string sql =
      "SELECT " + std::string(ending_columns()) + " FROM credentials WHERE workspace = ?1 AND credential = ?2";
  const Rows rows = co_await tx.execute(sql, changing.workspace, credential);
  const EndingCredential ending = read_ending(rows.front());
  co_await revoke(tx, keys, changing.workspace, ending, changing.by, changing.now);
  if (ending.slot) locks.push_back(lock_name(changing.workspace, ending.lock));
}

/// Whether a phone holds keys for hours before the grant begins now.
bool holds_early_keys(const Changing& changing, const Credential& credential) {
  return changing.begins_later() && credential.phone && credential.facts.phone_keys_until.value != 0;
}

/// Every slot's rule; a phone with keys for hours that are none of its grant any more gets another slot.
Task<Outcome<Done>> change_slots(Transaction& tx, Context& context, const Changing& changing, std::vector<LockName>& locks) {
  Versions versions;
  for (const Credential& credential : changing.live) {
    if (!credential.slot) continue;
    if (!holds_early_keys(changing, credential)) {
      CARDEA_CO_TRY(co_await follow(tx, context, changing, credential, versions));
      continue;
    }
    co_await revoke_one(tx, context.keys, changing, credential.id, locks);
    const PhoneToken token{changing.after.id, credential.door, *credential.phone, changing.by};
    CARDEA_CO_TRY(co_await issue_to_phone(tx, context, changing.workspace, token));
  }
  for (const auto& [lock, version] : versions.all()) locks.push_back(lock_name(changing.workspace, lock));
  co_await move_begin(tx, changing, locks);
  co_return co_await deliver_schedule(tx, changing, versions);
}

// --- Doors ---

Task<void> take_doors_away(Transaction& tx, KeyStore& keys, const Changing& changing, std::vector<LockName>& locks) {
  for (const DoorId& door : changing.removed()) {
    const Rows there = co_await tx.execute(
        "SELECT credential FROM credentials WHERE workspace = ?1 AND access_grant = ?2 AND door = ?3 "
        "AND ended_at IS NULL ORDER BY credential",
        changing.workspace, changing.after.id, door);
    for (const Row row : there) co_await revoke_one(tx, keys, changing, row.id<CredentialId>(0), locks);
    co_await tx.execute("DELETE FROM access_grant_doors WHERE workspace = ?1 AND access_grant = ?2 AND door = ?3",
                        changing.workspace, changing.after.id, door);
  }
}

Task<Outcome<Done>> add_doors(Transaction& tx, Context& context, const Changing& changing, std::vector<LockName>& locks) {
  NewDoors added{changing.workspace, changing.after.id, changing.added(), changing.by};
  if (added.doors.empty()) co_return Done{};
  for (const DoorId& door : added.doors)
    co_await tx.execute("INSERT INTO access_grant_doors (workspace, access_grant, door, added_at) VALUES (?1, ?2, ?3, ?4)",
                        changing.workspace, changing.after.id, door, changing.now);
  co_return co_await issue_at_new_doors(tx, context, std::move(added), locks);
}

Task<std::vector<DoorId>> bare_doors(Transaction& tx, const Changing& changing) {
  std::vector<DoorId> out;
  for (const DoorId& door : changing.added()) {
    const Rows some = co_await tx.execute(
        "SELECT 1 FROM credentials WHERE workspace = ?1 AND access_grant = ?2 AND door = ?3 "
        "AND revoked_at IS NULL AND ended_at IS NULL LIMIT 1",
        changing.workspace, changing.after.id, door);
    if (some.empty()) out.push_back(door);
  }
  co_return out;
}

// --- The whole ---

/// {"changed":["to"],"was":{"to":null}}
std::string detail_of(const Changing& changing, const Names& names) {
  const AccessGrant& before = changing.before;
  boost::json::array changed;
  boost::json::object was;
  for (const std::string_view name : names) {
    changed.emplace_back(name);
    if (name == "from") was["from"] = text_of(before.from);
    if (name == "to") was["to"] = json::value_of(before.to);
    if (name == "max_uses") was["max_uses"] = json::value_of(before.rules.max_uses);
    if (name == "expires_after_first_use_s")
      was["expires_after_first_use_s"] = json::value_of(before.rules.expires_after_first_use_s);
  }
  return json::print(boost::json::object{{"changed", std::move(changed)}, {"was", std::move(was)}});
}

Task<void> store_grant(Transaction& tx, const Changing& changing) {
  const AccessGrant& after = changing.after;
  co_await tx.execute(
      "UPDATE access_grants SET from_at = ?3, to_at = ?4, schedule = ?5, named_schedule = ?6, max_uses = ?7, "
      "expires_after_first_use_s = ?8, may_share = ?9 WHERE workspace = ?1 AND access_grant = ?2",
      changing.workspace, after.id, after.from, after.to, changing.schedule_after, after.rules.named_schedule,
      after.rules.max_uses, after.rules.expires_after_first_use_s, after.may_share);
  if (after.to)
    co_await tx.execute(
        "UPDATE invitations SET expires_at = MIN(expires_at, ?3) WHERE workspace = ?1 AND access_grant = ?2 AND cancelled_at "
        "IS "
        "NULL",
        changing.workspace, after.id, after.to);
}

/// Those whose window is another than the grant's by this.
std::vector<Credential> codes_left(const Changing& changing, const Names& names) {
  std::vector<Credential> out;
  const bool is_window = std::ranges::any_of(names, [](std::string_view name) { return name == "from" || name == "to"; });
  for (const Credential& credential : changing.live)
    if (is_window && credential.window) out.push_back(credential);
  return out;
}

/// Whether a letter has anything to say of it.
bool concerns_person(const Names& names) {
  return std::ranges::any_of(
      names, [](std::string_view name) { return name == "from" || name == "to" || name == "door_ids" || name == "schedule"; });
}

Task<Outcome<Changing>> plan(Transaction& tx, Context& context, Principal caller, GrantId grant, AccessGrantChange change) {
  Changing out;
  out.workspace = caller.workspace;
  out.by = caller.by();
  out.now = context.now();
  CARDEA_CO_ASSIGN(out.before, co_await read_access_grant(tx, caller.workspace, grant));
  if (out.before.revoked_at || (out.before.to && *out.before.to <= out.now))
    co_return conflict("ended", "This access grant has ended. Make a new one to let the person in again.");
  CARDEA_CO_ASSIGN(out.after, co_await changed(tx, caller.workspace, out.before, std::move(change)));
  out.schedule_before = text_of_schedule(out.before.rules);
  out.schedule_after = text_of_schedule(out.after.rules);
  if (out.names().empty()) co_return out;
  CARDEA_CO_TRY(check_begin(out));
  CARDEA_CO_TRY(check_window(out.after.from, out.after.to, out.now));
  CARDEA_CO_TRY(check_sharing(out.after));
  CARDEA_CO_TRY(co_await check_within_giver(tx, out));
  std::vector<DoorId> added = out.added();
  CARDEA_CO_TRY(co_await doors_exist(tx, caller.workspace, std::move(added)));
  out.live = co_await live_credentials(tx, caller.workspace, out.after, out.now);
  CARDEA_CO_TRY(check_codes(out));
  CARDEA_CO_TRY(check_one_counts(out));
  co_return out;
}

/// What keeps a share within its giver's grant after that was changed; nothing to keep: it ends.
std::optional<AccessGrantChange> change_of_share(const Changing& changing, const AccessGrant& share) {
  const AccessGrant& giver = changing.after;
  AccessGrantChange out;
  std::vector<DoorId> doors = share.doors;
  std::erase_if(doors, [&](DoorId door) { return !has(giver.doors, door); });
  if (!giver.may_share || doors.empty() || giver.from >= share.to.value_or(UnixSeconds{UINT64_MAX})) return std::nullopt;
  if (doors != share.doors) out.doors = std::move(doors);
  if (giver.to && (!share.to || *giver.to < *share.to)) out.to = giver.to;
  if (share.from < giver.from) out.from = giver.from;
  if (!giver.rules.schedule) return out;
  if (giver.rules.named_schedule)
    out.named_schedule = giver.rules.named_schedule;
  else
    out.schedule = giver.rules.schedule;
  return out;
}

Task<Outcome<ChangedAccessGrant>> change_in(Transaction& tx, Context& context, Principal caller, GrantId grant,
                                            AccessGrantChange change, std::vector<LockName>& locks);

/// PH22, in the same commit.
Task<Outcome<Done>> follow_with_shares(Transaction& tx, Context& context, const Changing& changing, Principal caller,
                                       std::vector<LockName>& locks) {
  const std::vector<GrantId> shares = co_await live_shares(tx, changing.workspace, changing.after.id);
  for (const GrantId& id : shares) {
    CARDEA_CO_ASSIGN(const AccessGrant share, co_await read_access_grant(tx, changing.workspace, id));
    auto change = change_of_share(changing, share);
    if (change) {
      CARDEA_CO_TRY(co_await change_in(tx, context, caller, id, *std::move(change), locks));
      continue;
    }
    const auto concerned = co_await revoke_grant_in(tx, context, changing.workspace, share, changing.by);
    locks.insert(locks.end(), concerned.begin(), concerned.end());
  }
  co_return Done{};
}

Task<Outcome<ChangedAccessGrant>> change_in(Transaction& tx, Context& context, Principal caller, GrantId grant,
                                            AccessGrantChange change, std::vector<LockName>& locks) {
  CARDEA_CO_ASSIGN(const Changing changing, co_await plan(tx, context, caller, grant, std::move(change)));
  const Names names = changing.names();
  if (names.empty()) co_return ChangedAccessGrant{changing.before, {}, {}};
  co_await store_grant(tx, changing);
  co_await take_doors_away(tx, context.keys, changing, locks);
  CARDEA_CO_TRY(co_await change_slots(tx, context, changing, locks));
  CARDEA_CO_TRY(co_await add_doors(tx, context, changing, locks));
  co_await store_own_doors(tx, changing.workspace, grant, changing.after.own_doors);
  CARDEA_CO_TRY(co_await follow_with_shares(tx, context, changing, caller, locks));
  std::string detail = detail_of(changing, names);
  co_await append_grant_event(tx, context.keys, changing.workspace, EventType::kGrantChanged, grant, changing.after.person,
                              changing.by, changing.now, std::move(detail));
  if (concerns_person(names)) co_await tell_of_change(tx, context, changing.workspace, grant);
  ChangedAccessGrant out;
  CARDEA_CO_ASSIGN(out.grant, co_await read_access_grant(tx, changing.workspace, grant));
  out.codes_left = codes_left(changing, names);
  out.doors_without_credentials = co_await bare_doors(tx, changing);
  co_return out;
}

/// What can be said of it without looking at the grant.
Outcome<Done> check(const AccessGrantChange& change) {
  GrantRules rules;
  if (change.schedule) rules.schedule = *change.schedule;
  if (change.max_uses) rules.max_uses = *change.max_uses;
  if (change.expires_after_first_use_s) rules.expires_after_first_use_s = *change.expires_after_first_use_s;
  if (auto checked = check_rules(rules); !checked) return checked;
  return change.doors ? check_doors(*change.doors) : Done{};
}

}  // namespace

Task<Outcome<ChangedAccessGrant>> change_access_grant(Context& context, Principal caller, GrantId grant,
                                                      AccessGrantChange change) {
  CARDEA_CO_TRY(check(change));
  std::vector<LockName> locks;
  auto changed = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<ChangedAccessGrant>> {
    locks.clear();
    co_return co_await change_in(tx, context, caller, grant, change, locks);
  });
  if (changed)
    for (const LockName& lock : locks) context.links.desired_changed(lock);
  co_return changed;
}

}  // namespace cardea::server::usecases
