// SPDX-License-Identifier: Apache-2.0
#include "server/link/internal.hpp"

namespace cardea::server {
namespace {

std::uint32_t seq_of(ByteSpan record) { return load_be<std::uint32_t>(record); }

std::vector<ByteSpan> split(ByteSpan bytes) {
  std::vector<ByteSpan> out;
  for (std::size_t at = 0; at < bytes.size(); at += audit::record_size_bytes)
    out.push_back(bytes.subspan(at, audit::record_size_bytes));
  return out;
}

/// False when one of the records that were accepted before was other bytes then (event.md E6).
Task<bool> are_known(Transaction& tx, LockName name, std::span<const ByteSpan> records) {
  for (const ByteSpan record : records) {
    const auto known = co_await usecases::stored_record(tx, name, seq_of(record));
    if (known && !std::equal(known->begin(), known->end(), record.begin())) co_return false;
  }
  co_return true;
}

/// One transaction: the records that are new are checked under the chain and become events, or the chain is broken.
Task<Outcome<TakenRecords>> take_in(Transaction& tx, KeyStore& keys, LockName name, ByteSpan bytes, std::uint32_t first_held) {
  const auto lock = co_await usecases::find_lock(tx, name.lock, now());
  if (!lock) co_return not_found("lock");
  TakenRecords out{.taken = Taken::kContradiction, .next_seq = lock->next_seq, .last_tag = {}};
  if (lock->chain_broken) co_return out;

  const std::vector<ByteSpan> all = split(bytes);
  const std::uint32_t first = seq_of(all.front());
  const std::uint32_t known_count =
      first < lock->next_seq ? std::min<std::uint32_t>(lock->next_seq - first, static_cast<std::uint32_t>(all.size())) : 0;
  const std::span<const ByteSpan> fresh = std::span(all).subspan(known_count);
  bool good = co_await are_known(tx, name, std::span(all).first(known_count));

  Blob chain = lock->chain;
  if (good && first > lock->next_seq) {
    if (first_held <= lock->next_seq) {
      out.taken = Taken::kGap;
      co_return out;
    }
    Result<Blob> skipped = keys.skip_records(name, chain, first);
    good = skipped.ok();
    if (good) chain = std::move(*skipped);
  }
  if (good && !fresh.empty()) {
    const Result<CheckedRecords> checked = keys.check_records(name, chain, fresh);
    good = checked.ok();
    if (good) {
      out.next_seq = checked->next_seq;
      co_await usecases::records_accepted(tx, keys, name, checked->records, checked->chain, checked->next_seq, now());
      out.new_count = checked->records.size();
    }
  }
  if (!good) {
    co_await usecases::chain_broke(tx, keys, name, now());
    co_return out;
  }
  out.taken = Taken::kAccepted;
  const ByteSpan last = all.back();
  if (seq_of(last) + 1 == out.next_seq)
    std::copy_n(last.end() - audit::tag_size_bytes, out.last_tag.size(), out.last_tag.begin());
  co_return out;
}

}  // namespace

Task<Outcome<TakenRecords>> take_records(LinkState& state, LockName name, ByteSpan bytes, std::uint32_t first_held) {
  CARDEA_ASSERT(!bytes.empty() && bytes.size() % audit::record_size_bytes == 0);
  auto taken = co_await state.store.write([&state, name, bytes, first_held](Transaction& tx) -> Task<Outcome<TakenRecords>> {
    co_return co_await take_in(tx, state.keys, name, bytes, first_held);
  });
  if (taken && state.on_records) state.on_records(taken->new_count);
  co_return taken;
}

Task<Outcome<Taken>> take_status(LinkState& state, LockName name, const link::LockStatus& status) {
  co_return co_await state.store.write([&state, name, &status](Transaction& tx) -> Task<Outcome<Taken>> {
    const auto lock = co_await usecases::find_lock(tx, name.lock, now());
    if (!lock) co_return not_found("lock");
    co_await usecases::status_reported(tx, name, status, now());
    if (lock->chain_broken) co_return Taken::kContradiction;
    if (status.last_seq + 1 >= lock->next_seq) co_return Taken::kAccepted;
    co_await usecases::chain_broke(tx, state.keys, name, now());
    co_return Taken::kContradiction;
  });
}

Result<Blob> receipt_message(KeyStore& keys, const LockId& lock, std::uint32_t seq, const audit::Tag& tag) {
  CARDEA_ASSIGN(const P256Signature signature, keys.sign_receipt(lock, seq, tag));
  return bytes_of(link::Receipt{seq, signature});
}

Task<Outcome<Blob>> desired_message(LinkState& state, LockName name, std::uint32_t& version) {
  co_return co_await state.store.write([&state, name, &version](Transaction& tx) -> Task<Outcome<Blob>> {
    const auto lock = co_await usecases::find_lock(tx, name.lock, now());
    if (!lock) co_return not_found("lock");
    usecases::DesiredState desired = co_await usecases::desired_of(tx, name, lock->lock_class, now());
    Blob snapshot(link::snapshot_size_bytes_max);
    ByteWriter writer(snapshot);
    if (state.keys.fill({name, lock->keys}, lock->lock_class, desired.snapshot) != Status::kOk ||
        encode(desired.snapshot, lock->lock_class, writer) != Status::kOk)
      co_return Problem{500,
                        "keys_unusable",
                        "The key store does not open this lock's keys. Restore database and key store from one backup.",
                        {},
                        {}};
    version = desired.version;
    co_return bytes_of(link::Desired{desired.version, writer.written()});
  });
}

Blob time_message(const link::Nonce& nonce) {
  // The wall clock is read in whole seconds: half a second in the middle, half a second unsure.
  constexpr std::uint32_t uncertainty_ms = 1'000;
  return bytes_of(link::Time{nonce, now().value, uncertainty_ms});
}

}  // namespace cardea::server
