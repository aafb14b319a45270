// SPDX-License-Identifier: Apache-2.0
#include "lock/testing/lock_scenarios/lock_scenarios.hpp"

#include <algorithm>

#include "lock/link/files.hpp"
#include "lock/testing/hand_over.hpp"
#include "lock/testing/lock_scenarios/lock_scenario.hpp"

namespace cardea::testing {
namespace {

using link::LockClass;

/// Clones by copying.
template <class Derived>
class CopiedScenario : public LockScenario {
 public:
  using LockScenario::LockScenario;
  [[nodiscard]] std::unique_ptr<Scenario> clone() const override {
    return std::make_unique<Derived>(static_cast<const Derived&>(*this));
  }
};

/// Somebody guesses and pulls the power at every moment: each guess that was answered stands, and the wait comes.
class Throttle final : public CopiedScenario<Throttle> {
 public:
  Throttle() : CopiedScenario(LockClass::kProtected) {}

 private:
  unsigned step_count() const override { return wait_first_failure; }
  void inspect(Start& start) override {
    start.check.expect(start.lock.status().failures >= answered_, "a failure was forgotten");
    start.check.expect(answered_ < wait_first_failure || start.lock.wait_s() > 0, "the wait was forgotten");
  }
  void step(Start& start, unsigned) override {
    if (start.lock.wait_s() > 0) return;  // a guess that was cut short counts, too
    const KeypadResult result = start.type(Digits::parse("00000000"));
    if (result.reason == code_of(Reason::kUnknownCode)) ++answered_;  // the guesser has learned something
  }

  unsigned answered_ = 0;
};

/// A one-time code is typed until the lock has said something of it, then again. It opens once at most.
class OneTimeCode final : public CopiedScenario<OneTimeCode> {
 public:
  OneTimeCode() : CopiedScenario(LockClass::kProtected) {}

 private:
  unsigned step_count() const override { return 2; }
  void inspect(Start& start) override { start.check.expect(start.world.motor.open_count <= 1, "a code opened twice"); }
  void step(Start& start, unsigned number) override {
    const bool opened = start.world.motor.open_count > 0;
    const KeypadResult result = start.type(start.platform.app_code(start.now()));
    if (!start.powered()) return inspect(start);
    const bool replayed = result.reason == code_of(Reason::kReplayed);
    if (opened || number == 1) start.check.expect(replayed, "a used code was not refused as replayed");
    start.check.expect(start.world.motor.open_count <= 1, "a code opened twice");
    // Burnt before the power went, and never opened: the person needs the next code.
    start.check.expect(result.verdict == Verdict::kGranted || replayed, "a good code was refused");
  }
};

/// The same for an SMS code and a fixed token, at a lock without protected storage.
class FixedToken final : public CopiedScenario<FixedToken> {
 public:
  FixedToken() : CopiedScenario(LockClass::kUnprotected) {}

 private:
  unsigned step_count() const override { return 2; }
  void step(Start& start, unsigned) override {
    const KeypadResult result = start.type(start.platform.fixed_code(start.now(), 7, 3));
    start.check.expect(start.world.motor.open_count <= 1, "a code opened twice");
    if (start.powered())
      start.check.expect(result.verdict == Verdict::kGranted || result.reason == code_of(Reason::kReplayed),
                         "a good code was refused");
  }
};

/// A slot that may open twice, by a token or a PIN, is typed at until it has: whatever the power does, it never opens a third
/// time.
class CountedUses final : public CopiedScenario<CountedUses> {
 public:
  explicit CountedUses(bool pin) : CopiedScenario(LockClass::kProtected), pin_(pin) {}

 private:
  static constexpr std::uint16_t use_count_max = 2;

  void set_up(SimPlatform& platform) override {
    if (pin_) platform.set_pin(0, 0, "314159");
    platform.set_rule(0, {.use_count_max = use_count_max});
  }
  unsigned step_count() const override { return 4; }
  void inspect(Start& start) override {
    start.check.expect(start.world.motor.open_count <= use_count_max, "it opened more often than the grant says");
    start.check.expect(start.lock.state().slots[0].use_count >= start.world.motor.open_count, "an opening was not counted");
  }
  void step(Start& start, unsigned number) override {
    start.world.counter.advance(600);  // every try has its own code
    const std::uint16_t counted = start.lock.state().slots[0].use_count;
    const KeypadResult result = start.type(pin_ ? Digits::parse("314159") : start.platform.app_code(start.now()));
    if (!start.powered()) return inspect(start);
    const bool spent = counted >= use_count_max;
    start.check.expect((result.verdict == Verdict::kGranted) == !spent, "a good code was refused, or a spent one opened");
    start.check.expect(!spent || result.reason == code_of(Reason::kUsesSpent), "the reason is another");
    start.check.expect(number < use_count_max || spent, "openings that were acknowledged are forgotten");
    inspect(start);
  }

