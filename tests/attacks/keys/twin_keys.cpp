// SPDX-License-Identifier: Apache-2.0
// A lock of our own that takes virtual keys, with one flaw at a time. It has EDHOC and records from core/session; what it does
// with who comes is written anew.
#include <map>
#include <optional>

#include "core/crypto/testing/forwarding_provider.hpp"
#include "core/grant/uses.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "tests/attacks/keys/keys.hpp"

namespace cardea::attacks {
namespace {

/// The same pair whenever one is made, if it is told so.
class StaleProvider final : public ForwardingProvider {
 public:
  StaleProvider(Provider& provider, bool stale) : ForwardingProvider(provider), provider_(&provider), stale_(stale) {
    for (std::size_t i = 0; i < KeyBytes::size_bytes; ++i) pair_.mutable_bytes()[i] = static_cast<std::uint8_t>(i + 1);
  }
  Result<KeyHandle> p256_generate(KeyKind kind, P256Point& public_key) override {
    return stale_ ? provider_->p256_import(kind, pair_, public_key) : provider_->p256_generate(kind, public_key);
  }

 private:
  Provider* provider_;
  bool stale_;
  KeyBytes pair_;
};

/// What is written down, in so many operations; the power goes at one of them.
class TwinMemory {
 public:
  void cut_at(std::uint64_t operation) { left_ = operation; }
  void restore() { left_ = 0; }
  [[nodiscard]] bool dead() const { return dead_; }
  void restart() {
    restore();
    dead_ = false;
  }
  /// One operation; false when the power goes before it is done.
  bool operate() {
    if (dead_) return false;
    if (left_ != 0 && --left_ == 0) dead_ = true;
    return !dead_;
  }

 private:
  std::uint64_t left_ = 0;
  bool dead_ = false;
};

class TwinKeyDoor final : public KeyDoor {
 public:
  explicit TwinKeyDoor(KeyFlaw flaw) : flaw_(flaw), provider_(openssl_, flaw == KeyFlaw::kSameEphemeral) {
    for (std::size_t i = 0; i < id_.value.size(); ++i) id_.value[i] = static_cast<std::uint8_t>(i * 7 + 1);
    identity_key_ = openssl_.p256_generate(KeyKind::kAgree, identity_).value();
    grant_key_ = openssl_.p256_generate(KeyKind::kSign, grant_point_).value();
    const std::size_t size = grant::write_lock_credential(id_, identity_, credential_).value();
    trust_.workspace = grant_point_;
    own_ = {identity_key_, ByteSpan(credential_).first(size), session::CredentialForm::kKid};
    edhoc_.emplace(provider_, own_, trust_);
  }

  [[nodiscard]] LockId id() const override { return id_; }
  [[nodiscard]] P256Point identity() const override { return identity_; }
  [[nodiscard]] UnixSeconds now() override { return now_; }
  [[nodiscard]] Provider& provider() override { return openssl_; }
  [[nodiscard]] KeyHandle grant_key() const override { return grant_key_; }
  void connect() override { forget(); }
  void pass(std::uint64_t seconds) override { now_.value += seconds; }
  void cut_at(std::uint64_t operation) override { memory_.cut_at(operation); }
  void restart() override {
    memory_.restart();
    counts_now_ = counts_;
    forget();
  }
  [[nodiscard]] std::uint32_t openings() const override { return openings_; }

  Frame to_lock(const Frame& message) override {
    if (message.empty() || memory_.dead()) return {};
    trust_.now = flaw_ == KeyFlaw::kNoEnd ? start_ : now_;
    if (flaw_ == KeyFlaw::kNoProof && believe(message)) return {};
    if ((message[0] & 0xf0) == session::record_type) return take_record(message);
    return message[0] == 0x03 ? take_message_1(message) : take_message_3(message);
  }

 private:
  void forget() {
    edhoc_->abandon();
    records_.reset();
  }

  /// kNoProof: who shows a credential that the workspace signed is let in.
  bool believe(const Frame& message) {
    const auto cwt = session::decode_cwt(message);
    if (!cwt.ok() || session::verify_cwt(openssl_, trust_, *cwt) != Status::kOk) return false;
    const auto key = grant::decode(cwt->claims.grant);
    if (key.ok()) open(*key, cwt->claims.to);
    return true;
  }

  /// kOfferNotBound: what the transcript has is the last of the suites, whatever was offered.
  [[nodiscard]] Frame as_hashed(const Frame& message) const {
    if (flaw_ != KeyFlaw::kOfferNotBound || message.size() < 4 || (message[1] & 0xe0) != 0x80) return message;
    Frame out{message[0], 0x02};
    const std::size_t others = message[1] & 0x1f;
    out.insert(out.end(), message.begin() + 2 + static_cast<std::ptrdiff_t>(others), message.end());
    return out;
  }

