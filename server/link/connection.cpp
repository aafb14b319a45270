// SPDX-License-Identifier: Apache-2.0
#include "server/link/connection.hpp"

#include <openssl/rand.h>

#include "server/auth/limits.hpp"

namespace cardea::server {
namespace {

constexpr std::chrono::seconds command_patience{15};
constexpr std::uint8_t command_valid_s = 10;

std::uint64_t random_command() {
  Bytes<8> bytes{};
  CARDEA_ASSERT(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  return load_be<std::uint64_t>(bytes);
}

/// Of one that begins now.
UnixSeconds end_of_epoch(const LinkState& state) { return {now().value + static_cast<std::uint64_t>(state.epoch_max.count())}; }

/// Without the port: connections of one host differ in that.
std::string address_of(const http::Socket& socket) {
  const std::string peer = socket.peer();
  return peer.substr(0, peer.rfind(':'));
}

}  // namespace

/// A command on its way, and who waits for the lock's word.
struct LinkConnection::PendingCommand {
  explicit PendingCommand(Order its_order) : order(its_order) {}
  Order order;
  std::uint64_t command = 0;
  bool allowed = false;                // what must be on record first, is
  std::optional<link::Nonce> nonce{};  // of the lock's challenge
  std::optional<Outcome<CommandAnswer>> answer;
  std::coroutine_handle<> waiter;
  Timer patience;
};

/// M2 went out, and M3 is awaited.
struct LinkConnection::Handshake {
  Handshake(Provider& provider, const session::SharedKey& with, const session::Ratchet& at, const usecases::LinkedLock& lock)
      : key(with),
        k_auth(provider, with.k_auth),
        ratchet(at),
        stored(lock.session),
        was_active(lock.active),
        responder(provider, key, ratchet) {}
  session::SharedKey key;
  ScopedKey k_auth;
  session::Ratchet ratchet;
  Blob stored;  // the same, as the database has it
  bool was_active;
  session::Responder responder;
};

/// One at a time: messages are handled one after the other, and on_close() comes after the last.
class LinkConnection::TakenIn {
 public:
  explicit TakenIn(LinkConnection& connection) : connection_(connection) {}
  [[nodiscard]] bool await_ready() const noexcept { return !connection_.taking_; }
  void await_suspend(std::coroutine_handle<> caller) { connection_.waits_for_taking_ = caller; }
  void await_resume() const noexcept {}

 private:
  LinkConnection& connection_;
};

namespace {

/// True for what does not wait until the records before it are committed: whoever stands at the door does.
bool overtakes_records(link::MessageType type) {
  return type == link::MessageType::kChallenge || type == link::MessageType::kResult;
}

/// Waits for a command's end. A class with a constructor and a named object where it is awaited: GCC 12 destroys an aggregate
/// temporary of a co_await twice.
template <class Pending>
class Answer {
 public:
  explicit Answer(std::shared_ptr<Pending> pending) : pending_(std::move(pending)) {}
  [[nodiscard]] bool await_ready() const noexcept { return pending_->answer.has_value(); }
  void await_suspend(std::coroutine_handle<> caller) { pending_->waiter = caller; }
  Outcome<CommandAnswer> await_resume() { return std::move(*pending_->answer); }

