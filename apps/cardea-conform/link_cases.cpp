// SPDX-License-Identifier: Apache-2.0
// spec/session.md §2 to §4 over a stream, and spec/link.md.
#include <fmt/format.h>

#include "apps/cardea-conform/cases.hpp"
#include "apps/cardea/crypto.hpp"

namespace cardea::conform {
namespace {

using link::MessageType;

constexpr std::uint64_t year_s = 366ull * 24 * 3'600;

/// Up to M2, which is the caller's to send.
session::M2 m2_for(Subject& lock) {
  const Message m1 = lock.connect("SE3");
  lock.end.emplace(lock.provider, lock.platform.shared_key(), lock.platform.record().session);
  const Result<session::M2> m2 = lock.end->answer(m1);
  if (!m2.ok()) throw Failed("SE3", "M1 of the key that the lock was given", name_of(m2.error()));
  return *m2;
}

void expect_no_m3(Subject& lock, ByteSpan m2, const std::string& what) {
  lock.bearer.send(m2);
  if (const auto said = lock.bearer.receive(lock.patience.silence))
    throw Failed("L1", "no M3 for " + what, fmt::format("{} bytes, first 0x{:02x}", said->size(), (*said)[0]));
  lock.bearer.hang_up();
}

void agrees_a_session(Subject& lock) {
  lock.greet("SE6");
  lock.must_hear(MessageType::kStatus, "L9", "status, first of all after the handshake");
  lock.settle();
}

void refuses_a_forged_m2(Subject& lock) {
  for (const std::size_t at : {0u, 1u, 4u, 5u, 16u, 17u, 32u}) {
    session::M2 m2 = m2_for(lock);
    m2[at] = static_cast<std::uint8_t>(m2[at] ^ 0x10);
    expect_no_m3(lock, m2, fmt::format("an M2 with a bit of byte {} changed", at));
  }
  const session::M2 m2 = m2_for(lock);
  expect_no_m3(lock, ByteSpan(m2).first(m2.size() - 1), "an M2 without its last byte");
  Message longer(m2.begin(), m2.end());
  longer.push_back(0);
  static_cast<void>(m2_for(lock));
  expect_no_m3(lock, longer, "an M2 with a byte behind it");
  lock.greet("SE6");
  lock.settle();
}

void refuses_a_replayed_m2(Subject& lock) {
  const session::M2 old = m2_for(lock);
  lock.bearer.hang_up();
  const session::M2 fresh = m2_for(lock);
  if (std::ranges::equal(old, fresh)) throw Failed("SE3", "a fresh R_A for each handshake", "the same");
  expect_no_m3(lock, old, "an M2 of an earlier handshake");
}

/// The record is a command, which would be answered by a challenge.
void expect_end(Subject& lock, ByteSpan record, const std::string& what) {
  lock.bearer.send(record);
  const auto said = lock.hear(MessageType::kChallenge, lock.patience.silence);
  if (said) throw Failed("L1", "nothing is done for " + what, "a challenge");
  if (lock.bearer.open()) throw Failed("L1", "the lock ends the connection for " + what, "it stands");
}

void refuses_forged_records(Subject& lock) {
  constexpr std::size_t head = 3;
  constexpr std::size_t text = 4;
  for (const std::size_t at : {0ul, head, text, text + 12, static_cast<std::size_t>(-1)}) {
    lock.greet("SE6");
    lock.settle();
    Message record = lock.end->seal(link::Command{lock.next_command++, link::Action::kUnlock});
    const std::size_t place = std::min(at, record.size() - 1);
    record[place] = static_cast<std::uint8_t>(record[place] ^ 0x01);
    expect_end(lock, record, fmt::format("a record with a bit of byte {} changed", place));
  }
  lock.greet("SE6");
  lock.settle();
  const Message record = lock.end->seal(link::Command{lock.next_command++, link::Action::kUnlock});
  expect_end(lock, ByteSpan(record).first(record.size() - 1), "a record without its last byte");
}

void refuses_repeated_records(Subject& lock) {
  lock.greet("SE6");
  lock.settle();
  const Message record = lock.end->seal(link::Command{lock.next_command++, link::Action::kUnlock});
  lock.bearer.send(record);
  lock.must_hear(MessageType::kChallenge, "L7", "challenge, in answer to command");
  expect_end(lock, record, "a record that was taken before");
  lock.greet("SE6");
  lock.settle();
  expect_end(lock, record, "a record of an earlier session");
}

void refuses_a_skipped_record(Subject& lock) {
  lock.greet("SE6");
  lock.settle();
  static_cast<void>(lock.end->seal(link::Command{lock.next_command++, link::Action::kUnlock}));
  expect_end(lock, lock.end->seal(link::Command{lock.next_command++, link::Action::kUnlock}), "a record behind a gap");
}

void refuses_what_is_no_message(Subject& lock) {
  const Message unknown = {0x7F, 1, 2, 3};
  const Message own = {0x24, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0};
  const Message torn = {0x43, 0, 0};
  for (const Message& message : {unknown, own, torn}) {
    lock.greet("SE6");
    lock.settle();
    expect_end(lock, lock.end->seal_bytes(message), fmt::format("a message that begins 0x{:02x} and is none", message[0]));
  }
}

// --- records -----------------------------------------------------------------------------------------------------------------

void sends_every_record(Subject& lock) {
  const link::LockStatus status = lock.fresh_status("L4");
  const std::size_t known = lock.platform.record().records.size();
  if (known == 0 || known < status.last_seq)
    throw Failed("L4", fmt::format("records 1 to {}, one after the other", std::max(1u, status.last_seq)),
                 fmt::format("{} of them", known));
  if (lock.platform.record().records[0].kind != audit::Kind::kActivated)
    throw Failed("E4", "record 1 says that the lock was activated", name_of(lock.platform.record().records[0].kind));
  if (lock.platform.record().records.back().tag != lock.status->last_tag)
    throw Failed("L9", "the tag of the newest record in the status", "another one");
}

void sends_again_what_is_asked_for(Subject& lock) {
  lock.fresh_status("L4");
  lock.say(link::Fetch{1});
  const Message message = lock.must_hear(MessageType::kRecords, "L4", "records, in answer to fetch");
  const auto records = link::decode_records(message);
  if (!records.ok() || load_be<std::uint32_t>(records->record(0)) != 1)
    throw Failed("L4", "records from number 1 on", "others");
  lock.settle();
}

void believes_only_its_platforms_receipt(Subject& lock) {
  lock.fresh_status("E8");
  const auto newest = static_cast<std::uint32_t>(lock.platform.record().records.size());
  link::Receipt forged = lock.platform.receipt(newest);
  forged.signature[40] = static_cast<std::uint8_t>(forged.signature[40] ^ 1);
  lock.say(forged);
  lock.settle();
  lock.bearer.hang_up();
  if (const auto seq = lock.fresh_status("E8").receipt_seq; seq != 0)
    throw Failed("E8", "no receipt is believed whose signature is wrong", fmt::format("receipt {}", seq));
  if (newest < 2) return;
  link::Receipt moved = lock.platform.receipt(newest - 1);
  moved.seq = newest;
  lock.say(moved);
  lock.settle();
  lock.bearer.hang_up();
  if (const auto seq = lock.fresh_status("E8").receipt_seq; seq != 0)
    throw Failed("E8", "no receipt is believed that was made for another record", fmt::format("receipt {}", seq));
}

void keeps_a_receipt(Subject& lock) {
  lock.fresh_status("E8");
  const auto newest = static_cast<std::uint32_t>(lock.platform.record().records.size());
  lock.say(lock.platform.receipt(newest));
  lock.settle();
  lock.bearer.hang_up();
  if (const auto seq = lock.fresh_status("E8").receipt_seq; seq != newest)
    throw Failed("E8", fmt::format("the receipt of record {} in the status", newest), fmt::format("that of {}", seq));
}

// --- desired state -----------------------------------------------------------------------------------------------------------

void applies_what_is_desired(Subject& lock) {
  lock.greet("L6");
  lock.settle();
  lock.platform.record().snapshot.settings.open_ms = 2'500;
  lock.apply("L6");
  const std::uint32_t version = lock.platform.record().version;
  lock.bearer.hang_up();
  if (const auto applied = lock.fresh_status("L6").applied_version; applied != version)
    throw Failed("L6", fmt::format("version {} in the status", version), fmt::format("{}", applied));
}

void keeps_what_it_applied(Subject& lock) {
  lock.restart();
  const std::uint32_t version = lock.platform.record().version;
  if (const auto applied = lock.fresh_status("L6").applied_version; applied != version)
    throw Failed("L6", fmt::format("version {} after a restart: applied is durable", version), fmt::format("{}", applied));
}

Message encoded_snapshot(Subject& lock) {
  Message bytes(link::snapshot_size_bytes_max);
  ByteWriter out(bytes);
  static_cast<void>(link::encode(lock.platform.record().snapshot, lock.platform.record().factory.lock_class, out) ==
                    Status::kOk);
  bytes.resize(out.size());
  return bytes;
}

void refuses_what_cannot_be_desired(Subject& lock) {
  constexpr std::size_t otp_digits = 1;
  lock.greet("L6");
  lock.settle();
  const std::uint32_t version = lock.platform.record().version;
  Message snapshot = encoded_snapshot(lock);
  snapshot[otp_digits] = 5;
  lock.say(link::Desired{version + 1, snapshot});
  const auto applied = link::decode_applied(lock.must_hear(MessageType::kApplied, "L6", "applied with a status other than 0"));
  if (!applied.ok() || applied->status == Status::kOk)
    throw Failed("L6", "one-time codes of 5 digits are refused", "applied with 0");
  snapshot = encoded_snapshot(lock);
  lock.say(link::Desired{version - 1, snapshot});
  if (lock.settle_and_hear(MessageType::kApplied))
    throw Failed("L6", "a version that is not above the applied one is ignored", "applied");
  lock.bearer.hang_up();
  if (const auto now = lock.fresh_status("L6").applied_version; now != version)
    throw Failed("L6", fmt::format("version {} still", version), fmt::format("{}", now));
}

// --- time --------------------------------------------------------------------------------------------------------------------

link::Nonce nonce_asked(Subject& lock) {
  lock.fresh_status("L8");
  const auto ask = lock.time_asked ? link::decode_time_ask(*lock.time_asked) : Result<link::TimeAsk>(Status::kNotFound);
  if (!ask.ok()) throw Failed("L8", "time_ask after the handshake", "none");
  return ask->nonce;
}

/// The clock as it shows in a connection that asks for no answer.
std::uint64_t clock_of(Subject& lock) {
  lock.bearer.hang_up();
  return lock.fresh_status("L9").time;
}

void expect_clock(Subject& lock, const char* rule, const std::string& after) {
  constexpr std::uint64_t off_s_max = 120;
  const std::uint64_t shown = clock_of(lock);
  const std::uint64_t truth = lock.now().value;
  if (std::max(shown, truth) - std::min(shown, truth) > off_s_max)
    throw Failed(rule, fmt::format("the clock within {} s of what it was, after {}", off_s_max, after),
                 fmt::format("{} s off", static_cast<std::int64_t>(shown) - static_cast<std::int64_t>(truth)));
}

void asks_for_time_afresh(Subject& lock) {
  const link::Nonce first = nonce_asked(lock);
  lock.bearer.hang_up();
  if (first == nonce_asked(lock)) throw Failed("L8", "a fresh nonce after each handshake", "the same");
}

void takes_no_time_it_did_not_ask_for(Subject& lock) {
  link::Nonce nonce = nonce_asked(lock);
  nonce[0] = static_cast<std::uint8_t>(nonce[0] ^ 1);
  lock.say(link::Time{nonce, lock.now().value + 300, 100});
  lock.settle();
  expect_clock(lock, "L8", "an answer with another nonce");
}

void set_clock(Subject& lock) {
  lock.bearer.hang_up();
  lock.say(link::Time{nonce_asked(lock), lock.now().value, 100});
  lock.settle();
}

void takes_no_time_far_away(Subject& lock) {
  set_clock(lock);
  lock.say(link::Time{nonce_asked(lock), lock.now().value + 10 * year_s, 100});
  lock.settle();
  expect_clock(lock, "C7", "a time ten years ahead");
  lock.bearer.hang_up();
  lock.say(link::Time{nonce_asked(lock), lock.now().value - year_s, 100});
  lock.settle();
  expect_clock(lock, "C6", "a time one year behind");
}

void takes_its_platforms_time(Subject& lock) {
  set_clock(lock);
  expect_clock(lock, "C9", "its platform's time");
  if (lock.status->quality != ClockQuality::kSynced)
    throw Failed("C2", "a clock that is synced", fmt::format("quality {}", static_cast<int>(lock.status->quality)));
}

// --- commands ----------------------------------------------------------------------------------------------------------------

link::Nonce challenge(Subject& lock, std::uint64_t command) {
  lock.say(link::Command{command, link::Action::kUnlock});
  const auto said = link::decode_challenge(lock.must_hear(MessageType::kChallenge, "L7", "challenge, in answer to command"));
  if (!said.ok() || said->command != command) throw Failed("L7", "a challenge for that command", "another one");
  return said->nonce;
}

bool run(Subject& lock, std::uint64_t command, const link::Nonce& nonce, std::uint8_t valid_s = 30) {
  lock.say(link::Run{command, nonce, valid_s});
  const auto said = link::decode_result(lock.must_hear(MessageType::kResult, "L7", "result, in answer to run"));
  if (!said.ok() || said->command != command) throw Failed("L7", "a result for that command", "another one");
  return said->done;
}

void expect_openings(Subject& lock, std::size_t count) {
  const auto seen = lock.hands.openings();
  if (seen && *seen != count)
    throw Failed("L7", fmt::format("the motor moves {} times", count), fmt::format("{} times", *seen));
}

void obeys_once(Subject& lock) {
  lock.greet("L7");
  lock.settle();
  const std::uint64_t command = lock.next_command++;
  const link::Nonce nonce = challenge(lock, command);
  if (!run(lock, command, nonce)) throw Failed("L7", "the lock obeys a run with its own challenge", "refused");
  expect_openings(lock, 1);
  if (run(lock, command, nonce)) throw Failed("L7", "each challenge serves once", "the same run was obeyed again");
  expect_openings(lock, 0);
}

void obeys_only_its_challenge(Subject& lock) {
  lock.greet("L7");
  lock.settle();
  const std::uint64_t command = lock.next_command++;
  link::Nonce nonce = challenge(lock, command);
  nonce[15] = static_cast<std::uint8_t>(nonce[15] ^ 1);
  if (run(lock, command, nonce)) throw Failed("L7", "no run with another nonce is obeyed", "one was");
  const link::Nonce first = challenge(lock, lock.next_command);
  const std::uint64_t earlier = lock.next_command++;
  const link::Nonce second = challenge(lock, lock.next_command);
  if (first == second) throw Failed("L7", "a fresh nonce for each challenge", "the same");
  if (run(lock, earlier, first)) throw Failed("L7", "a new command cancels a challenge that waits", "the earlier was obeyed");
  expect_openings(lock, 0);
}

void obeys_in_its_connection_only(Subject& lock) {
  lock.greet("L7");
  lock.settle();
  const std::uint64_t command = lock.next_command++;
  const link::Nonce nonce = challenge(lock, command);
  lock.bearer.hang_up();
  lock.greet("L7");
  lock.settle();
  if (run(lock, command, nonce)) throw Failed("L7", "nothing is obeyed after a reconnect", "a run was");
  expect_openings(lock, 0);
}

void obeys_in_time_only(Subject& lock) {
  lock.greet("L7");
  lock.settle();
  const std::uint64_t command = lock.next_command++;
  const link::Nonce nonce = challenge(lock, command);
  lock.advance(12);
  if (run(lock, command, nonce, 10))
    throw Failed("L7", "no run is obeyed after its valid seconds", "one was, 12 s late with 10 s to go");
  expect_openings(lock, 0);
}

constexpr Case cases[] = {
    {"session: agrees keys and says its status", "SE3 SE6 L9", agrees_a_session},
    {"session: refuses a forged M2", "SE4 L1", refuses_a_forged_m2},
    {"session: refuses a replayed M2", "SE3 SE5 L1", refuses_a_replayed_m2},
    {"session: refuses forged records", "SE10 L1", refuses_forged_records},
    {"session: refuses repeated records", "SE10 L1", refuses_repeated_records},
    {"session: refuses a record behind a gap", "L1", refuses_a_skipped_record},
    {"link: refuses what is no message", "L1", refuses_what_is_no_message},
    {"records: every one, in order, with its tag", "L4 E1 E4", sends_every_record},
    {"records: again from where it is asked", "L4", sends_again_what_is_asked_for},
    {"receipt: believes its platform's only", "E8", believes_only_its_platforms_receipt},
    {"receipt: keeps a good one", "E8", keeps_a_receipt},
    {"desired: applies it", "L6", applies_what_is_desired},
    {"desired: keeps it over a restart", "L6", keeps_what_it_applied},
    {"desired: refuses what cannot be", "L6", refuses_what_cannot_be_desired},
    {"time: asks afresh", "L8", asks_for_time_afresh},
    {"time: takes none it did not ask for", "L8", takes_no_time_it_did_not_ask_for},
    {"time: takes none out of bounds", "C6 C7 C11", takes_no_time_far_away},
    {"time: takes its platform's", "C2 C9 L8", takes_its_platforms_time},
    {"command: obeyed once", "L7", obeys_once},
    {"command: obeyed for its own challenge only", "L7", obeys_only_its_challenge},
    {"command: obeyed in its connection only", "L7", obeys_in_its_connection_only},
    {"command: obeyed in time only", "L7", obeys_in_time_only},
};

}  // namespace

std::span<const Case> link_cases() { return cases; }

}  // namespace cardea::conform
