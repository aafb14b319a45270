// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/campaigns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "server/auth/scopes.hpp"
#include "server/domain/sandbox.hpp"
#include "server/usecases/campaign_course.hpp"
#include "server/usecases/checks.hpp"
#include "server/usecases/internal/rings.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::string_view state_names[campaign_state_count]{"draft", "running", "paused", "halted", "done", "cancelled"};
constexpr std::string_view update_state_names[update_state_count]{"waiting",  "offered",   "arriving", "waiting_for_start",
                                                                  "on_trial", "confirmed", "refused",  "silent"};

Outcome<Done> check_order(const CampaignOrder& order) {
  if (auto named = check_name(order.name, "/name"); !named) return named.error();
  if (order.locks && order.sites) return invalid("/site_ids", "stands beside lock_ids: say one of them, or neither for all");
  if (order.locks && order.locks->empty()) return invalid("/lock_ids", "names no lock. Leave it out for all");
  if (order.sites && order.sites->empty()) return invalid("/site_ids", "names no site. Leave it out for all");
  if (order.patience_s < patience_s_min || order.patience_s > patience_s_max)
    return invalid("/patience_s", fmt::format("must be {} to {}, 90 days", patience_s_min, patience_s_max));
  if (order.window && order.window->from == order.window->to)
    return invalid("/window", "begins when it ends. Leave it out for the whole day");
  return Done{};
}

/// An active lock with a device of its own.
constexpr std::string_view select_locks =
    "SELECT l.lock FROM locks l JOIN doors d ON d.workspace = l.workspace AND d.door = l.door WHERE l.workspace = ?1 AND "
    "l.state = 'active' AND ";

void add_locks(const Rows& rows, std::set<LockRef>& out) {
  for (const Row row : rows)
    if (!is_sandbox(row.id<LockRef>(0))) out.insert(row.id<LockRef>(0));
}

Task<Outcome<Done>> add_named_locks(Transaction& tx, Viewer viewer, std::vector<LockRef> named, std::set<LockRef>& out) {
  static const std::string sql =
      "SELECT l.state FROM locks l WHERE l.workspace = ?1 AND l.lock = ?2 AND " + door_is_within("l.door", 3);
  for (std::size_t i = 0; i < named.size(); ++i) {
    const std::string pointer = fmt::format("/lock_ids/{}", i);
    const Rows rows = co_await tx.execute(sql, viewer.workspace, named[i], viewer.limit);
    if (rows.empty()) co_return not_found("lock");
    if (rows.front().text(0) != "active") co_return invalid(pointer, "is not active: it takes no image before");
    if (is_sandbox(named[i])) co_return invalid(pointer, "is a sandbox lock: there is no device that could run an image");
    if (!out.insert(named[i]).second) co_return invalid(pointer, "is named twice");
  }
  co_return Done{};
}

Task<Outcome<Done>> add_locks_of_sites(Transaction& tx, Viewer viewer, std::vector<SiteId> sites, std::set<LockRef>& out) {
  static const std::string sql = std::string(select_locks) + door_is_within("l.door", 2) + " AND d.site = ?3";
  for (const SiteId& site : sites) {
    const Rows found = co_await tx.execute("SELECT 1 FROM sites WHERE workspace = ?1 AND site = ?2", viewer.workspace, site);
    if (found.empty()) co_return not_found("site");
    add_locks(co_await tx.execute(sql, viewer.workspace, viewer.limit, site), out);
  }
  co_return Done{};
}

Task<Outcome<std::vector<LockRef>>> chosen_locks(Transaction& tx, Viewer viewer, CampaignOrder order) {
  static const std::string all = std::string(select_locks) + door_is_within("l.door", 2);
  std::set<LockRef> chosen;
  if (order.locks)
    CARDEA_CO_TRY(co_await add_named_locks(tx, viewer, *order.locks, chosen));
  else if (order.sites)
    CARDEA_CO_TRY(co_await add_locks_of_sites(tx, viewer, *order.sites, chosen));
  else
    add_locks(co_await tx.execute(all, viewer.workspace, viewer.limit), chosen);
  if (chosen.empty()) co_return conflict("no_locks", "There is no active lock among those that you mean.");
  if (chosen.size() > campaign_lock_count_max)
    co_return conflict("too_many_locks", fmt::format("A campaign has at most {} locks. Make one for some of the sites first.",
                                                     campaign_lock_count_max));
  co_return std::vector<LockRef>(chosen.begin(), chosen.end());
}

