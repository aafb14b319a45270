// SPDX-License-Identifier: Apache-2.0
#include "server/store/sqlite_store.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <thread>

#include "server/domain/instant.hpp"
#include "server/store/migrations.hpp"
#include "server/store/process_lock.hpp"
#include "server/store/sqlite_connection.hpp"

namespace cardea::server {
namespace {

class SqliteTransaction final : public Transaction {
 public:
  explicit SqliteTransaction(SqliteConnection& connection) : connection_(&connection) {}

 private:
  bool run(std::string_view sql, std::span<const Parameter> parameters, Rows& out) override {
    connection_->run(sql, parameters, out);
    return true;
  }
  SqliteConnection* connection_;
};

/// One body in the queue or in a group, and how it ended.
struct Waiting {
  const std::function<Task<bool>(Transaction&)>* body = nullptr;
  std::coroutine_handle<> caller;
  bool ran = false;
  bool wants_commit = false;
  std::optional<Problem> problem;
  std::exception_ptr exception;
};

void report(const SqliteOptions& options, const StoreError& error) {
  if (options.on_failure && error.kind() != StoreError::Kind::kConstraint) options.on_failure(error.what());
}

/// Runs a body to its end, for the first time or again; what leaves it stays in `waiting`.
void run_to_end(Waiting& waiting, Transaction& transaction, const SqliteOptions& options) {
  waiting.ran = true;
  waiting.wants_commit = false;
  waiting.problem.reset();
  waiting.exception = nullptr;
  try {
    Task<bool> task = (*waiting.body)(transaction);
    // A body that awaits the world would hold up everybody's commit: our own bug.
    CARDEA_ASSERT(task.run_without_waiting());
    waiting.wants_commit = task.take();
  } catch (const StoreError& error) {
    waiting.problem = error.problem();
    if (error.kind() == StoreError::Kind::kBug) waiting.exception = std::current_exception();
    report(options, error);
  } catch (...) {
    waiting.exception = std::current_exception();
  }
}

/// The thread that does COMMIT and nothing else.
class Committer {
 public:
  explicit Committer(SqliteConnection& connection) : connection_(&connection), thread_([this] { run(); }) {}
  ~Committer() {
    {
      const std::lock_guard guard(mutex_);
      quit_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }
  /// Commits the open transaction, then calls `done` on this thread with the failure, if any. Until then the connection is its.
  void commit(std::move_only_function<void(std::optional<StoreError>)> done) {
    {
      const std::lock_guard guard(mutex_);
      order_ = std::move(done);
    }
    wake_.notify_one();
  }

 private:
  void run() {
    std::unique_lock guard(mutex_);
    while (true) {
      wake_.wait(guard, [this] { return quit_ || order_; });
      if (!order_) return;
      auto done = std::exchange(order_, nullptr);
      guard.unlock();
      done(commit_now());
      guard.lock();
    }
  }
  std::optional<StoreError> commit_now() {
    try {
      connection_->run("COMMIT");
      return std::nullopt;
    } catch (const StoreError& error) {
      if (connection_->in_transaction()) connection_->run("ROLLBACK");
      return error;
    }
  }

  SqliteConnection* connection_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool quit_ = false;
  std::move_only_function<void(std::optional<StoreError>)> order_;
  std::thread thread_;
};

}  // namespace

struct SqliteStore::State : std::enable_shared_from_this<State> {
  State(Loop& on, const SqliteOptions& what, ProcessLock held)
      : loop(on), options(what), lock(std::move(held)), writer(what.file), reader(what.file) {}

  void enqueue(Waiting& body) {
    waiting.push_back(&body);
    schedule();
  }

  /// Two trips through the loop: whoever's request is readable now gets into this group.
  void schedule() {
    if (committing || scheduled || waiting.empty()) return;
    scheduled = true;
    loop.post([weak = weak_from_this()] {
      const auto self = weak.lock();
      if (!self) return;
      self->loop.post([weak] {
        if (const auto again = weak.lock()) again->run_group();
      });
    });
  }

  void run_group() {
    scheduled = false;
    if (committing || waiting.empty()) return;
    std::vector<Waiting*> group;
    try {
      writer.run("BEGIN IMMEDIATE");
      while (!waiting.empty() && group.size() < options.group_size_max) {
        group.push_back(waiting.front());
        waiting.pop_front();
      }
      if (!run_plainly(group)) run_in_savepoints(group);
      if (!writer.in_transaction()) throw StoreError(StoreError::Kind::kFailed, "the group's transaction ended by itself");
    } catch (const StoreError& error) {
      if (group.empty()) {  // BEGIN failed: nobody gets anywhere now
        group.assign(waiting.begin(), waiting.end());
        waiting.clear();
      }
      give_up(group, error);
      return;
    }
    commit(std::move(group));
  }

