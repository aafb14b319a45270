// SPDX-License-Identifier: Apache-2.0
#include "server/link/images.hpp"

#include <algorithm>

#include "server/link/connection.hpp"
#include "server/link/internal.hpp"

namespace cardea::server {
namespace {

using usecases::firmware_chunk_size_bytes;

/// So often does the store hear how far an image has come.
constexpr std::uint32_t progress_bytes = 32'768;
/// A lock with another image on trial is asked again; and one that tries this one, which its next frame confirms (U5).
constexpr std::chrono::seconds busy_wait{60};
constexpr std::chrono::seconds trial_wait{2};

/// Everything that is ready comes first.
class NextTurn {
 public:
  explicit NextTurn(Loop& loop) : loop_(loop) {}
  [[nodiscard]] bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> caller) {
    loop_.post([caller] { caller.resume(); });
  }
  void await_resume() const noexcept {}

 private:
  Loop& loop_;
};

Task<void> offer_over(std::shared_ptr<ImageTransfer> transfer) { co_await transfer->offer(); }

}  // namespace

void ImagePieces::queue(std::shared_ptr<LinkState> state, std::shared_ptr<ImageTransfer> transfer) {
  waiting_.push_back(std::move(transfer));
  if (std::exchange(running_, true)) return;
  spawn(serve_all(std::move(state)));
}

Task<void> ImagePieces::serve_all(std::shared_ptr<LinkState> state) {
  ImagePieces& self = state->pieces;
  while (!self.waiting_.empty()) {
    NextTurn next_turn(self.loop_);
    co_await next_turn;
    const std::shared_ptr<ImageTransfer> transfer = std::move(self.waiting_.front());
    self.waiting_.pop_front();
    co_await transfer->serve();
  }
  self.running_ = false;
}

Task<Outcome<std::shared_ptr<const Blob>>> ImagePieces::chunk(WorkspaceId workspace, FirmwareImageId image,
                                                              std::uint32_t number) {
  const std::pair key{image, number};
  if (const auto found = std::ranges::find(kept_, key, &Kept::key); found != kept_.end()) {
    kept_.splice(kept_.begin(), kept_, found);
    co_return found->bytes;
  }
  CARDEA_CO_ASSIGN(Blob read, co_await store_.read([&](Transaction& tx) -> Task<Outcome<Blob>> {
    co_return co_await usecases::read_chunk(tx, workspace, image, number);
  }));
  auto bytes = std::make_shared<const Blob>(std::move(read));
  kept_.push_front({key, bytes});
  if (kept_.size() > chunk_count_max) kept_.pop_back();
  co_return bytes;
}

ImageTransfer::ImageTransfer(std::shared_ptr<LinkState> hub, std::weak_ptr<LinkConnection> connection, LockName lock)
    : hub_(std::move(hub)), connection_(std::move(connection)), lock_(lock) {}

void ImageTransfer::note(const Problem& problem) const { hub_->log({text_of(lock_.lock), "its image: " + problem.detail}); }

void ImageTransfer::ask_again(std::chrono::seconds after) {
  timer_ = hub_->loop.after(after, [weak = weak_from_this()] {
    if (auto self = weak.lock()) spawn(offer_over(std::move(self)));
  });
}

Task<void> ImageTransfer::offer() {
  const auto self = shared_from_this();
  const std::uint32_t round = ++round_;
  offered_.reset();
  wanted_.reset();
  timer_.cancel();
  const auto desired = co_await hub_->store.read([&](Transaction& tx) -> Task<Outcome<std::optional<usecases::DesiredImage>>> {
    co_return co_await usecases::image_for(tx, lock_, now());
  });
  if (!desired.ok()) co_return note(desired.error());
  if (round != round_ || !*desired) co_return;
  if ((*desired)->wait_s) co_return ask_again(std::chrono::seconds(*(*desired)->wait_s));
  if ((*desired)->is_new) {
    const auto noted = co_await hub_->store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
      co_await usecases::image_offered(tx, lock_, **desired, now());
      co_return Done{};
    });
    if (!noted.ok()) co_return note(noted.error());
    if (round != round_) co_return;
  }
  if ((*desired)->open_s) ask_again(std::chrono::seconds(*(*desired)->open_s));
  const auto connection = connection_.lock();
  if (!connection) co_return;
  offered_ = **desired;
  noted_offset_ = 0;
  connection->say(bytes_of(offered_->offer));
}

void ImageTransfer::want(const update::Want& want) {
  // What is not offered now, it may have been offered before: it hears why, or the next offer.
  if (!offered_ || want.digest != offered_->offer.digest || want.offset >= offered_->offer.size_bytes) return;
  wanted_ = want;
  queue();
}

void ImageTransfer::queue() {
  if (std::exchange(queued_, true)) return;
  hub_->pieces.queue(hub_, shared_from_this());
}

void ImageTransfer::line_is_free() {
  if (wanted_) queue();
}

Task<void> ImageTransfer::serve() {
  queued_ = false;
  const auto connection = connection_.lock();
  if (!connection || !offered_ || !wanted_ || !connection->takes_pieces()) co_return;
  const update::Want want = *std::exchange(wanted_, std::nullopt);
  const WorkspaceId workspace = usecases::workspace_of(lock_);
  const auto chunk = co_await hub_->pieces.chunk(workspace, offered_->image, want.offset / firmware_chunk_size_bytes);
  if (!chunk.ok()) co_return note(chunk.error());
  const ByteSpan bytes = **chunk;
  const std::size_t at = want.offset % firmware_chunk_size_bytes;
  if (!offered_ || offered_->offer.digest != want.digest || at >= bytes.size()) co_return;
  // Fewer than it wants at a chunk's end; it asks on from there.
  const ByteSpan piece = bytes.subspan(at, std::min<std::size_t>(want.count, bytes.size() - at));
  connection->say(bytes_of(update::Piece{want.digest, want.offset, piece}));
  if (want.offset >= noted_offset_ + progress_bytes) spawn(note_progress(want.offset));
}

Task<void> ImageTransfer::note_progress(std::uint32_t offset) {
  const auto self = shared_from_this();
  noted_offset_ = offset;
  const usecases::DesiredImage desired = *offered_;
  const auto noted = co_await hub_->store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    co_await usecases::image_arrives(tx, lock_, desired, offset, now());
    co_return Done{};
  });
  if (!noted.ok()) note(noted.error());
}

Task<void> ImageTransfer::report(update::Report report) {
  const auto self = shared_from_this();
  const auto concerned = co_await hub_->store.write([&](Transaction& tx) -> Task<Outcome<std::vector<LockName>>> {
    co_return co_await usecases::image_reported(tx, hub_->keys, lock_, report, now());
  });
  if (!concerned.ok()) co_return note(concerned.error());
  if (report.status == Status::kNotReady) ask_again(busy_wait);
  if (report.state == update::ImageState::kOnTrial) ask_again(trial_wait);
  offer_to(*hub_, *concerned);
}

void ImageTransfer::end() {
  ++round_;
  offered_.reset();
  wanted_.reset();
  timer_.cancel();
}

void offer_to(LinkState& state, std::span<const LockName> locks) {
  for (const LockName& lock : locks) {
    const auto found = state.online.find(lock.lock);
    if (found == state.online.end()) continue;
    if (auto transfer = found->second->images()) spawn(offer_over(std::move(transfer)));
  }
}

}  // namespace cardea::server
