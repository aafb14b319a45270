// SPDX-License-Identifier: Apache-2.0
// Files of locks without a network (link.md §6): what the lock's file says is taken in, and an answer to carry back is made.
#include "core/link/file.hpp"
#include "server/link/internal.hpp"

namespace cardea::server {
namespace {

struct FileContent {
  link::LockStatus status;
  Blob records;
};

/// Status first, then records without gaps.
Outcome<FileContent> parse_content(ByteSpan content) {
  ByteReader list(content);
  FileContent out;
  bool has_status = false;
  while (!list.rest().empty()) {
    const ByteSpan message = link::take_from_list(list);
    if (message.empty()) break;
    const auto type = link::type_of(message);
    if (type.ok() && *type == link::MessageType::kStatus && !has_status) {
      const auto status = link::decode_status(message);
      if (!status.ok()) break;
      out.status = *status;
      has_status = true;
    } else if (type.ok() && *type == link::MessageType::kRecords && has_status) {
      const auto records = link::decode_records(message);
      if (!records.ok()) break;
      out.records.insert(out.records.end(), records->bytes.begin(), records->bytes.end());
    } else {
      break;
    }
  }
  if (!list.rest().empty() || list.status() != Status::kOk || !has_status)
    return malformed_file("The file opens, but what is in it is not a status and records: the lock runs another version.");
  return out;
}

bool are_consecutive(ByteSpan records) {
  for (std::size_t at = audit::record_size_bytes; at < records.size(); at += audit::record_size_bytes)
    if (load_be<std::uint32_t>(records.subspan(at)) !=
        load_be<std::uint32_t>(records.subspan(at - audit::record_size_bytes)) + 1)
      return false;
  return true;
}

struct OpenedFile {
  link::FileHeader header;
  FileContent content;
};

Task<Outcome<usecases::LinkedLock>> lock_of(LinkState& state, LockName name) {
  co_return co_await state.store.read([name](Transaction& tx) -> Task<Outcome<usecases::LinkedLock>> {
    auto lock = co_await usecases::find_lock(tx, name.lock, now());
    if (!lock || lock->name.workspace != name.workspace) co_return not_found("lock");
    if (lock->keys.empty())
      co_return conflict(
          "lock_not_active",
          "This lock was not activated yet: bring its activation file first (press its inside button, then write the file).");
    co_return std::move(*lock);
  });
}

Outcome<OpenedFile> open_file(KeyStore& keys, const usecases::LinkedLock& lock, ByteSpan file) {
  const auto header = link::decode_file_header(file);
  if (!header.ok() || header->kind != link::FileKind::kFromLock)
    return malformed_file("This is no file that a lock wrote for its platform.");
  if (header->lock != lock.name.lock) return malformed_file("This file is of " + text_of(header->lock) + ", not of this lock.");
  const auto k_session = keys.session_key({lock.name, lock.keys});
  Blob content(file.size());
  Result<std::size_t> size = Status::kForged;
  if (k_session.ok()) {
    const ScopedKey scoped(keys.provider(), *k_session);
    size = link::open_file(keys.provider(), *k_session, file, content);
  }
  if (!size.ok())
    return Problem{
        400,
        "file_forged",
        "The file was changed on its way, or was not made with the newest keys of this lock. Let the lock write a new one.",
        {},
        {}};
  auto parsed = parse_content(ByteSpan(content).first(*size));
  if (!parsed.ok()) return parsed.error();
  if (!are_consecutive(parsed->records)) return malformed_file("The records in the file are not consecutive.");
  return OpenedFile{*header, std::move(*parsed)};
}

Task<Outcome<Blob>> seal_answer(LinkState& state, const usecases::LinkedLock& lock, const link::FileHeader& asked,
                                const TakenRecords& taken) {
  std::uint32_t version = 0;
  CARDEA_CO_ASSIGN(const Blob desired, co_await desired_message(state, lock.name, version));
  Blob content(2 * link::message_size_bytes_max);
  ByteWriter list(content);
  link::append_to_list(time_message(asked.nonce), list);
  if (taken.taken == Taken::kAccepted && taken.last_tag != audit::Tag{}) {
    const auto receipt = receipt_message(state.keys, lock.name.lock, taken.next_seq - 1, taken.last_tag);
    if (receipt.ok()) link::append_to_list(*receipt, list);
  }
  link::append_to_list(desired, list);
  link::FileHeader header{link::FileKind::kToLock, lock.name.lock, asked.nonce, {}};
  Provider& provider = state.keys.provider();
  const auto k_session = state.keys.session_key({lock.name, lock.keys});
  Blob file(list.size() + link::file_header_size_bytes_max + ccm_tag_size_bytes);
  Result<std::size_t> size = Status::kCryptoFailed;
  if (k_session.ok() && provider.random(header.platform_nonce) == Status::kOk) {
    const ScopedKey scoped(provider, *k_session);
    size = link::seal_file(provider, *k_session, header, list.written(), file);
  }
  if (!size.ok())
    co_return Problem{500, "crypto_failed", "The answer could not be sealed. Try again; see the server's log.", {}, {}};
  file.resize(*size);
  co_return file;
}

Task<Outcome<Blob>> exchange_link_file(LinkState& state, LockName name, const Blob& file) {
  CARDEA_CO_ASSIGN(const usecases::LinkedLock lock, co_await lock_of(state, name));
  CARDEA_CO_ASSIGN(const OpenedFile opened, open_file(state.keys, lock, file));
  if (!lock.active) CARDEA_CO_TRY(co_await confirm_activation(state, name));
  const link::LockStatus& status = opened.content.status;
  // An old file, carried twice, is no sign of a lock that lies.
  if (status.last_seq + 1 < lock.next_seq)
    co_return conflict("file_stale", "This file is older than one that was brought before. Let the lock write a new one.");
  CARDEA_CO_ASSIGN(const Taken status_taken, co_await take_status(state, name, status));
  TakenRecords taken{.taken = status_taken, .next_seq = lock.next_seq, .last_tag = {}};
  if (status_taken == Taken::kAccepted && !opened.content.records.empty()) {
    CARDEA_CO_ASSIGN(taken, co_await take_records(state, name, opened.content.records, status.first_seq));
  }
  if (status_taken == Taken::kAccepted) {
    CARDEA_CO_TRY(co_await state.store.write([&](Transaction& tx) -> Task<Outcome<Done>> {
      co_await usecases::applied_reported(tx, state.keys, name, {status.applied_version, Status::kOk}, now());
      co_return Done{};
    }));
  }
  co_return co_await seal_answer(state, lock, opened.header, taken);
}

}  // namespace

Task<Outcome<Blob>> exchange_file(LinkState& state, LockName name, Blob file) {
  // A *done* stands in front of a lock's files until one is answered (activation.md §2). The file under K_session says as much.
  if (file.size() > activation::done_size_bytes && file[0] == activation::done_type)
    file.erase(file.begin(), file.begin() + activation::done_size_bytes);
  if (!file.empty() && file[0] == activation::ask_type) {
    const auto ask = activation::decode_ask(file);
    if (ask.ok() && ask->lock != name.lock)
      co_return malformed_file("This file is of " + text_of(ask->lock) + ", not of this lock.");
    CARDEA_CO_ASSIGN(AnsweredAsk answered, co_await answer_ask(state, file));
    co_return std::move(answered.answer);
  }
  co_return co_await exchange_link_file(state, name, file);
}

}  // namespace cardea::server