Task<void> insert_campaign(Transaction& tx, Context& context, Principal caller, CampaignId id, CampaignOrder order) {
  const auto minute = [&](std::uint32_t DayWindow::* side) {
    return order.window ? std::optional<std::uint32_t>((*order.window).*side) : std::nullopt;
  };
  co_await tx.execute(
      "INSERT INTO firmware_campaigns (workspace, campaign, name, image, state, patience_s, window_from, window_to, "
      "created_at, created_by) VALUES (?1, ?2, ?3, ?4, 'draft', ?5, ?6, ?7, ?8, ?9)",
      caller.workspace, id, order.name, order.image, order.patience_s, minute(&DayWindow::from), minute(&DayWindow::to),
      context.now(), caller.by());
}

Task<void> insert_rings(Transaction& tx, WorkspaceId workspace, CampaignId id, std::vector<RingOrder> rings,
                        std::vector<std::uint32_t> ring_of) {
  for (std::uint32_t i = 0; i < rings.size(); ++i) {
    const auto locks = static_cast<std::size_t>(std::ranges::count(ring_of, i));
    co_await tx.execute(
        "INSERT INTO firmware_rings (workspace, campaign, ring, name, soak_s, failures_max, lock_count) VALUES (?1, ?2, ?3, "
        "?4, ?5, ?6, ?7)",
        workspace, id, i, rings[i].name, rings[i].soak_s, failures_allowed(rings[i], locks), locks);
  }
}

Task<void> insert_locks(Transaction& tx, WorkspaceId workspace, CampaignId id, std::vector<LockRef> locks,
                        std::vector<std::uint32_t> ring_of, UnixSeconds now) {
  for (std::size_t i = 0; i < locks.size(); ++i)
    co_await tx.execute(
        "INSERT INTO firmware_campaign_locks (workspace, campaign, lock, ring, changed_at) VALUES (?1, ?2, ?3, ?4, ?5)",
        workspace, id, locks[i], ring_of[i], now);
}

const std::string select_campaigns =
    "SELECT c.campaign, c.name, c.state, c.halted_for, c.image, i.major, i.minor, i.revision, i.build, i.size_bytes, c.ring, "
    "c.patience_s, c.window_from, c.window_to, c.created_at, c.created_by, c.ended_at FROM firmware_campaigns c JOIN "
    "firmware_images i ON i.workspace = c.workspace AND i.image = c.image WHERE c.workspace = ?1 AND (?2 IS NULL OR EXISTS "
    "(SELECT 1 FROM firmware_campaign_locks f JOIN locks l ON l.workspace = f.workspace AND l.lock = f.lock WHERE f.workspace "
    "= ?1 AND f.campaign = c.campaign AND " +
    door_is_within("l.door", 2) + ")) ";

Campaign read_campaign(Row row) {
  Campaign campaign;
  campaign.id = row.id<CampaignId>(0);
  campaign.name = row.text(1);
  campaign.state = campaign_state_of(row.text(2)).value();
  if (!row.is_null(3)) campaign.halted_for = row.text(3);
  campaign.image = row.id<FirmwareImageId>(4);
  campaign.version = {static_cast<std::uint8_t>(row.integer(5)), static_cast<std::uint8_t>(row.integer(6)),
                      static_cast<std::uint16_t>(row.integer(7)), static_cast<std::uint32_t>(row.integer(8))};
  campaign.size_bytes = static_cast<std::uint32_t>(row.integer(9));
  campaign.ring = static_cast<std::uint32_t>(row.integer(10));
  campaign.patience_s = static_cast<std::uint32_t>(row.integer(11));
  if (!row.is_null(12))
    campaign.window = {static_cast<std::uint32_t>(row.integer(12)), static_cast<std::uint32_t>(row.integer(13))};
  campaign.created_at = row.time(14);
  campaign.created_by = row.text(15);
  campaign.ended_at = row.maybe(16, &Row::time);
  return campaign;
}

