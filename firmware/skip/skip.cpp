// SPDX-License-Identifier: Apache-2.0
// An image whose entries at the lock are carried out again and again, each time without one of their instructions
// (tests/firmware/skip_test.py). It links the shipped lock/ and moves the board's shipped motor; what it is to do, and what
// came of it, stands in the memory that the emulator keeps in a file, behind the flash.

#include <algorithm>
#include <cstring>
#include <new>
#include <optional>

#include "core/codes/offline.hpp"
#include "core/grant/visitor.hpp"
#include "firmware/mps2/curve.hpp"
#include "firmware/mps2/start.hpp"
#include "firmware/skip/inject.hpp"
#include "lock/link/link.hpp"
#include "lock/near/near.hpp"
#include "lock/port/mps2/board.hpp"
#include "lock/port/mps2/door.hpp"
#include "lock/port/mps2/nor_flash.hpp"

extern "C" {
extern std::uint8_t __data_start[], __bss_end[];
void interrupt_handler() {}
// In place of the port's: what would end the emulator, or reset a product, ends the call.
[[noreturn]] void __wrap__ZN6cardea16assertion_failedEv() {
  while (true) asm volatile("svc #0");
}
[[noreturn]] void __wrap__ZN6cardea4mps213end_emulationEi(int) {
  while (true) asm volatile("svc #0");
}
[[noreturn]] void __wrap__ZN6cardea4mps27restartEv() {
  while (true) asm volatile("svc #0");
}
[[noreturn]] void __real__ZN6cardea4mps213end_emulationEi(int);
}

