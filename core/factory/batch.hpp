// SPDX-License-Identifier: Apache-2.0
#pragma once
// The batch: a maker's signed list of locks. Bytes and rules: spec/factory.md §1.
//
//   CARDEA_ASSIGN(const Batch batch, open_batch(bytes, maker, provider));   // nothing in it counts without this
//   const std::optional<Entry> entry = batch.find(lock);
//
// Allocates nothing; a Batch points into the bytes that it was read from.

#include <optional>

#include "core/base/lock_id.hpp"
#include "core/crypto/provider.hpp"
#include "core/link/snapshot.hpp"
#include "core/update/image.hpp"

namespace cardea::factory {

inline constexpr std::size_t batch_entry_count_max = 10'000;  ///< MF1
inline constexpr std::size_t batch_entry_size_bytes = lock_id_size_bytes + 1 + 64 + 8;
inline constexpr std::size_t batch_head_size_bytes = 4 + 16 + 16 + 4;
constexpr std::size_t batch_size_bytes(std::size_t entry_count) {
  return batch_head_size_bytes + entry_count * batch_entry_size_bytes + sizeof(P256Signature);
}

/// A lock as it left the factory.
struct Entry {
  LockId lock;
  link::LockClass lock_class = link::LockClass::kProtected;
  P256Point identity{};  ///< I_L
  std::uint64_t made_at = 0;
};

struct Maker {
  update::Uuid vendor{};
  update::Uuid device_class{};
};

class Batch {
 public:
  [[nodiscard]] const Maker& maker() const { return maker_; }
  [[nodiscard]] std::size_t size() const { return entries_.size() / batch_entry_size_bytes; }
  /// `i` is below size().
  [[nodiscard]] Entry entry(std::size_t i) const;
  [[nodiscard]] std::optional<Entry> find(const LockId& lock) const;

 private:
  friend Result<Batch> open_batch(ByteSpan bytes, const P256Point& maker_key, Provider& provider);
  Batch(const Maker& maker, ByteSpan entries) : maker_(maker), entries_(entries) {}

  Maker maker_;
  ByteSpan entries_;
};

/// Writes and signs a batch under `maker_key` (kSign); `out` has room for batch_size_bytes(entries.size()). Returns its size.
/// kOutOfRange: no entries or too many. kMalformed: lock_ids that do not ascend, or an identity twice.
Result<std::size_t> write_batch(const Maker& maker, std::span<const Entry> entries, KeyHandle maker_key, Provider& provider,
                                MutableByteSpan out);

/// Reads a batch that `maker_key` signed. kTooShort, kMalformed (MF1), kForged.
Result<Batch> open_batch(ByteSpan bytes, const P256Point& maker_key, Provider& provider);

}  // namespace cardea::factory