  Frame take_message_1(const Frame& message) {
    Frame out(session::edhoc_message_size_bytes_max);
    edhoc_->abandon();
    const auto size = edhoc_->answer(as_hashed(message), out);
    out.resize(size.ok() ? *size : 0);
    return out;
  }

  Frame take_message_3(const Frame& message) {
    session::EdhocAgreement agreement;
    if (edhoc_->finish(message, agreement) != Status::kOk) return {};
    session::RecordState state;
    state.out_secret = agreement.out;
    state.in_secret = agreement.in;
    records_.emplace(std::move(session::Records::open(openssl_, state).value()));
    if (records_->reserve(session::record_number_count) != Status::kOk) return {};
    claim_.assign(agreement.grant().begin(), agreement.grant().end());
    until_ = agreement.peer_until.value_or(UnixSeconds{});
    return say(grant::Ready{denials_.number, denials_.epoch});
  }

  Frame take_record(const Frame& message) {
    Bytes<grant::phone_message_size_bytes_max> plain{};
    const auto size = records_ ? records_->take(message, plain) : Result<std::size_t>(Status::kNotReady);
    if (!size.ok() || *size == 0) return {};
    if (plain[0] == 0x61) return take_list(ByteSpan(plain).subspan(1, *size - 1));
    const auto key = grant::decode(claim_);
    const bool opened = plain[0] == 0x63 && key.ok() && open(*key, until_);
    return memory_.dead() ? Frame{} : say(grant::Answer{opened, static_cast<std::uint8_t>(opened ? 0 : 1)});
  }

  Frame take_list(ByteSpan list) {
    grant::Denials offered;
    const bool good = grant::verify(openssl_, grant_point_, id_, list, offered) == Status::kOk;
    if (good && follows(offered)) denials_ = offered;
    return say(grant::Listed{denials_.number, good ? Status::kOk : Status::kForged});
  }

  [[nodiscard]] bool follows(const grant::Denials& offered) const {
    if (flaw_ == KeyFlaw::kListGoesBack) return true;
    if (flaw_ == KeyFlaw::kEpochGoesBack) return offered.number > denials_.number;
    return offered.follows(denials_);
  }

  bool open(const grant::Grant& key, UnixSeconds until) {
    if (flaw_ != KeyFlaw::kAnyLock && key.lock != id_) return false;
    if (flaw_ != KeyFlaw::kNoEnd && now_ >= until) return false;
    if (key.epoch < denials_.epoch || denials_.denies(key.serial)) return false;
    if (key.use_count_max != 0 && counts_now_[key.serial] >= key.use_count_max) return false;
    if (flaw_ == KeyFlaw::kCountsAfter) return move_motor() && count(key);
    return count(key) && move_motor();
  }

  bool move_motor() {
    if (!memory_.operate()) return false;
    ++openings_;
    return true;
  }
  bool count(const grant::Grant& key) {
    if (!memory_.operate()) return false;
    counts_[key.serial] = ++counts_now_[key.serial];
    return true;
  }

  template <class Message>
  Frame say(const Message& message) {
    Bytes<grant::lock_message_size_bytes_max> plain{};
    ByteWriter writer(plain);
    grant::encode(message, writer);
    Frame out(64);
    const auto size = records_->seal(writer.written(), out);
    out.resize(size.ok() ? *size : 0);
    return out;
  }

  KeyFlaw flaw_;
  OpensslProvider openssl_{512};
  StaleProvider provider_;
  LockId id_;
  P256Point identity_{};
  KeyHandle identity_key_;
  P256Point grant_point_{};
  KeyHandle grant_key_;
  Bytes<grant::lock_credential_size_bytes> credential_{};
  session::OwnCredential own_;
  session::Trust trust_;
  std::optional<session::EdhocResponder> edhoc_;
  std::optional<session::Records> records_;
  Frame claim_;
  UnixSeconds until_;
  UnixSeconds start_{1'795'219'200};
  UnixSeconds now_ = start_;
  grant::Denials denials_{.number = 1};
  TwinMemory memory_;
  std::map<std::uint32_t, std::uint32_t> counts_;  ///< durable
  std::map<std::uint32_t, std::uint32_t> counts_now_;
  std::uint32_t openings_ = 0;
};

}  // namespace

std::unique_ptr<KeyDoor> make_twin_key_door(KeyFlaw flaw) { return std::make_unique<TwinKeyDoor>(flaw); }

}  // namespace cardea::attacks
