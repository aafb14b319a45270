// SPDX-License-Identifier: Apache-2.0
#pragma once
// The store: the system of record behind one awaitable interface. SQLite stands behind it today (sqlite_store.hpp);
// PostgreSQL in pipeline mode fits behind the same calls.
//
//   CARDEA_CO_ASSIGN(const Door door, co_await store.write([&](Transaction& tx) -> Task<Outcome<Door>> {
//     const Rows rows = co_await tx.execute("SELECT name FROM doors WHERE workspace = ?1 AND door = ?2", workspace, door_id);
//     if (rows.empty()) co_return not_found("door");
//     co_await tx.execute("UPDATE doors SET name = ?3 WHERE workspace = ?1 AND door = ?2", workspace, door_id, name);
//     co_return Door{...};
//   }));
//
// SQL: parameters are ?1, ?2 …; what SQLite and PostgreSQL both understand. Every table's primary key begins with the
// workspace, and so does every WHERE. Ids are stored as their 16 bytes, instants as unix seconds, JSON as text.

#include <array>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/time.hpp"
#include "server/base/task.hpp"
#include "server/domain/id.hpp"
#include "server/domain/problem.hpp"

namespace cardea::server {

using Blob = std::vector<std::uint8_t>;

/// A value on its way into a statement: a view, valid as long as what it was made from.
class Parameter {
 public:
  using Variant = std::variant<std::monostate, std::int64_t, std::string_view, ByteSpan>;

  // Implicit on purpose: they stand in argument lists.
  Parameter(std::nullptr_t) {}  // NOLINT
  template <std::integral T>
  Parameter(T value) : value_(static_cast<std::int64_t>(value)) {}        // NOLINT
  Parameter(std::string_view text) : value_(text) {}                      // NOLINT
  Parameter(const std::string& text) : value_(std::string_view(text)) {}  // NOLINT
  Parameter(const char* text) : value_(std::string_view(text)) {}         // NOLINT
  Parameter(ByteSpan bytes) : value_(bytes) {}                            // NOLINT
  Parameter(const Blob& bytes) : value_(ByteSpan(bytes)) {}               // NOLINT
  template <std::size_t N>
  Parameter(const Bytes<N>& bytes) : value_(ByteSpan(bytes)) {}  // NOLINT
  template <class Kind>
  Parameter(const Id<Kind>& id) : value_(ByteSpan(id.bytes)) {}                   // NOLINT
  Parameter(const LockId& id) : value_(ByteSpan(id.value)) {}                     // NOLINT
  Parameter(UnixSeconds time) : value_(static_cast<std::int64_t>(time.value)) {}  // NOLINT
  template <class T>
  Parameter(const std::optional<T>& value) : value_(value ? Parameter(*value).value_ : Variant{}) {}  // NOLINT

  [[nodiscard]] const Variant& value() const { return value_; }

 private:
  Variant value_;
};

/// A value as it was read.
using Value = std::variant<std::monostate, std::int64_t, std::string, Blob>;

/// One row of a result. Asking for a column as another type than it has is our own bug: std::logic_error.
class Row {
 public:
  Row(const Value* values, std::size_t count) : values_(values), count_(count) {}

  [[nodiscard]] bool is_null(std::size_t column) const { return std::holds_alternative<std::monostate>(at(column)); }
  [[nodiscard]] std::int64_t integer(std::size_t column) const { return as<std::int64_t>(column); }
  [[nodiscard]] bool boolean(std::size_t column) const { return integer(column) != 0; }
  [[nodiscard]] UnixSeconds time(std::size_t column) const { return {static_cast<std::uint64_t>(integer(column))}; }
  [[nodiscard]] const std::string& text(std::size_t column) const { return as<std::string>(column); }
  [[nodiscard]] const Blob& blob(std::size_t column) const { return as<Blob>(column); }
  /// `row.id<DoorId>(0)`.
  template <class AnyId>
  [[nodiscard]] AnyId id(std::size_t column) const {
    AnyId out;
    const Blob& bytes = blob(column);
    if (bytes.size() != out.bytes.size()) throw std::logic_error("a column that is no id was read as one");
    std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
    return out;
  }
  /// The same for a column that may be NULL: `row.maybe(3, &Row::time)`.
  template <class T>
  [[nodiscard]] std::optional<std::remove_cvref_t<T>> maybe(std::size_t column, T (Row::*get)(std::size_t) const) const {
    if (is_null(column)) return std::nullopt;
    return (this->*get)(column);
  }

 private:
  [[nodiscard]] const Value& at(std::size_t column) const {
    if (column >= count_) throw std::logic_error("a column that was not selected was read");
    return values_[column];
  }
  template <class T>
  [[nodiscard]] const T& as(std::size_t column) const {
    const T* value = std::get_if<T>(&at(column));
    if (value == nullptr) throw std::logic_error("a column was read as another type than it has");
    return *value;
  }
  const Value* values_;
  std::size_t count_;
};

/// A result: its rows, and how many rows a statement without a result changed.
class Rows {
 public:
  std::size_t column_count = 0;
  std::vector<Value> values;
  std::size_t changed = 0;

