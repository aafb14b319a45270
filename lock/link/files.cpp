// SPDX-License-Identifier: Apache-2.0
#include "lock/link/files.hpp"

#include <algorithm>

#include "lock/link/internal/records.hpp"

namespace cardea {
namespace {

constexpr std::size_t up_header_size_bytes = 4 + lock_id_size_bytes + link::nonce_size_bytes;
constexpr std::size_t file_item_size_bytes = link::nonce_size_bytes + 8 + 1;

/// file_item: the file that waits for its answer.
struct Waiting {
  link::Nonce nonce{};
  RunSeconds at;
  bool unbroken = true;
};

Status store(Lock& lock, const Waiting& waiting) {
  Bytes<file_item_size_bytes> bytes{};
  ByteWriter out(bytes);
  out.bytes(waiting.nonce);
  out.u64(waiting.at.value);
  out.u8(waiting.unbroken ? 1 : 0);
  return lock.store(file_item, bytes);
}

Result<Waiting> load_waiting(const Lock& lock) {
  Bytes<file_item_size_bytes> bytes{};
  const Result<std::size_t> size = lock.load(file_item, bytes);
  if (!size.ok()) return size.error() == Status::kNotFound ? Status::kStale : size.error();
  if (*size != bytes.size()) return Status::kCorrupt;
  ByteReader in(bytes);
  Waiting waiting;
  waiting.nonce = in.array<link::nonce_size_bytes>();
  waiting.at = {in.u64()};
  waiting.unbroken = in.u8() == 1;
  return waiting;
}

/// A message of a file lies on the stack while it is made.
constexpr std::size_t file_records_count = 8;

template <class Message>
void append(const Message& message, ByteWriter& list) {
  Bytes<2 + file_records_count * audit::record_size_bytes> bytes{};
  ByteWriter out(bytes);
  encode(message, out);
  CARDEA_ASSERT(out.status() == Status::kOk);
  link::append_to_list(out.written(), list);
}

void append_records(const AuditLog& log, std::size_t size_bytes_max, ByteWriter& list) {
  const LogState state = log.state();
  Bytes<file_records_count * audit::record_size_bytes> buffer{};
  std::uint32_t next = std::max(state.receipt_seq + 1, state.first_seq);
  while (state.first_seq != 0 && next <= state.last_seq) {
    const std::size_t left = size_bytes_max - list.size();
    const std::size_t overhead = 2 + 2;
    if (left < overhead + audit::record_size_bytes) return;
    const ByteSpan records = read_records(log, next, (left - overhead) / audit::record_size_bytes, buffer);
    if (records.empty()) return;
    append(link::Records{records}, list);
    next += static_cast<std::uint32_t>(records.size() / audit::record_size_bytes);
  }
}

/// The messages of an answer, each decoded once before any is obeyed.
struct Answer {
  std::optional<link::Time> time;
  std::optional<link::Receipt> receipt;
  std::optional<link::Desired> desired;
};

Status take(ByteSpan message, Answer& answer) {
  CARDEA_ASSIGN(const link::MessageType type, link::type_of(message));
  switch (type) {
    case link::MessageType::kTime: {
      CARDEA_ASSIGN(answer.time, link::decode_time(message));
      return Status::kOk;
    }
    case link::MessageType::kReceipt: {
      CARDEA_ASSIGN(answer.receipt, link::decode_receipt(message));
      return Status::kOk;
    }
    case link::MessageType::kDesired: {
      CARDEA_ASSIGN(answer.desired, link::decode_desired(message));
      return Status::kOk;
    }
    default: return Status::kMalformed;  // L12
  }
}

// What follows is not folded into read_link_file(), where it would lie beneath the verification of a receipt.

[[gnu::noinline]] Status decode_answer(ByteSpan content, Answer& answer) {
  ByteReader list(content);
  while (!list.rest().empty()) {
    const ByteSpan message = link::take_from_list(list);
    CARDEA_TRY(list.status());
    CARDEA_TRY(take(message, answer));
  }
  return Status::kOk;
}

/// An answer to the newest file: that file, and how many bytes of `content` its messages have.
struct Opened {
  Waiting waiting;
  std::size_t size_bytes = 0;
};

[[gnu::noinline]] Status open_answer(Lock& lock, ByteSpan file, MutableByteSpan content, Opened& opened) {
  CARDEA_ASSIGN(const link::FileHeader& header, link::decode_file_header(file));
  if (header.kind != link::FileKind::kToLock) return Status::kMalformed;
  if (header.lock != lock.id()) return Status::kNotFound;
  CARDEA_ASSIGN(opened.waiting, load_waiting(lock));
  if (!equal_constant_time(header.nonce, opened.waiting.nonce)) return Status::kStale;
  CARDEA_ASSIGN(opened.size_bytes, link::open_file(lock.provider(), lock.session_key(), file, content));
  return Status::kOk;
}

[[gnu::noinline]] Status apply(Lock& lock, const link::Desired& desired) {
  link::SnapshotView snapshot;
  CARDEA_TRY(snapshot.read(desired.snapshot, lock.lock_class()));
  return lock.apply(desired.version, snapshot);
}

LinkFileOutcome obey(Lock& lock, const Answer& answer) {
  LinkFileOutcome outcome;
  if (answer.receipt && lock.take_receipt(*answer.receipt) == Status::kOk) outcome.receipt_seq = answer.receipt->seq;
  if (answer.desired) {
    outcome.applied_version = answer.desired->version;
    outcome.applied = apply(lock, *answer.desired);
  }
  return outcome;
}

}  // namespace

Result<std::size_t> write_link_file(Lock& lock, MutableByteSpan file) {
  if (!lock.ready() || !lock.claimed()) return Status::kNotReady;
  if (file.size() < link_file_size_bytes_min) return Status::kOutOfRange;
  Waiting waiting{.at = lock.clock().run};
  CARDEA_TRY(lock.provider().random(waiting.nonce));
  CARDEA_TRY(store(lock, waiting));

  activation::DoneBytes done{};
  const bool first = lock.load(done_item, done).ok();
  if (first) std::copy(done.begin(), done.end(), file.begin());
  const MutableByteSpan sealed = file.subspan(first ? done.size() : 0);
  // Sealed in place: the list stands where its ciphertext will.
  const MutableByteSpan room = sealed.subspan(up_header_size_bytes, sealed.size() - up_header_size_bytes - ccm_tag_size_bytes);
  ByteWriter list(room.first(std::min(room.size(), link::file_content_size_bytes_max)));
  append(lock.status(), list);
  append_records(lock.log(), std::min(room.size(), link::file_content_size_bytes_max), list);
  CARDEA_ASSERT(list.status() == Status::kOk);
  const link::FileHeader header{link::FileKind::kFromLock, lock.id(), waiting.nonce, {}};
  CARDEA_ASSIGN(const std::size_t size, link::seal_file(lock.provider(), lock.session_key(), header, list.written(), sealed));
  return size + (first ? done.size() : 0);
}

Result<LinkFileOutcome> read_link_file(Lock& lock, ByteSpan file, MutableByteSpan content) {
  if (!lock.ready() || !lock.claimed()) return Status::kNotReady;
  Opened opened;
  CARDEA_TRY(open_answer(lock, file, content, opened));
  const Waiting& waiting = opened.waiting;
  Answer answer;
  CARDEA_TRY(decode_answer(content.first(opened.size_bytes), answer));

  // The nonce ends with the first write: a power cut after it costs a walk, and never a second use (L10).
  HeardTime heard;
  const bool answered = answer.time && equal_constant_time(answer.time->nonce, waiting.nonce);
  if (answered)
    heard = {answer.time->time, answer.time->uncertainty_ms, waited_ms(waiting.at, lock.clock().run, waiting.unbroken)};
  const Status time = lock.take_time(heard, audit::Method::kFile, file_item);
  if (time != Status::kOk && time != Status::kOutOfRange) return time;
  CARDEA_TRY(lock.forget(done_item));
  LinkFileOutcome outcome = obey(lock, answer);
  outcome.time_heard = answered;
  outcome.time = time;
  return outcome;
}

}  // namespace cardea
