// SPDX-License-Identifier: Apache-2.0
#pragma once
// What becomes of campaigns: what a lock is to be offered, what its word means, and what time brings about. Parts of
// transactions of the caller's: server/link, upkeep and campaigns.cpp. A report costs the same whatever the campaign's size.

#include <vector>

#include "core/update/messages.hpp"
#include "server/domain/event.hpp"
#include "server/usecases/campaigns.hpp"

namespace cardea::server::usecases {

/// The image that a lock is to run.
struct DesiredImage {
  CampaignId campaign;
  FirmwareImageId image;
  update::Offer offer;
  bool is_new = false;                  ///< it was not offered to this lock before
  std::optional<std::uint32_t> wait_s;  ///< nothing is to be sent for so long: the window of the day is shut
  std::optional<std::uint32_t> open_s;  ///< so long may pieces be sent; nothing: there is no window
};
/// Nothing when no campaign that runs or is done has come to this lock.
Task<std::optional<DesiredImage>> image_for(Transaction& tx, LockName lock, UnixSeconds now);
/// It was offered. In a transaction that writes.
Task<void> image_offered(Transaction& tx, LockName lock, DesiredImage desired, UnixSeconds now);

/// The lock's word. Returns the locks whose image may be another now.
Task<std::vector<LockName>> image_reported(Transaction& tx, KeyStore& keys, LockName lock, update::Report report,
                                           UnixSeconds now);
/// It asks for what lies behind `offset`: so much of the image it has.
Task<void> image_arrives(Transaction& tx, LockName lock, DesiredImage desired, std::uint32_t offset, UnixSeconds now);

/// Takes a campaign as far as it comes now: rings end and begin, and it halts or is done. Returns as image_reported().
Task<std::vector<LockName>> advance(Transaction& tx, KeyStore& keys, WorkspaceId workspace, CampaignId campaign,
                                    UnixSeconds now);
/// The same for all whose time has come.
Task<std::vector<LockName>> advance_campaigns(Transaction& tx, KeyStore& keys, UnixSeconds now);

/// A lock leaves its workspace, or nobody will see it again: what has not come to it never will, and no ring waits for it. A
/// ring of which nobody confirmed has shown nothing all the same. In a transaction that writes; campaigns go on at the next
/// upkeep.
Task<void> leave_campaigns(Transaction& tx, LockName lock, UnixSeconds now);

/// Locks of the rings that have begun, that have neither confirmed nor failed.
Task<std::vector<LockName>> locks_under_way(Transaction& tx, WorkspaceId workspace, CampaignId campaign);

/// `type` about a campaign, with `more` members of its detail, with a comma in front.
Task<void> append_campaign_event(Transaction& tx, KeyStore& keys, WorkspaceId workspace, CampaignId campaign, EventType type,
                                 std::string by, std::string more, UnixSeconds now);

}  // namespace cardea::server::usecases