namespace cardea::firmware {
namespace {

constexpr std::uint32_t region_size_bytes = 16 * flash_sector_size_bytes;
constexpr std::uint32_t flash_size_bytes = 2 * region_size_bytes;  // of what the lock has of it
constexpr UnixSeconds start_time{1'795'219'200};
constexpr int end_done = 0;
constexpr int end_failed = 1;

void must(bool done) {
  if (!done) __real__ZN6cardea4mps213end_emulationEi(end_failed);
}
template <class T>
T must(Result<T> result) {
  must(result.ok());
  return *std::move(result);
}

// --- a lock, and what it stands on
// ---------------------------------------------------------------------------------------------

class FixedCounter final : public SecondsCounter {
 public:
  [[nodiscard]] std::uint64_t seconds() override { return seconds_; }
  [[nodiscard]] bool kept() override { return true; }
  void advance(std::uint64_t seconds) { seconds_ += seconds; }

 private:
  std::uint64_t seconds_ = 1'000'000;
};

class FixedNoise final : public NoiseSource {
 public:
  Status gather(MutableByteSpan out) override {
    for (std::uint8_t& byte : out) byte = next_++;
    return Status::kOk;
  }

 private:
  std::uint8_t next_ = 1;
};

// Behind the flash, in the same file: where no call that goes astray comes.
constexpr std::uint32_t memory_copy_offset = 0x0020'0000;
constexpr std::uint32_t flash_copy_offset = 0x0030'0000;
constexpr std::uint32_t curve_memo_offset = 0x0034'0000;
static_assert(memory_copy_offset >= mps2::NorFlash::size && flash_copy_offset + flash_size_bytes <= curve_memo_offset);
constexpr std::uint32_t openings_offset = 0x0039'0000;
constexpr std::uint32_t job_offset = 0x0040'0000;
constexpr std::uint32_t items_offset = 0x0040'1000;

template <class T>
T* at(std::uint32_t offset) {
  return reinterpret_cast<T*>(mps2::board.nor_base + offset);
}

volatile std::uint32_t& openings() { return *at<volatile std::uint32_t>(openings_offset); }

/// What the curve computed before, for the same question: handshakes are tried ten thousand times, and take 30 million
/// instructions otherwise. None of these is left out.
struct CurveAnswer {
  std::uint32_t kind;
  Bytes<164> asked;
  Bytes<68> answer;
  std::uint32_t result;
};
constexpr std::size_t curve_memo_count = 60;
struct CurveMemo {
  std::uint32_t count;
  CurveAnswer answers[curve_memo_count];
};
static_assert(sizeof(CurveMemo) <= 0x4000);

template <class Compute>
std::uint32_t ask_curve(std::uint32_t kind, std::initializer_list<ByteSpan> question, MutableByteSpan answer, Compute compute) {
  CurveMemo& memo = *at<CurveMemo>(curve_memo_offset);
  Bytes<164> asked{};
  std::size_t end = 0;
  for (const ByteSpan part : question) {
    must(part.size() <= asked.size() - end);
    std::ranges::copy(part, asked.begin() + end);
    end += part.size();
  }
  for (const CurveAnswer& known : std::span(memo.answers).first(memo.count)) {
    if (known.kind != kind || known.asked != asked) continue;
    std::copy_n(known.answer.begin(), answer.size(), answer.begin());
    return known.result;
  }
  must(memo.count < curve_memo_count);
  CurveAnswer& fresh = memo.answers[memo.count];
  fresh.kind = kind;
  fresh.asked = asked;
  fresh.result = compute();
  std::ranges::copy(answer, fresh.answer.begin());
  ++memo.count;
  return fresh.result;
}

std::uint32_t remembered_mul(unsigned char* point, std::size_t size, const unsigned char* x, std::size_t x_size, int id) {
  return ask_curve(1, {{point, size}, {x, x_size}}, {point, size},
                   [=] { return curve.points->mul(point, size, x, x_size, id); });
}
std::size_t remembered_mulgen(unsigned char* point, const unsigned char* x, std::size_t x_size, int id) {
  return ask_curve(2, {{x, x_size}}, {point, 65}, [=] { return curve.points->mulgen(point, x, x_size, id); });
}
std::uint32_t remembered_verify(const br_ec_impl* /*points*/, const void* hash, std::size_t size, const br_ec_public_key* key,
                                const void* signature, std::size_t signature_size) {
  return ask_curve(3,
                   {{static_cast<const std::uint8_t*>(hash), size},
                    {key->q, key->qlen},
                    {static_cast<const std::uint8_t*>(signature), signature_size}},
                   {}, [=] { return curve.verify(curve.points, hash, size, key, signature, signature_size); });
}
const br_ec_impl& remembered_points() {
  static const br_ec_impl points = [] {
    br_ec_impl made = *curve.points;
    made.mul = remembered_mul;
    made.mulgen = remembered_mulgen;
    return made;
  }();
  return points;
}
const BearsslCurve& remembered_curve() {
  static const BearsslCurve remembered{&remembered_points(), curve.sign, remembered_verify, curve.find_y};
  return remembered;
}

/// Behind the board's motor: it has moved when its line says so.
class MotorLine final : public serial::ByteSink {
 public:
  void write(ByteSpan bytes) override {
    if (bytes.size() >= 6 && std::memcmp(bytes.data(), "! open", 6) == 0) openings() = openings() + 1;
  }
};

/// What the lock says over the link, frame behind frame.
class Wire final : public LinkSink {
 public:
  void send(ByteSpan message) override {
    must(message.size() + 2 <= bytes_.size() - end_);
    store_be(static_cast<std::uint16_t>(message.size()), std::span(bytes_).subspan(end_).first<2>());
    std::copy(message.begin(), message.end(), bytes_.begin() + end_ + 2);
    end_ += message.size() + 2;
  }
  void close() override {}
  /// Empty when there is no more.
  ByteSpan next() {
    if (first_ == end_) return {};
    const std::size_t size = load_be<std::uint16_t>(ByteSpan(bytes_).subspan(first_, 2));
    first_ += size + 2;
    return ByteSpan(bytes_).subspan(first_ - size, size);
  }

 private:
  Bytes<4'096> bytes_{};
  std::size_t first_ = 0;
  std::size_t end_ = 0;
};

/// What the lock says to who stands before it: the newest packet, which is a message.
class Air final : public NearSink {
 public:
  void send(ByteSpan packet) override {
    must(packet.size() <= bytes_.size());
    std::ranges::copy(packet, bytes_.begin());
    size_ = packet.size();
  }
  [[nodiscard]] ByteSpan message() {
    return ByteSpan(bytes_).first(size_).subspan(std::min(size_, session::fragment_head_size_bytes));
  }

 private:
  Bytes<128> bytes_{};
  std::size_t size_ = 0;
};

struct World {
  mps2::NorFlash flash;
  FixedCounter counter;
  MotorLine line;
  mps2::PanelMotor motor{line};
  mps2::PanelSensors sensors;
  FixedNoise noise;
  std::array<BearsslKeySlot, lock_key_handle_count_max + near_handle_count_max + 24> keys{};
  BearsslProvider provider{keys, noise, remembered_curve()};
  Lock lock{{flash, {0, region_size_bytes}, {region_size_bytes, region_size_bytes}, counter, motor, sensors, provider}};
  Activation activation{lock};
  Wire wire;
  Link link{lock, activation, wire};
  std::optional<session::Stream> peer;
  Air air;
  Near near{lock, air, 512};
  KeyHandle grant_key;
  grant::Grant grant;
  Bytes<session::credential_size_bytes_max> credential{};
  std::optional<grant::Visitor> visitor;

  // What the attempt takes and gives.
  Digits entry;
  Bytes<512> frame{};
  std::uint8_t packet_number = 0;
  std::size_t frame_size = 0;
  UnixSeconds until;
  RunMillis now{1'000'000};
  KeypadResult result;
};

World* world = nullptr;

// --- the platform of that lock
// -------------------------------------------------------------------------------------------------

constexpr LockId lock_id{{1, 2, 3, 4, 5, 6, 7, 8}};
constexpr std::uint8_t token_slot = 0;
constexpr std::uint8_t pin_slot = 1;
constexpr std::uint8_t past_slot = 2;
constexpr std::uint32_t denied_serial = 7;
constexpr char pin[] = "926041";
constexpr char past_pin[] = "703958";

KeyBytes lock_key() {
  KeyBytes key;
  for (std::size_t i = 0; i < KeyBytes::size_bytes; ++i) key.mutable_bytes()[i] = static_cast<std::uint8_t>(17 * i + 3);
  return key;
}

ScopedKey root() { return {world->provider, must(world->provider.import_key(KeyKind::kMac, lock_key()))}; }

link::SnapshotSlot pin_of(std::uint8_t number, const char* digits) {
  const ScopedKey key_root = root();
  const ScopedKey key(world->provider, must(derive_pin_key(world->provider, key_root.handle(), lock_id)));
  link::SnapshotSlot slot;
  slot.number = number;
  slot.pin = true;
  slot.pin_digest = must(pin_digest(world->provider, key.handle(), Digits::parse(digits)));
  return slot;
}

void make_lock() {
  Factory factory;
  factory.lock = lock_id;
  must(world->lock.make(factory) == Status::kOk);
  activation::Gift gift;
  gift.key = lock_key();
  gift.audit_seed = lock_key();
  gift.session_chain = lock_key();
  gift.time = start_time.value;
  gift.desired_version = 1;
  link::Snapshot& snapshot = gift.snapshot;
  snapshot.settings.codes.pin_digits = sizeof pin - 1;
  snapshot.slot_count = 3;
  snapshot.slots[0].number = token_slot;
  snapshot.slots[1] = pin_of(pin_slot, pin);
  snapshot.slots[2] = pin_of(past_slot, past_pin);
  snapshot.slots[2].rule.ends_at_s = static_cast<std::uint32_t>(start_time.value) - 3'600;
  snapshot.takes_keys = true;
  world->grant_key = must(world->provider.p256_generate(KeyKind::kSign, snapshot.grant_key));
  snapshot.denials.number = 1;
  snapshot.denials.count = 1;
  snapshot.denials.serials[0] = denied_serial;
  static Bytes<link::snapshot_size_bytes_max> bytes;
  ByteWriter out(bytes);
  must(link::encode(snapshot, factory.lock_class, out) == Status::kOk);
  activation::OpenedGift opened{static_cast<const activation::GiftHead&>(gift), {}};
  must(opened.snapshot.read(out.written(), factory.lock_class) == Status::kOk);
  must(world->lock.activate(opened, {start_time.value, 100, 200}, audit::Method::kPlatform, nullptr) == Status::kOk);
}

Digits token_code() {
  const ScopedKey key = root();
  const OtpRequest request{.slot = {token_slot, 0}, .time = start_time};
  return must(issue_otp(world->provider, key.handle(), lock_id, request));
}

Digits offline_code(const Descriptor& descriptor) {
  const ScopedKey key_root = root();
  const ScopedKey key(world->provider, must(derive_code_key(world->provider, key_root.handle(), lock_id, 0)));
  return must(issue_offline(world->provider, key.handle(), descriptor, Settings{}.code_digits));
}
/// A code of an hour that began so long ago.
Descriptor hour_code(Family family, std::uint32_t quarters_ago) {
  return {family, 0, static_cast<std::uint32_t>((start_time.value - code_epoch_unix_s) / quarter_hour_s) - quarters_ago, 0};
}

std::uint8_t take_openings() {
  const auto count = static_cast<std::uint8_t>(openings());
  openings() = 0;
  return count;
}

void type(const Digits& entry) { world->result = world->lock.enter(entry); }

template <class Message>
void seal(const Message& message) {
  Bytes<96> bytes{};
  ByteWriter out(bytes);
  encode(message, out);
  world->frame_size = must(world->peer->seal(out.written(), world->frame));
}

void hear() { world->link.received(ByteSpan(world->frame).first(world->frame_size), world->now); }

void connect() {
  const ScopedKey key_root = root();
  const ScopedKey key(world->provider, must(link::derive_session_key(world->provider, key_root.handle(), lock_id)));
  const session::SharedKey shared = must(link::share_key(world->provider, key.handle(), lock_id, {}, 0));
  const session::Ratchet ratchet{0, lock_key()};
  session::Responder platform(world->provider, shared, ratchet);
  world->link.connected(world->now);
  world->link.received(must(platform.answer(world->wire.next())), world->now);
  session::Agreement agreement;
  must(platform.finish(world->wire.next(), agreement) == Status::kOk);
  world->provider.release_key(shared.k_auth);
  world->peer.emplace(must(session::Stream::start(world->provider, agreement)));
}

constexpr std::uint64_t command = 77;

/// Asks for an unlock, and what the lock challenges that with.
link::Nonce challenge() {
  seal(link::Command{command, link::Action::kUnlock});
  hear();
  while (true) {
    const ByteSpan frame = world->wire.next();
    must(!frame.empty());
    static Bytes<4'096> message;
    const std::size_t size = must(world->peer->take(frame, message));
    if (message[0] != static_cast<std::uint8_t>(link::MessageType::kChallenge)) continue;
    return must(link::decode_challenge(ByteSpan(message).first(size))).nonce;
  }
}

// --- what is tried -----------------------------------------------------------------------------------------------------------

/// A second attempt of the same, which does not open.
enum class Repeat : std::uint8_t { kNone, kAfterRestart, kAtOnce };

struct Scenario {
  const char* name;
  void (*prepare)();  ///< leads up to the attempt
  void (*attempt)();
  bool opens = false;  ///< when no instruction is left out
  Repeat repeat = Repeat::kNone;
};

void type_entry() { type(world->entry); }

/// Prepares the keys of the hour too, so that the attempt is a lock's usual one.
void a_wrong_code() {
  const Digits code = token_code();
  world->entry = Digits::of((code.value() + 43'210'987) % power_of_ten(otp_digits_max), otp_digits_max);
  type(Digits::of((code.value() + 54'321'098) % power_of_ten(otp_digits_max), otp_digits_max));
}
/// All but the last of its bits.
void a_nearly_right_code() {
  a_wrong_code();
  world->entry = Digits::of(token_code().value() ^ 1, otp_digits_max);
}
/// What memory holds where nothing was written.
void zeros() {
  a_wrong_code();
  world->entry = Digits::of(0, otp_digits_max);
}
void a_used_code() {
  world->entry = token_code();
  type(world->entry);
}
void a_right_code_at_a_blocked_keypad() {
  a_wrong_code();
  const Digits wrong = world->entry;
  while (world->lock.wait_s() == 0) type(wrong);
  world->entry = token_code();
}
void a_pin_past_its_window() {
  a_wrong_code();
  world->entry = Digits::parse(past_pin);
}
void a_wrong_pin() {
  a_wrong_code();
  world->entry = Digits::parse("926042");
}
void the_right_pin() {
  a_wrong_code();
  world->entry = Digits::parse(pin);
}
void a_forged_run() {
  connect();
  link::Nonce nonce = challenge();
  nonce[0] ^= 1;
  seal(link::Run{command, nonce, 30});
}
void a_late_run() {
  connect();
  seal(link::Run{command, challenge(), 30});
  world->now.value += 31'000;
}
void a_run_that_nobody_asked_for() {
  connect();
  seal(link::Run{command, {}, 30});
}
void the_right_code() {
  a_wrong_code();
  world->entry = token_code();
}
void the_right_run() {
  connect();
  seal(link::Run{command, challenge(), 30});
}

void the_code_of(const Descriptor& descriptor) {
  a_wrong_code();
  world->entry = offline_code(descriptor);
}
void an_offline_code_past_its_window() { the_code_of(hour_code(Family::kTimed, 9)); }
void a_code_that_opened_once() {
  the_code_of(hour_code(Family::kOnce, 1));
  type(world->entry);
  must(take_openings() == 1);
}
void a_used_pool_code() {
  the_code_of(pool_code(3));
  type(world->entry);
  must(take_openings() == 1);
}
void a_clock_code() { the_code_of(clock_code(must(tick_of(start_time)))); }
void a_clear_code() { the_code_of(clear_code(must(tick_of(start_time)))); }

void show_key() {
  World& w = *world;
  ByteWriter out(w.frame);
  must(grant::encode(w.grant, out) == Status::kOk);
  w.frame_size = out.size();
  w.until = {start_time.value + 3'600};
}
void ask_by_key() {
  World& w = *world;
  w.result = w.lock.open_by_key(ByteSpan(w.frame).first(w.frame_size), w.until, anew(Verdict::kGranted));
}
void a_key_of_another_lock() {
  world->grant = {.lock = {{8, 7, 6, 5, 4, 3, 2, 1}}, .serial = 1};
  show_key();
}
void a_lease_that_is_over() {
  world->grant = {.lock = lock_id, .serial = 1};
  show_key();
  world->until = {start_time.value - 1};
}
void a_denied_key() {
  world->grant = {.lock = lock_id, .serial = denied_serial};
  show_key();
}
void a_key_for_one_opening() {
  world->grant = {.lock = lock_id, .serial = 1, .use_count_max = 1};
  show_key();
}
void a_used_up_key() {
  a_key_for_one_opening();
  ask_by_key();
  must(take_openings() == 1);
}

/// The message of the phone, as the lock hears it: one packet.
void pack(ByteSpan message) {
  World& w = *world;
  w.frame_size = 0;
  if (message.empty()) return;
  session::Fragmenter pieces(message, ++w.packet_number, w.frame.size());
  w.frame_size = pieces.next(w.frame);
  must(pieces.done());
}
void stand_before() { world->near.received(ByteSpan(world->frame).first(world->frame_size), world->now); }
/// What the phone answers to what the lock said last.
ByteSpan phone_answers() {
  static Bytes<grant::visitor_message_size_bytes_max> out;
  const Result<std::size_t> size = world->visitor->take(world->air.message(), out);
  return ByteSpan(out).first(size.ok() ? *size : 0);
}
/// A phone with a lease that `signer` has signed, up to its last message of the handshake.
void a_phone_of(KeyHandle signer, UnixSeconds from) {
  World& w = *world;
  w.grant = {.lock = lock_id, .serial = 1};
  show_key();
  P256Point point;
  const KeyHandle key = must(w.provider.p256_generate(KeyKind::kAgree, point));
  const auto subject = ascii("phone");
  const Bytes<1> kid{1};
  cbor::Writer out(w.credential);
  const session::NewCredential what{subject, from, w.until, false, kid, point, ByteSpan(w.frame).first(w.frame_size)};
  must(session::write_cwt(w.provider, signer, {}, what, out) == Status::kOk);
  P256Point identity;
  must(w.lock.identity(identity) == Status::kOk);
  w.visitor.emplace(w.provider, grant::Lease{lock_id, identity, key, ByteSpan(w.credential).first(out.size()), {}});
  w.near.connected();
  Bytes<grant::visitor_message_size_bytes_max> message_1;
  pack(ByteSpan(message_1).first(must(w.visitor->begin(message_1))));
  stand_before();
  pack(phone_answers());
}
/// ... and then, if the lock believes it, asks to open.
void prove_and_ask() {
  stand_before();
  if (!world->near.open()) return;
  pack(phone_answers());
  stand_before();
}
void a_phone() { a_phone_of(world->grant_key, start_time); }
void a_phone_with_a_lease_of_its_own() {
  P256Point point;
  a_phone_of(must(world->provider.p256_generate(KeyKind::kSign, point)), start_time);
}
void a_phone_too_early() { a_phone_of(world->grant_key, {start_time.value + 1'800}); }
void a_forged_record() {
  a_phone();
  stand_before();
  pack(phone_answers());
  world->frame[world->frame_size - 1] ^= 1;
}

/// The weakened twin: what the shipped lock decided comes down to one plain bool, and that to one branch.
void type_at_twin() {
  World& w = *world;
  const ClockReading clock = w.lock.clock();
  auto& state = const_cast<LockState&>(w.lock.state());
  CodeKeys keys(w.provider, lock_id);
  keys.use_lock_key(must(w.provider.import_key(KeyKind::kMac, lock_key())));
  const Admission admission = admit(state, w.entry, clock, keys);
  bool good = false;
  if (admission.gate != Gate::kRefused) good = judge(state, w.entry, admission, clock, keys).verdict == Verdict::kGranted;
  asm volatile("" : "+r"(good));
  if (good) static_cast<void>(w.motor.open_for(3'000) == Status::kOk);
}

constexpr Scenario scenarios[] = {
    {"wrong code", a_wrong_code, type_entry},
    {"code with one wrong bit", a_nearly_right_code, type_entry},
    {"zeros", zeros, type_entry},
    {"used code", a_used_code, type_entry},
    {"right code at a blocked keypad", a_right_code_at_a_blocked_keypad, type_entry},
    {"PIN past its window", a_pin_past_its_window, type_entry},
    {"wrong PIN", a_wrong_pin, type_entry},
    {"forged run", a_forged_run, hear},
    {"late run", a_late_run, hear},
    {"run that nobody asked for", a_run_that_nobody_asked_for, hear},
    {"offline code past its window", an_offline_code_past_its_window, type_entry},
    {"code that opened once", a_code_that_opened_once, type_entry},
    {"used pool code", a_used_pool_code, type_entry},
    {"clock code", a_clock_code, type_entry},
    {"clear code", a_clear_code, type_entry},
    {"key of another lock", a_key_of_another_lock, ask_by_key},
    {"lease that is over", a_lease_that_is_over, ask_by_key},
    {"denied key", a_denied_key, ask_by_key},
    {"used-up key", a_used_up_key, ask_by_key},
    {"phone with a lease of its own", a_phone_with_a_lease_of_its_own, prove_and_ask},
    {"phone too early", a_phone_too_early, prove_and_ask},
    {"forged record of a phone", a_forged_record, stand_before},
    {"right code", the_right_code, type_entry, true, Repeat::kAfterRestart},
    {"right PIN", the_right_pin, type_entry, true},
    {"right run", the_right_run, hear, true, Repeat::kAtOnce},
    {"right key", a_key_for_one_opening, ask_by_key, true, Repeat::kAfterRestart},
    {"right phone", a_phone, prove_and_ask, true},
    {"twin: wrong code", a_wrong_code, type_at_twin},
};

// --- what the test asks for
// ----------------------------------------------------------------------------------------------------

constexpr std::uint32_t moment_count_max = 1'000'000;

enum class Task : std::uint32_t {
  kTrace = 1,  ///< writes each Moment of the attempt
  kSkip = 2,   ///< carries the items out
  kList = 3,   ///< writes the names of all scenarios
};
constexpr std::size_t name_size_bytes = 64;

struct Job {
  Task task;
  std::uint32_t scenario;
  std::uint32_t counts;  ///< kSkip: see what failures are counted when the power was off and on
  std::uint32_t count;   ///< kSkip: items
  // The image's own answers.
  std::uint32_t scenario_count;
  std::uint32_t started;  ///< of the image: more than once is a call that started the board anew
  std::uint32_t opens;    ///< when nothing is left out
  std::uint32_t moments;
  std::uint32_t failures;  ///< before the attempt
  std::uint32_t done;      ///< items, in kSkip
};

struct Item {
  std::uint32_t number;  ///< of the instruction
  std::uint32_t pc;      ///< where it must be
  std::uint32_t sum;
  // What came of it:
  std::uint8_t end;
  std::uint8_t lost;      ///< the run was another one
  std::uint8_t openings;  ///< of the attempt
  std::uint8_t openings_again;
  std::uint32_t failures;  ///< counted after the power was off and on
};
static_assert(sizeof(Item) == 20);

/// Eight words at a time: this is most of what a try costs. A little more than `bytes` is copied.
void copy_words(void* to, const void* from, std::size_t bytes) {
  const auto* const end = static_cast<const std::uint8_t*>(from) + bytes;
  asm volatile(
      "1: ldmia %[from]!, {r4-r11}\n"
      "stmia %[to]!, {r4-r11}\n"
      "cmp %[from], %[end]\n"
      "blo 1b\n"
      : [to] "+r"(to), [from] "+r"(from)
      : [end] "r"(end)
      : "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "cc", "memory");
}

/// All memory of the image but the stack that this runs on.
void keep_memory() {
  copy_words(at<void>(memory_copy_offset), __data_start, static_cast<std::size_t>(__bss_end - __data_start));
}
void put_back_memory() {
  copy_words(__data_start, at<void>(memory_copy_offset), static_cast<std::size_t>(__bss_end - __data_start));
}
void keep_flash() { copy_words(at<void>(flash_copy_offset), at<void>(0), flash_size_bytes); }
void put_back_flash() { copy_words(at<void>(0), at<void>(flash_copy_offset), flash_size_bytes); }

void carry_out(Item& item, const Scenario& scenario, const Job& job) {
  const Skipped skipped = run_without(scenario.attempt, item.number);
  item.end = static_cast<std::uint8_t>(skipped.end);
  item.lost = skipped.at != Moment{item.pc, item.sum};
  item.openings = take_openings();
  if (scenario.repeat == Repeat::kAtOnce && skipped.end == End::kReturned) {
    static_cast<void>(run_without(scenario.attempt, whole));
    item.openings_again = take_openings();
  }
  put_back_memory();
  if (scenario.repeat == Repeat::kAfterRestart || job.counts != 0) {
    must(world->lock.boot() == Status::kOk);
    item.failures = world->lock.status().failures;
  }
  if (scenario.repeat == Repeat::kAfterRestart) {
    scenario.attempt();
    item.openings_again = take_openings();
  }
  put_back_memory();
  put_back_flash();
}

void list_scenarios(Job& job) {
  job.scenario_count = std::size(scenarios);
  char* name = at<char>(items_offset);
  for (const Scenario& scenario : scenarios) {
    must(std::strlen(scenario.name) < name_size_bytes);
    std::strcpy(name, scenario.name);
    name += name_size_bytes;
  }
}

void serve() {
  Job& job = *at<Job>(job_offset);
  must(job.started++ == 0);
  if (job.task == Task::kList) return list_scenarios(job);
  must(job.scenario < std::size(scenarios));
  const Scenario& scenario = scenarios[job.scenario];
  job.opens = scenario.opens ? 1 : 0;
  alignas(World) static std::uint8_t place[sizeof(World)];
  world = ::new (place) World;
  make_lock();
  scenario.prepare();
  job.failures = world->lock.status().failures;
  start_injecting();
  keep_memory();
  keep_flash();
  scenario.attempt();  // for what the curve remembers
  put_back_memory();
  put_back_flash();
  openings() = 0;
  if (job.task == Task::kTrace) {
    job.moments = trace(scenario.attempt, at<Moment>(items_offset), moment_count_max);
    must((openings() == 1) == scenario.opens);
    return;
  }
  for (job.done = 0; job.done < job.count; ++job.done) carry_out(at<Item>(items_offset)[job.done], scenario, job);
}

}  // namespace
}  // namespace cardea::firmware

extern "C" [[noreturn, gnu::used]] void run_image() {
  cardea::firmware::serve();
  __real__ZN6cardea4mps213end_emulationEi(cardea::firmware::end_done);
}

/// On a stack behind the flash: a call that goes astray and fills the memory shall not reach it.
[[gnu::naked]] int main() {
  asm volatile(
      "ldr r0, =inject_shared + 0xF000\n"
      "mov sp, r0\n"
      "bl run_image\n"
      ".ltorg\n");
}
