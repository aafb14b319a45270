// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock: owns everything that it remembers, and carries out what core/decide decides. It makes each step durable before the
// next, and one function moves the motor.
//
//   Lock lock(port);
//   Status status = lock.boot();                       // kNotReady: no factory has made this lock yet
//   KeypadResult result = lock.enter(Digits::parse(typed));   // the whole entry, when Enter is pressed
//
// Rules: spec/codes.md, spec/event.md; how others reach it: lock/activation and lock/link, which use the second half of this
// class. Allocates nothing; lock_size_bytes_max says how large it is. One thread.

#include <optional>
#include <string_view>

#include "core/activation/activation.hpp"
#include "core/base/hardened.hpp"
#include "core/decide/decide.hpp"
#include "core/decide/hear.hpp"
#include "core/decide/items.hpp"
#include "core/link/messages.hpp"
#include "lock/clock/clock.hpp"
#include "lock/items.hpp"
#include "lock/log/audit_log.hpp"

namespace cardea {

/// What a lock calls itself in its status when its port does not say.
inline constexpr std::string_view lock_firmware = "cardea 0.1.0";

/// What the lock runs on. Everything outlives the lock. Each region is whole sectors that nothing else writes.
struct LockPort {
  Flash& flash;
  FlashRegion journal;  ///< 64 KiB serves every limit of the rules
  FlashRegion audit;    ///< 64 KiB holds 1,000 records
  SecondsCounter& counter;
  Motor& motor;
  Sensors& sensors;
  /// Needs room for code_keys_handle_count_max keys and 8 more; a lock that is protected from the factory on, for
  /// lock_key_handle_count_max and 8 more; with a bearer for phones (lock/near), near_handle_count_max more.
  Provider& provider;
  /// The version of its firmware, for its status: at most link::firmware_size_bytes_max bytes.
  std::string_view firmware = lock_firmware;
};

/// A P-256 pair of kind kAgree whose private half can be stored. The caller releases it.
Result<KeyHandle> make_storable_pair(Provider& provider, KeyBytes& scalar, P256Point& point);

/// What the factory gives a lock.
struct Factory {
  LockId lock;
  link::LockClass lock_class = link::LockClass::kProtected;
  Secret<activation::claim_secret_size_bytes> claim_secret;
};

/// What became of an entry, or of a virtual key.
struct KeypadResult {
  Verdict verdict = Verdict::kRefused;
  audit::ReasonCode reason = audit::reason_none;  ///< of a refusal: for the record and a technician, not for the keypad
  std::uint32_t wait_s = 0;                       ///< until the next entry is looked at; wait_off_s: the keypad is off
  std::uint8_t alert = 0;                         ///< 5, 20, 50 or 100 when the failures of 30 days rose to that
};

/// Why a momentary command or a button did not open; reason_none when it did.
struct OpenResult {
  bool opened = false;
  audit::ReasonCode reason = audit::reason_none;
};

/// A time that the platform said, and how long the lock waited for it. Without a round trip nobody knows how old it is, and the
/// clock leaves it aside (clock.md C9).
struct HeardTime {
  std::uint64_t time = 0;
  std::uint32_t uncertainty_ms = 0;
  std::optional<std::uint64_t> round_trip_ms;
};
/// The round trip of a file, of which only whole seconds are known: none when running time broke off in between.
constexpr std::optional<std::uint64_t> waited_ms(RunSeconds since, RunSeconds now, bool unbroken) {
  if (!unbroken || now < since) return std::nullopt;
  return 1'000 * (now.value - since.value + 1);
}

/// A lock-side clock_set record is written when the clock was not good, or moved by more than this (event.md E13).
inline constexpr std::uint32_t clock_set_record_s = 10;
/// How long after the motor's hold a door may be pulled open and was let open (event.md E15).
inline constexpr std::uint32_t door_release_s = 10;
/// A door that has stood open for so long was left open (event.md E16).
inline constexpr std::uint32_t door_left_open_s = 30;

class Lock {
 public:
  explicit Lock(const LockPort& port);
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  ~Lock();

