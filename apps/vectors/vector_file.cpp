// SPDX-License-Identifier: Apache-2.0
#include "apps/vectors/vector_file.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

namespace cardea::vectors {
namespace {

namespace json = boost::json;

[[noreturn]] void fail(const std::string& where, const std::string& what) { throw std::runtime_error(where + ": " + what); }

/// An object whose every member must be asked for: `finish` refuses those that nobody knew.
class Fields {
 public:
  Fields(const json::value& value, std::string where) : where_(std::move(where)) {
    if (!value.is_object()) fail(where_, "not an object");
    object_ = &value.get_object();
  }

  const json::value* find(std::string_view name) {
    known_.insert(std::string(name));
    return object_->if_contains(name);
  }
  const json::value& need(std::string_view name) {
    const json::value* value = find(name);
    if (value == nullptr) fail(where_, "no field \"" + std::string(name) + "\"");
    return *value;
  }
  bool has(std::string_view name) const { return object_->if_contains(name) != nullptr; }

  template <class T>
  T number(std::string_view name) {
    return to_number<T>(need(name), name);
  }
  /// Unix seconds before 2106: later ones have no hour that a lock knows.
  UnixSeconds time(std::string_view name) {
    const auto seconds = number<std::uint64_t>(name);
    if (seconds > 0xFFFF'FFFF) fail(at(name), "later than 2105");
    return {seconds};
  }
  /// Absent or null: none.
  template <class T>
  std::optional<T> number_if(std::string_view name) {
    const json::value* value = find(name);
    if (value == nullptr || value->is_null()) return std::nullopt;
    return to_number<T>(*value, name);
  }
  std::string text(std::string_view name) {
    const json::value& value = need(name);
    if (!value.is_string()) fail(at(name), "not a string");
    return std::string(value.get_string());
  }
  bool flag(std::string_view name) {
    const json::value& value = need(name);
    if (!value.is_bool()) fail(at(name), "neither true nor false");
    return value.get_bool();
  }
  const json::array& list(std::string_view name) {
    const json::value& value = need(name);
    if (!value.is_array()) fail(at(name), "not a list");
    return value.get_array();
  }
  std::vector<std::uint8_t> hex(std::string_view name) {
    const std::string digits = text(name);
    std::vector<std::uint8_t> out;
    if (digits.size() % 2 != 0) fail(at(name), "an odd number of hex digits");
    for (std::size_t i = 0; i < digits.size(); i += 2)
      out.push_back(static_cast<std::uint8_t>(nibble(digits[i], name) << 4 | nibble(digits[i + 1], name)));
    return out;
  }
  template <std::size_t N>
  Bytes<N> hex_of(std::string_view name) {
    const std::vector<std::uint8_t> bytes = hex(name);
    if (bytes.size() != N) fail(at(name), "not " + std::to_string(N) + " bytes");
    Bytes<N> out{};
    std::copy(bytes.begin(), bytes.end(), out.begin());
    return out;
  }
  /// One of a few words, as a number of their list.
  std::size_t word(std::string_view name, const std::vector<std::string_view>& words) {
    const std::string value = text(name);
    for (std::size_t i = 0; i < words.size(); ++i)
      if (words[i] == value) return i;
    fail(at(name), "unknown word \"" + value + "\"");
  }
  /// Texts for the reader, and lists of ids: nothing depends on them.
  void ignore(std::string_view name) { find(name); }

  void finish() const {
    for (const auto& member : *object_)
      if (!known_.contains(std::string(member.key()))) fail(where_, "unknown field \"" + std::string(member.key()) + "\"");
  }
  [[nodiscard]] std::string at(std::string_view name) const { return where_ + "." + std::string(name); }

 private:
  template <class T>
  T to_number(const json::value& value, std::string_view name) {
    boost::system::error_code error;
    const T number = value.to_number<T>(error);
    if (error) fail(at(name), "not a whole number of this field's range");
    return number;
  }
  int nibble(char c, std::string_view name) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    fail(at(name), "not lower-case hexadecimal");
  }