Task<void> add_rings(Transaction& tx, Viewer viewer, Campaign& campaign) {
  const Rows rings = co_await tx.execute(
      "SELECT name, soak_s, failures_max, begun_at, done_at FROM firmware_rings WHERE workspace = ?1 AND campaign = ?2 ORDER "
      "BY ring",
      viewer.workspace, campaign.id);
  for (const Row row : rings)
    campaign.rings.push_back({row.text(0),
                              static_cast<std::uint32_t>(row.integer(1)),
                              static_cast<std::uint32_t>(row.integer(2)),
                              row.maybe(3, &Row::time),
                              row.maybe(4, &Row::time),
                              {}});
  static const std::string sql =
      "SELECT f.ring, f.state, count(*) FROM firmware_campaign_locks f JOIN locks l ON l.workspace = f.workspace AND l.lock = "
      "f.lock WHERE f.workspace = ?1 AND f.campaign = ?2 AND " +
      door_is_within("l.door", 3) + " GROUP BY f.ring, f.state";
  const Rows counts = co_await tx.execute(sql, viewer.workspace, campaign.id, viewer.limit);
  for (const Row row : counts)
    campaign.rings.at(static_cast<std::size_t>(row.integer(0)))
        .counts[static_cast<std::size_t>(update_state_of(row.text(1)).value())] = static_cast<std::uint32_t>(row.integer(2));
}

Task<Outcome<Campaign>> read_one(Transaction& tx, Viewer viewer, CampaignId id) {
  static const std::string sql = select_campaigns + "AND c.campaign = ?3";
  const Rows rows = co_await tx.execute(sql, viewer.workspace, viewer.limit, id);
  if (rows.empty()) co_return not_found("campaign");
  Campaign campaign = read_campaign(rows.front());
  co_await add_rings(tx, viewer, campaign);
  co_return campaign;
}

Problem is_over() { return conflict("campaign_over", "The campaign has ended. Make another one."); }

bool has_ended(CampaignState state) { return state == CampaignState::kDone || state == CampaignState::kCancelled; }

/// Its locks follow it from here on.
Task<Outcome<Done>> take_locks(Transaction& tx, WorkspaceId workspace, CampaignId id) {
  const Rows taken = co_await tx.execute(
      "SELECT count(*) FROM firmware_campaign_locks f JOIN locks l ON l.workspace = f.workspace AND l.lock = f.lock JOIN "
      "firmware_campaigns o ON o.workspace = l.workspace AND o.campaign = l.campaign WHERE f.workspace = ?1 AND f.campaign = "
      "?2 AND o.campaign <> ?2 AND o.state IN ('running', 'paused', 'halted')",
      workspace, id);
  if (const auto count = taken.front().integer(0); count != 0)
    co_return conflict("lock_in_campaign", fmt::format("{} of its locks are in another campaign that has not ended. Wait for "
                                                       "its end, or cancel it.",
                                                       count));
  co_await tx.execute(
      "UPDATE locks SET campaign = ?2 WHERE workspace = ?1 AND lock IN (SELECT lock FROM firmware_campaign_locks WHERE "
      "workspace = ?1 AND campaign = ?2)",
      workspace, id);
  co_return Done{};
}

Task<Outcome<std::vector<LockName>>> start(Transaction& tx, Context& context, Principal caller, CampaignId id) {
  const WorkspaceId workspace = caller.workspace;
  CARDEA_CO_TRY(co_await take_locks(tx, workspace, id));
  co_await tx.execute(
      "UPDATE firmware_campaigns SET state = 'running', halted_for = NULL WHERE workspace = ?1 AND campaign = ?2", workspace,
      id);
  co_await tx.execute(
      "UPDATE firmware_rings SET forgiven_count = failed_count, begun_at = CASE WHEN begun_at IS NULL OR done_at IS NOT NULL "
      "THEN begun_at ELSE ?3 END WHERE workspace = ?1 AND campaign = ?2",
      workspace, id, context.now());
  co_await append_campaign_event(tx, context.keys, workspace, id, EventType::kCampaignResumed, caller.by(), {}, context.now());
  std::vector<LockName> concerned = co_await locks_under_way(tx, workspace, id);
  const auto more = co_await advance(tx, context.keys, workspace, id, context.now());
  concerned.insert(concerned.end(), more.begin(), more.end());
  co_return concerned;
}

