// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/campaign_course.hpp"

#include <fmt/format.h>

#include "server/usecases/events.hpp"
#include "server/usecases/lock_row.hpp"

namespace cardea::server::usecases {

namespace {

constexpr std::uint32_t day_minutes = 1'440;
constexpr std::uint32_t minute_s = 60;

/// Seconds from now until a minute of the day.
std::uint32_t seconds_until(std::uint32_t minute, std::uint32_t now_minute, UnixSeconds now) {
  const std::uint32_t minutes = (minute + day_minutes - now_minute) % day_minutes;
  return minutes * minute_s - static_cast<std::uint32_t>(now.value % minute_s);
}

void apply_window(DesiredImage& desired, DayWindow window, std::string_view zone, UnixSeconds now) {
  const std::uint32_t minute = local_minute(now, zone);
  const bool is_open =
      window.from < window.to ? minute >= window.from && minute < window.to : minute >= window.from || minute < window.to;
  if (is_open)
    desired.open_s = seconds_until(window.to, minute, now);
  else
    desired.wait_s = seconds_until(window.from, minute, now);
}

/// Two things are `not_ready`: that another image is on trial (I2), which its first frame ends, and a trial of this one that
/// has failed (U3). A lock that had some of it, or says so twice, means the second.
bool waits_for_another(const update::Report& report, UpdateState before, Status said_before) {
  return report.status == Status::kNotReady && before <= UpdateState::kOffered && said_before != Status::kNotReady;
}

UpdateState state_of(const update::Report& report, UpdateState before, Status said_before) {
  switch (report.state) {
    case update::ImageState::kArriving: return UpdateState::kArriving;
    case update::ImageState::kWaiting: return UpdateState::kForAStart;
    case update::ImageState::kOnTrial: return UpdateState::kOnTrial;
    case update::ImageState::kConfirmed: return UpdateState::kConfirmed;
    case update::ImageState::kRefused:
      return waits_for_another(report, before, said_before) ? UpdateState::kOffered : UpdateState::kRefused;
  }
  return UpdateState::kOffered;
}

/// A lock as the campaign that it follows has it.
struct Follower {
  CampaignId campaign;
  FirmwareImageId image;
  std::string version;
  std::uint32_t ring = 0;
  UpdateState state = UpdateState::kWaiting;
  Status status = Status::kOk;
};

/// Nothing unless its ring has begun and the image is the one with this digest.
Task<std::optional<Follower>> follower_of(Transaction& tx, LockName lock, Digest digest) {
  const Rows rows = co_await tx.execute(
      "SELECT c.campaign, c.image, i.major, i.minor, i.revision, i.build, f.ring, f.state, f.status FROM locks l JOIN "
      "firmware_campaign_locks f ON f.workspace = l.workspace AND f.campaign = l.campaign AND f.lock = l.lock JOIN "
      "firmware_campaigns c ON c.workspace = l.workspace AND c.campaign = l.campaign JOIN firmware_images i ON i.workspace = "
      "l.workspace AND i.image = c.image WHERE l.workspace = ?1 AND l.lock = ?2 AND i.digest = ?3 AND f.ring <= c.ring",
      workspace_of(lock), lock_of(lock), digest);
  if (rows.empty()) co_return std::nullopt;
  const Row row = rows.front();
  const update::Version version{static_cast<std::uint8_t>(row.integer(2)), static_cast<std::uint8_t>(row.integer(3)),
                                static_cast<std::uint16_t>(row.integer(4)), static_cast<std::uint32_t>(row.integer(5))};
  co_return Follower{row.id<CampaignId>(0),
                     row.id<FirmwareImageId>(1),
                     usecases::text_of(version),
                     static_cast<std::uint32_t>(row.integer(6)),
                     update_state_of(row.text(7)).value(),
                     static_cast<Status>(row.integer(8))};
}

Task<void> append_lock_event(Transaction& tx, KeyStore& keys, LockName lock, EventType type, Follower follower, std::string why,
                             UnixSeconds now) {
  EventFacts facts;
  facts.type = type;
  facts.at = now;
  facts.detail = fmt::format(R"({{"campaign":"{}","image":"{}","version":"{}"{}}})", follower.campaign.text(),
                             follower.image.text(), follower.version, why);
  facts = co_await placed_at_lock(tx, workspace_of(lock), lock_of(lock), std::move(facts));
  co_await append_event(tx, keys, workspace_of(lock), std::move(facts), {}, now);
}

std::string status_member(std::string_view status) { return fmt::format(R"(,"status":"{}")", status); }

/// The counts of its ring follow a lock's state.
Task<void> count(Transaction& tx, WorkspaceId workspace, Follower before, UpdateState after) {
  const int confirmed = int{after == UpdateState::kConfirmed} - int{before.state == UpdateState::kConfirmed};
  const int failed = int{has_failed(after)} - int{has_failed(before.state)};
  if (confirmed == 0 && failed == 0) co_return;
  co_await tx.execute(
      "UPDATE firmware_rings SET confirmed_count = confirmed_count + ?4, failed_count = failed_count + ?5 WHERE workspace = ?1 "
      "AND campaign = ?2 AND ring = ?3",
      workspace, before.campaign, before.ring, confirmed, failed);
}

/// A campaign with the ring whose turn it is.
struct Turn {
  std::uint32_t ring = 0;
  std::uint32_t ring_count = 0;
  std::uint64_t patience_s = 0;
  std::uint64_t soak_s = 0;
  std::int64_t locks = 0;
  std::int64_t confirmed = 0;
  std::int64_t failed = 0;
  std::int64_t left = 0;
  std::optional<UnixSeconds> begun_at;
  std::optional<UnixSeconds> done_at;
  bool too_many_failed = false;  ///< of this ring or one before

