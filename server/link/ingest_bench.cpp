// SPDX-License-Identifier: Apache-2.0
// link/ingest: the records of eight locks, from the opened frame to the signed receipt: each checked under its lock's chain and
// made an event, 64 to a transaction, committed. Beside it the same rows put into the same table by SQLite alone, prepared
// once, 64 to a transaction, under the same pragmas. By the clock on the wall, in turns, because both wait for the disk.
#include <sqlite3.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <stdexcept>

#include "core/audit/chain.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "server/base/run_to_end.hpp"
#include "server/keys/sealed_key_store.hpp"
#include "server/link/internal.hpp"
#include "server/store/sqlite_store.hpp"
#include "tools/bench/report.hpp"

namespace cardea::server {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t lock_count = 8;
constexpr std::size_t batches_a_turn = 4;
constexpr std::size_t batch_size = 64;  // link.md §3: what one message may carry
constexpr std::size_t events_a_turn = lock_count * batches_a_turn * batch_size;
constexpr std::size_t rows_a_transaction = lock_count * batch_size;
constexpr int turn_count = 21;

template <class T>
T value_of(Outcome<T> outcome) {
  if (!outcome) throw std::runtime_error(outcome.error().code + ": " + outcome.error().detail);
  return *std::move(outcome);
}

/// A folder that goes when it does.
struct Folder {
  Folder() {
    char name[] = "/tmp/cardea-ingest-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::filesystem::path path;
};

/// The lock's half: its activation, and records under its chain.
struct Lock {
  OpensslProvider provider;
  LockName name;
  audit::ChainState chain;

  Blob next_batch() {
    Blob out;
    for (std::size_t i = 0; i < batch_size; ++i) {
      audit::Record record;
      record.kind = audit::Kind::kEntryRefused;
      record.time = 1'800'000'000;
      record.reason = 3;
      CARDEA_ASSERT(audit::seal(provider, name.lock, chain, record) == Status::kOk);
      const audit::RecordBytes bytes = audit::encode(record);
      out.insert(out.end(), bytes.begin(), bytes.end());
    }
    return out;
  }
};

class House {
 public:
  House() {
    store_ = *SqliteStore::open(loop_, {.file = folder_.path / "cardea.db", .on_failure = {}});
    keys_ = SealedKeyStore::open(folder_.path / "keystore.sealed", {"", folder_.path / "platform.key"}).value();
    state_.emplace(LinkState{loop_, *store_, *keys_, [](const LinkNote&) {}, link_proof_max, link_epoch_max, {}, {}, {}});
    value_of(run_to_end(loop_, store_->write([this](Transaction& tx) { return build(tx); })));
    for (std::size_t i = 0; i < lock_count; ++i) activate(locks_.emplace_back(), static_cast<std::uint8_t>(i));
  }

  /// Events a second of one turn.
  double turn() {
    std::vector<std::vector<Blob>> batches(lock_count);
    for (std::size_t i = 0; i < lock_count; ++i)
      for (std::size_t j = 0; j < batches_a_turn; ++j) batches[i].push_back(locks_[i].next_batch());
    std::size_t running = lock_count;
    const auto begun = Clock::now();
    for (std::size_t i = 0; i < lock_count; ++i) spawn(deliver(locks_[i], batches[i], running));
    loop_.run();
    return static_cast<double>(events_a_turn) / std::chrono::duration<double>(Clock::now() - begun).count();
  }

  [[nodiscard]] std::filesystem::path database() const { return folder_.path / "cardea.db"; }

 private:
  Task<Outcome<Done>> build(Transaction& tx) {
    const SiteId site = SiteId::make();
    co_await tx.execute("INSERT INTO workspaces (workspace, name, settings, created_at) VALUES (?1, 'w', '{}', 0)", workspace_);
    co_await tx.execute("INSERT INTO sites (workspace, site, name, created_at) VALUES (?1, ?2, 's', 0)", workspace_, site);
    for (DoorId& door : doors_) {
      door = DoorId::make();
      const std::string name = door.text();
      co_await tx.execute("INSERT INTO doors (workspace, door, site, name, zone, created_at) VALUES (?1, ?2, ?3, ?4, 'UTC', 0)",
                          workspace_, door, site, name);
    }
    co_return Done{};
  }

