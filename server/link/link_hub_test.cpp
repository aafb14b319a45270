// SPDX-License-Identifier: Apache-2.0
// The hub with a real store and a real key store, and a lock played by core's half of the protocol. The WebSocket between them
// is a queue here; tests/e2e has the real one.
#include "server/link/link_hub.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "core/link/file.hpp"
#include "core/link/testing/ends.hpp"
#include "server/domain/instant.hpp"
#include "server/keys/sealed_key_store.hpp"
#include "server/link/waiting_asks.hpp"
#include "server/store/sqlite_store.hpp"
#include "server/usecases/campaign_course.hpp"
#include "server/usecases/lock_reports.hpp"
#include "server/usecases/releases.hpp"

namespace cardea::server {
namespace {

/// One end of a connection: what the hub sent, and how it closed.
class QueueSocket final : public http::Socket {
 public:
  bool send(ByteSpan message) override {
    if (close_code != 0) return false;
    sent.emplace_back(message.begin(), message.end());
    return true;
  }
  void close(std::uint16_t code, std::string_view) override {
    if (close_code == 0) close_code = code;
  }
  void admit() override { admitted = true; }
  [[nodiscard]] bool is_open() const override { return close_code == 0; }
  [[nodiscard]] std::string peer() const override { return peer_text; }

