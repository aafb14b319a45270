// SPDX-License-Identifier: Apache-2.0
// The lock as a WebAssembly module: an instance is a lock that has power, from its start to the moment when the plug is pulled.
// What its host calls stands in firmware/README.md.

#include <algorithm>
#include <new>

#include "drivers/crypto/bearssl/bearssl_provider.hpp"
#include "firmware/wasm/module.hpp"
#include "lock/activation/activation.hpp"
#include "lock/port/wasm/wasm_port.hpp"

namespace cardea::wasm {
namespace {

constexpr std::uint32_t region_size_bytes = WiredFlash::size / 2;
/// Between the ask and its answer nothing but the host's calls passes.
constexpr RunMillis at_once{};

struct Machine {
  WiredFlash flash;
  WiredCounter counter;
  WiredMotor motor;
  WiredSensors sensors;
  HostNoise noise;
  std::array<BearsslKeySlot, code_keys_handle_count_max + 8> keys{};
  BearsslProvider provider{keys, noise, bearssl_m31};
  Lock lock{{.flash = flash,
             .journal = {0, region_size_bytes},
             .audit = {region_size_bytes, region_size_bytes},
             .counter = counter,
             .motor = motor,
             .sensors = sensors,
             .provider = provider}};
  Activation activation{lock};
};

Lock& lock() { return only<Machine>().lock; }

std::uint8_t flag(bool value) { return value ? 1 : 0; }

}  // namespace
}  // namespace cardea::wasm

using namespace cardea;        // NOLINT: exports have no namespace
using namespace cardea::wasm;  // NOLINT

CARDEA_EXPORT(buffer) std::uint8_t* cardea_buffer() { return buffer.data(); }

/// In: id 16 · claim secret 16.
CARDEA_EXPORT(make) std::uint32_t cardea_make(std::uint32_t lock_class) {
  ByteReader in(buffer);
  Factory factory;
  factory.lock.value = in.array<lock_id_size_bytes>();
  factory.claim_secret = Secret<activation::claim_secret_size_bytes>(in.array<activation::claim_secret_size_bytes>());
  factory.lock_class = lock_class == 1 ? link::LockClass::kProtected : link::LockClass::kUnprotected;
  return number_of(lock().make(factory));
}

CARDEA_EXPORT(boot) std::uint32_t cardea_boot() { return number_of(lock().boot()); }
CARDEA_EXPORT(poll) void cardea_poll() { lock().poll(); }

/// In: `size` characters. Out: verdict u32 · reason u8 · alert u8 · wait u32.
CARDEA_EXPORT(enter) void cardea_enter(std::uint32_t size) {
  const Digits entry =
      Digits::parse({reinterpret_cast<const char*>(buffer.data()), std::min<std::size_t>(size, buffer.size())});
  wipe(MutableByteSpan(buffer).first(digit_count_max));
  const KeypadResult result = lock().enter(entry);
  ByteWriter out(buffer);
  out.u32(static_cast<std::uint32_t>(result.verdict));
  out.u8(result.reason);
  out.u8(result.alert);
  out.u32(result.wait_s);
}

/// Out: 1 when it opened u8 · reason u8.
CARDEA_EXPORT(press) void cardea_press() {
  const OpenResult result = lock().press();
  ByteWriter out(buffer);
  out.u8(flag(result.opened));
  out.u8(result.reason);
}

/// Out: the ask. Its size, or 0 when the lock may not ask.
CARDEA_EXPORT(ask) std::uint32_t cardea_ask() {
  const Result<activation::AskBytes> ask = only<Machine>().activation.ask(at_once);
  if (!ask.ok()) return 0;
  std::ranges::copy(*ask, buffer.begin());
  return activation::ask_size_bytes;
}

/// In: the answer. Out: done.
CARDEA_EXPORT(answer) std::uint32_t cardea_answer(std::uint32_t size) {
  activation::DoneBytes done{};
  const std::size_t size_in_buffer = std::min<std::size_t>(size, buffer.size());
  const Status status = only<Machine>().activation.answer(ByteSpan(buffer).first(size_in_buffer), at_once, done);
  std::ranges::copy(done, buffer.begin());
  return number_of(status);
}

/// In: a snapshot (link.md §5), as the link hands it over.
CARDEA_EXPORT(apply) std::uint32_t cardea_apply(std::uint32_t version, std::uint32_t size) {
  link::SnapshotView snapshot;
  const std::size_t size_in_buffer = std::min<std::size_t>(size, buffer.size());
  const Status status = snapshot.read(ByteSpan(buffer).first(size_in_buffer), lock().lock_class());
  return number_of(status == Status::kOk ? lock().apply(version, snapshot) : status);
}

/// The platform's time, as the link hands it over, answered at once.
CARDEA_EXPORT(hear_time) std::uint32_t cardea_hear_time(std::uint32_t time, std::uint32_t uncertainty_ms) {
  return number_of(lock().take_time({time, uncertainty_ms, 0}, audit::Method::kPlatform));
}

CARDEA_EXPORT(release_keypad) std::uint32_t cardea_release_keypad() { return number_of(lock().release_keypad(1)); }
CARDEA_EXPORT(lose_clock) std::uint32_t cardea_lose_clock() { return number_of(lock().lose_clock()); }

/// Out: ready u8 · claimed u8 · quality u8 · off u8 · time u32 · error bound u32 · wait u32 · failures of a day u32 · of a
/// month u32 · oldest record u32 · newest u32.
CARDEA_EXPORT(state) void cardea_state() {
  const ClockReading clock = lock().clock();
  const Throttle& throttle = lock().state().throttle;
  const LogState log = lock().log().state();
  ByteWriter out(buffer);
  out.u8(flag(lock().ready()));
  out.u8(flag(lock().claimed()));
  out.u8(static_cast<std::uint8_t>(clock.quality));
  out.u8(flag(throttle.off));
  out.u32(static_cast<std::uint32_t>(clock.now.value));
  out.u32(clock.error_bound_s);
  out.u32(lock().wait_s());
  out.u32(failures_of_day(throttle, clock.run));
  out.u32(failures_of_month(throttle, clock.run));
  out.u32(log.first_seq);
  out.u32(log.last_seq);
}

/// Out: the record (event.md §1).
CARDEA_EXPORT(record) std::uint32_t cardea_record(std::uint32_t seq) {
  AuditRecordBytes bytes{};
  const Status status = lock().log().read(seq, bytes);
  std::ranges::copy(bytes, buffer.begin());
  return number_of(status);
}