  Task<Outcome<Done>> claim(Transaction& tx, const Lock& lock, DoorId door, const Secret<16>& secret) {
    const Blob sealed = keys_->seal_claim_secret(lock.name, secret).value();
    co_await tx.execute(
        "INSERT INTO locks (workspace, lock, door, state, settings, claim_sealed, claimed_at) VALUES (?1, ?2, ?3, 'claimed', "
        "?4, "
        "?5, ?6)",
        workspace_, lock.name.lock, door,
        R"({"otp_digits":8,"code_digits":10,"code_epoch":0,"activation_window_s":259200,"only_keypad":false,"refuse_when_log_full":false,"time_step_max_s":86400,"open_ms":3000})",
        sealed, now());
    co_return Done{};
  }

  void activate(Lock& lock, std::uint8_t number) {
    lock.name.workspace = workspace_.bytes;
    lock.name.lock.value.fill(static_cast<std::uint8_t>(0x40 + number));
    Secret<16> secret;
    secret.mutable_bytes()[0] = number;
    const DoorId door = doors_[number];
    value_of(run_to_end(loop_, store_->write([&](Transaction& tx) { return claim(tx, lock, door, secret); })));
    activation::Ask ask{.lock = lock.name.lock,
                        .nonce = {},
                        .ephemeral = {},
                        .identity = {},
                        .lock_class = link::LockClass::kProtected,
                        .slot_count_max = 32};
    const KeyHandle ephemeral = lock.provider.p256_generate(KeyKind::kAgree, ask.ephemeral).value();
    lock.provider.release_key(lock.provider.p256_generate(KeyKind::kAgree, ask.identity).value());
    const activation::AskBytes bytes = activation::encode_ask(lock.provider, secret, ask).value();
    const AnsweredAsk answered = value_of(run_to_end(loop_, answer_ask(*state_, Blob(bytes.begin(), bytes.end()))));
    activation::Gift gift;
    activation::DoneBytes done{};
    CARDEA_ASSERT(activation::open_answer(lock.provider, secret, ephemeral, bytes, answered.answer, gift, done) == Status::kOk);
    lock.chain = {.key = gift.audit_seed, .next_seq = 1};
    value_of(run_to_end(loop_, confirm_activation(*state_, lock.name)));
  }

  Task<void> deliver(const Lock& lock, const std::vector<Blob>& batches, std::size_t& running) {
    for (const Blob& batch : batches) {
      const auto taken = co_await take_records(*state_, lock.name, batch, 1);
      CARDEA_ASSERT(taken.ok() && taken->new_count == batch_size);
      CARDEA_ASSERT(receipt_message(*keys_, lock.name.lock, taken->next_seq - 1, taken->last_tag).ok());
    }
    if (--running == 0) loop_.post([this] { loop_.stop(); });
  }

  Folder folder_;
  Loop loop_;
  std::unique_ptr<SqliteStore> store_;
  std::unique_ptr<SealedKeyStore> keys_;
  std::optional<LinkState> state_;
  WorkspaceId workspace_ = WorkspaceId::make();
  DoorId doors_[lock_count];
  std::deque<Lock> locks_;
};

void must(int code, sqlite3* database) {
  if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW) throw std::runtime_error(sqlite3_errmsg(database));
}

/// A database beside the house's with the same tables and nothing in front of SQLite.
class Raw {
 public:
  explicit Raw(const House& house) : from_(open(house.database())) {
    Loop loop;
    const std::filesystem::path file = folder_.path / "raw.db";
    SqliteStore::open(loop, {.file = file, .on_failure = {}})->reset();
    to_ = open(file);
    run("PRAGMA synchronous = FULL; PRAGMA foreign_keys = OFF; PRAGMA secure_delete = ON; PRAGMA cache_size = -16000");
    must(sqlite3_prepare_v2(to_, insert_, -1, &statement_, nullptr), to_);
  }
  ~Raw() {
    for (auto& row : rows_)
      for (sqlite3_value* value : row) sqlite3_value_free(value);
    sqlite3_finalize(statement_);
    sqlite3_close(to_);
    sqlite3_close(from_);
  }
  Raw(const Raw&) = delete;
  Raw& operator=(const Raw&) = delete;