  std::deque<Blob> sent;
  std::uint16_t close_code = 0;
  bool admitted = false;
  std::string peer_text = "192.0.2.1:40000";
};

/// A connection as the lock sees it.
struct Wire {
  std::shared_ptr<QueueSocket> socket = std::make_shared<QueueSocket>();
  std::unique_ptr<http::SocketHandler> handler;
};

/// What must be on record before a lock acts, and is.
Task<Outcome<Done>> on_record() { co_return Done{}; }

class LinkHubTest : public ::testing::Test {
 public:
  LinkHubTest() {
    char name[] = "/tmp/cardea-link-XXXXXX";
    folder_ = ::mkdtemp(name);
    SqliteOptions options;
    options.file = folder_ / "cardea.db";
    store_ = SqliteStore::open(loop_, options).value();
    keys_ = SealedKeyStore::open(folder_ / "keystore.sealed", {"", folder_ / "platform.key"}).value();
    hub_ = std::make_unique<LinkHub>(loop_, *store_, *keys_, [](const LinkNote&) {});
    name_.workspace = workspace_.bytes;
    name_.lock.value.fill(0x42);
    secret_.mutable_bytes()[0] = 7;
    run([this]() -> Task<void> { co_await make_door(); });
  }
  ~LinkHubTest() override {
    wires_.clear();
    hub_.reset();
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

 protected:
  /// Runs a coroutine, and what it posted, to the end.
  void run(std::function<Task<void>()> body) {
    spawn([](std::function<Task<void>()> task, Loop& loop) -> Task<void> {
      co_await task();
      loop.post([&loop] { loop.post([&loop] { loop.stop(); }); });
    }(std::move(body), loop_));
    loop_.run();
  }
  template <class T>
  T result_of(std::function<Task<T>()> body) {
    std::optional<T> out;
    run([&]() -> Task<void> { out.emplace(co_await body()); });
    return std::move(*out);
  }

  /// Until what was given to the store before is committed: its writers are served in order.
  Task<void> settle() {
    const auto done = co_await store_->write([](Transaction&) -> Task<Outcome<Done>> { co_return Done{}; });
    CARDEA_ASSERT(done.ok());
  }

  Task<void> make_door() {
    const SiteId site = SiteId::make();
    const auto done = co_await store_->write([&](Transaction& tx) -> Task<Outcome<Done>> {
      co_await tx.execute("INSERT INTO workspaces (workspace, name, settings, created_at) VALUES (?1, 'w', '{}', 0)",
                          workspace_);
      co_await tx.execute("INSERT INTO sites (workspace, site, name, created_at) VALUES (?1, ?2, 's', 0)", workspace_, site);
      co_await tx.execute(
          "INSERT INTO doors (workspace, door, site, name, zone, created_at) VALUES (?1, ?2, ?3, 'd', 'UTC', 0)", workspace_,
          door_, site);
      co_return Done{};
    });
    CARDEA_ASSERT(done.ok());
  }

  void claim(UnixSeconds at = now()) {
    run([this, at]() -> Task<void> {
      const Blob sealed = keys_->seal_claim_secret(name_, secret_).value();
      const auto done = co_await store_->write([&](Transaction& tx) -> Task<Outcome<Done>> {
        co_await tx.execute(
            "INSERT INTO locks (workspace, lock, door, state, settings, claim_sealed, claimed_at) VALUES (?1, ?2, ?3, "
            "'claimed', ?4, ?5, ?6)",
            workspace_, name_.lock, door_,
            R"({"otp_digits":8,"code_digits":10,"code_epoch":0,"activation_window_s":259200,"only_keypad":false,"refuse_when_log_full":false,"time_step_max_s":86400,"open_ms":3000})",
            sealed, at);
        co_return Done{};
      });
      CARDEA_ASSERT(done.ok());
    });
  }

  std::int64_t number(const char* sql) {
    return result_of<std::int64_t>([this, sql]() -> Task<std::int64_t> {
      const auto value = co_await store_->read([sql](Transaction& tx) -> Task<Outcome<std::int64_t>> {
        const Rows rows = co_await tx.execute(sql);
        co_return rows.empty() || rows.front().is_null(0) ? -1 : rows.front().integer(0);
      });
      co_return *value;
    });
  }
  std::int64_t events(const std::string& type) {
    static const std::string all = "SELECT count(*) FROM events WHERE type = '";
    statements_.push_back(all + type + "'");
    return number(statements_.back().c_str());
  }

  Wire& connect(const std::string& from = "192.0.2.1:40000") {
    Wire& wire = wires_.emplace_back();
    wire.socket->peer_text = from;
    wire.handler = hub_->route().open(wire.socket);
    return wire;
  }
  void say(Wire& wire, ByteSpan message) {
    const Blob copy(message.begin(), message.end());
    run([this, &wire, copy]() -> Task<void> {
      co_await wire.handler->on_message(copy);
      co_await settle();
    });
  }
  void hang_up(Wire& wire) {
    wire.socket->close(1006, "");
    run([&wire]() -> Task<void> { co_await wire.handler->on_close(); });
  }
  static Blob take(Wire& wire) {
    if (wire.socket->sent.empty()) return {};
    Blob first = std::move(wire.socket->sent.front());
    wire.socket->sent.pop_front();
    return first;
  }

  // --- the lock's half ---

  activation::AskBytes make_ask(const Secret<16>& secret) {
    activation::Ask ask{
        .lock = name_.lock, .nonce = {}, .ephemeral = {}, .identity = {}, .lock_class = lock_class_, .slot_count_max = 32};
    ephemeral_ = provider_.p256_generate(KeyKind::kAgree, ask.ephemeral).value();
    provider_.release_key(provider_.p256_generate(KeyKind::kAgree, ask.identity).value());
    ask_ = activation::encode_ask(provider_, secret, ask).value();
    return ask_;
  }
  /// Of the same lock, by somebody who has another secret.
  activation::AskBytes make_strangers_ask() {
    activation::Ask ask{
        .lock = name_.lock, .nonce = {}, .ephemeral = {}, .identity = {}, .lock_class = lock_class_, .slot_count_max = 32};
    CARDEA_ASSERT(provider_.p256_generate(KeyKind::kAgree, ask.ephemeral).ok());
    return activation::encode_ask(provider_, Secret<16>(), ask).value();
  }
  void claim_and_tell() {
    claim();
    run([this]() -> Task<void> {
      hub_->claim_made(name_);
      co_await settle();
    });
  }
  /// Opens the answer and keeps what it gives.
  Status take_answer(ByteSpan answer) {
    CARDEA_TRY(activation::open_answer(provider_, secret_, ephemeral_, ask_, answer, gift_, done_));
    k_session_ = provider_.import_key(KeyKind::kMac, gift_.key).value();
    if (lock_class_ == link::LockClass::kProtected)
      k_session_ = link::derive_session_key(provider_, k_session_, name_.lock).value();
    end_.emplace(provider_, link::share_key(provider_, k_session_, name_.lock, gift_.workspace, gift_.key_id).value(),
                 session::Ratchet{0, gift_.session_chain});
    chain_ = {.key = gift_.audit_seed, .next_seq = 1};
    return Status::kOk;
  }
  void activate() {
    claim();
    Wire& wire = connect();
    say(wire, make_ask(secret_));
    ASSERT_EQ(take_answer(take(wire)), Status::kOk);
    say(wire, done_);
    ASSERT_EQ(wire.socket->close_code, 1000);
    run([&wire]() -> Task<void> { co_await wire.handler->on_close(); });
  }

  /// A connection with a session.
  Wire& link_up() {
    Wire& wire = greet();
    const Result<session::M3> m3 = end_->prove(take(wire));
    CARDEA_ASSERT(m3.ok());
    say(wire, *m3);
    return wire;
  }
  /// A connection that has got its M1; the platform's M2 waits in it.
  Wire& greet() {
    Wire& wire = connect();
    say(wire, end_->hello());
    return wire;
  }
  /// n of the platform, as its database has it.
  std::uint32_t place() { return keys_->open_session(name_, sealed_place())->generation; }
  Blob sealed_place() {
    return result_of<Blob>([this]() -> Task<Blob> {
      const auto value = co_await store_->read([](Transaction& tx) -> Task<Outcome<Blob>> {
        const Rows rows = co_await tx.execute("SELECT session_sealed FROM locks");
        co_return rows.front().blob(0);
      });
      co_return *value;
    });
  }
  void put_place(const Blob& sealed) {
    run([this, &sealed]() -> Task<void> {
      const auto done = co_await store_->write([&sealed](Transaction& tx) -> Task<Outcome<Done>> {
        co_await tx.execute("UPDATE locks SET session_sealed = ?1", sealed);
        co_return Done{};
      });
      CARDEA_ASSERT(done.ok());
    });
  }
  /// A message there, and one back.
  bool talks(Wire& wire) {
    tell(wire, link::TimeAsk{});
    const Blob message = hear(wire);
    return link::decode_time(message).ok();
  }
  template <class Message>
  Blob frame_of(const Message& message) {
    return end_->seal(message);
  }
  template <class Message>
  void tell(Wire& wire, const Message& message) {
    say(wire, frame_of(message));
  }
  /// The next message from the platform; empty when there is none.
  Blob hear(Wire& wire) {
    const Blob frame = take(wire);
    if (frame.empty()) return {};
    return end_->open(frame).value();
  }
  /// Asks the lock to open; `answer` outlives the command.
  void unlock(std::optional<Outcome<CommandAnswer>>& answer) {
    run([&]() -> Task<void> {
      spawn([](LinkHub& hub, LockName name, std::optional<Outcome<CommandAnswer>>& out) -> Task<void> {
        out.emplace(co_await hub.command(name, link::Action::kUnlock, on_record()));
      }(*hub_, name_, answer));
      co_return;
    });
  }
  link::LockStatus status() {
    link::LockStatus out;
    out.lock_class = lock_class_;
    out.applied_version = gift_.desired_version;
    out.first_seq = chain_.next_seq > 1 ? 1 : 0;
    out.last_seq = chain_.next_seq - 1;
    return out;
  }
  /// `count` more records in the lock's memory.
  Blob write_records(std::size_t count) {
    Blob out;
    for (std::size_t i = 0; i < count; ++i) {
      audit::Record record;
      record.kind = audit::Kind::kEntryRefused;
      record.reason = 3;
      CARDEA_ASSERT(audit::seal(provider_, name_.lock, chain_, record) == Status::kOk);
      const audit::RecordBytes bytes = audit::encode(record);
      out.insert(out.end(), bytes.begin(), bytes.end());
    }
    return out;
  }

  Loop loop_;
  std::filesystem::path folder_;
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<SealedKeyStore> keys_;
  std::unique_ptr<LinkHub> hub_;
  std::deque<std::string> statements_;
  std::deque<Wire> wires_;
  WorkspaceId workspace_ = WorkspaceId::make();
  DoorId door_ = DoorId::make();
  LockName name_;
  Secret<16> secret_;
  OpensslProvider provider_;
  link::LockClass lock_class_ = link::LockClass::kProtected;
  KeyHandle ephemeral_;
  activation::AskBytes ask_{};
  activation::DoneBytes done_{};
  activation::Gift gift_;
  KeyHandle k_session_;
  audit::ChainState chain_;
  std::optional<link::LockEnd> end_;
};

// --- Who may connect ---

// [rule: L2]
TEST_F(LinkHubTest, AKeyThatIsNotKnownOrNotForThisIsShutOutAtOnce) {
  activate();
  const session::M1 own = end_->hello();
  session::M1 unknown = own;
  unknown[2] ^= 1;  // key_id
  session::M1 other_suite = own;
  other_suite[1] ^= 3;
  session::M1 last_place = own;
  std::fill_n(last_place.begin() + 6, 4, std::uint8_t{0xff});  // n
  for (const session::M1& m1 : {unknown, other_suite, last_place}) {
    Wire& wire = connect();
    say(wire, m1);
    EXPECT_TRUE(take(wire).empty());
    EXPECT_EQ(wire.socket->close_code, 4401);
    EXPECT_FALSE(wire.socket->admitted);
  }
}

// [rule: SE7]
TEST_F(LinkHubTest, TheNextPlaceOfTheChainIsDurableBeforeARecordGoes) {
  activate();
  EXPECT_EQ(place(), 0u);
  Wire& waiting = greet();
  EXPECT_EQ(place(), 0u) << "an M1 costs nothing";
  const session::M3 m3 = end_->prove(take(waiting)).value();
  run([&]() -> Task<void> {
    const bool failed =
        !(co_await store_->write([](Transaction& tx) -> Task<Outcome<Done>> {
           co_await tx.execute(
               "CREATE TRIGGER full BEFORE UPDATE OF session_sealed ON locks BEGIN SELECT RAISE(ABORT, 'full'); END");
           co_return Done{};
         })).ok();
    CARDEA_ASSERT(!failed);
  });
  say(waiting, m3);
  EXPECT_NE(waiting.socket->close_code, 0) << "what cannot be made durable is no session";
  EXPECT_TRUE(take(waiting).empty());
  EXPECT_FALSE(hub_->is_online(name_));
  run([&]() -> Task<void> {
    const auto done = co_await store_->write([](Transaction& tx) -> Task<Outcome<Done>> {
      co_await tx.execute("DROP TRIGGER full");
      co_return Done{};
    });
    CARDEA_ASSERT(done.ok());
  });
  EXPECT_TRUE(talks(link_up()));
  EXPECT_EQ(place(), 2u) << "the lock was a step ahead";
  EXPECT_EQ(end_->ratchet.generation, 2u);
}

// [rule: SE6] [rule: SE8]
TEST_F(LinkHubTest, AnM3ThatIsLostAgainAndAgainAndAPlatformThatStartsAnewFindTheLockAgain) {
  activate();
  for (int i = 0; i < 5; ++i) {
    Wire& wire = greet();
    ASSERT_TRUE(end_->prove(take(wire)).ok());
    hang_up(wire);
    if (i == 2) hub_ = std::make_unique<LinkHub>(loop_, *store_, *keys_, [](const LinkNote&) {});
  }
  EXPECT_EQ(place(), 0u);
  EXPECT_EQ(end_->ratchet.generation, 1u);
  EXPECT_TRUE(talks(link_up()));
  EXPECT_EQ(place(), 2u);
  EXPECT_EQ(end_->ratchet.generation, 2u);
}

// [rule: SE6] [rule: SE7]
TEST_F(LinkHubTest, ALockThatLostPowerAfterM3FindsThePlatformAgain) {
  activate();
  Wire& wire = greet();
  const session::Ratchet before = end_->ratchet;
  const session::M3 m3 = end_->prove(take(wire)).value();
  end_->ratchet = before;  // it was not durable, and M3 went all the same: no lock does that, a torn write may
  say(wire, m3);
  hang_up(wire);
  EXPECT_EQ(place(), 1u);
  EXPECT_TRUE(talks(link_up()));
  EXPECT_EQ(end_->ratchet.generation, place());
}

// [rule: SE7]
TEST_F(LinkHubTest, OnlyOneOfTwoHandshakesFromOnePlaceBecomesASession) {
  activate();
  link::LockEnd other(provider_, link::share_key(provider_, k_session_, name_.lock, gift_.workspace, gift_.key_id).value(),
                      end_->ratchet);
  Wire& first = greet();
  Wire& second = connect();
  say(second, other.hello());
  say(first, end_->prove(take(first)).value());
  say(second, other.prove(take(second)).value());
  EXPECT_EQ(second.socket->close_code, 4401);
  EXPECT_TRUE(talks(first));
  EXPECT_EQ(place(), 1u);
}

// [rule: SE3] [rule: L1]
TEST_F(LinkHubTest, ARecordedConnectionIsWorthNothingTheNextTime) {
  activate();
  Wire& wire = connect();
  const session::M1 m1 = end_->hello();
  say(wire, m1);
  const session::M3 m3 = end_->prove(take(wire)).value();
  say(wire, m3);
  const Blob record = end_->seal(status());
  hang_up(wire);
  Wire& replayed = connect();
  say(replayed, m1);
  EXPECT_FALSE(take(replayed).empty()) << "another M2, for who could prove that it is the lock";
  say(replayed, m3);
  EXPECT_EQ(replayed.socket->close_code, 4401);
  EXPECT_EQ(place(), 1u);
  say(link_up(), record);
  EXPECT_FALSE(wires_.back().socket->is_open());
}

// [rule: SE8]
TEST_F(LinkHubTest, APlatformFromAnOlderBackupCatchesUpAndOneFromTooFarBackAnswersNothing) {
  activate();
  const Blob backup = sealed_place();
  for (int i = 0; i < 4; ++i) {
    Wire& wire = link_up();
    ASSERT_TRUE(talks(wire));
    hang_up(wire);
  }
  put_place(backup);
  Wire& wire = link_up();
  EXPECT_TRUE(talks(wire));
  EXPECT_EQ(place(), 5u);
  EXPECT_EQ(end_->ratchet.generation, 5u);
  hang_up(wire);
  put_place(backup);
  end_->ratchet.generation = session::catch_up_steps_max + 1;
  Wire& far = greet();
  EXPECT_TRUE(take(far).empty());
  EXPECT_EQ(far.socket->close_code, 4401);
}

// [rule: SE9]
TEST_F(LinkHubTest, EachEpochEndsInItsTimeAndTheLastEndsTheConnection) {
  activate();
  hub_ = std::make_unique<LinkHub>(loop_, *store_, *keys_, [](const LinkNote&) {}, link_proof_max, std::chrono::seconds(0));
  Wire& wire = link_up();
  for (int epoch = 1; epoch <= session::epoch_max; ++epoch) {
    hub_->tend();
    tell(wire, link::TimeAsk{});
    ASSERT_FALSE(wire.socket->sent.empty());
    EXPECT_EQ(wire.socket->sent.front()[0], session::record_type + epoch);
    EXPECT_TRUE(link::decode_time(hear(wire)).ok());
  }
  hub_->tend();
  EXPECT_EQ(wire.socket->close_code, 4400);

  hub_ = std::make_unique<LinkHub>(loop_, *store_, *keys_, [](const LinkNote&) {});
  Wire& usual = link_up();
  hub_->tend();
  tell(usual, link::TimeAsk{});
  EXPECT_EQ(usual.socket->sent.front()[0], session::record_type) << "not yet";
}

TEST_F(LinkHubTest, TheChainIsSealedInTheDatabase) {
  activate();
  (void)link_up();
  const Blob sealed = sealed_place();
  for (const ByteSpan secret : {ByteSpan(gift_.session_chain.bytes()), ByteSpan(end_->ratchet.chain.bytes())})
    EXPECT_EQ(std::search(sealed.begin(), sealed.end(), secret.begin(), secret.begin() + 8), sealed.end());
  EXPECT_EQ(number("SELECT key_id FROM locks"), gift_.key_id);
}

// [rule: L13]
TEST_F(LinkHubTest, WhoDoesNotShowWhichLockItIsIsShutOutInTimeAndWhoDoesIsAdmitted) {
  activate();
  hub_ = std::make_unique<LinkHub>(loop_, *store_, *keys_, [](const LinkNote&) {}, std::chrono::milliseconds(50));
  Wire& linked = link_up();
  Wire& silent = connect();
  Wire& half = connect();
  say(half, end_->hello());
  const auto turn = []() -> Task<void> { co_return; };
  while (silent.socket->close_code == 0 || half.socket->close_code == 0) run(turn);
  EXPECT_EQ(silent.socket->close_code, 4401);
  EXPECT_EQ(half.socket->close_code, 4401);
  EXPECT_FALSE(silent.socket->admitted || half.socket->admitted);
  EXPECT_EQ(linked.socket->close_code, 0);
  EXPECT_TRUE(linked.socket->admitted);
}

TEST_F(LinkHubTest, AWrongKeyIsShutOut) {
  activate();
  Wire& wire = connect();
  const KeyHandle wrong = provider_.import_key(KeyKind::kMac, KeyBytes()).value();
  link::LockEnd stranger(provider_, link::share_key(provider_, wrong, name_.lock, gift_.workspace, gift_.key_id).value(), {});
  say(wire, stranger.hello());
  EXPECT_EQ(stranger.prove(take(wire)).status(), Status::kForged);
  say(wire, session::M3{session::m3_type});
  EXPECT_EQ(wire.socket->close_code, 4401);
  EXPECT_FALSE(hub_->is_online(name_));
}

// [rule: L3]
TEST_F(LinkHubTest, ANewerConnectionEndsTheOlderOne) {
  activate();
  Wire& older = link_up();
  ASSERT_TRUE(hub_->is_online(name_));
  Wire& newer = link_up();
  EXPECT_EQ(older.socket->close_code, 4409);
  run([&older]() -> Task<void> { co_await older.handler->on_close(); });
  EXPECT_TRUE(hub_->is_online(name_)) << "the end of the older one is not the end of the newer";
  hang_up(newer);
  EXPECT_FALSE(hub_->is_online(name_));
}

TEST_F(LinkHubTest, MalformedBytesEndTheConnection) {
  activate();
  Wire& wire = connect();
  say(wire, Bytes<3>{1, 2, 3});
  EXPECT_EQ(wire.socket->close_code, 4400);
  Wire& linked = link_up();
  say(linked, Bytes<20>{0xc0});
  EXPECT_EQ(linked.socket->close_code, 4400);
}

// --- Activation ---

// [rule: A2]
TEST_F(LinkHubTest, AnAskWithAnotherSecretIsShutOut) {
  claim();
  Wire& wire = connect();
  say(wire, make_ask(Secret<16>()));
  EXPECT_EQ(wire.socket->close_code, 4401);
  EXPECT_EQ(number("SELECT count(*) FROM locks WHERE keys_sealed IS NOT NULL"), 0);
}

// [rule: A2]
TEST_F(LinkHubTest, AnAskMayComeBeforeItsClaim) {
  Wire& wire = connect();
  say(wire, make_ask(secret_));
  EXPECT_TRUE(take(wire).empty()) << "nobody has claimed it";
  EXPECT_TRUE(wire.socket->is_open());
  claim();
  run([this]() -> Task<void> {
    hub_->claim_made(name_);
    co_await settle();
  });
  EXPECT_EQ(take_answer(take(wire)), Status::kOk);
}

// [rule: A10]
TEST_F(LinkHubTest, StrangersAsksFromElsewhereLeaveTheLocksOwnWaiting) {
  Wire& own = connect("192.0.2.1:40000");
  say(own, make_ask(secret_));
  std::vector<Wire*> strangers;
  for (std::size_t i = 0; i < 3 * asks_of_lock_max; ++i) {
    strangers.push_back(&connect("198.51.100.7:" + std::to_string(40'000 + i)));
    say(*strangers.back(), make_strangers_ask());
  }
  EXPECT_TRUE(own.socket->is_open());
  EXPECT_EQ(hub_->counts().asking, asks_of_lock_max);
  EXPECT_EQ(strangers.front()->socket->close_code, 4401) << "the oldest gives way";
  EXPECT_TRUE(strangers.back()->socket->is_open());
  claim_and_tell();
  EXPECT_EQ(take_answer(take(own)), Status::kOk);
  for (const Wire* stranger : strangers) EXPECT_EQ(stranger->socket->close_code, 4401);
  EXPECT_EQ(hub_->counts().asking, 0u);
  say(own, done_);
  EXPECT_EQ(own.socket->close_code, 1000);
}

// [rule: A10]
TEST_F(LinkHubTest, AStrangersAskOfAClaimedLockEndsAtOnce) {
  claim();
  for (std::size_t i = 0; i < 2 * asks_of_lock_max; ++i) {
    Wire& stranger = connect();
    say(stranger, make_strangers_ask());
    EXPECT_EQ(stranger.socket->close_code, 4401);
  }
  EXPECT_EQ(hub_->counts().asking, 0u);
  Wire& own = connect();
  say(own, make_ask(secret_));
  EXPECT_EQ(take_answer(take(own)), Status::kOk);
}

// [rule: A10]
TEST_F(LinkHubTest, AnAskThatGaveWayMayComeAgain) {
  Wire& first = connect();
  say(first, make_ask(secret_));
  for (std::size_t i = 0; i < asks_of_lock_max; ++i) say(connect(), make_strangers_ask());
  EXPECT_EQ(first.socket->close_code, 4401) << "of one address nobody can tell them apart";
  Wire& again = connect();
  say(again, make_ask(secret_));
  claim_and_tell();
  EXPECT_EQ(take_answer(take(again)), Status::kOk);
}

// [rule: A8]
TEST_F(LinkHubTest, AClaimThatHasEndedAnswersNoAsk) {
  claim(UnixSeconds{now().value - activation::claim_window_s - 1});
  Wire& wire = connect();
  say(wire, make_ask(secret_));
  EXPECT_TRUE(take(wire).empty());
}

// [rule: A5]
TEST_F(LinkHubTest, AfterDoneTheSecretIsForgottenAndNoAskIsAnswered) {
  activate();
  EXPECT_EQ(number("SELECT count(*) FROM locks WHERE state = 'active' AND claim_sealed IS NULL"), 1);
  Wire& wire = connect();
  say(wire, make_ask(secret_));
  EXPECT_EQ(wire.socket->close_code, 4401);
}

TEST_F(LinkHubTest, ADoneThatProvesNothingActivatesNothing) {
  claim();
  Wire& wire = connect();
  say(wire, make_ask(secret_));
  ASSERT_EQ(take_answer(take(wire)), Status::kOk);
  activation::DoneBytes bent = done_;
  bent[9] ^= 1;
  say(wire, bent);
  EXPECT_EQ(wire.socket->close_code, 4401);
  EXPECT_EQ(number("SELECT count(*) FROM locks WHERE state = 'active'"), 0);
}

// [rule: A3]
TEST_F(LinkHubTest, AnEarlierAnswerIsWorthNothingAfterANewerOne) {
  claim();
  Wire& first = connect();
  say(first, make_ask(secret_));
  ASSERT_EQ(take_answer(take(first)), Status::kOk);
  const session::M1 earlier = end_->hello();
  Wire& second = connect();
  say(second, make_ask(secret_));
  ASSERT_EQ(take_answer(take(second)), Status::kOk);
  Wire& wire = connect();
  say(wire, earlier);
  EXPECT_TRUE(take(wire).empty());
  EXPECT_EQ(wire.socket->close_code, 4401);
  // The newest one does, and a good handshake stands for a `done` that was lost.
  link_up();
  EXPECT_EQ(number("SELECT count(*) FROM locks WHERE state = 'active'"), 1);
}

// --- A lock whose owner lets go of it ---

class LinkHubReleaseTest : public LinkHubTest {
 protected:
  LinkHubReleaseTest() { next_.mutable_bytes()[5] = 0x11; }
  /// What the use case writes before the lock hears of it.
  Task<Outcome<Done>> offer() {
    const Blob sealed = keys_->seal_claim_secret(name_, next_).value();
    co_return co_await store_->write([&](Transaction& tx) -> Task<Outcome<Done>> {
      co_await tx.execute("UPDATE locks SET release_sealed = ?1, release_by = 'op_1'", sealed);
      co_return Done{};
    });
  }
  void ask_to_give_up(std::optional<Outcome<CommandAnswer>>& answer) {
    run([&]() -> Task<void> {
      spawn([](LinkHubReleaseTest& test, std::optional<Outcome<CommandAnswer>>& out) -> Task<void> {
        Task<Outcome<Done>> offered = test.offer();
        const Order order(test.next_);
        out.emplace(co_await test.hub_->command(test.name_, order, std::move(offered)));
      }(*this, answer));
      co_await settle();
    });
  }
  /// The lock's part up to its word on it.
  std::optional<link::GiveUp> hear_give_up(Wire& wire) {
    const auto command = link::decode_command(hear(wire));
    EXPECT_EQ(command->action, link::Action::kGiveUp);
    tell(wire, link::Challenge{command->command, {9}});
    const auto order = link::decode_give_up(hear(wire));
    if (!order.ok()) return std::nullopt;
    return *order;
  }
  void finish() {
    run([this]() -> Task<void> {
      const auto done = co_await store_->write([&](Transaction& tx) -> Task<Outcome<Done>> {
        co_await usecases::release_done(tx, *keys_, name_, now());
        co_return Done{};
      });
      CARDEA_ASSERT(done.ok());
    });
  }
  /// As the use case does.
  void write_off() {
    run([this]() -> Task<void> {
      const auto done = co_await store_->write([&](Transaction& tx) -> Task<Outcome<Done>> {
        const auto row = co_await usecases::find_lock_row(tx, usecases::workspace_of(name_), usecases::lock_of(name_));
        co_await usecases::write_off(tx, *keys_, *row, "op_1", now());
        co_return Done{};
      });
      CARDEA_ASSERT(done.ok());
      hub_->keys_forgotten(name_);
      co_await settle();
    });
  }
  Secret<16> next_;
};

// [rule: A16] [rule: A12]
TEST_F(LinkHubReleaseTest, TheSecretIsCommittedBeforeTheLockIsSentIt) {
  activate();
  Wire& wire = link_up();
  tell(wire, status());
  while (!hear(wire).empty()) {
  }
  std::optional<Outcome<CommandAnswer>> answer;
  ask_to_give_up(answer);
  const auto order = hear_give_up(wire);
  ASSERT_TRUE(order.has_value());
  EXPECT_EQ(order->run.nonce, link::Nonce{9});
  EXPECT_TRUE(equal_constant_time(order->claim_secret.bytes(), next_.bytes()));
  EXPECT_EQ(number("SELECT count(*) FROM locks WHERE release_sealed IS NOT NULL"), 1);
  const Blob last = write_records(1);
  tell(wire, link::Records{last});
  tell(wire, link::CommandResult{order->run.command, true, audit::reason_none});
  ASSERT_TRUE(answer.has_value() && answer->ok());
  EXPECT_TRUE((*answer)->done);
  finish();
  EXPECT_EQ(number("SELECT count(*) FROM locks WHERE state = 'released' AND keys_sealed IS NULL AND key_id IS NULL"), 1);
  EXPECT_EQ(events("lock.released"), 1);
  hang_up(wire);
  EXPECT_EQ(events("lock.offline"), 0);
  Wire& old = connect();
  say(old, end_->hello());
  EXPECT_EQ(old.socket->close_code, 4401) << "no session under the last owner's key";
}

// [rule: A18]
TEST_F(LinkHubReleaseTest, ALockThatWasWrittenOffIsCutOffAndGetsNothingWhenItComesBack) {
  activate();
  Wire& wire = link_up();
  tell(wire, status());
  while (!hear(wire).empty()) {
  }
  write_off();
  EXPECT_EQ(wire.socket->close_code, 4401);
  hang_up(wire);
  EXPECT_EQ(
      number("SELECT count(*) FROM locks WHERE state = 'written_off' AND keys_sealed IS NULL AND chain_sealed IS NULL AND "
             "session_sealed IS NULL AND key_id IS NULL AND online = 0"),
      1);
  EXPECT_EQ(events("lock.offline"), 0) << "that was said already";
  Wire& back = connect();
  say(back, end_->hello());
  EXPECT_TRUE(take(back).empty());
  EXPECT_EQ(back.socket->close_code, 4401);
  Wire& asks = connect();
  say(asks, make_ask(secret_));
  EXPECT_TRUE(take(asks).empty());
  EXPECT_EQ(number("SELECT count(*) FROM locks WHERE state = 'written_off'"), 1);
  EXPECT_EQ(events("lock.reset"), 0);
}

// [rule: A18]
TEST_F(LinkHubReleaseTest, AHandshakeThatAWriteOffComesInBetweenIsRefused) {
  activate();
  Wire& wire = greet();
  const Result<session::M3> m3 = end_->prove(take(wire));
  ASSERT_TRUE(m3.ok());
  write_off();
  say(wire, *m3);
  EXPECT_EQ(wire.socket->close_code, 4401);
  EXPECT_EQ(number("SELECT count(*) FROM locks WHERE session_sealed IS NULL AND online = 0"), 1);
}

// [rule: A16]
TEST_F(LinkHubReleaseTest, AnAskUnderTheNewSecretSaysThatItIsReleasedAndNoOtherDoes) {
  activate();
  Wire& wire = link_up();
  std::optional<Outcome<CommandAnswer>> answer;
  ask_to_give_up(answer);
  hang_up(wire);
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->error().code, "lock_did_not_answer");
  say(connect(), make_strangers_ask());
  say(connect(), make_ask(secret_));
  EXPECT_EQ(number("SELECT count(*) FROM locks WHERE state = 'active'"), 1);
  EXPECT_EQ(events("lock.reset"), 1);
  Wire& asks = connect();
  say(asks, make_ask(next_));
  EXPECT_EQ(asks.socket->close_code, 0) << "it waits for whoever claims it";
  EXPECT_EQ(number("SELECT count(*) FROM locks WHERE state = 'released' AND release_sealed IS NOT NULL"), 1);
  EXPECT_EQ(events("lock.released"), 1);
}

// [rule: A16]
TEST_F(LinkHubReleaseTest, AGoodHandshakeSaysThatItIsStillTheOwners) {
  activate();
  Wire& wire = link_up();
  std::optional<Outcome<CommandAnswer>> answer;
  ask_to_give_up(answer);
  hang_up(wire);
  EXPECT_EQ(number("SELECT count(*) FROM locks WHERE release_sealed IS NOT NULL"), 1);
  link_up();
  EXPECT_EQ(number("SELECT count(*) FROM locks WHERE state = 'active' AND release_sealed IS NULL"), 1);
}

// [rule: MF10]
TEST_F(LinkHubTest, AnAskOfAnotherDeviceThanTheMakersBatchSaysGetsNothing) {
  const auto vouch = [this](const P256Point& identity) {
    run([this, identity]() -> Task<void> {
      const auto done = co_await store_->write([&](Transaction& tx) -> Task<Outcome<Done>> {
        co_await tx.execute(
            "INSERT OR REPLACE INTO lock_batches (workspace, batch, digest, signer, vendor, device_class, lock_count, "
            "created_at, "
            "created_by) VALUES (?1, x'01', x'02', x'03', x'04', x'05', 1, 0, '')",
            workspace_);
        co_await tx.execute(
            "INSERT OR REPLACE INTO lock_identities (workspace, lock, batch, identity) VALUES (?1, ?2, x'01', ?3)", workspace_,
            name_.lock, ByteSpan(identity));
        co_return Done{};
      });
      CARDEA_ASSERT(done.ok());
    });
  };
  claim();
  vouch(P256Point{7});
  for (int copy = 0; copy < 2; ++copy) {
    Wire& wire = connect();
    say(wire, make_ask(secret_));
    EXPECT_EQ(wire.socket->close_code, 4401);
    EXPECT_TRUE(take(wire).empty());
  }
  EXPECT_EQ(events("lock.identity_refused"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM locks WHERE state = 'claimed'"), 1);
  const activation::AskBytes own = make_ask(secret_);
  vouch(activation::decode_ask(own)->identity);
  Wire& wire = connect();
  say(wire, own);
  EXPECT_EQ(take_answer(take(wire)), Status::kOk);
}

// --- Records ---

// [rule: L5] [rule: E9] [rule: E10]
TEST_F(LinkHubTest, AReceiptComesForWhatIsCommittedAndRecordsSentAgainMakeNoEvent) {
  activate();
  Wire& wire = link_up();
  const Blob records = write_records(3);
  tell(wire, status());
  while (!hear(wire).empty()) {
  }
  tell(wire, link::Records{records});
  const auto receipt = link::decode_receipt(hear(wire));
  ASSERT_TRUE(receipt.ok());
  EXPECT_EQ(receipt->seq, 3u);
  audit::Tag tag{};
  std::copy_n(records.end() - 16, 16, tag.begin());
  EXPECT_EQ(provider_.p256_verify(gift_.platform_identity, link::receipt_input(name_.lock, 3, tag), receipt->signature),
            Status::kOk);
  EXPECT_EQ(events("access.refused"), 3);
  tell(wire, link::Records{records});
  EXPECT_TRUE(wire.socket->is_open());
  EXPECT_EQ(events("access.refused"), 3);
}

// [rule: L4]
TEST_F(LinkHubTest, AGapIsFetchedAndWhatLiesBeyondItIsNotTaken) {
  activate();
  Wire& wire = link_up();
  const Blob records = write_records(4);
  tell(wire, status());
  while (!hear(wire).empty()) {
  }
  tell(wire, link::Records{ByteSpan(records).subspan(2 * 44)});
  const auto fetch = link::decode_fetch(hear(wire));
  ASSERT_TRUE(fetch.ok());
  EXPECT_EQ(fetch->from, 1u);
  EXPECT_EQ(events("access.refused"), 0);
  tell(wire, link::Records{records});
  EXPECT_EQ(events("access.refused"), 4);
}

// [rule: E5]
TEST_F(LinkHubTest, RecordsThatTheLockHasLostAreSteppedOver) {
  activate();
  Wire& wire = link_up();
  const Blob records = write_records(5);
  link::LockStatus told = status();
  told.first_seq = 4;
  tell(wire, told);
  while (!hear(wire).empty()) {
  }
  tell(wire, link::Records{ByteSpan(records).subspan(3 * 44)});
  EXPECT_EQ(link::decode_receipt(hear(wire))->seq, 5u);
  EXPECT_EQ(events("access.refused"), 2);
}

// [rule: E6]
TEST_F(LinkHubTest, ALockThatLiesAboutItsNumbersBreaksItsChainAndLosesNothing) {
  activate();
  Wire& wire = link_up();
  tell(wire, link::Records{write_records(3)});
  ASSERT_EQ(events("access.refused"), 3);
  link::LockStatus told = status();
  told.last_seq = 2;
  tell(wire, told);
  EXPECT_EQ(wire.socket->close_code, 4422);
  EXPECT_EQ(events("lock.chain_broken"), 1);
  EXPECT_EQ(events("access.refused"), 3);
  run([&wire]() -> Task<void> { co_await wire.handler->on_close(); });
  Wire& again = link_up();
  tell(again, link::Records{write_records(1)});
  EXPECT_EQ(again.socket->close_code, 4422) << "nothing is taken until an operator has looked";
  EXPECT_EQ(events("access.refused"), 3);
}

// [rule: E6]
TEST_F(LinkHubTest, ARecordThatWasChangedOrRewrittenBreaksTheChain) {
  activate();
  Wire& wire = link_up();
  Blob records = write_records(2);
  tell(wire, link::Records{records});
  Blob rewritten = records;
  rewritten[6] ^= 1;  // a number that was accepted with other bytes
  tell(wire, link::Records{rewritten});
  EXPECT_EQ(wire.socket->close_code, 4422);
  EXPECT_EQ(events("lock.chain_broken"), 1);
}

TEST_F(LinkHubTest, ARecordWithABadTagBreaksTheChain) {
  activate();
  Wire& wire = link_up();
  Blob records = write_records(1);
  records[5] ^= 1;
  tell(wire, link::Records{records});
  EXPECT_EQ(wire.socket->close_code, 4422);
  EXPECT_EQ(events("access.refused"), 0);
}

// --- Desired state ---

// [rule: L6]
TEST_F(LinkHubTest, TheDesiredStateIsSentUntilItIsApplied) {
  activate();
  run([this]() -> Task<void> {
    (void)co_await store_->write([&](Transaction& tx) -> Task<Outcome<Done>> {
      co_await tx.execute("UPDATE locks SET desired_version = desired_version + 1");
      co_return Done{};
    });
  });
  const auto version = static_cast<std::uint32_t>(number("SELECT desired_version FROM locks"));
  for (int connection = 0; connection < 2; ++connection) {
    Wire& wire = link_up();
    tell(wire, status());
    const auto desired = link::decode_desired(hear(wire));
    ASSERT_TRUE(desired.ok());
    EXPECT_EQ(desired->version, version);
    hang_up(wire);
  }
  Wire& wire = link_up();
  tell(wire, status());
  (void)hear(wire);
  tell(wire, link::Applied{version, Status::kOk});
  EXPECT_EQ(number("SELECT applied_version FROM locks"), version);
  run([this]() -> Task<void> {
    hub_->desired_changed(name_);
    co_await settle();
  });
  EXPECT_TRUE(hear(wire).empty()) << "there is nothing newer";
}

// --- Commands and time ---

Outcome<CommandAnswer> outcome_of(std::optional<Outcome<CommandAnswer>>& slot) {
  return slot ? *slot : Problem{0, "none", "", {}, {}};
}

/// The same, later, or never.
struct Recording {
  Task<Outcome<Done>> wait() {
    struct Until {
      Recording& recording;
      explicit Until(Recording& of) : recording(of) {}
      bool await_ready() const { return recording.outcome.has_value(); }
      void await_suspend(std::coroutine_handle<> who) { recording.waiter = who; }
      void await_resume() const {}
    };
    Until until(*this);
    co_await until;
    co_return *outcome;
  }
  void end(Outcome<Done> with) {
    outcome.emplace(std::move(with));
    waiter.resume();
  }
  std::optional<Outcome<Done>> outcome;
  std::coroutine_handle<> waiter;
};

TEST_F(LinkHubTest, ALockIsToldToActOnlyWhenTheCommandIsOnRecord) {
  activate();
  Wire& wire = link_up();
  for (const bool good : {false, true}) {
    Recording recording;
    std::optional<Outcome<CommandAnswer>> answer;
    run([&]() -> Task<void> {
      spawn([](LinkHub& hub, LockName name, Recording& record, std::optional<Outcome<CommandAnswer>>& out) -> Task<void> {
        out.emplace(co_await hub.command(name, link::Action::kUnlock, record.wait()));
      }(*hub_, name_, recording, answer));
      co_return;
    });
    const auto command = link::decode_command(hear(wire));
    ASSERT_TRUE(command.ok()) << "its challenge is asked for meanwhile";
    tell(wire, link::Challenge{command->command, {7}});
    EXPECT_TRUE(hear(wire).empty());
    run([&]() -> Task<void> {
      recording.end(good ? Outcome<Done>(Done{}) : Outcome<Done>(unavailable("store_failed", "The disk is full.")));
      co_await settle();
    });
    if (!good) {
      EXPECT_EQ(outcome_of(answer).error().code, "store_failed");
      EXPECT_TRUE(hear(wire).empty()) << "what is not on record does not happen";
      continue;
    }
    ASSERT_TRUE(link::decode_run(hear(wire)).ok());
    tell(wire, link::CommandResult{command->command, true, audit::reason_none});
    EXPECT_TRUE(outcome_of(answer)->done);
  }
}

// [rule: L7]
TEST_F(LinkHubTest, ACommandRunsThroughChallengeRunAndResult) {
  activate();
  Wire& wire = link_up();
  std::optional<Outcome<CommandAnswer>> answer;
  unlock(answer);
  const auto command = link::decode_command(hear(wire));
  ASSERT_TRUE(command.ok());
  std::optional<Outcome<CommandAnswer>> second;
  unlock(second);
  EXPECT_EQ(outcome_of(second).error().code, "lock_busy");
  tell(wire, link::Challenge{command->command + 1, {}});
  EXPECT_TRUE(hear(wire).empty()) << "a challenge that belongs to no command";
  const link::Nonce nonce{9, 9, 9};
  tell(wire, link::Challenge{command->command, nonce});
  const auto go = link::decode_run(hear(wire));
  ASSERT_TRUE(go.ok());
  EXPECT_EQ(go->nonce, nonce);
  EXPECT_LE(go->valid_s, link::run_valid_s_max);
  tell(wire, link::CommandResult{command->command, true, audit::reason_none});
  ASSERT_TRUE(outcome_of(answer).ok());
  EXPECT_TRUE(outcome_of(answer)->done);
}

TEST_F(LinkHubTest, AResultIsHeardBeforeTheRecordsInFrontOfItAreCommitted) {
  activate();
  Wire& wire = link_up();
  std::optional<Outcome<CommandAnswer>> answer;
  unlock(answer);
  const auto command = link::decode_command(hear(wire));
  ASSERT_TRUE(command.ok());
  tell(wire, link::Challenge{command->command, link::Nonce{9}});
  ASSERT_TRUE(link::decode_run(hear(wire)).ok());
  std::vector<std::string> heard;
  hub_->on_records() = [&](std::size_t) { heard.emplace_back("records"); };
  hub_->on_command() = [&](std::string_view) { heard.emplace_back("result"); };
  const Blob before = write_records(1);
  const Blob after = write_records(1);
  const std::vector<Blob> frames{frame_of(link::Records{before}),
                                 frame_of(link::CommandResult{command->command, true, audit::reason_none}),
                                 frame_of(link::Records{after})};
  run([&]() -> Task<void> {
    for (const Blob& frame : frames) co_await wire.handler->on_message(frame);
    co_await settle();
  });
  EXPECT_TRUE(outcome_of(answer).ok());
  EXPECT_EQ(heard, (std::vector<std::string>{"result", "records", "records"}));
}

TEST_F(LinkHubTest, ACommandIsNeverKeptForALockThatIsNotThere) {
  activate();
  const auto answer =
      result_of<Outcome<CommandAnswer>>([this] { return hub_->command(name_, link::Action::kUnlock, on_record()); });
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, "lock_offline");
}

// [rule: L7]
TEST_F(LinkHubTest, ACommandEndsWithItsConnection) {
  activate();
  Wire& wire = link_up();
  std::optional<Outcome<CommandAnswer>> answer;
  unlock(answer);
  (void)hear(wire);
  hang_up(wire);
  EXPECT_EQ(outcome_of(answer).error().code, "lock_did_not_answer");
  Wire& again = link_up();
  tell(again, status());
  for (Blob message = hear(again); !message.empty(); message = hear(again))
    EXPECT_NE(message[0], 0x43) << "not after a reconnect";
}

// [rule: L8]
TEST_F(LinkHubTest, TheTimeIsAnsweredWithTheLocksNonce) {
  activate();
  Wire& wire = link_up();
  const link::Nonce nonce{1, 2, 3};
  tell(wire, link::TimeAsk{nonce});
  const auto time = link::decode_time(hear(wire));
  ASSERT_TRUE(time.ok());
  EXPECT_EQ(time->nonce, nonce);
  EXPECT_LE(now().value - time->time, 2u);
}

TEST_F(LinkHubTest, TheHubsOwnMessagesAreRefusedFromALock) {
  activate();
  Wire& wire = link_up();
  tell(wire, link::Fetch{1});
  EXPECT_EQ(wire.socket->close_code, 4400);
}

// --- Files ---

Blob list_of(const std::vector<Blob>& messages) {
  Blob out(60'000);
  ByteWriter writer(out);
  for (const Blob& message : messages) link::append_to_list(message, writer);
  out.resize(writer.size());
  return out;
}
template <class Message>
Blob plain(const Message& message) {
  Blob out(link::message_size_bytes_max);
  ByteWriter writer(out);
  encode(message, writer);
  out.resize(writer.size());
  return out;
}

class LinkFileTest : public LinkHubTest {
 protected:
  Outcome<Blob> bring(const Blob& file) {
    return result_of<Outcome<Blob>>([this, &file] { return hub_->exchange_file(name_, file); });
  }
  std::string refusal(const Blob& file) {
    const auto answer = bring(file);
    return answer.ok() ? "taken" : answer.error().code;
  }
  Blob write_file(ByteSpan content, link::Nonce nonce = {5}) {
    Blob file(content.size() + 64);
    file.resize(
        link::seal_file(provider_, k_session_, {link::FileKind::kFromLock, name_.lock, nonce, {}}, content, file).value());
    return file;
  }
  void activate_by_file() {
    claim();
    const auto ask = make_ask(secret_);
    ASSERT_EQ(take_answer(bring(Blob(ask.begin(), ask.end())).value()), Status::kOk);
  }
};

TEST_F(LinkFileTest, WhatIsNoFileOfThisLockIsRefused) {
  activate_by_file();
  EXPECT_EQ(refusal({}), "file_malformed");
  EXPECT_EQ(refusal(Blob(100, 0x41)), "file_malformed");
  Blob file = write_file(list_of({plain(status())}));
  file[40] ^= 1;
  EXPECT_EQ(refusal(file), "file_forged");
  EXPECT_EQ(refusal(write_file(list_of({plain(link::Fetch{1})}))), "file_malformed");
  link::FileHeader header{link::FileKind::kFromLock, name_.lock, {}, {}};
  header.lock.value[0] ^= 1;
  Blob other(200);
  other.resize(link::seal_file(provider_, k_session_, header, list_of({plain(status())}), other).value());
  EXPECT_EQ(refusal(other), "file_malformed");
}

TEST_F(LinkFileTest, ALinkFileBeforeTheActivationSaysWhatToDo) {
  claim();
  k_session_ = provider_.import_key(KeyKind::kMac, KeyBytes()).value();
  EXPECT_EQ(refusal(write_file(list_of({plain(status())}))), "lock_not_active");
}

// [rule: L10] [rule: L12]
TEST_F(LinkFileTest, AFileBringsRecordsAndTakesBackTimeReceiptAndDesiredState) {
  activate_by_file();
  const Blob records = write_records(2);
  const link::Nonce nonce{8, 8};
  const Blob file = write_file(list_of({plain(status()), plain(link::Records{records})}), nonce);
  const Blob answer = bring(file).value();
  EXPECT_EQ(events("access.refused"), 2);
  EXPECT_EQ(number("SELECT count(*) FROM locks WHERE state = 'active'"), 1) << "a first good file stands for done";
  EXPECT_EQ(link::decode_file_header(answer)->nonce, nonce);
  Blob content(answer.size());
  content.resize(link::open_file(provider_, k_session_, answer, content).value());
  ByteReader list(content);
  EXPECT_EQ(link::decode_time(link::take_from_list(list))->nonce, nonce);
  EXPECT_EQ(link::decode_receipt(link::take_from_list(list))->seq, 2u);
  EXPECT_TRUE(link::decode_desired(link::take_from_list(list)).ok());
  EXPECT_TRUE(list.rest().empty());
  EXPECT_NE(bring(file).value(), answer) << "two answers never share a key";
}

TEST_F(LinkFileTest, AFileWithDoneInFrontIsTakenAsOftenAsTheLockHasHadNoAnswer) {
  activate_by_file();
  for (int i = 0; i < 2; ++i) {
    Blob file = write_file(list_of({plain(status())}));
    file.insert(file.begin(), done_.begin(), done_.end());
    EXPECT_TRUE(bring(file).ok());
  }
  EXPECT_EQ(number("SELECT count(*) FROM locks WHERE state = 'active'"), 1);
  EXPECT_EQ(refusal(Blob(done_.begin(), done_.end())), "file_malformed") << "no file behind it";
}

TEST_F(LinkFileTest, AnOldFileIsStaleAndBreaksNothing) {
  activate_by_file();
  const Blob before = write_file(list_of({plain(status())}));
  const Blob records = write_records(2);
  ASSERT_TRUE(bring(write_file(list_of({plain(status()), plain(link::Records{records})}))).ok());
  EXPECT_EQ(refusal(before), "file_stale");
  EXPECT_EQ(events("lock.chain_broken"), 0);
}

// --- Firmware images ---

/// A want that ends before it says anything.
struct BrokenWant {};
void encode(const BrokenWant&, ByteWriter& out) { out.u8(static_cast<std::uint8_t>(link::MessageType::kImageWant)); }

class LinkHubImagesTest : public LinkHubTest {
 protected:
  /// A campaign that runs and has come to the lock.
  void begin_campaign() {
    for (std::size_t i = 0; i < image_.size(); ++i) image_[i] = static_cast<std::uint8_t>(i * 7 + i / 256);
    run([this]() -> Task<void> {
      const auto done = co_await store_->write([this](Transaction& tx) -> Task<Outcome<Done>> {
        co_await insert_campaign(tx);
        co_return Done{};
      });
      CARDEA_ASSERT(done.ok());
    });
  }
  Task<void> insert_campaign(Transaction& tx) {
    const FirmwareImageId image = FirmwareImageId::make();
    const CampaignId campaign = CampaignId::make();
    co_await tx.execute(
        "INSERT INTO firmware_images (workspace, image, digest, size_bytes, security_counter, major, minor, revision, build, "
        "vendor, device_class, signer, created_at, created_by) VALUES (?1, ?2, ?3, ?4, 7, 1, 2, 3, 4, x'', x'', x'', 0, '')",
        workspace_, image, digest_, image_.size());
    constexpr std::size_t chunk = usecases::firmware_chunk_size_bytes;
    for (std::size_t i = 0; i * chunk < image_.size(); ++i)
      co_await tx.execute("INSERT INTO firmware_chunks (workspace, image, number, bytes) VALUES (?1, ?2, ?3, ?4)", workspace_,
                          image, i, ByteSpan(image_).subspan(i * chunk, std::min(chunk, image_.size() - i * chunk)));
    co_await tx.execute(
        "INSERT INTO firmware_campaigns (workspace, campaign, name, image, state, patience_s, created_at, created_by) VALUES "
        "(?1, ?2, 'c', ?3, 'running', 86400, 0, '')",
        workspace_, campaign, image);
    co_await tx.execute(
        "INSERT INTO firmware_rings (workspace, campaign, ring, name, soak_s, failures_max, lock_count, begun_at) VALUES (?1, "
        "?2, 0, 'all', 0, 0, 1, ?3)",
        workspace_, campaign, now());
    co_await tx.execute(
        "INSERT INTO firmware_campaign_locks (workspace, campaign, lock, ring, changed_at) VALUES (?1, ?2, ?3, 0, 0)",
        workspace_, campaign, name_.lock);
    co_await tx.execute("UPDATE locks SET campaign = ?2 WHERE workspace = ?1", workspace_, campaign);
  }
  void set_campaign(const char* state) {
    run([this, state]() -> Task<void> {
      const auto done = co_await store_->write([this, state](Transaction& tx) -> Task<Outcome<Done>> {
        co_await tx.execute("UPDATE firmware_campaigns SET state = ?2 WHERE workspace = ?1", workspace_, state);
        co_return Done{};
      });
      CARDEA_ASSERT(done.ok());
      hub_->image_changed(name_);
      co_await settle();
    });
  }
  /// A connection that has said its status, and heard everything but an offer.
  Wire& linked() {
    Wire& wire = link_up();
    tell(wire, status());
    return wire;
  }
  std::optional<update::Offer> offered(Wire& wire) {
    for (Blob message = hear(wire); !message.empty(); message = hear(wire))
      if (message[0] == static_cast<std::uint8_t>(link::MessageType::kImageOffer)) return update::decode_offer(message).value();
    return std::nullopt;
  }
  /// What comes for a want; empty when nothing does.
  Blob piece_at(Wire& wire, std::uint32_t offset, std::uint16_t count = 1'024) {
    tell(wire, update::Want{digest_, offset, count});
    const Blob message = hear(wire);
    if (message.empty()) return {};
    const auto piece = update::decode_piece(message).value();
    EXPECT_EQ(piece.digest, digest_);
    EXPECT_EQ(piece.offset, offset);
    return {piece.bytes.begin(), piece.bytes.end()};
  }
  Blob part(std::size_t offset, std::size_t count) const {
    return {image_.begin() + static_cast<std::ptrdiff_t>(offset), image_.begin() + static_cast<std::ptrdiff_t>(offset + count)};
  }
  std::int64_t locks_that_are(const std::string& state) {
    statements_.push_back("SELECT count(*) FROM firmware_campaign_locks WHERE state = '" + state + "'");
    return number(statements_.back().c_str());
  }

  Blob image_ = Blob(40'000);
  Digest digest_{0xd1, 0xd2};
};

TEST_F(LinkHubImagesTest, WithoutACampaignNothingIsOfferedAndNoPieceIsSent) {
  activate();
  Wire& wire = linked();
  EXPECT_FALSE(offered(wire));
  EXPECT_TRUE(piece_at(wire, 0).empty());
  tell(wire, update::Report{digest_, update::ImageState::kConfirmed, 0, Status::kOk});
  EXPECT_EQ(wire.socket->close_code, 0);
}

TEST_F(LinkHubImagesTest, AWantThatMeansNothingGetsNoPiece) {
  activate();
  begin_campaign();
  Wire& wire = linked();
  ASSERT_TRUE(offered(wire));
  EXPECT_TRUE(piece_at(wire, 40'000).empty()) << "behind its end";
  EXPECT_TRUE(piece_at(wire, 0xffffffff).empty());
  tell(wire, update::Want{{9}, 0, 1});
  EXPECT_TRUE(hear(wire).empty()) << "of another image";
  tell(wire, BrokenWant{});
  EXPECT_EQ(wire.socket->close_code, 4400);
}

// [rule: I1]
TEST_F(LinkHubImagesTest, AnImageIsOfferedAtEachConnectionAndItsPiecesAreThoseAskedFor) {
  activate();
  begin_campaign();
  for (int connection = 0; connection < 2; ++connection) {
    Wire& wire = linked();
    const auto offer = offered(wire);
    ASSERT_TRUE(offer);
    EXPECT_EQ(offer->size_bytes, 40'000u);
    EXPECT_EQ(offer->digest, digest_);
    EXPECT_EQ(offer->security_counter, 7u);
    EXPECT_EQ(offer->version, (update::Version{1, 2, 3, 4}));
    tell(wire, status());
    EXPECT_FALSE(offered(wire)) << "once a connection";
    EXPECT_EQ(piece_at(wire, 0), part(0, 1'024));
    EXPECT_EQ(piece_at(wire, 16'000), part(16'000, 384)) << "to the end of what is read at once";
    EXPECT_EQ(piece_at(wire, 16'384, 100), part(16'384, 100));
    EXPECT_EQ(piece_at(wire, 39'999), part(39'999, 1));
    hang_up(wire);
  }
}

TEST_F(LinkHubImagesTest, TheLocksWordIsKept) {
  activate();
  begin_campaign();
  Wire& wire = linked();
  ASSERT_TRUE(offered(wire));
  EXPECT_EQ(locks_that_are("offered"), 1);
  tell(wire, update::Report{digest_, update::ImageState::kArriving, 4'096, Status::kOk});
  EXPECT_EQ(number("SELECT standing_bytes FROM firmware_campaign_locks"), 4'096);
  EXPECT_FALSE(piece_at(wire, 36'000).empty());
  EXPECT_EQ(number("SELECT standing_bytes FROM firmware_campaign_locks"), 36'000);
  tell(wire, update::Report{digest_, update::ImageState::kConfirmed, 0, Status::kOk});
  EXPECT_EQ(locks_that_are("confirmed"), 1);
  EXPECT_EQ(events("lock.updated"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM firmware_campaigns WHERE state = 'done'"), 1);
}

TEST_F(LinkHubImagesTest, PausedTheNextPieceIsNotSentAndResumedItGoesOn) {
  activate();
  begin_campaign();
  Wire& wire = linked();
  ASSERT_TRUE(offered(wire));
  EXPECT_FALSE(piece_at(wire, 0).empty());
  set_campaign("paused");
  EXPECT_TRUE(piece_at(wire, 1'024).empty());
  set_campaign("running");
  ASSERT_TRUE(offered(wire));
  EXPECT_FALSE(piece_at(wire, 1'024).empty());
}

TEST_F(LinkHubImagesTest, AfterARestartOfThePlatformTheLockGoesOnWhereItWas) {
  activate();
  begin_campaign();
  Wire& before = linked();
  ASSERT_TRUE(offered(before));
  tell(before, update::Report{digest_, update::ImageState::kArriving, 4'096, Status::kOk});
  hub_ = std::make_unique<LinkHub>(loop_, *store_, *keys_, [](const LinkNote&) {});
  Wire& wire = linked();
  ASSERT_TRUE(offered(wire));
  EXPECT_EQ(locks_that_are("arriving"), 1);
  EXPECT_EQ(piece_at(wire, 4'096), part(4'096, 1'024));
  tell(wire, update::Report{digest_, update::ImageState::kWaiting, 0, Status::kOk});
  hub_ = std::make_unique<LinkHub>(loop_, *store_, *keys_, [](const LinkNote&) {});
  Wire& last = linked();
  ASSERT_TRUE(offered(last));
  EXPECT_EQ(locks_that_are("waiting_for_start"), 1);
  tell(last, update::Report{digest_, update::ImageState::kConfirmed, 0, Status::kOk});
  EXPECT_EQ(number("SELECT count(*) FROM firmware_campaigns WHERE state = 'done'"), 1);
}

TEST_F(LinkHubImagesTest, APieceWaitsUntilWhoStandsAtTheDoorIsIn) {
  activate();
  begin_campaign();
  Wire& wire = linked();
  ASSERT_TRUE(offered(wire));
  std::optional<Outcome<CommandAnswer>> answer;
  unlock(answer);
  const auto command = link::decode_command(hear(wire));
  ASSERT_TRUE(command.ok());
  EXPECT_TRUE(piece_at(wire, 0).empty());
  tell(wire, link::Challenge{command->command, link::Nonce{9}});
  ASSERT_TRUE(link::decode_run(hear(wire)).ok());
  EXPECT_TRUE(hear(wire).empty());
  tell(wire, link::CommandResult{command->command, true, audit::reason_none});
  EXPECT_TRUE(outcome_of(answer)->done);
  EXPECT_TRUE(update::decode_piece(hear(wire)).ok());
}

}  // namespace
}  // namespace cardea::server
