// SPDX-License-Identifier: Apache-2.0
#include "server/keys/sealed_key_store.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

#include "core/codes/ff1.hpp"
#include "core/crypto/kdf.hpp"

namespace cardea::server {

namespace fs = std::filesystem;

// K_lock, and K_session of a lock that does not hold K_lock. In the clear only here and only during a call.
struct SealedKeyStore::LockKeys {
  link::LockClass lock_class = link::LockClass::kUnprotected;
  KeyBytes k_lock;
  KeyBytes k_session;
};

namespace {

constexpr auto magic = ascii("CKS1");
constexpr std::uint8_t kind_platform_key = 0;
constexpr std::uint8_t kind_passphrase = 1;
constexpr std::uint8_t scrypt_log2_n = 15;      // 32 MiB and some 80 ms a guess
constexpr std::uint8_t scrypt_log2_n_max = 20;  // more than this in a file is an attack on the memory
constexpr std::size_t salt_size_bytes = 16;
constexpr std::size_t header_size_bytes = magic.size() + 1 + salt_size_bytes + 1;
constexpr std::size_t content_size_bytes = 64;
constexpr std::size_t file_size_bytes = header_size_bytes + content_size_bytes + gcm_overhead_bytes;

KeyStoreError error(std::string message) { return {std::move(message)}; }

std::string text(const fs::path& path) { return "'" + path.string() + "'"; }

Result<Blob, KeyStoreError> read_file(const fs::path& file, std::size_t size_max) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return error("cannot read " + text(file) + ": " + std::strerror(errno));
  Blob bytes(size_max + 1);
  in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

/// Writes a new file, whole or not at all, readable by its owner only. Never over an old one.
std::optional<KeyStoreError> write_new(const fs::path& file, ByteSpan bytes) {
  const fs::path beside = file.string() + ".new";
  ::unlink(beside.c_str());
  const int fd = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return error("cannot write " + text(beside) + ": " + std::strerror(errno) + ". Free the place or choose another --state.");
  const bool written = ::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::fsync(fd) == 0;
  const int failure = errno;
  ::close(fd);
  if (written && ::link(beside.c_str(), file.c_str()) == 0) {
    ::unlink(beside.c_str());
    return std::nullopt;
  }
  const int link_failure = written ? errno : failure;
  ::unlink(beside.c_str());
  return error("cannot write " + text(file) + ": " + std::strerror(link_failure) +
               ". Free the place or choose another --state.");
}

/// The key of the file itself.
Result<KeyBytes, KeyStoreError> file_key(std::uint8_t kind, ByteSpan salt, std::uint8_t log2_n, const KeyStoreUnlock& unlock) {
  KeyBytes key;
  if (kind == kind_passphrase) {
    const std::uint64_t n = std::uint64_t{1} << log2_n;
    if (EVP_PBE_scrypt(unlock.passphrase.data(), unlock.passphrase.size(), salt.data(), salt.size(), n, 8, 1, n * 8 * 128 * 2,
                       key.mutable_bytes().data(), key.size_bytes) != 1)
      return error("the passphrase could not be worked: not enough memory for scrypt");
    return key;
  }
  auto platform = read_file(unlock.platform_key_file, key.size_bytes);
  if (!platform.ok())
    return error(platform.error().message +
                 ". The key store is locked with this platform key: bring the file back from where it is kept.");
  if (platform->size() != key.size_bytes)
    return error("platform key " + text(unlock.platform_key_file) + " has not 32 bytes: bring the right file back.");
  OpensslProvider provider(2);
  const KeyHandle parent = provider.import_key(KeyKind::kMac, KeyBytes(ByteSpan(*platform).first<32>())).value();
  wipe(*platform);
  const auto derived = derive_bytes(provider, parent, ascii("key-store"), salt);
  if (!derived.ok()) return error("cryptography failed while the key store was opened");
  return *derived;
}

Blob header_of(std::uint8_t kind, ByteSpan salt, std::uint8_t log2_n) {
  Blob header(header_size_bytes);
  ByteWriter writer(header);
  writer.bytes(magic);
  writer.u8(kind);
  writer.bytes(salt);
  writer.u8(log2_n);
  return header;
}

/// "kind" | workspace | owner: what binds a blob to its place.
template <std::size_t N>
Blob place_of(const char (&kind)[N], const Bytes<16>& workspace, ByteSpan owner) {
  Blob place(N - 1 + workspace.size() + owner.size());
  ByteWriter writer(place);
  writer.bytes(ascii(kind));
  writer.bytes(workspace);
  writer.bytes(owner);
  return place;
}

/// kMalformed for what is no point of the curve: nobody agrees with that.
Status check_point(Provider& provider, const P256Point& point) {
  P256Point ignored;
  CARDEA_ASSIGN(const KeyHandle own, provider.p256_generate(KeyKind::kAgree, ignored));
  const ScopedKey scoped(provider, own);
  CARDEA_ASSIGN(const KeyHandle agreed, provider.p256_agree(own, point, KeyKind::kMac));
  provider.release_key(agreed);
  return Status::kOk;
}

KeyBytes key_at(ByteSpan bytes, std::size_t offset) {
  return KeyBytes(std::span<const std::uint8_t, 32>(bytes.subspan(offset, 32)));
}

}  // namespace

const char* name_of(Purpose purpose) {
  switch (purpose) {
    case Purpose::kActivate: return "activate";
    case Purpose::kSession: return "session";
    case Purpose::kHourKeys: return "hour_keys";
    case Purpose::kOneTimeCode: return "one_time_code";
    case Purpose::kFixedToken: return "fixed_token";
    case Purpose::kOfflineCode: return "offline_code";
    case Purpose::kPin: return "pin";
    case Purpose::kReceipt: return "receipt";
    case Purpose::kPerson: return "person";
    case Purpose::kRow: return "row";
    case Purpose::kPhone: return "phone";
    case Purpose::kGrant: return "grant";
  }
  return "unknown";
}

namespace {

struct Content {
  KeyBytes root;
  KeyBytes identity;
};

Result<Content, KeyStoreError> make_new(const fs::path& file, const KeyStoreUnlock& unlock) {
  OpensslProvider provider(2);
  const std::uint8_t kind = unlock.passphrase.empty() ? kind_platform_key : kind_passphrase;
  const std::uint8_t log2_n = kind == kind_passphrase ? scrypt_log2_n : 0;
  Bytes<salt_size_bytes> salt{};
  Content content;
  P256Point ignored;
  const Result<KeyHandle> identity = provider.p256_generate(KeyKind::kSign, ignored);
  if (provider.random(salt) != Status::kOk || provider.random(content.root.mutable_bytes()) != Status::kOk || !identity.ok())
    return error("the machine gives no random numbers: no key store was made");
  content.identity = provider.p256_export(*identity).value();
  if (kind == kind_platform_key && !fs::exists(unlock.platform_key_file)) {
    KeyBytes platform;
    if (provider.random(platform.mutable_bytes()) != Status::kOk)
      return error("the machine gives no random numbers: no key store was made");
    if (const auto failure = write_new(unlock.platform_key_file, platform.bytes())) return *failure;
  }
  const auto key = file_key(kind, salt, log2_n, unlock);
  if (!key.ok()) return key.error();
  Secret<content_size_bytes> plain;
  std::copy_n(content.root.bytes().begin(), 32, plain.mutable_bytes().begin());
  std::copy_n(content.identity.bytes().begin(), 32, plain.mutable_bytes().begin() + 32);
  Blob bytes = header_of(kind, salt, log2_n);
  const Result<Blob> sealed = seal_gcm(*key, bytes, plain.bytes());
  if (!sealed.ok()) return error("cryptography failed while the key store was made");
  bytes.insert(bytes.end(), sealed->begin(), sealed->end());
  if (const auto failure = write_new(file, bytes)) return *failure;
  return content;
}

Result<Content, KeyStoreError> read_existing(const fs::path& file, const KeyStoreUnlock& unlock) {
  const auto bytes = read_file(file, file_size_bytes);
  if (!bytes.ok()) return bytes.error();
  const std::string restore = " Restore it from your backup; nothing was changed.";
  if (bytes->size() != file_size_bytes)
    return error("key store " + text(file) + " has the wrong size: it is damaged." + restore);
  ByteReader reader(*bytes);
  const ByteSpan found = reader.take(magic.size());
  const std::uint8_t kind = reader.u8();
  const ByteSpan salt = reader.take(salt_size_bytes);
  const std::uint8_t log2_n = reader.u8();
  if (!std::equal(found.begin(), found.end(), magic.begin()) || kind > kind_passphrase || log2_n > scrypt_log2_n_max)
    return error(text(file) + " is not a key store of this version." + restore);
  if (kind == kind_passphrase && unlock.passphrase.empty())
    return error("key store " + text(file) + " is under a passphrase: give it with --passphrase-file or CARDEA_PASSPHRASE.");
  if (kind == kind_platform_key && !unlock.passphrase.empty())
    return error("key store " + text(file) + " is under a platform key, not a passphrase: start without one.");
  const auto key = file_key(kind, salt, log2_n, unlock);
  if (!key.ok()) return key.error();
  Result<Blob> plain = open_gcm(*key, ByteSpan(*bytes).first(header_size_bytes), ByteSpan(*bytes).subspan(header_size_bytes));
  if (!plain.ok())
    return error(kind == kind_passphrase ? "wrong passphrase for key store " + text(file) +
                                               ", or the file is damaged. Nothing was changed: try again."
                                         : "platform key " + text(unlock.platform_key_file) + " does not open key store " +
                                               text(file) + ": bring back the one it was made with. Nothing was changed.");
  Content content{key_at(*plain, 0), key_at(*plain, 32)};
  wipe(*plain);
  return content;
}

}  // namespace

Result<std::unique_ptr<SealedKeyStore>, KeyStoreError> SealedKeyStore::open(const fs::path& file,
                                                                            const KeyStoreUnlock& unlock) {
  const auto content = fs::exists(file) ? read_existing(file, unlock) : make_new(file, unlock);
  if (!content.ok()) return content.error();
  return std::unique_ptr<SealedKeyStore>(new SealedKeyStore(content->root, content->identity));
}

SealedKeyStore::SealedKeyStore(const KeyBytes& root, const KeyBytes& identity) : root_(root) {
  const Result<KeyHandle> key = provider_.p256_import(KeyKind::kSign, identity, identity_);
  CARDEA_ASSERT(key.ok());  // it was authenticated a moment ago
  identity_key_ = *key;
}

SealedKeyStore::~SealedKeyStore() = default;

Result<Blob> SealedKeyStore::seal_claim_secret(const LockName& name,
                                               const Secret<activation::claim_secret_size_bytes>& secret) {
  return seal_gcm(root_, place_of("claim", name.workspace, name.lock.value), secret.bytes());
}

Result<Secret<activation::claim_secret_size_bytes>> SealedKeyStore::open_claim_secret(const LockName& name, ByteSpan sealed) {
  CARDEA_ASSIGN(Blob opened, open_gcm(root_, place_of("claim", name.workspace, name.lock.value), sealed));
  if (opened.size() != activation::claim_secret_size_bytes) return Status::kForged;
  const Secret<activation::claim_secret_size_bytes> secret(ByteSpan(opened).first<activation::claim_secret_size_bytes>());
  wipe(opened);
  return secret;
}

Result<Activation> SealedKeyStore::activate(const ActivationOrder& order) {
  used(Purpose::kActivate);
  CARDEA_ASSIGN(const Secret<activation::claim_secret_size_bytes> secret, open_claim_secret(order.name, order.claim_secret));
  CARDEA_ASSIGN(const activation::Ask ask, activation::decode_ask(order.ask));
  if (ask.lock != order.name.lock) return Status::kForged;
  CARDEA_TRY(activation::verify_ask(provider_, secret, order.ask));
  CARDEA_TRY(check_point(ask.identity));

  activation::Gift gift;
  gift.workspace = order.name.workspace;
  gift.door = order.door;
  gift.platform_identity = identity_;
  gift.key_id = order.key_id;
  gift.time = order.time;
  gift.time_uncertainty_ms = order.time_uncertainty_ms;
  gift.desired_version = order.desired_version;
  gift.snapshot = order.snapshot;
  Secret<1 + 32 + 32> stored;  // class | K_lock | K_session
  const MutableByteSpan bytes = stored.mutable_bytes();
  CARDEA_TRY(provider_.random(bytes.subspan(1)));
  CARDEA_TRY(provider_.random(gift.audit_seed.mutable_bytes()));
  CARDEA_TRY(provider_.random(gift.session_chain.mutable_bytes()));
  bytes[0] = static_cast<std::uint8_t>(ask.lock_class);
  const bool is_protected = ask.lock_class == link::LockClass::kProtected;
  gift.key = key_at(bytes, is_protected ? 1 : 33);
  CARDEA_TRY(fill_grant_key(order.name.workspace, gift.snapshot));
  if (!is_protected) {
    CARDEA_ASSIGN(const KeyHandle k_lock, provider_.import_key(KeyKind::kMac, key_at(bytes, 1)));
    const ScopedKey scoped(provider_, k_lock);
    CARDEA_TRY(fill_from(k_lock, order.name.lock, gift.snapshot));
  }
  Activation out;
  out.identity = ask.identity;
  out.key_id = order.key_id;
  out.answer.resize(activation::answer_size_bytes_max);
  CARDEA_ASSIGN(const std::size_t size, activation::seal_answer(provider_, secret, order.ask, gift, out.answer, out.done));
  out.answer.resize(size);
  CARDEA_ASSIGN(out.keys, seal_gcm(root_, place_of("lock", order.name.workspace, order.name.lock.value), bytes));
  CARDEA_ASSIGN(out.chain, seal_chain(order.name, {.key = gift.audit_seed, .next_seq = 1}));
  CARDEA_ASSIGN(out.session, seal_session(order.name, {.generation = 0, .chain = gift.session_chain}));
  return out;
}

Result<SealedKeyStore::LockKeys> SealedKeyStore::open_lock(const KeyedLock& lock) {
  CARDEA_ASSIGN(Blob opened, open_gcm(root_, place_of("lock", lock.name.workspace, lock.name.lock.value), lock.keys));
  if (opened.size() != 65) return Status::kForged;
  LockKeys keys{static_cast<link::LockClass>(opened[0]), key_at(opened, 1), key_at(opened, 33)};
  wipe(opened);
  return keys;
}

Result<ScopedKey> SealedKeyStore::lock_key(const KeyedLock& lock) {
  CARDEA_ASSIGN(const LockKeys keys, open_lock(lock));
  CARDEA_ASSIGN(const KeyHandle handle, provider_.import_key(KeyKind::kMac, keys.k_lock));
  return ScopedKey(provider_, handle);
}

Status SealedKeyStore::fill_from(KeyHandle k_lock, const LockId& lock, link::Snapshot& snapshot) {
  for (std::size_t i = 0; i < snapshot.hour_count; ++i) {
    const Hour hour{static_cast<std::uint32_t>(snapshot.first_hour + i)};
    CARDEA_ASSIGN(snapshot.hours[i], derive_hour_key_bytes(provider_, k_lock, lock, hour));
  }
  CARDEA_ASSIGN(const KeyHandle hour_zero, derive_hour_key(provider_, k_lock, lock, Hour{0}));
  const ScopedKey scoped(provider_, hour_zero);
  for (std::size_t i = 0; i < snapshot.slot_count; ++i) {
    link::SnapshotSlot& slot = snapshot.slots[i];
    if (!slot.fixed) continue;
    CARDEA_ASSIGN(slot.fixed_key,
                  derive_slot_key_bytes(provider_, hour_zero, OtpPurpose::kApp, {slot.number, slot.generation}));
  }
  return Status::kOk;
}

Status SealedKeyStore::fill(const KeyedLock& lock, link::LockClass lock_class, link::Snapshot& snapshot) {
  CARDEA_TRY(fill_grant_key(lock.name.workspace, snapshot));
  if (lock_class == link::LockClass::kProtected) return Status::kOk;
  used(Purpose::kHourKeys);
  CARDEA_ASSIGN(const ScopedKey k_lock, lock_key(lock));
  return fill_from(k_lock.handle(), lock.name.lock, snapshot);
}

Result<KeyHandle> SealedKeyStore::session_key(const KeyedLock& lock) {
  used(Purpose::kSession);
  CARDEA_ASSIGN(const LockKeys keys, open_lock(lock));
  if (keys.lock_class == link::LockClass::kUnprotected) return provider_.import_key(KeyKind::kMac, keys.k_session);
  CARDEA_ASSIGN(const KeyHandle k_lock, provider_.import_key(KeyKind::kMac, keys.k_lock));
  const ScopedKey scoped(provider_, k_lock);
  return link::derive_session_key(provider_, k_lock, lock.name.lock);
}

Result<session::Ratchet> SealedKeyStore::open_session(const LockName& name, ByteSpan session) {
  CARDEA_ASSIGN(Blob opened, open_gcm(root_, place_of("session", name.workspace, name.lock.value), session));
  Result<session::Ratchet> ratchet = session::decode_ratchet(opened);
  wipe(opened);
  return ratchet.ok() ? ratchet : Status::kForged;
}

Result<Blob> SealedKeyStore::seal_session(const LockName& name, const session::Ratchet& ratchet) {
  Secret<session::ratchet_size_bytes> plain;
  session::encode(ratchet, plain.mutable_bytes());
  return seal_gcm(root_, place_of("session", name.workspace, name.lock.value), plain.bytes());
}

Result<audit::ChainState> SealedKeyStore::open_chain(const LockName& name, ByteSpan chain) {
  CARDEA_ASSIGN(Blob opened, open_gcm(root_, place_of("chain", name.workspace, name.lock.value), chain));
  if (opened.size() != 36) return Status::kForged;
  audit::ChainState state{key_at(opened, 0), load_be<std::uint32_t>(ByteSpan(opened).subspan(32))};
  wipe(opened);
  return state;
}

Result<Blob> SealedKeyStore::seal_chain(const LockName& name, const audit::ChainState& chain) {
  Secret<36> plain;
  ByteWriter writer(plain.mutable_bytes());
  writer.bytes(chain.key.bytes());
  writer.u32(chain.next_seq);
  return seal_gcm(root_, place_of("chain", name.workspace, name.lock.value), plain.bytes());
}

Result<CheckedRecords> SealedKeyStore::check_records(const LockName& name, ByteSpan chain, std::span<const ByteSpan> records) {
  CARDEA_ASSIGN(audit::ChainState state, open_chain(name, chain));
  CheckedRecords out;
  for (const ByteSpan bytes : records) {
    CARDEA_ASSIGN(const audit::Record record, audit::open(provider_, name.lock, state, bytes));
    out.records.push_back(record);
  }
  out.next_seq = state.next_seq;
  CARDEA_ASSIGN(out.chain, seal_chain(name, state));
  return out;
}

Result<Blob> SealedKeyStore::skip_records(const LockName& name, ByteSpan chain, std::uint32_t next_seq) {
  CARDEA_ASSIGN(audit::ChainState state, open_chain(name, chain));
  CARDEA_TRY(audit::skip_to(provider_, state, next_seq));
  return seal_chain(name, state);
}

Result<P256Signature> SealedKeyStore::sign_receipt(const LockId& lock, std::uint32_t seq, const audit::Tag& tag) {
  used(Purpose::kReceipt);
  P256Signature signature;
  CARDEA_TRY(provider_.p256_sign(identity_key_, link::receipt_input(lock, seq, tag), signature));
  return signature;
}

Result<Digits> SealedKeyStore::one_time_code(const KeyedLock& lock, const OtpRequest& request) {
  used(Purpose::kOneTimeCode);
  CARDEA_ASSIGN(const ScopedKey k_lock, lock_key(lock));
  return issue_otp(provider_, k_lock.handle(), lock.name.lock, request);
}

Result<KeyBytes> SealedKeyStore::fixed_token(const KeyedLock& lock, SlotGeneration slot) {
  used(Purpose::kFixedToken);
  CARDEA_ASSIGN(const ScopedKey k_lock, lock_key(lock));
  CARDEA_ASSIGN(const KeyHandle hour_zero, derive_hour_key(provider_, k_lock.handle(), lock.name.lock, Hour{0}));
  const ScopedKey scoped(provider_, hour_zero);
  return derive_slot_key_bytes(provider_, hour_zero, OtpPurpose::kApp, slot);
}

Result<Digits> SealedKeyStore::offline_code(const KeyedLock& lock, std::uint16_t epoch, std::uint8_t digits,
                                            const Descriptor& descriptor) {
  used(Purpose::kOfflineCode);
  CARDEA_ASSIGN(const std::uint64_t number, number_of(descriptor, digits));
  CARDEA_ASSIGN(const ScopedKey k_lock, lock_key(lock));
  CARDEA_ASSIGN(const KeyHandle code_key, derive_code_key(provider_, k_lock.handle(), lock.name.lock, epoch));
  const ScopedKey scoped(provider_, code_key);
  return encrypt_number(provider_, code_key, number, digits);
}

Result<PinDigest> SealedKeyStore::pin_digest(const KeyedLock& lock, const Digits& pin) {
  used(Purpose::kPin);
  CARDEA_ASSIGN(const ScopedKey k_lock, lock_key(lock));
  CARDEA_ASSIGN(const KeyHandle pin_key, derive_pin_key(provider_, k_lock.handle(), lock.name.lock));
  const ScopedKey scoped(provider_, pin_key);
  return cardea::pin_digest(provider_, pin_key, pin);
}

Result<PhoneAgreement> SealedKeyStore::agree_with_phone(const PhoneClaim& claim, const phone::LinkToken& token) {
  used(Purpose::kPhone);
  phone::Claim bound{claim.invitation, claim.phone, claim.phone_key, {}};
  CARDEA_ASSIGN(const KeyHandle own, provider_.p256_generate(KeyKind::kAgree, bound.platform_key));
  const ScopedKey scoped(provider_, own);  // of this claim alone
  CARDEA_ASSIGN(const KeyBytes shared, provider_.p256_agree_bytes(own, claim.phone_key));
  CARDEA_ASSIGN(const phone::PhoneKeys keys, phone::derive_keys(provider_, token, shared, bound));
  Secret<64> stored;  // K_auth | K_seal
  std::copy_n(keys.auth.bytes().begin(), 32, stored.mutable_bytes().begin());
  std::copy_n(keys.seal.bytes().begin(), 32, stored.mutable_bytes().begin() + 32);
  PhoneAgreement out;
  out.platform_key = bound.platform_key;
  CARDEA_ASSIGN(out.confirmation, phone::confirmation_of(provider_, keys.auth, bound));
  CARDEA_ASSIGN(out.keys, seal_gcm(root_, place_of("phone", claim.workspace, claim.phone), stored.bytes()));
  return out;
}

Result<phone::PhoneKeys> SealedKeyStore::open_phone(const KeyedPhone& phone) {
  CARDEA_ASSIGN(Blob opened, open_gcm(root_, place_of("phone", phone.workspace, phone.phone), phone.keys));
  if (opened.size() != 64) return Status::kForged;
  phone::PhoneKeys keys{key_at(opened, 0), key_at(opened, 32)};
  wipe(opened);
  return keys;
}

Status SealedKeyStore::check_phone(const KeyedPhone& phone, UnixSeconds at, ByteSpan mac) {
  used(Purpose::kPhone);
  CARDEA_ASSIGN(const phone::PhoneKeys keys, open_phone(phone));
  CARDEA_ASSIGN(const Digest expected, phone::request_mac(provider_, keys.auth, phone.phone, at));
  return equal_constant_time(expected, mac) ? Status::kOk : Status::kForged;
}

Status SealedKeyStore::write_phone_slot(ByteWriter& writer, const PhoneSlot& slot) {
  if (slot.hour_count > phone::hour_count_max) return Status::kOutOfRange;
  Secret<32 * phone::hour_count_max> keys;
  CARDEA_ASSIGN(const ScopedKey k_lock, lock_key(slot.lock));
  for (std::uint32_t i = 0; i < slot.hour_count; ++i) {
    const Hour hour{slot.entry.first_hour.value + i};
    CARDEA_ASSIGN(const KeyHandle of_hour, derive_hour_key(provider_, k_lock.handle(), slot.lock.name.lock, hour));
    const ScopedKey scoped(provider_, of_hour);
    CARDEA_ASSIGN(const KeyBytes key, derive_slot_key_bytes(provider_, of_hour, OtpPurpose::kApp, slot.slot));
    std::copy_n(key.bytes().begin(), 32, keys.mutable_bytes().begin() + 32 * static_cast<std::ptrdiff_t>(i));
  }
  phone::ScheduleEntry entry = slot.entry;
  entry.keys = ByteSpan(keys.bytes()).first(std::size_t{32} * slot.hour_count);
  phone::write_entry(writer, entry);
  return writer.status();
}

Result<Blob> SealedKeyStore::seal_phone_schedule(const KeyedPhone& phone, UnixSeconds at, const phone::ScheduleHead& head,
                                                 std::span<const PhoneSlot> slots) {
  used(Purpose::kPhone);
  if (slots.size() > phone::entry_count_max) return Status::kOutOfRange;
  CARDEA_ASSIGN(const phone::PhoneKeys keys, open_phone(phone));
  Blob plain(phone::schedule_head_size_bytes + slots.size() * phone::entry_size_bytes_max);
  ByteWriter writer(plain);
  phone::ScheduleHead counted = head;
  counted.entry_count = static_cast<std::uint16_t>(slots.size());
  phone::write_head(writer, counted);
  Status status = writer.status();
  for (std::size_t i = 0; i < slots.size() && status == Status::kOk; ++i) status = write_phone_slot(writer, slots[i]);
  Result<Blob> sealed = status;
  if (status == Status::kOk) sealed = seal_gcm(keys.seal, phone::schedule_aad(phone.phone, at), writer.written());
  wipe(plain);
  return sealed;
}

Status SealedKeyStore::check_point(const P256Point& point) { return server::check_point(provider_, point); }

Status SealedKeyStore::check_phone_leases(const KeyedPhone& phone, UnixSeconds at, const P256Point& virtual_key, ByteSpan mac) {
  used(Purpose::kPhone);
  CARDEA_ASSIGN(const phone::PhoneKeys keys, open_phone(phone));
  CARDEA_ASSIGN(const Digest expected, phone::lease_request_mac(provider_, keys.auth, phone.phone, at, virtual_key));
  return equal_constant_time(expected, mac) ? Status::kOk : Status::kForged;
}

Status SealedKeyStore::check_phone_order(const KeyedPhone& phone, std::string_view path, std::string_view body, ByteSpan mac) {
  used(Purpose::kPhone);
  CARDEA_ASSIGN(const phone::PhoneKeys keys, open_phone(phone));
  const auto bytes_of = [](std::string_view text) {
    return ByteSpan(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  };
  CARDEA_ASSIGN(const Digest expected, phone::order_mac(provider_, keys.auth, bytes_of(path), bytes_of(body)));
  return equal_constant_time(expected, mac) ? Status::kOk : Status::kForged;
}

Result<Blob> SealedKeyStore::seal_phone_leases(const KeyedPhone& phone, UnixSeconds at, ByteSpan leases) {
  used(Purpose::kPhone);
  CARDEA_ASSIGN(const phone::PhoneKeys keys, open_phone(phone));
  return seal_gcm(keys.seal, phone::leases_aad(phone.phone, at), leases);
}

/// A pair of the workspace's own, made of the root alone: it signs virtual keys and their lists, and nothing else. The caller
/// releases it. A number that is no private key, one in 2^32, is followed by the next.
Result<KeyHandle> SealedKeyStore::grant_key(const Bytes<16>& workspace, P256Point& point) {
  CARDEA_ASSIGN(const KeyHandle root, provider_.import_key(KeyKind::kMac, root_));
  const ScopedKey scoped(provider_, root);
  Bytes<17> context{};
  std::copy(workspace.begin(), workspace.end(), context.begin());
  while (true) {
    CARDEA_ASSIGN(const KeyBytes scalar, derive_bytes(provider_, root, ascii("grant-key"), context));
    const Result<KeyHandle> pair = provider_.p256_import(KeyKind::kSign, scalar, point);
    if (pair.status() != Status::kMalformed) return pair;
    ++context.back();
  }
}

Status SealedKeyStore::fill_grant_key(const Bytes<16>& workspace, link::Snapshot& snapshot) {
  if (!snapshot.takes_keys) return Status::kOk;
  CARDEA_ASSIGN(const KeyHandle key, grant_key(workspace, snapshot.grant_key));
  provider_.release_key(key);
  return Status::kOk;
}

Result<Blob> SealedKeyStore::sign_virtual_key(const Bytes<16>& workspace, const session::NewCredential& credential) {
  used(Purpose::kGrant);
  P256Point point{};
  CARDEA_ASSIGN(const KeyHandle key, grant_key(workspace, point));
  const ScopedKey scoped(provider_, key);
  Blob out(session::credential_size_bytes_max);
  cbor::Writer writer(out);
  CARDEA_TRY(session::write_cwt(provider_, key, {}, credential, writer));
  out.resize(writer.size());
  return out;
}

Result<Blob> SealedKeyStore::sign_denials(const LockName& lock, const grant::Denials& denials) {
  used(Purpose::kGrant);
  P256Point point{};
  CARDEA_ASSIGN(const KeyHandle key, grant_key(lock.workspace, point));
  const ScopedKey scoped(provider_, key);
  Blob out(grant::list_size_bytes_max);
  ByteWriter writer(out);
  CARDEA_TRY(grant::sign(provider_, key, lock.lock, denials, writer));
  out.resize(writer.size());
  return out;
}

Result<Blob> SealedKeyStore::make_person_key(const Bytes<16>& workspace, const Bytes<16>& person) {
  KeyBytes key;
  CARDEA_TRY(provider_.random(key.mutable_bytes()));
  return seal_gcm(root_, place_of("person", workspace, person), key.bytes());
}

Result<KeyBytes> SealedKeyStore::person_key(const Bytes<16>& workspace, const Bytes<16>& person, ByteSpan key) {
  used(Purpose::kPerson);
  CARDEA_ASSIGN(Blob opened, open_gcm(root_, place_of("person", workspace, person), key));
  if (opened.size() != 32) return Status::kForged;
  const KeyBytes out = key_at(opened, 0);
  wipe(opened);
  return out;
}

Result<Blob> SealedKeyStore::seal_for_person(const Bytes<16>& workspace, const Bytes<16>& person, ByteSpan key, ByteSpan aad,
                                             ByteSpan plain) {
  CARDEA_ASSIGN(const KeyBytes own, person_key(workspace, person, key));
  return seal_gcm(own, aad, plain);
}

Result<Blob> SealedKeyStore::open_for_person(const Bytes<16>& workspace, const Bytes<16>& person, ByteSpan key, ByteSpan aad,
                                             ByteSpan sealed) {
  CARDEA_ASSIGN(const KeyBytes own, person_key(workspace, person, key));
  return open_gcm(own, aad, sealed);
}

Result<Blob> SealedKeyStore::seal_row(const Bytes<16>& workspace, ByteSpan place, ByteSpan plain) {
  used(Purpose::kRow);
  return seal_gcm(root_, place_of("row", workspace, place), plain);
}

Result<Blob> SealedKeyStore::open_row(const Bytes<16>& workspace, ByteSpan place, ByteSpan sealed) {
  used(Purpose::kRow);
  return open_gcm(root_, place_of("row", workspace, place), sealed);
}

}  // namespace cardea::server
