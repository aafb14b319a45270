// SPDX-License-Identifier: Apache-2.0
// A lock in any order of entries, orders, clocks and power cuts, all steered by the input. Held against it: nothing opens
// during a wait, nothing opens without a charge or against the rule of its slot, once, pool and one-time codes open once, and
// the state survives its own items.
#include <map>
#include <memory>
#include <set>
#include <string>

#include "core/codes/offline.hpp"
#include "core/decide/decide.hpp"
#include "core/decide/hear.hpp"
#include "core/decide/items.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace cardea {
namespace {

constexpr std::uint64_t begin_s = 1'800'000'000;

struct World {
  World() {
    keys.use_lock_key(provider.import_key(KeyKind::kMac, KeyBytes{}).value());
    lock_key = provider.import_key(KeyKind::kMac, KeyBytes{}).value();
    Bytes<schedule_set_size_bytes_max> bytes{};
    ByteWriter out(bytes);
    constexpr std::uint32_t begin_min = begin_s / 60;
    constexpr std::array changes{begin_min + 10, begin_min + 600, begin_min + 700, begin_min + 80'000};
    out.u8(2);
    CARDEA_ASSERT(encode(ScheduleChanges{begin_min, true, changes, begin_min + 90'000}, out) == Status::kOk);
    CARDEA_ASSERT(encode(ScheduleChanges{begin_min + 1, false, changes, begin_min + 80'001}, out) == Status::kOk);
    CARDEA_ASSERT(state.schedules.assign(out.written()) == Status::kOk);
  }
  ~World() { keys.clear(); }

  [[nodiscard]] ClockReading clock() const { return {{now_s}, quality, error_s, {run_s}, {newest_s}}; }

  void type(const Digits& entry) {
    const bool waits = wait_of(state.throttle, {run_s}, state.settings.only_keypad) != 0;
    const Admission admission = admit(state, entry, clock(), keys);
    CARDEA_ASSERT(admission.outcome.verdict == Verdict::kRefused);
    if (admission.gate == Gate::kRefused) return;
    newest_s = std::max(newest_s, now_s);
    const Outcome outcome = judge(state, entry, admission, clock(), keys);
    CARDEA_ASSERT((outcome.reason == Reason::kNone) == (outcome.verdict != Verdict::kRefused));
    if (outcome.new_clock.set) {
      now_s = outcome.new_clock.time.value;
      quality = ClockQuality::kCoarse;
    }
    if (outcome.verdict != Verdict::kGranted) return;
    CARDEA_ASSERT(!waits && admission.gate == Gate::kCharged);
    check_opens_once(outcome.detail);
    if (outcome.detail.method != Method::kOffline) check_rule(outcome.detail);
  }

  /// schedule.md S8 to S10, of a slot that has just opened.
  void check_rule(const Detail& detail) {
    for (const SlotState& slot : state.slots) {
      if (!slot.present || slot.id != detail.slot) continue;
      const SlotRule& rule = slot.rule;
      CARDEA_ASSERT(rule.schedule == 0 || state.schedules.state_at(rule.schedule, {now_s}) == ScheduleState::kOpen);
      CARDEA_ASSERT(rule.use_count_max == 0 || (slot.use_count > 0 && slot.use_count <= rule.use_count_max));
      CARDEA_ASSERT(rule.ends_at_s == 0 || now_s < rule.ends_at_s);
      if (rule.after_first_use_s != 0) CARDEA_ASSERT(now_s < UnixSeconds(slot.first_used_at).value + rule.after_first_use_s);
    }
  }

  void check_opens_once(const Detail& detail) {
    if (detail.method != Method::kOffline) {
      const auto key = std::pair{detail.slot.slot, detail.method == Method::kSms};
      CARDEA_ASSERT(!newest.contains(key) || newest.at(key) < detail.step.value);
      newest[key] = detail.step.value;
      return;
    }
    if (detail.descriptor.family == Family::kTimed || detail.descriptor.family == Family::kExclusive) return;
    CARDEA_ASSERT(opened.insert({state.settings.code_epoch, number_of(detail.descriptor, 12).value()}).second);
  }

  void restart_power(bool clock_lost) {
    auto loaded = std::make_unique<LockState>();
    loaded->schedules = state.schedules;
    for (std::size_t i = 0; i < item_key_count; ++i) {
      Bytes<item_size_bytes_max> buffer;
      ByteWriter writer(buffer);
      CARDEA_ASSERT(encode_item(state, item_key(i), writer) == Status::kOk);
      CARDEA_ASSERT(decode_item(*loaded, item_key(i), writer.written()) == Status::kOk);
    }
    state = *loaded;
    if (clock_lost) quality = ClockQuality::kLost;
    ItemChanges changes;
    restart(state, {run_s}, clock_lost, changes);
  }

  OpensslProvider provider;
  CodeKeys keys{provider, LockId{}};
  KeyHandle lock_key;
  LockState state;
  std::uint64_t now_s = begin_s;
  std::uint64_t run_s = begin_s;
  std::uint64_t newest_s = begin_s;
  std::uint32_t error_s = 0;
  ClockQuality quality = ClockQuality::kSynced;
  std::map<std::pair<std::uint8_t, bool>, std::uint64_t> newest;
  std::set<std::pair<std::uint16_t, std::uint64_t>> opened;
};

Digits offline_code(World& world, ByteReader& in) {
  const std::uint8_t n = world.state.settings.code_digits;
  Descriptor code{static_cast<Family>(in.u8() % 7), 0, 0, 0};
  const std::uint64_t from_s = world.now_s - code_epoch_unix_s - in.u16();
  if (has_window(code.family)) {
    code.klass = static_cast<std::uint8_t>(in.u8() % (code.family == Family::kOnce ? hour_class_count : class_count));
    code.start = static_cast<std::uint32_t>(from_s / start_unit_s(code.klass)) % start_count;
    code.index = code.family == Family::kExclusive ? 0 : in.u8() % index_count;
  } else if (code.family == Family::kPool) {
    code.index = in.u16() % pool_count;
  } else {
    code.index = static_cast<std::uint32_t>(in.u8() % 4 == 0 ? tick_count - 1 : (from_s + 0x8000) / tick_s % tick_count);
  }
  if (!has_family(n, code.family)) code = pool_code(static_cast<std::uint16_t>(in.u16() % pool_count));
  const KeyHandle key = derive_code_key(world.provider, world.lock_key, LockId{}, world.state.settings.code_epoch).value();
  const Digits typed = issue_offline(world.provider, key, code, n).value();
  world.provider.release_key(key);
  return typed;
}

Digits one_time_code(World& world, ByteReader& in) {
  const OtpPurpose purpose = in.u8() % 2 == 0 ? OtpPurpose::kApp : OtpPurpose::kSms;
  const SlotGeneration slot{static_cast<std::uint8_t>(in.u8() % 40), static_cast<std::uint16_t>(in.u8() % 3)};
  const std::uint64_t time_s = world.now_s + in.u8() - 128;
  return issue_otp(world.provider, world.lock_key, LockId{}, {purpose, slot, false, {time_s}, world.state.settings.otp_digits})
      .value();
}

void step(World& world, ByteReader& in) {
  ItemChanges changes;
  const std::uint8_t op = in.u8();
  switch (op % 16) {
    case 0:
    case 1:
    case 2: return world.type(offline_code(world, in));
    case 3:
    case 4: return world.type(one_time_code(world, in));
    case 5: return world.type(Digits::of(in.u32() % 1'000'000'000, 9 + op / 16 % 4));
    case 6: {
      const std::string text(1 + op / 16 % 16, static_cast<char>(in.u8()));
      return world.type(Digits::parse(text));
    }
    case 7:
    case 8: {
      const std::uint32_t passed = in.u16();
      world.now_s += passed;
      world.run_s += passed;
      return;
    }
    case 9: return world.restart_power(in.u8() % 2 == 0);
    case 10: {
      const SlotGeneration id{static_cast<std::uint8_t>(in.u8() % 40), static_cast<std::uint16_t>(in.u8() % 3)};
      const bool sms = in.u8() % 2 == 0;
      const std::uint8_t rule = in.u8();  // schedule 3 is none that the lock holds
      static_cast<void>(set_slot(world.state,
                                 {id,
                                  false,
                                  sms,
                                  {.schedule = static_cast<std::uint8_t>(rule % 4),
                                   .use_count_max = static_cast<std::uint16_t>(rule / 4 % 4),
                                   .after_first_use_s = rule / 16 % 2 * 3'600u,
                                   .ends_at_s = rule / 32 % 2 * static_cast<std::uint32_t>(begin_s + 200'000)}},
                                 changes));
      return;
    }
    case 11: static_cast<void>(remove_slot(world.state, in.u8() % 40, changes)); return;
    case 12: static_cast<void>(set_epoch(world.state, in.u8(), changes)); return;
    case 13:
      world.quality = static_cast<ClockQuality>(in.u8() % 4);
      world.error_s = in.u8();
      if (world.quality == ClockQuality::kLost) lose_clock(world.state, {world.run_s}, changes);
      return;
    case 14: {
      Settings settings = world.state.settings;
      settings.code_digits = static_cast<std::uint8_t>(9 + in.u8() % 4);
      settings.only_keypad = in.u8() % 2 == 0;
      static_cast<void>(set_settings(world.state, settings, changes));
      return;
    }
    default:
      if (in.u8() % 2 == 0) return release_keypad(world.state, changes);
      return set_time(world.state, changes);
  }
}

}  // namespace
}  // namespace cardea

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto world = std::make_unique<cardea::World>();
  cardea::ByteReader in({data, size});
  while (in.status() == cardea::Status::kOk && !in.rest().empty()) cardea::step(*world, in);
  return 0;
}
