// SPDX-License-Identifier: Apache-2.0
#pragma once
// Firmware campaigns: an image is brought to locks ring by ring. A ring begins when the one before is done and has soaked; when
// more of its locks fail than it may, the campaign halts by itself. What becomes of it between two calls: campaign_course.hpp.
//
// A lock counts by its own word alone: *image* (update.md §3). A ring is done when each of its locks has confirmed the image or
// failed, or when its patience is over: locks that were out of reach hold nobody up, and get the image when they come back,
// also after the campaign is done. Who had the whole image by then and says nothing more has failed. A ring of which none has
// confirmed when its patience is over has shown nothing: the campaign halts.

#include "server/usecases/firmware.hpp"

namespace cardea::server::usecases {

inline constexpr std::size_t campaign_ring_count_max = 10;
inline constexpr std::size_t campaign_lock_count_max = 10'000;
inline constexpr std::uint32_t soak_s_max = 30 * 86'400;
inline constexpr std::uint32_t patience_s_default = 2 * 86'400;
inline constexpr std::uint32_t patience_s_min = 60;
inline constexpr std::uint32_t patience_s_max = 90 * 86'400;

enum class CampaignState : std::uint8_t { kDraft, kRunning, kPaused, kHalted, kDone, kCancelled };
inline constexpr std::size_t campaign_state_count = static_cast<std::size_t>(CampaignState::kCancelled) + 1;
/// "draft", and back.
std::string_view name_of(CampaignState state);
std::optional<CampaignState> campaign_state_of(std::string_view name);

/// How far an image has come at a lock.
enum class UpdateState : std::uint8_t {
  kWaiting,    ///< it has not been offered
  kOffered,    ///< and nothing was heard since
  kArriving,   ///< from here on the lock's own word
  kForAStart,  ///< verified; the lock starts it when nothing holds it
  kOnTrial,
  kConfirmed,
  kRefused,
  kSilent,  ///< it had the whole image, and has said nothing more
};
inline constexpr std::size_t update_state_count = static_cast<std::size_t>(UpdateState::kSilent) + 1;
/// "waiting", "offered", "arriving", "waiting_for_start", "on_trial", "confirmed", "refused", "silent", and back.
std::string_view name_of(UpdateState state);
std::optional<UpdateState> update_state_of(std::string_view name);
inline bool has_failed(UpdateState state) { return state == UpdateState::kRefused || state == UpdateState::kSilent; }

/// When locks are offered images and given pieces: minutes of the day at the lock's door, [from, to), over midnight when `to`
/// is not later.
struct DayWindow {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
};

struct RingOrder {
  std::string name;
  std::optional<std::vector<LockRef>> locks;
  std::optional<std::uint32_t> percent;  ///< of the campaign's locks, together with the rings before; neither: all the others
  std::uint32_t soak_s = 0;
  std::uint32_t failures_max = 0;
  std::optional<std::uint32_t> failures_percent_max;  ///< of the ring's locks; of the two what allows more
};
struct CampaignOrder {
  std::string name;
  FirmwareImageId image;
  std::optional<std::vector<LockRef>> locks;  ///< neither: all active locks that the caller sees
  std::optional<std::vector<SiteId>> sites;
  std::vector<RingOrder> rings;
  std::uint32_t patience_s = patience_s_default;
  std::optional<DayWindow> window;
  bool starts = false;
};

struct Ring {
  std::string name;
  std::uint32_t soak_s = 0;
  std::uint32_t failures_max = 0;
  std::optional<UnixSeconds> begun_at;
  std::optional<UnixSeconds> done_at;
  std::uint32_t counts[update_state_count]{};  ///< of locks, by state; those that the viewer sees
};
struct Campaign {
  CampaignId id;
  std::string name;
  CampaignState state = CampaignState::kDraft;
  std::string halted_for;  ///< "failures", "nothing_confirmed", "" when it has not halted
  FirmwareImageId image;
  update::Version version;
  std::uint32_t size_bytes = 0;  ///< of the image
  std::uint32_t ring = 0;        ///< whose turn it is
  std::uint32_t patience_s = 0;
  std::optional<DayWindow> window;
  std::vector<Ring> rings;
  UnixSeconds created_at;
  std::string created_by;
  std::optional<UnixSeconds> ended_at;
};

/// 400 for locks or rings that make no sense, 404 for an image, a site or a lock that is not there, 409 `no_locks`,
/// `too_many_locks`; when it starts at once, as resume_campaign().
Task<Outcome<Campaign>> create_campaign(Context& context, Principal caller, CampaignOrder order);
Task<Outcome<Page<Campaign>>> list_campaigns(Context& context, Viewer viewer, std::optional<CampaignState> state,
                                             PageRequest page);
Task<Outcome<Campaign>> find_campaign(Context& context, Viewer viewer, CampaignId campaign);

struct CampaignLock {
  LockRef lock;
  DoorId door;
  std::uint32_t ring = 0;
  UpdateState state = UpdateState::kWaiting;
  std::uint32_t standing_bytes = 0;
  Status status = Status::kOk;  ///< why it was refused
  std::string firmware;         ///< what its newest status says that it runs
  UnixSeconds changed_at;
  std::optional<UnixSeconds> seen_at;
};
Task<Outcome<Page<CampaignLock>>> list_campaign_locks(Context& context, Viewer viewer, CampaignId campaign,
                                                      std::optional<UpdateState> state, PageRequest page);

/// Nothing is offered and no piece is sent from here on. 409 `campaign_not_running`.
Task<Outcome<Campaign>> pause_campaign(Context& context, Principal caller, CampaignId campaign);
/// Starts a draft, or goes on; failures that halted it are forgiven. The patience of its ring begins anew. 409
/// `campaign_running`, `campaign_over`, or `lock_in_campaign` while another one has a lock of it.
Task<Outcome<Campaign>> resume_campaign(Context& context, Principal caller, CampaignId campaign);
/// For good. 409 `campaign_over`.
Task<Outcome<Campaign>> cancel_campaign(Context& context, Principal caller, CampaignId campaign);

}  // namespace cardea::server::usecases
