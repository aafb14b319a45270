// SPDX-License-Identifier: Apache-2.0
#pragma once
// The key store: what the platform does with keys, as purposes (architecture §4). There is no "give me K_lock".
//
// What belongs to a lock or a person comes in and goes out as sealed blobs, which the database keeps; each is bound to its
// workspace, owner and kind, so one that stands in a wrong row is kForged. Results: kForged (a blob that is not of this key
// store or place), kCryptoFailed, and what each call names.
//
// One thread: the server's loop. Calls take microseconds; a driver that reaches an HSM or another room will get awaitable
// forms.

#include <array>
#include <span>
#include <vector>

#include "core/activation/activation.hpp"
#include "core/audit/chain.hpp"
#include "core/codes/descriptor.hpp"
#include "core/codes/otp.hpp"
#include "core/codes/pin.hpp"
#include "core/grant/grant.hpp"
#include "core/phone/leases.hpp"
#include "server/keys/aead.hpp"

namespace cardea::server {

/// Which lock, of which workspace.
struct LockName {
  Bytes<16> workspace{};
  LockId lock;
};

/// A lock with the blob that holds its keys. The span must stay valid during the call.
struct KeyedLock {
  LockName name;
  ByteSpan keys;
};

/// What the log of uses counts.
enum class Purpose : std::uint8_t {
  kActivate,
  kSession,
  kHourKeys,
  kOneTimeCode,
  kFixedToken,
  kOfflineCode,
  kPin,
  kReceipt,
  kPerson,
  kRow,
  kPhone,
  kGrant,
};
inline constexpr std::size_t purpose_count = static_cast<std::size_t>(Purpose::kGrant) + 1;
const char* name_of(Purpose purpose);

/// What an activation is to give, but for the keys, which only the key store makes.
struct ActivationOrder {
  LockName name;
  Bytes<16> door{};
  ByteSpan claim_secret;  ///< the blob that seal_claim_secret() made
  ByteSpan ask;
  std::uint32_t key_id = 0;  ///< that no other key of the platform has
  std::uint64_t time = 0;
  std::uint32_t time_uncertainty_ms = 0;
  std::uint32_t desired_version = 0;
  link::Snapshot snapshot;  ///< hour_count and first_hour say which hour keys; the keys themselves are filled in
};
/// What to store, and what to send. Nothing of it is worth anything before the lock has said `done`.
struct Activation {
  P256Point identity{};  ///< the lock's own: it is on the curve
  std::uint32_t key_id = 0;
  Blob keys;
  Blob chain;
  Blob session;  ///< how far the chain of K_session is: at its beginning
  Blob answer;
  activation::DoneBytes done{};
};

/// A checked batch of audit records, and the chain after it.
struct CheckedRecords {
  std::vector<audit::Record> records;
  Blob chain;
  std::uint32_t next_seq = 1;
};

/// A phone that claims an invitation (spec/phone.md §2).
struct PhoneClaim {
  Bytes<16> workspace{};
  Bytes<16> invitation{};
  phone::PhoneId phone{};
  P256Point phone_key{};
};
/// What to store, and what to answer.
struct PhoneAgreement {
  Blob keys;
  P256Point platform_key{};
  Digest confirmation{};
};

/// A phone with the blob that holds its keys. The span must stay valid during the call.
struct KeyedPhone {
  Bytes<16> workspace{};
  phone::PhoneId phone{};
  ByteSpan keys;
};
/// A token slot whose keys a phone is to have: those of `hour_count` hours from `entry.first_hour` on. `entry.keys` is not
/// looked at.
struct PhoneSlot {
  KeyedLock lock;
  SlotGeneration slot;
  phone::ScheduleEntry entry;
  std::uint8_t hour_count = 0;
};

class KeyStore {
 public:
  virtual ~KeyStore() = default;

  /// The platform's identity: what locks pin.
  [[nodiscard]] virtual const P256Point& identity() const = 0;
  /// How often each purpose was used since the start.
  [[nodiscard]] virtual std::array<std::uint64_t, purpose_count> uses() const = 0;

  // --- Locks ---