 private:
  std::shared_ptr<Pending> pending_;
};

}  // namespace

LinkConnection::LinkConnection(std::shared_ptr<LinkState> hub, std::shared_ptr<http::Socket> socket)
    : hub_(std::move(hub)), socket_(std::move(socket)), heard_at_(now()) {
  hurry(hub_->proof_max, "not authenticated in time");
}

LinkConnection::~LinkConnection() = default;

void LinkConnection::hurry(std::chrono::milliseconds limit, const char* otherwise) {
  proof_deadline_ = hub_->loop.after(limit, [this, otherwise] { close(LinkClose::kNotAuthenticated, otherwise); });
}

void LinkConnection::admit() {
  proof_deadline_.cancel();
  socket_->admit();
}

void LinkConnection::note(std::string what) const {
  hub_->log({phase_ == Phase::kHello ? "" : text_of(name_.lock), std::move(what)});
}

void LinkConnection::close(LinkClose code, std::string_view reason) {
  if (phase_ == Phase::kClosed) return;
  note("closed: " + std::string(reason));
  const auto self = shared_from_this();
  hub_->asking.remove(name_.lock, *this);
  phase_ = Phase::kClosed;
  socket_->close(static_cast<std::uint16_t>(code), reason);
}

void LinkConnection::send(ByteSpan message) {
  if (phase_ != Phase::kOpen) return;
  Blob record(message.size() + session::record_overhead_bytes);
  const auto size = session_->seal(message, record);
  if (!size.ok()) return close(LinkClose::kMalformed, "the session has ended");
  socket_->send(record);
}

void LinkConnection::begin_epoch() {
  if (phase_ != Phase::kOpen) return;
  epoch_ends_at_ = end_of_epoch(*hub_);
  if (session_->rekey() != Status::kOk) close(LinkClose::kMalformed, "the session has ended");
}

Task<void> LinkConnection::on_message(ByteSpan message) {
  const auto self = shared_from_this();
  heard_at_ = now();
  switch (phase_) {
    case Phase::kHello:
      if (!message.empty() && message[0] == activation::ask_type) co_return co_await on_ask(message);
      co_return co_await on_hello(message);
    case Phase::kProof: co_return co_await on_proof(message);
    case Phase::kOpen: co_return co_await on_record(message);
    case Phase::kAnswered: co_return co_await on_done(message);
    case Phase::kAsking: co_return close(LinkClose::kMalformed, "a message out of place");
    case Phase::kClosed: co_return;
  }
}

Task<void> LinkConnection::on_hello(ByteSpan m1) {
  const auto opening = session::decode_m1(m1);
  if (!opening.ok()) co_return close(LinkClose::kMalformed, "malformed hello");
  const Outcome<std::optional<usecases::LinkedLock>> lock =
      co_await hub_->store.read([&](Transaction& tx) -> Task<Outcome<std::optional<usecases::LinkedLock>>> {
        co_return co_await usecases::find_lock_of_key(tx, opening->key_id, now());
      });
  if (phase_ != Phase::kHello) co_return;
  if (!lock.ok()) co_return close(LinkClose::kMalformed, "try again later");
  const Result<session::M2> m2 = *lock ? answer_hello(**lock, m1) : Status::kNotFound;
  if (m2.status() == Status::kOutOfRange || m2.status() == Status::kFull)
    hub_->log({text_of((*lock)->name.lock), "its key cannot be used any more (session.md SE8): activate the lock anew"});
  if (!m2.ok()) co_return close(LinkClose::kNotAuthenticated, "not authenticated");  // L2: whatever it is
  phase_ = Phase::kProof;
  socket_->send(*m2);
}

Result<session::M2> LinkConnection::answer_hello(const usecases::LinkedLock& lock, ByteSpan m1) {
  Provider& provider = hub_->keys.provider();
  CARDEA_ASSIGN(const KeyHandle k_session, hub_->keys.session_key({lock.name, lock.keys}));
  const ScopedKey scoped(provider, k_session);
  CARDEA_ASSIGN(const session::Ratchet ratchet, hub_->keys.open_session(lock.name, lock.session));
  CARDEA_ASSIGN(const session::SharedKey key,
                link::share_key(provider, k_session, lock.name.lock, lock.name.workspace, lock.key_id));
  auto handshake = std::make_unique<Handshake>(provider, key, ratchet, lock);
  CARDEA_ASSIGN(const session::M2 m2, handshake->responder.answer(m1));
  name_ = lock.name;
  handshake_ = std::move(handshake);
  return m2;
}

Task<void> LinkConnection::on_proof(ByteSpan m3) {
  session::Agreement agreement;
  const std::unique_ptr<Handshake> handshake = std::move(handshake_);
  if (!handshake || handshake->responder.finish(m3, agreement) != Status::kOk)
    co_return close(LinkClose::kNotAuthenticated, "not authenticated");
  auto session = session::Stream::start(hub_->keys.provider(), agreement);
  const auto after = hub_->keys.seal_session(name_, agreement.ratchet);
  if (!session.ok() || !after.ok()) co_return close(LinkClose::kMalformed, "try again later");
  // SE7: durable before anything goes, and only from where this handshake began.
  const auto agreed = co_await hub_->store.write([&](Transaction& tx) -> Task<Outcome<bool>> {
    const bool moved = co_await usecases::session_agreed(tx, name_, handshake->stored, *after);
    if (moved && !handshake->was_active) co_await usecases::activation_done(tx, name_, now());
    co_return moved;
  });
  if (phase_ != Phase::kProof) co_return;
  if (!agreed.ok()) co_return close(LinkClose::kMalformed, "try again later");
  if (!*agreed) co_return close(LinkClose::kNotAuthenticated, "not authenticated");
  session_.emplace(std::move(*session));
  epoch_ends_at_ = end_of_epoch(*hub_);
  phase_ = Phase::kOpen;
  admit();
  auto& place = hub_->online[name_.lock];
  if (place) place->close(LinkClose::kReplaced, "replaced by a newer connection");
  place = shared_from_this();
  images_ = std::make_shared<ImageTransfer>(hub_, shared_from_this(), name_);
  note("online");
  co_await report_presence(true);
}

Task<void> LinkConnection::report_presence(bool online) {
  const auto reported = co_await hub_->store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    co_await usecases::presence_changed(tx, hub_->keys, name_, online, now());
    co_return Done{};
  });
  if (!reported.ok()) note("presence was not recorded: " + reported.error().detail);
}

