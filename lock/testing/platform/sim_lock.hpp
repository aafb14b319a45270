// SPDX-License-Identifier: Apache-2.0
#pragma once
// A whole lock over simulated parts, and the platform that it belongs to, for tests. Host only.

#include <memory>
#include <optional>
#include <vector>

#include "core/link/testing/ends.hpp"
#include "drivers/crypto/openssl/openssl_provider.hpp"
#include "lock/activation/activation.hpp"
#include "lock/link/link.hpp"
#include "lock/testing/campaign.hpp"
#include "lock/testing/platform/sim_platform.hpp"

namespace cardea::testing {

inline constexpr std::uint32_t sim_journal_size_bytes = 16 * flash_sector_size_bytes;
inline constexpr std::uint32_t sim_audit_size_bytes = 16 * flash_sector_size_bytes;
inline constexpr std::uint32_t sim_lock_size_bytes = sim_journal_size_bytes + sim_audit_size_bytes;
/// When simulated locks are activated.
inline constexpr UnixSeconds sim_start{1'795'219'200};

/// The port of a lock over the parts of a world: journal first, then audit region.
LockPort port_of(World& world, Provider& provider, std::uint32_t journal_size_bytes = sim_journal_size_bytes);
/// A world with blank flash.
World blank_world(std::uint32_t size_bytes = sim_lock_size_bytes);

constexpr audit::ReasonCode code_of(Reason reason) { return static_cast<audit::ReasonCode>(reason); }

/// A lock, its world and its platform, in one place. What goes wrong in it is a bug of the test (asserted).
class SimDoor {
 public:
  explicit SimDoor(link::LockClass lock_class, std::uint32_t audit_size_bytes = sim_audit_size_bytes);

  /// Activates the lock at sim_start, without messages.
  void activate();
  /// The power goes and comes back; `counter_kept` false: the clock's back-up was empty.
  void restart(bool counter_kept = true);
  /// The true time, which the lock's clock shows unless it was set otherwise.
  [[nodiscard]] UnixSeconds now();
  KeypadResult type_wrong() { return lock->enter(Digits::parse("00000000")); }
  [[nodiscard]] audit::Record newest() const;
  /// The records of a kind that the lock holds, oldest first.
  [[nodiscard]] std::vector<audit::Record> records_of(audit::Kind kind) const;

  World world;
  OpensslProvider provider{512};
  SimPlatform platform;
  std::unique_ptr<Lock> lock;
  std::unique_ptr<Activation> activation;

 private:
  std::uint64_t counter_at_start_;
};

/// The platform's end of a lock's link: takes what the lock sends, and says what the test wants.
class SimPeer final : public LinkSink {
 public:
  explicit SimPeer(SimDoor& door, update::Updater* updater = nullptr)
      : door_(&door), link_(*door.lock, *door.activation, *this, updater) {}

  /// Connects and plays the handshake. False when the lock closed.
  bool greet();
  /// The same up to M3, which the lock sends and nobody takes.
  bool greet_and_lose_m3();
  /// A message in a record.
  template <class Message>
  void say(const Message& message) {
    Bytes<link::message_size_bytes_max> bytes{};
    ByteWriter out(bytes);
    encode(message, out);
    say_bytes(out.written());
  }
  void say_bytes(ByteSpan message);
  /// Time passes on both sides.
  void advance(std::uint64_t milliseconds);

  /// The next message of this type that the lock sent, and everything before it dropped; nothing when there is none.
  std::optional<std::vector<std::uint8_t>> heard(link::MessageType type);
  /// Every message that the lock has sent and nobody has asked for.
  std::vector<std::vector<std::uint8_t>> take_all();

  void send(ByteSpan message) override { raw.emplace_back(message.begin(), message.end()); }
  void close() override { closed = true; }

  Link& link() { return link_; }
  std::vector<std::vector<std::uint8_t>> raw;  ///< what the lock sent, as it stood on the wire
  bool closed = false;
  RunMillis now{1'000'000};

 private:
  bool hear_m3();
  void open_records();

  SimDoor* door_;
  Link link_;
  std::optional<link::PlatformEnd> platform_;
  std::vector<std::vector<std::uint8_t>> messages_;
};

}  // namespace cardea::testing