  virtual Result<Blob> seal_claim_secret(const LockName& name, const Secret<activation::claim_secret_size_bytes>& secret) = 0;
  /// The label that a lock has after it was released (activation.md A16): for its owner's eyes, and to check its ask.
  virtual Result<Secret<activation::claim_secret_size_bytes>> open_claim_secret(const LockName& name, ByteSpan sealed) = 0;
  /// Makes fresh keys for the lock that asks and seals them to it: the one way out for K_lock. kForged also for an ask with
  /// another secret; kMalformed for an identity that is no point of the curve; what decode_ask() says for no ask.
  virtual Result<Activation> activate(const ActivationOrder& order) = 0;
  /// Fills the grant key where `snapshot` takes virtual keys, and for an unprotected lock the hour keys that it names and the
  /// keys of its fixed slots; activate() does the same.
  virtual Status fill(const KeyedLock& lock, link::LockClass lock_class, link::Snapshot& snapshot) = 0;
  /// K_session, for a handshake or a file with provider(). The caller releases it.
  virtual Result<KeyHandle> session_key(const KeyedLock& lock) = 0;
  [[nodiscard]] virtual Provider& provider() = 0;
  /// How far the chain of K_session is (session.md §3), and a later place on it for the database.
  virtual Result<session::Ratchet> open_session(const LockName& name, ByteSpan session) = 0;
  virtual Result<Blob> seal_session(const LockName& name, const session::Ratchet& ratchet) = 0;
  /// Checks records under the chain: consecutive, from the chain's next number on. On failure (see audit::open) the number of
  /// good ones is lost: all or nothing.
  virtual Result<CheckedRecords> check_records(const LockName& name, ByteSpan chain, std::span<const ByteSpan> records) = 0;
  /// Moves a chain over records that the lock lost (event.md E5).
  virtual Result<Blob> skip_records(const LockName& name, ByteSpan chain, std::uint32_t next_seq) = 0;
  virtual Result<P256Signature> sign_receipt(const LockId& lock, std::uint32_t seq, const audit::Tag& tag) = 0;

  // --- Codes ---

  virtual Result<Digits> one_time_code(const KeyedLock& lock, const OtpRequest& request) = 0;
  /// K_slot(0, s, g), for an authenticator app of the person: leaves the platform once.
  virtual Result<KeyBytes> fixed_token(const KeyedLock& lock, SlotGeneration slot) = 0;
  /// kOutOfRange when the descriptor is not one of n = `digits`.
  virtual Result<Digits> offline_code(const KeyedLock& lock, std::uint16_t epoch, std::uint8_t digits,
                                      const Descriptor& descriptor) = 0;
  /// What the lock compares a PIN with (spec/pin.md §1).
  virtual Result<PinDigest> pin_digest(const KeyedLock& lock, const Digits& pin) = 0;

  // --- Phones ---

  /// Makes the keys of a phone. kMalformed when its point is not on the curve.
  virtual Result<PhoneAgreement> agree_with_phone(const PhoneClaim& claim, const phone::LinkToken& token) = 0;
  /// kOk, or kForged for another request, phone or mac.
  virtual Status check_phone(const KeyedPhone& phone, UnixSeconds at, ByteSpan mac) = 0;
  /// A schedule with these slots' keys, sealed for the phone as the answer to its request of `at`. kOutOfRange for more
  /// entries or hours than a schedule has (spec/phone.md §3).
  virtual Result<Blob> seal_phone_schedule(const KeyedPhone& phone, UnixSeconds at, const phone::ScheduleHead& head,
                                           std::span<const PhoneSlot> slots) = 0;

  /// kMalformed for what is no point of the curve P-256.
  virtual Status check_point(const P256Point& point) = 0;
  /// kOk, or kForged for another request for leases, phone, virtual key or mac.
  virtual Status check_phone_leases(const KeyedPhone& phone, UnixSeconds at, const P256Point& virtual_key, ByteSpan mac) = 0;
  /// kOk, or kForged for another order (spec/phone.md §5), phone or mac.
  virtual Status check_phone_order(const KeyedPhone& phone, std::string_view path, std::string_view body, ByteSpan mac) = 0;
  /// Leases sealed for the phone as the answer to its request of `at`.
  virtual Result<Blob> seal_phone_leases(const KeyedPhone& phone, UnixSeconds at, ByteSpan leases) = 0;

  // --- Virtual keys (spec/grant.md) ---

  /// Signs a virtual key, or any other credential, with the workspace's grant key.
  virtual Result<Blob> sign_virtual_key(const Bytes<16>& workspace, const session::NewCredential& credential) = 0;
  /// Signs the list of a lock, for phones to carry.
  virtual Result<Blob> sign_denials(const LockName& lock, const grant::Denials& denials) = 0;

  // --- People and rows ---

  /// A key of a person's own: erasing the blob erases what is sealed under it.
  virtual Result<Blob> make_person_key(const Bytes<16>& workspace, const Bytes<16>& person) = 0;
  virtual Result<Blob> seal_for_person(const Bytes<16>& workspace, const Bytes<16>& person, ByteSpan key, ByteSpan aad,
                                       ByteSpan plain) = 0;
  virtual Result<Blob> open_for_person(const Bytes<16>& workspace, const Bytes<16>& person, ByteSpan key, ByteSpan aad,
                                       ByteSpan sealed) = 0;
  /// `place`: table and row, so that a sealed row opens nowhere else.
  virtual Result<Blob> seal_row(const Bytes<16>& workspace, ByteSpan place, ByteSpan plain) = 0;
  virtual Result<Blob> open_row(const Bytes<16>& workspace, ByteSpan place, ByteSpan sealed) = 0;
};

}  // namespace cardea::server
