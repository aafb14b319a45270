// SPDX-License-Identifier: Apache-2.0
#pragma once
// Either end of a link, for software that plays a lock or a platform: handshake, place on the chain, messages. What such
// software cannot do without throws.

#include <optional>

#include "core/link/testing/encoded.hpp"
#include "core/session/stream.hpp"

namespace cardea::link {

/// What the two ends do alike: messages, once a session stands.
class End {
 public:
  [[nodiscard]] bool is_open() const { return stream_.has_value(); }
  std::vector<std::uint8_t> seal_bytes(ByteSpan message) {
    std::vector<std::uint8_t> record(message.size() + session::record_overhead_bytes);
    record.resize(require(stream_->seal(message, record), "a record to send"));
    return record;
  }
  template <class Message>
  std::vector<std::uint8_t> seal(const Message& message) {
    return seal_bytes(encoded(message));
  }
  /// The message in a record; a failure ends the session.
  Result<std::vector<std::uint8_t>> open(ByteSpan record) {
    std::vector<std::uint8_t> message(record.size());
    CARDEA_ASSIGN(const std::size_t size, stream_->take(record, message));
    message.resize(size);
    if (once_heard_) ratchet = *std::exchange(once_heard_, std::nullopt);
    return message;
  }

  /// Where this end is on the chain: a test may set it back.
  session::Ratchet ratchet;

 protected:
  End(Provider& provider, const session::SharedKey& key, const session::Ratchet& at)
      : ratchet(at), provider_(&provider), key_(key), k_auth_(provider, key.k_auth) {}

  void agree(const session::Agreement& agreement) {
    ratchet = agreement.ratchet;
    once_heard_ = agreement.once_heard;
    stream_.emplace(require(session::Stream::start(*provider_, agreement), "a session"));
  }
  void forget() {
    stream_.reset();
    once_heard_.reset();
  }

  Provider* provider_;
  session::SharedKey key_;
  ScopedKey k_auth_;
  std::optional<session::Stream> stream_;
  std::optional<session::Ratchet> once_heard_;
};

class LockEnd : public End {
 public:
  /// Takes over the k_auth of `key`. `provider` outlives this.
  LockEnd(Provider& provider, const session::SharedKey& key, const session::Ratchet& at) : End(provider, key, at) {}
  LockEnd(const LockEnd&) = delete;
  LockEnd& operator=(const LockEnd&) = delete;

  /// M1 of a new connection.
  session::M1 hello() {
    forget();
    began_ = ratchet;
    initiator_.emplace(*provider_, key_, began_);
    return require(initiator_->start(), "M1");
  }
  /// M3; the session stands then. kForged, ...: no M2 of this handshake.
  Result<session::M3> prove(ByteSpan m2) {
    session::M3 m3{};
    session::Agreement agreement;
    CARDEA_TRY(initiator_->finish(m2, m3, agreement));
    agree(agreement);
    return m3;
  }

 private:
  session::Ratchet began_;
  std::optional<session::Initiator> initiator_;
};

class PlatformEnd : public End {
 public:
  /// As LockEnd's.
  PlatformEnd(Provider& provider, const session::SharedKey& key, const session::Ratchet& at) : End(provider, key, at) {}
  PlatformEnd(const PlatformEnd&) = delete;
  PlatformEnd& operator=(const PlatformEnd&) = delete;

  /// M2, or why there is none.
  Result<session::M2> answer(ByteSpan m1) {
    forget();
    began_ = ratchet;
    responder_.emplace(*provider_, key_, began_);
    return responder_->answer(m1);
  }
  /// Takes M3; the session stands then.
  Status take_proof(ByteSpan m3) {
    session::Agreement agreement;
    CARDEA_TRY(responder_->finish(m3, agreement));
    agree(agreement);
    return Status::kOk;
  }

 private:
  session::Ratchet began_;
  std::optional<session::Responder> responder_;
};

}  // namespace cardea::link
