// SPDX-License-Identifier: Apache-2.0
#pragma once
// Leases of virtual keys, as a phone fetches them (spec/phone.md §4). Vectors: spec/vectors/phone_v1.json. What stands in a
// lease for the lock: core/grant. AES-GCM around them is the caller's.

#include "core/phone/phone.hpp"

namespace cardea::phone {

/// What proves a request for leases, and which key it shows.
Result<Digest> lease_request_mac(Provider& provider, const KeyBytes& auth, const PhoneId& phone, UnixSeconds at,
                                 const P256Point& virtual_key);
Bytes<schedule_aad_size_bytes> leases_aad(const PhoneId& phone, UnixSeconds at);

inline constexpr std::size_t lease_key_size_bytes_max = 400;
inline constexpr std::size_t lease_list_size_bytes_max = 300;
inline constexpr std::size_t lease_size_bytes_max =
    16 + 16 + 64 + 1 + door_name_size_bytes_max + 2 + lease_key_size_bytes_max + 2 + lease_list_size_bytes_max;

/// The virtual key of one door; views into the leases' bytes.
struct Lease {
  Bytes<16> credential{};
  LockId lock;
  P256Point lock_identity{};
  ByteSpan door;  ///< UTF-8, 1 to 200 bytes
  ByteSpan key;   ///< the CWT
  ByteSpan list;  ///< the lock's newest list of virtual keys that count no more
};

/// The head is that of a schedule: write_head(). Limits are asserted.
void write_lease(ByteWriter& out, const Lease& lease);

/// Reads leases one by one: open(), then next() as often as the head says, then finish().
class LeaseReader {
 public:
  explicit LeaseReader(ByteSpan bytes) : head_(bytes) {}
  /// kTooShort; kMalformed for another version, or too many.
  Result<ScheduleHead> open();
  /// kTooShort; kMalformed for a size outside its range.
  Result<Lease> next();
  /// kOk when nothing is left.
  [[nodiscard]] Status finish() const { return in_.finish(); }

 private:
  ByteSpan head_;
  ByteReader in_{{}};
};

}  // namespace cardea::phone
