// SPDX-License-Identifier: Apache-2.0
// Any bytes as a batch whose signature is good: what opens has all its entries in order, and finds each.
#include <vector>

#include "core/crypto/testing/forwarding_provider.hpp"
#include "core/factory/batch.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"

namespace {

using namespace cardea;

class BelievesAll final : public ForwardingProvider {
 public:
  using ForwardingProvider::ForwardingProvider;
  Status p256_verify_digest(const P256Point&, const Digest&, const P256Signature&) override { return Status::kOk; }
};

/// A batch of three locks, for the fuzzer to edit: bytes from nowhere hardly ever get past the lengths.
std::vector<std::uint8_t> made(Provider& provider) {
  factory::Entry entries[3];
  for (std::uint8_t i = 0; i < 3; ++i) {
    entries[i].lock.value[0] = i;
    entries[i].made_at = 1'795'219'200;
    provider.release_key(provider.p256_generate(KeyKind::kAgree, entries[i].identity).value());
  }
  P256Point ignored{};
  const ScopedKey key(provider, provider.p256_generate(KeyKind::kSign, ignored).value());
  std::vector<std::uint8_t> batch(factory::batch_size_bytes(std::size(entries)));
  CARDEA_ASSERT(factory::write_batch({{1}, {2}}, entries, key.handle(), provider, batch).ok());
  return batch;
}

void check(ByteSpan bytes, Provider& provider) {
  const Result<factory::Batch> batch = factory::open_batch(bytes, {}, provider);
  if (!batch.ok()) return;
  if (factory::batch_size_bytes(batch->size()) != bytes.size()) __builtin_trap();
  for (std::size_t i = 0; i < batch->size(); ++i) {
    const factory::Entry entry = batch->entry(i);
    if (i > 0 && batch->entry(i - 1).lock >= entry.lock) __builtin_trap();
    const auto found = batch->find(entry.lock);
    if (!found || found->identity != entry.identity) __builtin_trap();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static OpensslProvider openssl(4);
  static const std::vector<std::uint8_t> good = made(openssl);
  BelievesAll provider(openssl);
  check({data, size}, provider);
  std::vector<std::uint8_t> edited = good;
  ByteReader edits(ByteSpan(data, size));
  while (edits.rest().size() > 2) edited[edits.u16() % edited.size()] = edits.u8();
  check(edited, provider);
  return 0;
}