  /// Makes a factory-fresh, unclaimed lock; whatever the flash held is erased. The lock has then booted.
  Status make(const Factory& factory);
  /// factory.md MF6: whoever asks sealed() makes it no more, for ever. kNotReady before boot().
  Status seal();
  /// True for a claimed lock, too.
  [[nodiscard]] bool sealed() const { return sealed_ || claimed_; }
  /// Takes up where the flash says: after power-on, and after a failure of the flash. kNotFound, kNotReady: nobody has made
  /// this lock. kCorrupt: acknowledged values are lost, and the lock opens for its inside button only.
  Status boot();
  /// False before boot(), and after a write failed: then every entry is refused with `fault` until boot() succeeds.
  [[nodiscard]] bool ready() const { return ready_; }

  /// Somebody typed all of an entry and pressed Enter.
  KeypadResult enter(const Digits& entry);
  /// The inside button: opens always, recorded as well as may be. Starts the window of activation.md A1. Who calls it says
  /// `pressed`: a skipped return that ends up here does not.
  OpenResult press(Verdict pressed = anew(Verdict::kGranted));
  /// Every second or so: stores what time asks for.
  void poll();
  /// Until the next entry is looked at; wait_off_s: the keypad is off.
  [[nodiscard]] std::uint32_t wait_s();
  /// The power of the clock failed while the lock ran on.
  Status lose_clock();

  // --- for lock/activation and lock/link ---------------------------------------------------------------------------------

  [[nodiscard]] bool claimed() const { return claimed_; }
  [[nodiscard]] const LockId& id() const { return id_; }
  [[nodiscard]] link::LockClass lock_class() const { return class_; }
  [[nodiscard]] Provider& provider() { return *port_.provider; }
  /// K_session; 0 while the lock is unclaimed. Stays the lock's.
  [[nodiscard]] KeyHandle session_key() const { return session_key_; }
  [[nodiscard]] ClockReading clock() { return clock_.read(); }
  /// Whether the inside button was pressed within the last `seconds`, and since power-on.
  [[nodiscard]] bool pressed_within(std::uint32_t seconds);
  [[nodiscard]] link::LockStatus status();
  [[nodiscard]] const AuditLog& log() const { return log_; }
  [[nodiscard]] std::uint32_t applied_version() const { return desired_.version; }
  [[nodiscard]] const LockState& state() const { return state_; }

  /// I_L (activation.md §2): the public half of a pair that make() made.
  Status identity(P256Point& out) const;
  /// Its private half, kAgree. Stays the lock's; good until boot() or activate(). The first call computes with the curve.
  Result<KeyHandle> identity_key();
  /// The claim secret of an unclaimed lock; kNotFound afterwards.
  Status claim_secret(Secret<activation::claim_secret_size_bytes>& out) const;
  /// A4: makes all of `gift` durable in one write. `done` is kept for the next file when the gift came by file. kNotReady:
  /// already claimed. kStale, kOutOfRange, kFull: the snapshot cannot be applied; the lock stays unclaimed.
  Status activate(const activation::OpenedGift& gift, const HeardTime& time, audit::Method method,
                  const activation::DoneBytes* done);