  [[nodiscard]] bool is_complete() const { return confirmed + failed + left >= locks; }
  [[nodiscard]] bool is_last() const { return ring + 1 == ring_count; }
  [[nodiscard]] UnixSeconds patience_ends_at() const { return {begun_at->value + patience_s}; }
  [[nodiscard]] UnixSeconds soaked_at() const { return {done_at->value + (locks == 0 ? 0 : soak_s)}; }
};

/// Nothing unless it runs.
Task<std::optional<Turn>> turn_of(Transaction& tx, WorkspaceId workspace, CampaignId campaign) {
  const Rows rows = co_await tx.execute(
      "SELECT c.ring, (SELECT count(*) FROM firmware_rings n WHERE n.workspace = ?1 AND n.campaign = ?2), c.patience_s, "
      "r.soak_s, r.lock_count, r.confirmed_count, r.failed_count, r.left_count, r.begun_at, r.done_at, (SELECT count(*) FROM "
      "firmware_rings b WHERE b.workspace = ?1 AND b.campaign = ?2 AND b.ring <= c.ring AND b.failed_count > b.failures_max + "
      "b.forgiven_count) FROM firmware_campaigns c JOIN firmware_rings r ON r.workspace = c.workspace AND r.campaign = "
      "c.campaign AND r.ring = c.ring WHERE c.workspace = ?1 AND c.campaign = ?2 AND c.state = 'running'",
      workspace, campaign);
  if (rows.empty()) co_return std::nullopt;
  const Row row = rows.front();
  Turn turn;
  turn.ring = static_cast<std::uint32_t>(row.integer(0));
  turn.ring_count = static_cast<std::uint32_t>(row.integer(1));
  turn.patience_s = static_cast<std::uint64_t>(row.integer(2));
  turn.soak_s = static_cast<std::uint64_t>(row.integer(3));
  turn.locks = row.integer(4);
  turn.confirmed = row.integer(5);
  turn.failed = row.integer(6);
  turn.left = row.integer(7);
  turn.begun_at = row.maybe(8, &Row::time);
  turn.done_at = row.maybe(9, &Row::time);
  turn.too_many_failed = row.integer(10) != 0;
  co_return turn;
}

Task<void> wake_at(Transaction& tx, WorkspaceId workspace, CampaignId campaign, UnixSeconds time) {
  co_await tx.execute("UPDATE firmware_campaigns SET wake_at = ?3 WHERE workspace = ?1 AND campaign = ?2", workspace, campaign,
                      time);
}

void add_names(WorkspaceId workspace, const Rows& rows, std::vector<LockName>& out) {
  for (const Row row : rows) out.push_back(lock_name(workspace, row.id<LockRef>(0)));
}

Task<void> begin_ring(Transaction& tx, KeyStore& keys, WorkspaceId workspace, CampaignId campaign, std::uint32_t ring,
                      UnixSeconds now, std::vector<LockName>& concerned) {
  co_await tx.execute("UPDATE firmware_rings SET begun_at = ?4 WHERE workspace = ?1 AND campaign = ?2 AND ring = ?3", workspace,
                      campaign, ring, now);
  co_await append_campaign_event(tx, keys, workspace, campaign, EventType::kCampaignRingBegun, {},
                                 fmt::format(R"(,"ring":{})", ring), now);
  const Rows rows =
      co_await tx.execute("SELECT lock FROM firmware_campaign_locks WHERE workspace = ?1 AND campaign = ?2 AND ring = ?3",
                          workspace, campaign, ring);
  add_names(workspace, rows, concerned);
}

/// Its patience is over: who had the whole image by now, and has not said that it works, has failed. Returns how many.
Task<std::size_t> fail_the_silent(Transaction& tx, KeyStore& keys, WorkspaceId workspace, CampaignId campaign,
                                  std::uint32_t ring, UnixSeconds now) {
  const Rows rows = co_await tx.execute(
      "SELECT f.lock, i.digest FROM firmware_campaign_locks f JOIN firmware_campaigns c ON c.workspace = f.workspace AND "
      "c.campaign = f.campaign JOIN firmware_images i ON i.workspace = c.workspace AND i.image = c.image WHERE f.workspace = "
      "?1 AND f.campaign = ?2 AND f.ring = ?3 AND f.state IN ('waiting_for_start', 'on_trial')",
      workspace, campaign, ring);
  std::size_t failed = 0;
  for (const Row row : rows) {
    Digest digest{};
    std::ranges::copy(row.blob(1), digest.begin());
    const LockName lock = lock_name(workspace, row.id<LockRef>(0));
    const auto follower = co_await follower_of(tx, lock, digest);
    if (!follower) continue;
    co_await tx.execute(
        "UPDATE firmware_campaign_locks SET state = 'silent', changed_at = ?4 WHERE workspace = ?1 AND campaign = ?2 AND lock "
        "= ?3",
        workspace, campaign, lock_of(lock), now);
    co_await count(tx, workspace, *follower, UpdateState::kSilent);
    co_await append_lock_event(tx, keys, lock, EventType::kLockUpdateFailed, *follower, status_member("silent"), now);
    ++failed;
  }
  co_return failed;
}

Task<void> halt(Transaction& tx, KeyStore& keys, WorkspaceId workspace, CampaignId campaign, std::string why, UnixSeconds now) {
  co_await tx.execute(
      "UPDATE firmware_campaigns SET state = 'halted', halted_for = ?3, wake_at = NULL WHERE workspace = ?1 AND campaign = ?2",
      workspace, campaign, why);
  co_await append_campaign_event(tx, keys, workspace, campaign, EventType::kCampaignHalted, {},
                                 fmt::format(R"(,"why":"{}")", why), now);
}

Task<void> finish(Transaction& tx, KeyStore& keys, WorkspaceId workspace, CampaignId campaign, UnixSeconds now) {
  co_await tx.execute(
      "UPDATE firmware_campaigns SET state = 'done', wake_at = NULL, ended_at = ?3 WHERE workspace = ?1 AND campaign = ?2",
      workspace, campaign, now);
  co_await append_campaign_event(tx, keys, workspace, campaign, EventType::kCampaignDone, {}, {}, now);
}

enum class Step : std::uint8_t { kAgain, kRest, kHalt };

/// The ring whose turn it is has begun, and is not done.
Task<Step> end_ring(Transaction& tx, KeyStore& keys, WorkspaceId workspace, CampaignId campaign, Turn turn, UnixSeconds now) {
  if (!turn.is_complete() && now < turn.patience_ends_at()) {
    co_await wake_at(tx, workspace, campaign, turn.patience_ends_at());
    co_return Step::kRest;
  }
  if (!turn.is_complete()) {
    const std::size_t silent = co_await fail_the_silent(tx, keys, workspace, campaign, turn.ring, now);
    if (silent != 0) co_return Step::kAgain;
  }
  if (turn.locks != 0 && turn.confirmed == 0) {
    co_await halt(tx, keys, workspace, campaign, "nothing_confirmed", now);
    co_return Step::kHalt;
  }
  co_await tx.execute("UPDATE firmware_rings SET done_at = ?4 WHERE workspace = ?1 AND campaign = ?2 AND ring = ?3", workspace,
                      campaign, turn.ring, now);
  co_return Step::kAgain;
}

/// One step on.
Task<Step> step_on(Transaction& tx, KeyStore& keys, WorkspaceId workspace, CampaignId campaign, Turn turn, UnixSeconds now,
                   std::vector<LockName>& concerned) {
  if (turn.too_many_failed) {
    co_await halt(tx, keys, workspace, campaign, "failures", now);
    co_return Step::kHalt;
  }
  if (!turn.begun_at) {
    co_await begin_ring(tx, keys, workspace, campaign, turn.ring, now, concerned);
    co_return Step::kAgain;
  }
  if (!turn.done_at) co_return co_await end_ring(tx, keys, workspace, campaign, turn, now);
  if (turn.is_last()) {
    co_await finish(tx, keys, workspace, campaign, now);
    co_return Step::kRest;
  }
  if (now < turn.soaked_at()) {
    co_await wake_at(tx, workspace, campaign, turn.soaked_at());
    co_return Step::kRest;
  }
  co_await tx.execute("UPDATE firmware_campaigns SET ring = ring + 1 WHERE workspace = ?1 AND campaign = ?2", workspace,
                      campaign);
  co_return Step::kAgain;
}

}  // namespace

Task<std::optional<DesiredImage>> image_for(Transaction& tx, LockName lock, UnixSeconds now) {
  const Rows rows = co_await tx.execute(
      "SELECT c.campaign, c.image, i.size_bytes, i.digest, i.security_counter, i.major, i.minor, i.revision, i.build, "
      "c.window_from, c.window_to, d.zone, f.state FROM locks l JOIN firmware_campaign_locks f ON f.workspace = l.workspace "
      "AND f.campaign = l.campaign AND f.lock = l.lock JOIN firmware_campaigns c ON c.workspace = l.workspace AND c.campaign = "
      "l.campaign JOIN firmware_images i ON i.workspace = l.workspace AND i.image = c.image JOIN doors d ON d.workspace = "
      "l.workspace AND d.door = l.door WHERE l.workspace = ?1 AND l.lock = ?2 AND c.state IN ('running', 'done') AND f.ring <= "
      "c.ring",
      workspace_of(lock), lock_of(lock));
  if (rows.empty()) co_return std::nullopt;
  const Row row = rows.front();
  DesiredImage out;
  out.campaign = row.id<CampaignId>(0);
  out.image = row.id<FirmwareImageId>(1);
  out.is_new = update_state_of(row.text(12)) == UpdateState::kWaiting;
  out.offer.size_bytes = static_cast<std::uint32_t>(row.integer(2));
  std::ranges::copy(row.blob(3), out.offer.digest.begin());
  out.offer.security_counter = static_cast<std::uint32_t>(row.integer(4));
  out.offer.version = {static_cast<std::uint8_t>(row.integer(5)), static_cast<std::uint8_t>(row.integer(6)),
                       static_cast<std::uint16_t>(row.integer(7)), static_cast<std::uint32_t>(row.integer(8))};
  if (!row.is_null(9))
    apply_window(out, {static_cast<std::uint32_t>(row.integer(9)), static_cast<std::uint32_t>(row.integer(10))}, row.text(11),
                 now);
  co_return out;
}

Task<void> image_offered(Transaction& tx, LockName lock, DesiredImage desired, UnixSeconds now) {
  co_await tx.execute(
      "UPDATE firmware_campaign_locks SET state = 'offered', changed_at = ?4 WHERE workspace = ?1 AND campaign = ?2 AND lock = "
      "?3 AND state = 'waiting'",
      workspace_of(lock), desired.campaign, lock_of(lock), now);
}

Task<std::vector<LockName>> image_reported(Transaction& tx, KeyStore& keys, LockName lock, update::Report report,
                                           UnixSeconds now) {
  const WorkspaceId workspace = workspace_of(lock);
  const auto follower = co_await follower_of(tx, lock, report.digest);
  if (!follower) co_return std::vector<LockName>{};
  const UpdateState state = state_of(report, follower->state, follower->status);
  co_await tx.execute(
      "UPDATE firmware_campaign_locks SET state = ?4, standing_bytes = ?5, status = ?6, changed_at = CASE WHEN state = ?4 THEN "
      "changed_at ELSE ?7 END WHERE workspace = ?1 AND campaign = ?2 AND lock = ?3 AND (state <> ?4 OR standing_bytes <> ?5 OR "
      "status <> ?6)",
      workspace, follower->campaign, lock_of(lock), name_of(state), report.standing_bytes, static_cast<int>(report.status),
      now);
  if (state == follower->state) co_return std::vector<LockName>{};
  co_await count(tx, workspace, *follower, state);
  if (state == UpdateState::kConfirmed) co_await append_lock_event(tx, keys, lock, EventType::kLockUpdated, *follower, {}, now);
  if (state == UpdateState::kRefused)
    co_await append_lock_event(tx, keys, lock, EventType::kLockUpdateFailed, *follower,
                               status_member(cardea::name_of(report.status)), now);
  co_return co_await advance(tx, keys, workspace, follower->campaign, now);
}

Task<void> image_arrives(Transaction& tx, LockName lock, DesiredImage desired, std::uint32_t offset, UnixSeconds now) {
  co_await tx.execute(
      "UPDATE firmware_campaign_locks SET state = 'arriving', standing_bytes = ?4, changed_at = CASE WHEN state = 'arriving' "
      "THEN changed_at ELSE ?5 END WHERE workspace = ?1 AND campaign = ?2 AND lock = ?3 AND state IN ('offered', 'arriving')",
      workspace_of(lock), desired.campaign, lock_of(lock), offset, now);
}

Task<void> leave_campaigns(Transaction& tx, LockName lock, UnixSeconds now) {
  const WorkspaceId workspace = workspace_of(lock);
  const Rows rows = co_await tx.execute(
      "DELETE FROM firmware_campaign_locks WHERE workspace = ?1 AND lock = ?2 AND state NOT IN ('confirmed', 'refused', "
      "'silent') AND campaign IN (SELECT campaign FROM firmware_campaigns WHERE workspace = ?1 AND state <> 'cancelled') "
      "RETURNING campaign, ring",
      workspace, lock_of(lock));
  for (const Row row : rows) {
    const auto campaign = row.id<CampaignId>(0);
    co_await tx.execute(
        "UPDATE firmware_rings SET left_count = left_count + 1 WHERE workspace = ?1 AND campaign = ?2 AND ring = ?3", workspace,
        campaign, row.integer(1));
    co_await tx.execute(
        "UPDATE firmware_campaigns SET wake_at = ?3 WHERE workspace = ?1 AND campaign = ?2 AND state = 'running'", workspace,
        campaign, now);
  }
  co_await tx.execute("UPDATE locks SET campaign = NULL WHERE workspace = ?1 AND lock = ?2", workspace, lock_of(lock));
}

Task<std::vector<LockName>> locks_under_way(Transaction& tx, WorkspaceId workspace, CampaignId campaign) {
  const Rows rows = co_await tx.execute(
      "SELECT f.lock FROM firmware_campaigns c JOIN firmware_campaign_locks f ON f.workspace = c.workspace AND f.campaign = "
      "c.campaign WHERE c.workspace = ?1 AND c.campaign = ?2 AND f.ring <= c.ring AND f.state NOT IN ('confirmed', 'refused', "
      "'silent')",
      workspace, campaign);
  std::vector<LockName> out;
  add_names(workspace, rows, out);
  co_return out;
}

Task<std::vector<LockName>> advance(Transaction& tx, KeyStore& keys, WorkspaceId workspace, CampaignId campaign,
                                    UnixSeconds now) {
  std::vector<LockName> concerned;
  Step step = Step::kAgain;
  while (step == Step::kAgain) {
    const auto turn = co_await turn_of(tx, workspace, campaign);
    if (!turn) break;
    step = co_await step_on(tx, keys, workspace, campaign, *turn, now, concerned);
  }
  if (step == Step::kHalt) concerned = co_await locks_under_way(tx, workspace, campaign);
  co_return concerned;
}

Task<std::vector<LockName>> advance_campaigns(Transaction& tx, KeyStore& keys, UnixSeconds now) {
  const Rows rows =
      co_await tx.execute("SELECT workspace, campaign FROM firmware_campaigns WHERE wake_at <= ?1 LIMIT 100", now);
  std::vector<LockName> concerned;
  for (const Row row : rows) {
    const auto some = co_await advance(tx, keys, row.id<WorkspaceId>(0), row.id<CampaignId>(1), now);
    concerned.insert(concerned.end(), some.begin(), some.end());
  }
  co_return concerned;
}

Task<void> append_campaign_event(Transaction& tx, KeyStore& keys, WorkspaceId workspace, CampaignId campaign, EventType type,
                                 std::string by, std::string more, UnixSeconds now) {
  EventFacts facts;
  facts.type = type;
  facts.at = now;
  facts.by = std::move(by);
  facts.detail = fmt::format(R"({{"campaign":"{}"{}}})", campaign.text(), more);
  co_await append_event(tx, keys, workspace, std::move(facts), {}, now);
}

}  // namespace cardea::server::usecases
