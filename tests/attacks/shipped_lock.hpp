// SPDX-License-Identifier: Apache-2.0
#pragma once
// The shipped lock/ on simulated flash, counter and motor, with the platform's end of its link: every command, time, receipt
// and desired state reaches it through the shipped link, from handshake to record.

#include <deque>

#include "lock/link/link.hpp"
#include "lock/testing/platform/sim_lock.hpp"
#include "tests/attacks/counting_provider.hpp"
#include "tests/attacks/target.hpp"

namespace cardea::attacks {

class ShippedLock final : public LockTarget, public LinkSink {
 public:
  explicit ShippedLock(const LockSpec& spec);

  Typed type(std::string_view entry, Visitor visitor) override;
  std::size_t arrive(std::string_view entry) override;
  Typed finish(std::size_t ticket) override { return type(arrived_.at(ticket), {}); }
  bool press_inside() override { return !power_is_off() && lock_->press().opened; }
  bool unlock_remotely() override { return order(link::Action::kUnlock); }
  bool unlock_as_last_owner() override;
  void release_keypad() override { static_cast<void>(order(link::Action::kReleaseKeypad)); }

  void advance(std::uint64_t seconds) override;
  void cut_power_at(std::uint32_t number) override;
  [[nodiscard]] bool power_is_off() const override { return world_.flash.power_was_cut(); }
  void restart(ClockLoss clock) override;
  [[nodiscard]] std::vector<std::uint8_t> flash_image() const override { return flash_->bytes(); }

  [[nodiscard]] std::uint32_t motor_pulses() const override { return world_.motor.open_count; }
  [[nodiscard]] std::uint32_t failures() override { return lock_->status().failures; }
  [[nodiscard]] std::uint32_t wait_s() override { return lock_->wait_s(); }
  [[nodiscard]] ClockReading clock() override { return lock_->clock(); }
  [[nodiscard]] bool claimed() const override { return lock_->claimed(); }

  /// The owner's release (activation.md §4), then the activation of the next one. False: it was refused.
  bool hand_on(const LockSpec& next, bool at_the_button);

  Status apply(std::uint32_t version, ByteSpan snapshot) override;
  void hear_time(UnixSeconds time) override;
  void hear_stranger(ByteSpan bytes) override;

  [[nodiscard]] std::vector<audit::RecordBytes> records() const override;
  [[nodiscard]] std::uint32_t receipt_seq() const override { return lock_->log().state().receipt_seq; }
  Status hear_receipt(const link::Receipt& receipt) override;

  /// The wire, for whoever sits on it: a new connection, and raw bytes to the lock, with what it sends in answer.
  void connect(std::optional<link::PlatformEnd>& platform);
  std::vector<Frame> deliver(ByteSpan frame);
  /// Connects to whoever listens; what the lock sends first.
  std::vector<Frame> open_wire();
  /// The flash as it is, and a flash that somebody put back in its place.
  [[nodiscard]] testing::SimFlash snapshot() const { return world_.flash; }
  void put_back(const testing::SimFlash& flash);
  /// The newest record.
  [[nodiscard]] std::uint32_t records_seq() const { return lock_->log().state().last_seq; }

  void send(ByteSpan message) override { sent_.emplace_back(message.begin(), message.end()); }
  void close() override {}

 private:
  [[nodiscard]] RunMillis run_ms() { return {1'000 * lock_->clock().run.value}; }
  void start();
  void belong_to(const LockSpec& spec);
  void receipt_all();
  bool give_up(const Secret<activation::claim_secret_size_bytes>& secret);
  void connect();
  /// Sends a message of the platform in a record; the messages that came back.
  template <class Message>
  std::vector<Frame> say(const Message& message);
  std::vector<Frame> read_sent();
  bool order(link::Action action);

  testing::World world_;
  testing::SimFlash* flash_;
  CountingProvider provider_;
  /// An owner, as far as the platform's end of the link is concerned.
  struct Owner {
    KeyHandle k_session;
    std::uint32_t key_id = 0;
    session::Ratchet at;  ///< how far the platform is on the chain
  };

  LockSpec spec_;
  KeyHandle identity_key_;  ///< the platform's, unless the spec has one
  Owner owner_;
  Owner last_owner_;
  std::unique_ptr<Lock> lock_;
  std::unique_ptr<Activation> activation_;
  std::unique_ptr<Link> link_;
  std::optional<link::PlatformEnd> platform_;
  std::vector<Frame> sent_;
  std::vector<std::string> arrived_;
  Random random_;
  std::uint64_t command_ = 0;
};

}  // namespace cardea::attacks