  /// Savepoints copy every page before it is written, and few bodies change something and then refuse. False when one did: then
  /// nothing of the group is done.
  bool run_plainly(const std::vector<Waiting*>& group) {
    SqliteTransaction transaction(writer);
    for (Waiting* body : group) {
      const std::int64_t changes = writer.change_count();
      run_to_end(*body, transaction, options);
      if (!writer.in_transaction()) return true;  // a full disk may end the whole transaction
      if (body->wants_commit || writer.change_count() == changes) continue;
      writer.run("ROLLBACK");
      writer.run("BEGIN IMMEDIATE");
      return false;
    }
    return true;
  }

  void run_in_savepoints(const std::vector<Waiting*>& group) {
    SqliteTransaction transaction(writer);
    for (Waiting* body : group) body->ran = false;
    for (Waiting* body : group) {
      writer.run("SAVEPOINT body");
      run_to_end(*body, transaction, options);
      if (!writer.in_transaction()) return;
      if (!body->wants_commit) writer.run("ROLLBACK TO body");
      writer.run("RELEASE body");
    }
  }

  /// None of the group remains. A body that failed by itself keeps its own reason; the last one that ran may be what ended the
  /// group.
  void give_up(const std::vector<Waiting*>& group, const StoreError& error) {
    report(options, error);
    if (writer.in_transaction()) writer.run("ROLLBACK");
    Problem why = error.problem();
    for (const Waiting* body : group)
      if (body->ran) why = body->problem.value_or(error.problem());
    for (Waiting* body : group)
      if (!body->ran || body->wants_commit) body->problem = why;
    complete(group);
  }

  void commit(std::vector<Waiting*> group) {
    committing = true;
    commit_began_at = std::chrono::steady_clock::now();
    committer.commit([weak = weak_from_this(), this, group = std::move(group)](std::optional<StoreError> error) mutable {
      loop.post([weak, group = std::move(group), error = std::move(error)] {
        if (const auto self = weak.lock()) self->committed(group, error);
      });
    });
  }

  void committed(const std::vector<Waiting*>& group, const std::optional<StoreError>& error) {
    committing = false;
    end_snapshot();
    if (error) report(options, *error);
    if (options.on_commit) {
      const auto took = std::chrono::steady_clock::now() - commit_began_at;
      options.on_commit(std::chrono::duration_cast<std::chrono::microseconds>(took), group.size(), !error);
    }
    for (Waiting* body : group) {
      if (error && body->wants_commit) body->problem = error->problem();
      if (!error && body->wants_commit) ++counts.bodies;
    }
    if (!error) ++counts.groups;
    complete(group);
  }

  void complete(const std::vector<Waiting*>& group) {
    for (Waiting* body : group) body->caller.resume();
    schedule();
  }

  /// Reads of one turn of the loop see one snapshot: to begin and end one takes two calls to the kernel, a third of what it
  /// costs to read a row. Whoever hears of a commit sees it: committed() ends the snapshot first.
  void read(Waiting& body) {
    try {
      begin_snapshot();
      SqliteTransaction transaction(reader);
      run_to_end(body, transaction, options);
    } catch (const StoreError& error) {
      body.problem = error.problem();
    }
  }

  void begin_snapshot() {
    if (reader.in_transaction()) return;
    reader.run("BEGIN");
    loop.post([weak = weak_from_this()] {
      if (const auto self = weak.lock()) self->end_snapshot();
    });
  }

  void end_snapshot() {
    if (reader.in_transaction()) reader.run("COMMIT");
  }

