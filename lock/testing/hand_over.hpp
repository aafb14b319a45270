// SPDX-License-Identifier: Apache-2.0
#pragma once
// Hands a lock what a platform has, as the bytes in which it would come. Host only.

#include <vector>

#include "core/activation/activation.hpp"
#include "lock/lock.hpp"

namespace cardea::testing {

/// A snapshot as a lock looks at it.
class EncodedSnapshot {
 public:
  /// One that cannot be encoded is a bug of the test (asserted).
  EncodedSnapshot(const link::Snapshot& snapshot, link::LockClass lock_class) : bytes_(link::snapshot_size_bytes_max) {
    ByteWriter out(bytes_);
    CARDEA_ASSERT(link::encode(snapshot, lock_class, out) == Status::kOk);
    CARDEA_ASSERT(view_.read(out.written(), lock_class) == Status::kOk);
  }
  EncodedSnapshot(const EncodedSnapshot&) = delete;
  EncodedSnapshot& operator=(const EncodedSnapshot&) = delete;

  [[nodiscard]] const link::SnapshotView& view() const { return view_; }

 private:
  std::vector<std::uint8_t> bytes_;
  link::SnapshotView view_;
};

inline Status apply(Lock& lock, std::uint32_t version, const link::Snapshot& snapshot) {
  return lock.apply(version, EncodedSnapshot(snapshot, lock.lock_class()).view());
}

inline Status activate(Lock& lock, const activation::Gift& gift, const HeardTime& time, audit::Method method,
                       const activation::DoneBytes* done = nullptr) {
  const EncodedSnapshot snapshot(gift.snapshot, lock.lock_class());
  return lock.activate({static_cast<const activation::GiftHead&>(gift), snapshot.view()}, time, method, done);
}

}  // namespace cardea::testing
