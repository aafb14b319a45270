// SPDX-License-Identifier: Apache-2.0
#pragma once
// A lock that takes virtual keys, the workspace that signs them, and phones before the lock, for tests. Host only.

#include <memory>
#include <vector>

#include "core/grant/visitor.hpp"
#include "lock/near/near.hpp"
#include "lock/testing/platform/sim_lock.hpp"

namespace cardea::testing {

using NearBuffer = std::vector<std::uint8_t>;

/// A phone with a pair of its own.
struct SimPhone {
  explicit SimPhone(Provider& provider);
  P256Point point{};
  KeyHandle key;
  NearBuffer credential;
  NearBuffer list;
};

/// The packets of a near bearer, in both directions, and a lock on one end.
class SimNearDoor final : public NearSink {
 public:
  explicit SimNearDoor(std::size_t packet_size_bytes = 20);

  /// A grant of this lock that says nothing more than its serial.
  [[nodiscard]] grant::Grant grant(std::uint32_t serial) const;
  /// Signs a lease of an hour from now for the phone.
  void lease(SimPhone& phone, const grant::Grant& grant);
  void lease(SimPhone& phone, const grant::Grant& grant, UnixSeconds from, UnixSeconds to, KeyHandle signer);
  /// Signs the list of this lock.
  [[nodiscard]] NearBuffer list(const grant::Denials& denials);
  /// The power goes and comes back.
  void restart(bool counter_kept = true);
  /// Time passes at the bearer and at the lock.
  void wait(std::uint64_t milliseconds);

  /// Somebody connects.
  void connect();
  /// The phone connects and does all that a visitor does. Nothing when the lock stopped answering.
  std::optional<grant::Answer> visit(const SimPhone& phone);
  /// The same with a visitor that the test looks at, without a new connection.
  std::optional<grant::Answer> visit(grant::Visitor& visitor);
  [[nodiscard]] grant::Lease lease_of(const SimPhone& phone) const;
  /// One message to the lock, and what it answers.
  NearBuffer exchange(ByteSpan message);

  void send(ByteSpan packet) override;

  SimDoor door;
  KeyHandle grant_key;
  P256Point identity{};
  std::unique_ptr<Near> near;
  RunMillis now{1'000'000};
  std::vector<NearBuffer> said;   ///< messages to the lock, whole
  std::vector<NearBuffer> heard;  ///< messages of the lock, whole

 private:
  std::size_t packet_size_bytes_;
  std::uint8_t number_ = 0;
  session::Reassembler::Memory<512> memory_;
  session::Reassembler reassembler_{memory_};
};

}  // namespace cardea::testing