  /// L6: applies `snapshot` as a whole. kStale also for a version that is not above the applied one. After a failure the old
  /// state stands.
  Status apply(std::uint32_t version, const link::SnapshotView& snapshot);
  /// L8, clock.md. `consumed`: an item that ends with this answer (a file's nonce), erased in the same write, also when the
  /// time is refused; key.kind 0 for none.
  Status take_time(const HeardTime& heard, audit::Method method, ItemKey consumed = {});
  /// event.md E8. kForged unless it is the platform's for a record of this lock; kNotFound for a record that it no longer has.
  Status take_receipt(const link::Receipt& receipt);
  /// A momentary command that was challenged and answered (L7). `verdict`: what was found about it, up to here by nobody's
  /// branch (core/base/hardened.hpp); only kGranted opens.
  OpenResult unlock(std::uint64_t command, Verdict verdict);
  Status release_keypad(std::uint64_t command);
  /// Somebody who may have answered the lock's challenge wants it to have no owner (activation.md A13 to A15): forgets this one
  /// in one write, and can be claimed with `secret` from then on. `last`: the record that it made of that before, its log's
  /// last. reason_not_pressed, reason_records_unsent, `fault`: it is the owner's as before, but for a fault after which ready()
  /// is false: then the next boot() knows. reason_none: it is nobody's, although ready() is false while the flash fails at
  /// erasing what is left.
  audit::ReasonCode give_up(std::uint64_t command, const Secret<activation::claim_secret_size_bytes>& secret,
                            audit::RecordBytes& last);
  /// Records a momentary command that was not obeyed.
  void refuse_command(std::uint64_t command, audit::ReasonCode reason);

  // --- for lock/near ------------------------------------------------------------------------------------------------------

  /// Whether a desired state has given it the key that signs virtual keys (spec/grant.md G2).
  [[nodiscard]] bool takes_keys() const;
  /// That key; kNotFound without one.
  [[nodiscard]] Result<P256Point> grant_key() const;
  /// The list of virtual keys that count no more.
  Status denials(grant::Denials& out) const;
  /// G6: a list that a phone brought. kStale: not newer. kForged, kNotFound (of another lock), kTooShort, kMalformed,
  /// kOutOfRange; kNotFound also at a lock that takes no virtual keys.
  Status take_denials(ByteSpan list);
  /// Somebody who has proved this virtual key (its grant, and the end of its lease) asks to open. `proved`: what was found
  /// about that proof, as for unlock().
  KeypadResult open_by_key(ByteSpan grant, UnixSeconds until, Verdict proved);

  /// A small durable value of lock/activation or lock/link (items.hpp).
  Status store(ItemKey key, ByteSpan value);
  Status forget(ItemKey key);
  Result<std::size_t> load(ItemKey key, MutableByteSpan out) const { return journal_.get(key, out); }

 private:
  struct Port {  // the references of LockPort, kept
    Flash* flash;
    SecondsCounter* counter;
    Motor* motor;
    Sensors* sensors;
    Provider* provider;
    std::string_view firmware;
  };
  /// desired_item.
  struct Desired {
    std::uint32_t version = 0;
    std::uint8_t bank = 0;
    bool refuse_when_log_full = false;
    std::uint32_t time_step_max_s = seconds_per_day;
    std::uint16_t open_ms = 3'000;
    Hour first_hour;
    std::uint8_t hour_count = 0;
    std::uint8_t fixed_count = 0;
  };
  struct What {
    audit::Method method = audit::Method::kNone;
    audit::What bytes{};
  };

  /// told_item.
  struct Told {
    bool of_door = false;
    bool of_cover = false;
    std::uint8_t battery_level = 100;
  };

  Status put_identity();
  Status load_factory();
  Status load_state();
  Status load_owner();
  Status load_keys();
  Status load_hours();
  Status load_fixed_keys();
  Status load_schedules();
  Status load_pins();
  void put_in_force();
  void drop_keys();
  Status erase_leftover();
  Status put_given_up(const Secret<activation::claim_secret_size_bytes>& secret);
  Status take_up_time(RestartFinding& finding);
  Status break_round_trip(ItemKey key);
  void record_restart(const RestartFinding& finding);
  void settle_intention();

  Status put(const ItemChanges& changes);
  Status put_desired(const Desired& desired);
  Status commit();
  audit::Record record_now(audit::Kind kind, const What& what, const audit::Detail& detail, audit::ReasonCode reason);
  Result<std::uint32_t> try_record(audit::Kind kind, const What& what, const audit::Detail& detail, audit::ReasonCode reason);
  void record(audit::Kind kind, const What& what, const audit::Detail& detail, audit::ReasonCode reason = audit::reason_none);
  void record_outcome(audit::Kind kind, const What& what, std::uint32_t intention, audit::ReasonCode reason);
  void record_activated(const What& what);
  void record_clock_set(audit::Method method, const ClockReading& before);
  void record_refusal(const Outcome& outcome, const What& what, bool charged);
  void record_released(const What& what, std::uint32_t failures);
  static audit::Detail two_times(UnixSeconds first, UnixSeconds second);
  static What what_of_command(std::uint64_t command);
  [[nodiscard]] What what_asked(const Digits& entry, const Outcome& outcome, bool charged) const;
  std::uint16_t failures_of_month();

