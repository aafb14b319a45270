// SPDX-License-Identifier: Apache-2.0
#include "apps/cardea-conform/subject.hpp"

#include <fmt/format.h>

#include <cstring>
#include <ctime>

#include "apps/cardea/crypto.hpp"
#include "core/update/messages.hpp"

namespace cardea::conform {
namespace {

/// A lock that is silent for so long has nothing to say.
constexpr Milliseconds quiet{2'000};
constexpr Milliseconds soon{100};
constexpr std::uint64_t pause_s = 1;       ///< bearer-serial.md B6
constexpr std::uint64_t pause_s_max = 30;  ///< of a lock that connects out

}  // namespace

Subject::Subject(Bearer& on, Hands& with, const activation::Label& label, link::LockClass lock_class, const Patience& waits)
    : bearer(on), hands(with), patience(waits), platform(provider, lock_class) {
  testing::PlatformRecord& record = platform.record();
  record.factory = {label.lock, lock_class, label.secret};
  for (KeyBytes* key : {&record.key, &record.chain.key, &record.session.chain})
    if (provider.random(key->mutable_bytes()) != Status::kOk) throw client::refused("the system gives no random bytes.");
  if (lock_class == link::LockClass::kProtected) record.code_root = record.key;
  platform.set_slot(0, 0, false, true);
  platform.set_slot(7, 3, true);
  if (lock_class == link::LockClass::kUnprotected) platform.set_schedule(now(), 48);
}

UnixSeconds Subject::now() const { return {static_cast<std::uint64_t>(std::time(nullptr)) + advanced_s_}; }

void Subject::advance(std::uint64_t seconds) {
  if (!hands.advance(seconds)) throw Skipped("nobody lets time pass for this lock: give --panel");
  advanced_s_ += seconds;
}

void Subject::restart() {
  bearer.hang_up();
  if (!hands.restart()) throw Skipped("nobody takes this lock's power: give --restart");
  bearer.reset();
}

void Subject::cut_at(std::uint32_t operation) {
  if (!hands.cut_at(operation))
    throw Skipped("nobody cuts this lock's power inside a write: give --restart, and --panel or --cut-with");
}

/// A lock pauses between two connections, the longer the more of them ended early. Where time can be moved, nobody waits for
/// it.
bool Subject::accept() {
  if (hands.moves_time_at_once()) advance(pause_s);
  if (bearer.accept(soon)) return true;
  if (hands.advance(pause_s_max)) advanced_s_ += pause_s_max;
  return bearer.accept(patience.connect);
}

Message Subject::connect(const char* rule) {
  time_asked.reset();
  end.reset();
  // A lock that was just started may hear so of its gateway late, and begin anew.
  for (int tries_left = 3; tries_left > 0; --tries_left) {
    if (!accept()) throw Failed(rule, "the lock asks for a connection", "it wants none");
    if (std::optional<Message> first = bearer.receive(patience.answer)) return *std::move(first);
    if (bearer.open()) break;
  }
  throw Failed(rule, "the lock speaks first on a connection", "nothing");
}

void Subject::greet(const char* rule) {
  const Message m1 = connect(rule);
  end.emplace(provider, platform.shared_key(), platform.record().session);
  const Result<session::M2> m2 = end->answer(m1);
  if (!m2.ok())
    throw Failed(rule, "M1 with the key_id of the gift, of a generation near the platform's",
                 fmt::format("{} bytes, first 0x{:02x} ({})", m1.size(), m1[0], name_of(m2.error())));
  bearer.send(*m2);
  const std::optional<Message> m3 = bearer.receive(patience.answer);
  if (!m3) throw Failed(rule, "M3 in answer to M2", "nothing");
  take_proof(*m3, rule);
}

void Subject::take_proof(ByteSpan m3, const char* rule) {
  if (const Status proof = end->take_proof(m3); proof != Status::kOk)
    throw Failed(rule, "M3 with the MAC of both nonces", fmt::format("{} bytes ({})", m3.size(), name_of(proof)));
  platform.record().session = end->ratchet;
}

void Subject::take(const Message& message) {
  const Result<link::MessageType> type = link::type_of(message);
  if (!type.ok()) throw Failed("L4", "messages of link.md §3", fmt::format("type 0x{:02x}", message.empty() ? 0 : message[0]));
  if (*type == link::MessageType::kRecords) return take_records(message);
  if (*type == link::MessageType::kTimeAsk) time_asked = message;
  if (*type != link::MessageType::kStatus) return;
  const Result<link::LockStatus> read = link::decode_status(message);
  if (!read.ok()) throw Failed("L9", "a status as link.md §4 has it", name_of(read.error()));
  status = *read;
}

/// L4: what lies before the next one is the same as before; nothing is left out.
void Subject::take_records(const Message& message) {
  const Result<link::Records> records = link::decode_records(message);
  if (!records.ok()) throw Failed("L4", "1 to 64 records", name_of(records.error()));
  for (std::size_t i = 0; i < records->count(); ++i) {
    const ByteSpan bytes = records->record(i);
    const auto seq = load_be<std::uint32_t>(bytes);
    const std::vector<audit::Record>& known = platform.record().records;
    if (seq >= 1 && seq <= known.size()) {
      if (!std::ranges::equal(audit::encode(known[seq - 1]), bytes))
        throw Failed("L4", fmt::format("record {} as it was sent before", seq), "other bytes");
      continue;
    }
    if (seq != known.size() + 1)
      throw Failed("L4", fmt::format("record {} next", known.size() + 1), fmt::format("record {}", seq));
    if (const Status good = platform.take_record(bytes); good != Status::kOk)
      throw Failed(good == Status::kForged ? "E4" : "E1", fmt::format("record {} with its tag under A({})", seq, seq),
                   name_of(good));
  }
}

std::optional<Message> Subject::hear_any(Milliseconds patience_left) {
  const std::optional<Message> sealed = bearer.receive(patience_left);
  if (!sealed) return std::nullopt;
  Result<Message> message = end->open(*sealed);
  if (!message.ok())
    throw Gap("SE9", "records of the session, numbered one after the other",
              fmt::format("{} bytes ({})", sealed->size(), name_of(message.error())));
  take(*message);
  return *std::move(message);
}

std::optional<Message> Subject::hear(link::MessageType type, Milliseconds patience_left) {
  const auto until = std::chrono::steady_clock::now() + patience_left;
  while (true) {
    const auto left = std::chrono::duration_cast<Milliseconds>(until - std::chrono::steady_clock::now());
    std::optional<Message> message = hear_any(std::max(left, Milliseconds(0)));
    if (!message || (*message)[0] == static_cast<std::uint8_t>(type)) return message;
  }
}

Message Subject::must_hear(link::MessageType type, const char* rule, const char* what) {
  std::optional<Message> message = hear(type, patience.answer);
  if (!message) throw Failed(rule, what, bearer.open() ? "nothing" : "the lock ended the connection");
  return *std::move(message);
}

bool Subject::ends_without(link::MessageType type) {
  const bool said = hear(type, patience.answer).has_value();
  return !said && !bearer.open();
}

void Subject::settle() { static_cast<void>(settle_and_hear(link::MessageType::kImageWant)); }

bool Subject::settle_and_hear(link::MessageType type) {
  update::Offer too_large;
  too_large.size_bytes = 0xFFFF'FFFF;
  std::memcpy(too_large.digest.data(), &++settled_count_, sizeof settled_count_);
  if (end && end->is_open() && bearer.open()) say(too_large);
  bool came = false;
  for (auto until = std::chrono::steady_clock::now() + quiet;;) {
    const auto left = std::chrono::duration_cast<Milliseconds>(until - std::chrono::steady_clock::now());
    const std::optional<Message> message = hear_any(std::max(left, Milliseconds(0)));
    if (!message) return came;
    came = came || (*message)[0] == static_cast<std::uint8_t>(type);
    const Result<update::Report> report = update::decode_report(*message);
    if (report.ok() && report->digest == too_large.digest) return came;
    until = std::chrono::steady_clock::now() + quiet;
  }
}

link::LockStatus Subject::fresh_status(const char* rule) {
  greet(rule);
  status.reset();
  must_hear(link::MessageType::kStatus, "L9", "status after the handshake");
  settle();
  return *status;
}

void Subject::apply(const char* rule) {
  if (!end || !bearer.open()) greet(rule);
  Message bytes(link::snapshot_size_bytes_max);
  ByteWriter out(bytes);
  testing::PlatformRecord& record = platform.record();
  if (link::encode(record.snapshot, record.factory.lock_class, out) != Status::kOk)
    throw client::refused("the kit made a desired state that cannot be written.");
  ++record.version;
  say(link::Desired{record.version, out.written()});
  const auto applied = link::decode_applied(must_hear(link::MessageType::kApplied, rule, "applied, in answer to desired"));
  if (!applied.ok() || applied->version != record.version || applied->status != Status::kOk)
    throw Failed(rule, fmt::format("applied {} with status 0", record.version),
                 applied.ok() ? fmt::format("applied {} with {}", applied->version, name_of(applied->status)) : "no applied");
}

}  // namespace cardea::conform
