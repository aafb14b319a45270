// SPDX-License-Identifier: Apache-2.0
#pragma once
// The embedded key store: root and identity in one sealed file.
//
// keystore.sealed: "CKS1" | kind u8 (0 platform key file, 1 passphrase) | salt 16 | log2 of scrypt's N u8 (0 for kind 0) |
// AES-256-GCM blob of root 32 | identity's private scalar 32, AAD = all before. scrypt: r = 8, p = 1.

#include <filesystem>
#include <memory>
#include <string>

#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "server/keys/key_store.hpp"

namespace cardea::server {

/// Why a key store does not open, in words for the operator: what is wrong, where, and what to do.
struct KeyStoreError {
  std::string message;
};

/// Where the file's own key comes from.
struct KeyStoreUnlock {
  std::string passphrase;                   ///< empty: use the platform key file
  std::filesystem::path platform_key_file;  ///< made with 32 random bytes, mode 0600, when a new key store is made
};

class SealedKeyStore final : public KeyStore {
 public:
  /// Opens `file`, or makes a new one when there is none. Nothing is touched on an error: a wrong passphrase, a file that was
  /// changed, a missing platform key, a place that cannot be written.
  static Result<std::unique_ptr<SealedKeyStore>, KeyStoreError> open(const std::filesystem::path& file,
                                                                     const KeyStoreUnlock& unlock);
  ~SealedKeyStore() override;

  [[nodiscard]] const P256Point& identity() const override { return identity_; }
  [[nodiscard]] std::array<std::uint64_t, purpose_count> uses() const override { return uses_; }
  [[nodiscard]] Provider& provider() override { return provider_; }
  Result<Blob> seal_claim_secret(const LockName& name, const Secret<activation::claim_secret_size_bytes>& secret) override;
  Result<Secret<activation::claim_secret_size_bytes>> open_claim_secret(const LockName& name, ByteSpan sealed) override;
  Result<Activation> activate(const ActivationOrder& order) override;
  Status fill(const KeyedLock& lock, link::LockClass lock_class, link::Snapshot& snapshot) override;
  Status check_point(const P256Point& point) override;
  Status check_phone_leases(const KeyedPhone& phone, UnixSeconds at, const P256Point& virtual_key, ByteSpan mac) override;
  Status check_phone_order(const KeyedPhone& phone, std::string_view path, std::string_view body, ByteSpan mac) override;
  Result<Blob> seal_phone_leases(const KeyedPhone& phone, UnixSeconds at, ByteSpan leases) override;
  Result<Blob> sign_virtual_key(const Bytes<16>& workspace, const session::NewCredential& credential) override;
  Result<Blob> sign_denials(const LockName& lock, const grant::Denials& denials) override;
  Result<KeyHandle> session_key(const KeyedLock& lock) override;
  Result<session::Ratchet> open_session(const LockName& name, ByteSpan session) override;
  Result<Blob> seal_session(const LockName& name, const session::Ratchet& ratchet) override;
  Result<CheckedRecords> check_records(const LockName& name, ByteSpan chain, std::span<const ByteSpan> records) override;
  Result<Blob> skip_records(const LockName& name, ByteSpan chain, std::uint32_t next_seq) override;
  Result<P256Signature> sign_receipt(const LockId& lock, std::uint32_t seq, const audit::Tag& tag) override;
  Result<Digits> one_time_code(const KeyedLock& lock, const OtpRequest& request) override;
  Result<KeyBytes> fixed_token(const KeyedLock& lock, SlotGeneration slot) override;
  Result<PinDigest> pin_digest(const KeyedLock& lock, const Digits& pin) override;
  Result<Digits> offline_code(const KeyedLock& lock, std::uint16_t epoch, std::uint8_t digits,
                              const Descriptor& descriptor) override;
  Result<PhoneAgreement> agree_with_phone(const PhoneClaim& claim, const phone::LinkToken& token) override;
  Status check_phone(const KeyedPhone& phone, UnixSeconds at, ByteSpan mac) override;
  Result<Blob> seal_phone_schedule(const KeyedPhone& phone, UnixSeconds at, const phone::ScheduleHead& head,
                                   std::span<const PhoneSlot> slots) override;
  Result<Blob> make_person_key(const Bytes<16>& workspace, const Bytes<16>& person) override;
  Result<Blob> seal_for_person(const Bytes<16>& workspace, const Bytes<16>& person, ByteSpan key, ByteSpan aad,
                               ByteSpan plain) override;
  Result<Blob> open_for_person(const Bytes<16>& workspace, const Bytes<16>& person, ByteSpan key, ByteSpan aad,
                               ByteSpan sealed) override;
  Result<Blob> seal_row(const Bytes<16>& workspace, ByteSpan place, ByteSpan plain) override;
  Result<Blob> open_row(const Bytes<16>& workspace, ByteSpan place, ByteSpan sealed) override;

 private:
  struct LockKeys;
  SealedKeyStore(const KeyBytes& root, const KeyBytes& identity);
  void used(Purpose purpose) { ++uses_[static_cast<std::size_t>(purpose)]; }
  Result<LockKeys> open_lock(const KeyedLock& lock);
  Result<ScopedKey> lock_key(const KeyedLock& lock);
  Result<audit::ChainState> open_chain(const LockName& name, ByteSpan chain);
  Result<Blob> seal_chain(const LockName& name, const audit::ChainState& chain);
  Result<KeyHandle> grant_key(const Bytes<16>& workspace, P256Point& point);
  Status fill_grant_key(const Bytes<16>& workspace, link::Snapshot& snapshot);
  Status fill_from(KeyHandle k_lock, const LockId& lock, link::Snapshot& snapshot);
  Result<phone::PhoneKeys> open_phone(const KeyedPhone& phone);
  Status write_phone_slot(ByteWriter& writer, const PhoneSlot& slot);
  Result<KeyBytes> person_key(const Bytes<16>& workspace, const Bytes<16>& person, ByteSpan key);

  KeyBytes root_;
  OpensslProvider provider_{65'535};  // a link to a lock holds two keys while it stands
  KeyHandle identity_key_;
  P256Point identity_{};
  std::array<std::uint64_t, purpose_count> uses_{};
};

}  // namespace cardea::server
