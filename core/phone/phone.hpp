// SPDX-License-Identifier: Apache-2.0
#pragma once
// A phone and the platform: the keys that they agree, what proves a request, and the schedule of one-time codes that the phone
// holds. Bytes and rules: spec/phone.md; vectors: spec/vectors/phone_v1.json. AES-GCM around a schedule is the caller's.

#include "core/base/lock_id.hpp"
#include "core/base/time.hpp"
#include "core/codes/otp.hpp"
#include "core/crypto/provider.hpp"

namespace cardea::phone {

using PhoneId = Bytes<16>;
/// T: what the link brings.
using LinkToken = Secret<32>;

/// K_auth and K_seal.
struct PhoneKeys {
  KeyBytes auth;
  KeyBytes seal;
};

/// What the keys are bound to.
struct Claim {
  Bytes<16> invitation{};
  PhoneId phone{};
  P256Point phone_key{};
  P256Point platform_key{};
};

/// `shared`: the X coordinate of ECDH between the two keys of `claim`. kCryptoFailed or kFull as the provider says.
Result<PhoneKeys> derive_keys(Provider& provider, const LinkToken& token, const KeyBytes& shared, const Claim& claim);
/// C, by which the phone sees that the platform has the same keys. Compare with equal_constant_time().
Result<Digest> confirmation_of(Provider& provider, const KeyBytes& auth, const Claim& claim);
/// What proves a request for a schedule.
Result<Digest> request_mac(Provider& provider, const KeyBytes& auth, const PhoneId& phone, UnixSeconds at);

inline constexpr std::size_t order_path_size_bytes_max = 64;
/// What proves an order: a request whose body says which phone asks, and when (spec/phone.md §5). `path`: 1 to 64 bytes,
/// asserted.
Result<Digest> order_mac(Provider& provider, const KeyBytes& auth, ByteSpan path, ByteSpan body);

inline constexpr std::size_t schedule_aad_size_bytes = 25;
Bytes<schedule_aad_size_bytes> schedule_aad(const PhoneId& phone, UnixSeconds at);

// --- The schedule ---

inline constexpr std::size_t entry_count_max = 100;
inline constexpr std::size_t door_name_size_bytes_max = 200;
inline constexpr std::size_t hour_count_max = 48;
inline constexpr std::size_t schedule_head_size_bytes = 19;
inline constexpr std::size_t entry_size_bytes_max =
    16 + 16 + 1 + 8 + 8 + 1 + door_name_size_bytes_max + 4 + 1 + 32 * hour_count_max;

struct ScheduleHead {
  UnixSeconds time;
  UnixSeconds renew_at;
  std::uint16_t entry_count = 0;
};
/// The codes of one door; views into the schedule's bytes.
struct ScheduleEntry {
  Bytes<16> credential{};
  LockId lock;
  std::uint8_t digits = otp_digits_max;
  UnixSeconds from;
  UnixSeconds to;  ///< 0: no end
  ByteSpan door;   ///< UTF-8, 1 to 200 bytes
  Hour first_hour;
  ByteSpan keys;  ///< 32 bytes an hour
};

/// Writes what fits; the writer's status says whether all did. Limits are asserted.
void write_head(ByteWriter& out, const ScheduleHead& head);
void write_entry(ByteWriter& out, const ScheduleEntry& entry);

/// Reads a schedule entry by entry: open(), then next() as often as the head says, then finish().
class ScheduleReader {
 public:
  explicit ScheduleReader(ByteSpan bytes) : in_(bytes) {}
  /// kTooShort; kMalformed for another version, or too many entries.
  Result<ScheduleHead> open();
  /// kTooShort; kMalformed for a number outside its range.
  Result<ScheduleEntry> next();
  /// kOk when nothing is left.
  [[nodiscard]] Status finish() const { return in_.finish(); }

 private:
  ByteReader in_;
};

/// The code that the phone shows at `now` (PH10). kNotReady: none, because it is not the time, or there is no key of this hour.
Result<Digits> code_at(Provider& provider, const ScheduleEntry& entry, UnixSeconds now);

}  // namespace cardea::phone