Task<Outcome<std::vector<LockName>>> stop(Transaction& tx, Context& context, Principal caller, CampaignId id, EventType type) {
  const WorkspaceId workspace = caller.workspace;
  const bool for_good = type == EventType::kCampaignCancelled;
  co_await tx.execute(
      "UPDATE firmware_campaigns SET state = ?3, wake_at = NULL, ended_at = ?4 WHERE workspace = ?1 AND campaign = ?2",
      workspace, id, for_good ? "cancelled" : "paused", for_good ? std::optional(context.now()) : std::nullopt);
  co_await append_campaign_event(tx, context.keys, workspace, id, type, caller.by(), {}, context.now());
  co_return co_await locks_under_way(tx, workspace, id);
}

/// What a change of a campaign is, once it is found: the locks whose image may be another now.
using Change = Task<Outcome<std::vector<LockName>>> (*)(Transaction& tx, Context& context, Principal caller, Campaign campaign);

Task<Outcome<Campaign>> change(Context& context, Principal caller, CampaignId id, Change what) {
  std::vector<LockName> concerned;
  auto changed = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Campaign>> {
    CARDEA_CO_ASSIGN(const Campaign before, co_await read_one(tx, caller, id));
    CARDEA_CO_ASSIGN(concerned, co_await what(tx, context, caller, before));
    co_return co_await read_one(tx, caller, id);
  });
  if (!changed) co_return changed.error();
  for (const LockName& lock : concerned) context.links.image_changed(lock);
  co_return changed;
}

}  // namespace

std::string_view name_of(CampaignState state) { return state_names[static_cast<std::size_t>(state)]; }
std::optional<CampaignState> campaign_state_of(std::string_view name) {
  const auto found = std::ranges::find(state_names, name);
  if (found == std::end(state_names)) return std::nullopt;
  return static_cast<CampaignState>(found - std::begin(state_names));
}

std::string_view name_of(UpdateState state) { return update_state_names[static_cast<std::size_t>(state)]; }
std::optional<UpdateState> update_state_of(std::string_view name) {
  const auto found = std::ranges::find(update_state_names, name);
  if (found == std::end(update_state_names)) return std::nullopt;
  return static_cast<UpdateState>(found - std::begin(update_state_names));
}

Task<Outcome<Campaign>> create_campaign(Context& context, Principal caller, CampaignOrder order) {
  CARDEA_CO_TRY(check_order(order));
  const WorkspaceId workspace = caller.workspace;
  std::vector<LockName> concerned;
  auto made = co_await context.store.write([&](Transaction& tx) -> Task<Outcome<Campaign>> {
    CARDEA_CO_ASSIGN(const auto locks, co_await chosen_locks(tx, caller, order));
    CARDEA_CO_ASSIGN(const auto ring_of, assign_rings(locks, order.rings));
    const Rows image =
        co_await tx.execute("SELECT 1 FROM firmware_images WHERE workspace = ?1 AND image = ?2", workspace, order.image);
    if (image.empty()) co_return not_found("image");
    const CampaignId id = CampaignId::make();
    co_await insert_campaign(tx, context, caller, id, order);
    co_await insert_rings(tx, workspace, id, order.rings, ring_of);
    co_await insert_locks(tx, workspace, id, locks, ring_of, context.now());
    co_await append_campaign_event(tx, context.keys, workspace, id, EventType::kCampaignCreated, caller.by(),
                                   fmt::format(R"(,"image":"{}")", order.image.text()), context.now());
    if (order.starts) {
      CARDEA_CO_ASSIGN(concerned, co_await start(tx, context, caller, id));
    }
    co_return co_await read_one(tx, caller, id);
  });
  if (!made) co_return made.error();
  for (const LockName& lock : concerned) context.links.image_changed(lock);
  co_return made;
}

Task<Outcome<Page<Campaign>>> list_campaigns(Context& context, Viewer viewer, std::optional<CampaignState> state,
                                             PageRequest page) {
  CARDEA_CO_ASSIGN(const CampaignId after, id_of_cursor<CampaignId>(page));
  const auto wanted = state ? std::optional(std::string(name_of(*state))) : std::nullopt;
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<Campaign>>> {
    static const std::string sql =
        select_campaigns + "AND c.campaign > ?3 AND (?5 IS NULL OR c.state = ?5) ORDER BY c.campaign LIMIT ?4";
    const Rows rows = co_await tx.execute(sql, viewer.workspace, viewer.limit, after, page.limit + 1, wanted);
    std::vector<Campaign> items;
    for (const Row row : rows) items.push_back(read_campaign(row));
    for (Campaign& campaign : items) co_await add_rings(tx, viewer, campaign);
    co_return page_of(std::move(items), page, [](const Campaign& campaign) { return campaign.id; });
  });
}

