// SPDX-License-Identifier: Apache-2.0
// Group B: whoever has a code, had one, or knows how they are made.

#include <fmt/format.h>

#include <functional>
#include <set>

#include "core/codes/bound.hpp"
#include "core/codes/ff1.hpp"
#include "tests/attacks/attack.hpp"
#include "tests/attacks/counting_provider.hpp"
#include "tests/attacks/issuer.hpp"
#include "tests/attacks/twin/secrets.hpp"

namespace cardea::attacks {
namespace {

UnixSeconds later(UnixSeconds time, std::int64_t seconds) { return {time.value + static_cast<std::uint64_t>(seconds)}; }

/// Days go by at a lock that its platform keeps on time.
void live(LockTarget& lock, UnixSeconds& now, std::uint64_t days) {
  for (std::uint64_t half = 0; half < 2 * days; ++half) {
    lock.advance(seconds_per_day / 2);
    now.value += seconds_per_day / 2;
    lock.hear_time(now);
  }
}

// --- B06 ------------------------------------------------------------------------------------------------------------------

bool contains(const std::vector<std::uint8_t>& image, const std::vector<std::uint8_t>& needle) {
  return std::search(image.begin(), image.end(), needle.begin(), needle.end()) != image.end();
}

/// A code in every form that a lock might keep it in.
std::vector<std::vector<std::uint8_t>> forms_of(const std::string& code) {
  std::vector<std::uint8_t> text(code.begin(), code.end());
  std::vector<std::uint8_t> digits;
  for (const char c : code) digits.push_back(static_cast<std::uint8_t>(c - '0'));
  std::vector<std::uint8_t> packed;
  std::vector<std::uint8_t> swapped;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    packed.push_back(static_cast<std::uint8_t>(digits[i] << 4 | digits[i + 1]));
    swapped.push_back(static_cast<std::uint8_t>(digits[i + 1] << 4 | digits[i]));
  }
  const std::uint64_t value = Digits::parse(code).value();
  std::vector<std::uint8_t> big;
  for (int shift = value >> 32 ? 56 : 24; shift >= 0; shift -= 8) big.push_back(static_cast<std::uint8_t>(value >> shift));
  const std::vector<std::uint8_t> little(big.rbegin(), big.rend());
  return {text, digits, packed, swapped, big, little, {text.rbegin(), text.rend()}};
}

Report b06_codes_in_clear(System& system, Trial& trial) {
  for (std::uint32_t i = 0; i < trial.scale; ++i) {
    LockSpec spec = lock_of_pins(trial.random, usual_time);
    const std::string pin = "8" + random_digits(trial.random, pin_digits_min - 1u);
    spec.snapshot.slots[1].pin_digest = Issuer(spec).digest_of_pin(pin);
    const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
    Issuer issuer(spec);
    const std::string codes[] = {
        pin,
        issuer.app_code(usual_slot, usual_time),
        issuer.windowed_code(Family::kTimed, 23, usual_time),
        issuer.windowed_code(Family::kExclusive, 25, usual_time),
        issuer.windowed_code(Family::kOnce, 5, usual_time),
        issuer.offline_code(pool_code(7)),
        wrong_code(trial.random, 8),
        wrong_code(trial.random, 10),
    };
    for (const std::string& code : codes) {
      static_cast<void>(lock->type(code));
      const std::vector<std::uint8_t> image = lock->flash_image();
      for (const std::string& known : codes)
        for (const std::vector<std::uint8_t>& form : forms_of(known))
          if (contains(image, form)) return opened("the flash shows a code that was typed");
    }
  }
  return stopped();
}

// --- B08 ------------------------------------------------------------------------------------------------------------------

/// Three codes of neighbouring steps in one order, with whatever happens between two entries.
Report replay_in_order(System& system, Trial& trial, const std::array<std::int64_t, 3>& order,
                       const std::function<void(LockTarget&)>& between) {
  const LockSpec spec = usual_lock(trial.random, usual_time);
  const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
  Issuer issuer(spec);
  std::int64_t newest = -100;
  for (const std::int64_t offset : order) {
    const Typed typed = lock->type(issuer.app_code(usual_slot, later(usual_time, offset * app_step_s)));
    if (typed.opened() && offset <= newest) return opened(fmt::format("step {} opens after step {}", offset, newest));
    if (!typed.opened() && newest == -100) return opened("the first code was refused: nothing is proved");
    if (typed.opened()) newest = offset;
    between(*lock);
  }
  return stopped();
}

Report b08_replay(System& system, Trial& trial) {
  const std::function<void(LockTarget&)> betweens[] = {
      [](LockTarget&) {},
      [](LockTarget& lock) { lock.restart(ClockLoss::kKept); },
      [](LockTarget& lock) {
        lock.restart(ClockLoss::kLost);
        lock.hear_time(usual_time);
      },
  };
  for (const auto& between : betweens)
    for (const std::int64_t a : {-1, 0, 1})
      for (const std::int64_t b : {-1, 0, 1})
        for (const std::int64_t c : {-1, 0, 1})
          if (const Report report = replay_in_order(system, trial, {a, b, c}, between); report.open) return report;
  return stopped();
}

// --- B09 ------------------------------------------------------------------------------------------------------------------

Report b09_harvest(System& system, Trial& trial) {
  const LockSpec spec = usual_lock(trial.random, usual_time);
  const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
  const PhoneMemory stolen = system.phone_of(spec, usual_slot, usual_time);
  UnixSeconds now = usual_time;
  const std::uint64_t days = trial.scale > 1 ? 365 : 12;
  live(*lock, now, 2);
  for (std::uint64_t day = 2; day < days; ++day) {
    live(*lock, now, 1);
    if (lock->type(code_from_memory(stolen, now, 8)).opened())
      return opened(fmt::format("what a phone held opens {} days later", day + 1));
  }
  lock->advance(app_step_s);
  if (!lock->type(Issuer(spec).app_code(usual_slot, later(now, app_step_s))).opened())
    return opened("the token's own code was refused: nothing is proved");
  return stopped();
}

// --- B12, B15 -------------------------------------------------------------------------------------------------------------

Report type_all(System& system, const LockSpec& spec, Issuer& from, std::string_view whose) {
  const std::string codes[] = {
      from.app_code(usual_slot, usual_time),
      from.sms_code(usual_slot, usual_time),
      from.windowed_code(Family::kTimed, 23, usual_time),
      from.windowed_code(Family::kExclusive, 40, usual_time),
      from.windowed_code(Family::kOnce, 3, usual_time),
      from.offline_code(pool_code(0)),
  };
  for (const std::string& code : codes)
    if (system.make_lock(spec)->type(code).opened()) return opened(fmt::format("a code made with {} opens", whose));
  return stopped();
}

Report b12_never_issued(System& system, Trial& trial) {
  for (std::uint32_t i = 0; i < trial.scale; ++i) {
    const LockSpec spec = usual_lock(trial.random, usual_time);
    const Settings& settings = spec.snapshot.settings.codes;
    KeyBytes repeated;
    std::copy(spec.id.value.begin(), spec.id.value.end(), repeated.mutable_bytes().begin());
    std::copy(spec.id.value.begin(), spec.id.value.end(), repeated.mutable_bytes().begin() + lock_id_size_bytes);
    for (const KeyBytes& key : {key_from_label(spec.id), repeated, KeyBytes{}}) {
      Issuer firmware_reader(spec.id, key, settings);
      if (const Report report = type_all(system, spec, firmware_reader, "what the label says"); report.open) return report;
    }
    Issuer own(spec.id, usual_lock(trial.random, usual_time).key, settings);  // of a lock that the attacker has opened up
    if (const Report report = type_all(system, spec, own, "another lock's key"); report.open) return report;
  }
  return stopped();
}

Report b15_another_door(System& system, Trial& trial) {
  const LockSpec front = usual_lock(trial.random, usual_time);
  const LockSpec cellar = usual_lock(trial.random, usual_time);
  Issuer issuer(front);
  if (!system.make_lock(front)->type(issuer.app_code(usual_slot, usual_time)).opened())
    return opened("the code was refused at its own door: nothing is proved");
  if (const Report report = type_all(system, cellar, issuer, "the key of another door"); report.open) return report;
  const std::unique_ptr<LockTarget> lock = system.make_lock(front);
  lock->advance(3 * app_step_s);
  if (lock->type(issuer.app_code(usual_slot, usual_time)).opened()) return opened("a phished code opens a minute later");
  return stopped();
}

// --- B13 ------------------------------------------------------------------------------------------------------------------

/// 2^31 = 2 · 10^9 + 147,483,648: the truncation of RFC 4226 makes codes below that half as likely again as the others.
Report b13_modulo_bias(System& system, Trial& trial) {
  constexpr std::uint8_t digits = 9;
  constexpr std::uint64_t often = (std::uint64_t{1} << 31) % 1'000'000'000;
  CountingProvider provider(trial.random.next());
  const KeyHandle key = provider.import_key(KeyKind::kBlock, trial.random.key()).value();
  const std::uint64_t count = 4'000 * std::uint64_t{trial.scale};
  std::uint64_t below = 0;
  std::set<std::uint64_t> seen;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::uint64_t code =
        system.offline_code(provider, key, trial.random.below(1'000'000'000 / count) * count + i, digits);
    below += code < often ? 1 : 0;
    if (!seen.insert(code).second) return opened("two descriptors have one code");
  }
  // 147.5 of 1,000 if all are equally likely, 206 after the truncation; five standard deviations of 4,000 are 28 of 1,000.
  if (below * 1'000 > count * 177) return opened(fmt::format("{} of {} codes lie where 147.5 in 1,000 should", below, count));
  return stopped();
}

// --- B14 ------------------------------------------------------------------------------------------------------------------

Report b14_intercepted_sms(System& system, Trial& trial) {
  constexpr std::int64_t sms_end_s = 2 * sms_step_s;
  for (const std::int64_t delay_s : {sms_end_s, std::int64_t{600}, std::int64_t{3'600}, std::int64_t{6 * 3'600}}) {
    const LockSpec spec = usual_lock(trial.random, usual_time);
    const std::string code = Issuer(spec).sms_code(usual_slot, usual_time);
    const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
    lock->advance(static_cast<std::uint64_t>(delay_s));
    if (lock->type(code).opened()) return opened(fmt::format("an SMS code opens {} s later", delay_s));
    const std::unique_ptr<LockTarget> used = system.make_lock(spec);
    if (!used->type(code).opened()) return opened("the SMS code was refused: nothing is proved");
    if (used->type(code).opened()) return opened("an SMS code opens twice");
    if (system.make_lock(usual_lock(trial.random, usual_time))->type(code).opened())
      return opened("an SMS code opens another door");
  }
  return stopped();
}

// --- B18 ------------------------------------------------------------------------------------------------------------------

struct Revocation {
  const char* name;
  void (*revoke)(LockTarget& lock, Issuer& issuer, LockSpec& spec, UnixSeconds now);
};

void apply(LockTarget& lock, const link::Snapshot& snapshot, link::LockClass lock_class, std::uint32_t version) {
  std::vector<std::uint8_t> bytes(link::snapshot_size_bytes_max);
  ByteWriter writer(bytes);
  CARDEA_ASSERT(link::encode(snapshot, lock_class, writer) == Status::kOk);
  CARDEA_ASSERT(lock.apply(version, writer.written()) == Status::kOk);
}

constexpr Revocation revocations[] = {
    {"its end", [](LockTarget& lock, Issuer&, LockSpec&, UnixSeconds) { lock.advance(2 * seconds_per_day); }},
    {"a clear code",
     [](LockTarget& lock, Issuer& issuer, LockSpec&, UnixSeconds now) {
       CARDEA_ASSERT(lock.type(issuer.tick_code(Family::kClear, now)).verdict == Verdict::kCleared);
     }},
    {"the next guest",
     [](LockTarget& lock, Issuer& issuer, LockSpec&, UnixSeconds now) {
       CARDEA_ASSERT(lock.type(issuer.windowed_code(Family::kExclusive, 24, now)).opened());
     }},
    {"a new code epoch",
     [](LockTarget& lock, Issuer&, LockSpec& spec, UnixSeconds) {
       ++spec.snapshot.settings.codes.code_epoch;
       apply(lock, spec.snapshot, spec.lock_class, 2);
     }},
};

Report b18_revoked_offline(System& system, Trial& trial) {
  for (const Revocation& revocation : revocations) {
    for (const bool used_before : {false, true}) {
      LockSpec spec = usual_lock(trial.random, usual_time);
      const std::unique_ptr<LockTarget> lock = system.make_lock(spec);
      Issuer issuer(spec);
      // An exclusive code of 24 hours that began an hour ago: every one of the four ends it.
      const std::string code = issuer.windowed_code(Family::kExclusive, 23, later(usual_time, -2 * 3'600));
      if (used_before && !lock->type(code).opened()) return opened("the code was refused before: nothing is proved");
      lock->advance(3'600);
      revocation.revoke(*lock, issuer, spec, later(usual_time, 3'600));
      if (lock->type(code).opened()) return opened(fmt::format("an offline code opens after {}", revocation.name));
    }
  }
  return stopped();
}

// --- B19 ------------------------------------------------------------------------------------------------------------------

/// A snapshot as bytes, with more slots or other lengths than the format allows.
std::vector<std::uint8_t> crowded_snapshot(std::uint8_t otp_digits, std::uint8_t code_digits, std::uint8_t slots) {
  std::vector<std::uint8_t> bytes(2'000);
  ByteWriter writer(bytes);
  writer.u8(1);
  writer.u8(otp_digits);
  writer.u8(code_digits);
  writer.u16(0);
  writer.u32(activation_window_default_s);
  writer.u8(0);
  writer.u32(seconds_per_day);
  writer.u16(3'000);
  writer.u8(slots);
  for (std::uint8_t slot = 0; slot < slots; ++slot) {
    writer.u8(slot);
    writer.u16(0);
    writer.u8(2);
  }
  writer.u32(0);
  writer.u8(0);
  bytes.resize(writer.size());
  return bytes;
}

Report b19_dilution(System& system, Trial& trial) {
  LockSpec spec = usual_lock(trial.random, usual_time);
  struct Policy {
    std::uint8_t otp_digits, code_digits, slots;
  };
  for (const Policy policy : {Policy{6, 10, 33}, Policy{6, 10, 50}, Policy{8, 10, 255}, Policy{4, 10, 1}, Policy{5, 10, 1},
                              Policy{8, 8, 1}, Policy{8, 6, 1}})
    if (system.make_lock(spec)->apply(2, crowded_snapshot(policy.otp_digits, policy.code_digits, policy.slots)) == Status::kOk)
      return opened(fmt::format("{} tokens, {} and {} digits are taken", policy.slots, policy.otp_digits, policy.code_digits));

  // The fullest lock that is legal accepts no more codes than its bound says.
  spec.snapshot.settings.codes.otp_digits = 6;
  spec.snapshot.slot_count = slot_count_max;
  for (std::uint8_t number = 0; number < slot_count_max; ++number) {
    link::SnapshotSlot& slot = spec.snapshot.slots[number] = {};
    slot.number = number;
    slot.sms = true;
  }
  Issuer issuer(spec);
  std::set<std::string> accepted;
  for (std::uint8_t slot = 0; slot < slot_count_max; ++slot)
    for (std::int64_t step = -3; step <= 3; ++step)
      for (const bool sms : {false, true}) {
        const UnixSeconds at = later(usual_time, step * (sms ? sms_step_s : app_step_s));
        const std::string code = sms ? issuer.sms_code({slot, 0}, at) : issuer.app_code({slot, 0}, at);
        if (system.make_lock(spec)->type(code).opened()) accepted.insert(code);
      }
  BoundPolicy policy;
  policy.otp_digits = 6;
  policy.app_slots = slot_count_max;
  policy.sms_slots = slot_count_max;
  const std::uint64_t bound = bound_of(policy).otp.accepted;
  if (accepted.size() > bound) return opened(fmt::format("{} codes are accepted, the bound says {}", accepted.size(), bound));
  return stopped();
}

// --- B20 ------------------------------------------------------------------------------------------------------------------

/// Every key that somebody may have who has a lock of his own, and the labels of all.
std::vector<KeyBytes> keys_without_the_lock(const LockSpec& victim, const LockSpec& own) {
  return {KeyBytes{}, own.key, key_from_label(victim.id), key_from_label(own.id)};
}

Report b20_stolen_digests(System& system, Trial& trial) {
  const LockSpec victim = usual_lock(trial.random, usual_time);
  const LockSpec own = usual_lock(trial.random, usual_time);
  const std::uint64_t tried = 5'000 * trial.scale;
  const std::string pin = fmt::format("{:06}", trial.random.below(tried));
  const PinDigest stolen = system.pin_digest_of(victim, pin);
  if (system.pin_digest_of(own, pin) == stolen) return opened("a PIN has the same digest at every lock");
  for (std::uint64_t value = 0; value < tried; ++value)
    if (digest_without_key(fmt::format("{:06}", value)) == stolen) return opened("a hash without a key gives the PIN away");
  for (const KeyBytes& key : keys_without_the_lock(victim, own)) {
    Issuer thief(victim.id, key, victim.snapshot.settings.codes);
    for (std::uint64_t value = 0; value < tried; ++value)
      if (thief.digest_of_pin(fmt::format("{:06}", value)) == stolen) return opened("a key of nobody's gives the PIN away");
  }
  return stopped();
}

constexpr Attack attacks[] = {
    {"B06", "Codes in clear in the flash", Flaw::kCodesInFlash, b06_codes_in_clear},
    {"B08", "Replay within the window of steps", Flaw::kForgetsOlderSteps, b08_replay},
    {"B09", "Harvest of future codes", Flaw::kKeyWithoutHour, b09_harvest},
    {"B12", "Never-issued but valid code", Flaw::kKeyFromLabel, b12_never_issued},
    {"B13", "Modulo bias of 9 and more digits", Flaw::kTruncatedCodes, b13_modulo_bias},
    {"B14", "Intercepted SMS", Flaw::kLongLivedSms, b14_intercepted_sms},
    {"B15", "Code relayed to another door", Flaw::kCodesOfTheSite, b15_another_door},
    {"B18", "Offline code after its revocation", Flaw::kNoRevocation, b18_revoked_offline},
    {"B19", "Dilution of the code space", Flaw::kNoLimits, b19_dilution},
    {"B20", "Stolen digests of PINs", Flaw::kDigestWithoutKey, b20_stolen_digests},
};

}  // namespace

std::span<const Attack> code_attacks() { return attacks; }

}  // namespace cardea::attacks