  [[nodiscard]] std::size_t size() const { return column_count == 0 ? 0 : values.size() / column_count; }
  [[nodiscard]] bool empty() const { return values.empty(); }
  [[nodiscard]] Row operator[](std::size_t row) const { return {values.data() + row * column_count, column_count}; }
  [[nodiscard]] Row front() const { return (*this)[0]; }
  /// The first column of every row.
  template <class AnyId>
  [[nodiscard]] std::vector<AnyId> ids() const {
    std::vector<AnyId> out;
    for (std::size_t i = 0; i < size(); ++i) out.push_back((*this)[i].template id<AnyId>(0));
    return out;
  }

  struct Iterator {
    const Rows* rows;
    std::size_t index;
    Row operator*() const { return (*rows)[index]; }
    Iterator& operator++() {
      ++index;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return index != other.index; }
  };
  [[nodiscard]] Iterator begin() const { return {this, 0}; }
  [[nodiscard]] Iterator end() const { return {this, size()}; }
};

/// The store could not do it. Thrown by `co_await tx.execute()`; write() and read() turn it into a Problem, so a body lets it
/// pass.
class StoreError : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t {
    kFull,        ///< no space left: 503 storage_full
    kFailed,      ///< the disk or the database failed: 503 storage_failed
    kConstraint,  ///< a key that exists already, or a reference to nothing: 409 conflict
    kBug,         ///< a statement of ours is wrong: 500 internal
  };
  StoreError(Kind kind, const std::string& what) : std::runtime_error(what), kind_(kind) {}
  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] Problem problem() const;

 private:
  Kind kind_;
};

class Transaction {
 public:
  /// `co_await tx.execute(sql, values...)`: runs one statement to its end. `sql` lives for ever (a literal).
  template <class... Values>
  [[nodiscard]] auto execute(std::string_view sql, const Values&... values) {
    return Execute<sizeof...(Values)>{*this, sql, {Parameter(values)...}, {}};
  }

  /// Of the request whose body this is now; "" for nobody's (traced_store.hpp).
  [[nodiscard]] const std::string& trace() const { return trace_; }
  void set_trace(std::string trace) { trace_ = std::move(trace); }

 protected:
  ~Transaction() = default;

 private:
  template <std::size_t N>
  struct Execute {
    Transaction& transaction;
    std::string_view sql;
    std::array<Parameter, N> parameters;
    Rows rows;
    bool await_ready() { return transaction.run(sql, parameters, rows); }
    void await_suspend(std::coroutine_handle<> caller) { transaction.wait(caller); }
    Rows await_resume() {
      transaction.finish(rows);
      return std::move(rows);
    }
  };
  /// True when `out` is complete (or it threw), false when wait() must follow; finish() then fills or throws.
  virtual bool run(std::string_view sql, std::span<const Parameter> parameters, Rows& out) = 0;
  virtual void wait(std::coroutine_handle<>) { std::terminate(); }
  virtual void finish(Rows&) {}

  std::string trace_;
};

class Store {
 public:
  virtual ~Store() = default;

  /// Runs `body`, a coroutine `Task<Outcome<T>>(Transaction&)`, as one transaction and returns its outcome after it is durable.
  /// A problem that the body returns, or an exception that leaves it, rolls back all that it did. When the store cannot make it
  /// durable, that is the problem, and nothing of it remains.
  ///
  /// A body awaits nothing but its transaction (a disk must not wait for the world), may run more than once (a database that
  /// serialises says so), and has no effect but through the transaction and its return value.
  template <class Body>
  auto write(Body body) -> std::invoke_result_t<Body&, Transaction&> {
    return run(std::move(body), Access::kWrite);
  }

  /// The same for a body that only reads: it sees one committed state, and does not wait for writers.
  template <class Body>
  auto read(Body body) -> std::invoke_result_t<Body&, Transaction&> {
    return run(std::move(body), Access::kRead);
  }

 protected:
  enum class Access : std::uint8_t { kRead, kWrite };
  /// True: commit. False: roll back.
  using Body = std::function<Task<bool>(Transaction&)>;
  /// Nothing, or why `body` is not durable although it asked for a commit. Rethrows what left the body.
  virtual Task<std::optional<Problem>> run_body(const Body& body, Access access) = 0;

 private:
  template <class B>
  auto run(B body, Access access) -> std::invoke_result_t<B&, Transaction&> {
    using Returned = decltype(std::declval<std::invoke_result_t<B&, Transaction&>>().take());
    std::optional<Returned> outcome;
    auto erased = [&outcome, &body](Transaction& transaction) -> Task<bool> {
      outcome.emplace(co_await body(transaction));
      co_return outcome->ok();
    };
    const Body by_reference = std::ref(erased);
    if (auto problem = co_await run_body(by_reference, access)) co_return std::move(*problem);
    co_return std::move(*outcome);
  }
};

}  // namespace cardea::server