Task<void> LinkConnection::on_ask(ByteSpan ask) {
  const auto decoded = activation::decode_ask(ask);
  if (!decoded.ok()) co_return close(LinkClose::kMalformed, "malformed ask");
  name_.lock = decoded->lock;
  ask_.assign(ask.begin(), ask.end());
  phase_ = Phase::kAsking;
  hub_->asking.add(name_.lock, shared_from_this(), network_of(address_of(*socket_)));
  hurry(std::chrono::seconds(activation::button_window_s), "not claimed in time");
  note("asks to be activated");
  const auto self = shared_from_this();
  co_await answer_waiting_ask();
  if (phase_ != Phase::kAsking) co_return;  // it waits for its claim, and takes its place among those that do
  if (const auto other = hub_->asking.one_too_many(name_.lock)) other->close(LinkClose::kNotAuthenticated, "others ask, too");
}

Task<void> LinkConnection::answer_waiting_ask() {
  const auto self = shared_from_this();
  if (phase_ != Phase::kAsking) co_return;
  const auto answered = co_await answer_ask(*hub_, ask_);
  if (phase_ != Phase::kAsking) co_return;
  if (!answered.ok() && answered.error().code == "lock_not_claimed") co_return;  // it may be, within its time
  if (!answered.ok()) co_return close(LinkClose::kNotAuthenticated, answered.error().code);
  name_ = answered->name;
  done_ = answered->done;
  phase_ = Phase::kAnswered;
  hub_->asking.remove(name_.lock, *this);
  socket_->admit();  // the ask is that of a claimed lock
  socket_->send(answered->answer);
}

Task<void> LinkConnection::on_done(ByteSpan done) {
  if (!equal_constant_time(done, done_)) co_return close(LinkClose::kNotAuthenticated, "not authenticated");
  const auto confirmed = co_await confirm_activation(*hub_, name_);
  if (!confirmed.ok() || phase_ != Phase::kAnswered) co_return close(LinkClose::kMalformed, "try again later");
  note("activated");
  phase_ = Phase::kClosed;
  socket_->close(1000, "activated");
}

