// SPDX-License-Identifier: Apache-2.0
#include "firmware/panel/panel.hpp"

#include "core/base/text.hpp"

namespace cardea::firmware {
namespace {

/// The words of a line, from left to right.
class Words {
 public:
  explicit Words(std::string_view line) : rest_(line) {}
  /// "" at the end.
  std::string_view next() {
    const std::size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return word;
  }
  [[nodiscard]] bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

Result<std::uint64_t> number_of(std::string_view word) {
  constexpr std::size_t digits_max = 12;
  if (word.empty() || word.size() > digits_max) return Status::kMalformed;
  std::uint64_t value = 0;
  for (const char c : word) {
    if (c < '0' || c > '9') return Status::kMalformed;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value;
}

int nibble_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

Status parse_hex(std::string_view word, MutableByteSpan out) {
  if (word.size() != 2 * out.size()) return Status::kMalformed;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int high = nibble_of(word[2 * i]);
    const int low = nibble_of(word[2 * i + 1]);
    if (high < 0 || low < 0) return Status::kMalformed;
    out[i] = static_cast<std::uint8_t>(16 * high + low);
  }
  return Status::kOk;
}

/// A word that is one of two.
Result<bool> is_first(std::string_view word, std::string_view first, std::string_view second) {
  if (word != first && word != second) return Status::kMalformed;
  return word == first;
}

Status about(Lock& lock, Bench&, Words&, TextWriter& out) {
  out.put(lock.ready() ? " ready " : " not_ready ");
  out.put(lock.claimed() ? "claimed " : "unclaimed ");
  out.put_hex(lock.id().value);
  out.put(lock.sealed() ? " sealed" : " open");
  return Status::kOk;
}

/// factory.md MF5: nothing that the factory is done with is made again, and nothing that cannot be read.
bool may_be_made(Lock& lock) {
  const Status status = lock.ready() ? Status::kOk : lock.boot();
  if (status == Status::kNotFound || status == Status::kNotReady) return true;
  return status == Status::kOk && !lock.sealed();
}

Status make(Lock& lock, Bench&, Words& words, TextWriter&) {
  Factory factory;
  CARDEA_TRY(parse_hex(words.next(), factory.lock.value));
  CARDEA_TRY(parse_hex(words.next(), factory.claim_secret.mutable_bytes()));
  CARDEA_ASSIGN(const bool protects, is_first(words.next(), "protected", "unprotected"));
  factory.lock_class = protects ? link::LockClass::kProtected : link::LockClass::kUnprotected;
  return may_be_made(lock) ? lock.make(factory) : Status::kNotReady;
}

Status identity(Lock& lock, Bench&, Words&, TextWriter& out) {
  if (!lock.ready()) return Status::kNotReady;
  P256Point point{};
  CARDEA_TRY(lock.identity(point));
  out.put(" ");
  out.put_hex(point);
  return Status::kOk;
}

Status seal(Lock& lock, Bench&, Words&, TextWriter&) { return lock.seal(); }

Status type(Lock& lock, Bench& bench, Words& words, TextWriter& out) {
  const std::uint64_t since = bench.cycles();
  const KeypadResult result = lock.enter(Digits::parse(words.next()));
  const std::uint64_t cycles = bench.cycles() - since;
  out.put(" ");
  out.put(name_of(result.verdict));
  out.put(" ");
  out.put_number(result.reason);
  out.put(" ");
  out.put_number(result.wait_s);
  out.put(" ");
  out.put_number(cycles);
  return Status::kOk;
}

Status press(Lock& lock, Bench&, Words&, TextWriter& out) {
  const OpenResult result = lock.press();
  out.put(result.opened ? " granted " : " refused ");
  out.put_number(result.reason);
  out.put(" ");
  out.put_number(lock.wait_s());
  return Status::kOk;
}

Status wait(Lock& lock, Bench&, Words&, TextWriter& out) {
  out.put(" ");
  out.put_number(lock.wait_s());
  return Status::kOk;
}

Status status(Lock& lock, Bench&, Words&, TextWriter& out) {
  Bytes<128> bytes{};
  ByteWriter writer(bytes);
  encode(lock.status(), writer);
  out.put(" ");
  out.put_hex(writer.written());
  return writer.status();
}

Status record(Lock& lock, Bench&, Words& words, TextWriter& out) {
  CARDEA_ASSIGN(const std::uint64_t seq, number_of(words.next()));
  AuditRecordBytes bytes{};
  CARDEA_TRY(lock.log().read(static_cast<std::uint32_t>(seq), bytes));
  out.put(" ");
  out.put_hex(bytes);
  return Status::kOk;
}

Status door(Lock& lock, Bench& bench, Words& words, TextWriter&) {
  CARDEA_ASSIGN(const bool open, is_first(words.next(), "open", "closed"));
  bench.set_door(open ? DoorState::kOpen : DoorState::kClosed);
  lock.poll();
  return Status::kOk;
}

Status cover(Lock& lock, Bench& bench, Words& words, TextWriter&) {
  CARDEA_ASSIGN(const bool off, is_first(words.next(), "off", "on"));
  bench.set_cover_off(off);
  lock.poll();
  return Status::kOk;
}

Status battery(Lock& lock, Bench& bench, Words& words, TextWriter&) {
  CARDEA_ASSIGN(const std::uint64_t percent, number_of(words.next()));
  if (percent > 100) return Status::kOutOfRange;
  bench.set_battery(static_cast<std::uint8_t>(percent));
  lock.poll();
  return Status::kOk;
}

Status advance(Lock& lock, Bench& bench, Words& words, TextWriter&) {
  CARDEA_ASSIGN(const std::uint64_t seconds, number_of(words.next()));
  bench.advance(seconds);
  lock.poll();
  return Status::kOk;
}

Status lose(Lock& lock, Bench& bench, Words&, TextWriter&) {
  bench.lose_counter();
  return lock.lose_clock();
}

Status figures(Lock&, Bench& bench, Words&, TextWriter& out) {
  const Figures figures = bench.figures();
  out.put(" ");
  out.put_number(figures.boot_cycles);
  out.put(" ");
  out.put_number(figures.stack_bytes);
  return Status::kOk;
}

Status image(Lock&, Bench& bench, Words&, TextWriter& out) {
  const std::optional<RunningImage> image = bench.image();
  if (!image) return Status::kUnsupported;
  out.put(" ");
  put_version(out, image->version);
  out.put(" ");
  out.put_number(image->slot);
  out.put(" ");
  out.put(name_of(image->report.state));
  out.put(" ");
  out.put_number(image->report.standing_bytes);
  out.put(" ");
  out.put(name_of(image->report.status));
  return Status::kOk;
}

Status cut(Lock&, Bench& bench, Words& words, TextWriter&) {
  CARDEA_ASSIGN(const std::uint64_t operation, number_of(words.next()));
  if (operation == 0) return Status::kOutOfRange;
  bench.cut_at(operation);
  return Status::kOk;
}

struct Action {
  std::string_view name;
  Status (*carry_out)(Lock&, Bench&, Words&, TextWriter&);
};
constexpr Action actions[] = {{"about", about},     {"make", make},   {"identity", identity}, {"seal", seal},
                              {"type", type},       {"press", press}, {"wait", wait},         {"status", status},
                              {"record", record},   {"door", door},   {"cover", cover},       {"battery", battery},
                              {"advance", advance}, {"lose", lose},   {"cut", cut},           {"figures", figures},
                              {"image", image}};

Status perform(std::string_view line, Lock& lock, Bench& bench, TextWriter& out) {
  Words words(line);
  const std::string_view name = words.next();
  for (const Action& action : actions)
    if (action.name == name) return action.carry_out(lock, bench, words, out);
  return Status::kUnsupported;
}

}  // namespace

void Panel::received(ByteSpan bytes) {
  for (const std::uint8_t byte : bytes) {
    if (byte == '\r') continue;
    if (byte != '\n') {
      too_long_ = too_long_ || size_ == line_.size();
      if (!too_long_) line_[size_++] = byte;
      continue;
    }
    carry_out({reinterpret_cast<const char*>(line_.data()), size_});
    wipe(line_);
    size_ = 0;
    too_long_ = false;
  }
}

void Panel::carry_out(std::string_view line) {
  Bytes<panel_answer_size_bytes_max> buffer{};
  TextWriter answer(buffer);
  answer.put("ok");
  const Status status = too_long_ ? Status::kMalformed : perform(line, *lock_, *bench_, answer);
  if (status != Status::kOk) {
    answer = TextWriter(buffer);
    answer.put("no ");
    answer.put(name_of(status));
  }
  answer.put("\n");
  out_->write(answer.written());
}

}  // namespace cardea::firmware