  bool pin_;
};

/// The first opening starts a time, and a power cut does not start it again.
class AfterFirstUse final : public CopiedScenario<AfterFirstUse> {
 public:
  AfterFirstUse() : CopiedScenario(LockClass::kProtected) {}

 private:
  static constexpr std::uint32_t lives_s = 3'600;

  void set_up(SimPlatform& platform) override { platform.set_rule(0, {.after_first_use_s = lives_s}); }
  unsigned step_count() const override { return 3; }
  void step(Start& start, unsigned number) override {
    if (number == 1) return start.world.counter.advance(lives_s);
    if (number == 0) start.world.counter.advance(60);
    const KeypadResult result = start.type(start.platform.app_code(start.now()));
    if (!start.powered()) return;
    if (number == 0)
      return static_cast<void>(start.check.expect(result.verdict == Verdict::kGranted, "a good code was refused"));
    start.check.expect(result.reason == code_of(Reason::kExpired), "the first opening was forgotten");
  }
};

Descriptor timed_code() {
  const auto start = static_cast<std::uint32_t>((sim_start.value - code_epoch_unix_s) / 3'600);
  return {Family::kTimed, 24, start, 0};  // two days
}
Descriptor exclusive_code(std::uint32_t hours_later) {
  const auto start = static_cast<std::uint32_t>((sim_start.value - code_epoch_unix_s) / 3'600) - 1 + hours_later;
  return {Family::kExclusive, 24, start, 0};
}
Descriptor once_code() {
  const auto start = static_cast<std::uint32_t>((sim_start.value - code_epoch_unix_s) / quarter_hour_s);
  return {Family::kOnce, 3, start, 0};
}
std::uint32_t tick_now(const Start& start) {
  return static_cast<std::uint32_t>((start.now().value - code_epoch_unix_s) / tick_s);
}

/// The first use of an offline code is remembered: it opens also when its activation window is over.
class FirstUse final : public CopiedScenario<FirstUse> {
 public:
  FirstUse() : CopiedScenario(LockClass::kProtected) {}

 private:
  void set_up(SimPlatform& platform) override { platform.record().snapshot.settings.codes.activation_window_s = 3'600; }
  unsigned step_count() const override { return 3; }
  void step(Start& start, unsigned number) override {
    if (number == 1) return start.world.counter.advance(7'200);
    const KeypadResult result = start.type(start.platform.offline_code(timed_code()));
    if (start.powered()) start.check.expect(result.verdict == Verdict::kGranted, "a code that was used is not remembered");
  }
};

/// The next guest's first entry ends the last guest's.
class ExclusiveCancel final : public CopiedScenario<ExclusiveCancel> {
 public:
  ExclusiveCancel() : CopiedScenario(LockClass::kProtected) {}

 private:
  unsigned step_count() const override { return 3; }
  void inspect(Start& start) override {
    if (next_is_in_) expect_cancelled(start);
  }
  void step(Start& start, unsigned number) override {
    if (number == 2) return expect_cancelled(start);
    const std::uint32_t opened = start.world.motor.open_count;
    const KeypadResult result = start.type(start.platform.offline_code(exclusive_code(number)));
    next_is_in_ = next_is_in_ || (number == 1 && start.world.motor.open_count > opened);
    if (start.powered()) start.check.expect(result.verdict == Verdict::kGranted, "a good code was refused");
  }
  static void expect_cancelled(Start& start) {
    if (start.lock.wait_s() > 0) return;
    const KeypadResult result = start.type(start.platform.offline_code(exclusive_code(0)));
    if (start.powered() && result.reason != code_of(Reason::kLockedOut))
      start.check.expect(result.reason == code_of(Reason::kCancelled), "the last guest's code still lives");
  }

  bool next_is_in_ = false;
};

/// Once codes and pool codes open once.
class UsedOnce final : public CopiedScenario<UsedOnce> {
 public:
  UsedOnce() : CopiedScenario(LockClass::kProtected) {}

 private:
  unsigned step_count() const override { return 4; }
  void step(Start& start, unsigned number) override {
    const Digits code = start.platform.offline_code(number < 2 ? once_code() : pool_code(5));
    const std::uint32_t opened_max = number < 2 ? 1 : 2;
    const KeypadResult result = start.type(code);
    start.check.expect(start.world.motor.open_count <= opened_max, "a code opened twice");
    if (start.powered())
      start.check.expect(result.verdict == Verdict::kGranted || result.reason == code_of(Reason::kUsed),
                         "a good code was refused");
  }
};

/// Clear codes end what they were told to end, and release codes serve once.
class ClearAndRelease final : public CopiedScenario<ClearAndRelease> {
 public:
  ClearAndRelease() : CopiedScenario(LockClass::kProtected) {}

 private:
  unsigned step_count() const override { return 3; }
  void inspect(Start& start) override {
    if (!cleared_) return;
    const KeypadResult result = start.type(start.platform.offline_code(pool_code(5)));
    if (start.powered() && result.reason != code_of(Reason::kLockedOut))
      start.check.expect(result.reason == code_of(Reason::kCleared), "a cleared code lives on");
    if (start.powered() && released_) expect_released_once(start);
  }
  void step(Start& start, unsigned number) override {
    if (number == 2) return expect_released_once(start);
    const KeypadResult result =
        start.type(start.platform.offline_code(number == 0 ? clear_pool_code(5) : release_code(tick_now(start))));
    const Verdict wanted = number == 0 ? Verdict::kCleared : Verdict::kReleased;
    if (number == 0) cleared_ = cleared_ || result.verdict == wanted;
    if (number == 1) released_ = released_ || result.verdict == wanted;
    if (start.powered())
      start.check.expect(result.verdict == wanted || result.reason == code_of(Reason::kUsed) || result.wait_s > 0,
                         "a good code was refused");
  }
  static void expect_released_once(Start& start) {
    const KeypadResult result = start.type(start.platform.offline_code(release_code(tick_now(start))));
    if (start.powered()) start.check.expect(result.verdict != Verdict::kReleased, "a release code served twice");
  }

  bool cleared_ = false;
  bool released_ = false;
};

/// A clock code sets a lost clock, and what it set never goes back.
class ClockCode final : public CopiedScenario<ClockCode> {
 public:
  ClockCode() : CopiedScenario(LockClass::kProtected) {}

 private:
  unsigned step_count() const override { return 2; }
  void inspect(Start& start) override {
    if (!set_) return;
    const ClockReading clock = start.lock.clock();
    start.check.expect(clock.quality == ClockQuality::kCoarse, "the clock's quality was forgotten");
    start.check.expect(clock.now.value >= code_epoch_unix_s + std::uint64_t{tick()} * tick_s, "the clock went back");
  }
  void step(Start& start, unsigned number) override {
    if (number == 0) return static_cast<void>(start.check.ok(start.lock.lose_clock(), start.world, "lose"));
    const KeypadResult result = start.type(start.platform.offline_code(clock_code(tick())));
    set_ = set_ || result.verdict == Verdict::kClockSet;
    if (start.powered())
      start.check.expect(result.verdict == Verdict::kClockSet || result.reason == code_of(Reason::kExpired),
                         "a good clock code was refused");
  }
  static std::uint32_t tick() { return static_cast<std::uint32_t>((sim_start.value + 7'200 - code_epoch_unix_s) / tick_s); }

  bool set_ = false;
};

/// A lock is unclaimed with its label, or claimed with everything; and once it said done, it is claimed for ever.
class ActivationCut final : public CopiedScenario<ActivationCut> {
 public:
  ActivationCut() : CopiedScenario(LockClass::kUnprotected, false) {}

 private:
  unsigned step_count() const override { return 1; }
  void inspect(Start& start) override {
    Secret<activation::claim_secret_size_bytes> secret;
    const bool has_label = start.lock.claim_secret(secret) == Status::kOk;
    start.check.expect(has_label != start.lock.claimed(), "the label does not end with activation");
    start.check.expect(start.lock.claimed() || !said_done_, "an activation was forgotten");
    if (!start.lock.claimed()) return;
    const KeypadResult result = start.type(start.platform.app_code(start.now()));
    if (start.powered())
      start.check.expect(result.verdict == Verdict::kGranted || result.reason == code_of(Reason::kReplayed),
                         "a claimed lock does not know its codes");
  }
  void step(Start& start, unsigned) override {
    if (start.lock.claimed()) return;
    start.lock.press();
    Activation activation(start.lock);
    const Result<activation::AskBytes> ask = activation.ask({});
    if (!start.check.expect(ask.ok(), "a lock at whose button somebody stands does not ask")) return;
    activation::DoneBytes expected{};
    activation::DoneBytes done{};
    const std::vector<std::uint8_t> answer = start.platform.answer(*ask, start.now(), expected);
    const Status status = activation.answer(answer, {}, done);
    said_done_ = said_done_ || status == Status::kOk;
    start.check.ok(status, start.world, "answer");
  }

  bool said_done_ = false;
};

/// A lock gives itself up: it is the owner's with everything or nobody's with the new label, and nobody's for ever once it said
/// so.
class GivingUp final : public CopiedScenario<GivingUp> {
 public:
  explicit GivingUp(LockClass lock_class) : CopiedScenario(lock_class) {}

 private:
  using ClaimSecret = Secret<activation::claim_secret_size_bytes>;

  unsigned step_count() const override { return 1; }
  void inspect(Start& start) override {
    ClaimSecret secret;
    const bool has_label = start.lock.claim_secret(secret) == Status::kOk;
    start.check.expect(has_label != start.lock.claimed(), "an owner and a label, or neither");
    start.check.expect(!(start.lock.claimed() && given_up_), "a lock has its owner back");
    if (has_label) return inspect_nobodys(start, secret);
    start.world.counter.advance(600);  // every start has its own code
    const KeypadResult result = start.type(start.platform.app_code(start.now()));
    if (start.powered() && result.reason != code_of(Reason::kLockedOut))
      start.check.expect(result.verdict == Verdict::kGranted, "a lock that is owned does not know its codes");
  }
  static void inspect_nobodys(Start& start, const ClaimSecret& secret) {
    start.check.expect(equal_constant_time(secret.bytes(), new_secret().bytes()), "another label");
    start.check.expect(start.lock.sealed(), "it could be made anew");
    const auto gone = [&](ByteSpan bytes) { return std::ranges::search(start.world.flash.bytes(), bytes).empty(); };
    start.check.expect(gone(start.platform.record().key.bytes()), "the owner's key is still on the chip");
    start.check.expect(start.lock.log().state().last_seq == 0, "the owner's records are still there");
  }
  static ClaimSecret new_secret() {
    Bytes<activation::claim_secret_size_bytes> bytes{};
    bytes[0] = 0xC5;
    return ClaimSecret(bytes);
  }
  void step(Start& start, unsigned) override {
    if (!start.lock.claimed()) return;
    start.lock.press();
    if (!start.powered()) return;
    start.platform.record().chain = {start.platform.record().chain.key, 1};
    const Status taken = start.platform.take_records(start.lock);
    if (!start.check.ok(taken, start.world, "records")) return;
    const Status receipt = start.lock.take_receipt(start.platform.receipt(start.lock.log().state().last_seq));
    if (!start.check.ok(receipt, start.world, "receipt")) return;
    audit::RecordBytes last{};
    const audit::ReasonCode reason = start.lock.give_up(1, new_secret(), last);
    given_up_ = given_up_ || reason == audit::reason_none;
    if (start.powered()) start.check.expect(reason == audit::reason_none, "it was refused");
  }

  bool given_up_ = false;
};

/// A new desired state: the old one opens or the new one, never a mix, and never the old one again after *applied*.
class DesiredState final : public CopiedScenario<DesiredState> {
 public:
  explicit DesiredState(LockClass lock_class) : CopiedScenario(lock_class) {}

 private:
  unsigned step_count() const override { return 1; }
  void inspect(Start& start) override {
    const std::uint32_t version = start.lock.applied_version();
    start.check.expect(version == 2 || (version == 1 && !said_applied_), "a desired state was forgotten");
    start.world.counter.advance(600);  // every start has its own codes
    const bool is_new = version == 2;
    expect_opens(start, start.platform.fixed_code(start.now(), 7, 3), !is_new, "slot 7 of the old state");
    expect_opens(start, start.platform.fixed_code(start.now(), 8, 0), is_new, "slot 8 of the new state");
    expect_opens(start, start.platform.app_code(start.now(), 0, 1), is_new, "the new generation of slot 0");
  }
  static void expect_opens(Start& start, const Digits& code, bool opens, const char* what) {
    if (!start.powered()) return;
    const KeypadResult result = start.type(code);
    if (!start.powered() || result.reason == code_of(Reason::kLockedOut)) return;
    start.check.expect((result.verdict == Verdict::kGranted) == opens, what);
  }
  void step(Start& start, unsigned) override {
    if (start.lock.applied_version() == 2) return;
    link::Snapshot& snapshot = start.platform.record().snapshot;
    snapshot.slot_count = 0;
    start.platform.set_slot(0, 1);
    start.platform.set_slot(8, 0, true);
    const Status status = apply(start.lock, 2, snapshot);
    said_applied_ = said_applied_ || status == Status::kOk;
    start.check.ok(status, start.world, "apply");
  }

  bool said_applied_ = false;
};

/// A new schedule: closed by the old one or open by the new, never the rule of one with the schedule of the other.
class NewSchedule final : public CopiedScenario<NewSchedule> {
 public:
  explicit NewSchedule(LockClass lock_class) : CopiedScenario(lock_class) {}

 private:
  void set_up(SimPlatform& platform) override {
    platform.set_schedules({{false}, {false}});
    platform.set_rule(0, {.schedule = 1});
  }
  unsigned step_count() const override { return 1; }
  void inspect(Start& start) override {
    const std::uint32_t version = start.lock.applied_version();
    start.check.expect(version == 2 || (version == 1 && !said_applied_), "a desired state was forgotten");
    start.world.counter.advance(600);  // every start has its own code
    if (!start.powered()) return;
    const KeypadResult result = start.type(start.platform.app_code(start.now()));
    if (!start.powered() || result.reason == code_of(Reason::kLockedOut)) return;
    start.check.expect((result.verdict == Verdict::kGranted) == (version == 2), "it opened by another schedule than its own");
  }
  void step(Start& start, unsigned) override {
    if (start.lock.applied_version() == 2) return;
    start.platform.set_schedules({{false}, {true}});
    start.platform.set_rule(0, {.schedule = 2});
    const Status status = apply(start.lock, 2, start.platform.record().snapshot);
    said_applied_ = said_applied_ || status == Status::kOk;
    start.check.ok(status, start.world, "apply");
  }

  bool said_applied_ = false;
};

/// Another PIN in the place of one: the old one opens or the new one, never both, and never none.
class NewPin final : public CopiedScenario<NewPin> {
 public:
  NewPin() : CopiedScenario(LockClass::kProtected) {}

 private:
  void set_up(SimPlatform& platform) override { platform.set_pin(3, 0, "314159"); }
  unsigned step_count() const override { return 1; }
  void inspect(Start& start) override {
    const std::uint32_t version = start.lock.applied_version();
    start.check.expect(version == 2 || (version == 1 && !said_applied_), "a desired state was forgotten");
    expect_opens(start, "314159", version == 1);
    expect_opens(start, "271828", version == 2);
  }
  static void expect_opens(Start& start, std::string_view pin, bool opens) {
    if (!start.powered()) return;
    start.world.counter.advance(600);  // so that no wait is in the way
    const KeypadResult result = start.type(Digits::parse(pin));
    if (!start.powered() || result.reason == code_of(Reason::kLockedOut)) return;
    start.check.expect((result.verdict == Verdict::kGranted) == opens, "a PIN of another desired state");
  }
  void step(Start& start, unsigned) override {
    if (start.lock.applied_version() == 2) return;
    start.platform.set_pin(3, 1, "271828");
    const Status status = apply(start.lock, 2, start.platform.record().snapshot);
    said_applied_ = said_applied_ || status == Status::kOk;
    start.check.ok(status, start.world, "apply");
  }

  bool said_applied_ = false;
};

/// Records past the end of the ring, with receipts in between: what was receipted stays receipted, and nothing else is dropped
/// but by the policy, which says so.
class RecordsAndReceipts final : public CopiedScenario<RecordsAndReceipts> {
 public:
  RecordsAndReceipts() : CopiedScenario(LockClass::kProtected) {}

  void prepare(World& world, Check& check) override {
    LockScenario::prepare(world, check);
    OpensslProvider provider(256);
    Lock lock(port_of(world, provider, scenario_journal_size_bytes));
    check.expect(lock.boot() == Status::kOk, "prepare: boot");
    while (lock.log().state().last_seq < count_before) lock.refuse_command(1, audit::reason_command_unknown);
  }

 private:
  static constexpr std::uint32_t count_before = 2 * 85 - 3;
  static constexpr std::uint32_t receipt_seq = 60;

  unsigned step_count() const override { return 8; }
  void inspect(Start& start) override {
    const LogState log = start.lock.log().state();
    start.check.expect(log.last_seq >= newest_, "a record was lost");
    start.check.expect(log.receipt_seq >= receipt_, "a receipt was forgotten");
    if (log.first_seq <= receipt_seq + 1 || !start.powered()) return;
    start.check.expect(lost_up_to(start) == log.first_seq - 1, "a loss was not recorded");
  }
  /// What the newest records_lost says.
  static std::uint32_t lost_up_to(Start& start) {
    std::uint32_t last = 0;
    const LogState log = start.lock.log().state();
    for (std::uint32_t seq = log.first_seq; seq <= log.last_seq; ++seq) {
      AuditRecordBytes bytes{};
      if (start.lock.log().read(seq, bytes) != Status::kOk) continue;
      const Result<audit::Record> record = audit::decode(bytes);
      if (record.ok() && record->kind == audit::Kind::kRecordsLost)
        last = load_be<std::uint32_t>(ByteSpan(record->detail).subspan(4));
    }
    return last;
  }
  void step(Start& start, unsigned number) override {
    if (number == 1) return acknowledge(start);
    start.lock.refuse_command(number, audit::reason_command_unknown);
    if (start.powered()) newest_ = start.lock.log().state().last_seq;
  }
  void acknowledge(Start& start) {
    if (start.lock.log().state().first_seq > receipt_seq) return;
    AuditRecordBytes bytes{};
    if (!start.check.ok(start.lock.log().read(receipt_seq, bytes), start.world, "read")) return;
    SimPlatform& platform = start.platform;
    platform.record().records.resize(receipt_seq);
    platform.record().records.back() = *audit::decode(bytes);
    const Status status = start.lock.take_receipt(platform.receipt(receipt_seq));
    if (status == Status::kOk) receipt_ = receipt_seq;
    start.check.ok(status, start.world, "receipt");
  }

  std::uint32_t newest_ = 0;
  std::uint32_t receipt_ = 0;
};

/// An answer to a link file counts once, wherever the power goes.
class FileAnswer final : public CopiedScenario<FileAnswer> {
 public:
  FileAnswer() : CopiedScenario(LockClass::kProtected) {}

 private:
  unsigned step_count() const override { return 3; }
  void step(Start& start, unsigned number) override {
    std::vector<std::uint8_t> buffer(link_file_size_bytes_min);
    if (number == 0) {
      if (!start.check.ok(write_link_file(start.lock, buffer).status(), start.world, "write")) return;
      nonce_ = link::decode_file_header(buffer)->nonce;
      return;
    }
    const Status status = read_link_file(start.lock, answer(start), buffer).status();
    taken_ += status == Status::kOk ? 1 : 0;
    start.check.expect(taken_ <= 1, "one answer was taken twice");
    if (start.powered()) start.check.expect(status == Status::kOk || status == Status::kStale, "a good answer was refused");
    if (start.powered() && number == 2) start.check.expect(status == Status::kStale, "one answer was taken twice");
  }
  std::vector<std::uint8_t> answer(Start& start) const {
    std::vector<std::uint8_t> message(64);
    ByteWriter message_out(message);
    encode(link::Time{nonce_, start.now().value, 10}, message_out);
    std::vector<std::uint8_t> list(80);
    ByteWriter list_out(list);
    link::append_to_list(message_out.written(), list_out);
    const ScopedKey key = start.platform.session_key();
    std::vector<std::uint8_t> file(256);
    const link::FileHeader header{link::FileKind::kToLock, start.lock.id(), nonce_, {}};
    file.resize(*link::seal_file(start.provider, key.handle(), header, list_out.written(), file));
    return file;
  }

  link::Nonce nonce_{};
  unsigned taken_ = 0;
};

/// A door is forced, its cover comes off, and both end: whoever reads the log hears of every beginning and of the end.
class ForcedAndShut final : public CopiedScenario<ForcedAndShut> {
 public:
  ForcedAndShut() : CopiedScenario(LockClass::kProtected) {}

 private:
  unsigned step_count() const override { return 3; }
  void step(Start& start, unsigned number) override {
    start.world.counter.advance(60);
    start.world.sensors.door = number == 1 ? DoorState::kOpen : DoorState::kClosed;
    start.world.sensors.cover_off = number == 1;
    start.lock.poll();
    if (!start.powered()) return;
    const bool tampered = is_on(start, audit::Kind::kTampered, audit::Kind::kTamperEnded);
    start.check.expect(tampered == (number == 1), "the log does not say whether the cover is off");
    start.check.expect(number == 1 || !is_on(start, audit::Kind::kDoorForced, audit::Kind::kDoorClosed),
                       "the log does not say that the door closed");
  }
  /// Whether the newest of the two in the log is the beginning.
  static bool is_on(Start& start, audit::Kind began, audit::Kind ended) {
    const LogState state = start.lock.log().state();
    bool on = false;
    for (std::uint32_t seq = state.first_seq; seq <= state.last_seq; ++seq) {
      AuditRecordBytes bytes{};
      if (start.lock.log().read(seq, bytes) != Status::kOk) continue;
      const Result<audit::Record> record = audit::decode(bytes);
      if (record.ok() && (record->kind == began || record->kind == ended)) on = record->kind == began;
    }
    return on;
  }
};

template <class Made, auto... arguments>
void add(ScenarioList& list, const char* name, const char* about, bool is_short = false) {
  list.push_back(
      {.name = name, .about = about, .is_short = is_short, .flash_size_bytes = scenario_flash_size_bytes, .make = [] {
         return std::make_unique<Made>(arguments...);
       }});
}

}  // namespace

void add_lock_scenarios(ScenarioList& list) {
  add<Throttle>(list, "throttle", "wrong codes until the keypad waits", true);
  add<OneTimeCode>(list, "one_time_code", "a one-time code, and again", true);
  add<FixedToken>(list, "fixed_token", "a fixed token's code at an unprotected lock, and again");
  add<CountedUses, false>(list, "counted_uses", "a slot that may open twice, four times", true);
  add<CountedUses, true>(list, "counted_pin", "a PIN that may open twice, four times");
  add<AfterFirstUse>(list, "after_first_use", "the first opening starts the time that is left");
  add<FirstUse>(list, "first_use", "an offline code is used for the first time");
  add<ExclusiveCancel>(list, "exclusive_cancel", "the next guest's code cancels the last guest's");
  add<UsedOnce>(list, "used_once", "a once code and a pool code, and again");
  add<ClearAndRelease>(list, "clear_and_release", "a clear code, then a release code, and again");
  add<ClockCode>(list, "clock_code", "the clock is lost and set by a code");
  add<ActivationCut>(list, "activation", "a lock is activated");
  add<GivingUp, LockClass::kProtected>(list, "giving_up_protected", "a protected lock gives itself up");
  add<GivingUp, LockClass::kUnprotected>(list, "giving_up_unprotected", "an unprotected lock gives itself up");
  add<DesiredState, LockClass::kProtected>(list, "desired_protected", "a new desired state at a protected lock");
  add<DesiredState, LockClass::kUnprotected>(list, "desired_unprotected", "new keys and slots at an unprotected lock");
  add<NewSchedule, LockClass::kProtected>(list, "new_schedule_protected", "a new schedule at a protected lock");
  add<NewSchedule, LockClass::kUnprotected>(list, "new_schedule_unprotected", "a new schedule at an unprotected lock");
  add<NewPin>(list, "new_pin", "a new PIN in the place of one");
  add<RecordsAndReceipts>(list, "records_and_receipts", "records past the end of the ring, and a receipt");
  add<ForcedAndShut>(list, "forced_and_shut", "a door is forced and its cover taken off, and both end");
  add<FileAnswer>(list, "file_answer", "an answer to a link file, and again");
}

}  // namespace cardea::testing