Task<void> LinkConnection::on_record(ByteSpan record) {
  Blob message(record.size());
  const auto size = session_->take(record, message);
  if (!size.ok()) co_return close(LinkClose::kMalformed, name_of(size.error()));
  co_await dispatch(ByteSpan(message).first(*size));
}

Task<void> LinkConnection::dispatch(ByteSpan message) {
  const auto type = link::type_of(message);
  if (!type.ok()) co_return close(LinkClose::kMalformed, "unknown message");
  if (!overtakes_records(*type)) {
    TakenIn taken_in(*this);
    co_await taken_in;
    if (phase_ != Phase::kOpen) co_return;
  }
  switch (*type) {
    case link::MessageType::kStatus:
      if (const auto status = link::decode_status(message); status.ok()) co_return co_await on_status(*status);
      break;
    case link::MessageType::kRecords:
      if (const auto records = link::decode_records(message); records.ok())
        co_return spawn(take(Blob(records->bytes.begin(), records->bytes.end())));
      break;
    case link::MessageType::kApplied:
      if (const auto applied = link::decode_applied(message); applied.ok()) co_return co_await on_applied(*applied);
      break;
    case link::MessageType::kChallenge:
      if (const auto challenge = link::decode_challenge(message); challenge.ok()) co_return on_challenge(*challenge);
      break;
    case link::MessageType::kResult:
      if (const auto result = link::decode_result(message); result.ok()) co_return on_result(*result);
      break;
    case link::MessageType::kTimeAsk:
      if (const auto ask = link::decode_time_ask(message); ask.ok()) co_return send(time_message(ask->nonce));
      break;
    case link::MessageType::kImageWant:
      if (const auto want = update::decode_want(message); want.ok()) co_return images_->want(*want);
      break;
    case link::MessageType::kImageReport:
      if (const auto report = update::decode_report(message); report.ok()) co_return co_await images_->report(*report);
      break;
    case link::MessageType::kReceipt:
    case link::MessageType::kFetch:
    case link::MessageType::kDesired:
    case link::MessageType::kCommand:
    case link::MessageType::kRun:
    case link::MessageType::kTime:
    case link::MessageType::kImageOffer:
    case link::MessageType::kImagePiece:
    case link::MessageType::kGiveUp: break;  // the platform's own
  }
  close(LinkClose::kMalformed, "malformed message");
}

Task<void> LinkConnection::on_status(const link::LockStatus& status) {
  first_held_ = status.first_seq;
  const auto taken = co_await take_status(*hub_, name_, status);
  if (!taken.ok()) co_return note("status was not recorded: " + taken.error().detail);
  if (*taken == Taken::kContradiction) co_return close(LinkClose::kContradiction, "its records contradict themselves");
  // The lock's word on what it has applied, also when its `applied` was lost.
  co_await on_applied({status.applied_version, Status::kOk});
  co_await deliver();
  if (!std::exchange(was_offered_, true)) co_await images_->offer();
}

Task<void> LinkConnection::take(Blob records) {
  const auto self = shared_from_this();
  taking_ = true;
  const auto taken = co_await take_records(*hub_, name_, records, first_held_);
  taking_ = false;
  images_->line_is_free();
  // Not from here: what waits ends the connection, perhaps.
  if (waits_for_taking_) hub_->loop.post([waiter = std::exchange(waits_for_taking_, nullptr)] { waiter.resume(); });
  // Nothing was acknowledged: the lock sends them again after it has connected anew.
  if (!taken.ok()) co_return close(LinkClose::kMalformed, "try again later");
  switch (taken->taken) {
    case Taken::kContradiction: co_return close(LinkClose::kContradiction, "its records contradict themselves");
    case Taken::kGap: co_return send(bytes_of(link::Fetch{taken->next_seq}));
    case Taken::kAccepted: break;
  }
  if (taken->last_tag == audit::Tag{}) co_return;  // all of it lay before what was accepted
  const auto receipt = receipt_message(hub_->keys, name_.lock, taken->next_seq - 1, taken->last_tag);
  if (receipt.ok()) send(*receipt);
}

