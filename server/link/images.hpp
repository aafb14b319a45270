// SPDX-License-Identifier: Apache-2.0
#pragma once
// Firmware images over the links (spec/update.md §3): what each lock is offered, the pieces that it asks for, and its word.
//
// A lock asks for one piece at a time, and gets the piece that it asked for last. Pieces of all locks go out one after the
// other, in the order asked, and the loop does whatever else is ready in between: no lock waits longer than there are locks
// that ask. Whoever stands at a door comes first: a line with a command on its way gets no piece until that has ended.

#include <deque>
#include <list>
#include <map>
#include <memory>

#include "core/update/messages.hpp"
#include "server/base/loop.hpp"
#include "server/store/store.hpp"
#include "server/usecases/campaign_course.hpp"

namespace cardea::server {

struct LinkState;
class LinkConnection;
class ImageTransfer;

/// Who waits for a piece, and what was read of images last: a campaign brings the same bytes to many locks.
class ImagePieces {
 public:
  ImagePieces(Loop& loop, Store& store) : loop_(loop), store_(store) {}

  /// `transfer` serves one piece when those are through who wait already. `state` owns this.
  void queue(std::shared_ptr<LinkState> state, std::shared_ptr<ImageTransfer> transfer);
  /// A chunk of an image's bytes (firmware_chunk_size_bytes); empty when there is none.
  Task<Outcome<std::shared_ptr<const Blob>>> chunk(WorkspaceId workspace, FirmwareImageId image, std::uint32_t number);

  static constexpr std::size_t chunk_count_max = 64;  ///< 1 MiB in memory

 private:
  static Task<void> serve_all(std::shared_ptr<LinkState> state);

  struct Kept {
    std::pair<FirmwareImageId, std::uint32_t> key;
    std::shared_ptr<const Blob> bytes;
  };
  Loop& loop_;
  Store& store_;
  std::deque<std::shared_ptr<ImageTransfer>> waiting_;
  bool running_ = false;
  std::list<Kept> kept_;  ///< newest first
};

/// One connection's.
class ImageTransfer : public std::enable_shared_from_this<ImageTransfer> {
 public:
  ImageTransfer(std::shared_ptr<LinkState> hub, std::weak_ptr<LinkConnection> connection, LockName lock);

  /// Offers what the lock is to run now, or takes back what was offered. Again when the window of the day opens or shuts.
  Task<void> offer();
  void want(const update::Want& want);
  Task<void> report(update::Report report);
  /// The line takes pieces again.
  void line_is_free();
  /// The connection is over.
  void end();

  /// Sends the piece that was asked for; ImagePieces alone calls it.
  Task<void> serve();

 private:
  void ask_again(std::chrono::seconds after);
  void queue();
  Task<void> note_progress(std::uint32_t offset);
  void note(const Problem& problem) const;

  std::shared_ptr<LinkState> hub_;
  std::weak_ptr<LinkConnection> connection_;
  LockName lock_;
  std::optional<usecases::DesiredImage> offered_;
  std::optional<update::Want> wanted_;
  std::uint32_t round_ = 0;         ///< of offer(): a newer one overtakes
  std::uint32_t noted_offset_ = 0;  ///< that the store knows
  bool queued_ = false;
  Timer timer_;
};

/// Offers anew to these locks, as far as they are connected.
void offer_to(LinkState& state, std::span<const LockName> locks);

}  // namespace cardea::server