  Loop& loop;
  SqliteOptions options;
  ProcessLock lock;
  SqliteConnection writer;
  SqliteConnection reader;
  std::deque<Waiting*> waiting;
  bool scheduled = false;
  bool committing = false;
  std::chrono::steady_clock::time_point commit_began_at;
  Counts counts;
  Committer committer{writer};  // last: its thread ends before the connection closes
};

// --- Opening ---

namespace {

using Checksum = Bytes<SHA256_DIGEST_LENGTH>;

Checksum checksum_of(const Migration& migration) {
  Checksum checksum;
  SHA256(reinterpret_cast<const unsigned char*>(migration.sql.data()), migration.sql.size(), checksum.data());
  return checksum;
}

Rows query(SqliteConnection& connection, std::string_view sql, std::span<const Parameter> parameters = {}) {
  Rows rows;
  connection.run(sql, parameters, rows);
  return rows;
}

void set_up(SqliteConnection& connection, bool writes, std::uint32_t page_count_max) {
  connection.run_script(
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;"
      // In memory, too: what a body would be rolled back to. SQLite would write it to a file, at twenty pages a body.
      "PRAGMA cache_size = -16000; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF");
  if (!writes) connection.run_script("PRAGMA query_only = ON");
  if (page_count_max != 0) connection.run_script(fmt::format("PRAGMA max_page_count = {}", page_count_max));
}

/// How many of our migrations the database has, or why it is not one of ours.
Result<std::size_t, OpenFailure> applied_count(SqliteConnection& connection, const std::string& file) {
  connection.run_script(
      "CREATE TABLE IF NOT EXISTS migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum BLOB NOT NULL, "
      "applied_at INTEGER NOT NULL)");
  const Rows applied = query(connection, "SELECT name, checksum FROM migrations ORDER BY number");
  if (applied.size() > migrations().size())
    return OpenFailure{
        fmt::format("{} was written by a newer cardea-server: it has {} migrations, this one knows {}. Use the newer version.",
                    file, applied.size(), migrations().size())};
  for (std::size_t i = 0; i < applied.size(); ++i) {
    const Migration& ours = migrations()[i];
    const Checksum checksum = checksum_of(ours);
    if (applied[i].text(0) == ours.name && std::ranges::equal(applied[i].blob(1), checksum)) continue;
    return OpenFailure{fmt::format(
        "{}: migration {} in the database differs from {} of this cardea-server. Use the version that made the database, or "
        "start with a new state folder.",
        file, applied[i].text(0), ours.name)};
  }
  return applied.size();
}

/// Applies what is missing, all or nothing.
Result<bool, OpenFailure> migrate(SqliteConnection& connection, const std::string& file) {
  connection.run("BEGIN IMMEDIATE");
  const auto applied = applied_count(connection, file);
  if (!applied) return applied.error();
  for (const Migration& migration : migrations().subspan(*applied)) {
    connection.run_script(std::string(migration.sql));
    const Checksum checksum = checksum_of(migration);
    const Parameter row[] = {migration.number, migration.name, checksum, now()};
    query(connection, "INSERT INTO migrations (number, name, checksum, applied_at) VALUES (?1, ?2, ?3, ?4)", row);
  }
  connection.run("COMMIT");
  return true;
}

OpenFailure failure_of(const std::string& file, const ProcessLock::Held& held) {
  if (held.by != 0)
    return {fmt::format("another cardea-server (pid {}) uses {}. Stop it, or choose another state folder with --state.",
                        held.by, file)};
  return {
      fmt::format("cannot lock {}.lock: {}. The state folder must exist and be writable.", file, std::strerror(held.error))};
}

}  // namespace

Result<std::unique_ptr<SqliteStore>, OpenFailure> SqliteStore::open(Loop& loop, const SqliteOptions& options) {
  const std::string file = options.file.string();
  auto lock = ProcessLock::take(file + ".lock");
  if (!lock) return failure_of(file, lock.error());
  try {
    auto state = std::make_shared<State>(loop, options, *std::move(lock));
    set_up(state->writer, true, options.page_count_max);
    if (const auto migrated = migrate(state->writer, file); !migrated) return migrated.error();
    set_up(state->reader, false, 0);
    return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(state)));
  } catch (const StoreError& error) {
    return OpenFailure{
        fmt::format("cannot open {}: {}. Is it a Cardea database, and is there space on the disk?", file, error.what())};
  }
}

SqliteStore::SqliteStore(std::shared_ptr<State> state) : state_(std::move(state)) {}
SqliteStore::~SqliteStore() = default;

SqliteStore::Counts SqliteStore::counts() const {
  Counts counts = state_->counts;
  counts.waiting = state_->waiting.size();
  return counts;
}

Task<std::optional<Problem>> SqliteStore::run_body(const Body& body, Access access) {
  struct Queued {
    State& state;
    Waiting& waiting;
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> caller) const {
      waiting.caller = caller;
      state.enqueue(waiting);
    }
    void await_resume() const noexcept {}
  };
  Waiting waiting;
  waiting.body = &body;
  if (access == Access::kRead)
    state_->read(waiting);
  else
    co_await Queued{*state_, waiting};
  if (waiting.exception) std::rethrow_exception(waiting.exception);
  co_return std::move(waiting.problem);
}

}  // namespace cardea::server