  /// Rows a second of one turn: those of the house's turn before it.
  double turn() {
    read_newest();
    const auto begun = Clock::now();
    for (std::size_t first = 0; first < rows_.size(); first += rows_a_transaction) {
      run("BEGIN IMMEDIATE");
      for (std::size_t i = first; i < first + rows_a_transaction; ++i) insert(rows_[i]);
      run("COMMIT");
    }
    return static_cast<double>(events_a_turn) / std::chrono::duration<double>(Clock::now() - begun).count();
  }

 private:
  static constexpr int column_count = 15;
  static constexpr const char* insert_ =
      "INSERT INTO events (workspace, position, event, type, at, recorded_at, door, lock, lock_seq, person, header, "
      "body_sealed, "
      "leaf, record, site) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";

  static sqlite3* open(const std::filesystem::path& file) {
    sqlite3* database = nullptr;
    must(sqlite3_open(file.c_str(), &database), database);
    return database;
  }
  void run(const char* sql) { must(sqlite3_exec(to_, sql, nullptr, nullptr, nullptr), to_); }

  void read_newest() {
    for (auto& row : rows_)
      for (sqlite3_value* value : row) sqlite3_value_free(value);
    rows_.clear();
    sqlite3_stmt* newest = nullptr;
    must(sqlite3_prepare_v2(
             from_,
             "SELECT * FROM (SELECT workspace, position, event, type, at, recorded_at, door, lock, lock_seq, person, "
             "header, body_sealed, leaf, record, site FROM events ORDER BY position DESC LIMIT ?1) ORDER BY position",
             -1, &newest, nullptr),
         from_);
    must(sqlite3_bind_int64(newest, 1, events_a_turn), from_);
    while (sqlite3_step(newest) == SQLITE_ROW) {
      auto& row = rows_.emplace_back();
      for (int i = 0; i < column_count; ++i)
        row[static_cast<std::size_t>(i)] = sqlite3_value_dup(sqlite3_column_value(newest, i));
    }
    sqlite3_finalize(newest);
    CARDEA_ASSERT(rows_.size() == events_a_turn);
  }

  void insert(const std::array<sqlite3_value*, column_count>& row) {
    for (int i = 0; i < column_count; ++i) must(sqlite3_bind_value(statement_, i + 1, row[static_cast<std::size_t>(i)]), to_);
    must(sqlite3_step(statement_), to_);
    must(sqlite3_reset(statement_), to_);
  }

  Folder folder_;
  sqlite3* from_;
  sqlite3* to_ = nullptr;
  sqlite3_stmt* statement_ = nullptr;
  std::vector<std::array<sqlite3_value*, column_count>> rows_;
};

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

CARDEA_BENCH(link_ingest) {
  House house;
  Raw raw(house);
  std::vector<double> ours, theirs, ratios;
  for (int i = 0; i < turn_count; ++i) {
    ours.push_back(house.turn());
    theirs.push_back(raw.turn());
    ratios.push_back(ours.back() / theirs.back());
  }
  report.add({.name = "link/ingest",
              .value = median(ours),
              .unit = "events/s",
              .reference = "SQLite alone, the same rows",
              .reference_value = median(theirs),
              .ratio = median(ratios),
              .target = bench::at_least_ratio(0.5)});
}

}  // namespace
}  // namespace cardea::server
