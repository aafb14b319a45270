// SPDX-License-Identifier: Apache-2.0
#include "core/audit/chain.hpp"

#include "core/crypto/kdf.hpp"

namespace cardea::audit {
namespace {

struct Step {
  Tag tag;
  KeyBytes next_key;
};

/// The tag of a record under the chain's key, and the key after it.
Result<Step> step(Provider& provider, const LockId& lock, const KeyBytes& key, const RecordBytes& bytes) {
  CARDEA_ASSIGN(const KeyHandle handle, provider.import_key(KeyKind::kMac, key));
  const ScopedKey scoped(provider, handle);
  Bytes<lock_id_size_bytes + covered_size_bytes> covered{};
  ByteWriter writer(covered);
  writer.bytes(lock.value);
  writer.bytes(ByteSpan(bytes).first<covered_size_bytes>());
  Digest digest;
  CARDEA_TRY(provider.hmac_sha256(handle, covered, digest));
  CARDEA_ASSIGN(KeyBytes next, derive_bytes(provider, handle, ascii("audit.next"), {}));
  Step out{.tag = {}, .next_key = next};
  std::copy_n(digest.begin(), out.tag.size(), out.tag.begin());
  return out;
}

}  // namespace

Status seal(Provider& provider, const LockId& lock, ChainState& chain, Record& record) {
  Record numbered = record;
  numbered.seq = chain.next_seq;
  CARDEA_ASSIGN(const Step done, step(provider, lock, chain.key, encode(numbered)));
  record.seq = numbered.seq;
  record.tag = done.tag;
  chain.key = done.next_key;
  ++chain.next_seq;
  return Status::kOk;
}

Result<Record> open(Provider& provider, const LockId& lock, ChainState& chain, ByteSpan bytes) {
  CARDEA_ASSIGN(const Record record, decode(bytes));
  if (record.seq < chain.next_seq) return Status::kStale;
  if (record.seq > chain.next_seq) return Status::kNotFound;
  CARDEA_ASSIGN(const Step done, step(provider, lock, chain.key, encode(record)));
  if (!equal_constant_time(done.tag, record.tag)) return Status::kForged;
  chain.key = done.next_key;
  ++chain.next_seq;
  return record;
}

Status skip_to(Provider& provider, ChainState& chain, std::uint32_t seq) {
  if (seq < chain.next_seq) return Status::kStale;
  if (seq - chain.next_seq > skip_count_max) return Status::kOutOfRange;
  ChainState ahead = chain;
  for (; ahead.next_seq < seq; ++ahead.next_seq) {
    CARDEA_ASSIGN(const KeyHandle handle, provider.import_key(KeyKind::kMac, ahead.key));
    const ScopedKey scoped(provider, handle);
    CARDEA_ASSIGN(ahead.key, derive_bytes(provider, handle, ascii("audit.next"), {}));
  }
  chain = ahead;
  return Status::kOk;
}

}  // namespace cardea::audit
