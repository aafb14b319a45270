// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a virtual key opens, and the list of those that count no more. Bytes and rules: spec/grant.md §1 and §3. Vectors:
// spec/vectors/grant_v1.json. How a lock judges them: core/decide. Allocates nothing.

#include <array>

#include "core/base/lock_id.hpp"
#include "core/base/time.hpp"
#include "core/crypto/provider.hpp"
#include "core/session/credential.hpp"

namespace cardea::grant {

inline constexpr std::size_t grant_head_size_bytes = 1 + 16 + 4 + 2 + 2 + 4 + 4;
inline constexpr std::size_t grant_schedule_size_bytes_max = 78;
inline constexpr std::size_t grant_size_bytes_max = grant_head_size_bytes + grant_schedule_size_bytes_max;
static_assert(grant_size_bytes_max == session::grant_claim_size_bytes_max);

/// The claim of a virtual key. Zero means: says nothing.
struct Grant {
  LockId lock{};
  std::uint32_t serial = 0;  ///< from 1
  std::uint16_t epoch = 0;
  std::uint16_t use_count_max = 0;      ///< openings at the lock
  std::uint32_t after_first_use_s = 0;  ///< the first opening ends it after so many seconds
  UnixSeconds ends_at{};                ///< end of the credential, below 2^32
  ByteSpan schedule{};                  ///< one schedule (core/schedule/schedule.hpp), or nothing; a view when decoded
  /// Whether the lock has to count its openings.
  [[nodiscard]] bool counts() const { return use_count_max != 0 || after_first_use_s != 0; }
};
/// kOutOfRange for what no grant may say; kFull when `out` is.
Status encode(const Grant& grant, ByteWriter& out);
/// kTooShort, kMalformed, kOutOfRange (G1).
Result<Grant> decode(ByteSpan bytes);

inline constexpr std::size_t denied_count_max = 32;
inline constexpr std::size_t denials_body_size_bytes_max = 4 + 2 + 1 + denied_count_max * 4;
inline constexpr std::size_t list_size_bytes_max = lock_id_size_bytes + denials_body_size_bytes_max + sizeof(P256Signature);

/// The list of one lock.
struct Denials {
  std::uint32_t number = 0;
  std::uint16_t epoch = 0;
  std::uint8_t count = 0;
  std::array<std::uint32_t, denied_count_max> serials{};  ///< ascending

  [[nodiscard]] std::span<const std::uint32_t> denied() const { return std::span(serials).first(count); }
  [[nodiscard]] bool denies(std::uint32_t serial) const;
  /// G6: whether it may take the place of `other`.
  [[nodiscard]] bool follows(const Denials& other) const { return number > other.number && epoch >= other.epoch; }
  bool operator==(const Denials&) const = default;
};
/// number, epoch and serials, as a desired state has them. kOutOfRange when they do not ascend, or are too many.
Status encode(const Denials& denials, ByteWriter& out);
/// The same where it stands among other fields. kTooShort, kMalformed, kOutOfRange.
Status decode(ByteReader& in, Denials& denials);

/// Writes the list for phones, signed with the grant key (kSign).
Status sign(Provider& provider, KeyHandle grant_key, const LockId& lock, const Denials& denials, ByteWriter& out);
/// kForged: not signed by this key. kNotFound: of another lock. kTooShort, kMalformed, kOutOfRange.
Status verify(Provider& provider, const P256Point& grant_key, const LockId& lock, ByteSpan list, Denials& denials);
/// What stands in a list, unverified: how a phone sees whether the lock has it already.
Status read_list(ByteSpan list, Denials& denials);

/// The name of a lock in EDHOC.
inline constexpr std::size_t lock_subject_size_bytes = 2 * lock_id_size_bytes;
inline constexpr std::size_t lock_kid_size_bytes = 8;
inline constexpr std::size_t lock_credential_size_bytes = 1 + 3 + lock_subject_size_bytes + 88;
/// Writes the CCS of a lock with this device identity; returns its size.
Result<std::size_t> write_lock_credential(const LockId& lock, const P256Point& identity, MutableByteSpan out);

}  // namespace cardea::grant
