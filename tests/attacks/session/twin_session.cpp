// SPDX-License-Identifier: Apache-2.0
// A session of its own, without core/session: three passes under one key, and a command that is hidden and marked with HMAC
// alone.
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <optional>
#include <random>

#include "tests/attacks/session/session.hpp"

namespace cardea::attacks {
namespace {

using Hash = std::array<std::uint8_t, 32>;
constexpr std::size_t m1_size = 22;
constexpr std::size_t m2_size = 33;
constexpr std::size_t m3_size = 17;
constexpr std::size_t tag_size = 8;
constexpr std::size_t block_size = 16;
constexpr std::uint8_t suite = 0x11;

Frame operator+(Frame left, const Frame& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Hash hmac(const Hash& key, const Frame& message) {
  Hash out{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), message.data(), message.size(), out.data(), &size);
  return out;
}
Frame first(const Hash& hash, std::size_t size) { return {hash.begin(), hash.begin() + static_cast<std::ptrdiff_t>(size)}; }

class TwinSession final : public Session {
 public:
  explicit TwinSession(SessionFlaw flaw) : flaw_(flaw) {}

  Frame peer_begins() override {
    peer_m1_ = Frame{first_of_m1, suite, 0, 0, 0, 7} + nonce(16);
    return *peer_m1_;
  }

  std::vector<Frame> to_peer(const Frame& m2) override {
    if (!peer_m1_ || m2.size() != m2_size || m2[0] != first_of_m2) return {};
    const Frame challenge(m2.begin(), m2.begin() + 17);
    if (flaw_ != SessionFlaw::kTrustsAnyLock && m2 != challenge + first(mac(challenge, *peer_m1_), 16)) return {};
    const Hash key = session_key(*peer_m1_, m2);
    const Frame m3 = m3_of(*peer_m1_, m2);
    peer_m1_.reset();
    return {m3, record(key, 0)};
  }

  std::vector<Frame> to_lock(const Frame& frame) override {
    if (flaw_ == SessionFlaw::kTakesPlain && frame.size() < block_size && std::ranges::equal(frame, open_command)) ++openings_;
    if (frame.size() == m1_size && frame[0] == first_of_m1) return answer(frame);
    if (frame.size() == m3_size && frame[0] == first_of_m3) take_m3(frame);
    if (frame.size() == 4 + sizeof open_command + tag_size && frame[0] == first_of_record) take_record(frame);
    return {};
  }

  void restart_lock() override {
    lock_m1_.reset();
    key_.reset();
  }
  [[nodiscard]] std::uint32_t openings() const override { return openings_; }

 private:
  Frame nonce(std::size_t size) {
    Frame out(size);
    for (std::uint8_t& byte : out) byte = static_cast<std::uint8_t>(draw_());
    return out;
  }
  Frame challenge() {
    if (flaw_ == SessionFlaw::kSameChallenge) return Frame(16, 0x5A);
    if (flaw_ == SessionFlaw::kShortChallenge) return nonce(2) + Frame(14, 0);
    return nonce(16);
  }
  /// What of M1 a MAC covers.
  Frame covered(Frame m1) const {
    if (flaw_ == SessionFlaw::kOfferNotBound) m1[1] = 0;
    return m1;
  }
  Hash mac(const Frame& head, const Frame& m1) const { return hmac(secret_, head + covered(m1)); }
  Frame m3_of(const Frame& m1, const Frame& m2) const {
    return Frame{first_of_m3} + first(mac(Frame{first_of_m3} + m2, m1), 16);
  }
  Hash session_key(const Frame& m1, const Frame& m2) const { return mac(Frame{'k'} + m2, m1); }

  static Frame record(const Hash& key, std::uint8_t number) {
    Frame out{first_of_record, 0, 0, number};
    const Hash stream = hmac(key, Frame{'s'} + out);
    Frame hidden(std::begin(open_command), std::end(open_command));
    for (std::size_t i = 0; i < hidden.size(); ++i) hidden[i] = static_cast<std::uint8_t>(hidden[i] ^ stream[i]);
    out = out + hidden;
    return out + first(hmac(key, Frame{'t'} + out), tag_size);
  }

  std::vector<Frame> answer(const Frame& m1) {
    if (flaw_ != SessionFlaw::kOfferNotBound && m1[1] != suite) return {};
    if (lock_m1_ == m1 && flaw_ != SessionFlaw::kSameChallenge) return {lock_m2_};
    const Frame head = Frame{first_of_m2} + challenge();
    lock_m1_ = m1;
    lock_m2_ = head + first(mac(head, m1), 16);
    return {lock_m2_};
  }
  void take_m3(const Frame& m3) {
    if (!lock_m1_ || m3 != m3_of(*lock_m1_, lock_m2_)) return;
    key_ = session_key(*lock_m1_, lock_m2_);
    lock_m1_.reset();
    taken_ = false;
  }
  void take_record(const Frame& frame) {
    if (!key_ || frame != record(*key_, frame[3])) return;
    if (taken_ && flaw_ != SessionFlaw::kTakesTwice) return;
    taken_ = true;
    ++openings_;
  }

  SessionFlaw flaw_;
  Hash secret_{7};
  std::mt19937 draw_{1};
  std::optional<Frame> peer_m1_;
  std::optional<Frame> lock_m1_;
  Frame lock_m2_;
  std::optional<Hash> key_;
  bool taken_ = false;
  std::uint32_t openings_ = 0;
};

}  // namespace

std::unique_ptr<Session> make_twin_session(SessionFlaw flaw) { return std::make_unique<TwinSession>(flaw); }

}  // namespace cardea::attacks