Task<void> LinkConnection::on_applied(const link::Applied& applied) {
  if (applied.status != Status::kOk) note(std::string("refused its desired state: ") + name_of(applied.status));
  const auto recorded = co_await hub_->store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
    co_await usecases::applied_reported(tx, hub_->keys, name_, applied, now());
    co_return Done{};
  });
  if (!recorded.ok()) note("what it applied was not recorded: " + recorded.error().detail);
  if (applied.version > sent_version_) sent_version_ = applied.version;
}

Task<void> LinkConnection::deliver() {
  const auto self = shared_from_this();
  if (phase_ != Phase::kOpen) co_return;
  std::uint32_t version = 0;
  const auto desired = co_await desired_message(*hub_, name_, version);
  if (!desired.ok()) co_return note("desired state was not sent: " + desired.error().detail);
  if (version <= sent_version_) co_return;
  sent_version_ = version;
  send(*desired);
}

Task<Outcome<CommandAnswer>> LinkConnection::command(Order order, Task<Outcome<Done>> first) {
  const auto self = shared_from_this();
  if (pending_) {
    CARDEA_CO_TRY(co_await std::move(first));
    co_return conflict("lock_busy", "Another command is running at this lock. Try again in a few seconds.");
  }
  const auto pending = std::make_shared<PendingCommand>(order);
  pending_ = pending;
  pending->command = random_command();
  pending->patience = hub_->loop.after(command_patience, [this] {
    end_command(Problem{504,
                        "lock_did_not_answer",
                        "The lock is connected but did not answer in time. Whether it opened will show in its events.",
                        {},
                        {}});
  });
  send(bytes_of(link::Command{pending->command, order.action}));
  const Outcome<Done> allowed = co_await std::move(first);
  if (!allowed) {
    if (pending_ == pending) pending_ = nullptr;
    images_->line_is_free();
    co_return allowed.error();
  }
  pending->allowed = true;
  if (pending_ == pending && pending->nonce) run(*pending);
  Answer<PendingCommand> answer(pending);
  co_return co_await answer;
}

void LinkConnection::run(const PendingCommand& pending) {
  const link::Run run{pending.command, *pending.nonce, command_valid_s};
  if (!pending.order.claim_secret) return send(bytes_of(run));
  Blob message = bytes_of(link::GiveUp{run, *pending.order.claim_secret});
  send(message);
  wipe(message);
}

void LinkConnection::on_challenge(const link::Challenge& challenge) {
  if (!pending_ || pending_->command != challenge.command || pending_->nonce) return;  // it came too late, or twice
  pending_->nonce = challenge.nonce;
  if (pending_->allowed) run(*pending_);
}

void LinkConnection::on_result(const link::CommandResult& result) {
  if (!pending_ || pending_->command != result.command) return;
  end_command(CommandAnswer{result.done, result.reason});
}

void LinkConnection::end_command(Outcome<CommandAnswer> answer) {
  if (!pending_) return;
  const auto pending = std::exchange(pending_, nullptr);
  images_->line_is_free();
  pending->patience.cancel();
  pending->answer.emplace(std::move(answer));
  // Not from here: whoever waits may destroy what is running now.
  if (pending->waiter) hub_->loop.post([pending] { pending->waiter.resume(); });
}

Task<void> LinkConnection::on_close() {
  const auto self = shared_from_this();
  phase_ = Phase::kClosed;
  proof_deadline_.cancel();
  if (images_) images_->end();
  end_command(Problem{
      504, "lock_did_not_answer", "The connection to the lock broke. Whether it opened will show in its events.", {}, {}});
  hub_->asking.remove(name_.lock, *this);
  const auto found = hub_->online.find(name_.lock);
  if (found == hub_->online.end() || found->second != self) co_return;
  hub_->online.erase(found);
  note("offline");
  TakenIn taken_in(*this);
  co_await taken_in;
  co_await report_presence(false);
}

}  // namespace cardea::server