  Status load_told();
  Status tell(const Told& told);
  void watch();
  void watch_door();
  void door_moved(DoorState door, RunSeconds now);
  void watch_cover();
  void watch_battery();

  std::uint32_t doubt_about(const ClockReading& before);
  KeypadResult refuse(audit::ReasonCode reason);
  KeypadResult carry_out(const What& what, Outcome& outcome, const ClockReading& before, bool charged);
  std::uint32_t doubt_about(const UsedUp& used) const;
  std::uint32_t doubt_about_charge(const ClockReading& at);
  KeypadResult conclude(const What& what, const Outcome& outcome, const ClockReading& before, bool charged);
  Status load_uses(grant::Uses& out) const;
  Status store_uses(const grant::Uses& uses);
  std::uint32_t doubt_about(const grant::Uses& uses) const;
  Status judge_shown(ByteSpan grant, UnixSeconds until, grant::Uses& uses, Outcome& outcome);
  Status confirm_shown(ByteSpan grant, UnixSeconds until, Verdict proved, Verdict verdict, Outcome& outcome);
  OpenResult open(const What& what, Verdict verdict);
  Status move_motor(Verdict verdict);

  Status apply_settings(const link::SnapshotView& snapshot, ItemChanges& changes);
  [[nodiscard]] Desired desired_of(std::uint32_t version, const link::SnapshotView& snapshot) const;
  Status stage(const link::SnapshotView& snapshot, Desired& desired);
  Status stage_schedules(const link::SnapshotView& snapshot, const Desired& desired);
  Status stage_pins(const link::SnapshotView& snapshot, const Desired& desired);
  Status stage_grant_key(const link::SnapshotView& snapshot, const Desired& desired);
  Status stage_denials(const grant::Denials& offered);
  Status stage_item(ItemKey key, ByteSpan bytes);
  Status stage_hours(const link::SnapshotView& snapshot, Desired& desired);
  Status stage_fixed_keys(const link::SnapshotView& snapshot, Desired& desired);
  void erase_bank(std::uint8_t bank);
  Status put_time(const HeardTime& heard, TimeVerdict& verdict);
  Status put_gift(const activation::OpenedGift& gift, const Desired& desired, const activation::DoneBytes* done);
  Status take_back(Status status);

  Port port_;
  Clock clock_;  // so near that its place is one addition: without the first of two it would be where the motor's is
  Journal journal_;
  AuditRegion region_;
  Transaction tx_;
  AuditLog log_;
  LockState state_;
  LockId id_;
  link::LockClass class_ = link::LockClass::kUnprotected;
  std::optional<CodeKeys> keys_;
  KeyHandle session_key_;
  KeyHandle identity_key_;
  P256Point platform_identity_{};
  Desired desired_;
  std::optional<RunSeconds> pressed_at_;
  bool claimed_ = false;
  bool sealed_ = false;
  bool ready_ = false;
  bool waiting_ = false;
  Told told_;
  DoorState door_ = DoorState::kUnknown;
  RunSeconds door_since_;  ///< when the door was first seen as it is
  bool left_open_told_ = false;
  bool cover_off_ = false;     ///< as it was felt since the start
  RunSeconds released_until_;  ///< a door that opens until then was let open
};

/// The most memory that a lock takes on a 32-bit microcontroller, without the link's buffers.
inline constexpr std::size_t lock_size_bytes_max = 12 * 1'024;
static_assert(sizeof(void*) > 4 || sizeof(Lock) <= lock_size_bytes_max);

}  // namespace cardea