  const json::object* object_ = nullptr;
  std::string where_;
  std::set<std::string> known_;
};

using Locks = std::map<std::string, NamedLock>;

NamedLock lock_keys(Fields& fields) { return {LockId{fields.hex_of<16>("lock_id")}, fields.hex_of<32>("k_lock")}; }

NamedLock named_lock(Fields& fields, const Locks& locks) {
  const std::string name = fields.text("lock");
  const auto found = locks.find(name);
  if (found == locks.end()) fail(fields.at("lock"), "no such lock \"" + name + "\"");
  return found->second;
}

SlotGeneration slot_of(Fields& fields) {
  return {fields.number<std::uint8_t>("slot"), fields.number<std::uint16_t>("generation")};
}

Family family_of(Fields& fields) {
  return static_cast<Family>(fields.word("family", {"timed", "exclusive", "once", "pool", "clock", "clear", "release"}));
}

Reason reason_named(const std::string& where, std::string_view name) {
  for (std::uint8_t i = 1; i < reason_count; ++i)
    if (name == name_of(static_cast<Reason>(i))) return static_cast<Reason>(i);
  fail(where, "unknown reason \"" + std::string(name) + "\"");
}

std::vector<std::uint16_t> numerals_of(Fields& fields, std::string_view name) {
  std::vector<std::uint16_t> out;
  for (const char c : fields.text(name)) {
    if (c >= '0' && c <= '9')
      out.push_back(static_cast<std::uint16_t>(c - '0'));
    else if (c >= 'a' && c <= 'z')
      out.push_back(static_cast<std::uint16_t>(c - 'a' + 10));
    else
      fail(fields.at(name), "not numerals of 0-9a-z");
  }
  return out;
}

void read(Fields& f, const Locks& locks, KeyCase& out) {
  out.key = f.text("key");
  f.word("key", {"kdf", "K_hour", "K_slot", "K_sms", "K_code"});
  out.out = f.hex_of<32>("out");
  if (out.key == "kdf") {
    out.k = f.hex_of<32>("k");
    out.label = f.text("label");
    out.context = f.hex("ctx");
    if (out.label.empty() || out.label.size() > kdf_label_size_bytes_max) fail(f.at("label"), "not 1 to 16 characters");
    if (out.context.size() > kdf_context_size_bytes_max) fail(f.at("ctx"), "longer than 144 bytes");
    return;
  }
  out.lock = named_lock(f, locks);
  if (out.key == "K_code") {
    out.epoch = f.number<std::uint16_t>("epoch");
    return;
  }
  out.hour = {f.number<std::uint32_t>("h")};
  if (out.key != "K_hour") out.slot = slot_of(f);
}

void read(Fields& f, const Locks& locks, OtpCase& out) {
  out.lock = named_lock(f, locks);
  out.purpose = static_cast<OtpPurpose>(f.word("purpose", {"app", "sms"}));
  out.slot = slot_of(f);
  out.fixed = f.flag("fixed");
  out.digits = f.number<std::uint8_t>("digits");
  out.time = f.time("time");
  out.step = {f.number<std::uint64_t>("step")};
  out.hour = {f.number<std::uint32_t>("h")};
  out.k = f.hex_of<32>("k");
  out.code = f.text("code");
  if (out.digits < otp_digits_min || out.digits > otp_digits_max) fail(f.at("digits"), "not 6 to 8");
  if (out.fixed && out.purpose != OtpPurpose::kApp) fail(f.at("fixed"), "a fixed token has no SMS codes");
}

void read(Fields& f, const Locks& /*locks*/, Ff1Case& out) {
  out.sample = f.number<std::uint32_t>("sample");
  out.key = f.hex("key");
  out.radix = f.number<std::uint32_t>("radix");
  out.tweak = f.hex("tweak");
  out.plain = numerals_of(f, "plain");
  out.cipher = numerals_of(f, "cipher");
  if (out.key.size() != 16 && out.key.size() != 24 && out.key.size() != 32) fail(f.at("key"), "not an AES key");
  if (out.radix < 2 || out.radix > 36) fail(f.at("radix"), "not 2 to 36");
  if (out.tweak.size() > 16) fail(f.at("tweak"), "longer than 16 bytes");
  if (out.plain.size() < 2 || out.plain.size() > 19 || out.plain.size() != out.cipher.size())
    fail(f.at("plain"), "not 2 to 19 numerals, as many as in \"cipher\"");
  const auto past_radix = [&](std::uint16_t numeral) { return numeral >= out.radix; };
  if (std::ranges::any_of(out.plain, past_radix)) fail(f.at("plain"), "a numeral past the radix");
  if (std::ranges::any_of(out.cipher, past_radix)) fail(f.at("cipher"), "a numeral past the radix");
}

std::uint8_t code_digits_of(Fields& f) {
  const auto digits = f.number<std::uint8_t>("n");
  if (digits < code_digits_min || digits > code_digits_max) fail(f.at("n"), "not 9 to 12");
  return digits;
}

void read(Fields& f, const Locks& locks, OfflineCase& out) {
  out.lock = named_lock(f, locks);
  out.digits = code_digits_of(f);
  out.epoch = f.number<std::uint16_t>("epoch");
  out.number = f.number<std::uint64_t>("p");
  out.code = f.text("code");
  out.number_in_family = f.number<std::uint64_t>("p_family");
  out.descriptor.family = family_of(f);
  if (has_window(out.descriptor.family)) {
    out.descriptor.klass = f.number<std::uint8_t>("class");
    out.descriptor.start = f.number<std::uint32_t>("start");
    out.interval = Interval{{f.number<std::uint64_t>("begins")}, {f.number<std::uint64_t>("ends")}};
    out.duration_s = f.number<std::uint64_t>("duration");
  }
  out.descriptor.index = f.number_if<std::uint32_t>("index").value_or(0);
  if (const auto t = f.number_if<std::uint64_t>("t")) out.t = UnixSeconds{*t};
  out.clears_pool = f.number_if<std::uint32_t>("clears_pool");
}

void read(Fields& f, const Locks& locks, OfflineInvalidCase& out) {
  out.lock = named_lock(f, locks);
  out.digits = code_digits_of(f);
  out.epoch = f.number<std::uint16_t>("epoch");
  out.code = f.text("code");
  out.reason = reason_named(f.at("reason"), f.text("reason"));
  out.number = f.number_if<std::uint64_t>("p");
}

void read(Fields& f, const Locks& /*locks*/, WindowCase& out) {
  out.family = family_of(f);
  out.from = f.time("from");
  out.to = f.time("to");
  for (const json::value& pair : f.list("issued")) {
    if (!pair.is_array() || pair.get_array().size() != 2) fail(f.at("issued"), "not pairs of class and start");
    boost::system::error_code error;
    const auto klass = pair.get_array()[0].to_number<std::uint8_t>(error);
    const auto start = error ? 0 : pair.get_array()[1].to_number<std::uint32_t>(error);
    if (error) fail(f.at("issued"), "not pairs of class and start");
    out.issued.emplace_back(klass, start);
  }
  out.klass = f.number<std::uint8_t>("class");
  out.start = f.number<std::uint32_t>("start");
  out.interval = {{f.number<std::uint64_t>("begins")}, {f.number<std::uint64_t>("ends")}};
}

void read(Fields& f, const Locks& /*locks*/, BoundCase& out) {
  out.digits = code_digits_of(f);
  out.activation_window_s = f.number<std::uint32_t>("activation_window_s");
  out.timed = f.number<std::uint64_t>("timed");
  out.exclusive = f.number<std::uint64_t>("exclusive");
  out.once = f.number<std::uint64_t>("once");
  out.pool = f.number<std::uint64_t>("pool");
  out.clear = f.number<std::uint64_t>("clear");
  out.release = f.number<std::uint64_t>("release");
  out.opening = f.number<std::uint64_t>("opening");
  out.all = f.number<std::uint64_t>("all");
}

HourRange hours_of(Fields& f) {
  const HourRange hours{{f.number<std::uint32_t>("first_hour")}, {f.number<std::uint32_t>("last_hour")}};
  if (hours.last < hours.first) fail(f.at("last_hour"), "before first_hour");
  return hours;
}

void read_settings(Fields& f, Settings& out) {
  out.otp_digits = f.number<std::uint8_t>("otp_digits");
  out.code_digits = f.number<std::uint8_t>("code_digits");
  out.code_epoch = f.number<std::uint16_t>("code_epoch");
  out.activation_window_s = f.number<std::uint32_t>("activation_window_s");
  out.only_keypad = f.flag("only_keypad");
  if (check_settings(out) != Status::kOk) fail(f.at("otp_digits"), "settings that no lock has");
}

ScenarioLock read_lock(const json::value& value, const std::string& where) {
  Fields f(value, where);
  ScenarioLock lock;
  lock.keys = lock_keys(f);
  read_settings(f, lock.settings);
  for (const json::value& item : f.list("slots")) {
    Fields slot(item, where + ".slots");
    lock.slots.push_back({slot_of(slot), slot.flag("fixed"), slot.flag("sms")});
    slot.finish();
  }
  const json::value& schedule = f.need("schedule");
  if (!schedule.is_null()) {
    Fields hours(schedule, where + ".schedule");
    lock.schedule = hours_of(hours);
    hours.finish();
  }
  lock.memory = f.number<std::uint32_t>("memory");
  lock.clock = f.word("clock", {"good", "lost"}) == 0 ? ClockQuality::kSynced : ClockQuality::kLost;
  if (const auto newest = f.number_if<std::uint64_t>("newest_seen")) lock.newest_seen = UnixSeconds{*newest};
  f.finish();
  return lock;
}

Expectation read_expectation(Fields& f) {
  constexpr Verdict verdicts[] = {Verdict::kGranted,  Verdict::kClockSet, Verdict::kCleared,
                                  Verdict::kReleased, Verdict::kRefused,  Verdict::kRefused};
  Expectation out;
  const std::size_t word = f.word("expect", {"open", "clock_set", "clear", "release", "refused", "cut"});
  out.verdict = verdicts[word];
  out.cut = word == 5;
  const json::value* reason = f.find("reason");
  if (reason != nullptr && !reason->is_null()) out.reason = reason_named(f.at("reason"), f.text("reason"));
  out.failures = f.number_if<std::uint32_t>("failures");
  out.wait_s = f.number_if<std::uint32_t>("wait");
  if (f.has("alert")) out.alert = f.number_if<std::uint8_t>("alert").value_or(0);
  return out;
}

void read_op(Fields& f, ScenarioStep& step) {
  switch (step.op) {
    case Op::kType:
      step.typed = f.text("typed");
      if (f.has("cut")) step.cut = f.word("cut", {"charge", "burn"}) == 0 ? Cut::kCharge : Cut::kBurn;
      step.expect = read_expectation(f);
      return;
    case Op::kRestart: step.clock_kept = f.word("clock", {"kept", "lost"}) == 0; return;
    case Op::kSetSlot: step.slot = {slot_of(f), f.flag("fixed"), f.flag("sms")}; return;
    case Op::kRemoveSlot: step.slot.id.slot = f.number<std::uint8_t>("slot"); return;
    case Op::kSetSchedule: step.schedule = hours_of(f); return;
    case Op::kSetEpoch: step.epoch = f.number<std::uint16_t>("epoch"); return;
    case Op::kErrorBound: step.error_bound_s = f.number<std::uint32_t>("seconds"); return;
    case Op::kSetTime:
    case Op::kRelease: return;
  }
}

ScenarioStep read_step(const json::value& value, const std::string& where) {
  Fields f(value, where);
  ScenarioStep step;
  step.time = f.time("time");
  if (f.has("op"))
    step.op = static_cast<Op>(f.word("op", {"type", "restart", "set_slot", "remove_slot", "set_schedule", "set_epoch",
                                            "set_time", "error_bound", "release"}));
  read_op(f, step);
  f.ignore("note");
  f.finish();
  return step;
}

void read(Fields& f, const Locks& /*locks*/, Scenario& out) {
  out.name = f.text("name");
  f.ignore("rules");
  f.ignore("about");
  f.ignore("relies_on");
  out.lock = read_lock(f.need("lock"), f.at("lock"));
  for (const json::value& step : f.list("steps"))
    out.steps.push_back(read_step(step, out.name + ".steps[" + std::to_string(out.steps.size()) + "]"));
}

Locks read_locks(Fields& file) {
  Locks locks;
  const json::value* section = file.find("locks");
  if (section == nullptr) return locks;
  if (!section->is_object()) fail("locks", "not an object");
  for (const auto& member : section->get_object()) {
    Fields f(member.value(), "locks." + std::string(member.key()));
    locks[std::string(member.key())] = lock_keys(f);
    f.finish();
  }
  return locks;
}

template <class Case>
void read_section(Fields& file, std::string_view name, const Locks& locks, std::vector<Case>& out) {
  const json::value* section = file.find(name);
  if (section == nullptr) return;
  if (!section->is_array()) fail(std::string(name), "not a list");
  for (const json::value& item : section->get_array()) {
    Fields f(item, std::string(name) + "[" + std::to_string(out.size()) + "]");
    read(f, locks, out.emplace_back());
    f.finish();
  }
}

VectorFile read_file(const json::value& root) {
  Fields file(root, "file");
  for (const std::string_view text : {"title", "schema", "choices"}) file.ignore(text);
  const Locks locks = read_locks(file);
  VectorFile out;
  read_section(file, "keys", locks, out.keys);
  read_section(file, "otp", locks, out.otp);
  read_section(file, "ff1", locks, out.ff1);
  read_section(file, "offline", locks, out.offline);
  read_section(file, "offline_invalid", locks, out.offline_invalid);
  read_section(file, "windows", locks, out.windows);
  read_section(file, "bounds", locks, out.bounds);
  read_section(file, "scenarios", locks, out.scenarios);
  file.finish();
  return out;
}

}  // namespace

Result<VectorFile, VectorError> parse_vectors(std::string_view text) {
  boost::system::error_code error;
  const json::value root = json::parse(json::string_view(text.data(), text.size()), error);
  if (error) return VectorError{"not JSON: " + error.message()};
  try {
    return read_file(root);
  } catch (const std::runtime_error& wrong) {
    return VectorError{wrong.what()};
  }
}

Result<VectorFile, VectorError> read_vectors(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return VectorError{path + ": cannot be opened"};
  std::ostringstream text;
  text << in.rdbuf();
  return parse_vectors(text.str());
}

HourRange held_hours(const HourRange& schedule) {
  if (schedule.last.value - schedule.first.value < schedule_hours_max) return schedule;
  return {{schedule.last.value - static_cast<std::uint32_t>(schedule_hours_max) + 1}, schedule.last};
}

std::string differences(const Expectation& expected, const Outcome& outcome) {
  std::string out;
  const auto differ = [&](std::string_view what, const std::string& want, const std::string& got) {
    if (want == got) return;
    if (!out.empty()) out += ", ";
    out += std::string(what) + ": expected " + want + ", got " + got;
  };
  differ("verdict", name_of(expected.verdict), name_of(outcome.verdict));
  if (expected.reason) differ("reason", name_of(*expected.reason), name_of(outcome.reason));
  if (expected.failures) differ("failures", std::to_string(*expected.failures), std::to_string(outcome.failures));
  if (expected.wait_s) differ("wait", std::to_string(*expected.wait_s), std::to_string(outcome.wait_s));
  if (expected.alert) differ("alert", std::to_string(*expected.alert), std::to_string(outcome.alert));
  return out;
}

}  // namespace cardea::vectors