Task<Outcome<Campaign>> find_campaign(Context& context, Viewer viewer, CampaignId campaign) {
  co_return co_await context.store.read([&](Transaction& tx) { return read_one(tx, viewer, campaign); });
}

Task<Outcome<Page<CampaignLock>>> list_campaign_locks(Context& context, Viewer viewer, CampaignId campaign,
                                                      std::optional<UpdateState> state, PageRequest page) {
  CARDEA_CO_ASSIGN(const LockRef after, id_of_cursor<LockRef>(page));
  const auto wanted = state ? std::optional(std::string(name_of(*state))) : std::nullopt;
  co_return co_await context.store.read([&](Transaction& tx) -> Task<Outcome<Page<CampaignLock>>> {
    CARDEA_CO_TRY(co_await read_one(tx, viewer, campaign));
    static const std::string sql =
        "SELECT f.lock, l.door, f.ring, f.state, f.standing_bytes, f.status, f.changed_at, l.seen_at, l.status FROM "
        "firmware_campaign_locks f JOIN locks l ON l.workspace = f.workspace AND l.lock = f.lock WHERE f.workspace = ?1 AND "
        "f.campaign = ?3 AND f.lock > ?4 AND (?6 IS NULL OR f.state = ?6) AND " +
        door_is_within("l.door", 2) + " ORDER BY f.lock LIMIT ?5";
    const Rows rows = co_await tx.execute(sql, viewer.workspace, viewer.limit, campaign, after, page.limit + 1, wanted);
    std::vector<CampaignLock> items;
    for (const Row row : rows) {
      CampaignLock lock{row.id<LockRef>(0),
                        row.id<DoorId>(1),
                        static_cast<std::uint32_t>(row.integer(2)),
                        update_state_of(row.text(3)).value(),
                        static_cast<std::uint32_t>(row.integer(4)),
                        static_cast<Status>(row.integer(5)),
                        {},
                        row.time(6),
                        row.maybe(7, &Row::time)};
      if (!row.is_null(8)) {
        const auto said = link::decode_status(row.blob(8));
        if (said) lock.firmware.assign(reinterpret_cast<const char*>(said->firmware.data()), said->firmware_size);
      }
      items.push_back(std::move(lock));
    }
    co_return page_of(std::move(items), page, [](const CampaignLock& lock) { return lock.lock; });
  });
}

Task<Outcome<Campaign>> pause_campaign(Context& context, Principal caller, CampaignId campaign) {
  co_return co_await change(
      context, caller, campaign,
      [](Transaction& tx, Context& inside, Principal who, Campaign before) -> Task<Outcome<std::vector<LockName>>> {
        if (before.state != CampaignState::kRunning)
          co_return conflict("campaign_not_running", "Only a campaign that runs can be paused.");
        co_return co_await stop(tx, inside, who, before.id, EventType::kCampaignPaused);
      });
}

Task<Outcome<Campaign>> resume_campaign(Context& context, Principal caller, CampaignId campaign) {
  co_return co_await change(
      context, caller, campaign,
      [](Transaction& tx, Context& inside, Principal who, Campaign before) -> Task<Outcome<std::vector<LockName>>> {
        if (has_ended(before.state)) co_return is_over();
        if (before.state == CampaignState::kRunning) co_return conflict("campaign_running", "It runs already.");
        co_return co_await start(tx, inside, who, before.id);
      });
}

Task<Outcome<Campaign>> cancel_campaign(Context& context, Principal caller, CampaignId campaign) {
  co_return co_await change(
      context, caller, campaign,
      [](Transaction& tx, Context& inside, Principal who, Campaign before) -> Task<Outcome<std::vector<LockName>>> {
        if (has_ended(before.state)) co_return is_over();
        co_return co_await stop(tx, inside, who, before.id, EventType::kCampaignCancelled);
      });
}

}  // namespace cardea::server::usecases
