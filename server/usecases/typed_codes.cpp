// SPDX-License-Identifier: Apache-2.0
#include "server/usecases/typed_codes.hpp"

#include <fmt/format.h>

#include <set>

namespace cardea::server::usecases {

namespace {

constexpr int slot_number_count = 256;

// --- Slots ---

/// Of a slot that was never used: 0, unless a restored backup may not know of uses (restore.hpp).
Task<std::uint16_t> first_generation(Transaction& tx, WorkspaceId workspace, LockRef lock) {
  const Rows rows =
      co_await tx.execute("SELECT generation_floor FROM locks WHERE workspace = ?1 AND lock = ?2", workspace, lock);
  co_return static_cast<std::uint16_t>(rows.front().integer(0));
}

/// The lowest number that was never used; slot_number_count when there is none.
Task<int> unused_number(Transaction& tx, WorkspaceId workspace, LockRef lock) {
  const Rows rows =
      co_await tx.execute("SELECT slot FROM slots WHERE workspace = ?1 AND lock = ?2 ORDER BY slot", workspace, lock);
  int number = 0;
  for (const Row row : rows)
    if (row.integer(0) == number) ++number;
  co_return number;
}

/// A lock has a place for each of its slots, and a number that is new to it begins where the numbers were that had to make
/// room: so one that was never used is better than a free one only while there are places left.
Task<std::optional<SlotGeneration>> choose_slot(Transaction& tx, LockRow lock) {
  const int unused = co_await unused_number(tx, lock.workspace, lock.id);
  if (unused >= lock.slot_count) {
    const Rows free = co_await tx.execute(
        "SELECT slot, generation FROM slots WHERE workspace = ?1 AND lock = ?2 AND state = 'free' ORDER BY freed_at, slot "
        "LIMIT 1",
        lock.workspace, lock.id);
    if (!free.empty())
      co_return SlotGeneration{static_cast<std::uint8_t>(free.front().integer(0)),
                               static_cast<std::uint16_t>(free.front().integer(1))};
  }
  if (unused >= slot_number_count) co_return std::nullopt;
  co_return SlotGeneration{static_cast<std::uint8_t>(unused), co_await first_generation(tx, lock.workspace, lock.id)};
}

}  // namespace

Problem slots_full(const LockRow& lock) {
  const std::string taken = fmt::format("All {} slots of this lock are taken by tokens and PINs. ", lock.slot_count);
  return conflict("slots_full", taken + (lock.is_protected()
                                             ? "Issue an offline code (kind \"offline\") instead, or end a token or a PIN; its "
                                               "slot is free once the lock has acknowledged that."
                                             : "End a token; its slot is free once the lock has acknowledged that."));
}

Task<SlotCount> count_slots(Transaction& tx, LockRow lock) {
  const Rows rows = co_await tx.execute("SELECT state, COUNT(*) FROM slots WHERE workspace = ?1 AND lock = ?2 GROUP BY state",
                                        lock.workspace, lock.id);
  SlotCount out;
  out.max = lock.slot_count;
  for (const Row row : rows) {
    const std::string& state = row.text(0);
    const auto count = static_cast<std::uint32_t>(row.integer(1));
    if (state == "used") out.used += count;
    if (state == "ending" || state == "retiring") out.ending += count;
  }
  co_return out;
}

Task<Outcome<SlotGeneration>> take_slot(Transaction& tx, LockRow lock, SlotUse use) {
  const SlotCount count = co_await count_slots(tx, lock);
  if (count.free() == 0) co_return slots_full(lock);
  const auto found = co_await choose_slot(tx, lock);
  if (!found) co_return slots_full(lock);
  const bool fixed = use.type == CredentialType::kFixedToken;
  const bool sms = use.type == CredentialType::kSms;
  const bool pin = use.type == CredentialType::kPin;
  co_await tx.execute(
      "INSERT INTO slots (workspace, lock, slot, generation, state, fixed, sms, pin, begins_at, listed, credential) "
      "VALUES (?1, ?2, ?3, ?4, 'used', ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (workspace, lock, slot) DO UPDATE SET "
      "state = 'used', fixed = excluded.fixed, sms = excluded.sms, pin = excluded.pin, begins_at = excluded.begins_at, "
      "listed = excluded.listed, credential = excluded.credential",
      lock.workspace, lock.id, found->slot, found->generation, fixed, sms, pin, use.begins_at, use.listed, use.credential);
  co_return *found;
}

// --- Offline codes ---

Outcome<Done> may_hold_offline_codes(const LockRow& lock, Family family) {
  if (!lock.is_protected())
    return conflict(
        "lock_unprotected",
        "This lock does not protect its keys, so it has no offline codes. Issue a token, or put a protected lock on the door.");
  if (!has_family(lock.settings.codes.code_digits, family))
    return invalid("/family",
                   "does not exist with codes of 9 digits. Issue a once or pool code, or set the lock to 10 digits.");
  return Done{};
}

namespace {

Problem window_problem(Status status, Family family) {
  if (status == Status::kFull)
    return conflict(
        "codes_full",
        "Every code that covers this window was issued before. Ask for a window that starts or ends at another hour.");
  const char* longest =
      family == Family::kOnce ? "A once code lasts 24 hours at most" : "An offline code lasts 366 days at most";
  return invalid("/to", std::string(longest) + ", between 2020 and 2049. Give a shorter window.");
}

Task<std::optional<UnixSeconds>> last_clear(Transaction& tx, LockRow lock) {
  const Rows rows = co_await tx.execute(
      "SELECT MAX(begins_at) FROM credentials WHERE workspace = ?1 AND lock = ?2 AND code_epoch = ?3 AND family = ?4",
      lock.workspace, lock.id, lock.settings.codes.code_epoch, static_cast<int>(Family::kClear));
  co_return rows.front().maybe(0, &Row::time);
}

/// The numbers of this family that may be in the way of a window that starts about `request.from`.
Task<std::set<std::uint64_t>> issued_about(Transaction& tx, LockRow lock, WindowRequest request) {
  const std::uint64_t latest = std::max(request.from, request.cleared_before.value_or(UnixSeconds{})).value + seconds_per_hour;
  const std::uint64_t earliest = request.from.value - std::min<std::uint64_t>(request.from.value, seconds_per_hour);
  const Rows rows = co_await tx.execute(
      "SELECT code_number FROM credentials WHERE workspace = ?1 AND lock = ?2 AND code_epoch = ?3 AND family = ?4 AND "
      "begins_at BETWEEN ?5 AND ?6",
      lock.workspace, lock.id, lock.settings.codes.code_epoch, static_cast<int>(request.family), earliest, latest);
  std::set<std::uint64_t> numbers;
  for (const Row row : rows) numbers.insert(static_cast<std::uint64_t>(row.integer(0)));
  co_return numbers;
}

}  // namespace

Task<Outcome<Descriptor>> take_window_code(Transaction& tx, LockRow lock, WindowRequest request) {
  request.cleared_before = co_await last_clear(tx, lock);
  const auto issued = co_await issued_about(tx, lock, request);
  const auto is_free = [&issued](const Descriptor& descriptor) { return !issued.contains(stored_number(descriptor)); };
  const auto picked = pick_window(request, is_free);
  if (!picked) co_return window_problem(picked.error(), request.family);
  co_return picked->descriptor;
}

namespace {

std::int16_t newest_used_pool_code(const LockRow& lock) {
  return static_cast<std::int16_t>(lock.status ? lock.status->pool_next - 1 : -1);
}

Task<std::uint16_t> pool_codes_handed_out(Transaction& tx, LockRow lock) {
  const Rows rows = co_await tx.execute(
      "SELECT COUNT(*) FROM credentials WHERE workspace = ?1 AND lock = ?2 AND code_epoch = ?3 AND family = ?4", lock.workspace,
      lock.id, lock.settings.codes.code_epoch, static_cast<int>(Family::kPool));
  co_return static_cast<std::uint16_t>(rows.front().integer(0));
}

}  // namespace

Problem pool_codes_full() {
  return conflict("codes_full",
                  "No pool code is free: 256 are out since the newest that is known to be used, or all 4,096. Bring the lock's "
                  "records in, or raise its code epoch.");
}

Task<PoolCount> count_pool_codes(Transaction& tx, LockRow lock) {
  PoolCount out;
  out.handed_out = co_await pool_codes_handed_out(tx, lock);
  std::uint32_t next = out.handed_out;
  while (next_pool_index(static_cast<std::uint16_t>(next), newest_used_pool_code(lock))) ++next;
  out.free_now = next - out.handed_out;
  co_return out;
}

Task<Outcome<Descriptor>> take_pool_code(Transaction& tx, LockRow lock) {
  const std::uint16_t handed_out = co_await pool_codes_handed_out(tx, lock);
  const auto index = next_pool_index(handed_out, newest_used_pool_code(lock));
  if (!index) co_return pool_codes_full();
  co_return pool_code(*index);
}

Task<Outcome<Done>> number_is_free(Transaction& tx, LockRow lock, Descriptor descriptor) {
  const Rows rows = co_await tx.execute(
      "SELECT credential FROM credentials WHERE workspace = ?1 AND lock = ?2 AND code_epoch = ?3 AND family = ?4 AND "
      "code_number = ?5",
      lock.workspace, lock.id, lock.settings.codes.code_epoch, static_cast<int>(descriptor.family),
      static_cast<std::int64_t>(stored_number(descriptor)));
  if (rows.empty()) co_return Done{};
  Problem problem =
      conflict("codes_full",
               "This code was issued before, and none is issued twice. Reveal that one; there is another each ten minutes.");
  problem.existing_id = rows.front().id<CredentialId>(0).text();
  co_return problem;
}

// --- PINs ---

namespace {

constexpr int made_pin_tries_max = 1'000;

Problem pin_problem(std::string code, std::string detail) {
  Problem problem = invalid("/pin", std::move(detail));
  problem.code = std::move(code);
  return problem;
}

Problem pin_taken() {
  return conflict("pin_taken",
                  "This PIN is not to be had at this door. Choose another one, or leave out pin: then the platform makes one.");
}

Outcome<Done> may_hold_pins(const LockRow& lock) {
  if (lock.is_protected()) return Done{};
  return conflict("lock_unprotected",
                  "This lock does not protect its keys, so it has no PINs: whoever took it apart could try them all. Issue a "
                  "token (kind \"token\") or SMS codes, or put a protected lock on the door.");
}

/// Neither for anybody while it may open, nor ever for another person (P10).
Task<bool> is_taken(Transaction& tx, LockRow lock, PinDigest digest, PersonId person) {
  const Rows rows = co_await tx.execute(
      "SELECT 1 FROM credentials WHERE workspace = ?1 AND lock = ?2 AND pin_digest = ?3 AND (ended_at IS NULL OR person IS NOT "
      "?4) UNION ALL SELECT 1 FROM replaced_pins WHERE workspace = ?1 AND lock = ?2 AND pin_digest = ?3 AND (until_version > "
      "?5 "
      "OR person IS NOT ?4) LIMIT 1",
      lock.workspace, lock.id, ByteSpan(digest), person, lock.applied_version);
  co_return !rows.empty();
}

/// Each number of so many digits equally likely.
Digits random_digits(KeyStore& keys, std::uint8_t count) {
  const std::uint64_t space = power_of_ten(count);
  const std::uint64_t fair = UINT64_MAX - UINT64_MAX % space;
  Secret<8> random;
  std::uint64_t value = fair;
  while (value >= fair) {
    if (const Status status = keys.provider().random(random.mutable_bytes()); status != Status::kOk)
      throw KeyStoreFailure(status);
    value = load_be<std::uint64_t>(random.bytes());
  }
  return Digits::of(value % space, count);
}

bool is_refused(const Digits& pin, const std::string& door_name) {
  return is_weak_pin(pin) || holds_door_number(pin, door_name);
}

Task<Outcome<TakenPin>> take_chosen(Transaction& tx, KeyStore& keys, LockRow lock, PinWish wish) {
  const Digits& pin = *wish.chosen;
  const std::uint8_t digits = lock.settings.codes.pin_digits;
  if (pin.count() != digits)
    co_return invalid("/pin", fmt::format("must be {} digits: all PINs of this lock have as many", digits));
  if (is_refused(pin, wish.door_name))
    co_return pin_problem(
        "pin_weak",
        "is too easy to guess: it has fewer than three different digits, counts up or down, repeats itself, or "
        "holds the number of the door. Choose another one, or leave it out: then the platform makes one.");
  const PinDigest digest = must(keys.pin_digest(lock.keyed(), pin));
  if (co_await is_taken(tx, lock, digest, wish.person)) co_return pin_taken();
  co_return TakenPin{digest, std::nullopt};
}

Problem pins_full(const LockRow& lock) {
  return conflict(
      "pins_full",
      fmt::format("Nearly every PIN of {} digits was another person's at this lock. End its PINs and give it longer "
                  "ones (pin_digits of its settings), or issue a token.",
                  lock.settings.codes.pin_digits));
}

Task<Outcome<TakenPin>> take_made(Transaction& tx, KeyStore& keys, LockRow lock, PinWish wish) {
  for (int i = 0; i < made_pin_tries_max; ++i) {
    const Digits pin = random_digits(keys, lock.settings.codes.pin_digits);
    if (is_refused(pin, wish.door_name)) continue;
    const PinDigest digest = must(keys.pin_digest(lock.keyed(), pin));
    if (!co_await is_taken(tx, lock, digest, wish.person)) co_return TakenPin{digest, pin};
  }
  co_return pins_full(lock);
}

}  // namespace

namespace {

UnixSeconds a_day_before(UnixSeconds now) { return {now.value - std::min<std::uint64_t>(now.value, seconds_per_day)}; }

}  // namespace

Task<PinCount> count_pins(Transaction& tx, LockRow lock, UnixSeconds now) {
  const Rows held = co_await tx.execute(
      "SELECT COUNT(*) FILTER (WHERE ended_at IS NULL), COUNT(DISTINCT pin_digest) FROM credentials WHERE workspace = ?1 AND "
      "lock "
      "= ?2 AND pin_digest IS NOT NULL",
      lock.workspace, lock.id);
  const Rows replaced = co_await tx.execute(
      "SELECT COUNT(*) FROM replaced_pins AS r WHERE r.workspace = ?1 AND r.lock = ?2 AND NOT EXISTS (SELECT 1 FROM "
      "credentials "
      "AS c WHERE c.workspace = r.workspace AND c.lock = r.lock AND c.pin_digest = r.pin_digest)",
      lock.workspace, lock.id);
  const Rows choices = co_await tx.execute(
      "SELECT COUNT(*), MIN(chosen_at) FROM pin_choices WHERE workspace = ?1 AND lock = ?2 AND chosen_at > ?3", lock.workspace,
      lock.id, a_day_before(now));
  PinCount out;
  out.held = static_cast<std::uint32_t>(held.front().integer(0));
  out.given_out = static_cast<std::uint32_t>(held.front().integer(1) + replaced.front().integer(0));
  out.choices = static_cast<std::uint32_t>(choices.front().integer(0));
  if (out.choices >= pin_choices_per_day) out.choices_again_at = {choices.front().time(1).value + seconds_per_day};
  co_return out;
}

Task<Outcome<Done>> charge_pin_choice(Transaction& tx, LockRow lock, UnixSeconds now) {
  co_await tx.execute("DELETE FROM pin_choices WHERE workspace = ?1 AND lock = ?2 AND chosen_at <= ?3", lock.workspace, lock.id,
                      a_day_before(now));
  const Rows rows =
      co_await tx.execute("SELECT COUNT(*), MIN(chosen_at), MAX(number) FROM pin_choices WHERE workspace = ?1 AND lock = ?2",
                          lock.workspace, lock.id);
  if (rows.front().integer(0) >= std::int64_t{pin_choices_per_day}) {
    Problem problem{
        429,
        "pin_choices_spent",
        fmt::format("{} PINs were chosen for this door within 24 hours, so that nobody finds out by trying which are "
                    "in use. Leave out pin: the platform makes one.",
                    pin_choices_per_day),
        {},
        {}};
    problem.retry_after_s = static_cast<std::uint32_t>(rows.front().time(1).value + seconds_per_day - now.value);
    co_return problem;
  }
  const std::int64_t number = rows.front().is_null(2) ? 0 : rows.front().integer(2) + 1;
  co_await tx.execute("INSERT INTO pin_choices (workspace, lock, number, chosen_at) VALUES (?1, ?2, ?3, ?4)", lock.workspace,
                      lock.id, number, now);
  co_return Done{};
}

Task<Outcome<TakenPin>> take_pin(Transaction& tx, KeyStore& keys, LockRow lock, PinWish wish) {
  CARDEA_CO_TRY(may_hold_pins(lock));
  if (wish.chosen) co_return co_await take_chosen(tx, keys, std::move(lock), std::move(wish));
  co_return co_await take_made(tx, keys, std::move(lock), std::move(wish));
}

Task<void> keep_replaced_pin(Transaction& tx, LockRow lock, CredentialId credential, std::uint32_t until_version) {
  co_await tx.execute(
      "INSERT INTO replaced_pins (workspace, lock, pin_digest, person, credential, until_version) SELECT workspace, lock, "
      "pin_digest, person, credential, ?3 FROM credentials WHERE workspace = ?1 AND credential = ?2 ON CONFLICT (workspace, "
      "lock, pin_digest) DO UPDATE SET "
      "credential = excluded.credential, until_version = excluded.until_version",
      lock.workspace, credential, until_version);
}

Task<Outcome<Done>> pins_allow(Transaction& tx, LockRow lock, link::Settings next) {
  if (next.codes.pin_digits == lock.settings.codes.pin_digits) co_return Done{};
  const Rows rows = co_await tx.execute(
      "SELECT COUNT(*) FROM credentials WHERE workspace = ?1 AND lock = ?2 AND pin_digest IS NOT NULL AND ended_at IS NULL",
      lock.workspace, lock.id);
  const std::int64_t count = rows.front().integer(0);
  if (count == 0) co_return Done{};
  co_return conflict(
      "pins_in_use",
      fmt::format("{} PINs of this lock have {} digits, and the change would give it PINs of {}. End them first, and "
                  "wait until the lock has acknowledged that.",
                  count, lock.settings.codes.pin_digits, next.codes.pin_digits));
}

}  // namespace cardea::server::usecases
