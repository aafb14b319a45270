// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "core/session/handshake.hpp"
#include "core/session/records.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "tests/attacks/session/session.hpp"

namespace cardea::attacks {
namespace {

namespace s = cardea::session;

template <std::size_t N>
Frame frame_of(const Bytes<N>& bytes) {
  return {bytes.begin(), bytes.end()};
}

/// A side's key and chain, and the records of its newest session.
struct Side {
  Side() {
    Bytes<32> secret{1, 2, 3};
    key.key_id = 7;
    key.initiator = s::Id{0xA};
    key.responder = s::Id{0xB};
    const ScopedKey root(provider, provider.import_key(KeyKind::kMac, KeyBytes(secret)).value());
    key.k_auth = s::derive_auth_key(provider, root.handle(), key).value();
  }
  void begin(const s::Agreement& agreement) {
    durable = agreement.ratchet;
    s::RecordState state;
    state.out_secret = agreement.out;
    state.in_secret = agreement.in;
    records.emplace(s::Records::open(provider, state).value());
    static_cast<void>(records->reserve(s::record_number_count));
  }

  OpensslProvider provider;
  s::SharedKey key;
  s::Ratchet durable{0, KeyBytes(Bytes<32>{9})};
  std::optional<s::Records> records;
};

class ShippedSession final : public Session {
 public:
  Frame peer_begins() override { return frame_of(initiator_.start().value()); }

  std::vector<Frame> to_peer(const Frame& frame) override {
    s::Agreement agreement;
    s::M3 m3{};
    if (initiator_.finish(frame, m3, agreement) != Status::kOk) return {};
    peer_.begin(agreement);
    Frame record(sizeof open_command + s::record_overhead_bytes);
    static_cast<void>(peer_.records->seal(open_command, record));
    return {frame_of(m3), record};
  }

  std::vector<Frame> to_lock(const Frame& frame) override {
    if (const auto m2 = responder_->answer(frame); m2.ok()) return {frame_of(*m2)};
    s::Agreement agreement;
    if (responder_->finish(frame, agreement) == Status::kOk) {
      lock_.begin(agreement);
      return {};
    }
    if (!lock_.records) return {};
    Frame plain(frame.size());
    const Result<std::size_t> size = lock_.records->take(frame, plain);
    if (size.ok() && std::ranges::equal(ByteSpan(plain).first(*size), open_command)) ++openings_;
    return {};
  }

  void restart_lock() override {
    responder_.emplace(lock_.provider, lock_.key, lock_.durable);
    lock_.records.reset();
  }
  [[nodiscard]] std::uint32_t openings() const override { return openings_; }

 private:
  Side peer_;
  Side lock_;
  s::Initiator initiator_{peer_.provider, peer_.key, peer_.durable};
  std::optional<s::Responder> responder_{std::in_place, lock_.provider, lock_.key, lock_.durable};
  std::uint32_t openings_ = 0;
};

}  // namespace

std::unique_ptr<Session> make_shipped_session() { return std::make_unique<ShippedSession>(); }

}  // namespace cardea::attacks
