// SPDX-License-Identifier: Apache-2.0
#pragma once
// A file of code vectors (spec/vectors/codes_v1.json; its own `schema` member says what every field means), read strictly:
// an unknown section, an unknown field, a missing or badly typed one is an error that names it. Host only.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/codes/descriptor.hpp"
#include "core/codes/otp.hpp"
#include "core/decide/decide.hpp"

namespace cardea::vectors {

/// What is wrong with a file and where: "scenarios[3].steps[0]: unknown field \"tpyed\"".
struct VectorError {
  std::string message;
};

struct NamedLock {
  LockId lock_id;
  Bytes<32> k_lock{};
};

/// Which derivation; kdf has k, label and context, the others a lock.
struct KeyCase {
  std::string key;  ///< kdf, K_hour, K_slot, K_sms, K_code
  Bytes<32> k{};
  std::string label;
  std::vector<std::uint8_t> context;
  NamedLock lock;
  Hour hour;
  SlotGeneration slot;
  std::uint16_t epoch = 0;
  Bytes<32> out{};
};

struct OtpCase {
  NamedLock lock;
  OtpPurpose purpose = OtpPurpose::kApp;
  SlotGeneration slot;
  bool fixed = false;
  std::uint8_t digits = 0;
  UnixSeconds time;
  Step step;
  Hour hour;
  Bytes<32> k{};
  std::string code;
};

struct Ff1Case {
  std::uint32_t sample = 0;
  std::vector<std::uint8_t> key;
  std::uint32_t radix = 0;
  std::vector<std::uint8_t> tweak;
  std::vector<std::uint16_t> plain;
  std::vector<std::uint16_t> cipher;
};

struct OfflineCase {
  NamedLock lock;
  std::uint8_t digits = 0;
  std::uint16_t epoch = 0;
  std::uint64_t number = 0;
  std::string code;
  std::uint64_t number_in_family = 0;
  Descriptor descriptor;
  std::optional<Interval> interval;
  std::uint64_t duration_s = 0;
  std::optional<UnixSeconds> t;
  std::optional<std::uint32_t> clears_pool;
};

struct OfflineInvalidCase {
  NamedLock lock;
  std::uint8_t digits = 0;
  std::uint16_t epoch = 0;
  std::string code;
  Reason reason = Reason::kNone;
  std::optional<std::uint64_t> number;
};

struct WindowCase {
  Family family = Family::kTimed;
  UnixSeconds from;
  UnixSeconds to;
  std::vector<std::pair<std::uint8_t, std::uint32_t>> issued;  ///< class and start of which no descriptor is free
  std::uint8_t klass = 0;
  std::uint32_t start = 0;
  Interval interval;
};

struct BoundCase {
  std::uint8_t digits = 0;
  std::uint32_t activation_window_s = 0;
  std::uint64_t timed = 0, exclusive = 0, once = 0, pool = 0, clear = 0, release = 0, opening = 0, all = 0;
};

struct ScenarioSlot {
  SlotGeneration id;
  bool fixed = false;
  bool sms = false;
};

struct ScenarioLock {
  NamedLock keys;
  Settings settings;
  std::vector<ScenarioSlot> slots;
  std::optional<HourRange> schedule;  ///< none: the lock keeps K_lock
  std::uint32_t memory = 0;
  ClockQuality clock = ClockQuality::kSynced;
  std::optional<UnixSeconds> newest_seen;
};

enum class Op : std::uint8_t {
  kType,
  kRestart,
  kSetSlot,
  kRemoveSlot,
  kSetSchedule,
  kSetEpoch,
  kSetTime,
  kErrorBound,
  kRelease
};
enum class Cut : std::uint8_t { kNone, kCharge, kBurn };

/// What an entry must give. An absent optional is not compared.
struct Expectation {
  Verdict verdict = Verdict::kRefused;
  bool cut = false;              ///< power went: there is nothing to see
  std::optional<Reason> reason;  ///< absent: the text does not settle it
  std::optional<std::uint32_t> failures;
  std::optional<std::uint32_t> wait_s;
  std::optional<std::uint8_t> alert;
};

/// One step; which fields apply follows from `op`.
struct ScenarioStep {
  UnixSeconds time;
  Op op = Op::kType;
  std::string typed;
  Cut cut = Cut::kNone;
  Expectation expect;
  bool clock_kept = false;  ///< kRestart
  ScenarioSlot slot;        ///< kSetSlot, kRemoveSlot
  HourRange schedule{};     ///< kSetSchedule
  std::uint16_t epoch = 0;  ///< kSetEpoch
  std::uint32_t error_bound_s = 0;
};

struct Scenario {
  std::string name;
  ScenarioLock lock;
  std::vector<ScenarioStep> steps;
};

struct VectorFile {
  std::vector<KeyCase> keys;
  std::vector<OtpCase> otp;
  std::vector<Ff1Case> ff1;
  std::vector<OfflineCase> offline;
  std::vector<OfflineInvalidCase> offline_invalid;
  std::vector<WindowCase> windows;
  std::vector<BoundCase> bounds;
  std::vector<Scenario> scenarios;
};

/// Reads a whole file's text. Sections may be absent; then they have no cases.
Result<VectorFile, VectorError> parse_vectors(std::string_view json);
/// The same from a file.
Result<VectorFile, VectorError> read_vectors(const std::string& path);

/// What a lock holds of a schedule: a schedule that was prolonged names hours that are over, and the 48 newest are kept.
HourRange held_hours(const HourRange& schedule);

/// The expectation of a step against what a lock did: empty when it agrees, else what differs.
std::string differences(const Expectation& expected, const Outcome& outcome);

}  // namespace cardea::vectors
